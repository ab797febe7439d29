/*
 * Abstract states as persistent tries: sixteen slots a leaf, shared wherever
 * two states agree, so that a copy costs nothing and a join only what differs.
 * An absent subtree means "nothing known" for registers and the program-wide
 * range for globals.  Equality of values is by version: a version names one
 * run-time value as long as the block that made it is not executed again, and
 * state_arrive() renames everything a loop changes on the way into its header,
 * so no version outlives that.  Facts and differences name versions and so need
 * no undoing.
 */
#include "verifier/zone.h"

#include <string.h>

/* TOLD: beyond all registers */
enum { FAN = STATE_FAN, FAN_BITS = 4, MAX_FACTS = 32, TOLD = 1 << 30 };

uint32_t state_levels(const struct shape *sh)
{
	uint32_t levels = 1;

	while (levels < 8 && (uint64_t)sh->nslots > (uint64_t)1 << (FAN_BITS * levels))
		levels++;
	return levels;
}

void state_space(struct space *sp, struct arena *arena, const struct ir_program *p,
		 const struct ir_func *f, const struct shape *sh, const struct world *w)
{
	*sp = (struct space){
		.p = p, .f = f, .sh = sh, .w = w, .arena = arena, .levels = state_levels(sh)};
	sp->token = arena_alloc(arena, 1);
	sp->locals = arena_alloc(arena, f->regs.n * sizeof *sp->locals);
}

version state_made(const struct space *sp, uint32_t block, uint32_t inst, uint32_t slot)
{
	return (version)1 << 63 | (version)(sp->sh->serial[block] + inst) << 32 | slot;
}

bool state_maker(version ver, uint32_t *serial)
{
	*serial = (uint32_t)(ver >> 32) & 0x7fffffff;
	return ver >> 63;
}

version state_met(uint32_t block, uint32_t slot)
{
	return (version)block << 32 | slot;
}

version state_told(enum intrinsic by)
{
	return (version)(SLOT_LOCAL | TOLD | (uint32_t)by);
}

bool state_is_told(version ver)
{
	return (ver & ~(version)(TOLD - 1)) == (SLOT_LOCAL | TOLD) && (ver & (TOLD - 1)) < INTRINSIC_COUNT;
}

struct interval state_any(const struct space *sp, uint32_t slot)
{
	uint32_t owner;

	if (slot & SLOT_LOCAL)
		return world_any(sp->p, sp->f->regs.v[slot & ~SLOT_LOCAL].type);
	owner = sp->sh->slot_owner[slot];
	if (slot < sp->sh->global_slot0)
		return world_any(sp->p, sp->f->regs.v[owner].type);
	if (sp->p->globals.v[owner].nkeys)
		return interval_top();
	return sp->w->global[owner];
}

static struct value unknown(const struct space *sp, uint32_t slot)
{
	struct interval any = state_any(sp, slot);

	return (struct value){.range = any,
			      .bits = interval_empty(any) ? bits_unknown() : bits_of(any),
			      .ver = state_met(0, slot),
			      .source = SLOT_NONE};
}

struct value state_get(const struct space *sp, const struct state *st, uint32_t slot)
{
	const struct node *n = st->root;

	if (slot & SLOT_LOCAL)
		return sp->locals[slot & ~SLOT_LOCAL];
	for (uint32_t level = sp->levels; n && level-- > 1;)
		n = n->kid[slot >> (FAN_BITS * level) & (FAN - 1)];
	const struct value *v = n ? n->kid[slot & (FAN - 1)] : NULL;

	return v ? *v : unknown(sp, slot);
}

static struct node *writable(struct space *sp, const struct node *n)
{
	struct node *copy;

	if (n && n->owner == sp->token)
		return (struct node *)(uintptr_t)n;
	copy = arena_make(sp->arena, struct node);
	if (n)
		*copy = *n;
	copy->owner = sp->token;
	return copy;
}

static void put(struct space *sp, struct state *st, uint32_t slot, const struct value *v)
{
	struct node *n = writable(sp, st->root);

	st->root = n;
	for (uint32_t level = sp->levels; level-- > 1;) {
		uint32_t i = slot >> (FAN_BITS * level) & (FAN - 1);
		struct node *down = writable(sp, n->kid[i]);

		n->kid[i] = down;
		n = down;
	}
	n->kid[slot & (FAN - 1)] = v;
}

