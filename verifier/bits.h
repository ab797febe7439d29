/* Known bits of 64-bit numbers, and their reduced product with ranges. */
#ifndef VERIFIER_BITS_H
#define VERIFIER_BITS_H

#include "verifier/interval.h"

/* The numbers that agree with value where mask has no bit.  value is 0 where mask is 1. */
struct bits {
	uint64_t value, mask;
};

struct bits bits_unknown(void);
struct bits bits_constant(int64_t v);
/* What all members of a range that is not empty agree in. */
struct bits bits_of(struct interval r);
bool bits_has(struct bits a, int64_t v);
bool bits_equal(struct bits a, struct bits b);
/* Is every member of a in b? */
bool bits_within(struct bits a, struct bits b);

struct bits bits_join(struct bits a, struct bits b);
/* False, and a in out, if they have no member in common. */
bool bits_meet(struct bits a, struct bits b, struct bits *out);
/* The join; once it is wider than old, nothing is known from the lowest lost bit up. */
struct bits bits_widen(struct bits old, struct bits now);
/* The least range with the members that r and b have in common. */
struct interval bits_tighten(struct interval r, struct bits b);
/* Makes each as small as the other allows; false if no number fits both. */
bool bits_reduce(struct interval *r, struct bits *b);

struct bits bits_add(struct bits a, struct bits b);
struct bits bits_sub(struct bits a, struct bits b);
struct bits bits_mul(struct bits a, struct bits b);
/* Both truncate towards zero; the results of the divisions that succeed. */
struct bits bits_div(struct bits a, struct bits b);
struct bits bits_mod(struct bits a, struct bits b);
struct bits bits_and(struct bits a, struct bits b);
struct bits bits_or(struct bits a, struct bits b);
struct bits bits_xor(struct bits a, struct bits b);
/* Shift counts are taken as the machine does: masked to six bits. */
struct bits bits_shl(struct bits a, struct bits b);
struct bits bits_shr(struct bits a, struct bits b);
struct bits bits_ushr(struct bits a, struct bits b);
struct bits bits_neg(struct bits a);
struct bits bits_not(struct bits a);

#endif
