/*
 * Finding functions and tracepoints.  The kernel's functions are found by a table of names, or by
 * trying the glob on each; modules are loaded as the question needs them, and those in which
 * nothing was found are forgotten again, so that a glob over all modules does not fill the memory.
 * A module that could not be read turns "no" into "unknown".
 */
#include "target/match.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_function(struct target_unit *u, uint32_t id, struct arena *a,
			 struct target_fns *out)
{
	const struct btf_type *f = unit_type(u, id), *proto = f ? unit_type(u, f->type) : NULL;
	struct target_fn fn = {.module = u->module};

	if (!proto || unit_kind(proto) != BTF_KIND_FUNC_PROTO)
		return;
	const struct btf_param *p = unit_rest(proto);
	uint32_t n = unit_vlen(proto);

	fn.name = unit_str(u, f->name_off);
	fn.proto = (struct ttype){unit_home(u, f->type), f->type};
	fn.nparams = n && p[n - 1].type == 0 && p[n - 1].name_off == 0 ? n - 1 : n;
	vec_push(a, out, fn);
}

static int by_name(const void *a, const void *b)
{
	const struct target_fn *x = a, *y = b;
	int d = strcmp(x->name, y->name);

	if (d == 0 && x->module && y->module)
		d = strcmp(x->module, y->module);
	return d ? d : (x->proto.id > y->proto.id) - (x->proto.id < y->proto.id);
}

