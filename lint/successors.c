/* Rules about functions that the kernel used to have. */
#include "lint/rules.h"

#include <string.h>

static const struct {
	const char *name, *now, *since;
} SUCCESSORS[] = {
#define SUCCESSOR(name, now, since) {name, now, since},
#include "lint/successors.def"
#undef SUCCESSOR
};

/* The name in kernel.function("name@file:line"); NULL: the point names none, or a pattern. */
static const char *function_of(struct lint *l, const struct probe_point *p)
{
	const struct expr *arg = p->nparts > 1 ? p->parts[1].arg : NULL;
	bool of_kernel = p->nparts > 1 && (strcmp(p->parts[0].name, "kernel") == 0 ||
					   strcmp(p->parts[0].name, "kprobe") == 0);

	if (!of_kernel || strcmp(p->parts[1].name, "function") != 0 || !arg ||
	    arg->kind != EXPR_STRING)
		return NULL;
	size_t n = strcspn(arg->string, "@");

	return memchr(arg->string, '*', n) ? NULL : arena_strndup(l->in->arena, arg->string, n);
}

static bool is_there(const struct lint *l, const char *name)
{
	struct target_fns fns = {0};

	return l->in->target &&
	       target_match(l->in->target, NULL, name, l->in->arena, &fns) == ANSWER_YES;
}

static void ask_point(struct lint *l, const struct probe_point *p)
{
	const char *name = function_of(l, p);

	if (!name)
		return;
	for (size_t i = 0; i < sizeof SUCCESSORS / sizeof *SUCCESSORS; i++) {
		if (strcmp(SUCCESSORS[i].name, name) != 0 || is_there(l, name))
			continue;
		struct diag *d = rule_report(l, p->span, "kernels from %s on have no function '%s'",
					     SUCCESSORS[i].since, name);

		diag_note(l->in->diags, d, (struct span){{0}, {0}}, "now: %s", SUCCESSORS[i].now);
	}
}

void successors_gone(struct lint *l)
{
	const struct decl *d = l->decl;

	if (d->kind != DECL_PROBE && d->kind != DECL_ALIAS)
		return;
	for (uint32_t i = 0; i < d->probe.points.n; i++) {
		const struct probe_point *p = d->probe.points.v[i];
		bool after = i && d->probe.points.v[i - 1]->sufficient;

		if (!p->optional && !p->sufficient && !after)
			ask_point(l, p);
	}
}

/* kernel.function("sys_read"): since 4.17 system calls have wrappers of other names. */
void successors_raw_syscall(struct lint *l)
{
	const struct decl *d = l->decl;

	if (d->kind != DECL_PROBE)
		return;
	for (uint32_t i = 0; i < d->probe.points.n; i++) {
		const struct probe_point *p = d->probe.points.v[i];
		const char *name = function_of(l, p);

		if (!name || strncmp(name, "sys_", 4) != 0 || p->optional || p->sufficient ||
		    is_there(l, name))
			continue;
		struct diag *f = rule_report(l, p->span,
					     "kernels from 4.17 on name it otherwise, "
					     "by architecture");
		const char *tail =
			p->nparts > 2 && strcmp(p->parts[2].name, "return") == 0 ? ".return" : "";

		diag_note(l->in->diags, f, (struct span){{0}, {0}},
			  "syscall.%s%s is the system call on every kernel", name + 4, tail);
	}
}
