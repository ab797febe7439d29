/*
 * Points of the kernel's code.  BTF answers first: it knows the functions that
 * can be called, with their parameters, but neither files nor lines, inlined
 * copies, or what lies inside a function.  Debug information answers the rest.
 * Where there is none, what BTF can say of the point counts, and what it cannot
 * is said to be unchecked or not known: a function that BTF does not list may
 * be one that is only ever inlined.
 */
#include "sema/kernelcode.h"
#include "target/code_copies.h"

#include <ctype.h>
#include <string.h>

static const char *where(struct expansion *x, const char *module, const char *kernel)
{
	if (!module)
		return kernel;
	return arena_printf(probe_sema(x)->arena, "module %s of %s", module, kernel);
}

/* --- the question --- */

static bool in_range(struct expansion *x, const struct probe_point *p, const char *word,
		     int64_t low, int64_t high)
{
	const struct pp_part *part = words_part(p, word);

	if (!part || !part->arg || (part->arg->number >= low && part->arg->number <= high))
		return true;
	if (high == INT64_MAX)
		probe_failed(x, DIAG_INVALID_POINT_NUMBER, part->arg->span,
			     "%s(%lld) must be at least %lld", word, (long long)part->arg->number,
			     (long long)low);
	else
		probe_failed(x, DIAG_INVALID_POINT_NUMBER, part->arg->span,
			     "%s(%lld) must be between %lld and %lld", word,
			     (long long)part->arg->number, (long long)low, (long long)high);
	return false;
}

/* True if the module is there or nobody can tell. */
static bool module_there(struct expansion *x, const char *module, const struct expr *literal)
{
	struct sema *s = probe_sema(x);
	const char *near;
	struct cause *c;

	if (text_is_glob(module) || target_module(s->target, module) != ANSWER_NO)
		return true;
	c = probe_failed(x, DIAG_UNKNOWN_MODULE, literal->span, "module %s is not part of %s",
			 module, probe_kernel(x));
	near = probe_suggests(x) ? target_near_module(s->target, module) : NULL;
	if (near && strcmp(near, module) != 0)
		c->hint = arena_printf(s->arena, "did you mean %s", near);
	return false;
}

bool kernelcode_start(struct expansion *x, enum family f, const struct probe_point *p,
		      struct kernelcode *k)
{
	struct arena *a = probe_sema(x)->arena;
	const struct pp_part *module = words_part(p, "module"), *part = words_part(p, "function");

	if (!part)
		part = words_part(p, "statement");
	*k = (struct kernelcode){.at = {.family = f, .point = p, .part = part}, .rest = ""};
	if (!in_range(x, p, "maxactive", 0, 32767) || !in_range(x, p, "callees", 1, INT64_MAX))
		return false;
	if (module)
		k->module = text_unescape(a, module->arg->string, NULL);
	if (k->module && !module_there(x, k->module, module->arg))
		return false;
	if (!codepoint_query(x, &k->at, &k->query))
		return false;
	k->name = k->query.function;
	if (k->name && k->query.file)
		k->rest = strchr(text_unescape(a, part->arg->string, NULL), '@');
	k->at.module = k->module;
	k->at.where = where(x, k->module, probe_kernel(x));
	return true;
}

/* --- may it be probed --- */

/* Is it the entry of the function that was found by its name? */
static bool at_entry(const struct site *site)
{
	if (site->family != FAMILY_FUNCTION && site->family != FAMILY_KPROBE)
		return false;
	return !site->place || (!site->place->inlined && !site->place->symbol &&
				site->place->address == site->place->entry);
}

/* A point that is asked for by its exact name, and not for all that match. */
static bool is_exact(const struct kernelcode *k)
{
	return !(k->name && text_is_glob(k->name)) && !(k->module && text_is_glob(k->module));
}

/*
 * Init code is gone by the time it could be probed, as SystemTap knows too.  What else the kernel
 * refuses is left out of a pattern's matches; named, it is kept for the verifier to refute.
 */
