/*
 * Loop bounds.  A loop ends if some exit that every iteration passes compares
 * a variable that moves steadily with something bounded, and nothing wraps on
 * the way; or if it walks an array or a histogram; or if it cannot go round.
 * All arithmetic is in 128 bits.  The bound is the number of times the exit is
 * passed without leaving, so no iteration is missed; it may be too high.
 */
#include "verifier/bound.h"
#include "verifier/form.h"

typedef __int128 wide;

#define NO_BOUND INT64_MAX
#define ENDS (INT64_MAX - 1)             /* it ends, but no number worth naming bounds it */
#define LARGEST_BOUND ((int64_t)1 << 62) /* the largest that is */

static int64_t settle(wide n)
{
	return n < 0 ? 0 : n >= LARGEST_BOUND ? ENDS : (int64_t)n;
}

static uint32_t index_of(const struct iteration *it, uint32_t slot)
{
	for (uint32_t i = 0; i < it->nslots; i++)
		if (it->slots[i] == slot)
			return i;
	return IR_NONE;
}

/* Stays while x <= limit, x starting at first + e, moving by d upward. */
static int64_t count_up(struct interval first, const struct form *e, const struct form *d,
			wide limit)
{
	wide start = (wide)first.low + e->low;

	if (d->low < 1 || start < INT64_MIN || (wide)first.high + e->high > INT64_MAX)
		return NO_BOUND;
	if (limit - e->low + d->high + e->high > INT64_MAX)
		return NO_BOUND;
	return start > limit ? 0 : settle((limit - start) / d->low + 1);
}

static int64_t count_down(struct interval first, const struct form *e, const struct form *d,
			  wide limit)
{
	wide start = (wide)first.high + e->high;

	if (d->high > -1 || start > INT64_MAX || (wide)first.low + e->low < INT64_MIN)
		return NO_BOUND;
	if (limit - e->high + d->low + e->low < INT64_MIN)
		return NO_BOUND;
	return start < limit ? 0 : settle((start - limit) / -d->high + 1);
}

/* Stays while x != y, which ends only where x meets y exactly. */
static int64_t count_exact(struct interval first, const struct form *e, const struct form *d,
			   struct interval y, bool steady)
{
	wide low = (wide)first.low + e->low, high = (wide)first.high + e->low, away;

	if (d->low != d->high || e->low != e->high || d->low == 0)
		return NO_BOUND;
	if (d->low == 1 && steady && high <= y.low && low >= INT64_MIN)
		return settle(y.high - low);
	if (d->low == -1 && steady && low >= y.high && high <= INT64_MAX)
		return settle(high - y.low);
	if (!interval_single(y) || !interval_single(first))
		return NO_BOUND;
	away = (wide)y.low - low;
	if (low < INT64_MIN || low > INT64_MAX || away % d->low || away / d->low < 0)
		return NO_BOUND;
	return settle(away / d->low);
}

static int64_t halvings(uint64_t m, int64_t by)
{
	int64_t n = 0;

	for (; m; m /= (uint64_t)by)
		n++;
	return n;
}

/* Stays only while x is not 0, each iteration dividing it. */
static int64_t count_shrinking(struct interval first, const struct form *d, bool positive)
{
	uint64_t low = first.low < 0 ? 0 - (uint64_t)first.low : 0;
	uint64_t high = first.high > 0 ? (uint64_t)first.high : 0;

	if (first.low < 0 && d->how == SHRINK_LOGICAL)
		return halvings(UINT64_MAX, d->low);
	if (positive)
		return halvings(high, d->low);
	if (first.low < 0 && d->how == SHRINK_SHIFT)
		return NO_BOUND; /* -1 >> 1 is -1 */
	return halvings(low > high ? low : high, d->low);
}

/* Stays while x <= limit, x starting at first and multiplied by d on each iteration. */
static int64_t count_growing(struct interval first, const struct form *d, wide limit)
{
	int64_t n = 0;

	if (first.low < 1 || limit * d->high > INT64_MAX)
		return NO_BOUND;
	for (wide x = first.low; x <= limit; x *= d->low)
		n++;
	return n;
}

/* Does the test see the variable as it was when the iteration began? */
static bool unmoved(const struct form *e)
{
	return e->kind == FORM_LINEAR && e->low == 0 && e->high == 0;
}

static bool at_start(const struct form *e)
{
	return unmoved(e) || e->kind == FORM_SHRINK;
}

