/*
 * The interval domain.  Every operator returns a range that holds the result
 * of the machine's wrapping operation on any members: where the range of the
 * mathematical results leaves 64 bits as a whole it is moved back exactly, and
 * where it straddles the limit all precision is given up.  128-bit arithmetic
 * keeps the corner cases honest.  It does not know relations between values.
 */
#include "verifier/interval.h"

#ifndef INTERVAL_BITS
#define INTERVAL_BITS 64 /* the tests of soundness run this file at other widths */
#endif

typedef __int128 wide;

enum { LAST_BIT = INTERVAL_BITS - 1 };

static struct interval normal(int64_t low, int64_t high, bool nonzero)
{
	if (nonzero && low == 0)
		low = 1;
	if (nonzero && high == 0)
		high = -1;
	if (low > high)
		return interval_bottom();
	return (struct interval){low, high, nonzero || low > 0 || high < 0};
}

struct interval interval_make(int64_t low, int64_t high)
{
	return normal(low, high, false);
}

struct interval interval_constant(int64_t v)
{
	return normal(v, v, false);
}

struct interval interval_top(void)
{
	return (struct interval){INT64_MIN, INT64_MAX, false};
}

struct interval interval_bottom(void)
{
	return (struct interval){1, 0, true};
}

bool interval_empty(struct interval a)
{
	return a.low > a.high;
}

bool interval_single(struct interval a)
{
	return a.low == a.high;
}

bool interval_has(struct interval a, int64_t v)
{
	return a.low <= v && v <= a.high && !(a.nonzero && v == 0);
}

bool interval_equal(struct interval a, struct interval b)
{
	return a.low == b.low && a.high == b.high && a.nonzero == b.nonzero;
}

bool interval_within(struct interval a, struct interval b)
{
	if (interval_empty(a))
		return true;
	return b.low <= a.low && a.high <= b.high && (a.nonzero || !b.nonzero);
}

struct interval interval_join(struct interval a, struct interval b)
{
	if (interval_empty(a))
		return b;
	if (interval_empty(b))
		return a;
	return normal(a.low < b.low ? a.low : b.low, a.high > b.high ? a.high : b.high,
		      a.nonzero && b.nonzero);
}

struct interval interval_meet(struct interval a, struct interval b)
{
	return normal(a.low > b.low ? a.low : b.low, a.high < b.high ? a.high : b.high,
		      a.nonzero || b.nonzero);
}

static int64_t threshold_below(int64_t v, const struct thresholds *t)
{
	uint32_t n = 0, end = t->n;

	while (n < end) {
		uint32_t mid = n + (end - n) / 2;

		if (t->v[mid] <= v)
			n = mid + 1;
		else
			end = mid;
	}
	return n ? t->v[n - 1] : INT64_MIN;
}

static int64_t threshold_above(int64_t v, const struct thresholds *t)
{
	uint32_t n = 0, end = t->n;

	while (n < end) {
		uint32_t mid = n + (end - n) / 2;

		if (t->v[mid] < v)
			n = mid + 1;
		else
			end = mid;
	}
	return n < t->n ? t->v[n] : INT64_MAX;
}

struct interval interval_widen(struct interval old, struct interval now, const struct thresholds *t)
{
	static const struct thresholds none = {0};
	struct interval j = interval_join(old, now);

	if (!t)
		t = &none;
	if (interval_empty(old) || interval_empty(now))
		return j;
	return normal(j.low < old.low ? threshold_below(j.low, t) : old.low,
		      j.high > old.high ? threshold_above(j.high, t) : old.high, j.nonzero);
}

struct interval interval_exclude_zero(struct interval a)
{
	return interval_empty(a) ? a : normal(a.low, a.high, true);
}

/* The machine's view of the mathematical results low .. high. */
static struct interval wrapped(wide low, wide high, bool nonzero)
{
	const wide span = (wide)1 << INTERVAL_BITS;

	if (low > INT64_MAX && high < span + INT64_MIN + INT64_MAX) {
		low -= span;
		high -= span;
		nonzero = false;
	} else if (high < INT64_MIN && low >= INT64_MIN - span) {
		low += span;
		high += span;
		nonzero = false;
	}
	if (low < INT64_MIN || high > INT64_MAX)
		return interval_top();
	return normal((int64_t)low, (int64_t)high, nonzero);
}

static struct interval corners(const wide c[4], bool nonzero)
{
	wide low = c[0], high = c[0];

	for (int i = 1; i < 4; i++) {
		low = c[i] < low ? c[i] : low;
		high = c[i] > high ? c[i] : high;
	}
	return wrapped(low, high, nonzero);
}

struct interval interval_add(struct interval a, struct interval b)
{
	if (interval_empty(a) || interval_empty(b))
		return interval_bottom();
	return wrapped((wide)a.low + b.low, (wide)a.high + b.high, false);
}

struct interval interval_sub(struct interval a, struct interval b)
{
	if (interval_empty(a) || interval_empty(b))
		return interval_bottom();
	return wrapped((wide)a.low - b.high, (wide)a.high - b.low, false);
}

