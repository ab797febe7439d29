/*
 * A review as one page that loads nothing, runs nothing and needs nothing but a browser.  All that
 * comes out of the script goes through text(), never into a tag, an attribute or the style; the
 * page forbids itself scripts and requests besides.
 */
#include "report/review.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	SHOWN = 400,       /* bytes of a text that is quoted */
	LINE_SHOWN = 1500, /* of a line of the script; the rest is folded */
	LINES_ALL = 3000   /* lines of a script that is shown whole */
};

struct page {
	FILE *out;
	const struct review *r;
	uint32_t nlines;
	const uint32_t *starts;       /* of the script's lines, one more than there are */
	const uint32_t *at, *by_line; /* claims of line n: by_line[at[n] .. at[n + 1]) */
};

/* --- text out of the script --- */

static void character(FILE *out, const char *s, size_t n)
{
	switch (*s) {
	case '&': fputs("&amp;", out); return;
	case '<': fputs("&lt;", out); return;
	case '>': fputs("&gt;", out); return;
	case '"': fputs("&quot;", out); return;
	case '\'': fputs("&#39;", out); return;
	default: fwrite(s, 1, n, out);
	}
}

/* markup: escapes stand out; else they are plain text too.  breaks: line ends stay. */
static void text_as(FILE *out, const char *s, size_t n, size_t most, bool markup, bool breaks)
{
	size_t at = 0;
	char as[16];

	while (at < n && at < most) {
		size_t from = at;
		bool hidden = review_escape_next(s, n, &at, as);

		if (!hidden || (breaks && s[from] == '\n'))
			character(out, s + from, at - from);
		else
			fprintf(out, markup ? "<span class=\"x\">%s</span>" : "%s", as);
	}
	if (at < n)
		fprintf(out, "… (%zu bytes more)", n - at);
}

static void text(const struct page *pg, const char *s)
{
	text_as(pg->out, s, strlen(s), SHOWN, true, false);
}

static void code(const struct page *pg, const char *s)
{
	fputs("<code>", pg->out);
	text(pg, s);
	fputs("</code>", pg->out);
}

static void put(const struct page *pg, const char *markup)
{
	fputs(markup, pg->out);
}

/* Is it a place in the script that the page shows? */
static bool is_own(const struct page *pg, const struct review_place *p)
{
	return p->file && !p->library && pg->r->script && p->line && p->line <= pg->nlines &&
	       strcmp(p->file, pg->r->script->name) == 0;
}

static void place(const struct page *pg, const struct review_place *p)
{
	if (!p->file)
		return;
	if (is_own(pg, p)) {
		fprintf(pg->out, "<a class=\"at\" href=\"#L%u\">line %u</a>", p->line, p->line);
		return;
	}
	put(pg, "<span class=\"where\">");
	text(pg, p->file);
	fprintf(pg->out, ":%u</span>", p->line);
}

static void badge(const struct page *pg, const char *class, const char *word)
{
	fprintf(pg->out, "<span class=\"badge %s\">%s</span>", class, word);
}

static const char *status_class(enum verdict_status s)
{
	switch (s) {
	case VERDICT_PROVED: return "good";
	case VERDICT_ASSUMED: return "info";
	case VERDICT_GUARDED: return "warn";
	case VERDICT_UNKNOWN: return "info";
	case VERDICT_REFUTED: break;
	}
	return "bad";
}

/* What the language gives a meaning to is no fault of the script. */
static const char *claim_class(const struct review_claim *c)
{
	return c->policy == POLICY_ADVISE && c->status != VERDICT_PROVED ? "info"
									 : status_class(c->status);
}

/* --- the verdict --- */

