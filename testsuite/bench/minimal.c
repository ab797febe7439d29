/*
 * minimal FILE: the least that a tool must do for facts about functions: reads a raw BTF or the one
 * in a vmlinuz (gzip, xz, zstd or LZ4), walks the types and hashes the names of the functions.
 * Nothing is checked.  What stapvet's cold time is measured against.
 */
#include <fcntl.h>
#include <linux/btf.h>
#include <lz4.h>
#include <lzma.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

static uint8_t *read_file(const char *path, size_t *n)
{
	int fd = open(path, O_RDONLY);
	struct stat sb;

	if (fd < 0 || fstat(fd, &sb) < 0)
		exit(1);
	*n = (size_t)sb.st_size;
	uint8_t *p = mmap(NULL, *n, PROT_READ, MAP_PRIVATE, fd, 0);

	if (p != MAP_FAILED)
		return p;
	p = malloc(*n);
	for (size_t at = 0; at < *n;) {
		ssize_t got = read(fd, p + at, *n - at);

		if (got <= 0)
			exit(1);
		at += (size_t)got;
	}
	return p;
}

static uint32_t number(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, 4);
	return v;
}

static size_t unlz4(const uint8_t *p, size_t n, uint8_t *out, size_t size)
{
	size_t done = 0;

	for (size_t at = 4; at + 4 < n && done < size;) {
		uint32_t chunk = number(p + at);
		int got = LZ4_decompress_safe((const char *)p + at + 4, (char *)out + done,
					      (int)chunk, (int)(size - done));

		if (got <= 0)
			break;
		done += (size_t)got;
		at += 4 + chunk;
	}
	return done;
}

static uint8_t *unpack(const uint8_t *file, size_t *n)
{
	const uint8_t *setup = file + ((file[0x1f1] ? file[0x1f1] : 4) + 1) * 512;
	const uint8_t *p = setup + number(file + 0x248);
	size_t len = number(file + 0x24c), size = number(p + len - 4), from = 0, to = 0;
	uint8_t *out = malloc(size);
	uint64_t limit = UINT64_MAX;
	z_stream z = {.next_in = (uint8_t *)p, .avail_in = len, .next_out = out, .avail_out = size};

	*n = size;
	if (p[0] == 0x02 && p[1] == 0x21)
		unlz4(p, len, out, size);
	else if (p[0] == 0x28)
		ZSTD_decompress(out, size, p, ZSTD_findFrameCompressedSize(p, len));
	else if (p[0] == 0xfd)
		size = lzma_stream_buffer_decode(&limit, 0, NULL, p, &from, len, out, &to, size);
	else if (inflateInit2(&z, 31) == Z_OK)
		inflate(&z, Z_FINISH);
	return out;
}

/* The BTF section of an unpacked kernel, by the ELF section table. */
static const uint8_t *find_btf(const uint8_t *elf)
{
	uint64_t table, off;
	uint16_t count, names;

	memcpy(&table, elf + 0x28, 8);
	memcpy(&count, elf + 0x3c, 2);
	memcpy(&names, elf + 0x3e, 2);
	memcpy(&off, elf + table + names * 64u + 0x18, 8);
	for (unsigned i = 0; i < count; i++) {
		const uint8_t *s = elf + table + i * 64u;
		uint64_t at;

		memcpy(&at, s + 0x18, 8);
		if (!strcmp((const char *)elf + off + number(s), ".BTF"))
			return elf + at;
	}
	exit(1);
}

static uint32_t rest(const struct btf_type *t)
{
	uint32_t n = BTF_INFO_VLEN(t->info);

	switch (BTF_INFO_KIND(t->info)) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG: return 4;
	case BTF_KIND_ARRAY: return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_ENUM64:
	case BTF_KIND_DATASEC: return n * 12;
	case BTF_KIND_ENUM:
	case BTF_KIND_FUNC_PROTO: return n * 8;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static uint32_t table[1 << 18];
	size_t n;
	const uint8_t *p = argc > 1 ? read_file(argv[1], &n) : NULL;

	if (!p || n < 1024)
		return 2;
	if (number(p) != 0x0001eb9f)
		p = find_btf(unpack(p, &n));
	const struct btf_header *h = (const void *)p;
	const uint8_t *at = p + h->hdr_len + h->type_off, *end = at + h->type_len;
	const char *strs = (const char *)p + h->hdr_len + h->str_off;
	uint32_t functions = 0, id = 1;

	for (; at < end; id++) {
		const struct btf_type *t = (const void *)at;
		uint32_t hash = 2166136261u;

		at += sizeof *t + rest(t);
		if (BTF_INFO_KIND(t->info) != BTF_KIND_FUNC)
			continue;
		for (const char *s = strs + t->name_off; *s; s++)
			hash = (hash ^ (uint8_t)*s) * 16777619;
		while (table[hash >> 14])
			hash += 1 << 14;
		table[hash >> 14] = id;
		functions++;
	}
	printf("%u functions\n", functions);
	return 0;
}
