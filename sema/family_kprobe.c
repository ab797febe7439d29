/*
 * kprobe.function, kprobe.module and kprobe.statement: the kernel's symbols by
 * name, without types, so that there are no context variables; int_arg(1) and
 * its like read the parameters.
 */
#include "sema/kernelcode.h"

enum variant { NAMED, ABSOLUTE };

/* clang-format off */
#define SYMBOLS(base)                                                                              \
	{base, NAMED}, {base ".call", NAMED}, {base ".return", NAMED},                             \
		{base ".return.maxactive(N)", NAMED}

static const struct shape shapes[] = {
	SYMBOLS("kprobe.function(S)"),
	SYMBOLS("kprobe.module(S).function(S)"),
	{"kprobe.statement(N).absolute", ABSOLUTE},
};
/* clang-format on */

/* The kernel finds a symbol by its whole name.  False: the symbols are not known. */
static bool by_symbols(struct expansion *x, const struct kernelcode *k)
{
	struct target_fns fns = {0};
	const char *source, *clone = NULL;
	uint32_t kept = 0;

	if (kernelcode_symbols(x, k, &fns, &source) == ANSWER_UNKNOWN)
		return false;
	for (uint32_t i = 0; i < fns.n; i++)
		if (fns.v[i].symbol)
			clone = fns.v[i].symbol;
		else
			fns.v[kept++] = fns.v[i];
	fns.n = kept;
	if (kept)
		kernelcode_found_symbols(x, k, &fns, source, NULL);
	else
		kernelcode_no_symbol(x, k, clone);
	return true;
}

static void expand(struct expansion *x, const struct shape *shape, const struct probe_point *p)
{
	struct kernelcode k;
	struct target_fns fns = {0};
	const char *why = NULL;

	if (shape->variant == ABSOLUTE) {
		kernelcode_absolute(x, FAMILY_KPROBE, p);
		return;
	}
	if (!kernelcode_start(x, FAMILY_KPROBE, p, &k))
		return;
	if (k.query.file) {
		probe_failed(
			x, DIAG_UNKNOWN_PROBE_POINT, k.at.part->arg->span,
			"a kprobe is by the name of a symbol; only kernel.function knows files");
		return;
	}
	k.query.inlines = CODE_CALLS_ONLY;
	if (kernelcode_functions(x, &k, &fns) == ANSWER_YES && fns.n)
		kernelcode_found(x, &k, &fns, NULL);
	else if (k.module && text_is_glob(k.module))
		kernelcode_undecided(x, &k, "only BTF was asked");
	else if (kernelcode_ask(x, &k, &why) != ANSWER_UNKNOWN)
		return;
	else if (!by_symbols(x, &k))
		kernelcode_undecided(x, &k, why);
}

const struct family_group family_kprobe = {
	shapes, sizeof shapes / sizeof *shapes, expand, family_no_variable, family_no_variable_at,
	NULL,
};