struct interval interval_mul(struct interval a, struct interval b)
{
	if (interval_empty(a) || interval_empty(b))
		return interval_bottom();
	if (interval_single(a) && interval_single(b))
		return interval_constant((int64_t)((uint64_t)a.low * (uint64_t)b.low));
	wide c[4] = {(wide)a.low * b.low, (wide)a.low * b.high, (wide)a.high * b.low,
		     (wide)a.high * b.high};

	return corners(c, a.nonzero && b.nonzero);
}

/* b lies on one side of zero, and no quotient is 2^63. */
static struct interval quotient(struct interval a, struct interval b)
{
	if (interval_empty(a) || interval_empty(b))
		return interval_bottom();
	wide c[4] = {(wide)a.low / b.low, (wide)a.low / b.high, (wide)a.high / b.low,
		     (wide)a.high / b.high};

	return corners(c, false);
}

static struct interval quotient_negative(struct interval a, struct interval b)
{
	struct interval least = interval_constant(INT64_MIN), q;

	if (interval_empty(b) || !interval_has(a, INT64_MIN) || b.high != -1)
		return quotient(a, b);
	/* INT64_MIN / -1 is INT64_MIN */
	q = quotient(least, interval_meet(b, interval_make(INT64_MIN, -2)));
	a = interval_meet(a, interval_make(INT64_MIN + 1, INT64_MAX));
	return interval_join(interval_join(least, q), quotient(a, b));
}

struct interval interval_div(struct interval a, struct interval b)
{
	struct interval below = interval_meet(b, interval_make(INT64_MIN, -1));
	struct interval above = interval_meet(b, interval_make(1, INT64_MAX));

	if (interval_empty(a))
		return a;
	return interval_join(quotient_negative(a, below), quotient(a, above));
}

static wide magnitude(int64_t v)
{
	return v < 0 ? -(wide)v : (wide)v;
}

struct interval interval_mod(struct interval a, struct interval b)
{
	wide most, least;

	b = interval_exclude_zero(b);
	if (interval_empty(a) || interval_empty(b))
		return interval_bottom();
	if (interval_single(a) && interval_single(b))
		return interval_constant((int64_t)((wide)a.low % b.low));
	most = magnitude(b.low) > magnitude(b.high) ? magnitude(b.low) : magnitude(b.high);
	least = b.low > 0 ? (wide)b.low : b.high < 0 ? magnitude(b.high) : 1;
	if (a.low > -least && a.high < least)
		return a;
	most--;
	return normal(a.low >= 0 ? 0 : (int64_t)(a.low > -most ? (wide)a.low : -most),
		      a.high <= 0 ? 0 : (int64_t)(a.high < most ? (wide)a.high : most), false);
}

/* The least 2^k - 1 that covers v, or for a negative v, ~v. */
static int64_t mask_over(int64_t v)
{
	uint64_t m = v < 0 ? ~(uint64_t)v : (uint64_t)v;

	for (int shift = 1; shift < INTERVAL_BITS; shift *= 2)
		m |= m >> shift;
	return (int64_t)m;
}

static int64_t mask_of(struct interval a, struct interval b)
{
	return mask_over(a.low) | mask_over(a.high) | mask_over(b.low) | mask_over(b.high);
}

struct interval interval_and(struct interval a, struct interval b)
{
	if (interval_empty(a) || interval_empty(b))
		return interval_bottom();
	if (interval_single(a) && interval_single(b))
		return interval_constant(a.low & b.low);
	if (a.low >= 0 && b.low >= 0)
		return normal(0, a.high < b.high ? a.high : b.high, false);
	if (a.low >= 0)
		return normal(0, a.high, false);
	if (b.low >= 0)
		return normal(0, b.high, false);
	int64_t low = ~(mask_over(a.low) | mask_over(b.low));

	if (a.high < 0 && b.high < 0)
		return normal(low, a.high < b.high ? a.high : b.high, false);
	return normal(low, a.high > b.high ? a.high : b.high, false);
}

struct interval interval_or(struct interval a, struct interval b)
{
	struct interval r = interval_not(interval_and(interval_not(a), interval_not(b)));

	return a.nonzero || b.nonzero ? interval_exclude_zero(r) : r;
}

struct interval interval_xor(struct interval a, struct interval b)
{
	if (interval_empty(a) || interval_empty(b))
		return interval_bottom();
	if (interval_single(a) && interval_single(b))
		return interval_constant(a.low ^ b.low);
	int64_t m = mask_of(a, b);
	bool a_sure = a.low >= 0 || a.high < 0, b_sure = b.low >= 0 || b.high < 0;

	if (!a_sure || !b_sure)
		return normal(~m, m, false);
	return (a.low >= 0) == (b.low >= 0) ? normal(0, m, false) : normal(~m, -1, false);
}

struct interval interval_count(struct interval b)
{
	uint64_t low = (uint64_t)b.low, high = (uint64_t)b.high;

