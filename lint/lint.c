/*
 * Asks the rules: one walk over each file, in which every rule is called for the nodes it names.
 * The walk keeps what holds a node and which conditions were decided on the way to it, so that a
 * rule is a few lines about the node in hand.
 */
#include "lint/rule.h"
#include "lint/engine.h"
#include "lint/pages.h"
#include "lint/rules.h"

#include <string.h>

static const struct rule RULES[] = {
#define RULE(id, group, precision, on, hook, need, ask) \
	{DIAG_##id, LINT_##group, LINT_##precision, on, HOOK_##hook, NEED_##need, ask},
#include "lint/rule.def"
#undef RULE
};

enum { NRULES = sizeof RULES / sizeof *RULES };

bool lint_rule_at(uint32_t i, struct lint_rule *out)
{
	if (i >= NRULES)
		return false;
	*out = (struct lint_rule){RULES[i].tag, RULES[i].group, RULES[i].precision, RULES[i].on};
	return true;
}

bool lint_find(enum diag_tag tag, struct lint_rule *out)
{
	for (uint32_t i = 0; i < NRULES; i++)
		if (RULES[i].tag == tag)
			return lint_rule_at(i, out);
	return false;
}

const char *lint_group_word(enum lint_group g)
{
	switch (g) {
	case LINT_CORRECTNESS: return "correctness";
	case LINT_SAFETY: return "safety";
	case LINT_OVERHEAD: return "overhead";
	case LINT_PORTABILITY: return "portability";
	case LINT_SECURITY: return "security";
	case LINT_STYLE: return "style";
	case LINT_TAPSET: return "tapset";
	}
	return "";
}

const char *lint_precision_word(enum lint_precision p)
{
	switch (p) {
	case LINT_EXACT: return "exact";
	case LINT_LIKELY: return "likely";
	case LINT_HINT: return "hint";
	}
	return "";
}

/* --- the walk --- */

struct walk {
	struct lint l; /* first: rules get its address */
	const struct rule *asked[HOOK_EXPR + 1][NRULES];
	uint32_t nasked[HOOK_EXPR + 1];
};

static void ask(struct walk *w, enum hook hook)
{
	for (uint32_t i = 0; i < w->nasked[hook]; i++) {
		w->l.rule = w->asked[hook][i];
		w->l.rule->ask(&w->l);
	}
}

static void know(struct walk *w, const struct expr *cond, bool holds)
{
	vec_push(w->l.in->arena, &w->l.known, ((struct known){cond, holds}));
}

static void visit_expr(struct walk *w, const struct expr *e);

static void visit_if(struct walk *w, const struct expr *cond, bool holds, const struct expr *e)
{
	uint32_t before = w->l.known.n;

	know(w, cond, holds);
	visit_expr(w, e);
	w->l.known.n = before;
}

static void visit_children(struct walk *w, const struct expr *e)
{
	struct expr *child;

	if (e->kind == EXPR_TERNARY) {
		visit_expr(w, e->ternary.cond);
		visit_if(w, e->ternary.cond, true, e->ternary.yes);
		visit_if(w, e->ternary.cond, false, e->ternary.no);
		return;
	}
	if (e->kind == EXPR_BINARY &&
	    (e->binary.op == BINARY_LOGICAL_AND || e->binary.op == BINARY_LOGICAL_OR)) {
		visit_expr(w, e->binary.a);
		visit_if(w, e->binary.a, e->binary.op == BINARY_LOGICAL_AND, e->binary.b);
		return;
	}
	for (uint32_t i = 0; tree_child(e, i, &child); i++)
		visit_expr(w, child);
}

static void visit_expr(struct walk *w, const struct expr *e)
{
	const struct expr *outer = w->l.expr;

	if (!e || e->kind == EXPR_POISON)
		return;
	w->l.expr = e;
	ask(w, HOOK_EXPR);
	vec_push(w->l.in->arena, &w->l.above, e);
	visit_children(w, e);
	w->l.above.n--;
	w->l.expr = outer;
}

static void visit_stmt(struct walk *w, const struct stmt *s);

/* After an if that one way leaves, the other's condition holds. */
static void know_after(struct walk *w, const struct stmt *s)
{
	if (s->kind != STMT_IF)
		return;
	bool yes = rule_leaves(s->branch.yes), no = s->branch.no && rule_leaves(s->branch.no);

	if (yes != no)
		know(w, s->branch.cond, no);
}

static void visit_parts(struct walk *w, const struct stmt *s)
{
	uint32_t before = w->l.known.n;

	switch (s->kind) {
	case STMT_BLOCK:
		for (uint32_t i = 0; i < s->block.n; i++) {
			visit_stmt(w, s->block.v[i]);
			know_after(w, s->block.v[i]);
		}
		break;
	case STMT_IF:
		know(w, s->branch.cond, true);
		visit_stmt(w, s->branch.yes);
		w->l.known.n = before;
		know(w, s->branch.cond, false);
		visit_stmt(w, s->branch.no);
		break;
	case STMT_LOOP:
		w->l.loops++;
		if (s->loop.cond)
			know(w, s->loop.cond, true);
		visit_stmt(w, s->loop.body);
		w->l.loops--;
		break;
	case STMT_FOREACH:
		w->l.loops++;
		visit_stmt(w, s->foreach->body);
		w->l.loops--;
		break;
	case STMT_TRY:
		w->l.tries++;
		visit_stmt(w, s->try_.body);
		w->l.tries--;
		visit_stmt(w, s->try_.handler);
		break;
	case STMT_POISON:
	case STMT_EMPTY:
	case STMT_EXPR:
	case STMT_RETURN:
	case STMT_DELETE:
	case STMT_BREAK:
	case STMT_CONTINUE:
	case STMT_NEXT: break;
	}
	w->l.known.n = before;
}

static void visit_stmt(struct walk *w, const struct stmt *s)
{
	const struct stmt *outer = w->l.stmt;
	struct expr *held;

	if (!s || s->kind == STMT_POISON)
		return;
	w->l.stmt = s;
	ask(w, HOOK_STMT);
	for (uint32_t i = 0; tree_held(s, i, &held); i++)
		visit_expr(w, held);
	vec_push(w->l.in->arena, &w->l.around, s);
	visit_parts(w, s);
	w->l.around.n--;
	w->l.stmt = outer;
}

static void visit_body(struct walk *w, const struct stmt *body)
{
	if (!body)
		return;
	w->l.body = body;
	ask(w, HOOK_BODY);
	visit_stmt(w, body);
	w->l.body = NULL;
}

static void visit_decl(struct walk *w, const struct decl *d)
{
	w->l.decl = d;
	ask(w, HOOK_DECL);
	if (d->kind == DECL_FUNCTION) {
		visit_body(w, d->function.body);
	} else if (d->kind == DECL_PROBE || d->kind == DECL_ALIAS) {
		for (uint32_t i = 0; i < d->probe.points.n; i++)
			visit_expr(w, d->probe.points.v[i]->cond);
		visit_body(w, d->probe.body);
		visit_body(w, d->probe.epilogue);
	}
	w->l.decl = NULL;
}

static bool can_ask(const struct lint_input *in, const struct rule *r)
{
	if ((r->need != NEED_TREE && !in->program) || (r->need == NEED_PROOF && !in->proven))
		return false;
	/* authors of a library asked by opening its file */
	bool on = r->on || (in->library && r->group == LINT_TAPSET);

	return in->wanted ? in->wanted(in->ctx, r->tag, on) : on;
}

void lint_run(const struct lint_input *in)
{
	struct walk *w = arena_make(in->arena, struct walk);

	w->l.in = in;
	w->l.usages.arena = w->l.functions.arena = in->arena;
	for (uint32_t i = 0; i < NRULES; i++)
		if (can_ask(in, &RULES[i]))
			w->asked[RULES[i].hook][w->nasked[RULES[i].hook]++] = &RULES[i];
	engine_index(&w->l);
	for (uint32_t i = 0; i < in->nasts; i++) {
		w->l.ast = in->asts[i];
		ask(w, HOOK_FILE);
		for (uint32_t k = 0; k < w->l.ast->decls.n; k++)
			visit_decl(w, w->l.ast->decls.v[k]);
	}
}

const char *lint_page(const char *tag)
{
	for (const struct page *p = PAGES; p->tag; p++)
		if (strcmp(p->tag, tag) == 0)
			return p->text;
	return NULL;
}
