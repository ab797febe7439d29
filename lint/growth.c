/*
 * Rules about arrays that only ever get more elements.  An element is taken to go away when the
 * script deletes the array, or an element under a key that may be the same value; keys are compared
 * as text, after locals that are assigned once were replaced by what they are given.
 */
#include "lint/rules.h"

#include <string.h>

/* Calls whose values are few on any machine, however long it runs. */
static const char *const FEW[] = {
	"cpu",       "execname",   "uid",          "euid",       "gid",         "egid",
	"probefunc", "ppfunc",     "pn",           "pp",         "module_name", "registers_valid",
	"is_return", "task_state", "errno_str",    "errno_name", "user_mode",   "task_prio",
	"task_nice", "task_cpu",   "addr_to_node", "devname",    NULL};
/* Calls that tell threads, processes or moments apart. */
static const char *const WHO[] = {
	"tid", "pid",  "task_tid",        "task_pid",        "task_current",    "pgrp",
	"sid", "ppid", "gettimeofday_us", "gettimeofday_ns", "gettimeofday_ms", "get_cycles",
	NULL};

static bool is_who(const struct expr *e, void *ctx)
{
	(void)ctx;
	return e->kind == EXPR_CALL && rule_is_one_of(e->call.name, WHO);
}

/* Is the key one of many, as time goes by? */
static bool many(const struct lint *l, const struct use *u)
{
	for (uint32_t i = 0; i < u->keys->n; i++) {
		const struct expr *k = rule_meaning(l, u->body, u->keys->v[i]);

		if (k && (rule_find(k, is_who, NULL) || k->kind == EXPR_TARGET))
			return true;
	}
	return false;
}

static bool few(const struct lint *l, const struct use *u)
{
	for (uint32_t i = 0; i < u->keys->n; i++) {
		const struct expr *k = rule_meaning(l, u->body, u->keys->v[i]);

		if (!k || !(k->kind == EXPR_NUMBER || k->kind == EXPR_STRING ||
			    (k->kind == EXPR_CALL && rule_is_one_of(k->call.name, FEW))))
			return false;
	}
	return true;
}

/* Is every key a call that identifies who, so that its text tells what it is? */
static bool plain(const struct lint *l, const struct use *u)
{
	for (uint32_t i = 0; i < u->keys->n; i++)
		if (!is_who(rule_meaning(l, u->body, u->keys->v[i]), NULL))
			return false;
	return u->keys->n > 0;
}

static bool same_key(const struct lint *l, const struct use *a, const struct use *b)
{
	if (a->keys->n != b->keys->n)
		return false;
	for (uint32_t i = 0; i < a->keys->n; i++)
		if (!tree_same(rule_meaning(l, a->body, a->keys->v[i]),
			       rule_meaning(l, b->body, b->keys->v[i])))
			return false;
	return true;
}

static bool stores(const struct use *u)
{
	return (u->kind == USE_SET || u->kind == USE_UPDATE) && u->keys &&
	       heat_of(u->decl) >= HEAT_EVENT;
}

/* Might this delete take away what `stored` put there? */
static bool may_delete(const struct lint *l, const struct use *d, const struct use *stored)
{
	return d->kind == USE_DELETE &&
	       (!d->keys || !plain(l, d) || !plain(l, stored) || same_key(l, d, stored));
}

static const struct use *find_delete(const struct lint *l, const struct usage *u,
				     const struct use *stored, bool any)
{
	for (uint32_t i = 0; i < u->uses.n; i++)
		if (any ? u->uses.v[i].kind == USE_DELETE : may_delete(l, &u->uses.v[i], stored))
			return &u->uses.v[i];
	return NULL;
}

/* Is an element of the array asked for by key elsewhere: is it kept for a later event? */
static bool looked_up(const struct usage *u, const struct use *stored)
{
	for (uint32_t i = 0; i < u->uses.n; i++) {
		const struct use *o = &u->uses.v[i];

		if ((o->kind == USE_READ || o->kind == USE_TEST) && o->keys &&
		    o->decl != stored->decl && heat_of(o->decl) >= HEAT_EVENT)
			return true;
	}
	return false;
}

static bool wrapped(const struct usage *u)
{
	return u->decl && u->decl->global.wrap;
}

/* Kept from one event for the next under who it is, and never forgotten. */
void growth_state(struct lint *l)
{
	const struct decl *d = l->decl;
	const struct usage *u = d->kind == DECL_GLOBAL ? rule_usage(l, d->name) : NULL;

	if (!u || wrapped(u))
		return;
	for (uint32_t i = 0; i < u->uses.n; i++) {
		const struct use *s = &u->uses.v[i];

		if (s->kind != USE_SET || !stores(s) || !many(l, s) || !looked_up(u, s) ||
		    find_delete(l, u, s, false))
			continue;
		const struct use *other = find_delete(l, u, s, true);
		struct diag *f =
			rule_report(l, s->expr->span,
				    other ? "'%s' is stored here and deleted only under another key"
					  : "'%s' is stored here and never deleted",
				    rule_text(l, s->expr->span));

		if (other)
			diag_note(l->in->diags, f, other->expr->span, "this deletes '%s'",
				  rule_text(l, other->expr->span));
		return;
	}
}

static bool exits(const struct expr *e, void *ctx)
{
	(void)ctx;
	return rule_is_call(e, "exit", 0);
}

/* Does a timer end the script? */
static bool ends_soon(const struct lint *l)
{
	for (uint32_t i = 0; i < l->ast->decls.n; i++) {
		const struct decl *d = l->ast->decls.v[i];

		if (d->kind == DECL_PROBE && rule_point(d, "timer", NULL) && d->probe.body &&
		    d->probe.body->kind == STMT_BLOCK)
			for (uint32_t k = 0; k < d->probe.body->block.n; k++)
				if (d->probe.body->block.v[k]->kind == STMT_EXPR &&
				    exits(d->probe.body->block.v[k]->expr, NULL))
					return true;
	}
	return false;
}

static bool keeps_state(const struct usage *u)
{
	for (uint32_t i = 0; i < u->uses.n; i++)
		if (u->uses.v[i].kind == USE_SET && stores(&u->uses.v[i]) &&
		    looked_up(u, &u->uses.v[i]))
			return true;
	return false;
}

/* Counted under ever new keys. */
void growth_array(struct lint *l)
{
	const struct decl *d = l->decl;
	const struct usage *u = d->kind == DECL_GLOBAL ? rule_usage(l, d->name) : NULL;

	if (!u || wrapped(u) || keeps_state(u) || ends_soon(l))
		return;
	for (uint32_t i = 0; i < u->uses.n; i++) {
		const struct use *s = &u->uses.v[i];

		if (!stores(s) || few(l, s) || !many(l, s) || find_delete(l, u, s, true))
			continue;
		rule_report(l, s->expr->span,
			    "'%s' gets a new element for each new key, and none is ever deleted",
			    d->name);
		return;
	}
}
