/*
 * kernel.trace("[system:]name"), kernel.tracepoint("name") and
 * module("m").tracepoint("name"): found by the type that BTF keeps for each
 * tracepoint; its parameters are the context variables, by name or, in the
 * later two, by number.  BTF does not say which system a tracepoint belongs to:
 * that is checked where tracefs or the kernel's headers tell, else an
 * assumption; a pattern of a system's tracepoints then stays undecided.
 */
#include "sema/family.h"

#include <stdlib.h>
#include <string.h>

enum variant { TRACE, NUMBERED };

static const struct shape shapes[] = {
	{"kernel.trace(S)", TRACE},
	{"kernel.tracepoint(S)", NUMBERED},
	{"module(S).tracepoint(S)", NUMBERED},
};

/* What the string says. */
struct wanted {
	const struct probe_point *p;
	const struct expr *literal;
	const char *text, *system, *name; /* globs; system: NULL: any */
	const char *module;               /* a glob, or NULL */
	bool numbered;
};

static struct site *new_site(struct expansion *x, const struct wanted *w,
			     const struct probe_point *p, const char *name)
{
	struct site *site = probe_site(x, FAMILY_TRACEPOINT, p);

	site->function = name;
	site->number = w->numbered;
	return site;
}

static void undecided(struct expansion *x, const struct wanted *w, const char *why)
{
	struct site *site = new_site(x, w, w->p, w->name);

	probe_sema(x)->program->existence_unknown = true;
	site->exists = ANSWER_UNKNOWN;
	site->evidence = why;
	probe_found(x, site);
}

/* The point with what a pattern matched. */
static const struct probe_point *matched(struct expansion *x, const struct wanted *w,
					 const struct target_fn *fn, const char *system)
{
	struct arena *a = probe_sema(x)->arena;
	const struct probe_point *p = w->p;
	const char **texts = arena_alloc(a, p->nparts * sizeof *texts);

	for (uint32_t i = 0; i < p->nparts; i++) {
		if (p->parts[i].arg == w->literal)
			texts[i] = system && !w->numbered
					   ? arena_printf(a, "%s:%s", system, fn->name)
					   : fn->name;
		else if (p->parts[i].arg)
			texts[i] = fn->module;
	}
	return words_with(a, p, texts);
}

static void found(struct expansion *x, const struct wanted *w, const struct target_fn *fn,
		  const char *system)
{
	struct sema *s = probe_sema(x);
	bool pattern = text_is_glob(w->text) || (w->module && text_is_glob(w->module)) ||
		       s->in->options->places;
	struct site *site = new_site(x, w, pattern ? matched(x, w, fn, system) : w->p, fn->name);

	site->exists = ANSWER_YES;
	site->fn = *fn;
	site->module = fn->module;
	site->evidence = arena_printf(s->arena, "tracepoint %s in %s", fn->name,
				      target_evidence(s->target, fn->module));
	site->trusted = w->system && !system && strcmp(w->system, "*") != 0;
	if (site->trusted)
		site->trust_reason = "BTF does not record the system of a tracepoint";
	probe_found(x, site);
}

static const char *where(struct expansion *x, const struct wanted *w)
{
	if (!w->module)
		return probe_kernel(x);
	return arena_printf(probe_sema(x)->arena, "module %s of %s", w->module, probe_kernel(x));
}

/* Nothing of that name; other: it is of another system than was said. */
static void not_found(struct expansion *x, const struct wanted *w, const char *other)
{
	struct sema *s = probe_sema(x);
	struct near near = near_start(w->name);
	struct target_fns fns = {0};
	const char *system;
	struct cause *c;

	if (text_is_glob(w->text)) {
		probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, w->literal->span,
			     "no tracepoint matches \"%s\" in %s", w->text, where(x, w));
		return;
	}
	c = probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, w->literal->span,
			 "no tracepoint \"%s\" in %s", w->text, where(x, w));
	if (other) {
		c->hint = arena_printf(s->arena, "%s is of the system %s", w->name, other);
		probe_mend(c, w->literal, arena_printf(s->arena, "%s:%s", other, w->name));
		return;
	}
	if (!probe_suggests(x) ||
	    target_tracepoints(s->target, w->module, "*", s->arena, &fns) != ANSWER_YES)
		return;
	vec_each(i, &fns)
		near_offer(&near, fns.v[i].name);
	if (!near.best)
		return;
	system = w->system ? target_tracepoint_system(s->target, near.best) : NULL;
	c->hint = arena_printf(s->arena, "did you mean %s", near.best);
	probe_mend(c, w->literal,
		   system ? arena_printf(s->arena, "%s:%s", system, near.best) : near.best);
}

