/*
 * ELF files as a linker would make them, of 64 or 32 bits: sections at addresses, of any type.
 * Their bytes are malloc()ed, so that a sanitizer sees what is read beyond them.
 */
#ifndef TESTSUITE_TARGET_LINKED_H
#define TESTSUITE_TARGET_LINKED_H

#include "fixture.h"

struct linked_section {
	const char *name;
	unsigned type, link;
	uint64_t address;
	struct blob data;
};

static inline void linked_append(struct blob *b, const void *p, size_t n)
{
	b->p = realloc(b->p, b->n + n + 8);
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

static inline void linked_pad(struct blob *b, size_t to)
{
	while (b->n % to)
		linked_append(b, "", 1);
}

static inline Elf32_Shdr linked_narrow(const Elf64_Shdr *w)
{
	return (Elf32_Shdr){.sh_name = w->sh_name,
			    .sh_type = w->sh_type,
			    .sh_addr = (Elf32_Addr)w->sh_addr,
			    .sh_offset = (Elf32_Off)w->sh_offset,
			    .sh_size = (Elf32_Word)w->sh_size,
			    .sh_link = w->sh_link,
			    .sh_entsize = w->sh_type == SHT_DYNSYM ? sizeof(Elf32_Sym) : 0};
}

/* The header of either width; the file begins with it. */
static inline void linked_header(struct blob *file, bool narrow, unsigned machine, unsigned n,
				 uint64_t sections)
{
	unsigned char ident[EI_NIDENT] = {
		0x7f, 'E', 'L', 'F', narrow ? ELFCLASS32 : ELFCLASS64, ELFDATA2LSB, EV_CURRENT};
	Elf64_Ehdr w = {.e_type = ET_DYN,
			.e_machine = (Elf64_Half)machine,
			.e_version = EV_CURRENT,
			.e_shoff = sections,
			.e_ehsize = sizeof w,
			.e_shentsize = sizeof(Elf64_Shdr),
			.e_shnum = (Elf64_Half)(n + 2),
			.e_shstrndx = (Elf64_Half)(n + 1)};
	Elf32_Ehdr h = {.e_type = ET_DYN,
			.e_machine = (Elf32_Half)machine,
			.e_version = EV_CURRENT,
			.e_shoff = (Elf32_Off)sections,
			.e_ehsize = sizeof h,
			.e_shentsize = sizeof(Elf32_Shdr),
			.e_shnum = (Elf32_Half)(n + 2),
			.e_shstrndx = (Elf32_Half)(n + 1)};

	memcpy(w.e_ident, ident, sizeof ident);
	memcpy(h.e_ident, ident, sizeof ident);
	memcpy(file->p, narrow ? (void *)&h : (void *)&w, narrow ? sizeof h : sizeof w);
}

/* An ELF file of these sections, at most 18, in this order, and their names. */
static inline struct blob linked_elf(bool narrow, unsigned machine,
				     const struct linked_section *parts, unsigned n)
{
	static const char room[sizeof(Elf64_Ehdr)];
	Elf64_Shdr headers[20] = {0};
	struct blob file = {0}, names = {0};
	size_t align = narrow ? 4 : 8;
	uint64_t at;

	linked_append(&file, room, narrow ? sizeof(Elf32_Ehdr) : sizeof(Elf64_Ehdr));
	linked_append(&names, "", 1);
	for (unsigned i = 0; i < n; i++) {
		headers[i + 1] = (Elf64_Shdr){.sh_name = (Elf64_Word)names.n,
					      .sh_type = parts[i].type,
					      .sh_addr = parts[i].address,
					      .sh_offset = file.n,
					      .sh_size = parts[i].data.n,
					      .sh_link = parts[i].link};
		linked_append(&names, parts[i].name, strlen(parts[i].name) + 1);
		linked_append(&file, parts[i].data.p, parts[i].data.n);
		linked_pad(&file, align);
	}
	headers[n + 1] = (Elf64_Shdr){
		.sh_name = (Elf64_Word)names.n, .sh_type = SHT_STRTAB, .sh_offset = file.n};
	linked_append(&names, ".shstrtab", 10);
	headers[n + 1].sh_size = names.n;
	linked_append(&file, names.p, names.n);
	linked_pad(&file, align);
	at = file.n;
	for (unsigned i = 0; i < n + 2; i++) {
		Elf32_Shdr h = linked_narrow(&headers[i]);

		linked_append(&file, narrow ? (void *)&h : (void *)&headers[i],
			      narrow ? sizeof h : sizeof headers[i]);
	}
	linked_header(&file, narrow, machine, n, at);
	free(names.p);
	return file;
}

#endif
