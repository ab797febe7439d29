/* Making verdicts; private to the verifier. */
#ifndef VERIFIER_VERDICT_H
#define VERIFIER_VERDICT_H

#include "verifier/verifier.h"

struct verdict verdict_make(enum verdict_status s, const char *reason);
struct verdict verdict_bounded(enum verdict_status s, int64_t bound, const char *reason);
/* Adds a step; beyond the fourth they are dropped. */
void verdict_step(struct verdict *v, struct loc loc, const char *text);

#endif
