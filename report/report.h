/* Renderings of diagnostics and verdicts.  Everything goes to a FILE *; nothing is decided here. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/diag.h"
#include "lint/waived.h"
#include "verifier/verifier.h"

#include <json-c/json.h>
#include <stdio.h>

/* --- diagnostics as text (render.c) --- */

struct render_options {
	bool notes; /* also findings of severity note */
	bool quiet; /* errors only */
	bool all;   /* however many there are */
	bool colour;
};

/*
 * One finding: "FILE:L:C: error: MESSAGE [tag]", the source line with a caret (long lines are
 * cut around it, control bytes replaced), its notes, where it was expanded from, and its fix.
 */
void render_diag(FILE *out, const struct diags *ds, const struct diag *d);
/* Many findings, and those that say the same, are cut to a readable number, with a count. */
void render_diags(FILE *out, const struct diags *ds, const struct render_options *opt);

/* Prints s with what could steer a terminal as dots: control characters, bidirectional marks. */
void render_text(FILE *out, const char *s);

/* --- a line each (brief.c) --- */

/* "FILE:L:C: warning: MESSAGE [tag]", notes likewise. */
void brief_gcc(FILE *out, const struct diags *ds);
/* Workflow commands of GitHub Actions, which become annotations. */
void brief_github(FILE *out, const struct diags *ds);

/* --- JSON (json.c); the shapes are documented in doc/json.md --- */

/* An array of findings. The caller releases it with json_object_put(). */
struct json_object *json_findings(const struct diags *ds);
/* One file's obligations, or (pv NULL) the findings that kept it from being verified. */
struct json_object *json_verify(const char *file, const struct proven *pv, const struct waived *w,
				const struct diags *ds, bool stats);
/* Writes v on lines of its own. */
void json_write(FILE *out, struct json_object *v);
/* A string; bytes that are not UTF-8 become U+FFFD, so that any reader accepts it. */
struct json_object *json_text(const char *s);
/* The character at s[*at] (U+FFFD: not UTF-8, one byte of it); moves *at behind it. */
uint32_t json_character(const char *s, size_t n, size_t *at);
/* A member's text ("-" when it is missing or null), and number. */
const char *json_word(struct json_object *o, const char *key);
int64_t json_number(struct json_object *o, const char *key);

/* --- what findings are known by (fingerprint.c, linehash.c) --- */

/* Where the probes and functions of a script are, and their heads: "probe begin". */
struct scope {
	struct span span;
	const char *head;
};
struct scopes {
	struct scope *v;
	uint32_t n, cap;
};
/* The head of the one that holds loc; "" outside. */
const char *fingerprint_head(const struct scopes *scopes, struct loc loc);

struct fingerprint {
	char hash[20];
	uint32_t occurrence; /* among equal ones, from 1 */
};
struct map;
/* Of a finding of the rule at loc; seen counts those before, and its arena holds what that takes. */
struct fingerprint fingerprint_of(struct map *seen, const struct sources *ss, const char *rule,
				  struct loc loc, const char *head);

struct linehashes {
	const char **v; /* of each line: "39fa2ee980eb94b0:1" */
	uint32_t n, cap;
};
/* The hashes that code scanning knows alerts by, of all lines of a text. */
void linehash_all(struct arena *a, const char *text, size_t len, struct linehashes *out);

/* --- SARIF 2.1.0 (sarif.c, sarif_log.c, sarif_place.c) --- */

struct sarif_input {
	struct arena *arena;
	const char *file; /* as given */
	const struct diags *diags;
	const struct proven *proven; /* NULL: not verified */
	const struct waived *waived;
	const struct scopes *scopes;
};
/*
 * {"file", "results"}: the findings of a file, and of its own obligations those that are no finding:
 * proved ones pass, others are open.  The caller releases it.
 */
struct json_object *sarif_file(const struct sarif_input *in);
/* The log of such files, with what there is to know of the rules they name. */
void sarif_log_write(FILE *out, struct json_object *files, const char *version);

/* --- XML (xml.c, junit.c, checkstyle.c) --- */

/* Of files, each {"file", "findings"}, with findings as of json_findings(). */
void junit_write(FILE *out, struct json_object *files);
void checkstyle_write(FILE *out, struct json_object *files);
/* s as the text of an element or attribute. */
void xml_text(FILE *out, const char *s);
void xml_attribute(FILE *out, const char *name, const char *value);

/* --- verdicts as text (obligations.c) --- */

struct tally {
	uint32_t counts[VERDICT_REFUTED + 1];
	uint32_t total;
	enum verdict_status worst; /* VERDICT_PROVED when there is nothing to prove */
	enum verdict_status open;  /* the worst that is not waived */
	uint32_t waived;
};

struct tally obligations_tally(const struct proven *pv, const struct waived *w);
/* The word for a whole file: an assumption alone leaves it "unknown". */
const char *obligations_verdict(enum verdict_status worst);
/* all: with what is not listed otherwise. */
void obligations_print(FILE *out, const char *file, const struct proven *pv, const struct waived *w,
		       const struct sources *ss, bool all);
/* The plan of --dry-run: sites with evidence, run-time, guards kept, worst cost of each handler. */
void plan_print(FILE *out, const struct proven *pv, const struct waived *w,
		const struct sources *ss, const char *refusal);

/* --- statistics (counts.c) --- */

struct counts {
	uint32_t owed, proved, waived, open; /* open: not proved; those waived are among them */
};

struct counts counts_of(const struct proven *pv, const struct waived *w, enum obligation_kind k);
/* Those of all kinds with a run-time check, or of all without. */
struct counts counts_total(const struct proven *pv, const struct waived *w, bool checks);
/* Checks inserted, proved, waived and kept, by kind and in total; then what has no check. */
void counts_print(FILE *out, const struct proven *pv, const struct waived *w);

/* --- fixes (fix.c) --- */

/*
 * Applies the edits of every fix that lies in src, first come first served where they overlap.
 * Returns the new text (in a) and the number of fixes applied.
 */
char *fix_apply(struct arena *a, const struct diags *ds, const struct source *src, uint32_t *len,
		uint32_t *applied, bool unsafe);

#endif
