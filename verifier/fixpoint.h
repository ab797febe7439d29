/* The invariants of a program: the claims on entry to every block, and the world they hold in. */
#ifndef VERIFIER_FIXPOINT_H
#define VERIFIER_FIXPOINT_H

#include "verifier/certificate.h"

struct invariants {
	const struct ir_program *p;
	enum memory_model model;
	struct effects *e;
	struct shape **shapes; /* by function */
	struct world *w;
	struct claims *claims; /* by function */
	int64_t budget, steps; /* that may be taken, that were */
	bool spent; /* the budget ran out: nothing is claimed at all */
};

struct invariants *fixpoint_program(struct arena *a, const struct ir_program *p,
				    enum memory_model model, int64_t budget);
/* Prepares a walk over the finished invariants of one function; nodes go into a. */
void fixpoint_walk(const struct invariants *inv, struct flow *fl, struct arena *a, uint32_t func);

#endif
