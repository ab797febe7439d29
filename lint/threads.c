/*
 * Rules about whose event it is: state that is kept from one event to the next belongs to a
 * thread, and a handler that no thread called runs in whichever there is.
 */
#include "lint/rules.h"
#include "base/near.h"

#include <string.h>

/* Is it kept under pid(), and nothing that tells threads apart? */
static bool by_process(const struct lint *l, const struct use *u)
{
	static const char *const PROCESS[] = {"pid", "execname", "ppid", "uid", NULL};
	bool by = false;

	for (uint32_t i = 0; u->keys && i < u->keys->n; i++) {
		const struct expr *k = rule_meaning(l, u->body, u->keys->v[i]);

		if (!k || k->kind != EXPR_CALL || k->call.args.n ||
		    !rule_is_one_of(k->call.name, PROCESS))
			return false;
		by = by || strcmp(k->call.name, "pid") == 0 ||
		     strcmp(k->call.name, "execname") == 0;
	}
	return by;
}

static bool in_return(const struct decl *d)
{
	for (uint32_t i = 0; d->kind == DECL_PROBE && i < d->probe.points.n; i++) {
		const struct probe_point *p = d->probe.points.v[i];

		if (p->nparts && strcmp(p->parts[p->nparts - 1].name, "return") == 0)
			return true;
	}
	return false;
}

static const struct use *find_at_return(const struct lint *l, const struct usage *u,
					enum use_kind kind)
{
	for (uint32_t i = 0; i < u->uses.n; i++)
		if (u->uses.v[i].kind == kind && in_return(u->uses.v[i].decl) &&
		    by_process(l, &u->uses.v[i]))
			return &u->uses.v[i];
	return NULL;
}

/* tid() for pid() in every key, if each says so itself. */
static void fix_keys(struct lint *l, const struct usage *u, struct diag *d)
{
	struct diags *ds = l->in->diags;

	for (uint32_t i = 0; i < u->uses.n; i++) {
		const struct use *s = &u->uses.v[i];

		if (s->kind == USE_WALK ||
		    (s->keys && (s->keys->n != 1 || !rule_is_call(s->keys->v[0], "pid", 0) ||
				 !rule_typed(l, s->keys->v[0]->span))))
			return;
	}
	for (uint32_t i = 0; i < u->uses.n; i++) {
		if (!u->uses.v[i].keys)
			continue;
		diag_fix(ds, d, u->uses.v[i].keys->v[0]->call.name_span, "tid",
			 "keep it by thread");
		d->fix->unsafe = true;
	}
}

/* t[pid()] = now at entry, now - t[pid()] at return: two threads of a process share one. */
void threads_keyed(struct lint *l)
{
	const struct decl *d = l->decl;
	const struct usage *u = d->kind == DECL_GLOBAL ? rule_usage(l, d->name) : NULL;
	const struct use *read = u && u->uses.n <= 1000 ? find_at_return(l, u, USE_READ) : NULL;
	bool forgets = read && find_at_return(l, u, USE_DELETE);

	for (uint32_t i = 0; read && i < u->uses.n; i++) {
		const struct use *s = &u->uses.v[i];

		if (s->kind != USE_SET || !by_process(l, s) || in_return(s->decl) ||
		    s->decl->kind != DECL_PROBE || heat_of(s->decl) < HEAT_EVENT ||
		    !(forgets || clocks_is_one(rule_meaning(l, s->body, s->whole->assign.rhs))))
			continue;
		struct diag *f = rule_report(
			l, s->expr->span, "the threads of a process share '%s', and overwrite it",
			rule_text(l, s->expr->span));

		diag_note(l->in->diags, f, read->expr->span, "it is read here, at the return");
		fix_keys(l, u, f);
		return;
	}
}

static bool is_thread(const struct expr *e, void *ctx)
{
	(void)ctx;
	return rule_is_call(e, "tid", 0);
}

static bool of_thread(const struct lint *l, const struct use *u)
{
	for (uint32_t i = 0; u->keys && i < u->keys->n; i++)
		if (rule_find(rule_meaning(l, u->body, u->keys->v[i]), is_thread, NULL))
			return true;
	return false;
}

