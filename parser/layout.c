/*
 * Lays a script out.  Works on the tokens as typed, after spacing.c said what each is to its
 * neighbours, so that macros, both branches of conditionals and code for other kernels are laid
 * out alike; nothing is parsed, and nothing but white space can change: the result is cut up again
 * and compared.  A block that its author wrote on one line stays there if it fits; a line broken
 * inside an expression stays broken, under the bracket it belongs to.
 */
#include "parser/layout.h"
#include "parser/pieces.h"
#include "parser/stages.h"
#include "parser/grammar.h"

#include <string.h>

enum { TAB = 8, WIDTH = 100 };

struct indent {
	uint32_t tabs, spaces;
};

/* An if, else or loop whose statement has not ended. */
struct nest {
	int kind; /* T_IF, T_ELSE; T_WHILE for all loops */
	uint32_t tabs;
};

/* An open bracket. */
struct frame {
	bool block; /* of statements */
	bool one_line;
	struct indent in; /* of what lines it holds */
	uint32_t tabs;    /* of what it belongs to */
	uint32_t nests;   /* in use when it was opened */
};

/* A %( that is open, with what to go back to for its other branch. */
struct fork {
	struct frame *frames;
	struct nest *nests;
	uint32_t nframes, nnests, tabs;
	struct indent in; /* of its parts on lines of their own */
};

/* A comment behind code on its line. */
struct trailer {
	uint32_t at;           /* of the output */
	uint32_t line, column; /* there */
	uint32_t typed;        /* its column in the source */
};

struct writer {
	const struct parse_input *in;
	const struct source *src;
	struct pieces ps;
	VEC(char) out;
	VEC(struct frame) frames;
	VEC(struct nest) nests;
	VEC(struct fork) forks;
	VEC(struct trailer) trailers;
	const struct piece *prev;  /* token */
	const struct piece *piece; /* the piece before: a token or a comment */
	uint32_t tabs;             /* of the statement in hand */
	uint32_t column, line;
	bool broken; /* the declaration in hand has lines of its own before its '{' */
	bool placed; /* a comment stands where the token in hand would begin a line */
};

/* Where a piece goes. */
struct place {
	bool line, space;
	struct indent in; /* if on a line of its own */
};

/* --- output --- */

static void put(struct writer *w, char c)
{
	vec_push(w->in->arena, &w->out, c);
	if (c == '\n') {
		w->column = 0;
		w->line++;
	} else {
		w->column = c == '\t' ? (w->column / TAB + 1) * TAB : w->column + 1;
	}
}

static void put_bytes(struct writer *w, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put(w, s[i]);
}

static void put_indent(struct writer *w, struct indent in)
{
	for (uint32_t i = 0; i < in.tabs; i++)
		put(w, '\t');
	for (uint32_t i = 0; i < in.spaces; i++)
		put(w, ' ');
}

static size_t trimmed(const char *s, size_t n)
{
	while (n && (s[n - 1] == ' ' || (s[n - 1] >= '\t' && s[n - 1] <= '\r')))
		n--;
	return n;
}

/* The lines of a comment after its first: stars go under the first star. */
static void put_comment(struct writer *w, const char *s, size_t n, const struct place *at)
{
	const char *end = s + n, *nl;

	for (; (nl = memchr(s, '\n', (size_t)(end - s))); s = nl + 1) {
		put_bytes(w, s, trimmed(s, (size_t)(nl - s)));
		put(w, '\n');
		size_t lead = strspn(nl + 1, " \t");

		if (at->line && nl + 1 + lead < end && nl[1 + lead] == '*') {
			put_indent(w, at->in);
			put(w, ' ');
			nl += lead;
		}
	}
	put_bytes(w, s, (size_t)(end - s));
}

static void put_piece(struct writer *w, const struct piece *p, const struct place *at)
{
	const char *s = w->src->text + p->start;

	if (p->kind == PIECE_BLOCK_COMMENT)
		put_comment(w, s, p->end - p->start, at);
	else
		put_bytes(w, s, p->end - p->start);
}

