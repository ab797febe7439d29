/*
 * Unpacking a kernel, walking its BTF and hashing its names take a hundred times as long as using
 * what came out of it, so the cache keeps that, keyed by the identity of the file.  What comes back
 * is an input like any other: sizes are checked here, in no more time than it takes to look at
 * them, and each offset when it is used (unit_type() of a unit that is `kept`).  A table of names
 * is an entry of its own, since most runs need one of them or none.  It does not catch an entry
 * that tells another truth than the file; only its owner could have written that.
 */
#include "target/unitcache.h"
#include "base/cache.h"
#include "target/place.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

static const char KIND[] = "btf2";

/* --- keys --- */

static const char *running_key(struct arena *a)
{
	unsigned char notes[512];
	int fd = open("/sys/kernel/notes", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, notes, sizeof notes) : -1;
	char *text = arena_alloc(a, sizeof notes * 2 + 1);
	const char *release = place_running_release(a);

	if (fd >= 0)
		close(fd);
	if (n <= 0 || !release)
		return NULL;
	for (ssize_t i = 0; i < n; i++) {
		text[2 * i] = "0123456789abcdef"[notes[i] >> 4];
		text[2 * i + 1] = "0123456789abcdef"[notes[i] & 15];
	}
	return arena_printf(a, "running %s %s", release, text);
}

/* Also through a link; place_is_running() takes ten times as long. */
static bool is_sysfs(const char *path)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 && fs.f_type == SYSFS_MAGIC;
}

const char *unitcache_key(const struct store *st, const char *path)
{
	if (!st->cache)
		return NULL;
	/* files in sysfs have no times of their own */
	if (!strcmp(path, "/sys/kernel/btf/vmlinux"))
		return running_key(st->arena);
	return is_sysfs(path) ? NULL : cache_identity(st->arena, path);
}

/* FNV-1a, 64 bits. */
static uint64_t base_mark(const struct target_unit *base)
{
	uint64_t h = 0xcbf29ce484222325u;

	if (!base)
		return 0;
	for (const char *s = base->key ? base->key : ""; *s; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3u;
	return ((h ^ base->end_id) * 0x100000001b3u ^ base->strs_len) | 1;
}

/* --- units --- */

static bool ends(const char *word)
{
	return memchr(word, '\0', UNITCACHE_WORD) != NULL;
}

bool unitcache_get(const struct store *st, const char *key, struct unitcache_kept *out)
{
	const void *p;
	size_t n;

	*out = (struct unitcache_kept){0};
	if (!key || !cache_get(st->cache, KIND, key, &p, &n) || n < sizeof *out->head)
		return false;
	const struct unitcache_head *h = p;
	uint64_t offsets = (uint64_t)h->ntypes * sizeof(uint32_t);
	struct bytes rest = {(const uint8_t *)(h + 1), n - sizeof *h};

	if (h->zero || h->own_btf > 1 || !ends(h->release) || !ends(h->machine) ||
	    !ends(h->module) || h->btf_len > STORE_MAX_BTF ||
	    offsets + (h->own_btf ? h->btf_len : 0) != rest.n)
		return false;
	out->head = h;
	out->offsets = (const uint32_t *)(const void *)rest.p;
	if (h->own_btf)
		out->btf = store_sub(rest, offsets, h->btf_len);
	return true;
}

struct target_unit *unitcache_unit(struct store *st, const struct unitcache_kept *k,
				   struct bytes raw, struct target_unit *base)
{
	if (k->head->base != base_mark(base) || raw.n != k->head->btf_len)
		return NULL;
	return unit_kept(st, raw, base, k->offsets, k->head->ntypes);
}

void unitcache_put(const struct store *st, const char *key, struct unitcache_head *head,
		   const struct target_unit *u)
{
	if (!st->cache || !key || (u && u->base && !u->base->key))
		return;
	if (!u) {
		head->own_btf = 1;
		cache_put(st->cache, KIND, key, head, sizeof *head);
		return;
	}
	head->base = base_mark(u->base);
	head->ntypes = u->end_id - u->first_id;
	head->btf_len = (uint32_t)u->raw.n;
	const struct cache_part parts[] = {
		{head, sizeof *head},
		{u->offsets, head->ntypes * sizeof *u->offsets},
		{u->raw.p, head->own_btf ? u->raw.n : 0},
	};

	cache_put_parts(st->cache, KIND, key, parts, 3);
}

/* --- tables of names --- */

static const char *table_kind(enum unit_class class)
{
	return class == UNIT_FUNC ? "funcs1" : class == UNIT_ENUMERATOR ? "enumerators1" : "types1";
}

bool unitcache_get_names(const struct target_unit *u, enum unit_class class, struct unit_names *out)
{
	const void *p;
	size_t n;

	if (!u->key || !cache_get(u->cache, table_kind(class), u->key, &p, &n))
		return false;
	size_t slots = n / sizeof *out->slots;

	if (n % sizeof *out->slots || slots < 2 || (slots & (slots - 1)))
		return false;
	*out = (struct unit_names){.slots = p, .mask = (uint32_t)slots - 1, .built = true};
	return true;
}

void unitcache_put_names(const struct target_unit *u, enum unit_class class,
			 const struct unit_names *names)
{
	if (u->key && names->slots)
		cache_put(u->cache, table_kind(class), u->key, names->slots,
			  ((size_t)names->mask + 1) * sizeof *names->slots);
}