void state_set(struct space *sp, struct state *st, uint32_t slot, const struct value *v)
{
	struct value *kept;

	if (slot & SLOT_LOCAL) {
		sp->locals[slot & ~SLOT_LOCAL] = *v;
		return;
	}
	kept = arena_make(sp->arena, struct value);
	*kept = *v;
	put(sp, st, slot, kept);
}

struct state state_copy(struct space *sp, const struct state *st)
{
	sp->token = arena_alloc(sp->arena, 1);
	return *st;
}

/* --- facts --- */

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool same_key(const struct key *a, const struct key *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case KEY_INT: return a->number == b->number;
	case KEY_TEXT: return same_text(a->text, b->text);
	case KEY_VERSION: return a->ver == b->ver;
	}
	return false;
}

bool state_same_fact(const struct fact *a, const struct fact *b)
{
	if (a == b)
		return true;
	if (a->slot != b->slot || a->ver != b->ver || a->iter != b->iter || a->nkeys != b->nkeys)
		return false;
	for (uint32_t i = 0; i < a->nkeys; i++)
		if (!same_key(&a->keys[i], &b->keys[i]))
			return false;
	return true;
}

bool state_knows(const struct state *st, const struct fact *f)
{
	for (const struct fact *k = st->facts; k; k = k->next)
		if (state_same_fact(k, f))
			return true;
	return false;
}

void state_learn(struct space *sp, struct state *st, const struct fact *f)
{
	struct fact *kept;

	if (st->nfacts >= MAX_FACTS || state_knows(st, f))
		return;
	kept = arena_make(sp->arena, struct fact);
	*kept = *f;
	kept->next = st->facts;
	st->facts = kept;
	st->nfacts++;
}

void state_common_facts(struct space *sp, struct state *into, const struct state *from)
{
	const struct fact *f = into->facts;
	bool all = true;

	if (f == from->facts)
		return;
	for (const struct fact *k = f; k; k = k->next)
		all &= state_knows(from, k);
	if (all)
		return;
	into->facts = NULL;
	into->nfacts = 0;
	for (; f; f = f->next)
		if (state_knows(from, f))
			state_learn(sp, into, f);
}

/* --- joins --- */

static bool same_pred(const struct pred *a, const struct pred *b);

/* Predicates nest a few levels deep: the depth is limited where they are made. */
static bool same_operand(const struct operand *a, const struct operand *b)
{
	return a->slot == b->slot && a->ver == b->ver && interval_equal(a->range, b->range) &&
	       bits_equal(a->bits, b->bits) && same_pred(a->pred, b->pred);
}

static bool same_pred(const struct pred *a, const struct pred *b)
{
	if (a == b)
		return true;
	if (!a || !b || a->kind != b->kind)
		return false;
	if (a->kind == PRED_HOLDS)
		return state_same_fact(a->fact, b->fact);
	if (a->kind == PRED_MASKED)
		return a->mask == b->mask && same_operand(&a->a, &b->a);
	return a->rel == b->rel && same_operand(&a->a, &b->a) && same_operand(&a->b, &b->b);
}

struct joiner {
	struct space *sp;
	const struct natural *loop; /* that the block heads, if it does */
	struct zone_join zones;
	bool changed;
};