static void write_verdict(const struct page *pg)
{
	const struct review *r = pg->r;
	const char *class = r->verified ? status_class(r->tally.worst) : "bad";

	fprintf(pg->out,
		"<section class=\"verdict %s\" aria-labelledby=\"verdict\">\n"
		"<h2 id=\"verdict\">Verdict: %s</h2>\n<p class=\"lead\">%s</p>\n",
		class, r->verdict, r->headline);
	if (r->verified) {
		fprintf(pg->out,
			"<ul class=\"tiles\" aria-label=\"Obligations\"><li><span class=\"badge "
			"none\">%u obligation%s</span></li>",
			r->tally.total, r->tally.total == 1 ? "" : "s");
		for (int s = VERDICT_PROVED; s <= VERDICT_REFUTED; s++)
			if (r->tally.counts[s])
				fprintf(pg->out, "<li><span class=\"badge %s\">%u %s</span></li>",
					status_class((enum verdict_status)s), r->tally.counts[s],
					verdict_word((enum verdict_status)s));
		put(pg, "</ul>\n");
	}
	if (r->attention.n) {
		put(pg, "<h3>Look at first</h3>\n<ul class=\"attend\">");
		vec_each(i, &r->attention)
			fprintf(pg->out, "<li>%s</li>", r->attention.v[i]);
		put(pg, "</ul>\n");
	}
	put(pg, "</section>\n");
}

/* --- what it can do --- */

static void write_kind(const struct page *pg, uint32_t *i)
{
	const struct review_acts *acts = &pg->r->acts;
	enum review_kind k = acts->v[*i].kind;

	fprintf(pg->out, "<tr><td>%s</td><td><ul class=\"plain\">", review_kind_text(k));
	for (const char *last = NULL; *i < acts->n && acts->v[*i].kind == k; ++*i) {
		bool same = last && strcmp(last, acts->v[*i].what) == 0;

		put(pg, same ? ", " : last ? "</li><li>" : "<li>");
		if (!same) {
			code(pg, acts->v[*i].what);
			put(pg, " ");
		}
		place(pg, &acts->v[*i].place);
		last = acts->v[*i].what;
	}
	put(pg, "</li>");
	put(pg, "</ul></td></tr>\n");
}

static void write_abilities(const struct page *pg)
{
	static const char *const TITLES[] = {"Reads", "Writes", "Runs", "Prints to"};
	uint32_t i = 0;

	put(pg, "<p>Every place that can be reached, in the script and in the library code it "
		"uses.</p>\n");
	for (int g = 0; g < REVIEW_GROUPS; g++) {
		bool any = i < pg->r->acts.n &&
			   review_group_of(pg->r->acts.v[i].kind) == (enum review_group)g;

		fprintf(pg->out, "<h3>%s%s</h3>\n", TITLES[g], any ? "" : " nothing");
		if (!any)
			continue;
		put(pg, "<table class=\"kinds\"><thead><tr><th scope=\"col\">What</th><th "
			"scope=\"col\">By what, "
			"where</th></tr></thead><tbody>\n");
		while (i < pg->r->acts.n &&
		       review_group_of(pg->r->acts.v[i].kind) == (enum review_group)g)
			write_kind(pg, &i);
		put(pg, "</tbody></table>\n");
	}
}

static void write_privilege(const struct page *pg)
{
	fprintf(pg->out, "<p><strong>%s</strong> is enough%s.</p>\n", pg->r->level,
		pg->r->guru ? ", with guru mode (<code>-g</code>)" : "");
	if (!pg->r->demands.n)
		put(pg, "<p>It keeps to the user's own processes.</p>\n");
	else
		put(pg, "<ul>");
	vec_each(i, &pg->r->demands) {
		fprintf(pg->out, "<li><strong>%s</strong> because %s: ", pg->r->demands.v[i].level,
			pg->r->demands.v[i].why);
		place(pg, &pg->r->demands.v[i].place);
		put(pg, "</li>");
	}
	if (pg->r->demands.n)
		put(pg, "</ul>\n");
}

/* --- data flows --- */