static bool opens(const struct piece *p)
{
	return p && p->kind == '{' && p->flags & PIECE_BLOCK;
}

static bool closes(const struct piece *p)
{
	return p->kind == '}' && p->flags & PIECE_BLOCK;
}

static void go(struct writer *w, const struct piece *p, const struct place *at)
{
	if (!w->out.n)
		return;
	if (!at->line) {
		if (at->space)
			put(w, ' ');
		return;
	}
	put(w, '\n');
	if (p->lines > 1 && !opens(w->piece) && !closes(p))
		put(w, '\n');
	put_indent(w, at->in);
}

/* --- where --- */

static struct frame *top(struct writer *w)
{
	return w->frames.n ? &w->frames.v[w->frames.n - 1] : NULL;
}

static bool in_block(struct writer *w)
{
	return w->frames.n && top(w)->block;
}

/* Of a line that goes on with something. */
static struct indent onward(struct writer *w)
{
	return w->frames.n && !top(w)->block ? top(w)->in : (struct indent){w->tabs + 1, 0};
}

static struct nest *last_nest(struct writer *w)
{
	uint32_t floor = w->frames.n ? top(w)->nests : 0;

	return w->nests.n > floor ? &w->nests.v[w->nests.n - 1] : NULL;
}

static void drop_nests(struct writer *w)
{
	w->nests.n = w->frames.n ? top(w)->nests : 0;
}

/* The if that an else belongs to becomes the else. */
static void find_if(struct writer *w)
{
	struct nest *n;

	while ((n = last_nest(w)) && n->kind != T_IF)
		w->nests.n--;
	if (n) {
		n->kind = T_ELSE;
		w->tabs = n->tabs;
	}
}

/* The statement that an if, else or loop asks for. */
static struct place body(struct writer *w, const struct piece *c)
{
	struct nest *n = last_nest(w);
	uint32_t owner = n ? n->tabs : w->tabs;
	struct place at = {.space = true, .in = {owner + !opens(c), 0}};

	if (c->kind == ';')
		at.space = false;
	if (opens(c) || top(w)->one_line || (c->kind == T_IF && w->prev->kind == T_ELSE)) {
		if (c->kind == T_IF)
			at.in.tabs = owner;
		return at;
	}
	at.line = c->lines > 0;
	if (at.line)
		w->tabs = owner + 1;
	return at;
}

static bool is_header(const struct piece *c)
{
	return c->kind == T_IF || c->kind == T_WHILE || c->kind == T_FOR || c->kind == T_FOREACH;
}

/* An if, else or loop begins. */
static void nest(struct writer *w, const struct piece *c)
{
	struct nest *n = last_nest(w);

	if (c->kind == T_IF && w->prev->kind == T_ELSE && n) {
		n->kind = T_IF;
		return;
	}
	vec_push(w->in->arena, &w->nests,
		 ((struct nest){c->kind == T_IF ? T_IF : T_WHILE, w->tabs}));
}

static struct place follower(struct writer *w, const struct piece *c)
{
	bool brace = closes(w->prev);
	struct nest *n = last_nest(w);
	bool apart = c->lines || (n && w->tabs > n->tabs);
	struct place at = {.space = true, .line = !brace && !top(w)->one_line && apart};

	if (c->kind == T_ELSE)
		find_if(w);
	else
		drop_nests(w);
	at.in.tabs = c->kind == T_ELSE ? w->tabs : top(w)->in.tabs;
	return at;
}

static struct place statement(struct writer *w, const struct piece *c)
{
	struct place at;

	if (w->prev->flags & PIECE_HEADER || w->prev->kind == T_ELSE) {
		at = body(w, c);
	} else if (c->kind == T_ELSE || c->kind == T_CATCH) {
		at = follower(w, c);
	} else {
		drop_nests(w);
		w->tabs = top(w)->in.tabs;
		at = (struct place){.line = !top(w)->one_line, .space = true, .in = {w->tabs, 0}};
	}
	if (is_header(c))
		nest(w, c);
	return at;
}

