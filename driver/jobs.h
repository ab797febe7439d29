/* Many files at once, each in a process of its own. */
#ifndef DRIVER_JOBS_H
#define DRIVER_JOBS_H

#include "driver/walk.h"

/* How many processes pay for n files: what -j says, else one a processor when there are many. */
uint32_t jobs_wanted(const struct session *s, uint32_t n);
/*
 * Like calling fn for each file in turn, with at most `jobs` at a time: output comes whole and in
 * order, and the worst status is returned.  A process that dies is an internal error of its file.
 */
enum exit_status jobs_run(const struct session *s, const struct words *files, walk_fn fn,
			  struct json_object *list, uint32_t jobs);

#endif
