/* Findings that were there before, and are not told again. */
#ifndef DRIVER_BASELINE_H
#define DRIVER_BASELINE_H

#include "driver/compile.h"

#include <json-c/json.h>

/* Reads the file that --write-baseline wrote; NULL after saying what is wrong with it. */
const struct baseline *baseline_read(struct arena *a, const char *path);
/* Drops what is in the baseline. */
void baseline_drop(const struct baseline *b, struct compilation *c, const char *path);
/* Adds the findings of a script to list. */
void baseline_note(struct compilation *c, const char *path, struct json_object *list);
/* Writes the list to path; false after saying why not. */
bool baseline_write(const char *path, struct json_object *list);

#endif
