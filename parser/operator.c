/*
 * Builders of the print family and of the @ operators, with the checks that
 * need nothing but the text: formats against their arguments (section 10.1 of
 * the language reference), literal ranges, what an aggregate operator takes.
 */
#include "base/format.h"
#include "parser/node.h"

#include <string.h>

static unsigned flags_of(const char *word)
{
	unsigned flags = word[0] == 's' ? PRINT_TO_STRING : 0;
	const char *rest = word + (flags ? 6 : 5); /* after "sprint" or "print" */

	if (strcmp(rest, "f") == 0)
		flags |= PRINT_FORMAT;
	else if (strcmp(rest, "_char") == 0)
		flags |= PRINT_CHAR;
	if (*rest == 'd')
		flags |= PRINT_DELIM;
	if (strcmp(rest, "ln") == 0 || strcmp(rest, "dln") == 0)
		flags |= PRINT_NEWLINE;
	return flags;
}

static void check_format(struct feed *f, struct expr *e, struct span literal)
{
	const char *why = NULL;
	size_t offset = 0;
	const struct format *format = format_parse(f->arena, e->print.format_text, &why, &offset);

	e->print.format = format;
	if (!format) {
		syntax_report(f, DIAG_BAD_FORMAT, literal, "%s", why);
		return;
	}
	/* where a bracket is missing, arguments are too */
	if (format->nargs != e->print.args.n && f->mended <= literal.start.at)
		syntax_report(f, DIAG_FORMAT_ARITY, literal,
			      "wrong number of args: the format takes %u, the call gives %u",
			      format->nargs, e->print.args.n);
}

/* Takes the literal that must come first off the arguments; NULL after reporting. */
static struct expr *take_literal(struct feed *f, struct expr *e, struct span word_at,
				 const char *what)
{
	struct expr_list *args = &e->print.args;
	struct expr *first = args->n ? args->v[0] : NULL;

	if (!first || first->kind != EXPR_STRING || first->paren) {
		if (!first || first->kind != EXPR_POISON)
			syntax_report(f, DIAG_BAD_FORMAT, first ? first->span : word_at,
				      "%s needs a string literal as its %s", e->print.word, what);
		return NULL;
	}
	args->v++;
	args->n--;
	args->cap--;
	return first;
}

static bool check_print(struct feed *f, struct expr *e, struct span word_at)
{
	unsigned flags = e->print.flags;
	uint32_t least = flags & PRINT_DELIM ? 2 : flags & PRINT_NEWLINE ? 0 : 1;
	struct expr *literal;

	if (flags & PRINT_FORMAT) {
		literal = take_literal(f, e, word_at, "format");
		if (!literal)
			return false;
		e->print.format_text = literal->string;
		check_format(f, e, literal->span);
		return e->print.format;
	}
	if (flags & PRINT_DELIM) {
		literal = take_literal(f, e, word_at, "delimiter");
		if (!literal)
			return false;
		e->print.delim = literal->string;
	}
	if (e->print.args.n < least)
		syntax_report(f, DIAG_PRINT_ARITY, word_at, "%s needs at least %u value%s",
			      e->print.word, least, least == 1 ? "" : "s");
	return e->print.args.n >= least;
}

static struct expr *new_print(struct feed *f, struct span at, struct span word_at, const char *word)
{
	struct expr *e = node_new(f, EXPR_PRINT, at, word_at.start);

	e->print.word = word;
	e->print.flags = flags_of(word);
	return e;
}

struct expr *operator_print(struct feed *f, struct span at, struct span word_at, const char *word,
			    struct expr_list *args)
{
	struct expr *e = new_print(f, at, word_at, word);

	if (args)
		e->print.args = *args;
	if (!check_print(f, e, word_at))
		return node_poison(f, at);
	return node_deepen_list(f, e, args);
}

