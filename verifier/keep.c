/*
 * Copying what is still wanted of the states: a fixpoint leaves ten times as
 * much garbage as claims, and an arena never frees singly.  So blocks are run
 * on an arena that is emptied again and again, and what arrives somewhere is
 * copied out.  Whatever a state points to has to be followed here; the
 * assertions below are there so that a new field is.
 * Copies belong to no period of state.c, so none is changed in place.
 */
#include "verifier/keep.h"

#include <string.h>

_Static_assert(sizeof(struct value) == 80, "keep.c follows what a value points to");
_Static_assert(sizeof(struct fact) == 40, "keep.c follows what a fact points to");
_Static_assert(sizeof(struct key) == 32, "keep.c follows what a key points to");
_Static_assert(sizeof(struct diff) == 48, "keep.c follows what a difference points to");
_Static_assert(sizeof(struct pred) == 160, "keep.c follows what a predicate points to");
_Static_assert(sizeof(struct state) == 32, "keep.c follows what a state points to");

enum { ROOM = 256 };

static void make_room(struct keeper *k, uint32_t cap)
{
	k->own = arena_scratch(k->to);
	k->cap = cap;
	k->old = arena_alloc(k->own, cap * sizeof *k->old);
	k->copy = arena_alloc(k->own, cap * sizeof *k->copy);
}

struct keeper keep_start(struct arena *to, const struct arena *from)
{
	struct keeper k = {.to = to, .from = from};

	make_room(&k, ROOM);
	return k;
}

void keep_end(struct keeper *k)
{
	arena_free(k->own);
}

void keep_again(struct keeper *k, struct arena *to, const struct arena *from)
{
	k->to = to;
	k->from = from;
	k->n = 0;
	if (k->cap == ROOM) {
		memset(k->old, 0, ROOM * sizeof *k->old);
		memset(k->copy, 0, ROOM * sizeof *k->copy);
		return;
	}
	arena_free(k->own);
	make_room(k, ROOM);
}

static uint32_t place(const struct keeper *k, const void *from)
{
	uint64_t h = (uintptr_t)from / 16 * UINT64_C(0x9e3779b97f4a7c15);
	uint32_t i = (uint32_t)(h >> 32) & (k->cap - 1);

	while (k->old[i] && k->old[i] != from)
		i = (i + 1) & (k->cap - 1);
	return i;
}

static void grow(struct keeper *k)
{
	struct keeper old = *k;

	make_room(k, 2 * old.cap);
	for (uint32_t i = 0; i < old.cap; i++) {
		if (!old.old[i])
			continue;
		uint32_t at = place(k, old.old[i]);

		k->old[at] = old.old[i];
		k->copy[at] = old.copy[i];
	}
	arena_free(old.own);
}

/* What stands for it: itself if it stays, or its copy; NULL: it has to be copied. */
static const void *found(const struct keeper *k, const void *from)
{
	if (k->from && !arena_owns(k->from, from))
		return from;
	return k->copy[place(k, from)];
}

/* A plain copy, which the caller mends; found from now on. */
static void *copied(struct keeper *k, const void *from, size_t size)
{
	void *to = arena_alloc(k->to, size);
	uint32_t at;

	if (2 * ++k->n > k->cap)
		grow(k);
	memcpy(to, from, size);
	at = place(k, from);
	k->old[at] = from;
	k->copy[at] = to;
	return to;
}

static const struct key *keep_keys(struct keeper *k, const struct key *keys, uint32_t n)
{
	const void *to;

	if (!n)
		return NULL;
	to = found(k, keys);
	return to ? to : copied(k, keys, n * sizeof *keys);
}

/* A list is followed to what was copied before: lists share their ends. */
static const struct fact *keep_facts(struct keeper *k, const struct fact *f)
{
	const struct fact *first = NULL, **link = &first;

	for (; f; f = f->next) {
		const struct fact *there = found(k, f);
		struct fact *to;

		if (there) {
			*link = there;
			return first;
		}
		*link = to = copied(k, f, sizeof *f);
		to->keys = keep_keys(k, f->keys, f->nkeys);
		link = &to->next;
	}
	return first;
}

static const struct diff *keep_diffs(struct keeper *k, const struct diff *d)
{
	const struct diff *first = NULL, **link = &first;

	for (; d; d = d->next) {
		const struct diff *there = found(k, d);
		struct diff *to;

		if (there) {
			*link = there;
			return first;
		}
		*link = to = copied(k, d, sizeof *d);
		link = &to->next;
	}
	return first;
}

/* Predicates nest a few levels deep: the depth is limited where they are made. */
static const struct pred *keep_pred(struct keeper *k, const struct pred *p)
{
	const void *there = p ? found(k, p) : NULL;
	struct pred *to;

	if (!p || there)
		return there;
	to = copied(k, p, sizeof *p);
	to->a.pred = keep_pred(k, p->a.pred);
	to->b.pred = keep_pred(k, p->b.pred);
	to->fact = keep_facts(k, p->fact);
	return to;
}

static const struct value *keep_value(struct keeper *k, const struct value *v)
{
	const void *there = v ? found(k, v) : NULL;
	struct value *to;

	if (!v || there)
		return there;
	to = copied(k, v, sizeof *v);
	to->diffs = keep_diffs(k, v->diffs);
	to->pred = keep_pred(k, v->pred);
	return to;
}

/* Depth is the number of levels: at most eight. */
static const struct node *keep_node(struct keeper *k, const struct node *n, uint32_t levels)
{
	const void *there = n ? found(k, n) : NULL;
	struct node *to;

	if (!n || there)
		return there;
	to = copied(k, n, sizeof *n);
	to->owner = NULL;
	for (uint32_t i = 0; i < STATE_FAN; i++)
		to->kid[i] = levels > 1 ? (const void *)keep_node(k, n->kid[i], levels - 1)
					: (const void *)keep_value(k, n->kid[i]);
	return to;
}

void keep_state(struct keeper *k, struct state *st, uint32_t levels)
{
	st->root = keep_node(k, st->root, levels);
	st->facts = keep_facts(k, st->facts);
}
