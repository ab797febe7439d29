/*
 * Finding programs.  A name without "/" is looked up along PATH, where only
 * absolute folders count that others cannot write; a path is taken as it is,
 * inside the target's root.  Files are mapped read-only and regular.
 */
#include "target/program.h"

#include "target/elfsec.h"
#include "target/lazy.h"
#include "target/place.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_FILE = 2000 * MIB, MAX_FOLDERS = 200 };

static const char *root_of(const struct target *t)
{
	return t->root ? t->root : "";
}

/* The path as a user of the target would write it. */
static const char *within(const char *root, const char *path)
{
	size_t n = strlen(root);

	return n && strncmp(path, root, n) == 0 && path[n] == '/' ? path + n : path;
}

static bool is_file(const char *path, bool executable)
{
	struct stat sb;

	return stat(path, &sb) == 0 && S_ISREG(sb.st_mode) && (!executable || sb.st_mode & 0111);
}

/* One candidate.  NO: there is no such regular file. */
static enum answer look(const char *root, const char *name, struct arena *a, const char **path,
			const char **why)
{
	const char *host;

	if (*name != '/' && *root)
		return ANSWER_NO;
	errno = 0;
	host = place_inside(a, root, name);
	if (!host && (errno == EACCES || errno == EPERM)) {
		*why = arena_printf(a, "%s may not be looked at (%s); run as a user who may", name,
				    strerror(errno));
		return ANSWER_UNKNOWN;
	}
	if (!host || !is_file(host, false))
		return ANSWER_NO;
	*path = within(root, host);
	if (access(host, R_OK) == 0)
		return ANSWER_YES;
	*why = arena_printf(a, "%s cannot be read (%s); run as a user who may", *path,
			    strerror(errno));
	return ANSWER_UNKNOWN;
}

/* Absolute, there, and not for everybody to write. */
static bool trusted_folder(const char *dir)
{
	struct stat sb;

	return *dir == '/' && stat(dir, &sb) == 0 && S_ISDIR(sb.st_mode) && !(sb.st_mode & S_IWOTH);
}

static enum answer search(const char *root, const char *name, struct arena *a, const char **path,
			  const char **why)
{
	const char *at = *root ? NULL : getenv("PATH");
	const char *tried = NULL;

	if (!at)
		at = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
	for (uint32_t i = 0; *at && i < MAX_FOLDERS; i++) {
		size_t n = strcspn(at, ":");
		const char *dir = arena_strndup(a, at, n);
		const char *file = arena_printf(a, "%s/%s", dir, name);
		enum answer got;

		at += n + (at[n] == ':');
		if (!trusted_folder(arena_printf(a, "%s%s", root, dir)))
			continue;
		got = look(root, file, a, path, why);
		if (got == ANSWER_UNKNOWN ||
		    (got == ANSWER_YES && is_file(arena_printf(a, "%s%s", root, *path), true)))
			return got;
		tried = tried ? arena_printf(a, "%s, %s", tried, dir) : dir;
	}
	*why = arena_printf(a, "no program \"%s\" in the folders of PATH: %s", name,
			    tried ? tried : "it names none that may be trusted");
	return ANSWER_NO;
}

enum answer program_find(const struct target *t, const char *name, struct arena *a,
			 const char **path, const char **why)
{
	enum answer got;

	*path = NULL;
	*why = NULL;
	if (!*name || strlen(name) > 4000) {
		*why = "that is no name of a file";
		return ANSWER_NO;
	}
	if (!strchr(name, '/'))
		return search(root_of(t), name, a, path, why);
	got = look(root_of(t), name, a, path, why);
	if (got == ANSWER_NO)
		*why = arena_printf(a, "there is no file %s%s", root_of(t), name);
	return got;
}

void program_match(const struct target *t, const char *pattern, struct arena *a,
		   struct program_paths *out)
{
	const char *root = root_of(t);
	glob_t found;

	if (glob(arena_printf(a, "%s%s", root, pattern), GLOB_NOSORT, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc && out->n < PROGRAM_MAX_PATHS; i++) {
		const char *path, *why;

		if (is_file(found.gl_pathv[i], true) &&
		    look(root, within(root, found.gl_pathv[i]), a, &path, &why) == ANSWER_YES)
			vec_push(a, out, path);
	}
	globfree(&found);
}

const char *program_of_process(int64_t pid, struct arena *a, const char **why)
{
	char link[4096];
	const char *exe = arena_printf(a, "/proc/%lld/exe", (long long)pid);
	ssize_t n = readlink(exe, link, sizeof link - 1);

	*why = NULL;
	if (n > 0) {
		link[n] = '\0';
		return arena_strdup(a, link);
	}
	*why = errno == ENOENT && access(arena_printf(a, "/proc/%lld", (long long)pid), F_OK) != 0
		       ? arena_printf(a, "there is no process %lld", (long long)pid)
		       : arena_printf(a, "what process %lld runs may not be seen (%s)",
				      (long long)pid, strerror(errno));
	return NULL;
}

/* The first bytes of a regular file. */
static size_t first_bytes(const char *path, char *buffer, size_t n)
{
	int fd = is_file(path, false) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	ssize_t got = fd < 0 ? 0 : read(fd, buffer, n);

	if (fd >= 0)
		close(fd);
	return got > 0 ? (size_t)got : 0;
}

bool program_is_elf(const char *path)
{
	char start[4];

	return first_bytes(path, start, sizeof start) == sizeof start &&
	       memcmp(start, "\177ELF", sizeof start) == 0;
}

const char *program_interpreter(const char *path, struct arena *a)
{
	char line[256];
	size_t n = first_bytes(path, line, sizeof line - 1), at;

	if (n < 3 || line[0] != '#' || line[1] != '!')
		return NULL;
	line[n] = '\0';
	at = 2 + strspn(line + 2, " \t");
	if (line[at] != '/')
		return NULL;
	return arena_strndup(a, line + at, strcspn(line + at, " \t\r\n"));
}

bool program_open(struct store *st, const char *path, struct bytes *elf, const char **why)
{
	struct image *image = store_read(st, path, MAX_FILE);

	if (!image) {
		*why = st->why ? st->why : "it cannot be read";
		return false;
	}
	*elf = (struct bytes){image->data, image->len};
	switch (elfsec_class(*elf)) {
	case ELFSEC_NONE: *why = "it is no program: not an ELF file"; return false;
	case ELFSEC_FOREIGN:
		*why = "it is a program of another machine or byte order than this one's, or cut "
		       "short";
		return false;
	case ELFSEC_NARROW:
	case ELFSEC_OURS: break;
	}
	if (elfsec_whole(*elf))
		return true;
	*why = "it is damaged: its section headers lie outside the file";
	return false;
}

const char *program_spots(const char *path, struct arena *a, struct program_spot *spots, uint32_t n)
{
	struct store st = {.arena = a};
	const char *why, *id = NULL;
	struct bytes elf;

	for (uint32_t i = 0; i < n; i++)
		spots[i].offset = 0;
	if (program_open(&st, path, &elf, &why)) {
		id = elfsec_build_id(elf, a);
		for (uint32_t i = 0; i < n; i++)
			elfsec_offset(elf, spots[i].address, &spots[i].offset);
	}
	store_close(&st);
	return id;
}
