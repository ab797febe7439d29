/* Folders are walked by fts(3); what cannot be read is left for the reader of files to report. */
#include "driver/walk.h"
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

enum exit_status walk_scripts(const struct session *s, walk_fn fn, struct json_object *list)
{
	enum exit_status status = s->options->script ? fn(s, NULL, list) : STATUS_OK;
	struct words files = {0};

	find_files(s->arena, &s->options->files, &files);
	uint32_t jobs = jobs_wanted(s, files.n);

	if (jobs > 1) {
		enum exit_status worst = jobs_run(s, &files, fn, list, jobs);

		return worst > status ? worst : status;
	}
	vec_each(i, &files) {
		enum exit_status now = fn(s, files.v[i], list);

		status = now > status ? now : status;
	}
	return status;
}
