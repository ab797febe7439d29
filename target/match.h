/* Functions and tracepoints by name. */
#ifndef TARGET_MATCH_H
#define TARGET_MATCH_H

#include "target/lazy.h"

/* See target_match(), target_tracepoint() and target_tracepoints(). */
enum answer match_run(struct target *t, const char *module, const char *glob, struct arena *a,
		      struct target_fns *out);
enum answer match_tracepoint(struct target *t, const char *name, struct target_fn *out);
enum answer match_tracepoints(struct target *t, const char *module, const char *glob,
			      struct arena *a, struct target_fns *out);

#endif
