/*
 * Small kernels and modules made in memory, for the tests of the target: BTF written with libbpf,
 * ELF and boot images around it.  Files go into a folder of their own, which is removed at the end.
 */
#ifndef TESTSUITE_TARGET_FIXTURE_H
#define TESTSUITE_TARGET_FIXTURE_H

#include "target/target.h"

#include <bpf/btf.h>
#include <elf.h>
#include <lz4.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

struct fixture {
	unsigned made, failed;
	char dir[64];
	struct arena *a;
	struct diags *ds;
};

struct blob {
	unsigned char *p;
	size_t n;
};

#define CHECK(f, condition) check_that(f, __FILE__, __LINE__, condition, #condition)

static inline void check_that(struct fixture *f, const char *file, int line, bool ok,
			      const char *what)
{
	f->made++;
	if (ok)
		return;
	f->failed++;
	printf("%s:%d: %s\n", file, line, what);
}

static inline void fixture_start(struct fixture *f)
{
	const char *top = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

	*f = (struct fixture){0};
	snprintf(f->dir, sizeof f->dir, "%s/stapvet-target-XXXXXX", top);
	if (!mkdtemp(f->dir)) {
		perror("mkdtemp");
		abort();
	}
	f->a = arena_new(0, NULL);
	f->ds = diags_new(f->a, sources_new(f->a));
}

static inline int fixture_end(struct fixture *f)
{
	char command[128];

	snprintf(command, sizeof command, "rm -rf '%s'", f->dir);
	if (system(command) != 0)
		f->failed++;
	arena_free(f->a);
	printf("ok %u\n", f->made - f->failed);
	return f->failed != 0;
}

/* --- files --- */

static inline const char *in_dir(struct fixture *f, const char *name)
{
	return arena_printf(f->a, "%s/%s", f->dir, name);
}

