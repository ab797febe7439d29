/* The call graph, and what a call may do to the globals. */
#ifndef VERIFIER_EFFECTS_H
#define VERIFIER_EFFECTS_H

#include "verifier/members.h"
#include "verifier/shape.h"

struct effects {
	uint32_t nfuncs, nglobals;
	uint32_t *order; /* functions, callees before callers (within a cycle: any order) */
	uint32_t *cycle; /* function: number of its strongly connected component */
	uint32_t ncycles, *cycle_at; /* component c is order[cycle_at[c] .. cycle_at[c+1]) */
	bool *recursive; /* component: can a member call itself, perhaps through others */
	uint32_t *calls_at, *calls; /* function: all it calls, with repetitions */
	struct members **changes;   /* function: globals that a call may change */
	bool *havoc;                /* function: embedded code may change every global */
	bool *writes;               /* function: may write to memory, or to the probe's context */
	bool *aborts;               /* function: may end the session or never come back */
	bool *raises;               /* function: a call may fail */
	bool *splits;               /* function: may begin to split another text into tokens */
	bool *token;        /* function: what it returns is the next token, and no more happens */
	bool *deep;         /* function: MAXNESTING may refuse its calls */
	unsigned *contexts; /* function: set of 1 << enum ir_context it runs in */
};

struct effects *effects_program(struct arena *a, const struct ir_program *p);
/* The first of sh->globals, as an index from `from` on, that a call may change, or IR_NONE. */
uint32_t effects_next_change(const struct effects *e, uint32_t func, const struct shape *sh,
			     uint32_t from);
/* Does the instruction itself change a global in that sense? */
bool effects_of_inst(const struct ir_program *p, const struct ir_inst *in, uint32_t *global);
/* May the instruction of func itself fail?  What a called function raises is not meant. */
bool effects_fails(const struct effects *e, uint32_t func, const struct ir_inst *in);
/* Is it a call of tokenize() that goes on with the text split last?  b: its block. */
bool effects_next_token(const struct ir_block *b, const struct ir_inst *in);
/*
 * Does the instruction of func read from the probe's context what stays the same for as long as the
 * handler runs?  Registers do; what lies in memory others may write.
 */
bool effects_keeps(const struct effects *e, uint32_t func, const struct ir_inst *in);
/* Fills in the slots each loop may change. */
void effects_loops(struct arena *a, const struct effects *e, const struct ir_program *p,
		   const struct ir_func *f, struct shape *sh);

#endif