/* "delete start" where delete start[tid()] is meant. */
void threads_cleared(struct lint *l)
{
	const struct stmt *s = l->stmt;
	const struct usage *u = s->kind == STMT_DELETE && s->expr->kind == EXPR_NAME
					? rule_usage(l, s->expr->name.name)
					: NULL;
	const struct use *stored = NULL, *read = NULL;

	if (!u || u->uses.n > 1000 || !l->decl || heat_of(l->decl) < HEAT_EVENT ||
	    rule_point(l->decl, "timer", NULL))
		return;
	for (uint32_t i = 0; i < u->uses.n; i++) {
		const struct use *o = &u->uses.v[i];

		if (o->kind == USE_WALK)
			return;
		if (o->kind == USE_SET && o->decl != l->decl && of_thread(l, o))
			stored = o;
		if ((o->kind == USE_READ || o->kind == USE_TEST) && o->decl == l->decl &&
		    of_thread(l, o))
			read = o;
	}
	if (!stored || !read)
		return;
	struct diag *d = rule_report(l, s->span, "this forgets what every thread has in '%s'",
				     s->expr->name.name);

	diag_note(l->in->diags, d, stored->expr->span, "each thread has its own here");
}

/* --- delete-skipped --- */

/* Does it say anything about the array, or variable? */
static bool mentions(const struct expr *e, void *ctx)
{
	const char *base = e->kind == EXPR_IN ? rule_base(e->in.array) : rule_base(e);

	return base && strcmp(base, ctx) == 0;
}

static bool same_cond(const struct expr *e, void *ctx)
{
	return tree_same(e, ctx);
}

static bool deletes(const struct stmt *s, const char *array)
{
	struct stmt *part;

	if (!s)
		return false;
	if (s->kind == STMT_DELETE && mentions(s->expr, (void *)array))
		return true;
	for (uint32_t i = 0; tree_part(s, i, &part); i++)
		if (deletes(part, array))
			return true;
	return false;
}

/* Was the same asked where the element was stored?  Then it isn't there. */
static bool asked_at_store(const struct usage *u, const struct expr *cond, const struct decl *but)
{
	for (uint32_t i = 0; i < u->uses.n; i++)
		if (u->uses.v[i].kind == USE_SET && u->uses.v[i].decl != but &&
		    rule_find_in(u->uses.v[i].body, same_cond, (void *)cond))
			return true;
	return false;
}

/* The conditions of another event: what comes back from it, as opposed to who it is. */
static bool is_outcome(const struct expr *e, void *ctx)
{
	(void)ctx;
	return (e->kind == EXPR_TARGET && e->target.name &&
		strcmp(e->target.name, "$return") == 0) ||
	       rule_is_call(e, "returnval", 0) || rule_is_call(e, "retstr", 0) ||
	       (e->kind == EXPR_NAME && strcmp(e->name.name, "retval") == 0);
}

/* if ($return < 0) next; ... delete start[tid()] */
void threads_skipped(struct lint *l)
{
	const struct stmt *s = l->stmt;
	const struct usage *u = s->kind == STMT_DELETE && s->expr->kind == EXPR_INDEX
					? rule_usage(l, rule_base(s->expr))
					: NULL;
	const struct stmt *block = l->around.n == 1 ? l->around.v[0] : NULL;

	if (!u || u->uses.n > 20 || !block || block->kind != STMT_BLOCK || !in_return(l->decl))
		return;
	for (uint32_t i = 0; i < block->block.n && i < 20 && block->block.v[i] != s; i++) {
		const struct stmt *o = block->block.v[i];

		if (o->kind != STMT_IF || o->branch.no || !rule_leaves(o->branch.yes) ||
		    deletes(o->branch.yes, u->name) ||
		    rule_find(o->branch.cond, mentions, (void *)u->name) ||
		    !rule_find(o->branch.cond, is_outcome, NULL) ||
		    asked_at_store(u, o->branch.cond, l->decl))
			continue;
		struct diag *d = rule_report(l, o->keyword, "this leaves '%s' behind",
					     rule_text(l, s->expr->span));

		diag_note(l->in->diags, d, s->span, "it is deleted only here");
		return;
	}
}

/* --- whose-event --- */

