/*
 * From the points of a `probe` declaration to sites.  A point is looked up
 * among the families, then among the aliases; each alias adds a layer with its
 * own list of points.  What fails is remembered as causes and reported once a
 * point, root cause first, unless the point was optional.  A point whose
 * existence nobody can decide is kept as a site that says so.
 */
#include "sema/family.h"

#include <stdarg.h>
#include <string.h>

enum { MAX_NOTES = 8, MAX_SUGGESTIONS = 50, MAX_SEARCHES = 200, MAX_LAYERS = 10000 };

struct expansion {
	struct sema *s;
	const struct decl *probe;
	const struct layer *layer; /* where the point being looked up stands */
	struct founds found;
	VEC(struct cause *) causes;
	uint32_t blamed; /* causes that are not weak */
	uint32_t layers;
	bool exploded; /* aliases multiplied past MAX_LAYERS; reported */
};

struct sema *probe_sema(const struct expansion *x)
{
	return x->s;
}

uint32_t probe_nfound(const struct expansion *x)
{
	return x->found.n;
}

const struct site *probe_found_at(const struct expansion *x, uint32_t i)
{
	return x->found.v[i].site;
}

uint32_t probe_nblamed(const struct expansion *x)
{
	return x->blamed;
}

bool probe_tolerant(const struct expansion *x)
{
	return x->layer->tolerant;
}

const char *probe_kernel(const struct expansion *x)
{
	const char *release = target_release(x->s->target);

	return release ? release : target_describe(x->s->target);
}

/* "<- alias = a, b <- a,b": the ways a site was named, innermost first. */
static void chain_of(struct text_out *out, const struct layer *l)
{
	struct arena *a = out->arena;
	const struct point_list *points;
	const char *mark = "<- ", *separator = ",";

	for (; l; l = l->outer, mark = " <- ") {
		points = &l->decl->probe.points;
		for (const char *c = mark; *c; c++)
			vec_push(a, &out->text, *c);
		if (l->decl->kind == DECL_ALIAS) {
			print_point(out, l->decl->probe.names.v[0]);
			for (const char *c = l->decl->probe.is_epilogue ? " += " : " = "; *c; c++)
				vec_push(a, &out->text, *c);
		}
		separator = l->decl->kind == DECL_ALIAS ? ", " : ",";
		for (uint32_t i = 0; i < points->n; i++) {
			for (const char *c = i ? separator : ""; *c; c++)
				vec_push(a, &out->text, *c);
			print_point(out, points->v[i]);
		}
	}
}

static const char *chain_text(struct arena *a, const struct layer *l)
{
	struct text_out out = {.arena = a};

	chain_of(&out, l);
	vec_push(a, &out.text, '\0');
	return out.text.v;
}

struct site *probe_site(struct expansion *x, enum family f, const struct probe_point *p)
{
	struct site *site = arena_make(x->s->arena, struct site);
	const struct layer *top = x->layer;

	while (top->outer)
		top = top->outer;
	site->family = f;
	site->span = top->point->span;
	site->optional = x->layer->optional;
	site->text = words_text(x->s->arena, p);
	return site;
}

/* The name of the alias that the user's own point stands for. */
static const char *head_text(struct arena *a, const struct layer *l)
{
	const struct decl *alias = NULL;

	for (; l->outer; l = l->outer)
		alias = l->decl;
	return alias ? words_text(a, alias->probe.names.v[0]) : NULL;
}

void probe_found(struct expansion *x, struct site *site)
{
	struct found f = {site, x->layer};

	/* the sites of one point have one chain */
	if (x->found.n && x->found.v[x->found.n - 1].layer == x->layer)
		site->chain = x->found.v[x->found.n - 1].site->chain;
	else
		site->chain = chain_text(x->s->arena, x->layer);
	site->head = head_text(x->s->arena, x->layer);
	vec_push(x->s->arena, &x->found, f);
}

static bool in_script(const struct expansion *x, struct span span)
{
	struct pos pos = sources_pos(x->s->in->parse->sources, span.start);

	return pos.source && pos.source->kind != SOURCE_TAPSET;
}

/* An alias may go through dozens of alternatives; a wrong one is no slip of the pen. */
bool probe_suggests(const struct expansion *x)
{
	if (x->layer->tolerant && !in_script(x, x->layer->point->span))
		return false;
	return x->s->diags->errors + x->blamed < MAX_SUGGESTIONS && x->s->searches++ < MAX_SEARCHES;
}

