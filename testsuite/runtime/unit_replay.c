/*
 * The search for failing runs, on programs whose answer is known: each operation is undone to
 * reach a zero; what the model forbids is never found (a process id that changes within an event,
 * a clock that runs backwards, a number outside its type); a refutation that is wrong is told
 * from one that is right; recordings are read back as they were written.
 */
#include "session.h"

#include "runtime/recording.h"
#include "verifier/prove.h"

#include <stdlib.h>

#define HEAD                                                                        \
	"handler f0 \"timer.s(1)\"\n  temps int %0 %1 %2 %3 %4 %5 %6\n  temps str " \
	"%7 %8\nb0:\n"
/* %2 is assigned more than once: a variable */
#define UNDONE                                                                           \
	"handler f0 \"timer.s(1)\"\n  var %2 int \"x\"\n  temps int %0 %1 %3 %4 %5 %6\n" \
	"  temps str %7 %8\nb0:\n  %1 = intrinsic pid\n"
#define TAIL "  print \"%d\" %6\n  return\nend\nattach f0 timer timer number 1000000000\n"
#define DIVIDE "  %5 = const 9\n  %6 = div %5 %4\n"

struct looked {
	struct replay_result r;
	struct arena *a;
	struct ir_program *p;
};

static uint32_t last_division(const struct ir_program *p)
{
	uint32_t last = 0;

	vec_each(i, &p->obligations)
		if (p->obligations.v[i].kind == OBL_DIVISION_NONZERO)
			last = i;
	return last;
}

/* Looks for a division by zero; refute: as if the verifier had said that it fails always. */
static struct looked look(const char *text, bool refute, const struct replay_recording *given)
{
	struct arena *a = arena_new(0, NULL);
	struct sources *ss = sources_new(a);
	struct ir_program *p = ran_read(a, ss, text);
	struct looked l = {.a = a, .p = p, .r.answer = REPLAY_NO_RUN};
	struct verify_options how = {.model = MODEL_ATOMIC};
	struct replay_options ro = {.sources = ss, .given = given};

	if (!p)
		return l;
	struct proven *pv = prove_program(a, p, &how);
	uint32_t o = last_division(p);
	const struct verdict v = {.status = refute ? VERDICT_REFUTED : VERDICT_GUARDED};

	pv->verdicts[o] = v;
	l.r = replay_search(a, pv, o, &ro);
	return l;
}

static enum replay_answer answer(const char *text, bool refute)
{
	struct looked l = look(text, refute, NULL);
	enum replay_answer got = l.r.answer;

	arena_free(l.a);
	return got;
}

static void test_undoing(struct checks *c)
{
	static const char *const makes_zero[] = {
		"  %2 = const 777\n  %4 = sub %1 %2\n",
		"  %2 = const 777\n  %4 = sub %2 %1\n",
		"  %2 = const -31337\n  %4 = add %1 %2\n",
		"  %2 = const 16\n  %3 = mul %1 %2\n  %2 = const 1600\n  %4 = sub %3 %2\n",
		"  %2 = const 1000\n  %3 = div %1 %2\n  %2 = const 31\n  %4 = sub %3 %2\n",
		"  %2 = const 100\n  %3 = mod %1 %2\n  %2 = const 31\n  %4 = sub %3 %2\n",
		"  %2 = const 96\n  %3 = and %1 %2\n  %2 = const 96\n  %4 = xor %3 %2\n",
		"  %2 = const 8\n  %3 = shl %1 %2\n  %2 = const 1024\n  %4 = sub %3 %2\n",
		"  %2 = const 8\n  %3 = shr %1 %2\n  %2 = const 1024\n  %4 = sub %3 %2\n",
		"  %2 = neg %1\n  %3 = const 4321\n  %4 = add %2 %3\n",
		"  %2 = not %1\n  %3 = const 4322\n  %4 = add %2 %3\n",
		"  %2 = const 4321\n  %4 = ne %1 %2\n",
		"  %2 = const 2147483000\n  %4 = lt %1 %2\n",
		"  %7 = intrinsic execname\n  %8 = str \"cat\"\n  %4 = strcmp %7 %8\n",
		"  %7 = intrinsic execname\n  %2 = intrinsic strlen %7\n  %3 = const 9\n"
		"  %4 = sub %2 %3\n",
		"  %7 = intrinsic execname\n  %2 = const 10\n  %3 = intrinsic strtol %7 %2\n"
		"  %2 = const 88\n  %4 = sub %3 %2\n",
	};
	char text[2048];

	for (size_t i = 0; i < sizeof makes_zero / sizeof *makes_zero; i++) {
		snprintf(text, sizeof text, "%s%s%s", UNDONE, makes_zero[i], DIVIDE TAIL);
		enum replay_answer got = answer(text, false);

		if (got != REPLAY_SHOWN)
			printf("not undone: %s", makes_zero[i]);
		CHECK(c, got == REPLAY_SHOWN);
	}
}

