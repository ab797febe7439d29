/*
 * Rules about values of the probed program: how many bits they have, in which order their bytes
 * are, and which memory they point to.  What elaboration found out about a target variable is in
 * its access; without facts there is nothing to ask.
 */
#include "lint/rules.h"

#include <string.h>

struct width {
	uint32_t bits;
	bool is_signed;
};

/* Of what is read at the end of a chain of -> and [ ]; false: 64 bits, or not known. */
static bool width_of(const struct expr *e, struct width *w)
{
	const struct access *a = e->kind == EXPR_TARGET ? e->access : NULL;
	const struct access_step *last = a && a->nsteps ? &a->steps[a->nsteps - 1] : NULL;

	if (!a || a->unresolved || a->opaque || e->target.address_of || e->type == TYPE_STRING)
		return false;
	if (last && last->kind != STEP_LOAD)
		return false;
	if (last)
		*w = (struct width){last->bit_size ? last->bit_size : last->size * 8,
				    last->is_signed};
	else
		*w = (struct width){a->size * 8, a->is_signed};
	return w->bits > 0 && w->bits < 64 && !(last && last->as_string);
}

static bool outside(int64_t n, const struct width *w)
{
	int64_t span = (int64_t)1 << (w->bits - w->is_signed);

	return n >= span || n < (w->is_signed ? -span : 0);
}

/* The number of the same bits that the value can have. */
static int64_t within(int64_t n, const struct width *w)
{
	uint64_t bits = (uint64_t)n << (64 - w->bits);

	return w->is_signed ? (int64_t)bits >> (64 - w->bits) : (int64_t)(bits >> (64 - w->bits));
}

/* The constant, and what it is compared with for being equal. */
static const struct expr *compared(const struct expr *e, const struct expr **with, int64_t *n)
{
	if (!rule_compares(e))
		return NULL;
	bool right = rule_number(e->binary.b, n);

	if (!right && !rule_number(e->binary.a, n))
		return NULL;
	*with = right ? e->binary.a : e->binary.b;
	return right ? e->binary.b : e->binary.a;
}

/* $return == 0xffffffff, where $return is an int and so never above 0x7fffffff. */
static void ask_range(struct lint *l, const struct stmt *body, const struct expr *e)
{
	const struct expr *with = NULL;
	int64_t n;
	const struct expr *constant = compared(e, &with, &n);
	struct width w;

	if (!constant || !width_of(rule_meaning(l, body, with), &w) || !outside(n, &w) ||
	    (e->binary.op != BINARY_EQ && e->binary.op != BINARY_NE))
		return;
	struct diag *d = rule_report(
		l, e->span, "'%s' has %u bits%s, and is never %s", rule_text(l, with->span), w.bits,
		w.is_signed ? " and a sign" : "", rule_text(l, constant->span));
	bool same_bits = w.bits == 32 && (n == (int64_t)(uint32_t)n || n == (int64_t)(int32_t)n);

	if (!same_bits || !rule_typed(l, constant->span))
		return;
	diag_fix(l->in->diags, d, constant->span,
		 w.is_signed ? arena_printf(l->in->arena, "%lld", (long long)within(n, &w))
			     : arena_printf(l->in->arena, "0x%llx", (long long)within(n, &w)),
		 "compare with the same bits");
	d->fix->unsafe = true;
}

/* Of the integer in the order of the network that e is; 0: it is none. */
static uint32_t network_bits(const struct lint *l, const struct expr *e)
{
	const struct access *a = e->kind == EXPR_TARGET ? e->access : NULL;

	if (!a || a->unresolved || !a->type.unit || a->points || !l->in->target)
		return 0;
	const char *type = target_type_text(l->in->target, a->type, l->in->arena);

	return strcmp(type, "__be16") == 0 ? 16 : strcmp(type, "__be32") == 0 ? 32 : 0;
}

