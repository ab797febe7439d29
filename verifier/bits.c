/*
 * The domain of known bits ("tristate numbers", as in Vishwanathan et al.,
 * CGO 2022): each bit is 0, 1 or unknown, and operations wrap as the machine's
 * do, so nothing here ever overflows.  Sums and differences take the carries
 * that may occur from the largest and smallest member; a product adds one such
 * partial product a bit.  It knows what a number is a multiple of and which
 * flags are set; how large a number is, ranges know, and bits_reduce() makes
 * each tell the other.
 */
#include "verifier/bits.h"

#ifndef INTERVAL_BITS
#define INTERVAL_BITS 64 /* the tests of soundness run this file at other widths */
#endif

enum { TOP_BIT = INTERVAL_BITS - 1 };

static struct bits make(uint64_t value, uint64_t mask)
{
	struct bits r;

	r.value = value & ~mask;
	r.mask = mask;
	return r;
}

struct bits bits_unknown(void)
{
	return make(0, ~(uint64_t)0);
}

struct bits bits_constant(int64_t v)
{
	return make((uint64_t)v, 0);
}

/* All bits from the highest one of v down. */
static uint64_t smear(uint64_t v)
{
	for (int shift = 1; shift < INTERVAL_BITS; shift *= 2)
		v |= v >> shift;
	return v;
}

struct bits bits_of(struct interval r)
{
	return make((uint64_t)r.low, smear((uint64_t)r.low ^ (uint64_t)r.high));
}

bool bits_has(struct bits a, int64_t v)
{
	return ((uint64_t)v & ~a.mask) == a.value;
}

bool bits_equal(struct bits a, struct bits b)
{
	return a.value == b.value && a.mask == b.mask;
}

bool bits_within(struct bits a, struct bits b)
{
	return (a.mask & ~b.mask) == 0 && (a.value & ~b.mask) == b.value;
}

struct bits bits_join(struct bits a, struct bits b)
{
	return make(a.value, a.mask | b.mask | (a.value ^ b.value));
}

bool bits_meet(struct bits a, struct bits b, struct bits *out)
{
	*out = a;
	if (((a.value ^ b.value) & ~a.mask & ~b.mask) != 0)
		return false;
	*out = make(a.value | b.value, a.mask & b.mask);
	return true;
}

struct bits bits_widen(struct bits old, struct bits now)
{
	struct bits j = bits_join(old, now);
	uint64_t lost = j.mask & ~old.mask;

	return make(j.value, j.mask | lost | (0 - lost));
}

/* --- with ranges --- */

/* The least member that is at least t, in unsigned order; false if there is none. */
static bool least_from(struct bits b, uint64_t t, uint64_t *out)
{
	uint64_t wrong = (t ^ b.value) & ~b.mask, below, up, at;

	*out = t;
	if (wrong == 0)
		return true;
	below = smear(wrong);
	at = below ^ (below >> 1);
	if ((t & at) != 0) {
		/* too large there: an unknown bit above has to be raised */
		up = b.mask & ~t & ~below;
		if (up == 0)
			return false;
		at = up & (0 - up);
		below = at | (at - 1);
	}
	*out = (t & ~below) | at | (b.value & (below >> 1));
	return true;
}

/* The members with the sign bit turned over: signed order becomes unsigned order. */
static struct bits turned(struct bits b)
{
	uint64_t sign = (uint64_t)1 << TOP_BIT;

	return make(b.value ^ sign, b.mask);
}

struct interval bits_tighten(struct interval r, struct bits b)
{
	uint64_t sign = (uint64_t)1 << TOP_BIT, low = 0, high = 0;
	struct interval t;

	if (interval_empty(r))
		return r;
	b = turned(b);
	if (!least_from(b, (uint64_t)r.low ^ sign, &low) ||
	    !least_from(make(~b.value, b.mask), ~((uint64_t)r.high ^ sign), &high))
		return interval_bottom();
	t = interval_make((int64_t)(low ^ sign), (int64_t)(~high ^ sign));
	if (interval_empty(t))
		return interval_bottom();
	return r.nonzero || !bits_has(turned(b), 0) ? interval_exclude_zero(t) : t;
}

bool bits_reduce(struct interval *r, struct bits *b)
{
	*r = bits_tighten(*r, *b);
	if (interval_empty(*r) || !bits_meet(*b, bits_of(*r), b))
		return false;
	return true;
}

/* --- operations --- */

struct bits bits_add(struct bits a, struct bits b)
{
	uint64_t least = a.value + b.value, most = least + a.mask + b.mask;