struct cause *probe_failed(struct expansion *x, enum diag_tag tag, struct span span,
			   const char *fmt, ...)
{
	struct cause *c = arena_make(x->s->arena, struct cause);
	va_list ap;

	va_start(ap, fmt);
	c->tag = tag;
	c->span = span;
	c->text = arena_vprintf(x->s->arena, fmt, ap);
	/* what exists, or might, and can't be had: the user is told even of an optional point */
	c->weak = x->layer->tolerant && tag != DIAG_TOO_MANY_PLACES &&
		  !(tag == DIAG_UNSUPPORTED_PROBE && in_script(x, span));
	x->blamed += !c->weak;
	va_end(ap);
	vec_push(x->s->arena, &x->causes, c);
	return c;
}

void probe_mend(struct cause *c, const struct expr *literal, const char *text)
{
	uint32_t len = literal->span.end.at - literal->span.start.at;

	if (len != strlen(literal->string) + 2 || strpbrk(text, "\\\""))
		return;
	c->fix_span = (struct span){{literal->span.start.at + 1}, {literal->span.end.at - 1}};
	c->fix = text;
}

/* A level that does not allow the shape: a pattern passes it over, anything else is refused. */
static bool allowed(struct expansion *x, const struct shape *shape, const struct probe_point *p,
		    bool pattern)
{
	const struct predefined *known = x->s->in->parse->predefined;
	const char *level = known ? known->privilege : NULL;

	if (family_allowed(shape->text, level))
		return true;
	if (!pattern)
		probe_failed(x, DIAG_NEEDS_PRIVILEGE, p->span, "--privilege=%s does not allow %s",
			     level, words_text(x->s->arena, p));
	return false;
}

/* Looks a point up among the families; the number of shapes it fits. */
static uint32_t expand_families(struct expansion *x, const struct probe_point *p)
{
	struct arena *a = x->s->arena;
	bool pattern = words_is_pattern(p);
	size_t len = strlen(p->parts[0].name);
	uint32_t fits = 0;

	for (uint32_t i = 0; i < FAMILY_GROUPS; i++) {
		const struct family_group *g = family_at(i);

		for (uint32_t j = 0; j < g->nshapes; j++) {
			struct words w;

			if (!pattern && strncmp(g->shapes[j].text, p->parts[0].name, len) != 0)
				continue;
			w = words_shape(a, g->shapes[j].text);
			if (!words_fit(a, p, p->nparts, &w))
				continue;
			fits += !pattern;
			if (!allowed(x, &g->shapes[j], p, pattern))
				continue;
			fits += pattern;
			g->expand(x, &g->shapes[j], pattern ? words_renamed(a, p, &w) : p);
		}
	}
	return fits;
}

static void expand_point(struct expansion *x, struct layer *l, const struct probe_point *p)
{
	bool tolerant = l->tolerant;
	uint32_t before = x->found.n, fits;

	l->tolerant = tolerant || words_is_pattern(p);
	fits = expand_families(x, p);
	fits += alias_expand(x, l, p);
	l->tolerant = tolerant;
	if (fits == 0)
		unknown_point(x, p);
	else if (x->found.n == before && words_is_pattern(p))
		probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, p->span,
			     "nothing that %s matches exists in the target",
			     words_text(x->s->arena, p));
}

/* The part of the user's text that led to the cause. */
static struct span blame(const struct expansion *x, const struct layer *top, const struct cause *c)
{
	return in_script(x, c->span) ? c->span : top->point->span;
}

static void report(struct expansion *x, const struct layer *top, uint32_t from)
{
	struct cause *root = NULL;
	struct diag *d;
	uint32_t notes = 0;

	for (uint32_t i = from; i < x->causes.n && !root; i++)
		root = x->causes.v[i]->weak ? NULL : x->causes.v[i];
	if (!root || x->exploded)
		return;
	d = diag_report(x->s->diags, root->tag, blame(x, top, root), "%s", root->text);
	if (root->hint)
		diag_note(x->s->diags, d, (struct span){{0}, {0}}, "%s", root->hint);
	if (root->fix && in_script(x, root->fix_span))
		diag_fix(x->s->diags, d, root->fix_span, root->fix,
			 arena_printf(x->s->arena, "write %s", root->fix));
	for (uint32_t i = from; i < x->causes.n && notes < MAX_NOTES; i++) {
		const struct cause *c = x->causes.v[i];

		if (c == root)
			continue;
		diag_note(x->s->diags, d, c->span, "%s%s%s%s", c->text, c->hint ? " (" : "",
			  c->hint ? c->hint : "", c->hint ? ")" : "");
		notes++;
	}
}

