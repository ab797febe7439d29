/*
 * The elaborated program: every name, type and probe point resolved.  sema/
 * makes it; lowering and lint read it.
 */
#ifndef SEMA_SEMA_H
#define SEMA_SEMA_H

#include "parser/parser.h"
#include "target/code.h"

#include <stdio.h>

/* What is known of a value for autocast: its type, or that of the object it is the address of. */
struct detail {
	struct ttype type; /* {0}: nothing is known */
	bool points;       /* to an object of the type */
	bool user;         /* ...in user memory */
	bool opaque;       /* it has a type that no facts at hand tell */
};

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
	uint32_t arity_uses;    /* that agree with it; private to resolve.c */
	enum type keys[16];
	bool assigned, read, from_tapset, is_private;
	bool elided;                        /* nothing that matters reads it: -p2 leaves it out */
	bool live_read, live_assigned;      /* in code that has an effect */
	uint32_t slot, uses, reads, stores; /* private to infer.c, autocast.c, elide.c */
	uint32_t index;       /* of all globals; of the function's parameters and locals */
	struct detail detail; /* of what it holds */
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
	/* copies for the sites that call it (clone.c) */
	const struct site *site;       /* whose copy it is; NULL: it is none */
	const struct function *origin; /* what it is a copy of */
	struct function *clones, *older;
	unsigned need;
	struct detail detail; /* of what it returns */
	uint32_t index;       /* of all functions */
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
	ACCESS_TERM, /* what a term over registers and memory gives; an address where a LOAD follows
		      */
};

/* The memory that an address is known to point to. */
enum memory_space { SPACE_UNKNOWN, SPACE_KERNEL, SPACE_USER };

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
	uint32_t n;                   /* ARG, ENTRY, CONTEXT, REGISTER */
	const char *name;             /* what the user calls the base */
	struct expr *operand;         /* VALUE */
	const struct code_term *term; /* TERM */
	const char *why;              /* TERM without a term: why it cannot be read */
	bool user;                    /* TERM: its loads are from user memory */
	int64_t constant;             /* CONSTANT */
	uint32_t size;  /* ARG, RETURN, ENTRY, CONTEXT: the low bytes that are its value; 0: all */
	bool is_signed; /* ...of which the highest bit is the sign */
	struct access_step *steps;
	uint32_t nsteps;
	struct ttype type;    /* of the value; {0}: untyped */
	bool points;          /* the value is the address of an object of the type... */
	bool in_user;         /* ...in user memory */
	enum memory_space space;     /* of what the value points to, where types show it */
	bool opaque;          /* it has a type that no facts at hand tell */
	bool is_store_target; /* the last step is a LOAD that an assignment turns into a store */
	bool at_entry;        /* ENTRY: the steps, too, are taken at entry (@entry($p->x)) */
	bool is_string;       /* CONTEXT: its value is text, which may be assigned to */
	bool guru;            /* CONTEXT: it is for guru mode only */
	bool read_only;       /* CONTEXT: it can never be assigned to */
	bool fixed;           /* it is there whatever the facts about the kernel */
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
	const char *module, *function;  /* function families */
	const char *program;            /* process families: path of the program or library */
	const char *file;               /* where its place or mark is; NULL: the kernel */
	const struct sdt_mark *mark;    /* a mark of the program; or NULL */
	const struct code_place *place; /* in machine code, where that was looked into; or NULL */
	struct target_fn fn;            /* when exists == YES in such a family */
	int64_t number;                 /* begin/end order; timer period in ns; see family.def */
	int64_t randomize;              /* timer jitter in ns */
	const char *refusal;    /* why the kernel will not let it be probed; NULL: not known */
	const char *permission; /* what makes certain that it will; NULL: nothing */
	const char *counter;    /* perf: its name for @perf; or NULL */
	const char *head;       /* the alias that the user's point named; NULL: none */
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
	bool places; /* listings: where functions stand in the source is wanted, if it can be had */
	int64_t maxmapentries;
	const char *command; /* -c: the program, without its arguments; or NULL */
	int64_t target_pid;  /* -x; 0: none */
};

struct library; /* the tapset index */

/*
 * Indexes the library folders (later ones add to earlier ones): which file defines which name.
 * Files are parsed only when a name in them is asked for.
 */
struct library *library_open(const struct parse_input *in, const char *const *folders, uint32_t n);
struct sema_input;
/* Calls fn with the tree of every file without errors, in their order; the others are diagnosed. */
void library_trees(const struct sema_input *in, void (*fn)(void *ctx, const struct ast *ast),
		   void *ctx);
/* Lets it use what is known about the names in its files: by the index at `shipped`, if that is
 * theirs, else by what the cache keeps.  Both may be NULL. */
void library_keep(struct library *l, const char *shipped, struct cache *c);
/* The file at path is what is checked: it is not read a second time as part of the library. */
void library_leave_out(struct library *l, const char *path);
/* Writes such an index; false when a file cannot be read, or the writing failed. */
bool library_ship(const struct library *l, FILE *out);

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
/*
 * For listings: the i-th variable of a site ("$file:struct file*", "" for one without a type; NULL
 * past the last), and the i-th shape of a probe point ("timer.ms(number)"; NULL past the last).
 */
const char *describe_variable(const struct sema_input *in, const struct site *site, uint32_t i,
			      struct arena *a);
const char *describe_shape(uint32_t i, struct arena *a);
/*
 * The variables of a probe's own that SystemTap makes for what it reads at a site ("name:long", in
 * order, maybe several times); NULL past the last.
 */
const char *describe_made(const struct probe *p, const struct site *site, uint32_t i,
			  struct arena *a);
/* Is a function marked so with a comment like "guru", by its C or by C in its expressions? */
bool describe_marked(const struct decl *function, const char *mark);

#endif
