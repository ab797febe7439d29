/* Aggregates: section 10.3 of the language reference. */
#include "runtime/aggregate.h"

#include "check.h"

struct test {
	struct checks c;
	struct arena *a;
	struct aggregate_shape sh;
	struct aggregate ag;
};

static void feed(struct test *t, unsigned bits, const int64_t *v, size_t n)
{
	t->sh = (struct aggregate_shape){.bits = bits};
	t->ag = (struct aggregate){0};
	for (size_t i = 0; i < n; i++)
		aggregate_add(t->a, &t->sh, &t->ag, v[i]);
}

#define FEED(t, bits, ...)                            \
	feed(t, bits, (const int64_t[]){__VA_ARGS__}, \
	     sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t))

static int64_t get(const struct test *t, enum aggregate_read what)
{
	return aggregate_read(&t->sh, &t->ag, what);
}

static void test_basics(struct test *t)
{
	FEED(t, 0, 5, -3, 9);
	CHECK(&t->c, get(t, AGGREGATE_COUNT) == 3);
	CHECK(&t->c, get(t, AGGREGATE_SUM) == 11);
	CHECK(&t->c, get(t, AGGREGATE_MIN) == -3);
	CHECK(&t->c, get(t, AGGREGATE_MAX) == 9);
	CHECK(&t->c, get(t, AGGREGATE_AVG) == 3);
	FEED(t, 0, -1, -1, -5);
	CHECK(&t->c, get(t, AGGREGATE_AVG) == -2); /* toward zero */
	FEED(t, 0, INT64_MAX, 1);
	CHECK(&t->c, get(t, AGGREGATE_SUM) == INT64_MIN);
}

static void test_variance(struct test *t)
{
	FEED(t, 0, 1, 2, 3, 4, 5);
	CHECK(&t->c, get(t, AGGREGATE_VARIANCE) == 12);
	FEED(t, 1, 1, 2, 3, 4, 5);
	CHECK(&t->c, get(t, AGGREGATE_VARIANCE) == 2);
	FEED(t, 0, 7);
	CHECK(&t->c, get(t, AGGREGATE_VARIANCE) == 0);
	FEED(t, 0, 7, 7, 7);
	CHECK(&t->c, get(t, AGGREGATE_VARIANCE) == 0);
	/* the difference of samples is kept in 32 bits: 2^32 apart looks equal */
	FEED(t, 0, 0, (int64_t)1 << 32);
	CHECK(&t->c, get(t, AGGREGATE_VARIANCE) == (int64_t)((uint64_t)2 << 62));
}

static void test_empty(struct test *t)
{
	t->ag = (struct aggregate){0};
	for (int what = AGGREGATE_COUNT; what <= AGGREGATE_VARIANCE; what++)
		CHECK(&t->c, get(t, (enum aggregate_read)what) == 0);
	CHECK(&t->c, aggregate_read(&t->sh, NULL, AGGREGATE_SUM) == 0);
	FEED(t, 0, 1, 2);
	aggregate_clear(&t->sh, &t->ag);
	CHECK(&t->c, get(t, AGGREGATE_COUNT) == 0);
	aggregate_add(t->a, &t->sh, &t->ag, -8);
	CHECK(&t->c, get(t, AGGREGATE_MAX) == -8 && get(t, AGGREGATE_MIN) == -8);
}

static void test_buckets(struct test *t)
{
	struct ir_global g = {.has_hist = true, .hist_log = true};

	t->ag = (struct aggregate){0};
	aggregate_shape_of(&g, &t->sh);
	aggregate_add(t->a, &t->sh, &t->ag, 8);
	aggregate_add(t->a, &t->sh, &t->ag, 15);
	CHECK(&t->c, t->ag.buckets[68] == 2);
	aggregate_clear(&t->sh, &t->ag);
	CHECK(&t->c, t->ag.buckets[68] == 0);
}

int main(void)
{
	struct test t = {.a = arena_new(0, NULL)};

	test_basics(&t);
	test_variance(&t);
	test_empty(&t);
	test_buckets(&t);
	arena_free(t.a);
	return checks_end(&t.c);
}
