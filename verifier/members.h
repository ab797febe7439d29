/* Sets of small numbers, such as the globals that a function may change: few words of many. */
#ifndef VERIFIER_MEMBERS_H
#define VERIFIER_MEMBERS_H

#include "base/arena.h"

#define MEMBERS_NONE UINT32_MAX

struct members; /* never changed where it is shared; NULL: empty */

/* Adds a number below MEMBERS_NONE to a set that is the caller's own, or NULL. */
void members_put(struct arena *a, struct members **set, uint32_t number);
/* All of both: one of them where it has the other's numbers, else a new set. */
struct members *members_union(struct arena *a, struct members *x, struct members *y);
bool members_has(const struct members *set, uint32_t number);
/* The first number from `from` on, or MEMBERS_NONE. */
uint32_t members_next(const struct members *set, uint32_t from);

#endif
