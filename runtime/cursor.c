/*
 * foreach: a cursor over the elements as they were when the loop began, sorted
 * and sliced then.  What the body removes is skipped, what it adds is not seen;
 * so the loop ends whatever its body does.  Over a histogram the cursor counts
 * through all buckets.  The snapshot goes back to the pool with the frame, or
 * when the loop is entered again.
 */
#include "runtime/machine.h"

#include <string.h>

enum { MAX_KEYS = 16 };

void cursor_drop(struct machine *m, struct cursor *c)
{
	value_give(&m->pool, c->snapshot, c->size);
	*c = (struct cursor){0};
}

static const struct ir_iter *iter_of(const struct frame *f, const struct step *s)
{
	return &f->code->func->iters.v[s->in->imm];
}

static void start_buckets(struct machine *m, struct frame *f, const struct ir_iter *it,
			  struct cursor *c)
{
	const struct variable *v = &m->globals[it->global];
	const struct aggregate *ag = &v->stats;
	struct run_value keys[MAX_KEYS];

	if (v->array) {
		for (uint32_t i = 0; i < it->nhist_keys; i++)
			keys[i] = f->regs[it->hist_keys[i]];
		struct array_elem *e = array_find(v->array, keys);

		ag = e ? e->value.stats : NULL;
	}
	c->buckets = ag && ag->count ? ag->buckets : NULL;
	c->n = v->shape.nbuckets;
}

static void take_snapshot(struct machine *m, const struct array *a, const struct run_value *keys,
			  const bool *any, struct cursor *c)
{
	c->size = (size_t)a->count * sizeof *c->snapshot;
	c->snapshot = value_take(&m->pool, &c->size);
	for (struct array_elem *e = array_first(a); e; e = array_next(a, e)) {
		if (any && !array_matches(a, e, keys, any))
			continue;
		c->snapshot[c->n].elem = e;
		c->snapshot[c->n++].serial = e->serial;
	}
}

static void start_array(struct machine *m, struct frame *f, const struct ir_iter *it,
			struct cursor *c)
{
	struct array *a = m->globals[it->global].array;
	struct run_value keys[MAX_KEYS];
	bool any[MAX_KEYS];
	struct array_order order = {.by = it->sort,
				    .key = it->sort_key,
				    .stat = it->stat,
				    .descending = it->descending,
				    .has_limit = it->limit != IR_NONE,
				    .limit = it->limit != IR_NONE ? f->regs[it->limit].n : 0};

	arraysort_run(a, &order);
	for (uint32_t i = 0; it->has_slice && i < a->decl->nkeys; i++) {
		any[i] = it->slice[i] == IR_NONE;
		keys[i] = any[i] ? value_int(0) : f->regs[it->slice[i]];
	}
	take_snapshot(m, a, keys, it->has_slice ? any : NULL, c);
}

void cursor_start(struct machine *m, struct frame *f, const struct step *s)
{
	const struct ir_iter *it = iter_of(f, s);
	struct cursor *c = &f->cursors[s->in->imm];

	cursor_drop(m, c);
	c->left = INT64_MAX;
	if (it->limit != IR_NONE)
		c->left = f->regs[it->limit].n;
	if (it->hist)
		start_buckets(m, f, it, c);
	else
		start_array(m, f, it, c);
}

static void set_register(struct machine *m, struct frame *f, uint32_t reg,
			 const struct run_value *v)
{
	if (reg == IR_NONE)
		return;
	if (f->code->slots[reg] != IR_NONE)
		ops_set_text(m, f, reg, v->s, v->len);
	else
		f->regs[reg].n = v->n;
}

static bool next_bucket(struct machine *m, struct frame *f, const struct ir_iter *it,
			struct cursor *c)
{
	if (c->at >= c->n)
		return false;
	struct run_value bucket = value_int((int64_t)c->at);
	struct run_value count = value_int(c->buckets ? c->buckets[c->at] : 0);

	c->at++;
	set_register(m, f, it->nkeys > 0 ? it->key_regs[0] : IR_NONE, &bucket);
	set_register(m, f, it->value_reg, &count);
	return true;
}

static struct run_value elem_value(const struct array *a, const struct array_elem *e)
{
	if (a->decl->type == IR_STATS)
		return value_int(e->value.stats ? e->value.stats->count : 0);
	return array_value(a, e);
}

static bool next_elem(struct machine *m, struct frame *f, const struct ir_iter *it,
		      struct cursor *c)
{
	const struct array *a = m->globals[it->global].array;

	while (c->at < c->n && c->snapshot[c->at].elem->serial != c->snapshot[c->at].serial)
		c->at++;
	if (c->at >= c->n)
		return false;
	const struct array_elem *e = c->snapshot[c->at++].elem;

	for (uint32_t i = 0; i < it->nkeys; i++) {
		struct run_value key = array_key(a, e, i);

		set_register(m, f, it->key_regs[i], &key);
	}
	struct run_value v = elem_value(a, e);

	set_register(m, f, it->value_reg, &v);
	return true;
}

bool cursor_next(struct machine *m, struct frame *f, const struct step *s)
{
	const struct ir_iter *it = iter_of(f, s);
	struct cursor *c = &f->cursors[s->in->imm];

	if (c->left <= 0)
		return false;
	c->left--;
	return it->hist ? next_bucket(m, f, it, c) : next_elem(m, f, it, c);
}
