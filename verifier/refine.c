/*
 * Refinement.  A comparison leaves a predicate on its result that names the
 * operands' slots and versions; a branch on the result, on a copy of it, or on
 * its negation, narrows the operands that still hold those versions, and
 * through `source` the variables they were copied from.  Nothing has to be
 * undone on reassignment: the version no longer matches.
 */
#include "verifier/refine.h"

enum { MAX_DEPTH = 6, MAX_HOPS = 4 };

static void apply(struct space *sp, struct state *st, const struct pred *p, bool truth,
		  unsigned depth);

static void narrow(struct space *sp, struct state *st, uint32_t slot, version ver,
		   struct interval range, unsigned depth)
{
	for (int hop = 0; hop < MAX_HOPS && slot != SLOT_NONE && st->reachable; hop++) {
		struct value v = state_get(sp, st, slot);
		struct interval met = interval_meet(v.range, range);
		uint32_t next = v.source;
		bool sure;

		if (v.ver != ver)
			return;
		if (interval_empty(met)) {
			st->reachable = false;
			return;
		}
		sure = v.pred && interval_has(v.range, 0) && !interval_single(v.range) &&
		       (!interval_has(met, 0) || interval_single(met));
		if (!(slot & SLOT_LOCAL) && !interval_equal(met, v.range)) {
			v.range = met;
			state_set(sp, st, slot, &v);
		}
		if (sure && depth)
			apply(sp, st, v.pred, !interval_has(met, 0), depth - 1);
		slot = next;
	}
}

void refine_range(struct space *sp, struct state *st, uint32_t slot, struct interval range)
{
	struct value v = state_get(sp, st, slot);

	narrow(sp, st, slot, v.ver, range, MAX_DEPTH);
}

static struct interval current(struct space *sp, const struct state *st, const struct operand *o)
{
	struct value v;

	if (o->slot == SLOT_NONE)
		return o->range;
	v = state_get(sp, st, o->slot);
	return v.ver == o->ver ? interval_meet(v.range, o->range) : o->range;
}

/* The operand turned out to lie in `now`; if that decides whether it is zero, what it says follows.
 */
static void settle(struct space *sp, struct state *st, const struct operand *o, struct interval was,
		   struct interval now, unsigned depth)
{
	if (!st->reachable)
		return;
	narrow(sp, st, o->slot, o->ver, now, depth);
	if (o->pred && depth && interval_has(was, 0) &&
	    (!interval_has(now, 0) || interval_single(now)))
		apply(sp, st, o->pred, !interval_has(now, 0), depth - 1);
}

static void apply_compare(struct space *sp, struct state *st, const struct pred *p, bool truth,
			  unsigned depth)
{
	enum interval_relation rel = truth ? p->rel : interval_negate(p->rel);
	struct interval a = current(sp, st, &p->a), b = current(sp, st, &p->b);
	struct interval na = interval_assume(rel, a, b);
	struct interval nb = interval_assume(interval_mirror(rel), b, a);

	if (interval_empty(na) || interval_empty(nb)) {
		st->reachable = false;
		return;
	}
	settle(sp, st, &p->a, a, na, depth);
	settle(sp, st, &p->b, b, nb, depth);
}

static void apply(struct space *sp, struct state *st, const struct pred *p, bool truth,
		  unsigned depth)
{
	if (!st->reachable)
		return;
	if (p->kind == PRED_COMPARE)
		apply_compare(sp, st, p, truth, depth);
	else if (truth)
		state_learn(sp, st, p->fact);
}

void refine_truth(struct space *sp, struct state *st, const struct value *cond, uint32_t slot,
		  bool truth)
{
	struct interval zero = interval_constant(0);
	struct interval r =
		truth ? interval_exclude_zero(cond->range) : interval_meet(cond->range, zero);

	if (interval_empty(r)) {
		st->reachable = false;
		return;
	}
	narrow(sp, st, slot, cond->ver, r, MAX_DEPTH);
	if (cond->pred)
		apply(sp, st, cond->pred, truth, MAX_DEPTH);
}

/* --- making predicates --- */

static struct operand operand_of(const struct space *sp, const struct state *st, uint32_t slot)
{
	struct value v = state_get(sp, st, slot);
	struct operand o = {slot, v.ver, v.range, NULL};

	if (v.pred && v.pred->depth < MAX_DEPTH)
		o.pred = v.pred;

	if (!(slot & SLOT_LOCAL))
		return o;
	o.slot = SLOT_NONE;
	if (v.source != SLOT_NONE && !(v.source & SLOT_LOCAL) &&
	    state_get(sp, st, v.source).ver == v.ver)
		o.slot = v.source;
	return o;
}

static uint32_t depth_of(const struct operand *o)
{
	return o->pred ? o->pred->depth + 1 : 0;
}

const struct pred *refine_compare(struct space *sp, const struct state *st,
				  enum interval_relation rel, uint32_t a, uint32_t b)
{
	struct pred *p = arena_make(sp->arena, struct pred);

	p->kind = PRED_COMPARE;
	p->rel = rel;
	p->a = operand_of(sp, st, a);
	p->b = operand_of(sp, st, b);
	p->depth = depth_of(&p->a) > depth_of(&p->b) ? depth_of(&p->a) : depth_of(&p->b);
	return p;
}

const struct pred *refine_holds(struct space *sp, const struct fact *f)
{
	struct pred *p = arena_make(sp->arena, struct pred);
	struct fact *kept = arena_make(sp->arena, struct fact);

	*kept = *f;
	p->kind = PRED_HOLDS;
	p->fact = kept;
	return p;
}
