/*
 * Refinement.  A comparison leaves a predicate on its result that names the
 * operands' slots and versions; a branch on the result, on a copy of it, or on
 * its negation, narrows the operands that still hold those versions, and
 * through `source` the variables they were copied from.  Nothing has to be
 * undone on reassignment: the version no longer matches.
 */
#include "verifier/refine.h"
#include "verifier/zone.h"

enum { MAX_DEPTH = 6, MAX_HOPS = 4 };

/* What turned out of a value: a range and bits it lies in. */
struct finding {
	struct interval range;
	struct bits bits;
};

static void apply(struct space *sp, struct state *st, const struct pred *p, bool truth,
		  unsigned depth);
static void apply_masked(struct space *sp, struct state *st, const struct pred *p, struct bits now,
			 bool nonzero, unsigned depth);

static struct finding in_range(struct interval r)
{
	return (struct finding){r, bits_unknown()};
}

/* What a predicate says once its value, that may have been zero or not, lies in `now`. */
static void conclude(struct space *sp, struct state *st, const struct pred *p, struct interval was,
		     struct interval now, struct bits bits, unsigned depth)
{
	if (!p || !depth || !st->reachable)
		return;
	if (p->kind == PRED_MASKED)
		apply_masked(sp, st, p, bits, !interval_has(now, 0), depth - 1);
	else if (interval_has(was, 0) && !interval_single(was) &&
		 (!interval_has(now, 0) || interval_single(now)))
		apply(sp, st, p, !interval_has(now, 0), depth - 1);
}

static void narrow(struct space *sp, struct state *st, uint32_t slot, version ver,
		   struct finding found, unsigned depth);

/* A value that got smaller takes along those that are known to be near it. */
static void pull(struct space *sp, struct state *st, const struct value *v)
{
	for (const struct diff *d = v->diffs; d && st->reachable; d = d->next)
		if (d->slot != SLOT_NONE)
			narrow(sp, st, d->slot, d->ver,
			       in_range(zone_shift(v->range, zone_negate(d->by))), 0);
}

static void narrow(struct space *sp, struct state *st, uint32_t slot, version ver,
		   struct finding found, unsigned depth)
{
	for (int hop = 0; hop < MAX_HOPS && slot != SLOT_NONE && st->reachable; hop++) {
		struct value v = state_get(sp, st, slot);
		struct value met = v;

		if (v.ver != ver)
			return;
		met.range = interval_meet(v.range, found.range);
		if (interval_empty(met.range) || !bits_meet(v.bits, found.bits, &met.bits) ||
		    !bits_reduce(&met.range, &met.bits)) {
			st->reachable = false;
			return;
		}
		if (!interval_equal(met.range, v.range) || !bits_equal(met.bits, v.bits)) {
			if (!(slot & SLOT_LOCAL))
				state_set(sp, st, slot, &met);
			if (depth)
				pull(sp, st, &met);
		}
		conclude(sp, st, v.pred, v.range, met.range, met.bits, depth);
		slot = v.source;
	}
}

void refine_range(struct space *sp, struct state *st, uint32_t slot, struct interval range)
{
	struct value v = state_get(sp, st, slot);

	narrow(sp, st, slot, v.ver, in_range(range), MAX_DEPTH);
}

static struct finding current(struct space *sp, const struct state *st, const struct operand *o)
{
	struct finding f = {o->range, o->bits};
	struct value v;

	if (o->slot == SLOT_NONE)
		return f;
	v = state_get(sp, st, o->slot);
	if (v.ver != o->ver)
		return f;
	f.range = interval_meet(zone_range(sp, st, &v), o->range);
	if (!bits_meet(v.bits, o->bits, &f.bits))
		f.range = interval_bottom();
	return f;
}

/* The operand turned out to lie in `now`; if that decides whether it is zero, what it says follows.
 */
static void settle(struct space *sp, struct state *st, const struct operand *o, struct interval was,
		   struct finding now, unsigned depth)
{
	if (!st->reachable)
		return;
	narrow(sp, st, o->slot, o->ver, now, depth);
	conclude(sp, st, o->pred, was, now.range, now.bits, depth);
}

static bool held(struct space *sp, const struct state *st, const struct operand *o)
{
	return o->slot != SLOT_NONE && state_get(sp, st, o->slot).ver == o->ver;
}