/* A '{' that does not begin a statement: of a probe, a function, try or catch. */
static struct place brace(struct writer *w, const struct piece *c, bool one_line)
{
	struct place at = {.space = true, .in = {w->tabs, 0}};

	at.line = !w->frames.n && (w->broken || (c->flags & PIECE_FUNCTION && !one_line));
	return at;
}

static struct place anything(struct writer *w, const struct piece *c)
{
	bool conditional = pieces_is_conditional(c);
	struct place at = {.line = c->lines > 0, .space = c->flags & PIECE_SPACE, .in = onward(w)};

	if (conditional && c->kind != T_PP_OPEN && w->forks.n)
		at.in = w->forks.v[w->forks.n - 1].in;
	else if (!w->frames.n && (conditional || c->kind == T_EMBEDDED))
		at.in = (struct indent){0, 0};
	else if (conditional && in_block(w))
		at.in = top(w)->in;
	else if ((c->kind == ')' || c->kind == ']' || c->kind == '}') && w->frames.n &&
		 top(w)->in.tabs > top(w)->tabs)
		at.in = (struct indent){top(w)->tabs, 0};
	if (w->frames.n && top(w)->one_line)
		at.line = false;
	w->broken |= at.line && !w->frames.n;
	return at;
}

/* --- blocks --- */

/* Does what opens at p close on its line, as typed and as it will be? */
static bool fits(struct writer *w, const struct piece *p)
{
	uint32_t depth = 0, width = w->column + 1;

	for (const struct piece *c = p;; c++) {
		bool define = c->flags & PIECE_DEFINES;

		if (c->kind == PIECE_END || c->kind == PIECE_LINE_COMMENT)
			return false;
		if (c != p && c->lines && !(c == p + 1 && closes(c)))
			return false;
		if ((pieces_is_conditional(c) && !define) ||
		    ((c->kind == T_EMBEDDED || c->kind == PIECE_BLOCK_COMMENT) &&
		     memchr(w->src->text + c->start, '\n', c->end - c->start)))
			return false;
		width += c->end - c->start + (c->flags & PIECE_SPACE ? 1 : 0);
		if (opens(c) || (define && c->kind == T_PP_OPEN))
			depth++;
		if ((closes(c) || (define && c->kind == T_PP_CLOSE)) && --depth == 0)
			return width <= WIDTH || c == p + 1;
	}
}

static void open_block(struct writer *w, bool one_line)
{
	struct frame f = {.block = true,
			  .one_line = one_line || (w->frames.n && top(w)->one_line),
			  .in = {w->tabs + 1, 0},
			  .tabs = w->tabs,
			  .nests = w->nests.n};

	vec_push(w->in->arena, &w->frames, f);
}

static void open_bracket(struct writer *w, const struct piece *p)
{
	bool hanging = p[1].lines > 0;
	struct indent out = onward(w);
	struct frame f = {.tabs = w->tabs, .nests = w->nests.n};

	if (w->frames.n && !top(w)->block && hanging && !out.spaces)
		f.tabs = out.tabs;
	f.in = hanging ? (struct indent){f.tabs + 1, 0}
		       : (struct indent){w->column / TAB, w->column % TAB};
	vec_push(w->in->arena, &w->frames, f);
}

static void close_frame(struct writer *w)
{
	if (!w->frames.n)
		return;
	w->tabs = top(w)->block ? top(w)->tabs : w->tabs;
	w->nests.n = top(w)->nests;
	w->frames.n--;
}

/* --- conditionals --- */

static void *copy(struct writer *w, const void *p, size_t n)
{
	void *to = arena_alloc(w->in->arena, n + 1);

	return n ? memcpy(to, p, n) : to;
}

