/*
 * The cache: one file an entry, named by a hash of its kind and key, both of which stand in the
 * entry and are compared.  The program's own identity is part of the key, so that another build
 * never reads what it might take for something else.  An entry is written beside its name and
 * renamed, never changed afterwards; who has it mapped keeps it when it is removed or replaced.
 * The folder and each entry must be the user's own and writable by nobody else.  Everything that
 * fails, fails silently: the work is then done anew.  It does not catch an entry whose bytes were
 * damaged inside; readers check what they use.
 */
#include "base/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAGIC "stapvet cache\n"
enum {
	MIB_SHIFT = 20,
	LARGEST_ENTRY = 128 << MIB_SHIFT,
	SWEEP = 32 << MIB_SHIFT, /* written until the folder is looked over */
	MAX_ENTRIES = 100000,    /* looked at when the folder is swept */
	MOST_ENTRIES = 50000,    /* left by it */
	STALE = 3600,            /* seconds after which a half-written file has no writer */
	FRESH = 24 * 3600,       /* an entry used is made young again, but not at every use */
	TICK = 20000000,         /* nanoseconds in which two changes may have one time */
	NAME_LEN = 160
};
static const int64_t LARGEST_FOLDER = (int64_t)512 << MIB_SHIFT;

/* What an entry begins with; then kind, key and writer, each with its NUL, and at `data` the rest.
 */
struct header {
	char magic[16];
	uint32_t kind_len, key_len, writer_len; /* with their NULs */
	uint32_t data;                          /* offset of the bytes */
	uint64_t n;                             /* how many */
	uint64_t zero;
};

struct mapping {
	void *p;
	size_t n;
	struct mapping *next;
};

struct cache {
	struct arena *arena;
	const char *folder, *writer;
	int fd; /* -1: not there yet */
	bool barred;
	size_t written; /* since the last sweep */
	struct mapping *mappings;
};

/* --- the folder --- */

static bool is_ours(const struct stat *sb)
{
	return sb->st_uid == geteuid() && !(sb->st_mode & (S_IWGRP | S_IWOTH));
}

static const char *folder_name(struct arena *a)
{
	const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	/* the XDG specification has a relative path ignored */
	if (xdg && *xdg == '/')
		return arena_printf(a, "%s/stapvet", xdg);
	return home && *home == '/' ? arena_printf(a, "%s/.cache/stapvet", home) : NULL;
}

/* Opens the folder if it is there; false when it is and must not be used. */
static bool open_folder(struct cache *c)
{
	struct stat sb;

	c->fd = open(c->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (c->fd < 0)
		return errno == ENOENT;
	if (fstat(c->fd, &sb) == 0 && is_ours(&sb))
		return true;
	close(c->fd);
	c->fd = -1;
	return false;
}

struct cache *cache_open(struct arena *a)
{
	const char *folder = folder_name(a), *writer = cache_identity(a, "/proc/self/exe");

	if (!folder || !writer || geteuid() != getuid())
		return NULL;
	struct cache *c = arena_make(a, struct cache);

	*c = (struct cache){.arena = a, .folder = folder, .writer = writer, .fd = -1};
	return open_folder(c) ? c : NULL;
}

const char *cache_folder(const struct cache *c)
{
	return c->folder;
}

/* Makes the folder and what leads to it, readable by the user alone. */
static bool make_folder(struct cache *c)
{
	char *path = arena_strdup(c->arena, c->folder);

	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			return false;
		*slash = '/';
	}
	return (mkdir(path, 0700) == 0 || errno == EEXIST) && open_folder(c) && c->fd >= 0;
}

bool cache_settled(const struct stat *sb)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	int64_t age = (int64_t)(now.tv_sec - sb->st_ctim.tv_sec) * 1000000000 +
		      (now.tv_nsec - sb->st_ctim.tv_nsec);

	return age < 0 || age > TICK;
}

const char *cache_identity(struct arena *a, const char *path)
{
	struct stat sb;

	if (stat(path, &sb) < 0 || !cache_settled(&sb))
		return NULL;
	return arena_printf(a, "%jx:%jx:%jx:%jx.%lx:%jx.%lx", (uintmax_t)sb.st_dev,
			    (uintmax_t)sb.st_ino, (uintmax_t)sb.st_size,
			    (uintmax_t)sb.st_mtim.tv_sec, (unsigned long)sb.st_mtim.tv_nsec,
			    (uintmax_t)sb.st_ctim.tv_sec, (unsigned long)sb.st_ctim.tv_nsec);
}

/* --- entries --- */

static uint64_t hash(uint64_t h, const char *s)
{
	do
		h = (h ^ (unsigned char)*s) * 0x100000001b3u;
	while (*s++);
	return h;
}