/* What a loop does not change need not be widened where it begins. */
bool state_modifies(const struct natural *loop, uint32_t slot)
{
	uint32_t low = 0, high = loop ? loop->nmods : 0;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (loop->mods[mid] == slot)
			return true;
		if (loop->mods[mid] < slot)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

/* The range and the bits of both, widened where a loop's header asks for it. */
static void met_numbers(const struct joiner *j, uint32_t slot, const struct value *a,
			const struct value *b, struct value *r)
{
	const struct zone_join *z = &j->zones;
	bool wider = !interval_within(b->range, a->range) || !bits_within(b->bits, a->bits);

	if (!z->widen || !wider || !state_modifies(j->loop, slot)) {
		r->range = interval_join(a->range, b->range);
		r->bits = bits_join(a->bits, b->bits);
		return;
	}
	r->range = interval_widen(a->range, b->range, z->give_up ? NULL : z->widen);
	r->range = interval_meet(r->range, state_any(j->sp, slot));
	r->bits = z->give_up ? bits_unknown() : bits_widen(a->bits, b->bits);
	bits_reduce(&r->range, &r->bits);
}

static struct value met(const struct joiner *j, uint32_t slot, const struct value *a,
			const struct value *b)
{
	struct value r = *a;

	met_numbers(j, slot, a, b, &r);
	r.diffs = zone_meet(&j->zones, slot, a, b, r.range);
	if (a->ver != b->ver)
		r.ver = state_met(j->zones.block, slot);
	if (!same_text(a->text, b->text))
		r.text = NULL;
	if (!same_pred(a->pred, b->pred))
		r.pred = NULL;
	if (a->source != b->source)
		r.source = SLOT_NONE;
	return r;
}

static bool same_value(const struct value *a, const struct value *b)
{
	return interval_equal(a->range, b->range) && bits_equal(a->bits, b->bits) &&
	       a->ver == b->ver && zone_same(a->diffs, b->diffs) && same_text(a->text, b->text) &&
	       a->source == b->source && same_pred(a->pred, b->pred);
}

static const struct value *join_value(struct joiner *j, uint32_t slot, const struct value *a,
				      const struct value *b)
{
	struct value ua, ub, r;
	struct value *kept;

	j->sp->joins++;
	if (!a) {
		ua = unknown(j->sp, slot);
		a = &ua;
	}
	if (!b) {
		ub = unknown(j->sp, slot);
		b = &ub;
	}
	r = met(j, slot, a, b);
	if (same_value(&r, a))
		return a == &ua ? NULL : a;
	j->changed = true;
	if (same_value(&r, b))
		return b == &ub ? NULL : b;
	kept = arena_make(j->sp->arena, struct value);
	*kept = r;
	return kept;
}

/*
 * Depth is the number of levels: at most eight.  Where all comes from one side its node is shared:
 * a join then costs what it changes, and the next one finds the states alike.
 */
static const struct node *join_node(struct joiner *j, uint32_t level, uint32_t at,
				    const struct node *a, const struct node *b)
{
	const void *kid[FAN];
	bool as_a = true, as_b = true;
	struct node *r;

	if (a == b)
		return a;
	for (uint32_t i = 0; i < FAN; i++) {
		const void *x = a ? a->kid[i] : NULL, *y = b ? b->kid[i] : NULL;
		uint32_t slot = at | i << (FAN_BITS * (level - 1));

		kid[i] = x;
		if (x != y)
			kid[i] = level == 1 ? (const void *)join_value(j, slot, x, y)
					    : (const void *)join_node(j, level - 1, slot, x, y);
		as_a &= kid[i] == x;
		as_b &= kid[i] == y;
	}
	if (as_a || as_b)
		return as_a ? a : b;
	r = writable(j->sp, a);
	memcpy(r->kid, kid, sizeof kid);
	return r;
}

bool state_join(struct space *sp, struct state *into, const struct state *from, uint32_t block,
		const struct thresholds *widen, bool give_up)
{
	uint32_t loop = sp->sh->irreducible ? IR_NONE : sp->sh->loop_at[block];
	struct joiner j = {.sp = sp, .loop = loop == IR_NONE ? NULL : &sp->sh->loops[loop]};
	uint32_t facts = into->nfacts;
	struct state was;

	if (!from->reachable)
		return false;
	if (!into->reachable) {
		*into = state_copy(sp, from);
		return true;
	}
	was = state_copy(sp, into); /* differences are computed between the states as they were */
	j.zones = (struct zone_join){
		.sp = sp, .a = &was, .b = from, .block = block, .widen = widen, .give_up = give_up};
	into->root = join_node(&j, sp->levels, 0, into->root, from->root);
	state_copy(sp, from); /* from is no longer the only one with its nodes */
	state_common_facts(sp, into, from);
	return j.changed || into->nfacts != facts;
}

void state_join_slot(struct space *sp, struct state *into, const struct state *from, uint32_t slot,
		     uint32_t block)
{
	struct joiner j = {.sp = sp};
	struct value old = state_get(sp, into, slot), v = state_get(sp, from, slot), r;

	j.zones =
		(struct zone_join){.sp = sp, .a = into, .b = from, .block = block, .partial = true};
	r = met(&j, slot, &old, &v);
	if (!same_value(&r, &old))
		state_set(sp, into, slot, &r);
}

void state_arrive(struct space *sp, struct state *st, uint32_t block)
{
	uint32_t loop = sp->sh->irreducible ? IR_NONE : sp->sh->loop_at[block];

	struct state was;

	if (loop == IR_NONE || !st->reachable)
		return;
	was = state_copy(sp, st);
	for (uint32_t i = 0; i < sp->sh->loops[loop].nmods; i++) {
		uint32_t slot = sp->sh->loops[loop].mods[i];
		struct value v = state_get(sp, st, slot);

		v.diffs = zone_arrive(sp, &was, &v, block);
		v.ver = state_met(block, slot);
		v.text = NULL;
		v.pred = NULL;
		v.source = SLOT_NONE;
		state_set(sp, st, slot, &v);
	}
}

/* --- inclusion --- */

struct inclusion {
	const struct space *sp;
	const struct state *st;
	uint32_t block;
};

static bool fits(const struct inclusion *in, uint32_t slot, const struct value *v,
		 const struct value *claim)
{
	struct value uv, uc;

	if (!v) {
		uv = unknown(in->sp, slot);
		v = &uv;
	}
	if (!claim) {
		uc = unknown(in->sp, slot);
		claim = &uc;
	}
	return interval_within(v->range, claim->range) && bits_within(v->bits, claim->bits) &&
	       (v->ver == claim->ver || claim->ver == state_met(in->block, slot)) &&
	       (!claim->text || same_text(v->text, claim->text)) &&
	       (!claim->pred || same_pred(v->pred, claim->pred)) &&
	       zone_within(in->sp, in->st, v, claim->diffs, in->block);
}

static bool node_within(const struct inclusion *in, uint32_t level, uint32_t at,
			const struct node *v, const struct node *claim)
{
	for (uint32_t i = 0; v != claim && i < FAN; i++) {
		const void *x = v ? v->kid[i] : NULL, *y = claim ? claim->kid[i] : NULL;
		uint32_t slot = at | i << (FAN_BITS * (level - 1));

		if (x == y || slot >= in->sp->sh->nslots)
			continue;
		if (level == 1 ? !fits(in, slot, x, y) : !node_within(in, level - 1, slot, x, y))
			return false;
	}
	return true;
}

bool state_within(struct space *sp, const struct state *st, const struct state *claim,
		  uint32_t block)
{
	struct inclusion in = {.sp = sp, .st = st, .block = block};

	if (!st->reachable)
		return true;
	if (!claim->reachable || !node_within(&in, sp->levels, 0, st->root, claim->root))
		return false;
	for (const struct fact *f = claim->facts; f; f = f->next)
		if (!state_knows(st, f))
			return false;
	return true;
}

/* --- differences --- */

/* Depth is the number of levels: at most eight. */
static void node_differences(const struct space *sp, uint32_t level, uint32_t at,
			     const struct node *a, const struct node *b, state_value_fn fn,
			     void *ctx)
{
	for (uint32_t i = 0; a != b && i < FAN; i++) {
		const void *x = a ? a->kid[i] : NULL, *y = b ? b->kid[i] : NULL;
		uint32_t slot = at | i << (FAN_BITS * (level - 1));
		struct value ux, uy;

		if (x == y || slot >= sp->sh->nslots)
			continue;
		if (level > 1) {
			node_differences(sp, level - 1, slot, x, y, fn, ctx);
			continue;
		}
		ux = x ? *(const struct value *)x : unknown(sp, slot);
		uy = y ? *(const struct value *)y : unknown(sp, slot);
		if (!same_value(&ux, &uy))
			fn(ctx, slot, &uy);
	}
}

void state_differences(const struct space *sp, const struct state *a, const struct state *b,
		       state_value_fn fn, void *ctx)
{
	node_differences(sp, sp->levels, 0, a->root, b->root, fn, ctx);
}