static void write_path(const struct page *pg, const struct review_steps *path)
{
	if (!path->n)
		put(pg, "<span class=\"dim\">straight</span>");
	vec_each(i, path) {
		if (i)
			put(pg, "<span class=\"arrow\">→</span>");
		put(pg, "<span class=\"chip\">");
		text(pg, path->v[i].text);
		put(pg, "</span> ");
		place(pg, &path->v[i].place);
	}
}

static void write_line_of(const struct page *pg, const struct review_place *p)
{
	uint32_t from, to;

	if (!is_own(pg, p))
		return;
	from = pg->starts[p->line - 1];
	to = pg->starts[p->line];
	while (from < to && strchr(" \t", pg->r->script->text[from]) && pg->r->script->text[from])
		from++;
	while (to > from && strchr("\r\n", pg->r->script->text[to - 1]) &&
	       pg->r->script->text[to - 1])
		to--;
	put(pg, "<pre>");
	text_as(pg->out, pg->r->script->text + from, to - from, SHOWN, true, false);
	put(pg, "</pre>\n");
}

static void write_flow(const struct page *pg, const struct review_flow *f)
{
	put(pg, "<div class=\"flow\"><h3>");
	code(pg, f->sink.what);
	fprintf(pg->out, " to %s, ", review_kind_text(f->sink.kind));
	place(pg, &f->sink.place);
	put(pg, "</h3>\n");
	write_line_of(pg, &f->sink.place);
	if (f->origins.n)
		put(pg, "<table class=\"from\"><thead><tr><th scope=\"col\">From</th><th "
			"scope=\"col\">Read "
			"by</th><th scope=\"col\">Through</th></tr></thead><tbody>\n");
	vec_each(i, &f->origins) {
		const struct review_origin *o = &f->origins.v[i];

		fprintf(pg->out, "<tr><td>%s</td><td>", review_kind_text(o->source.kind));
		code(pg, o->source.what);
		put(pg, " ");
		place(pg, &o->source.place);
		put(pg, "</td><td>");
		write_path(pg, &o->path);
		put(pg, "</td></tr>\n");
	}
	if (f->origins.n)
		put(pg, "</tbody></table>\n");
	if (f->given_up)
		put(pg, "<p>The script is too large to follow this to the end: there may be "
			"more.</p>\n");
	put(pg, "</div>\n");
}

static void write_flows(const struct page *pg)
{
	uint32_t empty = 0;

	put(pg, "<p>What is read from memory, from the probe's arguments or about processes, and "
		"each output it reaches. Followed through variables, globals, calls and the "
		"library, whatever the order; not followed are conclusions from a branch, and what "
		"C code does.</p>\n");
	vec_each(i, &pg->r->flows) {
		if (pg->r->flows.v[i].origins.n || pg->r->flows.v[i].given_up)
			write_flow(pg, &pg->r->flows.v[i]);
		else
			empty++;
	}
	if (empty)
		put(pg, "<p>Outputs that show nothing of the kind: ");
	for (uint32_t i = 0, n = 0; i < pg->r->flows.n; i++) {
		const struct review_flow *f = &pg->r->flows.v[i];

		if (f->origins.n || f->given_up)
			continue;
		put(pg, n++ ? ", " : "");
		code(pg, f->sink.what);
		put(pg, " ");
		place(pg, &f->sink.place);
	}
	if (empty)
		put(pg, ".</p>\n");
	if (!pg->r->flows.n)
		put(pg, "<p>It puts nothing out.</p>\n");
}

/* --- probes, cost, memory --- */

static void write_sites(const struct page *pg, const struct review_handler *h)
{
	put(pg, "<ul class=\"plain\">");
	vec_each(i, &h->sites) {
		const struct review_site *s = &h->sites.v[i];

		put(pg, "<li>");
		code(pg, s->text);
		fprintf(pg->out, " <span class=\"dim\">runs %s; exists: %s", s->context, s->exists);
		if (s->evidence) {
			put(pg, " (");
			text(pg, s->evidence);
			put(pg, ")");
		}
		put(pg, "</span></li>");
	}
	put(pg, "</ul>");
	if (h->nsites > h->sites.n)
		fprintf(pg->out, "<p>and %u places more.</p>", h->nsites - h->sites.n);
}

