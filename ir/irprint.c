/*
 * The text form, written.  irread.c reads it back; what is read prints the
 * same.  One line a thing; # starts a comment.  It needs a well-formed program
 * and says nothing about what is proved.  The syntax, by example:
 *
 *   limits maxaction 10000 maxnesting 0 maxmapentries 2048 maxerrors 0 maxstringlen 512 maxskipped
 * 100 session "stapvet"                              # optional guru # optional file "x.stp" #
 * where the @line:column after it lie global g0 "n" int = -5 @1:8                    # or str =
 * "text" global g1 "a" int [int str] capacity 100 wrap  # an array global g2 "s" stats hist linear
 * 0 100 10 bits 2  # or: hist log function f0 "fact" (%0 int "n") int @3:10      # result type
 * absent: none; "tapset" may follow var %1 int "i"                               # a named
 * register, assigned anywhere temps int %2 %3                              # nameless ones,
 * assigned by one instruction temps str %4 loop l0 b1 parent l0 iter i0 @4:3            # parent
 * and iter only where there is one iter i0 g1 hist %2 keys %5 * value %6 slice * %7 sort key 1
 * descending limit %8 b0:                                            # blocks and their
 * instructions, in order %2 = const 5 @4:5 %3 = add %1 %2                               # registers
 * after what irshape.h puts first mset g1 %2 %4 %3  ! map-has-room             # ! and what follows
 * is not read: obligations branch %3 b1 b2 b1: catch b3                                   # errors
 * in b1 go to b3 end handler f1 "begin"
 *   ...
 *   end
 *   attach f1 begin session number 0 randomize 0 point "begin" family "begin" exists 1
 *       (on one line; then, where set: evidence "" trust "" refused "" permitted "" module ""
 *       function "" path "" build-id "" section "" address 0x0 offset 0x0 semaphore 0x0
 *       semaphore-offset 0x0 return optional)
 *
 * "*" is a register that is not wanted.  @- is nowhere; a thing without @ lies where its own
 * line stands in the .ir file.  Everything is numbered from 0 in order of appearance, except
 * registers, which may be declared in any order but without gaps.  sort is by "key N", "value"
 * or "stat count|sum|min|max|avg|variance".  A named register may be assigned often, but its
 * first assignment as written must dominate every read (wellformed.c).
 */
#include "base/text.h"
#include "ir/irshape.h"
#include "ir/irtext.h"

#include <inttypes.h>
#include <string.h>

struct printer {
	FILE *out;
	const struct ir_program *p;
	const struct sources *ss;
	const struct source *source; /* of the last location */
	const char *file;            /* of the last "file" line */
	struct arena *scratch;
};

#define put(pr, ...) fprintf((pr)->out, __VA_ARGS__)

static void put_text(struct printer *pr, const char *s)
{
	put(pr, " \"%s\"", text_escape(pr->scratch, s, strlen(s)));
}

