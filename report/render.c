/*
 * Diagnostics for people.  The source line is shown as it is, except that it is
 * cut to a window around the caret and control bytes become dots, so that
 * hostile input can neither flood nor steer a terminal.
 */
#include "report/report.h"

#include <string.h>

enum { WINDOW = 120, LEAD = 60 };

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

void render_diags(FILE *out, const struct diags *ds, const struct render_options *opt)
{
	vec_each(i, &ds->list) {
		if (ds->list.v[i]->severity != SEV_NOTE || opt->notes)
			render_diag(out, ds, ds->list.v[i]);
	}
}
