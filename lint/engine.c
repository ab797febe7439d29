/*
 * Where the globals of a script are declared and used, before any rule asks.  By name, from the
 * tree alone, so that a script with errors has it too; a name that no file declares as a global is
 * a local and left out.
 */
#include "lint/engine.h"

#include <string.h>

struct collector {
	struct lint *l;
	const struct decl *decl;
	const struct stmt *body, *stmt;
};

static void declare(struct lint *l, const struct decl *d)
{
	struct usage *u;

	if (d->kind == DECL_FUNCTION)
		map_put(&l->functions, d->name, (void *)d);
	if (d->kind == DECL_PROBE)
		l->script = true;
	if (d->kind != DECL_GLOBAL)
		return;
	u = arena_make(l->in->arena, struct usage);
	u->name = d->name;
	u->decl = d;
	map_put(&l->usages, d->name, u);
}

/* Parameters and the names a foreach binds hide no globals: the language forbids it. */
static void use(struct collector *c, const struct expr *e, const struct expr *whole,
		enum use_kind kind)
{
	const char *name = rule_base(e);
	struct usage *u = name ? map_get(&c->l->usages, name) : NULL;

	if (!u)
		return;
	vec_push(c->l->in->arena, &u->uses,
		 ((struct use){.kind = kind,
			       .expr = e,
			       .whole = whole,
			       .keys = e->kind == EXPR_INDEX ? &e->index.keys : NULL,
			       .decl = c->decl,
			       .body = c->body,
			       .stmt = c->stmt}));
}

static void collect(struct collector *c, const struct expr *e);

static void collect_all(struct collector *c, const struct expr_list *l)
{
	for (uint32_t i = 0; i < l->n; i++)
		collect(c, l->v[i]);
}

/* e is used as kind says, its keys are read. */
static void collect_as(struct collector *c, const struct expr *e, const struct expr *whole,
		       enum use_kind kind)
{
	if (!e)
		return;
	if (!rule_base(e)) {
		collect(c, e);
		return;
	}
	use(c, e, whole, kind);
	if (e->kind == EXPR_INDEX)
		collect_all(c, &e->index.keys);
}

static void collect_in(struct collector *c, const struct expr *e)
{
	const char *name = rule_base(e->in.array);
	struct usage *u = name ? map_get(&c->l->usages, name) : NULL;

	if (u)
		vec_push(c->l->in->arena, &u->uses,
			 ((struct use){.kind = USE_TEST,
				       .expr = e->in.array,
				       .whole = e,
				       .keys = &e->in.keys,
				       .decl = c->decl,
				       .body = c->body,
				       .stmt = c->stmt}));
	collect_all(c, &e->in.keys);
}

static void collect(struct collector *c, const struct expr *e)
{
	struct expr *child;

	if (!e)
		return;
	if (e->kind == EXPR_ASSIGN) {
		collect_as(c, e->assign.lhs, e, e->assign.op == ASSIGN_SET ? USE_SET : USE_UPDATE);
		collect(c, e->assign.rhs);
	} else if (e->kind == EXPR_CREMENT) {
		collect_as(c, e->crement.a, e, USE_UPDATE);
	} else if (e->kind == EXPR_STAT) {
		collect_as(c, e->stat.stat, e, USE_ASK);
	} else if (e->kind == EXPR_HIST) {
		collect_as(c, e->hist.stat, e, USE_ASK);
	} else if (e->kind == EXPR_IN) {
		collect_in(c, e);
	} else if (e->kind == EXPR_DEFINED) {
		collect(c, e->operand);
	} else if (rule_base(e)) {
		collect_as(c, e, e, USE_READ);
	} else {
		for (uint32_t i = 0; tree_child(e, i, &child); i++)
			collect(c, child);
	}
}

static void collect_stmt(struct collector *c, const struct stmt *s)
{
	struct expr *held;
	struct stmt *part;

	if (!s)
		return;
	c->stmt = s;
	if (s->kind == STMT_DELETE) {
		collect_as(c, s->expr, s->expr, USE_DELETE);
	} else if (s->kind == STMT_FOREACH) {
		collect_as(c, s->foreach->array, NULL, USE_WALK);
		collect(c, s->foreach->limit);
		collect_all(c, &s->foreach->slice);
	} else {
		for (uint32_t i = 0; tree_held(s, i, &held); i++)
			collect(c, held);
	}
	for (uint32_t i = 0; tree_part(s, i, &part); i++)
		collect_stmt(c, part);
}

static void collect_body(struct lint *l, const struct decl *d, const struct stmt *body)
{
	struct collector c = {.l = l, .decl = d, .body = body};

	collect_stmt(&c, body);
}

void engine_index(struct lint *l)
{
	l->given = arena_make(l->in->arena, struct map);
	l->given->arena = l->in->arena;
	for (uint32_t i = 0; i < l->in->nasts; i++)
		for (uint32_t k = 0; k < l->in->asts[i]->decls.n; k++)
			declare(l, l->in->asts[i]->decls.v[k]);
	for (uint32_t i = 0; i < l->in->nasts; i++) {
		for (uint32_t k = 0; k < l->in->asts[i]->decls.n; k++) {
			const struct decl *d = l->in->asts[i]->decls.v[k];
			struct collector c = {.l = l, .decl = d};

			if (d->kind == DECL_FUNCTION) {
				collect_body(l, d, d->function.body);
			} else if (d->kind == DECL_PROBE || d->kind == DECL_ALIAS) {
				for (uint32_t p = 0; p < d->probe.points.n; p++)
					collect(&c, d->probe.points.v[p]->cond);
				collect_body(l, d, d->probe.body);
				collect_body(l, d, d->probe.epilogue);
			}
		}
	}
}
