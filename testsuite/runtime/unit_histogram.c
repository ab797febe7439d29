/* Histograms, byte by byte: section 10.2 of the language reference. */
#include "runtime/histogram.h"

#include "check.h"

struct test {
	struct checks c;
	struct arena *a;
	char buf[32 * 1024];
	struct printer p;
};

static struct aggregate_shape shape(bool log, int64_t low, int64_t high, int64_t step)
{
	struct ir_global g = {.has_hist = true,
			      .hist_log = log,
			      .hist_low = low,
			      .hist_high = high,
			      .hist_step = step};
	struct aggregate_shape sh;

	aggregate_shape_of(&g, &sh);
	return sh;
}

static void draw(struct test *t, const struct aggregate_shape *sh, const struct aggregate *ag)
{
	t->p = (struct printer){.buf = t->buf, .cap = sizeof t->buf};
	histogram_draw(&t->p, sh, ag->buckets);
}

static void feed(struct test *t, const struct aggregate_shape *sh, struct aggregate *ag, int64_t v,
		 int times)
{
	while (times-- > 0)
		aggregate_add(t->a, sh, ag, v);
}

#define BARS50 "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@"
#define RULE "--------------------------------------------------"
#define BLANK50 "                                                  "

/* The example of the reference: values below and above a range that starts at 250. */
static void test_over_and_under(struct test *t)
{
	struct aggregate_shape sh = shape(false, 250, 1000, 750);
	struct aggregate ag = {0};

	feed(t, &sh, &ag, 1, 680);
	feed(t, &sh, &ag, 300, 94);
	feed(t, &sh, &ag, 1000, 23);
	feed(t, &sh, &ag, 2000, 102);
	draw(t, &sh, &ag);
	CHECK_TEXT(&t->c, t->buf, t->p.n,
		   "value |" RULE " count\n"
		   " <250 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@   680\n"
		   "  250 |@@@@@@                                              94\n"
		   " 1000 |@                                                   23\n"
		   ">1000 |@@@@@@@                                            102\n"
		   "\n");
}

static void test_log(struct test *t)
{
	struct aggregate_shape sh = shape(true, 0, 0, 0);
	struct aggregate ag = {0};

	feed(t, &sh, &ag, 1, 1);
	feed(t, &sh, &ag, 3, 2);
	feed(t, &sh, &ag, 4, 1);
	draw(t, &sh, &ag);
	CHECK_TEXT(&t->c, t->buf, t->p.n,
		   "value |" RULE " count\n"
		   "    0 |                                                   0\n"
		   "    1 |@                                                  1\n"
		   "    2 |@@                                                 2\n"
		   "    4 |@                                                  1\n"
		   "    8 |                                                   0\n"
		   "   16 |                                                   0\n"
		   "\n");
}

static void test_elision(struct test *t)
{
	struct aggregate_shape sh = shape(true, 0, 0, 0);
	struct aggregate ag = {0};

	feed(t, &sh, &ag, 1, 1);
	feed(t, &sh, &ag, 1024, 100);
	draw(t, &sh, &ag);
	CHECK_TEXT(&t->c, t->buf, t->p.n,
		   "value |" RULE " count\n"
		   "    0 |                                                     0\n"
		   "    1 |                                                     1\n"
		   "    2 |                                                     0\n"
		   "    4 |                                                     0\n"
		   "      ~\n"
		   "  256 |                                                     0\n"
		   "  512 |                                                     0\n"
		   " 1024 |" BARS50 " 100\n"
		   " 2048 |                                                     0\n"
		   " 4096 |                                                     0\n"
		   "\n");
}

static void test_negative(struct test *t)
{
	struct aggregate_shape sh = shape(true, 0, 0, 0);
	struct aggregate ag = {0};

	feed(t, &sh, &ag, -3, 1);
	draw(t, &sh, &ag);
	CHECK_TEXT(&t->c, t->buf, t->p.n,
		   "value |" RULE " count\n"
		   "   -8 |                                                   0\n"
		   "   -4 |                                                   0\n"
		   "   -2 |@                                                  1\n"
		   "   -1 |                                                   0\n"
		   "    0 |                                                   0\n"
		   "\n");
}