static void fork_open(struct writer *w)
{
	struct fork f = {.nframes = w->frames.n, .nnests = w->nests.n, .tabs = w->tabs};

	if (w->frames.n)
		f.in = top(w)->in;
	f.frames = copy(w, w->frames.v, f.nframes * sizeof *f.frames);
	f.nests = copy(w, w->nests.v, f.nnests * sizeof *f.nests);
	vec_push(w->in->arena, &w->forks, f);
}

static void fork_restore(struct writer *w)
{
	const struct fork *f = &w->forks.v[w->forks.n - 1];

	w->frames.n = w->nests.n = 0;
	for (uint32_t i = 0; i < f->nframes; i++)
		vec_push(w->in->arena, &w->frames, f->frames[i]);
	for (uint32_t i = 0; i < f->nnests; i++)
		vec_push(w->in->arena, &w->nests, f->nests[i]);
	w->tabs = f->tabs;
}

/* --- tokens and comments --- */

static struct place decide(struct writer *w, const struct piece *c, bool one_line)
{
	if (c->flags & PIECE_DECLARES) {
		w->frames.n = w->nests.n = 0;
		w->tabs = 0;
		w->broken = false;
		return (struct place){.line = c->lines || !w->prev ||
					      !pieces_is_conditional(w->prev),
				      .space = true};
	}
	if (c->flags & PIECE_DEFINES && c->kind == T_PP_CLOSE)
		return (struct place){.line = w->frames.n && !top(w)->one_line, .space = true};
	if (c->flags & PIECE_DEFINES)
		return (struct place){.space = true};
	if (closes(c)) {
		struct place at = {.space = c->flags & PIECE_SPACE};

		if (w->frames.n) {
			at.line = !top(w)->one_line;
			at.in.tabs = top(w)->tabs;
		}
		return at;
	}
	if (in_block(w) && (c->flags & PIECE_STARTS ||
			    (c->flags & PIECE_UNSURE && c->lines && !(pieces_is_conditional(c)))))
		return statement(w, c);
	return opens(c) ? brace(w, c, one_line) : anything(w, c);
}

static void account(struct writer *w, const struct piece *c, bool one_line)
{
	bool define = c->flags & PIECE_DEFINES;

	if (opens(c) || (define && c->kind == T_PP_OPEN))
		open_block(w, one_line);
	else if (c->kind == '(' || c->kind == '[' || c->kind == '{')
		open_bracket(w, c);
	else if (closes(c) || c->kind == ')' || c->kind == ']' || c->kind == '}' ||
		 (define && c->kind == T_PP_CLOSE))
		close_frame(w);
	else if (c->kind == T_PP_OPEN)
		fork_open(w);
	else if (c->kind == T_PP_ELSE && w->forks.n)
		fork_restore(w);
	else if (c->kind == T_PP_CLOSE && w->forks.n)
		w->forks.n--;
}

static void token(struct writer *w, const struct piece *c)
{
	bool opener = opens(c) || (c->flags & PIECE_DEFINES && c->kind == T_PP_OPEN);
	bool one_line = opener && fits(w, c);
	struct place at = decide(w, c, one_line);

	if (w->piece && w->piece->kind == PIECE_LINE_COMMENT)
		at.line = true;
	else if (w->piece && pieces_is_comment(w->piece))
		at.line = (at.line && !w->placed) || c->lines > 0;
	go(w, c, &at);
	put_piece(w, c, &at);
	account(w, c, one_line);
	w->prev = w->piece = c;
	w->placed = false;
}

/* Of a comment on a line of its own, before the token next. */
static struct indent comment_indent(struct writer *w, const struct piece *next)
{
	bool bodied = w->prev && (w->prev->flags & PIECE_HEADER || w->prev->kind == T_ELSE);
	struct nest *n = last_nest(w);

