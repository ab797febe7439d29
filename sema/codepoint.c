/*
 * Points of machine code: pattern texts into questions, places into sites.
 * See codepoint.h.  A "+" or ":" behind "@" begins a line only when what
 * follows has the form of one, so that "c++/x.cc" stays a file.
 */
#include "sema/codepoint.h"

#include "target/code_scope.h"

#include <string.h>

enum { MAX_RANGES = 1000, MAX_DEPTH = 64 };

static bool malformed(struct expansion *x, const struct codepoint *c, const char *text,
		      const char *why)
{
	probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, c->part->arg->span,
		     "malformed specification \"%s\": %s", text, why);
	return false;
}

/* A number of at most nine digits; moves *s behind it. */
static bool line_number(const char **s, uint32_t *out)
{
	size_t n = strspn(*s, "0123456789");

	*out = 0;
	if (!n || n > 9)
		return false;
	for (; n; n--, (*s)++)
		*out = *out * 10 + (uint32_t)(**s - '0');
	return true;
}

/* "5", "5-7", "5-7,9" */
static bool line_ranges(struct arena *a, const char *s, struct code_query *q)
{
	VEC(struct code_range) ranges = {0};

	for (;; s++) {
		struct code_range r;

		if (!line_number(&s, &r.first) || ranges.n == MAX_RANGES)
			return false;
		r.last = r.first;
		if (*s == '-' && (s++, !line_number(&s, &r.last) || r.last < r.first))
			return false;
		vec_push(a, &ranges, r);
		if (*s != ',')
			break;
	}
	q->ranges = ranges.v;
	q->nranges = ranges.n;
	return *s == '\0';
}

/* Takes the line off the text behind "@"; false when it is malformed. */
static bool take_lines(struct arena *a, char *file, struct code_query *q)
{
	char *mark = strrchr(file, ':'), *plus = strrchr(file, '+');

	if (mark) {
		q->lines = CODE_ABSOLUTE;
	} else if (plus && plus[1] && plus[1 + strspn(plus + 1, "0123456789")] == '\0') {
		mark = plus;
		q->lines = CODE_RELATIVE;
	} else {
		return true;
	}
	*mark = '\0';
	if (q->lines == CODE_ABSOLUTE && strcmp(mark + 1, "*") == 0) {
		q->lines = CODE_ALL_LINES;
		return true;
	}
	return line_ranges(a, mark + 1, q);
}

/* How much of the name is scopes, with the "::" behind them; those inside <..> are none. */
static size_t scopes_length(const char *name)
{
	size_t length = 0;
	int depth = 0;

	for (size_t i = 0; name[i]; i++) {
		depth += (name[i] == '<') - (name[i] == '>' && depth > 0);
		if (depth == 0 && name[i] == ':' && name[i + 1] == ':')
			length = ++i + 1;
	}
	return length;
}

static bool read_text(struct expansion *x, const struct codepoint *c, struct code_query *q)
{
	struct arena *a = probe_sema(x)->arena;
	const char *text = text_unescape(a, c->part->arg->string, NULL);
	const char *at = strchr(text, '@');
	char *file = at ? arena_strndup(a, at + 1, strlen(at + 1)) : NULL;

	q->function = arena_strndup(a, text, at ? (size_t)(at - text) : strlen(text));
	q->function += scopes_length(q->function);
	if (!*q->function)
		return malformed(x, c, text, "the function has no name");
	if (!file)
		return true;
	if (!take_lines(a, file, q))
		return malformed(x, c, text,
				 "a line is written :N, :N-M, :N,M, :* or +N behind the file");
	if (!*file)
		return malformed(x, c, text, "\"@\" is followed by the name of a file");
	q->file = file;
	return true;
}