	if (interval_empty(b))
		return b;
	if (high - low >= LAST_BIT || (low & LAST_BIT) > (high & LAST_BIT))
		return interval_make(0, LAST_BIT);
	return interval_make((int64_t)(low & LAST_BIT), (int64_t)(high & LAST_BIT));
}

struct interval interval_shl(struct interval a, struct interval b)
{
	struct interval n = interval_count(b);

	if (interval_empty(a) || interval_empty(n))
		return interval_bottom();
	if (interval_single(a) && interval_single(n))
		return interval_constant((int64_t)((uint64_t)a.low << n.low));
	wide least = (wide)1 << n.low, most = (wide)1 << n.high;
	wide c[4] = {a.low * least, a.low * most, a.high * least, a.high * most};

	for (int i = 0; i < 4; i++)
		if (c[i] < INT64_MIN || c[i] > INT64_MAX)
			return interval_top();
	return corners(c, a.nonzero);
}

struct interval interval_shr(struct interval a, struct interval b)
{
	struct interval n = interval_count(b);

	if (interval_empty(a) || interval_empty(n))
		return interval_bottom();
	wide c[4] = {a.low >> n.low, a.low >> n.high, a.high >> n.low, a.high >> n.high};

	return corners(c, false);
}

/* n >= 1 throughout, so every result is below 2^63. */
static struct interval ushr_negative(struct interval a, struct interval n)
{
	if (interval_empty(a) || interval_empty(n))
		return interval_bottom();
	return interval_make((int64_t)((uint64_t)a.low >> n.high),
			     (int64_t)((uint64_t)a.high >> n.low));
}

struct interval interval_ushr(struct interval a, struct interval b)
{
	struct interval n = interval_count(b), below, above, some;

	if (interval_empty(a) || interval_empty(n))
		return interval_bottom();
	below = interval_meet(a, interval_make(INT64_MIN, -1));
	above = interval_meet(a, interval_make(0, INT64_MAX));
	some = interval_meet(n, interval_make(1, LAST_BIT));
	above = interval_join(interval_shr(above, n), ushr_negative(below, some));
	return n.low == 0 ? interval_join(above, below) : above;
}

struct interval interval_neg(struct interval a)
{
	struct interval r = interval_sub(interval_constant(0), a);

	return a.nonzero ? interval_exclude_zero(r) : r;
}

struct interval interval_not(struct interval a)
{
	return interval_empty(a) ? a : normal(~a.high, ~a.low, false);
}

static bool never(enum interval_relation rel, struct interval a, struct interval b)
{
	return interval_empty(interval_assume(rel, a, b)) ||
	       interval_empty(interval_assume(interval_mirror(rel), b, a));
}

struct interval interval_compare(enum interval_relation rel, struct interval a, struct interval b)
{
	if (interval_empty(a) || interval_empty(b))
		return interval_bottom();
	if (never(rel, a, b))
		return interval_constant(0);
	return never(interval_negate(rel), a, b) ? interval_constant(1) : interval_make(0, 1);
}

static struct interval without(struct interval a, int64_t v)
{
	if (v == 0)
		return interval_exclude_zero(a);
	if (a.low == v && a.high == v)
		return interval_bottom();
	if (a.low == v)
		return normal(v + 1, a.high, a.nonzero);
	return a.high == v ? normal(a.low, v - 1, a.nonzero) : a;
}

struct interval interval_assume(enum interval_relation rel, struct interval a, struct interval b)
{
	if (interval_empty(a) || interval_empty(b))
		return interval_bottom();
	switch (rel) {
	case REL_EQ: return interval_meet(a, b);
	case REL_NE: return interval_single(b) ? without(a, b.low) : a;
	case REL_LT:
		if (b.high == INT64_MIN)
			return interval_bottom();
		return interval_meet(a, interval_make(INT64_MIN, b.high - 1));
	case REL_LE: return interval_meet(a, interval_make(INT64_MIN, b.high));
	case REL_GT:
		if (b.low == INT64_MAX)
			return interval_bottom();
		return interval_meet(a, interval_make(b.low + 1, INT64_MAX));
	case REL_GE: return interval_meet(a, interval_make(b.low, INT64_MAX));
	}
	return a;
}

enum interval_relation interval_negate(enum interval_relation rel)
{
	static const enum interval_relation other[] = {
		[REL_EQ] = REL_NE, [REL_NE] = REL_EQ, [REL_LT] = REL_GE,
		[REL_LE] = REL_GT, [REL_GT] = REL_LE, [REL_GE] = REL_LT,
	};

	return other[rel];
}

enum interval_relation interval_mirror(enum interval_relation rel)
{
	static const enum interval_relation other[] = {
		[REL_EQ] = REL_EQ, [REL_NE] = REL_NE, [REL_LT] = REL_GT,
		[REL_LE] = REL_GE, [REL_GT] = REL_LT, [REL_GE] = REL_LE,
	};

	return other[rel];
}
