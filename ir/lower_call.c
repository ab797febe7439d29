/*
 * Calls and the print family.  A call is an INTRINSIC when the first overload
 * is one, FAIL for error(), ABORT for abort(), else a CALL of the whole chain of
 * overloads.  Printing is always by a format: the ones that have none get it
 * here.  A print's value is 0.
 */
#include "ir/lowering.h"

#include "base/text.h"

#include <string.h>

static char letter_of(enum type t)
{
	switch (t) {
	case TYPE_LONG: return 'd';
	case TYPE_STRING: return 's';
	case TYPE_UNKNOWN:
	case TYPE_STATS: break;
	}
	return 'v';
}

/*
 * The row of a library function's intrinsic, whose declaration must agree with it.  One that gives
 * no value has the type that its calls want, as in SystemTap, and then gives 0 or "".
 */
static enum intrinsic row_of(const struct function *f)
{
	enum intrinsic which = INTRINSIC_COUNT;
	const char *sig;

	if (!ir_intrinsic_find(f->intrinsic, &which))
		bug("the library function %s names no intrinsic: %s", f->name, f->intrinsic);
	sig = ir_intrinsic(which)->signature;
	if (strlen(sig + 2) != f->params.n || (sig[0] != 'v' && sig[0] != letter_of(f->type)))
		bug("the library function %s is not %s", f->name, sig);
	for (uint32_t i = 0; i < f->params.n; i++) {
		enum type t = f->params.v[i]->type;

		if (t != TYPE_UNKNOWN && sig[2 + i] != letter_of(t))
			bug("parameter %u of the library function %s is not '%c'", i, f->name,
			    sig[2 + i]);
	}
	return which;
}

/* A register for the value when one is wanted, or there must be one. */
static uint32_t result(struct lowering *lo, enum type type, bool wanted)
{
	if (!wanted || type == TYPE_UNKNOWN)
		return IR_NONE;
	return cfg_reg(&lo->cfg, lower_type(type), NULL);
}

/* What is known of the address that a read of memory gets; NULL: nothing. */
static const struct ir_mem *pointed_to(struct lowering *lo, const struct expr_list *args)
{
	const struct access *a = args && args->n ? args->v[0]->access : NULL;
	struct ir_mem *m;

	if (!a || a->space == SPACE_UNKNOWN)
		return NULL;
	m = arena_make(lo->arena, struct ir_mem);
	m->user = a->space == SPACE_USER;
	return m;
}

static uint32_t intrinsic(struct lowering *lo, const struct function *f, struct loc loc,
			  uint32_t *args, const struct ir_mem *space, bool wanted)
{
	struct ir_inst *in = cfg_emit(&lo->cfg, loc, OP_INTRINSIC, 0);

	in->imm = row_of(f);
	in->args = args;
	in->nargs = f->params.n;
	in->mem = ir_intrinsic_reads((enum intrinsic)in->imm) ? space : NULL;
	if (*ir_intrinsic((enum intrinsic)in->imm)->signature == 'v')
		return IR_NONE;
	return in->dst = result(lo, f->type, wanted);
}

/* error() and abort(): nothing after them runs. */
static bool ends_here(struct lowering *lo, const struct function *f, struct loc loc,
		      const uint32_t *args)
{
	if (!f->intrinsic)
		return false;
	if (strcmp(f->intrinsic, "error") == 0)
		cfg_emit(&lo->cfg, loc, OP_FAIL, 1)->args[0] = args[0];
	else if (strcmp(f->intrinsic, "abort") == 0)
		cfg_emit(&lo->cfg, loc, OP_ABORT, 0);
	else
		return false;
	cfg_dead(&lo->cfg);
	return true;
}

/* The type of a call: that of the first overload that has one. */
static enum type type_of(const struct function *first)
{
	for (const struct function *f = first; f; f = f->next)
		if (f->type != TYPE_UNKNOWN)
			return f->type;
	return TYPE_UNKNOWN;
}

static uint32_t chain(struct lowering *lo, struct function *first, struct loc loc, uint32_t *args,
		      bool wanted)
{
	uint32_t n = 0, *callees;
	struct ir_inst *in;

	for (struct function *f = first; f; f = f->next)
		n++;
	callees = arena_alloc(lo->arena, n * sizeof *callees);
	n = 0;
	for (struct function *f = first; f; f = f->next)
		callees[n++] = lower_callee(lo, f, type_of(first));
	in = cfg_emit(&lo->cfg, loc, OP_CALL, 0);
	in->callees = callees;
	in->ncallees = n;
	in->args = args;
	in->nargs = first->params.n;
	return in->dst = result(lo, type_of(first), wanted);
}