static bool permitted(struct expansion *x, const struct kernelcode *k, struct site *site)
{
	const char *why = NULL;
	enum answer answer;

	if (site->place && site->place->inlined)
		return true;
	answer = target_probeable(probe_sema(x)->target, site->module, site->function, &why);
	if (answer == ANSWER_YES && !site->module && at_entry(site))
		site->permission = why;
	if (answer != ANSWER_NO)
		return true;
	if (is_exact(k) && !strstr(why, "init code")) {
		site->refusal = why;
		return true;
	}
	if (is_exact(k))
		probe_failed(x, DIAG_PROBE_NOT_PERMITTED, k->at.part->arg->span,
			     "%s cannot be probed: %s", site->function, why);
	return false;
}

/* All that matched was left out. */
static void none_permitted(struct expansion *x, const struct kernelcode *k, uint32_t before,
			   uint32_t matched)
{
	if (matched && probe_nfound(x) == before && !is_exact(k))
		probe_failed(
			x, DIAG_PROBE_NOT_PERMITTED, k->at.part->arg->span,
			"the kernel allows no probe on any of %u functions that \"%s\" matches",
			matched, k->name);
}

/* --- what BTF says --- */

enum answer kernelcode_functions(struct expansion *x, const struct kernelcode *k,
				 struct target_fns *out)
{
	struct sema *s = probe_sema(x);

	if (!k->name)
		return target_known(s->target) ? ANSWER_NO : ANSWER_UNKNOWN;
	return target_match(s->target, k->module, k->name, s->arena, out);
}

/* The point with its globs replaced by what they matched. */
static const struct probe_point *matched_point(struct expansion *x, const struct kernelcode *k,
					       const struct target_fn *fn)
{
	struct arena *a = probe_sema(x)->arena;
	const struct probe_point *p = k->at.point;
	const char **texts = arena_alloc(a, p->nparts * sizeof *texts);

	for (uint32_t i = 0; i < p->nparts; i++) {
		if (&p->parts[i] == k->at.part)
			texts[i] = *k->rest ? arena_printf(a, "%s%s", fn->name, k->rest) : fn->name;
		else if (strcmp(p->parts[i].name, "module") == 0)
			texts[i] = fn->module;
	}
	return words_with(a, p, texts);
}

/* Does the point stand for inlined copies too, of which nothing tells? */
static bool misses_copies(struct expansion *x, const struct kernelcode *k)
{
	const struct probe_point *p = k->at.point;

	return k->at.family == FAMILY_FUNCTION && !words_part(p, "call") &&
	       !words_part(p, "return") && !words_part(p, "exported") &&
	       code_source(code_of_kernel(probe_sema(x)->target, k->module)) != CODE_DWARF;
}

/* source: where BTF has it from, and what that cannot tell */
static void found(struct expansion *x, const struct kernelcode *k, const struct target_fn *fn,
		  const char *source, const char *unchecked)
{
	struct sema *s = probe_sema(x);
	bool glob = text_is_glob(k->name) || (k->module && text_is_glob(k->module));
	struct site *site =
		probe_site(x, k->at.family, glob ? matched_point(x, k, fn) : k->at.point);

	site->is_return = words_part(k->at.point, "return") != NULL;
	site->function = fn->name;
	site->module = k->module ? fn->module : NULL;
	if (k->module && !text_is_glob(k->module))
		site->module = k->module;
	site->exists = ANSWER_YES;
	site->evidence = fn->symbol ? arena_printf(s->arena, "function %s as %s in %s", fn->name,
						   fn->symbol, source)
				    : arena_printf(s->arena, "function %s in %s", fn->name, source);
	site->trusted = unchecked != NULL;
	site->trust_reason = unchecked;
	if (k->has_types && fn->proto.unit)
		site->fn = *fn;
	if (permitted(x, k, site))
		probe_found(x, site);
}

