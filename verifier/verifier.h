/*
 * The verifier: deletes run-time checks by proving them unnecessary.  Only it
 * makes a struct proven, and only from a well-formed program.
 */
#ifndef VERIFIER_VERIFIER_H
#define VERIFIER_VERIFIER_H

#include "ir/ir.h"
#include "target/target.h"

/* From best to worst; a report's verdict is the worst present. */
enum verdict_status {
	VERDICT_PROVED,
	VERDICT_ASSUMED,
	VERDICT_GUARDED,
	VERDICT_UNKNOWN,
	VERDICT_REFUTED
};

/* Who may change a global between two reads of it. */
enum memory_model {
	MODEL_ATOMIC,      /* a handler runs alone over the globals it uses: user space, module */
	MODEL_INTERLEAVED, /* handlers interleave: BPF */
};

struct verdict {
	enum verdict_status status;
	const char *reason; /* one sentence: why proved, or what stands in the way */
	bool has_bound;
	int64_t bound; /* iterations, depth or statements; saturates at INT64_MAX */
	struct {       /* what led there, outermost first: places and remarks */
		struct loc loc;
		const char *text;
	} steps[4];
	uint32_t nsteps;
};

struct verify_options {
	enum memory_model model;
	int64_t budget; /* fixpoint steps; when spent, what is open is UNKNOWN. 0: by the size of the program */
};

struct proven;

/* Proves what it can.  Never fails: what it cannot decide is GUARDED, or UNKNOWN where no guard
 * exists. */
struct proven *prove_program(struct arena *a, const struct ir_program *p,
			     const struct verify_options *opt);
/* The program that was proved. */
const struct ir_program *proven_program(const struct proven *pv);
enum memory_model proven_model(const struct proven *pv);
/* The verdict on program->obligations.v[i]. */
const struct verdict *proven_verdict(const struct proven *pv, uint32_t i);
/* Must the run-time keep the check of obligation i? (everything but PROVED) */
bool proven_guard(const struct proven *pv, uint32_t i);
/* Statements a handler may execute a hit, INT64_MAX: no bound known. */
int64_t proven_cost(const struct proven *pv, uint32_t func);
/* Calls deep that any handler may go, INT64_MAX: not bounded. */
int64_t proven_depth(const struct proven *pv);
/* Steps the fixpoint took, and whether they were all it might take, so that nothing is claimed. */
int64_t proven_steps(const struct proven *pv);
bool proven_spent(const struct proven *pv);

/* Can the block be reached at all?  What cannot is never run. */
bool proven_reached(const struct proven *pv, uint32_t func, uint32_t block);

/*
 * The claim about a register on entry to a block: low <= value <= high for integers, and
 * length <= high for strings.  False: the block is claimed unreachable.
 */
struct claim {
	int64_t low, high;
};
bool proven_claim(const struct proven *pv, uint32_t func, uint32_t block, uint32_t reg,
		  struct claim *out);

/*
 * The linear re-check of the proof's certificate (recheck.h): NULL when all it claims holds, else
 * what does not.
 */
const char *recheck_proven(const struct proven *pv, struct arena *a);
/*
 * The re-check, and where it does not follow an argument about a loop, that argument is given up:
 * the loops of its function are guarded, and all is derived and checked again.  NULL when in the end
 * all holds, else what does not.
 */
const char *prove_confirm(struct proven *pv, struct arena *a);

/* The word of a status: "proved"... */
const char *verdict_word(enum verdict_status s);

#endif
