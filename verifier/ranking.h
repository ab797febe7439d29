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
	RANKING_PHASES, /* two variables: see below */
};

/* How two variables end a loop whose rounds take the one or the other side of a branch. */
enum ranking_order {
	RANKING_EITHER,  /* every round moves both; the side's own must allow another */
	RANKING_BOTH,    /* each side moves its own, and the other's at most the same way */
	RANKING_CLOSING, /* every round compares the two, and brings them nearer to each other */
	RANKING_NESTED,  /* one side runs out between any two rounds of the other, as does that */
};

enum { RANKING_CARRIERS = 8 };

/* What is weighed: statements, calls within the recursion, bytes printed. */
enum { RANKING_STATEMENTS, RANKING_CALLS, RANKING_OUTPUT, RANKING_WEIGHTS };

/* What a loop is held to.  INT64_MAX as a number: none. */
struct ranking {
	enum ranking_kind kind;
	int64_t bound;                   /* rounds begun each time the loop is entered */
	int64_t weight[RANKING_WEIGHTS]; /* all rounds together */
	/*
	 * Rounds of all its runs in one run of the loop around it, where they are paid for there
	 * and weight is of one round begun: there is no rule for it here.  INT64_MAX: they are not.
	 */
	int64_t total[RANKING_WEIGHTS];
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
	/* PHASES */
	enum ranking_order order;
	uint32_t branch;      /* its block, or IR_NONE */
	uint32_t seldom;      /* NESTED: the side taken more seldom */
	struct ranking *part; /* two: the sides' COUNTs; NONE: no round takes that side */
};

/* What was confirmed of a loop with two variables. */
struct ranking_sides {
	bool back[2];              /* side: may a round take it? */
	bool passed[2][2];         /* part, side: each such round passes the part's test */
	struct change step[2][2];  /* part, side: of the part's variable */
	struct interval around[2]; /* part: its variable as any round begins */
	struct interval apart;     /* the first's less the second's variable, on entry */
	bool late;                 /* the round that leaves may run statements */
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
/* The rounds of a loop with two variables. */
int64_t ranking_phases(const struct ranking *r, const struct ranking_sides *s, int64_t longest,
		       bool splits);
/* The calls that r, taken as true, allows to nest; INT64_MAX: no number. */
int64_t ranking_nesting(const struct recursion *r);

#endif
