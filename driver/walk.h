/* From the operands of a command to a list of script files. */
#ifndef DRIVER_WALK_H
#define DRIVER_WALK_H

#include "driver/options.h"

/*
 * The files among paths, in order; a folder stands for the .stp and .stpm files below it, sorted by
 * name.  Links inside folders are not followed, and hidden entries are passed over.
 */
void walk_files(struct arena *a, const struct words *paths, struct words *out);

#endif
