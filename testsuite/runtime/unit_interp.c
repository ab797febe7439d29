/* The interpreter: arithmetic, strings, arrays, calls, errors and limits (sections 1.9, 10.4). */
#include "session.h"

struct test {
	struct checks c;
	struct ran r;
};

#define RUN(t, text) run_text(&(t)->r, text, NULL)
#define EXPECT_OUT(t, want) CHECK_TEXT(&(t)->c, (t)->r.out, (t)->r.out_len, want)
#define EXPECT_ERR(t, want) CHECK_TEXT(&(t)->c, (t)->r.err, (t)->r.err_len, want)
#define HEAD "handler f0 \"begin\"\n"
/* the session must end by itself */
#define TAIL "  intrinsic exit\n  return\nend\nattach f0 begin session\n"
#define ERRORS "WARNING: Number of errors: 1, skipped probes: 0\n"

static void binary(struct test *t, const char *op, const char *a, const char *b, const char *want)
{
	char text[512];

	snprintf(text, sizeof text,
		 HEAD "  locals int %%0 %%1 %%2\nb0:\n  %%0 = const %s\n  %%1 = const %s\n"
		      "  %%2 = %s %%0 %%1\n  print \"%%d\" %%2\n" TAIL,
		 a, b, op);
	RUN(t, text);
	check_text(&t->c, __FILE__, __LINE__, t->r.out, t->r.out_len, want, strlen(want));
	CHECK(&t->c, t->r.status == 0);
}

#define LOW "-9223372036854775808"
#define HIGH "9223372036854775807"

static void test_arithmetic(struct test *t)
{
	binary(t, "add", HIGH, "1", LOW);
	binary(t, "sub", LOW, "1", HIGH);
	binary(t, "mul", HIGH, "2", "-2");
	binary(t, "div", "-7", "2", "-3");
	binary(t, "div", LOW, "-1", LOW);
	binary(t, "div", "5", "-1", "-5");
	binary(t, "mod", "-7", "2", "-1");
	binary(t, "mod", "7", "-2", "1");
	binary(t, "mod", LOW, "-1", "0");
	binary(t, "mod", "5", "1", "0");
	binary(t, "shl", "1", "64", "1");
	binary(t, "shl", "1", "63", LOW);
	binary(t, "shr", "-8", "1", "-4");
	binary(t, "shr", "-8", "65", "-4");
	binary(t, "ushr", "-1", "63", "1");
	binary(t, "and", "12", "10", "8");
	binary(t, "or", "12", "10", "14");
	binary(t, "xor", "12", "10", "6");
	binary(t, "lt", "-1", "1", "1");
	binary(t, "le", "1", "1", "1");
	binary(t, "gt", "-1", "1", "0");
	binary(t, "ge", "1", "2", "0");
	binary(t, "eq", "3", "3", "1");
	binary(t, "ne", "3", "3", "0");
}

static void test_unary(struct test *t)
{
	RUN(t,
	    HEAD "  locals int %0 %1 %2\nb0:\n  %0 = const " LOW "\n  %1 = neg %0\n  %2 = not %0\n"
		 "  print \"%d %d\" %1 %2\n" TAIL);
	EXPECT_OUT(t, LOW " " HIGH);
}

static void test_division_by_zero(struct test *t)
{
	RUN(t, HEAD "  locals int %0 %1 %2\nb0:\n  print \"before\\n\"\n  %0 = const 1\n"
		    "  %1 = const 0\n  %2 = div %0 %1\n  print \"after\\n\"\n" TAIL);
	EXPECT_OUT(t, "before\n");
	EXPECT_ERR(t, "ERROR: division by 0 near operator '%' at t.ir:9:3\n" ERRORS);
	CHECK(&t->c, t->r.status == 1);
}

