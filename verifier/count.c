/*
 * Counting.  How often a condition can hold, x REL y, when x moves by a known
 * amount each time and y stands still or stays in a range, and nothing wraps on
 * the way.  All arithmetic is in 128 bits.  A count may be too high, never too
 * low.
 */
#include "verifier/count.h"

typedef __int128 wide;

#define LARGEST_BOUND ((int64_t)1 << 62) /* the largest worth naming */

static int64_t settle(wide n)
{
	return n < 0 ? 0 : n >= LARGEST_BOUND ? COUNT_ENDS : (int64_t)n;
}

uint32_t count_slot(const struct iteration *it, uint32_t slot)
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
		return COUNT_NONE;
	if (limit - e->low + d->high + e->high > INT64_MAX)
		return COUNT_NONE;
	return start > limit ? 0 : settle((limit - start) / d->low + 1);
}

static int64_t count_down(struct interval first, const struct form *e, const struct form *d,
			  wide limit)
{
	wide start = (wide)first.high + e->high;

	if (d->high > -1 || start > INT64_MAX || (wide)first.low + e->low < INT64_MIN)
		return COUNT_NONE;
	if (limit - e->high + d->low + e->low < INT64_MIN)
		return COUNT_NONE;
	return start < limit ? 0 : settle((start - limit) / -d->high + 1);
}

/* Stays while x != y, which ends only where x meets y exactly. */
static int64_t count_exact(struct interval first, const struct form *e, const struct form *d,
			   struct interval y, bool steady)
{
	wide low = (wide)first.low + e->low, high = (wide)first.high + e->low, away;

	if (d->low != d->high || e->low != e->high || d->low == 0)
		return COUNT_NONE;
	if (d->low == 1 && steady && high <= y.low && low >= INT64_MIN)
		return settle(y.high - low);
	if (d->low == -1 && steady && low >= y.high && high <= INT64_MAX)
		return settle(high - y.low);
	if (!interval_single(y) || !interval_single(first))
		return COUNT_NONE;
	away = (wide)y.low - low;
	if (low < INT64_MIN || low > INT64_MAX || away % d->low || away / d->low < 0)
		return COUNT_NONE;
	return settle(away / d->low);
}

static int64_t halvings(uint64_t m, int64_t by)
{
	int64_t n = 0;

	for (; m; m /= (uint64_t)by)
		n++;
	return n;
}

/* Stays only while x is greater than limit, which is not negative; each iteration divides it. */
static int64_t count_down_to(struct interval first, const struct form *d, int64_t limit)
{
	uint64_t x = first.high > 0 ? (uint64_t)first.high : 0;
	int64_t n = 0;

	if (first.low < 0 && d->how == SHRINK_LOGICAL)
		x = UINT64_MAX;
	for (; x > (uint64_t)limit; x /= (uint64_t)d->low)
		n++;
	return n;
}

/* Stays only while x is not 0, each iteration dividing it. */
static int64_t count_to_zero(struct interval first, const struct form *d)
{
	uint64_t low = first.low < 0 ? 0 - (uint64_t)first.low : 0;
	uint64_t high = first.high > 0 ? (uint64_t)first.high : 0;

	if (first.low < 0 && d->how == SHRINK_LOGICAL)
		return halvings(UINT64_MAX, d->low);
	if (first.low < 0 && d->how == SHRINK_SHIFT)
		return COUNT_NONE; /* -1 >> 1 is -1 */
	return halvings(low > high ? low : high, d->low);
}

