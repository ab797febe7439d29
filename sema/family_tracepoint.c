/*
 * kernel.trace("[system:]name"): tracepoints, found by the type that BTF keeps
 * for each; its parameters are the context variables.  BTF does not say which
 * system a tracepoint belongs to, so that part is an assumption; patterns would
 * need a list of all tracepoints, which the facts do not offer.
 */
#include "sema/family.h"

#include <string.h>

static const struct shape shapes[] = {{"kernel.trace(S)", 0}};

static void expand(struct expansion *x, const struct shape *shape, const struct probe_point *p)
{
	struct sema *s = probe_sema(x);
	const struct expr *literal = p->parts[1].arg;
	const char *text = text_unescape(s->arena, literal->string, NULL);
	const char *colon = strchr(text, ':'), *name = colon ? colon + 1 : text;
	struct site *site = probe_site(x, FAMILY_TRACEPOINT, p);

	(void)shape;
	if (text_is_glob(name)) {
		probe_failed(x, DIAG_UNSUPPORTED_PROBE, literal->span,
			     "patterns of tracepoints are not supported yet; name each of them");
		return;
	}
	site->function = name;
	site->exists = target_tracepoint(s->target, name, &site->fn);
	if (site->exists == ANSWER_NO) {
		probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, literal->span,
			     "no tracepoint \"%s\" in %s", name, probe_kernel(x));
		return;
	}
	site->evidence = "no kernel facts were given that could tell";
	if (site->exists == ANSWER_YES)
		site->evidence = arena_printf(s->arena, "tracepoint %s in %s", name,
					      target_describe(s->target));
	else
		s->program->existence_unknown = true;
	site->trusted = colon != NULL && site->exists == ANSWER_YES;
	if (site->trusted)
		site->trust_reason = "BTF does not record the system of a tracepoint";
	probe_found(x, site);
}

/* The first parameter is the probe's own data, not an argument of the tracepoint. */
static bool variable(const struct scope *sc, const char *name, struct access *out)
{
	const struct target_fn *fn = &sc->site->fn;

	for (uint32_t i = 1; fn->name && i < fn->nparams; i++) {
		const char *param;

		out->type = target_param(sc->sema->target, fn, i, &param);
		if (!param || strcmp(param, name) != 0)
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

const struct family_group family_tracepoint = {
	shapes, sizeof shapes / sizeof *shapes, expand, variable, variable_at,
};
