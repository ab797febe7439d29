/*
 * The tables of names: globals, functions by name and number of arguments, and
 * the locals of each handler and function.  Private names are kept under the
 * number of their file.  Overloads are chained by priority (the user's before
 * the library's, explicit numbers as written), then in order of declaration.
 * Nothing here looks into bodies: resolve.c does.
 */
#include "sema/internal.h"

#include <string.h>

static const char *private_key(struct sema *s, const struct source *file, const char *name)
{
	return arena_printf(s->arena, "%u:%s", file ? file->base : 0, name);
}

static const char *call_key(struct sema *s, const struct source *file, const char *name,
			    uint32_t nargs)
{
	if (file)
		return arena_printf(s->arena, "%u:%s/%u", file->base, name, nargs);
	return arena_printf(s->arena, "%s/%u", name, nargs);
}

/* Two of the user's files are at odds; a library's global becomes the user's, as in SystemTap. */
static void clash(struct sema *s, const struct decl *d, const struct variable *old,
		  bool from_tapset)
{
	struct diag *diag;

	if (from_tapset)
		diag = diag_report_as(s->diags, DIAG_DUPLICATE_NAME, SEV_WARNING, old->span,
				      "global '%s' is also the name of a library's, which will "
				      "use this one",
				      d->name);
	else
		diag = diag_report(s->diags, DIAG_DUPLICATE_NAME, d->name_span,
				   "duplicate global '%s'", d->name);
	diag_note(s->diags, diag, from_tapset ? d->name_span : old->span, "'%s' is declared here",
		  d->name);
}

static void add_global(struct sema *s, const struct decl *d, const struct source *file,
		       bool from_tapset)
{
	const char *key = d->is_private ? private_key(s, file, d->name) : d->name;
	struct variable *old = map_get(&s->globals, key);
	struct variable *v;

	if (old) {
		clash(s, d, old, from_tapset);
		return;
	}
	v = arena_make(s->arena, struct variable);
	v->kind = VAR_GLOBAL;
	v->name = d->name;
	v->span = d->name_span;
	v->from_tapset = from_tapset;
	v->is_private = d->is_private;
	v->wrap = d->global.wrap;
	v->size = d->global.size;
	v->init = d->global.init;
	if (v->init) {
		v->arity_known = true;
		v->type = v->init->kind == EXPR_STRING ? TYPE_STRING : TYPE_LONG;
		v->type_from = v->init->span;
	}
	map_put(&s->globals, key, v);
	if (d->is_private)
		map_put(&s->private_names, d->name, v);
}

static bool has_word(const char *text, const char *word)
{
	return strstr(text, word) != NULL;
}

static unsigned read_pragmas(const char *c)
{
	unsigned p = 0;

	p |= has_word(c, "/* pure */") ? PRAGMA_PURE : 0;
	p |= has_word(c, "/* stable */") ? PRAGMA_STABLE : 0;
	p |= has_word(c, "/* unprivileged */") ? PRAGMA_UNPRIVILEGED : 0;
	p |= has_word(c, "/* myproc-unprivileged */") ? PRAGMA_MYPROC : 0;
	p |= has_word(c, "/* guru */") ? PRAGMA_GURU : 0;
	return p;
}

/* The NAME of "intrinsic:NAME" in a library function's body, or NULL. */
static const char *read_intrinsic(struct sema *s, const char *c)
{
	static const char mark[] = "intrinsic:";
	const char *at = strstr(c, mark);
	size_t len;

	if (!at)
		return NULL;
	at += sizeof mark - 1;
	len = strcspn(at, " \t\n*/");
	return len ? arena_strndup(s->arena, at, len) : NULL;
}

static void add_params(struct sema *s, struct function *f)
{
	const struct decl *d = f->decl;

	for (uint32_t i = 0; i < d->function.nparams; i++) {
		const struct param_decl *p = &d->function.params[i];
		struct variable *v = arena_make(s->arena, struct variable);

		v->kind = VAR_PARAM;
		v->name = p->name;
		v->span = p->span;
		v->type = p->type;
		v->type_from = p->span;
		v->arity_known = v->assigned = true;
		v->from_tapset = f->from_tapset;
		v->index = i;
		vec_push(s->arena, &f->params, v);
	}
}

static void read_embedded(struct sema *s, struct function *f)
{
	const struct decl *d = f->decl;

	if (!d->embedded)
		return;
	f->pragmas = read_pragmas(d->embedded);
	if (f->from_tapset)
		f->intrinsic = read_intrinsic(s, d->embedded);
	if (!f->intrinsic)
		f->embedded = d->embedded;
	if (!f->from_tapset && !s->in->options->guru)
		diag_report(s->diags, DIAG_EMBEDDED_NEEDS_GURU, d->name_span,
			    "function '%s' is written in C, which needs -g", d->name);
}

/* Into the chain of its name and number of parameters, after those that come before it. */
static void chain_function(struct sema *s, const char *key, struct function *f)
{
	struct function *first = map_get(&s->functions, key);

	if (first && first->reached) {
		f->reached = true;
		vec_push(s->arena, &s->pending_functions, f);
	}
	if (!first || f->priority < first->priority) {
		f->next = first;
		f->last = first ? first->last : f;
		map_put(&s->functions, key, f);
		return;
	}
	if (first->last->priority <= f->priority) {
		first->last->next = f;
		first->last = f;
		return;
	}
	while (first->next->priority <= f->priority)
		first = first->next;
	f->next = first->next;
	first->next = f;
}

