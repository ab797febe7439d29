/* What a handler or the whole script takes: locks, room, output, privilege. */
#ifndef VERIFIER_BUDGET_H
#define VERIFIER_BUDGET_H

#include "verifier/prove.h"

struct budget;

/* Sums up every function; needs costs, depths and bounds. */
struct budget *budget_collect(struct arena *a, const struct proven *pv);
struct verdict budget_locks(struct budget *b, uint32_t handler);
struct verdict budget_stack(struct budget *b, uint32_t handler);
struct verdict budget_output(struct budget *b, uint32_t handler);
struct verdict budget_memory(struct budget *b);
struct verdict budget_privilege(struct budget *b);

#endif
