/*
 * Telling the forms apart by content.  origin_open() reads headers only, so that opening is cheap:
 * it says whether the file can be what it claims to be, and whether it is cut short; the kernel in
 * a vmlinuz is unpacked by origin_btf(), when the first question comes.  A file that is packed as
 * a whole (a module, say) is unpacked at once, and only one layer of packing is taken off.
 */
#include "target/origin.h"
#include "target/bzimage.h"
#include "target/elfsec.h"
#include "target/place.h"
#include "target/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAX_FILE = 2040 * 1024 * 1024, /* a vmlinux with debuginfo; only mapped */
	MAX_PACKED = 64 * 1024 * 1024,
};

static struct bytes after(struct bytes b, uint64_t at)
{
	return at <= b.n ? store_sub(b, at, b.n - at) : (struct bytes){0};
}

/* "Linux version REL …" stands in every kernel's read-only data. */
static const char *banner_release(struct bytes elf, struct arena *a)
{
	static const char words[] = "Linux version ";
	struct bytes b = elfsec_find(elf, ".rodata");

	for (const char *s; (s = store_text(b, words));) {
		b = after(b, (size_t)(s + strlen(words) - (const char *)b.p));
		const char *release = place_release_word((const char *)b.p, b.n, a);

		if (release && strchr(release, '.'))
			return release;
	}
	return NULL;
}

char *origin_module_name(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name = arena_strdup(a, slash ? slash + 1 : path), *dot = strstr(name, ".ko");

	if (dot)
		*dot = '\0';
	for (char *p = name; *p; p++)
		if (*p == '-')
			*p = '_';
	return name;
}

static bool open_module(struct store *st, struct origin *o, struct bytes b)
{
	const char *magic = elfsec_modinfo(b, "vermagic", st->arena);
	const char *name = elfsec_modinfo(b, "name", st->arena);

	o->form = ORIGIN_MODULE;
	o->module = origin_module_name(st->arena, name && *name ? name : o->path);
	if (magic)
		o->release = place_release_word(magic, strlen(magic), st->arena);
	return true;
}

static bool open_elf(struct store *st, struct origin *o, struct bytes b)
{
	if (elfsec_class(b) != ELFSEC_OURS)
		return store_fail(st, DIAG_TARGET_UNKNOWN_FORM,
				  "it is ELF of another width or byte order, or cut short");
	if (!elfsec_whole(b))
		return store_fail(st, DIAG_TARGET_DAMAGED, "it is ELF, but damaged or cut short");
	o->machine = elfsec_machine(b);
	if (elfsec_relocatable(b))
		return open_module(st, o, b);
	o->form = ORIGIN_VMLINUX;
	o->release = banner_release(b, st->arena);
	return true;
}

static bool open_raw(struct store *st, struct origin *o, struct bytes b)
{
	o->form = unit_is_split(b) ? ORIGIN_SPLIT : ORIGIN_RAW;
	if (o->form == ORIGIN_SPLIT)
		o->module = origin_module_name(st->arena, o->path);
	if (place_is_running(st->arena, o->path)) {
		o->release = place_running_release(st->arena);
		o->machine = place_running_machine(st->arena);
	}
	return true;
}

static bool is_facts(struct bytes b)
{
	return b.n > 14 && !memcmp(b.p, "stapvet facts ", 14);
}

static bool identify(struct store *st, struct origin *o, bool packed)
{
	struct bytes b = {o->file->data, o->file->len};
	enum unpack_codec codec = unpack_codec(b);

	if (is_facts(b)) {
		o->form = ORIGIN_FACTS;
		return true;
	}
	if (elfsec_class(b) != ELFSEC_NONE)
		return open_elf(st, o, b);
	if (unit_is_btf(b))
		return open_raw(st, o, b);
	if (bzimage_is(b))
		return bzimage_open(st, o, b);
	if (codec == UNPACK_NONE || packed)
		return store_fail(st, DIAG_TARGET_UNKNOWN_FORM,
				  "it is no vmlinux, vmlinuz, BTF, module or facts file");
	if (b.n > MAX_PACKED)
		return store_fail(st, DIAG_TARGET_TOO_LARGE, "it is packed and larger than %u MiB",
				  MAX_PACKED / MIB);
	struct image *out = unpack_run(st, codec, b, 0, STORE_MAX_UNPACKED, NULL);

	store_drop(st, o->file);
	o->file = out;
	o->codec = codec;
	return out && identify(st, o, true);
}

static const char *word_of(const char *s)
{
	return *s ? s : NULL;
}

/* What an earlier run found out. */
static bool open_kept(struct store *st, struct origin *o)
{
	const struct unitcache_head *h;

	if (!unitcache_get(st, o->key, &o->kept))
		return false;
	h = o->kept.head;
	if (h->form == ORIGIN_NONE || h->form >= ORIGIN_FACTS || h->codec > UNPACK_LZ4 ||
	    (*h->release && !place_is_release(h->release)) ||
	    (!*h->module && (h->form == ORIGIN_SPLIT || h->form == ORIGIN_MODULE))) {
		o->kept = (struct unitcache_kept){0};
		return false;
	}
	o->form = h->form;
	o->codec = h->codec;
	o->release = word_of(h->release);
	o->machine = word_of(h->machine);
	o->module = word_of(h->module);
	return true;
}

bool origin_reopen(struct store *st, struct origin *o)
{
	const char *path = o->path, *key = o->key;

	*o = (struct origin){.path = path, .key = key, .file = store_read(st, path, MAX_FILE)};
	if (!o->file)
		return false;
	if (identify(st, o, false))
		return true;
	store_drop(st, o->file);
	o->file = NULL;
	return false;
}

