/* Finding the file that holds an object's debug information. */
#ifndef TARGET_DEBUGFILE_H
#define TARGET_DEBUGFILE_H

#include "target/lazy.h"

/* What is known of the object, and what was found for it. */
struct debugfile {
	struct target *t;
	const char *root;     /* "" for /; of the object's installation */
	const char *build_id; /* of the object, in hex; NULL: not known, so nothing is compared */
	bool narrow;          /* the object is one of 32 bits (ELFSEC_NARROW) */
	bool has_crc;
	uint32_t crc; /* of the debug file, as .gnu_debuglink has it */
	/* found */
	const char *dwarf;   /* a file with DWARF; NULL: none */
	const char *symbols; /* the first file with a symbol table; NULL: none */
	const char *refused; /* a file that would do but is of another build; NULL: none */
	const char *refused_id;
};

/* Looks at one file; true once `dwarf` is set. */
bool debugfile_try(struct debugfile *d, const char *path);
/* Looks at the places for a kernel image or a module (path: its .ko, or NULL) of that release. */
bool debugfile_kernel(struct debugfile *d, const char *release);
bool debugfile_module(struct debugfile *d, const char *release, const char *path);
/* Looks at the places for a program; its own bytes tell its debug link. */
bool debugfile_program(struct debugfile *d, const char *path, struct bytes elf);
/* The build-id of a kernel image, unpacked as far as it takes; NULL: not known. */
const char *debugfile_kernel_id(struct target *t);
/* That of a module's file, and of a running module. */
const char *debugfile_packed_module_id(struct target *t, const char *path);
const char *debugfile_module_id(struct target *t, const char *name);

#endif
