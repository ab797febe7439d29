/* Certificates of one program, with two loops, a recursion and an array: read, and rechecked. */
#include "ir/irtext.h"
#include "testsuite/fuzz/fuzz.h"
#include "verifier/recheck.h"

static const char program[] = "global g0 \"n\" int = 3\n"
			      "global g1 \"m\" int [int] capacity 20\n"
			      "function f0 \"down\" (%0 int \"v\") int\n"
			      "  temps int %1 %2 %3 %4 %5\n"
			      "b0:\n"
			      "  stmt 1\n"
			      "  %1 = const 0\n"
			      "  %2 = gt %0 %1\n"
			      "  branch %2 b1 b2\n"
			      "b1:\n"
			      "  stmt 1\n"
			      "  %3 = const 1\n"
			      "  %4 = sub %0 %3\n"
			      "  %5 = call f0 %4\n"
			      "  jump b2\n"
			      "b2:\n"
			      "  return %0\n"
			      "end\n"
			      "handler f1 \"begin\"\n"
			      "  var %0 int \"i\"\n"
			      "  temps int %1 %2 %3 %4 %5\n"
			      "  loop l0 b1\n"
			      "b0:\n"
			      "  %0 = const 0\n"
			      "  jump b1\n"
			      "b1:\n"
			      "  stmt 1\n"
			      "  %1 = const 10\n"
			      "  %2 = lt %0 %1\n"
			      "  branch %2 b2 b3\n"
			      "b2:\n"
			      "  stmt 1\n"
			      "  mset g1 %0 %1\n"
			      "  gstore g0 %0\n"
			      "  %3 = const 1\n"
			      "  %4 = add %0 %3\n"
			      "  %0 = mov %4\n"
			      "  jump b1\n"
			      "b3:\n"
			      "  %5 = call f0 %0\n"
			      "  return\n"
			      "end\n"
			      "handler f2 \"end\"\n"
			      "  var %0 int \"i\"\n"
			      "  var %1 int \"j\"\n"
			      "  temps int %2 %3 %4 %5 %6\n"
			      "  loop l0 b1\n"
			      "b0:\n"
			      "  %0 = const 0\n"
			      "  %1 = const 20\n"
			      "  jump b1\n"
			      "b1:\n"
			      "  %2 = lt %0 %1\n"
			      "  branch %2 b2 b5\n"
			      "b2:\n"
			      "  stmt 1\n"
			      "  %3 = intrinsic pid\n"
			      "  %4 = const 1\n"
			      "  branch %3 b3 b4\n"
			      "b3:\n"
			      "  %5 = add %0 %4\n"
			      "  %0 = mov %5\n"
			      "  jump b1\n"
			      "b4:\n"
			      "  %6 = sub %1 %4\n"
			      "  %1 = mov %6\n"
			      "  jump b1\n"
			      "b5:\n"
			      "  return\n"
			      "end\n"
			      "attach f1 begin session\n"
			      "attach f2 end session\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct certificate_identity id = {1, 2, 3, "facts"};
	jmp_buf on_limit;
	struct arena *a = arena_new(256 << 20, &on_limit);

	if (setjmp(on_limit) == 0) {
		struct sources *ss = sources_new(a);
		const struct source *src =
			sources_add(ss, "p.ir", program, sizeof program - 1, SOURCE_SCRIPT);
		struct ir_program *p = irread_program(a, diags_new(a, ss), ss, src);
		struct recheck_tally t;
		const char *why = NULL;

		if (!p)
			fuzz_finding("the program is not well formed");
		if (recheck_text(a, p, MODEL_ATOMIC, &id, (const char *)data, size, &t, &why) !=
			    RECHECK_HOLDS &&
		    !why)
			fuzz_finding("refused without a reason");
	}
	arena_free(a);
	return 0;
}