uint32_t lower_call(struct lowering *lo, const struct expr *e, bool wanted)
{
	struct function *f = e->call.sym;
	struct loc loc = e->at;
	uint32_t *args, reg = IR_NONE;

	if (!f)
		bug("%s() was not resolved", e->call.name);
	args = lower_expr_list(lo, &e->call.args, 0);
	if (!ends_here(lo, f, loc, args))
		reg = f->intrinsic ? intrinsic(lo, f, loc, args, pointed_to(lo, &e->call.args),
					       wanted)
				   : chain(lo, f, loc, args, wanted);
	if (reg == IR_NONE && wanted)
		reg = cfg_default(&lo->cfg, loc, lower_type(e->type));
	return reg;
}

static uint32_t embedded(struct lowering *lo, const struct function *f, struct loc loc,
			 uint32_t *args)
{
	struct ir_inst *in = cfg_emit(&lo->cfg, loc, OP_EMBEDDED, 0);

	in->str = f->embedded;
	in->args = args;
	in->nargs = f->params.n;
	return in->dst = result(lo, f->type, true);
}

void lower_call_native(struct lowering *lo, const struct function *f)
{
	struct loc loc = f->decl->name_span.start;
	uint32_t *args = arena_alloc(lo->arena, f->params.n * sizeof *args), reg = IR_NONE;

	for (uint32_t i = 0; i < f->params.n; i++)
		args[i] = i;
	if (f->embedded)
		reg = embedded(lo, f, loc, args);
	else if (!ends_here(lo, f, loc, args))
		reg = intrinsic(lo, f, loc, args, NULL, true);
	if (reg == IR_NONE)
		lower_return_default(lo, loc);
	else
		cfg_emit(&lo->cfg, loc, OP_RETURN, 1)->args[0] = reg;
}

/* --- the print family --- */

static void add_literal(struct lowering *lo, struct format *f, const char *text, size_t len)
{
	struct format_piece piece = {.kind = FORMAT_LITERAL,
				     .width = FORMAT_NONE,
				     .precision = FORMAT_NONE,
				     .text = text,
				     .text_len = (uint32_t)len};

	if (len)
		format_add(lo->arena, f, piece);
}

static void add_value(struct lowering *lo, struct format *f, enum format_kind kind)
{
	struct format_piece piece = {.kind = kind, .width = FORMAT_NONE, .precision = FORMAT_NONE};

	format_add(lo->arena, f, piece);
}

/* The format of those that are written without one. */
static const struct format *format_of(struct lowering *lo, const struct expr *e,
				      const uint32_t *args)
{
	struct format *f = arena_make(lo->arena, struct format);
	size_t delim_len = 0;
	const char *delim = e->print.delim && (e->print.flags & PRINT_DELIM)
				    ? text_unescape(lo->arena, e->print.delim, &delim_len)
				    : "";

	for (uint32_t i = 0; i < e->print.args.n; i++) {
		bool str = lo->func.regs.v[args[i]].type == IR_STR;

		if (i)
			add_literal(lo, f, delim, delim_len);
		if (e->print.flags & PRINT_CHAR)
			add_value(lo, f, FORMAT_CHAR);
		else
			add_value(lo, f, str ? FORMAT_STRING : FORMAT_INT);
	}
	if (e->print.flags & PRINT_NEWLINE)
		add_literal(lo, f, "\n", 1);
	return f;
}

static uint32_t print(struct lowering *lo, struct loc loc, const struct format *f, uint32_t *args,
		      bool to_string)
{
	struct ir_inst *in = cfg_emit(&lo->cfg, loc, to_string ? OP_SPRINT : OP_PRINT, 0);

	in->format = f;
	in->args = args;
	in->nargs = f->nargs;
	if (to_string)
		in->dst = cfg_reg(&lo->cfg, IR_STR, NULL);
	return in->dst;
}

static uint32_t print_hist(struct lowering *lo, const struct expr *e, bool to_string)
{
	uint32_t text = lower_stat_print(lo, e->print.hist, to_string), *args;
	struct format *f = arena_make(lo->arena, struct format);

	if (!(e->print.flags & PRINT_NEWLINE))
		return text;
	args = arena_alloc(lo->arena, sizeof *args);
	args[0] = text;
	if (to_string)
		add_value(lo, f, FORMAT_STRING);
	add_literal(lo, f, "\n", 1);
	return print(lo, e->at, f, args, to_string);
}

uint32_t lower_call_print(struct lowering *lo, const struct expr *e, bool wanted)
{
	bool to_string = e->print.flags & PRINT_TO_STRING;
	uint32_t reg, *args;

	if (e->print.hist) {
		reg = print_hist(lo, e, to_string);
	} else {
		args = lower_expr_list(lo, &e->print.args, 0);
		reg = print(lo, e->at, e->print.format ? e->print.format : format_of(lo, e, args),
			    args, to_string);
	}
	return reg == IR_NONE && wanted ? cfg_const(&lo->cfg, e->at, 0) : reg;
}
