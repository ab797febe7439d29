/*
 * Target variables that only debug information knows: locals, parameters where
 * BTF has no function, globals.  Their places become terms over registers and
 * memory.  A parameter in a return probe is what was passed, by the calling
 * convention; what else was only there at entry stays undecided, since nothing
 * keeps it.
 */
#include "sema/access.h"
#include "target/sdt.h"

#include <string.h>

enum { REGISTERS = 6, MAX_NAMES = 400 };

/* The object that a site's machine code is in; NULL: it has none. */
static const struct code *object_of(const struct scope *sc)
{
	const struct site *site = sc->site;

	if (!site)
		return NULL;
	if (site->place && site->place->code)
		return site->place->code;
	if (site->family == FAMILY_FUNCTION && site->exists == ANSWER_YES)
		return code_of_kernel(sc->sema->target, site->module);
	if (site->family == FAMILY_PROGRAM && site->program)
		return code_of_program(sc->sema->target, site->program);
	/* a mark has its arguments; what else is visible there is a help, not owed */
	if (site->mark &&
	    code_source(code_of_program(sc->sema->target, site->program)) == CODE_DWARF)
		return code_of_program(sc->sema->target, site->program);
	return NULL;
}

bool access_dwarf_user(const struct site *site)
{
	return site && (site->family == FAMILY_PROGRAM || site->family == FAMILY_MARK ||
			site->family == FAMILY_PLT);
}

/* The place of a site that was found in BTF, which has no places: its function's entry. */
static void find_place(const struct scope *sc, const struct code *c)
{
	struct code_query q = {
		.what = CODE_FUNCTIONS, .function = sc->site->fn.name, .inlines = CODE_CALLS_ONLY};
	struct code_places found = {0};
	const char *why;

	if (code_find(c, &q, sc->sema->arena, &found, &why) == ANSWER_YES && found.n)
		((struct site *)sc->site)->place = &found.v[0];
}

/* That of a mark: in the function around it. */
static void find_mark(const struct scope *sc, const struct code *c)
{
	struct code_query q = {
		.what = CODE_FUNCTIONS, .by_address = true, .address = sc->site->mark->address};
	struct code_places found = {0};
	const char *why;

	if (code_find(c, &q, sc->sema->arena, &found, &why) != ANSWER_YES || !found.n)
		return;
	found.v[0].address = sc->site->mark->address;
	((struct site *)sc->site)->place = &found.v[0];
}

static const struct code_place *place_of(const struct scope *sc)
{
	const struct code *c = object_of(sc);

	if (!c || code_source(c) != CODE_DWARF)
		return NULL;
	if (!sc->site->place && sc->site->fn.name)
		find_place(sc, c);
	if (!sc->site->place && sc->site->mark)
		find_mark(sc, c);
	return sc->site->place && sc->site->place->scope ? sc->site->place : NULL;
}

bool access_dwarf_decides(const struct scope *sc)
{
	const struct code *c = object_of(sc);

	return !c || code_source(c) == CODE_DWARF;
}

const char *access_dwarf_remedy(const struct scope *sc)
{
	const struct code *c = object_of(sc);

	return c ? code_remedy(c) : NULL;
}

/* --- terms --- */

static const struct code_term *term(struct arena *a, enum code_term_kind kind,
				    const struct code_term *x, int64_t number)
{
	struct code_term *t = arena_make(a, struct code_term), *n = arena_make(a, struct code_term);

	n->number = number;
	*t = (struct code_term){.kind = kind, .a = x, .b = n};
	return t;
}

/* A register holds more than a short type: what is above it is not part of the value. */
static const struct code_term *narrowed(struct arena *a, const struct code_term *t,
					const struct ttype_info *info)
{
	unsigned bits = (unsigned)info->size * 8;

	if ((info->kind != TTYPE_INT && info->kind != TTYPE_ENUM) || bits == 0 || bits >= 64 ||
	    t->kind == CODE_NUMBER)
		return t;
	if (!info->is_signed)
		return term(a, CODE_AND, t, (int64_t)((UINT64_C(1) << bits) - 1));
	return term(a, CODE_SAR, term(a, CODE_SHL, t, 64 - bits), 64 - bits);
}