	return make(least, (most ^ least) | a.mask | b.mask);
}

struct bits bits_sub(struct bits a, struct bits b)
{
	uint64_t d = a.value - b.value;

	return make(d, ((d + a.mask) ^ (d - b.mask)) | a.mask | b.mask);
}

/* Everywhere one if the bit is set, else everywhere zero. */
static uint64_t spread(uint64_t word, int bit)
{
	return 0 - ((word >> bit) & 1);
}

struct bits bits_mul(struct bits a, struct bits b)
{
	struct bits carries = bits_constant(0);

	for (int bit = 0; bit < INTERVAL_BITS; bit++) {
		uint64_t unsure = (b.mask & spread(a.value, bit)) |
				  ((b.value | b.mask) & spread(a.mask, bit));

		carries = bits_add(carries, make(0, unsure << bit));
	}
	return bits_add(make(a.value * b.value, 0), carries);
}

struct bits bits_and(struct bits a, struct bits b)
{
	uint64_t sure = a.value & b.value;

	return make(sure, (a.value | a.mask) & (b.value | b.mask) & ~sure);
}

struct bits bits_or(struct bits a, struct bits b)
{
	uint64_t sure = a.value | b.value;

	return make(sure, (a.mask | b.mask) & ~sure);
}

struct bits bits_xor(struct bits a, struct bits b)
{
	return make(a.value ^ b.value, a.mask | b.mask);
}

struct bits bits_neg(struct bits a)
{
	return bits_sub(bits_constant(0), a);
}

struct bits bits_not(struct bits a)
{
	return make(~a.value, a.mask);
}

enum direction { LEFT, RIGHT, RIGHT_SIGNED };

static struct bits shifted(enum direction d, struct bits a, int n)
{
	if (d == LEFT)
		return make(a.value << n, a.mask << n);
	if (d == RIGHT)
		return make(a.value >> n, a.mask >> n);
	return make((uint64_t)((int64_t)a.value >> n), (uint64_t)((int64_t)a.mask >> n));
}

static struct bits shift(enum direction d, struct bits a, struct bits b)
{
	struct bits r = bits_unknown();
	bool any = false;

	for (int n = 0; n <= TOP_BIT; n++) {
		if (((((uint64_t)n ^ b.value) & ~b.mask) & TOP_BIT) != 0)
			continue;
		r = any ? bits_join(r, shifted(d, a, n)) : shifted(d, a, n);
		any = true;
	}
	return r;
}

struct bits bits_shl(struct bits a, struct bits b)
{
	return shift(LEFT, a, b);
}

struct bits bits_shr(struct bits a, struct bits b)
{
	return shift(RIGHT_SIGNED, a, b);
}

struct bits bits_ushr(struct bits a, struct bits b)
{
	return shift(RIGHT, a, b);
}

static bool negative(struct bits a)
{
	return (a.value >> TOP_BIT) != 0;
}

static bool may_be_negative(struct bits a)
{
	return ((a.value | a.mask) >> TOP_BIT) != 0;
}

/* The number of zeros every member ends in, as a mask of them. */
static uint64_t zeros_below(struct bits b)
{
	uint64_t any = b.value | b.mask;

	return ~any & (any - 1);
}

static bool power_of_two(struct bits b)
{
	return b.mask == 0 && b.value != 0 && (b.value & (b.value - 1)) == 0;
}

struct bits bits_div(struct bits a, struct bits b)
{
	struct bits r = bits_unknown();
	uint64_t most;

	if (may_be_negative(a) || may_be_negative(b))
		return r;
	if (power_of_two(b))
		for (int n = 0; n < TOP_BIT; n++)
			if ((b.value >> n) == 1)
				return shifted(RIGHT, a, n);
	/* neither is negative: the quotient is no larger than a */
	most = smear(a.value | a.mask);
	return make(0, most);
}

struct bits bits_mod(struct bits a, struct bits b)
{
	uint64_t same = zeros_below(b), high;

	/* a and the remainder differ by a multiple of b */
	if (power_of_two(b)) {
		high = ~same;
		if (!may_be_negative(a))
			return make(a.value & same, a.mask & same);
		if (negative(a) && (a.value & same) != 0)
			return make(a.value | high, a.mask & same);
	}
	if (may_be_negative(a))
		return make(a.value, a.mask | ~same);
	/* nor is the remainder larger than a */
	return make(a.value & same, (a.mask & same) | (smear(a.value | a.mask) & ~same));
}