/* Writes a file; folders on the way are made. */
static inline const char *put_file(struct fixture *f, const char *name, struct blob b)
{
	const char *path = in_dir(f, name);
	char *folder = arena_strdup(f->a, path);
	FILE *out;

	for (char *p = folder + strlen(f->dir) + 1; (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		mkdir(folder, 0755);
	}
	/* a new file, since writing over an old one waits for the disk */
	unlink(path);
	out = fopen(path, "wb");
	if (!out || (b.n && fwrite(b.p, 1, b.n, out) != b.n) || fclose(out) != 0)
		abort();
	return path;
}

static inline struct blob get_file(struct fixture *f, const char *path)
{
	FILE *in = fopen(path, "rb");
	struct blob b = {0};

	if (!in)
		return b;
	fseek(in, 0, SEEK_END);
	b.n = (size_t)ftell(in);
	rewind(in);
	b.p = arena_alloc(f->a, b.n + 1);
	if (fread(b.p, 1, b.n, in) != b.n)
		b.n = 0;
	fclose(in);
	return b;
}

static inline const struct target *open_target(struct fixture *f, const char *path)
{
	struct target_request req = {.what = path};

	return target_open(f->a, f->ds, &req);
}

/* The tag of the last diagnostic, "" without one. */
static inline const char *last_tag(const struct fixture *f)
{
	return f->ds->list.n ? diag_word(f->ds->list.v[f->ds->list.n - 1]->tag) : "";
}

/* Opening it must fail with this tag. */
static inline bool refused(struct fixture *f, const char *path, const char *tag)
{
	uint32_t before = f->ds->list.n;
	const struct target *t = open_target(f, path);

	if (t || f->ds->list.n == before || strcmp(last_tag(f), tag)) {
		printf("%s: %s, not %s\n", path, t ? "opened" : last_tag(f), tag);
		target_close(t);
		return false;
	}
	return true;
}

/* --- BTF --- */

/* Moves what libbpf wrote into the arena. */
static inline struct blob take_btf(struct fixture *f, struct btf *btf)
{
	uint32_t n;
	const void *p = btf__raw_data(btf, &n);
	struct blob b = {arena_alloc(f->a, n), n};

	memcpy(b.p, p, n);
	return b;
}

/*
 * A kernel: vfs_read(struct file *, char *, unsigned long) and vfs_write, struct file with an
 * anonymous union and bit fields, a tracepoint, an enum, a typedef.
 */
static inline struct btf *kernel_btf(void)
{
	struct btf *b = btf__new_empty();
	int i = btf__add_int(b, "int", 4, BTF_INT_SIGNED), c = btf__add_int(b, "char", 1, 0);
	int ul = btf__add_int(b, "unsigned long", 8, 0),
	    size_type = btf__add_typedef(b, "size_t", ul);
	int text = btf__add_ptr(b, btf__add_const(b, c)), array = btf__add_array(b, i, c, 16);
	int bits, file, proto, trace, un;

	un = btf__add_union(b, NULL, 8);
	btf__add_field(b, "count", ul, 0, 0);
	btf__add_field(b, "next", text, 0, 0);
	bits = btf__add_struct(b, NULL, 8);
	btf__add_field(b, "low", i, 0, 3);
	btf__add_field(b, "high", i, 3, 5);
	file = btf__add_struct(b, "file", 48);
	btf__add_field(b, "f_pos", i, 0, 0);
	btf__add_field(b, NULL, un, 64, 0);
	btf__add_field(b, NULL, bits, 128, 0);
	btf__add_field(b, "name", array, 192, 0);
	btf__add_field(b, "size", size_type, 320, 0);
	btf__add_enum(b, "colour", 4);
	btf__add_enum_value(b, "COLOUR_RED", 3);
	btf__add_enum_value(b, "COLOUR_BLUE", 9);
	file = btf__add_ptr(b, file);
	proto = btf__add_func_proto(b, ul);
	btf__add_func_param(b, "file", file);
	btf__add_func_param(b, "buf", text);
	btf__add_func_param(b, "count", size_type);
	btf__add_func(b, "vfs_read", BTF_FUNC_STATIC, proto);
	btf__add_func(b, "vfs_write", BTF_FUNC_STATIC, proto);
	btf__add_func(b, "vfs_read", BTF_FUNC_STATIC, proto);
	trace = btf__add_func_proto(b, 0);
	btf__add_func_param(b, "data", text);
	btf__add_func_param(b, "how", i);
	btf__add_typedef(b, "btf_trace_open", btf__add_ptr(b, trace));
	return b;
}

/* A module over that kernel: probe_card(struct card *), and the kernel's size_t in its struct. */
static inline struct btf *module_btf(struct btf *kernel)
{
	struct btf *b = btf__new_empty_split(kernel);
	int card = btf__add_struct(b, "card", 56), proto, ptr;

	btf__add_field(b, "size", btf__find_by_name(kernel, "size_t"), 0, 0);
	btf__add_field(b, "file", btf__find_by_name(kernel, "file"), 64, 0);
	ptr = btf__add_ptr(b, card);
	proto = btf__add_func_proto(b, btf__find_by_name(kernel, "int"));
	btf__add_func_param(b, "card", ptr);
	btf__add_func(b, "probe_card", BTF_FUNC_STATIC, proto);
	return b;
}

/* --- ELF and boot images --- */

struct part {
	const char *name;
	struct blob data;
};

/* An ELF file of that type with those sections. */
static inline struct blob make_elf(struct fixture *f, unsigned type, const struct part *parts,
				   unsigned n)
{
	Elf64_Ehdr eh = {.e_type = (Elf64_Half)type,
			 .e_machine = EM_X86_64,
			 .e_shentsize = sizeof(Elf64_Shdr),
			 .e_shnum = (Elf64_Half)(n + 2),
			 .e_shstrndx = (Elf64_Half)(n + 1)};
	Elf64_Shdr sh[8] = {0};
	char names[256] = "";
	size_t at = sizeof eh, names_at = 1;
	struct blob out = {.n = sizeof eh + sizeof sh + sizeof names};

	memcpy(eh.e_ident, ELFMAG "\2\1\1", 7);
	for (unsigned i = 0; i < n; i++)
		out.n += parts[i].data.n + 8;
	out.p = arena_alloc(f->a, out.n);
	for (unsigned i = 0; i < n; i++) {
		at = (at + 7) & ~(size_t)7;
		sh[i + 1] = (Elf64_Shdr){.sh_name = (Elf64_Word)names_at,
					 .sh_type = SHT_PROGBITS,
					 .sh_offset = at,
					 .sh_size = parts[i].data.n};
		memcpy(out.p + at, parts[i].data.p, parts[i].data.n);
		strcpy(names + names_at, parts[i].name);
		names_at += strlen(parts[i].name) + 1;
		at += parts[i].data.n;
	}
	at = (at + 7) & ~(size_t)7;
	sh[n + 1] = (Elf64_Shdr){.sh_type = SHT_STRTAB, .sh_offset = at, .sh_size = sizeof names};
	memcpy(out.p + at, names, sizeof names);
	at += sizeof names;
	eh.e_shoff = at;
	memcpy(out.p + at, sh, (n + 2) * sizeof *sh);
	memcpy(out.p, &eh, sizeof eh);
	out.n = at + (n + 2) * sizeof *sh;
	return out;
}

static inline struct blob text_blob(const char *s, size_t n)
{
	return (struct blob){(unsigned char *)(uintptr_t)s, n};
}

static inline struct blob make_vmlinux(struct fixture *f, struct blob btf, const char *release)
{
	char *banner = arena_printf(f->a, "Linux version %s (test)", release);
	struct part parts[] = {{".rodata", text_blob(banner, strlen(banner) + 1)}, {".BTF", btf}};

	return make_elf(f, ET_EXEC, parts, 2);
}

static inline struct blob make_module(struct fixture *f, struct blob btf, const char *name,
				      const char *release)
{
	char *info =
		arena_printf(f->a, "license=GPL%cname=%s%cvermagic=%s SMP", 0, name, 0, release);
	size_t n = 12 + 5 + strlen(name) + 1 + 9 + strlen(release) + 5;
	struct part parts[] = {{".modinfo", text_blob(info, n)}, {".BTF", btf}};

	return make_elf(f, ET_REL, parts, 2);
}

enum codec { GZIP, XZ, ZSTD, LZ4, CODECS };

static inline size_t pack_gzip(struct blob in, unsigned char *out, size_t room)
{
	z_stream z = {
		.next_in = in.p, .avail_in = (uInt)in.n, .next_out = out, .avail_out = (uInt)room};

	deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	deflate(&z, Z_FINISH);
	deflateEnd(&z);
	return room - z.avail_out;
}

static inline size_t pack_xz(struct blob in, unsigned char *out, size_t room)
{
	size_t at = 0;

	if (lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, NULL, in.p, in.n, out, &at, room) !=
	    LZMA_OK)
		abort();
	return at;
}

