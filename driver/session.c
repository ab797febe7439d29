/*
 * What does not change from script to script: facts, limits, library folders.
 * The library is found beside the program, never through the environment or a
 * folder that others may write.
 */
#include "driver/compile.h"
#include "report/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
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

/* The library beside the program: in the build tree, or installed. */
static const char *own_tapset(struct arena *a)
{
	static const char *const PLACES[] = {"../share/stapvet/tapset", "../tapset",
					     "../../tapset"};
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);

	if (n <= 0)
		return NULL;
	exe[n] = '\0';
	*strrchr(exe, '/') = '\0';
	for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++) {
		char *real = realpath(arena_printf(a, "%s/%s", exe, PLACES[i]), NULL);

		if (real) {
			const char *kept = arena_strdup(a, real);

			free(real);
			return kept;
		}
	}
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

static bool find_folders(struct session *s)
{
	const struct options *o = s->options;
	const char *own = o->tapset ? o->tapset : own_tapset(s->arena);

	if (!own || !add_folder(s, own))
		return false;
	vec_each(i, &o->folders)
		if (!add_folder(s, o->folders.v[i]))
			return false;
	return true;
}

static bool open_target(struct session *s)
{
	struct target_request req = {s->options->target, s->options->release, true};

	s->facts = diags_new(s->arena, sources_new(s->arena));
	s->target = target_open(s->arena, s->facts, &req);
	return s->target != NULL;
}

enum exit_status session_open(struct session *s, const struct options *o, struct arena *a)
{
	*s = (struct session){.arena = a, .options = o};
	if (!read_limits(s) || !find_folders(s))
		return STATUS_USAGE;
	return open_target(s) ? STATUS_OK : STATUS_INPUT;
}

enum exit_status session_close(struct session *s)
{
	if (s->target)
		target_close(s->target);
	if (!s->facts)
		return STATUS_OK;
	render_diags(stderr, s->facts, &(struct render_options){.notes = false});
	return s->facts->errors ? STATUS_INPUT : STATUS_OK;
}
