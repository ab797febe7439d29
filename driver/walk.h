/* From the operands of a command to a list of script files. */
#ifndef DRIVER_WALK_H
#define DRIVER_WALK_H

#include "driver/compile.h"

#include <json-c/json.h>

/* What a command does with one script (path NULL: -e); what it has to tell goes into list, if there
 * is one. */
typedef enum exit_status (*walk_fn)(const struct session *s, const char *path,
				    struct json_object *list);

/* A script and the session for it. */
struct script {
	const char *path;
	const struct session *session;
};
struct scripts {
	struct script *v;
	uint32_t n, cap;
};

/*
 * Calls fn for -e and for each operand, in order; a folder stands for the .stp and .stpm files
 * below it, sorted by name.  Links inside folders are not followed, and hidden entries are passed
 * over.  Returns the worst status.
 * check and verify give each script the session that its configuration asks for.
 */
enum exit_status walk_scripts(const struct session *s, walk_fn fn, struct json_object *list);

#endif
