/*
 * Finding sections, and nothing else of ELF.  The headers are copied out before they are looked at
 * (those of 32-bit files into the structs of 64 bits, so that the rest knows one width) and every
 * offset is checked against the file, so any bytes may be given; the work is bounded by the number
 * of section headers that really lie in the file.  It needs only the pages it touches, which
 * matters for a vmlinux of a gigabyte with debuginfo.  libelf is not used here because it makes a
 * table of all sections up front, whose size the file chooses.
 */
#include "target/elfsec.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>

/* --- both widths --- */

#define COPY(m) .m = n.m

/* x86 is the only machine here whose programs of 32 bits run beside those of 64. */
static bool narrow_header(struct bytes elf, Elf64_Ehdr *eh)
{
	Elf32_Ehdr n;

	if (elf.n < sizeof n)
		return false;
	memcpy(&n, elf.p, sizeof n);
	*eh = (Elf64_Ehdr){COPY(e_type),      COPY(e_machine), COPY(e_version),   COPY(e_entry),
			   COPY(e_phoff),     COPY(e_shoff),   COPY(e_flags),     COPY(e_ehsize),
			   COPY(e_phentsize), COPY(e_phnum),   COPY(e_shentsize), COPY(e_shnum),
			   COPY(e_shstrndx)};
	return n.e_machine == EM_386 || n.e_machine == EM_X86_64;
}

enum elfsec_class elfsec_class(struct bytes elf)
{
	unsigned char order = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;
	Elf64_Ehdr eh;

	if (elf.n < SELFMAG || memcmp(elf.p, ELFMAG, SELFMAG))
		return ELFSEC_NONE;
	if (elf.n < EI_NIDENT || elf.p[EI_DATA] != order)
		return ELFSEC_FOREIGN;
	if (elf.p[EI_CLASS] == ELFCLASS32)
		return narrow_header(elf, &eh) ? ELFSEC_NARROW : ELFSEC_FOREIGN;
	if (elf.n < sizeof eh || elf.p[EI_CLASS] != ELFCLASS64)
		return ELFSEC_FOREIGN;
	return ELFSEC_OURS;
}

static bool is_narrow(struct bytes elf)
{
	return elf.p[EI_CLASS] == ELFCLASS32;
}

static bool header(struct bytes elf, Elf64_Ehdr *eh)
{
	switch (elfsec_class(elf)) {
	case ELFSEC_NONE:
	case ELFSEC_FOREIGN: return false;
	case ELFSEC_NARROW: return narrow_header(elf, eh);
	case ELFSEC_OURS: memcpy(eh, elf.p, sizeof *eh); break;
	}
	return true;
}

/* Row i of a table of records of n bytes each; {NULL, 0} when it lies outside. */
static struct bytes row(struct bytes table, uint64_t i, size_t n)
{
	return i < table.n / n ? store_sub(table, i * n, n) : (struct bytes){0};
}

/* Row i of a table into the struct of the file's width: ELFSEC_NONE when it lies outside. */
static enum elfsec_class copy_row(struct bytes elf, struct bytes table, uint64_t i, void *narrow,
				  size_t narrow_size, void *wide, size_t wide_size)
{
	bool is32 = elfsec_class(elf) == ELFSEC_NARROW;
	struct bytes b = row(table, i, is32 ? narrow_size : wide_size);

	if (!b.p)
		return ELFSEC_NONE;
	memcpy(is32 ? narrow : wide, b.p, b.n);
	return is32 ? ELFSEC_NARROW : ELFSEC_OURS;
}

bool elfsec_symbol(struct bytes elf, struct bytes table, uint64_t i, Elf64_Sym *out)
{
	Elf32_Sym n;
	enum elfsec_class got = copy_row(elf, table, i, &n, sizeof n, out, sizeof *out);

	if (got == ELFSEC_NARROW)
		*out = (Elf64_Sym){COPY(st_name),  COPY(st_info),  COPY(st_other),
				   COPY(st_shndx), COPY(st_value), COPY(st_size)};
	return got != ELFSEC_NONE;
}

bool elfsec_dynamic(struct bytes elf, struct bytes table, uint64_t i, Elf64_Dyn *out)
{
	Elf32_Dyn n;
	enum elfsec_class got = copy_row(elf, table, i, &n, sizeof n, out, sizeof *out);

	if (got == ELFSEC_NARROW)
		*out = (Elf64_Dyn){.d_tag = n.d_tag, .d_un.d_val = n.d_un.d_val};
	return got != ELFSEC_NONE;
}

bool elfsec_relocation(struct bytes elf, struct bytes table, uint64_t i, bool addend,
		       uint64_t *symbol)
{
	bool narrow = elfsec_class(elf) == ELFSEC_NARROW;
	size_t size = narrow ? (addend ? sizeof(Elf32_Rela) : sizeof(Elf32_Rel))
			     : (addend ? sizeof(Elf64_Rela) : sizeof(Elf64_Rel));
	struct bytes b = row(table, i, size);
	Elf32_Rel n;
	Elf64_Rel wide;

	if (!b.p)
		return false;
	/* an addend stands behind the rest */
	if (narrow)
		memcpy(&n, b.p, sizeof n);
	else
		memcpy(&wide, b.p, sizeof wide);
	*symbol = narrow ? ELF32_R_SYM(n.r_info) : ELF64_R_SYM(wide.r_info);
	return true;
}

