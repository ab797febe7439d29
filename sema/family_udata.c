/*
 * process.data: a hardware watch on an address or a global variable of the
 * target process, by -c or -x.  The address is taken as it stands; a variable
 * is looked up in the debug information of the program.
 */
#include "sema/userland.h"
#include "target/code.h"

static const struct shape shapes[] = {
	{"process.data(N).write", 0},           {"process.data(N).rw", 0},
	{"process.data(N).length(N).write", 0}, {"process.data(N).length(N).rw", 0},
	{"process.data(S).write", 0},           {"process.data(S).rw", 0},
};

/* Is the variable there?  UNKNOWN: *why in words. */
static enum answer look(struct expansion *x, const struct userland *u, const char *name,
			const char **why)
{
	struct sema *s = probe_sema(x);
	const struct code *code;
	struct code_variable v;

	*why = u->why;
	if (u->why)
		return ANSWER_UNKNOWN;
	code = code_of_program(s->target, u->file);
	if (code_global(code, name, NULL, s->arena, &v))
		return ANSWER_YES;
	if (code_source(code) == CODE_DWARF)
		return ANSWER_NO;
	*why = code_remedy(code) ? code_remedy(code) : "it has no debug information";
	return ANSWER_UNKNOWN;
}

static bool length_fits(struct expansion *x, const struct pp_part *length)
{
	int64_t n = length ? length->arg->number : 1;

	if (n == 1 || n == 2 || n == 4 || n == 8)
		return true;
	probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, length->arg->span,
		     "a watch is on 1, 2, 4 or 8 bytes, not %lld", (long long)n);
	return false;
}

static void expand(struct expansion *x, const struct shape *shape, const struct probe_point *p)
{
	struct arena *a = probe_sema(x)->arena;
	const struct expr *arg = p->parts[1].arg;
	const char *why,
		*name = arg->kind == EXPR_STRING ? text_unescape(a, arg->string, NULL) : NULL;
	struct userlands files = {0};
	enum answer got = ANSWER_YES;
	struct site *site;

	(void)shape;
	if (!length_fits(x, words_part(p, "length")) || !userland_files(x, p, false, &files))
		return;
	if (name)
		got = look(x, &files.v[0], name, &why);
	if (got == ANSWER_NO)
		probe_failed(x, DIAG_UNKNOWN_PROBE_POINT, arg->span,
			     "no global variable \"%s\" in %s", name, files.v[0].file);
	else if (got == ANSWER_UNKNOWN)
		userland_opaque(x, p, &files.v[0], why);
	if (got != ANSWER_YES)
		return;
	site = probe_site(x, FAMILY_UDATA, p);
	site->exists = ANSWER_YES;
	site->program = files.v[0].file ? files.v[0].file : files.v[0].named;
	site->function = name;
	site->evidence = name ? arena_printf(a, "variable %s of %s", name, site->program)
			      : "the address is taken as it stands";
	site->trusted = !name;
	if (!name)
		site->trust_reason = "only the process can tell what lies at the address";
	probe_found(x, site);
}

const struct family_group family_udata = {
	shapes, sizeof shapes / sizeof *shapes, expand, family_no_variable, family_no_variable_at,
	NULL,
};
