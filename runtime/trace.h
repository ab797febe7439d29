/* What a model run does, line by line, for people. */
#ifndef RUNTIME_TRACE_H
#define RUNTIME_TRACE_H

#include "runtime/goal.h"

struct trace;

/* The texts lie in a; goal may mark rounds of a loop. */
struct trace *trace_new(struct arena *a, const struct goal *g);
void trace_begin(struct trace *t, const struct model *md, const struct ir_attach *at,
		 uint32_t event);
void trace_step(struct trace *t, const struct run_watch *w);
void trace_fault(struct trace *t, const struct ir_inst *in);
/* The instruction w is at wraps. */
void trace_wraps(struct trace *t, const struct run_watch *w);
void trace_cut(struct trace *t, const struct ir_inst *in);
/* Hands over what was gathered; returns SystemTap's last message, or NULL. */
const char *trace_finish(struct trace *t, struct replay_result *r);

#endif
