/*
 * What the files of sema/ share: the state of one elaboration and the doors
 * between its steps.
 *
 *   symbols_add     declarations of a file -> tables        symbols.c
 *   library_*       names nobody defined -> tapset files    library.c
 *   probe_expand    probe points -> sites and handlers      probe.c, alias.c, family_*.c
 *   resolve_*       names in bodies -> variables, functions resolve.c
 *   access_*        $x->y, @cast, @var, ... -> accesses     access.c
 *   autocast_run    pointer types of values, then x->y      autocast.c
 *   infer_run       types, by unification                   infer.c
 *   check_run       rules on the typed program              check.c
 *   elide_run, autoprint_run                                elide.c, autoprint.c
 */
#ifndef SEMA_INTERNAL_H
#define SEMA_INTERNAL_H

#include "base/map.h"
#include "base/text.h"
#include "sema/sema.h"
#include "parser/tree.h"

struct words; /* family.h */

/* One name of an alias declaration. */
struct alias {
	const struct decl *decl;
	const struct probe_point *name;
	bool from_tapset;
	const struct words *words;
	struct alias *next; /* another alias of the same words */
};

struct aliases {
	struct alias **v;
	uint32_t n, cap;
};

/* A pointer type flows from an expression into one of the three. */
struct carry {
	const struct expr *from;
	struct variable *variable;
	struct function *function;
	struct expr *cast;   /* operand->m, which can be made concrete once `from` has a type */
	struct scope *scope; /* of the cast */
};

struct carries {
	struct carry *v;
	uint32_t n, cap;
};

struct laters {
	struct diag **v; /* NULL: told */
	uint32_t n, cap;
};

enum { MAX_GUESSES = 50 };

/* What differs from the first fact about something; kept until it is known how many do. */
struct complaint {
	struct diag *diag;
	struct variable *about; /* of resolve.c */
	uint32_t slot, found;   /* of infer.c: about what, and which type; else the number of keys */
};

struct complaints {
	struct complaint *v;
	uint32_t n, cap;
};

struct sema {
	const struct sema_input *in;
	struct arena *arena;
	struct diags *diags;
	const struct target *target;
	struct program *program;
	struct map globals;   /* name -> struct variable *; private ones under "file:name" */
	struct map functions; /* "name/arity" -> struct function *, overloads chained in order */
	struct map function_names;          /* name -> struct function *: any arity, for messages */
	struct aliases aliases;             /* all that are loaded */
	struct map alias_words;             /* "a.b" -> struct alias *, chained in order */
	struct decl_list pending_probes;    /* `probe` declarations not yet expanded */
	struct functions pending_functions; /* reachable, body not yet resolved */
	uint32_t depth;                     /* of alias expansion */
	struct {
		const struct source **v;
		uint32_t n, cap;
	} files;                         /* whose declarations are entered */
	struct functions idle_functions; /* the user's, that nothing calls */
	uint32_t nfunctions;             /* resolved so far, whether they run or not */
	bool idle;                /* what is looked at never runs: the types of it may stay open */
	struct map private_names; /* names that are private to some file */
	struct complaints keys;   /* numbers of keys that differ */
	struct map meant;         /* unknown name -> what was probably meant, or "" */
	struct map undeclared;    /* names of arrays that were reported as undeclared */
	uint32_t guesses;         /* "did you mean"s so far: many errors are not worth many */
	uint32_t searches;        /* of the kernel's functions for what was meant, also in vain */
	struct map counters;      /* named by perf probes -> struct site * */
	struct map disagreed;     /* functions whose BTF and DWARF differ: the user was told */
	struct map undebugged;    /* objects without debug information: the user was told */
	uint32_t watches;         /* kernel.data probes so far */
	struct carries carries;   /* where pointer types flow, for autocast.c */
	struct laters later;      /* what is wrong in the library, if it matters: elide.c tells */
	struct infer *infer;      /* the state of infer.c between its runs */
};

/* Where an expression stands: in a handler at its site, or in a function. */
struct scope {
	struct sema *sema;
	struct probe *probe;       /* NULL in a function */
	const struct site *site;   /* the site that $variables are read at; NULL in a function */
	struct function *function; /* NULL in a handler */
	const struct source *file; /* whose private names are visible */
	bool silent;               /* trying, for @defined: report nothing */
	bool condition;            /* of a probe: globals only, no effects */
	bool storing;              /* the target variable at hand is assigned to */
	bool casting;              /* pointer types are known: x->y is resolved at once */
	struct map *names;         /* of the locals and parameters; NULL: look through the lists */
	bool from_tapset;
};

