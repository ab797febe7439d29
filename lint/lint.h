/* Rules over the tree, the program and the verdicts; findings go to the diagnostics. */
#ifndef LINT_LINT_H
#define LINT_LINT_H

#include "lint/waived.h"
#include "sema/sema.h"

/*
 * Turns each obligation of the user's own files that is not proved into one finding.  What every
 * kernel script owes by nature (a read that may fault, a registration that may be refused) is
 * left to the obligation report; strict: nothing is left out, not even what the library owes, and
 * nothing is less than an error.  What is waived is no finding.  An array that may be too small is
 * said once, and not where a rule says that it grows: ask the rules first.
 */
void verdicts_lint(struct diags *ds, const struct proven *pv, const struct waived *w, bool strict);
/* The tag of such a finding. */
enum diag_tag verdicts_tag(enum obligation_kind k);

struct config_levels;

enum lint_group {
	LINT_CORRECTNESS,
	LINT_SAFETY,
	LINT_OVERHEAD,
	LINT_PORTABILITY,
	LINT_SECURITY,
	LINT_STYLE,
	LINT_TAPSET,
};

/* How far a finding can be believed. */
enum lint_precision {
	LINT_EXACT,  /* it follows from the language or the facts */
	LINT_LIKELY, /* a pattern that is hardly ever meant */
	LINT_HINT,   /* worth a look */
};

struct lint_rule {
	enum diag_tag tag;
	enum lint_group group;
	enum lint_precision precision;
	bool on; /* by default */
};

struct lint_input {
	struct arena *arena;
	struct diags *diags;
	struct ast *const *asts; /* the user's files */
	uint32_t nasts;
	const struct program *program; /* NULL: not elaborated, or with errors */
	const struct proven *proven;   /* NULL: not verified */
	const struct target *target;   /* NULL: no facts */
	bool library;                  /* the files are of a library, whose authors ask */
	/* Is the rule asked for?  NULL: those on by default. */
	bool (*wanted)(const void *ctx, enum diag_tag tag, bool on);
	const void *ctx;
	const struct config_levels *levels; /* what the options of rules are set to; NULL: defaults */
};

/* Asks every rule that is wanted about every file. */
void lint_run(const struct lint_input *in);
/* The i-th rule, in the order of rule.def; false past the last. */
bool lint_rule_at(uint32_t i, struct lint_rule *out);
/* The row of a tag; false: it is no rule's. */
bool lint_find(enum diag_tag tag, struct lint_rule *out);
const char *lint_group_word(enum lint_group g);         /* "correctness" */
const char *lint_precision_word(enum lint_precision p); /* "exact", "likely", "hint" */
/* The page of a tag, Markdown; NULL: it has none. */
const char *lint_page(const char *tag);

#endif
