/*
 * kernel.function, module.function and kprobe.function.  Which functions there
 * are is for the target's facts to say; BTF names neither the source file of a
 * function nor the calls that were inlined, so a file or line in the point is
 * kept as an assumption, and .inline stays undecided.  kprobe.function gives no
 * variables, as it reads no types.
 */
#include "sema/family.h"

#include <string.h>

enum variant { RETURN = 1, INLINE = 2, NO_TYPES = 4, ADDRESS = 8, LINES = 16 };

/* clang-format off */
#define SUFFIXES(base)                                                                             \
	{base, 0}, {base ".call", 0}, {base ".exported", 0}, {base ".inline", INLINE},             \
		{base ".return", RETURN}, {base ".return.maxactive(N)", RETURN}
#define ADDRESSES(base) {base, ADDRESS}, {base ".call", ADDRESS}, {base ".return", ADDRESS}
#define INSIDE(base)                                                                               \
	{base ".label(S)", LINES}, {base ".callee(S)", LINES}, {base ".callee(S).call", LINES},    \
		{base ".callee(S).return", LINES}, {base ".callees", LINES}, {base ".callees(N)", LINES}

static const struct shape shapes[] = {
	SUFFIXES("kernel.function(S)"),
	SUFFIXES("module(S).function(S)"),
	{"kprobe.function(S)", NO_TYPES},
	{"kprobe.function(S).call", NO_TYPES},
	{"kprobe.function(S).return", NO_TYPES | RETURN},
	{"kprobe.function(S).return.maxactive(N)", NO_TYPES | RETURN},
	ADDRESSES("kernel.function(N)"),
	ADDRESSES("module(S).function(N)"),
	INSIDE("kernel.function(S)"),
	INSIDE("module(S).function(S)"),
};
/* clang-format on */

/* What the string arguments say. */
struct wanted {
	const struct probe_point *p;
	const struct shape *shape;
	const struct expr *literal; /* the function's */
	const char *module;         /* a glob, or NULL: the kernel image */
	const char *name;           /* a glob */
	const char *place;          /* "@file:line", or "" */
};

static const char *where(struct expansion *x, const char *module, const char *kernel)
{
	if (!module)
		return kernel;
	return arena_printf(probe_sema(x)->arena, "module %s of %s", module, kernel);
}

static void trust_place(struct expansion *x, const struct wanted *w, struct site *site)
{
	if (!*w->place)
		return;
	site->trusted = true;
	site->trust_reason = arena_printf(
		probe_sema(x)->arena, "BTF does not record source files, so \"%s\" was not checked",
		w->place);
}

static struct site *new_site(struct expansion *x, const struct wanted *w)
{
	struct site *site = probe_site(x, FAMILY_FUNCTION, w->p);

	site->is_return = w->shape->variant & RETURN;
	site->module = w->module;
	site->function = w->name;
	trust_place(x, w, site);
	return site;
}

/* The point with its globs replaced by what they matched. */
static const struct probe_point *matched_point(struct expansion *x, const struct wanted *w,
					       const struct target_fn *fn)
{
	struct arena *a = probe_sema(x)->arena;
	struct probe_point *q = arena_make(a, struct probe_point);

	*q = *w->p;
	q->parts = arena_alloc(a, q->nparts * sizeof *q->parts);
	for (uint32_t i = 0; i < q->nparts; i++) {
		const char *text = NULL;

		q->parts[i] = w->p->parts[i];
		if (q->parts[i].arg == w->literal)
			text = arena_printf(a, "%s%s", fn->name, w->place);
		else if (i == 0 && fn->module && w->module)
			text = fn->module;
		if (!text)
			continue;
		q->parts[i].arg = arena_make(a, struct expr);
		*q->parts[i].arg = *w->p->parts[i].arg;
		q->parts[i].arg->string = text;
	}
	return q;
}

static void found(struct expansion *x, const struct wanted *w, const struct target_fn *fn)
{
	struct wanted one = *w;
	struct site *site;

	if (text_is_glob(w->name) || (w->module && text_is_glob(w->module)))
		one.p = matched_point(x, w, fn);
	one.name = fn->name;
	if (w->module && fn->module && text_is_glob(w->module))
		one.module = fn->module;
	site = new_site(x, &one);
	site->exists = ANSWER_YES;
	site->evidence = arena_printf(probe_sema(x)->arena, "function %s in %s", fn->name,
				      where(x, one.module, target_describe(probe_sema(x)->target)));
	if (!(w->shape->variant & NO_TYPES))
		site->fn = *fn;
	probe_found(x, site);
}

static void found_unknown(struct expansion *x, const struct wanted *w, const char *why)
{
	struct site *site = new_site(x, w);

	site->exists = ANSWER_UNKNOWN;
	site->evidence = why;
	probe_found(x, site);
}

