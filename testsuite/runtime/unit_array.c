/* Arrays below the language: order, sorting with ties, eviction, growth. */
#include "runtime/array.h"

#include "check.h"

struct test {
	struct checks c;
	struct value_pool pool;
	struct ir_global decl;
	struct array *a;
};

static void fresh(struct test *t, enum ir_type key, enum ir_type value, int64_t capacity, bool wrap)
{
	struct aggregate_shape sh = {0};

	t->decl = (struct ir_global){.name = "a",
				     .type = value,
				     .nkeys = 1,
				     .keys = {key},
				     .capacity = capacity,
				     .wrap = wrap};
	t->a = array_new(&t->pool, &t->decl, &sh);
}

static void put(struct test *t, int64_t k, int64_t v)
{
	struct run_value key = value_int(k), value = value_int(v);
	struct array_elem *e = array_put(t->a, &key, true);

	if (e)
		array_store(t->a, e, &value);
}

static void fill(struct test *t, const int64_t *values, int64_t n)
{
	fresh(t, IR_INT, IR_INT, 100, false);
	for (int64_t i = 0; i < n; i++)
		put(t, i + 1, values[i]);
}

/* The keys in order, as digits. */
static int64_t order(const struct test *t)
{
	int64_t n = 0;

	for (struct array_elem *e = array_first(t->a); e; e = array_next(t->a, e))
		n = n * 10 + array_key(t->a, e, 0).n;
	return n;
}

static void sort(struct test *t, unsigned by, bool descending, int64_t limit)
{
	struct array_order o = {
		.by = by, .descending = descending, .has_limit = limit > 0, .limit = limit};

	arraysort_run(t->a, &o);
}

static void test_sort(struct test *t)
{
	static const int64_t v[] = {2, 1, 2, 3, 1};

	fill(t, v, 5);
	CHECK(&t->c, order(t) == 12345);
	sort(t, ITER_UNSORTED, false, 0);
	CHECK(&t->c, order(t) == 12345);
	sort(t, ITER_BY_VALUE, true, 0);
	CHECK(&t->c, order(t) == 41325);
	sort(t, ITER_BY_VALUE, false, 0); /* stable over the order that it finds */
	CHECK(&t->c, order(t) == 25134);
	sort(t, ITER_BY_KEY, true, 0);
	CHECK(&t->c, order(t) == 54321);
	sort(t, ITER_BY_KEY, false, 0);
	CHECK(&t->c, order(t) == 12345);
}

/* A small limit brings the first to the front and leaves the rest as they come. */
static void test_partial_sort(struct test *t)
{
	static const int64_t v[] = {1, 2, 2}, w[] = {3, 1, 2, 5, 4};

	fill(t, v, 3);
	sort(t, ITER_BY_VALUE, true, 1);
	CHECK(&t->c, order(t) == 213);
	fill(t, v, 3);
	sort(t, ITER_BY_VALUE, true, 31);
	CHECK(&t->c, order(t) == 231);
	fill(t, w, 5);
	sort(t, ITER_BY_VALUE, true, 2);
	CHECK(&t->c, order(t) / 1000 == 45);
	fill(t, w, 5);
	sort(t, ITER_BY_VALUE, false, 30);
	CHECK(&t->c, order(t) == 23154);
	fill(t, w, 1);
	sort(t, ITER_BY_VALUE, false, 5);
	CHECK(&t->c, order(t) == 1);
	fill(t, w, 0);
	sort(t, ITER_BY_VALUE, false, 5);
	CHECK(&t->c, order(t) == 0);
}

static void test_string_order(struct test *t)
{
	static const char *const words[] = {"b", "a", "ab", "\xff", ""};
	char got[16] = "";

	fresh(t, IR_STR, IR_INT, 100, false);
	for (int i = 0; i < 5; i++) {
		struct run_value key = value_str(words[i]);

		array_put(t->a, &key, true);
	}
	sort(t, ITER_BY_KEY, false, 0);
	for (struct array_elem *e = array_first(t->a); e; e = array_next(t->a, e)) {
		strcat(got, array_key(t->a, e, 0).s);
		strcat(got, ",");
	}
	CHECK_TEXT(&t->c, got, strlen(got), ",a,ab,b,\xff,");
}