static void add_function(struct sema *s, const struct decl *d, const struct source *file,
			 bool from_tapset)
{
	struct function *f = arena_make(s->arena, struct function);

	f->name = d->name;
	f->decl = d;
	f->file = file;
	f->type = d->function.type;
	f->type_from = d->name_span;
	f->gives_value = f->type != TYPE_UNKNOWN;
	f->body = d->function.body;
	f->priority = d->function.priority ? d->function.priority : from_tapset;
	f->from_tapset = from_tapset;
	f->is_private = d->is_private;
	read_embedded(s, f);
	add_params(s, f);
	chain_function(s, call_key(s, d->is_private ? file : NULL, d->name, d->function.nparams),
		       f);
	if (d->is_private)
		map_put(&s->private_names, d->name, f);
	if (!map_get(&s->function_names, d->name))
		map_put(&s->function_names, d->name, f);
	if (!from_tapset)
		vec_push(s->arena, &s->idle_functions, f);
}

static bool has_arguments(const struct probe_point *name)
{
	for (uint32_t i = 0; i < name->nparts; i++)
		if (name->parts[i].arg)
			return true;
	return false;
}

static void add_aliases(struct sema *s, const struct decl *d, bool from_tapset)
{
	for (uint32_t i = 0; i < d->probe.names.n; i++) {
		struct alias *a = arena_make(s->arena, struct alias);

		if (has_arguments(d->probe.names.v[i]))
			diag_report(s->diags, DIAG_BAD_ALIAS, d->probe.names.v[i]->span,
				    "the name of an alias takes no arguments");
		a->decl = d;
		a->name = d->probe.names.v[i];
		a->from_tapset = from_tapset;
		vec_push(s->arena, &s->aliases, a);
		alias_enter(s, a);
	}
}

static void add_embedded(struct sema *s, const struct decl *d, bool from_tapset)
{
	if (!from_tapset && !s->in->options->guru)
		diag_report(s->diags, DIAG_EMBEDDED_NEEDS_GURU, d->span, "C code needs -g");
	vec_push(s->arena, &s->program->embedded, d);
}

void symbols_add(struct sema *s, const struct ast *ast, bool from_tapset)
{
	vec_push(s->arena, &s->files, ast->source);
	for (uint32_t i = 0; i < ast->decls.n; i++) {
		struct decl *d = ast->decls.v[i];

		switch (d->kind) {
		case DECL_GLOBAL: add_global(s, d, ast->source, from_tapset); break;
		case DECL_FUNCTION: add_function(s, d, ast->source, from_tapset); break;
		case DECL_PROBE: vec_push(s->arena, &s->pending_probes, d); break;
		case DECL_ALIAS: add_aliases(s, d, from_tapset); break;
		case DECL_EMBEDDED: add_embedded(s, d, from_tapset); break;
		}
	}
}

/* A global joins the program when it is first named: the order of -p2. */
static struct variable *use_global(struct sema *s, struct variable *v)
{
	if (v->index == 0) {
		vec_push(s->arena, &s->program->globals, v);
		v->index = s->program->globals.n;
	}
	return v;
}

/* Library code was written without the user's script in view: its names never mean the user's. */
static bool is_hidden(const struct source *file, const struct variable *v)
{
	return file && file->kind == SOURCE_TAPSET && !v->from_tapset;
}

struct variable *symbols_global(struct sema *s, const struct source *file, const char *name)
{
	struct variable *v = NULL;

	if (file && map_get(&s->private_names, name))
		v = map_get(&s->globals, private_key(s, file, name));
	if (!v)
		v = map_get(&s->globals, name);
	if (!v && library_load_global(s, name))
		v = map_get(&s->globals, name);
	return v && !is_hidden(file, v) ? use_global(s, v) : NULL;
}

static struct function *lookup(struct sema *s, const struct source *file, const char *name,
			       uint32_t nargs)
{
	struct function *f = NULL;

	if (file && map_get(&s->private_names, name))
		f = map_get(&s->functions, call_key(s, file, name, nargs));
	return f ? f : map_get(&s->functions, call_key(s, NULL, name, nargs));
}

struct function *symbols_peek(struct sema *s, const struct source *file, const char *name,
			      uint32_t nargs)
{
	library_load_function(s, name);
	return lookup(s, file, name, nargs);
}

struct function *symbols_function(struct sema *s, const struct source *file, const char *name,
				  uint32_t nargs)
{
	struct function *f;

	library_load_function(s, name);
	f = lookup(s, file, name, nargs);
	for (struct function *o = f; o && !o->reached; o = o->next) {
		o->reached = true;
		vec_push(s->arena, &s->pending_functions, o);
	}
	return f;
}

struct variable *symbols_find_local(const struct scope *sc, const char *name)
{
	const struct variables *locals = sc->probe ? &sc->probe->locals : &sc->function->locals;

	if (sc->names)
		return map_get(sc->names, name);
	for (uint32_t i = 0; sc->function && i < sc->function->params.n; i++)
		if (sc->function->params.v[i]->name == name)
			return sc->function->params.v[i];
	for (uint32_t i = 0; i < locals->n; i++)
		if (locals->v[i]->name == name)
			return locals->v[i];
	return NULL;
}

struct variable *symbols_local(struct scope *sc, const char *name, struct span span)
{
	struct arena *a = sc->sema->arena;
	struct variables *vs = sc->probe ? &sc->probe->locals : &sc->function->locals;
	struct variable *v = symbols_find_local(sc, name);

	if (v)
		return v;
	v = arena_make(a, struct variable);
	v->kind = VAR_LOCAL;
	v->name = name;
	v->span = span;
	v->from_tapset = sc->from_tapset;
	v->index = vs->n + (sc->function ? sc->function->params.n : 0);
	vec_push(a, vs, v);
	if (sc->names)
		map_put(sc->names, name, v);
	return v;
}
