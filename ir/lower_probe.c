/*
 * Handlers and their attachments.  One handler a struct probe, one attachment a
 * site, in the order of the program: probes of equal order keep the script's,
 * and autoprinting ones, which sema appends, come last.  The condition of the
 * probe point is tested first and counts as a statement; then the alias's parts
 * and the body follow each other, and `next` leaves them all.
 */
#include "ir/lowering.h"

static enum ir_when when_of(const struct site *s)
{
	switch (s->family) {
	case FAMILY_BEGIN: return WHEN_BEGIN;
	case FAMILY_END: return WHEN_END;
	case FAMILY_ERROR: return WHEN_ERROR;
	case FAMILY_NEVER: return WHEN_NEVER;
	case FAMILY_TIMER: return WHEN_TIMER;
	case FAMILY_PROFILE: return s->number > 0 ? WHEN_TIMER : WHEN_KERNEL;
	case FAMILY_FUNCTION:
	case FAMILY_STATEMENT:
	case FAMILY_KPROBE:
	case FAMILY_DATA:
	case FAMILY_PERF:
	case FAMILY_NETFILTER:
	case FAMILY_TRACEPOINT:
	case FAMILY_PROCESS:
	case FAMILY_SYSCALL:
	case FAMILY_PROGRAM:
	case FAMILY_MARK:
	case FAMILY_PLT:
	case FAMILY_UDATA:
	case FAMILY_PROCFS:
	case FAMILY_COUNT: break;
	}
	return WHEN_KERNEL;
}

static enum ir_context context_of(const struct site *s)
{
	switch (s->family) {
	case FAMILY_BEGIN:
	case FAMILY_END:
	case FAMILY_ERROR:
	case FAMILY_NEVER: return IRCTX_SESSION;
	case FAMILY_TIMER:
	case FAMILY_PROFILE: return IRCTX_TIMER;
	case FAMILY_NETFILTER: return IRCTX_SOFTIRQ;
	case FAMILY_PROCESS:
	case FAMILY_SYSCALL:
	case FAMILY_PROGRAM:
	case FAMILY_MARK:
	case FAMILY_PLT:
	case FAMILY_UDATA:
	case FAMILY_PROCFS: return IRCTX_PROCESS;
	case FAMILY_PERF: return IRCTX_NMI;
	case FAMILY_FUNCTION:
	case FAMILY_STATEMENT:
	case FAMILY_KPROBE:
	case FAMILY_DATA:
	case FAMILY_TRACEPOINT:
	case FAMILY_COUNT: break;
	}
	return IRCTX_ANY;
}

static const char *word_of(enum family f)
{
	static const char *const WORDS[] = {
#define FAMILY(id, word) [FAMILY_##id] = word,
#include "sema/family.def"
#undef FAMILY
	};

	return WORDS[f];
}

static void attach(struct lowering *lo, const struct site *s, const struct ir_place *place,
		   uint32_t handler)
{
	struct ir_attach at = {.handler = handler,
			       .when = when_of(s),
			       .context = context_of(s),
			       .number = s->number,
			       .randomize = s->randomize,
			       .text = s->text,
			       .family = word_of(s->family),
			       .module = s->module,
			       .function = s->function,
			       .is_return = s->is_return,
			       .optional = s->optional,
			       .exists = (int)s->exists,
			       .evidence = s->evidence,
			       .refusal = s->refusal,
			       .permission = s->permission,
			       .place = *place,
			       .trust_reason = s->trusted ? s->trust_reason : NULL,
			       .loc = s->span.start};

	vec_push(lo->arena, &lo->out->attaches, at);
}

static void condition(struct lowering *lo, const struct expr *cond)
{
	struct cfg *c = &lo->cfg;
	uint32_t yes = cfg_block(c), no = cfg_block(c);

	cfg_stmt(c, cond->span.start);
	lower_expr_cond(lo, cond, yes, no);
	cfg_enter(c, no);
	lower_return_default(lo, cond->span.start);
	cfg_enter(c, yes);
}

static void handler(struct lowering *lo, const struct probe *p)
{
	struct loc loc = p->span.start;

	lo->func = (struct ir_func){.name = p->sites.n ? p->sites.v[0]->text : "never",
				    .kind = IR_HANDLER,
				    .from_tapset = p->from_tapset,
				    .loc = loc};
	lo->function = NULL;
	lo->cfg = (struct cfg){lo->arena, lo->scratch, &lo->func, 0, IR_NONE};
	cfg_enter(&lo->cfg, cfg_block(&lo->cfg));
	lower_locals(lo, &p->locals);
	if (p->cond)
		condition(lo, p->cond);
	for (uint32_t i = 0; i < p->parts.n; i++)
		lower_stmt(lo, p->parts.v[i]);
	lower_return_default(lo, loc);
	lower_finish(lo);
}

void lower_probe_all(struct lowering *lo)
{
	const struct probes *probes = &lo->program->probes;

	/* handlers take the first indices; functions they call are numbered after them */
	for (uint32_t i = 0; i < probes->n; i++)
		vec_push(lo->arena, &lo->out->funcs, (struct ir_func){0});
	for (uint32_t i = 0; i < probes->n; i++) {
		const struct probe *p = probes->v[i];
		struct ir_place *places = arena_alloc(lo->scratch, p->sites.n * sizeof *places);

		lower_where_sites(lo, &p->sites, places);
		for (uint32_t k = 0; k < p->sites.n; k++)
			attach(lo, p->sites.v[k], &places[k], i);
		handler(lo, p); /* which forgets the scratch arena */
		lo->out->funcs.v[i] = lo->func;
	}
}
