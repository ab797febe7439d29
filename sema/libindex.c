/*
 * The index of a library.  Its key is the identity of every file in it, so that a change of any
 * makes another index; to ask for it costs one stat() a file.  The names are those that
 * outline_definitions() lists, which depend on the text alone.  What comes out of the cache is
 * checked in one pass, after which every number in it may be followed: chains only lead forward.
 *
 * Our own library comes with an index that the build made, good for the files of these names, sizes
 * and times and for no others, so that a first run need not read them all.  It does not catch a
 * file that was changed without its size, and then given back its time.
 */
#include "sema/libindex.h"
#include "base/map.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char KIND[] = "library1", ASKED[] = "library-asked1";

enum { MAX_FILES = 100000, MAX_NAMES = 4000000, MAX_SHIPPED = 16 << 20, NPARTS = 5 };

struct head {
	uint32_t nfiles, nnames, nslots, strs_len;
};

struct name {
	uint32_t text, file, kind;
	uint32_t next; /* of the same kind and text, or LIBINDEX_NONE */
};

struct libindex {
	struct head head;
	const uint32_t *firsts; /* nfiles + 1: the names of a file */
	const struct name *names;
	const uint32_t *slots; /* 1 + the first name of a chain; 0: free */
	const char *strs;
};

/* --- what the index is known by --- */

struct hash {
	uint64_t a, b;
};

static void mix(struct hash *h, const void *p, size_t n)
{
	const unsigned char *s = p;

	for (size_t i = 0; i < n; i++) {
		h->a = (h->a ^ s[i]) * 0x100000001b3u;
		h->b = (h->b + s[i]) * 0x9e3779b97f4a7c15u;
		h->b ^= h->b >> 29;
	}
}

/* NULL when a file is gone, or new this moment. */
static const char *key_of(struct arena *a, const char *const *paths, uint32_t n)
{
	struct hash h = {0xcbf29ce484222325u, n};

	for (uint32_t i = 0; i < n; i++) {
		struct stat sb;

		if (stat(paths[i], &sb) < 0 || !cache_settled(&sb))
			return NULL;
		const uint64_t words[] = {sb.st_dev,
					  sb.st_ino,
					  (uint64_t)sb.st_size,
					  (uint64_t)sb.st_mtim.tv_sec,
					  (uint64_t)sb.st_mtim.tv_nsec,
					  (uint64_t)sb.st_ctim.tv_sec,
					  (uint64_t)sb.st_ctim.tv_nsec};

		mix(&h, paths[i], strlen(paths[i]) + 1);
		mix(&h, words, sizeof words);
	}
	return arena_printf(a, "%u %016llx%016llx", n, (unsigned long long)h.a,
			    (unsigned long long)h.b);
}

/* --- reading --- */

static uint32_t hash_name(uint32_t kind, const char *text)
{
	return (map_hash(text, strlen(text)) + kind) * 0x85ebca6bu >> 3;
}

static bool sound(const struct libindex *x)
{
	const struct head *h = &x->head;

	if (h->strs_len == 0 || x->strs[h->strs_len - 1])
		return false;
	for (uint32_t i = 0; i < h->nfiles; i++)
		if (x->firsts[i] > x->firsts[i + 1])
			return false;
	if (x->firsts[h->nfiles] != h->nnames)
		return false;
	for (uint32_t i = 0; i < h->nnames; i++) {
		const struct name *n = &x->names[i];

		if (n->text >= h->strs_len || n->file >= h->nfiles || n->kind > DEFINED_MACRO ||
		    (n->next != LIBINDEX_NONE && (n->next <= i || n->next >= h->nnames)))
			return false;
	}
	bool has_free = false;

	for (uint32_t i = 0; i < h->nslots; i++) {
		if (x->slots[i] > h->nnames)
			return false;
		has_free |= !x->slots[i];
	}
	return has_free;
}

/* The parts of an entry of n bytes at p. */
static bool lay_out(struct libindex *x, const void *p, size_t n, uint32_t nfiles)
{
	const struct head *h = p;

	if (n < sizeof *h || h->nfiles != nfiles || h->nnames > MAX_NAMES || h->nslots == 0 ||
	    (h->nslots & (h->nslots - 1)) || h->nslots > 4 * MAX_NAMES)
		return false;
	size_t names = (size_t)h->nnames * sizeof(struct name);
	size_t firsts = (h->nfiles + (size_t)1) * 4, slots = (size_t)h->nslots * 4;

	if (n != sizeof *h + names + firsts + slots + h->strs_len)
		return false;
	x->head = *h;
	x->names = (const struct name *)(h + 1);
	x->firsts = (const uint32_t *)(x->names + h->nnames);
	x->slots = x->firsts + h->nfiles + 1;
	x->strs = (const char *)(x->slots + h->nslots);
	return sound(x);
}

