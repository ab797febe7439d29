/* The list of diagnostics and the table behind diag.def. */
#include "base/diag.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST = 2000 }; /* bytes of a message */

static const struct {
	const char *word, *summary, *remedy;
	enum severity severity;
} rows[] = {
#define DIAG(id, tag, severity, summary, remedy) {tag, summary, remedy, severity},
#include "base/diag.def"
#undef DIAG
};

struct diags *diags_new(struct arena *a, const struct sources *ss)
{
	struct diags *ds = arena_make(a, struct diags);

	ds->arena = a;
	ds->sources = ss;
	return ds;
}

/* Names of a script may be of any length; messages that quote them are not. */
static const char *message(struct arena *a, const char *fmt, va_list ap)
{
	char *text = arena_vprintf(a, fmt, ap);
	size_t head = LONGEST;

	if (strlen(text) <= LONGEST)
		return text;
	while (head && ((unsigned char)text[head] & 0xc0) == 0x80)
		head--;
	strcpy(text + head, "...");
	return text;
}

static struct diag *add(struct diags *ds, enum diag_tag tag, enum severity severity,
			struct span span, const char *fmt, va_list ap)
{
	struct diag *d = arena_make(ds->arena, struct diag);

	d->tag = tag;
	d->severity = severity;
	d->span = span;
	d->message = message(ds->arena, fmt, ap);
	ds->errors += severity == SEV_ERROR;
	ds->warnings += severity == SEV_WARNING;
	vec_push(ds->arena, &ds->list, d);
	return d;
}

struct diag *diag_report(struct diags *ds, enum diag_tag tag, struct span span, const char *fmt,
			 ...)
{
	va_list ap;

	va_start(ap, fmt);
	struct diag *d = add(ds, tag, rows[tag].severity, span, fmt, ap);

	va_end(ap);
	return d;
}

struct diag *diag_report_as(struct diags *ds, enum diag_tag tag, enum severity severity,
			    struct span span, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	struct diag *d = add(ds, tag, severity, span, fmt, ap);

	va_end(ap);
	return d;
}

void diag_note(struct diags *ds, struct diag *d, struct span span, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	struct diag_note note = {span, message(ds->arena, fmt, ap)};

	va_end(ap);
	vec_push(ds->arena, &d->notes, note);
}

void diag_fix(struct diags *ds, struct diag *d, struct span span, const char *text,
	      const char *label)
{
	struct edit e = {span, text};

	if (!d->fix) {
		d->fix = arena_make(ds->arena, struct fix);
		d->fix->label = label;
	}
	vec_push(ds->arena, &d->fix->edits, e);
}

static int compare(const void *pa, const void *pb)
{
	const struct diag *a = *(struct diag *const *)pa, *b = *(struct diag *const *)pb;

	if (a->span.start.at != b->span.start.at)
		return a->span.start.at < b->span.start.at ? -1 : 1;
	if (a->tag != b->tag)
		return a->tag < b->tag ? -1 : 1;
	return strcmp(a->message, b->message);
}

static void count(struct diags *ds, const struct diag *d, int by)
{
	ds->errors += (uint32_t)(d->severity == SEV_ERROR ? by : 0);
	ds->warnings += (uint32_t)(d->severity == SEV_WARNING ? by : 0);
}

void diags_sort(struct diags *ds)
{
	uint32_t kept = 0;

	if (ds->list.n < 2)
		return;
	qsort(ds->list.v, ds->list.n, sizeof *ds->list.v, compare);
	vec_each(i, &ds->list) {
		struct diag *d = ds->list.v[i];

		if (kept && compare(&ds->list.v[kept - 1], &d) == 0)
			count(ds, d, -1);
		else
			ds->list.v[kept++] = d;
	}
	ds->list.n = kept;
}

const char *diag_word(enum diag_tag tag)
{
	return rows[tag].word;
}

const char *diag_summary(enum diag_tag tag)
{
	return rows[tag].summary;
}

const char *diag_remedy(enum diag_tag tag)
{
	return rows[tag].remedy;
}

bool diag_find(const char *word, enum diag_tag *tag)
{
	for (int i = 0; i < DIAG_COUNT; i++) {
		if (strcmp(rows[i].word, word) == 0) {
			*tag = (enum diag_tag)i;
			return true;
		}
	}
	return false;
}

const char *diag_severity_word(enum severity s)
{
	switch (s) {
	case SEV_NOTE: return "note";
	case SEV_WARNING: return "warning";
	case SEV_ERROR: return "error";
	}
	return "?";
}

enum severity diag_severity(enum diag_tag tag)
{
	return rows[tag].severity;
}
