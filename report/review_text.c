/* A review as text for a terminal: the same parts in the same order as the page, shorter. */
#include "report/review.h"

#include <inttypes.h>
#include <string.h>

enum { SHOWN = 240 }; /* bytes of a text out of the script */

/* Text out of the script, on one line, cut where it gets too long. */
static void say(FILE *out, const char *s)
{
	size_t n = strlen(s), at = 0;
	char as[16];

	while (at < n && at < SHOWN) {
		size_t from = at;

		if (review_escape_next(s, n, &at, as))
			fputs(as, out);
		else if (s[from] == '\t')
			fputc(' ', out);
		else
			fwrite(s + from, 1, at - from, out);
	}
	if (at < n)
		fprintf(out, "... (%zu bytes more)", n - at);
}

static void place(FILE *out, const struct review_place *p)
{
	if (!p->file)
		return;
	say(out, p->file);
	fprintf(out, ":%u:%u", p->line, p->column);
}

static void title(FILE *out, const char *text)
{
	fprintf(out, "\n%s\n", text);
}

/* " TEXT  (FILE:L:C)", which may follow some word. */
static void item(FILE *out, const char *text, const struct review_place *p)
{
	fputc(' ', out);
	say(out, text);
	if (p && p->file) {
		fputs("  (", out);
		place(out, p);
		fputc(')', out);
	}
	fputc('\n', out);
}

static void entry(FILE *out, int indent, const char *text, const struct review_place *p)
{
	fprintf(out, "%*s", indent, "");
	item(out, text, p);
}

static void write_verdict(FILE *out, const struct review *r)
{
	say(out, r->file);
	fprintf(out, ": %s\n  %s\n", r->verdict, r->headline);
	if (r->verified) {
		fprintf(out, "  %u obligation%s:", r->tally.total, r->tally.total == 1 ? "" : "s");
		for (int s = VERDICT_PROVED, n = 0; s <= VERDICT_REFUTED; s++)
			if (r->tally.counts[s])
				fprintf(out, "%s %u %s", n++ ? "," : "", r->tally.counts[s],
					verdict_word((enum verdict_status)s));
		fputc('\n', out);
	}
	if (r->attention.n)
		title(out, "Look at first");
	vec_each(i, &r->attention)
		entry(out, 1, r->attention.v[i], NULL);
}

static void write_acts(FILE *out, const struct review *r)
{
	title(out, "What it can do");
	for (int g = 0; g < REVIEW_GROUPS; g++) {
		enum review_kind last = REVIEW_NONE;

		vec_each(i, &r->acts) {
			const struct review_act *a = &r->acts.v[i];

			if (review_group_of(a->kind) != (enum review_group)g)
				continue;
			if (a->kind != last)
				fprintf(out, "  %s %s\n", review_group_word((enum review_group)g),
					review_kind_text(a->kind));
			last = a->kind;
			entry(out, 3, a->what, &a->place);
		}
		if (last == REVIEW_NONE)
			fprintf(out, "  %s nothing\n", review_group_word((enum review_group)g));
	}
}

static void write_privilege(FILE *out, const struct review *r)
{
	title(out, "Privilege");
	fprintf(out, "  %s is enough%s\n", r->level, r->guru ? ", with guru mode (-g)" : "");
	vec_each(i, &r->demands) {
		fprintf(out, "  %s because", r->demands.v[i].level);
		item(out, r->demands.v[i].why, &r->demands.v[i].place);
	}
}

static void write_origin(FILE *out, const struct review_origin *o)
{
	fprintf(out, "    from %s: ", review_kind_text(o->source.kind));
	say(out, o->source.what);
	fputs("  (", out);
	place(out, &o->source.place);
	fputc(')', out);
	vec_each(i, &o->path) {
		fputs(" > ", out);
		say(out, o->path.v[i].text);
	}
	fputc('\n', out);
}

static void write_flows(FILE *out, const struct review *r)
{
	title(out, "Where data goes");
	if (!r->flows.n)
		fputs("  nothing is put out\n", out);
	vec_each(i, &r->flows) {
		const struct review_flow *f = &r->flows.v[i];

		fprintf(out, "  %s: ", review_kind_text(f->sink.kind));
		say(out, f->sink.what);
		fputs("  (", out);
		place(out, &f->sink.place);
		fputs(f->origins.n || f->given_up ? ")\n" : ")  gets nothing that is read\n", out);
		vec_each(k, &f->origins)
			write_origin(out, &f->origins.v[k]);
		if (f->given_up)
			fputs("    ... and perhaps from more: too large to be followed\n", out);
	}
}