void kernelcode_found(struct expansion *x, const struct kernelcode *k, const struct target_fns *fns,
		      const char *unchecked)
{
	const char *facts = target_describe(probe_sema(x)->target), *source = NULL;
	uint32_t before = probe_nfound(x);

	if (codepoint_too_many(x, &k->at, fns->n, false))
		return;
	if (!(k->module && text_is_glob(k->module)) && misses_copies(x, k))
		facts = arena_printf(probe_sema(x)->arena, "%s; inlined copies are not known",
				     facts);
	for (uint32_t i = 0; i < fns->n; i++) {
		const char *module = k->module ? fns->v[i].module : NULL;

		if (i == 0 || module != fns->v[i - 1].module)
			source = where(x, module, facts);
		found(x, k, &fns->v[i], source, unchecked);
	}
	none_permitted(x, k, before, fns->n);
}

/* --- what symbols say --- */

enum answer kernelcode_symbols(struct expansion *x, const struct kernelcode *k,
			       struct target_fns *fns, const char **source)
{
	struct sema *s = probe_sema(x);

	*source = NULL;
	/* a name with a suffix of the compiler's is none of the source's, but one for the kernel */
	if (!k->name || (strchr(k->name, '.') && k->at.family != FAMILY_KPROBE) ||
	    (k->module && text_is_glob(k->module)))
		return ANSWER_UNKNOWN;
	return target_symbol_functions(s->target, k->module, k->name, s->arena, fns, source);
}

void kernelcode_found_symbols(struct expansion *x, const struct kernelcode *k,
			      const struct target_fns *fns, const char *source,
			      const char *unchecked)
{
	uint32_t before = probe_nfound(x);

	for (uint32_t i = 0; i < fns->n; i++)
		found(x, k, &fns->v[i], source, unchecked);
	none_permitted(x, k, before, fns->n);
}

/* --- what debug information says --- */

static uint32_t distance(uint32_t a, uint32_t b)
{
	return a > b ? a - b : b - a;
}

/* Each function has a line that is nearest; of several functions the nearest of all is meant. */
static void keep_nearest(const struct code_query *q, struct code_places *places)
{
	uint32_t best = UINT32_MAX, kept = 0, line;

	if (!q->nearest || q->lines != CODE_ABSOLUTE || q->nranges != 1 ||
	    q->ranges[0].first != q->ranges[0].last)
		return;
	line = q->ranges[0].first;
	for (uint32_t i = 0; i < places->n; i++)
		if (distance(places->v[i].line, line) < best)
			best = distance(places->v[i].line, line);
	for (uint32_t i = 0; i < places->n; i++)
		if (distance(places->v[i].line, line) == best)
			places->v[kept++] = places->v[i];
	places->n = kept;
}

/* Leaves out the copies within the kernel's init code, as permitted() does functions. */
static void drop_initial(struct expansion *x, const struct kernelcode *k,
			 struct code_places *places)
{
	const struct target *t = probe_sema(x)->target;
	uint64_t from, to;
	uint32_t kept = 0;

	if (k->at.module || target_symbol(t, "_sinittext", &from) != ANSWER_YES ||
	    target_symbol(t, "_einittext", &to) != ANSWER_YES)
		return;
	for (uint32_t i = 0; i < places->n; i++)
		if (!places->v[i].inlined || places->v[i].address < from ||
		    places->v[i].address >= to)
			places->v[kept++] = places->v[i];
	places->n = kept;
}

static void found_places(struct expansion *x, const struct kernelcode *k,
			 const struct code_places *places)
{
	const char *source = code_describe(k->at.code), *last = NULL, *evidence = NULL;
	uint32_t before = probe_nfound(x);

	for (uint32_t i = 0; i < places->n; i++) {
		const struct code_place *place = &places->v[i];
		struct site *site = codepoint_site(x, &k->at, place);

		/* inlined copies are many, and of one function */
		if (last != place->function)
			evidence = arena_printf(probe_sema(x)->arena, "function %s in %s",
						place->function, source);
		last = place->function;
		site->evidence = evidence;
		if (permitted(x, k, site))
			probe_found(x, site);
	}
	none_permitted(x, k, before, places->n);
}

