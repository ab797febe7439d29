/* Sections of an ELF file by name. */
#ifndef TARGET_ELFSEC_H
#define TARGET_ELFSEC_H

#include "target/store.h"

#include <elf.h>

enum elfsec_class {
	ELFSEC_NONE,
	ELFSEC_OURS,   /* 64 bits, of this machine's byte order */
	ELFSEC_NARROW, /* a program of 32 bits that x86 of 64 bits runs, too: i386, or x32 */
	ELFSEC_FOREIGN,
};

/* Is it ELF, and of a width and byte order that we read?  What follows reads OURS and NARROW. */
enum elfsec_class elfsec_class(struct bytes elf);
/* A module or other object that was not linked to an address. */
bool elfsec_relocatable(struct bytes elf);
/* "x86_64" (also with ELFSEC_NARROW, for x32), or NULL for a machine without a name here. */
const char *elfsec_machine(struct bytes elf);
/* False when the section headers do not lie inside the file. */
bool elfsec_whole(struct bytes elf);
/* The bytes of a section; {NULL, 0} when it is missing or lies outside the file. */
struct bytes elfsec_find(struct bytes elf, const char *name);
struct elfsec_section {
	uint64_t address; /* as linked */
	struct bytes data;
};
/* A section that is neither packed nor absent, with its address; its data may be {NULL, 0}. */
bool elfsec_section(struct bytes elf, const char *name, struct elfsec_section *out);
/* Row i of a symbol table, and of .dynamic, of that file; false: there is none such. */
bool elfsec_symbol(struct bytes elf, struct bytes table, uint64_t i, Elf64_Sym *out);
bool elfsec_dynamic(struct bytes elf, struct bytes table, uint64_t i, Elf64_Dyn *out);
/* The symbol that row i of relocations is for; addend: they are of SHT_RELA. */
bool elfsec_relocation(struct bytes elf, struct bytes table, uint64_t i, bool addend,
		       uint64_t *symbol);
/* Is there such a section, also one that is packed? */
bool elfsec_has(struct bytes elf, const char *name);
/* How many bytes its packed sections say they unpack to; UINT64_MAX when that is no number. */
uint64_t elfsec_unpacked(struct bytes elf);
/* The name of the i-th section; "" when there is none such. */
const char *elfsec_section_name(struct bytes elf, uint64_t i);
/* The GNU build-id, in hex, in the bytes of a note section; NULL when there is none. */
const char *elfsec_note_id(struct bytes notes, struct arena *a);
/* That of a file, from notes of sections or segments; NULL when there is none. */
const char *elfsec_build_id(struct bytes elf, struct arena *a);
/* Where in the file lies what is linked to the address; false: no segment holds it. */
bool elfsec_offset(struct bytes elf, uint64_t address, uint64_t *offset);
/* The value of "key=value" in a module's .modinfo; NULL when it has none. */
const char *elfsec_modinfo(struct bytes elf, const char *key, struct arena *a);

#endif
