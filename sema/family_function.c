/*
 * kernel.function and module.function.  A function that BTF lists is answered
 * from it; a file, an inlined copy, a label, a callee or an address is asked of
 * debug information.
 */
#include "sema/kernelcode.h"

#include <string.h>

enum variant { PLAIN = 0, CALL = 1, EXPORTED = 2, INLINE = 4, INSIDE = 8 };

/* clang-format off */
#define ENTRIES(base)                                                                              \
	{base, PLAIN}, {base ".call", CALL}, {base ".exported", CALL | EXPORTED},                  \
		{base ".return", CALL}, {base ".return.maxactive(N)", CALL}
#define FUNCTIONS(base)                                                                            \
	ENTRIES(base "(S)"), ENTRIES(base "(N)"), {base "(S).inline", INLINE},                     \
		{base "(S).label(S)", INSIDE}, {base "(S).callee(S)", INSIDE},                     \
		{base "(S).callee(S).call", INSIDE}, {base "(S).callee(S).return", INSIDE},        \
		{base "(S).callees", INSIDE}, {base "(S).callees(N)", INSIDE}

static const struct shape shapes[] = {
	FUNCTIONS("kernel.function"),
	FUNCTIONS("module(S).function"),
};
/* clang-format on */

/* There is no debug information: `facts` is what BTF said of the name. */
static void without_debuginfo(struct expansion *x, const struct kernelcode *k, int variant,
			      enum answer facts, const struct target_fns *fns, const char *why)
{
	struct arena *a = probe_sema(x)->arena;
	bool listed = facts == ANSWER_YES && fns->n;

	if (listed && !(variant & (INLINE | INSIDE)) && strcmp(k->name, "*") != 0)
		kernelcode_found(
			x, k, fns,
			arena_printf(a, "%s was not checked: %s",
				     *k->rest ? arena_printf(a, "\"%s\"", k->rest) : ".exported",
				     why));
	else
		kernelcode_undecided(x, k, why);
}

/* SystemTap drops a line that stands in a function probe; so it hardly does what was meant. */
static void warn_of_line(struct expansion *x, const struct kernelcode *k)
{
	const char *line = k->rest + strcspn(k->rest, ":+");

	if (*line && k->query.lines == CODE_NO_LINE)
		diag_report(probe_sema(x)->diags, DIAG_LINE_IN_FUNCTION, k->at.part->arg->span,
			    "\"%s\" means nothing in a function probe: it is at the function's "
			    "entry; a statement probe is at a line",
			    line);
}

/*
 * What neither BTF nor debug information told may have a symbol.  Without one it is inlined
 * wherever it is called, if there is such a function: nothing for a point at calls.  False: nothing
 * was handed over or said, and *why may say more.
 */
static bool by_symbols(struct expansion *x, const struct kernelcode *k, int variant,
		       const char **why)
{
	struct arena *a = probe_sema(x)->arena;
	struct target_fns fns = {0};
	const char *source, *unchecked = NULL;
	enum answer answer;

	if (variant & (INLINE | INSIDE))
		return false;
	answer = kernelcode_symbols(x, k, &fns, &source);
	if (answer == ANSWER_YES) {
		if (*k->rest || variant & EXPORTED)
			unchecked = arena_printf(
				a, "%s was not checked: %s",
				*k->rest ? arena_printf(a, "\"%s\"", k->rest) : ".exported", *why);
		kernelcode_found_symbols(x, k, &fns, source, unchecked);
	} else if (answer == ANSWER_NO && variant & CALL) {
		kernelcode_no_symbol(x, k, NULL);
	} else {
		if (answer == ANSWER_NO)
			*why = arena_printf(a,
					    "%s has no symbol of that name, so if there is such a "
					    "function, it is inlined wherever it is called; %s",
					    source, *why);
		return false;
	}
	return true;
}

static void expand(struct expansion *x, const struct shape *shape, const struct probe_point *p)
{
	struct kernelcode k;
	struct target_fns fns = {0};
	enum answer facts = ANSWER_UNKNOWN;
	const char *why = NULL;
	bool plain;

	if (!kernelcode_start(x, FAMILY_FUNCTION, p, &k))
		return;
	k.has_types = true;
	warn_of_line(x, &k);
	plain = k.name && !k.query.file && !(shape->variant & (EXPORTED | INLINE | INSIDE));
	if (plain && probe_sema(x)->in->options->places &&
	    kernelcode_ask(x, &k, &why) != ANSWER_UNKNOWN)
		return;
	if (plain)
		facts = kernelcode_functions(x, &k, &fns);
	if (facts == ANSWER_YES && fns.n) {
		kernelcode_found(x, &k, &fns, NULL);
		if (shape->variant == PLAIN)
			kernelcode_inlined(x, &k, fns.n);
		return;
	}
	/* BTF's word on all modules is taken: they would all have to be opened */
	if (plain && facts == ANSWER_NO && k.module && text_is_glob(k.module))
		why = "only BTF was asked";
	else if (kernelcode_ask(x, &k, &why) != ANSWER_UNKNOWN)
		return;
	if (!plain)
		facts = kernelcode_functions(x, &k, &fns);
	if (facts == ANSWER_NO && by_symbols(x, &k, shape->variant, &why))
		return;
	without_debuginfo(x, &k, shape->variant, facts, &fns, why);
}

const struct family_group family_function = {
	shapes, sizeof shapes / sizeof *shapes, expand, kernelcode_variable, kernelcode_variable_at,
	NULL,
};
