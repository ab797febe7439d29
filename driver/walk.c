/* Folders are walked by fts(3); what cannot be read is left for the reader of files to report. */
#include "driver/walk.h"
#include "driver/configfile.h"
#include "driver/jobs.h"

#include <fts.h>
#include <string.h>
#include <sys/stat.h>

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool is_script(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && (strcmp(dot, ".stp") == 0 || strcmp(dot, ".stpm") == 0);
}

static void walk_folder(struct arena *a, const char *path, struct words *out)
{
	char *roots[] = {arena_strdup(a, path), NULL};
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	FTSENT *e;

	while (fts && (e = fts_read(fts))) {
		bool hidden = e->fts_level > 0 && e->fts_name[0] == '.';

		if (e->fts_info == FTS_D && hidden)
			fts_set(fts, e, FTS_SKIP);
		else if (e->fts_info == FTS_F && !hidden && is_script(e->fts_name))
			vec_push(a, out, arena_strdup(a, e->fts_path));
		else if (e->fts_info == FTS_DNR || e->fts_info == FTS_ERR)
			vec_push(a, out, arena_strdup(a, e->fts_path));
	}
	if (fts)
		fts_close(fts);
}

static void find_files(struct arena *a, const struct words *paths, struct words *out)
{
	vec_each(i, paths) {
		struct stat st;

		if (stat(paths->v[i], &st) == 0 && S_ISDIR(st.st_mode))
			walk_folder(a, paths->v[i], out);
		else
			vec_push(a, out, paths->v[i]);
	}
}

static bool is_configured(const struct session *s)
{
	enum command c = s->options->command;

	return c == COMMAND_CHECK || c == COMMAND_VERIFY || c == COMMAND_REVIEW;
}

/* Every configuration is read before the first script is: a bad one stops the run. */
static enum exit_status find_scripts(const struct session *s, struct configs *cs,
				     struct scripts *out)
{
	enum exit_status status = STATUS_OK, worst = STATUS_OK;
	struct words files = {0};

	if (s->options->script)
		vec_push(s->arena, &files, NULL);
	find_files(s->arena, &s->options->files, &files);
	vec_each(i, &files) {
		struct script one = {files.v[i], s};

		if (is_configured(s))
			one.session = configfile_session(cs, one.path, &status);
		vec_push(s->arena, out, one);
		worst = status > worst ? status : worst;
	}
	return worst;
}

static enum exit_status run(const struct session *s, const struct scripts *scripts, walk_fn fn,
			    struct json_object *list)
{
	enum exit_status status = STATUS_OK;
	uint32_t jobs = jobs_wanted(s, scripts->n);

	if (jobs > 1)
		return jobs_run(s->arena, scripts, fn, list, jobs);
	vec_each(i, scripts) {
		enum exit_status now = fn(scripts->v[i].session, scripts->v[i].path, list);

		status = now > status ? now : status;
	}
	return status;
}

enum exit_status walk_scripts(const struct session *s, walk_fn fn, struct json_object *list)
{
	struct configs *cs = configfile_open(s);
	struct scripts scripts = {0};
	enum exit_status status = find_scripts(s, cs, &scripts);

	if (status == STATUS_OK)
		status = run(s, &scripts, fn, list);
	enum exit_status closed = configfile_close(cs);

	return closed > status ? closed : status;
}
