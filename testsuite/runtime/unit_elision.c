/*
 * The proof pays: each check of the language is made when its obligation is not proved, and not
 * made when it is.  Programs in which the check would fail are run with the verdict as the prover
 * has it, then with PROVED put in its place: the check is really gone.  Taking a proof away puts
 * its check back.  With a watcher, what happens against a proof is noticed all the same.
 */
#include "session.h"

#include "verifier/prove.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#define HEAD "handler f0 \"begin\"\n"
#define TAIL "  intrinsic exit\n  return\nend\nattach f0 begin session\n"
#define TWO(op, b)                                                                       \
	HEAD "  temps int %0 %1 %2\nb0:\n  %0 = const 7\n  %1 = const " b "\n  %2 = " op \
	     " %0 %1\n  print \"%d\" %2\n" TAIL
#define INDEX(n)                                       \
	HEAD "  temps int %0 %1\nb0:\n  %0 = const " n \
	     "\n  %1 = index 10 %0\n  print \"%d\" %1\n" TAIL
#define RECURSION(n)                                                                          \
	"limits maxnesting 3\n" HEAD "  temps int %0 %1\nb0:\n  %0 = const " n                \
	"\n  %1 = call f1 %0\n  print \"%d\" %1\n  intrinsic exit\n  return\nend\n"           \
	"function f1 \"f\" (%0 int \"n\") int\n  temps int %1 %2 %3 %4\nb0:\n  branch %0 b1 " \
	"b2\nb1:\n  %1 = const -1\n  %2 = add %0 %1\n  %3 = call f1 %2\n  return %3\nb2:\n"   \
	"  %4 = const 9\n  return %4\nend\nattach f0 begin session\n"
#define STATEMENTS(n)                                \
	"limits maxaction 5\n" HEAD "b0:\n  stmt " n \
	"\n  print \"in\"\n  stmt 1\n  print \"!\"\n" TAIL
#define INSERTS(size)                                                                        \
	"global g0 \"a\" int [int] capacity " size "\n" HEAD                                 \
	"  temps int %0 %1 %2 %3 %4\nb0:\n  %0 = const 1\n  mset g0 %0 %0\n  %1 = const 2\n" \
	"  mset g0 %1 %1\n  %2 = mget g0 %0\n  %3 = mget g0 %1\n  %4 = add %2 %3\n"          \
	"  print \"%d\" %4\n" TAIL
#define SAMPLE "  %0 = const 1\n  sadd g0 %0\n"
#define AGGREGATE(first, then)                                                                    \
	"global g0 \"s\" stats hist linear 0 2 1\n" HEAD "  temps int %0 %1 %2\nb0:\n" first then \
	"  print \"%d\" %2\n" TAIL
#define BUCKET(n) "  %1 = const " n "\n  %2 = hget g0 %1\n"
#define STRINGS(length)                                                                        \
	"limits maxstringlen " length "\n" HEAD "  temps str %0 %1\nb0:\n  %0 = str \"abc\"\n" \
	"  %1 = concat %0 %0\n  print \"%s\" %1\n" TAIL

struct row {
	enum obligation_kind kind;
	const char *good; /* the check is made, and passes */
	const char *bad;  /* it fails, with this error */
	const char *error;
	const char *skipped; /* what `bad` prints when nobody checks; NULL: the machine traps */
};

static const struct row ROWS[] = {
	{OBL_DIVISION_NONZERO, TWO("div", "2"), TWO("div", "0"), "division by 0", NULL},
	{OBL_DIVISION_NONZERO, TWO("mod", "2"), TWO("mod", "0"), "division by 0", NULL},
	{OBL_INDEX_IN_RANGE, INDEX("9"), INDEX("12"), "index out of range", "12"},
	{OBL_INDEX_IN_RANGE, AGGREGATE(SAMPLE, BUCKET("1")), AGGREGATE(SAMPLE, BUCKET("100")),
	 "histogram index out of range", "0"},
	{OBL_MAP_HAS_ROOM, INSERTS("2"), INSERTS("1"), "Array overflow", "3"},
	{OBL_AGGREGATE_NONEMPTY, AGGREGATE(SAMPLE, "  %2 = sget g0 max\n"),
	 AGGREGATE("", "  %2 = sget g0 max\n"), "empty aggregate", "0"},
	{OBL_AGGREGATE_NONEMPTY, AGGREGATE(SAMPLE, BUCKET("1")), AGGREGATE("", BUCKET("1")),
	 "empty aggregate", "0"},
	{OBL_AGGREGATE_NONEMPTY, AGGREGATE(SAMPLE, "  hprint g0\n  %2 = const 4\n"),
	 AGGREGATE("", "  hprint g0\n  %2 = const 4\n"), "empty aggregate", "4"},
	{OBL_STRING_FITS, STRINGS("8"), STRINGS("5"), "", "abca"},
	{OBL_DEPTH_BOUNDED, RECURSION("1"), RECURSION("5"), "MAXNESTING exceeded", "9"},
	{OBL_COST_BOUNDED, NULL, STATEMENTS("9"), "MAXACTION exceeded", "in!"},
};