	if (next->flags & PIECE_DECLARES || next->kind == PIECE_END ||
	    (!w->frames.n && (opens(next) || next->kind == T_EMBEDDED)))
		return (struct indent){0, 0};
	if (!in_block(w))
		return onward(w);
	if (bodied)
		return (struct indent){(n ? n->tabs : w->tabs) + !opens(next), 0};
	if (closes(next) || next->flags & (PIECE_STARTS | PIECE_UNSURE) || next->kind == T_PP_CLOSE)
		return top(w)->in;
	return onward(w);
}

static uint32_t typed_column(const struct source *src, uint32_t at)
{
	uint32_t start = at, column = 0;

	while (start && src->text[start - 1] != '\n')
		start--;
	for (; start < at; start++)
		column = src->text[start] == '\t' ? (column / TAB + 1) * TAB : column + 1;
	return column;
}

static void comment(struct writer *w, const struct piece *c)
{
	const struct piece *next = c + 1;
	struct place at = {.line = c->lines > 0, .space = true};

	while (pieces_is_comment(next))
		next++;
	at.in = comment_indent(w, next);
	if (w->piece && w->piece->kind == PIECE_LINE_COMMENT)
		at.line = true;
	w->broken |= at.line && !w->frames.n && !(next->flags & PIECE_DECLARES);
	go(w, c, &at);
	if (!at.line && c->kind == PIECE_LINE_COMMENT && w->out.n)
		vec_push(w->in->arena, &w->trailers,
			 ((struct trailer){w->out.n, w->line, w->column,
					   typed_column(w->src, c->start)}));
	put_piece(w, c, &at);
	w->placed = at.line;
	w->piece = c;
}

/* --- comments side by side --- */

/* Comments that stood under each other stay so: how many of them from i on. */
static uint32_t run_of(const struct writer *w, uint32_t i)
{
	uint32_t n = 1;

	while (i + n < w->trailers.n && w->trailers.v[i + n].line == w->trailers.v[i].line + n &&
	       w->trailers.v[i + n].typed == w->trailers.v[i].typed)
		n++;
	return n;
}

static void align(struct writer *w, struct layout *out)
{
	VEC(char) to = {0};
	uint32_t done = 0;

	for (uint32_t i = 0, n; i < w->trailers.n; i += n) {
		uint32_t widest = 0;

		n = run_of(w, i);
		for (uint32_t k = i; k < i + n; k++)
			if (w->trailers.v[k].column > widest)
				widest = w->trailers.v[k].column;
		for (uint32_t k = i; k < i + n; k++) {
			for (; done < w->trailers.v[k].at; done++)
				vec_push(w->in->arena, &to, w->out.v[done]);
			for (uint32_t c = w->trailers.v[k].column; c < widest; c++)
				vec_push(w->in->arena, &to, ' ');
		}
	}
	for (; done < w->out.n; done++)
		vec_push(w->in->arena, &to, w->out.v[done]);
	out->len = to.n;
	vec_push(w->in->arena, &to, '\0');
	out->text = to.v;
}

enum layout_status layout_text(const struct parse_input *in, const struct source *src,
			       struct layout *out)
{
	struct writer w = {.in = in, .src = src};
	struct source again = *src;
	struct pieces check = {0};

	if (!pieces_read(in, src, &w.ps, &out->where, &out->why))
		return LAYOUT_BROKEN;
	spacing_mark(in, src, &w.ps);
	for (uint32_t i = 0; w.ps.list.v[i].kind != PIECE_END; i++) {
		if (pieces_is_comment(&w.ps.list.v[i]))
			comment(&w, &w.ps.list.v[i]);
		else
			token(&w, &w.ps.list.v[i]);
	}
	if (w.out.n)
		put(&w, '\n');
	align(&w, out);
	again.text = out->text;
	again.len = out->len;
	return pieces_read(in, &again, &check, &out->where, &out->why) &&
			       pieces_same(src, &w.ps, &again, &check)
		       ? LAYOUT_OK
		       : LAYOUT_UNSAFE;
}
