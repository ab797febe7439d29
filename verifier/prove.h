/* The inside of struct proven: only the verifier sees it. */
#ifndef VERIFIER_PROVE_H
#define VERIFIER_PROVE_H

#include "verifier/fixpoint.h"
#include "verifier/verdict.h"

struct proven {
	const struct ir_program *program;
	enum memory_model model;
	struct invariants *inv;
	struct verdict *verdicts; /* by obligation */
	struct verdict **loops;   /* by function and its loops */
	int64_t **totals;         /* by function and natural loop: see bound.h */
	int64_t *cost;            /* by function: statements a call */
	int64_t *output;          /* by function: bytes printed a call, by its loops and calls */
	int64_t *recursion;       /* by cycle of calls: nested calls within it */
	int64_t *level;           /* by function: calls deep it may be */
	/* what the re-check is told of how they were found */
	struct ranking **rankings;  /* by function and its natural loops */
	struct recursion *descents; /* by cycle */
	uint32_t *measure;          /* by function: the parameter that moves, or IR_NONE */
	struct rooms *rooms;        /* NULL: nothing was collected */
	int64_t depth;
	bool *doubted; /* by function: no argument about its loops is believed; NULL: none is doubted */
};

/* What the verdicts are derived from, in order; each needs those before it. */
void prove_bounds(struct arena *a, struct proven *pv);
void depth_all(struct arena *a, struct proven *pv);
void cost_all(struct arena *a, struct proven *pv);
void discharge_all(struct arena *a, struct proven *pv);

#endif
