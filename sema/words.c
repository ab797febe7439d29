/*
 * Probe points as lists of words: matching with wildcards, renaming, joining
 * and printing.  "*" and "?" match within one word; a word that holds "**" may
 * stand for several, of which only the last may have an argument.  Arguments match by kind
 * only.  Points longer than MAX_WORDS match nothing.
 */
#include "sema/family.h"

#include <string.h>

enum { MAX_WORDS = 64 };

static char arg_kind(const struct expr *arg)
{
	if (!arg)
		return 0;
	return arg->kind == EXPR_STRING ? 'S' : 'N';
}

struct words words_shape(struct arena *a, const char *shape)
{
	struct words w = {0};

	while (*shape) {
		size_t len = strcspn(shape, ".");
		size_t name = strcspn(shape, ".(");
		struct word word = {arena_strndup(a, shape, name),
				    name < len ? shape[name + 1] : 0};

		vec_push(a, &w, word);
		shape += len + (shape[len] == '.');
	}
	return w;
}

struct words words_of(struct arena *a, const struct probe_point *p)
{
	struct words w = {0};

	for (uint32_t i = 0; i < p->nparts; i++) {
		struct word word = {p->parts[i].name, arg_kind(p->parts[i].arg)};

		vec_push(a, &w, word);
	}
	return w;
}

bool words_is_pattern(const struct probe_point *p)
{
	for (uint32_t i = 0; i < p->nparts; i++)
		if (text_is_glob(p->parts[i].name))
			return true;
	return false;
}

static bool word_fits(const struct pp_part *part, const struct word *w)
{
	if (arg_kind(part->arg) != w->arg)
		return false;
	return strcmp(part->name, w->name) == 0 || text_glob(part->name, w->name);
}

/* Does "a**" match the words from..to joined by dots?  Its argument is that of the last. */
static bool span_fits(struct arena *a, const struct pp_part *part, const struct words *w,
		      uint32_t from, uint32_t to)
{
	struct words sub = {w->v + from, to - from, to - from};

	for (uint32_t i = from; i < to - 1; i++)
		if (w->v[i].arg)
			return false;
	return arg_kind(part->arg) == w->v[to - 1].arg &&
	       text_glob(part->name, words_dotted(a, &sub));
}

bool words_fit(struct arena *a, const struct probe_point *p, uint32_t n, const struct words *w)
{
	/* reach[j]: the parts so far can take exactly the first j words */
	bool reach[MAX_WORDS + 1] = {true};

	if (n > MAX_WORDS || w->n > MAX_WORDS)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		const struct pp_part *part = &p->parts[i];
		bool deep = strstr(part->name, "**") != NULL;
		bool next[MAX_WORDS + 1] = {false};

		for (uint32_t j = 0; j < w->n; j++) {
			if (!reach[j])
				continue;
			if (word_fits(part, &w->v[j]))
				next[j + 1] = true;
			for (uint32_t k = j + 2; deep && k <= w->n; k++)
				next[k] = next[k] || span_fits(a, part, w, j, k);
		}
		memcpy(reach, next, sizeof reach);
	}
	return reach[w->n];
}

/* Arguments keep their order: words that take one correspond to the parts that have one. */
struct probe_point *words_renamed(struct arena *a, const struct probe_point *p,
				  const struct words *w)
{
	struct probe_point *q = arena_make(a, struct probe_point);
	uint32_t from = 0;

	*q = *p;
	q->nparts = w->n;
	q->parts = arena_alloc(a, w->n * sizeof *q->parts);
	for (uint32_t i = 0; i < w->n; i++) {
		q->parts[i].span = p->span;
		if (w->n == p->nparts)
			q->parts[i] = p->parts[i];
		while (w->v[i].arg && from < p->nparts && !p->parts[from].arg)
			from++;
		if (w->v[i].arg && from < p->nparts)
			q->parts[i] = p->parts[from++];
		q->parts[i].name = w->v[i].name;
	}
	return q;
}

struct probe_point *words_extended(struct arena *a, const struct probe_point *p,
				   const struct probe_point *from, uint32_t n)
{
	struct probe_point *q = arena_make(a, struct probe_point);
	uint32_t more = from->nparts - n;

	*q = *p;
	q->nparts = p->nparts + more;
	q->parts = arena_alloc(a, q->nparts * sizeof *q->parts);
	memcpy(q->parts, p->parts, p->nparts * sizeof *q->parts);
	memcpy(q->parts + p->nparts, from->parts + n, more * sizeof *q->parts);
	return q;
}

const char *words_text(struct arena *a, const struct probe_point *p)
{
	struct probe_point plain = *p;
	struct text_out out = {.arena = a};
	char most[256]; /* enough for nearly all */

	out.text.v = most;
	out.text.cap = sizeof most;
	plain.cond = NULL;
	print_point(&out, &plain);
	return arena_strndup(a, out.text.v, out.text.n);
}

const char *words_dotted(struct arena *a, const struct words *w)
{
	VEC(char) text = {0};

	for (uint32_t i = 0; i < w->n; i++) {
		if (i)
			vec_push(a, &text, '.');
		for (const char *c = w->v[i].name; *c; c++)
			vec_push(a, &text, *c);
	}
	vec_push(a, &text, '\0');
	return text.v;
}

bool words_key(const struct probe_point *p, uint32_t n, char *key, size_t room)
{
	size_t at = 0;

	for (uint32_t i = 0; i < n; i++) {
		size_t len = strlen(p->parts[i].name);

		if (at + len + 1 >= room)
			return false;
		memcpy(key + at, p->parts[i].name, len);
		at += len;
		key[at++] = '.';
	}
	key[at ? at - 1 : 0] = '\0';
	return true;
}

static struct expr *literal(struct arena *a, const struct pp_part *part, const char *text)
{
	struct expr *e = arena_make(a, struct expr);

	*e = part->arg ? *part->arg
		       : (struct expr){.span = part->span, .at = part->span.start, .depth = 1};
	e->kind = EXPR_STRING;
	e->string = text_escape(a, text, strlen(text));
	return e;
}

struct probe_point *words_with(struct arena *a, const struct probe_point *p,
			       const char *const *texts)
{
	struct probe_point *q = arena_make(a, struct probe_point);

	*q = *p;
	q->parts = arena_alloc(a, q->nparts * sizeof *q->parts);
	for (uint32_t i = 0; i < q->nparts; i++) {
		q->parts[i] = p->parts[i];
		if (texts[i])
			q->parts[i].arg = literal(a, &p->parts[i], texts[i]);
	}
	return q;
}

const struct pp_part *words_part(const struct probe_point *p, const char *name)
{
	for (uint32_t i = 0; i < p->nparts; i++)
		if (strcmp(p->parts[i].name, name) == 0)
			return &p->parts[i];
	return NULL;
}
