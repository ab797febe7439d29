/*
 * What the grammar reads: the preprocessed tokens, told apart by where they
 * stand.  A keyword after -> or as part of a probe point is a name; the pieces
 * of a probe point part that touch each other (sys*_re*d) are one token; a
 * return without a value is its own token, since only ';' or '}' may follow
 * it.  Brackets pass through mend.c, which keeps them balanced.
 */
#include "base/text.h"
#include "parser/stages.h"
#include "parser/grammar.h"

#include <string.h>

void feed_open(struct feed *f, const struct parse_input *in, const struct source *src)
{
	*f = (struct feed){.in = in, .src = src, .arena = in->arena, .diags = in->diags};
	f->macros = macro_open(in, src, lexer_open(in, src, false), false);
	f->tokens = conditional_open(in, src, f->macros);
	f->ast = arena_make(in->arena, struct ast);
	f->ast->source = src;
	f->globals.arena = in->arena;
}

void feed_stop(struct feed *f)
{
	f->stopped = true;
	f->panic = false;
	f->open.n = 0;
	f->queue.n = f->head = 0;
}

static void pull(struct feed *f)
{
	struct token t = {.flags = TOKEN_BROKEN};

	if (!f->stopped)
		conditional_next(f->tokens, &t);
	f->pulled++;
	if (f->head && f->head == f->queue.n)
		f->head = f->queue.n = 0;
	vec_push(f->arena, &f->queue, t);
}

const struct token *feed_peek(struct feed *f, uint32_t i)
{
	while (f->queue.n - f->head <= i) {
		if (f->queue.n > f->head && !f->queue.v[f->queue.n - 1].kind)
			return &f->queue.v[f->queue.n - 1];
		pull(f);
	}
	return &f->queue.v[f->head + i];
}

void feed_unread(struct feed *f, struct token t)
{
	if (f->head) {
		f->queue.v[--f->head] = t;
		return;
	}
	vec_push(f->arena, &f->queue, t);
	memmove(f->queue.v + 1, f->queue.v, (f->queue.n - 1) * sizeof t);
	f->queue.v[0] = t;
}

static struct token take(struct feed *f)
{
	struct token t = *feed_peek(f, 0);

	if (t.kind)
		f->head++;
	return t;
}

bool feed_ends_operand(int kind)
{
	switch (kind) {
	case T_IDENT:
	case T_TARGET:
	case T_DOLLARS:
	case T_STRING:
	case T_NUMBER:
	case T_EMBEDDED:
	case T_POISON:
	case T_INC:
	case T_DEC:
	case ')':
	case ']': return true;
	}
	return false;
}

bool feed_starts_statement(int kind)
{
	switch (kind) {
	case T_IF:
	case T_FOR:
	case T_FOREACH:
	case T_WHILE:
	case T_RETURN:
	case T_DELETE:
	case T_BREAK:
	case T_CONTINUE:
	case T_NEXT:
	case T_TRY: return true;
	}
	return false;
}

bool feed_starts_declaration(int kind)
{
	return kind == T_PROBE || kind == T_GLOBAL || kind == T_PRIVATE || kind == T_FUNCTION;
}

int feed_inside(const struct feed *f)
{
	return f->open.n ? f->open.v[f->open.n - 1].kind : 0;
}

static bool is_piece(const struct token *t)
{
	return t->kind == T_IDENT || t->kind == T_TARGET || t->kind == T_DOLLARS ||
	       t->kind == T_PRINT || t->kind == '*' || lexer_is_keyword(t->kind);
}

bool feed_at_part(const struct feed *f)
{
	int p = f->prev.kind;

	return f->points && feed_inside(f) != '(' &&
	       (p == T_PROBE || p == '.' || p == ',' || p == '=' || p == T_ADD_ASSIGN ||
		(p == '{' && feed_inside(f) == 'g'));
}

