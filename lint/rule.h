/*
 * What rules are written with.  A rule is a row of rule.def, a small function that is called for
 * each node of the kind it names, and a page of rules/, whose snippets are its tests.
 */
#ifndef LINT_RULE_H
#define LINT_RULE_H

#include "base/map.h"
#include "lint/config.h"
#include "lint/lint.h"
#include "parser/tree.h"

/* Which node a rule is called for. */
enum hook {
	HOOK_FILE, /* once a file: l->ast */
	HOOK_DECL, /* each declaration: l->decl */
	HOOK_BODY, /* each handler and function with a body: l->decl, l->body */
	HOOK_STMT, /* each statement: l->stmt */
	HOOK_EXPR, /* each expression: l->expr */
};

/* What a rule can't do without. */
enum need {
	NEED_TREE,    /* the file could be parsed */
	NEED_PROGRAM, /* all of the script could be elaborated */
	NEED_PROOF,   /* ...and verified */
};

enum use_kind {
	USE_READ,   /* its value, or that of an element */
	USE_SET,    /* = */
	USE_UPDATE, /* += ++ <<< .= */
	USE_DELETE,
	USE_TEST, /* in */
	USE_WALK, /* foreach */
	USE_ASK,  /* @count(x) and the other extractors */
};

/* A place where a global is named. */
struct use {
	enum use_kind kind;
	const struct expr *expr;      /* the name or the element */
	const struct expr *whole;     /* the assignment, extractor or test it is part of */
	const struct expr_list *keys; /* of an element; NULL: all of it */
	const struct decl *decl;      /* in whose body */
	const struct stmt *body;      /* ...and which of them */
	const struct stmt *stmt;
};

/* A global of the script, by name; library code apart. */
struct usage {
	const char *name;
	const struct decl *decl; /* NULL: declared elsewhere, or a local that looks like one */
	VEC(struct use) uses;
};

/* A condition that holds where the walk is, or does not. */
struct known {
	const struct expr *cond;
	bool holds;
};

struct rule;
struct lint {
	const struct lint_input *in;
	const struct rule *rule; /* being asked */
	/* where the walk is */
	const struct ast *ast;
	const struct decl *decl;
	const struct stmt *body; /* of decl: prologue and epilogue of an alias are two */
	const struct stmt *stmt;
	const struct expr *expr;
	VEC(const struct expr *) above;  /* the expressions that hold expr, outermost first */
	VEC(const struct stmt *) around; /* the statements that hold stmt, outermost first */
	VEC(struct known) known;         /* conditions decided on the way here, oldest first */
	uint32_t loops, tries;           /* how many hold stmt */
	struct map usages;               /* name -> struct usage * */
	struct map functions;            /* name -> struct decl *, of the script */
	struct map *given;               /* private to rule_meaning() */
	bool script;                     /* the files declare probes of their own: not a library */
};

struct rule {
	enum diag_tag tag;
	enum lint_group group;
	enum lint_precision precision;
	bool on; /* by default */
	enum hook hook;
	enum need need;
	void (*ask)(struct lint *l);
};

/* --- saying something --- */
/* Reports the rule being asked, at span. */
struct diag *rule_report(struct lint *l, struct span span, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The text at a span, as typed. */
const char *rule_text(const struct lint *l, struct span span);
/* The same without white space at its ends, from one place to another. */
const char *rule_between(const struct lint *l, struct loc start, struct loc end);
/* Does it stand in the file as it is, and not come out of a macro? */
bool rule_typed(const struct lint *l, struct span span);

/* A number that the configuration may set: a row of option.def. */
int64_t rule_option(const struct lint *l, enum lint_option o);

/* --- asking about expressions --- */
/* f(...) by name; with n >= 0 only with so many arguments. */
bool rule_is_call(const struct expr *e, const char *name, int n);
bool rule_is_one_of(const char *name, const char *const *words); /* words end with NULL */
bool rule_is_number(const struct expr *e, int64_t n);
/* Is e a constant, perhaps with a sign? */
bool rule_number(const struct expr *e, int64_t *n);
/* Is it ==, !=, <, >, <= or >=? */
bool rule_compares(const struct expr *e);
/* What a local holds, if it is assigned once in the body; else e itself. */
const struct expr *rule_meaning(const struct lint *l, const struct stmt *body,
				const struct expr *e);
/* Without what encloses it: the i-th expression above, 0 the nearest; NULL past the outermost. */
const struct expr *rule_above(const struct lint *l, uint32_t i);
/* The first in e, itself included, for which f says true; NULL: none. */
const struct expr *rule_find(const struct expr *e, bool (*f)(const struct expr *e, void *ctx),
			     void *ctx);
/* The same in all expressions of a statement and those within it. */
const struct expr *rule_find_in(const struct stmt *s, bool (*f)(const struct expr *e, void *ctx),
				void *ctx);
/* Does e have an effect beyond its value?  Calls of functions that are not known to be pure do. */
bool rule_acts(const struct expr *e);
/* Has f been said to be true of one of the conditions that hold here (or false of one that does
 * not)? */
bool rule_knows(const struct lint *l, bool (*f)(const struct expr *cond, bool holds, void *ctx),
		void *ctx);
/* Does every way through s leave the handler, function or loop round (next, return, break...)? */
bool rule_leaves(const struct stmt *s);

/* --- asking about globals --- */
/* NULL: no global of the script has the name. */
const struct usage *rule_usage(const struct lint *l, const char *name);
/* The name of the array, statistic or scalar that e is, or is an element of; NULL: neither. */
const char *rule_base(const struct expr *e);

/* --- asking about probes --- */
/* The program's probe that a declaration became; NULL: it was not elaborated. */
const struct probe *rule_probe(const struct lint *l, const struct decl *d);
/*
 * The first point of the declaration whose parts begin with these words, "*" for any
 * ("kernel.function", "timer.*"); *arg, if not NULL, is the argument of the last of them.
 */
const struct probe_point *rule_point(const struct decl *d, const char *words,
				     const struct expr **arg);

/* --- heat.c --- */
enum heat {
	HEAT_ONCE,  /* begin, end, error, oneshot, never */
	HEAT_TIMER, /* at most some times a second */
	HEAT_EVENT, /* whenever something happens */
	HEAT_HOT,   /* thousands of times a second on a busy machine */
};
/* How often the handler of a probe or alias runs, by its hottest point. */
enum heat heat_of(const struct decl *d);

/* --- clocks.c --- */
/* Is it a call of a library function that gives the time? */
bool clocks_is_one(const struct expr *e);

#endif