/* Stays only while a string is not empty. */
static int64_t count_text(struct former *fm, uint32_t loop, const struct iteration *it,
			  const struct test *t, const struct form *d, int64_t longest)
{
	bool nonempty = (t->rel == REL_GT && t->yr.low >= 0) ||
			(t->rel == REL_GE && t->yr.low >= 1) ||
			(t->rel == REL_NE && interval_single(t->yr) && t->yr.low == 0);
	struct interval first;

	if (!unmoved(&t->x) || !nonempty)
		return NO_BOUND;
	/* each token takes a byte at least of what is left of the text */
	if (d->kind == FORM_TOKEN)
		return it->splits ? NO_BOUND : longest + 1;
	first = form_entry(fm, loop, t->x.base);
	if (d->base != t->x.base || first.high == INT64_MAX)
		return NO_BOUND;
	if (interval_empty(first))
		return 0;
	return settle(((wide)first.high + d->low - 1) / d->low);
}

static int64_t count_division(struct interval first, const struct test *t, const struct form *d)
{
	struct interval y = t->yr;

	if (!at_start(&t->x) || (t->x.kind == FORM_SHRINK && t->x.how != d->how))
		return NO_BOUND;
	if (t->rel == REL_NE && interval_single(y) && y.low == 0)
		return count_shrinking(first, d, false);
	if ((t->rel == REL_GT && y.low >= 0) || (t->rel == REL_GE && y.low >= 1))
		return count_shrinking(first, d, true);
	return NO_BOUND;
}

static bool is_steady(const struct test *t)
{
	return interval_single(t->yr) || t->y.kind == FORM_STEADY;
}

/* The bound that one condition to stay, x REL y with x moving, gives. */
static int64_t count_test(struct former *fm, uint32_t loop, const struct iteration *it,
			  const struct test *t, int64_t longest)
{
	uint32_t i = index_of(it, t->x.base);
	const struct form *d, *e = &t->x;
	struct interval first;

	if ((e->kind != FORM_LINEAR && e->kind != FORM_SHRINK) || i == IR_NONE)
		return NO_BOUND;
	d = &it->step[i];
	if (d->kind == FORM_TOKEN || d->kind == FORM_CUT)
		return count_text(fm, loop, it, t, d, longest);
	if (d->kind == FORM_NONE || d->kind == FORM_STEADY || d->base != e->base)
		return NO_BOUND;
	first = form_entry(fm, loop, e->base);
	if (interval_empty(first) || interval_empty(t->yr))
		return 0;
	if (d->kind == FORM_SHRINK)
		return count_division(first, t, d);
	if (e->kind != FORM_LINEAR || (d->kind == FORM_GROW && !unmoved(e)))
		return NO_BOUND;
	if (d->kind == FORM_GROW)
		return t->rel == REL_LT || t->rel == REL_LE
			       ? count_growing(first, d, (wide)t->yr.high - (t->rel == REL_LT))
			       : NO_BOUND;
	switch (t->rel) {
	case REL_LT: return count_up(first, e, d, (wide)t->yr.high - 1);
	case REL_LE: return count_up(first, e, d, t->yr.high);
	case REL_GT: return count_down(first, e, d, (wide)t->yr.low + 1);
	case REL_GE: return count_down(first, e, d, t->yr.low);
	case REL_NE: return count_exact(first, e, d, t->yr, is_steady(t));
	case REL_EQ: return NO_BOUND;
	}
	return NO_BOUND;
}

static struct test mirrored(const struct test *t)
{
	struct test m = {.rel = interval_mirror(t->rel),
			 .x = t->y,
			 .y = t->x,
			 .xr = t->yr,
			 .yr = t->xr,
			 .late = t->late,
			 .loc = t->loc};

	return m;
}

int64_t bound_elements(const struct ir_program *p, const struct ir_iter *it)
{
	const struct ir_global *g = &p->globals.v[it->global];
	wide n;

	if (!it->hist)
		return g->capacity > 0 ? g->capacity : p->limits.maxmapentries;
	if (g->hist_log)
		return 128;
	if (g->hist_step <= 0)
		return NO_BOUND;
	n = ((wide)g->hist_high - g->hist_low) / g->hist_step + 3;
	return settle(n);
}

static int64_t count_walk(struct former *fm, const struct invariants *inv, uint32_t func,
			  uint32_t loop, uint32_t iter)
{
	const struct ir_iter *it = &inv->p->funcs.v[func].iters.v[iter];
	int64_t n = bound_elements(inv->p, it);
	struct interval limit;

	if (form_restarts(fm, loop, iter))
		return NO_BOUND;
	if (it->limit == IR_NONE)
		return n;
	limit = form_limit(fm, iter, it->limit);
	if (interval_empty(limit) || limit.high < 0)
		return 0;
	return limit.high < n ? limit.high : n;
}

/* --- verdicts --- */

struct bounder {
	struct arena *arena;
	const struct invariants *inv;
	uint32_t func;
	struct former *fm;
};

