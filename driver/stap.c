/*
 * `stapvet FILE`: stap's passes with stap's exit status (0, or 1 for any failure).  Findings go to
 * standard error; standard output belongs to the pass asked for, or to the script.
 */
#include "driver/command.h"
#include "ir/irtext.h"
#include "lint/lint.h"
#include "report/report.h"
#include "runtime/runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wordexp.h>

static const char *script_path(const struct options *o)
{
	return o->script ? NULL : o->files.v[0];
}

static enum exit_status failed(int pass, const char *what)
{
	fprintf(stderr, "Pass %d: %s failed.  [man error::pass%d]\n", pass, what, pass);
	return STATUS_FINDINGS;
}

static void write_out(const struct text_out *t)
{
	if (t->text.n)
		fwrite(t->text.v, 1, t->text.n, stdout);
}

static void print_tree(struct compilation *c)
{
	struct text_out t = {.arena = c->arena};

	vec_each(i, &c->asts)
		print_ast(&t, c->asts.v[i]);
	write_out(&t);
}

static void print_program(struct compilation *c)
{
	struct text_out t = {.arena = c->arena};

	sema_print(&t, c->program);
	write_out(&t);
}

static int open_output(const char *path)
{
	if (!path)
		return STDOUT_FILENO;
	return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
}

/* -c: words and quotes as a shell would split them; no command or variable substitution. */
static bool split_command(const char *line, wordexp_t *words)
{
	return wordexp(line, words, WRDE_NOCMD | WRDE_UNDEF) == 0 && words->we_wordc > 0;
}

static int run_with_output(const struct session *s, struct compilation *c, int fd)
{
	const struct options *o = s->options;
	wordexp_t words = {0};

	if (o->command_line && !split_command(o->command_line, &words)) {
		fprintf(stderr, "stapvet: can't split the command of -c: %s\n", o->command_line);
		return 1;
	}
	struct run_options ro = {
		.out_fd = fd,
		.err_fd = STDERR_FILENO,
		.target_pid = o->target_pid,
		.command = o->command_line ? (const char *const *)words.we_wordv : NULL,
		.suppress_errors = o->suppress_errors,
		.sources = c->sources,
	};
	int rc = run_program(c->proven, &ro);

	if (o->command_line)
		wordfree(&words);
	return rc;
}

static enum exit_status run_script(const struct session *s, struct compilation *c)
{
	const struct options *o = s->options;
	const char *refusal = run_refusal(c->proven, c->arena);

	if (o->runtime && strcmp(o->runtime, "user") != 0)
		refusal = arena_printf(c->arena, "the %s run-time is not built yet", o->runtime);
	if (o->dry_run) {
		plan_print(stdout, c->proven, c->waived, c->sources, refusal);
		return STATUS_OK;
	}
	if (refusal) {
		fprintf(stderr,
			"stapvet: can't run this script: %s\n"
			"Only scripts of begin, end, error and timer probes run so far; "
			"-p2, check, verify and --dry-run answer without running.\n",
			refusal);
		return failed(5, "run");
	}
	int fd = open_output(o->output);

	if (fd < 0) {
		fprintf(stderr, "stapvet: can't write '%s': %s\n", o->output, strerror(errno));
		return STATUS_FINDINGS;
	}
	return run_with_output(s, c, fd) == 0 ? STATUS_OK : failed(5, "run");
}

/* -v: what each pass found. */
static void tell(const struct compilation *c, enum stage stage)
{
	const struct program *p = c->program;

	fprintf(stderr, "Pass 1: parsed %u script%s\n", c->asts.n, c->asts.n == 1 ? "" : "s");
	if (stage == STAGE_PARSE || !p)
		return;
	fprintf(stderr, "Pass 2: analyzed %u probe%s, %u function%s, %u global%s\n", p->probes.n,
		p->probes.n == 1 ? "" : "s", p->functions.n, p->functions.n == 1 ? "" : "s",
		p->globals.n, p->globals.n == 1 ? "" : "s");
	if (c->proven) {
		struct tally t = obligations_tally(c->proven, c->waived);

		fprintf(stderr, "Verified: %u obligation%s, %u proved\n", t.total,
			t.total == 1 ? "" : "s", t.counts[VERDICT_PROVED]);
	}
}

/* Errors, or warnings under -W; a script without probes is an error from pass 2 on. */
static bool rejected(const struct options *o, struct compilation *c, enum stage reached)
{
	bool empty = !c->ir && (!c->program || !c->program->probes.n);

	if (!c->diags->errors && reached != STAGE_PARSE && empty)
		diag_report(c->diags, DIAG_NO_PROBES, (struct span){{0}, {0}}, "no probes found");
	return c->diags->errors || (o->werror && !o->quiet && c->diags->warnings);
}

/* Verdicts of a run: refutations (and under --strict all that is not proved) are shown first. */
static bool refuse_unproved(const struct options *o, struct compilation *c)
{
	struct diags *ds = diags_new(c->arena, c->sources);

	verdicts_lint(ds, c->proven, c->waived, o->strict);
	diags_sort(ds);
	vec_each(i, &ds->list) {
		struct diag *d = ds->list.v[i];

		if (d->severity == SEV_NOTE || (o->quiet && !o->strict))
			continue;
		if (!o->strict)
			d->severity = SEV_WARNING; /* the guard stays: the run says what happens */
		render_diag(stderr, ds, d);
	}
	return o->strict && ds->errors;
}

static enum exit_status finish(const struct session *s, struct compilation *c, enum stage stage)
{
	const struct options *o = s->options;
	compile_waive(c, NULL, NULL);
	bool bad = rejected(o, c, stage);

	if (o->stats && c->proven)
		counts_print(stderr, c->proven, c->waived);
	if (o->verbose)
		tell(c, stage);
	render_diags(
		stderr, c->diags,
		&(struct render_options){.notes = true, .quiet = o->quiet, .all = o->verbose > 0});
	if (bad)
		return c->program || c->ir ? failed(2, "analysis") : failed(1, "parse");
	if (stage == STAGE_PARSE) {
		print_tree(c);
		return STATUS_OK;
	}
	if (stage == STAGE_ELABORATE) {
		print_program(c);
		return STATUS_OK;
	}
	if (refuse_unproved(o, c))
		return failed(2, "analysis");
	if (o->dump_ir) {
		irprint_program(stdout, c->ir, c->sources);
		return STATUS_OK;
	}
	return run_script(s, c);
}

static enum stage stage_of(const struct options *o)
{
	if (o->last_pass == 1)
		return STAGE_PARSE;
	if (o->last_pass == 2 && !o->strict && !o->dry_run && !o->dump_ir)
		return STAGE_ELABORATE;
	return STAGE_PROVE;
}

enum exit_status stap_run(const struct session *s)
{
	const struct options *o = s->options;
	const char *path = script_path(o);
	enum stage stage = stage_of(o);

	if (o->fix && path && strcmp(path, "-") != 0)
		rewrite_fixes(s, path, stage);
	struct compilation *c = compile_script(s, path, stage);
	enum exit_status status = finish(s, c, stage);

	compile_free(c);
	return status;
}
