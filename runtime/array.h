/* Associative arrays: hashed, in an order of their own, with a capacity. */
#ifndef RUNTIME_ARRAY_H
#define RUNTIME_ARRAY_H

#include "runtime/aggregate.h"
#include "runtime/value.h"

union array_cell {
	int64_t n;
	struct value_text text;
	struct aggregate *stats;
};

struct array_elem {
	struct array_elem *prev, *next; /* the order; a ring through array->ring */
	struct array_elem *chain;
	uint32_t hash;
	uint64_t serial; /* 0: not in the array; never the same twice */
	union array_cell value;
	union array_cell keys[];
};

struct array {
	const struct ir_global *decl;
	struct aggregate_shape shape;
	struct value_pool *pool;
	struct array_elem ring;
	struct array_elem **slots;
	struct array_elem *spare; /* linked by chain */
	uint32_t nslots;
	int64_t count;
	uint64_t serial;
};

struct array_order {
	unsigned by; /* sort of struct ir_iter */
	uint32_t key, stat;
	bool descending;
	bool has_limit;
	int64_t limit;
};

struct array *array_new(struct value_pool *pool, const struct ir_global *decl,
			const struct aggregate_shape *shape);
/* The element under the keys, or NULL. */
struct array_elem *array_find(const struct array *a, const struct run_value *keys);
/*
 * The element under the keys, made if need be.  NULL: the array is full and does not wrap; one
 * that wraps loses the first in its order.  limited false: it is proved to have room, and nobody
 * looks.
 */
struct array_elem *array_put(struct array *a, const struct run_value *keys, bool limited);
bool array_is_full(const struct array *a);
void array_remove(struct array *a, struct array_elem *e);
void array_clear(struct array *a);
/* Does e match keys where any[i] is false? */
bool array_matches(const struct array *a, const struct array_elem *e, const struct run_value *keys,
		   const bool *any);
struct array_elem *array_first(const struct array *a);
/* NULL after the last. */
struct array_elem *array_next(const struct array *a, const struct array_elem *e);
struct run_value array_key(const struct array *a, const struct array_elem *e, uint32_t i);
/* The value of an integer or string array. */
struct run_value array_value(const struct array *a, const struct array_elem *e);
void array_store(struct array *a, struct array_elem *e, const struct run_value *v);
/* Puts the elements in order for good, as a sorted foreach does (arraysort.c). */
void arraysort_run(struct array *a, const struct array_order *order);

#endif