static const char *slot_name(const struct bounder *b, uint32_t slot)
{
	const struct shape *sh = b->inv->shapes[b->func];
	uint32_t owner = sh->slot_owner[slot];
	const char *name = slot < sh->global_slot0 ? b->inv->p->funcs.v[b->func].regs.v[owner].name
						   : b->inv->p->globals.v[owner].name;

	return name ? name : "a value";
}

static const char *range_text(struct arena *a, struct interval r)
{
	if (interval_single(r))
		return arena_printf(a, "%lld", (long long)r.low);
	if (r.low == INT64_MIN && r.high == INT64_MAX)
		return "any number";
	if (r.high == INT64_MAX)
		return arena_printf(a, "%lld or more", (long long)r.low);
	if (r.low == INT64_MIN)
		return arena_printf(a, "%lld or less", (long long)r.high);
	return arena_printf(a, "%lld .. %lld", (long long)r.low, (long long)r.high);
}

static void explain_test(struct bounder *b, const struct iteration *it, const struct test *t,
			 struct verdict *v)
{
	uint32_t i = t->x.kind == FORM_LINEAR || t->x.kind == FORM_SHRINK ? index_of(it, t->x.base)
									  : IR_NONE;

	if (i != IR_NONE && it->step[i].kind == FORM_NONE)
		verdict_step(v, t->loc,
			     arena_printf(b->arena,
					  "%s does not move by a known amount on every iteration",
					  slot_name(b, t->x.base)));
	else if (i != IR_NONE && it->step[i].kind == FORM_LINEAR)
		verdict_step(v, t->loc,
			     arena_printf(b->arena,
					  "%s changes by %s an iteration and is compared with %s",
					  slot_name(b, t->x.base),
					  range_text(b->arena, interval_make(it->step[i].low,
									     it->step[i].high)),
					  range_text(b->arena, t->yr)));
	else
		verdict_step(v, t->loc,
			     arena_printf(b->arena, "the condition compares %s with %s",
					  range_text(b->arena, t->xr),
					  range_text(b->arena, t->yr)));
}

static struct verdict open_loop(struct bounder *b, const struct iteration *it)
{
	struct verdict v = verdict_make(
		VERDICT_GUARDED,
		"no exit that every iteration passes compares a variable that moves steadily "
		"with something bounded; MAXACTION ends the loop if it goes on");

	for (uint32_t i = 0; i < it->ntests; i++)
		if (!interval_single(it->tests[i].xr) || !interval_single(it->tests[i].yr))
			explain_test(b, it, &it->tests[i], &v);
	return v;
}

/* How often the body is started: once more than it is finished when the way out is inside it. */
static int64_t count_starts(const struct test *t, int64_t rounds)
{
	return t->late && rounds < ENDS ? rounds + 1 : rounds;
}

/* The least bound found, and what gave it: a test, or if x names nothing a walk. */
struct best {
	int64_t n;
	bool walk;
	struct test test;
};

static void try_test(struct bounder *b, uint32_t loop, const struct iteration *it,
		     const struct test *t, struct best *best)
{
	int64_t n = count_test(b->fm, loop, it, t, b->inv->p->limits.maxstringlen - 1);

	/* that it ends some day is worth saying only where what it waits for stands still */
	if (n == ENDS && t->y.kind != FORM_STEADY)
		return;
	n = count_starts(t, n);
	if (n < best->n)
		*best = (struct best){.n = n, .test = *t};
}

static struct best best_bound(struct bounder *b, uint32_t loop, const struct iteration *it)
{
	struct best best = {.n = NO_BOUND};

	for (uint32_t i = 0; i < it->ntests; i++) {
		struct test m = mirrored(&it->tests[i]);

		try_test(b, loop, it, &it->tests[i], &best);
		try_test(b, loop, it, &m, &best);
	}
	for (uint32_t i = 0; i < it->nwalks; i++) {
		int64_t n = count_walk(b->fm, b->inv, b->func, loop, it->walks[i]);

		if (n < best.n)
			best = (struct best){.n = n, .walk = true};
	}
	return best;
}

static const char *relation_words(enum interval_relation rel)
{
	switch (rel) {
	case REL_EQ: return "equal to";
	case REL_NE: return "other than";
	case REL_LT: return "less than";
	case REL_LE: return "at most";
	case REL_GT: return "greater than";
	case REL_GE: return "at least";
	}
	return "";
}

