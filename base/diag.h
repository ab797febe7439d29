/*
 * Diagnostics: what is wrong, where, and what would mend it.  Anyone reports;
 * only report/ prints.  The kinds are rows of diag.def.
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include "base/source.h"

enum severity { SEV_NOTE, SEV_WARNING, SEV_ERROR };

enum diag_tag {
#define DIAG(id, tag, severity, summary, remedy) DIAG_##id,
#include "base/diag.def"
#undef DIAG
	DIAG_COUNT
};

/* One replacement of a stretch of source text; an empty span inserts. */
struct edit {
	struct span span;
	const char *text;
};

struct fix {
	const char *label; /* "insert ','" */
	bool unsafe;       /* what runs may change: only applied if asked for */
	VEC(struct edit) edits;
};

struct diag_note {
	struct span span; /* {0}: no place */
	const char *text;
};

struct diag {
	enum diag_tag tag;
	enum severity severity;
	struct span span;
	const char *message;
	VEC(struct diag_note) notes;
	struct fix *fix; /* NULL: none */
	uint32_t obligation; /* that it is about, from 1; 0: none */
};

struct diags {
	struct arena *arena;
	const struct sources *sources;
	VEC(struct diag *) list; /* in order of reporting */
	uint32_t errors, warnings;
};

struct diags *diags_new(struct arena *a, const struct sources *ss);
/* Reports one fact, in a sentence without a final full stop, with the severity of its row. */
struct diag *diag_report(struct diags *ds, enum diag_tag tag, struct span span, const char *fmt,
			 ...) __attribute__((format(printf, 4, 5)));
/* The same, with a severity of the caller's choice. */
struct diag *diag_report_as(struct diags *ds, enum diag_tag tag, enum severity severity,
			    struct span span, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
/* Adds a remark, at a place or ({0}) without one. */
void diag_note(struct diags *ds, struct diag *d, struct span span, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* Adds an edit to the fix of d; the first call names the fix. */
void diag_fix(struct diags *ds, struct diag *d, struct span span, const char *text,
	      const char *label);
/* Orders by file, place, tag, and drops exact repeats (same tag, span and message). */
void diags_sort(struct diags *ds);

/* The word, one-line summary and remedy of a row. */
const char *diag_word(enum diag_tag tag);
const char *diag_summary(enum diag_tag tag);
const char *diag_remedy(enum diag_tag tag);
/* What the row says, unless the reporter says otherwise. */
enum severity diag_severity(enum diag_tag tag);
/* The row of a word; false if there is none. */
bool diag_find(const char *word, enum diag_tag *tag);
const char *diag_severity_word(enum severity s); /* "note", "warning", "error" */

#endif
