/*
 * Machine code that probes stand on: the kernel image, a module, a program or
 * a shared library.  Where debug information (DWARF) is found it tells
 * functions, statements, inlined copies, labels, variables and types; else ELF
 * symbols tell functions and addresses.  Nothing is opened before a question
 * needs it.  All of it is hostile input.
 */
#ifndef TARGET_CODE_H
#define TARGET_CODE_H

#include "target/target.h"

struct code; /* one object file, and its debug information */

enum code_source {
	CODE_MISSING, /* there is no such file, or it is no ELF of this machine's kind */
	CODE_SYMBOLS, /* ELF symbols only */
	CODE_DWARF,
};

/* The kernel image (module NULL) or a module.  Never NULL; the same one each time. */
const struct code *code_of_kernel(const struct target *t, const char *module);
/* A program or library by its path in the target's root; symbolic links are followed inside it. */
const struct code *code_of_program(const struct target *t, const char *path);
enum code_source code_source(const struct code *c);
/* A program of i386: its registers have 4 bytes, and its functions' arguments are on the stack. */
bool code_is_i386(const struct code *c);
/* The file that answers come from: its debug file if there is one.  For evidence; never NULL. */
const char *code_describe(const struct code *c);
/* Why there is no debug information and what would help ("install linux-image-…-dbg"); NULL when
 * there is. */
const char *code_remedy(const struct code *c);

/* --- places --- */

enum code_what {
	CODE_FUNCTIONS,  /* entries of functions, and of their inlined copies */
	CODE_STATEMENTS, /* addresses of source lines */
	CODE_LABELS,     /* C labels inside functions */
	CODE_CALLEES,    /* functions called from (and not inlined), or inlined into, functions */
};

enum code_inlines { CODE_BOTH, CODE_CALLS_ONLY, CODE_INLINES_ONLY };

enum code_lines {
	CODE_NO_LINE,
	CODE_ABSOLUTE, /* file:LINE, also several and ranges: file:5-7,9 */
	CODE_RELATIVE, /* +LINE, from the line of the function's declaration */
	CODE_ALL_LINES /* :* */
};

struct code_range {
	uint32_t first, last;
};

/* What is looked for.  Globs are of base/text's kind (* and ? and [..]). */
struct code_query {
	enum code_what what;
	const char *function; /* a glob, or NULL: any */
	const char *file;     /* a glob over the file's path or a tail of it after "/"; NULL: any */
	enum code_lines lines;
	const struct code_range *ranges;
	uint32_t nranges;
	bool by_address; /* FUNCTIONS: the function around address; STATEMENTS: at address */
	uint64_t address;
	bool nearest; /* a line without code stands for the nearest that has some */
	bool exported_only;
	enum code_inlines inlines;
	const char *label;  /* LABELS: a glob */
	const char *callee; /* CALLEES: a glob */
	uint32_t depth;     /* CALLEES: of calls followed, at least 1 */
	bool once;          /* FUNCTIONS without lines: one place of each will do */
};

struct code_place {
	const struct code *code;
	const char *function; /* the source's name of the function it lies in */
	const char *symbol;   /* the linker's, when that differs ("x.isra.0"); else NULL */
	const char *file;     /* of the declaration, or of the statement; NULL: not known */
	uint32_t line;        /* 0: not known */
	uint64_t address;     /* where the probe goes, as linked */
	uint64_t entry;       /* where the function, or its copy, is entered (for .return) */
	bool inlined;
	bool exported;
	bool after_prologue;        /* address was moved behind the prologue: not for .return */
	const char *label, *caller; /* LABELS; CALLEES */
	const char *caller_file;    /* of the caller's declaration; NULL: not known */
	uint32_t caller_line;
	uint64_t scope; /* private: where its variables are looked up */
};

struct code_places {
	struct code_place *v;
	uint32_t n, cap;
	bool cut; /* there may be more: CODE_MAX_PLACES were found, and then none looked for */
};

enum { CODE_MAX_PLACES = 100000 };

/*
 * Appends the places asked for, by address, each once.  NO: the object's information is complete
 * and has none; UNKNOWN: it cannot tell, *why in words (may be NULL).
 */
enum answer code_find(const struct code *c, const struct code_query *q, struct arena *a,
		      struct code_places *out, const char **why);
/* The section of a relocatable object (a module) that an address lies in, and the offset there;
 * NULL for objects that are linked, whose addresses stand as they are. */
const char *code_section(const struct code *c, uint64_t address, uint64_t *offset);
/* Is the name that of code in a program which chooses a function at run time (STT_GNU_IFUNC)? */
bool code_near_indirect(const struct code *c, const char *name);
/* The nearest names, or NULL. */
const char *code_near_function(const struct code *c, const char *name);
const char *code_near_file(const struct code *c, const char *name);
/* The lines of the file around `line` that have code: "455, 457"; or NULL. */
const char *code_near_lines(const struct code *c, const struct code_place *in, uint32_t line,
			    struct arena *a);

/* --- variables --- */

enum code_kind { CODE_PARAMETER, CODE_LOCAL, CODE_GLOBAL };

/*
 * A DWARF expression as a tree.  Numbers wrap at 64 bits; DIV is signed and MOD unsigned, as DWARF
 * 5 section 2.5.1.4 has them.
 */
enum code_term_kind {
	CODE_NUMBER,
	CODE_REGISTER, /* number: DWARF's number of it; of a 32-bit program, that of x86-64 */
	CODE_ENTRY,    /* what the number-th register of arguments held at the function's entry */
	CODE_LINKED,   /* number: an address as linked, to be moved to where the object is loaded */
	CODE_THREAD,   /* number: offset in the object's thread-local storage */
	CODE_LOAD,     /* a: address; size: bytes, zero-extended */
	CODE_ADD,
	CODE_SUB,
	CODE_MUL,
	CODE_DIV,
	CODE_MOD,
	CODE_AND,
	CODE_OR,
	CODE_XOR,
	CODE_SHL,
	CODE_SHR /* logical */,
	CODE_SAR,
	CODE_NEG,
	CODE_NOT,
	CODE_ABS,
	CODE_EQ,
	CODE_NE,
	CODE_LT,
	CODE_LE,
	CODE_GT,
	CODE_GE,
};

struct code_term {
	enum code_term_kind kind;
	int64_t number;
	uint32_t size;
	const struct code_term *a, *b;
};

struct code_variable {
	const char *name;
	enum code_kind kind;
	struct ttype type;
	const char *file; /* GLOBAL: of its compilation unit */
	/* where it is at the place it was asked for */
	const struct code_term *term; /* NULL: it cannot be read there */
	bool in_memory;               /* term is its address; else its value */
	const char *why;              /* term NULL: "optimised away here", … */
};

/* The variable of that name that is visible at the place: the innermost. */
bool code_variable(const struct code_place *p, const char *name, struct arena *a,
		   struct code_variable *out);
/* The i-th variable visible at the place, no globals: those of inner blocks first. */
bool code_variable_at(const struct code_place *p, uint32_t i, struct arena *a,
		      struct code_variable *out);
/* A global by name; file: a glob over its compilation unit as in a query, or NULL. */
bool code_global(const struct code *c, const char *name, const char *file, struct arena *a,
		 struct code_variable *out);
/* What the function of the place returns; {0}: nothing. */
struct ttype code_result(const struct code_place *p);
/* A type by name ("struct x", "union x", "enum x", or a typedef or base name). */
bool code_type_named(const struct code *c, const char *name, struct ttype *out);
/* A constant of an enumeration. */
bool code_enumerator(const struct code *c, const char *name, int64_t *value);

#endif
