/*
 * Zones (Mine 2001), sparsely: a value keeps the few differences from other
 * values that were learnt about it, by sums that cannot wrap and by tests.  As
 * values are named by version and not by variable, assignments undo nothing.
 * The newer of two values keeps the difference; of two values that hold at one
 * place one was made in a block that dominates the other's, so whatever makes
 * the older again makes the newer again first, and no difference outlives what
 * its names mean.  Closure is one step: through a third value both know.  Where
 * states meet, differences between variables that change are computed anew on
 * both sides and joined.  All arithmetic is unbounded: an end that leaves 64
 * bits is dropped.
 */
#include "verifier/zone.h"

enum { MAX_DIFFS = 6 };

typedef __int128 wide;

static int64_t clamp(wide v)
{
	return v < INT64_MIN ? INT64_MIN : v > INT64_MAX ? INT64_MAX : (int64_t)v;
}

struct interval zone_of(struct interval x, struct interval y)
{
	return interval_make(clamp((wide)x.low - y.high), clamp((wide)x.high - y.low));
}

struct interval zone_negate(struct interval by)
{
	struct interval r;

	if (interval_empty(by))
		return by;
	r = interval_make(by.high == INT64_MAX ? INT64_MIN : clamp(-(wide)by.high),
			  by.low == INT64_MIN ? INT64_MAX : clamp(-(wide)by.low));
	return by.nonzero ? interval_exclude_zero(r) : r;
}

static struct interval sum(struct interval a, struct interval b)
{
	return interval_make(
		a.low == INT64_MIN || b.low == INT64_MIN ? INT64_MIN : clamp((wide)a.low + b.low),
		a.high == INT64_MAX || b.high == INT64_MAX ? INT64_MAX
							   : clamp((wide)a.high + b.high));
}

struct interval zone_add(struct interval xy, struct interval yz)
{
	if (interval_empty(xy) || interval_empty(yz))
		return interval_bottom();
	if (xy.nonzero && interval_single(yz) && yz.low == 0)
		return xy;
	if (yz.nonzero && interval_single(xy) && xy.low == 0)
		return yz;
	return sum(xy, yz);
}

struct interval zone_shift(struct interval y, struct interval by)
{
	if (interval_empty(y) || interval_empty(by))
		return interval_bottom();
	return interval_make(by.low == INT64_MIN ? INT64_MIN : clamp((wide)y.low + by.low),
			     by.high == INT64_MAX ? INT64_MAX : clamp((wide)y.high + by.high));
}

static const struct diff *find(const struct diff *d, version ver)
{
	while (d && d->ver != ver)
		d = d->next;
	return d;
}

static bool says_nothing(struct interval by)
{
	return by.low == INT64_MIN && by.high == INT64_MAX && !by.nonzero;
}

/* --- questions --- */

static struct interval through_others(const struct value *x, const struct value *y)
{
	struct interval r = interval_top();

	for (const struct diff *d = x->diffs; d; d = d->next) {
		const struct diff *e = find(y->diffs, d->ver);

		if (e)
			r = interval_meet(r, zone_add(d->by, zone_negate(e->by)));
	}
	return r;
}

struct interval zone_between(const struct space *sp, const struct state *st, const struct value *x,
			     uint32_t slot, version ver)
{
	struct interval r = interval_top();
	const struct diff *d;
	struct value y;

	if (x->ver == ver)
		return interval_constant(0);
	d = find(x->diffs, ver);
	if (d)
		r = d->by;
	if (slot == SLOT_NONE)
		return r;
	y = state_get(sp, st, slot);
	if (y.ver != ver)
		return r;
	r = interval_meet(r, zone_of(x->range, y.range));
	d = find(y.diffs, x->ver);
	if (d)
		r = interval_meet(r, zone_negate(d->by));
	return x->diffs && y.diffs ? interval_meet(r, through_others(x, &y)) : r;
}

struct interval zone_range(const struct space *sp, const struct state *st, const struct value *x)
{
	struct interval r = x->range;

	for (const struct diff *d = x->diffs; d; d = d->next) {
		struct value y;

		if (d->slot == SLOT_NONE)
			continue;
		y = state_get(sp, st, d->slot);
		if (y.ver == d->ver)
			r = interval_meet(r, zone_shift(y.range, d->by));
	}
	return interval_empty(r) ? x->range : r;
}