/* Those that match, of the system that was asked for. */
static void select_all(struct expansion *x, const struct wanted *w, const struct target_fns *fns)
{
	const struct target *t = probe_sema(x)->target;
	bool glob = w->system && text_is_glob(w->name), told = false;
	bool places = probe_sema(x)->in->options->places;
	const char *other = NULL;
	uint32_t n = 0;

	vec_each(i, fns) {
		const char *system = w->system || text_is_glob(w->name) || places
					     ? target_tracepoint_system(t, fns->v[i].name)
					     : NULL;

		told |= system != NULL;
		if (w->system && system && !text_glob(w->system, system)) {
			other = system;
			continue;
		}
		/* of a system that is not known all may be others */
		if (glob && !system && strcmp(w->system, "*") != 0)
			continue;
		found(x, w, &fns->v[i], system);
		n++;
	}
	if (n)
		return;
	if (glob && !told)
		undecided(
			x, w,
			"BTF does not record the systems of tracepoints; the kernel's headers, or "
			"tracefs of the running kernel, would tell");
	else
		not_found(x, w, other);
}

static void expand(struct expansion *x, const struct shape *shape, const struct probe_point *p)
{
	struct sema *s = probe_sema(x);
	const struct pp_part *module = words_part(p, "module");
	struct wanted w = {.p = p, .numbered = shape->variant == NUMBERED};
	const char *colon;
	struct target_fns fns = {0};
	enum answer got;

	w.literal = p->parts[1].arg;
	w.text = w.name = text_unescape(s->arena, w.literal->string, NULL);
	w.module = module ? text_unescape(s->arena, module->arg->string, NULL) : NULL;
	colon = strchr(w.text, ':');
	if (colon && !w.numbered) {
		w.system = arena_strndup(s->arena, w.text, (size_t)(colon - w.text));
		w.name = colon + 1;
	}
	if (text_is_glob(w.name) || w.module) {
		got = target_tracepoints(s->target, w.module, w.name, s->arena, &fns);
	} else {
		vec_push(s->arena, &fns, (struct target_fn){0});
		got = target_tracepoint(s->target, w.name, &fns.v[0]);
	}
	if (got == ANSWER_YES)
		select_all(x, &w, &fns);
	else if (got == ANSWER_NO)
		not_found(x, &w, NULL);
	else
		undecided(x, &w,
			  "no facts about the target tell whether the point exists; give --target");
}

/* --- variables --- */

/* The number of "arg12", from 1; 0: it is no such name. */
static uint32_t argument_number(const char *name)
{
	if (strncmp(name, "arg", 3) != 0 || name[3] < '1' || name[3] > '9' || strlen(name) > 5)
		return 0;
	return (uint32_t)strtoul(name + 3, NULL, 10);
}

/* The first parameter is the probe's own data, not an argument of the tracepoint. */
static bool variable(const struct scope *sc, const char *name, struct access *out)
{
	const struct target_fn *fn = &sc->site->fn;
	uint32_t number = sc->site->number ? argument_number(name) : 0;

	for (uint32_t i = 1; fn->name && i < fn->nparams; i++) {
		const char *param;

		out->type = target_param(sc->sema->target, fn, i, &param);
		if (number != i && (!param || strcmp(param, name) != 0))
			continue;
		out->base = ACCESS_CONTEXT;
		out->n = i - 1;
		return true;
	}
	return false;
}

static const char *variable_at(const struct scope *sc, uint32_t i)
{
	const char *name = NULL;

	if (!sc->site->fn.name || i + 1 >= sc->site->fn.nparams)
		return NULL;
	target_param(sc->sema->target, &sc->site->fn, i + 1, &name);
	return name ? name : "";
}

static bool text(const struct scope *sc, const char *name, const char **out)
{
	const char *function = sc->site->function;

	*out = NULL;
	if (strcmp(name, "$$name") == 0)
		*out = function;
	else if (strcmp(name, "$$system") == 0 && !sc->site->number)
		*out = target_tracepoint_system(sc->sema->target, function);
	else
		return strcmp(name, "$$vars") == 0 || strcmp(name, "$$parms") == 0;
	if (*out && text_is_glob(*out))
		*out = NULL;
	return true;
}

const struct family_group family_tracepoint = {
	shapes, sizeof shapes / sizeof *shapes, expand, variable, variable_at, text,
};
