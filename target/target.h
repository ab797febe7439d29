/*
 * The facts about the machine under probe: one read-only table, whatever they
 * were read from.  `const` after target_open(); no pass asks the host later.
 * Every answer names its evidence, and "not known" is never "no".
 */
#ifndef TARGET_TARGET_H
#define TARGET_TARGET_H

#include "base/diag.h"

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_UNKNOWN };

struct target;

struct target_request {
	const char *what; /* --target: a vmlinux, vmlinuz, raw BTF, .ko, or facts file; or NULL */
	const char *release; /* -r: an installed kernel's release; or NULL */
	bool running;        /* with neither: may the running kernel's BTF be read */
	struct cache *cache; /* of what is computed from it; outlives the target; or NULL */
};

/*
 * Opens the facts.  With nothing asked for and nothing at hand it returns a target that answers
 * "unknown" to everything.  NULL after reporting, when what was asked for cannot be read.
 */
const struct target *target_open(struct arena *a, struct diags *ds,
				 const struct target_request *req);
/* Releases mappings and parsers; the arena stays the caller's. */
void target_close(const struct target *t);
/* True if kernel facts were found at all. */
bool target_known(const struct target *t);
/* "6.1.0-56-cloud-amd64", or NULL if not known. */
const char *target_release(const struct target *t);
/* One line: release, source file and form, for evidence and reports.  Never NULL. */
const char *target_describe(const struct target *t);
/* The file that answers about a module come from (its .ko, or its folder when it has none such). */
const char *target_evidence(const struct target *t, const char *module);
/* Is there a header "linux/sched.h" among those installed for the kernel? */
enum answer target_header(const struct target *t, const char *name);
/* The value of a kernel option: "" when unset, NULL when the configuration is not known. */
const char *target_config(const struct target *t, const char *name);

/* Records the facts, with those of every module that was loaded, into path (written whole or not at
 * all). */
bool target_record(const struct target *t, struct diags *ds, const char *path);

/* --- functions --- */

/* A type of one unit (the kernel's own BTF, one module's, or the DWARF of one object); id 0 is
 * "void". */
struct ttype {
	const struct target_unit *unit;
	uint32_t id;
};

struct target_fn {
	const char *name;
	const char *module; /* NULL: the kernel image */
	struct ttype proto;
	uint32_t nparams;
	const char *symbol; /* the linker's name, when that differs ("x.isra.0"); else NULL */
};

struct target_fns {
	struct target_fn *v;
	uint32_t n, cap;
};

/* Is there a module of that name (no globs) for this kernel, loaded or on disk?  "-" and "_" are
 * one. */
enum answer target_module(const struct target *t, const char *name);
/*
 * Appends the functions whose names match the glob, in name order, each name once a unit.
 * module NULL: the kernel image; else a glob over modules.  UNKNOWN when no facts can tell.
 */
enum answer target_match(const struct target *t, const char *module, const char *glob,
			 struct arena *a, struct target_fns *out);
/* The nearest function name, or NULL. */
const char *target_near_function(const struct target *t, const char *module, const char *name);
struct target_modules {
	const char **v;
	uint32_t n, cap;
};

/* Appends the names of the modules that match the glob; UNKNOWN: not every module is known. */
enum answer target_modules(const struct target *t, const char *glob, struct arena *a,
			   struct target_modules *out);
const char *target_near_module(const struct target *t, const char *name);
/* The i-th parameter; its name may be NULL. */
struct ttype target_param(const struct target *t, const struct target_fn *f, uint32_t i,
			  const char **name);
struct ttype target_return(const struct target *t, const struct target_fn *f);
/* The signature of tracepoint `name` ("sched_switch"): its parameters after the first are the
 * arguments. */
enum answer target_tracepoint(const struct target *t, const char *name, struct target_fn *out);
/*
 * Appends the tracepoints whose names match the glob, in name order.  module: a glob over modules;
 * NULL: the kernel image and all modules.  UNKNOWN when no facts can tell, or not for all modules.
 */
enum answer target_tracepoints(const struct target *t, const char *module, const char *glob,
			       struct arena *a, struct target_fns *out);
/*
 * The system of a tracepoint ("sched"), by tracefs of the running kernel where that is readable, or
 * the headers that are installed for the kernel; NULL when it is not known.
 */
