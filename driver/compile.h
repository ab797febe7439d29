/* One script's way through the passes, stage by stage, with all it allocates in one arena. */
#ifndef DRIVER_COMPILE_H
#define DRIVER_COMPILE_H

#include "driver/options.h"
#include "ir/lower.h"
#include "verifier/verifier.h"

/* What all scripts of one run share. */
struct session {
	struct arena *arena;
	const struct options *options;
	const struct target *target;
	struct diags *facts; /* about reading them */
	struct cache *cache; /* NULL: nothing is kept */
	struct ir_limits limits;
	struct words folders; /* of the library, ours first */
};

/* The target's facts, the limits and the library folders; a STATUS_* other than OK after reporting.
 */
enum exit_status session_open(struct session *s, const struct options *o, struct arena *a);
/* Shows what went wrong with the facts, which are read as they are asked for; STATUS_INPUT if they
 * failed. */
enum exit_status session_close(struct session *s);

struct compilation {
	const struct session *session;
	struct arena *arena;
	struct sources *sources;
	struct diags *diags;
	struct predefined predefined;
	struct parse_input parse;
	struct library *library;
	const struct source *script; /* the user's own text; NULL when it could not be read */
	VEC(struct ast *) asts;
	struct program *program;
	struct ir_program *ir;
	struct proven *proven;
	bool unreadable;
	jmp_buf on_limit;
};

enum stage { STAGE_PARSE, STAGE_ELABORATE, STAGE_PROVE };

/*
 * Compiles the file (or, path NULL, the -e script) as far as `last`, or to the first stage that
 * reports errors.  Always returns a compilation with its diagnostics sorted; release it with
 * compile_free().
 */
struct compilation *compile_script(const struct session *s, const char *path, enum stage last);
void compile_free(struct compilation *c);

#endif
