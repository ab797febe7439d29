/*
 * Pretty printing: $x$, $x$$ and the $$ variables become a sprintf whose
 * arguments are plain accesses, so that nothing below here knows of it.  One
 * dollar prints a struct's own members and leaves inner structs as {...}; two
 * go on inside.  Pointers are not followed, but for the one that is printed,
 * and char arrays and char pointers are read as strings.
 */
#include "sema/access.h"

#include <string.h>

enum { MAX_ARGS = 32, MAX_ELEMENTS = 5, MAX_INSIDE = 8 };

enum { PARAMETERS = 1, LOCALS = 2, RESULT = 4 };

/* A sprintf under construction. */
struct pretty {
	struct scope *sc;
	struct span span;
	VEC(char) format; /* escapes not evaluated */
	struct expr_list args;
	bool deep;
};

static void text(struct pretty *p, const char *s)
{
	for (; *s; s++)
		vec_push(p->sc->sema->arena, &p->format, *s);
}

static void argument(struct pretty *p, struct walk *w, enum type type, const char *directive)
{
	struct expr *e = arena_make(p->sc->sema->arena, struct expr);

	*e = *w->e;
	e->kind = EXPR_TARGET;
	e->span = p->span;
	e->access = access_btf_made(w);
	e->type = type;
	e->depth = 1;
	vec_push(p->sc->sema->arena, &p->args, e);
	text(p, directive);
}

static void become_sprintf(struct pretty *p, struct expr *e)
{
	struct arena *a = p->sc->sema->arena;
	const char *why;
	size_t offset;

	vec_push(a, &p->format, '\0');
	e->kind = EXPR_PRINT;
	e->type = TYPE_STRING;
	memset(&e->print, 0, sizeof e->print);
	e->print.flags = PRINT_TO_STRING | PRINT_FORMAT;
	e->print.word = "sprintf";
	e->print.args = p->args;
	e->print.format_text = p->format.v;
	e->print.format = format_parse(a, p->format.v, &why, &offset);
	e->depth = 2;
}

static void value(struct pretty *p, struct walk *w, uint32_t inside);

/* A string in hand as an address: one read of text. */
static void string(struct pretty *p, struct walk *w)
{
	access_btf_string(w, p->span);
	text(p, "\\\"");
	argument(p, w, TYPE_STRING, "%s");
	text(p, "\\\"");
}

static void scalar(struct pretty *p, struct walk *w, const char *directive)
{
	access_btf_finish(w, false);
	if (w->failed)
		text(p, "?");
	else
		argument(p, w, TYPE_LONG, directive);
}

static void pointer(struct pretty *p, struct walk *w, const struct ttype_info *info)
{
	const struct target *t = p->sc->sema->target;

	if (!target_type(t, info->element).is_char) {
		scalar(p, w, "%p");
		return;
	}
	access_btf_follow(w, p->span);
	string(p, w);
}

static void members(struct pretty *p, struct walk *w, const struct ttype_info *info,
		    uint32_t inside)
{
	struct target_member m;
	bool first = true;

	text(p, "{");
	for (uint32_t i = 0; i < info->nmembers; i++) {
		struct walk f = access_btf_fork(w);

		if (!target_member_at(p->sc->sema->target, w->type, i, &m))
			continue;
		text(p, first ? "" : ", ");
		first = false;
		if (p->args.n >= MAX_ARGS) {
			text(p, "...");
			break;
		}
		if (m.name) {
			text(p, ".");
			text(p, m.name);
			text(p, "=");
		}
		access_btf_member(&f, &m, p->span,
				  m.name ? arena_printf(p->sc->sema->arena, "->%s", m.name) : "->");
		value(p, &f, inside + 1);
	}
	text(p, "}");
}

static void elements(struct pretty *p, struct walk *w, const struct ttype_info *info,
		     uint32_t inside)
{
	struct ttype_info item = target_type(p->sc->sema->target, info->element);

	if (item.is_char) {
		string(p, w);
		return;
	}
	text(p, "[");
	for (uint64_t i = 0; i < info->nelements; i++) {
		struct walk f = access_btf_fork(w);

		text(p, i ? ", " : "");
		if (i >= MAX_ELEMENTS || p->args.n >= MAX_ARGS) {
			text(p, "...");
			break;
		}
		access_btf_add(&f, (int64_t)(i * item.size), p->span, "[...]");
		f.type = info->element;
		value(p, &f, inside + 1);
	}
	text(p, "]");
}