static void glue_part(struct feed *f, struct token *t)
{
	const char *text = t->text ? t->text : "*";

	for (;;) {
		const struct token *more = feed_peek(f, 0);

		if (!is_piece(more) || !(more->flags & TOKEN_ADJACENT) || strlen(text) > 4096)
			break;
		text = arena_printf(f->arena, "%s%s", text, more->text ? more->text : "*");
		t->span = feed_join(f, t->span, more->span);
		take(f);
	}
	t->kind = T_COMPONENT;
	t->text = intern(f->in->names, text);
}

/* The version that brought a built-in @word, if the script is to be read as before it. */
static const char *too_new(struct feed *f, const char *word)
{
	static const struct {
		const char *word, *version;
	} words[] = {{"kderef", "4.0"},    {"uderef", "4.0"}, {"kregister", "4.0"},
		     {"uregister", "4.0"}, {"enum", "5.5"},   {"enumname", "5.6"}};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].word, word) == 0 &&
		    parser_older(f->in, f->src, words[i].version))
			return words[i].version;
	return NULL;
}

static void refuse_newer(struct feed *f, struct token *t, const char *version)
{
	syntax_report(f, DIAG_UNKNOWN_OPERATOR, t->span,
		      "'@%s' came with version %s of the language; --compatible asks for %s",
		      t->text, version, f->in->predefined->systemtap_v);
	t->kind = T_POISON;
	t->flags |= TOKEN_BROKEN;
}

static void unknown_at(struct feed *f, struct token *t)
{
	struct near near = near_start(t->text);

	grammar_offer_words(&near);
	macro_offer(f->macros, &near);
	struct diag *d = syntax_report(f, DIAG_UNKNOWN_OPERATOR, t->span,
				       near.best ? "unknown operator '@%s'; did you mean '@%s'?"
						 : "unknown operator or macro '@%s'",
				       t->text, near.best);

	if (near.best && d)
		diag_fix(f->diags, d, t->span, arena_printf(f->arena, "@%s", near.best),
			 "use the name that exists");
	t->kind = T_POISON;
	t->flags |= TOKEN_BROKEN;
}

/* The arguments of an unknown @word are read as those of a call, and dropped. */
static void skip_arguments(struct feed *f)
{
	unsigned depth = 0;

	if (feed_peek(f, 0)->kind != '(')
		return;
	do {
		struct token t = take(f);

		if (!t.kind || t.kind == ';' || t.kind == '{' || t.kind == '}') {
			feed_unread(f, t);
			return;
		}
		depth += t.kind == '(';
		depth -= t.kind == ')';
	} while (depth);
}

static void name_in_context(struct feed *f, struct token *t)
{
	if (feed_at_part(f) && is_piece(t)) {
		glue_part(f, t);
	} else if (f->prev.kind == T_ARROW && lexer_is_keyword(t->kind)) {
		t->kind = T_IDENT;
	} else if (t->kind == T_RETURN) {
		int next = feed_peek(f, 0)->kind;

		if (next == ';' || next == '}')
			t->kind = T_RETURN_VOID;
	} else if (t->kind == T_AT && too_new(f, t->text)) {
		refuse_newer(f, t, too_new(f, t->text));
		skip_arguments(f);
	} else if (t->kind == T_AT && !grammar_at_word(t->text)) {
		unknown_at(f, t);
		skip_arguments(f);
	}
}

static void note_declaration(struct feed *f, const struct token *t)
{
	if (f->open.n || (t->kind != T_PROBE && t->kind != T_FUNCTION && t->kind != T_GLOBAL))
		return;
	f->points = t->kind == T_PROBE;
	f->in_function = t->kind == T_FUNCTION;
}

static void note_line(struct feed *f, const struct token *t)
{
	if (t->flags & TOKEN_LINE_START)
		f->indent = t->column;
	if (!f->open.n)
		f->swallowed = false;
	if (t->kind == T_STRING && t->flags & TOKEN_BROKEN)
		f->swallowed |= strpbrk(t->text, ")]}") != NULL;
}

/*
 * Mending puts tokens in.  Should what is put in bring the grammar back to where it was, the text
 * would never be used up: the parse ends there.
 */