static void write_handler(const struct page *pg, const struct review_handler *h)
{
	const char *const titles[] = {"Cost", "Output", "Stack", "Locks"};
	const char *const texts[] = {h->cost_text, h->output, h->stack, h->locks};
	const char *class = h->heat == HEAT_HOT ? "warn" : h->heat == HEAT_EVENT ? "info" : "none";

	put(pg, "<tr><th scope=\"row\">");
	code(pg, h->name);
	put(pg, "<br>");
	place(pg, &h->place);
	put(pg, "</th><td>");
	badge(pg, class, review_heat_word(h->heat));
	fprintf(pg->out, "<br><span class=\"dim\">%s</span></td><td><ul class=\"plain\">",
		review_heat_text(h->heat));
	for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
		if (texts[k]) {
			fprintf(pg->out, "<li><strong>%s:</strong> ", titles[k]);
			text(pg, texts[k]);
			put(pg, "</li>");
		}
	fprintf(pg->out, "</ul><details><summary>%u place%s of attachment</summary>", h->nsites,
		h->nsites == 1 ? "" : "s");
	write_sites(pg, h);
	put(pg, "</details></td></tr>\n");
}

static void write_handlers(const struct page *pg)
{
	put(pg, "<p>How hot a probe is, is judged by its name; the rest is proved.</p>\n"
		"<table><thead><tr><th scope=\"col\">Probe</th><th scope=\"col\">How hot</th>"
		"<th scope=\"col\">At worst, each time</th></tr></thead><tbody>\n");
	vec_each(i, &pg->r->handlers)
		write_handler(pg, &pg->r->handlers.v[i]);
	put(pg, "</tbody></table>\n");
}

static void write_bytes(const struct page *pg, int64_t n)
{
	if (n == INT64_MAX)
		put(pg, "no bound");
	else if (n < 10240)
		fprintf(pg->out, "%" PRId64 " bytes", n);
	else
		fprintf(pg->out, "%" PRId64 " KiB", n / 1024);
}

static void write_memory(const struct page *pg)
{
	if (pg->r->memory) {
		put(pg, "<p>The whole script: ");
		text(pg, pg->r->memory);
		put(pg, ".</p>\n");
	}
	if (!pg->r->globals.n)
		return;
	put(pg, "<table><thead><tr><th scope=\"col\">Global</th><th scope=\"col\">Holds</th>"
		"<th scope=\"col\" class=\"num\">When full</th></tr></thead><tbody>\n");
	vec_each(i, &pg->r->globals) {
		const struct review_global *g = &pg->r->globals.v[i];

		put(pg, "<tr><th scope=\"row\">");
		code(pg, g->name);
		put(pg, " ");
		place(pg, &g->place);
		fprintf(pg->out, "</th><td>%s</td><td class=\"num\">", g->shape);
		write_bytes(pg, g->bytes);
		put(pg, "</td></tr>\n");
	}
	put(pg, "</tbody></table>\n");
}

/* --- loops and calls --- */

static void write_node(const struct page *pg, const struct review_node *n)
{
	static const char *const CLASSES[] = {"probe", "loop", "call"};
	static const char *const SIGNS[] = {"", "↻ ", ""};

	fprintf(pg->out, "<li><span class=\"node %s%s\">%s", CLASSES[n->kind],
		n->open ? " open" : "", SIGNS[n->kind]);
	code(pg, n->name);
	fprintf(pg->out, "%s</span> <span class=\"dim\">%s", n->kind == NODE_CALL ? "()" : "",
		n->bound);
	if (n->calls > 1)
		fprintf(pg->out, ", called at %u places", n->calls);
	put(pg, "</span> ");
	place(pg, &n->place);
	if (n->children.n) {
		put(pg, "\n<ul>");
		vec_each(i, &n->children)
			write_node(pg, n->children.v[i]);
		put(pg, "</ul>");
	}
	put(pg, "</li>\n");
}