static void value(struct pretty *p, struct walk *w, uint32_t inside)
{
	struct ttype_info info = target_type(p->sc->sema->target, w->type);
	bool hidden = inside > MAX_INSIDE || (inside > 1 && !p->deep);

	switch (info.kind) {
	case TTYPE_INT: scalar(p, w, info.is_char ? "'%c'" : info.is_signed ? "%i" : "%u"); return;
	case TTYPE_ENUM: scalar(p, w, "%i"); return;
	case TTYPE_PTR: pointer(p, w, &info); return;
	case TTYPE_STRUCT:
	case TTYPE_UNION:
		if (hidden || !w->object)
			text(p, "{...}");
		else
			members(p, w, &info, inside);
		return;
	case TTYPE_ARRAY:
		if (hidden)
			text(p, "[...]");
		else
			elements(p, w, &info, inside);
		return;
	case TTYPE_FLOAT:
	case TTYPE_VOID:
	case TTYPE_FUNC:
	case TTYPE_UNDEFINED: text(p, "?"); return;
	}
}

/* What is printed of a variable: what a pointer to a struct points to, else itself. */
static void print_value(struct pretty *p, struct walk *w)
{
	const struct target *t = p->sc->sema->target;
	struct ttype_info info;
	struct ttype_info pointee;

	if (!w->known) {
		argument(p, w, TYPE_LONG, "%#x");
		return;
	}
	info = target_type(t, w->type);
	pointee = target_type(t, info.element);
	if (info.kind == TTYPE_PTR && (pointee.kind == TTYPE_STRUCT || pointee.kind == TTYPE_UNION))
		access_btf_follow(w, p->span);
	value(p, w, 1);
}

void access_pretty(struct walk *w, bool deep)
{
	struct scope quiet = *w->sc;
	struct pretty p = {.sc = &quiet, .span = w->e->span, .deep = deep};

	quiet.silent = true; /* what cannot be printed is a "?" */
	w->sc = &quiet;
	print_value(&p, w);
	become_sprintf(&p, w->e);
}

/* --- the $$ variables --- */

static bool pretty_suffix(const struct expr *e, bool *deep)
{
	*deep = e->target.ncomponents && e->target.components[0].kind == COMPONENT_PRETTY_DEEP;
	return *deep || (e->target.ncomponents && e->target.components[0].kind == COMPONENT_PRETTY);
}

static void one_variable(struct pretty *p, const struct expr *e, const char *name, bool pretty)
{
	struct walk w = {.sc = p->sc, .e = arena_make(p->sc->sema->arena, struct expr)};

	*w.e = *e;
	w.e->target.ncomponents = 0;
	w.e->target.name = arena_printf(p->sc->sema->arena, "$%s", name);
	text(p, p->format.n ? " " : "");
	text(p, name);
	text(p, "=");
	if (!access_base_variable(&w, name) ||
	    (w.access.base == ACCESS_TERM && !w.access.term && !w.access.unresolved)) {
		text(p, "?"); /* optimised away */
		return;
	}
	w.access.at_entry = w.access.base == ACCESS_ENTRY;
	if (pretty) {
		print_value(p, &w);
		return;
	}
	access_btf_finish(&w, false);
	if (w.failed)
		text(p, "{...}");
	else
		argument(p, &w, TYPE_LONG, "%#x");
}

static void variables(struct pretty *p, const struct expr *e, unsigned which, bool pretty)
{
	struct access_names names = {0};

	access_dwarf_names(p->sc, which & LOCALS, &names);
	for (uint32_t i = 0; i < names.n && p->args.n < MAX_ARGS; i++)
		if (which & (names.v[i].local ? LOCALS : PARAMETERS))
			one_variable(p, e, names.v[i].name, pretty);
	if ((which & RESULT) && access_dwarf_has_result(p->sc))
		one_variable(p, e, "return", pretty);
}

/* Without facts: one undecided value stands for them all. */
static void undecided(struct pretty *p, const struct expr *e)
{
	struct walk w = {.sc = p->sc, .e = arena_make(p->sc->sema->arena, struct expr)};

	*w.e = *e;
	w.access.base = ACCESS_CONTEXT;
	w.access.name = e->target.name;
	w.access.unresolved = true;
	argument(p, &w, TYPE_LONG, "%#x");
}