static void test_catch(struct test *t)
{
	RUN(t,
	    "function f0 \"f\" () int\n  locals int %0 %1\nb0:\n  %0 = const 0\n  %1 = mod %0 %0\n"
	    "  return %1\nend\n"
	    "handler f1 \"begin\"\n  locals int %0\n  locals str %1\nb0: catch b1\n  %0 = call f0\n"
	    "  print \"not here\"\n  jump b2\nb1:\n  %1 = errmsg\n  print \"[%s]\" %1\n  jump b2\n"
	    "b2:\n  intrinsic exit\n  return\nend\nattach f1 begin session\n");
	EXPECT_OUT(t, "[division by 0]");
	EXPECT_ERR(t, "");
	CHECK(&t->c, t->r.status == 0);
}

static void test_error_function(struct test *t)
{
	RUN(t, HEAD "  locals str %0\nb0:\n  %0 = str \"my own\"\n  fail %0\nend\n"
		    "attach f0 begin session\n");
	EXPECT_ERR(t, "ERROR: my own\n" ERRORS);
	CHECK(&t->c, t->r.status == 1);
}

/* The limit is seen by no catch; abort() neither, and is no error. */
static void test_limit(struct test *t)
{
	static const char body[] =
		"handler f0 \"begin\"\n  loop l0 b0\nb0: catch b1\n  stmt 1\n  jump b0\nb1:\n"
		"  print \"caught\"\n  return\nend\nattach f0 begin session\n";

	RUN(t, body);
	EXPECT_OUT(t, "");
	CHECK(&t->c, strncmp(t->r.err, "ERROR: MAXACTION exceeded near ", 31) == 0);
	CHECK(&t->c, t->r.status == 1);
	RUN(t, HEAD "b0: catch b1\n  abort\nb1:\n  print \"caught\"\n  return\nend\n"
		    "attach f0 begin session\n");
	EXPECT_OUT(t, "");
	EXPECT_ERR(t, "");
	CHECK(&t->c, t->r.status == 0);
}

static void test_limit_is_exact(struct test *t)
{
	RUN(t, "limits maxaction 5\n" HEAD "b0:\n  stmt 5\n  print \"in\"\n  stmt 1\n"
	       "  print \"out\"\n" TAIL);
	EXPECT_OUT(t, "in");
	CHECK(&t->c, t->r.status == 1);
}

static void test_recursion(struct test *t)
{
	static const char body[] =
		"function f0 \"f\" (%0 int \"n\") int\n  locals int %1 %2\nb0:\n"
		"  branch %0 b1 b2\nb1:\n  %1 = const -1\n  %2 = add %0 %1\n  %2 = call f0 %2\n"
		"  %1 = const 1\n  %2 = add %2 %1\n  return %2\nb2:\n  return %0\nend\n"
		"handler f1 \"begin\"\n  locals int %0 %1\nb0:\n  %0 = const DEPTH\n"
		"  %1 = call f0 %0\n  print \"%d\" %1\n  intrinsic exit\n  return\nend\n"
		"attach f1 begin session\n";
	char text[1024];
	const char *at = strstr(body, "DEPTH");

	snprintf(text, sizeof text, "%.*s5%s", (int)(at - body), body, at + 5);
	RUN(t, text);
	EXPECT_OUT(t, "5");
	snprintf(text, sizeof text, "%.*s5000%s", (int)(at - body), body, at + 5);
	RUN(t, text);
	EXPECT_OUT(t, "");
	CHECK(&t->c, strncmp(t->r.err, "ERROR: MAXNESTING exceeded near ", 32) == 0);
	snprintf(text, sizeof text, "limits maxnesting 100000\n%.*s50000%s", (int)(at - body), body,
		 at + 5);
	RUN(t, text); /* no recursion of ours */
	EXPECT_OUT(t, "50000");
}

static void test_overloads(struct test *t)
{
	RUN(t,
	    "function f0 \"g\" (%0 int \"n\") int\nb0:\n  branch %0 b1 b2\nb1:\n  pass\nb2:\n"
	    "  return %0\nend\n"
	    "function f1 \"g\" (%0 int \"n\") int\n  locals int %1\nb0:\n  %1 = add %0 %0\n"
	    "  return %1\nend\n"
	    "handler f2 \"begin\"\n  locals int %0 %1\nb0:\n  %0 = const 0\n  %1 = call f0 f1 %0\n"
	    "  print \"%d \" %1\n  %0 = const 4\n  %1 = call f0 f1 %0\n  print \"%d \" %1\n"
	    "  %1 = call f0 %0\n  print \"%d \" %1\n  return\nend\nattach f2 begin session\n");
	EXPECT_OUT(t, "0 8 ");
	CHECK(&t->c, strncmp(t->r.err, "ERROR: all functions exhausted near ", 36) == 0);
}

