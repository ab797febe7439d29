/* How long a formatted string may get. */
#ifndef VERIFIER_TEXTLEN_H
#define VERIFIER_TEXTLEN_H

#include "base/format.h"
#include "verifier/interval.h"

/* The length of the text before it is cut; args are the ranges of the arguments in order. */
int64_t textlen_format(const struct format *f, const struct interval *args, uint32_t nargs);

#endif