/* "btf2-0123456789abcdef0123456789abcdef" */
static bool entry_name(const struct cache *c, const char *kind, const char *key, char *out)
{
	uint64_t a = hash(hash(hash(0xcbf29ce484222325u, kind), key), c->writer);
	uint64_t b = hash(hash(hash(0x9e3779b97f4a7c15u, c->writer), key), kind);

	return !strchr(kind, '/') && *kind != '.' &&
	       snprintf(out, NAME_LEN, "%s-%016llx%016llx", kind, (unsigned long long)a,
			(unsigned long long)b) < NAME_LEN;
}

/* Is the text of that length, with its NUL, at p; moves p behind it. */
static bool skip_text(const char **p, const char *end, const char *text, uint32_t len)
{
	if (len != strlen(text) + 1 || (size_t)(end - *p) < len || memcmp(*p, text, len))
		return false;
	*p += len;
	return true;
}

static bool is_whole(const struct cache *c, const char *kind, const char *key, const void *p,
		     size_t n)
{
	const struct header *h = p;
	const char *at = (const char *)p + sizeof *h, *end = (const char *)p + n;

	return n >= sizeof *h && !memcmp(h->magic, MAGIC, sizeof MAGIC) && h->zero == 0 &&
	       skip_text(&at, end, kind, h->kind_len) && skip_text(&at, end, key, h->key_len) &&
	       skip_text(&at, end, c->writer, h->writer_len) && h->data % 16 == 0 && h->data <= n &&
	       h->n == n - h->data;
}

static void *map_entry(const struct cache *c, const char *name, size_t *n)
{
	int fd = openat(c->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat sb;
	void *p = NULL;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &sb) == 0 && S_ISREG(sb.st_mode) && is_ours(&sb) && sb.st_size > 0 &&
	    sb.st_size <= LARGEST_ENTRY + 65536) {
		*n = (size_t)sb.st_size;
		p = mmap(NULL, *n, PROT_READ, MAP_PRIVATE, fd, 0);
		if (p == MAP_FAILED)
			p = NULL;
		if (time(NULL) - sb.st_mtime > FRESH)
			futimens(fd, NULL); /* a failure costs only an early end */
	}
	close(fd);
	return p;
}

bool cache_get(struct cache *c, const char *kind, const char *key, const void **p, size_t *n)
{
	char name[NAME_LEN];
	size_t size;
	void *image;

	if (!c || c->fd < 0 || !entry_name(c, kind, key, name) ||
	    !(image = map_entry(c, name, &size)))
		return false;
	if (!is_whole(c, kind, key, image, size)) {
		munmap(image, size);
		return false;
	}
	struct mapping *m = arena_make(c->arena, struct mapping);
	const struct header *h = image;

	*m = (struct mapping){image, size, c->mappings};
	c->mappings = m;
	*p = (const char *)image + h->data;
	*n = h->n;
	return true;
}

