/* Other programs, run without a shell. */
#ifndef DRIVER_CHILD_H
#define DRIVER_CHILD_H

#include "base/arena.h"

#include <stdbool.h>

struct child {
	const char *program; /* a path, not looked up */
	const char *const *argv;
	const char *in; /* its standard input; NULL: none */
	size_t in_len;
	struct arena *keep; /* keeps what it prints in `out`, and its errors are dropped; NULL: both
			       go where ours go */
	char *out;          /* NUL-terminated */
	size_t out_len;
	int status; /* its exit status */
};

/* Writes all of it, however many calls that takes. */
bool child_write(int fd, const char *text, size_t n);
/* Runs it to its end.  False when it could not be run, or was ended by a signal. */
bool child_run(struct child *c);
/*
 * diff(1) of the file at path and the text, as a patch, to standard output; false after saying why
 * not.
 */
bool child_diff(const char *path, const char *text, size_t len);

#endif
