/*
 * Sorting an array for foreach, in place: later loops see the new order.  A
 * stable merge sort, except that a limit of at most 30 only brings the first
 * few to the front, by a bubble sort of those and insertion of the rest; ties
 * then come out in another order, which is part of the language (section 10.4).
 * The variance is no sort key there: all elements compare as equal.
 */
#include "runtime/array.h"

enum { PARTIAL_LIMIT = 30 };

static int64_t stat_of(const struct array *a, const struct array_elem *e, uint32_t stat)
{
	if (stat == AGGREGATE_VARIANCE)
		return 0;
	return aggregate_read(&a->shape, e->value.stats, (enum aggregate_read)stat);
}

static int compare_cells(enum ir_type type, const union array_cell *x, const union array_cell *y)
{
	struct run_value vx, vy;

	if (type == IR_INT)
		return x->n < y->n ? -1 : x->n > y->n;
	vx = value_of_text(&x->text);
	vy = value_of_text(&y->text);
	return value_compare(&vx, &vy);
}

static int compare(const struct array *a, const struct array_order *o, const struct array_elem *x,
		   const struct array_elem *y)
{
	int64_t sx, sy;

	if (o->by == ITER_BY_KEY)
		return compare_cells(a->decl->keys[o->key], &x->keys[o->key], &y->keys[o->key]);
	if (a->decl->type != IR_STATS)
		return compare_cells(a->decl->type, &x->value, &y->value);
	sx = stat_of(a, x, o->by == ITER_BY_STAT ? o->stat : AGGREGATE_COUNT);
	sy = stat_of(a, y, o->by == ITER_BY_STAT ? o->stat : AGGREGATE_COUNT);
	return sx < sy ? -1 : sx > sy;
}

/* Must y, which comes later, go before x? */
static bool out_of_order(const struct array *a, const struct array_order *o,
			 const struct array_elem *x, const struct array_elem *y)
{
	int c = compare(a, o, x, y);

	return o->descending ? c < 0 : c > 0;
}

/* Merges two sorted lists, linked by next and ended by NULL. */
static struct array_elem *merge(const struct array *a, const struct array_order *o,
				struct array_elem *x, struct array_elem *y)
{
	struct array_elem *head = NULL, **tail = &head;

	while (x && y) {
		struct array_elem **from = out_of_order(a, o, x, y) ? &y : &x;

		*tail = *from;
		tail = &(*from)->next;
		*from = *tail;
	}
	*tail = x ? x : y;
	return head;
}

static void sort_all(struct array *a, const struct array_order *o)
{
	struct array_elem *bins[64] = {NULL}, *list = a->ring.next, *sorted = NULL;

	a->ring.prev->next = NULL;
	while (list) {
		struct array_elem *e = list;
		unsigned i = 0;

		list = e->next;
		e->next = NULL;
		for (; bins[i]; i++) {
			e = merge(a, o, bins[i], e);
			bins[i] = NULL;
		}
		bins[i] = e;
	}
	for (unsigned i = 0; i < 64; i++)
		if (bins[i])
			sorted = merge(a, o, bins[i], sorted);
	a->ring.next = sorted;
	struct array_elem *prev = &a->ring;

	for (struct array_elem *e = sorted; e; e = e->next) {
		e->prev = prev;
		prev = e;
	}
	prev->next = &a->ring;
	a->ring.prev = prev;
}

static void move_after(struct array_elem *e, struct array_elem *where)
{
	e->prev->next = e->next;
	e->next->prev = e->prev;
	e->prev = where;
	e->next = where->next;
	where->next->prev = e;
	where->next = e;
}

/* Bubbles the first n into order; returns the last of them. */
static struct array_elem *bubble(struct array *a, const struct array_order *o, int64_t n)
{
	struct array_elem *e;
	bool swapped;

	do {
		int64_t left = n;

		swapped = false;
		e = a->ring.next;
		while (e->next != &a->ring && --left > 0) {
			if (out_of_order(a, o, e, e->next)) {
				move_after(e, e->next);
				swapped = true;
				continue; /* e stands where its follower stood */
			}
			e = e->next;
		}
	} while (swapped);
	return e;
}

static void sort_front(struct array *a, const struct array_order *o)
{
	struct array_elem *last = bubble(a, o, o->limit);

	for (struct array_elem *e = last->next, *next; e != &a->ring; e = next) {
		struct array_elem *at = last;

		next = e->next;
		while (at != &a->ring && out_of_order(a, o, at, e))
			at = at->prev;
		if (at == last)
			continue;
		move_after(e, at);
		last = last->prev;
	}
}

void arraysort_run(struct array *a, const struct array_order *order)
{
	if (order->by == ITER_UNSORTED || a->ring.next == &a->ring)
		return;
	if (order->has_limit && order->limit != 0 && order->limit <= PARTIAL_LIMIT)
		sort_front(a, order);
	else
		sort_all(a, order);
}