struct expr *operator_print_hist(struct feed *f, struct span at, struct span word_at,
				 const char *word, struct expr *hist)
{
	struct expr *e = new_print(f, at, word_at, word);

	if (e->print.flags & (PRINT_FORMAT | PRINT_DELIM | PRINT_CHAR)) {
		syntax_report(f, DIAG_BAD_HISTOGRAM, hist->span,
			      "%s cannot print a histogram; print() and println() can", word);
		return node_poison(f, at);
	}
	e->print.hist = hist;
	return node_deepen(f, e, hist);
}

static bool check_aggregate(struct feed *f, const struct expr *stat)
{
	if (stat->kind == EXPR_NAME || stat->kind == EXPR_INDEX)
		return true;
	if (stat->kind != EXPR_POISON)
		syntax_report(f, DIAG_BAD_AGGREGATE, stat->span,
			      "an aggregate must be a global or an element of a global array");
	return false;
}

struct expr *operator_stat(struct feed *f, struct span at, int64_t op, struct expr *stat)
{
	struct expr *e = node_new(f, EXPR_STAT, at, at.start);

	if (!check_aggregate(f, stat))
		return node_poison(f, at);
	e->stat.op = (enum stat_op)op;
	e->stat.stat = stat;
	return node_deepen(f, e, stat);
}

struct expr *operator_variance(struct feed *f, struct span at, struct span bits_at,
			       struct expr *stat, int64_t bits)
{
	struct expr *e = operator_stat(f, at, STAT_VARIANCE, stat);

	if (bits < 0 || bits > 62) {
		syntax_report(f, DIAG_BAD_VARIANCE, bits_at,
			      "the bit shift of @variance must be from 0 to 62, not %lld",
			      (long long)bits);
		return node_poison(f, at);
	}
	if (e->kind == EXPR_STAT)
		e->stat.bits = bits;
	return e;
}

struct expr *operator_hist_log(struct feed *f, struct span at, struct expr *stat)
{
	struct expr *e = node_new(f, EXPR_HIST, at, at.start);

	if (!check_aggregate(f, stat))
		return node_poison(f, at);
	e->hist.log = true;
	e->hist.stat = stat;
	return node_deepen(f, e, stat);
}

struct expr *operator_hist_linear(struct feed *f, struct span at, struct expr *stat, int64_t low,
				  int64_t high, int64_t step)
{
	struct expr *e = operator_hist_log(f, at, stat);

	if (e->kind != EXPR_HIST)
		return e;
	e->hist.log = false;
	e->hist.low = low;
	e->hist.high = high;
	e->hist.step = step;
	return e;
}

struct expr *operator_wrap(struct feed *f, struct span at, enum expr_kind kind, struct expr *e)
{
	struct expr *wrap = node_new(f, kind, at, at.start);

	wrap->operand = e;
	return node_deepen(f, wrap, e);
}

struct expr *operator_enumname(struct feed *f, struct span at, struct expr *value, const char *type,
			       const char *module)
{
	struct expr *e = node_new(f, EXPR_ENUMNAME, at, at.start);

	e->enumname.value = value;
	e->enumname.type_name = type;
	e->enumname.module = module;
	return node_deepen(f, e, value);
}

struct expr *operator_deref(struct feed *f, struct span at, int64_t user, int64_t size,
			    struct expr *addr)
{
	struct expr *e = node_new(f, EXPR_DEREF, at, at.start);

	e->machine.user = user;
	e->machine.size = size;
	e->machine.addr = addr;
	return node_deepen(f, e, addr);
}

struct expr *operator_register(struct feed *f, struct span at, int64_t user, int64_t number)
{
	struct expr *e = node_new(f, EXPR_REGISTER, at, at.start);

	e->machine.user = user;
	e->machine.size = number;
	return e;
}

struct expr *operator_probewrite(struct feed *f, struct span at, const char *name)
{
	struct expr *e = node_new(f, EXPR_PROBEWRITE, at, at.start);

	e->name.name = name;
	return e;
}
