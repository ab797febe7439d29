/* One script's way through the passes, stage by stage, with all it allocates in one arena. */
#ifndef DRIVER_COMPILE_H
#define DRIVER_COMPILE_H

#include "driver/options.h"
#include "ir/lower.h"
#include "lint/waived.h"

/* What to take for the text of a script instead of what is in its file. */
struct overlay {
	const char *text; /* NUL-terminated */
	uint32_t len;
};

struct baseline;
struct results;

/* What all scripts of one run share. */
struct session {
	struct arena *arena;
	const struct options *options;
	const struct target *target;
	const struct target *nothing; /* knows no kernel: a library is for all of them */
	struct diags *facts; /* about reading them */
	struct cache *cache; /* NULL: nothing is kept */
	struct ir_limits limits;
	struct words folders; /* of the library, ours first */
	const char *index;    /* the file that may tell the names in our library; or NULL */
	const struct overlay *overlay; /* NULL: files are read */
	const struct baseline *baseline; /* findings of old; NULL: none is */
	const char *revision;            /* only what is newer than that commit; NULL: all */
	struct results *results;         /* what is kept of scripts checked before; NULL: nothing */
	const struct session *another; /* for one more kernel to check for; NULL: no more */
	const struct config *config; /* what holds for the scripts at hand; NULL: nothing */
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
	double prove_ms; /* processor time of the proof alone */
	struct waived *waived;     /* never NULL after compile_script() */
	bool unreadable, unparsed; /* unparsed: the trees have holes */
	bool of_library;           /* the script is a file of the library */
	jmp_buf on_limit;
};

enum stage { STAGE_PARSE, STAGE_ELABORATE, STAGE_LOWER, STAGE_PROVE };

/*
 * Compiles the file (or, path NULL, the -e script) as far as `last`, or to the first stage that
 * reports errors.  Always returns a compilation with its diagnostics sorted; release it with
 * compile_free().
 */
struct compilation *compile_script(const struct session *s, const char *path, enum stage last);
/*
 * Once all findings are in: drops those that are waived, and reports on the waivers where the
 * compilation went as far as to tell whether they are needed.  asked and
 * ctx: as of waived_review().
 */
void compile_waive(struct compilation *c,
		   bool (*asked)(const void *ctx, enum diag_tag tag, bool on), const void *ctx);
void compile_free(struct compilation *c);
/* Is the file part of the session's library? */
bool compile_of_library(const struct session *s, const char *path);
/* The memory model of the run-time asked for. */
enum memory_model compile_model(const struct options *o);

#endif
