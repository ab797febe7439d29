/*
 * The file names that distributions use, and nothing but names: a place is answered when a readable
 * file is there, whatever it holds.  `root` stands before every path, so that a kernel unpacked
 * from its package into some folder is found just as an installed one.  A release is checked before
 * it becomes part of a path.
 */
#include "target/place.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

bool place_is_release(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+-_~");

	return n > 0 && n <= 64 && !s[n] && s[0] != '.';
}

const char *place_release_word(const char *s, size_t n, struct arena *a)
{
	size_t len = 0;

	while (len < n && len < 80 && s[len] > ' ')
		len++;
	const char *word = arena_strndup(a, s, len);

	return place_is_release(word) ? word : NULL;
}

const char *place_running_release(struct arena *a)
{
	struct utsname u;

	return uname(&u) == 0 ? arena_strdup(a, u.release) : NULL;
}

const char *place_running_machine(struct arena *a)
{
	struct utsname u;

	return uname(&u) == 0 ? arena_strdup(a, u.machine) : NULL;
}

static const char *resolve(struct arena *a, const char *path)
{
	char *r = realpath(path, NULL);
	const char *copy = r ? arena_strdup(a, r) : NULL;

	free(r);
	return copy;
}

bool place_is_running(struct arena *a, const char *path)
{
	const char *r = resolve(a, path);

	return r && !strncmp(r, "/sys/kernel/btf/", 16);
}

/* Takes suffix off s[0..*n) if it is there. */
static void strip(const char *s, size_t *n, const char *suffix)
{
	size_t len = strlen(suffix);

	if (*n >= len && !memcmp(s + *n - len, suffix, len))
		*n -= len;
}

const char *place_root(struct arena *a, const char *path)
{
	const char *r = resolve(a, path), *at;
	size_t n;

	if (!r)
		return NULL;
	n = (size_t)(strrchr(r, '/') - r);
	if ((at = strstr(r, "/lib/modules/")))
		n = (size_t)(at - r);
	else if (n >= 5 && !memcmp(r + n - 5, "/boot", 5))
		n -= 5;
	else
		return NULL;
	strip(r, &n, "/usr/lib/debug");
	strip(r, &n, "/usr");
	return arena_strndup(a, r, n);
}

const char *place_folder(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return ".";
	return slash == path ? "/" : arena_strndup(a, path, (size_t)(slash - path));
}

static bool is_kind(const char *path, mode_t kind)
{
	struct stat sb;

	return stat(path, &sb) == 0 && (sb.st_mode & S_IFMT) == kind && access(path, R_OK) == 0;
}

/* The first of the patterns (root, then release) that names something of that kind. */
static const char *first_of(struct arena *a, const char *const *patterns, const char *root,
			    const char *release, mode_t kind)
{
	for (; *patterns; patterns++) {
		const char *p = *patterns, *rel = strchr(p, '@');
		const char *path =
			arena_printf(a, "%s%.*s%s%s", root, (int)(rel - p), p, release, rel + 1);

		if (is_kind(path, kind))
			return path;
	}
	return NULL;
}

const char *place_kernel(struct arena *a, const char *root, const char *release)
{
	static const char *const patterns[] = {
		"/boot/vmlinuz-@",
		"/usr/lib/debug/boot/vmlinux-@",
		"/usr/lib/debug/lib/modules/@/vmlinux",
		"/lib/modules/@/vmlinuz",
		"/usr/lib/modules/@/vmlinuz",
		"/boot/vmlinux-@",
		"/lib/modules/@/vmlinux",
		"/lib/modules/@/build/vmlinux",
		NULL,
	};

	return first_of(a, patterns, root, release, S_IFREG);
}

const char *place_config(struct arena *a, const char *root, const char *release)
{
	static const char *const patterns[] = {
		"/boot/config-@",
		"/lib/modules/@/config",
		"/usr/lib/modules/@/config",
		"/lib/modules/@/build/.config",
		NULL,
	};

	return first_of(a, patterns, root, release, S_IFREG);
}

const char *place_modules(struct arena *a, const char *root, const char *release)
{
	static const char *const patterns[] = {"/lib/modules/@", "/usr/lib/modules/@", NULL};
	const char *dir = first_of(a, patterns, root, release, S_IFDIR);
	const char *inside = dir ? resolve(a, dir) : NULL;
	const char *top = resolve(a, *root ? root : "/");

	if (!inside || !top)
		return NULL;
	if (strcmp(top, "/") && strncmp(inside, top, strlen(top)))
		return NULL;
	return dir;
}

/* Takes the last component off path. */
static void up(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash)
		*slash = '\0';
}

const char *place_inside(struct arena *a, const char *root, const char *path)
{
	enum { MOST_LINKS = 40 };
	struct stat sb;
	char link[4096];
	char *done = arena_strdup(a, ""); /* below root, without links */
	const char *rest = path;
	int links = 0;

	if (!*root)
		return resolve(a, path);
	while (*(rest += strspn(rest, "/"))) {
		size_t n = strcspn(rest, "/");

		if (n == 2 && !memcmp(rest, "..", 2))
			up(done);
		if ((n == 1 && *rest == '.') || (n == 2 && !memcmp(rest, "..", 2))) {
			rest += n;
			continue;
		}
		char *next = arena_printf(a, "%s/%.*s", done, (int)n, rest);
		const char *host = arena_printf(a, "%s%s", root, next);
		ssize_t len;

		rest += n;
		if (strlen(host) >= sizeof link || lstat(host, &sb) < 0)
			return NULL;
		if (!S_ISLNK(sb.st_mode)) {
			done = next;
			continue;
		}
		len = readlink(host, link, sizeof link - 1);
		if (len <= 0 || ++links > MOST_LINKS)
			return NULL;
		link[len] = '\0';
		if (*link == '/')
			*done = '\0';
		rest = arena_printf(a, "%s/%s", link, rest);
	}
	return arena_printf(a, "%s%s", root, done);
}

/* Debian keeps what its flavours share in a folder beside: "6.1.0-9-amd64" has "6.1.0-9-common". */
static const char *debian_common(struct arena *a, const char *release)
{
	const char *dash = strchr(release, '-');
	size_t n = dash ? (size_t)(dash - release) + 1 : 0;

	n += n ? strcspn(release + n, "-") : 0;
	return arena_printf(a, "build/../linux-headers-%.*s-common", (int)n, release);
}

void place_headers(struct arena *a, const char *root, const char *release,
		   const char *folders[PLACE_HEADERS])
{
	const char *const names[PLACE_HEADERS] = {"build", "source", "build/source",
						  debian_common(a, release)};

	for (size_t i = 0; i < PLACE_HEADERS; i++)
		folders[i] = arena_printf(a, "%s/lib/modules/%s/%s", root, release, names[i]);
}