static void become_string(struct expr *e, const char *s)
{
	e->kind = EXPR_STRING;
	e->type = TYPE_STRING;
	e->string = s;
	e->depth = 1;
}

static void no_locals(struct scope *sc, struct expr *e)
{
	if (!sc->silent && target_known(sc->sema->target))
		diag_report(sc->sema->diags, DIAG_NEEDS_DEBUGINFO, e->span,
			    "only debug information tells the locals of functions; $$locals is "
			    "empty");
	become_string(e, "");
}

static void names(struct scope *sc, struct expr *e)
{
	static const char *const words[] = {"$$vars", "$$parms", "$$locals", "$$return", "$$name"};
	struct near near = near_start(e->target.name);

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		near_offer(&near, words[i]);
	access_refuse(sc, e, DIAG_UNKNOWN_VARIABLE, "%s is not known at %s%s%s%s", e->target.name,
		      sc->site->text, near.best ? "; did you mean " : "",
		      near.best ? near.best : "", near.best ? "?" : "");
}

static void print_variables(struct scope *sc, struct expr *e, unsigned which)
{
	bool deep = false, pretty = pretty_suffix(e, &deep);
	struct scope quiet = *sc;
	struct pretty p = {.sc = &quiet, .span = e->span, .deep = deep};

	quiet.silent = true;
	if (!access_base_decidable(sc))
		undecided(&p, e);
	else
		variables(&p, e, which, pretty);
	become_sprintf(&p, e);
}

/* Handlers that start by themselves interrupt nothing that has variables; kprobes know none. */
static bool interrupts_nothing(const struct site *site)
{
	return site->family == FAMILY_BEGIN || site->family == FAMILY_END ||
	       site->family == FAMILY_ERROR || site->family == FAMILY_NEVER ||
	       site->family == FAMILY_TIMER || site->family == FAMILY_PROFILE ||
	       site->family == FAMILY_KPROBE || site->family == FAMILY_DATA ||
	       site->family == FAMILY_PERF;
}

static bool is_list(const char *name)
{
	return strcmp(name, "$$vars") == 0 || strcmp(name, "$$parms") == 0 ||
	       strcmp(name, "$$locals") == 0 || strcmp(name, "$$return") == 0;
}

/* A text that is there but that nobody can tell. */
static void undecided_text(struct scope *sc, struct expr *e)
{
	struct scope quiet = *sc;
	struct pretty p = {.sc = &quiet, .span = e->span};

	quiet.silent = true;
	undecided(&p, e);
	become_sprintf(&p, e);
}

/* Does the family of the site decide about the name: a text of its own, or none such? */
static bool by_family(struct scope *sc, struct expr *e)
{
	const struct family_group *g = family_of(sc->site->family);
	const char *said = NULL;

	if (!g->text)
		return false;
	if (!g->text(sc, e->target.name, &said))
		names(sc, e);
	else if (said)
		become_string(e, text_escape(sc->sema->arena, said, strlen(said)));
	else if (is_list(e->target.name))
		return false;
	else
		undecided_text(sc, e);
	return true;
}

bool access_pretty_context(struct scope *sc, struct expr *e)
{
	const char *name = e->target.name;

	if (e->target.base != TARGET_VAR || strncmp(name, "$$", 2) != 0)
		return false;
	if (!sc->site)
		become_string(e, ""); /* in a function that nothing calls */
	else if (interrupts_nothing(sc->site))
		access_refuse(sc, e, DIAG_UNKNOWN_VARIABLE, "there are no target variables at %s",
			      sc->site->text);
	else if (by_family(sc, e))
		;
	else if (strcmp(name, "$$vars") == 0)
		print_variables(sc, e, sc->site->mark ? PARAMETERS : PARAMETERS | LOCALS);
	else if (strcmp(name, "$$parms") == 0)
		print_variables(sc, e, PARAMETERS);
	else if (strcmp(name, "$$return") == 0)
		print_variables(sc, e, RESULT);
	else if (strcmp(name, "$$locals") == 0 && !access_dwarf_decides(sc))
		no_locals(sc, e);
	else if (strcmp(name, "$$locals") == 0)
		print_variables(sc, e, LOCALS);
	else
		names(sc, e);
	return true;
}
