/* Why a loop or a recursion ends: the argument that the prover found and the re-check confirms. */
#ifndef VERIFIER_RANKING_H
#define VERIFIER_RANKING_H

#include "verifier/change.h"

#include <stddef.h>

enum ranking_kind {
	RANKING_NONE,   /* no argument */
	RANKING_ONCE,   /* no way back to the header is ever taken */
	RANKING_WALK,   /* every round takes another element of an iterator that is not restarted */
	RANKING_COUNT,  /* every round passes a test of a variable that moves towards its limit */
	RANKING_PHASES, /* two variables: there is no rule for it here, the bound is taken as it is
			 */
};

enum { RANKING_CARRIERS = 8 };

/* What a loop is held to.  INT64_MAX as a number: none. */
struct ranking {
	enum ranking_kind kind;
	int64_t bound;     /* rounds begun each time the loop is entered */
	int64_t weight[2]; /* statements, and calls within the recursion, all rounds together */
	/*
	 * Rounds of all its runs in one run of the loop around it, where they are paid for there
	 * and weight is of one round begun: there is no rule for it here.  INT64_MAX: they are not.
	 */
	int64_t total[2];
	uint32_t iter; /* WALK */
	/* COUNT: the comparison, or the branch itself: its operand is not 0 */
	uint32_t block, inst;
	bool swapped;                                   /* the variable is the second operand */
	uint32_t measure;                               /* slot of the variable */
	uint32_t carriers[RANKING_CARRIERS], ncarriers; /* other slots it passes through */
	enum interval_relation rel;                     /* to stay: variable REL limit */
	struct interval first, limit; /* of the variable on entry, and of what it is held against */
	struct change step;           /* a round */
	struct change at;             /* from the start of the round to the test */
	bool steady;                  /* the limit is the same in every round */
	bool below, above; /* where it is tested, the variable is never above, below its limit */
	bool late;         /* statements of the round may run before the test that leaves */
};

/* What the calls within one cycle of the call graph are held to. */
struct recursion {
	int64_t depth;       /* calls nested within the cycle; INT64_MAX: no argument */
	bool up;             /* the measures grow, else they shrink */
	int64_t first, last; /* the farthest from and the nearest to the limit they can be */
	int64_t step;        /* by which each call moves them at least; 1 or more */
};

/*
 * The rounds that r, taken as true, allows.  INT64_MAX: none, it is no argument; INT64_MAX - 1: it
 * ends, after no number of rounds worth naming.  longest: bytes of a string; splits: the loop may
 * begin to split another text into tokens.
 */
int64_t ranking_rounds(const struct ranking *r, int64_t longest, bool splits);
/* The calls that r, taken as true, allows to nest; INT64_MAX: no number. */
int64_t ranking_nesting(const struct recursion *r);

#endif
