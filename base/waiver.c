/*
 * Reading waivers out of comments, and finding the one for a place.  What a tag
 * means is not known here: lint/ tells unknown ones from those that waive
 * nothing.  Their number is bounded, so that each can be looked at for each
 * finding.
 */
#include "base/waiver.h"
#include "base/near.h"

#include <string.h>

static const char BLANKS[] = " \t\r\n\f\v";

enum directive { DISABLE, ENABLE, DISABLE_FILE, NO_DIRECTIVE };

static const char *const DIRECTIVES[] = {"disable", "enable", "disable-file"};

/* A comment that is being read. */
struct reading {
	struct waivers *ws;
	struct diags *ds;
	const struct source *src;
	uint32_t start, end; /* of the comment */
	const char *at, *stop;
	enum directive directive;
	uint32_t first; /* of list: what this comment adds */
};

struct waivers *waivers_new(struct arena *a)
{
	struct waivers *ws = arena_make(a, struct waivers);

	ws->arena = a;
	return ws;
}

static struct loc place(const struct reading *r, const char *at)
{
	return (struct loc){r->src->base + (uint32_t)(at - r->src->text)};
}

static uint32_t line_of(const struct reading *r, uint32_t at)
{
	return sources_pos(r->ds->sources, (struct loc){r->src->base + at}).line;
}

static bool is_blank(char c)
{
	return c && strchr(BLANKS, c);
}

/* Blanks, and the stars that lead lines of a comment. */
static void skip_blanks(struct reading *r)
{
	bool leading = r->at == r->src->text + r->start + 2;

	for (; r->at < r->stop && (is_blank(*r->at) || (leading && *r->at == '*')); r->at++)
		leading = *r->at == '\n' || (leading && *r->at != '*');
}

static bool take(struct reading *r, const char *text)
{
	size_t n = strlen(text);

	if ((size_t)(r->stop - r->at) < n || memcmp(r->at, text, n) != 0)
		return false;
	r->at += n;
	return true;
}

/* The length of a word of letters, digits and single dashes. */
static size_t word_length(const struct reading *r)
{
	static const char WORD[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	size_t n = 0, left = (size_t)(r->stop - r->at);

	while (n < left && r->at[n] && strchr(WORD, r->at[n]) &&
	       !(n + 1 < left && r->at[n] == '-' && r->at[n + 1] == '-'))
		n++;
	return n;
}

/* --- where it holds --- */

static bool follows_code(const struct reading *r)
{
	const char *s = r->src->text + r->start;

	while (s > r->src->text && is_blank(s[-1]) && s[-1] != '\n')
		s--;
	return s > r->src->text && s[-1] != '\n';
}

static bool stands_alone(const struct reading *r)
{
	const char *s = r->src->text + r->end, *end = r->src->text + r->src->len;

	while (s < end && is_blank(*s) && *s != '\n')
		s++;
	return !follows_code(r) && (s == end || *s == '\n');
}

static uint32_t find_code(const struct reading *r)
{
	const char *s = r->src->text + r->end, *end = r->src->text + r->src->len;

	while (s && s < end) {
		if (is_blank(*s)) {
			s++;
		} else if (*s == '#' || (end - s > 1 && s[0] == '/' && s[1] == '/')) {
			s = memchr(s, '\n', (size_t)(end - s));
		} else if (end - s > 1 && s[0] == '/' && s[1] == '*') {
			s = memmem(s + 2, (size_t)(end - s - 2), "*/", 2);
			s = s ? s + 2 : NULL;
		} else {
			return (uint32_t)(s - r->src->text);
		}
	}
	return r->src->len;
}

/* The offset of the code that follows, behind further comments; the text's end: there is none. */
static uint32_t next_code(const struct reading *r)
{
	struct waivers *ws = r->ws;

	if (ws->source != r->src || r->end < ws->from || r->end > ws->code) {
		ws->source = r->src;
		ws->from = r->end;
		ws->code = find_code(r);
	}
	return ws->code;
}

/* --- reading --- */

static void malformed(struct reading *r, const char *at, const char *what, const char *hint)
{
	struct diag *d = diag_report(r->ds, DIAG_BAD_WAIVER,
				     (struct span){place(r, at), place(r, r->stop)}, "%s", what);

	diag_note(r->ds, d, (struct span){{0}, {0}},
		  "it is written: stapvet: disable=TAG[,TAG] -- reason");
	if (hint)
		diag_note(r->ds, d, (struct span){{0}, {0}}, "did you mean '%s'?", hint);
}

static bool read_directive(struct reading *r)
{
	const char *start = r->at;
	size_t n = word_length(r);
	char *word = arena_strndup(r->ws->arena, start, n);
	struct near near = near_start(word);

	for (r->directive = DISABLE; r->directive < NO_DIRECTIVE; r->directive++) {
		near_offer(&near, DIRECTIVES[r->directive]);
		if (strcmp(word, DIRECTIVES[r->directive]) == 0)
			break;
	}
	r->at += n;
	skip_blanks(r);
	if (r->directive == NO_DIRECTIVE) {
		malformed(r, start,
			  "a comment for stapvet says neither disable= nor enable=", near.best);
		return false;
	}
	if (take(r, "="))
		return true;
	malformed(r, start, "a waiver names what it is about behind '='", NULL);
	return false;
}

static void add(struct reading *r, const char *tag, struct span span)
{
	struct waiver w = {.tag = tag, .span = span, .source = r->src};
	bool alone = r->directive == DISABLE && stands_alone(r);

	if (r->directive == DISABLE_FILE) {
		w.scope = WAIVER_FILE;
		w.last = UINT32_MAX;
	} else {
		w.first = w.last = line_of(r, alone             ? next_code(r)
					      : follows_code(r) ? r->start
								: r->end);
	}
	vec_push(r->ws->arena, &r->ws->list, w);
	vec_push(r->ws->arena, &r->ws->alone, alone);
}

/* The nearest waiver above that the enable= ends becomes a block. */
static void close_block(struct reading *r, const char *tag, struct span span)
{
	for (uint32_t i = r->ws->list.n; i-- > 0;) {
		struct waiver *w = &r->ws->list.v[i];

		if (!r->ws->alone.v[i] || w->source != r->src || strcmp(w->tag, tag) != 0)
			continue;
		r->ws->alone.v[i] = false;
		w->scope = WAIVER_BLOCK;
		w->first = sources_pos(r->ds->sources, w->span.start).line;
		w->last = line_of(r, r->start);
		return;
	}
	diag_report(r->ds, DIAG_BAD_WAIVER, span, "enable=%s ends no block that disable=%s began",
		    tag, tag);
}

static bool read_tag(struct reading *r)
{
	size_t n;
	struct span span;
	const char *tag;

	skip_blanks(r);
	n = word_length(r);
	if (!n) {
		malformed(r, r->at < r->stop ? r->at : r->src->text + r->start,
			  "a waiver names what it is about behind '='", NULL);
		return false;
	}
	span = (struct span){place(r, r->at), place(r, r->at + n)};
	tag = arena_strndup(r->ws->arena, r->at, n);
	if (r->ws->taken++ < WAIVER_MAX && r->directive == ENABLE)
		close_block(r, tag, span);
	else if (r->ws->taken <= WAIVER_MAX)
		add(r, tag, span);
	else if (r->ws->taken == WAIVER_MAX + 1)
		diag_report(r->ds, DIAG_BAD_WAIVER, span,
			    "more than %d waivers: those from here on are not in force",
			    WAIVER_MAX);
	r->at += n;
	skip_blanks(r);
	return true;
}

/* On one line, without the stars that lead lines of a comment, and what a terminal would obey. */
static const char *tidy(struct arena *a, const char *s, size_t n)
{
	enum { LONGEST = 500 };
	char *out = arena_alloc(a, LONGEST + 2);
	size_t len = 0;
	bool gap = false, leading = false; /* nothing but blanks so far on a further line */

	for (size_t i = 0; i < n && len < LONGEST; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c <= ' ' || c == 0x7f || (leading && c == '*')) {
			leading = c == '\n' || (leading && c != '*');
			gap = true;
			continue;
		}
		leading = false;
		if (gap && len)
			out[len++] = ' ';
		gap = false;
		out[len++] = (char)c;
	}
	out[len] = '\0';
	return len ? out : NULL;
}