/* SystemTap lists what depends on registers at the function's entry, and refuses to read it. */
static bool needs_entry(const struct code_term *t)
{
	return t && (t->kind == CODE_ENTRY || needs_entry(t->a) || needs_entry(t->b));
}

static void take(struct walk *w, const struct code_variable *v)
{
	struct sema *s = w->sc->sema;
	struct ttype_info info = target_type(s->target, v->type);

	w->access.base = ACCESS_TERM;
	w->access.term = v->term;
	w->access.why = v->why;
	w->access.fixed = true;
	w->type = v->type;
	w->known = w->type.unit != NULL;
	w->object = v->term && v->in_memory;
	if (needs_entry(v->term)) {
		w->access.term = NULL;
		w->access.why = "only what it was at the function's entry is described here";
		return;
	}
	if (v->term && !v->in_memory)
		w->access.term = narrowed(s->arena, v->term, &info);
}

void access_dwarf_part(struct walk *w, const struct target_member *m)
{
	struct arena *a = w->sc->sema->arena;
	struct ttype_info info = target_type(w->sc->sema->target, m->type);
	const struct code_term *t = w->access.term;

	if (m->bit_offset)
		t = term(a, CODE_SHR, t, (int64_t)m->bit_offset);
	if (m->bit_size && m->bit_size < 64 && info.is_signed)
		t = term(a, CODE_SAR, term(a, CODE_SHL, t, 64 - m->bit_size), 64 - m->bit_size);
	else if (m->bit_size && m->bit_size < 64)
		t = term(a, CODE_AND, t, (int64_t)((UINT64_C(1) << m->bit_size) - 1));
	else
		t = narrowed(a, t, &info);
	w->access.term = t;
	w->type = m->type;
}

/* --- a site's variables --- */

static bool in_one_register(const struct target *t, struct ttype ty)
{
	struct ttype_info info = target_type(t, ty);

	return (info.kind == TTYPE_INT || info.kind == TTYPE_PTR || info.kind == TTYPE_ENUM) &&
	       info.size <= 8;
}

/* Which of the arguments in registers a parameter is; false: it is in none, or nobody can tell. */
static bool argument_of(const struct scope *sc, const struct code_place *p, const char *name,
			uint32_t *n)
{
	struct code_variable v;

	*n = 0;
	if (p->code && code_is_i386(p->code))
		return false;
	for (uint32_t i = 0; *n < REGISTERS; i++) {
		if (!code_variable_at(p, i, sc->sema->arena, &v))
			return false;
		if (v.kind != CODE_PARAMETER)
			continue;
		if (!in_one_register(sc->sema->target, v.type))
			return false;
		if (v.name && strcmp(v.name, name) == 0)
			return true;
		++*n;
	}
	return false;
}

/* In a return probe, what the function began with. */
static void at_entry(struct walk *w, const struct code_place *p, const char *name,
		     const struct code_variable *v)
{
	uint32_t n;

	if (v->kind == CODE_PARAMETER && !p->symbol && argument_of(w->sc, p, name, &n)) {
		w->access.base = ACCESS_ENTRY;
		w->access.n = n;
		w->object = false;
	} else if (v->kind != CODE_GLOBAL) {
		w->access.unresolved = true;
	}
}

static bool result(struct walk *w, const struct code_place *p)
{
	struct ttype_info info;

	w->type = code_result(p);
	info = target_type(w->sc->sema->target, w->type);
	if (info.kind == TTYPE_VOID)
		return false;
	w->access.base = ACCESS_RETURN;
	if (info.size > 4 && p->code && code_is_i386(p->code)) {
		w->access.base = ACCESS_TERM;
		w->access.why = "it does not fit a register of a 32-bit program";
	}
	w->known = w->type.unit != NULL;
	return true;
}

/* --- BTF beside DWARF --- */

