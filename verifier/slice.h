/* Where the values come from that keep an obligation from being proved. */
#ifndef VERIFIER_SLICE_H
#define VERIFIER_SLICE_H

#include "verifier/prove.h"

/* Adds to each verdict that is guarded or refuted the steps that lead to it; their texts lie in a.
 */
void slice_all(struct arena *a, struct proven *pv);

#endif
