/* The obligation whose failure a model run is watched for. */
#ifndef RUNTIME_GOAL_H
#define RUNTIME_GOAL_H

#include "runtime/shadow.h"

/* An answer that may make the obligation fail. */
struct goal_wish {
	uint32_t input;
	struct replay_value value;
};

struct goal {
	const struct ir_program *p;
	struct arena *arena; /* of the search */
	const struct obligation *o;
	const struct ir_inst *inst; /* NULL: of a loop or a handler */
	bool refuted;               /* it is said to fail always */
	bool *inside;               /* of a loop: by block */
	uint32_t *distance; /* by first_block[func] + block: branches to go; UINT32_MAX: none */
	uint32_t *first_block;

	/* of one run */
	const struct model *md;
	const struct shadow *sh; /* NULL: no wishes are wanted */
	bool reached, hit;
	bool passed;     /* done without failing */
	bool pending;    /* the instruction is being done, in the frame at depth */
	const char *how; /* what the failing run shows */
	VEC(struct goal_wish) wishes;
	bool active; /* the loop is being run, by the frame at depth */
	uint32_t depth;
	int64_t rounds, began; /* statements when it was entered */
	uint64_t state;        /* of the last round */
	uint32_t asked;        /* answers given by then */
	uint64_t writes, written;
	bool repeats;
};

struct goal *goal_new(struct arena *a, const struct ir_program *p, const struct obligation *o);
/* Forgets the run before. */
void goal_start(struct goal *g, const struct model *md, const struct shadow *sh);
void goal_step(struct goal *g, const struct run_watch *w);
void goal_fault(struct goal *g, const struct ir_inst *in);
void goal_cut(struct goal *g, const struct ir_inst *in);
/* Is this the first instruction of a new round of the loop looked at? */
bool goal_new_round(const struct goal *g, const struct run_watch *w);

#endif