static void write_tree(const struct page *pg)
{
	put(pg, "<p>Each probe, the loops in it with how often they go round at most, and the "
		"functions it calls with what a call costs.</p>\n<ul class=\"tree\">\n");
	vec_each(i, &pg->r->tree)
		write_node(pg, pg->r->tree.v[i]);
	put(pg, "</ul>\n");
}

/* --- obligations --- */

static const char *proof_word(enum verdict_status s)
{
	switch (s) {
	case VERDICT_PROVED: return "Proof";
	case VERDICT_ASSUMED: return "Assumption";
	case VERDICT_GUARDED: return "Guard";
	case VERDICT_UNKNOWN: return "Not decided";
	case VERDICT_REFUTED: break;
	}
	return "Counter-example";
}

static void write_claim(const struct page *pg, const struct review_claim *c, bool with_place)
{
	const char *word = c->policy == POLICY_ADVISE && c->status == VERDICT_GUARDED
				   ? "Advice"
				   : proof_word(c->status);

	put(pg, "<li>");
	badge(pg, claim_class(c), verdict_word(c->status));
	fprintf(pg->out, " <strong>%s</strong> <span class=\"dim\">%s</span> ", c->text, c->kind);
	if (with_place)
		place(pg, &c->place);
	fprintf(pg->out, "<br>%s: ", word);
	text(pg, c->reason);
	if (c->steps.n && c->status != VERDICT_PROVED) {
		put(pg, "\n<ol>");
		vec_each(i, &c->steps) {
			put(pg, "<li>");
			text(pg, c->steps.v[i].text);
			put(pg, ": ");
			place(pg, &c->steps.v[i].place);
			put(pg, "</li>");
		}
		put(pg, "</ol>");
	}
	if (c->replay) {
		fprintf(pg->out, "<div>%s: ",
			c->status == VERDICT_REFUTED ? "A run that fails"
						     : "To look for a run that fails");
		code(pg, c->replay);
		put(pg, "</div>");
	}
	if (c->waived) {
		put(pg, "<div>Waived: ");
		text(pg, c->waived);
		put(pg, "</div>");
	}
	put(pg, "</li>\n");
}

/* The worst of a line: its place in the order of verdicts, advice counting as proved. */
static const struct review_claim *worst_of(const struct page *pg, uint32_t line)
{
	const struct review_claim *worst = NULL;

	for (uint32_t i = pg->at[line]; i < pg->at[line + 1]; i++) {
		const struct review_claim *c = &pg->r->claims.v[pg->by_line[i]];
		bool graver = worst && c->status > worst->status &&
			      !(c->policy == POLICY_ADVISE && worst->status != VERDICT_PROVED);

		if (!worst || graver)
			worst = c;
	}
	return worst;
}

/* The claims of a line with statuses from `worst` down to `best`. */
static void write_claims(const struct page *pg, uint32_t line, int worst, int best)
{
	put(pg, "<ul class=\"claims\">\n");
	for (int s = worst; s >= best; s--)
		for (uint32_t i = pg->at[line]; i < pg->at[line + 1]; i++)
			if ((int)pg->r->claims.v[pg->by_line[i]].status == s)
				write_claim(pg, &pg->r->claims.v[pg->by_line[i]], false);
	put(pg, "</ul>");
}

