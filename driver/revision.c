/*
 * Git is asked for the old text of a file only ("cat-file"), which runs no hook, no filter and no
 * program that a repository's settings name; diff(1) says which lines are new.
 */
#include "driver/revision.h"
#include "driver/child.h"
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

struct stretch {
	uint32_t first, last; /* lines */
};

struct changes {
	VEC(struct stretch) list;
	bool all;
};

static const char *folder_of(struct arena *a, const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return !slash ? "." : arena_printf(a, "%.*s/", (int)(slash - path), path);
}

const char *revision_find(struct arena *a, const char *revision, const char *path)
{
	const char *argv[] = {
		"git",      "-C",      folder_of(a, path), "rev-parse",
		"--verify", "--quiet", "--end-of-options", arena_printf(a, "%s^{commit}", revision),
		NULL};
	struct child git = {.program = "/usr/bin/git", .argv = argv, .keep = a};

	if (child_run(&git) && git.status == 0 && git.out_len >= 40)
		return arena_strndup(a, git.out, strcspn(git.out, "\n"));
	fputs("stapvet: --new-from-rev: git knows no commit '", stderr);
	render_text(stderr, revision);
	fputs("' here\n", stderr);
	return NULL;
}

/* "@@ -a,b +c,d @@": d lines from c on are new; without ",d" one is. */
static void take_hunk(struct arena *a, struct changes *ch, const char *line)
{
	const char *plus = strchr(line, '+');
	char *end;

	if (!plus)
		return;
	unsigned long first = strtoul(plus + 1, &end, 10);
	unsigned long n = *end == ',' ? strtoul(end + 1, NULL, 10) : 1;
	struct stretch s = {(uint32_t)first, (uint32_t)(first + n - 1)};

	if (n)
		vec_push(a, &ch->list, s);
}

static void compare(struct compilation *c, const char *old, size_t len, struct changes *ch)
{
	const char *now = arena_printf(c->arena, "%s", c->script->name);
	const char *argv[] = {"diff", "-a", "-U0", "--", "-", now, NULL};
	struct child diff = {.program = "/usr/bin/diff",
			     .argv = argv,
			     .in = old,
			     .in_len = len,
			     .keep = c->arena};

	if (!child_run(&diff) || diff.status > 1) {
		ch->all = true;
		return;
	}
	for (const char *at = diff.out; at && *at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (strncmp(at, "@@ ", 3) == 0)
			take_hunk(c->arena, ch, at);
	}
}

static struct changes changes_of(const char *commit, struct compilation *c, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *argv[] = {"git",
			      "-c",
			      "protocol.allow=never",
			      "-C",
			      folder_of(c->arena, path),
			      "cat-file",
			      "blob",
			      arena_printf(c->arena, "%s:./%s", commit, slash ? slash + 1 : path),
			      NULL};
	struct child git = {.program = "/usr/bin/git", .argv = argv, .keep = c->arena};
	struct changes ch = {0};

	if (child_run(&git) && git.status == 0)
		compare(c, git.out, git.out_len, &ch);
	else
		ch.all = true;
	return ch;
}

static bool is_new(const struct changes *ch, const struct compilation *c, const struct diag *d)
{
	struct pos p = sources_pos(c->sources, d->span.start);

	if (ch->all || p.source != c->script)
		return true;
	vec_each(i, &ch->list)
		if (p.line >= ch->list.v[i].first && p.line <= ch->list.v[i].last)
			return true;
	return false;
}

void revision_drop(const char *commit, struct compilation *c, const char *path)
{
	struct diags *ds = c->diags;
	uint32_t kept = 0;

	if (!ds->list.n || !c->script)
		return;
	struct changes ch = changes_of(commit, c, path);

	vec_each(i, &ds->list) {
		struct diag *d = ds->list.v[i];

		if (is_new(&ch, c, d)) {
			ds->list.v[kept++] = d;
			continue;
		}
		ds->errors -= d->severity == SEV_ERROR;
		ds->warnings -= d->severity == SEV_WARNING;
	}
	ds->list.n = kept;
}
