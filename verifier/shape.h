/* The control flow of one function: order, dominators, loops, and which registers need a state. */
#ifndef VERIFIER_SHAPE_H
#define VERIFIER_SHAPE_H

#include "ir/ir.h"

/* A slot is what the abstract state keeps a value for: a register, or a global. */
#define SLOT_LOCAL 0x80000000u /* or-ed to a register used in one block only */
#define SLOT_NONE UINT32_MAX

struct natural {                 /* a natural loop: all back edges to one header */
	uint32_t header, parent; /* parent: index of the loop around it, or IR_NONE */
	uint32_t *latches, nlatches;
	uint32_t *blocks, nblocks; /* those of no inner loop, in reverse postorder */
	uint32_t total;            /* blocks with those of inner loops */
	uint32_t inner_end; /* the loops directly in it come before this one; 0: it has none */
	uint32_t *mods, nmods; /* slots that may change in it, inner loops included, ascending: set
				  by effects.c */
};

struct shape {
	uint32_t nblocks, norder;
	uint32_t *order;            /* reachable blocks in reverse postorder */
	uint32_t *rank;             /* block: its place in order, or IR_NONE */
	uint32_t *idom;             /* block: immediate dominator; the entry is its own */
	uint32_t *serial;           /* block: number of its first instruction in the function */
	uint32_t *preds_at, *preds; /* preds[preds_at[b] .. preds_at[b+1]) */
	bool irreducible;
	uint32_t nloops;
	struct natural *loops; /* outer before inner */
	uint32_t *loop_of;     /* block: innermost loop, or IR_NONE */
	uint32_t *loop_at;     /* block: the loop it heads, or IR_NONE */
	uint32_t nslots;
	uint32_t *slot_of_reg;
	uint32_t *globals, nglobals,
		global_slot0; /* globals used, ascending, and the first's slot */
	uint32_t *slot_owner; /* slot: its register, or its global after the registers' */
};

struct shape *shape_function(struct arena *a, const struct ir_func *f);
/* The slot of a global used in the function, or SLOT_NONE. */
uint32_t shape_global(const struct shape *sh, uint32_t global);
/* The nearest block that dominates both. */
uint32_t shape_common(const struct shape *sh, uint32_t x, uint32_t y);
bool shape_dominates(const struct shape *sh, uint32_t above, uint32_t below);
/* Is the block in the loop, or in one inside it? */
bool shape_in_loop(const struct shape *sh, uint32_t block, uint32_t loop);
/* May the instruction raise an error? */
bool shape_may_fail(const struct ir_inst *in);
/* Calls fn for the registers an instruction reads, and those it sets. */
void shape_uses(const struct ir_func *f, const struct ir_inst *in, void (*fn)(void *, uint32_t),
		void *ctx);
void shape_defs(const struct ir_func *f, const struct ir_inst *in, void (*fn)(void *, uint32_t),
		void *ctx);
/* The blocks an instruction's block may leave for: targets, then the catch; at most 3. */
uint32_t shape_successors(const struct ir_block *b, uint32_t out[3]);
/* May the C text change globals?  The contract of embedded code: only what says so may. */
bool shape_embedded_writes(const char *text);

/* The block that holds the instruction of that serial number. */
uint32_t shape_block_at(const struct shape *sh, uint32_t serial);

#endif
