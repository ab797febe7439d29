/*
 * kernel.statement and module.statement: a line or an address inside of the
 * code, which debug information alone knows; without a line it is the entry of
 * a function.  .absolute takes the address as it stands, unchecked, and so is
 * for guru mode.
 */
#include "sema/kernelcode.h"

enum variant { CHECKED, ABSOLUTE };

/* clang-format off */
#define STATEMENTS(base)                                                                           \
	{base "(S)", CHECKED}, {base "(S).nearest", CHECKED}, {base "(N)", CHECKED},               \
		{base "(N).nearest", CHECKED}

static const struct shape shapes[] = {
	STATEMENTS("kernel.statement"),
	{"kernel.statement(N).absolute", ABSOLUTE},
	STATEMENTS("module(S).statement"),
};
/* clang-format on */

/* A function's name without a line, and no debug information: its entry, if BTF knows it. */
static bool found_entry(struct expansion *x, struct kernelcode *k)
{
	struct target_fns fns = {0};

	if (!k->name || k->query.lines != CODE_NO_LINE ||
	    kernelcode_functions(x, k, &fns) != ANSWER_YES || !fns.n)
		return false;
	k->has_types = true;
	kernelcode_found(x, k, &fns,
			 *k->rest ? "BTF does not record source files, so the file was not checked"
				  : NULL);
	return true;
}

static void expand(struct expansion *x, const struct shape *shape, const struct probe_point *p)
{
	struct kernelcode k;
	const char *why = NULL;

	if (shape->variant == ABSOLUTE) {
		kernelcode_absolute(x, FAMILY_STATEMENT, p);
		return;
	}
	if (!kernelcode_start(x, FAMILY_STATEMENT, p, &k))
		return;
	if (kernelcode_ask(x, &k, &why) == ANSWER_UNKNOWN && !found_entry(x, &k))
		kernelcode_undecided(x, &k, why);
}

const struct family_group family_statement = {
	shapes, sizeof shapes / sizeof *shapes, expand, kernelcode_variable, kernelcode_variable_at,
	NULL,
};
