/*
 * Statically defined marks of programs, and the entries of their procedure
 * linkage tables.  A mark offers its arguments, of which only the size is
 * known, and where there is debug information also the variables that are
 * visible where it stands.
 */
#include "sema/codepoint.h"
#include "sema/userland.h"
#include "target/plt.h"
#include "target/sdt.h"

#include <stdlib.h>
#include <string.h>

enum variant { MARK, PLT };

/* clang-format off */
#define SUFFIXES(base)                                                                             \
	{base ".mark(S)", MARK}, {base ".provider(S).mark(S)", MARK}, {base ".plt", PLT},          \
	{base ".plt(S)", PLT}, {base ".plt.return", PLT}, {base ".plt(S).return", PLT}

static const struct shape shapes[] = {
	SUFFIXES("process"),
	SUFFIXES("process(S)"),
	SUFFIXES("process(N)"),
	SUFFIXES("process.library(S)"),
	SUFFIXES("process(S).library(S)"),
};
/* clang-format on */

/* What is looked for in one file after the other. */
struct wanted {
	const struct probe_point *p;
	const struct pp_part *part, *provider;
	const char *name, *by; /* globs; by: of the provider, NULL: any */
	uint32_t found;
	struct near near;
	const char *others; /* the names there are; NULL: none */
	uint32_t nothers;
};

static bool fits(const char *glob, const char *text)
{
	return !glob || text_glob(glob, text) || strcmp(glob, text) == 0;
}

static void passed_over(struct arena *a, struct wanted *w, const char *name)
{
	enum { TELL = 10 };

	near_offer(&w->near, name);
	if (w->nothers++ >= TELL)
		return;
	w->others = w->others ? arena_printf(a, "%s, %s", w->others, name) : name;
}

static struct site *new_site(struct expansion *x, enum family f, struct probe_point *p,
			     const struct userland *u, const char *name)
{
	struct site *site = probe_site(x, f, p);

	site->exists = ANSWER_YES;
	site->function = name;
	site->program = site->file = u->file;
	site->is_return = words_part(p, "return") != NULL;
	return site;
}

/* --- marks --- */

static void mark_found(struct expansion *x, const struct wanted *w, const struct userland *u,
		       const struct sdt_mark *m)
{
	struct arena *a = probe_sema(x)->arena;
	struct probe_point *q = userland_point(a, w->p, u, w->part, m->name);
	struct sdt_mark *copy = arena_make(a, struct sdt_mark);
	struct site *site;

	if (w->provider)
		for (uint32_t i = 0; i < q->nparts; i++)
			if (&w->p->parts[i] == w->provider)
				q = userland_point(a, q, u, &q->parts[i], m->provider);
	*copy = *m;
	site = new_site(x, FAMILY_MARK, q, u, m->name);
	site->mark = copy;
	site->evidence =
		arena_printf(a, "mark %s of provider %s in %s", m->name, m->provider, u->file);
	probe_found(x, site);
}

static enum answer look_for_marks(struct expansion *x, struct wanted *w, const struct userland *u,
				  const char **why)
{
	struct arena *a = probe_sema(x)->arena;
	struct sdt_marks marks = {0};
	uint32_t damaged, before = w->found;
	enum answer got = sdt_read(u->file, a, &marks, &damaged, why);

	for (uint32_t i = 0; i < marks.n; i++) {
		const struct sdt_mark *m = &marks.v[i];

		if (fits(w->name, m->name) && fits(w->by, m->provider)) {
			mark_found(x, w, u, m);
			w->found++;
		} else {
			passed_over(a, w,
				    fits(w->name, m->name)
					    ? arena_printf(a, "%s of %s", m->name, m->provider)
					    : m->name);
		}
	}
	if (got == ANSWER_UNKNOWN || w->found > before || !damaged)
		return got == ANSWER_YES && w->found == before ? ANSWER_NO : got;
	*why = arena_printf(a, "%u of its notes about marks are damaged", damaged);
	return ANSWER_UNKNOWN;
}

/* --- the procedure linkage table --- */

static enum answer look_for_plt(struct expansion *x, struct wanted *w, const struct userland *u,
				const char **why)
{
	struct arena *a = probe_sema(x)->arena;
	struct plt_entries entries = {0};
	uint32_t before = w->found;
	enum answer got = plt_read(u->file, a, &entries, why);

	for (uint32_t i = 0; i < entries.n; i++) {
		const struct plt_entry *e = &entries.v[i];
		struct code_place *place;
		struct site *site;

		if (!fits(w->name, e->name)) {
			passed_over(a, w, e->name);
			continue;
		}
		w->found++;
		site = new_site(x, FAMILY_PLT, userland_point(a, w->p, u, w->part, e->name), u,
				e->name);
		place = arena_make(a, struct code_place);
		*place = (struct code_place){.function = e->name, .address = e->address};
		site->place = place;
		site->evidence = arena_printf(a, "entry %s of the procedure linkage table of %s",
					      e->name, u->file);
		probe_found(x, site);
	}
	return got == ANSWER_YES && w->found == before ? ANSWER_NO : got;
}

