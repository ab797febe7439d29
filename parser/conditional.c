/*
 * Conditional text, %( left op right && ... %? then %: else %), on the macro-
 * expanded tokens (section 1.2 of the language reference).  Only the chosen
 * branch goes on; the other is not even expanded.
 *
 * An operand nobody could tell us (no target at hand) is taken as the newest
 * kernel, x86_64, the kernel run-time, stapdev, and an unset option: some
 * machine is like that, so each script has one consistent reading and no error
 * arises from the guess.  A script is told once that a guess was made.
 */
#include "base/text.h"
#include "parser/stages.h"
#include "parser/grammar.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct level {
	struct span opener;
	bool in_else;
};

struct conditional {
	const struct parse_input *in;
	const struct source *src;
	struct macros *macros;
	VEC(struct level) levels;
	uint32_t errors;
	bool told, ended;
};

enum operand_kind {
	OPERAND_STRING,
	OPERAND_NUMBER,
	OPERAND_VERSION,
	OPERAND_GLOB,
	OPERAND_GURU,
	OPERAND_CONFIG,
	OPERAND_BAD
};

struct operand {
	enum operand_kind kind;
	const char *text;
	int64_t number;
	bool newest; /* OPERAND_VERSION: unknown, and later than any */
};

struct conditional *conditional_open(const struct parse_input *in, const struct source *src,
				     struct macros *m)
{
	struct conditional *c = arena_make(in->arena, struct conditional);

	*c = (struct conditional){.in = in, .src = src, .macros = m};
	return c;
}

static void report(struct conditional *c, enum diag_tag tag, struct span at, const char *what)
{
	if (c->errors > FEED_MAX_ERRORS)
		return;
	diag_report(c->in->diags, tag, at, "%s", what);
	if (++c->errors == FEED_MAX_ERRORS) {
		diag_report(c->in->diags, DIAG_TOO_MANY_ERRORS, at,
			    "%d errors; the rest of the file is not read", FEED_MAX_ERRORS);
		macro_stop(c->macros);
		c->ended = true;
	}
}

static bool complain(struct conditional *c, const struct token *at, const char *what)
{
	if (!(at->flags & TOKEN_BROKEN))
		report(c, DIAG_BAD_CONDITION, at->span, what);
	return false;
}

/* The next token that counts: what is wrong with it is said now. */
static void fetch(struct conditional *c, struct token *t)
{
	macro_next(c->macros, t, true);
	if (t->error)
		report(c, t->tag, t->span, t->error);
	t->error = NULL;
}

static const char *guess(struct conditional *c, const struct token *at, const char *known,
			 const char *otherwise)
{
	if (known)
		return known;
	if (!c->told && c->src->kind == SOURCE_SCRIPT)
		diag_report(c->in->diags, DIAG_UNKNOWN_CONDITION, at->span,
			    "'%s' is not known without a target; taken as %s", at->text,
			    *otherwise ? otherwise : "unset");
	c->told = true;
	return otherwise;
}

static struct operand version(struct conditional *c, const struct token *t, const char *known)
{
	return (struct operand){OPERAND_VERSION, guess(c, t, known, "the newest kernel"), 0,
				!known};
}

static struct operand glob(struct conditional *c, const struct token *t, const char *known,
			   const char *otherwise)
{
	return (struct operand){OPERAND_GLOB, guess(c, t, known, otherwise), 0, false};
}

static struct operand config(struct conditional *c, const struct token *t)
{
	const struct predefined *p = c->in->predefined;
	const char *value = p && p->config ? p->config(p->target, t->text) : NULL;

	return (struct operand){OPERAND_CONFIG, guess(c, t, value, ""), 0, false};
}

static struct operand left_operand(struct conditional *c, const struct token *t)
{
	static const struct predefined nothing;
	const struct predefined *p = c->in->predefined ? c->in->predefined : &nothing;

	if (t->kind == T_STRING)
		return (struct operand){OPERAND_STRING, t->text, 0, false};
	if (t->kind == T_NUMBER)
		return (struct operand){OPERAND_NUMBER, t->text, t->number, false};
	if (t->kind != T_IDENT)
		return (struct operand){OPERAND_BAD, NULL, 0, false};
	if (strcmp(t->text, "kernel_v") == 0)
		return version(c, t, p->kernel_v);
	if (strcmp(t->text, "kernel_vr") == 0)
		return version(c, t, p->kernel_vr);
	if (strcmp(t->text, "systemtap_v") == 0)
		return (struct operand){OPERAND_VERSION, p->systemtap_v ? p->systemtap_v : "5.2", 0,
					false};
	if (strcmp(t->text, "arch") == 0)
		return glob(c, t, p->arch, "x86_64");
	if (strcmp(t->text, "runtime") == 0)
		return glob(c, t, p->runtime, "kernel");
	if (strcmp(t->text, "systemtap_privilege") == 0)
		return glob(c, t, p->privilege, "stapdev");
	if (strcmp(t->text, "guru_mode") == 0)
		return (struct operand){OPERAND_GURU, NULL, p->guru, false};
	if (strncmp(t->text, "CONFIG_", 7) == 0)
		return config(c, t);
	return (struct operand){OPERAND_BAD, NULL, 0, false};
}