static void write_notes(const struct page *pg, uint32_t line)
{
	uint32_t counts[VERDICT_REFUTED + 1] = {0}, all = pg->at[line + 1] - pg->at[line];
	const struct review_claim *worst = worst_of(pg, line);

	if (!worst)
		return;
	for (uint32_t i = pg->at[line]; i < pg->at[line + 1]; i++)
		counts[pg->r->claims.v[pg->by_line[i]].status]++;
	fprintf(pg->out, "<details class=\"note %s\"%s><summary>", claim_class(worst),
		worst->status == VERDICT_PROVED || worst->policy == POLICY_ADVISE ? "" : " open");
	for (int s = VERDICT_REFUTED; s >= VERDICT_PROVED; s--)
		if (counts[s])
			fprintf(pg->out, "<span class=\"badge %s\">%u %s</span> ",
				status_class((enum verdict_status)s), counts[s],
				verdict_word((enum verdict_status)s));
	fprintf(pg->out, "<span class=\"dim\">on line %u</span></summary>\n", line);
	if (counts[VERDICT_PROVED] < all)
		write_claims(pg, line, VERDICT_REFUTED, VERDICT_PROVED + 1);
	if (counts[VERDICT_PROVED] && counts[VERDICT_PROVED] < all)
		fprintf(pg->out, "<details><summary>%u proved on line %u</summary>\n",
			counts[VERDICT_PROVED], line);
	if (counts[VERDICT_PROVED])
		write_claims(pg, line, VERDICT_PROVED, VERDICT_PROVED);
	if (counts[VERDICT_PROVED] && counts[VERDICT_PROVED] < all)
		put(pg, "</details>");
	put(pg, "</details>\n");
}

static void write_line(const struct page *pg, uint32_t line)
{
	const char *s = pg->r->script->text + pg->starts[line - 1];
	size_t n = pg->starts[line] - pg->starts[line - 1], head, more;

	while (n && (s[n - 1] == '\n' || s[n - 1] == '\r'))
		n--;
	more = head = n < LINE_SHOWN ? n : LINE_SHOWN;
	fprintf(pg->out, "<div class=\"line\" id=\"L%u\"><b>%u</b><span>", line, line);
	for (size_t i = head; head < n && i < head + 4 && (s[i] & 0xc0) == 0x80; i++)
		more = i + 1; /* not within a character */
	text_as(pg->out, s, more, SIZE_MAX, true, false);
	if (more < n) {
		fprintf(pg->out, "<details><summary>%zu bytes more on line %u</summary>", n - more,
			line);
		text_as(pg->out, s + more, n - more, SIZE_MAX, true, false);
		put(pg, "</details>");
	}
	put(pg, "</span></div>\n");
}

static void write_script(const struct page *pg)
{
	uint32_t left_out = 0;

	if (!pg->r->script) {
		put(pg, "<p>It could not be read.</p>\n");
		return;
	}
	if (pg->r->verified)
		put(pg, "<p>Under each line what has to hold there, and why it does; what is "
			"proved is folded.</p>\n");
	put(pg, "<div class=\"script\">\n");
	for (uint32_t line = 1; line <= pg->nlines; line++) {
		if (pg->nlines > LINES_ALL && pg->at[line] == pg->at[line + 1]) {
			left_out++;
			fprintf(pg->out, "<span id=\"L%u\"></span>", line);
			continue;
		}
		if (left_out)
			fprintf(pg->out, "<div class=\"gap\">%u lines without obligations</div>\n",
				left_out);
		left_out = 0;
		write_line(pg, line);
		write_notes(pg, line);
	}
	if (left_out)
		fprintf(pg->out, "<div class=\"gap\">%u lines without obligations</div>\n",
			left_out);
	put(pg, "</div>\n");
}

/* Those that are not of the script's text: of the library's, and of nowhere. */
static void write_elsewhere(const struct page *pg, bool proved)
{
	put(pg, "<ul class=\"claims\">\n");
	vec_each(i, &pg->r->claims) {
		const struct review_claim *c = &pg->r->claims.v[i];

		if (!is_own(pg, &c->place) && (c->status == VERDICT_PROVED) == proved)
			write_claim(pg, c, true);
	}
	put(pg, "</ul>\n");
}

