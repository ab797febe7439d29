/* `stapvet facts`: what is known about a kernel, told in one line or recorded in a file. */
#include "driver/command.h"
#include "report/report.h"

#include <stdio.h>

static struct diags *messages(const struct session *s)
{
	return diags_new(s->arena, sources_new(s->arena));
}

/* Names of modules to record: each is looked up, which loads it. */
static bool load_modules(const struct session *s)
{
	const struct words *names = &s->options->files;
	bool ok = true;

	vec_each(i, names) {
		struct target_fns fns = {0};

		if (target_module(s->target, names->v[i]) != ANSWER_YES ||
		    target_match(s->target, names->v[i], "*", s->arena, &fns) != ANSWER_YES) {
			fprintf(stderr, "stapvet: no facts about module '%s' of %s\n", names->v[i],
				target_describe(s->target));
			ok = false;
		}
	}
	return ok;
}

enum exit_status facts_record(const struct session *s)
{
	const struct options *o = s->options;
	struct diags *ds = messages(s);

	if (!target_known(s->target)) {
		fputs("stapvet: no kernel facts at hand; give --target FILE or -r RELEASE\n",
		      stderr);
		return STATUS_INPUT;
	}
	if (!load_modules(s))
		return STATUS_INPUT;
	if (!o->output) {
		printf("%s\n", target_describe(s->target));
		return STATUS_OK;
	}
	bool ok = target_record(s->target, ds, o->output);

	render_diags(stderr, ds, &(struct render_options){.notes = true});
	return ok ? STATUS_OK : STATUS_INPUT;
}
