/* Copies of states into another arena, so that the arena they were made in can go. */
#ifndef VERIFIER_KEEP_H
#define VERIFIER_KEEP_H

#include "verifier/state.h"

/* What was copied already: what states share is shared by their copies. */
struct keeper {
	struct arena *to;
	const struct arena *from; /* what is elsewhere stays; NULL: nothing stays */
	struct arena *own;
	const void **old, **copy; /* by hash of the address */
	uint32_t n, cap;
};

struct keeper keep_start(struct arena *to, const struct arena *from);
/* Makes st hold nothing of the arena that goes. */
void keep_state(struct keeper *k, struct state *st, uint32_t levels);
/* Forgets what was copied: other states, perhaps where these were. */
void keep_again(struct keeper *k, struct arena *to, const struct arena *from);
void keep_end(struct keeper *k);

#endif
