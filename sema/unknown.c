/*
 * A point that is neither of a family nor an alias: what was probably meant.
 * Candidates are the words of all families, of the aliases that are loaded and
 * of those the library could load.
 */
#include "sema/family.h"

#include <string.h>

/* The shape with those words or, with words NULL, that the first n parts fit; or NULL. */
static const struct shape *find_shape(struct arena *a, const char *words,
				      const struct probe_point *p, uint32_t n)
{
	for (uint32_t i = 0; i < FAMILY_GROUPS; i++) {
		const struct family_group *g = family_at(i);

		for (uint32_t j = 0; j < g->nshapes; j++) {
			struct words w = words_shape(a, g->shapes[j].text);

			if (words ? strcmp(words, words_dotted(a, &w)) == 0
				  : words_fit(a, p, n, &w))
				return &g->shapes[j];
		}
	}
	return NULL;
}

/* Is each word of a name near the word in its place, if there are as many? */
static bool words_near(const struct words *a, const struct words *b)
{
	for (uint32_t i = 0; a->n == b->n && i < a->n; i++) {
		struct near near = near_start(a->v[i].name);

		near_offer(&near, b->v[i].name);
		if (!near.best && strcmp(a->v[i].name, b->v[i].name) != 0)
			return false;
	}
	return true;
}

static void offer(struct near *near, struct arena *a, const struct words *wanted,
		  const struct words *w)
{
	if (words_near(wanted, w))
		near_offer(near, words_dotted(a, w));
}

static void offer_shape(struct near *near, struct arena *a, const struct words *wanted,
			const struct shape *shape)
{
	struct words w = words_shape(a, shape->text);

	offer(near, a, wanted, &w);
}

static const char *nearest(struct sema *s, const struct words *wanted, const char *dotted)
{
	struct near near = near_start(dotted);

	for (uint32_t i = 0; i < FAMILY_GROUPS; i++)
		for (uint32_t j = 0; j < family_at(i)->nshapes; j++)
			offer_shape(&near, s->arena, wanted, &family_at(i)->shapes[j]);
	for (uint32_t i = 0; i < s->aliases.n; i++) {
		struct words w = words_of(s->arena, s->aliases.v[i]->name);

		offer(&near, s->arena, wanted, &w);
	}
	library_offer(s, DEFINED_ALIAS, &near);
	return near.best;
}

/* A fix where exactly one word is to be replaced. */
static void mend_word(struct arena *a, struct cause *c, const struct probe_point *p,
		      const char *best)
{
	struct words w = words_shape(a, best);
	uint32_t wrong = p->nparts;

	if (w.n != p->nparts)
		return;
	for (uint32_t i = 0; i < w.n; i++) {
		if (strcmp(w.v[i].name, p->parts[i].name) == 0)
			continue;
		if (wrong != p->nparts)
			return;
		wrong = i;
	}
	if (wrong == p->nparts)
		return;
	c->fix_span.start = p->parts[wrong].span.start;
	c->fix_span.end.at = c->fix_span.start.at + (uint32_t)strlen(p->parts[wrong].name);
	c->fix = w.v[wrong].name;
}

/* The longest start of the point that is a family's, when only what follows is wrong. */
static const char *suffix_hint(struct arena *a, const struct probe_point *p)
{
	for (uint32_t n = p->nparts; --n > 0;) {
		const struct shape *shape = find_shape(a, NULL, p, n);

		if (shape)
			return arena_printf(a, "%s takes no .%s", shape->text, p->parts[n].name);
	}
	return NULL;
}

static void explain(struct sema *s, struct cause *c, const struct probe_point *p)
{
	struct words w = words_of(s->arena, p);
	const char *words = words_dotted(s->arena, &w), *best;
	const struct shape *shape = find_shape(s->arena, words, NULL, 0);

	if (shape) {
		c->hint = arena_printf(s->arena, "it is written %s; N is a number, S a string",
				       shape->text);
		return;
	}
	best = nearest(s, &w, words);
	if (best) {
		c->hint = arena_printf(s->arena, "did you mean %s", best);
		mend_word(s->arena, c, p, best);
	} else {
		c->hint = suffix_hint(s->arena, p);
	}
}

void unknown_point(struct expansion *x, const struct probe_point *p)
{
	struct sema *s = probe_sema(x);
	const char *instead, *absent = family_absent(p, &instead), *text = words_text(s->arena, p);
	struct cause *c;

	if (absent) {
		c = probe_failed(x, DIAG_UNSUPPORTED_PROBE, p->span,
				 "%s: probes of the %s family are not supported", text, absent);
		c->hint = instead;
		return;
	}
	if (words_is_pattern(p)) {
		probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, p->span, "no probe point matches %s",
			     text);
		return;
	}
	c = probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, p->span, "unknown probe point %s", text);
	if (!c->weak && probe_suggests(x))
		explain(s, c, p);
}

/* --- what does exist, beside what does not --- */

enum { TELL = 8 };

static struct diag *first_missing(const struct diags *ds)
{
	for (uint32_t i = 0; i < ds->list.n; i++) {
		enum diag_tag tag = ds->list.v[i]->tag;

		if (tag == DIAG_UNKNOWN_MODULE || tag == DIAG_UNKNOWN_PROBE_POINT)
			return ds->list.v[i];
	}
	return NULL;
}

static bool is_kernel_site(const struct site *site)
{
	return site->family == FAMILY_FUNCTION || site->family == FAMILY_STATEMENT ||
	       site->family == FAMILY_KPROBE || site->family == FAMILY_NETFILTER ||
	       site->family == FAMILY_TRACEPOINT;
}

void unknown_tell_found(struct sema *s)
{
	struct diag *d = first_missing(s->diags);
	uint32_t told = 0;

	/* a word that is misspelt needs no list of what is right */
	if (d && d->fix)
		return;
	for (uint32_t i = 0; d && i < s->program->probes.n; i++) {
		const struct sites *sites = &s->program->probes.v[i]->sites;

		for (uint32_t k = 0; k < sites->n && told <= TELL; k++) {
			if (!is_kernel_site(sites->v[k]) || sites->v[k]->exists != ANSWER_YES)
				continue;
			if (told++ == TELL)
				diag_note(s->diags, d, (struct span){0},
					  "and more probe points exist");
			else
				diag_note(s->diags, d, sites->v[k]->span,
					  "this one exists: %s (%s)", sites->v[k]->text,
					  sites->v[k]->evidence);
		}
	}
}
