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
/* Can facts decide which variables the site has? */
bool access_base_decidable(const struct scope *sc);

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
bool seek_writes(const struct stmt *body, const char *name);
/* Appends the EXPR_ENTRY in it, outer ones first; gives all of it one place. */
void seek_entries(struct arena *a, struct stmt *body, struct expr_list *out);
void seek_move(struct stmt *body, struct span span);

/* constant.c: the value of a C expression over constants; on failure *why in the arena. */
bool constant_value(struct sema *s, const char *text, int64_t *value, const char **why,
		    const char **unknown);

#endif
