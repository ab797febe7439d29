/*
 * Aliases.  A point may name an alias (or several: declarations of one name
 * add up, and wildcards match many); else its first words may, and then the
 * rest is appended to each point of the alias.  An alias that leads back to
 * itself is reported; one that comes to nothing says so.
 */
#include "sema/family.h"

#include <string.h>

enum { MAX_DEPTH = 200 };

static bool inside(const struct layer *l, const struct decl *decl)
{
	for (; l; l = l->outer)
		if (l->decl == decl)
			return true;
	return false;
}

static void expand_one(struct expansion *x, const struct layer *l, const struct alias *alias,
		       const struct probe_point *p, uint32_t nwords)
{
	struct arena *a = probe_sema(x)->arena;
	uint32_t before = probe_nfound(x), blamed = probe_nblamed(x);

	if (inside(l, alias->decl)) {
		probe_failed(x, DIAG_RECURSIVE_ALIAS, p->span, "the alias %s leads back to itself",
			     words_text(a, alias->name));
		return;
	}
	if (l->depth >= MAX_DEPTH) {
		probe_failed(x, DIAG_RECURSIVE_ALIAS, p->span,
			     "aliases lead on to %s more than %d deep", words_text(a, alias->name),
			     MAX_DEPTH);
		return;
	}
	probe_points(x, l, alias->decl, nwords < p->nparts ? p : NULL, nwords);
	if (probe_nfound(x) == before && probe_nblamed(x) == blamed)
		probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, p->span,
			     "none of the points of %s exists in %s", words_text(a, p),
			     probe_kernel(x));
}

void alias_enter(struct sema *s, struct alias *alias)
{
	struct words *w = arena_make(s->arena, struct words);
	struct alias *first;
	const char *key;

	*w = words_of(s->arena, alias->name);
	alias->words = w;
	key = words_dotted(s->arena, w);
	first = map_get(&s->alias_words, key);
	if (!first) {
		s->alias_words.arena = s->arena;
		map_put(&s->alias_words, key, alias);
		return;
	}
	while (first->next)
		first = first->next;
	first->next = alias;
}

static uint32_t expand_fitting(struct expansion *x, const struct layer *l,
			       const struct alias *alias, const struct probe_point *p, uint32_t n)
{
	if (!words_fit(probe_sema(x)->arena, p, n, alias->words))
		return 0;
	expand_one(x, l, alias, p, n);
	return 1;
}

/* The first alias whose words are the first n of p, which has no wildcards there. */
static const struct alias *named(struct sema *s, const struct probe_point *p, uint32_t n)
{
	char key[512];

	if (!words_key(p, n, key, sizeof key))
		return NULL;
	return map_get(&s->alias_words, key);
}

/* Expands the aliases whose whole name fits the first n parts. */
static uint32_t expand_prefix(struct expansion *x, const struct layer *l,
			      const struct probe_point *p, uint32_t n)
{
	struct sema *s = probe_sema(x);
	uint32_t fits = 0;

	if (!words_is_pattern(p)) {
		for (const struct alias *a = named(s, p, n); a; a = a->next)
			fits += expand_fitting(x, l, a, p, n);
		return fits;
	}
	/* more may be loaded meanwhile; they are at the end */
	for (uint32_t i = 0; i < s->aliases.n; i++)
		fits += expand_fitting(x, l, s->aliases.v[i], p, n);
	return fits;
}

uint32_t alias_expand(struct expansion *x, const struct layer *l, const struct probe_point *p)
{
	uint32_t fits;

	library_load_aliases(probe_sema(x), p);
	fits = expand_prefix(x, l, p, p->nparts);
	for (uint32_t n = p->nparts; fits == 0 && --n > 0;)
		fits = expand_prefix(x, l, p, n);
	return fits;
}
