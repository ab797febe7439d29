/*
 * Elaboration against the recorded facts of a kernel, with a small library, and what follows from a
 * program without errors: lowering, its well-formedness, and proofs.
 */
#include "ir/ir.h"
#include "ir/lower.h"
#include "sema/sema.h"
#include "testsuite/fuzz/script.h"
#include "verifier/verifier.h"

static const char FACTS[] = "testsuite/facts/cloud-6.1.facts";

/* Opened once: it is the same for all inputs, and must not change with them. */
static const struct target *target(void)
{
	static const struct target *t;
	const struct target_request req = {.what = FACTS};

	if (!t) {
		struct arena *a = arena_new(0, NULL);

		t = target_open(a, diags_new(a, sources_new(a)), &req);
	}
	if (!t)
		fuzz_finding("no facts: run it in the project's folder");
	return t;
}

static void look(struct script *s, const uint8_t *data, size_t size)
{
	static const char *const folders[] = {"testsuite/fuzz/library"};
	struct sema_options so = {.guru = true, .maxmapentries = 2048};
	struct verify_options vo = {.model = MODEL_ATOMIC};
	struct ir_limits limits = ir_default_limits();
	struct library *library = library_open(&s->in, folders, 1);
	struct ast *ast = script_parse(s, arena_strndup(s->arena, (const char *)data, size), size);
	struct sema_input in = {s->arena, &s->in, target(), library, &so, s->in.diags};
	struct program *p;

	if (!ast || s->in.diags->errors)
		return;
	p = sema_elaborate(&in, &ast, 1);
	diags_sort(s->in.diags);
	if (!s->in.diags->errors && p->probes.n)
		prove_program(s->arena, lower_program(s->arena, p, target(), &limits, true), &vo);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct script s;

	if (memchr(data, 0, size) || size > 1 << 16)
		return 0;
	target();
	if (setjmp(s.on_limit) == 0) {
		script_start(&s);
		look(&s, data, size);
	}
	arena_free(s.arena);
	return 0;
}
