/* Beside a model run: which answers of the world a value was computed from, and how. */
#ifndef RUNTIME_SHADOW_H
#define RUNTIME_SHADOW_H

#include "runtime/model.h"

/* A value as a chain of operations on one answer; other operands are taken as they were. */
struct shadow_node {
	enum { SHADOW_ANSWER, SHADOW_OP, SHADOW_CALL, SHADOW_MEMBER } kind;
	enum ir_op op;       /* SHADOW_OP */
	enum intrinsic call; /* SHADOW_CALL */
	uint32_t input;      /* SHADOW_ANSWER */
	const struct shadow_node *from;
	bool left;              /* from was the first operand */
	struct run_value other; /* the other one's value, in the shadow's arena */
	int64_t now;            /* what from was, of a number */
	uint32_t depth;
};

/* A branch that was taken on a condition that answers decide. */
struct shadow_branch {
	const struct ir_func *func;
	uint32_t index, block; /* of the function, and where the branch ends */
	bool taken;            /* to target 0 */
	const struct shadow_node *cond;
	uint32_t input; /* cond NULL: this answer may fail instead */
};

struct shadow;

struct shadow *shadow_new(struct arena *a, struct model *md);
/* To be called before each instruction, and as answers are given. */
void shadow_step(struct shadow *sh, const struct run_watch *w);
void shadow_answer(struct shadow *sh, uint32_t input, bool again);
void shadow_begin(struct shadow *sh);
const struct shadow_branch *shadow_branches(const struct shadow *sh, uint32_t *n);
/* What the register of the innermost frame was computed from, or NULL. */
const struct shadow_node *shadow_of(const struct shadow *sh, uint32_t reg);

/* The answer that the value came from. */
uint32_t shadow_root(const struct shadow_node *node);
/*
 * The answer that would make node `want` (numbers: its value; conditions: 0 or 1), by undoing its
 * operations; `pick` 0, 1.. chooses among several.  False: none is known.
 */
bool shadow_solve(struct arena *a, const struct shadow_node *node, int64_t want, unsigned pick,
		  uint32_t *input, struct replay_value *out);

#endif
