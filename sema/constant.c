/*
 * The value of a C constant expression: numbers, character literals, the names
 * of constant.def and the enumerators of the target, and all of C's integer
 * operators, in 64 bits and wrapping.  A recursive descent with a bound on its
 * depth; casts, sizeof and macros with arguments are refused, since they need
 * the kernel's headers.
 */
#include "sema/access.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 200 };

static const struct row {
	const char *name;
	int64_t value;
} rows[] = {
#define CONSTANT(name, value) {#name, value},
#include "sema/constant.def"
#undef CONSTANT
};

struct parse {
	struct sema *s;
	const char *at;
	const char *why;     /* set: failed */
	const char *unknown; /* the name that is not known */
	uint32_t depth;
	bool dead; /* in the side of && || ?: that C does not evaluate */
};

/* Binary operators by how tightly they bind; longer spellings first. */
static const struct operator
{
	const char *text;
	int level;
}
operators[] = {
	{"||", 1}, {"&&", 2}, {"==", 6}, {"!=", 6}, {"<<", 8}, {">>", 8},
	{"<=", 7}, {">=", 7}, {"|", 3},  {"^", 4},  {"&", 5},  {"<", 7},
	{">", 7},  {"+", 9},  {"-", 9},  {"*", 10}, {"/", 10}, {"%", 10},
};

static int64_t conditional(struct parse *p);

static void fail(struct parse *p, const char *why)
{
	if (!p->why)
		p->why = why;
}

static void blanks(struct parse *p)
{
	while (isspace((unsigned char)*p->at))
		p->at++;
}

static bool eat(struct parse *p, char c)
{
	blanks(p);
	if (*p->at != c)
		return false;
	p->at++;
	return true;
}

static int by_name(const void *key, const void *row)
{
	return strcmp(key, ((const struct row *)row)->name);
}

static int64_t name(struct parse *p)
{
	size_t len = 0;
	const char *word;
	const struct row *row;
	int64_t value = 0;

	while (isalnum((unsigned char)p->at[len]) || p->at[len] == '_')
		len++;
	word = arena_strndup(p->s->arena, p->at, len);
	p->at += len;
	if (target_enumerator(p->s->target, word, &value))
		return value;
	row = bsearch(word, rows, sizeof rows / sizeof *rows, sizeof *rows, by_name);
	if (row)
		return row->value;
	if (!p->unknown)
		p->unknown = word;
	fail(p, arena_printf(p->s->arena, "the value of %s is not known", word));
	return 0;
}

static int64_t number(struct parse *p)
{
	char *end;
	uint64_t value;

	errno = 0;
	value = strtoull(p->at, &end, 0);
	end += strspn(end, "uUlL");
	if (errno || isalnum((unsigned char)*end) || *end == '.')
		fail(p, "it has a number that is not a C integer");
	p->at = end;
	return (int64_t)value;
}

static int64_t character(struct parse *p)
{
	const char *close = strchr(p->at + 1, '\'');
	const char *text;
	size_t len;

	if (close && p->at[1] == '\\' && close == p->at + 2)
		close = strchr(close + 1, '\'');
	if (!close) {
		fail(p, "a character literal does not end");
		return 0;
	}
	text = arena_strndup(p->s->arena, p->at + 1, (size_t)(close - p->at - 1));
	text = text_unescape(p->s->arena, text, &len);
	if (len > 1)
		fail(p, "a character literal holds more than one character");
	p->at = close + 1;
	return (signed char)*text;
}

static int64_t primary(struct parse *p)
{
	int64_t value;

	blanks(p);
	if (eat(p, '(')) {
		value = conditional(p);
		if (!eat(p, ')'))
			fail(p, "a parenthesis is not closed");
		return value;
	}
	if (isdigit((unsigned char)*p->at))
		return number(p);
	if (*p->at == '\'')
		return character(p);
	if (isalpha((unsigned char)*p->at) || *p->at == '_')
		return name(p);
	fail(p, *p->at ? "it is not a C expression over constants" : "an operand is missing");
	return 0;
}

