/* Which configuration holds for which file. */
#ifndef DRIVER_CONFIGFILE_H
#define DRIVER_CONFIGFILE_H

#include "driver/compile.h"
#include "lint/config.h"

struct configs;

/* Nothing is looked for before it is asked for. */
struct configs *configfile_open(const struct session *base);
/*
 * The session for a script (NULL or "-": the folder at hand): base, or base with what the nearest
 * .stapvet.yaml says, or --config.  NULL after saying why not; *status says how bad that is.
 */
const struct session *configfile_session(struct configs *cs, const char *path,
					 enum exit_status *status);
/* Closes what was opened; the worst status. */
enum exit_status configfile_close(struct configs *cs);
/* What is said about the rules for the script: defaults apart, the last has the last word. */
void configfile_levels(const struct session *s, const char *path, struct arena *a,
		       struct config_levels *out);
#endif
