/* The table of contents: options, session, command, exit status. */
#include "driver/command.h"
#include "driver/help.h"

#include <stdio.h>
#include <stdlib.h>

/* What stap has and we do not, yet. */
static bool is_built(const struct options *o)
{
	if (o->unbuilt)
		fprintf(stderr, "stapvet: %s is not built yet\n", o->unbuilt);
	else if (o->command == COMMAND_STAP && (o->last_pass == 3 || o->last_pass == 4))
		fprintf(stderr, "stapvet: -p%d (code generation) is not built yet\n", o->last_pass);
	else
		return true;
	return false;
}

static enum exit_status run_command(const struct session *s)
{
	switch (s->options->command) {
	case COMMAND_STAP: return stap_run(s);
	case COMMAND_CHECK: return checker_files(s);
	case COMMAND_VERIFY: return verify_files(s);
	case COMMAND_REPLAY: return rerun_script(s);
	case COMMAND_REVIEW: return reviewer_files(s);
	case COMMAND_RECHECK: return certify_recheck(s);
	case COMMAND_FACTS: return facts_record(s);
	case COMMAND_FMT: return formatter_files(s);
	case COMMAND_LIST: return listing_run(s);
	case COMMAND_DUMP: return dump_run(s);
	case COMMAND_CACHE: return caches_run(s);
	case COMMAND_EXPLAIN: return explain_tags(s->options);
	case COMMAND_LIST_RULES: explain_list(); return STATUS_OK;
	case COMMAND_SHOW_CONFIG: return configshow_run(s);
	case COMMAND_HELP: fputs(help_page(s->options->about), stdout); return STATUS_OK;
	case COMMAND_VERSION: puts("stapvet " OPTIONS_VERSION); return STATUS_OK;
	}
	return STATUS_INTERNAL;
}

static bool needs_session(enum command c)
{
	return c != COMMAND_EXPLAIN && c != COMMAND_LIST_RULES && c != COMMAND_HELP && c != COMMAND_VERSION;
}

/* stap knows one failure only. */
static bool is_stap(enum command c)
{
	return c == COMMAND_STAP || c == COMMAND_LIST || c == COMMAND_DUMP;
}

static enum exit_status run(int argc, char **argv, struct arena *a)
{
	struct options o;
	struct session s = {.options = &o};
	enum exit_status status = STATUS_OK;

	if (!options_read(&o, a, argc, argv) || !is_built(&o))
		return is_stap(o.command) ? STATUS_FINDINGS : STATUS_USAGE;
	if (needs_session(o.command))
		status = session_open(&s, &o, a);
	if (status == STATUS_OK)
		status = run_command(&s);
	enum exit_status facts = session_close(&s);

	status = facts > status ? facts : status;
	return is_stap(o.command) && status != STATUS_OK ? STATUS_FINDINGS : status;
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new(0, NULL);

	setvbuf(stderr, NULL, _IOLBF, 0); /* a finding is many small writes */
	enum exit_status status = run(argc, argv, a);

	arena_free(a);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fputs("stapvet: can't write standard output\n", stderr);
		status = status ? status : STATUS_FINDINGS;
	}
	exit(status);
}
