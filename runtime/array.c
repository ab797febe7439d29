/*
 * Associative arrays.  Elements hang in hash chains and in a ring that keeps
 * their order: insertion, until a sorted foreach rearranges it.  Storage comes
 * as elements do, up to the capacity, and removed elements are used again.  An
 * element's serial lets an iterator notice that what it remembered is gone.
 * Assigning to an element does not move it.  Types and arity are not checked:
 * well-formed IR has them right.
 */
#include "runtime/array.h"

#include "base/map.h"

#include <string.h>

enum { FIRST_SLOTS = 16 };

struct array *array_new(struct value_pool *pool, const struct ir_global *decl,
			const struct aggregate_shape *shape)
{
	struct array *a = arena_make(pool->arena, struct array);

	a->decl = decl;
	a->shape = *shape;
	a->pool = pool;
	a->ring.next = a->ring.prev = &a->ring;
	a->nslots = FIRST_SLOTS;
	a->slots = arena_alloc(pool->arena, FIRST_SLOTS * sizeof *a->slots);
	return a;
}

static uint32_t hash_int(int64_t n)
{
	return (uint32_t)(((uint64_t)n * 0x9e3779b97f4a7c15u) >> 32);
}

static uint32_t hash_keys(const struct array *a, const struct run_value *keys)
{
	uint32_t h = 0;

	for (uint32_t i = 0; i < a->decl->nkeys; i++) {
		uint32_t k = a->decl->keys[i] == IR_STR ? map_hash(keys[i].s, keys[i].len)
							: hash_int(keys[i].n);

		h = (h << 5 | h >> 27) ^ k;
	}
	return h ^ h >> 16;
}

static bool key_equals(const struct array *a, const struct array_elem *e, uint32_t i,
		       const struct run_value *key)
{
	const union array_cell *k = &e->keys[i];

	if (a->decl->keys[i] != IR_STR)
		return k->n == key->n;
	return k->text.len == key->len && memcmp(k->text.s, key->s, key->len) == 0;
}

bool array_matches(const struct array *a, const struct array_elem *e, const struct run_value *keys,
		   const bool *any)
{
	for (uint32_t i = 0; i < a->decl->nkeys; i++)
		if (!any[i] && !key_equals(a, e, i, &keys[i]))
			return false;
	return true;
}

static struct array_elem *lookup(const struct array *a, const struct run_value *keys, uint32_t hash)
{
	static const bool none[16];
	struct array_elem *e = a->slots[hash & (a->nslots - 1)];

	while (e && !(e->hash == hash && array_matches(a, e, keys, none)))
		e = e->chain;
	return e;
}

struct array_elem *array_find(const struct array *a, const struct run_value *keys)
{
	return lookup(a, keys, hash_keys(a, keys));
}

bool array_is_full(const struct array *a)
{
	return a->count >= a->decl->capacity;
}

static void grow(struct array *a)
{
	uint32_t n = a->nslots * 2;
	struct array_elem **slots = arena_alloc(a->pool->arena, n * sizeof *slots);

	for (struct array_elem *e = a->ring.next; e != &a->ring; e = e->next) {
		e->chain = slots[e->hash & (n - 1)];
		slots[e->hash & (n - 1)] = e;
	}
	a->slots = slots;
	a->nslots = n;
}

static struct array_elem *take_elem(struct array *a)
{
	size_t size = sizeof(struct array_elem) + a->decl->nkeys * sizeof(union array_cell);
	struct array_elem *e = a->spare;

	if (!e)
		return arena_alloc(a->pool->arena, size);
	a->spare = e->chain;
	return e;
}

static void link_elem(struct array *a, struct array_elem *e, uint32_t hash)
{
	struct array_elem **slot = &a->slots[hash & (a->nslots - 1)];

	e->hash = hash;
	e->serial = ++a->serial;
	e->chain = *slot;
	*slot = e;
	e->prev = a->ring.prev;
	e->next = &a->ring;
	e->prev->next = e->next->prev = e;
	a->count++;
}

struct array_elem *array_put(struct array *a, const struct run_value *keys, bool limited)
{
	uint32_t hash = hash_keys(a, keys);
	struct array_elem *e = lookup(a, keys, hash);

	if (e)
		return e;
	if ((limited || a->decl->wrap) && array_is_full(a)) {
		if (!a->decl->wrap || a->count == 0)
			return NULL;
		array_remove(a, a->ring.next);
	}
	if (a->count >= a->nslots && a->nslots < 1u << 30)
		grow(a);
	e = take_elem(a);
	for (uint32_t i = 0; i < a->decl->nkeys; i++) {
		if (a->decl->keys[i] == IR_STR)
			value_text_set(a->pool, &e->keys[i].text, keys[i].s, keys[i].len);
		else
			e->keys[i].n = keys[i].n;
	}
	link_elem(a, e, hash);
	return e;
}

static void drop_value(struct array *a, struct array_elem *e)
{
	if (a->decl->type == IR_STR)
		value_text_drop(a->pool, &e->value.text);
	else if (a->decl->type == IR_INT)
		e->value.n = 0;
	else if (e->value.stats)
		aggregate_clear(&a->shape, e->value.stats);
}

void array_remove(struct array *a, struct array_elem *e)
{
	struct array_elem **at = &a->slots[e->hash & (a->nslots - 1)];

	while (*at != e)
		at = &(*at)->chain;
	*at = e->chain;
	e->prev->next = e->next;
	e->next->prev = e->prev;
	for (uint32_t i = 0; i < a->decl->nkeys; i++)
		if (a->decl->keys[i] == IR_STR)
			value_text_drop(a->pool, &e->keys[i].text);
	drop_value(a, e);
	e->serial = 0;
	e->chain = a->spare;
	a->spare = e;
	a->count--;
}

void array_clear(struct array *a)
{
	while (a->ring.next != &a->ring)
		array_remove(a, a->ring.next);
}

struct array_elem *array_first(const struct array *a)
{
	return a->ring.next == &a->ring ? NULL : a->ring.next;
}

struct array_elem *array_next(const struct array *a, const struct array_elem *e)
{
	return e->next == &a->ring ? NULL : e->next;
}

static struct run_value cell_value(enum ir_type type, const union array_cell *c)
{
	return type == IR_STR ? value_of_text(&c->text) : value_int(c->n);
}

struct run_value array_key(const struct array *a, const struct array_elem *e, uint32_t i)
{
	return cell_value(a->decl->keys[i], &e->keys[i]);
}

struct run_value array_value(const struct array *a, const struct array_elem *e)
{
	return cell_value(a->decl->type, &e->value);
}

void array_store(struct array *a, struct array_elem *e, const struct run_value *v)
{
	if (a->decl->type == IR_STR)
		value_text_set(a->pool, &e->value.text, v->s, v->len);
	else
		e->value.n = v->n;
}
