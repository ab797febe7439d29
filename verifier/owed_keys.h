/* Whether what is stored in an array is deleted again, for the re-check. */
#ifndef VERIFIER_OWED_KEYS_H
#define VERIFIER_OWED_KEYS_H

#include "verifier/certificate.h"

/*
 * Does each way through the handlers that delete from the array do so, under the keys stored?
 * users: the functions that store to it or delete from it.
 */
bool owed_keys_paired(struct arena *a, const struct certificate *c, uint32_t g,
		      const uint32_t *users, uint32_t n);

#endif