/* The block a version was made in: on entry, or by an instruction. */
static uint32_t maker(const struct space *sp, version v)
{
	uint32_t serial = (uint32_t)(v >> 32) & 0x7fffffff, low = 0, high = sp->sh->nblocks;

	if (!(v >> 63))
		return serial;
	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (sp->sh->serial[mid] <= serial)
			low = mid;
		else
			high = mid;
	}
	return low;
}

bool zone_newer(const struct space *sp, version a, version b)
{
	uint32_t x = sp->sh->rank[maker(sp, a)], y = sp->sh->rank[maker(sp, b)];

	/* on entry before all instructions, and these in their order */
	return x != y ? x > y : a > b;
}

/* --- lists --- */

static const struct diff *cons(struct space *sp, const struct diff *next, uint32_t slot,
			       version ver, struct interval by)
{
	struct diff *d = arena_make(sp->arena, struct diff);

	*d = (struct diff){.next = next, .ver = ver, .slot = slot, .by = by};
	return d;
}

/* The list without ver, and of no more than n. */
static const struct diff *without(struct space *sp, const struct diff *d, version ver, int n)
{
	const struct diff *rest;

	if (!d || n == 0)
		return NULL;
	if (d->ver == ver)
		return without(sp, d->next, ver, n);
	rest = without(sp, d->next, ver, n - 1);
	return rest == d->next ? d : cons(sp, rest, d->slot, d->ver, d->by);
}

void zone_learn(struct space *sp, struct value *x, uint32_t slot, version ver, struct interval by)
{
	const struct diff *d = find(x->diffs, ver);

	if (d)
		by = interval_meet(d->by, by);
	if (x->ver == ver || interval_empty(by) || says_nothing(by) ||
	    (d && interval_equal(d->by, by)))
		return;
	if (slot != SLOT_NONE && slot & SLOT_LOCAL)
		slot = SLOT_NONE;
	x->diffs = cons(sp, without(sp, x->diffs, ver, MAX_DIFFS - 1), slot, ver, by);
}

bool zone_same(const struct diff *a, const struct diff *b)
{
	for (; a != b; a = a->next, b = b->next)
		if (!a || !b || a->ver != b->ver || a->slot != b->slot ||
		    !interval_equal(a->by, b->by))
			return false;
	return true;
}

const struct diff *zone_known(struct space *sp, const struct diff *now, const struct diff *old)
{
	const struct diff *rest;

	if (!now)
		return NULL;
	rest = zone_known(sp, now->next, old);
	if (!find(old, now->ver))
		return rest;
	return rest == now->next ? now : cons(sp, rest, now->slot, now->ver, now->by);
}

/* --- where states meet --- */

struct collect { /* in the order found */
	struct diff v[2 * MAX_DIFFS + 2];
	int n;
};

static void add(struct collect *c, uint32_t slot, version ver, struct interval by)
{
	if (c->n == MAX_DIFFS || says_nothing(by) || interval_empty(by))
		return;
	for (int i = 0; i < c->n; i++)
		if (c->v[i].ver == ver)
			return;
	c->v[c->n++] = (struct diff){.slot = slot, .ver = ver, .by = by};
}

/* The list found; `like`, if it is that. */
static const struct diff *list_of(struct space *sp, const struct collect *c,
				  const struct diff *like)
{
	const struct diff *d = like, *r = NULL;
	int i = 0;

	for (; d && i < c->n && d->ver == c->v[i].ver && d->slot == c->v[i].slot &&
	       interval_equal(d->by, c->v[i].by);
	     d = d->next)
		i++;
	if (!d && i == c->n)
		return like;
	for (i = c->n; i-- > 0;)
		r = cons(sp, r, c->v[i].slot, c->v[i].ver, c->v[i].by);
	return r;
}

/* The difference in a, where it is d, and in b, widened if a loop's header asks for it. */
static struct interval joined_by(const struct zone_join *j, const struct diff *d,
				 const struct value *b)
{
	/* the program's constants are of no use: what matters is which of two is the larger */
	static const int64_t near[] = {-1, 0, 1};
	static const struct thresholds few = {near, 3};
	struct interval now = zone_between(j->sp, j->b, b, d->slot, d->ver);

	if (interval_empty(now))
		return d->by;
	if (!j->widen || interval_within(now, d->by))
		return interval_join(d->by, now);
	return j->give_up ? interval_top() : interval_widen(d->by, now, &few);
}

/* Do the ranges alone say as much? */
static bool implied(const struct zone_join *j, struct interval x, uint32_t slot, struct interval by)
{
	struct value a, b;

	if (slot == SLOT_NONE || by.nonzero != (by.low > 0 || by.high < 0))
		return false;
	a = state_get(j->sp, j->a, slot);
	b = state_get(j->sp, j->b, slot);
	return interval_within(zone_of(x, interval_join(a.range, b.range)), by);
}

