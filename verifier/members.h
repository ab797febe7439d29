/* Sets of small numbers, such as the globals that a function may change: few words of many. */
#ifndef VERIFIER_MEMBERS_H
#define VERIFIER_MEMBERS_H

#include "base/arena.h"

#define MEMBERS_NONE UINT32_MAX

struct members; /* never changed where it is shared; NULL: empty */

/* Adds a number below MEMBERS_NONE to a set that is the caller's own, or NULL. */
void members_put(struct arena *a, struct members **set, uint32_t number);
/* Adds all of `more`.  *own says whether *set is the caller's own; where not, it stays as it is and
 * is replaced. */
void members_add(struct arena *a, struct members **set, bool *own, struct members *more);
bool members_has(const struct members *set, uint32_t number);
/* The first number from `from` on, or MEMBERS_NONE. */
uint32_t members_next(const struct members *set, uint32_t from);

#endif