static void test_strings(struct test *t)
{
	RUN(t, "limits maxstringlen 8\n" HEAD
	       "  locals str %0 %1 %2 %3\n  locals int %4 %5 %6\nb0:\n  %0 = str \"abcd\"\n"
	       "  %1 = concat %0 %0\n  print \"%s|\" %1\n  %0 = concat %0 %0\n  print \"%s|\" %0\n"
	       "  %1 = str \"xy\"\n  %2 = str \"z\"\n  %1 = concat %2 %1\n  print \"%s|\" %1\n"
	       "  %3 = sprint \"%s-%s\" %0 %1\n  print \"%s|\" %3\n"
	       "  %1 = sprint \"<%s>\" %1\n  print \"%s|\" %1\n"
	       "  %4 = strcmp %1 %2\n  %5 = strcmp %2 %1\n  %6 = strcmp %2 %2\n"
	       "  print \"%d %d %d\" %4 %5 %6\n" TAIL);
	EXPECT_OUT(t, "abcdabc|abcdabc|zxy|abcdabc|<zxy>|-1 1 0");
}

/* %c of 0 ends a string made by sprintf, as in C. */
static void test_nul(struct test *t)
{
	RUN(t, HEAD "  locals str %0\n  locals int %1\nb0:\n  %1 = const 0\n"
		    "  %0 = sprint \"ab%ccd\" %1\n  print \"%s\" %0\n" TAIL);
	EXPECT_OUT(t, "ab");
}

static void test_globals(struct test *t)
{
	RUN(t, "global g0 \"n\" int = 5\nglobal g1 \"s\" str = \"hi\"\n" HEAD
	       "  locals int %0\n  locals str %1\nb0:\n  %0 = gload g0\n  %1 = gload g1\n"
	       "  print \"%d %s \" %0 %1\n  %1 = concat %1 %1\n  gstore g1 %1\n"
	       "  %0 = const 9\n  gstore g0 %0\n  %0 = gload g0\n  %1 = gload g1\n"
	       "  print \"%d %s \" %0 %1\n  gclear g0\n  gclear g1\n  %0 = gload g0\n"
	       "  %1 = gload g1\n  print \"%d[%s]\" %0 %1\n" TAIL);
	EXPECT_OUT(t, "5 hi 9 hihi 0[]");
}

static void test_arrays(struct test *t)
{
	RUN(t, "global g0 \"a\" int [int str]\n" HEAD
	       "  locals int %0 %1 %2\n  locals str %3 %4\nb0:\n  %0 = const 1\n  %1 = const 2\n"
	       "  %3 = str \"x\"\n  %4 = str \"y\"\n"
	       "  %2 = mget g0 %0 %3\n  print \"%d\" %2\n  %2 = min g0 %0 %3\n  print \"%d \" %2\n"
	       "  mset g0 %0 %3 %0\n  mset g0 %0 %4 %1\n  mset g0 %1 %4 %1\n"
	       "  %2 = mget g0 %0 %4\n  print \"%d\" %2\n  %2 = min g0 * %3\n  print \"%d\" %2\n"
	       "  %2 = min g0 %1 *\n  print \"%d\" %2\n  mdel g0 * %4\n"
	       "  %2 = min g0 * %4\n  print \"%d\" %2\n  %2 = min g0 %0 %3\n  print \"%d \" %2\n"
	       "  mdel g0 %1 %3\n  mdel g0\n  %2 = min g0 * *\n  print \"%d\" %2\n" TAIL);
	EXPECT_OUT(t, "00 21101 0");
}