/* The parameters that debug information has: "a, b"; *n: how many. */
static const char *parameters_of(const struct scope *sc, const struct code_place *p, uint32_t *n)
{
	const char *list = "";
	struct code_variable v;

	*n = 0;
	for (uint32_t i = 0; i < MAX_NAMES; i++) {
		if (!code_variable_at(p, i, sc->sema->arena, &v))
			break;
		if (v.kind == CODE_PARAMETER)
			list = arena_printf(sc->sema->arena, "%s%s%s", list, ++*n > 1 ? ", " : "",
					    v.name);
	}
	return list;
}

/* The same of BTF; NULL when it does not have the function, once. */
static const char *btf_parameters(const struct scope *sc, const struct code_place *p, uint32_t *n)
{
	const struct target *t = sc->sema->target;
	struct arena *a = sc->sema->arena;
	struct target_fns fns = {0};
	const char *list = "", *name;

	*n = 0;
	if (text_is_glob(p->function) ||
	    target_match(t, sc->site->module, p->function, a, &fns) != ANSWER_YES || fns.n != 1)
		return NULL;
	for (uint32_t i = 0; i < fns.v[0].nparams; i++) {
		target_param(t, &fns.v[0], i, &name);
		if (name && *name)
			list = arena_printf(a, "%s%s%s", list, ++*n > 1 ? ", " : "", name);
	}
	return list;
}

static void compare(const struct walk *w, const struct code_place *p)
{
	const struct scope *sc = w->sc;
	struct sema *s = sc->sema;
	const char *btf, *dwarf;
	uint32_t nbtf, ndwarf;
	struct diag *d;

	/* a copy with other parameters has a name of its own */
	if (sc->site->family != FAMILY_FUNCTION || !p->function || p->symbol || p->inlined ||
	    sc->silent || map_get(&s->disagreed, p->function))
		return;
	s->disagreed.arena = s->arena;
	map_put(&s->disagreed, p->function, s);
	btf = btf_parameters(sc, p, &nbtf);
	dwarf = parameters_of(sc, p, &ndwarf);
	if (!btf || (nbtf == ndwarf && strcmp(btf, dwarf) == 0))
		return;
	d = diag_report(s->diags, DIAG_FACTS_DISAGREE, w->e->span,
			"sources differ about the parameters of %s: (%s) and (%s)", p->function,
			btf, dwarf);
	diag_note(s->diags, d, (struct span){{0}, {0}}, "(%s) is from %s", btf,
		  target_describe(s->target));
	diag_note(s->diags, d, (struct span){{0}, {0}}, "(%s) is from %s", dwarf,
		  code_describe(p->code));
}

bool access_dwarf_variable(struct walk *w, const char *name)
{
	const struct code_place *p = place_of(w->sc);
	const struct site *site = w->sc->site;
	struct code_variable v;

	if (!p)
		return false;
	compare(w, p);
	w->access.name = arena_printf(w->sc->sema->arena, "$%s", name);
	w->access.user = w->user = access_dwarf_user(site);
	if (site->is_return && strcmp(name, "return") == 0)
		return result(w, p);
	if (!code_variable(p, name, w->sc->sema->arena, &v))
		return false;
	take(w, &v);
	if (site->is_return)
		at_entry(w, p, name, &v);
	return true;
}

static bool has(const struct access_names *list, const char *name)
{
	for (uint32_t i = 0; i < list->n; i++)
		if (strcmp(list->v[i].name, name) == 0)
			return true;
	return false;
}

static void add(const struct scope *sc, struct access_names *list, const char *name, bool local)
{
	struct access_name one = {name, local};

	if (name && *name && !has(list, name))
		vec_push(sc->sema->arena, list, one);
}

/* Parameters first, as SystemTap writes them out. */
static void add_kind(const struct scope *sc, const struct code_place *p, bool locals,
		     struct access_names *out)
{
	struct code_variable v;