/* --- headers --- */

bool elfsec_relocatable(struct bytes elf)
{
	Elf64_Ehdr eh;

	return header(elf, &eh) && eh.e_type == ET_REL;
}

const char *elfsec_machine(struct bytes elf)
{
	Elf64_Ehdr eh;

	if (!header(elf, &eh))
		return NULL;
	switch (eh.e_machine) {
	case EM_X86_64: return "x86_64";
	case EM_386: return "i386";
	case EM_AARCH64: return "aarch64";
	case EM_S390: return "s390x";
	case EM_PPC64: return "ppc64le";
	case EM_RISCV: return "riscv64";
	}
	return NULL;
}

/* The i-th section header. */
static bool section(struct bytes elf, const Elf64_Ehdr *eh, uint64_t i, Elf64_Shdr *sh)
{
	bool narrow = is_narrow(elf);
	size_t size = narrow ? sizeof(Elf32_Shdr) : sizeof *sh;
	Elf32_Shdr n;
	uint64_t at;

	if (eh->e_shentsize != size || eh->e_shoff == 0 || i > elf.n / size)
		return false;
	if (__builtin_add_overflow(eh->e_shoff, i * size, &at))
		return false;
	struct bytes b = store_sub(elf, at, size);

	if (!b.p)
		return false;
	memcpy(narrow ? (void *)&n : sh, b.p, size);
	if (narrow)
		*sh = (Elf64_Shdr){COPY(sh_name),   COPY(sh_type),   COPY(sh_flags),
				   COPY(sh_addr),   COPY(sh_offset), COPY(sh_size),
				   COPY(sh_link),   COPY(sh_info),   COPY(sh_addralign),
				   COPY(sh_entsize)};
	return true;
}

/* The i-th program header. */
static bool segment(struct bytes elf, const Elf64_Ehdr *eh, uint64_t i, Elf64_Phdr *ph)
{
	bool narrow = is_narrow(elf);
	size_t size = narrow ? sizeof(Elf32_Phdr) : sizeof *ph;
	struct bytes b = {0};
	Elf32_Phdr n;

	if (i < eh->e_phnum && eh->e_phentsize == size)
		b = store_sub(elf, eh->e_phoff + i * size, size);
	if (!b.p)
		return false;
	memcpy(narrow ? (void *)&n : ph, b.p, size);
	if (narrow)
		*ph = (Elf64_Phdr){COPY(p_type), COPY(p_offset), COPY(p_filesz), COPY(p_vaddr)};
	return true;
}

/* How many sections there are, and the table of their names. */
static bool sections(struct bytes elf, const Elf64_Ehdr *eh, uint64_t *count, struct bytes *names)
{
	Elf64_Shdr first, strs;

	if (!section(elf, eh, 0, &first))
		return false;
	*count = eh->e_shnum ? eh->e_shnum : first.sh_size;
	if (!section(elf, eh, eh->e_shstrndx == SHN_XINDEX ? first.sh_link : eh->e_shstrndx, &strs))
		return false;
	*names = store_sub(elf, strs.sh_offset, strs.sh_size);
	return names->p != NULL;
}

bool elfsec_whole(struct bytes elf)
{
	Elf64_Ehdr eh;
	Elf64_Shdr last;
	struct bytes names;
	uint64_t count;

	return header(elf, &eh) && sections(elf, &eh, &count, &names) && count > 0 &&
	       section(elf, &eh, count - 1, &last);
}

bool elfsec_section(struct bytes elf, const char *name, struct elfsec_section *out)
{
	Elf64_Ehdr eh;
	Elf64_Shdr sh;
	struct bytes names;
	uint64_t count;
	size_t len = strlen(name) + 1;

	if (!header(elf, &eh) || !sections(elf, &eh, &count, &names))
		return false;
	for (uint64_t i = 1; i < count && section(elf, &eh, i, &sh); i++) {
		struct bytes n = store_sub(names, sh.sh_name, len);

		if (!n.p || memcmp(n.p, name, len) || sh.sh_flags & SHF_COMPRESSED)
			continue;
		*out = (struct elfsec_section){.address = sh.sh_addr};
		if (sh.sh_type == SHT_NOBITS)
			continue;
		out->data = store_sub(elf, sh.sh_offset, sh.sh_size);
		return true;
	}
	return false;
}

struct bytes elfsec_find(struct bytes elf, const char *name)
{
	struct elfsec_section s;

	return elfsec_section(elf, name, &s) ? s.data : (struct bytes){0};
}

