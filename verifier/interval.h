/* Ranges of 64-bit integers, exact about wrap-around; lengths of strings use the same struct. */
#ifndef VERIFIER_INTERVAL_H
#define VERIFIER_INTERVAL_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The values low .. high, without 0 when nonzero.  Empty: low > high, always written {1, 0, true}.
 * In normal form nonzero holds whenever 0 is outside, and 0 is neither end when nonzero.
 */
struct interval {
	int64_t low, high;
	bool nonzero;
};

enum interval_relation { REL_EQ, REL_NE, REL_LT, REL_LE, REL_GT, REL_GE };

struct thresholds {
	const int64_t *v; /* ascending */
	uint32_t n;
};

struct interval interval_make(int64_t low, int64_t high);
struct interval interval_constant(int64_t v);
struct interval interval_top(void);
struct interval interval_bottom(void);
bool interval_empty(struct interval a);
bool interval_single(struct interval a);
bool interval_has(struct interval a, int64_t v);
bool interval_equal(struct interval a, struct interval b);
/* Is every member of a in b? */
bool interval_within(struct interval a, struct interval b);

struct interval interval_join(struct interval a, struct interval b);
struct interval interval_meet(struct interval a, struct interval b);
/* The join, with each end that moved pushed to the next threshold; to the very end if t is NULL. */
struct interval interval_widen(struct interval old, struct interval now,
			       const struct thresholds *t);
struct interval interval_exclude_zero(struct interval a);

struct interval interval_add(struct interval a, struct interval b);
struct interval interval_sub(struct interval a, struct interval b);
struct interval interval_mul(struct interval a, struct interval b);
/* The results of the divisions that succeed: b's zero is left out. */
struct interval interval_div(struct interval a, struct interval b);
struct interval interval_mod(struct interval a, struct interval b);
struct interval interval_and(struct interval a, struct interval b);
struct interval interval_or(struct interval a, struct interval b);
struct interval interval_xor(struct interval a, struct interval b);
struct interval interval_shl(struct interval a, struct interval b);
struct interval interval_shr(struct interval a, struct interval b);
struct interval interval_ushr(struct interval a, struct interval b);
struct interval interval_neg(struct interval a);
struct interval interval_not(struct interval a);
/* Shift counts as the machine takes them: masked to six bits. */
struct interval interval_count(struct interval b);
/* The truth value of a REL b: within 0 .. 1. */
struct interval interval_compare(enum interval_relation rel, struct interval a, struct interval b);

/* The members of a that can stand in a REL b for some member of b. */
struct interval interval_assume(enum interval_relation rel, struct interval a, struct interval b);
enum interval_relation interval_negate(enum interval_relation rel);
/* The relation seen from the other side: a < b is b > a. */
enum interval_relation interval_mirror(enum interval_relation rel);

#endif
