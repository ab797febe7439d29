/* Loops whose iterations are of two kinds, each of which runs out. */
#ifndef VERIFIER_PHASE_H
#define VERIFIER_PHASE_H

#include "verifier/count.h"

enum phase_kind {
	PHASE_NONE,
	PHASE_EITHER,  /* while one condition or the other holds, and every iteration moves both */
	PHASE_BOTH,    /* each kind of iteration uses up something that the other leaves alone */
	PHASE_CLOSING, /* either kind of iteration brings two variables nearer to each other */
	PHASE_NESTED,  /* one kind runs out between any two of the other, which runs out, too */
};

struct phases {
	enum phase_kind kind;
	int64_t n;               /* iterations started; COUNT_NONE: not known */
	struct test first, then; /* what runs out; NESTED: more seldom, and between */
	uint32_t branch;         /* tells the kinds apart: its block */
	uint32_t seldom;         /* NESTED: the side of the branch that is taken more seldom */
	struct iteration side[2];
};

/* longest: of a string. */
struct phases phase_bound(struct former *fm, uint32_t loop, int64_t longest);

#endif
