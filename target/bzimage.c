/*
 * A vmlinuz for x86 (Documentation/arch/x86/boot.rst).  The header is checked on opening. Unpacking
 * is the slowest thing this room does, and BTF lies in the first half of the kernel, so it stops as
 * soon as a whole BTF of a kernel's size has been seen; the section table, which would tell where
 * BTF is, comes last.  That is done only where nothing is lost by it: when the image's own checksum
 * was good, or the packing has none.  When no BTF is recognised, the caller gets all of the ELF.
 */
#include "target/bzimage.h"
#include "target/place.h"
#include "target/unit.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

enum { HEADER_END = 0x264, SMALLEST_BTF = 256 * 1024 };

static uint32_t number(struct bytes b, size_t at, unsigned n)
{
	uint32_t v = 0;

	while (n--)
		v = v << 8 | b.p[at + n];
	return v;
}

bool bzimage_is(struct bytes b)
{
	return b.n > HEADER_END && !memcmp(b.p + 0x202, "HdrS", 4) && b.p[0x1fe] == 0x55 &&
	       b.p[0x1ff] == 0xaa;
}

static uint64_t setup_size(struct bytes b)
{
	return ((b.p[0x1f1] ? b.p[0x1f1] : 4u) + 1) * 512;
}

bool bzimage_open(struct store *st, struct origin *o, struct bytes b)
{
	uint64_t at = setup_size(b) + number(b, 0x248, 4), n = number(b, 0x24c, 4);
	uint64_t end = setup_size(b) + (uint64_t)number(b, 0x1f4, 4) * 16;
	unsigned version = number(b, 0x206, 2), name = number(b, 0x20e, 2);

	o->form = ORIGIN_VMLINUZ;
	o->machine = number(b, 0x236, 2) & 1 ? "x86_64" : "i686";
	if (name && name + 0x200u < b.n)
		o->release = place_release_word((const char *)b.p + name + 0x200,
						b.n - name - 0x200, st->arena);
	if (version < 0x208)
		return store_fail(st, DIAG_TARGET_UNKNOWN_FORM,
				  "its boot header is older than version 2.08");
	o->whole = store_sub(b, 0, end);
	o->payload = store_sub(b, at, n);
	if (!o->whole.p || !o->payload.p || n < 16)
		return store_fail(st, DIAG_TARGET_DAMAGED, "the kernel in it is cut short");
	o->codec = unpack_codec(o->payload);
	o->payload_size = number(o->payload, n - 4, 4);
	if (o->codec == UNPACK_NONE)
		return store_fail(st, DIAG_TARGET_UNKNOWN_FORM,
				  "the kernel in it is packed in a way that is not known");
	if (o->payload_size == 0 || o->payload_size > STORE_MAX_UNPACKED)
		return store_fail(st, DIAG_TARGET_DAMAGED,
				  "the kernel in it says that it unpacks to %zu bytes",
				  o->payload_size);
	return true;
}

/* The checksum of b with the bytes of the two fields taken as zero. */
static uint32_t checksum(struct bytes b, const size_t at[2], const size_t len[2])
{
	static const uint8_t zeroes[8];
	uLong crc = crc32_z(0, NULL, 0);
	size_t from = 0;

	for (int i = 0; i < 2; i++) {
		crc = crc32_z(crc, b.p + from, at[i] - from);
		crc = crc32_z(crc, zeroes, len[i]);
		from = at[i] + len[i];
	}
	return (uint32_t)crc32_z(crc, b.p + from, b.n - from);
}

/* Where the PE header has its checksum, and the place of its signature; false without one. */
static bool signed_fields(struct bytes b, size_t at[2])
{
	if (b.p[0] != 'M' || b.p[1] != 'Z')
		return false;
	size_t pe = number(b, 0x3c, 4);

	if (pe > 0x1000 || pe + 0x200 > b.n || memcmp(b.p + pe, "PE\0\0", 4))
		return false;
	at[0] = pe + 24 + 64;
	at[1] = pe + 24 + (number(b, pe + 24, 2) == 0x20b ? 144 : 128);
	return true;
}

bool bzimage_verify(struct store *st, struct origin *o)
{
	size_t at[2] = {0, 0}, len[2] = {4, 8};
	unsigned major, minor;

	if (o->verified)
		return true;
	if (!signed_fields(o->whole, at))
		len[0] = len[1] = 0;
	if (checksum(o->whole, at, len) == UINT32_MAX)
		o->verified = true;
	else if (o->release && sscanf(o->release, "%5u.%5u", &major, &minor) == 2 &&
		 (major < 6 || (major == 6 && minor < 15)))
		return store_fail(st, DIAG_TARGET_DAMAGED, "its checksum is wrong");
	return true;
}

/* --- finding BTF in a kernel that is still being unpacked --- */

struct hunt {
	struct unpack_stop stop;
	struct store quiet;
	size_t from;      /* where to look next */
	struct bytes btf; /* found */
};

/* The header as pahole writes it: version 1, no flags, 24 bytes, types first, then strings. */
static size_t btf_length(struct bytes b, size_t at)
{
	uint32_t types, strs;

	if (b.n - at < sizeof(struct btf_header))
		return 0;
	types = number(b, at + 12, 4);
	strs = number(b, at + 20, 4);
	if (number(b, at + 8, 4) != 0 || number(b, at + 16, 4) != types)
		return 0;
	if (types < SMALLEST_BTF || types > STORE_MAX_BTF || strs > STORE_MAX_BTF || at % 4)
		return 0;
	return sizeof(struct btf_header) + types + strs;
}

/* The first place from `at` on, a multiple of 4, where the 8 bytes stand; memmem() is slower. */
static const uint8_t *find_aligned(struct bytes b, size_t at, const uint8_t start[8])
{
	uint32_t first, second;
	const uint32_t *p = (const uint32_t *)(const void *)b.p;

	memcpy(&first, start, 4);
	memcpy(&second, start + 4, 4);
	for (at /= 4; at + 2 <= b.n / 4; at++)
		if (p[at] == first && p[at + 1] == second)
			return b.p + at * 4;
	return NULL;
}

static bool enough(struct unpack_stop *stop, struct bytes b)
{
	static const uint8_t start[8] = {0x9f, 0xeb, 1, 0, 24, 0, 0, 0};
	struct hunt *h = (struct hunt *)stop;

	while (h->from + sizeof(struct btf_header) <= b.n) {
		const uint8_t *p = find_aligned(b, h->from, start);

		if (!p) {
			h->from = (b.n - sizeof(struct btf_header)) & ~(size_t)3;
			return false;
		}
		h->from = (size_t)(p - b.p);
		size_t n = btf_length(b, h->from);

		if (n > b.n - h->from || b.n - h->from < sizeof(struct btf_header))
			return false;
		h->btf = store_sub(b, h->from, n);
		if (n && unit_is_whole(&h->quiet, h->btf))
			return true;
		h->from += sizeof start;
	}
	return false;
}

struct image *bzimage_unpack(struct store *st, const struct origin *o, struct bytes *btf)
{
	struct hunt h = {.stop.enough = enough, .quiet.arena = arena_scratch(st->arena)};
	bool hunting = o->verified || o->codec == UNPACK_LZ4;
	struct image *m = unpack_run(st, o->codec, o->payload, o->payload_size, STORE_MAX_UNPACKED,
				     hunting ? &h.stop : NULL);

	*btf = m && h.stop.stopped ? h.btf : (struct bytes){0};
	arena_free(h.quiet.arena);
	return m;
}
