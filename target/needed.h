/* The shared libraries that a program loads. */
#ifndef TARGET_NEEDED_H
#define TARGET_NEEDED_H

#include "target/program.h"

/*
 * Appends the libraries that `program` and its libraries need and whose path, or name, or the tail
 * of their path fits the name or pattern; a name with "/" that no pattern is, is a path itself.
 * They are found along the run paths in the files, then in the folders of the system, as the
 * loader does without LD_LIBRARY_PATH.  NO, UNKNOWN: *tried tells the libraries there are, or why
 * that is not known.
 */
enum answer needed_find(const struct target *t, const char *program, const char *name,
			struct arena *a, struct program_paths *out, const char **tried);

#endif