static int64_t unary(struct parse *p)
{
	int64_t value;
	char op;

	blanks(p);
	op = *p->at;
	if (!op || !strchr("-+~!", op))
		return primary(p);
	if (++p->depth > MAX_DEPTH) {
		fail(p, "it is nested too deeply");
		return 0;
	}
	p->at++;
	value = unary(p);
	p->depth--;
	if (op == '-')
		return (int64_t) - (uint64_t)value;
	if (op == '~')
		return ~value;
	return op == '!' ? !value : value;
}

static int64_t divide(struct parse *p, char op, int64_t a, int64_t b)
{
	if (b == 0) {
		if (!p->dead)
			fail(p, "it divides by zero");
		return 0;
	}
	if (b == -1)
		return op == '/' ? (int64_t) - (uint64_t)a : 0;
	return op == '/' ? a / b : a % b;
}

static int64_t compare(const char *op, int64_t a, int64_t b)
{
	switch (op[0]) {
	case '=': return a == b;
	case '!': return a != b;
	case '<': return op[1] ? a <= b : a < b;
	default: return op[1] ? a >= b : a > b;
	}
}

static int64_t shift(const char *op, int64_t a, int64_t b)
{
	if (op[0] == '<')
		return (int64_t)((uint64_t)a << (b & 63));
	return a >> (b & 63);
}

static int64_t apply(struct parse *p, const struct operator* o, int64_t a, int64_t b)
{
	switch (o->level) {
	case 1: return a || b;
	case 2: return a && b;
	case 3: return a | b;
	case 4: return a ^ b;
	case 5: return a & b;
	case 6:
	case 7: return compare(o->text, a, b);
	case 8: return shift(o->text, a, b);
	case 9:
		return (int64_t)(o->text[0] == '+' ? (uint64_t)a + (uint64_t)b
						   : (uint64_t)a - (uint64_t)b);
	default:
		if (o->text[0] == '*')
			return (int64_t)((uint64_t)a * (uint64_t)b);
		return divide(p, o->text[0], a, b);
	}
}

static const struct operator* next_operator(struct parse *p, int level)
{
	blanks(p);
	for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
		const struct operator* o = & operators[i];

		if (strncmp(p->at, o->text, strlen(o->text)) == 0)
			return o->level >= level ? o : NULL;
	}
	return NULL;
}

static int64_t binary(struct parse *p, int level)
{
	int64_t value = unary(p);
	const struct operator* o;

	while (!p->why && (o = next_operator(p, level))) {
		bool dead = p->dead;
		int64_t b;

		p->at += strlen(o->text);
		p->dead = dead || (o->level == 1 && value) || (o->level == 2 && !value);
		b = binary(p, o->level + 1);
		p->dead = dead;
		value = apply(p, o, value, b);
	}
	return value;
}

static int64_t chosen(struct parse *p, bool taken)
{
	bool dead = p->dead;
	int64_t value;

	p->dead = dead || !taken;
	value = conditional(p);
	p->dead = dead;
	return value;
}

static int64_t conditional(struct parse *p)
{
	int64_t value = 0, yes, no;

	if (++p->depth > MAX_DEPTH) {
		fail(p, "it is nested too deeply");
		return 0;
	}
	value = binary(p, 1);
	if (!p->why && eat(p, '?')) {
		yes = chosen(p, value != 0);
		if (!eat(p, ':'))
			fail(p, "the : of a ?: is missing");
		no = p->why ? 0 : chosen(p, value == 0);
		value = value ? yes : no;
	}
	p->depth--;
	return value;
}

bool constant_value(struct sema *s, const char *text, int64_t *value, const char **why,
		    const char **unknown)
{
	struct parse p = {.s = s, .at = text};

	*value = conditional(&p);
	blanks(&p);
	if (*p.at)
		fail(&p, "it is not a C expression over constants");
	*why = p.why;
	*unknown = p.unknown;
	return !p.why;
}
