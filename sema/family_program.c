/*
 * Functions and statements of programs and libraries, which debug information
 * or, without it, the symbols of the file tell.  By address within a process
 * without a file there are none since uprobes go by files.
 */
#include "sema/codepoint.h"
#include "sema/userland.h"

#include <string.h>

enum variant { PLAIN, ABSOLUTE };

/* clang-format off */
#define PROGRAM(base, tail) {base tail, PLAIN}
#define SUFFIXES(base)                                                                             \
	PROGRAM(base, ".function(S)"), PROGRAM(base, ".function(S).call"),                         \
	PROGRAM(base, ".function(S).exported"), PROGRAM(base, ".function(S).inline"),              \
	PROGRAM(base, ".function(S).return"), PROGRAM(base, ".function(S).label(S)"),              \
	PROGRAM(base, ".function(S).callee(S)"), PROGRAM(base, ".function(S).callee(S).call"),     \
	PROGRAM(base, ".function(S).callee(S).return"), PROGRAM(base, ".function(S).callees"),     \
	PROGRAM(base, ".function(S).callees(N)"), PROGRAM(base, ".function(N)"),                   \
	PROGRAM(base, ".function(N).call"), PROGRAM(base, ".function(N).exported"),                \
	PROGRAM(base, ".function(N).return"), PROGRAM(base, ".statement(S)"),                      \
	PROGRAM(base, ".statement(S).nearest"), PROGRAM(base, ".statement(N)"),                    \
	PROGRAM(base, ".statement(N).nearest")

static const struct shape shapes[] = {
	SUFFIXES("process"),
	SUFFIXES("process(S)"),
	SUFFIXES("process(N)"),
	SUFFIXES("process.library(S)"),
	SUFFIXES("process(S).library(S)"),
	{"process(N).statement(N).absolute", ABSOLUTE},
	{"process(N).statement(N).absolute.return", ABSOLUTE},
};
/* clang-format on */

static const struct pp_part *place_part(const struct probe_point *p)
{
	const struct pp_part *function = words_part(p, "function");

	return function ? function : words_part(p, "statement");
}

static enum answer look(struct expansion *x, const struct probe_point *p, const struct userland *u,
			struct codepoint *c, const struct code_query *q, const char **why)
{
	*why = u->why;
	if (u->why)
		return ANSWER_UNKNOWN;
	c->program = userland_kind(p) == USERLAND_PID ? NULL : u->program;
	c->library = u->library;
	c->where = c->file = u->file;
	c->code = code_of_program(probe_sema(x)->target, u->file);
	return codepoint_find(x, c, q, why);
}

static void absolute(struct expansion *x, const struct probe_point *p)
{
	struct cause *c = probe_failed(
		x, DIAG_UNKNOWN_PROBE_POINT, p->span,
		"an address of a process cannot be probed: since 3.5 kernels probe files");

	c->hint = "write process(\"PATH\").statement(ADDRESS), the address as the file is linked";
}

static void expand(struct expansion *x, const struct shape *shape, const struct probe_point *p)
{
	struct codepoint c = {.family = FAMILY_PROGRAM, .point = p, .part = place_part(p)};
	struct userlands files = {0};
	const struct userland *opaque = NULL;
	const char *why, *because = NULL;
	struct code_query q;
	bool found = false;

	if (shape->variant == ABSOLUTE) {
		absolute(x, p);
		return;
	}
	if (!codepoint_query(x, &c, &q) || !userland_files(x, p, false, &files))
		return;
	for (uint32_t i = 0; i < files.n; i++) {
		enum answer got = look(x, p, &files.v[i], &c, &q, &why);

		found |= got == ANSWER_YES;
		if (got == ANSWER_UNKNOWN && !opaque) {
			opaque = &files.v[i];
			because = why;
		}
	}
	if (found)
		return;
	if (opaque)
		userland_opaque(x, p, opaque, because);
	else if (files.n == 1)
		codepoint_missing(x, &c, &q);
	else
		probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, c.part->arg->span,
			     "none of %u programs has %s", files.n,
			     words_text(probe_sema(x)->arena, p));
}

const struct family_group family_program = {
	shapes, sizeof shapes / sizeof *shapes, expand, family_no_variable, family_no_variable_at,
	NULL,
};