/* Stays while x <= limit, x starting at first and multiplied by d on each iteration. */
static int64_t count_growing(struct interval first, const struct form *d, wide limit)
{
	int64_t n = 0;

	if (first.low < 1 || limit * d->high > INT64_MAX)
		return COUNT_NONE;
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
static int64_t count_text(const struct iteration *it, const struct test *t, const struct form *d,
			  struct interval first, int64_t longest)
{
	bool nonempty = (t->rel == REL_GT && t->yr.low >= 0) ||
			(t->rel == REL_GE && t->yr.low >= 1) ||
			(t->rel == REL_NE && interval_single(t->yr) && t->yr.low == 0);

	if (!unmoved(&t->x) || !nonempty)
		return COUNT_NONE;
	/* each token takes a byte at least of what is left of the text */
	if (d->kind == FORM_TOKEN)
		return it->splits ? COUNT_NONE : longest + 1;
	if (d->base != t->x.base || first.high == INT64_MAX)
		return COUNT_NONE;
	if (interval_empty(first))
		return 0;
	return settle(((wide)first.high + d->low - 1) / d->low);
}

static int64_t count_division(struct interval first, const struct test *t, const struct form *d)
{
	struct interval y = t->yr;

	if (!at_start(&t->x) || (t->x.kind == FORM_SHRINK && t->x.how != d->how))
		return COUNT_NONE;
	if (t->rel == REL_NE && interval_single(y) && y.low == 0)
		return count_to_zero(first, d);
	if (t->rel == REL_GT && y.low >= 0)
		return count_down_to(first, d, y.low);
	if (t->rel == REL_GE && y.low >= 1)
		return count_down_to(first, d, y.low - 1);
	return COUNT_NONE;
}

static bool is_steady(const struct test *t)
{
	return interval_single(t->yr) || t->y.kind == FORM_STEADY;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Stays while x != y; where x is never beyond y, that is an order. */
static int64_t count_unequal(struct interval first, const struct test *t, const struct form *d)
{
	int64_t n = count_exact(first, &t->x, d, t->yr, is_steady(t));

	if (t->xr.low >= t->yr.high)
		return least(n, count_down(first, &t->x, d, (wide)t->yr.low + 1));
	if (t->xr.high <= t->yr.low)
		return least(n, count_up(first, &t->x, d, (wide)t->yr.high - 1));
	return n;
}

static int64_t count_steps(struct interval first, const struct test *t, const struct form *d)
{
	switch (t->rel) {
	case REL_LT: return count_up(first, &t->x, d, (wide)t->yr.high - 1);
	case REL_LE: return count_up(first, &t->x, d, t->yr.high);
	case REL_GT: return count_down(first, &t->x, d, (wide)t->yr.low + 1);
	case REL_GE: return count_down(first, &t->x, d, t->yr.low);
	case REL_NE: return count_unequal(first, t, d);
	case REL_EQ: return COUNT_NONE;
	}
	return COUNT_NONE;
}

int64_t count_from(const struct iteration *it, const struct test *t, struct interval first,
		   int64_t longest)
{
	uint32_t i = count_slot(it, t->x.base);
	const struct form *d, *e = &t->x;

	if ((e->kind != FORM_LINEAR && e->kind != FORM_SHRINK) || i == IR_NONE)
		return COUNT_NONE;
	d = &it->step[i];
	if (d->kind == FORM_TOKEN || d->kind == FORM_CUT)
		return count_text(it, t, d, first, longest);
	if (d->kind == FORM_NONE || d->kind == FORM_STEADY || d->base != e->base)
		return COUNT_NONE;
	if (interval_empty(first) || interval_empty(t->yr))
		return 0;
	if (d->kind == FORM_SHRINK)
		return count_division(first, t, d);
	if (e->kind != FORM_LINEAR || (d->kind == FORM_GROW && !unmoved(e)))
		return COUNT_NONE;
	if (d->kind == FORM_GROW)
		return t->rel == REL_LT || t->rel == REL_LE
			       ? count_growing(first, d, (wide)t->yr.high - (t->rel == REL_LT))
			       : COUNT_NONE;
	return count_steps(first, t, d);
}

int64_t count_test(struct former *fm, uint32_t loop, const struct iteration *it,
		   const struct test *t, int64_t longest)
{
	if ((t->x.kind != FORM_LINEAR && t->x.kind != FORM_SHRINK) ||
	    count_slot(it, t->x.base) == IR_NONE)
		return COUNT_NONE;
	return count_from(it, t, form_entry(fm, loop, t->x.base), longest);
}

static const struct form *own_step(const struct iteration *it, const struct form *x)
{
	uint32_t i = x->kind == FORM_LINEAR ? count_slot(it, x->base) : IR_NONE;
	const struct form *d = i == IR_NONE ? NULL : &it->step[i];

	return d && d->kind == FORM_LINEAR && d->base == x->base ? d : NULL;
}

/* May a number in r, moved by d and not by e, leave 64 bits? */
static bool may_leave(struct interval r, const struct form *e, const struct form *d)
{
	return (wide)r.low - e->high + d->low < INT64_MIN ||
	       (wide)r.high - e->low + d->high > INT64_MAX;
}

bool count_closing(const struct iteration *it, const struct test *t, struct interval *step)
{
	const struct form *dx = own_step(it, &t->x), *dy = own_step(it, &t->y);

	if (!dx || !dy || interval_empty(t->xr) || interval_empty(t->yr) ||
	    may_leave(t->xr, &t->x, dx) || may_leave(t->yr, &t->y, dy))
		return false;
	*step = interval_make(dx->low - dy->high, dx->high - dy->low);
	return true;
}

int64_t count_gap(const struct test *t, struct interval first, struct interval step)
{
	struct form d = {.kind = FORM_LINEAR, .low = step.low, .high = step.high};
	struct test gap = {.rel = t->rel, .yr = interval_constant(0), .xr = interval_top()};

	if (interval_empty(first))
		return 0;
	gap.x = (struct form){
		.kind = FORM_LINEAR, .low = t->x.low - t->y.high, .high = t->x.high - t->y.low};
	return t->rel == REL_NE ? COUNT_NONE : count_steps(first, &gap, &d);
}

struct test count_mirrored(const struct test *t)
{
	struct test m = {.rel = interval_mirror(t->rel),
			 .x = t->y,
			 .y = t->x,
			 .xr = t->yr,
			 .yr = t->xr,
			 .block = t->block,
			 .inst = t->inst,
			 .swapped = !t->swapped,
			 .late = t->late,
			 .loc = t->loc};

	return m;
}