/* --- making --- */

struct maker {
	struct arena *arena;
	VEC(struct name) names;
	VEC(uint32_t) firsts;
	VEC(char) strs;
	uint32_t file;
};

static void found(void *ctx, const struct defined *d)
{
	struct maker *m = ctx;
	struct name n = {m->strs.n, m->file, d->kind, LIBINDEX_NONE};

	vec_push(m->arena, &m->names, n);
	for (const char *s = d->name; *s; s++)
		vec_push(m->arena, &m->strs, *s);
	vec_push(m->arena, &m->strs, '\0');
}

/* False when a file cannot be read. */
static bool read_names(struct maker *m, const char *const *paths, uint32_t n)
{
	struct sources *sources = sources_new(m->arena);
	struct parse_input in = {.arena = m->arena,
				 .names = intern_new(m->arena),
				 .sources = sources,
				 .diags = diags_new(m->arena, sources)};

	for (m->file = 0; m->file < n; m->file++) {
		const char *why;
		const struct source *src =
			sources_read(sources, m->arena, paths[m->file], SOURCE_TAPSET, &why);

		if (!src)
			return false;
		vec_push(m->arena, &m->firsts, m->names.n);
		outline_definitions(&in, src, found, m);
	}
	vec_push(m->arena, &m->firsts, m->names.n);
	vec_push(m->arena, &m->strs, '\0');
	return m->names.n < MAX_NAMES;
}

static bool same(const struct maker *m, const struct name *a, const struct name *b)
{
	return a->kind == b->kind && !strcmp(m->strs.v + a->text, m->strs.v + b->text);
}

/* Hashes the names; from the last to the first, so that each chain begins with the first. */
static uint32_t *make_slots(struct maker *m, uint32_t nslots)
{
	uint32_t *slots = arena_alloc(m->arena, nslots * sizeof *slots);

	for (uint32_t i = m->names.n; i-- > 0;) {
		struct name *n = &m->names.v[i];
		uint32_t at = hash_name(n->kind, m->strs.v + n->text) & (nslots - 1);

		while (slots[at] && !same(m, &m->names.v[slots[at] - 1], n))
			at = (at + 1) & (nslots - 1);
		if (slots[at])
			n->next = slots[at] - 1;
		slots[at] = i + 1;
	}
	return slots;
}

/* What an entry consists of; false when a file cannot be read.  m->arena holds it. */
static bool make_parts(struct maker *m, struct head *head, const char *const *paths, uint32_t n,
		       struct cache_part parts[NPARTS])
{
	uint32_t nslots = 16;

	if (!read_names(m, paths, n))
		return false;
	while (nslots < m->names.n * 2)
		nslots *= 2;
	const uint32_t *slots = make_slots(m, nslots);

	*head = (struct head){n, m->names.n, nslots, m->strs.n};
	parts[0] = (struct cache_part){head, sizeof *head};
	parts[1] = (struct cache_part){m->names.v, m->names.n * sizeof *m->names.v};
	parts[2] = (struct cache_part){m->firsts.v, m->firsts.n * sizeof *m->firsts.v};
	parts[3] = (struct cache_part){slots, nslots * sizeof *slots};
	parts[4] = (struct cache_part){m->strs.v, m->strs.n};
	return true;
}

static void make(struct arena *a, struct cache *c, const char *key, const char *const *paths,
		 uint32_t n)
{
	struct maker m = {.arena = arena_scratch(a)};
	struct cache_part parts[NPARTS];
	struct head head;

	if (make_parts(&m, &head, paths, n, parts))
		cache_put_parts(c, KIND, key, parts, NPARTS);
	arena_free(m.arena);
}

/* --- the one that comes with the library --- */

static const char SHIPPED[16] = "stapvet index 1";

/* Before an entry stand this, a mark for each file, and the files' names, each with its NUL, filled
 * up to a multiple of 4. */
struct shipped {
	char magic[16];
	int64_t made; /* seconds: a file must be older */
	uint32_t nfiles, names_len;
};

struct mark {
	int64_t size, changed; /* packages keep whole seconds */
};

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool mark_of(const char *path, struct mark *m)
{
	struct stat sb;

	if (stat(path, &sb) < 0 || !S_ISREG(sb.st_mode))
		return false;
	*m = (struct mark){sb.st_size, sb.st_mtim.tv_sec};
	return true;
}

