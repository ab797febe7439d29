/* The cache: what comes back, what must not, and folders that may not be used. */
#include "base/cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned made, failures;

#define CHECK(cond)                                                                \
	do {                                                                       \
		made++;                                                            \
		if (!(cond)) {                                                     \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond); \
			failures++;                                                \
		}                                                                  \
	} while (0)

struct place {
	struct arena *a;
	char dir[64], folder[96];
};

static bool holds(struct cache *c, const char *kind, const char *key, const char *text)
{
	const void *p;
	size_t n;

	return cache_get(c, kind, key, &p, &n) && n == strlen(text) && !memcmp(p, text, n) &&
	       (uintptr_t)p % 16 == 0;
}

static void put(struct cache *c, const char *kind, const char *key, const char *text)
{
	cache_put(c, kind, key, text, strlen(text));
}

static void test_round_trip(struct place *w)
{
	struct cache *c = cache_open(w->a);
	struct cache_tally t;
	const void *p;
	size_t n;

	CHECK(c && !strcmp(cache_folder(c), w->folder));
	CHECK(!cache_get(c, "k1", "a", &p, &n));
	CHECK(access(w->folder, F_OK) != 0); /* asking makes nothing */
	put(c, "k1", "a", "first");
	put(c, "k2", "a", "second");
	put(c, "k1", "", "");
	CHECK(holds(c, "k1", "a", "first") && holds(c, "k2", "a", "second"));
	CHECK(holds(c, "k1", "", "") && !cache_get(c, "k1", "b", &p, &n));
	/* who has it mapped keeps what he has */
	CHECK(cache_get(c, "k1", "a", &p, &n));
	put(c, "k1", "a", "FIRST");
	CHECK(!memcmp(p, "first", 5) && holds(c, "k1", "a", "FIRST"));
	put(c, "../k", "a", "outside");
	CHECK(!cache_get(c, "../k", "a", &p, &n));
	cache_tally(c, &t);
	CHECK(t.entries == 3 && t.bytes > 0 && t.limit > t.bytes);
	cache_close(c);
	c = cache_open(w->a);
	CHECK(holds(c, "k2", "a", "second"));
	uint32_t removed;

	CHECK(cache_clean(c, &removed) && removed == 3);
	CHECK(!cache_get(c, "k2", "a", &p, &n));
	cache_close(c);
}

/* The one entry there is. */
static char *only_entry(const struct place *w)
{
	DIR *d = opendir(w->folder);
	char *path = NULL;

	for (struct dirent *e; d && (e = readdir(d));)
		if (e->d_name[0] != '.')
			path = arena_printf(w->a, "%s/%s", w->folder, e->d_name);
	if (d)
		closedir(d);
	return path;
}

static void overwrite(const char *path, const char *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_TRUNC);

	if (fd < 0 || write(fd, bytes, n) != (ssize_t)n || close(fd) < 0)
		abort();
}

/* Every cut and every changed byte of what stands before the data is refused. */
static void test_damage(struct place *w)
{
	struct cache *c = cache_open(w->a);
	char whole[4096];
	const void *p;
	size_t n;

	put(c, "k1", "key", "data");
	char *path = only_entry(w);
	FILE *f = fopen(path, "r");
	size_t len = fread(whole, 1, sizeof whole, f);

	fclose(f);
	CHECK(holds(c, "k1", "key", "data"));
	for (size_t cut = 0; cut < len; cut++) {
		overwrite(path, whole, cut);
		CHECK(!cache_get(c, "k1", "key", &p, &n));
	}
	for (size_t at = 0; at + 32 < len; at++) {
		whole[at] ^= 0x55;
		overwrite(path, whole, len);
		if (cache_get(c, "k1", "key", &p, &n)) {
			/* only padding may differ unseen */
			CHECK(n == 4 && !memcmp(p, "data", 4));
		}
		whole[at] ^= 0x55;
	}
	/* an entry that others may write, or a link, or a FIFO is none */
	overwrite(path, whole, len);
	chmod(path, 0666);
	CHECK(!cache_get(c, "k1", "key", &p, &n));
	unlink(path);
	CHECK(symlink("/etc/passwd", path) == 0 && !cache_get(c, "k1", "key", &p, &n));
	unlink(path);
	CHECK(mkfifo(path, 0600) == 0 && !cache_get(c, "k1", "key", &p, &n));
	put(c, "k1", "key", "again");
	CHECK(holds(c, "k1", "key", "again"));
	cache_close(c);
}