/* --- both --- */

static void not_found(struct expansion *x, const struct wanted *w, const char *what,
		      const char *where)
{
	struct arena *a = probe_sema(x)->arena;
	struct span span = w->part->arg ? w->part->arg->span : w->part->span;
	struct cause *c;

	if (!w->part->arg) {
		probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, span, "%s has no %s", where, what);
		return;
	}
	c = probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, span, "no %s \"%s\"%s%s in %s", what, w->name,
			 w->by ? " of provider " : "", w->by ? w->by : "", where);
	if (w->near.best && !text_is_glob(w->name)) {
		c->hint = arena_printf(a, "did you mean %s", w->near.best);
		if (!strchr(w->near.best, ' '))
			probe_mend(c, w->part->arg, w->near.best);
	} else if (w->others) {
		c->hint = arena_printf(a, "there are %s%s", w->others,
				       w->nothers > 10 ? ", ..." : "");
	} else {
		c->hint = arena_printf(a, "it has no %s at all", what);
	}
}

static void expand(struct expansion *x, const struct shape *shape, const struct probe_point *p)
{
	struct arena *a = probe_sema(x)->arena;
	bool mark = shape->variant == MARK;
	struct wanted w = {.p = p,
			   .part = words_part(p, mark ? "mark" : "plt"),
			   .provider = words_part(p, "provider")};
	struct userlands files = {0};
	const struct userland *opaque = NULL;
	const char *because = NULL;

	w.name = w.part->arg ? text_unescape(a, w.part->arg->string, NULL) : "*";
	w.by = w.provider ? text_unescape(a, w.provider->arg->string, NULL) : NULL;
	w.near = near_start(w.name);
	if (!userland_files(x, p, false, &files))
		return;
	for (uint32_t i = 0; i < files.n; i++) {
		const struct userland *u = &files.v[i];
		const char *why = u->why;
		enum answer got = why    ? ANSWER_UNKNOWN
				  : mark ? look_for_marks(x, &w, u, &why)
					 : look_for_plt(x, &w, u, &why);

		if (got == ANSWER_UNKNOWN && !opaque) {
			opaque = u;
			because = why;
		}
	}
	if (w.found)
		return;
	if (opaque)
		userland_opaque(x, p, opaque, because);
	else
		not_found(x, &w, mark ? "mark" : "entry of the procedure linkage table",
			  files.n == 1 ? files.v[0].file
				       : arena_printf(a, "any of %u programs", files.n));
}

/* --- variables --- */

/* The number of "arg12", from 1; 0: it is no such name. */
static uint32_t argument_number(const char *name)
{
	if (strncmp(name, "arg", 3) != 0 || name[3] < '1' || name[3] > '9' || strlen(name) > 6 ||
	    name[3 + strspn(name + 3, "0123456789")])
		return 0;
	return (uint32_t)strtoul(name + 3, NULL, 10);
}

static bool variable(const struct scope *sc, const char *name, struct access *out)
{
	const struct sdt_mark *m = sc->site->mark;
	uint32_t n = argument_number(name);

	if (!m || !n || n > m->narguments)
		return family_no_variable(sc, name, out);
	out->base = ACCESS_TERM;
	out->n = n;
	out->user = true;
	out->fixed = true;
	out->term = m->arguments[n - 1].term;
	out->why = m->arguments[n - 1].why;
	return true;
}

static const char *variable_at(const struct scope *sc, uint32_t i)
{
	const struct sdt_mark *m = sc->site->mark;

	if (!m || i >= m->narguments)
		return NULL;
	return arena_printf(sc->sema->arena, "arg%u", i + 1);
}

static bool text(const struct scope *sc, const char *name, const char **out)
{
	const struct site *site = sc->site;

	*out = NULL;
	if (strcmp(name, "$$name") == 0)
		*out = site->function;
	else if (strcmp(name, "$$provider") == 0)
		*out = site->mark ? site->mark->provider : NULL;
	else
		return true;
	return *out != NULL;
}

const struct family_group family_mark = {
	shapes, sizeof shapes / sizeof *shapes, expand, variable, variable_at, text,
};
