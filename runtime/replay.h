/*
 * Replay: looks for a run of the proven program, in a modelled world, in which a given obligation
 * fails.  Nothing of this machine is read, written or started.
 */
#ifndef RUNTIME_REPLAY_H
#define RUNTIME_REPLAY_H

#include "runtime/runtime.h"

/* One answer of the world. */
struct replay_value {
	enum { REPLAY_NUMBER, REPLAY_TEXT, REPLAY_FAULT } kind;
	int64_t n;
	const char *text; /* REPLAY_TEXT; no NUL inside */
};

struct replay_input {
	uint32_t event;      /* which event asked, from 0: the begin probes come first */
	const char *label;   /* what was asked for: "$count", "pid()", "skb->len" */
	uint32_t occurrence; /* how often the event had asked for it before */
	struct replay_value value;
	int64_t low, high; /* what the type or the contract allows; of text: its length */
	bool may_fault;    /* the operation may fail and become an error */
	bool written;      /* no answer: the script stored it there itself */
};

struct replay_inputs {
	struct replay_input *v;
	uint32_t n, cap;
};

enum replay_kind {
	REPLAY_EVENT, /* a handler begins */
	REPLAY_STEP,  /* something happens at loc */
	REPLAY_ERROR, /* the operation at loc fails: text is SystemTap's message */
	REPLAY_REMARK,
};

struct replay_entry {
	enum replay_kind kind;
	uint32_t event;
	struct loc loc; /* {0}: none */
	const char *text;
};

enum replay_answer {
	REPLAY_SHOWN,        /* a run that fails there was found */
	REPLAY_NOT_FOUND,    /* none within the budget */
	REPLAY_NO_RUN,       /* no run can show it: a fact about the target */
	REPLAY_CONTRADICTED, /* what is refuted was passed without failing: a mistake of ours */
	REPLAY_BAD_INPUT,    /* the given inputs do not fit the program */
};

struct replay_options {
	const struct sources *sources;
	uint64_t seed;
	int64_t budget;                       /* steps of the interpreter; 0: the default */
	const struct replay_recording *given; /* only this run; NULL: look for one */
};

/* What a run is made again from. */
struct replay_recording {
	struct {
		uint32_t attach, times;
	} * events;
	uint32_t nevents, cap_events;
	struct replay_inputs inputs;
};

struct replay_result {
	enum replay_answer answer;
	const char *why;   /* one sentence; of REPLAY_SHOWN what the run shows */
	const char *error; /* SystemTap's message where the run has one, or NULL */
	uint32_t tries;    /* runs made */
	struct replay_entry *trace;
	uint32_t ntrace;
	uint64_t omitted; /* entries left out of the middle, after trace[omitted_at - 1] */
	uint32_t omitted_at;
	struct replay_recording recording;
};

/* Looks for a run in which obligation o fails; all of the result lies in a. */
struct replay_result replay_search(struct arena *a, const struct proven *pv, uint32_t o,
				   const struct replay_options *opt);

#endif
