/*
 * Running the proven IR in user space: for scripts whose handlers are all
 * begin, end, error, never and timers.
 */
#ifndef RUNTIME_RUNTIME_H
#define RUNTIME_RUNTIME_H

#include "verifier/verifier.h"

struct run_value;

struct run_options {
	int out_fd;         /* script output */
	int err_fd;         /* WARNING: and ERROR: lines */
	int64_t target_pid; /* target(), 0: none */
	const char *const
		*command; /* -c: argv of a command to start after the begin probes, or NULL */
	bool suppress_errors;
	const struct sources *sources; /* for "near ... at FILE:L:C" in error lines */
	uint64_t seed;                 /* randint(); 0: from the system */
	/* soundness tests: called on entry to each block with the register file; may be NULL */
	void (*on_block)(void *ctx, uint32_t func, uint32_t block, const struct run_value *regs);
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
