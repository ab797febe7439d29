/*
 * The store: every large piece of memory the facts stand on.  Files are mapped privately and
 * read-only; where the file system refuses that (sysfs, procfs) they are read.  Only regular files
 * are opened, so that a FIFO or a device cannot block us.  Unpacked data lies in anonymous
 * mappings, outside the arena, because most of it is given back early.  It does not catch a file
 * that is cut short by somebody else while it is mapped.
 */
#include "target/store.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

bool store_fail(struct store *st, enum diag_tag tag, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	st->tag = tag;
	st->why = arena_vprintf(st->arena, fmt, ap);
	va_end(ap);
	return false;
}

static struct image *add_image(struct store *st, void *data, size_t len, size_t capacity)
{
	struct image *m = arena_make(st->arena, struct image);

	m->data = data;
	m->len = len;
	m->capacity = capacity;
	m->next = st->images;
	st->images = m;
	return m;
}

static void *map_room(size_t n)
{
	return mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* At the start of a huge page, so that the kernel need not work for each small one. */
static void *map_huge(size_t n)
{
	char *p = map_room(n + STORE_HUGE_PAGE);

	if (p == MAP_FAILED)
		return p;
	size_t before = -(uintptr_t)p & (STORE_HUGE_PAGE - 1), page = (size_t)sysconf(_SC_PAGESIZE);
	size_t end = (before + n + page - 1) & ~(page - 1);

	if (before)
		munmap(p, before);
	munmap(p + end, n + STORE_HUGE_PAGE - end);
	madvise(p + before, n, MADV_HUGEPAGE);
	return p + before;
}

struct image *store_buffer(struct store *st, size_t capacity)
{
	size_t want = capacity ? capacity : 1;
	bool large = want >= STORE_HUGE_PAGE && want <= SIZE_MAX / 2;
	void *p = large ? map_huge(want) : map_room(want);

	if (p == MAP_FAILED) {
		store_fail(st, DIAG_TARGET_TOO_LARGE, "no memory for %zu MiB", want / MIB);
		return NULL;
	}
	return add_image(st, p, 0, want);
}

bool store_grow(struct store *st, struct image *m, size_t capacity)
{
	if (capacity <= m->capacity)
		return true;
	void *p = mremap(m->data, m->capacity, capacity, MREMAP_MAYMOVE);

	if (p == MAP_FAILED)
		return store_fail(st, DIAG_TARGET_TOO_LARGE, "no memory for %zu MiB",
				  capacity / MIB);
	m->data = p;
	m->capacity = capacity;
	return true;
}

struct image *store_copy(struct store *st, struct bytes b)
{
	struct image *m = store_buffer(st, b.n);

	if (m && b.n) {
		memcpy(m->data, b.p, b.n);
		m->len = b.n;
	}
	return m;
}

/* The size of the regular file fd, checked; false after store_fail(). */
static bool file_size(struct store *st, int fd, size_t max, size_t *size)
{
	struct stat sb;

	if (fstat(fd, &sb) < 0)
		return store_fail(st, DIAG_TARGET_UNREADABLE, "%s", strerror(errno));
	if (S_ISDIR(sb.st_mode))
		return store_fail(st, DIAG_TARGET_UNREADABLE, "it is a folder");
	if (!S_ISREG(sb.st_mode))
		return store_fail(st, DIAG_TARGET_UNREADABLE, "it is not a regular file");
	if (sb.st_size == 0)
		return store_fail(st, DIAG_TARGET_UNREADABLE, "it is empty");
	if ((uint64_t)sb.st_size > max)
		return store_fail(st, DIAG_TARGET_TOO_LARGE, "it is larger than %zu MiB",
				  max / MIB);
	*size = (size_t)sb.st_size;
	return true;
}

/* Reads what cannot be mapped. */
static struct image *read_all(struct store *st, int fd, size_t size)
{
	struct image *m;

	if (size > STORE_MAX_UNPACKED) {
		store_fail(st, DIAG_TARGET_TOO_LARGE, "it is larger than %u MiB",
			   STORE_MAX_UNPACKED / MIB);
		return NULL;
	}
	m = store_buffer(st, size);
	while (m && m->len < size) {
		ssize_t n = read(fd, m->data + m->len, size - m->len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			store_fail(st, DIAG_TARGET_UNREADABLE, "%s", strerror(errno));
			store_drop(st, m);
			return NULL;
		}
		if (n == 0)
			break;
		m->len += (size_t)n;
	}
	return m;
}

struct image *store_read(struct store *st, const char *path, size_t max)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct image *m = NULL;
	size_t size = 0;

	if (fd < 0) {
		store_fail(st, DIAG_TARGET_UNREADABLE, "%s", strerror(errno));
		return NULL;
	}
	if (file_size(st, fd, max, &size)) {
		void *p = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);

		m = p == MAP_FAILED ? read_all(st, fd, size) : add_image(st, p, size, size);
	}
	close(fd);
	return m;
}

void store_drop(struct store *st, struct image *m)
{
	if (!m)
		return;
	for (struct image **at = &st->images; *at; at = &(*at)->next) {
		if (*at != m)
			continue;
		*at = m->next;
		munmap(m->data, m->capacity);
		return;
	}
}

void store_close(struct store *st)
{
	while (st->images)
		store_drop(st, st->images);
}

struct bytes store_sub(struct bytes b, uint64_t at, uint64_t n)
{
	if (at > b.n || n > b.n - at)
		return (struct bytes){0};
	return (struct bytes){b.p + at, (size_t)n};
}

const char *store_text(struct bytes b, const char *text)
{
	return b.n ? memmem(b.p, b.n, text, strlen(text)) : NULL;
}
