/* The orders of events that are worth trying. */
#ifndef RUNTIME_SCHEDULE_H
#define RUNTIME_SCHEDULE_H

#include "runtime/goal.h"

struct schedule {
	VEC(struct model_event) events;
	uint32_t length; /* hits */
};

struct schedules {
	VEC(struct schedule) list; /* short ones first */
	uint32_t reachable;        /* attachments that can be hit and lead to the goal */
};

/* For events that lead to the goal, beside others that may prepare it. */
struct schedules schedule_all(struct arena *a, const struct goal *g);

#endif