static bool is_comparison(int kind)
{
	return kind == '<' || kind == '>' || kind == T_LE || kind == T_GE || kind == T_EQ ||
	       kind == T_NE;
}

static bool holds(int op, int sign)
{
	switch (op) {
	case '<': return sign < 0;
	case '>': return sign > 0;
	case T_LE: return sign <= 0;
	case T_GE: return sign >= 0;
	case T_EQ: return sign == 0;
	}
	return sign != 0;
}

static int order(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static bool compare_glob(struct conditional *c, const struct operand *left, const struct token *op,
			 const struct token *right, bool *result)
{
	if (op->kind != T_EQ && op->kind != T_NE)
		return complain(c, op, "only '==' and '!=' compare these");
	if (right->kind != T_STRING)
		return complain(c, right, "expected a string to compare with");
	*result = text_glob(right->text, left->text) == (op->kind == T_EQ);
	return true;
}

static bool compare_version(struct conditional *c, const struct operand *left,
			    const struct token *op, const struct token *right, bool *result)
{
	if (right->kind != T_STRING)
		return complain(c, right, "expected a version as a string, such as \"5.10\"");
	if (text_is_glob(right->text)) {
		if (op->kind != T_EQ && op->kind != T_NE)
			return complain(c, op, "a version with wildcards has no order");
		*result =
			(!left->newest && text_glob(right->text, left->text)) == (op->kind == T_EQ);
		return true;
	}
	*result = holds(op->kind, left->newest ? 1 : strverscmp(left->text, right->text));
	return true;
}

static bool to_number(const char *text, int64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoll(text, &end, 0);
	return !*end && !errno;
}

/* CONFIG_x with a number or another option: by value where both are numbers. */
static bool compare_config(struct conditional *c, const struct operand *left,
			   const struct token *op, const struct token *right, bool *result)
{
	struct operand other = {OPERAND_BAD, NULL, 0, false};
	int64_t a, b;

	if (right->kind == T_STRING)
		return compare_glob(c, left, op, right, result);
	if (right->kind == T_NUMBER) {
		if (!to_number(left->text, &a))
			return complain(c, op, "the option's value is not a number");
		*result = holds(op->kind, order(a, right->number));
		return true;
	}
	if (right->kind == T_IDENT)
		other = left_operand(c, right);
	if (other.kind != OPERAND_CONFIG)
		return complain(c, right, "expected a string, a number or another CONFIG_ option");
	if (to_number(left->text, &a) && to_number(other.text, &b))
		*result = holds(op->kind, order(a, b));
	else
		*result = holds(op->kind, strcmp(left->text, other.text));
	return true;
}

static bool compare_number(struct conditional *c, const struct operand *left,
			   const struct token *op, const struct token *right, bool *result)
{
	if (right->kind != T_NUMBER)
		return complain(c, right, "expected a number to compare with");
	if (left->kind == OPERAND_GURU && op->kind != T_EQ && op->kind != T_NE)
		return complain(c, op, "only '==' and '!=' compare these");
	*result = holds(op->kind, order(left->number, right->number));
	return true;
}

static bool compare(struct conditional *c, const struct operand *left, const struct token *op,
		    const struct token *right, bool *result)
{
	switch (left->kind) {
	case OPERAND_VERSION: return compare_version(c, left, op, right, result);
	case OPERAND_GLOB: return compare_glob(c, left, op, right, result);
	case OPERAND_CONFIG: return compare_config(c, left, op, right, result);
	case OPERAND_NUMBER:
	case OPERAND_GURU: return compare_number(c, left, op, right, result);
	case OPERAND_STRING:
		if (right->kind != T_STRING)
			return complain(c, right, "expected a string to compare with");
		*result = holds(op->kind, strcmp(left->text, right->text));
		return true;
	case OPERAND_BAD: break;
	}
	return complain(c, op, "this cannot be compared");
}

static const char *no_operand(struct conditional *c, const struct token *t)
{
	static const char *const words[] = {"kernel_v", "kernel_vr", "systemtap_v",
					    "arch",     "runtime",   "systemtap_privilege",
					    "guru_mode"};
	struct near near = near_start(t->kind == T_IDENT ? t->text : "");

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		near_offer(&near, words[i]);
	return near.best ? arena_printf(c->in->arena,
					"a conditional cannot ask for '%s'; did you mean %s?",
					t->text, near.best)
			 : "expected kernel_v, kernel_vr, systemtap_v, arch, runtime, "
			   "systemtap_privilege, guru_mode, CONFIG_..., a string or a number";
}

/* left op right; *t is the token that made it fail, if it did. */
static bool comparison(struct conditional *c, struct token *t, bool *result)
{
	struct token op;

	fetch(c, t);
	struct operand left = left_operand(c, t);

	if (left.kind == OPERAND_BAD)
		return complain(c, t, no_operand(c, t));
	fetch(c, t);
	op = *t;
	if (!is_comparison(op.kind))
		return complain(c, t, "expected a comparison operator in this condition");
	fetch(c, t);
	return compare(c, &left, &op, t, result);
}

/* && binds tighter than ||; the token after the condition is left in *t. */
static bool condition(struct conditional *c, struct token *t, bool *result)
{
	bool all = true, any = false, one;

	for (;;) {
		if (!comparison(c, t, &one))
			return false;
		all &= one;
		fetch(c, t);
		if (t->kind == T_LAND)
			continue;
		any |= all;
		all = true;
		if (t->kind != T_LOR)
			break;
	}
	*result = any;
	if (t->kind != T_PP_THEN)
		return complain(c, t, "expected '%?' after the condition");
	return true;
}

/* Skips a branch; true if it ended with '%:' (only where that is allowed). */
static bool skip_branch(struct conditional *c, bool in_else)
{
	unsigned depth = 0;
	struct token t;

	for (;;) {
		macro_next(c->macros, &t, false);
		if (!t.kind) {
			c->ended = t.flags & TOKEN_BROKEN;
			return false;
		}
		if (t.kind == T_PP_OPEN)
			depth++;
		if (t.kind == T_PP_ELSE && !depth) {
			if (!in_else)
				return true;
			complain(c, &t, "this conditional has two '%:'");
		}
		if (t.kind == T_PP_CLOSE && depth-- == 0) {
			c->levels.n--;
			return false;
		}
	}
}

/* After a bad condition: goes on with the first branch. */
static void recover(struct conditional *c, struct token *t)
{
	while (t->kind && t->kind != T_PP_THEN && t->kind != T_PP_CLOSE)
		macro_next(c->macros, t, false);
	if (t->kind == T_PP_CLOSE)
		c->levels.n--;
}

static void open_level(struct conditional *c, const struct token *opener)
{
	struct level level = {opener->span, false};
	bool yes = true;
	struct token t;

	vec_push(c->in->arena, &c->levels, level);
	if (!condition(c, &t, &yes))
		recover(c, &t);
	else if (!yes && skip_branch(c, false))
		c->levels.v[c->levels.n - 1].in_else = true;
}

static void stray(struct conditional *c, const struct token *t)
{
	const char *what = t->kind == T_PP_THEN   ? "'%?' without '%('"
			   : t->kind == T_PP_ELSE ? "'%:' without '%('"
						  : "'%)' without '%('";

	report(c, DIAG_UNBALANCED_CONDITIONAL, t->span, what);
}

static void branch_end(struct conditional *c, const struct token *t)
{
	struct level *level = c->levels.n ? &c->levels.v[c->levels.n - 1] : NULL;

	if (!level || t->kind == T_PP_THEN) {
		stray(c, t);
	} else if (t->kind == T_PP_CLOSE) {
		c->levels.n--;
	} else if (level->in_else) {
		complain(c, t, "this conditional has two '%:'");
	} else {
		level->in_else = true;
		skip_branch(c, true);
	}
}

void conditional_next(struct conditional *c, struct token *t)
{
	for (;;) {
		fetch(c, t);
		if (t->kind == T_PP_OPEN)
			open_level(c, t);
		else if (t->kind == T_PP_THEN || t->kind == T_PP_ELSE || t->kind == T_PP_CLOSE)
			branch_end(c, t);
		else
			break;
	}
	if (!t->kind && c->levels.n) {
		if (!(t->flags & TOKEN_BROKEN) && !c->ended)
			diag_report(c->in->diags, DIAG_UNBALANCED_CONDITIONAL,
				    c->levels.v[c->levels.n - 1].opener,
				    "this conditional is never closed by '%%)'");
		c->levels.n = 0;
		c->ended = true;
	}
	if (!t->kind && c->ended)
		t->flags |= TOKEN_BROKEN;
}
