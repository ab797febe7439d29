/*
 * The index that is installed beside the library: good for the files that it was made of, and for
 * no others; damaged, it is none.
 */
#include "sema/libindex.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int checks, failures;

static void expect(bool good, const char *what, int line)
{
	checks++;
	if (good)
		return;
	failures++;
	printf("%s:%d: %s\n", __FILE__, line, what);
}
#define EXPECT(c) expect(c, #c, __LINE__)

enum { FILES = 3, YEAR = 365 * 24 * 3600 };

struct library {
	struct arena *arena;
	char folder[64];
	const char *paths[FILES], *index;
};

static void put(const char *path, const char *text, size_t n)
{
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(text, 1, n, f) != n || fclose(f) != 0) {
		printf("cannot write %s\n", path);
		exit(1);
	}
}

static void date(const char *path, time_t seconds)
{
	const struct timespec when[2] = {{.tv_sec = seconds}, {.tv_sec = seconds}};

	utimensat(AT_FDCWD, path, when, 0);
}

static void set_up(struct library *l)
{
	static const char *const texts[FILES] = {
		"function one() { return 1 }\nglobal g\n",
		"function two() { return 2 }\nfunction one(x) { return x }\n",
		"probe a.b = begin { v = 1 }\n",
	};

	l->arena = arena_new(0, NULL);
	strcpy(l->folder, "/tmp/shippedXXXXXX");
	if (!mkdtemp(l->folder))
		exit(1);
	for (int i = 0; i < FILES; i++) {
		l->paths[i] = arena_printf(l->arena, "%s/%d.stp", l->folder, i);
		put(l->paths[i], texts[i], strlen(texts[i]));
		date(l->paths[i], time(NULL) - YEAR);
	}
	l->index = arena_printf(l->arena, "%s/index", l->folder);
}

static void make(const struct library *l)
{
	FILE *out = fopen(l->index, "wb");

	EXPECT(out && libindex_ship(l->arena, out, l->paths, FILES));
	if (out)
		fclose(out);
}

static const struct libindex *ask(const struct library *l)
{
	return libindex_shipped(l->arena, l->index, l->paths, FILES);
}

static void answers(const struct library *l)
{
	const struct libindex *x = ask(l);
	struct defined d;
	uint32_t at;

	EXPECT(x != NULL);
	if (!x)
		return;
	EXPECT(libindex_first(x, DEFINED_FUNCTION, "one", &at) == 0);
	EXPECT(libindex_next(x, &at) == 1);
	EXPECT(libindex_next(x, &at) == LIBINDEX_NONE);
	EXPECT(libindex_first(x, DEFINED_GLOBAL, "g", &at) == 0);
	EXPECT(libindex_first(x, DEFINED_FUNCTION, "three", &at) == LIBINDEX_NONE);
	EXPECT(libindex_name(x, 2, 0, &d) && d.kind == DEFINED_ALIAS && !strcmp(d.name, "a.b"));
	EXPECT(!libindex_name(x, 2, 1, &d));
}

/* Another size, time, name, order or number of files: not theirs. */
static void other_files(struct library *l)
{
	struct stat sb;
	const char *first = l->paths[0];

	stat(first, &sb);
	put(first, "function one() { return 1 }\nglobal gg\n", 38);
	date(first, sb.st_mtim.tv_sec);
	EXPECT(!ask(l));
	put(first, "function one() { return 1 }\nglobal h\n", 37);
	EXPECT(!ask(l));
	date(first, sb.st_mtim.tv_sec - 1);
	EXPECT(!ask(l));
	date(first, sb.st_mtim.tv_sec);
	EXPECT(ask(l));
	EXPECT(!libindex_shipped(l->arena, l->index, l->paths, FILES - 1));
	EXPECT(!libindex_shipped(l->arena, l->index, l->paths + 1, FILES - 1));
	l->paths[0] = l->paths[1];
	l->paths[1] = first;
	EXPECT(!ask(l));
	l->paths[1] = l->paths[0];
	l->paths[0] = first;
	const char *moved = arena_printf(l->arena, "%s/x.stp", l->folder);

	rename(first, moved);
	EXPECT(!ask(l));
	l->paths[0] = moved;
	EXPECT(!ask(l));
	rename(moved, first);
	l->paths[0] = first;
}

/* A file changed in the second in which the index was made may have changed after it. */
static void too_new(const struct library *l)
{
	struct stat sb;

	stat(l->paths[2], &sb);
	date(l->paths[2], time(NULL) + 60);
	make(l);
	EXPECT(!ask(l));
	date(l->paths[2], sb.st_mtim.tv_sec);
	make(l);
	EXPECT(ask(l));
}

/* Whatever byte is wrong, and wherever it ends: no crash, and no name out of bounds. */
static void damage(const struct library *l)
{
	char *whole = arena_alloc(l->arena, 65536), *copy;
	FILE *f = fopen(l->index, "rb");
	size_t n = f ? fread(whole, 1, 65536, f) : 0;

	if (f)
		fclose(f);
	EXPECT(n > 100 && n < 65536);
	for (size_t at = 0; at < n; at++) {
		put(l->index, whole, at);
		EXPECT(!ask(l));
	}
	copy = arena_alloc(l->arena, n);
	for (size_t at = 0; at < n; at++) {
		const struct libindex *x;
		struct defined d;
		uint32_t i;

		memcpy(copy, whole, n);
		copy[at] ^= 0xff;
		put(l->index, copy, n);
		x = ask(l);
		EXPECT(at >= 8 || !x);
		if (!x)
			continue;
		libindex_first(x, DEFINED_FUNCTION, "one", &i);
		for (uint32_t file = 0; file < FILES; file++)
			for (i = 0; libindex_name(x, file, i, &d); i++)
				EXPECT(strlen(d.name) < n);
	}
	unlink(l->index);
	EXPECT(!ask(l));
}

int main(void)
{
	struct library l;

	set_up(&l);
	make(&l);
	answers(&l);
	other_files(&l);
	too_new(&l);
	damage(&l);
	for (int i = 0; i < FILES; i++)
		unlink(l.paths[i]);
	rmdir(l.folder);
	arena_free(l.arena);
	printf("%s %d\n", failures ? "failed" : "ok", failures ? failures : checks);
	return failures != 0;
}
