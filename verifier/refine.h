/* What a branch teaches about the values its condition was made of. */
#ifndef VERIFIER_REFINE_H
#define VERIFIER_REFINE_H

#include "verifier/state.h"

/* Takes it that cond is nonzero (or zero): narrows st, which may turn out unreachable. */
void refine_truth(struct space *sp, struct state *st, const struct value *cond, uint32_t slot,
		  bool truth);
/* Narrows a value wherever it is known to be held; slot may be local to the block. */
void refine_range(struct space *sp, struct state *st, uint32_t slot, struct interval range);
/* The comparison's predicate; NULL if it says nothing that lasts. */
const struct pred *refine_compare(struct space *sp, const struct state *st,
				  enum interval_relation rel, uint32_t a, uint32_t b);
/* That the value's bits of mask are those of slot a, and none else make it nonzero. */
const struct pred *refine_masked(struct space *sp, const struct state *st, uint32_t a,
				 uint64_t mask);
const struct pred *refine_holds(struct space *sp, const struct fact *f);

#endif
