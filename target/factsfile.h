/* Facts files: what target_record() writes and --target reads. */
#ifndef TARGET_FACTSFILE_H
#define TARGET_FACTSFILE_H

#include "target/lazy.h"

/*
 * Reads the directory of a facts file (t->kernel is its origin): release, names of modules, and
 * where the rest lies.  False after store_fail().
 */
bool factsfile_open(struct target *t);
/* The kernel's unit: from what is kept of it, or unpacked, checked and kept.  NULL after
 * store_fail(). */
struct target_unit *factsfile_unit(struct target *t);
/* A recorded part, unpacked; NULL after store_fail(). */
struct image *factsfile_part(struct target *t, const struct facts_part *p);
/* Writes path; false after store_fail(). */
bool factsfile_write(struct target *t, const char *path);

#endif
