/* How the value of one variable has changed since a round of a loop, or a call, began. */
#ifndef VERIFIER_CHANGE_H
#define VERIFIER_CHANGE_H

#include "verifier/interval.h"

enum change_kind {
	CHANGE_LOST,    /* nothing is known */
	CHANGE_ADDED,   /* what it was plus low .. high, modulo 2^64 */
	CHANGE_DIVIDED, /* divided towards zero by at least low, at least once */
	CHANGE_SHIFTED, /* the same by arithmetic shifts to the right */
	CHANGE_USHIFTED,
	CHANGE_TIMES, /* multiplied by low .. high, modulo 2^64; low is at least 2 */
	CHANGE_CUT,   /* a string that is shorter by at least low, or empty */
	CHANGE_TOKEN, /* a string that is the next token of a text, or empty after the last */
};

/* Of a string the change is that of its length. */
struct change {
	enum change_kind kind;
	int64_t low, high; /* high: ADDED and TIMES only, else 0 */
};

/* Changes beyond this are not followed. */
#define CHANGE_FAR ((int64_t)1 << 40)

struct change change_none(void);
/* Not changed at all. */
struct change change_zero(void);
bool change_is_zero(const struct change *c);
struct change change_join(struct change a, struct change b);
/* Does whatever a allows fit claim? */
bool change_within(const struct change *a, const struct change *claim);
struct change change_add(struct change c, struct interval by);
/* kind: DIVIDED, SHIFTED or USHIFTED; by: the least divisor. */
struct change change_divide(struct change c, enum change_kind kind, int64_t by);
struct change change_multiply(struct change c, int64_t low, int64_t high);
struct change change_cut(struct change c, int64_t by);

#endif