static void read_suffixes(struct arena *a, const struct codepoint *c, struct code_query *q)
{
	const struct probe_point *p = c->point;
	const struct pp_part *label = words_part(p, "label"), *callee = words_part(p, "callee"),
			     *callees = words_part(p, "callees");

	if (words_part(p, "inline"))
		q->inlines = CODE_INLINES_ONLY;
	if (words_part(p, "call") || words_part(p, "return") || words_part(p, "exported"))
		q->inlines = CODE_CALLS_ONLY;
	q->exported_only = words_part(p, "exported") != NULL;
	q->nearest = words_part(p, "nearest") != NULL;
	if (label) {
		q->what = CODE_LABELS;
		q->label = text_unescape(a, label->arg->string, NULL);
	}
	if (callee || callees) {
		q->what = CODE_CALLEES;
		q->callee = callee ? text_unescape(a, callee->arg->string, NULL) : "*";
		q->depth = 1;
	}
	if (callees && callees->arg && callees->arg->number > 1)
		q->depth = callees->arg->number < MAX_DEPTH ? (uint32_t)callees->arg->number
							    : MAX_DEPTH;
}

bool codepoint_query(struct expansion *x, const struct codepoint *c, struct code_query *q)
{
	bool statement = strcmp(c->part->name, "statement") == 0;

	*q = (struct code_query){.what = statement ? CODE_STATEMENTS : CODE_FUNCTIONS};
	if (c->part->arg->kind == EXPR_STRING) {
		if (!read_text(x, c, q))
			return false;
		if (!statement)
			q->lines = CODE_NO_LINE;
	} else {
		q->by_address = true;
		q->address = (uint64_t)c->part->arg->number;
	}
	read_suffixes(probe_sema(x)->arena, c, q);
	return true;
}

/* --- sites --- */

static const char *place_text(struct arena *a, const char *function, const struct code_place *p)
{
	if (!p->file || !p->line)
		return function;
	return arena_printf(a, "%s@%s:%u", function, p->file, p->line);
}

/* What stands in the found point for the text of one of its parts; NULL: as it was. */
static const char *found_text(struct arena *a, const struct codepoint *c,
			      const struct pp_part *part, const struct code_place *place)
{
	bool inner = place->caller != NULL;

	if (part == c->part && part->arg->kind == EXPR_STRING) {
		if (inner && place->caller_file && place->caller_line)
			return arena_printf(a, "%s@%s:%u", place->caller, place->caller_file,
					    place->caller_line);
		return inner ? place->caller : place_text(a, place->function, place);
	}
	if (strcmp(part->name, "label") == 0)
		return place->label;
	if (strcmp(part->name, "callee") == 0 || strcmp(part->name, "callees") == 0)
		return inner ? place_text(a, place->function, place) : NULL;
	if (strcmp(part->name, "module") == 0)
		return c->module;
	if (strcmp(part->name, "library") == 0)
		return text_is_glob(part->arg->string) ? c->library : NULL;
	if (strcmp(part->name, "process") == 0)
		return c->program;
	return NULL;
}

/* The point with what was found in place of what was asked for. */
static const struct probe_point *found_point(struct arena *a, const struct codepoint *c,
					     const struct code_place *place)
{
	const struct probe_point *p = c->point;
	const char **texts = arena_alloc(a, p->nparts * sizeof *texts);
	struct probe_point *q;

	for (uint32_t i = 0; i < p->nparts; i++)
		texts[i] = found_text(a, c, &p->parts[i], place);
	q = words_with(a, p, texts);
	for (uint32_t i = 0; i < q->nparts; i++)
		if (texts[i] && strcmp(q->parts[i].name, "callees") == 0)
			q->parts[i].name = "callee";
	return q;
}

struct site *codepoint_site(struct expansion *x, const struct codepoint *c,
			    const struct code_place *place)
{
	struct arena *a = probe_sema(x)->arena;
	struct site *site = probe_site(x, c->family, found_point(a, c, place));
	struct code_place *copy = arena_make(a, struct code_place);

	*copy = *place;
	site->place = copy;
	site->exists = ANSWER_YES;
	site->function = place->function;
	site->module = c->module;
	site->program = c->library ? c->library : c->program;
	site->file = c->file;
	site->is_return = words_part(c->point, "return") != NULL;
	return site;
}

/* The scopes that the point asks for, innermost first: "b", "a" of "a::b::f". */
static void asked_scopes(struct arena *a, const struct codepoint *c, struct code_scopes *out)
{
	const char *text;
	size_t n;

	if (c->part->arg->kind != EXPR_STRING || !strstr(c->part->arg->string, "::"))
		return;
	text = text_unescape(a, c->part->arg->string, NULL);
	text = arena_strndup(a, text, strcspn(text, "@"));
	n = scopes_length(text);
	while (n > 2) {
		const char *one = arena_strndup(a, text, n - 2);
		size_t start = scopes_length(one);

		vec_push(a, out, one + start);
		n = start;
	}
}

