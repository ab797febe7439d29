/*
 * The end of the road for a broken invariant.  It leaves at once, without
 * running clean-up that might rely on what is broken.
 */
#include "base/bug.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { EXIT_INTERNAL = 4 };

_Noreturn void bug_at(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "stapvet: internal error at %s:%d: ", file, line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr,
		"\nThis is a bug in stapvet; please report it with the input that caused it.\n");
#ifdef FUZZING
	abort(); /* so that the fuzzer keeps the input */
#else
	_Exit(EXIT_INTERNAL);
#endif
}
