/*
 * Exhaustive soundness of the interval operators at BITS bits (4, 5 or 6, given
 * when it is built): for all pairs of intervals in normal form and all their
 * members the machine's result lies in the abstract one; comparisons and
 * assumptions likewise.  It is the very code of verifier/interval.c that runs.
 */
#include <stdint.h>
#include <stdio.h>
#include <vector>

typedef long bits;
typedef bool truth;

static inline bits fit(long v, int width, bool is_signed)
{
	long mask = (1l << width) - 1, low = v & mask;

	return is_signed && low >> (width - 1) ? low - mask - 1 : low;
}
static inline bits bits_constant(int width, bool is_signed, long v)
{
	return fit(v, width, is_signed);
}
static inline bits bits_resize(bits b, int, bool, int width, bool is_signed)
{
	return fit(b, width, is_signed);
}
static inline bits bits_op(char op, bits a, bits b, int width, bool is_signed)
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
static inline bool bits_compare(char rel, bits a, bits b, int, bool)
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
	printf("%d bits, %zu intervals: ok %ld, failed %ld\n", BITS, all.size(), checks, failures);
	return failures != 0;
}