/* What x REL y says of x - y. */
static struct interval distance(enum interval_relation rel)
{
	switch (rel) {
	case REL_EQ: return interval_constant(0);
	case REL_NE: return interval_exclude_zero(interval_top());
	case REL_LT: return interval_make(INT64_MIN, -1);
	case REL_LE: return interval_make(INT64_MIN, 0);
	case REL_GT: return interval_make(1, INT64_MAX);
	case REL_GE: return interval_make(0, INT64_MAX);
	}
	return interval_top();
}

/* Keeps the difference with the newer operand. */
static void learn(struct space *sp, struct state *st, enum interval_relation rel,
		  const struct operand *a, const struct operand *b)
{
	const struct operand *newer = a, *older = b;
	struct interval by, known;
	struct value v;

	if (!held(sp, st, a) || !held(sp, st, b) || a->ver == b->ver)
		return;
	if (!zone_newer(sp, a->ver, b->ver)) {
		rel = interval_mirror(rel);
		newer = b;
		older = a;
	}
	v = state_get(sp, st, newer->slot);
	known = zone_between(sp, st, &v, older->slot, older->ver);
	by = interval_meet(known, distance(rel));
	if (interval_empty(by)) {
		st->reachable = false;
		return;
	}
	/* what the ranges say anyway need not be kept */
	if (interval_equal(by, known))
		return;
	zone_learn(sp, &v, older->slot, older->ver, by);
	state_set(sp, st, newer->slot, &v);
}

static void apply_compare(struct space *sp, struct state *st, const struct pred *p, bool truth,
			  unsigned depth)
{
	enum interval_relation rel = truth ? p->rel : interval_negate(p->rel);
	struct finding a = current(sp, st, &p->a), b = current(sp, st, &p->b);
	struct finding na = a, nb = b;

	na.range = interval_assume(rel, a.range, b.range);
	nb.range = interval_assume(interval_mirror(rel), b.range, a.range);
	if (rel == REL_EQ && bits_meet(a.bits, b.bits, &na.bits))
		nb.bits = na.bits;
	else if (rel == REL_EQ)
		na.range = interval_bottom();
	if (interval_empty(na.range) || interval_empty(nb.range) ||
	    !bits_reduce(&na.range, &na.bits) || !bits_reduce(&nb.range, &nb.bits)) {
		st->reachable = false;
		return;
	}
	settle(sp, st, &p->a, a.range, na, depth);
	settle(sp, st, &p->b, b.range, nb, depth);
	if (st->reachable)
		learn(sp, st, rel, &p->a, &p->b);
}

/* The bits of a under the mask are those of a value that lies in `now`. */
static void apply_masked(struct space *sp, struct state *st, const struct pred *p, struct bits now,
			 bool nonzero, unsigned depth)
{
	struct finding a = current(sp, st, &p->a), na = a;
	struct bits seen = {now.value & p->mask, now.mask | ~p->mask};
	uint64_t unsure = seen.mask & p->mask;

	/* the only bit that can make it nonzero */
	if (nonzero && seen.value == 0 && unsure != 0 && (unsure & (unsure - 1)) == 0)
		seen = (struct bits){unsure, ~p->mask};
	if (!bits_meet(a.bits, seen, &na.bits) || !bits_reduce(&na.range, &na.bits)) {
		st->reachable = false;
		return;
	}
	settle(sp, st, &p->a, a.range, na, depth);
}

static void apply(struct space *sp, struct state *st, const struct pred *p, bool truth,
		  unsigned depth)
{
	if (!st->reachable)
		return;
	switch (p->kind) {
	case PRED_COMPARE: apply_compare(sp, st, p, truth, depth); return;
	case PRED_MASKED:
		apply_masked(sp, st, p, truth ? bits_unknown() : bits_constant(0), truth, depth);
		return;
	case PRED_HOLDS:
		if (truth)
			state_learn(sp, st, p->fact);
		return;
	}
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
	narrow(sp, st, slot, cond->ver, in_range(r), MAX_DEPTH);
	if (cond->pred)
		apply(sp, st, cond->pred, truth, MAX_DEPTH);
}

/* --- making predicates --- */

static struct operand operand_of(const struct space *sp, const struct state *st, uint32_t slot)
{
	struct value v = state_get(sp, st, slot);
	struct operand o = {slot, v.ver, v.range, v.bits, NULL};

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

const struct pred *refine_masked(struct space *sp, const struct state *st, uint32_t a,
				 uint64_t mask)
{
	struct pred *p = arena_make(sp->arena, struct pred);

	p->kind = PRED_MASKED;
	p->a = operand_of(sp, st, a);
	p->mask = mask;
	p->depth = depth_of(&p->a);
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