static void put_named(struct printer *pr, const char *word, const char *s)
{
	if (!s)
		return;
	put(pr, " %s", word);
	put_text(pr, s);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Without its folder: the text must not depend on where the tree stands. */
static const char *file_name(struct printer *pr, const struct source *src)
{
	const char *name = base_name(src->name);

	if (strncmp(src->name, "tapset/", 7) == 0 && !strchr(src->name + 7, '/'))
		return src->name;
	if (src->kind != SOURCE_TAPSET)
		return name;
	return arena_printf(pr->scratch, "tapset/%s", name);
}

/* Before a line whose thing lies at loc: says so if that is in another file than the last. */
static void start_line(struct printer *pr, struct loc loc)
{
	const struct source *src;
	const char *name;

	if (!pr->ss || !loc.at)
		return;
	src = sources_pos(pr->ss, loc).source;
	if (!src || src == pr->source)
		return;
	pr->source = src;
	name = file_name(pr, src);
	if (pr->file && strcmp(pr->file, name) == 0)
		return;
	pr->file = name;
	put(pr, "file");
	put_text(pr, name);
	put(pr, "\n");
}

static void put_loc(struct printer *pr, struct loc loc)
{
	struct pos pos;

	if (!pr->ss)
		return;
	pos = sources_pos(pr->ss, loc);
	if (loc.at && pos.source)
		put(pr, " @%" PRIu32 ":%" PRIu32, pos.line, pos.column);
	else
		put(pr, " @-");
}

static void put_reg(struct printer *pr, uint32_t reg)
{
	if (reg == IR_NONE)
		put(pr, " *");
	else
		put(pr, " %%%" PRIu32, reg);
}

static void put_regs(struct printer *pr, const uint32_t *regs, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		put_reg(pr, regs[i]);
}

static void put_limits(struct printer *pr, const struct ir_limits *l)
{
	put(pr,
	    "limits maxaction %" PRId64 " maxnesting %" PRId64 " maxmapentries %" PRId64
	    " maxerrors %" PRId64 " maxstringlen %" PRId64 " maxskipped %" PRId64,
	    l->maxaction, l->maxnesting, l->maxmapentries, l->maxerrors, l->maxstringlen,
	    l->maxskipped);
	if (l->maxmemory != ir_default_limits().maxmemory)
		put(pr, " maxmemory %" PRId64, l->maxmemory);
	put(pr, "\n");
}

static void put_keys(struct printer *pr, const struct ir_global *g)
{
	put(pr, " [");
	for (uint32_t k = 0; k < g->nkeys; k++)
		put(pr, "%s%s", k ? " " : "", irshape_type(g->keys[k]));
	put(pr, "] capacity %" PRId64 "%s", g->capacity, g->wrap ? " wrap" : "");
}

static void put_hist(struct printer *pr, const struct ir_global *g)
{
	if (g->hist_log)
		put(pr, " hist log");
	else
		put(pr, " hist linear %" PRId64 " %" PRId64 " %" PRId64, g->hist_low, g->hist_high,
		    g->hist_step);
}

static void put_global(struct printer *pr, uint32_t i)
{
	const struct ir_global *g = &pr->p->globals.v[i];

	start_line(pr, g->loc);
	put(pr, "global g%" PRIu32, i);
	put_text(pr, g->name);
	put(pr, " %s", irshape_type(g->type));
	if (g->nkeys)
		put_keys(pr, g);
	if (!g->nkeys && g->type == IR_INT)
		put(pr, " = %" PRId64, g->init);
	if (!g->nkeys && g->type == IR_STR)
		put_named(pr, "=", g->init_str ? g->init_str : "");
	if (g->has_hist)
		put_hist(pr, g);
	if (g->bits)
		put(pr, " bits %" PRId64, g->bits);
	if (g->from_tapset)
		put(pr, " tapset");
	put_loc(pr, g->loc);
	put(pr, "\n");
}

static void put_temps(struct printer *pr, const struct ir_func *f, enum ir_type type)
{
	bool any = false;

	for (uint32_t r = f->nparams; r < f->regs.n; r++) {
		if (f->regs.v[r].name || f->regs.v[r].type != type)
			continue;
		if (!any)
			put(pr, "  temps %s", irshape_type(type));
		any = true;
		put_reg(pr, r);
	}
	if (any)
		put(pr, "\n");
}

static void put_declared(struct printer *pr, const struct ir_func *f, uint32_t r)
{
	put(pr, "%%%" PRIu32 " %s", r, irshape_type(f->regs.v[r].type));
	if (f->regs.v[r].name)
		put_text(pr, f->regs.v[r].name);
}

static void put_registers(struct printer *pr, const struct ir_func *f)
{
	for (uint32_t r = f->nparams; r < f->regs.n; r++) {
		if (!f->regs.v[r].name)
			continue;
		put(pr, "  var ");
		put_declared(pr, f, r);
		put(pr, "\n");
	}
	put_temps(pr, f, IR_INT);
	put_temps(pr, f, IR_STR);
}

static void put_loop(struct printer *pr, const struct ir_func *f, uint32_t i)
{
	const struct ir_loop *l = &f->loops.v[i];

	start_line(pr, l->loc);
	put(pr, "  loop l%" PRIu32 " b%" PRIu32, i, l->header);
	if (l->parent != IR_NONE)
		put(pr, " parent l%" PRIu32, l->parent);
	if (l->iter != IR_NONE)
		put(pr, " iter i%" PRIu32, l->iter);
	put_loc(pr, l->loc);
	if (l->obligation < pr->p->obligations.n)
		put(pr, "  ! %s", ir_obligation_word(OBL_LOOP_BOUNDED));
	put(pr, "\n");
}

static void put_sort(struct printer *pr, const struct ir_iter *it)
{
	switch (it->sort) {
	case ITER_UNSORTED: return;
	case ITER_BY_KEY: put(pr, " sort key %" PRIu32, it->sort_key); break;
	case ITER_BY_VALUE: put(pr, " sort value"); break;
	case ITER_BY_STAT: put(pr, " sort stat %s", irshape_stat(it->stat)); break;
	}
	if (it->descending)
		put(pr, " descending");
}

static void put_iter(struct printer *pr, const struct ir_func *f, uint32_t i)
{
	const struct ir_iter *it = &f->iters.v[i];

	start_line(pr, it->loc);
	put(pr, "  iter i%" PRIu32 " g%" PRIu32, i, it->global);
	if (it->hist) {
		put(pr, " hist");
		put_regs(pr, it->hist_keys, it->nhist_keys);
	}
	put(pr, " keys");
	put_regs(pr, it->key_regs, it->nkeys);
	if (it->value_reg != IR_NONE)
		put(pr, " value %%%" PRIu32, it->value_reg);
	if (it->has_slice) {
		put(pr, " slice");
		put_regs(pr, it->slice, it->nkeys);
	}
	put_sort(pr, it);
	if (it->limit != IR_NONE)
		put(pr, " limit %%%" PRIu32, it->limit);
	put_loc(pr, it->loc);
	put(pr, "\n");
}

static void put_literal(struct printer *pr, const struct format_piece *piece)
{
	for (const char *s = text_escape(pr->scratch, piece->text, piece->text_len); *s; s++)
		put(pr, *s == '%' ? "%%%%" : "%c", *s);
}

static void put_width(struct printer *pr, const char *point, int width)
{
	if (width == FORMAT_FROM_ARG)
		put(pr, "%s*", point);
	else if (width != FORMAT_NONE)
		put(pr, "%s%d", point, width);
}

static void put_directive(struct printer *pr, const struct format_piece *piece)
{
	static const char LETTERS[] = {'?', 'd', 'u', 'o', 'x', 'X', 'p', 'c', 's', 'b', 'm', 'M'};
	static const char FLAGS[] = "0+- #";

	put(pr, "%%");
	for (unsigned flag = 0; FLAGS[flag]; flag++)
		if (piece->flags & 1u << flag)
			put(pr, "%c", FLAGS[flag]);
	put_width(pr, "", piece->width);
	put_width(pr, ".", piece->precision);
	put(pr, "%c", LETTERS[piece->kind]);
}

/* A format written as the script would write it. */
static void put_format(struct printer *pr, const struct format *f)
{
	put(pr, " \"");
	vec_each(i, &f->pieces) {
		if (f->pieces.v[i].kind == FORMAT_LITERAL)
			put_literal(pr, &f->pieces.v[i]);
		else
			put_directive(pr, &f->pieces.v[i]);
	}
	put(pr, "\"");
}

static void put_memory(struct printer *pr, const struct ir_mem *m)
{
	put(pr, " %u%s%s", m->size, m->is_signed ? " signed" : "", m->user ? " user" : "");
	if (m->bit_size)
		put(pr, " bits %u %u", m->bit_offset, m->bit_size);
	if (m->what)
		put_text(pr, m->what);
}

/* What stands between the op's word and its registers. */
static void put_operands(struct printer *pr, const struct ir_inst *in)
{
	switch (irshape_of(in->op)) {
	case IRSHAPE_NUMBER:
	case IRSHAPE_INDEX: put(pr, " %" PRId64, in->imm); break;
	case IRSHAPE_TEXT: put_text(pr, in->str); break;
	case IRSHAPE_GLOBAL: put(pr, " g%" PRIu32, in->global); break;
	case IRSHAPE_STAT: put(pr, " g%" PRIu32 " %s", in->global, irshape_stat(in->imm)); break;
	case IRSHAPE_FORMAT: put_format(pr, in->format); break;
	case IRSHAPE_CALL:
		for (uint32_t c = 0; c < in->ncallees; c++)
			put(pr, " f%" PRIu32, in->callees[c]);
		break;
	case IRSHAPE_INTRINSIC:
		put(pr, " %s", ir_intrinsic((enum intrinsic)in->imm)->name);
		if (in->mem)
			put(pr, " of %s", in->mem->user ? "user" : "kernel");
		break;
	case IRSHAPE_CONTEXT:
		put(pr, " %s %" PRId64, irshape_context_kind(in->imm2), in->imm);
		put_text(pr, in->str ? in->str : "");
		break;
	case IRSHAPE_MEMORY: put_memory(pr, in->mem); break;
	case IRSHAPE_ITER:
	case IRSHAPE_NEXT: put(pr, " i%" PRId64, in->imm); break;
	case IRSHAPE_REGS:
	case IRSHAPE_JUMP:
	case IRSHAPE_BRANCH: break;
	}
}

static void put_targets(struct printer *pr, const struct ir_inst *in)
{
	enum irshape shape = irshape_of(in->op);

	if (shape == IRSHAPE_JUMP)
		put(pr, " b%" PRIu32, in->target[0]);
	if (shape == IRSHAPE_BRANCH || shape == IRSHAPE_NEXT)
		put(pr, " b%" PRIu32 " b%" PRIu32, in->target[0], in->target[1]);
}

static void put_obligations(struct printer *pr, uint32_t first, uint32_t n)
{
	const char *before = "  !";

	for (uint32_t i = 0; i < n && first + i < pr->p->obligations.n; i++) {
		enum obligation_kind k = pr->p->obligations.v[first + i].kind;

		if (ir_obligation_policy(k) == POLICY_ADVISE)
			continue; /* no check stands there */
		put(pr, "%s %s", before, ir_obligation_word(k));
		before = "";
	}
}

static void put_inst(struct printer *pr, const struct ir_inst *in)
{
	start_line(pr, in->loc);
	put(pr, "  ");
	if (in->dst != IR_NONE)
		put(pr, "%%%" PRIu32 " = ", in->dst);
	put(pr, "%s", ir_op_word(in->op));
	put_operands(pr, in);
	put_regs(pr, in->args, in->nargs);
	put_targets(pr, in);
	put_loc(pr, in->loc);
	put_obligations(pr, in->obligation, in->nobligations);
	put(pr, "\n");
}

static void put_head(struct printer *pr, uint32_t i)
{
	const struct ir_func *f = &pr->p->funcs.v[i];

	put(pr, "%s f%" PRIu32, f->kind == IR_HANDLER ? "handler" : "function", i);
	put_text(pr, f->name);
	if (f->kind == IR_FUNCTION)
		put(pr, " (");
	for (uint32_t r = 0; r < f->nparams; r++) {
		put(pr, "%s", r ? ", " : "");
		put_declared(pr, f, r);
	}
	if (f->kind == IR_FUNCTION)
		put(pr, ")");
	if (f->has_result)
		put(pr, " %s", irshape_type(f->result));
	if (f->from_tapset)
		put(pr, " tapset");
	put_loc(pr, f->loc);
	if (f->kind == IR_HANDLER && f->obligation < pr->p->obligations.n)
		put(pr, "  ! %s", ir_obligation_word(OBL_COST_BOUNDED));
	put(pr, "\n");
}

static void put_func(struct printer *pr, uint32_t i)
{
	const struct ir_func *f = &pr->p->funcs.v[i];

	start_line(pr, f->loc);
	put_head(pr, i);
	put_registers(pr, f);
	vec_each(l, &f->loops)
		put_loop(pr, f, l);
	vec_each(it, &f->iters)
		put_iter(pr, f, it);
	vec_each(b, &f->blocks) {
		put(pr, "b%" PRIu32 ":", b);
		if (f->blocks.v[b].catch != IR_NONE)
			put(pr, " catch b%" PRIu32, f->blocks.v[b].catch);
		put(pr, "\n");
		vec_each(n, &f->blocks.v[b].insts)
			put_inst(pr, &f->blocks.v[b].insts.v[n]);
	}
	put(pr, "end\n");
}

static void put_counted(struct printer *pr, const char *word, uint64_t n)
{
	if (n)
		put(pr, " %s 0x%" PRIx64, word, n);
}

static void put_place(struct printer *pr, const struct ir_place *pl)
{
	put_named(pr, "path", pl->path);
	put_named(pr, "build-id", pl->build_id);
	put_named(pr, "section", pl->section);
	if (pl->address || pl->section)
		put(pr, " address 0x%" PRIx64, pl->address);
	put_counted(pr, "offset", pl->offset);
	put_counted(pr, "semaphore", pl->semaphore);
	put_counted(pr, "semaphore-offset", pl->semaphore_offset);
}

static void put_attach(struct printer *pr, const struct ir_attach *at)
{
	start_line(pr, at->loc);
	put(pr, "attach f%" PRIu32 " %s %s number %" PRId64 " randomize %" PRId64, at->handler,
	    irshape_when(at->when), irshape_context(at->context), at->number, at->randomize);
	put_named(pr, "point", at->text);
	put_named(pr, "family", at->family);
	put(pr, " exists %d", at->exists);
	put_named(pr, "evidence", at->evidence);
	put_named(pr, "trust", at->trust_reason);
	put_named(pr, "refused", at->refusal);
	put_named(pr, "permitted", at->permission);
	put_named(pr, "module", at->module);
	put_named(pr, "function", at->function);
	put_place(pr, &at->place);
	put(pr, "%s%s", at->is_return ? " return" : "", at->optional ? " optional" : "");
	put_loc(pr, at->loc);
	put_obligations(pr, at->obligation, at->nobligations);
	put(pr, "\n");
}

void irprint_program(FILE *out, const struct ir_program *p, const struct sources *ss)
{
	struct printer pr = {.out = out, .p = p, .ss = ss, .scratch = arena_scratch(p->arena)};

	put_limits(&pr, &p->limits);
	if (p->session) {
		put(&pr, "session");
		put_text(&pr, p->session);
		put(&pr, "\n");
	}
	if (p->guru)
		put(&pr, "guru\n");
	if (p->privilege) {
		put(&pr, "privilege");
		put_text(&pr, p->privilege);
		put(&pr, "\n");
	}
	vec_each(i, &p->globals)
		put_global(&pr, i);
	vec_each(i, &p->funcs)
		put_func(&pr, i);
	vec_each(i, &p->attaches)
		put_attach(&pr, &p->attaches.v[i]);
	arena_free(pr.scratch);
}