/* Where the checks of a kind are made: a new kind has to be thought of here. */
enum place { HERE, IN_THE_KERNEL, NOWHERE };

static enum place place_of(enum obligation_kind k)
{
	switch (k) {
	case OBL_DIVISION_NONZERO:
	case OBL_INDEX_IN_RANGE:
	case OBL_MAP_HAS_ROOM:
	case OBL_AGGREGATE_NONEMPTY:
	case OBL_STRING_FITS:
	case OBL_DEPTH_BOUNDED:
	case OBL_COST_BOUNDED: return HERE;
	case OBL_READ_SAFE:
	case OBL_PROBE_PERMITTED: return IN_THE_KERNEL;
	case OBL_LOOP_BOUNDED:   /* counted by the handler's cost */
	case OBL_LOCK_ORDER:     /* handlers run one by one */
	case OBL_STACK_FITS:     /* frames are on the heap... */
	case OBL_MEMORY_BOUNDED: /* ...whose ceiling holds for all */
	case OBL_WRITE_ALLOWED:
	case OBL_INITIALISED:
	case OBL_ARITHMETIC_INTENT:
	case OBL_PROBE_EXISTS:
	case OBL_VARIABLE_AVAILABLE:
	case OBL_CONTEXT_ALLOWS:
	case OBL_NOT_REENTERED:
	case OBL_OUTPUT_BOUNDED:
	case OBL_KEYS_PAIRED:
	case OBL_PRIVILEGE_SUFFICES:
	case OBL_SESSION_ENDS:
	case OBL_COUNT: break;
	}
	return NOWHERE;
}

struct tried {
	struct ran ran;
	uint64_t checks[OBL_COUNT];
	bool proved; /* all of the kind, by the prover itself */
};

enum meddling { AS_IT_IS, PROVED, TAKEN_AWAY };

static void watch(void *ctx, const struct run_watch *w)
{
	(void)ctx;
	(void)w;
}

/* Runs the text with the verdicts on one kind changed. */
static void run(struct tried *o, const char *text, enum obligation_kind k, enum meddling change,
		bool watched)
{
	struct arena *a = arena_new(0, NULL);
	struct sources *ss = sources_new(a);
	struct ir_program *p = ran_read(a, ss, text);
	struct verify_options how = {.model = MODEL_ATOMIC};
	struct proven *pv = p ? prove_program(a, p, &how) : NULL;
	struct verdict v = {.status = change == PROVED ? VERDICT_PROVED : VERDICT_GUARDED};
	struct run_options ro = {.sources = ss, .checks = o->checks};

	*o = (struct tried){.ran.status = -1, .proved = true};
	for (uint32_t i = 0; pv && i < p->obligations.n; i++) {
		if (p->obligations.v[i].kind != k)
			continue;
		o->proved &= proven_verdict(pv, i)->status == VERDICT_PROVED;
		if (change != AS_IT_IS)
			pv->verdicts[i] = v;
	}
	if (pv) {
		ro.on_block = watched ? watch : NULL;
		ro.out_fd = memfd_create("out", MFD_CLOEXEC);
		ro.err_fd = memfd_create("err", MFD_CLOEXEC);
		o->ran.status = run_program(pv, &ro);
		o->ran.out_len = ran_slurp(ro.out_fd, o->ran.out, sizeof o->ran.out);
		o->ran.err_len = ran_slurp(ro.err_fd, o->ran.err, sizeof o->ran.err);
	}
	arena_free(a);
}

/* The same in a process of its own, which must not come to an end by itself; what it says is lost.
 */
