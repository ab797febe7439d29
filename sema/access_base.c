/*
 * Where a target variable starts: a variable of the site, as its family or else
 * debug information (access_dwarf.c) knows them, a global (@var), a cast of a
 * value, or a value whose pointer type is known.
 */
#include "sema/access.h"

#include <string.h>

/* A function of which a symbol is all that is known. */
static bool untyped(const struct site *site)
{
	return !site->place && !site->fn.name;
}

bool access_base_decidable(const struct scope *sc)
{
	const struct site *site = sc->site;

	switch (site->family) {
	case FAMILY_FUNCTION: return site->exists != ANSWER_UNKNOWN && !untyped(site);
	case FAMILY_STATEMENT:
	case FAMILY_TRACEPOINT: return site->exists != ANSWER_UNKNOWN;
	case FAMILY_BEGIN:
	case FAMILY_END:
	case FAMILY_ERROR:
	case FAMILY_NEVER:
	case FAMILY_TIMER:
	case FAMILY_PROFILE:
	case FAMILY_KPROBE:
	case FAMILY_DATA:
	case FAMILY_PERF:
	case FAMILY_NETFILTER:
	case FAMILY_PROCESS:
	case FAMILY_SYSCALL:
	case FAMILY_UDATA:
	case FAMILY_PROCFS: break;
	case FAMILY_PROGRAM:
	case FAMILY_MARK:
	case FAMILY_PLT: return site->exists != ANSWER_UNKNOWN;
	case FAMILY_COUNT: break;
	}
	return true;
}

bool access_base_variable(struct walk *w, const char *name)
{
	const struct scope *sc = w->sc;

	if (!family_of(sc->site->family)->variable(sc, name, &w->access))
		return access_dwarf_variable(w, name);
	w->access.name = arena_printf(sc->sema->arena, "$%s", name);
	w->type = w->access.type;
	w->known = w->type.unit != NULL;
	w->access.unresolved = !w->known && !w->access.fixed && !target_known(sc->sema->target);
	return true;
}

/* "a, b and c", or NULL; offers them to near. */
static const char *names_at(const struct scope *sc, struct near *near)
{
	struct arena *a = sc->sema->arena;
	struct access_names names = {0};
	const char *list = NULL;

	access_dwarf_names(sc, true, &names);
	if (access_dwarf_has_result(sc))
		vec_push(a, &names, ((struct access_name){"return", false}));
	for (uint32_t i = 0; i < names.n; i++) {
		near_offer(near, names.v[i].name);
		list = list ? arena_printf(a, "%s, $%s", list, names.v[i].name)
			    : arena_printf(a, "$%s", names.v[i].name);
	}
	return list;
}

static void no_such_variable(struct walk *w, const char *name, const struct near *near,
			     const char *list)
{
	const struct site *site = w->sc->site;
	const char *remedy = access_dwarf_decides(w->sc) ? NULL : access_dwarf_remedy(w->sc);
	struct diag *d;

	d = access_fail(w, DIAG_UNKNOWN_VARIABLE, w->e->span, "no variable $%s at %s", name,
			site->text);
	if (near->best)
		access_hint(w, d, "did you mean",
			    arena_printf(w->sc->sema->arena, "$%s", near->best));
	if (list)
		access_hint(w, d, "there are", list);
	else
		access_hint(w, d, "there are no target variables at", site->text);
	if (site->family == FAMILY_KPROBE)
		access_hint(w, d, "a kprobe reads no types:",
			    site->is_return ? "returnval() is the result"
					    : "int_arg(1) is the first parameter");
	if (remedy)
		access_hint(w, d,
			    "locals of a function are known with debug information only:", remedy);
}

static void start_unknown(struct walk *w, const char *name)
{
	const struct site *site = w->sc->site;
	bool result = site && site->is_return && strcmp(name, "return") == 0;

	w->access.base = result ? ACCESS_RETURN : ACCESS_CONTEXT;
	w->access.name = arena_printf(w->sc->sema->arena, "$%s", name);
	w->access.unresolved = true;
}

/* It is there, and nothing tells where at this place. */
static void refuse_unreadable(struct walk *w)
{
	const struct site *site = w->sc->site;
	const struct code_place *copy =
		site && site->place && site->place->inlined ? site->place : NULL;
	const char *advice = "probe a line where it has a value (.statement), or ask";
	struct diag *d;

	d = access_fail(w, DIAG_UNSUPPORTED_ACCESS, w->e->span, "%s cannot be read %s%s: %s",
			w->access.name, copy ? "at an inlined copy of " : "here",
			copy ? copy->function : "",
			w->access.why ? w->access.why : "it is optimised away");
	if (copy && site->family == FAMILY_FUNCTION && !strstr(site->text, ".inline"))
		advice = "leave inlined copies out (.call), or ask";
	if (w->known)
		access_hint(w, d, advice,
			    arena_printf(w->sc->sema->arena, "@defined(%s) first", w->access.name));
}