static void test_limits_of_the_world(struct checks *c)
{
	/* the same question in one event */
	CHECK(c, answer(HEAD
			"  %0 = intrinsic pid\n  %1 = intrinsic pid\n  %4 = eq %0 %1\n" DIVIDE TAIL,
			false) == REPLAY_NOT_FOUND);
	/* another event may have another answer */
	CHECK(c, answer("global g0 \"n\" int = -1\n" HEAD
			"  %0 = intrinsic pid\n  %1 = gload g0\n  %2 = const 1\n  %3 = add %1 %2\n"
			"  %4 = ne %0 %3\n  gstore g0 %0\n" DIVIDE TAIL,
			false) == REPLAY_SHOWN);
	/* clocks */
	CHECK(c, answer(HEAD "  %0 = intrinsic ktime_get_ns\n  %1 = intrinsic ktime_get_ns\n"
			     "  %4 = ge %1 %0\n" DIVIDE TAIL,
			false) == REPLAY_NOT_FOUND);
	/* types */
	CHECK(c, answer(HEAD "  %0 = intrinsic uid\n  %1 = const -1\n  %4 = ne %0 %1\n" DIVIDE TAIL,
			false) == REPLAY_NOT_FOUND);
	CHECK(c,
	      answer(HEAD
		     "  %0 = intrinsic uid\n  %1 = const 4294967295\n  %4 = ne %0 %1\n" DIVIDE TAIL,
		     false) == REPLAY_SHOWN);
	CHECK(c, answer(HEAD "  %7 = intrinsic execname\n  %0 = intrinsic strlen %7\n"
			     "  %1 = const 16\n  %4 = lt %0 %1\n" DIVIDE TAIL,
			false) == REPLAY_NOT_FOUND);
	CHECK(c,
	      answer(HEAD
		     "  %0 = const 7\n  %1 = intrinsic randint %0\n  %4 = lt %1 %0\n" DIVIDE TAIL,
		     false) == REPLAY_NOT_FOUND);
}

static void test_wrong_refutations(struct checks *c)
{
	CHECK(c, answer(HEAD "  %4 = intrinsic pid\n" DIVIDE TAIL, true) == REPLAY_CONTRADICTED);
	CHECK(c, answer(HEAD "  %4 = const 1\n" DIVIDE TAIL, true) == REPLAY_CONTRADICTED);
	CHECK(c, answer(HEAD "  %4 = const 0\n" DIVIDE TAIL, true) == REPLAY_SHOWN);
}

static void test_recordings(struct checks *c)
{
	struct looked l = look(HEAD "  %0 = intrinsic pid\n  %1 = const 4711\n"
				    "  %4 = sub %0 %1\n" DIVIDE TAIL,
			       false, NULL);
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	const char *why = NULL;

	CHECK(c, l.r.answer == REPLAY_SHOWN);
	recording_write(f, l.p, &l.r.recording);
	fclose(f);
	CHECK(c, strstr(text, "4711 pid()\n") != NULL);
	const struct replay_recording *again = recording_read(l.a, l.p, text, len, &why);

	CHECK(c, again && again->nevents == l.r.recording.nevents);
	CHECK(c, again && again->inputs.n == l.r.recording.inputs.n);
	struct looked m = look(HEAD "  %0 = intrinsic pid\n  %1 = const 4711\n"
				    "  %4 = sub %0 %1\n" DIVIDE TAIL,
			       false, again);

	CHECK(c, m.r.answer == REPLAY_SHOWN && m.r.tries == 1 && m.r.ntrace == l.r.ntrace);
	for (size_t cut = 0; cut < len; cut++) /* any part of a recording is answered */
		recording_read(l.a, l.p, text, cut, &why);
	CHECK(c, !recording_read(l.a, l.p, "", 0, &why) && why);
	arena_free(m.a);
	arena_free(l.a);
	free(text);
}

int main(void)
{
	struct checks c = {0};

	test_undoing(&c);
	test_limits_of_the_world(&c);
	test_wrong_refutations(&c);
	test_recordings(&c);
	return checks_end(&c);
}
