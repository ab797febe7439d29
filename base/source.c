/*
 * The offset space: texts and expansions in order of their base, found by
 * binary search.  Line tables are made when first asked for, since most files
 * never see a diagnostic.
 */
#include "base/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_TEXT = 64 * 1024 * 1024 };

struct region {
	uint32_t base, len;
	struct source *source;      /* NULL for an expansion */
	const struct loc *spelling; /* expansion: len entries */
	struct loc invocation;
	uint32_t *lines; /* source: offset of each line's first byte, once asked for */
	uint32_t nlines;
};

struct sources {
	struct arena *arena;
	VEC(struct region) regions;
	uint32_t next;
};

struct sources *sources_new(struct arena *a)
{
	struct sources *ss = arena_make(a, struct sources);

	ss->arena = a;
	ss->next = 1;
	return ss;
}

static bool take_range(struct sources *ss, uint32_t len, struct region r)
{
	if (len >= UINT32_MAX - ss->next)
		return false;
	r.base = ss->next;
	r.len = len;
	ss->next += len + 1; /* one more, so that the end of a text is a place too */
	vec_push(ss->arena, &ss->regions, r);
	return true;
}

const struct source *sources_add(struct sources *ss, const char *name, const char *text,
				 uint32_t len, enum source_kind kind)
{
	struct source *s = arena_make(ss->arena, struct source);

	*s = (struct source){name, text, len, ss->next, kind};
	if (len > MAX_TEXT || !take_range(ss, len, (struct region){.source = s}))
		return NULL;
	return s;
}

static int open_input(const char *path, const char **why)
{
	struct stat st;
	int fd;

	if (strcmp(path, "-") == 0)
		return STDIN_FILENO;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		*why = strerror(errno);
		return -1;
	}
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	*why = S_ISDIR(st.st_mode) ? "it is a folder, not a script" : "not a regular file";
	close(fd);
	return -1;
}

static char *slurp(struct arena *a, int fd, uint32_t *len, const char **why)
{
	struct stat st;
	size_t cap = fstat(fd, &st) == 0 && st.st_size > 0 && st.st_size <= MAX_TEXT
			     ? (size_t)st.st_size + 1
			     : 64 * 1024;
	char *text = arena_alloc(a, cap + 1);
	size_t n = 0;

	for (;;) {
		ssize_t got = read(fd, text + n, cap - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			*why = strerror(errno);
			return NULL;
		}
		if (got == 0)
			break;
		n += (size_t)got;
		if (n > MAX_TEXT) {
			*why = "larger than 64 MiB";
			return NULL;
		}
		if (n == cap) {
			char *more = arena_alloc(a, cap * 2 + 1);

			memcpy(more, text, n);
			text = more;
			cap *= 2;
		}
	}
	*len = (uint32_t)n;
	return text;
}

const struct source *sources_read(struct sources *ss, struct arena *a, const char *path,
				  enum source_kind kind, const char **why)
{
	int fd = open_input(path, why);
	uint32_t len;

	if (fd < 0)
		return NULL;
	char *text = slurp(a, fd, &len, why);

	if (fd != STDIN_FILENO)
		close(fd);
	if (!text)
		return NULL;
	const struct source *s =
		sources_add(ss, fd == STDIN_FILENO ? "<input>" : path, text, len, kind);

	if (!s)
		*why = "too much source text in one run";
	return s;
}

const struct source *sources_at(const struct sources *ss, uint32_t i)
{
	vec_each(k, &ss->regions)
		if (ss->regions.v[k].source && i-- == 0)
			return ss->regions.v[k].source;
	return NULL;
}

struct loc sources_expand(struct sources *ss, const struct loc *spelling, uint32_t n,
			  struct loc invocation)
{
	struct loc first = {ss->next};
	struct region r = {.spelling = spelling, .invocation = invocation};

	return take_range(ss, n, r) ? first : (struct loc){0};
}

static struct region *find_region(const struct sources *ss, struct loc loc)
{
	uint32_t lo = 0, hi = ss->regions.n;

	if (!loc.at || !hi || loc.at >= ss->next)
		return NULL;
	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (ss->regions.v[mid].base <= loc.at)
			lo = mid;
		else
			hi = mid;
	}
	return &ss->regions.v[lo];
}

bool sources_origin(const struct sources *ss, struct loc loc, struct loc *invocation)
{
	const struct region *r = find_region(ss, loc);

	if (!r || r->source)
		return false;
	*invocation = r->invocation;
	return true;
}

struct loc sources_spelling(const struct sources *ss, struct loc loc)
{
	const struct region *r = find_region(ss, loc);

	while (r && !r->source) {
		uint32_t i = loc.at - r->base;

		loc = r->len ? r->spelling[i < r->len ? i : r->len - 1] : r->invocation;
		r = find_region(ss, loc);
	}
	return loc;
}

static void index_lines(struct arena *a, struct region *r)
{
	const struct source *s = r->source;
	VEC(uint32_t) lines = {0};
	uint32_t at = 0;

	vec_push(a, &lines, 0);
	for (const char *p; (p = memchr(s->text + at, '\n', s->len - at));) {
		at = (uint32_t)(p - s->text) + 1;
		vec_push(a, &lines, at);
	}
	r->lines = lines.v;
	r->nlines = lines.n;
}

/* The line that holds offset at, counted from 0. */
static uint32_t line_of(const struct region *r, uint32_t at)
{
	uint32_t lo = 0, hi = r->nlines;

	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (r->lines[mid] <= at)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

struct pos sources_pos(const struct sources *ss, struct loc loc)
{
	struct loc spelt = sources_spelling(ss, loc);
	struct region *r = find_region(ss, spelt);

	if (!r)
		return (struct pos){0};
	if (!r->lines)
		index_lines(ss->arena, r);
	const struct source *s = r->source;
	uint32_t at = spelt.at - s->base, line;

	if (at > s->len)
		at = s->len;
	line = line_of(r, at);
	const char *text = s->text + r->lines[line];
	const char *end =
		line + 1 < r->nlines ? s->text + r->lines[line + 1] - 1 : s->text + s->len;

	return (struct pos){s, line + 1, at - r->lines[line] + 1, text, (uint32_t)(end - text)};
}

struct span source_join(struct span a, struct span b)
{
	if (!a.start.at)
		return b;
	if (!b.start.at)
		return a;
	return (struct span){a.start, b.end};
}