static bool dies(const char *text, enum obligation_kind k, bool watched)
{
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		struct tried *o = calloc(1, sizeof *o);

		if (!freopen("/dev/null", "w", stderr))
			_exit(2);
		run(o, text, k, PROVED, watched);
		_exit(strstr(o->ran.err, "division by 0") ? 2 : 0);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid &&
	       (WIFSIGNALED(status) || (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 2));
}

/* Checks that no obligation is about: the call from the handler, which is not recursive. */
static uint64_t unasked(enum obligation_kind k)
{
	return k == OBL_DEPTH_BOUNDED;
}

static void test_row(struct checks *c, const struct row *r, struct tried *o)
{
	if (r->good) {
		run(o, r->good, r->kind, TAKEN_AWAY, false);
		CHECK(c, o->ran.status == 0 && o->checks[r->kind] > unasked(r->kind));
		run(o, r->good, r->kind, PROVED, false);
		CHECK(c, o->ran.status == 0 && o->checks[r->kind] == unasked(r->kind));
	}
	run(o, r->bad, r->kind, AS_IT_IS, false);
	CHECK(c, !o->proved && o->checks[r->kind] > unasked(r->kind));
	CHECK(c, !*r->error || (o->ran.status == 1 && strstr(o->ran.err, r->error)));
	if (!r->skipped) {
		CHECK(c, dies(r->bad, r->kind, false));
	} else {
		run(o, r->bad, r->kind, PROVED, false);
		CHECK(c, o->ran.status == 0 && o->checks[r->kind] == unasked(r->kind) &&
				 !o->ran.err_len);
		CHECK(c, !strcmp(o->ran.out, r->skipped));
	}
	/* handlers are counted whether watched or not, and the count is no claim of its own */
	if (r->kind != OBL_COST_BOUNDED)
		CHECK(c, dies(r->bad, r->kind, true));
}

/* What the prover proves by itself is not checked; a proof of another kind takes nothing away. */
static void test_only_those(struct checks *c, struct tried *o)
{
	static const char counted[] =
		"limits maxaction 100\n" HEAD "  var %0 int \"i\"\n  temps int %1 %2 %3 %4 %5\n"
		"  loop l0 b1\nb0:\n  %0 = const 0\n  jump b1\nb1:\n  stmt 1\n  %1 = const 9\n"
		"  %2 = lt %0 %1\n  branch %2 b2 b3\nb2:\n  stmt 1\n  %3 = const 1\n"
		"  %4 = add %0 %3\n  %5 = div %1 %3\n  %0 = mov %4\n  jump b1\nb3:\n" TAIL;

	run(o, counted, OBL_DIVISION_NONZERO, AS_IT_IS, false);
	CHECK(c, o->proved && o->ran.status == 0 && o->checks[OBL_DIVISION_NONZERO] == 0);
	run(o, counted, OBL_DIVISION_NONZERO, TAKEN_AWAY, false);
	CHECK(c, o->checks[OBL_DIVISION_NONZERO] == 9 && o->ran.status == 0);
	run(o, counted, OBL_LOOP_BOUNDED, AS_IT_IS, false);
	CHECK(c, o->proved && o->checks[OBL_COST_BOUNDED] == 0);
	run(o, STATEMENTS("9"), OBL_LOOP_BOUNDED, PROVED, false);
	CHECK(c, o->checks[OBL_COST_BOUNDED] == 1 && strstr(o->ran.err, "MAXACTION exceeded"));
	run(o, TWO("div", "0"), OBL_INDEX_IN_RANGE, PROVED, false);
	CHECK(c, strstr(o->ran.err, "division by 0"));
}

int main(void)
{
	struct tried *o = calloc(1, sizeof *o);
	struct checks c = {0};
	bool covered[OBL_COUNT] = {false};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		unsigned failed = c.failed;

		test_row(&c, &ROWS[i], o);
		covered[ROWS[i].kind] = true;
		if (c.failed != failed)
			printf("  in row %zu, %s\n", i, ir_obligation_word(ROWS[i].kind));
	}
	for (int k = 0; k < OBL_COUNT; k++)
		CHECK(&c, covered[k] == (place_of((enum obligation_kind)k) == HERE));
	test_only_those(&c, o);
	free(o);
	return checks_end(&c);
}