/* An argument of a mark has no type, and a text no parts. */
static void check_whole(struct walk *w)
{
	bool parts = w->e->target.ncomponents || w->e->target.address_of;
	struct diag *d;

	if (w->access.guru && !w->sc->storing && !w->sc->from_tapset &&
	    !w->sc->sema->in->options->guru) {
		access_fail(w, DIAG_NEEDS_GURU, w->e->span, "%s needs guru mode (-g)",
			    w->access.name);
	} else if (w->access.read_only && w->sc->storing && !w->e->target.ncomponents) {
		access_fail(w, DIAG_NOT_ASSIGNABLE, w->e->span, "%s cannot be assigned to",
			    w->access.name);
	} else if (w->access.base == ACCESS_TERM && !w->access.term) {
		refuse_unreadable(w);
	} else if (w->access.base == ACCESS_TERM && !w->known && w->sc->storing) {
		access_fail(w, DIAG_NOT_ASSIGNABLE, w->e->span,
			    "%s, an argument of a mark, cannot be assigned to", w->access.name);
	} else if (w->access.base == ACCESS_TERM && !w->known && parts) {
		d = access_fail(w, DIAG_INVALID_ACCESS, w->e->span,
				"%s has no type: a mark records only the size of an argument",
				w->access.name);
		access_hint(w, d, "say what it points to:",
			    arena_printf(w->sc->sema->arena,
					 "@cast(%s, \"struct x\", \"PROGRAM\")->member",
					 w->access.name));
	} else if (w->access.is_string && parts) {
		access_fail(w, DIAG_INVALID_ACCESS, w->e->span, "%s is text: it has no parts",
			    w->access.name);
	} else if (w->access.is_string && w->sc->storing != (w->sc->site->number != 0)) {
		access_fail(w, DIAG_NOT_ASSIGNABLE, w->e->span,
			    w->sc->storing ? "%s is what was written: it can only be read"
					   : "%s is what the reader will get: it can only be "
					     "assigned to",
			    w->access.name);
	}
}

/*
 * Neither the family nor debug information has it.  Without the latter it may still be a local,
 * unless it looks like a misspelt parameter, or is asked for where locals cannot be read yet.
 */
static void not_found(struct walk *w, const char *name)
{
	struct near near = near_start(name);
	const char *list = names_at(w->sc, &near);
	bool at_entry = w->sc->site->fn.name != NULL;
	bool result = strcmp(name, "return") == 0; /* a keyword of C: no variable has that name */

	if (result || access_dwarf_decides(w->sc) || (at_entry && (near.best || w->sc->silent))) {
		no_such_variable(w, name, &near, list);
		return;
	}
	start_unknown(w, name);
	access_dwarf_tell(w, access_dwarf_remedy(w->sc));
}

static void start_variable(struct walk *w)
{
	const char *name = w->e->target.name + 1;

	/* a function that nothing calls has no site; its types may stay open */
	if (!w->sc->site || !access_base_decidable(w->sc)) {
		start_unknown(w, name);
		/* of a point that nobody knows it was said already */
		if (w->sc->site && w->sc->site->exists == ANSWER_YES)
			access_dwarf_tell(w, access_dwarf_remedy(w->sc));
	} else if (!access_base_variable(w, name)) {
		not_found(w, name);
	} else if (w->access.base == ACCESS_ENTRY) {
		w->access.at_entry = true;
	} else {
		check_whole(w);
	}
}

/* Does "kernel<linux/x.h>" name a header that the kernel's installed ones are known to lack? */
static bool lacks_header(struct sema *s, const char *module)
{
	const char *open = strchr(module, '<');
	size_t n = open ? strcspn(open + 1, ">") : 0;

	return n && strncmp(module, "kernel<", 7) == 0 &&
	       target_header(s->target, arena_strndup(s->arena, open + 1, n)) == ANSWER_NO;
}

/* A type in one of the modules that a cast names: NO if it is in none of them. */
static enum answer type_in(struct walk *w, const char *module, const char *name)
{
	struct sema *s = w->sc->sema;
	/* "kernel<linux/x.h>" and "<x.h>" name headers; the kernel's facts serve them */
	bool kernel = module && (strncmp(module, "kernel", 6) == 0 || *module == '<'), user;
	bool header = module && strchr(module, '<');
	const struct code *c = access_dwarf_module(w->sc, kernel ? "kernel" : module, &user);

	if (header && lacks_header(s, module))
		return ANSWER_NO;
	if (!user) {
		module = kernel ? NULL : module ? module : w->sc->site ? w->sc->site->module : NULL;
		if (target_type_named(s->target, module, name, &w->type))
			return ANSWER_YES;
		/* the header that is named may have it: "kernel<linux/x.h>" */
		return target_known(s->target) && !header ? ANSWER_NO : ANSWER_UNKNOWN;
	}
	if (code_type_named(c, name, &w->type)) {
		w->user = true;
		return ANSWER_YES;
	}
	/* without a module the kernel's types are meant after the program's own */
	if (!module && target_type_named(s->target, NULL, name, &w->type))
		return ANSWER_YES;
	return code_source(c) == CODE_SYMBOLS ? ANSWER_UNKNOWN : ANSWER_NO;
}