static enum answer ask_one(struct expansion *x, struct kernelcode *k, const char *module,
			   const char **why)
{
	struct sema *s = probe_sema(x);
	struct code_places places = {0};
	enum answer answer;

	k->at.code = code_of_kernel(s->target, module);
	k->at.module = module;
	k->at.where = where(x, module, probe_kernel(x));
	*why = NULL;
	answer = code_find(k->at.code, &k->query, s->arena, &places, why);
	if (places.cut && s->in->options->places && !k->query.once) {
		/* a listing tells each function once */
		places = (struct code_places){0};
		k->query.once = true;
		answer = code_find(k->at.code, &k->query, s->arena, &places, why);
	}
	drop_initial(x, k, &places);
	keep_nearest(&k->query, &places);
	k->exceeded = answer == ANSWER_YES && codepoint_too_many(x, &k->at, places.n, places.cut);
	if (answer == ANSWER_YES && !k->exceeded)
		found_places(x, k, &places);
	if (answer == ANSWER_UNKNOWN && !*why)
		*why = code_remedy(k->at.code);
	if (answer == ANSWER_UNKNOWN && !*why)
		*why = "the debug information at hand cannot tell";
	return answer == ANSWER_YES && !places.n ? ANSWER_NO : answer;
}

void kernelcode_inlined(struct expansion *x, struct kernelcode *k, uint32_t listed)
{
	struct sema *s = probe_sema(x);
	struct code_query q = k->query;
	struct code_places places = {0};

	if (!k->name || (k->module && text_is_glob(k->module)) || listed > KERNELCODE_MAX_INLINED)
		return;
	k->at.code = code_of_kernel(s->target, k->module);
	if (code_source(k->at.code) != CODE_DWARF ||
	    (!text_is_glob(k->name) && code_copies_none(k->at.code, k->name)))
		return;
	q.inlines = CODE_INLINES_ONLY;
	if (code_find(k->at.code, &q, s->arena, &places, NULL) != ANSWER_YES ||
	    codepoint_too_many(x, &k->at, places.n, places.cut))
		return;
	drop_initial(x, k, &places);
	found_places(x, k, &places);
}

enum answer kernelcode_ask(struct expansion *x, struct kernelcode *k, const char **why)
{
	struct sema *s = probe_sema(x);
	struct target_modules modules = {0};
	enum answer best = ANSWER_NO;

	if (!k->module || !text_is_glob(k->module)) {
		best = ask_one(x, k, k->module, why);
	} else if (target_modules(s->target, k->module, s->arena, &modules) == ANSWER_UNKNOWN) {
		*why = "which modules there are is not known";
		return ANSWER_UNKNOWN;
	}
	if (k->module && text_is_glob(k->module) && !modules.n) {
		probe_failed(x, DIAG_UNKNOWN_MODULE, k->at.point->parts[0].span,
			     "no module of %s matches \"%s\"", probe_kernel(x), k->module);
		return ANSWER_NO;
	}
	for (uint32_t i = 0; i < modules.n && !k->exceeded; i++) {
		const char *one_why;
		enum answer one = ask_one(x, k, modules.v[i], &one_why);

		if (one == ANSWER_UNKNOWN && best == ANSWER_NO)
			*why = one_why;
		if (one == ANSWER_YES || best == ANSWER_NO)
			best = one;
	}
	if (best == ANSWER_NO && modules.n)
		k->at.where = where(x, k->module, probe_kernel(x));
	if (best == ANSWER_NO)
		codepoint_missing(x, &k->at, &k->query);
	return best;
}

/* --- what nobody knows --- */

/*
 * Is the name a slip of the hand for the near one, and no function that BTF leaves out because it
 * is only ever inlined?  There is copy_string() beside copy_strings() and __x() beside x(), but
 * hardly a real name is another with two letters swapped or with one wrong inside of a word.
 */
