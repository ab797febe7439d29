/*
 * What does not change from script to script: facts, limits, library folders.
 * Our library is found beside the program, never through the environment or a
 * folder that others may write.  --tapset=system asks for SystemTap's, which is
 * looked for as stap does: where SYSTEMTAP_TAPSET says, else where packages
 * install it, and below XDG_DATA_DIRS.
 */
#include "driver/compile.h"
#include "base/cache.h"
#include "report/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct limit_name {
	const char *name;
	size_t offset;
	int64_t scale;
};

static const struct limit_name LIMITS[] = {
	{"MAXACTION", offsetof(struct ir_limits, maxaction), 10},
	{"MAXACTION_INTERRUPTIBLE", offsetof(struct ir_limits, maxaction), 1},
	{"MAXNESTING", offsetof(struct ir_limits, maxnesting), 1},
	{"MAXMAPENTRIES", offsetof(struct ir_limits, maxmapentries), 1},
	{"MAXERRORS", offsetof(struct ir_limits, maxerrors), 1},
	{"MAXSKIPPED", offsetof(struct ir_limits, maxskipped), 1},
	{"MAXSTRINGLEN", offsetof(struct ir_limits, maxstringlen), 1},
	{"STP_MAXMEMORY", offsetof(struct ir_limits, maxmemory), 1},
};

static bool set_limit(struct ir_limits *l, const struct limit_name *name, const char *value)
{
	char *end;

	errno = 0;
	long long n = strtoll(value, &end, 0);
	long long low = name->offset == offsetof(struct ir_limits, maxerrors) ? 0 : 1;
	long long high =
		name->offset == offsetof(struct ir_limits, maxstringlen) ? 65536 : 1000000000;

	if (errno || end == value || *end || n < low || n > high)
		return false;
	*(int64_t *)((char *)l + name->offset) = n * name->scale;
	return true;
}

/* NAME or NAME=VALUE; names that are no limit of ours concern generated C and are let through. */
static bool read_define(struct ir_limits *l, const char *define)
{
	size_t n = strcspn(define, "=");

	for (size_t i = 0; i < sizeof LIMITS / sizeof *LIMITS; i++) {
		const struct limit_name *name = &LIMITS[i];

		if (strlen(name->name) == n && strncmp(define, name->name, n) == 0)
			return define[n] == '=' && set_limit(l, name, define + n + 1);
	}
	return n > 0;
}

static bool read_limits(struct session *s)
{
	s->limits = ir_default_limits();
	vec_each(i, &s->options->defines) {
		if (!read_define(&s->limits, s->options->defines.v[i])) {
			fprintf(stderr, "stapvet: bad limit in -D %s\n", s->options->defines.v[i]);
			return false;
		}
	}
	return true;
}

/* The library beside the program: in the build tree, or installed; and the place of its index. */
static const char *own_tapset(struct arena *a, const char **index)
{
	static const char *const PLACES[] = {"../share/stapvet/tapset", "../tapset",
					     "../../tapset"};
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);

	if (n <= 0 || exe[0] != '/') {
		fprintf(stderr, "stapvet: can't tell where the program lies, and so not where its "
				"library is; name its folder with --tapset DIR\n");
		return NULL;
	}
	exe[n] = '\0';
	*strrchr(exe, '/') = '\0';
	for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++) {
		char *real = realpath(arena_printf(a, "%s/%s", exe, PLACES[i]), NULL);

		if (real) {
			const char *kept = arena_strdup(a, real);

			free(real);
			*index = i == 0 ? arena_printf(a, "%s.index", kept)
					: arena_printf(a, "%s/tapset.index", exe);
			return kept;
		}
	}
	fprintf(stderr,
		"stapvet: the library of scripts is not beside the program: there is no %s/%s, "
		"no %s and no %s there\n"
		"Install stapvet as a whole, or name the library's folder with --tapset DIR.\n",
		exe, PLACES[0], PLACES[1], PLACES[2]);
	return NULL;
}

static bool add_folder(struct session *s, const char *path)
{
	if (access(path, R_OK | X_OK) == 0) {
		vec_push(s->arena, &s->folders, path);
		return true;
	}
	fprintf(stderr, "stapvet: can't read the library folder %s: %s\n", path, strerror(errno));
	return false;
}

static const char *system_tapset(void)
{
	static const char *const PLACES[] = {"/usr/share/systemtap/tapset",
					     "/usr/local/share/systemtap/tapset"};
	const char *told = getenv("SYSTEMTAP_TAPSET");

	if (told && access(told, R_OK | X_OK) == 0)
		return told;
	for (size_t i = 0; !told && i < sizeof PLACES / sizeof *PLACES; i++)
		if (access(PLACES[i], R_OK | X_OK) == 0)
			return PLACES[i];
	fprintf(stderr,
		"stapvet: --tapset=system: can't read SystemTap's library in %s: %s\n"
		"Install SystemTap's scripts (the package systemtap-common), or %s.\n",
		told ? told : PLACES[0], strerror(errno),
		told ? "mend SYSTEMTAP_TAPSET" : "set SYSTEMTAP_TAPSET to their folder");
	return NULL;
}

/* stap's further folders: those below XDG_DATA_DIRS that exist and are not the first again. */
static void add_data_folders(struct session *s, const char *first)
{
	const char *at = getenv("XDG_DATA_DIRS");
	struct stat main, st;

	if (stat(first, &main) != 0)
		return;
	for (; at && *at; at += strcspn(at, ":") + (at[strcspn(at, ":")] == ':')) {
		const char *path =
			arena_printf(s->arena, "%.*s/systemtap/tapset", (int)strcspn(at, ":"), at);

		if (*path == '/' && stat(path, &st) == 0 && S_ISDIR(st.st_mode) &&
		    (st.st_ino != main.st_ino || st.st_dev != main.st_dev))
			vec_push(s->arena, &s->folders, path);
	}
}

static bool find_folders(struct session *s)
{
	const struct options *o = s->options;
	bool theirs = o->tapset && strcmp(o->tapset, "system") == 0;
	const char *first = theirs ? system_tapset() : o->tapset ? o->tapset : own_tapset(s->arena, &s->index);

	if (!first || !add_folder(s, first))
		return false;
	if (theirs)
		add_data_folders(s, first);
	vec_each(i, &o->folders)
		if (!add_folder(s, o->folders.v[i]))
			return false;
	return true;
}

static bool open_target(struct session *s)
{
	struct target_request req = {s->options->target, s->options->release, true, s->cache};

	s->facts = diags_new(s->arena, sources_new(s->arena));
	s->target = target_open(s->arena, s->facts, &req);
	s->nothing = target_open(s->arena, s->facts, &(struct target_request){0});
	return s->target != NULL;
}

enum exit_status session_open(struct session *s, const struct options *o, struct arena *a)
{
	*s = (struct session){.arena = a, .options = o};
	s->cache = o->no_cache && o->command != COMMAND_CACHE ? NULL : cache_open(a);
	if (o->command == COMMAND_CACHE)
		return STATUS_OK;
	if (!read_limits(s) || !find_folders(s))
		return STATUS_USAGE;
	return open_target(s) ? STATUS_OK : STATUS_INPUT;
}

enum exit_status session_close(struct session *s)
{
	if (s->target)
		target_close(s->target);
	if (s->nothing)
		target_close(s->nothing);
	cache_close(s->cache);
	if (!s->facts)
		return STATUS_OK;
	render_diags(stderr, s->facts, &(struct render_options){.notes = false});
	return s->facts->errors ? STATUS_INPUT : STATUS_OK;
}
