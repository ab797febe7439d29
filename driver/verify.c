/* `stapvet verify`: the obligations of each script and what became of them. */
#include "driver/command.h"
#include "driver/walk.h"
#include "lint/lint.h"
#include "report/report.h"

static enum exit_status status_of(const struct session *s, const struct compilation *c)
{
	if (c->unreadable)
		return STATUS_INPUT;
	if (!c->proven)
		return STATUS_FINDINGS;
	struct tally t = obligations_tally(c->proven, c->waived);

	if (s->options->strict)
		return t.open == VERDICT_PROVED ? STATUS_OK : STATUS_FINDINGS;
	return t.worst == VERDICT_REFUTED ? STATUS_FINDINGS : STATUS_OK;
}

/* A script without probes has nothing to prove, which is not the same as proved. */
static void require_probes(struct compilation *c)
{
	if (!c->proven && !c->diags->errors)
		diag_report(c->diags, DIAG_NO_PROBES, (struct span){{0}, {0}}, "no probes found");
}

static const char *recheck(struct compilation *c)
{
	return c->proven ? prove_confirm(c->proven, c->arena) : NULL;
}

static void report(const struct session *s, const char *name, struct compilation *c,
		   struct json_object *list)
{
	const struct options *o = s->options;

	if (list) {
		json_object_array_add(list,
				      json_verify(name, c->proven, c->waived, c->diags, o->stats));
		return;
	}
	if (c->proven)
		obligations_print(stdout, name, c->proven, c->waived, c->sources, o->verbose > 0);
	if (c->proven && o->stats)
		counts_print(stdout, c->proven, c->waived);
	if (c->proven && o->stats && o->verbose)
		printf("verification alone: %.2f ms of processor time\n", c->prove_ms);
	render_diags(stderr, c->diags,
		     &(struct render_options){.notes = true, .all = o->verbose > 0});
}

static enum exit_status verify_one(const struct session *s, const char *path,
				   struct json_object *list)
{
	struct compilation *c = compile_script(s, path, STAGE_PROVE);
	const char *broken = recheck(c);
	enum exit_status status;

	require_probes(c);
	status = status_of(s, c);
	if (c->proven && s->options->strict)
		verdicts_lint(c->diags, c->proven, c->waived, true);
	compile_waive(c, NULL, NULL);
	if (broken) {
		fprintf(stderr, "stapvet: internal error: the proof does not re-check: %s\n",
			broken);
		status = STATUS_INTERNAL;
	} else {
		report(s, path ? path : "<input>", c, list);
		if (s->options->certificate && c->proven &&
		    !certify_write(c, s->options->certificate))
			status = STATUS_INPUT;
	}
	compile_free(c);
	return status;
}

static void write_list(struct json_object *list)
{
	bool one = json_object_array_length(list) == 1;

	json_write(stdout, one ? json_object_array_get_idx(list, 0) : list);
	json_object_put(list);
}

enum exit_status verify_files(const struct session *s)
{
	struct json_object *list = s->options->json ? json_object_new_array() : NULL;
	enum exit_status status = walk_scripts(s, verify_one, list);

	if (list)
		write_list(list);
	return status;
}