static void write_library(const struct page *pg)
{
	uint32_t open = 0, proved = 0;

	vec_each(i, &pg->r->claims) {
		bool mine = is_own(pg, &pg->r->claims.v[i].place);

		proved += !mine && pg->r->claims.v[i].status == VERDICT_PROVED;
		open += !mine && pg->r->claims.v[i].status != VERDICT_PROVED;
	}
	if (!open && !proved)
		put(pg, "<p>None.</p>\n");
	if (open)
		write_elsewhere(pg, false);
	if (proved) {
		fprintf(pg->out, "<details><summary>%u proved</summary>\n", proved);
		write_elsewhere(pg, true);
		put(pg, "</details>\n");
	}
}

/* --- what is trusted --- */

static void write_codes(const struct page *pg)
{
	put(pg, "<h3>C code</h3>\n");
	if (!pg->r->codes.n)
		put(pg, "<p>None.</p>\n");
	vec_each(i, &pg->r->codes) {
		const struct review_code *c = &pg->r->codes.v[i];

		put(pg, "<p>");
		code(pg, c->name);
		put(pg, " ");
		place(pg, &c->place);
		put(pg, "</p><pre>");
		text_as(pg->out, c->text, strlen(c->text), SIZE_MAX, true, true);
		put(pg, "</pre>\n");
	}
}

static void write_trust(const struct page *pg)
{
	write_codes(pg);
	put(pg, "<h3>Assumptions</h3>\n");
	put(pg, pg->r->assumptions.n ? "<ul>" : "<p>None.</p>\n");
	vec_each(i, &pg->r->assumptions) {
		put(pg, "<li>");
		text(pg, pg->r->assumptions.v[i].text);
		put(pg, " ");
		place(pg, &pg->r->assumptions.v[i].place);
		put(pg, "</li>\n");
	}
	put(pg, pg->r->assumptions.n ? "</ul>\n" : "");
	put(pg, "<h3>Waivers</h3>\n");
	put(pg, pg->r->waivers.n ? "<ul>" : "<p>None.</p>\n");
	vec_each(i, &pg->r->waivers) {
		const struct review_waiver *w = &pg->r->waivers.v[i];

		put(pg, "<li>");
		code(pg, w->tag);
		fprintf(pg->out, " for %s%s: ", w->where,
			!w->reason ? " (not in force)"
			: w->used  ? ""
				   : " (not needed)");
		text(pg, w->reason ? w->reason : "no reason is given");
		put(pg, " ");
		place(pg, &w->place);
		put(pg, "</li>\n");
	}
	put(pg, pg->r->waivers.n ? "</ul>\n" : "");
}

static void write_findings(const struct page *pg)
{
	put(pg, pg->r->findings.n ? "<ul class=\"claims\">\n" : "<p>None.</p>\n");
	vec_each(i, &pg->r->findings) {
		const struct review_finding *f = &pg->r->findings.v[i];

		put(pg, "<li>");
		badge(pg,
		      *f->severity == 'e'   ? "bad"
		      : *f->severity == 'w' ? "warn"
					    : "info",
		      f->severity);
		put(pg, " ");
		text(pg, f->message);
		fprintf(pg->out, " <span class=\"dim\">%s</span> ", f->tag);
		place(pg, &f->place);
		vec_each(k, &f->notes) {
			put(pg, "<br>");
			text(pg, f->notes.v[k].text);
			put(pg, " ");
			place(pg, &f->notes.v[k].place);
		}
		put(pg, "</li>\n");
	}
	put(pg, pg->r->findings.n ? "</ul>\n" : "");
}

/* --- the page --- */

