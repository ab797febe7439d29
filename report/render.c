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

/*
 * How many bytes at s a terminal would take as a command, or as one to write from right to left:
 * control characters, also those of two bytes, and the marks of bidirectional text.
 */
static size_t steers(const char *s, size_t n)
{
	const unsigned char *u = (const unsigned char *)s;

	if ((u[0] < 0x20 && u[0] != '\t') || u[0] == 0x7f)
		return 1;
	if (n >= 2 && u[0] == 0xc2 && u[1] >= 0x80 && u[1] < 0xa0)
		return 2;
	if (n < 3 || u[0] != 0xe2)
		return 0;
	bool marks = u[1] == 0x80 &&
		     ((u[2] >= 0xaa && u[2] <= 0xae) || u[2] == 0x8e || u[2] == 0x8f);
	bool isolates = u[1] == 0x81 && u[2] >= 0xa6 && u[2] <= 0xa9;

	return marks || isolates ? 3 : 0;
}

static void put_safe(FILE *out, const char *s, size_t n)
{
	for (size_t i = 0, dots; i < n; i += dots ? dots : 1) {
		dots = steers(s + i, n - i);
		if (!dots)
			fputc(s[i], out);
		for (size_t k = 0; k < dots; k++)
			fputc('.', out);
	}
}

void render_text(FILE *out, const char *s)
{
	put_safe(out, s, strlen(s));
}

/* --- colour --- */

#define BOLD "\033[1m"
#define FAINT "\033[2m"
#define GREEN "\033[32m"
#define PLAIN "\033[m"

static const char *colour_of(enum severity s)
{
	switch (s) {
	case SEV_NOTE: return "\033[1;36m";
	case SEV_WARNING: return "\033[1;35m";
	case SEV_ERROR: return "\033[1;31m";
	}
	return BOLD;
}

static void paint(FILE *out, bool colour, const char *code)
{
	if (colour)
		fputs(code, out);
}

static void put_place(FILE *out, const struct pos *p)
{
	if (!p->source)
		return;
	render_text(out, p->source->name);
	fprintf(out, ":%u:%u: ", p->line, p->column);
}

/* The line with a caret under its column and tildes to the end of the span. */
static void put_snippet(FILE *out, const struct pos *p, uint32_t width, bool colour)
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
	paint(out, colour, GREEN);
	fputc('^', out);
	for (uint32_t i = 1; i < width && col + i < from + n; i++)
		fputc('~', out);
	paint(out, colour, PLAIN);
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
			put_snippet(out, &p, 1, false);
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
		render_text(out, note->text);
		fputc('\n', out);
	}
}

static void put_fix(FILE *out, const struct fix *fix)
{
	fputs("      = fix: ", out);
	render_text(out, fix->label);
	fputs(fix->unsafe ? " (--unsafe-fixes applies it)\n" : " (--fix applies it)\n", out);
}

static void put_diag(FILE *out, const struct diags *ds, const struct diag *d, bool colour)
{
	struct pos p = sources_pos(ds->sources, d->span.start);

	paint(out, colour, BOLD);
	put_place(out, &p);
	paint(out, colour, colour_of(d->severity));
	fprintf(out, "%s: ", diag_severity_word(d->severity));
	paint(out, colour, PLAIN);
	render_text(out, d->message);
	paint(out, colour, FAINT);
	fprintf(out, " [%s]", diag_word(d->tag));
	paint(out, colour, PLAIN);
	fputc('\n', out);
	if (p.source)
		put_snippet(out, &p, span_width(ds, d->span), colour);
	put_origin(out, ds, d->span.start);
	put_notes(out, ds, d);
	if (d->fix)
		put_fix(out, d->fix);
}

void render_diag(FILE *out, const struct diags *ds, const struct diag *d)
{
	put_diag(out, ds, d, false);
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
			put_diag(out, ds, d, opt->colour);
	}
	put_more(out, &s);
	arena_free(s.messages.arena);
}
