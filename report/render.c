/*
 * Diagnostics for people.  The source line is shown as it is, except that it is
 * cut to a window around the caret and control bytes become dots, so that
 * hostile input can neither flood nor steer a terminal.
 */
#include "base/map.h"
#include "report/report.h"

#include <string.h>

enum { WINDOW = 120, LEAD = 60 };
/* Findings shown of one script, errors and others each; and of those that say the same. */
enum { MOST = 100, MOST_ALIKE = 10 };

static void put_safe(FILE *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		fputc((c < 0x20 && c != '\t') || c == 0x7f ? '.' : c, out);
	}
}

static void put_text(FILE *out, const char *s)
{
	put_safe(out, s, strlen(s));
}

static void put_place(FILE *out, const struct pos *p)
{
	if (!p->source)
		return;
	put_text(out, p->source->name);
	fprintf(out, ":%u:%u: ", p->line, p->column);
}

/* The line with a caret under its column and tildes to the end of the span. */
static void put_snippet(FILE *out, const struct pos *p, uint32_t width)
{
	uint32_t col = p->column - 1, from = col > LEAD ? col - LEAD : 0;
	uint32_t n = p->line_len > from ? p->line_len - from : 0;

	if (n > WINDOW)
		n = WINDOW;
	fprintf(out, "%5u | %s", p->line, from ? "..." : "");
	put_safe(out, p->line_text + from, n);
	fprintf(out, "%s\n      | %s", p->line_len - from > n ? "..." : "", from ? "   " : "");
	for (uint32_t i = from; i < col; i++)
		fputc(i < p->line_len && p->line_text[i] == '\t' ? '\t' : ' ', out);
	fputc('^', out);
	for (uint32_t i = 1; i < width && col + i < from + n; i++)
		fputc('~', out);
	fputc('\n', out);
}

static uint32_t span_width(const struct diags *ds, struct span span)
{
	struct loc a = sources_spelling(ds->sources, span.start);
	struct loc b = sources_spelling(ds->sources, span.end);

	return b.at > a.at ? b.at - a.at : 1;
}

static void put_origin(FILE *out, const struct diags *ds, struct loc loc)
{
	struct loc from;

	for (int i = 0; i < 8 && sources_origin(ds->sources, loc, &from); i++, loc = from) {
		struct pos p = sources_pos(ds->sources, from);

		put_place(out, &p);
		fputs("note: in the expansion asked for here\n", out);
		if (p.source)
			put_snippet(out, &p, 1);
	}
}

static void put_notes(FILE *out, const struct diags *ds, const struct diag *d)
{
	vec_each(i, &d->notes) {
		const struct diag_note *note = &d->notes.v[i];
		struct pos p = sources_pos(ds->sources, note->span.start);

		if (p.source)
			put_place(out, &p);
		else
			fputs("      = ", out);
		fputs("note: ", out);
		put_text(out, note->text);
		fputc('\n', out);
	}
}

void render_diag(FILE *out, const struct diags *ds, const struct diag *d)
{
	struct pos p = sources_pos(ds->sources, d->span.start);

	put_place(out, &p);
	fprintf(out, "%s: ", diag_severity_word(d->severity));
	put_text(out, d->message);
	fprintf(out, " [%s]\n", diag_word(d->tag));
	if (p.source)
		put_snippet(out, &p, span_width(ds, d->span));
	put_origin(out, ds, d->span.start);
	put_notes(out, ds, d);
	if (d->fix) {
		fputs("      = fix: ", out);
		put_text(out, d->fix->label);
		fputs(" (--fix applies it)\n", out);
	}
}

/* How often each message was shown, and how many findings of a severity. */
struct shown {
	struct map messages; /* text -> counter */
	uint32_t errors, others;
	uint32_t more_errors, more_others;
};

/* Does the finding fit under the limits?  Counts it. */
static bool count(struct shown *s, const struct diag *d)
{
	bool error = d->severity == SEV_ERROR;
	uint32_t *total = error ? &s->errors : &s->others;
	uint32_t *same = map_get(&s->messages, d->message);

	if (!same) {
		same = arena_make(s->messages.arena, uint32_t);
		map_put(&s->messages, d->message, same);
	}
	if (*total >= MOST || *same >= MOST_ALIKE) {
		++*(error ? &s->more_errors : &s->more_others);
		return false;
	}
	++*same;
	++*total;
	return true;
}

static void put_more(FILE *out, const struct shown *s)
{
	if (s->more_errors)
		fprintf(out, "%u more error%s", s->more_errors, s->more_errors == 1 ? "" : "s");
	if (s->more_errors && s->more_others)
		fputs(" and ", out);
	if (s->more_others)
		fprintf(out, "%u more warning%s", s->more_others, s->more_others == 1 ? "" : "s");
	if (s->more_errors || s->more_others)
		fprintf(out, " %s not shown; -v shows all\n",
			s->more_errors + s->more_others == 1 ? "is" : "are");
}

void render_diags(FILE *out, const struct diags *ds, const struct render_options *opt)
{
	struct shown s = {.messages.arena = arena_new(0, NULL)};

	vec_each(i, &ds->list) {
		const struct diag *d = ds->list.v[i];

		if ((d->severity == SEV_NOTE && !opt->notes) ||
		    (d->severity != SEV_ERROR && opt->quiet))
			continue;
		if (opt->all || count(&s, d))
			render_diag(out, ds, d);
	}
	put_more(out, &s);
	arena_free(s.messages.arena);
}
