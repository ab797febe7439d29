/*
 * Private to target/code*.c and target/dwarf*.c: the files behind a `struct code`.  What has been
 * opened and read is kept; nothing changes once it was answered, so the laziness stays hidden
 * behind const.
 */
#ifndef TARGET_CODEFILE_H
#define TARGET_CODEFILE_H

#include "target/code.h"
#include "target/lazy.h"

#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>

struct dwindex;
struct dwsections;

/* The index of one name. */
struct code_named {
	const char *name;
	bool tried;
	const struct dwindex *index; /* NULL: the whole has to do */
	struct code_named *next;
};

struct code {
	struct target *t;
	struct arena *arena;     /* the target's: for what lives as long as this */
	enum code_source source; /* found out by codefile_look() */
	const char *module;      /* NULL: the kernel image, or a program */
	bool kernel;             /* the kernel image or a module */
	bool narrow;             /* a program of 32 bits: its pointers have 4 bytes */
	bool i386;               /* ...and its registers */
	const char *asked;       /* what it was asked for by */
	const char *path;        /* its file; NULL: there is none */
	const char *debug;       /* the file with its DWARF, maybe path; NULL: there is none */
	const char *symbols;     /* the file with its symbol table, maybe debug; NULL: none */
	const char *build_id;    /* in hex; NULL: it has none */
	const char *remedy;      /* NULL: it has DWARF */
	bool looked, opened, indexed, sought;
	/* what follows is set by codefile_dwarf() */
	const char *opened_as;
	Dwfl *dwfl;
	Dwfl_Module *mod;
	Dwarf *dwarf; /* NULL: it could not be opened */
	Dwarf_Addr
		bias; /* 0 but for relocatable objects: an address in `dwarf` + bias is as linked */
	const struct dwindex *index;
	struct code_named *named;
	struct dwsections *sections;
	struct dwarfvar_list *variables; /* those of the place asked about last (dwarfvar.c) */
	const struct target_unit *types; /* dwarfdie_unit(); NULL: not asked for yet */
	struct code *next;
};

/*
 * A place's `scope` is the offset in .debug_info of the DW_TAG_subprogram (with code: the concrete
 * one) or DW_TAG_inlined_subroutine that `function` names, and whose variables are meant; what is
 * inlined into it at the place has a place of its own.  For a statement by address it is the
 * innermost.  dwarf_offdie() with codefile_dwarf() gives the entry.  Lexical blocks inside of it
 * that cover the address are not looked through.  0: no debug information about it.  `address` is
 * as linked; for relocatable objects, as libdwfl laid out the sections.
 */

/* The object behind the const. */
struct code *codefile_of(const struct code *c);
/* Finds the files; everything above `looked` is known afterwards. */
void codefile_look(struct code *c);
/* Opens the debug information; NULL when there is none or it is damaged. */
Dwarf *codefile_dwarf(const struct code *c);
/* The DIE of a scope; false when it is damaged or 0. */
bool codefile_die(const struct code *c, uint64_t scope, Dwarf_Die *die);
/* Frees what libdw holds, for every object of the target. */
void codefile_close(struct target *t);

#endif
