/*
 * Running the proven IR in user space: for scripts whose handlers are all
 * begin, end, error, never and timers.
 */
#ifndef RUNTIME_RUNTIME_H
#define RUNTIME_RUNTIME_H

#include "verifier/verifier.h"

struct machine;
struct run_value;

/* What a watcher sees: of on_block, the entry to each block, and once that a handler has ended; of
 * on_step, the state before each instruction. */
struct run_watch {
	uint32_t func, block;         /* block IR_NONE: the handler func has ended */
	uint32_t depth;               /* calls deep: 0 is the handler */
	int64_t statements;           /* executed so far in this hit */
	const struct run_value *regs; /* the register file, NULL at the end */
	const struct ir_inst *in;     /* on_step: what comes next */
	struct machine *machine;      /* all else, for those who know runtime/machine.h */
};

struct run_options {
	int out_fd;         /* script output */
	int err_fd;         /* WARNING: and ERROR: lines */
	int64_t target_pid; /* target(), 0: none */
	const char *const
		*command; /* -c: argv of a command to start after the begin probes, or NULL */
	bool suppress_errors;
	const struct sources *sources; /* for "near ... at FILE:L:C" in error lines */
	uint64_t seed;                 /* randint(); 0: from the system */
	/* tests; may be NULL.  With a watcher, what is proved is checked, too: what fails then is
	 * our mistake, and ends the process. */
	uint64_t *checks; /* [OBL_COUNT]: how many checks of each kind were made */
	void (*on_block)(void *ctx, const struct run_watch *w);
	void (*on_step)(void *ctx, const struct run_watch *w);
	void *ctx;
};

struct run_value {
	int64_t n;
	const char *s; /* IR_STR; never NULL there */
	uint32_t len;
};

/* Why the user-space run-time cannot serve this program, or NULL if it can; what is proved never
   to run does not count. */
const char *run_refusal(const struct proven *pv, struct arena *a);
/*
 * Runs begin probes, then timers until exit() or SIGINT/SIGTERM/SIGHUP, then end (or error)
 * probes.  Returns 0, or 1 after a run-time error of the script.
 */
int run_program(const struct proven *pv, const struct run_options *opt);

#endif