/* execname() in a timer is the name of what the timer interrupted. */
void threads_whose(struct lint *l)
{
	static const char *const WHO[] = {"pid",  "tid", "execname", "ppid",      "uid",
					  "euid", "gid", "egid",     "pexecname", "cmdline_str",
					  "pgrp", "sid", NULL};
	const struct expr *e = l->expr;
	const struct decl *d = l->decl;

	if (e->kind != EXPR_CALL || e->call.args.n || d->kind != DECL_PROBE ||
	    !rule_is_one_of(e->call.name, WHO))
		return;
	for (uint32_t i = 0; i < d->probe.points.n; i++) {
		const struct probe_point *p = d->probe.points.v[i];

		if (p->nparts < 2 || strcmp(p->parts[0].name, "timer") != 0 ||
		    strcmp(p->parts[1].name, "profile") == 0 || heat_of(d) >= HEAT_EVENT)
			return;
	}
	rule_report(l, e->span, "%s() in a timer is of whichever thread was interrupted",
		    e->call.name);
}

/* --- lost-update --- */

struct tally {
	const struct expr *update; /* x++, x += n as statements */
	uint32_t others;
};

struct counter {
	struct lint *l;
	struct map names;
	const struct expr *statement;
};

static struct tally *tally_of(struct counter *c, const char *name)
{
	struct tally *t = map_get(&c->names, name);

	if (!t) {
		t = arena_make(c->l->in->arena, struct tally);
		map_put(&c->names, name, t);
	}
	return t;
}

/* The variable that is changed, if the value it had is all that it is wanted for. */
static const struct expr *updated(const struct expr *e)
{
	const struct expr *v = NULL;

	if (e->kind == EXPR_CREMENT)
		v = e->crement.a;
	else if (e->kind == EXPR_ASSIGN &&
		 (e->assign.op == ASSIGN_ARITH || e->assign.op == ASSIGN_CONCAT))
		v = e->assign.lhs;
	return v && v->kind == EXPR_NAME ? v : NULL;
}

static bool count_name(const struct expr *e, void *ctx)
{
	struct counter *c = ctx;

	if (e->kind == EXPR_NAME)
		tally_of(c, e->name.name)->others++;
	return false;
}

static void count_stmt(struct counter *c, const struct stmt *s)
{
	const struct expr *v = s && s->kind == STMT_EXPR ? updated(s->expr) : NULL;
	struct expr *held;
	struct stmt *part;

	if (!s)
		return;
	for (uint32_t i = 0; tree_held(s, i, &held); i++)
		rule_find(held, count_name, c);
	if (v) {
		struct tally *t = tally_of(c, v->name.name);

		t->others--;
		t->update = t->update ? t->update : v;
	}
	for (uint32_t i = 0; tree_part(s, i, &part); i++)
		count_stmt(c, part);
}

static bool is_among(const struct variables *vs, const char *name)
{
	for (uint32_t i = 0; i < vs->n; i++)
		if (strcmp(vs->v[i]->name, name) == 0)
			return true;
	return false;
}

/* Is it a local of the handler that no alias has a part in, or of the function? */
static bool is_own(const struct lint *l, const char *name)
{
	const struct program *prog = l->in->program;

	for (uint32_t i = 0; l->decl->kind == DECL_FUNCTION && i < prog->functions.n; i++)
		if (prog->functions.v[i]->decl == l->decl)
			return is_among(&prog->functions.v[i]->locals, name);
	const struct probe *p = rule_probe(l, l->decl);
	bool local = p && is_among(&p->locals, name);

	for (uint32_t i = 0; local && i < p->parts.n; i++)
		if (p->parts.v[i]->span.start.at != l->body->span.start.at &&
		    rule_find_in(p->parts.v[i], mentions, (void *)name))
			return false;
	return local;
}

/* The local is 0 again at the next event. */
void threads_lost(struct lint *l)
{
	struct counter c = {.l = l, .names = {.arena = l->in->arena}};

	if (l->decl->kind == DECL_ALIAS)
		return;
	count_stmt(&c, l->body);
	for (uint32_t i = 0; i < c.names.n; i++) {
		const struct tally *t = c.names.entries[i].value;
		const char *name = c.names.entries[i].key;
		struct near near = near_start(name);

		if (!t->update || t->others || rule_usage(l, name) || !is_own(l, name))
			continue;
		for (uint32_t k = 0; k < l->usages.n && k < 100; k++)
			near_offer(&near, l->usages.entries[k].key);
		struct diag *d = rule_report(
			l, t->update->span,
			"'%s' is a local, which starts anew each time, and nothing reads it", name);

		if (!near.best || !rule_typed(l, t->update->span))
			continue;
		diag_fix(l->in->diags, d, t->update->span, near.best,
			 arena_printf(l->in->arena, "write '%s'", near.best));
		d->fix->unsafe = true;
	}
}
