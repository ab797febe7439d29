/*
 * The re-check must catch a spoilt proof: a claim made too narrow, a block
 * claimed unreachable, a verdict better than its evidence.  Each spoiling is
 * applied to a proof that passed.
 */
#include "ir/irtext.h"
#include "verifier/recheck.h"

#include <stdio.h>
#include <string.h>

struct tally {
	long checks, failures;
};

static void check(struct tally *t, bool ok, int line, const char *what)
{
	t->checks++;
	if (ok)
		return;
	t->failures++;
	printf("%s:%d: %s\n", __FILE__, line, what);
}
#define CHECK(t, cond) check(t, cond, __LINE__, #cond)

static const char counted[] = "global g0 \"n\" int = 3\n"
			      "function f0 \"half\" (%0 int \"v\") int\n"
			      "  temps int %1 %2\n"
			      "b0:\n"
			      "  stmt 1\n"
			      "  %1 = const 2\n"
			      "  %2 = div %0 %1\n"
			      "  return %2\n"
			      "end\n"
			      "handler f1 \"begin\"\n"
			      "  var %0 int \"i\"\n"
			      "  var %1 int \"y\"\n"
			      "  temps int %2 %3 %4 %5 %6 %7 %8\n"
			      "  loop l0 b1\n"
			      "b0:\n"
			      "  %0 = const 0\n"
			      "  %1 = intrinsic pid\n"
			      "  jump b1\n"
			      "b1:\n"
			      "  stmt 1\n"
			      "  %2 = const 10\n"
			      "  %3 = lt %0 %2\n"
			      "  branch %3 b2 b3\n"
			      "b2:\n"
			      "  stmt 1\n"
			      "  %4 = call f0 %0\n"
			      "  gstore g0 %4\n"
			      "  %5 = const 1\n"
			      "  %6 = add %0 %5\n"
			      "  %0 = mov %6\n"
			      "  jump b1\n"
			      "b3:\n"
			      "  %7 = div %0 %1\n"
			      "  print \"%d\" %7\n"
			      "  return\n"
			      "end\n"
			      "attach f1 begin session\n";

static struct proven *prove(struct arena *a)
{
	struct sources *ss = sources_new(a);
	struct diags *ds = diags_new(a, ss);
	const struct source *src =
		sources_add(ss, "counted.ir", counted, sizeof counted - 1, SOURCE_SCRIPT);
	struct ir_program *p = irread_program(a, ds, ss, src);

	if (!p) {
		vec_each(i, &ds->list)
			printf("%s\n", ds->list.v[i]->message);
		return NULL;
	}
	return prove_program(a, p, NULL);
}

/* Narrows the claim at one end by one; caught unless nothing was claimed there. */
static void spoil_claims(struct tally *t, struct arena *a, uint32_t func)
{
	const struct ir_program *p = proven_program(prove(a));

	vec_each(b, &p->funcs.v[func].blocks)
		vec_each(r, &p->funcs.v[func].regs)
			for (int end = 0; end < 2; end++) {
				struct proven *pv = prove(a);
				struct claim c;

				if (!proven_claim(pv, func, b, r, &c) || c.low == INT64_MIN)
					continue;
				if (end)
					c.high--;
				else
					c.low++;
				if (c.low > c.high || !recheck_spoil_claim(pv, a, func, b, r, c))
					continue;
				CHECK(t, recheck_proven(pv, a) != NULL);
			}
}

static void spoil_blocks(struct tally *t, struct arena *a, uint32_t func)
{
	const struct ir_program *p = proven_program(prove(a));

	vec_each(b, &p->funcs.v[func].blocks) {
		struct proven *pv = prove(a);

		recheck_spoil_block(pv, func, b);
		CHECK(t, recheck_proven(pv, a) != NULL);
	}
}

static void spoil_verdicts(struct tally *t, struct arena *a)
{
	const struct ir_program *p = proven_program(prove(a));

	vec_each(i, &p->obligations) {
		struct proven *pv = prove(a);
		struct verdict v = *proven_verdict(pv, i);

		if (v.status != VERDICT_PROVED)
			v.status = VERDICT_PROVED;
		else if (v.has_bound)
			v.bound--;
		else
			continue;
		recheck_spoil_verdict(pv, i, v);
		CHECK(t, recheck_proven(pv, a) != NULL);
	}
}

int main(void)
{
	struct arena *a = arena_new(0, NULL);
	struct tally t = {0, 0};
	struct proven *pv = prove(a);
	struct claim c;

	CHECK(&t, pv != NULL);
	if (pv) {
		CHECK(&t, recheck_proven(pv, a) == NULL);
		CHECK(&t, proven_claim(pv, 1, 1, 0, &c) && c.low == 0 && c.high == 10);
		CHECK(&t, proven_claim(pv, 1, 3, 0, &c) && c.low == 10 && c.high == 10);
		CHECK(&t, proven_claim(pv, 0, 0, 0, &c) && c.low == 0 && c.high == 9);
		spoil_claims(&t, a, 0);
		spoil_claims(&t, a, 1);
		spoil_blocks(&t, a, 0);
		spoil_blocks(&t, a, 1);
		spoil_verdicts(&t, a);
	}
	arena_free(a);
	printf("ok %ld\n", t.checks);
	return t.failures != 0;
}