bool elfsec_has(struct bytes elf, const char *name)
{
	Elf64_Ehdr eh;
	Elf64_Shdr sh;
	struct bytes names;
	uint64_t count;
	size_t len = strlen(name) + 1;

	if (!header(elf, &eh) || !sections(elf, &eh, &count, &names))
		return false;
	for (uint64_t i = 1; i < count && section(elf, &eh, i, &sh); i++) {
		struct bytes n = store_sub(names, sh.sh_name, len);

		if (n.p && !memcmp(n.p, name, len))
			return sh.sh_type != SHT_NOBITS && sh.sh_size > 0;
	}
	return false;
}

/* What the header of a packed section says; 0 when it lies outside of the file. */
static uint64_t unpacked_size(struct bytes elf, uint64_t at)
{
	bool narrow = is_narrow(elf);
	struct bytes b = store_sub(elf, at, narrow ? sizeof(Elf32_Chdr) : sizeof(Elf64_Chdr));
	Elf64_Chdr ch;
	Elf32_Chdr n;

	if (!b.p)
		return 0;
	memcpy(narrow ? (void *)&n : &ch, b.p, b.n);
	return narrow ? n.ch_size : ch.ch_size;
}

uint64_t elfsec_unpacked(struct bytes elf)
{
	Elf64_Ehdr eh;
	Elf64_Shdr sh;
	struct bytes names;
	uint64_t count, sum = 0;

	if (!header(elf, &eh) || !sections(elf, &eh, &count, &names))
		return 0;
	for (uint64_t i = 1; i < count && section(elf, &eh, i, &sh); i++) {
		if (!(sh.sh_flags & SHF_COMPRESSED))
			continue;
		if (__builtin_add_overflow(sum, unpacked_size(elf, sh.sh_offset), &sum))
			return UINT64_MAX;
	}
	return sum;
}

const char *elfsec_section_name(struct bytes elf, uint64_t i)
{
	Elf64_Ehdr eh;
	Elf64_Shdr sh;
	struct bytes names;
	uint64_t count;

	if (!header(elf, &eh) || !sections(elf, &eh, &count, &names) || i >= count ||
	    !section(elf, &eh, i, &sh) || sh.sh_name >= names.n || names.p[names.n - 1])
		return "";
	return (const char *)names.p + sh.sh_name;
}

/* The build-id among notes. */
const char *elfsec_note_id(struct bytes b, struct arena *a)
{
	enum { LONGEST = 64 };

	for (uint64_t at = 0; at + sizeof(Elf64_Nhdr) <= b.n;) {
		Elf64_Nhdr nh;

		memcpy(&nh, b.p + at, sizeof nh);
		uint64_t name = at + sizeof nh, desc = name + ((nh.n_namesz + 3ull) & ~3ull);
		struct bytes id = store_sub(b, desc, nh.n_descsz);

		if (nh.n_type == NT_GNU_BUILD_ID && nh.n_namesz == 4 && id.p && id.n > 0 &&
		    id.n <= LONGEST && !memcmp(b.p + name, "GNU", 4)) {
			char *hex = arena_alloc(a, 2 * id.n + 1);

			for (size_t i = 0; i < id.n; i++)
				snprintf(hex + 2 * i, 3, "%02x", id.p[i]);
			return hex;
		}
		at = desc + ((nh.n_descsz + 3ull) & ~3ull);
	}
	return NULL;
}

const char *elfsec_build_id(struct bytes elf, struct arena *a)
{
	Elf64_Ehdr eh;
	Elf64_Shdr sh;
	Elf64_Phdr ph;
	const char *id = NULL;

	if (!header(elf, &eh))
		return NULL;
	for (uint64_t i = 1; !id && i < eh.e_shnum && section(elf, &eh, i, &sh); i++)
		if (sh.sh_type == SHT_NOTE)
			id = elfsec_note_id(store_sub(elf, sh.sh_offset, sh.sh_size), a);
	for (uint64_t i = 0; !id && segment(elf, &eh, i, &ph); i++)
		if (ph.p_type == PT_NOTE)
			id = elfsec_note_id(store_sub(elf, ph.p_offset, ph.p_filesz), a);
	return id;
}

#undef COPY

bool elfsec_offset(struct bytes elf, uint64_t address, uint64_t *offset)
{
	enum { MOST_SEGMENTS = 1000 }; /* linkers make a dozen; a file could claim 65535 */
	Elf64_Ehdr eh;
	Elf64_Phdr ph;

	if (!header(elf, &eh))
		return false;
	for (uint64_t i = 0; i < MOST_SEGMENTS && segment(elf, &eh, i, &ph); i++)
		if (ph.p_type == PT_LOAD && address >= ph.p_vaddr &&
		    address - ph.p_vaddr < ph.p_filesz) {
			*offset = address - ph.p_vaddr + ph.p_offset;
			return true;
		}
	return false;
}

const char *elfsec_modinfo(struct bytes elf, const char *key, struct arena *a)
{
	struct bytes b = elfsec_find(elf, ".modinfo");
	size_t klen = strlen(key);

	for (size_t at = 0, n; at < b.n; at += n + 1) {
		const char *s = (const char *)b.p + at;

		n = strnlen(s, b.n - at);
		if (n > klen && !memcmp(s, key, klen) && s[klen] == '=')
			return arena_strndup(a, s + klen + 1, n - klen - 1);
	}
	return NULL;
}