static void test_eviction(struct test *t)
{
	fresh(t, IR_INT, IR_INT, 3, true);
	for (int64_t i = 1; i <= 3; i++)
		put(t, i, 10 - i);
	put(t, 1, 1); /* no younger for it */
	put(t, 4, 4);
	CHECK(&t->c, order(t) == 234);
	sort(t, ITER_BY_VALUE, false, 0);
	CHECK(&t->c, order(t) == 432);
	put(t, 5, 5); /* the first in order goes */
	CHECK(&t->c, order(t) == 325);
	CHECK(&t->c, t->a->count == 3);
}

static void test_full(struct test *t)
{
	struct run_value key = value_int(3);

	fresh(t, IR_INT, IR_INT, 2, false);
	put(t, 1, 1);
	put(t, 2, 2);
	CHECK(&t->c, array_is_full(t->a));
	CHECK(&t->c, array_put(t->a, &key, true) == NULL);
	put(t, 2, 7);
	key = value_int(2);
	CHECK(&t->c, array_value(t->a, array_find(t->a, &key)).n == 7);
	array_remove(t->a, array_find(t->a, &key));
	CHECK(&t->c, array_find(t->a, &key) == NULL);
	put(t, 3, 3);
	CHECK(&t->c, order(t) == 13);
	array_clear(t->a);
	CHECK(&t->c, order(t) == 0 && t->a->count == 0);
}

/* Storage of what was removed is used again, and serials tell the old from the new. */
static void test_reuse(struct test *t)
{
	struct run_value key = value_int(1);
	size_t used;
	uint64_t serial;

	fresh(t, IR_INT, IR_STR, 10, false);
	struct array_elem *e = array_put(t->a, &key, true);
	struct run_value text = value_str("a text of some length");

	array_store(t->a, e, &text);
	serial = e->serial;
	used = arena_used(t->pool.arena);
	for (int i = 0; i < 1000; i++) {
		array_remove(t->a, array_find(t->a, &key));
		array_store(t->a, array_put(t->a, &key, true), &text);
	}
	CHECK(&t->c, arena_used(t->pool.arena) == used);
	CHECK(&t->c, array_find(t->a, &key)->serial != serial);
	text = array_value(t->a, array_find(t->a, &key));
	CHECK_TEXT(&t->c, text.s, text.len, "a text of some length");
}

static void test_growth(struct test *t)
{
	bool all = true;

	fresh(t, IR_INT, IR_INT, 100000, false);
	for (int64_t i = 0; i < 50000; i++)
		put(t, i * 7919 - 100000, i);
	for (int64_t i = 0; i < 50000; i++) {
		struct run_value key = value_int(i * 7919 - 100000);
		struct array_elem *e = array_find(t->a, &key);

		all &= e && array_value(t->a, e).n == i;
	}
	CHECK(&t->c, all);
	sort(t, ITER_BY_VALUE, true, 0);
	CHECK(&t->c, array_value(t->a, array_first(t->a)).n == 49999);
}

static void test_matches(struct test *t)
{
	struct aggregate_shape sh = {0};
	struct run_value keys[2] = {value_int(1), value_str("x")};
	const bool first[2] = {true, false}, second[2] = {false, true};

	t->decl = (struct ir_global){
		.name = "b", .type = IR_INT, .nkeys = 2, .keys = {IR_INT, IR_STR}, .capacity = 5};
	t->a = array_new(&t->pool, &t->decl, &sh);
	struct array_elem *e = array_put(t->a, keys, true);

	keys[0] = value_int(2);
	CHECK(&t->c, array_matches(t->a, e, keys, first));
	CHECK(&t->c, !array_matches(t->a, e, keys, second));
	keys[1] = value_str("xy");
	CHECK(&t->c, !array_matches(t->a, e, keys, first));
}

int main(void)
{
	struct test t = {.pool.arena = arena_new(0, NULL)};

	test_sort(&t);
	test_partial_sort(&t);
	test_string_order(&t);
	test_eviction(&t);
	test_full(&t);
	test_reuse(&t);
	test_growth(&t);
	test_matches(&t);
	arena_free(t.pool.arena);
	return checks_end(&t.c);
}
