/* What is newer than a commit. */
#ifndef DRIVER_REVISION_H
#define DRIVER_REVISION_H

#include "driver/compile.h"

/* The commit that a revision names in the repository of path's folder; NULL after saying that there
 * is none. */
const char *revision_find(struct arena *a, const char *revision, const char *path);
/*
 * Drops findings on lines of the script at path that are as they were in the commit.  A file that
 * is not in the commit is new from end to end; findings without a line stay.
 */
void revision_drop(const char *commit, struct compilation *c, const char *path);

#endif
