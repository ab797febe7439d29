/*
 * What each token of an unprocessed text is to its neighbours: is there a space before it, does a
 * statement or a declaration begin with it?  The grammar needs no separators, so a statement ends
 * where the next token can't go on with it; that is decided from two tokens as the grammar does.
 * Both branches of a conditional start from the same brackets.  After a macro nobody can tell, and
 * the author's line ends are asked (PIECE_UNSURE).
 */
#include "parser/pieces.h"
#include "parser/stages.h"
#include "parser/grammar.h"

#include <string.h>

enum role { ROLE_PLAIN, ROLE_BLOCK, ROLE_GROUP, ROLE_HEADER, ROLE_MACRO };
enum mode { MODE_TOP, MODE_POINTS, MODE_GLOBAL, MODE_FUNCTION, MODE_DEFINE };

struct frame {
	int kind; /* '(' '[' '{' or T_PP_OPEN */
	enum role role;
};

/* A %( that is open. */
struct fork {
	bool define, asking; /* asking: before its %? */
	enum mode mode;
	int before; /* the token that stands before it */
	struct frame *open;
	uint32_t nopen;
};

struct spacer {
	const struct parse_input *in;
	const struct source *src;
	struct pieces *ps;
	uint32_t at;                       /* the piece in hand */
	const struct piece *prev, *before; /* the tokens before it */
	enum mode mode;
	VEC(struct frame) open;
	VEC(struct fork) forks;
	bool operand; /* prev may end an operand */
	bool unary;   /* prev is an operator before its operand */
	bool unsure;  /* prev is of a macro, an argument or a conditional */
};

static const char *text(const struct spacer *s, const struct piece *p)
{
	return s->src->text + p->start;
}

static bool is_word(const struct spacer *s, const struct piece *p, const char *word)
{
	size_t n = strlen(word);

	return p->end - p->start == n && memcmp(text(s, p), word, n) == 0;
}

/* @x that is no word of the language. */
static bool is_macro(const struct spacer *s, const struct piece *p)
{
	return p->kind == T_AT &&
	       !grammar_at_word(intern_n(s->in->names, text(s, p) + 1, p->end - p->start - 1));
}

static const struct piece *next_token(const struct spacer *s)
{
	const struct piece *p = &s->ps->list.v[s->at + 1];

	while (pieces_is_comment(p))
		p++;
	return p;
}

static struct frame *top(struct spacer *s)
{
	return s->open.n ? &s->open.v[s->open.n - 1] : NULL;
}

static enum role inside(struct spacer *s)
{
	return s->open.n ? top(s)->role : ROLE_PLAIN;
}

static bool asking(const struct spacer *s)
{
	return s->forks.n && s->forks.v[s->forks.n - 1].asking;
}

/* Within the points of a probe, but not in the parentheses of a component. */
static bool in_points(struct spacer *s)
{
	return (s->mode == MODE_POINTS && !s->open.n) || inside(s) == ROLE_GROUP;
}

/* --- where statements begin --- */

/* Can c only go on with an expression that p may have ended? */
static bool continues(const struct piece *p, const struct piece *c)
{
	switch (c->kind) {
	case '(': return p->kind == T_IDENT || p->kind == T_PRINT || p->kind == T_AT;
	case T_INC:
	case T_DEC: return p->kind != T_INC && p->kind != T_DEC;
	case T_STRING: return p->kind == T_STRING;
	case T_IDENT:
	case T_NUMBER:
	case T_TARGET:
	case T_PRINT:
	case T_AT:
	case T_EMBEDDED:
	case '!':
	case '~':
	case '{': return false;
	}
	return !feed_starts_statement(c->kind);
}

static unsigned begins(struct spacer *s, const struct piece *c)
{
	const struct piece *p = s->prev;

	if (inside(s) != ROLE_BLOCK || asking(s) || c->kind == '}' || c->kind == PIECE_END)
		return 0;
	if (c->kind == T_ELSE || c->kind == T_CATCH)
		return PIECE_STARTS;
	if (pieces_is_conditional(c) && !(c->flags & PIECE_DEFINES))
		return PIECE_UNSURE;
	if (p->flags & (PIECE_BLOCK | PIECE_HEADER) || p->kind == ';' || p->kind == T_ELSE ||
	    (p->kind == T_PP_OPEN && p->flags & PIECE_DEFINES))
		return c->kind == ';' && p->flags & PIECE_BLOCK ? 0 : PIECE_STARTS;
	if (s->unsure || c->kind == PIECE_ARGUMENT || (s->operand && is_macro(s, c)))
		return c->kind == ';' ? 0 : PIECE_UNSURE;
	if (p->kind == T_BREAK || p->kind == T_CONTINUE || p->kind == T_NEXT)
		return c->kind == ';' ? 0 : PIECE_STARTS;
	if (p->kind == T_RETURN)
		return feed_starts_statement(c->kind) ? PIECE_STARTS : 0;
	return s->operand && !continues(p, c) ? PIECE_STARTS : 0;
}