/* True if the module is there or nobody can tell. */
static bool module_there(struct expansion *x, const struct wanted *w)
{
	struct sema *s = probe_sema(x);
	const struct expr *literal = w->p->parts[0].arg;
	const char *near;
	struct cause *c;

	if (!w->module || text_is_glob(w->module) ||
	    target_module(s->target, w->module) != ANSWER_NO)
		return true;
	c = probe_failed(x, DIAG_UNKNOWN_MODULE, literal->span, "module %s is not part of %s",
			 w->module, probe_kernel(x));
	near = probe_suggests(x) ? target_near_module(s->target, w->module) : NULL;
	if (near && strcmp(near, w->module) != 0)
		c->hint = arena_printf(s->arena, "did you mean %s", near);
	return false;
}

static void not_found(struct expansion *x, const struct wanted *w)
{
	struct sema *s = probe_sema(x);
	const char *near = NULL;
	struct cause *c;

	if (text_is_glob(w->name)) {
		probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, w->literal->span,
			     "no function matches \"%s\" in %s", w->name,
			     where(x, w->module, probe_kernel(x)));
		return;
	}
	c = probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, w->literal->span, "no function \"%s\" in %s",
			 w->name, where(x, w->module, probe_kernel(x)));
	if (probe_suggests(x) && (!w->module || !text_is_glob(w->module)))
		near = target_near_function(s->target, w->module, w->name);
	if (!near)
		return;
	c->hint = arena_printf(s->arena, "did you mean %s", near);
	probe_mend(c, w->literal, arena_printf(s->arena, "%s%s", near, w->place));
}

static void look_up(struct expansion *x, const struct wanted *w)
{
	struct sema *s = probe_sema(x);
	struct target_fns fns = {0};
	enum answer answer;

	if (!module_there(x, w))
		return;
	answer = target_match(s->target, w->module, w->name, s->arena, &fns);
	for (uint32_t i = 0; answer == ANSWER_YES && i < fns.n; i++)
		found(x, w, &fns.v[i]);
	if (answer == ANSWER_UNKNOWN) {
		s->program->existence_unknown = true;
		found_unknown(x, w, "no kernel facts were given that could tell");
	} else if (answer == ANSWER_NO || fns.n == 0) {
		not_found(x, w);
	}
}

/* "name@file:line" into name and place. */
static bool split(struct expansion *x, struct wanted *w)
{
	struct arena *a = probe_sema(x)->arena;
	const char *text = text_unescape(a, w->literal->string, NULL);
	size_t len = strcspn(text, "@:");

	w->name = arena_strndup(a, text, len);
	w->place = text + len;
	if (len)
		return true;
	probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, w->literal->span,
		     "the function has no name in \"%s\"", text);
	return false;
}

static void expand(struct expansion *x, const struct shape *shape, const struct probe_point *p)
{
	struct arena *a = probe_sema(x)->arena;
	const struct pp_part *module = words_part(p, "module");
	struct wanted w = {.p = p, .shape = shape};

	if (shape->variant & (ADDRESS | LINES)) {
		probe_failed(
			x, DIAG_UNSUPPORTED_PROBE, p->span, "%s: %s", words_text(a, p),
			shape->variant & ADDRESS
				? "functions by address are not supported yet; name the function"
				: "labels and callees need DWARF and are not supported yet");
		return;
	}
	w.literal = words_part(p, "function")->arg;
	if (module)
		w.module = text_unescape(a, module->arg->string, NULL);
	if (!split(x, &w))
		return;
	if (shape->variant & INLINE)
		found_unknown(x, &w, "BTF does not record inlined calls; DWARF would be needed");
	else if (*w.place == '@' && strcmp(w.name, "*") == 0)
		found_unknown(x, &w,
			      "BTF does not record which file a function is from; "
			      "DWARF would be needed, or a pattern for the name");
	else
		look_up(x, &w);
}

static bool variable(const struct scope *sc, const char *name, struct access *out)
{
	const struct site *site = sc->site;

	for (uint32_t i = 0; site->fn.name && i < site->fn.nparams; i++) {
		const char *param;

		out->type = target_param(sc->sema->target, &site->fn, i, &param);
		if (!param || strcmp(param, name) != 0)
			continue;
		out->base = site->is_return ? ACCESS_ENTRY : ACCESS_ARG;
		out->n = i;
		return true;
	}
	if (!site->fn.name || !site->is_return || strcmp(name, "return") != 0)
		return false;
	out->base = ACCESS_RETURN;
	out->type = target_return(sc->sema->target, &site->fn);
	return target_type(sc->sema->target, out->type).kind != TTYPE_VOID;
}

static const char *variable_at(const struct scope *sc, uint32_t i)
{
	const char *name = NULL;

	if (!sc->site->fn.name || i >= sc->site->fn.nparams)
		return NULL;
	target_param(sc->sema->target, &sc->site->fn, i, &name);
	return name ? name : "";
}

const struct family_group family_function = {
	shapes, sizeof shapes / sizeof *shapes, expand, variable, variable_at,
};
