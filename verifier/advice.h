/* Verdicts on what the language gives a meaning to, but hardly anybody means. */
#ifndef VERIFIER_ADVICE_H
#define VERIFIER_ADVICE_H

#include "verifier/prove.h"

/* The result of arithmetic, from the ranges in fl. */
struct verdict advice_arithmetic(struct arena *a, const struct flow *fl, const struct ir_inst *in);
/* Of the variables that the function's first instructions give a value, by register. */
struct advice_locals {
	const struct ir_inst **read; /* the first place that may read that value; NULL: none */
	uint32_t *sets;              /* instructions that set it, the first included */
};
/* NULL when it has none. */
struct advice_locals *advice_locals(struct arena *a, const struct invariants *inv, uint32_t func);
struct verdict advice_initialised(struct arena *a, const struct ir_func *f,
				  const struct ir_inst *in, const struct advice_locals *locals);
struct verdict advice_ends(const struct invariants *inv);

struct pairing;

/* Where the arrays are stored to and deleted from. */
struct pairing *pairing_collect(struct arena *a, const struct invariants *inv);
struct verdict pairing_verdict(struct pairing *pr, uint32_t global);
struct verdict reentry_verdict(struct arena *a, const struct ir_attach *at);

#endif