/* Leaves only the places within those scopes, their functions named as they were asked for. */
static void within_scopes(struct arena *a, const struct code_scopes *asked,
			  struct code_places *places)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; asked->n && i < places->n; i++) {
		struct code_place *p = &places->v[i];
		struct code_scopes has = {0};
		uint32_t k = 0;

		code_scope_names(p, a, &has);
		while (k < asked->n && k < has.n && text_glob(asked->v[k], has.v[k]))
			k++;
		if (k < asked->n)
			continue;
		for (k = 0; k < asked->n; k++)
			p->function = arena_printf(a, "%s::%s", has.v[k], p->function);
		places->v[kept++] = *p;
	}
	if (asked->n)
		places->n = kept;
}

bool codepoint_too_many(struct expansion *x, const struct codepoint *c, uint32_t n, bool cut)
{
	if (!cut && n + probe_nfound(x) <= CODE_MAX_PLACES)
		return false;
	probe_failed(x, DIAG_TOO_MANY_PLACES, c->part->arg->span,
		     "with %s of %s this probe would have more than %d places",
		     words_text(probe_sema(x)->arena, c->point), c->where, CODE_MAX_PLACES)
		->hint = "name a source file behind \"@\", or more of the function's name";
	return true;
}

enum answer codepoint_find(struct expansion *x, const struct codepoint *c,
			   const struct code_query *q, const char **why)
{
	struct arena *a = probe_sema(x)->arena;
	struct code_places places = {0};
	struct code_scopes scopes = {0};
	enum answer answer;

	*why = NULL;
	answer = code_find(c->code, q, a, &places, why);
	if (codepoint_too_many(x, c, places.n, places.cut))
		return ANSWER_YES;
	asked_scopes(a, c, &scopes);
	within_scopes(a, &scopes, &places);
	for (uint32_t i = 0; answer == ANSWER_YES && i < places.n; i++) {
		struct site *site = codepoint_site(x, c, &places.v[i]);

		site->evidence = arena_printf(
			a, "%s %s in %s",
			q->what == CODE_STATEMENTS ? "a statement of" : "function",
			places.v[i].function ? places.v[i].function : "?", code_describe(c->code));
		probe_found(x, site);
	}
	if (answer == ANSWER_UNKNOWN && !*why)
		*why = code_remedy(c->code) ? code_remedy(c->code) : "no facts could tell";
	return answer == ANSWER_YES && places.n == 0 ? ANSWER_NO : answer;
}

void codepoint_unknown(struct expansion *x, const struct codepoint *c, const char *why)
{
	struct site *site = probe_site(x, c->family, c->point);

	site->exists = ANSWER_UNKNOWN;
	site->evidence = why;
	site->module = c->module;
	site->program = c->library ? c->library : c->program;
	site->is_return = words_part(c->point, "return") != NULL;
	probe_sema(x)->program->existence_unknown = true;
	probe_found(x, site);
}

/* --- what was meant --- */

/* The first place of a wider question; false when there is none either. */
static bool wider(struct expansion *x, const struct codepoint *c, const struct code_query *q,
		  bool with_file, struct code_place *out)
{
	struct code_query wide = {.what = CODE_FUNCTIONS,
				  .function = q->function,
				  .file = with_file ? q->file : NULL};
	struct code_places places = {0};

	if (code_find(c->code, &wide, probe_sema(x)->arena, &places, NULL) != ANSWER_YES ||
	    places.n == 0)
		return false;
	*out = places.v[0];
	return true;
}