#define FILL3                                                                \
	"  %0 = const 1\n  mset g0 %0 %0\n  %0 = const 2\n  mset g0 %0 %0\n" \
	"  %0 = const 1\n  mset g0 %0 %0\n  %0 = const 3\n  mset g0 %0 %0\n"

static void test_overflow(struct test *t)
{
	RUN(t,
	    "global g0 \"a\" int [int] capacity 2\n" HEAD "  locals int %0 %1\nb0:\n" FILL3 TAIL);
	CHECK(&t->c,
	      strncmp(t->r.err, "ERROR: Array overflow, check size limit (2) near ", 49) == 0);
	RUN(t, "limits maxmapentries 2\nglobal g0 \"a\" int [int]\n" HEAD
	       "  locals int %0 %1\nb0:\n" FILL3 TAIL);
	CHECK(&t->c,
	      strncmp(t->r.err, "ERROR: Array overflow, check MAXMAPENTRIES near ", 48) == 0);
	/* assigning again does not make an element younger */
	RUN(t, "global g0 \"a\" int [int] capacity 2 wrap\n" HEAD "  locals int %0 %1\nb0:\n" FILL3
	       "  %0 = const 1\n  %1 = min g0 %0\n  print \"%d\" %1\n  %0 = const 2\n"
	       "  %1 = min g0 %0\n  print \"%d\" %1\n  %0 = const 3\n  %1 = min g0 %0\n"
	       "  print \"%d\" %1\n" TAIL);
	EXPECT_OUT(t, "011");
}

static void test_aggregates(struct test *t)
{
	RUN(t, "global g0 \"s\" stats\nglobal g1 \"a\" stats [int] capacity 1\n" HEAD
	       "  locals int %0 %1\nb0:\n  %0 = sget g0 count\n  %1 = sget g0 sum\n"
	       "  print \"%d%d \" %0 %1\n  %0 = const 5\n  sadd g0 %0\n  sadd g1 %0 %0\n"
	       "  %1 = sget g1 max %0\n  print \"%d \" %1\n  %1 = sget g0 avg\n"
	       "  print \"%d \" %1\n  gclear g0\n  %1 = sget g0 count\n  print \"%d\" %1\n"
	       "  %0 = const 6\n  sadd g1 %0 %0\n" TAIL);
	EXPECT_OUT(t, "00 5 5 0");
	CHECK(&t->c,
	      strncmp(t->r.err, "ERROR: Array overflow, check size limit (1) near ", 49) == 0);
	RUN(t, "global g0 \"s\" stats\n" HEAD "  locals int %0\nb0:\n  %0 = sget g0 min\n" TAIL);
	CHECK(&t->c, strncmp(t->r.err, "ERROR: empty aggregate near ", 28) == 0);
}

static void test_histograms(struct test *t)
{
	RUN(t, "global g0 \"s\" stats hist linear 0 2 1\n" HEAD
	       "  locals int %0 %1 %2 %3\n  locals str %4\n  loop l0 b1 iter i0\n"
	       "  iter i0 g0 hist keys %1 value %2\nb0:\n  %0 = const 1\n  sadd g0 %0\n"
	       "  hprint g0\n  %4 = hprint g0\n  %3 = intrinsic strlen %4\n  print \"%d\\n\" %3\n"
	       "  %0 = const 2\n  %3 = hget g0 %0\n  print \"%d\\n\" %3\n  iter i0\n  jump b1\n"
	       "b1:\n  next i0 b2 b3\nb2:\n  print \"%d:%d \" %1 %2\n  jump b1\nb3:\n"
	       "  %0 = const 5\n  %3 = hget g0 %0\n" TAIL);
	CHECK(&t->c, strstr(t->r.out, "    1 |@ ") != NULL);
	CHECK(&t->c, strstr(t->r.out, "\n\n245\n1\n0:0 1:0 2:1 3:0 4:0 ") != NULL);
	CHECK(&t->c, strncmp(t->r.err, "ERROR: histogram index out of range near ", 41) == 0);
	RUN(t, "global g0 \"s\" stats hist log\n" HEAD "b0:\n  hprint g0\n" TAIL);
	CHECK(&t->c, strncmp(t->r.err, "ERROR: empty aggregate near ", 28) == 0);
}