	for (uint32_t i = 0; i < MAX_NAMES; i++) {
		if (!code_variable_at(p, i, sc->sema->arena, &v))
			return;
		/* where BTF knows the function it knows its parameters */
		if ((v.kind != CODE_PARAMETER) == locals && (locals || !sc->site->fn.name))
			add(sc, out, v.name, locals);
	}
}

void access_dwarf_names(const struct scope *sc, bool locals, struct access_names *out)
{
	const struct family_group *g = family_of(sc->site->family);
	const struct code_place *p;
	const char *name;

	for (uint32_t i = 0; (name = g->variable_at(sc, i)); i++)
		add(sc, out, name, false);
	if (!locals && sc->site->fn.name)
		return;
	p = place_of(sc);
	if (!p)
		return;
	add_kind(sc, p, false, out);
	if (locals)
		add_kind(sc, p, true, out);
}

bool access_dwarf_has_result(const struct scope *sc)
{
	const struct site *site = sc->site;
	const struct target *t = sc->sema->target;
	const struct code_place *p;

	if (!site->is_return)
		return false;
	if (site->fn.name)
		return target_type(t, target_return(t, &site->fn)).kind != TTYPE_VOID;
	p = place_of(sc);
	return p && target_type(t, code_result(p)).kind != TTYPE_VOID;
}

/* --- @var --- */

/* The object that a module's name in @var and @cast means; NULL: there is no such module. */
const struct code *access_dwarf_module(const struct scope *sc, const char *module, bool *user)
{
	const struct target *t = sc->sema->target;
	const struct site *site = sc->site;

	*user = false;
	if (!module) {
		*user = access_dwarf_user(site);
		if (site && site->place && site->place->code)
			return site->place->code;
		if (*user && site->program)
			return code_of_program(t, site->program);
		return code_of_kernel(t, site && !*user ? site->module : NULL);
	}
	if (strcmp(module, "kernel") == 0 || strncmp(module, "kernel<", 7) == 0)
		return code_of_kernel(t, NULL);
	if (!strchr(module, '/') && target_module(t, module) == ANSWER_YES)
		return code_of_kernel(t, module);
	*user = true;
	return code_of_program(t, module);
}

void access_dwarf_global(struct walk *w, const char *name, const char *file, const char *module)
{
	struct sema *s = w->sc->sema;
	bool user;
	const struct code *c = access_dwarf_module(w->sc, module, &user);
	struct code_variable v;

	w->access.user = w->user = user;
	if (code_source(c) == CODE_MISSING && (user || target_known(s->target)) &&
	    !(c == code_of_kernel(s->target, NULL))) {
		access_fail(w, DIAG_UNKNOWN_MODULE, w->e->span, "%s: %s", w->access.name,
			    code_remedy(c) ? code_remedy(c) : "there is no such module");
	} else if (code_source(c) != CODE_DWARF) {
		w->access.base = ACCESS_CONTEXT;
		w->access.unresolved = true;
		access_dwarf_tell(w, code_remedy(c));
	} else if (code_global(c, name, file, s->arena, &v)) {
		take(w, &v);
	} else {
		access_fail(w, DIAG_UNKNOWN_VARIABLE, w->e->span, "no global variable %s%s%s in %s",
			    name, file ? "@" : "", file ? file : "", code_describe(c));
	}
}

void access_dwarf_tell(struct walk *w, const char *remedy)
{
	struct diag *d;

	/* a program is at hand, so nothing more will ever be known of it */
	if (w->user || access_dwarf_user(w->sc->site)) {
		d = access_fail(w, DIAG_UNREADABLE_PROGRAM, w->e->span,
				"only debug information tells whether there is %s", w->access.name);
		access_hint(w, d, "what would help:", remedy);
		return;
	}
	if (w->sc->silent || w->sc->from_tapset || !target_known(w->sc->sema->target))
		return;
	d = diag_report(w->sc->sema->diags, DIAG_NEEDS_DEBUGINFO, w->e->span,
			"only debug information tells whether there is %s", w->access.name);
	access_hint(w, d, "what would help:", remedy);
}