static bool declares(struct spacer *s, const struct piece *c)
{
	bool word = c->kind == T_PROBE || c->kind == T_GLOBAL || c->kind == T_PRIVATE ||
		    c->kind == T_FUNCTION;

	if (word)
		return s->prev->kind != T_ARROW && s->prev->kind != '.' &&
		       s->prev->kind != T_PRIVATE && inside(s) != ROLE_GROUP && !asking(s) &&
		       !(s->forks.n && s->forks.v[s->forks.n - 1].define);
	if (s->open.n || s->forks.n)
		return false;
	if (c->kind == T_EMBEDDED)
		return s->mode != MODE_FUNCTION;
	return c->kind == T_AT && (is_word(s, c, "@define") || s->mode == MODE_TOP);
}

/* --- spaces --- */

static bool is_word_char(char c)
{
	return c == '_' || c == '$' || c == '@' || (c >= '0' && c <= '9') ||
	       (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Would the two be read as something else without a space? */
static bool merges(const struct spacer *s, const struct piece *p, const struct piece *c)
{
	static const char *const pairs[] = {"++", "--", "&&", "||", "<<", ">>", "<=", ">=",
					    "==", "!=", "=~", "!~", "->", "+=", "-=", "*=",
					    "/=", "%=", "&=", "^=", "|=", ".=", "%(", "%{",
					    "%?", "%:", "%)", "//", "/*"};
	char a = p->end ? s->src->text[p->end - 1] : 0, b = *text(s, c);

	if (is_word_char(a) && is_word_char(b))
		return true;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (pairs[i][0] == a && pairs[i][1] == b)
			return true;
	return (a == '$' || a == '@') && b == '#';
}

static bool apart(const struct piece *p, const struct piece *c)
{
	return c->start > p->end;
}

static bool in_point_space(const struct piece *p, const struct piece *c)
{
	if (p->kind == ',' || p->kind == '=' || p->kind == T_ADD_ASSIGN || c->kind == '=' ||
	    c->kind == T_ADD_ASSIGN || p->kind == T_PROBE || c->kind == T_IF)
		return true;
	if (c->kind == ',' || c->kind == '(' || c->kind == '.' || p->kind == '.' ||
	    p->kind == '(' || p->kind == '{' || c->kind == '}' || c->kind == '?' ||
	    (c->kind == '!' && p->kind != T_IF))
		return p->kind == T_IF;
	return apart(p, c);
}

/* Before c as the first or last of something in brackets. */
static bool bracket_space(const struct spacer *s, const struct piece *p, const struct piece *c)
{
	if (c->kind == '(')
		return !(p->kind == T_IDENT || p->kind == T_PRINT || p->kind == T_TARGET ||
			 p->kind == T_AT || p->kind == T_STRING_TYPE || p->kind == T_LONG_TYPE) ||
		       (is_macro(s, p) && apart(p, c));
	return !s->operand; /* '[' */
}

/* A colon or '%' in a declaration. */
static bool declaration_space(const struct spacer *s, const struct piece *p, const struct piece *c)
{
	if (s->mode == MODE_GLOBAL)
		return p->kind == '=' || c->kind == '=' || p->kind == T_GLOBAL ||
		       p->kind == T_PRIVATE;
	if (c->kind == ':')
		return p->kind == ')';
	return !(s->before && s->before->kind != ')');
}

static bool is_sign(const struct spacer *s, const struct piece *c)
{
	int next = next_token(s)->kind;

	return (c->kind == '-' || c->kind == '+') && (s->operand || s->prev->kind == T_AT) &&
	       (next == T_IN || next == T_LIMIT || next == ')' || next == ']' || next == ',' ||
		next == '=');
}

static bool space(struct spacer *s, const struct piece *p, const struct piece *c)
{
	bool head = s->mode == MODE_FUNCTION && (!s->open.n || s->open.v[0].kind == '(');
	bool declaration = head || (s->mode == MODE_GLOBAL && !s->open.n);

	if (p->kind == PIECE_ARGUMENT && is_word_char(*text(s, c)))
		return apart(p, c);
	if ((p->kind == T_PP_CLOSE || c->kind == T_PP_OPEN) && in_points(s))
		return apart(p, c) || merges(s, p, c);
	if (p->kind != T_PP_CLOSE && (pieces_is_conditional(p) || pieces_is_conditional(c)))
		return c->kind != T_PP_OPEN || (p->kind != '(' && p->kind != '[');
	if (c->flags & PIECE_BLOCK)
		return !(p->kind == '{' && c->kind == '}');
	if (p->flags & PIECE_BLOCK || p->flags & PIECE_HEADER)
		return c->kind != ',' && c->kind != ';';
	if (in_points(s))
		return in_point_space(p, c);
	if (s->unary)
		return merges(s, p, c);
	if (c->kind == ',' || c->kind == ';' || c->kind == ')' || c->kind == ']')
		return c->kind != ',' && c->kind != ';' && p->kind == ',';
	if (p->kind == '(' || p->kind == '[')
		return merges(s, p, c);
	if (p->kind == ',' || p->kind == ';')
		return true;
	if (c->kind == T_ARROW || p->kind == T_ARROW || c->kind == T_DOLLARS)
		return c->kind == T_DOLLARS && p->kind != T_ARROW && apart(p, c);
	if ((c->kind == T_INC || c->kind == T_DEC || is_sign(s, c)) &&
	    (s->operand || p->kind == T_AT))
		return merges(s, p, c);
	if (declaration && (c->kind == ':' || p->kind == ':' || c->kind == '%' || c->kind == '['))
		return declaration_space(s, p, c) || merges(s, p, c);
	if (c->kind == '(' || c->kind == '[')
		return bracket_space(s, p, c) || merges(s, p, c);
	return true;
}

/* --- keeping track --- */

static void push(struct spacer *s, int kind, enum role role)
{
	vec_push(s->in->arena, &s->open, ((struct frame){kind, role}));
}

static void fork_open(struct spacer *s)
{
	struct fork f = {.define = s->mode == MODE_DEFINE && !s->forks.n,
			 .mode = s->mode,
			 .before = s->prev->kind};

	f.asking = !f.define;
	f.nopen = s->open.n;
	f.open = arena_alloc(s->in->arena, (f.nopen + 1) * sizeof *f.open);
	if (f.nopen)
		memcpy(f.open, s->open.v, f.nopen * sizeof *f.open);
	vec_push(s->in->arena, &s->forks, f);
	if (f.define)
		push(s, T_PP_OPEN, ROLE_BLOCK);
}

static void fork_restore(struct spacer *s, const struct fork *f)
{
	s->open.n = 0;
	for (uint32_t i = 0; i < f->nopen; i++)
		vec_push(s->in->arena, &s->open, f->open[i]);
	s->mode = f->mode;
}

static void fork_token(struct spacer *s, struct piece *c)
{
	struct fork *f = s->forks.n ? &s->forks.v[s->forks.n - 1] : NULL;

	if (c->kind == T_PP_OPEN) {
		fork_open(s);
		c->flags |= s->forks.v[s->forks.n - 1].define ? PIECE_DEFINES : 0;
	} else if (f && c->kind == T_PP_THEN) {
		f->asking = false;
	} else if (f && c->kind == T_PP_ELSE) {
		fork_restore(s, f);
	} else if (f && c->kind == T_PP_CLOSE) {
		if (f->define) {
			fork_restore(s, f);
			s->mode = MODE_TOP;
			c->flags |= PIECE_DEFINES;
		}
		s->forks.n--;
	}
	s->unsure = true;
}

static enum role role_of(struct spacer *s, const struct piece *c)
{
	int p = s->prev->kind;

	if (s->forks.n && (p == T_PP_THEN || p == T_PP_ELSE))
		p = s->forks.v[s->forks.n - 1].before;
	if (c->kind == '{') {
		bool first = p == T_PROBE || p == ',' || p == '.' || p == '=' || p == T_ADD_ASSIGN;

		if (inside(s) == ROLE_GROUP || (s->mode == MODE_POINTS && !s->open.n && first))
			return ROLE_GROUP;
		return ROLE_BLOCK;
	}
	if (c->kind == '[')
		return ROLE_PLAIN;
	if (p == T_IF || p == T_WHILE || p == T_FOR || p == T_FOREACH || p == T_CATCH)
		return ROLE_HEADER;
	return is_macro(s, s->prev) ? ROLE_MACRO : ROLE_PLAIN;
}

static void close(struct spacer *s, struct piece *c)
{
	bool statements = inside(s) == ROLE_BLOCK;
	struct frame *f = top(s);

	if (!f)
		return;
	if (c->kind == '}' && f->kind == '{')
		c->flags |= statements ? PIECE_BLOCK : 0;
	else if (c->kind == ')' && f->role == ROLE_HEADER && !in_points(s))
		c->flags |= PIECE_HEADER;
	if (f->kind == T_PP_OPEN)
		return;
	s->unsure = f->role == ROLE_MACRO;
	s->open.n--;
	if (c->flags & PIECE_HEADER && s->mode == MODE_POINTS && !s->open.n)
		c->flags &= ~(unsigned)PIECE_HEADER; /* the condition of a probe point */
	if (statements && !s->open.n)
		s->mode = MODE_TOP;
}

static void enter_mode(struct spacer *s, const struct piece *c)
{
	if (c->flags & PIECE_DECLARES) {
		s->open.n = 0;
		s->mode = c->kind == T_PROBE                            ? MODE_POINTS
			  : c->kind == T_FUNCTION                       ? MODE_FUNCTION
			  : c->kind == T_GLOBAL || c->kind == T_PRIVATE ? MODE_GLOBAL
			  : is_word(s, c, "@define")                    ? MODE_DEFINE
									: MODE_TOP;
	} else if (c->kind == T_FUNCTION && s->prev->kind == T_PRIVATE) {
		s->mode = MODE_FUNCTION;
	} else if (c->kind == T_EMBEDDED && s->mode == MODE_FUNCTION && !s->open.n) {
		s->mode = MODE_TOP;
	}
}

static bool ends_operand(struct spacer *s, const struct piece *c, bool before)
{
	if (c->kind == ')' && c->flags & PIECE_HEADER)
		return false;
	if (c->kind == T_INC || c->kind == T_DEC)
		return before;
	if (c->kind == '*') /* every key, in a[*, x] */
		return !before && (next_token(s)->kind == ',' || next_token(s)->kind == ']');
	return feed_ends_operand(c->kind) || c->kind == PIECE_ARGUMENT || is_macro(s, c) ||
	       (c->kind == T_PP_CLOSE && !in_points(s));
}

static void mark(struct spacer *s, struct piece *c)
{
	bool before = s->operand;

	c->flags |= declares(s, c) ? PIECE_DECLARES : 0;
	enter_mode(s, c);
	if (c->kind == '}' || c->kind == ')' || c->kind == ']') {
		bool group = inside(s) == ROLE_GROUP;

		if (c->kind == '}' && inside(s) == ROLE_BLOCK)
			c->flags |= PIECE_BLOCK;
		c->flags |= !group && space(s, s->prev, c) ? PIECE_SPACE : 0;
		s->unsure = false;
		close(s, c);
	} else {
		enum role role = c->kind == '(' || c->kind == '[' || c->kind == '{' ? role_of(s, c)
										    : ROLE_PLAIN;

		c->flags |= begins(s, c);
		if (role == ROLE_BLOCK)
			c->flags |= PIECE_BLOCK;
		if (role == ROLE_BLOCK && s->mode == MODE_FUNCTION && !s->open.n)
			c->flags |= PIECE_FUNCTION;
		c->flags |= space(s, s->prev, c) ? PIECE_SPACE : 0;
		s->unsure = c->kind == PIECE_ARGUMENT || is_macro(s, c);
		if (c->kind == '(' || c->kind == '[' || c->kind == '{')
			push(s, c->kind, role);
	}
	s->unary = !before && (c->kind == '-' || c->kind == '+' || c->kind == '&' ||
			       c->kind == T_INC || c->kind == T_DEC);
	s->unary |= c->kind == '!' || c->kind == '~';
	s->unary &= !in_points(s);
	s->operand = ends_operand(s, c, before);
	if (pieces_is_conditional(c))
		fork_token(s, c);
}

void spacing_mark(const struct parse_input *in, const struct source *src, struct pieces *ps)
{
	static const struct piece start;
	struct spacer s = {.in = in, .src = src, .ps = ps, .prev = &start};

	vec_each(i, &ps->list) {
		struct piece *c = &ps->list.v[i];

		if (pieces_is_comment(c))
			continue;
		s.at = i;
		if (c->kind != PIECE_END)
			mark(&s, c);
		s.before = s.prev;
		s.prev = c;
	}
}
