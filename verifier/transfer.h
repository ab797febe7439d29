/* The meaning of the operations, abstractly: shared by the fixpoint, the discharge and the
 * re-check. */
#ifndef VERIFIER_TRANSFER_H
#define VERIFIER_TRANSFER_H

#include "verifier/state.h"
#include "verifier/verifier.h"

struct flow {
	struct space sp;
	const struct effects *e;
	enum memory_model model;
	struct world *sink; /* takes stores, arguments and results; NULL: they are dropped */
	uint32_t func, block, inst;
	struct state cur;
	/* called for each way out of the block, with the state on arrival; `to` sees it as is */
	void (*edge)(struct flow *fl, uint32_t to, const struct state *st);
	/* called before each instruction that may be reached; may be NULL */
	void (*visit)(struct flow *fl, const struct ir_inst *in);
	void *ctx;
	int64_t steps;        /* instructions seen */
	struct state failing; /* joined over the places in this block where an error may leave */
	VEC(uint32_t) dirty;  /* slots set since then */
};

void transfer_start(struct flow *fl, struct arena *a, const struct ir_program *p, uint32_t func,
		    const struct shape *sh, const struct world *w);
/* The state in which the function begins: its arguments, all else unknown. */
struct state transfer_entry(struct flow *fl, bool any_argument);
/* Runs the block from the given state. */
void transfer_block(struct flow *fl, uint32_t block, const struct state *in);

struct value transfer_reg(const struct flow *fl, uint32_t reg);
/* The fact that the element has samples, as of now.  False if the model or the keys do not allow
 * one. */
bool transfer_nonempty(struct flow *fl, uint32_t global, const uint32_t *keys, uint32_t nkeys,
		       struct fact *out);

#endif
