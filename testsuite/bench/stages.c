/*
 * stages [-t TARGET] [-l FOLDER]... [-n RUNS] FILE...: processor time of each
 * stage over each script, in one process, so that neither starting it nor
 * reading facts is counted.  Of RUNS runs the least of each stage is taken.  A
 * line a script: name, lines, microseconds of parse, sema, lower, prove,
 * recheck and report, kilobytes of arena when all is done, steps of the
 * fixpoint, and "proved" if
 * something is, "budget" if the budget was spent, "errors" if it was refused.
 */
#include "ir/lower.h"
#include "parser/parser.h"
#include "lint/waived.h"
#include "report/report.h"
#include "sema/sema.h"
#include "verifier/verifier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum stage { PARSE, SEMA, LOWER, PROVE, RECHECK, REPORT, STAGES };

struct bench {
	const char *target, *folders[8];
	uint32_t nfolders;
	int runs;
	FILE *null;
};

struct result {
	double us[STAGES];
	size_t bytes;
	int64_t steps; /* of the fixpoint */
	uint32_t lines;
	const char *verdict;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static uint32_t count_lines(const struct source *s)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->len; i++)
		n += s->text[i] == '\n';
	return n;
}

static const char *verdict_of(const struct proven *pv)
{
	const struct ir_program *p = proven_program(pv);
	bool proved = false;

	vec_each(i, &p->obligations) {
		const struct verdict *v = proven_verdict(pv, i);

		if (v->status == VERDICT_UNKNOWN && strstr(v->reason, "budget"))
			return "budget";
		proved |= v->status == VERDICT_PROVED;
	}
	return proved ? "proved" : "open";
}

static void back_end(const struct bench *b, struct arena *a, const struct ir_program *p,
		     const struct parse_input *in, const char *path, struct result *r)
{
	double start = now();
	const struct proven *pv = prove_program(a, p, &(struct verify_options){0});
	const char *wrong;

	r->us[PROVE] = now() - start;
	r->steps = proven_steps(pv);
	start = now();
	wrong = recheck_proven(pv, a);
	r->us[RECHECK] = now() - start;
	start = now();
	obligations_print(b->null, path, pv, &(struct waived){0}, in->sources, false);
	r->us[REPORT] = now() - start;
	r->verdict = wrong ? "BROKEN" : verdict_of(pv);
}

static void stages(const struct bench *b, struct arena *a, const char *path, struct result *r)
{
	struct sources *sources = sources_new(a);
	struct predefined pre = {.arch = "x86_64", .runtime = "kernel", .guru = true};
	struct map macros = {.arena = a};
	static const char *const ARGS[] = {"1", "1", "1", "1", "1", "1", "1", "1"};
	struct parse_input in = {.arena = a,
				 .args = ARGS,
				 .nargs = sizeof ARGS / sizeof *ARGS,
				 .names = intern_new(a),
				 .sources = sources,
				 .diags = diags_new(a, sources),
				 .predefined = &pre,
				 .macros = &macros};
	struct sema_options options = {.guru = true, .maxmapentries = 2048};
	struct sema_input si = {.arena = a, .parse = &in, .options = &options, .diags = in.diags};
	struct target_request request = {.what = b->target};
	struct ir_limits limits = ir_default_limits();
	const struct source *src;
	struct program *p = NULL;
	const char *why;
	struct ast *ast;
	double start;

	si.target = target_open(a, in.diags, &request);
	si.library = library_open(&in, b->folders, b->nfolders);
	src = sources_read(sources, a, path, SOURCE_SCRIPT, &why);
	if (!src || !si.target)
		exit(1);
	r->lines = count_lines(src);
	start = now();
	ast = parser_parse(&in, src);
	r->us[PARSE] = now() - start;
	start = now();
	if (!in.diags->errors)
		p = sema_elaborate(&si, &ast, 1);
	r->us[SEMA] = now() - start;
	r->verdict = "errors";
	if (p && p->probes.n && !in.diags->errors) {
		start = now();
		const struct ir_program *ir = lower_program(a, p, si.target, &limits, true);

		r->us[LOWER] = now() - start;
		back_end(b, a, ir, &in, path, r);
	}
	r->bytes = arena_used(a);
	target_close(si.target);
}

static void measure(const struct bench *b, const char *path)
{
	struct result best = {0}, r;

	for (int i = 0; i < b->runs; i++) {
		struct arena *a = arena_new(0, NULL);

		r = (struct result){0};
		stages(b, a, path, &r);
		for (int s = 0; s < STAGES; s++)
			if (i && best.us[s] < r.us[s])
				r.us[s] = best.us[s];
		best = r;
		arena_free(a);
	}
	printf("%s\t%u", path, best.lines);
	for (int s = 0; s < STAGES; s++)
		printf("\t%.0f", best.us[s]);
	printf("\t%zu\t%lld\t%s\n", best.bytes / 1024, (long long)best.steps, best.verdict);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct bench b = {.runs = 3, .null = fopen("/dev/null", "w")};
	int c;

	while ((c = getopt(argc, argv, "t:l:n:")) != -1) {
		if (c == 't')
			b.target = optarg;
		else if (c == 'l' && b.nfolders < 8)
			b.folders[b.nfolders++] = optarg;
		else if (c == 'n' && atoi(optarg) > 0)
			b.runs = atoi(optarg);
		else
			return 2;
	}
	for (int i = optind; i < argc; i++)
		measure(&b, argv[i]);
	return 0;
}