static bool write_all(int fd, const void *p, size_t n)
{
	const char *at = p;

	while (n) {
		ssize_t done = write(fd, at, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		at += done;
		n -= (size_t)done;
	}
	return true;
}

static size_t total_of(const struct cache_part *parts, uint32_t n)
{
	size_t total = 0;

	for (uint32_t i = 0; i < n; i++)
		total += parts[i].n;
	return total;
}

static bool write_parts(int fd, const struct cache_part *parts, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (!write_all(fd, parts[i].p, parts[i].n))
			return false;
	return true;
}

static bool write_entry(const struct cache *c, int fd, const char *kind, const char *key,
			const struct cache_part *parts, uint32_t n)
{
	struct header h = {.kind_len = (uint32_t)strlen(kind) + 1,
			   .key_len = (uint32_t)strlen(key) + 1,
			   .writer_len = (uint32_t)strlen(c->writer) + 1,
			   .n = total_of(parts, n)};
	static const char zeroes[16];
	size_t head = sizeof h + h.kind_len + h.key_len + h.writer_len;

	memcpy(h.magic, MAGIC, sizeof MAGIC);
	h.data = (uint32_t)((head + 15) / 16 * 16);
	return write_all(fd, &h, sizeof h) && write_all(fd, kind, h.kind_len) &&
	       write_all(fd, key, h.key_len) && write_all(fd, c->writer, h.writer_len) &&
	       write_all(fd, zeroes, h.data - head) && write_parts(fd, parts, n);
}

static void sweep(struct cache *c);

void cache_put_parts(struct cache *c, const char *kind, const char *key,
		     const struct cache_part *parts, uint32_t n)
{
	size_t total = total_of(parts, n);
	char name[NAME_LEN], temporary[64];
	struct timespec now;

	if (!c || c->barred || total > LARGEST_ENTRY || strlen(key) > 32768 ||
	    !entry_name(c, kind, key, name) || (c->fd < 0 && !make_folder(c)))
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(temporary, sizeof temporary, "tmp-%d-%lx%08lx", (int)getpid(),
		 (unsigned long)now.tv_sec, (unsigned long)now.tv_nsec);
	int fd = openat(c->fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			0600);

	/* where one cannot be written the next cannot either */
	c->barred = fd < 0;
	if (fd < 0)
		return;
	bool good = write_entry(c, fd, kind, key, parts, n);

	good = close(fd) == 0 && good;
	if (!good || renameat(c->fd, temporary, c->fd, name) < 0)
		unlinkat(c->fd, temporary, 0);
	c->written += total;
	if (c->written > SWEEP)
		sweep(c);
}

void cache_put(struct cache *c, const char *kind, const char *key, const void *p, size_t n)
{
	cache_put_parts(c, kind, key, &(struct cache_part){p, n}, 1);
}

void cache_grew(struct cache *c, size_t n)
{
	if (c)
		c->written += n;
}

/* --- the folder as a whole --- */

struct seen {
	char *name;
	int64_t size;
	struct timespec when;
};

struct seen_list {
	struct seen *v;
	uint32_t n, cap;
};

/* Only files whose names are ours, so that a folder shared by mistake loses nothing. */
static bool is_entry(const char *name)
{
	const char *dash = strrchr(name, '-');

	if (!strncmp(name, "tmp-", 4))
		return true;
	return dash && dash > name && strlen(dash + 1) == 32 &&
	       strspn(dash + 1, "0123456789abcdef") == 32;
}

static struct seen_list look(struct cache *c, struct arena *a)
{
	struct seen_list l = {0};
	int fd = openat(c->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	struct stat sb;

	if (!d && fd >= 0)
		close(fd);
	for (struct dirent *e; d && l.n < MAX_ENTRIES && (e = readdir(d));) {
		if (!is_entry(e->d_name) ||
		    fstatat(c->fd, e->d_name, &sb, AT_SYMLINK_NOFOLLOW) < 0 || S_ISDIR(sb.st_mode))
			continue;
		struct seen s = {arena_strdup(a, e->d_name), (int64_t)sb.st_blocks * 512,
				 sb.st_mtim};

		vec_push(a, &l, s);
	}
	if (d)
		closedir(d);
	return l;
}

static int by_age(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->when.tv_sec != y->when.tv_sec)
		return x->when.tv_sec < y->when.tv_sec ? -1 : 1;
	if (x->when.tv_nsec != y->when.tv_nsec)
		return x->when.tv_nsec < y->when.tv_nsec ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* Removes what nobody finishes, and the oldest while there is too much. */
static void sweep(struct cache *c)
{
	struct arena *a = arena_scratch(c->arena);
	struct seen_list l = look(c, a);
	uint32_t left = l.n;
	int64_t total = 0;
	time_t now = time(NULL);

	if (l.n)
		qsort(l.v, l.n, sizeof *l.v, by_age);
	vec_each(i, &l)
		total += l.v[i].size;
	vec_each(i, &l) {
		bool stale = !strncmp(l.v[i].name, "tmp-", 4) && now - l.v[i].when.tv_sec > STALE;

		if (!stale && total <= LARGEST_FOLDER && left <= MOST_ENTRIES)
			continue;
		if (unlinkat(c->fd, l.v[i].name, 0) < 0)
			continue;
		total -= l.v[i].size;
		left--;
	}
	c->written = 0;
	arena_free(a);
}

void cache_tally(struct cache *c, struct cache_tally *out)
{
	*out = (struct cache_tally){.limit = (uint64_t)LARGEST_FOLDER};
	if (!c || c->fd < 0)
		return;
	struct arena *a = arena_scratch(c->arena);
	struct seen_list l = look(c, a);

	out->entries = l.n;
	vec_each(i, &l)
		out->bytes += (uint64_t)l.v[i].size;
	arena_free(a);
}

bool cache_clean(struct cache *c, uint32_t *removed)
{
	int error = 0;

	*removed = 0;
	if (!c || c->fd < 0)
		return true;
	struct arena *a = arena_scratch(c->arena);
	struct seen_list l = look(c, a);

	vec_each(i, &l) {
		if (unlinkat(c->fd, l.v[i].name, 0) == 0)
			++*removed;
		else if (errno != ENOENT)
			error = errno;
	}
	arena_free(a);
	errno = error;
	return !error;
}

static bool lucky(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_nsec / 1000 % 16 == 0;
}

void cache_close(struct cache *c)
{
	if (!c)
		return;
	for (struct mapping *m = c->mappings; m; m = m->next)
		munmap(m->p, m->n);
	c->mappings = NULL;
	/* a look at the folder takes longer than most writing: now and then will do */
	if (c->fd >= 0 && (c->written > SWEEP || (c->written && lucky())))
		sweep(c);
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	c->barred = true;
}
