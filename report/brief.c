/*
 * Findings in one line each: as gcc prints its own, which editors know, and as the workflow
 * commands of GitHub Actions, which become annotations.  Nothing that a script or its name holds
 * can begin a line or end a field.
 */
#include "report/report.h"

#include <string.h>

/* --- gcc --- */

static void put_place(FILE *out, const struct sources *ss, struct loc loc)
{
	struct pos p = sources_pos(ss, loc);

	if (!p.source) {
		fputs("stapvet: ", out);
		return;
	}
	render_text(out, p.source->name);
	fprintf(out, ":%u:%u: ", p.line, p.column);
}

void brief_gcc(FILE *out, const struct diags *ds)
{
	vec_each(i, &ds->list) {
		const struct diag *d = ds->list.v[i];

		put_place(out, ds->sources, d->span.start);
		fprintf(out, "%s: ", diag_severity_word(d->severity));
		render_text(out, d->message);
		fprintf(out, " [%s]\n", diag_word(d->tag));
		vec_each(k, &d->notes) {
			struct loc at = d->notes.v[k].span.start;

			put_place(out, ds->sources, at.at ? at : d->span.start);
			fputs("note: ", out);
			render_text(out, d->notes.v[k].text);
			fputc('\n', out);
		}
	}
}

/* --- GitHub --- */

/* A property ends at a comma or colon as well. */
static void put_escaped(FILE *out, const char *s, bool property)
{
	for (; *s; s++) {
		bool escape = *s == '%' || (unsigned char)*s < 0x20 || *s == 0x7f ||
			      (property && (*s == ':' || *s == ','));

		if (escape)
			fprintf(out, "%%%02X", (unsigned char)*s);
		else
			fputc(*s, out);
	}
}

static const char *command_of(enum severity s)
{
	switch (s) {
	case SEV_NOTE: return "notice";
	case SEV_WARNING: return "warning";
	case SEV_ERROR: return "error";
	}
	return "error";
}

static void put_span(FILE *out, const struct sources *ss, struct span span)
{
	struct pos from = sources_pos(ss, span.start);
	struct pos to = sources_pos(ss, span.end.at ? span.end : span.start);

	if (!from.source)
		return;
	fputs("file=", out);
	put_escaped(out, from.source->name, true);
	fprintf(out, ",line=%u,col=%u", from.line, from.column);
	if (to.source == from.source && to.line == from.line && to.column > from.column)
		fprintf(out, ",endLine=%u,endColumn=%u", to.line, to.column);
	fputc(',', out);
}

void brief_github(FILE *out, const struct diags *ds)
{
	vec_each(i, &ds->list) {
		const struct diag *d = ds->list.v[i];

		fprintf(out, "::%s ", command_of(d->severity));
		put_span(out, ds->sources, d->span);
		fprintf(out, "title=%s::", diag_word(d->tag));
		put_escaped(out, d->message, false);
		vec_each(k, &d->notes) {
			fputs("%0A", out);
			put_escaped(out, d->notes.v[k].text, false);
		}
		fputc('\n', out);
	}
}
