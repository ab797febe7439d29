/* A quick answer to whether a function was inlined anywhere. */
#ifndef TARGET_CODE_COPIES_H
#define TARGET_CODE_COPIES_H

#include "target/code.h"

/*
 * True when the function of that name in the kernel image surely has no inlined copies; false when
 * it may have some.  Far cheaper than to look for them, and kept in the cache.
 */
bool code_copies_none(const struct code *c, const char *name);

#endif
