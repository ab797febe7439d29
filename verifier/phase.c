/*
 * Phases.  Where no one variable bounds a loop, two may: the iterations are
 * told apart by the side they take of a branch that all of them pass.  If on
 * each side a condition must hold that fails after so many iterations in all,
 * the counts bound the loop by their larger one (`a || b`) or by their sum.  If
 * the one side moves a variable towards the loop's exit, the other leaves it
 * alone, and cannot be taken but so often in a row, the order is lexicographic,
 * and the bound a product.  One branch is looked at; three counters in one loop
 * are not seen through.
 */
#include "verifier/phase.h"

typedef __int128 wide;

struct sides {
	struct former *fm;
	uint32_t loop, branch;
	int64_t longest;
	struct iteration side[2];
	bool late;
};

static int64_t plus(int64_t a, int64_t b)
{
	if (a >= COUNT_ENDS || b >= COUNT_ENDS)
		return COUNT_NONE;
	return (wide)a + b >= COUNT_ENDS ? COUNT_NONE : a + b;
}

static int64_t times(int64_t a, int64_t b)
{
	if (a >= COUNT_ENDS || b >= COUNT_ENDS)
		return COUNT_NONE;
	return (wide)a * b >= COUNT_ENDS ? COUNT_NONE : a * b;
}

/* By how much an iteration of one kind or the other moves a variable; false if it is not known. */
static bool joint_step(const struct sides *s, uint32_t slot, struct interval *out)
{
	*out = interval_bottom();
	for (int side = 0; side < 2; side++) {
		uint32_t i = count_slot(&s->side[side], slot);
		const struct form *d = i == IR_NONE ? NULL : &s->side[side].step[i];

		if (!s->side[side].back)
			continue;
		if (!d || d->kind != FORM_LINEAR || d->base != slot)
			return false;
		*out = interval_join(*out, interval_make(d->low, d->high));
	}
	return !interval_empty(*out);
}

enum counting { ALONG /* iterations of either kind */, IN_ALL /* of this kind */, IN_A_ROW };

/*
 * The side's iteration with x moving as any does; or as this kind does, while the other kind, which
 * must not go the other way, may hasten it.  False if x does not move so.
 */
static bool steps_of(const struct sides *s, int side, uint32_t slot, enum counting how,
		     struct iteration *out)
{
	uint32_t i = count_slot(&s->side[side], slot);
	struct interval all;
	struct form *d;

	if (i == IR_NONE)
		return false;
	*out = s->side[side];
	if (how == IN_A_ROW)
		return true;
	d = &out->step[i];
	if (d->kind != FORM_LINEAR || d->base != slot || !joint_step(s, slot, &all))
		return false;
	if (how == IN_ALL && d->low > 0 && all.low >= 0)
		all.low = d->low;
	else if (how == IN_ALL && d->high < 0 && all.high <= 0)
		all.high = d->high;
	else if (how == IN_ALL)
		return false;
	d->low = all.low;
	d->high = all.high;
	return true;
}

static int64_t count_one(const struct sides *s, int side, const struct test *t, enum counting how)
{
	struct iteration it;

	if (!steps_of(s, side, t->x.base, how, &it))
		return COUNT_NONE;
	if (how == IN_A_ROW)
		return count_from(&it, t, form_around(s->fm, s->loop, t->x.base), s->longest);
	return count_test(s->fm, s->loop, &it, t, s->longest);
}

static bool may_count(const struct test *t)
{
	return t->x.kind == FORM_LINEAR || t->x.kind == FORM_SHRINK;
}

/* Once it has failed, and x moves on, does it fail for good?  What a variable passed is unequal
 * again. */
static bool lasts(const struct test *t)
{
	return t->rel != REL_NE || t->x.kind == FORM_SHRINK;
}

/* Does x stay within 64 bits for n iterations, even those after its condition has failed? */
static bool never_wraps(const struct sides *s, const struct test *t, int64_t n)
{
	struct interval first, d;

	if (n == 0)
		return true;
	if (n >= COUNT_ENDS || !may_count(t) || !joint_step(s, t->x.base, &d))
		return false;
	first = form_entry(s->fm, s->loop, t->x.base);
	return interval_empty(first) ||
	       ((wide)first.low + t->x.low + (wide)n * (d.low < 0 ? d.low : 0) >= INT64_MIN &&
		(wide)first.high + t->x.high + (wide)n * (d.high > 0 ? d.high : 0) <= INT64_MAX);
}

