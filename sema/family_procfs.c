/*
 * Files under /proc/systemtap/MODULE/.  $value is the text that a reader gets,
 * or that a writer gave.  The path stays inside that folder; one name is kept
 * for the script's own input.
 */
#include "sema/family.h"

#include <string.h>

enum variant { READ, WRITE };
enum { MAX_PATH = 4096, MAX_NAME = 255 };

/* clang-format off */
#define FILES(base)                                                                                \
	{base ".read", READ}, {base ".read.maxsize(N)", READ}, {base ".umask(N).read", READ},      \
	{base ".umask(N).read.maxsize(N)", READ}, {base ".write", WRITE},                          \
	{base ".umask(N).write", WRITE}

static const struct shape shapes[] = {FILES("procfs"), FILES("procfs(S)")};
/* clang-format on */

/* What is wrong with the path; NULL: nothing. */
static const char *bad_path(const char *path)
{
	if (!*path || strlen(path) >= MAX_PATH)
		return "it must have a name";
	for (;;) {
		size_t n = strcspn(path, "/");

		if (n == 0)
			return "it may neither begin nor end with \"/\", nor have \"//\" in it";
		if (n > MAX_NAME)
			return "a part of it is longer than 255 bytes";
		if (*path == '.' && (n == 1 || (n == 2 && path[1] == '.')))
			return "it may not have \".\" or \"..\" in it";
		if (!path[n])
			return NULL;
		path += n + 1;
	}
}

static bool same(const struct site *site, const char *path, bool reads)
{
	return site->family == FAMILY_PROCFS && site->number == reads &&
	       strcmp(site->function, path) == 0;
}

/* Is there a probe of that kind for the file already? */
static bool taken(const struct expansion *x, const char *path, bool reads)
{
	const struct probes *probes = &probe_sema(x)->program->probes;

	if (strcmp(path, "__stdin") == 0)
		return false; /* every probe of it is handed each line */
	for (uint32_t i = 0; i < probe_nfound(x); i++)
		if (same(probe_found_at(x, i), path, reads))
			return true;
	for (uint32_t i = 0; i < probes->n; i++)
		for (uint32_t k = 0; k < probes->v[i]->sites.n; k++)
			if (same(probes->v[i]->sites.v[k], path, reads))
				return true;
	return false;
}

static void expand(struct expansion *x, const struct shape *shape, const struct probe_point *p)
{
	struct arena *a = probe_sema(x)->arena;
	const struct expr *arg = p->parts[0].arg;
	const struct pp_part *size = words_part(p, "maxsize");
	const char *path = arg ? text_unescape(a, arg->string, NULL) : "command";
	const char *wrong = bad_path(path);
	bool reads = shape->variant == READ;
	struct site *site;

	if (wrong) {
		probe_failed(x, DIAG_BAD_PROCFS, arg->span, "procfs path \"%s\": %s", path, wrong);
	} else if (size && size->arg->number <= 0) {
		probe_failed(x, DIAG_BAD_PROCFS, size->arg->span,
			     "maxsize(%lld): it must be greater than 0",
			     (long long)size->arg->number);
	} else if (taken(x, path, reads)) {
		probe_failed(x, DIAG_BAD_PROCFS, p->span,
			     "only one %s probe can exist for the procfs path \"%s\"",
			     reads ? "read" : "write", path);
	} else {
		site = probe_site(x, FAMILY_PROCFS, p);
		site->exists = ANSWER_YES;
		site->evidence = arena_printf(
			a, "the file %s that the session makes under /proc/systemtap", path);
		site->function = path;
		site->number = reads;
		probe_found(x, site);
	}
}

static bool variable(const struct scope *sc, const char *name, struct access *out)
{
	(void)sc;
	if (strcmp(name, "value") != 0)
		return false;
	out->base = ACCESS_CONTEXT;
	out->fixed = true;
	out->is_string = true;
	return true;
}

static const char *variable_at(const struct scope *sc, uint32_t i)
{
	(void)sc;
	return i == 0 ? "value" : NULL;
}

static bool text(const struct scope *sc, const char *name, const char **out)
{
	(void)sc, (void)name, (void)out;
	return false;
}

const struct family_group family_procfs = {
	shapes, sizeof shapes / sizeof *shapes, expand, variable, variable_at, text,
};
