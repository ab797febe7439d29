/*
 * Finding sections, and nothing else of ELF.  The headers are copied out before they are looked at
 * and every offset is checked against the file, so any bytes may be given; the work is bounded by
 * the number of section headers that really lie in the file.  It needs only the pages it touches,
 * which matters for a vmlinux of a gigabyte with debuginfo.  libelf is not used here because it
 * makes a table of all sections up front, whose size the file chooses.
 */
#include "target/elfsec.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>

static bool header(struct bytes elf, Elf64_Ehdr *eh)
{
	if (elfsec_class(elf) != ELFSEC_OURS)
		return false;
	memcpy(eh, elf.p, sizeof *eh);
	return true;
}

enum elfsec_class elfsec_class(struct bytes elf)
{
	unsigned char order = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;

	if (elf.n < SELFMAG || memcmp(elf.p, ELFMAG, SELFMAG))
		return ELFSEC_NONE;
	if (elf.n < sizeof(Elf64_Ehdr) || elf.p[EI_CLASS] != ELFCLASS64 || elf.p[EI_DATA] != order)
		return ELFSEC_FOREIGN;
	return ELFSEC_OURS;
}

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
	if (eh->e_shentsize != sizeof *sh || eh->e_shoff == 0 || i > elf.n / sizeof *sh)
		return false;
	uint64_t at;

	if (__builtin_add_overflow(eh->e_shoff, i * sizeof *sh, &at))
		return false;
	struct bytes b = store_sub(elf, at, sizeof *sh);

	if (!b.p)
		return false;
	memcpy(sh, b.p, sizeof *sh);
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

uint64_t elfsec_unpacked(struct bytes elf)
{
	Elf64_Ehdr eh;
	Elf64_Shdr sh;
	Elf64_Chdr ch;
	struct bytes names;
	uint64_t count, sum = 0;

	if (!header(elf, &eh) || !sections(elf, &eh, &count, &names))
		return 0;
	for (uint64_t i = 1; i < count && section(elf, &eh, i, &sh); i++) {
		if (!(sh.sh_flags & SHF_COMPRESSED))
			continue;
		struct bytes b = store_sub(elf, sh.sh_offset, sizeof ch);

		if (!b.p)
			continue;
		memcpy(&ch, b.p, sizeof ch);
		if (__builtin_add_overflow(sum, ch.ch_size, &sum))
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
	for (uint64_t i = 0; !id && i < eh.e_phnum && eh.e_phentsize == sizeof ph; i++) {
		struct bytes b = store_sub(elf, eh.e_phoff + i * sizeof ph, sizeof ph);

		if (!b.p)
			break;
		memcpy(&ph, b.p, sizeof ph);
		if (ph.p_type == PT_NOTE)
			id = elfsec_note_id(store_sub(elf, ph.p_offset, ph.p_filesz), a);
	}
	return id;
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