/* The slot holds the same value on both sides: so do the versions it is compared with. */
static void meet_same(const struct zone_join *j, const struct value *a, const struct value *b,
		      struct interval x, struct collect *c)
{
	for (const struct diff *d = a->diffs; d; d = d->next)
		add(c, d->slot, d->ver, joined_by(j, d, b));
	if (j->widen)
		return;
	for (const struct diff *d = b->diffs; d; d = d->next) {
		struct interval by;

		if (find(a->diffs, d->ver))
			continue;
		by = interval_join(d->by, zone_between(j->sp, j->a, a, d->slot, d->ver));
		if (!implied(j, x, d->slot, by))
			add(c, d->slot, d->ver, by);
	}
}

static bool holds(const struct zone_join *j, const struct state *st, uint32_t slot, version ver)
{
	return slot != SLOT_NONE && !(slot & SLOT_LOCAL) && state_get(j->sp, st, slot).ver == ver;
}

static void meet_slot(const struct zone_join *j, const struct value *a, const struct value *b,
		      struct interval x, uint32_t slot, struct collect *c)
{
	version va = state_get(j->sp, j->a, slot).ver, vb = state_get(j->sp, j->b, slot).ver;
	struct interval ba = zone_between(j->sp, j->a, a, slot, va);
	struct interval by = interval_join(ba, zone_between(j->sp, j->b, b, slot, vb));

	if (!implied(j, x, slot, by))
		add(c, slot, va == vb ? va : state_met(j->block, slot), by);
}

static void candidates(const struct zone_join *j, const struct state *st, const struct value *v,
		       const struct value *a, const struct value *b, struct interval x,
		       uint32_t slot, struct collect *c)
{
	for (const struct diff *d = v->diffs; d; d = d->next)
		if (d->slot != slot && holds(j, st, d->slot, d->ver))
			meet_slot(j, a, b, x, d->slot, c);
	if (v->source != slot && holds(j, st, v->source, v->ver))
		meet_slot(j, a, b, x, v->source, c);
}

const struct diff *zone_meet(const struct zone_join *j, uint32_t slot, const struct value *a,
			     const struct value *b, struct interval joined)
{
	struct collect c;

	if (!a->diffs && !b->diffs && a->source == SLOT_NONE && b->source == SLOT_NONE)
		return NULL;
	c.n = 0;
	if (a->ver == b->ver) {
		meet_same(j, a, b, joined, &c);
		return list_of(j->sp, &c, a->diffs);
	}
	if (!j->partial) {
		candidates(j, j->a, a, a, b, joined, slot, &c);
		candidates(j, j->b, b, a, b, joined, slot, &c);
	}
	for (const struct diff *d = a->diffs; d; d = d->next) {
		const struct diff *e = find(b->diffs, d->ver);

		if (e && d->ver != state_met(j->block, d->slot))
			add(&c, d->slot, d->ver, interval_join(d->by, e->by));
	}
	return list_of(j->sp, &c, a->diffs);
}

static void rename_one(struct space *sp, const struct state *st, const struct natural *loop,
		       uint32_t slot, version ver, struct interval by, struct collect *c)
{
	if (slot == SLOT_NONE || slot & SLOT_LOCAL || state_get(sp, st, slot).ver != ver)
		return;
	add(c, slot, state_modifies(loop, slot) ? state_met(loop->header, slot) : ver, by);
}

const struct diff *zone_arrive(struct space *sp, const struct state *st, const struct value *v,
			       uint32_t block)
{
	const struct natural *loop = &sp->sh->loops[sp->sh->loop_at[block]];
	struct collect c;

	c.n = 0;
	for (const struct diff *d = v->diffs; d; d = d->next)
		rename_one(sp, st, loop, d->slot, d->ver, d->by, &c);
	rename_one(sp, st, loop, v->source, v->ver, interval_constant(0), &c);
	return list_of(sp, &c, v->diffs);
}

bool zone_within(const struct space *sp, const struct state *st, const struct value *v,
		 const struct diff *claim, uint32_t block)
{
	for (const struct diff *d = claim; d; d = d->next) {
		version ver = d->ver;

		if (d->slot != SLOT_NONE && ver == state_met(block, d->slot))
			ver = state_get(sp, st, d->slot).ver;
		if (!interval_within(zone_between(sp, st, v, d->slot, ver), d->by))
			return false;
	}
	return true;
}
