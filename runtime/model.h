/*
 * A session in a world that is only thought of: which handlers run, and what the kernel answers.
 * For the files of this room that look for a failing run.
 */
#ifndef RUNTIME_MODEL_H
#define RUNTIME_MODEL_H

#include "base/map.h"
#include "runtime/machine.h"
#include "runtime/replay.h"

/* How answers are made that nothing prescribes. */
enum model_mode {
	MODEL_PLAIN, /* the least surprising: 0, an address where one is wanted */
	MODEL_FRESH, /* each different from those before */
	MODEL_MOST,  /* the upper end of the type, the longest text */
	MODEL_LEAST,
	MODEL_MIXED, /* at random, from the program's constants and the ends of the types */
	MODEL_MODES,
};

/* What an address is of. */
enum model_space { MODEL_NOWHERE, MODEL_KERNEL, MODEL_USER };

/* A number or text that the program mentions, which is worth trying. */
struct model_pool {
	int64_t *numbers;
	uint32_t n_numbers;
	const char **texts;
	uint32_t n_texts;
};

/* As the event of a prescribed answer: whenever the question is asked. */
#define MODEL_ANY_EVENT UINT32_MAX

/* An attachment that is hit `times` times in a row. */
struct model_event {
	uint32_t attach;
	uint32_t times;
};

/* What makes a run the same each time. */
struct model_case {
	VEC(struct model_event) events; /* between the begin and the end probes */
	enum model_mode mode;
	uint64_t seed;
	struct replay_inputs given; /* prescribed answers; of MODEL_ANY_EVENT: each time */
	bool given_is_all;          /* they were read from a file: a wrong one is an error */
};

struct model;

/* Who looks on. */
struct model_watcher {
	void (*step)(void *ctx, const struct run_watch *w);
	/* an answer was given, for register dst of the frame on top (IR_NONE: none) */
	void (*answer)(void *ctx, uint32_t input, bool again);
	void (*cut)(void *ctx, const struct ir_inst *in);
	/* the machine holds a fault, raised at in */
	void (*fault)(void *ctx, const struct ir_inst *in);
	void (*begins)(void *ctx, const struct ir_attach *at, uint32_t event);
	void *ctx;
};

struct model {
	struct machine *m;
	struct arena *arena;
	const struct model_case *given;
	const struct model_pool *pool;
	const uint8_t *const
		*pointers; /* by function and register: enum model_space; may be NULL */
	struct model_watcher watch;

	struct replay_inputs inputs; /* every answer so far, in order */
	uint32_t event;              /* counted from 0 */
	uint32_t first_of_event;     /* among inputs */
	uint32_t hint;               /* where the next prescribed answer may lie */
	struct map seen;             /* label to how often it was asked for in this event */
	VEC(struct model_cell) cells;
	uint64_t fresh;
	int64_t clock;
	int64_t steps, max_steps;
	bool stop;
	const char *misfit; /* what is wrong with a prescribed answer, or NULL */
};

/*
 * Runs one session of the proven program; memory comes from a, and everything that happened stays
 * readable in md->m until a is freed.  False: out of memory or steps, or md->misfit.
 */
bool model_run(struct model *md, const struct proven *pv, const struct run_options *opt,
	       struct arena *a);
/* Is the address in a page that is never mapped, or not of that space? */
bool model_bad_address(int64_t at, bool user);
/* The n-th plausible address of a space. */
int64_t model_address(enum model_space space, uint64_t n);
/* Does the instruction read or write memory at its first argument, and in which space? */
enum model_space model_accesses(const struct ir_inst *in);
/* One step of a hash over numbers. */
uint64_t model_mix(uint64_t h, uint64_t n);
/* What the program mentions. */
struct model_pool model_constants(const struct ir_program *p, struct arena *a);
/* Which registers hold addresses, as far as each function shows by itself. */
uint8_t **model_pointers(const struct ir_program *p, struct arena *a);

#endif
