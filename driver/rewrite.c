/* --fix: the fixes of a compilation written back into the script. */
#include "driver/command.h"
#include "report/report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROUNDS = 10 };

static bool write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		text += n;
		len -= (size_t)n;
	}
	return fsync(fd) == 0;
}

/* A new file beside `real`, with its mode and owner as far as that is ours to give. */
static bool replace(struct arena *a, const char *real, const char *text, size_t len)
{
	char *temp = arena_printf(a, "%s.XXXXXX", real);
	struct stat st;
	int fd = mkostemp(temp, O_CLOEXEC);

	if (fd < 0)
		return false;
	bool ok = write_all(fd, text, len) && stat(real, &st) == 0 &&
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

static uint32_t fix_once(const struct session *s, const char *path, enum stage last)
{
	struct compilation *c = last == STAGE_PROVE ? checker_compile(s, path)
						    : compile_script(s, path, last);
	uint32_t applied = 0, len;

	if (last != STAGE_PROVE)
		compile_waive(c, NULL); /* what is waived stays as it is */
	if (c->script) {
		char *text = fix_apply(c->arena, c->diags, c->script, &len, &applied,
				       s->options->unsafe_fixes);

		if (applied && !rewrite_file(path, text, len))
			applied = 0;
	}
	compile_free(c);
	return applied;
}

uint32_t rewrite_fixes(const struct session *s, const char *path, enum stage last)
{
	uint32_t total = 0;

	for (int i = 0; i < ROUNDS; i++) {
		uint32_t n = fix_once(s, path, last);

		if (!n)
			break;
		total += n;
	}
	if (total)
		fprintf(stderr, "%s: %u fix%s applied\n", path, total, total == 1 ? "" : "es");
	return total;
}
