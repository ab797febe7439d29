/*
 * `stapvet fmt`: scripts in canonical form, in place; --check only says which are not, --diff shows
 * what would change, "-" is a filter.  A script with errors is left alone and its errors are told.
 */
#include "driver/command.h"
#include "driver/walk.h"
#include "parser/layout.h"
#include "report/report.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static bool is_filter(const char *path)
{
	return !path || strcmp(path, "-") == 0;
}

static bool starts_diff(const char *path, int from, pid_t *child)
{
	char label[4096];
	char *argv[] = {"diff", "-u", "--label",    label, "--label",
			label,  "--", (char *)path, "-",   NULL};
	posix_spawn_file_actions_t actions;

	snprintf(label, sizeof label, "%s", path);
	if (posix_spawn_file_actions_init(&actions) != 0)
		return false;
	bool ok = posix_spawn_file_actions_adddup2(&actions, from, STDIN_FILENO) == 0 &&
		  posix_spawn(child, "/usr/bin/diff", &actions, NULL, argv, environ) == 0;

	posix_spawn_file_actions_destroy(&actions);
	return ok;
}

static bool write_all(int fd, const char *text, size_t n)
{
	while (n) {
		ssize_t done = write(fd, text, n);

		if (done < 0 && errno != EINTR)
			return false;
		if (done > 0) {
			text += done;
			n -= (size_t)done;
		}
	}
	return true;
}

/* diff(1) of diffutils, part of every Debian, shows it. */
static bool show_diff(const char *path, const struct layout *new)
{
	void (*old)(int) = signal(SIGPIPE, SIG_IGN);
	int ends[2], status = -1;
	pid_t child;

	fflush(stdout);
	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	bool ok = starts_diff(path, ends[0], &child);

	close(ends[0]);
	ok = ok && write_all(ends[1], new->text, new->len);
	close(ends[1]);
	if (ok)
		ok = waitpid(child, &status, 0) == child && WIFEXITED(status) &&
		     WEXITSTATUS(status) <= 1;
	signal(SIGPIPE, old);
	if (!ok)
		fprintf(stderr, "stapvet: diff of '%s' failed\n", path);
	return ok;
}

static enum exit_status tell_layout(const struct session *s, const char *path,
				    const struct compilation *c, const struct layout *new)
{
	bool same = new->len == c->script->len &&memcmp(new->text, c->script->text, new->len) == 0;

	if (s->options->check) {
		if (!same)
			printf("%s: not in canonical form; 'stapvet fmt' rewrites it\n",
			       c->script->name);
		return same ? STATUS_OK : STATUS_FINDINGS;
	}
	if (s->options->diff && !is_filter(path)) {
		if (!same && !show_diff(path, new))
			return STATUS_INTERNAL;
		return same ? STATUS_OK : STATUS_FINDINGS;
	}
	if (is_filter(path))
		fwrite(new->text, 1, new->len, stdout);
	else if (!same && !rewrite_file(path, new->text, new->len))
		return STATUS_INPUT;
	return STATUS_OK;
}

/*
 * Is the script wrong in itself?  Macros of another file and arguments that were not given leave
 * that open, and the layout does not ask.
 */
static bool is_wrong(const struct compilation *c)
{
	vec_each(i, &c->diags->list) {
		enum diag_tag tag = c->diags->list.v[i]->tag;

		if (tag == DIAG_UNKNOWN_OPERATOR || tag == DIAG_ARGUMENT_OUT_OF_RANGE)
			return false;
	}
	return c->diags->errors > 0;
}

static enum exit_status format_compiled(const struct session *s, const char *path,
					struct compilation *c)
{
	struct layout new = {0};

	if (c->unreadable || is_wrong(c)) {
		render_diags(stderr, c->diags, &(struct render_options){.notes = true});
		return c->unreadable ? STATUS_INPUT : STATUS_FINDINGS;
	}
	switch (layout_text(&c->parse, c->script, &new)) {
	case LAYOUT_OK: return tell_layout(s, path, c, &new);
	case LAYOUT_BROKEN:
		fprintf(stderr, "%s:%u: left alone: %s\n", c->script->name,
			sources_pos(c->sources, new.where.start).line, new.why);
		return STATUS_FINDINGS;
	case LAYOUT_UNSAFE:
		fprintf(stderr,
			"%s: left alone: the result would differ in more than white space; "
			"this is a bug of stapvet\n",
			c->script->name);
		return STATUS_INTERNAL;
	}
	return STATUS_INTERNAL;
}

static enum exit_status format_one(const struct session *s, const char *path,
				   struct json_object *list)
{
	struct compilation *c = compile_script(s, path, STAGE_PARSE);
	enum exit_status status = format_compiled(s, path, c);

	(void)list;
	compile_free(c);
	return status;
}

enum exit_status formatter_files(const struct session *s)
{
	return walk_scripts(s, format_one, NULL);
}