static bool same_module(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* Puts out->v[from..] in order, each name once a unit. */
static void tidy(struct target_fns *out, uint32_t from)
{
	uint32_t n = from;

	if (out->n - from < 2)
		return;
	qsort(out->v + from, out->n - from, sizeof *out->v, by_name);
	for (uint32_t i = from; i < out->n; i++)
		if (n == from || strcmp(out->v[n - 1].name, out->v[i].name) ||
		    !same_module(out->v[n - 1].module, out->v[i].module))
			out->v[n++] = out->v[i];
	out->n = n;
}

/* Appends what matches in one unit; true if anything did. */
static bool match_unit(struct target_unit *u, const char *glob, struct arena *a,
		       struct target_fns *out)
{
	uint32_t before = out->n;

	if (!text_is_glob(glob)) {
		uint32_t id = unit_find(u, UNIT_FUNC, glob);

		if (id)
			add_function(u, id, a, out);
		return out->n > before;
	}
	for (uint32_t id = u->first_id; id < u->end_id; id++) {
		const struct btf_type *f = unit_type(u, id);

		if (unit_kind(f) == BTF_KIND_FUNC && text_glob(glob, unit_str(u, f->name_off)))
			add_function(u, id, a, out);
	}
	return out->n > before;
}

/* Matches in one module.  Its BTF is forgotten again if it was loaded for nothing. */
static enum answer match_module(struct target *t, struct module *m, const char *glob, bool keep,
				struct arena *a, struct target_fns *out)
{
	bool had = m->unit != NULL;
	struct target_unit *u = lazy_module(t, m);

	if (!u)
		return ANSWER_UNKNOWN;
	if (match_unit(u, glob, a, out))
		return ANSWER_YES;
	if (!had && !keep && !m->unit->kept) /* what is kept takes no memory */
		modules_unload(&t->modules, &t->st, m);
	return ANSWER_NO;
}

static enum answer match_modules(struct target *t, const char *module, const char *glob,
				 struct arena *a, struct target_fns *out)
{
	struct modules *ms = lazy_modules(t);
	enum answer best = ms->known ? ANSWER_NO : ANSWER_UNKNOWN;
	struct module *one = text_is_glob(module) ? NULL : modules_find(ms, module);

	if (one)
		return match_module(t, one, glob, true, a, out);
	if (!text_is_glob(module))
		return best;
	vec_each(i, &ms->list) {
		if (!modules_match(ms->list.v[i], module))
			continue;
		enum answer got = match_module(t, ms->list.v[i], glob, false, a, out);

		if (got == ANSWER_YES || (got == ANSWER_UNKNOWN && best == ANSWER_NO))
			best = got;
	}
	return best;
}

enum answer match_run(struct target *t, const char *module, const char *glob, struct arena *a,
		      struct target_fns *out)
{
	struct target_unit *kernel = lazy_kernel(t);
	uint32_t from = out->n;
	enum answer got = ANSWER_UNKNOWN;

	if (!kernel)
		return ANSWER_UNKNOWN;
	if (module)
		got = match_modules(t, module, glob, a, out);
	else
		got = match_unit(kernel, glob, a, out) ? ANSWER_YES : ANSWER_NO;
	tidy(out, from);
	return got;
}

/* --- tracepoints --- */

/* Looks in one unit: the type btf_trace_NAME says that it is there; the function has names. */
static bool tracepoint_in(struct target_unit *u, const char *name, struct target_fn *out)
{
	char text[256];

	if (snprintf(text, sizeof text, "btf_trace_%s", name) >= (int)sizeof text)
		return false;
	const struct btf_type *def = unit_type(u, unit_find(u, UNIT_PLAIN, text));
	const struct btf_type *ptr = def ? unit_type(u, def->type) : NULL;
	const struct btf_type *proto =
		ptr && unit_kind(ptr) == BTF_KIND_PTR ? unit_type(u, ptr->type) : NULL;

	if (!proto || unit_kind(def) != BTF_KIND_TYPEDEF || unit_kind(proto) != BTF_KIND_FUNC_PROTO)
		return false;
	*out = (struct target_fn){unit_str(u, def->name_off) + strlen("btf_trace_"),
				  u->module,
				  {unit_home(u, ptr->type), ptr->type},
				  unit_vlen(proto),
				  NULL};
	snprintf(text, sizeof text, "__traceiter_%s", name);
	const struct btf_type *iter = unit_type(u, unit_find(u, UNIT_FUNC, text));
	const struct btf_type *named = iter ? unit_type(u, iter->type) : NULL;

	if (named && unit_kind(named) == BTF_KIND_FUNC_PROTO && unit_vlen(named) == out->nparams)
		out->proto = (struct ttype){unit_home(u, iter->type), iter->type};
	return true;
}

enum answer match_tracepoint(struct target *t, const char *name, struct target_fn *out)
{
	struct target_unit *kernel = lazy_kernel(t);

	if (!kernel)
		return ANSWER_UNKNOWN;
	if (tracepoint_in(kernel, name, out))
		return ANSWER_YES;
	struct modules *ms = lazy_modules(t);
	enum answer best = ms->known ? ANSWER_NO : ANSWER_UNKNOWN;

	vec_each(i, &ms->list) {
		struct module *m = ms->list.v[i];
		bool had = m->unit != NULL;
		struct target_unit *u = lazy_module(t, m);

		if (u && tracepoint_in(u, name, out))
			return ANSWER_YES;
		if (!u)
			best = ANSWER_UNKNOWN;
		else if (!had && !u->kept)
			modules_unload(ms, &t->st, m);
	}
	return best;
}

/* Appends those of one unit; true if there were any. */
static bool tracepoints_in(struct target_unit *u, const char *glob, struct arena *a,
			   struct target_fns *out)
{
	static const char PREFIX[] = "btf_trace_";
	uint32_t before = out->n;

	for (uint32_t id = u->first_id; id < u->end_id; id++) {
		const struct btf_type *def = unit_type(u, id);
		const char *name =
			unit_kind(def) == BTF_KIND_TYPEDEF ? unit_str(u, def->name_off) : "";
		struct target_fn fn;

		if (strncmp(name, PREFIX, sizeof PREFIX - 1) == 0 &&
		    text_glob(glob, name + sizeof PREFIX - 1) &&
		    tracepoint_in(u, name + sizeof PREFIX - 1, &fn))
			vec_push(a, out, fn);
	}
	return out->n > before;
}

enum answer match_tracepoints(struct target *t, const char *module, const char *glob,
			      struct arena *a, struct target_fns *out)
{
	struct target_unit *kernel = lazy_kernel(t);
	uint32_t from = out->n;

	if (!kernel)
		return ANSWER_UNKNOWN;
	if (!module)
		tracepoints_in(kernel, glob, a, out);
	struct modules *ms = lazy_modules(t);
	bool complete = ms->known;

	vec_each(i, &ms->list) {
		struct module *m = ms->list.v[i];
		bool had = m->unit != NULL;

		if (module && !modules_match(m, module))
			continue;
		struct target_unit *u = lazy_module(t, m);

		if (!u)
			complete = false;
		else if (!tracepoints_in(u, glob, a, out) && !had && !u->kept)
			modules_unload(ms, &t->st, m);
	}
	tidy(out, from);
	if (out->n > from)
		return ANSWER_YES;
	return complete ? ANSWER_NO : ANSWER_UNKNOWN;
}
