/* For tests of the re-check: a way to spoil a proof. */
#ifndef VERIFIER_RECHECK_H
#define VERIFIER_RECHECK_H

#include "verifier/verifier.h"

/* Replaces the claim on a register at a block's entry.  False: no claim is kept there. */
bool recheck_spoil_claim(struct proven *pv, struct arena *a, uint32_t func, uint32_t block,
			 uint32_t reg, struct claim c);
/* Claims the block is unreachable. */
void recheck_spoil_block(struct proven *pv, uint32_t func, uint32_t block);
/* Replaces a verdict. */
void recheck_spoil_verdict(struct proven *pv, uint32_t obligation, struct verdict v);

#endif
