/*
 * Exhaustive soundness of the operators on intervals and on known bits at BITS
 * bits (4, 5 or 6, given when it is built): for all pairs of abstract numbers
 * in normal form and all their members the machine's result lies in the
 * abstract one; comparisons, assumptions, joins and the reduction of the two
 * to each other likewise.  It is the very code of verifier/interval.c and
 * verifier/bits.c that runs.
 */
#include <stdint.h>
#include <stdio.h>
#include <vector>

typedef long word;
typedef bool truth;

static inline word fit(long v, int width, bool is_signed)
{
	long mask = (1l << width) - 1, low = v & mask;

	return is_signed && low >> (width - 1) ? low - mask - 1 : low;
}
static inline word word_constant(int width, bool is_signed, long v)
{
	return fit(v, width, is_signed);
}
static inline word word_resize(word b, int, bool, int width, bool is_signed)
{
	return fit(b, width, is_signed);
}
static inline word word_op(char op, word a, word b, int width, bool is_signed)
{
	switch (op) {
	case '+': a += b; break;
	case '-': a -= b; break;
	case '*': a *= b; break;
	case '/': a = b ? a / b : 0; break;
	case '%': a = b ? a % b : 0; break;
	case '&': a &= b; break;
	case '|': a |= b; break;
	case '^': a ^= b; break;
	case 'l': a = b < width ? a << b : 0; break;
	case 'r': a = b < width ? a >> b : a < 0 ? -1 : 0; break;
	}
	return fit(a, width, is_signed);
}
static inline bool word_compare(char rel, word a, word b, int, bool)
{
	return rel == '=' ? a == b : rel == '<' ? a < b : a <= b;
}

#include "testsuite/soundness/machine.h"

static const long LEAST = -(1l << (BITS - 1)), MOST = (1l << (BITS - 1)) - 1;
static long checks, failures;

static bool has(const struct interval &r, long v)
{
	return r.low.b <= v && v <= r.high.b && !(r.nonzero && v == 0);
}

static void complain(const char *what, const struct interval &a, const struct interval &b, long x,
		     long y)
{
	if (failures++ < 10)
		printf("%s of %ld..%ld%s and %ld..%ld%s leaves out %ld and %ld\n", what, a.low.b,
		       a.high.b, a.nonzero ? " without 0" : "", b.low.b, b.high.b,
		       b.nonzero ? " without 0" : "", x, y);
}

static std::vector<struct interval> all_intervals()
{
	std::vector<struct interval> all;

	for (long low = LEAST; low <= MOST; low++)
		for (long high = low; high <= MOST; high++) {
			struct interval a = interval_make(num((int)low), num((int)high));

			all.push_back(a);
			if (!a.nonzero && !interval_empty(interval_exclude_zero(a)))
				all.push_back(interval_exclude_zero(a));
		}
	return all;
}

static std::vector<long> members(const struct interval &a)
{
	std::vector<long> v;

	for (long x = a.low.b; x <= a.high.b; x++)
		if (has(a, x))
			v.push_back(x);
	return v;
}

/* Every result the machine has for x in the table, as a set of BITS-bit numbers. */
struct table {
	std::vector<uint64_t> by_interval[1 << BITS]; /* [x - LEAST][interval b] */
};

static uint64_t in(long v)
{
	return 1ull << (v - LEAST);
}

static uint64_t set_of(const struct interval &r)
{
	uint64_t s = 0;

	for (long v = r.low.b; v <= r.high.b; v++)
		if (has(r, v))
			s |= in(v);
	return s;
}

static void check_operation(const struct operation &op, const std::vector<struct interval> &all,
			    const std::vector<std::vector<long>> &inside)
{
	static struct table t;

	for (long x = LEAST; x <= MOST; x++) {
		std::vector<uint64_t> row(all.size());

		for (size_t j = 0; j < all.size(); j++)
			for (long y : inside[j])
				if (y || !op.divides)
					row[j] |= in(op.concrete(num((int)x), num((int)y)).b);
		t.by_interval[x - LEAST] = row;
	}
	for (size_t i = 0; i < all.size(); i++)
		for (size_t j = 0; j < (op.unary ? 1 : all.size()); j++) {
			uint64_t claimed = set_of(op.abstract(all[i], all[j]));

			for (long x : inside[i]) {
				checks++;
				if (t.by_interval[x - LEAST][j] & ~claimed)
					complain(op.name, all[i], all[j], x, 0);
			}
		}
}

static bool holds(enum interval_relation rel, long x, long y)
{
	switch (rel) {
	case REL_EQ: return x == y;
	case REL_NE: return x != y;
	case REL_LT: return x < y;
	case REL_LE: return x <= y;
	case REL_GT: return x > y;
	case REL_GE: return x >= y;
	}
	return false;
}

static void check_relation(enum interval_relation rel, const std::vector<struct interval> &all,
			   const std::vector<std::vector<long>> &inside)
{
	for (size_t i = 0; i < all.size(); i++)
		for (size_t j = 0; j < all.size(); j++) {
			struct interval c = interval_compare(rel, all[i], all[j]);
			struct interval s = interval_assume(rel, all[i], all[j]);

			for (long x : inside[i])
				for (long y : inside[j]) {
					bool h = holds(rel, x, y);

					checks++;
					if (!has(c, h) || (h && !has(s, x)))
						complain("a comparison", all[i], all[j], x, y);
				}
		}
}