static void missing_inside(struct expansion *x, const struct codepoint *c,
			   const struct code_query *q, const struct code_place *in)
{
	struct arena *a = probe_sema(x)->arena;
	struct span span = c->part->arg->span;
	const char *near;
	struct cause *cause;
	uint32_t line;

	if (q->what == CODE_STATEMENTS && q->nranges) {
		line = q->ranges[0].first + (q->lines == CODE_RELATIVE ? in->line : 0);
		cause = probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, span,
				     "line %u of %s has no code in function %s", line,
				     in->file ? in->file : "its file", in->function);
		near = code_near_lines(c->code, in, line, a);
		if (near)
			cause->hint = arena_printf(a, "there is code at %s", near);
	} else if (q->what == CODE_LABELS) {
		probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, span, "function %s has no label \"%s\"",
			     in->function, q->label);
	} else if (q->what == CODE_CALLEES) {
		probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, span,
			     "function %s calls no function \"%s\"", in->function, q->callee);
	} else {
		cause = probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, span, "%s has no such place: %s",
				     in->function, words_text(a, c->point));
		if (q->inlines == CODE_INLINES_ONLY)
			cause->hint = "it is called, not inlined; leave out .inline";
		else if (q->exported_only)
			cause->hint = "it is not exported; leave out .exported";
		else if (q->inlines == CODE_CALLS_ONLY)
			cause->hint = "every copy of it is inlined, and only calls return";
	}
}

static void missing_name(struct expansion *x, const struct codepoint *c, const struct code_query *q)
{
	struct arena *a = probe_sema(x)->arena;
	const struct expr *arg = c->part->arg;
	const char *near, *at = strchr(arg->string, '@');
	size_t n = at ? (size_t)(at - arg->string) : strlen(arg->string);
	const char *name = arena_strndup(a, arg->string, n);
	struct cause *cause;

	if (text_is_glob(name)) {
		probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, arg->span,
			     "no function matches \"%s\" in %s", name, c->where);
		return;
	}
	cause = probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, arg->span, "no function \"%s\" in %s",
			     name, c->where);
	if (code_near_indirect(c->code, name)) {
		cause->hint = "the name is of code that chooses a function when the program is "
			      "loaded: probe the one chosen, or .plt of its callers";
		return;
	}
	near = probe_suggests(x) ? code_near_function(c->code, q->function) : NULL;
	if (!near)
		return;
	cause->hint = arena_printf(a, "did you mean %s", near);
	probe_mend(cause, arg,
		   arena_printf(a, "%.*s%s%s", (int)scopes_length(name), name, near, at ? at : ""));
}

/* A function of that name, in other scopes than were asked for. */
static void missing_scope(struct expansion *x, const struct codepoint *c,
			  const struct code_place *in)
{
	struct arena *a = probe_sema(x)->arena;
	struct code_scopes has = {0};
	const char *full = in->function;
	struct cause *cause = probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, c->part->arg->span,
					   "no function \"%s\" in %s",
					   text_unescape(a, c->part->arg->string, NULL), c->where);

	code_scope_names(in, a, &has);
	for (uint32_t i = 0; i < has.n; i++)
		full = arena_printf(a, "%s::%s", has.v[i], full);
	cause->hint = arena_printf(a, "there is %s", full);
}

void codepoint_missing(struct expansion *x, const struct codepoint *c, const struct code_query *q)
{
	struct arena *a = probe_sema(x)->arena;
	const struct expr *arg = c->part->arg;
	struct code_scopes asked = {0};
	struct code_place in;
	struct cause *cause;
	const char *near;

	asked_scopes(a, c, &asked);
	if (asked.n && !text_is_glob(q->function) && wider(x, c, q, true, &in)) {
		missing_scope(x, c, &in);
	} else if (q->by_address) {
		probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, arg->span,
			     q->what == CODE_STATEMENTS ? "no statement of %s begins at 0x%llx"
							: "no function of %s lies around 0x%llx",
			     c->where, (unsigned long long)q->address);
	} else if (!asked.n && wider(x, c, q, true, &in)) {
		missing_inside(x, c, q, &in);
	} else if (q->file && wider(x, c, q, false, &in)) {
		cause = probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, arg->span,
				     "no function \"%s\" is from a file \"%s\" in %s", q->function,
				     q->file, c->where);
		near = text_is_glob(q->function) ? code_near_file(c->code, q->file) : in.file;
		if (near)
			cause->hint = text_is_glob(q->function)
					      ? arena_printf(a, "did you mean %s", near)
					      : arena_printf(a, "%s is from %s", in.function, near);
	} else {
		missing_name(x, c, q);
	}
}
