/* What the files that make target variables concrete share. */
#ifndef SEMA_ACCESS_H
#define SEMA_ACCESS_H

#include "sema/family.h"

/*
 * A target variable on its way from base to value.  In hand is either a value of the type, or
 * the address of an object of the type.
 */
struct walk {
	struct scope *sc;
	struct expr *e;       /* the whole EXPR_TARGET */
	struct access access; /* base, n, name, operand; the steps are below */
	VEC(struct access_step) steps;
	struct ttype type;
	bool known;                    /* is the type? */
	bool object;                   /* in hand is the address of an object, not a value */
	bool user;                     /* ...in user memory */
	bool points;                   /* finished: the value is the address of such an object */
	struct ttype holder;           /* the whole object that what is in hand is part of... */
	bool held;                     /* ...if that is known */
	const char *what;              /* components that no step says yet: "->head" */
	uint32_t bit_offset, bit_size; /* of the object: a bit field */
	bool failed;                   /* an error was reported, or in a silent scope kept */
};

/* access.c */
/* Reports unless the scope is silent; the walk has failed. */
struct diag *access_fail(struct walk *w, enum diag_tag tag, struct span span, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void access_hint(struct walk *w, struct diag *d, const char *fmt, const char *word);
/* Poisons e after reporting, unless the scope is silent. */
void access_refuse(struct scope *sc, struct expr *e, enum diag_tag tag, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void access_poison(struct expr *e);
void access_number(struct expr *e, int64_t value);

/* access_base.c: what $name, @var or @cast start from. */
void access_base_start(struct walk *w);
/* The base $name at the scope's site: false if there is none of that name. */
bool access_base_variable(struct walk *w, const char *name);
/* A type by name in the modules of the cast w->e; sets w->type and w->user. */
enum answer access_base_type(struct walk *w, const char *name);
/* Can facts decide which variables the site has? */
bool access_base_decidable(const struct scope *sc);

/* access_dwarf.c: what only debug information knows. */
/* $name at the scope's site: false if there is none of that name, or it cannot be told. */
bool access_dwarf_variable(struct walk *w, const char *name);
/* Is there debug information that tells which variables the site has, or can it have none? */
bool access_dwarf_decides(const struct scope *sc);
/* What would make it so; or NULL. */
const char *access_dwarf_remedy(const struct scope *sc);
/* Notes that nobody can tell whether what w names exists. */
void access_dwarf_tell(struct walk *w, const char *remedy);
struct access_name {
	const char *name;
	bool local;
};
struct access_names {
	struct access_name *v;
	uint32_t n, cap;
};
/*
 * The names of a site's variables, its family's first; no globals, no $return.  Without locals,
 * debug information is not opened where BTF has the parameters.
 */
void access_dwarf_names(const struct scope *sc, bool locals, struct access_names *out);
/* Is there a $return? */
bool access_dwarf_has_result(const struct scope *sc);
/* A member of a struct that is a value itself, in a register. */
void access_dwarf_part(struct walk *w, const struct target_member *m);
/* Are the site's variables in user memory? */
bool access_dwarf_user(const struct site *site);
/* The global of @var; module and file may be NULL.  Its name is in w->access.name. */
void access_dwarf_global(struct walk *w, const char *name, const char *file, const char *module);
/* The object that a module's name in @var and @cast means (NULL: the site's); *user: a program. */
const struct code *access_dwarf_module(const struct scope *sc, const char *module, bool *user);

/* access_btf.c */
void access_btf_component(struct walk *w, const struct component *c);
/* In hand is an object of what the pointer points to. */
bool access_btf_follow(struct walk *w, struct span span);
/* Reads what is in hand as text. */
void access_btf_string(struct walk *w, struct span span);
/* Turns what is in hand into a value. */
void access_btf_finish(struct walk *w, bool address_of);
/* The access of a finished walk. */
const struct access *access_btf_made(struct walk *w);
/* A copy that can be walked on by itself. */
struct walk access_btf_fork(const struct walk *w);
void access_btf_add(struct walk *w, int64_t amount, struct span span, const char *what);
void access_btf_member(struct walk *w, const struct target_member *m, struct span span,
		       const char *what);

/* access_pretty.c: rewrites w->e into a sprintf. */
void access_pretty(struct walk *w, bool deep);
/* $$vars, $$parms, $$locals, $$return, $$name, $$system; false if it is none of them. */
bool access_pretty_context(struct scope *sc, struct expr *e);

/* access.c: an EXPR_TARGET; at_entry inside @entry. */
void access_target(struct scope *sc, struct expr *e, bool at_entry);
/* Is @entry of it served without a probe at entry: a plain target variable? */
bool access_op_plain_entry(const struct expr *operand);
/* access_op.c: the @ operators. */
void access_operator(struct scope *sc, struct expr *e);

/* seek.c: does a body read what depends on the site; is a variable assigned in it? */
bool seek_site(const struct stmt *body);
/* Its target variables, in the order of the text. */
void seek_targets(struct arena *a, struct stmt *body, struct expr_list *out);
/* Does C stand in it as an expression, with that mark in it?  @const is C that is marked unprivileged. */
bool seek_mark(const struct stmt *body, const char *mark);
bool seek_writes(const struct stmt *body, const char *name);
/* Appends the EXPR_CALL in it. */
void seek_calls(struct arena *a, struct stmt *body, struct expr_list *out);
/* Appends the EXPR_ENTRY in it, outer ones first; gives all of it one place. */
void seek_entries(struct arena *a, struct stmt *body, struct expr_list *out);
void seek_move(struct stmt *body, struct span span);

/* enumname.c: an EXPR_ENUMNAME becomes a call. */
void enumname_make(struct scope *sc, struct expr *e);

/* constant.c: the value of a C expression over constants; on failure *why in the arena. */
bool constant_value(struct sema *s, const char *text, int64_t *value, const char **why,
		    const char **unknown);

#endif