static void test_places(struct place *w)
{
	const void *p;
	size_t n;

	chmod(w->folder, 0777);
	CHECK(!cache_open(w->a));
	chmod(w->folder, 0700);
	setenv("XDG_CACHE_HOME", "relative", 1);
	setenv("HOME", w->dir, 1);
	struct cache *c = cache_open(w->a);

	CHECK(c && !strcmp(cache_folder(c), arena_printf(w->a, "%s/.cache/stapvet", w->dir)));
	unsetenv("HOME");
	CHECK(!cache_open(w->a));
	setenv("XDG_CACHE_HOME", "/proc/nowhere", 1);
	c = cache_open(w->a);
	put(c, "k1", "a", "b");
	CHECK(!cache_get(c, "k1", "a", &p, &n));
	cache_close(c);
	/* no cache at all */
	put(NULL, "k1", "a", "b");
	CHECK(!cache_get(NULL, "k1", "a", &p, &n));
	cache_close(NULL);
	setenv("XDG_CACHE_HOME", w->dir, 1);
	/* a file where the folder should be */
	c = cache_open(w->a);
	uint32_t removed;

	CHECK(cache_clean(c, &removed));
	cache_close(c);
	CHECK(rmdir(w->folder) == 0);
	close(open(w->folder, O_CREAT | O_WRONLY, 0600));
	CHECK(!cache_open(w->a));
	unlink(w->folder);
}

/* Writers and readers at one time: a reader gets a whole entry or none. */
static void test_parallel(struct place *w)
{
	enum { WORKERS = 6, ROUNDS = 200, SIZE = 3000 };

	for (int i = 0; i < WORKERS; i++) {
		if (fork() != 0)
			continue;
		struct cache *c = cache_open(w->a);
		char text[SIZE];
		int bad = 0;

		memset(text, 'a' + i, sizeof text);
		for (int k = 0; k < ROUNDS; k++) {
			const char *p;
			size_t n;

			cache_put(c, "k1", "shared", text, sizeof text);
			if (!cache_get(c, "k1", "shared", (const void **)&p, &n))
				continue;
			bad |= n != SIZE || p[0] != p[SIZE - 1] || p[0] != p[SIZE / 2];
		}
		_exit(bad);
	}
	for (int i = 0; i < WORKERS; i++) {
		int status;

		CHECK(wait(&status) > 0 && status == 0);
	}
	struct cache *c = cache_open(w->a);
	struct cache_tally t;

	cache_tally(c, &t);
	CHECK(t.entries == 1);
	uint32_t removed;

	CHECK(cache_clean(c, &removed) && removed == 1);
	cache_close(c);
}

int main(void)
{
	struct place w = {.a = arena_new(0, NULL), .dir = "/tmp/unit-cache-XXXXXX"};

	if (!mkdtemp(w.dir))
		abort();
	snprintf(w.folder, sizeof w.folder, "%s/stapvet", w.dir);
	setenv("XDG_CACHE_HOME", w.dir, 1);
	test_round_trip(&w);
	test_damage(&w);
	test_places(&w);
	test_parallel(&w);
	if (rmdir(w.folder) < 0 || rmdir(w.dir) < 0)
		failures++;
	arena_free(w.a);
	printf("ok %u\n", made - failures);
	return failures != 0;
}