/* Aliases of aliases can double at every step. */
static bool exploded(struct expansion *x)
{
	if (x->layers++ < MAX_LAYERS || x->exploded)
		return x->exploded;
	x->exploded = true;
	diag_report(x->s->diags, DIAG_RECURSIVE_ALIAS, x->probe->name_span,
		    "the aliases of this probe lead to more than %d points", MAX_LAYERS);
	return true;
}

/*
 * Of alternatives that nobody can decide and ones that exist for sure, the sure ones count: the
 * others would only have been taken had they been there.
 */
static void prefer_sure(struct expansion *x, const struct layer *outer, uint32_t from)
{
	uint32_t kept = from;
	bool sure = false;

	for (uint32_t i = from; i < x->found.n; i++)
		sure |= x->found.v[i].site->exists == ANSWER_YES;
	for (uint32_t i = from; sure && i < x->found.n; i++) {
		const struct layer *l = x->found.v[i].layer;

		while (l->outer != outer)
			l = l->outer;
		if (x->found.v[i].site->exists == ANSWER_YES ||
		    !(l->point->sufficient || l->point->optional || words_is_pattern(l->point)))
			x->found.v[kept++] = x->found.v[i];
	}
	if (sure)
		x->found.n = kept;
}

static bool any_sure(const struct expansion *x, uint32_t from)
{
	for (uint32_t i = from; i < x->found.n; i++)
		if (x->found.v[i].site->exists == ANSWER_YES)
			return true;
	return false;
}

void probe_points(struct expansion *x, const struct layer *outer, const struct decl *decl,
		  const struct probe_point *suffix, uint32_t from)
{
	const struct point_list *points = &decl->probe.points;
	uint32_t first = x->found.n;

	for (uint32_t i = 0; i < points->n && !exploded(x); i++) {
		const struct probe_point *p = points->v[i];
		struct layer *l = arena_make(x->s->arena, struct layer);
		uint32_t before = x->found.n, causes = x->causes.n;

		l->outer = outer;
		l->decl = decl;
		l->point = p;
		l->depth = outer ? outer->depth + 1 : 0;
		l->optional = p->optional || p->sufficient || (outer && outer->optional);
		l->tolerant = l->optional || (outer && outer->tolerant);
		x->layer = l;
		expand_point(x, l, suffix ? words_extended(x->s->arena, p, suffix, from) : p);
		if (!outer)
			report(x, l, causes);
		if (p->sufficient && any_sure(x, before))
			break;
	}
	prefer_sure(x, outer, first);
	x->layer = outer;
}

/* Do the bodies on the way read what depends on the site? */
static bool reads_site(struct sema *s, const struct layer *l)
{
	for (; l; l = l->outer)
		if ((l->decl->probe.body && access_needs_site(s, l->decl->probe.body)) ||
		    (l->decl->probe.epilogue && access_needs_site(s, l->decl->probe.epilogue)))
			return true;
	return false;
}

/*
 * Is a point left undecided, of the kernel or also of a program?  Whether an optional one exists
 * makes no difference, as long as its handler asks nothing of it.
 */
static bool any_unknown(const struct expansion *x, bool programs)
{
	for (uint32_t i = 0; i < x->found.n; i++) {
		const struct site *site = x->found.v[i].site;

		if (site->exists == ANSWER_UNKNOWN && (programs || !site->program) &&
		    !(site->optional && !reads_site(x->s, x->found.v[i].layer)))
			return true;
	}
	return false;
}

/* What was said of alternatives that nobody can decide, when others made them idle. */
static void unsay(struct sema *s, uint32_t said, uint32_t undebugged)
{
	uint32_t kept = said;

	for (uint32_t i = said; i < s->diags->list.n; i++)
		if (s->diags->list.v[i]->tag != DIAG_NEEDS_DEBUGINFO)
			s->diags->list.v[kept++] = s->diags->list.v[i];
	s->diags->list.n = kept;
	for (uint32_t i = undebugged; i < s->undebugged.n; i++)
		s->undebugged.entries[i].value = NULL;
}

void probe_expand(struct sema *s, const struct decl *probe)
{
	struct expansion x = {.s = s, .probe = probe};
	bool unknown = s->program->existence_unknown;
	uint32_t said = s->diags->list.n, undebugged = s->undebugged.n;

	probe_points(&x, NULL, probe, NULL, 0);
	/* what concerns a program was said by itself */
	if (!any_unknown(&x, false))
		s->program->existence_unknown = unknown;
	if (!any_unknown(&x, true))
		unsay(s, said, undebugged);
	handler_make(s, probe, &x.found);
}
