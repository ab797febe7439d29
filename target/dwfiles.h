/* Which units have to do with a source file, without reading their entries. */
#ifndef TARGET_DWFILES_H
#define TARGET_DWFILES_H

#include "target/dwscan.h"

/*
 * Appends an offset in each unit whose line table names a file that fits(data, path) accepts, so
 * that whatever is declared in such a file is declared in one of them.  False when that saves
 * nothing or cannot be told: units that name entries of other units, or most of them fit.
 */
bool dwfiles_find(const struct dwsections *dw, bool (*fits)(const char *data, const char *path),
		  const char *data, struct arena *a, struct dwscan_hits *out);

#endif
