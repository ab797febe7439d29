/* Renderings of diagnostics and verdicts.  Everything goes to a FILE *; nothing is decided here. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/diag.h"
#include "verifier/verifier.h"

#include <json-c/json.h>
#include <stdio.h>

/* --- diagnostics as text (render.c) --- */

struct render_options {
	bool notes; /* also findings of severity note */
	bool quiet; /* errors only */
	bool all;   /* however many there are */
};

/*
 * One finding: "FILE:L:C: error: MESSAGE [tag]", the source line with a caret (long lines are
 * cut around it, control bytes replaced), its notes, where it was expanded from, and its fix.
 */
void render_diag(FILE *out, const struct diags *ds, const struct diag *d);
/* Many findings, and those that say the same, are cut to a readable number, with a count. */
void render_diags(FILE *out, const struct diags *ds, const struct render_options *opt);

/* --- JSON (json.c); the shapes are documented in doc/json.md --- */

/* An array of findings. The caller releases it with json_object_put(). */
struct json_object *json_findings(const struct diags *ds);
/* One file's obligations, or (pv NULL) the findings that kept it from being verified. */
struct json_object *json_verify(const char *file, const struct proven *pv, const struct diags *ds);
/* Writes v on lines of its own. */
void json_write(FILE *out, struct json_object *v);

/* --- verdicts as text (obligations.c) --- */

struct tally {
	uint32_t counts[VERDICT_REFUTED + 1];
	uint32_t total;
	enum verdict_status worst; /* VERDICT_PROVED when there is nothing to prove */
};

struct tally obligations_tally(const struct proven *pv);
/* The word for a whole file: an assumption alone leaves it "unknown". */
const char *obligations_verdict(enum verdict_status worst);
void obligations_print(FILE *out, const char *file, const struct proven *pv,
		       const struct sources *ss);
/* The plan of --dry-run: sites with evidence, run-time, guards kept, worst cost of each handler. */
void plan_print(FILE *out, const struct proven *pv, const struct sources *ss, const char *refusal);

/* --- fixes (fix.c) --- */

/*
 * Applies the edits of every fix that lies in src, first come first served where they overlap.
 * Returns the new text (in a) and the number of fixes applied.
 */
char *fix_apply(struct arena *a, const struct diags *ds, const struct source *src, uint32_t *len,
		uint32_t *applied);

#endif
