/*
 * Autocast: x->member where x is a script value needs to know what x points
 * to.  resolve.c has noted where values flow (assignments, arguments, returns,
 * foreach); here pointer types follow those flows from the accesses that have
 * one, and each operand->member is made concrete as soon as its operand's type
 * is known, which may start new flows.  A worklist over the flows: each is
 * looked at again only when what it starts from changed.  The first type that
 * reaches a variable stays.  Casts that never learn their type are reported by
 * access.c.
 */
#include "sema/internal.h"

#include <stdlib.h>

/* A flow `carry` starts (in part) from `cast`. */
struct cast_use {
	const struct expr *cast;
	uint32_t carry;
};

/* A flow that starts from a variable or function; next: another one, 0 ends. */
struct use {
	uint32_t carry, next;
};

struct spread {
	struct sema *s;
	struct arena *scratch;
	VEC(uint32_t) work;
	VEC(struct use) uses; /* [0] unused */
	VEC(struct cast_use) cast_uses;
	bool *queued;
};

void autocast_carry(struct sema *s, struct carry c)
{
	vec_push(s->arena, &s->carries, c);
}

static bool says(const struct detail *d)
{
	return d->type.unit || d->opaque;
}

struct detail autocast_detail(const struct expr *e)
{
	struct detail none = {0}, d;

	if (e->access)
		return (struct detail){e->access->type, e->access->points, e->access->in_user,
				       e->access->opaque};
	if (e->kind == EXPR_NAME)
		return e->name.sym ? e->name.sym->detail : none;
	if (e->kind == EXPR_INDEX)
		return autocast_detail(e->index.base);
	if (e->kind == EXPR_CALL)
		return e->call.sym ? e->call.sym->detail : none;
	if (e->kind == EXPR_ASSIGN)
		return autocast_detail(e->assign.rhs);
	if (e->kind == EXPR_TERNARY) {
		d = autocast_detail(e->ternary.yes);
		return says(&d) ? d : autocast_detail(e->ternary.no);
	}
	return none;
}

static void add_use(struct spread *sp, uint32_t *head, uint32_t carry)
{
	vec_push(sp->scratch, &sp->uses, ((struct use){carry, *head}));
	*head = sp->uses.n - 1;
}

/* Notes what a flow starts from. */
static void note_sources(struct spread *sp, const struct expr *e, uint32_t carry)
{
	if (e->kind == EXPR_NAME && e->name.sym)
		add_use(sp, &e->name.sym->uses, carry);
	else if (e->kind == EXPR_INDEX)
		note_sources(sp, e->index.base, carry);
	else if (e->kind == EXPR_CALL && e->call.sym)
		add_use(sp, &e->call.sym->uses, carry);
	else if (e->kind == EXPR_ASSIGN)
		note_sources(sp, e->assign.rhs, carry);
	else if (e->kind == EXPR_TERNARY) {
		note_sources(sp, e->ternary.yes, carry);
		note_sources(sp, e->ternary.no, carry);
	} else if (e->kind == EXPR_TARGET && !e->access) {
		vec_push(sp->scratch, &sp->cast_uses, ((struct cast_use){e, carry}));
	}
}

static void queue(struct spread *sp, uint32_t carry)
{
	if (sp->queued[carry])
		return;
	sp->queued[carry] = true;
	vec_push(sp->scratch, &sp->work, carry);
}

static void queue_uses(struct spread *sp, uint32_t head)
{
	for (; head; head = sp->uses.v[head].next)
		queue(sp, sp->uses.v[head].carry);
}

static int by_cast(const void *a, const void *b)
{
	const struct cast_use *x = a, *y = b;

	return (x->cast > y->cast) - (x->cast < y->cast);
}

static void queue_cast_uses(struct spread *sp, const struct expr *cast)
{
	uint32_t low = 0, high = sp->cast_uses.n;

	while (low < high) {
		uint32_t mid = (low + high) / 2;

		if (sp->cast_uses.v[mid].cast < cast)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < sp->cast_uses.n && sp->cast_uses.v[low].cast == cast; low++)
		queue(sp, sp->cast_uses.v[low].carry);
}

static void make_concrete(struct carry *c)
{
	struct scope sc = *c->scope;
	struct expr *cast = c->cast;

	c->cast = NULL;
	sc.casting = true;
	access_resolve(&sc, cast);
}

static void flow(struct spread *sp, struct carry *c)
{
	struct detail d = autocast_detail(c->from);

	if (!says(&d))
		return;
	if (c->variable && !says(&c->variable->detail)) {
		c->variable->detail = d;
		queue_uses(sp, c->variable->uses);
	}
	if (c->function && !says(&c->function->detail)) {
		c->function->detail = d;
		queue_uses(sp, c->function->uses);
	}
	if (c->cast) {
		const struct expr *cast = c->cast;

		make_concrete(c);
		queue_cast_uses(sp, cast);
	}
}

void autocast_run(struct sema *s)
{
	struct spread sp = {.s = s, .scratch = arena_scratch(s->arena)};
	struct carries *all = &s->carries;

	sp.queued = arena_alloc(sp.scratch, all->n * sizeof *sp.queued);
	vec_push(sp.scratch, &sp.uses, ((struct use){0, 0}));
	for (uint32_t i = 0; i < all->n; i++) {
		note_sources(&sp, all->v[i].from, i);
		queue(&sp, all->n - 1 - i);
	}
	if (sp.cast_uses.n)
		qsort(sp.cast_uses.v, sp.cast_uses.n, sizeof *sp.cast_uses.v, by_cast);
	while (sp.work.n) {
		uint32_t i = sp.work.v[--sp.work.n];

		sp.queued[i] = false;
		flow(&sp, &all->v[i]);
	}
	for (uint32_t i = 0; i < all->n; i++)
		if (all->v[i].cast)
			make_concrete(&all->v[i]);
	all->n = 0;
	arena_free(sp.scratch);
}