/* "i goes from 0 by 1 while less than 10" */
static const char *explain_bound(struct bounder *b, uint32_t loop, const struct iteration *it,
				 const struct test *t)
{
	const struct form *d = &it->step[index_of(it, t->x.base)];
	struct interval step = interval_make(d->low, d->high);
	const char *name = slot_name(b, t->x.base);
	const char *from = range_text(b->arena, form_entry(b->fm, loop, t->x.base));
	const char *to = arena_printf(b->arena, "while %s %s", relation_words(t->rel),
				      range_text(b->arena, t->yr));

	if (d->kind == FORM_TOKEN)
		return arena_printf(b->arena,
				    "%s is the next token of a text on each iteration, and a text "
				    "has no more tokens than bytes",
				    name);
	if (d->kind == FORM_CUT)
		return arena_printf(
			b->arena,
			"%s gets shorter by %lld or more on each iteration, until it is "
			"empty",
			name, (long long)d->low);
	if (d->kind == FORM_GROW)
		return arena_printf(b->arena, "%s is multiplied by %s or more, from %s on, %s",
				    name, range_text(b->arena, interval_constant(d->low)), from,
				    to);
	if (d->kind == FORM_SHRINK)
		return arena_printf(b->arena, "%s is %s on each iteration, from %s on, %s", name,
				    d->how == SHRINK_DIVIDE ? "divided" : "shifted right", from,
				    to);
	return arena_printf(b->arena, "%s goes from %s by %s %s", name, from,
			    range_text(b->arena, step), to);
}

/* "it ends when i, which goes from 0 by 1, reaches n; nothing bounds n" */
static const char *explain_end(struct bounder *b, uint32_t loop, const struct iteration *it,
			       const struct test *t)
{
	const struct form *d = &it->step[index_of(it, t->x.base)];
	const char *limit = t->y.base == SLOT_NONE ? "its limit" : slot_name(b, t->y.base);

	return arena_printf(b->arena,
			    "it ends when %s, which goes from %s by %s, reaches %s; how long that "
			    "takes, %s alone says",
			    slot_name(b, t->x.base),
			    range_text(b->arena, form_entry(b->fm, loop, t->x.base)),
			    range_text(b->arena, interval_make(d->low, d->high)), limit, limit);
}

static struct verdict judge(struct bounder *b, uint32_t loop)
{
	struct iteration it = form_loop(b->fm, loop);
	struct best best;

	if (!it.back)
		return verdict_bounded(VERDICT_PROVED, 1, "it never comes round a second time");
	if (!it.exits)
		return verdict_make(VERDICT_REFUTED,
				    "nothing in the loop can end it: no condition that may turn "
				    "false, no break, return or error");
	best = best_bound(b, loop, &it);
	if (best.n == NO_BOUND)
		return open_loop(b, &it);
	if (best.n == ENDS)
		return verdict_make(VERDICT_PROVED, explain_end(b, loop, &it, &best.test));
	return verdict_bounded(VERDICT_PROVED, best.n,
			       best.walk ? "it visits each element once"
					 : explain_bound(b, loop, &it, &best.test));
}

/* A loop of the script that has no way back: its body runs at most once. */
static struct verdict straight(const struct bounder *b, uint32_t header)
{
	const struct claims *c = &b->inv->claims[b->func];

	if (!c->at || !c->at[header].reachable)
		return verdict_bounded(VERDICT_PROVED, 0, "it is never reached");
	return verdict_bounded(VERDICT_PROVED, 1, "it never comes round a second time");
}

static void judge_all(struct bounder *b, struct verdict *natural)
{
	const struct shape *sh = b->inv->shapes[b->func];
	const struct claims *c = &b->inv->claims[b->func];

	for (uint32_t l = sh->nloops; l-- > 0;)
		if (!c->at || !c->at[sh->loops[l].header].reachable)
			natural[l] = straight(b, sh->loops[l].header);
		else
			natural[l] = judge(b, l);
}

struct verdict *bound_function(struct arena *a, const struct invariants *inv, uint32_t func)
{
	const struct ir_func *f = &inv->p->funcs.v[func];
	const struct shape *sh = inv->shapes[func];
	struct bounder b = {.arena = a, .inv = inv, .func = func};
	struct verdict *out = arena_alloc(a, f->loops.n * sizeof *out);
	struct verdict *natural = arena_alloc(a, sh->nloops * sizeof *natural);
	bool odd = sh->irreducible || inv->claims[func].blank;

	if (!odd && sh->nloops) {
		struct arena *scratch = arena_scratch(a);

		b.fm = form_new(scratch, inv, func);
		judge_all(&b, natural);
		arena_free(scratch);
	}
	vec_each(i, &f->loops) {
		uint32_t h = f->loops.v[i].header;

		if (odd)
			out[i] = verdict_make(VERDICT_GUARDED, "the loop was not analysed");
		else if (sh->rank[h] == IR_NONE || sh->loop_at[h] == IR_NONE)
			out[i] = straight(&b, h);
		else
			out[i] = natural[sh->loop_at[h]];
	}
	return out;
}
