/* Sections of an ELF file by name. */
#ifndef TARGET_ELFSEC_H
#define TARGET_ELFSEC_H

#include "target/store.h"

enum elfsec_class { ELFSEC_NONE, ELFSEC_OURS, ELFSEC_FOREIGN };

/* Is it ELF, and of a width and byte order that we read (64 bits, this machine's order)? */
enum elfsec_class elfsec_class(struct bytes elf);
/* A module or other object that was not linked to an address. */
bool elfsec_relocatable(struct bytes elf);
/* "x86_64", or NULL for a machine without a name here. */
const char *elfsec_machine(struct bytes elf);
/* False when the section headers do not lie inside the file. */
bool elfsec_whole(struct bytes elf);
/* The bytes of a section; {NULL, 0} when it is missing or lies outside the file. */
struct bytes elfsec_find(struct bytes elf, const char *name);
/* The value of "key=value" in a module's .modinfo; NULL when it has none. */
const char *elfsec_modinfo(struct bytes elf, const char *key, struct arena *a);

#endif
