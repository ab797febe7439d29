/* Many files at once, in processes of their own. */
#ifndef DRIVER_JOBS_H
#define DRIVER_JOBS_H

#include "driver/walk.h"

/* How many processes pay for n files: what -j says, else one a processor when there are many. */
uint32_t jobs_wanted(const struct session *s, uint32_t n);
/*
 * Like calling fn for each script in turn, with at most `jobs` at a time: output comes whole and in
 * order, and the worst status is returned.  A process that dies is an internal error of its file.
 * Shows its progress where standard error is a terminal.
 */
enum exit_status jobs_run(struct arena *a, const struct scripts *scripts, walk_fn fn,
			  struct json_object *list, uint32_t jobs);

#endif
