/*
 * C's integers as classes, so that verifier/interval.c and bits.c themselves can
 * be run at other widths and on symbols.  A `val` is a bit vector with a width and a
 * sign, and obeys C's usual arithmetic conversions; num, unum and wide stand
 * for int64_t, uint64_t and __int128.  BITS is the width of num; `word` is what
 * a vector is made of: see small.cc and smt.cc, which include this.
 *
 * Needed of them, on operands of one width and sign: word_constant(),
 * word_resize(), word_op() by C's sign of the operation ('l' and 'r' shift),
 * word_compare() ('=', '<', '-' for at most); and truth, a truth value with &&,
 * ||, ! and a conversion for `if`.
 */
#ifndef SOUNDNESS_MACHINE_H
#define SOUNDNESS_MACHINE_H

typedef bool realbool;

/* width 0: an int literal, which takes the type of what it meets */
struct val {
	int width;
	realbool is_signed;
	word b;
	long literal;

	val(int v) : width(0), is_signed(true), b(word_constant(BITS, true, v)), literal(v) {}
	val(int w, realbool s, word x) : width(w), is_signed(s), b(x), literal(0) {}
	val as(int w, realbool s) const
	{
		if (!width)
			return val(w, s, word_constant(w, s, literal));
		return val(w, s, word_resize(b, width, is_signed, w, s));
	}
};

struct num : val {
	num() : val(val(0).as(BITS, true)) {}
	num(int v) : val(val(v).as(BITS, true)) {}
	num(const val &v) : val(v.as(BITS, true)) {}
};
struct unum : val {
	unum() : val(val(0).as(BITS, false)) {}
	unum(int v) : val(val(v).as(BITS, false)) {}
	unum(const val &v) : val(v.as(BITS, false)) {}
};
struct wide_num : val {
	wide_num() : val(val(0).as(2 * BITS, true)) {}
	wide_num(int v) : val(val(v).as(2 * BITS, true)) {}
	wide_num(const val &v) : val(v.as(2 * BITS, true)) {}
};

static inline void meet_types(val &a, val &b)
{
	int w = a.width > b.width ? a.width : b.width;
	realbool s;

	if (!w)
		w = BITS;
	s = !((a.width == w && !a.is_signed) || (b.width == w && !b.is_signed));
	a = a.as(w, s);
	b = b.as(w, s);
}

static inline val apply(char op, val a, val b)
{
	if (op == 'l' || op == 'r') {
		if (!a.width)
			a = a.as(BITS, true);
		b = b.as(a.width, b.is_signed);
	} else {
		meet_types(a, b);
	}
	return val(a.width, a.is_signed, word_op(op, a.b, b.b, a.width, a.is_signed));
}

static inline truth compare(char rel, val a, val b)
{
	meet_types(a, b);
	return word_compare(rel, a.b, b.b, a.width, a.is_signed);
}

static inline val operator+(const val &a, const val &b) { return apply('+', a, b); }
static inline val operator-(const val &a, const val &b) { return apply('-', a, b); }
static inline val operator*(const val &a, const val &b) { return apply('*', a, b); }
static inline val operator/(const val &a, const val &b) { return apply('/', a, b); }
static inline val operator%(const val &a, const val &b) { return apply('%', a, b); }
static inline val operator&(const val &a, const val &b) { return apply('&', a, b); }
static inline val operator|(const val &a, const val &b) { return apply('|', a, b); }
static inline val operator^(const val &a, const val &b) { return apply('^', a, b); }
static inline val operator<<(const val &a, const val &b) { return apply('l', a, b); }
static inline val operator>>(const val &a, const val &b) { return apply('r', a, b); }
static inline val operator-(const val &a) { return apply('-', 0, a); }
static inline val operator~(const val &a) { return apply('^', a, -1); }
static inline truth operator==(const val &a, const val &b) { return compare('=', a, b); }
static inline truth operator!=(const val &a, const val &b) { return !compare('=', a, b); }
static inline truth operator<(const val &a, const val &b) { return compare('<', a, b); }
static inline truth operator<=(const val &a, const val &b) { return compare('-', a, b); }
static inline truth operator>(const val &a, const val &b) { return compare('<', b, a); }
static inline truth operator>=(const val &a, const val &b) { return compare('-', b, a); }
template <class T> static inline T &operator-=(T &a, const val &b) { return a = a - b; }
template <class T> static inline T &operator+=(T &a, const val &b) { return a = a + b; }
template <class T> static inline T &operator|=(T &a, const val &b) { return a = a | b; }
template <class T> static inline T operator--(T &a, int)
{
	T old = a;

	a = a - 1;
	return old;
}