bool libindex_ship(struct arena *a, FILE *out, const char *const *paths, uint32_t n)
{
	struct shipped s = {.made = time(NULL), .nfiles = n};
	struct mark *marks = arena_alloc(a, n * sizeof *marks);
	struct maker m = {.arena = a};
	struct cache_part parts[NPARTS];
	struct head head;
	VEC(char) names = {0};

	memcpy(s.magic, SHIPPED, sizeof SHIPPED);
	for (uint32_t i = 0; i < n; i++) {
		if (!mark_of(paths[i], &marks[i]))
			return false;
		for (const char *at = last_part(paths[i]); *at; at++)
			vec_push(a, &names, *at);
		vec_push(a, &names, '\0');
	}
	while (names.n % 4)
		vec_push(a, &names, '\0');
	s.names_len = names.n;
	if (!n || !make_parts(&m, &head, paths, n, parts))
		return false;
	fwrite(&s, sizeof s, 1, out);
	fwrite(marks, sizeof *marks, n, out);
	fwrite(names.v, 1, names.n, out);
	for (uint32_t i = 0; i < NPARTS; i++)
		fwrite(parts[i].p, 1, parts[i].n, out);
	return !ferror(out);
}

/* NULL when it cannot be read whole. */
static char *read_file(struct arena *a, const char *path, size_t *n)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat sb;
	char *p = NULL;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &sb) == 0 && S_ISREG(sb.st_mode) && sb.st_size <= MAX_SHIPPED) {
		*n = (size_t)sb.st_size;
		p = arena_alloc(a, *n);
		if (read(fd, p, *n) != sb.st_size)
			p = NULL;
	}
	close(fd);
	return p;
}

/* Are these the files that it was made of?  *at goes to the entry. */
static bool is_about(const char *p, size_t n, const char *const *paths, uint32_t nfiles, size_t *at)
{
	const struct shipped *s = (const void *)p;
	struct mark now;

	if (n < sizeof *s || memcmp(s->magic, SHIPPED, sizeof SHIPPED) || s->nfiles != nfiles ||
	    (n - sizeof *s) / sizeof now < nfiles)
		return false;
	const struct mark *marks = (const void *)(s + 1);
	const char *name = (const char *)(marks + nfiles), *end = name + s->names_len;

	*at = sizeof *s + nfiles * sizeof now + s->names_len;
	if (*at > n || s->names_len == 0 || s->names_len % 4 || end[-1])
		return false;
	for (uint32_t i = 0; i < nfiles; i++) {
		if (name >= end || strcmp(name, last_part(paths[i])) || !mark_of(paths[i], &now) ||
		    now.size != marks[i].size || now.changed != marks[i].changed ||
		    now.changed >= s->made)
			return false;
		name += strlen(name) + 1;
	}
	return true;
}

const struct libindex *libindex_shipped(struct arena *a, const char *path, const char *const *paths,
					uint32_t n)
{
	struct libindex *x = arena_make(a, struct libindex);
	size_t len, at;
	const char *p = n && n < MAX_FILES ? read_file(a, path, &len) : NULL;

	return p && is_about(p, len, paths, n, &at) && lay_out(x, p + at, len - at, n) ? x : NULL;
}

/* --- asking --- */

const struct libindex *libindex_open(struct arena *a, struct cache *c, const char *const *paths,
				     uint32_t n)
{
	struct libindex *x = arena_make(a, struct libindex);
	const char *key = c && n && n < MAX_FILES ? key_of(a, paths, n) : NULL;
	const void *p;
	size_t len;

	if (!key)
		return NULL;
	if (cache_get(c, KIND, key, &p, &len) && lay_out(x, p, len, n))
		return x;
	if (!cache_get(c, ASKED, key, &p, &len)) {
		cache_put(c, ASKED, key, "", 0);
		return NULL;
	}
	make(a, c, key, paths, n);
	return cache_get(c, KIND, key, &p, &len) && lay_out(x, p, len, n) ? x : NULL;
}

uint32_t libindex_first(const struct libindex *x, enum defined_kind kind, const char *name,
			uint32_t *at)
{
	uint32_t mask = x->head.nslots - 1, slot = hash_name(kind, name) & mask;

	for (; x->slots[slot]; slot = (slot + 1) & mask) {
		const struct name *n = &x->names[x->slots[slot] - 1];

		if (n->kind != kind || strcmp(x->strs + n->text, name) != 0)
			continue;
		*at = x->slots[slot] - 1;
		return n->file;
	}
	return LIBINDEX_NONE;
}

uint32_t libindex_next(const struct libindex *x, uint32_t *at)
{
	*at = x->names[*at].next;
	return *at == LIBINDEX_NONE ? LIBINDEX_NONE : x->names[*at].file;
}

bool libindex_name(const struct libindex *x, uint32_t file, uint32_t i, struct defined *out)
{
	uint32_t at = x->firsts[file] + i;

	if (at >= x->firsts[file + 1])
		return false;
	*out = (struct defined){x->names[at].kind, x->strs + x->names[at].text};
	return true;
}