/*
 * blame.c: if n complaints stand at more places than the `agree` ones of what decided at `first`,
 * they become one there, with that message; true if so.
 */
bool blame_first(struct sema *s, const struct complaint *cs, uint32_t n, uint32_t agree,
		 struct span first, const char *message);

/* resolve.c: decides who is to blame for numbers of keys that differ, once all are seen. */
void resolve_blame(struct sema *s);

/* symbols.c: enters a file's declarations; duplicates are reported. */
void symbols_add(struct sema *s, const struct ast *ast, bool from_tapset);
/* The global visible from a file, loading library files as needed; NULL if there is none. */
struct variable *symbols_global(struct sema *s, const struct source *file, const char *name);
/* The first overload of name with that many arguments, loading as needed; NULL if there is none. */
struct function *symbols_function(struct sema *s, const struct source *file, const char *name,
				  uint32_t nargs);
/* The same, but nothing is said to be called by it. */
struct function *symbols_peek(struct sema *s, const struct source *file, const char *name,
			      uint32_t nargs);
/* The parameter or local of that name, or NULL. */
struct variable *symbols_find_local(const struct scope *sc, const char *name);
/* A new local of the scope's probe or function, or the one there is. */
struct variable *symbols_local(struct scope *sc, const char *name, struct span span);

/* library.c: loads the files that define a name; false if none does. */
bool library_load_function(struct sema *s, const char *name);
bool library_load_global(struct sema *s, const char *name);
/* Loads every file with an alias whose first parts match those of the point. */
void library_load_aliases(struct sema *s, const struct probe_point *p);
/* Offers every library name of a kind to "did you mean". */
void library_offer(const struct sema *s, enum defined_kind kind, struct near *near);

/*
 * probe.c: expands the points of one `probe` declaration (aliases, wildcards, braces are already
 * gone, ? and !, conditions) and adds the handlers to program->probes, bodies copied by
 * ast_copy_stmt().  Sites share a handler unless its body reads target variables.
 */
void probe_expand(struct sema *s, const struct decl *probe);

/* alias.c: makes an alias known under its words. */
void alias_enter(struct sema *s, struct alias *a);

/* resolve.c: names in all parts of a handler or in a function's body. */
void resolve_probe(struct sema *s, struct probe *p);
void resolve_function(struct sema *s, struct function *f);
/* Names in one expression; access.c calls it for the operands inside a target variable. */
void resolve_expr(struct scope *sc, struct expr *e);

/*
 * access.c: the @ operators and target variables.  Sets e->access and e->type, or rewrites *e
 * (pretty printing becomes a sprintf; @const a number), or reports and poisons.
 */
void access_resolve(struct scope *sc, struct expr *e);
/* The value of @defined(e): YES, NO, or UNKNOWN where no facts can tell.  Reports nothing. */
enum answer access_defined(struct scope *sc, const struct expr *e);
/* Does the body, or a function it calls, read anything that depends on the site? */
bool access_needs_site(struct sema *s, const struct stmt *body);

/* clone.c: the function that a call means: symbols_function(), or its copy for the scope's site. */
struct function *clone_function(struct scope *sc, const char *name, uint32_t nargs);
/* Does the body call a function that there are copies of? */
bool clone_calls_need_site(struct sema *s, const struct stmt *body);

/* sema.c: the file that a place belongs to, where a macro was used and not where it was spelt. */
const struct source *sema_file(const struct sema *s, struct loc at);
/* sema.c: diag_report() under the name that the probe side uses. */
struct diag *sema_report(struct sema *s, enum diag_tag tag, struct span span, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* autocast.c: remembers a flow; then spreads pointer types and resolves each operand->m. */
void autocast_carry(struct sema *s, struct carry c);
void autocast_run(struct sema *s);
/* What is known of a value. */
struct detail autocast_detail(const struct expr *e);

/* elide.c, before types: which locals, functions and probes have no effect. */
void elide_mark(struct sema *s);
/* unknown.c: where a probe point was refused, names the ones that exist. */
void unknown_tell_found(struct sema *s);

void infer_run(struct sema *s);
/* Types a synthetic probe, whose names are resolved. */
void infer_probe(struct sema *s, struct probe *p);
void check_run(struct sema *s);
void elide_run(struct sema *s);
void autoprint_run(struct sema *s);

#endif
