/* Builders of declarations: globals, functions, probes, aliases, embedded C. */
#include "parser/node.h"

#include <string.h>

static struct decl *add(struct feed *f, enum decl_kind kind, struct span at, struct span name_at)
{
	struct decl *d = arena_make(f->arena, struct decl);

	d->kind = kind;
	d->span = at;
	d->name_span = name_at;
	vec_push(f->arena, &f->ast->decls, d);
	node_check_stars(f, NULL);
	return d;
}

void decl_seal(struct feed *f, bool is_private, const char *doc)
{
	for (; f->sealed < f->ast->decls.n; f->sealed++) {
		struct decl *d = f->ast->decls.v[f->sealed];

		d->is_private = is_private;
		if (!d->doc)
			d->doc = doc;
	}
}

static bool is_known_global(struct feed *f, const char *name, struct span at)
{
	const struct decl *old = map_get(&f->globals, name);

	if (!old)
		return false;
	struct diag *d =
		syntax_report(f, DIAG_DUPLICATE_GLOBAL, at, "global '%s' is declared twice", name);

	if (d)
		diag_note(f->diags, d, old->name_span, "it was first declared here");
	return true;
}

void decl_global(struct feed *f, struct span at, struct span name_at, const char *name,
		 int64_t wrap, int64_t size, struct span size_at, struct expr *init)
{
	(void)size_at;
	if (is_known_global(f, name, name_at))
		return;
	struct decl *d = add(f, DECL_GLOBAL, at, name_at);

	d->name = name;
	d->global.wrap = wrap;
	d->global.size = size;
	if (init && (wrap || size))
		syntax_report(f, DIAG_BAD_GLOBAL, init->span,
			      "only scalars can be initialised, not the array '%s'", name);
	else
		d->global.init = init;
	map_put(&f->globals, name, d);
}

int64_t decl_size(struct feed *f, struct span at, int64_t size)
{
	if (size >= 1 && size <= INT32_MAX)
		return size;
	syntax_report(f, DIAG_BAD_GLOBAL, at, "the size of an array must be from 1 to %d",
		      INT32_MAX);
	return 1;
}

struct params *decl_param(struct feed *f, struct params *list, struct span at, const char *name,
			  int type)
{
	struct param_decl p = {name, at, (enum type)type};

	if (!list)
		list = arena_make(f->arena, struct params);
	for (uint32_t i = 0; i < list->v.n && i < 1000; i++) {
		if (list->v.v[i].name == name) {
			syntax_report(f, DIAG_DUPLICATE_PARAMETER, at,
				      "two parameters are called '%s'", name);
			p.name = intern(f->in->names, arena_printf(f->arena, "%s (again)", name));
		}
	}
	vec_push(f->arena, &list->v, p);
	return list;
}

int64_t decl_priority(struct feed *f, struct span at, int64_t priority)
{
	if (priority >= 1)
		return priority;
	syntax_report(f, DIAG_BAD_PRIORITY, at, "the priority of a function must be at least 1");
	return 1;
}

void decl_function(struct feed *f, struct span word, struct span at, struct span name_at,
		   const char *doc, const char *name, int type, struct params *params,
		   int64_t priority, struct stmt *body, const char *embedded)
{
	struct decl *d = add(f, DECL_FUNCTION, at, name_at);

	(void)word;
	d->doc = doc;
	d->name = name;
	d->embedded = embedded;
	d->function.type = (enum type)type;
	d->function.priority = priority;
	d->function.body = body;
	if (params) {
		d->function.params = params->v.v;
		d->function.nparams = params->v.n;
	}
}

void decl_embedded(struct feed *f, struct span at, const char *text)
{
	add(f, DECL_EMBEDDED, at, at)->embedded = text;
	decl_seal(f, false, NULL);
}

static struct decl *add_probe(struct feed *f, enum decl_kind kind, const char *doc,
			      struct span word, struct span at, const struct point_list *points,
			      struct stmt *body)
{
	struct decl *d = add(f, kind, at, word);

	d->doc = doc;
	d->probe.points = *points;
	d->probe.body = body;
	decl_seal(f, false, NULL);
	return d;
}

void decl_probe(struct feed *f, const char *doc, struct span word, struct span at,
		struct point_list *points, struct stmt *body)
{
	add_probe(f, DECL_PROBE, doc, word, at, points, body);
}

void decl_alias(struct feed *f, const char *doc, struct span word, struct span at,
		struct heads *heads, struct point_list *points, struct stmt *body,
		struct stmt *epilogue)
{
	struct decl *d = add_probe(f, DECL_ALIAS, doc, word, at, points, body);

	d->probe.names = heads->names;
	d->probe.is_epilogue = heads->is_epilogue;
	d->probe.epilogue = epilogue;
	if (epilogue && heads->is_epilogue)
		syntax_report(f, DIAG_BAD_ALIAS, epilogue->keyword,
			      "an alias with '+=' has one body only, its epilogue");
}
