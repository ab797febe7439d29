/*
 * kernel.data: the processor watches an address and stops at a write of it, or
 * at any access.  It has four such watches on x86, each on 1, 2, 4 or 8 bytes
 * at a multiple of their number; SystemTap takes more and other lengths, and
 * fails or rounds when it runs, so that is a warning here.
 */
#include "sema/family.h"

enum { WATCHES = 4 };

static const struct shape shapes[] = {
	{"kernel.data(N).write", 0},           {"kernel.data(N).rw", 0},
	{"kernel.data(N).length(N).write", 0}, {"kernel.data(N).length(N).rw", 0},
	{"kernel.data(S).write", 0},           {"kernel.data(S).rw", 0},
};

static void warn_of_length(struct expansion *x, const struct pp_part *length, uint64_t address)
{
	struct sema *s = probe_sema(x);
	int64_t n = length->arg->number;

	if (n != 1 && n != 2 && n != 4 && n != 8)
		diag_report(s->diags, DIAG_BREAKPOINT_LIMIT, length->arg->span,
			    "a watch is on 1, 2, 4 or 8 bytes, not %lld", (long long)n);
	else if (address & (uint64_t)(n - 1))
		diag_report(s->diags, DIAG_BREAKPOINT_LIMIT, length->arg->span,
			    "the address is no multiple of %lld, so %lld bytes at it cannot be "
			    "watched",
			    (long long)n, (long long)n);
}

static void count(struct expansion *x, struct span span)
{
	struct sema *s = probe_sema(x);

	if (++s->watches == WATCHES + 1)
		diag_report(s->diags, DIAG_BREAKPOINT_LIMIT, span,
			    "x86 processors watch %d places at a time; this is one too many",
			    WATCHES);
}

static void expand_address(struct expansion *x, const struct probe_point *p)
{
	const struct pp_part *data = words_part(p, "data"), *length = words_part(p, "length");
	struct site *site = probe_site(x, FAMILY_DATA, p);

	if (length)
		warn_of_length(x, length, (uint64_t)data->arg->number);
	site->exists = ANSWER_YES;
	site->evidence = "the address is taken as it stands";
	site->trusted = true;
	site->trust_reason = "only the running kernel can tell what lies at the address";
	count(x, data->span);
	probe_found(x, site);
}

static void expand_symbol(struct expansion *x, const struct probe_point *p)
{
	struct sema *s = probe_sema(x);
	const struct pp_part *data = words_part(p, "data");
	const char *name = text_unescape(s->arena, data->arg->string, NULL);
	struct site *site = probe_site(x, FAMILY_DATA, p);

	uint64_t address;

	site->function = name;
	site->exists = target_symbol(s->target, name, &address);
	if (site->exists == ANSWER_NO) {
		probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, data->arg->span, "no symbol \"%s\" in %s",
			     name, target_symbol_source(s->target));
		return;
	}
	site->evidence = target_symbol_source(s->target);
	if (site->exists == ANSWER_YES)
		site->evidence = arena_printf(s->arena, "symbol %s in %s", name, site->evidence);
	count(x, data->span);
	probe_found(x, site);
}

static void expand(struct expansion *x, const struct shape *shape, const struct probe_point *p)
{
	(void)shape;
	if (words_part(p, "data")->arg->kind == EXPR_STRING)
		expand_symbol(x, p);
	else
		expand_address(x, p);
}

const struct family_group family_data = {
	shapes, sizeof shapes / sizeof *shapes, expand, family_no_variable, family_no_variable_at,
	NULL,
};