static const struct section {
	const char *id, *title;
	void (*write)(const struct page *pg);
	bool proof; /* it rests on one */
} SECTIONS[] = {
	{"abilities", "What it can do", write_abilities, true},
	{"privilege", "Privilege", write_privilege, true},
	{"flows", "Where data goes", write_flows, true},
	{"probes", "Probes and what they cost", write_handlers, true},
	{"memory", "Memory", write_memory, true},
	{"tree", "Loops and calls", write_tree, true},
	{"findings", "Findings", write_findings, false},
	{"trust", "Taken on trust", write_trust, false},
	{"script", "The script and its obligations", write_script, false},
	{"library", "Obligations outside its text", write_library, true},
};
enum { NSECTIONS = sizeof SECTIONS / sizeof *SECTIONS };

static void write_head(const struct page *pg)
{
	put(pg, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n<title>Review of ");
	text_as(pg->out, pg->r->file, strlen(pg->r->file), SHOWN, false, false);
	put(pg, "</title>\n<style>\n");
	put(pg, review_style);
	put(pg, "</style>\n</head>\n<body>\n<header>\n<a class=\"skip\" href=\"#main\">To the "
		"report</a>\n<p class=\"kicker\">stapvet review</p>\n<h1>");
	text(pg, pg->r->file);
	put(pg, "</h1>\n</header>\n<main id=\"main\">\n");
}

static void write_sections(const struct page *pg)
{
	put(pg, "<nav aria-label=\"Parts of the report\"><ul>");
	for (int i = 0; i < NSECTIONS; i++)
		if (pg->r->verified || !SECTIONS[i].proof)
			fprintf(pg->out, "<li><a href=\"#%s\">%s</a></li>", SECTIONS[i].id,
				SECTIONS[i].title);
	put(pg, "</ul></nav>\n");
	for (int i = 0; i < NSECTIONS; i++) {
		const struct section *s = &SECTIONS[i];

		if (!pg->r->verified && s->proof)
			continue;
		fprintf(pg->out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n", s->id,
			s->id, s->title);
		s->write(pg);
		put(pg, "</section>\n");
	}
}

static uint32_t *line_starts(const struct source *src, uint32_t *n)
{
	uint32_t *starts, at = 1;

	*n = 0;
	for (uint32_t i = 0; src && i < src->len; i++)
		*n += src->text[i] == '\n';
	*n += src && src->len && src->text[src->len - 1] != '\n';
	starts = calloc(*n + 2, sizeof *starts);
	if (!starts)
		abort();
	for (uint32_t i = 0; src && i < src->len; i++)
		if (src->text[i] == '\n' && at <= *n)
			starts[at++] = i + 1;
	starts[*n] = src ? src->len : 0;
	return starts;
}

/* Sorts the claims on the script by line: at[line] .. at[line + 1) in by_line. */
static void sort_claims(struct page *pg, uint32_t *at, uint32_t *by_line)
{
	const struct review *r = pg->r;

	vec_each(i, &r->claims)
		if (is_own(pg, &r->claims.v[i].place))
			at[r->claims.v[i].place.line + 2]++;
	for (uint32_t i = 2; i < pg->nlines + 3; i++)
		at[i] += at[i - 1];
	vec_each(i, &r->claims)
		if (is_own(pg, &r->claims.v[i].place))
			by_line[at[r->claims.v[i].place.line + 1]++] = i;
	pg->at = at;
	pg->by_line = by_line;
}

void review_html_write(FILE *out, const struct review *r)
{
	struct page pg = {.out = out, .r = r};
	uint32_t *starts = line_starts(r->script, &pg.nlines);
	uint32_t *at = calloc(pg.nlines + 3, sizeof *at);
	uint32_t *by_line = calloc(r->claims.n + 1, sizeof *by_line);

	if (!at || !by_line)
		abort();
	pg.starts = starts;
	sort_claims(&pg, at, by_line);
	write_head(&pg);
	write_verdict(&pg);
	write_sections(&pg);
	put(&pg, "</main>\n<footer>Made by stapvet. A proof holds for the kernel facts and options "
		 "that the script was checked with, and under the assumptions listed.</footer>\n"
		 "</body>\n</html>\n");
	free(starts);
	free(at);
	free(by_line);
}
