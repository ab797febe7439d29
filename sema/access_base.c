/*
 * Where a target variable starts: a variable of the site, as its family knows
 * them, a cast of a value, or a value whose pointer type is known.  Global
 * variables (@var) need DWARF; BTF has no place for most of them.
 */
#include "sema/access.h"

#include <string.h>

bool access_base_decidable(const struct scope *sc)
{
	const struct site *site = sc->site;

	switch (site->family) {
	case FAMILY_FUNCTION:
	case FAMILY_TRACEPOINT: return site->exists != ANSWER_UNKNOWN;
	case FAMILY_BEGIN:
	case FAMILY_END:
	case FAMILY_ERROR:
	case FAMILY_NEVER:
	case FAMILY_TIMER:
	case FAMILY_PROFILE:
	case FAMILY_NETFILTER:
	case FAMILY_COUNT: break;
	}
	return true;
}

bool access_base_variable(struct walk *w, const char *name)
{
	const struct scope *sc = w->sc;

	if (!family_of(sc->site->family)->variable(sc, name, &w->access))
		return false;
	w->access.name = arena_printf(sc->sema->arena, "$%s", name);
	w->type = w->access.type;
	w->known = w->type.unit != NULL;
	w->access.unresolved = !w->known && !target_known(sc->sema->target);
	return true;
}

/* "a, b and c", or NULL; offers them to near. */
static const char *names_at(const struct scope *sc, struct near *near)
{
	struct arena *a = sc->sema->arena;
	const char *list = NULL, *name;

	for (uint32_t i = 0; (name = family_of(sc->site->family)->variable_at(sc, i)); i++) {
		if (!*name)
			continue;
		near_offer(near, name);
		list = list ? arena_printf(a, "%s, $%s", list, name) : arena_printf(a, "$%s", name);
	}
	if (sc->site->is_return && sc->site->fn.name &&
	    target_type(sc->sema->target, target_return(sc->sema->target, &sc->site->fn)).kind !=
		    TTYPE_VOID) {
		near_offer(near, "return");
		list = list ? arena_printf(a, "%s, $return", list) : "$return";
	}
	return list;
}

static void no_such_variable(struct walk *w, const char *name)
{
	struct near near = near_start(name);
	const struct site *site = w->sc->site;
	const char *list = names_at(w->sc, &near);
	struct diag *d;

	d = access_fail(w, DIAG_UNKNOWN_VARIABLE, w->e->span, "no variable $%s at %s", name,
			site->text);
	if (near.best)
		access_hint(w, d, "did you mean",
			    arena_printf(w->sc->sema->arena, "$%s", near.best));
	if (list)
		access_hint(w, d, "there are", list);
	else
		access_hint(w, d, "there are no target variables at", site->text);
	if (site->family == FAMILY_FUNCTION && site->fn.name)
		access_hint(w, d, "locals of a function are not in",
			    "BTF, only its parameters and result are");
}

static void start_unknown(struct walk *w, const char *name)
{
	bool result = w->sc->site->is_return && strcmp(name, "return") == 0;

	w->access.base = result ? ACCESS_RETURN : ACCESS_CONTEXT;
	w->access.name = arena_printf(w->sc->sema->arena, "$%s", name);
	w->access.unresolved = true;
}

static void start_variable(struct walk *w)
{
	const char *name = w->e->target.name + 1;

	if (!w->sc->site)
		access_fail(w, DIAG_MISPLACED_OPERATOR, w->e->span,
			    "$%s in a function: target variables are read in probes only", name);
	else if (!access_base_decidable(w->sc))
		start_unknown(w, name);
	else if (!access_base_variable(w, name))
		no_such_variable(w, name);
	else if (w->access.base == ACCESS_ENTRY)
		w->access.at_entry = true;
}

/* The type a cast names, in the module it names: "kernel", a module, or several with ':'. */
static bool named_type(struct walk *w, const char *name, struct ttype *out)
{
	struct sema *s = w->sc->sema;
	const char *modules = w->e->target.module;

	modules = modules ? text_unescape(s->arena, modules, NULL) : "kernel";
	for (;;) {
		size_t len = strcspn(modules, ":");
		const char *one = arena_strndup(s->arena, modules, len);
		/* "kernel<linux/x.h>" and "<x.h>" name headers; the kernel's BTF serves them */
		bool kernel = strncmp(one, "kernel", 6) == 0 || *one == '<';

		if (target_type_named(s->target, kernel ? NULL : one, name, out))
			return true;
		if (!modules[len])
			return false;
		modules += len + 1;
	}
}

/* The name without "*" at the end; SystemTap also lets a struct go without its keyword. */
static bool find_type(struct walk *w, const char *text, struct ttype *out)
{
	static const char *const keywords[] = {"", "struct ", "union ", "enum "};
	struct arena *a = w->sc->sema->arena;
	size_t len = strlen(text);

	while (len && strchr("* \t", text[len - 1]))
		len--;
	text = arena_strndup(a, text, len);
	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
		if (named_type(w, arena_printf(a, "%s%s", keywords[i], text), out))
			return true;
	return false;
}

static void start_cast(struct walk *w)
{
	struct sema *s = w->sc->sema;
	const char *text = text_unescape(s->arena, w->e->target.type_name, NULL);
	struct diag *d;

	if (!w->sc->silent)
		resolve_expr(w->sc, w->e->target.operand);
	w->access.base = ACCESS_VALUE;
	w->access.name = "@cast";
	w->access.operand = w->e->target.operand;
	if (!target_known(s->target)) {
		w->access.unresolved = w->e->target.ncomponents > 0;
		return;
	}
	if (!find_type(w, text, &w->type)) {
		d = access_fail(w, DIAG_UNKNOWN_TYPE, w->e->span, "no type \"%s\" in %s", text,
				target_describe(s->target));
		access_hint(w, d, "did you mean", target_near_type(s->target, NULL, text));
		return;
	}
	/* a cast names what the value points to, unless that is itself a pointer */
	w->known = true;
	w->object = target_type(s->target, w->type).kind != TTYPE_PTR;
	if (w->object && !w->e->target.ncomponents)
		w->object = w->known = false;
}

static void start_value(struct walk *w)
{
	struct expr *operand = w->e->target.operand;

	if (!w->sc->silent)
		resolve_expr(w->sc, operand);
	if (operand->kind == EXPR_POISON) {
		w->failed = true;
		return;
	}
	w->access.base = ACCESS_VALUE;
	w->access.operand = operand;
	w->access.name = operand->kind == EXPR_NAME ? operand->name.name : "value";
	w->type = autocast_detail(operand);
	w->known = w->type.unit != NULL;
	w->access.unresolved = !w->known;
	if (w->known || !target_known(w->sc->sema->target))
		return;
	access_fail(w, DIAG_UNKNOWN_TYPE, w->e->span,
		    "it is not known what type %s points to; say so with @cast", w->access.name);
}

static void start_var(struct walk *w)
{
	const char *name = w->e->target.name;

	w->access.base = ACCESS_CONTEXT;
	w->access.name = name;
	w->access.unresolved = true;
	if (target_known(w->sc->sema->target))
		access_fail(w, DIAG_UNSUPPORTED_ACCESS, w->e->span,
			    "@var(\"%s\"): global variables are not supported yet", name);
}

void access_base_start(struct walk *w)
{
	switch (w->e->target.base) {
	case TARGET_VAR: start_variable(w); return;
	case TARGET_AT_VAR: start_var(w); return;
	case TARGET_CAST: start_cast(w); return;
	case TARGET_VALUE: start_value(w); return;
	}
}
