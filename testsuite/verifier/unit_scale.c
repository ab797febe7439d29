/*
 * Growth, counted and not timed: of each shape of testsuite/bench/scripts.awk
 * a script and one of twice the size go through all passes; the steps of the
 * fixpoint and the memory may not much more than double, and neither may
 * be more a line than LINE_STEPS and LINE_BYTES.  Then a budget that
 * is too small must leave nothing proved that rests on the analysis.
 */
#include "ir/lower.h"
#include "parser/parser.h"
#include "sema/sema.h"
#include "verifier/verifier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES = 600, LINE_STEPS = 4000, LINE_BYTES = 16 * 1024, PERCENT = 230 };

struct size {
	int64_t steps;
	size_t bytes;
};

static unsigned checks, failures;

static void check(bool ok, const char *shape, const char *what, long long got, long long most)
{
	checks++;
	if (ok)
		return;
	failures++;
	printf("%s: %s %lld, at most %lld\n", shape, what, got, most);
}

/* The output of a command, in the arena. */
static char *output(struct arena *a, const char *command)
{
	FILE *f = popen(command, "r");
	VEC(char) text = {0};
	int c;

	while (f && (c = getc(f)) != EOF)
		vec_push(a, &text, (char)c);
	vec_push(a, &text, '\0');
	if (!f || pclose(f) != 0)
		exit(1);
	return text.v;
}

static char *script(struct arena *a, const char *shape, int lines)
{
	return output(a, arena_printf(a,
				      "awk -v shape=%s -v lines=%d -f "
				      "testsuite/bench/scripts.awk",
				      shape, lines));
}

static const struct ir_program *compile(struct arena *a, const char *text)
{
	struct sources *sources = sources_new(a);
	struct predefined pre = {.arch = "x86_64", .runtime = "kernel"};
	struct map macros = {.arena = a};
	struct parse_input in = {.arena = a,
				 .names = intern_new(a),
				 .sources = sources,
				 .diags = diags_new(a, sources),
				 .predefined = &pre,
				 .macros = &macros};
	struct sema_options options = {.maxmapentries = 2048};
	struct sema_input si = {.arena = a, .parse = &in, .options = &options, .diags = in.diags};
	struct target_request nothing = {0};
	struct ir_limits limits = ir_default_limits();
	struct program *p = NULL;
	struct ast *ast;

	si.target = target_open(a, in.diags, &nothing);
	si.library = library_open(&in, NULL, 0);
	ast = parser_parse(
		&in, sources_add(sources, "x.stp", text, (uint32_t)strlen(text), SOURCE_SCRIPT));
	if (!in.diags->errors)
		p = sema_elaborate(&si, &ast, 1);
	for (uint32_t i = 0; i < in.diags->list.n; i++)
		if (in.diags->list.v[i]->severity == SEV_ERROR)
			printf("%s\n", in.diags->list.v[i]->message);
	return p && !in.diags->errors ? lower_program(a, p, si.target, &limits, false) : NULL;
}

static struct size measure(const char *shape, int lines)
{
	struct arena *a = arena_new(0, NULL);
	const struct ir_program *p = compile(a, script(a, shape, lines));
	const struct proven *pv = p ? prove_program(a, p, NULL) : NULL;
	struct size s = {.bytes = arena_used(a)};

	check(pv && !proven_spent(pv), shape, "is refused or too much for the budget, at lines",
	      lines, 0);
	if (pv) {
		s.steps = proven_steps(pv);
		check(!recheck_proven(pv, a), shape, "does not re-check, at lines", lines, 0);
	}
	arena_free(a);
	return s;
}

static void shape_grows(const char *shape)
{
	struct size one = measure(shape, LINES), two = measure(shape, 2 * LINES);

	check(two.steps <= one.steps * PERCENT / 100, shape, "steps when doubled", two.steps,
	      one.steps * PERCENT / 100);
	check(two.bytes <= one.bytes * PERCENT / 100, shape, "bytes when doubled",
	      (long long)two.bytes, (long long)(one.bytes * PERCENT / 100));
	check(two.steps <= 2 * LINES * LINE_STEPS, shape, "steps", two.steps,
	      2 * LINES * LINE_STEPS);
	check(two.bytes <= 2 * LINES * LINE_BYTES, shape, "bytes", (long long)two.bytes,
	      2 * LINES * LINE_BYTES);
}

/* Attachments are decided without states; all else must be open. */
static void spent_proves_nothing(const char *shape)
{
	struct arena *a = arena_new(0, NULL);
	const struct ir_program *p = compile(a, script(a, shape, LINES));
	const struct proven *pv =
		p ? prove_program(a, p, &(struct verify_options){.budget = 50}) : NULL;

	check(pv && proven_spent(pv), shape, "does with a budget of", 50, 0);
	for (uint32_t i = 0; pv && i < p->obligations.n; i++)
		if (p->obligations.v[i].attach == IR_NONE)
			check(proven_verdict(pv, i)->status == VERDICT_UNKNOWN, shape,
			      "is decided without a budget: obligation", i, 0);
	arena_free(a);
}

int main(void)
{
	struct arena *a = arena_new(0, NULL);
	char *names = output(a, "awk -v shape=list -f testsuite/bench/scripts.awk"), *save;

	for (char *s = strtok_r(names, " \n", &save); s; s = strtok_r(NULL, " \n", &save)) {
		shape_grows(s);
		spent_proves_nothing(s);
	}
	arena_free(a);
	if (failures || !checks) {
		printf("%u of %u failed\n", failures, checks);
		return 1;
	}
	printf("ok %u\n", checks);
	return 0;
}