static inline size_t pack_lz4(struct blob in, unsigned char *out, size_t room)
{
	uint32_t magic = 0x184c2102, n;

	n = (uint32_t)LZ4_compress_default((const char *)in.p, (char *)out + 8, (int)in.n,
					   (int)room - 8);
	memcpy(out, &magic, 4);
	memcpy(out + 4, &n, 4);
	return n + 8;
}

static inline struct blob pack(struct fixture *f, enum codec codec, struct blob in)
{
	size_t room = in.n + in.n / 8 + 4096;
	struct blob out = {arena_alloc(f->a, room), 0};

	switch (codec) {
	case GZIP: out.n = pack_gzip(in, out.p, room); break;
	case XZ: out.n = pack_xz(in, out.p, room); break;
	case ZSTD: out.n = ZSTD_compress(out.p, room, in.p, in.n, 3); break;
	case LZ4: out.n = pack_lz4(in, out.p, room); break;
	case CODECS: abort();
	}
	return out;
}

static inline void put_number(unsigned char *p, size_t v, unsigned n)
{
	for (; n--; v >>= 8)
		*p++ = (unsigned char)v;
}

/* A boot image; with_crc adds the checksum that kernels before 6.15 end with. */
static inline struct blob make_vmlinuz(struct fixture *f, enum codec codec, struct blob elf,
				       const char *release, bool with_crc)
{
	struct blob packed = pack(f, codec, elf);
	size_t setup = 2 * 512, n = packed.n + (codec == GZIP ? 0 : 4);
	size_t sys = (n + 4 + 15) / 16 * 16;
	struct blob out = {arena_alloc(f->a, setup + sys), setup + sys};

	out.p[0x1f1] = 1;
	put_number(out.p + 0x1f4, sys / 16, 4);
	put_number(out.p + 0x1fe, 0xaa55, 2);
	memcpy(out.p + 0x202, "HdrS", 4);
	put_number(out.p + 0x206, 0x20f, 2);
	put_number(out.p + 0x20e, 0x100, 2);
	put_number(out.p + 0x236, 1, 2);
	put_number(out.p + 0x24c, n, 4);
	snprintf((char *)out.p + 0x300, 128, "%s (test@test) #1", release);
	memcpy(out.p + setup, packed.p, packed.n);
	put_number(out.p + setup + n - 4, elf.n, 4);
	if (with_crc)
		put_number(out.p + out.n - 4,
			   (uint32_t)crc32(0, out.p, (uInt)(out.n - 4)) ^ UINT32_MAX, 4);
	return out;
}

/* --- asking everything, for facts that may be damaged --- */

static inline void ask_type(struct fixture *f, const struct target *t, struct ttype ty)
{
	struct ttype_info info = target_type(t, ty);
	struct target_member m;

	target_type_text(t, ty, f->a);
	for (uint32_t i = 0; i < info.nmembers && i < 100; i++)
		if (target_member_at(t, ty, i, &m))
			target_type(t, m.type);
	target_member(t, ty, "high", &m);
	target_near_member(t, ty, "hihg");
}

static inline void ask_all(struct fixture *f, const struct target *t)
{
	struct target_fns fns = {0};
	struct target_fn fn;
	struct ttype ty;
	int64_t value;

	target_match(t, NULL, "vfs_read", f->a, &fns);
	target_match(t, NULL, "*", f->a, &fns);
	target_match(t, "*", "*", f->a, &fns);
	for (uint32_t i = 0; i < fns.n; i++) {
		ask_type(f, t, target_return(t, &fns.v[i]));
		for (uint32_t k = 0; k < fns.v[i].nparams && k < 100; k++)
			ask_type(f, t, target_param(t, &fns.v[i], k, NULL));
		for (uint32_t id = 0; i < 4 && id < 60; id++)
			ask_type(f, t, (struct ttype){fns.v[i].proto.unit, id});
	}
	target_tracepoint(t, "open", &fn);
	target_enumerator(t, "COLOUR_BLUE", &value);
	target_type_named(t, NULL, "struct file", &ty);
	target_type_named(t, "card", "struct card", &ty);
	target_near_function(t, NULL, "vfs_raed");
	target_near_type(t, NULL, "struct fiel");
	target_module(t, "card");
	target_config(t, "CONFIG_HZ");
	target_describe(t);
}

#endif