/* The body removes what comes next, adds, and walks the same array inside. */
static void test_foreach(struct test *t)
{
	RUN(t,
	    "global g0 \"a\" int [int]\n" HEAD
	    "  locals int %0 %1 %2 %3\n  loop l0 b1 iter i0\n  loop l1 b3 parent l0 iter i1\n"
	    "  iter i0 g0 keys %1\n  iter i1 g0 keys %2 sort key 0 descending\nb0:\n  %1 = const "
	    "0\n" FILL3 "  iter i0\n  jump b1\nb1:\n  next i0 b2 b6\nb2:\n  print \"%d(\" %1\n"
	    "  %0 = const 2\n  mdel g0 %0\n  %0 = const 7\n  mset g0 %0 %0\n  iter i1\n"
	    "  jump b3\nb3:\n  next i1 b4 b5\nb4:\n  print \"%d\" %2\n  jump b3\nb5:\n"
	    "  print \") \"\n  jump b1\nb6:\n  print \"%d\" %1\n" TAIL);
	EXPECT_OUT(t, "1(731) 3(731) 3");
}

static void test_slice_and_limit(struct test *t)
{
	RUN(t, "global g0 \"a\" int [int int]\n" HEAD
	       "  locals int %0 %1 %2 %3 %4 %5\n  loop l0 b1 iter i0\n  loop l1 b4 iter i1\n"
	       "  iter i0 g0 keys %2 %3 value %4 slice %0 * limit %5\n"
	       "  iter i1 g0 keys * %3 limit %5\nb0:\n  %0 = const 1\n  %1 = const 2\n"
	       "  mset g0 %0 %0 %0\n  mset g0 %1 %0 %0\n  mset g0 %0 %1 %1\n  %5 = const 3\n"
	       "  mset g0 %0 %5 %5\n  %5 = const 2\n  iter i0\n  jump b1\nb1:\n"
	       "  next i0 b2 b3\nb2:\n  print \"%d,%d=%d \" %2 %3 %4\n  jump b1\nb3:\n"
	       "  %5 = const 0\n  iter i1\n  jump b4\nb4:\n  next i1 b5 b6\nb5:\n  print \"no\"\n"
	       "  jump b4\nb6:\n" TAIL);
	EXPECT_OUT(t, "1,1=1 1,2=2 ");
}

/* The hook sees every block with its registers. */
static void on_block(void *ctx, const struct run_watch *w)
{
	int64_t *seen = ctx;

	if (w->func == 0 && w->block == 1)
		seen[0] = seen[0] * 10 + w->regs[0].n;
	seen[1] += w->block != IR_NONE;
}

static void test_hook(struct test *t)
{
	int64_t seen[2] = {0, 0};
	struct run_options o = {.on_block = on_block, .ctx = seen};

	run_text(&t->r,
		 HEAD "  locals int %0 %1 %2\n  loop l0 b1\nb0:\n  %0 = const 1\n  jump b1\nb1:\n"
		      "  %1 = const 1\n  %0 = add %0 %1\n  %1 = const 4\n  %2 = lt %0 %1\n"
		      "  branch %2 b1 b2\nb2:\n" TAIL,
		 &o);
	CHECK(&t->c, seen[0] == 123);
	CHECK(&t->c, seen[1] == 5);
}

int main(void)
{
	static struct test t;

	test_arithmetic(&t);
	test_unary(&t);
	test_division_by_zero(&t);
	test_catch(&t);
	test_error_function(&t);
	test_limit(&t);
	test_limit_is_exact(&t);
	test_recursion(&t);
	test_overloads(&t);
	test_strings(&t);
	test_nul(&t);
	test_globals(&t);
	test_arrays(&t);
	test_overflow(&t);
	test_aggregates(&t);
	test_histograms(&t);
	test_foreach(&t);
	test_slice_and_limit(&t);
	test_hook(&t);
	return checks_end(&t.c);
}