static void read_reason(struct reading *r)
{
	const char *reason = NULL;

	if (take(r, "--"))
		reason = tidy(r->ws->arena, r->at, (size_t)(r->stop - r->at));
	else if (r->at < r->stop)
		malformed(r, r->at, "behind the tags of a waiver stands '-- reason'", NULL);
	for (uint32_t i = r->first; i < r->ws->list.n; i++)
		r->ws->list.v[i].reason = reason;
}

void waiver_take(struct waivers *ws, struct diags *ds, const struct source *src, uint32_t start,
		 uint32_t end)
{
	struct reading r = {.ws = ws,
			    .ds = ds,
			    .src = src,
			    .start = start,
			    .end = end,
			    .at = src->text + start,
			    .stop = src->text + end,
			    .first = ws->list.n};

	if (take(&r, "/*"))
		r.stop -= end - start >= 4 ? 2 : 0;
	else if (!take(&r, "//"))
		take(&r, "#");
	skip_blanks(&r);
	if (!take(&r, "stapvet:"))
		return;
	skip_blanks(&r);
	if (!read_directive(&r))
		return;
	do {
		if (!read_tag(&r))
			return;
	} while (take(&r, ","));
	read_reason(&r);
}

/* --- finding --- */

static struct waiver *covering(const struct waivers *ws, const struct source *src, uint32_t line,
			       const char *tag)
{
	vec_each(i, &ws->list) {
		struct waiver *w = &ws->list.v[i];
		bool here = src->kind == SOURCE_TAPSET
				    ? w->scope == WAIVER_FILE
				    : w->source == src && line >= w->first && line <= w->last;

		if (here && w->reason && strcmp(w->tag, tag) == 0)
			return w;
	}
	return NULL;
}

struct waiver *waiver_at(const struct waivers *ws, const struct sources *ss, struct loc loc,
			 const char *tag)
{
	struct waiver *found = NULL;
	bool more = ws && ws->list.n;

	while (more && !found) {
		struct pos p = sources_pos(ss, loc);

		if (p.source)
			found = covering(ws, p.source, p.line, tag);
		more = sources_origin(ss, loc, &loc);
	}
	return found;
}

const char *waiver_where(struct arena *a, const struct waiver *w)
{
	if (w->scope == WAIVER_FILE)
		return "the file";
	if (w->first == w->last)
		return arena_printf(a, "line %u", w->first);
	return arena_printf(a, "lines %u to %u", w->first, w->last);
}