/* The least count that a condition of the side gives. */
static int64_t count_side(const struct sides *s, int side, enum counting how, struct test *by)
{
	int64_t best = COUNT_NONE;

	if (!s->side[side].back)
		return 0;
	for (uint32_t i = 0; i < s->side[side].ntests; i++)
		for (int turn = 0; turn < 2; turn++) {
			struct test t = s->side[side].tests[i];
			int64_t n;

			if (turn)
				t = count_mirrored(&t);
			n = may_count(&t) && (how == IN_A_ROW || lasts(&t))
				    ? count_one(s, side, &t, how)
				    : COUNT_NONE;
			if (n < best) {
				best = n;
				*by = t;
			}
		}
	return best;
}

/* Is t a condition that iterations of the other kind meet as well, with x moved no further? */
static bool shared(const struct sides *s, int side, const struct test *t)
{
	const struct iteration *other = &s->side[!side];

	for (uint32_t i = 1; i < other->ntests; i++)
		for (int turn = 0; turn < 2; turn++) {
			struct test o = other->tests[i];

			if (turn)
				o = count_mirrored(&o);
			if (o.rel == t->rel && o.x.kind == t->x.kind && o.x.base == t->x.base &&
			    o.x.low == t->x.low && o.x.high == t->x.high &&
			    interval_equal(o.yr, t->yr))
				return true;
		}
	return false;
}

/* An iteration that leaves after some statements counts as one more. */
static void offer(const struct sides *s, struct phases p, struct phases *best)
{
	p.n = plus(p.n, s->late);
	if (p.n >= best->n)
		return;
	p.branch = s->branch;
	p.side[0] = s->side[0];
	p.side[1] = s->side[1];
	*best = p;
}

static void try_sum(const struct sides *s, enum phase_kind kind, struct phases *best)
{
	enum counting how = kind == PHASE_EITHER ? ALONG : IN_ALL;
	struct phases p = {.kind = kind};
	int64_t a = count_side(s, 0, how, &p.first), b = count_side(s, 1, how, &p.then), all;

	all = plus(a, b);
	p.n = kind == PHASE_BOTH || all == COUNT_NONE ? all : a > b ? a : b;
	if (s->side[0].back && !never_wraps(s, &p.first, p.n))
		return;
	if (s->side[1].back && !never_wraps(s, &p.then, p.n))
		return;
	offer(s, p, best);
}

/* An exit that both kinds of iteration pass compares two variables, and either kind moves one. */
static void try_closing(const struct sides *s, const struct test *t, struct phases *best)
{
	struct phases p = {.kind = PHASE_CLOSING, .first = *t, .then = count_mirrored(t)};
	struct interval step = interval_bottom(), one;

	for (int side = 0; side < 2; side++) {
		if (!s->side[side].back)
			continue;
		if (!count_closing(&s->side[side], t, &one))
			return;
		step = interval_join(step, one);
	}
	if (interval_empty(step) || !shared(s, 0, t) || !shared(s, 1, t))
		return;
	p.n = count_gap(t, form_apart(s->fm, s->loop, t->x.base, t->y.base), step);
	offer(s, p, best);
}

static void try_nested(const struct sides *s, int side, struct phases *best)
{
	struct phases p = {.kind = PHASE_NESTED, .seldom = (uint32_t)side};
	int64_t seldom = count_side(s, side, IN_ALL, &p.first);
	int64_t between = count_side(s, !side, IN_A_ROW, &p.then);

	p.n = times(seldom, plus(between, 1));
	/* unless the others meet the condition that has run out, more of them may follow */
	if (!shared(s, side, &p.first))
		p.n = plus(p.n, between);
	if (s->side[0].back && s->side[1].back && never_wraps(s, &p.first, p.n))
		offer(s, p, best);
}

struct phases phase_bound(struct former *fm, uint32_t loop, int64_t longest)
{
	struct phases best = {.kind = PHASE_NONE, .n = COUNT_NONE};
	uint32_t branches[FORM_BRANCHES], n = form_branches(fm, loop, branches);

	for (uint32_t i = 0; i < n; i++) {
		struct sides s = {
			.fm = fm, .loop = loop, .branch = branches[i], .longest = longest};

		form_sides(fm, loop, branches[i], s.side);
		/* a side that never comes round starts an iteration all the same */
		s.late = s.side[0].late || s.side[1].late || !s.side[0].back || !s.side[1].back;
		try_sum(&s, PHASE_EITHER, &best);
		try_sum(&s, PHASE_BOTH, &best);
		for (int side = 0; side < 2; side++)
			try_nested(&s, side, &best);
		for (uint32_t k = 1; k < s.side[0].ntests; k++)
			try_closing(&s, &s.side[0].tests[k], &best);
	}
	return best;
}