static void watch_progress(struct feed *f)
{
	enum { PATIENCE = 8 * AST_MAX_DEPTH };
	uint32_t ahead = f->queue.n - f->head;
	uint64_t used = f->pulled > ahead ? f->pulled - ahead : 0;

	f->stalled++;
	if (used > f->passed) {
		f->passed = used;
		f->stalled = 0;
	} else if (f->stalled > PATIENCE && !f->stopped) {
		if (!f->errors)
			syntax_report(f, DIAG_SYNTAX_ERROR, f->current.span,
				      "this cannot be understood");
		feed_stop(f);
	}
}

void feed_next(struct feed *f, struct token *t)
{
	watch_progress(f);
	f->last_flags = 0;
	if (f->panic) {
		mend_resync(f, t);
	} else {
		for (;;) {
			*t = take(f);
			name_in_context(f, t);
			note_line(f, t);
			if (mend_token(f, t))
				break;
			f->last_flags = TOKEN_BROKEN;
		}
		note_declaration(f, t);
	}
	if (f->stopped)
		*t = (struct token){.flags = TOKEN_BROKEN, .span = f->current.span};
	if (f->open.n && t->kind != T_STRING && t->kind != '(')
		f->open.v[f->open.n - 1].items++;
	f->last_flags |= f->prev.flags;
	f->before = f->current;
	f->prev = f->current = *t;
}

/* --- spans over expansions --- */

static bool in_file(const struct feed *f, struct loc l)
{
	return l.at >= f->src->base && l.at <= f->src->base + f->src->len;
}

/* Where in a real text the expansions around l were asked for. */
static struct loc outermost(struct feed *f, struct loc l, bool *lifted)
{
	struct loc outer = l, path[8];
	uint32_t n = 0;

	while (sources_origin(f->in->sources, outer, &l)) {
		uint32_t slot = l.at % 256;

		*lifted = true;
		if (n < 8)
			path[n++] = l;
		outer = l;
		if (f->lifts[slot].from.at == l.at) {
			outer = f->lifts[slot].to;
			break;
		}
	}
	while (n-- > 0) {
		f->lifts[path[n].at % 256].from = path[n];
		f->lifts[path[n].at % 256].to = outer;
	}
	return outer;
}

/* The end of the @name or $1 at l. */
static struct loc end_of_name(const struct feed *f, struct loc l)
{
	if (!in_file(f, l))
		return l;
	const char *s = f->src->text + (l.at - f->src->base);

	for (s++, l.at++; *s == '_' || *s == '$' || (*s >= '0' && *s <= '9') ||
			  ((*s | 32) >= 'a' && (*s | 32) <= 'z');
	     s++)
		l.at++;
	return l;
}

/*
 * Follows l outwards to the expansion that was asked for at `asker`; a place in it takes two
 * slots a token, its start and its end.  False if l does not come from there.
 */
static bool lift_into(const struct feed *f, struct loc *l, struct loc asker, bool is_end)
{
	enum { FAR = 6 };
	struct loc at = *l, up;

	for (int i = 0; i < FAR && sources_origin(f->in->sources, at, &up); i++) {
		if (up.at == asker.at) {
			l->at = at.at + (i && is_end);
			return true;
		}
		at = up;
	}
	return false;
}

struct span feed_join(struct feed *f, struct span a, struct span b)
{
	struct loc ia, ib;
	bool start_lifted = false, end_lifted = false;

	if (in_file(f, a.start) && in_file(f, b.end))
		return (struct span){a.start, b.end};
	if (sources_origin(f->in->sources, a.start, &ia) && lift_into(f, &b.end, ia, true))
		return (struct span){a.start, b.end};
	if (sources_origin(f->in->sources, b.end, &ib) && lift_into(f, &a.start, ib, false))
		return (struct span){a.start, b.end};
	struct loc start = outermost(f, a.start, &start_lifted);
	struct loc end = outermost(f, b.end, &end_lifted);

	if (end_lifted)
		end = end_of_name(f, end);
	return (struct span){start, end.at < start.at ? start : end};
}
