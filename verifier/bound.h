/* How often loops go round. */
#ifndef VERIFIER_BOUND_H
#define VERIFIER_BOUND_H

#include "verifier/fixpoint.h"
#include "verifier/verdict.h"

/*
 * The verdicts on f->loops, in that order; a goes on holding their texts.  totals, by natural loop:
 * the rounds of all its runs in one run of the loop around it, INT64_MAX if the product says as
 * much.  rankings, by natural loop: what the verdicts rest on.
 */
struct verdict *bound_function(struct arena *a, const struct invariants *inv, uint32_t func,
			       int64_t **totals, struct ranking *rankings);
/* The most a walk over the iterator can yield, limit aside. */
int64_t bound_elements(const struct ir_program *p, const struct ir_iter *it);

#endif
