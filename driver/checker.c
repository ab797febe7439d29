/* `stapvet check`: every analysis, one list of findings, and an exit status for scripts and CI. */
#include "driver/command.h"
#include "driver/walk.h"
#include "lint/lint.h"
#include "report/report.h"

#include <string.h>

static enum exit_status status_of(const struct compilation *c)
{
	if (c->unreadable)
		return STATUS_INPUT;
	return c->diags->errors || c->diags->warnings ? STATUS_FINDINGS : STATUS_OK;
}

/* A library file has no probe of its own; only running one without is an error. */
static void excuse_library(struct compilation *c)
{
	bool declares = c->asts.n && c->asts.v[0]->decls.n;

	vec_each(i, &c->diags->list) {
		struct diag *d = c->diags->list.v[i];

		if (d->tag != DIAG_NO_PROBES || d->severity != SEV_ERROR || !declares)
			continue;
		d->severity = SEV_NOTE;
		c->diags->errors--;
	}
}

/* -w leaves errors only. */
static void drop_quiet(struct compilation *c)
{
	uint32_t kept = 0;

	vec_each(i, &c->diags->list) {
		if (c->diags->list.v[i]->severity == SEV_ERROR)
			c->diags->list.v[kept++] = c->diags->list.v[i];
	}
	c->diags->list.n = kept;
	c->diags->warnings = 0;
}

/* By tag, group or "all"; what is said last counts, and a tag more than its group. */
static bool is_wanted(const void *ctx, enum diag_tag tag, bool on)
{
	const struct options *o = ctx;
	struct lint_rule rule = {0};
	bool by_group = on, by_tag = false, told = false;

	lint_find(tag, &rule);
	vec_each(i, &o->rules) {
		const char *word = o->rules.v[i] + 1;
		bool enable = o->rules.v[i][0] == '+';

		if (strcmp(word, diag_word(tag)) == 0) {
			by_tag = enable;
			told = true;
		} else if (strcmp(word, "all") == 0 ||
			   strcmp(word, lint_group_word(rule.group)) == 0) {
			by_group = enable;
		}
	}
	return told ? by_tag : by_group;
}

/* What could not be parsed is mended first: its tree has holes. */
static void ask_rules(const struct session *s, struct compilation *c, bool sound)
{
	struct lint_input in = {.arena = c->arena,
				.diags = c->diags,
				.asts = c->asts.v,
				.nasts = c->asts.n,
				.program = sound ? c->program : NULL,
				.proven = sound ? c->proven : NULL,
				.target = s->target,
				.wanted = is_wanted,
				.ctx = s->options};

	if (!c->unparsed)
		lint_run(&in);
}

struct compilation *checker_compile(const struct session *s, const char *path)
{
	struct compilation *c = compile_script(s, path, STAGE_PROVE);
	bool sound = !c->diags->errors;

	if (c->proven)
		verdicts_lint(c->diags, c->proven, c->waived, s->options->strict);
	ask_rules(s, c, sound);
	excuse_library(c);
	compile_waive(c, is_wanted);
	diags_sort(c->diags);
	return c;
}

static enum exit_status check_one(const struct session *s, const char *path,
				  struct json_object *list)
{
	const struct options *o = s->options;

	if (o->fix && path && strcmp(path, "-") != 0)
		rewrite_fixes(s, path, STAGE_PROVE);
	struct compilation *c = checker_compile(s, path);

	if (o->quiet)
		drop_quiet(c);
	if (list) {
		struct json_object *mine = json_findings(c->diags);
		size_t n = json_object_array_length(mine);

		for (size_t i = 0; i < n; i++)
			json_object_array_add(list,
					      json_object_get(json_object_array_get_idx(mine, i)));
		json_object_put(mine);
	} else {
		render_diags(stdout, c->diags,
			     &(struct render_options){.notes = true, .all = o->verbose > 0});
	}
	if (o->stats && c->proven)
		counts_print(list ? stderr : stdout, c->proven, c->waived);
	enum exit_status status = status_of(c);

	compile_free(c);
	return status;
}

enum exit_status checker_files(const struct session *s)
{
	struct json_object *list = s->options->json ? json_object_new_array() : NULL;
	enum exit_status status = walk_scripts(s, check_one, list);

	if (list) {
		json_write(stdout, list);
		json_object_put(list);
	}
	return status;
}
