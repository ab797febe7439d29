/*
 * --fix: the fixes of a script, in memory, round by round until there is none left, and then
 * written back at once.  A text that the last round left is one that has nothing to fix: a second
 * run changes nothing.  What ends otherwise, or in a text that does not parse, is not written.
 */
#include "driver/child.h"
#include "driver/command.h"
#include "report/report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROUNDS = 10 };

/* A new file beside `real`, with its mode and owner as far as that is ours to give. */
static bool replace(struct arena *a, const char *real, const char *text, size_t len)
{
	char *temp = arena_printf(a, "%s.XXXXXX", real);
	struct stat st;
	int fd = mkostemp(temp, O_CLOEXEC);

	if (fd < 0)
		return false;
	bool ok = child_write(fd, text, len) && fsync(fd) == 0 && stat(real, &st) == 0 &&
		  fchmod(fd, st.st_mode & 07777) == 0;

	if (ok && fchown(fd, st.st_uid, st.st_gid) != 0)
		errno = 0; /* not ours to give away: the writer owns the new file */
	ok = close(fd) == 0 && ok && rename(temp, real) == 0;
	if (!ok) {
		int why = errno;

		unlink(temp);
		errno = why;
	}
	return ok;
}

bool rewrite_file(const char *path, const char *text, size_t len)
{
	char *real = realpath(path, NULL);
	struct arena *a = arena_new(0, NULL);
	bool ok = real && replace(a, real, text, len);

	if (!ok)
		fprintf(stderr, "stapvet: can't write '%s': %s\n", path, strerror(errno));
	arena_free(a);
	free(real);
	return ok;
}

/* What one round of fixes makes of the script. */
struct round {
	char *text;
	uint32_t len, applied, errors;
	bool unparsed;
};

/* The text in r comes from a; asks about what s says: the file or its overlay. */
static struct round fix_once(const struct session *s, const char *path, enum stage last,
			     struct arena *a)
{
	struct compilation *c =
		last == STAGE_PROVE ? checker_compile(s, path) : compile_script(s, path, last);
	struct round r = {.unparsed = c->unparsed, .errors = c->diags->errors};

	if (last != STAGE_PROVE)
		compile_waive(c, NULL, NULL); /* what is waived stays as it is */
	if (c->script)
		r.text = fix_apply(a, c->diags, c->script, &r.len, &r.applied,
				   s->options->unsafe_fixes);
	compile_free(c);
	return r;
}

/* Is a text no worse for the fixes of the round before?  What could be read must stay so. */
static bool is_sound(const struct round *before, const struct round *after)
{
	return !after->unparsed || (before->unparsed && after->errors <= before->errors);
}

static void refuse(const char *path, const char *why)
{
	fputs("stapvet: '", stderr);
	render_text(stderr, path);
	fprintf(stderr, "' is left as it is: %s\n", why);
}

uint32_t rewrite_text(const struct session *s, const char *path, enum stage last, struct arena *a,
		      struct overlay *out)
{
	struct session inner = *s;
	struct round before = {0};
	uint32_t total = 0;

	for (int i = 0; i < ROUNDS; i++) {
		struct round r = fix_once(&inner, path, last, a);

		if (i && !is_sound(&before, &r)) {
			refuse(path, "its fixes would make a script of it that cannot be read");
			return 0;
		}
		if (!r.applied)
			return total;
		total += r.applied;
		*out = (struct overlay){r.text, r.len};
		inner.overlay = out;
		before = r;
	}
	refuse(path, "its fixes do not come to an end");
	return 0;
}

uint32_t rewrite_fixes(const struct session *s, const char *path, enum stage last)
{
	struct arena *a = arena_new(0, NULL);
	struct overlay text;
	uint32_t total = rewrite_text(s, path, last, a, &text);

	if (total && !rewrite_file(path, text.text, text.len))
		total = 0;
	if (total) {
		render_text(stderr, path);
		fprintf(stderr, ": %u fix%s applied\n", total, total == 1 ? "" : "es");
	}
	arena_free(a);
	return total;
}

enum exit_status rewrite_diff(const struct session *s, const char *path)
{
	struct arena *a = arena_new(0, NULL);
	struct overlay text;
	enum exit_status status = STATUS_OK;

	if (rewrite_text(s, path, STAGE_PROVE, a, &text))
		status = child_diff(path, text.text, text.len) ? STATUS_FINDINGS : STATUS_INTERNAL;
	arena_free(a);
	return status;
}