/* In the modules of the cast: "kernel", a module, a program, or several with ':'. */
enum answer access_base_type(struct walk *w, const char *name)
{
	const char *modules = w->e->target.module;
	enum answer answer = ANSWER_NO;

	if (!modules)
		return type_in(w, NULL, name);
	modules = text_unescape(w->sc->sema->arena, modules, NULL);
	for (;;) {
		size_t len = strcspn(modules, ":");
		enum answer got = type_in(w, arena_strndup(w->sc->sema->arena, modules, len), name);

		if (got == ANSWER_YES)
			return got;
		if (got == ANSWER_UNKNOWN)
			answer = got;
		if (!modules[len])
			return answer;
		modules += len + 1;
	}
}

/* The name without "*" at the end; SystemTap also lets a struct go without its keyword. */
static enum answer find_type(struct walk *w, const char *text)
{
	static const char *const keywords[] = {"", "struct ", "union ", "enum "};
	struct arena *a = w->sc->sema->arena;
	enum answer answer = ANSWER_NO;
	size_t len = strlen(text);

	while (len && strchr("* \t", text[len - 1]))
		len--;
	text = arena_strndup(a, text, len);
	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
		enum answer got = access_base_type(w, arena_printf(a, "%s%s", keywords[i], text));

		if (got == ANSWER_YES)
			return got;
		if (got == ANSWER_UNKNOWN)
			answer = got;
	}
	return answer;
}

static void tell_unknown_type(struct walk *w, const char *text)
{
	const char *module = w->e->target.module;
	struct sema *s = w->sc->sema;
	struct diag *d;

	if (!module && access_dwarf_user(w->sc->site)) {
		d = access_fail(w, DIAG_UNREADABLE_PROGRAM, w->e->span,
				"only debug information tells whether there is a type \"%s\"",
				text);
		access_hint(w, d, "what would help:", access_dwarf_remedy(w->sc));
		return;
	}
	/* the library is taken at its word, as its C is */
	if (w->sc->silent || w->sc->from_tapset || !target_known(s->target))
		return;
	if (module && strchr(module, '<'))
		diag_report(s->diags, DIAG_HEADER_NOT_READ, w->e->span,
			    "type \"%s\" is not in %s, and the C header in \"%s\" is not read",
			    text, target_describe(s->target), module);
	else
		diag_report(s->diags, DIAG_NEEDS_DEBUGINFO, w->e->span,
			    "only debug information tells whether there is a type \"%s\"", text);
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
	enum answer found = find_type(w, text);

	if (found == ANSWER_UNKNOWN) {
		tell_unknown_type(w, text);
		w->access.unresolved = w->e->target.ncomponents > 0;
		w->access.opaque = true;
		return;
	}
	if (found == ANSWER_NO && w->e->target.module &&
	    lacks_header(s, text_unescape(s->arena, w->e->target.module, NULL))) {
		d = access_fail(w, DIAG_UNKNOWN_TYPE, w->e->span,
				"%s has no header as \"%s\" names it", target_release(s->target),
				w->e->target.module);
		access_hint(w, d, "write", "kernel<linux/x.h>, a path below its include folders");
		return;
	}
	if (found == ANSWER_NO) {
		d = access_fail(w, DIAG_UNKNOWN_TYPE, w->e->span, "no type \"%s\" in %s", text,
				target_describe(s->target));
		access_hint(w, d, "did you mean", target_near_type(s->target, NULL, text));
		return;
	}
	/* a cast names what the value points to, unless that is itself a pointer */
	w->known = true;
	w->object = target_type(s->target, w->type).kind != TTYPE_PTR;
	if (w->object && !w->e->target.ncomponents && !w->e->target.address_of)
		w->object = w->known = false;
}

static void start_value(struct walk *w)
{
	struct expr *operand = w->e->target.operand;
	struct detail detail;

	if (!w->sc->silent)
		resolve_expr(w->sc, operand);
	if (operand->kind == EXPR_POISON) {
		w->failed = true;
		return;
	}
	w->access.base = ACCESS_VALUE;
	w->access.operand = operand;
	w->access.name = operand->kind == EXPR_NAME ? operand->name.name : "value";
	detail = autocast_detail(operand);
	w->type = detail.type;
	w->object = detail.points;
	w->user = detail.user;
	w->known = w->type.unit != NULL;
	w->access.unresolved = !w->known;
	w->access.opaque = detail.opaque;
	if (w->known || detail.opaque || !target_known(w->sc->sema->target))
		return;
	access_fail(w, DIAG_UNKNOWN_TYPE, w->e->span,
		    "it is not known what type %s points to; say so with @cast", w->access.name);
}

static void start_var(struct walk *w)
{
	struct arena *a = w->sc->sema->arena;
	const char *name = text_unescape(a, w->e->target.name, NULL);
	const char *module = w->e->target.module, *file = strchr(name, '@');

	w->access.name = arena_printf(a, "@var(\"%s\")", name);
	if (module)
		module = text_unescape(a, module, NULL);
	if (file)
		name = arena_strndup(a, name, (size_t)(file++ - name));
	access_dwarf_global(w, name, file && *file ? file : NULL, module);
	if (!w->failed && !w->access.unresolved)
		check_whole(w);
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
