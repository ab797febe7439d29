/*
 * Processes as such: begin, end, threads, system calls and single steps.  They
 * follow a program by its path, so one that is not here yet is waited for;
 * without a name they mean every process, or the target of -c and -x.  A
 * system call's number, arguments and result are the context variables.
 */
#include "sema/userland.h"

#include <string.h>

enum variant { EVENT, SYSCALL, STEP };

/* clang-format off */
#define OF_ALL(tail, variant) \
	{"process" tail, variant}, {"process(S)" tail, variant}, {"process(N)" tail, variant}
#define OF_ONE(tail, variant) {"process(S)" tail, variant}, {"process(N)" tail, variant}

static const struct shape shapes[] = {
	OF_ALL(".begin", EVENT),
	OF_ALL(".end", EVENT),
	OF_ALL(".thread.begin", EVENT),
	OF_ALL(".thread.end", EVENT),
	OF_ALL(".syscall", SYSCALL),
	OF_ALL(".syscall.return", SYSCALL),
	OF_ONE(".insn", STEP),
	OF_ONE(".insn.block", STEP),
};
/* clang-format on */

/* Single steps need the old utrace patch: false after probe_failed(). */
static bool may_step(struct expansion *x, const struct probe_point *p)
{
	const char *utrace = target_config(probe_sema(x)->target, "CONFIG_UTRACE");
	struct cause *c;

	if (utrace && *utrace == 'y')
		return true;
	c = probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, p->span,
			 "%s needs a kernel with CONFIG_UTRACE, which %s",
			 words_text(probe_sema(x)->arena, p),
			 utrace ? "this one is built without" : "kernels since 3.5 do not have");
	c->hint = "probe the places that matter: process(\"PATH\").statement(\"f@file:line\")";
	return false;
}

static const char *evidence(struct arena *a, const struct userland *u)
{
	if (!u->program)
		return arena_printf(a, "processes are part of every kernel (%s)", u->named);
	return arena_printf(a, "program %s", u->program);
}

static void expand(struct expansion *x, const struct shape *shape, const struct probe_point *p)
{
	struct arena *a = probe_sema(x)->arena;
	struct userlands files = {0};

	if (shape->variant == STEP && !may_step(x, p))
		return;
	if (!userland_files(x, p, true, &files))
		return;
	for (uint32_t i = 0; i < files.n; i++) {
		const struct userland *u = &files.v[i];
		struct site *site =
			probe_site(x, shape->variant == SYSCALL ? FAMILY_SYSCALL : FAMILY_PROCESS,
				   u->program ? userland_point(a, p, u, NULL, NULL) : p);

		site->exists = ANSWER_YES;
		site->program = u->program;
		site->is_return = words_part(p, "return") != NULL;
		site->evidence = evidence(a, u);
		site->trusted = u->missing != NULL;
		if (u->missing)
			site->trust_reason =
				arena_printf(a, "%s; the probe waits for one", u->missing);
		probe_found(x, site);
	}
}

/* --- $syscall, $arg1 .. $arg6, $return --- */

static const char *const entry_names[] = {"syscall", "arg1", "arg2", "arg3",
					  "arg4",    "arg5", "arg6"};
static const char *const return_names[] = {"syscall", "return"};

static const char *name_at(const struct site *site, uint32_t i)
{
	uint32_t n = site->is_return ? sizeof return_names / sizeof *return_names
				     : sizeof entry_names / sizeof *entry_names;

	if (site->family != FAMILY_SYSCALL || i >= n)
		return NULL;
	return site->is_return ? return_names[i] : entry_names[i];
}

static bool variable(const struct scope *sc, const char *name, struct access *out)
{
	const char *known;

	for (uint32_t i = 0; (known = name_at(sc->site, i)); i++) {
		if (strcmp(known, name) != 0)
			continue;
		out->base = strcmp(name, "return") == 0 ? ACCESS_RETURN : ACCESS_CONTEXT;
		out->n = i;
		out->fixed = true;
		return true;
	}
	return false;
}

/* $$parms are the arguments alone. */
static const char *variable_at(const struct scope *sc, uint32_t i)
{
	return name_at(sc->site, sc->site->is_return ? i : i + 1);
}

static bool text(const struct scope *sc, const char *name, const char **out)
{
	*out = NULL;
	return sc->site->family == FAMILY_SYSCALL && !sc->site->is_return &&
	       strcmp(name, "$$parms") == 0;
}

const struct family_group family_process = {
	shapes, sizeof shapes / sizeof *shapes, expand, variable, variable_at, text,
};
