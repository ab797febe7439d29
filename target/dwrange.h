/* The addresses that an entry covers: low and high, or a list of ranges.  DWARF 2 to 5. */
#ifndef TARGET_DWRANGE_H
#define TARGET_DWRANGE_H

#include "target/dwunit.h"

/* What attributes say about an entry's addresses. */
struct dwrange {
	struct dwvalue low, high, entry, ranges;
};

/* Takes up an attribute; false when it tells nothing of addresses. */
bool dwrange_attribute(struct dwrange *d, const struct dwspec *s, struct dwvalue v);
/* Has it any code, as far as attributes tell? */
static inline bool dwrange_any(const struct dwrange *d)
{
	return d->low.class == DWCLASS_ADDRESS || d->ranges.class != DWCLASS_NONE;
}
/*
 * Calls with each range [low, high) that is not empty; stops when `range` returns false.  False
 * when the list is damaged.
 */
bool dwrange_each(const struct dwrange *d, const struct dwunit *u,
		  bool (*range)(uint64_t low, uint64_t high, void *data), void *data);
/* Where it is entered; false when it has no code. */
bool dwrange_entry(const struct dwrange *d, const struct dwunit *u, uint64_t *address);
bool dwrange_covers(const struct dwrange *d, const struct dwunit *u, uint64_t address);
/* Those of the entry at `at`. */
struct dwrange dwrange_of(const struct dwunit *u, uint64_t at);

#endif
