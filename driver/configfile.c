/*
 * The nearest .stapvet.yaml at or above a script's folder holds for it, whole: files are not
 * merged. The search ends at the root of a repository.  A file that someone else could have put
 * there is not believed, as it could turn the rules off: one of another user, or in a folder that
 * all may write to.  A file that is named by --config is.
 */
#include "driver/configfile.h"
#include "base/map.h"
#include "driver/results.h"
#include "report/report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME ".stapvet.yaml"

struct configured {
	struct session session;
	struct options options;
	bool opened; /* facts and library of its own */
	enum exit_status status;
};

struct configs {
	const struct session *base;
	struct map folders; /* as typed -> struct configured * */
	struct map files;   /* path of a configuration -> the same */
	VEC(struct configured *) made;
	struct configured *plain;
};

/* --- reading --- */

static void complain(const char *path, const struct yaml_error *e)
{
	fflush(stdout);
	render_text(stderr, path);
	fprintf(stderr, ":%u:%u: error: ", e->line, e->column);
	if (strlen(e->why) > 500)
		fprintf(stderr, "this key or word is far too long");
	else
		render_text(stderr, e->why);
	fputc('\n', stderr);
}

static struct config *read_config(struct arena *a, const char *path, int fd)
{
	char *text = arena_alloc(a, YAML_LARGEST + 2);
	struct yaml_error e;
	size_t len = 0;
	ssize_t n;

	while (len <= YAML_LARGEST && (n = read(fd, text + len, YAML_LARGEST + 1 - len)) != 0) {
		if (n < 0 && errno != EINTR)
			break;
		len += n > 0 ? (size_t)n : 0;
	}
	struct config *c = config_read(a, path, text, len, &e);

	if (!c)
		complain(path, &e);
	return c;
}

static int open_plain(const char *path, struct stat *st)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0 && (fstat(fd, st) != 0 || !S_ISREG(st->st_mode))) {
		close(fd);
		errno = EINVAL;
		return -1;
	}
	return fd;
}

/* --- a session with a configuration --- */

static const char *join(struct arena *a, const char *folder, const char *path)
{
	return *path == '/' ? path : arena_printf(a, "%s/%s", folder, path);
}

static void merge(struct configured *c, const struct config *config)
{
	struct options *o = &c->options;
	struct arena *a = c->session.arena;
	struct words folders = {0};

	if (config->privilege.text && !o->privilege)
		o->privilege = config->privilege.text;
	o->strict |= config->strict;
	o->no_waivers |= config->no_waivers;
	if (config->targets.n && !o->target && !o->release) {
		o->target = join(a, config->folder, config->targets.v[0].text);
		c->opened = true;
	}
	vec_each(i, &config->libraries)
		vec_push(a, &folders, join(a, config->folder, config->libraries.v[i].text));
	vec_each(i, &o->folders)
		vec_push(a, &folders, o->folders.v[i]);
	o->folders = folders;
	c->opened |= config->libraries.n > 0;
}

static bool agrees(const struct options *o, const struct config *config)
{
	if (!o->guru || !o->privilege || strcmp(o->privilege, "stapdev") == 0)
		return true;
	fprintf(stderr, "stapvet: %s:%u: maximum-privilege is %s: -g is more than that\n",
		config->path, config->privilege.line, o->privilege);
	return false;
}

/* A session like that of c for another kernel. */
static struct configured *make_another(struct configs *cs, struct configured *c,
				       const struct config_word *target)
{
	struct arena *a = cs->base->arena;
	struct configured *other = arena_make(a, struct configured);

	*other = (struct configured){.options = c->options, .opened = true};
	other->options.target = join(a, c->session.config->folder, target->text);
	other->status = session_open(&other->session, &other->options, a);
	other->session.config = c->session.config;
	vec_push(a, &cs->made, other);
	return other;
}

/* From the second target on: a chain of sessions. */
static void add_targets(struct configs *cs, struct configured *c)
{
	const struct config_words *targets = &c->session.config->targets;
	const struct options *given = cs->base->options;

	for (uint32_t i = targets->n; i > 1 && !given->target && !given->release; i--) {
		struct configured *other = make_another(cs, c, &targets->v[i - 1]);

		c->status = other->status > c->status ? other->status : c->status;
		other->session.another = c->session.another;
		c->session.another = &other->session;
	}
}

static struct configured *make(struct configs *cs, const struct config *config)
{
	struct configured *c = arena_make(cs->base->arena, struct configured);

	c->session = *cs->base;
	c->options = *cs->base->options;
	c->session.options = &c->options;
	vec_push(cs->base->arena, &cs->made, c);
	if (!config) {
		c->session.results = results_open(&c->session);
		return c;
	}
	merge(c, config);
	if (!agrees(&c->options, config)) {
		c->opened = false;
		c->status = STATUS_USAGE;
	} else if (c->opened) {
		c->status = session_open(&c->session, &c->options, cs->base->arena);
	}
	/* opening it began anew */
	c->session.baseline = cs->base->baseline;
	c->session.revision = cs->base->revision;
	c->session.config = config;
	if (c->status == STATUS_OK)
		add_targets(cs, c);
	if (c->status == STATUS_OK)
		c->session.results = results_open(&c->session);
	return c;
}

/* The configuration in an open file; read once. */
static struct configured *load(struct configs *cs, const char *path, int fd)
{
	struct configured *c = map_get(&cs->files, path);
	const struct config *config;

