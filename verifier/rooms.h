/* Which elements a program may ever insert into its arrays. */
#ifndef VERIFIER_ROOMS_H
#define VERIFIER_ROOMS_H

#include "verifier/fixpoint.h"

struct rooms;

/* Collects every inserting site, under the finished invariants. */
struct rooms *rooms_collect(struct arena *a, const struct invariants *inv);
/* The most elements an array can ever hold at once by its keys, INT64_MAX: unknown. */
int64_t rooms_needed(const struct rooms *r, uint32_t global);

/* The same with what it rests on, for the re-check. */
void rooms_claim(const struct rooms *r, uint32_t global, struct room *out);

#endif