/* No row for under- and overflow when nothing is there. */
static void test_linear_inside(struct test *t)
{
	struct aggregate_shape sh = shape(false, 0, 3, 1);
	struct aggregate ag = {0};

	feed(t, &sh, &ag, 1, 1);
	draw(t, &sh, &ag);
	CHECK_TEXT(&t->c, t->buf, t->p.n,
		   "value |" RULE " count\n"
		   "    0 |                                                   0\n"
		   "    1 |@                                                  1\n"
		   "    2 |                                                   0\n"
		   "    3 |                                                   0\n"
		   "\n");
}

static void test_wide_labels(struct test *t)
{
	struct aggregate_shape sh = shape(true, 0, 0, 0);
	struct aggregate ag = {0};

	feed(t, &sh, &ag, INT64_MAX, 1);
	draw(t, &sh, &ag);
	CHECK_TEXT(&t->c, t->buf, t->p.n,
		   "              value |" RULE " count\n"
		   "1152921504606846976 |                                                   0\n"
		   "2305843009213693952 |                                                   0\n"
		   "4611686018427387904 |@                                                  1\n"
		   "\n");
}

static void test_log_buckets(struct test *t)
{
	static const struct {
		int64_t v, label;
	} rows[] = {{-1025, -1024},
		    {-1024, -1024},
		    {-3, -2},
		    {-2, -2},
		    {-1, -1},
		    {0, 0},
		    {1, 1},
		    {2, 2},
		    {3, 2},
		    {1023, 512},
		    {1024, 1024},
		    {INT64_MAX, (int64_t)1 << 62},
		    {INT64_MIN, INT64_MIN}};
	struct aggregate_shape sh = shape(true, 0, 0, 0);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		CHECK(&t->c,
		      histogram_label(&sh, histogram_bucket(&sh, rows[i].v)) == rows[i].label);
	CHECK(&t->c, histogram_bucket(&sh, 0) == 64);
	CHECK(&t->c, histogram_bucket(&sh, INT64_MIN) == 0);
	CHECK(&t->c, histogram_bucket(&sh, INT64_MAX) == 127);
}

static void test_linear_buckets(struct test *t)
{
	struct aggregate_shape sh = shape(false, 0, 100, 10);

	CHECK(&t->c, sh.nbuckets == 13);
	CHECK(&t->c, histogram_bucket(&sh, -1) == 0);
	CHECK(&t->c, histogram_bucket(&sh, 0) == 1);
	CHECK(&t->c, histogram_bucket(&sh, 9) == 1);
	CHECK(&t->c, histogram_bucket(&sh, 10) == 2);
	CHECK(&t->c, histogram_bucket(&sh, 100) == 11);
	CHECK(&t->c, histogram_bucket(&sh, 109) == 11);
	CHECK(&t->c, histogram_bucket(&sh, 110) == 12);
	CHECK(&t->c, histogram_bucket(&sh, INT64_MAX) == 12);
	CHECK(&t->c, histogram_label(&sh, 0) == 0);
	CHECK(&t->c, histogram_label(&sh, 1) == 0);
	CHECK(&t->c, histogram_label(&sh, 12) == 100);
	sh = shape(false, -5, 5, 5);
	CHECK(&t->c, histogram_bucket(&sh, INT64_MAX) == sh.nbuckets - 1);
	CHECK(&t->c, histogram_bucket(&sh, INT64_MIN) == 0);
}

static void test_bad_shapes(struct test *t)
{
	struct ir_global g = {.has_hist = true, .hist_low = 0, .hist_high = 100};
	struct aggregate_shape sh;

	CHECK(&t->c, !aggregate_shape_of(&g, &sh)); /* no step */
	g.hist_step = 1;
	g.hist_high = 125;
	CHECK(&t->c, aggregate_shape_of(&g, &sh) && sh.nbuckets == 128);
	g.hist_high = 126;
	CHECK(&t->c, !aggregate_shape_of(&g, &sh));
	g.hist_low = INT64_MIN;
	g.hist_high = INT64_MAX;
	CHECK(&t->c, !aggregate_shape_of(&g, &sh));
	g.hist_low = 5;
	g.hist_high = 1;
	CHECK(&t->c, !aggregate_shape_of(&g, &sh));
}

int main(void)
{
	struct test t = {.a = arena_new(0, NULL)};

	test_over_and_under(&t);
	test_log(&t);
	test_elision(&t);
	test_negative(&t);
	test_linear_inside(&t);
	test_wide_labels(&t);
	test_log_buckets(&t);
	test_linear_buckets(&t);
	test_bad_shapes(&t);
	arena_free(t.a);
	return checks_end(&t.c);
}