	if (c)
		return c;
	path = arena_strdup(cs->base->arena, path);
	config = read_config(cs->base->arena, path, fd);
	c = make(cs, config);
	if (!config)
		c->status = STATUS_USAGE;
	map_put(&cs->files, path, c);
	return c;
}

/* --- finding --- */

static const char *distrusted(const struct stat *file, const char *folder)
{
	struct stat st;

	if (file->st_uid != 0 && file->st_uid != geteuid())
		return "it belongs to another user";
	if (file->st_mode & S_IWOTH)
		return "all may write to it";
	if (stat(folder, &st) != 0 || (st.st_mode & S_IWOTH))
		return "it is in a folder that all may write to";
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return "its folder belongs to another user";
	return NULL;
}

static struct configured *load_in(struct configs *cs, const char *folder)
{
	const char *path =
		arena_printf(cs->base->arena, "%s/" NAME, strcmp(folder, "/") == 0 ? "" : folder);
	struct configured *c = NULL;
	struct stat st;
	int fd = open_plain(path, &st);
	const char *why = fd >= 0 ? distrusted(&st, folder) : NULL;

	if (why) {
		fputs("stapvet: note: ", stderr);
		render_text(stderr, path);
		fprintf(stderr, " is ignored: %s\n", why);
	} else if (fd >= 0) {
		c = load(cs, path, fd);
	}
	if (fd >= 0)
		close(fd);
	return c;
}

static struct configured *search(struct configs *cs, char *folder)
{
	for (;;) {
		struct configured *known = map_get(&cs->folders, folder), *c;

		if (known)
			return known;
		c = load_in(cs, folder);
		if (c)
			return c;
		if (access(arena_printf(cs->base->arena, "%s/.git", folder), F_OK) == 0 ||
		    strcmp(folder, "/") == 0)
			return cs->plain;
		char *slash = strrchr(folder, '/');

		slash[slash == folder] = '\0';
	}
}

static struct configured *of_folder(struct configs *cs, const char *folder)
{
	struct configured *c = map_get(&cs->folders, folder);
	char *real = c ? NULL : realpath(folder, NULL);

	if (c)
		return c;
	c = real ? search(cs, real) : cs->plain;
	free(real);
	map_put(&cs->folders, arena_strdup(cs->base->arena, folder), c);
	return c;
}

static struct configured *of_option(struct configs *cs)
{
	const char *path = cs->base->options->config;
	struct configured *c;
	struct stat st;
	int fd = open_plain(path, &st);

	if (fd < 0) {
		fprintf(stderr, "stapvet: can't read the configuration '%s': %s\n", path,
			strerror(errno));
		c = make(cs, NULL);
		c->status = STATUS_INPUT;
		map_put(&cs->files, path, c);
		return c;
	}
	c = load(cs, path, fd);
	close(fd);
	return c;
}

struct configs *configfile_open(const struct session *base)
{
	struct configs *cs = arena_make(base->arena, struct configs);

	cs->base = base;
	cs->folders.arena = cs->files.arena = base->arena;
	cs->plain = make(cs, NULL);
	return cs;
}

const struct session *configfile_session(struct configs *cs, const char *path,
					 enum exit_status *status)
{
	const struct options *o = cs->base->options;
	const char *slash = path ? strrchr(path, '/') : NULL;
	struct configured *c = cs->plain;

	if (o->config)
		c = map_get(&cs->files, o->config) ? map_get(&cs->files, o->config) : of_option(cs);
	else if (!o->no_config)
		c = of_folder(cs, !slash          ? "."
				  : slash == path ? "/"
						  : arena_strndup(cs->base->arena, path,
								  (size_t)(slash - path)));
	*status = c->status;
	return c->status == STATUS_OK ? &c->session : NULL;
}

enum exit_status configfile_close(struct configs *cs)
{
	enum exit_status worst = STATUS_OK;

	vec_each(i, &cs->made) {
		struct configured *c = cs->made.v[i];

		if (!c->opened)
			continue;
		enum exit_status status = session_close(&c->session);

		worst = status > worst ? status : worst;
	}
	return worst;
}

/* --- levels --- */

/* The path from the configuration's folder, or as it is. */
static const char *relative(const struct config *c, const char *path, struct arena *a)
{
	char *file = realpath(path, NULL), *folder = realpath(c->folder, NULL);
	size_t n = folder ? strlen(folder) : 0;
	const char *out = path;

	n -= n == 1;
	if (file && folder && strncmp(file, folder, n) == 0 && file[n] == '/')
		out = arena_strdup(a, file + n + 1);
	free(file);
	free(folder);
	return out;
}

/* --enable and --disable as one more level. */
static const struct config_rules *of_options(const struct options *o, struct arena *a)
{
	struct config_rules *rules = arena_make(a, struct config_rules);

	vec_each(i, &o->rules) {
		struct config_rule r = {{o->rules.v[i] + 1, 0},
					o->rules.v[i][0] == '+' ? CONFIG_ENABLE : CONFIG_DISABLE,
					SEV_NOTE};

		vec_push(a, &rules->list, r);
	}
	return rules;
}

void configfile_levels(const struct session *s, const char *path, struct arena *a,
		       struct config_levels *out)
{
	const struct config *c = s->config;

	if (c) {
		const char *name = c->overrides.n && path ? relative(c, path, a) : "";

		vec_push(a, out, &c->rules);
		vec_each(i, &c->overrides)
			if (config_matches(&c->overrides.v[i], name))
				vec_push(a, out, &c->overrides.v[i].rules);
	}
	vec_push(a, out, of_options(s->options, a));
}
