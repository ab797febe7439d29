/*
 * The elaborated program: every name, type and probe point resolved.  sema/
 * makes it; lowering and lint read it.
 */
#ifndef SEMA_SEMA_H
#define SEMA_SEMA_H

#include "parser/parser.h"
#include "target/target.h"

enum variable_kind { VAR_GLOBAL, VAR_PARAM, VAR_LOCAL };

struct variable {
	enum variable_kind kind;
	const char *name;      /* as written */
	struct span span;      /* its declaration, or first use of a local */
	enum type type;        /* of the value; an array's element */
	struct span type_from; /* what decided the type */
	bool is_array, arity_known;
	struct span arity_from; /* what decided the number of keys */
	uint32_t arity;         /* 0: scalar */
	enum type keys[16];
	bool assigned, read, from_tapset, is_private;
	bool elided;                        /* nothing that matters reads it: -p2 leaves it out */
	bool live_read, live_assigned;      /* in code that has an effect */
	uint32_t slot, uses, reads, stores; /* private to infer.c, autocast.c, elide.c */
	uint32_t index;      /* of all globals; of the function's parameters and locals */
	struct ttype detail; /* pointer type it is known to hold, for autocast; {0}: none */
	/* globals */
	bool wrap;
	int64_t size; /* declared entries; 0: MAXMAPENTRIES */
	const struct expr *init;
	/* statistics: what is asked of them anywhere in the program */
	bool has_hist, hist_log;
	int64_t hist_low, hist_high, hist_step, bits;
};

struct variables {
	struct variable **v;
	uint32_t n, cap;
};

/* What embedded C promises by its markers. */
enum pragma {
	PRAGMA_PURE = 1,
	PRAGMA_STABLE = 2,
	PRAGMA_UNPRIVILEGED = 4,
	PRAGMA_MYPROC = 8,
	PRAGMA_GURU = 16,
};

struct function {
	const char *name;
	const struct decl *decl;
	struct variables params, locals;
	enum type type; /* TYPE_UNKNOWN: no value */
	struct span type_from;
	struct stmt *body;     /* NULL: intrinsic or embedded C */
	const char *intrinsic; /* "pid": the row of ir/intrinsic.def it stands for; or NULL */
	const char *embedded;  /* user's C text, or NULL */
	unsigned pragmas;      /* enum pragma */
	int64_t priority;
	bool from_tapset, is_private;
	bool elided;      /* no call of it matters: -p2 leaves it out */
	bool reached;     /* some probe may call it */
	bool passes;      /* some `next`: a later overload may run */
	bool acts;        /* it, or what it calls, has an effect beyond its result */
	bool gives_value; /* some `return e`, or a declared type */
	const struct source *file;
	uint32_t slot, uses;   /* private to infer.c and autocast.c */
	struct function *last; /* of the chain; in its first only */
	struct function *next; /* the next overload of the same name and arity, or NULL */
	struct ttype detail;   /* of the returned pointer; {0}: none */
	uint32_t index;        /* of all functions */
};

struct functions {
	struct function **v;
	uint32_t n, cap;
};

/* --- target variables made concrete --- */

enum access_base {
	ACCESS_ARG,     /* parameter n of the probed function */
	ACCESS_RETURN,  /* its return value */
	ACCESS_ENTRY,   /* parameter n as it was at entry (in .return) */
	ACCESS_CONTEXT, /* a named value of the family: netfilter's "skb", a tracepoint's argument n
			 */
	ACCESS_VALUE,   /* operand of @cast, @kderef, autocast */
	ACCESS_CONSTANT, /* folded: @const, @enum, @defined */
	ACCESS_REGISTER,
};

enum step_kind {
	STEP_ADD,   /* address += amount */
	STEP_INDEX, /* address += index * amount */
	STEP_LOAD,  /* value = memory at address */
};

