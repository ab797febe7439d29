/* What holds of the whole program at any time: ranges of globals, elements, keys, arguments,
 * results. */
#ifndef VERIFIER_WORLD_H
#define VERIFIER_WORLD_H

#include "ir/ir.h"
#include "verifier/interval.h"

struct outcome {
	struct interval value;
	bool returns, passes;
};

/* Ranges of strings are ranges of their lengths. */
struct world {
	const struct ir_program *p;
	struct arena *arena;
	struct thresholds thresholds;
	struct interval *global;  /* scalars: every value ever stored, and the first */
	struct interval *element; /* arrays: every value, and what a missing element reads as */
	struct interval **keys;   /* arrays: every key ever inserted */
	struct interval **params; /* functions: arguments of every call; NULL: never called */
	struct outcome *results;
	bool *entered;
	uint32_t round;    /* of growth so far: joins, then widening, then giving up */
	bool embedded;     /* embedded code may change globals */
	bool frozen;       /* only look whether something would change */
	bool results_only; /* take what functions return, drop the rest */
	bool changed;
};

/* Numbers to widen to: from constants, and what is next to them; some thousands at most. */
typedef VEC(int64_t) world_numbers;
void world_threshold(struct arena *a, world_numbers *v, int64_t c);
void world_block_thresholds(struct arena *a, const struct ir_block *b, world_numbers *v);
struct thresholds world_thresholds(world_numbers v);

struct world *world_new(struct arena *a, const struct ir_program *p);
/* Everything any value could be. */
struct interval world_any(const struct ir_program *p, enum ir_type type);
void world_store(struct world *w, uint32_t global, struct interval v);
void world_element(struct world *w, uint32_t global, struct interval v);
void world_key(struct world *w, uint32_t global, uint32_t key, struct interval v);
void world_enter(struct world *w, uint32_t func);
void world_argument(struct world *w, uint32_t func, uint32_t param, struct interval v);
void world_result(struct world *w, uint32_t func, struct interval v);
void world_passes(struct world *w, uint32_t func);
/* Gives up on globals. */
void world_forget(struct world *w);
/* Gives up: everything may be anything, every function is called. */
void world_surrender(struct world *w);

#endif