static bool is_slip(const char *name, const char *near)
{
	const char *longer = near && strlen(near) > strlen(name) ? near : name;
	struct near n = near_start(name);
	size_t at = 0;

	if (!near)
		return false;
	near_offer(&n, near);
	if (!n.best || n.distance != 1)
		return false;
	while (name[at] == near[at])
		at++;
	if (name[at] == near[at + 1] && name[at + 1] == near[at])
		return true;
	return at && isalpha((unsigned char)longer[at - 1]) && isalpha((unsigned char)longer[at]) &&
	       isalpha((unsigned char)longer[at + 1]);
}

static void missing(struct expansion *x, const struct kernelcode *k, const char *near)
{
	struct arena *a = probe_sema(x)->arena;
	const struct expr *literal = k->at.part->arg;
	struct cause *c;

	c = probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, literal->span, "no function \"%s\" in %s",
			 k->name, k->at.where);
	if (!near)
		return;
	c->hint = arena_printf(a, "did you mean %s", near);
	probe_mend(c, literal, arena_printf(a, "%s%s", near, k->rest));
}

void kernelcode_no_symbol(struct expansion *x, const struct kernelcode *k, const char *near)
{
	struct sema *s = probe_sema(x);

	if (!near && probe_suggests(x) && !text_is_glob(k->name))
		near = target_symbol_near(s->target, k->module, k->name, s->arena);
	missing(x, k, near);
}

static void unknown(struct expansion *x, const struct kernelcode *k, const char *why,
		    const char *near)
{
	struct sema *s = probe_sema(x);
	const char *object = k->module ? k->module : "kernel";

	bool untold = s->program->existence_unknown;
	struct diag *d;

	codepoint_unknown(x, &k->at, why);
	s->program->existence_unknown = untold; /* this is said by a remark of its own */
	if (!near && map_get(&s->undebugged, object))
		return;
	map_put(&s->undebugged, object, s);
	d = diag_report(s->diags, DIAG_NEEDS_DEBUGINFO, k->at.point->span,
			"only debug information can tell about %s: %s",
			words_text(s->arena, k->at.point), why);
	if (near)
		diag_note(s->diags, d, (struct span){{0}, {0}}, "or did you mean %s", near);
}

void kernelcode_undecided(struct expansion *x, const struct kernelcode *k, const char *why)
{
	struct sema *s = probe_sema(x);
	struct target_fns fns = {0};
	enum answer listed = kernelcode_functions(x, k, &fns);
	const char *near = NULL;

	if (!target_known(s->target) || (k->name && listed == ANSWER_UNKNOWN)) {
		codepoint_unknown(
			x, &k->at,
			"no facts about the target tell whether the point exists; give --target");
		return;
	}
	if (!k->name || fns.n) {
		unknown(x, k, why, NULL);
		return;
	}
	if (!text_is_glob(k->name) && probe_suggests(x) && (!k->module || !text_is_glob(k->module)))
		near = target_near_function(s->target, k->module, k->name);
	if ((k->module && text_is_glob(k->module)) ||
	    (!probe_tolerant(x) && is_slip(k->name, near)))
		missing(x, k, near);
	else
		unknown(x, k, why, near);
}

void kernelcode_absolute(struct expansion *x, enum family f, const struct probe_point *p)
{
	struct sema *s = probe_sema(x);
	const struct pp_part *absolute = words_part(p, "absolute");
	struct site *site = probe_site(x, f, p);

	if (!s->in->options->guru) {
		probe_failed(
			x, DIAG_NEEDS_GURU, absolute->span,
			"a probe at an address that is not checked is only for guru mode (-g)");
		return;
	}
	site->number = absolute[-1].arg->number;
	site->exists = ANSWER_YES;
	site->evidence = "the address is taken as it stands";
	site->trusted = true;
	site->trust_reason = "nobody checked what lies at the address";
	probe_found(x, site);
}

/* --- variables --- */

bool kernelcode_variable(const struct scope *sc, const char *name, struct access *out)
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

const char *kernelcode_variable_at(const struct scope *sc, uint32_t i)
{
	const char *name = NULL;

	if (!sc->site->fn.name || i >= sc->site->fn.nparams)
		return NULL;
	target_param(sc->sema->target, &sc->site->fn, i, &name);
	return name ? name : "";
}
