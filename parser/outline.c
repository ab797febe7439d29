/*
 * What a library file defines, read from its bytes without making tokens: most files of a library
 * are only asked whether they have a name.  The shapes of tokens are those of lexer.l; only those
 * that can matter here are told apart.  It does not notice mistakes; parsing the file will.
 */
#include "parser/stages.h"

#include <string.h>

enum shape {
	END = 0, /* other small numbers: the character itself */
	WORD = 256,
	PROBE, /* this and the next three are words, too */
	GLOBAL,
	PRIVATE,
	FUNCTION,
	DEFINE, /* @define */
	ARROW,
	ADD_ASSIGN,
	OPEN, /* %( */
	CLOSE,
	OTHER,
};

struct outline {
	const char *at, *end;
	const struct parse_input *in;
	void (*found)(void *ctx, const struct defined *d);
	void *ctx;
	enum shape shape, before; /* of the token, and of the one before it */
	const char *text;         /* the token */
	size_t len;
	uint32_t tokens;
	unsigned depth; /* of braces */
};

/* --- tokens --- */

static bool in_number(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool in_word(char c)
{
	return in_number(c) || c == '_' || c == '$';
}

static char peek(const struct outline *o, size_t i)
{
	return (size_t)(o->end - o->at) > i ? o->at[i] : '\0';
}

/* Goes behind the text that closes a comment or code; at the end there is no token. */
static bool skip_to(struct outline *o, const char closer[2])
{
	const char *stop = memmem(o->at + 2, (size_t)(o->end - o->at) - 2, closer, 2);

	o->at = stop ? stop + 2 : o->end;
	return stop != NULL;
}

/* Blanks and comments. */
static void skip_space(struct outline *o)
{
	while (o->at < o->end) {
		char c = *o->at, next = peek(o, 1);

		if (c == ' ' || (c >= '\t' && c <= '\r')) {
			o->at++;
		} else if (c == '#' || (c == '/' && next == '/')) {
			const char *nl = memchr(o->at, '\n', (size_t)(o->end - o->at));

			o->at = nl ? nl : o->end;
		} else if (c == '/' && next == '*') {
			skip_to(o, "*/");
		} else {
			return;
		}
	}
}

static bool is(const struct outline *o, const char *word, size_t n)
{
	return o->len == n && memcmp(o->text, word, n) == 0;
}

static enum shape word(struct outline *o)
{
	while (o->at < o->end && in_word(*o->at))
		o->at++;
	o->len = (size_t)(o->at - o->text);
	switch (*o->text) {
	case 'p':
		if (is(o, "probe", 5))
			return PROBE;
		return is(o, "private", 7) ? PRIVATE : WORD;
	case 'g': return is(o, "global", 6) ? GLOBAL : WORD;
	case 'f': return is(o, "function", 8) ? FUNCTION : WORD;
	}
	return WORD;
}

/* $x, $$ and $; @x; $1 and @#, the script's arguments, which mean nothing here. */
static enum shape marked(struct outline *o)
{
	char mark = *o->at++, c = peek(o, 0);

	if (c == '#') {
		o->at++;
		return OTHER;
	}
	if (c >= '0' && c <= '9') {
		while (o->at < o->end && *o->at >= '0' && *o->at <= '9')
			o->at++;
		return OTHER;
	}
	word(o);
	if (mark == '@')
		return is(o, "@define", 7) ? DEFINE : OTHER;
	return o->len == 1 || is(o, "$$", 2) ? OTHER : WORD;
}

static enum shape string(struct outline *o)
{
	for (o->at++; o->at < o->end && *o->at != '\n'; o->at++) {
		if (*o->at == '"') {
			o->at++;
			break;
		}
		if (*o->at == '\\') {
			if (o->end - o->at == 1)
				break;
			o->at++;
		}
	}
	return OTHER;
}

/* '...' on one line, or a lone quote. */
static enum shape quoted(struct outline *o)
{
	const char *p = o->at + 1;

	while (p < o->end && *p != '\'' && *p != '"' && *p != '\n')
		p++;
	o->at = p < o->end && *p == '\'' ? p + 1 : o->at + 1;
	return OTHER;
}

/* Bytes without a meaning: a run of one sort is one token. */
static enum shape junk(struct outline *o)
{
	bool high = (unsigned char)*o->at > '~';

	while (o->at < o->end && ((unsigned char)*o->at > '~') == high &&
	       (high || ((unsigned char)*o->at < ' ' && !(*o->at >= '\t' && *o->at <= '\r'))))
		o->at++;
	return OTHER;
}

static enum shape take(struct outline *o, size_t n, enum shape shape)
{
	o->at += n;
	return shape;
}

/* Takes the longest operator. */
static enum shape operator(struct outline *o) {
	char c = *o->at, next = peek(o, 1);

	switch (c){
		case '<' : case '>' : if (next != c) return take(o, 1 + (next == '='), OTHER);
		return take(o, 2 + (peek(o, 2) == c || peek(o, 2) == '='), OTHER);
		case '=' : return next == '=' || next == '~' ? take(o, 2, OTHER) : take(o, 1, '=');
		case '!' : return take(o, 1 + (next == '=' || next == '~'), OTHER);
		case '&' : case '|' : return take(o, 1 + (next == '=' || next == c), OTHER);
		case '+' : return next == '=' ? take(o, 2, ADD_ASSIGN)
					      : take(o, 1 + (next == c), OTHER);
		case '-' : return next == '>' ? take(o, 2, ARROW)
					      : take(o, 1 + (next == '=' || next == c), OTHER);
		case '*' : case '/' : case '^' : case '.' : return next == '='
			? take(o, 2, OTHER)
			: take(o, 1, (enum shape)c);
		case '%' : if (next == '(') return take(o, 2, OPEN);
		if (next == ')') return take(o, 2, CLOSE);
		return take(o, 1 + (next == '?' || next == ':' || next == '='), OTHER);
	}
return take(o, 1, (enum shape)c);
}

static enum shape token(struct outline *o)
{
	skip_space(o);
	o->text = o->at;
	if (o->at == o->end || ++o->tokens > LEXER_MAX_TOKENS)
		return END;
	char c = *o->at;

	if (c == '%' && peek(o, 1) == '{')
		return skip_to(o, "%}") ? OTHER : END;
	if (c == '$' || c == '@')
		return marked(o);
	if (c >= '0' && c <= '9') {
		while (o->at < o->end && in_number(*o->at))
			o->at++;
		return OTHER;
	}
	if (in_word(c))
		return word(o);
	if (c == '"')
		return string(o);
	if (c == '\'')
		return quoted(o);
	if ((unsigned char)c < ' ' || (unsigned char)c > '~')
		return junk(o);
	return operator(o);
}

static void step(struct outline *o)
{
	o->before = o->shape;
	o->shape = token(o);
	if (o->shape == END)
		o->at = o->end;
	o->depth += o->shape == '{';
	o->depth -= o->shape == '}' && o->depth;
}

/* --- declarations --- */

static bool is_name(const struct outline *o)
{
	return o->shape >= WORD && o->shape <= FUNCTION;
}

static void tell(struct outline *o, enum defined_kind kind, const char *s, size_t n)
{
	struct defined d = {kind, intern_n(o->in->names, s, n)};

	o->found(o->ctx, &d);
}

struct head {
	char *v;
	uint32_t n, cap;
};

static void extend(struct outline *o, struct head *head, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		vec_push(o->in->arena, head, s[i]);
}

/* probe a.b("x").c = ... : the dotted head, without arguments. */
static void alias(struct outline *o)
{
	struct head head = {0};

	step(o);
	for (;;) {
		for (; is_name(o) || o->shape == '*'; step(o))
			extend(o, &head, o->shape == '*' ? "*" : o->text,
			       o->shape == '*' ? 1 : o->len);
		if (o->shape == '(') {
			while (o->shape && o->shape != ')')
				step(o);
			step(o);
		}
		if ((o->shape == '=' || o->shape == ADD_ASSIGN) && head.n) {
			tell(o, DEFINED_ALIAS, head.v, head.n);
			head.n = 0;
		} else if (o->shape == '.') {
			extend(o, &head, ".", 1);
		} else {
			return;
		}
		step(o);
	}
}

static void globals(struct outline *o)
{
	do {
		step(o);
		if (o->shape != WORD || *o->text == '$')
			return;
		tell(o, DEFINED_GLOBAL, o->text, o->len);
		do
			step(o);
		while (o->shape && o->shape != ',' && o->shape != ';' && o->depth == 0 &&
		       !(o->shape >= PROBE && o->shape <= FUNCTION));
	} while (o->shape == ',');
}

static void function(struct outline *o)
{
	step(o);
	if (is_name(o))
		tell(o, DEFINED_FUNCTION, o->text, o->len);
}

static void macro(struct outline *o)
{
	unsigned depth = 0;

	step(o);
	if (!is_name(o))
		return;
	tell(o, DEFINED_MACRO, o->text, o->len);
	while (o->shape && o->shape != OPEN)
		step(o);
	do {
		depth += o->shape == OPEN;
		depth -= o->shape == CLOSE;
		step(o);
	} while (o->shape && depth);
	o->depth = 0;
}

/*
 * A keyword starts a declaration wherever it stands: braces tell nothing, since both branches of
 * a condition may open the same block.  After a dot it is part of a probe point.
 */
static bool declaration(struct outline *o)
{
	if (o->before == '.' || o->before == ARROW)
		return false;
	switch ((unsigned)o->shape) {
	case PROBE: alias(o); return true;
	case GLOBAL: globals(o); return true;
	case FUNCTION: function(o); return true;
	case DEFINE: macro(o); return true;
	}
	return false;
}

void outline_definitions(const struct parse_input *in, const struct source *src,
			 void (*found)(void *ctx, const struct defined *d), void *ctx)
{
	struct outline o = {
		.at = src->text, .end = src->text + src->len, .in = in, .found = found, .ctx = ctx};

	step(&o);
	while (o.shape)
		if (!declaration(&o))
			step(&o);
}