static void write_handlers(FILE *out, const struct review *r)
{
	title(out, "Probes");
	vec_each(i, &r->handlers) {
		const struct review_handler *h = &r->handlers.v[i];
		const char *texts[] = {h->cost_text, h->output, h->stack, h->locks};

		entry(out, 1, h->name, &h->place);
		fprintf(out, "    %s: %s; %u place%s\n", review_heat_word(h->heat),
			review_heat_text(h->heat), h->nsites, h->nsites == 1 ? "" : "s");
		for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
			if (texts[k])
				entry(out, 3, texts[k], NULL);
	}
	title(out, "Memory");
	if (r->memory)
		entry(out, 1, r->memory, NULL);
	vec_each(i, &r->globals) {
		const struct review_global *g = &r->globals.v[i];

		fprintf(out, "  %s: %s, ", g->name, g->shape);
		if (g->bytes == INT64_MAX)
			fputs("without a bound\n", out);
		else
			fprintf(out, "%" PRId64 " bytes when full\n", g->bytes);
	}
}

static void write_node(FILE *out, const struct review_node *n, unsigned depth)
{
	fprintf(out, "  %*s", (int)(depth < 40 ? depth : 40) * 2, "");
	say(out, n->name);
	fprintf(out, "%s: %s", n->kind == NODE_CALL ? "()" : "", n->bound);
	if (n->calls > 1)
		fprintf(out, ", called at %u places", n->calls);
	fputc('\n', out);
	vec_each(i, &n->children)
		write_node(out, n->children.v[i], depth + 1);
}

/* What is proved of the library is left to the page. */
static void write_claims(FILE *out, const struct review *r)
{
	title(out, "Obligations");
	vec_each(i, &r->claims) {
		const struct review_claim *c = &r->claims.v[i];

		if (c->status == VERDICT_PROVED && c->place.library)
			continue;
		fprintf(out, "  %-8s %s: ", verdict_word(c->status), c->kind);
		say(out, c->reason);
		fputs("  (", out);
		place(out, &c->place);
		fputs(")\n", out);
		for (uint32_t k = 0; c->status != VERDICT_PROVED && k < c->steps.n; k++)
			entry(out, 5, c->steps.v[k].text, &c->steps.v[k].place);
		if (c->replay) {
			fputs("      a run that fails, if there is one: ", out);
			say(out, c->replay);
			fputc('\n', out);
		}
		if (c->waived) {
			fputs("      waived: ", out);
			say(out, c->waived);
			fputc('\n', out);
		}
	}
}

static void write_words(FILE *out, const struct review *r)
{
	title(out, "C code, assumptions, waivers");
	vec_each(i, &r->codes) {
		fputs("  C code", out);
		item(out, r->codes.v[i].name, &r->codes.v[i].place);
	}
	vec_each(i, &r->assumptions) {
		fputs("  assumed:", out);
		item(out, r->assumptions.v[i].text, &r->assumptions.v[i].place);
	}
	vec_each(i, &r->waivers) {
		const struct review_waiver *w = &r->waivers.v[i];

		fputs("  waived: ", out);
		say(out, w->tag);
		fprintf(out, " for %s%s:", w->where, w->used ? "" : " (not needed)");
		item(out, w->reason ? w->reason : "no reason given", &w->place);
	}
	if (!r->codes.n && !r->assumptions.n && !r->waivers.n)
		fputs("  none\n", out);
	title(out, "Findings");
	vec_each(i, &r->findings) {
		const struct review_finding *f = &r->findings.v[i];

		fprintf(out, "  %s [%s]:", f->severity, f->tag);
		item(out, f->message, &f->place);
	}
	if (!r->findings.n)
		fputs("  none\n", out);
}

void review_text_write(FILE *out, const struct review *r)
{
	write_verdict(out, r);
	if (r->verified) {
		write_acts(out, r);
		write_privilege(out, r);
		write_flows(out, r);
		write_handlers(out, r);
		title(out, "Loops and calls");
		vec_each(i, &r->tree)
			write_node(out, r->tree.v[i], 0);
		write_claims(out, r);
	}
	write_words(out, r);
}