/* Join and meet hold what they must; a widened interval holds both it was made from. */
static void check_lattice(const std::vector<struct interval> &all)
{
	for (const struct interval &a : all)
		for (const struct interval &b : all) {
			uint64_t x = set_of(a), y = set_of(b);

			checks++;
			if ((x | y) & ~set_of(interval_join(a, b)) ||
			    (x & y) & ~set_of(interval_meet(a, b)) ||
			    (x | y) & ~set_of(interval_widen(a, b, NULL)) ||
			    interval_within(a, b) != !(x & ~y))
				complain("join, meet, widening or inclusion", a, b, 0, 0);
		}
}

/* --- known bits --- */

static uint64_t set_of(const struct bits &a)
{
	uint64_t s = 0;

	for (long v = LEAST; v <= MOST; v++)
		if (bits_has(a, num((int)v)))
			s |= in(v);
	return s;
}

static std::vector<struct bits> all_bits()
{
	std::vector<struct bits> all;

	for (int mask = 0; mask < 1 << BITS; mask++)
		for (int value = 0; value < 1 << BITS; value++)
			if (!(value & mask)) {
				struct bits a = bits_constant(num(value));

				a.mask = unum(val(mask));
				all.push_back(a);
			}
	return all;
}

static void complain(const char *what, const struct bits &a, const struct bits &b)
{
	if (failures++ < 10)
		printf("%s of bits %ld/%ld and %ld/%ld leaves something out\n", what, a.value.b,
		       a.mask.b, b.value.b, b.mask.b);
}

static void check_bits(const struct operation &op, const std::vector<struct bits> &all)
{
	std::vector<std::vector<uint64_t>> results(1 << BITS);
	std::vector<uint64_t> sets;

	for (const struct bits &b : all)
		sets.push_back(set_of(b));
	for (long x = LEAST; x <= MOST; x++) {
		uint64_t of_one[1 << BITS];

		for (long y = LEAST; y <= MOST; y++)
			of_one[y - LEAST] =
				y || !op.divides ? in(op.concrete(num((int)x), num((int)y)).b) : 0;
		for (uint64_t s : sets) {
			uint64_t r = 0;

			for (; s; s &= s - 1)
				r |= of_one[__builtin_ctzll(s)];
			results[x - LEAST].push_back(r);
		}
	}
	for (size_t i = 0; i < all.size(); i++)
		for (size_t j = 0; j < (op.unary ? 1 : all.size()); j++) {
			uint64_t claimed = set_of(op.on_bits(all[i], all[j])), real = 0;

			checks++;
			for (uint64_t s = sets[i]; s; s &= s - 1)
				real |= results[__builtin_ctzll(s)][j];
			if (real & ~claimed)
				complain(op.name, all[i], all[j]);
		}
}

static void check_bit_lattice(const std::vector<struct bits> &all)
{
	for (const struct bits &a : all)
		for (const struct bits &b : all) {
			uint64_t x = set_of(a), y = set_of(b), z;
			struct bits both;
			bool meets = bits_meet(a, b, &both);

			checks++;
			z = meets ? set_of(both) : 0;
			if ((x | y) & ~set_of(bits_join(a, b)) ||
			    (x | y) & ~set_of(bits_widen(a, b)) || z != (x & y) ||
			    bits_within(a, b) != !(x & ~y))
				complain("join, meet, widening or inclusion", a, b);
		}
}

/* Neither loses a number that both have; and the range that is left ends in such numbers. */
static void check_reduction(const std::vector<struct interval> &ranges,
			    const std::vector<struct bits> &all)
{
	for (const struct interval &a : ranges)
		for (const struct bits &b : all) {
			struct interval r = a;
			struct bits c = b;
			uint64_t both = set_of(a) & set_of(b);
			bool any = bits_reduce(&r, &c);

			checks++;
			if (any != (both != 0) || (any && (both & ~(set_of(r) & set_of(c)))) ||
			    (any && !r.nonzero && !(both & in(r.low.b))))
				complain("the reduction by a range", b, c);
		}
	for (const struct interval &a : ranges) {
		checks++;
		if (set_of(a) & ~set_of(bits_of(a)))
			complain("the bits of a range", bits_of(a), bits_of(a));
	}
}

int main()
{
	std::vector<struct interval> all = all_intervals();
	std::vector<std::vector<long>> inside;

	for (const struct interval &a : all)
		inside.push_back(members(a));
	for (const struct operation &op : operations)
		/* the machine masks shift counts, which needs a width that is a power of two */
		if (!op.shifts || (BITS & (BITS - 1)) == 0)
			check_operation(op, all, inside);
	if (BITS < 6)
		for (int rel = REL_EQ; rel <= REL_GE; rel++)
			check_relation((enum interval_relation)rel, all, inside);
	check_lattice(all);

	std::vector<struct bits> tristate = all_bits();

	for (const struct operation &op : operations)
		if (!op.shifts || (BITS & (BITS - 1)) == 0)
			check_bits(op, tristate);
	check_bit_lattice(tristate);
	check_reduction(all, tristate);
	printf("%d bits, %zu intervals, %zu known bits: ok %ld, failed %ld\n", BITS, all.size(),
	       tristate.size(), checks, failures);
	return failures != 0;
}