/* The same number with its bytes turned round. */
static bool same_turned(int64_t n, uint32_t bits)
{
	return bits == 16 ? n == __builtin_bswap16((uint16_t)n)
			  : n == (int64_t)__builtin_bswap32((uint32_t)n);
}

/* $sk->...->skc_dport == 80 */
static void ask_network(struct lint *l, const struct stmt *body, const struct expr *e)
{
	const struct expr *with = NULL;
	int64_t n;
	const struct expr *constant = compared(e, &with, &n);
	uint32_t bits = constant ? network_bits(l, rule_meaning(l, body, with)) : 0;

	if (!bits || same_turned(n, bits))
		return;
	const char *convert = bits == 16 ? "ntohs" : "ntohl", *text = rule_text(l, with->span);
	struct diag *d =
		rule_report(l, e->span, "'%s' has its bytes in the order of the network", text);

	if (!rule_typed(l, with->span))
		return;
	diag_fix(l->in->diags, d, with->span, arena_printf(l->in->arena, "%s(%s)", convert, text),
		 arena_printf(l->in->arena, "ask %s()", convert));
	d->fix->unsafe = true;
}

static bool in_user(const struct expr *e)
{
	const struct access *a = e->kind == EXPR_TARGET ? e->access : NULL;
	size_t n = e->kind == EXPR_NAME ? strlen(e->name.name) : 0;

	return (a && (a->space == SPACE_USER || a->in_user)) ||
	       (n > 6 && strcmp(e->name.name + n - 6, "_uaddr") == 0);
}

/* kernel_string(buf_uaddr); the other way round is what read-safe refutes. */
static void ask_memory(struct lint *l, const struct stmt *body, const struct expr *e)
{
	static const char *const READERS[] = {
		"kernel_string", "kernel_string_n", "kernel_string_quoted", "kernel_char",
		"kernel_short",  "kernel_int",      "kernel_long",          NULL};

	if (e->kind != EXPR_CALL || !e->call.args.n || !rule_is_one_of(e->call.name, READERS) ||
	    !in_user(rule_meaning(l, body, e->call.args.v[0])))
		return;
	struct diag *d =
		rule_report(l, e->span, "'%s' is an address of the process, not in the kernel",
			    rule_text(l, e->call.args.v[0]->span));

	if (!rule_typed(l, e->call.name_span))
		return;
	diag_fix(l->in->diags, d, e->call.name_span,
		 arena_printf(l->in->arena, "user_%s", e->call.name + strlen("kernel_")),
		 "read the process");
	d->fix->unsafe = true;
}

/* --- the program --- */

struct asker {
	struct lint *l;
	const struct stmt *body;
	void (*ask)(struct lint *l, const struct stmt *body, const struct expr *e);
};

static bool ask_expr(const struct expr *e, void *ctx)
{
	struct asker *k = ctx;

	k->ask(k->l, k->body, e);
	return false;
}

static void ask_body(struct asker *k, const struct stmt *body)
{
	const struct sources *ss = k->l->in->diags->sources;

	if (!body || sources_pos(ss, body->span.start).source != k->l->ast->source)
		return;
	k->body = body;
	rule_find_in(body, ask_expr, k);
}

/* Every copy of what the file holds, for each has the types of its own sites. */
static void ask_program(struct lint *l,
			void (*ask)(struct lint *l, const struct stmt *body, const struct expr *e))
{
	const struct program *p = l->in->program;
	struct asker k = {.l = l, .ask = ask};

	for (uint32_t i = 0; i < p->probes.n; i++)
		for (uint32_t j = 0; j < p->probes.v[i]->parts.n; j++)
			ask_body(&k, p->probes.v[i]->parts.v[j]);
	for (uint32_t i = 0; i < p->functions.n; i++)
		ask_body(&k, p->functions.v[i]->body);
}

void widths_range(struct lint *l)
{
	ask_program(l, ask_range);
}

void widths_network(struct lint *l)
{
	ask_program(l, ask_network);
}

void widths_memory(struct lint *l)
{
	ask_program(l, ask_memory);
}
