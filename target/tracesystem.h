/* Which system a tracepoint belongs to, which BTF does not tell. */
#ifndef TARGET_TRACESYSTEM_H
#define TARGET_TRACESYSTEM_H

#include "target/lazy.h"

/* See target_tracepoint_system(). */
const char *tracesystem_of(struct target *t, const char *name);

#endif
