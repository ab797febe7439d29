/*
 * Finding sections, and nothing else of ELF.  The headers are copied out before they are looked at
 * and every offset is checked against the file, so any bytes may be given; the work is bounded by
 * the number of section headers that really lie in the file.  It needs only the pages it touches,
 * which matters for a vmlinux of a gigabyte with debuginfo.  libelf is not used here because it
 * makes a table of all sections up front, whose size the file chooses.
 */
#include "target/elfsec.h"

#include <elf.h>
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

struct bytes elfsec_find(struct bytes elf, const char *name)
{
	Elf64_Ehdr eh;
	Elf64_Shdr sh;
	struct bytes names;
	uint64_t count;
	size_t len = strlen(name) + 1;

	if (!header(elf, &eh) || !sections(elf, &eh, &count, &names))
		return (struct bytes){0};
	for (uint64_t i = 1; i < count && section(elf, &eh, i, &sh); i++) {
		struct bytes n = store_sub(names, sh.sh_name, len);

		if (n.p && !memcmp(n.p, name, len) && sh.sh_type != SHT_NOBITS &&
		    !(sh.sh_flags & SHF_COMPRESSED))
			return store_sub(elf, sh.sh_offset, sh.sh_size);
	}
	return (struct bytes){0};
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