static inline num least_num() { return num((val(1).as(BITS, false) << (BITS - 1))); }

/* --- the code under test, over these types --- */

#define INTERVAL_BITS BITS
#define int64_t num
#define uint64_t unum
#define __int128 wide_num
#define bool truth
#undef INT64_MIN
#undef INT64_MAX
#define INT64_MIN least_num()
#define INT64_MAX num(~least_num())
#include "verifier/interval.c"
#include "verifier/bits.c"
#undef int64_t
#undef uint64_t
#undef __int128
#undef bool

/* --- what is checked of it --- */

struct operation {
	const char *name;
	struct interval (*abstract)(struct interval, struct interval);
	struct bits (*on_bits)(struct bits, struct bits);
	val (*concrete)(const num &, const num &);
	realbool shifts, divides, unary;
};

static val machine_add(const num &a, const num &b) { return a + b; }
static val machine_sub(const num &a, const num &b) { return a - b; }
static val machine_mul(const num &a, const num &b) { return a * b; }
static val machine_and(const num &a, const num &b) { return a & b; }
static val machine_or(const num &a, const num &b) { return a | b; }
static val machine_xor(const num &a, const num &b) { return a ^ b; }
static val machine_shl(const num &a, const num &b) { return num(unum(a) << (b & (BITS - 1))); }
static val machine_shr(const num &a, const num &b) { return a >> (b & (BITS - 1)); }
static val machine_ushr(const num &a, const num &b) { return num(unum(a) >> (b & (BITS - 1))); }
/* in twice the width, so that the least number by -1 wraps instead of trapping */
static val machine_div(const num &a, const num &b) { return num(wide_num(a) / b); }
static val machine_mod(const num &a, const num &b) { return num(wide_num(a) % b); }
static val machine_neg(const num &a, const num &) { return -a; }
static val machine_not(const num &a, const num &) { return ~a; }
static struct interval abstract_neg(struct interval a, struct interval) { return interval_neg(a); }
static struct interval abstract_not(struct interval a, struct interval) { return interval_not(a); }
static struct bits bits_neg_of(struct bits a, struct bits) { return bits_neg(a); }
static struct bits bits_not_of(struct bits a, struct bits) { return bits_not(a); }

static const struct operation operations[] = {
	{"add", interval_add, bits_add, machine_add, false, false, false},
	{"sub", interval_sub, bits_sub, machine_sub, false, false, false},
	{"mul", interval_mul, bits_mul, machine_mul, false, false, false},
	{"div", interval_div, bits_div, machine_div, false, true, false},
	{"mod", interval_mod, bits_mod, machine_mod, false, true, false},
	{"and", interval_and, bits_and, machine_and, false, false, false},
	{"or", interval_or, bits_or, machine_or, false, false, false},
	{"xor", interval_xor, bits_xor, machine_xor, false, false, false},
	{"shl", interval_shl, bits_shl, machine_shl, true, false, false},
	{"shr", interval_shr, bits_shr, machine_shr, true, false, false},
	{"ushr", interval_ushr, bits_ushr, machine_ushr, true, false, false},
	{"neg", abstract_neg, bits_neg_of, machine_neg, false, false, true},
	{"not", abstract_not, bits_not_of, machine_not, false, false, true},
};

#endif