struct access_step {
	enum step_kind kind;
	struct span span;
	int64_t amount;     /* ADD, INDEX: bytes */
	struct expr *index; /* INDEX */
	uint64_t nelements; /* INDEX: bound of the array, 0: not known */
	uint32_t size;      /* LOAD: 1, 2, 4 or 8 bytes */
	bool is_signed;
	uint32_t bit_offset,
		bit_size; /* LOAD: of a bit field within the loaded word; bit_size 0: none */
	bool user;        /* LOAD: from user memory */
	bool as_string;   /* LOAD: a NUL-terminated string (pretty-printing) */
	const char *what; /* "->head", for messages */
};

struct access {
	enum access_base base;
	uint32_t n;           /* ARG, ENTRY, CONTEXT, REGISTER */
	const char *name;     /* what the user calls the base */
	struct expr *operand; /* VALUE */
	int64_t constant;     /* CONSTANT */
	struct access_step *steps;
	uint32_t nsteps;
	struct ttype type;    /* of the value; {0}: untyped */
	bool is_store_target; /* the last step is a LOAD that an assignment turns into a store */
	bool at_entry;        /* ENTRY: the steps, too, are taken at entry (@entry($p->x)) */
	bool unresolved; /* no facts could tell its type or whether it exists; the steps are a guess
			  */
};

/* --- probes --- */

enum family {
#define FAMILY(id, word) FAMILY_##id,
#include "sema/family.def"
#undef FAMILY
	FAMILY_COUNT
};

/* One concrete place where a handler is attached. */
struct site {
	enum family family;
	const char *text;     /* stap's name for it: kernel.function("vfs_read").call */
	struct span span;     /* the probe point it came from */
	enum answer exists;   /* by the evidence */
	const char *evidence; /* "function vfs_read in BTF of /boot/vmlinuz-6.1…" */
	bool trusted; /* part of the point could not be checked (a file name): an assumption */
	const char *trust_reason;
	bool optional; /* ? */
	bool is_return;
	const char *module, *function; /* function families */
	struct target_fn fn;           /* when exists == YES in such a family */
	int64_t number;                /* begin/end order; timer period in ns; see family.def */
	int64_t randomize;             /* timer jitter in ns */
	const char *chain; /* "name <- alias <- ..." as -p2 prints it, after the site's own name */
};

struct sites {
	struct site **v;
	uint32_t n, cap;
};

/* A handler: one body, attached at one or more sites.  Its locals are its own. */
struct probe {
	struct sites sites;
	struct stmt_list
		parts;     /* alias prologues, the body, alias epilogues, in order of execution */
	struct expr *cond; /* if (...), AND-ed through aliases; or NULL */
	struct variables locals;
	struct span span;            /* the `probe` keyword */
	bool from_tapset, synthetic; /* synthetic: autoprint */
	bool elided;                 /* it has no effect: -p2 leaves it out */
};

struct probes {
	struct probe **v;
	uint32_t n, cap;
};

struct embeddeds {
	const struct decl **v;
	uint32_t n, cap;
};

struct program {
	struct variables globals; /* used ones, in the order of -p2 */
	struct functions functions;
	struct probes probes;
	struct embeddeds embedded;
	bool unoptimised;       /* print also what has no effect */
	bool existence_unknown; /* some probe point could not be decided: said once */
};

struct sema_options {
	bool guru;
	bool unoptimised; /* -u: keep what nothing uses */
	bool no_autoprint;
	int64_t maxmapentries;
};

struct library; /* the tapset index */

/*
 * Indexes the library folders (later ones add to earlier ones): which file defines which name.
 * Files are parsed only when a name in them is asked for.
 */
struct library *library_open(const struct parse_input *in, const char *const *folders, uint32_t n);

struct sema_input {
	struct arena *arena;
	const struct parse_input *parse; /* to load library files */
	const struct target *target;
	struct library *library;
	const struct sema_options *options;
	struct diags *diags;
};

/*
 * Elaborates the user's files.  Always returns a program; it is only good for lowering when no
 * error was reported.
 */
struct program *sema_elaborate(const struct sema_input *in, struct ast *const *asts, uint32_t n);
/* Prints globals, functions and probes in stap -p2's layout. */
void sema_print(struct text_out *out, const struct program *p);

#endif