const char *target_tracepoint_system(const struct target *t, const char *name);

/*
 * Can a kprobe be set on the function of that name, at its entry?  NO: *why says why not.  YES:
 * *why is NULL, a restriction ("it runs only while the module is loaded"), or, for the kernel image
 * (module NULL), the facts that make it certain.  UNKNOWN: no symbols can tell.
 */
enum answer target_probeable(const struct target *t, const char *module, const char *function,
			     const char **why);
/* The address of a symbol of the kernel image, of functions and of data, as the source has it. */
enum answer target_symbol(const struct target *t, const char *name, uint64_t *address);
/* The file that symbols come from, or why there is none.  Never NULL. */
const char *target_symbol_source(const struct target *t);

/*
 * Appends the functions that match the glob by the symbols of the kernel or one module, in name
 * order and without types; a clone that the compiler made (x.isra.0) stands for its function, but
 * a glob with a dot in it is one for symbols as they are.  NO:
 * the list is complete, so what there is of that name is inlined wherever it is called.  *source
 * says what was read.  The first question may unpack the kernel, so BTF is asked before.
 */
enum answer target_symbol_functions(const struct target *t, const char *module, const char *glob,
				    struct arena *a, struct target_fns *out, const char **source);
/* The nearest name of a function by the same symbols, or NULL. */
const char *target_symbol_near(const struct target *t, const char *module, const char *name,
			       struct arena *a);

/* --- types --- */

enum ttype_kind {
	TTYPE_VOID,
	TTYPE_INT, /* and bool, char */
	TTYPE_PTR,
	TTYPE_ARRAY,
	TTYPE_STRUCT,
	TTYPE_UNION,
	TTYPE_ENUM,
	TTYPE_FLOAT,
	TTYPE_FUNC,
	TTYPE_UNDEFINED, /* a forward declaration, or damaged facts */
};

struct ttype_info {
	enum ttype_kind kind;
	const char *name; /* tag or base name without typedefs; NULL: anonymous */
	uint64_t size;    /* in bytes */
	bool is_signed;
	bool is_char;         /* an 8-bit integer */
	bool user_pointer;    /* PTR to __user, as type tags say */
	struct ttype element; /* PTR, ARRAY */
	uint64_t nelements;   /* ARRAY */
	uint32_t nmembers;    /* STRUCT, UNION */
};

/* Looks through typedefs, const, volatile and type tags; damaged chains give TTYPE_UNDEFINED. */
struct ttype_info target_type(const struct target *t, struct ttype ty);
/* "struct task_struct", "union x", "enum y", or a typedef or base name.  module NULL: the kernel
 * image. */
bool target_type_named(const struct target *t, const char *module, const char *name,
		       struct ttype *out);
/* The same in BTF alone; the other asks debug information where BTF has nothing of the name. */
bool target_type_recorded(const struct target *t, const char *module, const char *name,
			  struct ttype *out);
const char *target_near_type(const struct target *t, const char *module, const char *name);
/* The type written in C: "struct task_struct *". */
const char *target_type_text(const struct target *t, struct ttype ty, struct arena *a);
/* The type as `stap -L` writes it: "struct task_struct*", "char const*". */
const char *target_type_listed(const struct target *t, struct ttype ty, struct arena *a);

struct target_member {
	const char *name; /* NULL: anonymous */
	struct ttype type;
	uint64_t bit_offset; /* from the start of the outermost struct asked about */
	uint32_t bit_size;   /* 0: not a bit field */
};

/* Finds a member by name, also inside anonymous structs and unions. */
bool target_member(const struct target *t, struct ttype ty, const char *name,
		   struct target_member *out);
/* The i-th direct member. */
bool target_member_at(const struct target *t, struct ttype ty, uint32_t i,
		      struct target_member *out);
const char *target_near_member(const struct target *t, struct ttype ty, const char *name);
/* The value of an enumerator of the kernel image. */
bool target_enumerator(const struct target *t, const char *name, int64_t *value);
/* The i-th constant of an enumeration, in the order of its declaration; false past the last. */
bool target_enumerator_at(const struct target *t, struct ttype ty, uint32_t i, const char **name,
			  int64_t *value);

#endif