bool origin_open(struct store *st, const char *path, struct origin *o)
{
	*o = (struct origin){.path = path, .key = unitcache_key(st, path)};
	return open_kept(st, o) || origin_reopen(st, o);
}

/* u NULL: only what was found out on opening. */
static void keep(const struct store *st, const struct origin *o, const struct target_unit *u)
{
	struct unitcache_head h = {.form = o->form, .codec = o->codec};

	/* a file that is mapped as it is need not be kept twice, nor the kernel's own */
	h.own_btf = o->form != ORIGIN_RAW || o->codec;
	snprintf(h.release, sizeof h.release, "%s", o->release ? o->release : "");
	snprintf(h.machine, sizeof h.machine, "%s", o->machine ? o->machine : "");
	snprintf(h.module, sizeof h.module, "%s", o->module ? o->module : "");
	unitcache_put(st, o->key, &h, u);
}

bool origin_verify(struct store *st, struct origin *o)
{
	if (o->kept.head || o->form != ORIGIN_VMLINUZ)
		return true;
	if (!bzimage_verify(st, o))
		return false;
	keep(st, o, NULL);
	return true;
}

/* The .BTF of an ELF image, in place; {NULL, 0} and false after store_fail(). */
static bool elf_btf(struct store *st, struct bytes elf, struct bytes *btf)
{
	struct bytes found = elfsec_find(elf, ".BTF");

	*btf = (struct bytes){0};
	if (!elfsec_whole(elf))
		return store_fail(st, DIAG_TARGET_DAMAGED, "the kernel in it is damaged");
	if (elfsec_find(elf, ".BTF.base").n)
		return store_fail(st, DIAG_TARGET_NO_BTF,
				  "its BTF has a base of its own (.BTF.base), not the kernel's");
	if (!found.n)
		return store_fail(st, DIAG_TARGET_NO_BTF, "it has no .BTF section");
	if (found.n > STORE_MAX_BTF)
		return store_fail(st, DIAG_TARGET_TOO_LARGE, "its BTF is larger than %u MiB",
				  STORE_MAX_BTF / MIB);
	*btf = found;
	return true;
}

/* The kernel packed in a vmlinuz: its ELF, and the BTF in it. */
static struct image *packed_kernel(struct store *st, struct origin *o, struct bytes *btf)
{
	struct image *kernel;

	if (!bzimage_verify(st, o))
		return NULL;
	kernel = bzimage_unpack(st, o, btf);
	if (kernel)
		o->build_id =
			elfsec_build_id((struct bytes){kernel->data, kernel->len}, st->arena);
	if (!kernel || btf->p || elf_btf(st, (struct bytes){kernel->data, kernel->len}, btf))
		return kernel;
	store_drop(st, kernel);
	return NULL;
}

struct image *origin_btf(struct store *st, struct origin *o)
{
	struct image *file = o->file, *kernel = NULL, *copy = NULL;
	struct bytes btf = {0};

	o->file = NULL;
	switch (o->form) {
	case ORIGIN_RAW:
	case ORIGIN_SPLIT: return file;
	case ORIGIN_NONE:
	case ORIGIN_FACTS:
		store_fail(st, DIAG_TARGET_UNKNOWN_FORM, "it has no BTF of its own");
		break;
	case ORIGIN_VMLINUZ: kernel = packed_kernel(st, o, &btf); break;
	case ORIGIN_VMLINUX:
	case ORIGIN_MODULE: elf_btf(st, (struct bytes){file->data, file->len}, &btf); break;
	}
	if (btf.p)
		copy = store_copy(st, btf);
	store_drop(st, kernel);
	store_drop(st, file);
	return copy;
}

/* The unit of what is kept; NULL when that does not serve. */
static struct target_unit *kept_unit(struct store *st, struct origin *o, struct target_unit *base,
				     struct image **held)
{
	struct bytes raw = o->kept.btf;
	struct target_unit *u;

	if (!raw.p) {
		*held = store_read(st, o->path, STORE_MAX_BTF);
		if (!*held)
			return NULL;
		raw = (struct bytes){(*held)->data, (*held)->len};
	}
	u = unitcache_unit(st, &o->kept, raw, base);
	if (!u && *held) {
		store_drop(st, *held);
		*held = NULL;
	}
	return u;
}

struct target_unit *origin_unit(struct store *st, struct origin *o, struct target_unit *base,
				struct image **held)
{
	struct target_unit *u = NULL;

	*held = NULL;
	if (o->kept.head) {
		u = kept_unit(st, o, base, held);
		if (!u && !origin_reopen(st, o))
			return NULL;
	}
	if (!u) {
		*held = origin_btf(st, o);
		if (!*held)
			return NULL;
		u = unit_new(st, (struct bytes){(*held)->data, (*held)->len}, base);
		if (u)
			keep(st, o, u);
	}
	if (u && !base)
		u->key = o->key;
	if (!u && *held) {
		store_drop(st, *held);
		*held = NULL;
	}
	return u;
}

const char *origin_text(const struct origin *o, struct arena *a)
{
	static const char *const words[] = {
		[ORIGIN_NONE] = "nothing",     [ORIGIN_RAW] = "BTF",
		[ORIGIN_SPLIT] = "module BTF", [ORIGIN_VMLINUX] = "vmlinux",
		[ORIGIN_VMLINUZ] = "vmlinuz",  [ORIGIN_MODULE] = "module",
		[ORIGIN_FACTS] = "facts file",
	};

	if (o->codec == UNPACK_NONE)
		return words[o->form];
	return arena_printf(a, "%s, %s", words[o->form], unpack_word(o->codec));
}
