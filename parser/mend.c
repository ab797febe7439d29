/*
 * Repairs.  Brackets reach the grammar balanced: where a closing one is surely
 * missing it is reported once, with the edit that mends it, and put in; a
 * superfluous one is reported and dropped.  The same for a comma or dot between
 * probe points and after a format.  What is not sure is left to the grammar,
 * and mend_resync() then skips to the next statement or declaration, keeping
 * count of the brackets it passes.
 */
#include "base/text.h"
#include "parser/stages.h"
#include "parser/grammar.h"

#include <string.h>

static struct bracket *top(struct feed *f)
{
	return f->open.n ? &f->open.v[f->open.n - 1] : NULL;
}

static void push(struct feed *f, const struct token *t, int kind)
{
	struct bracket b = {
		.kind = kind, .before = f->prev.kind, .column = f->indent, .span = t->span};

	vec_push(f->arena, &f->open, b);
	if (f->open.n <= FEED_MAX_OPEN)
		return;
	if (!f->skipping)
		syntax_too_deep(f, t->span);
	feed_stop(f);
}

static bool in_parens(const struct feed *f)
{
	return feed_inside(f) == '(' || feed_inside(f) == '[';
}

/* The place right after the last token that stands in the text. */
static struct span after_last(struct feed *f)
{
	struct span s = feed_join(f, f->prev.span, f->prev.span);

	return (struct span){s.end, s.end};
}

/* Gives a token of the mender's own first; t comes again after it. */
static void insert(struct feed *f, struct token *t, int kind)
{
	struct span at = after_last(f);

	if (t->kind)
		feed_unread(f, *t);
	*t = (struct token){.kind = kind, .flags = TOKEN_VIRTUAL, .span = at};
}

/* What a string that was not closed has swallowed must not be missed once more. */
static bool is_broken(const struct feed *f, const struct token *t)
{
	return ((t->flags | f->prev.flags) & TOKEN_BROKEN) || f->swallowed;
}

static void close_paren(struct feed *f, struct token *t)
{
	struct bracket b = *top(f);
	bool paren = b.kind == '(';
	struct span at = after_last(f);

	if (!is_broken(f, t) && !(f->prev.flags & TOKEN_VIRTUAL)) {
		struct diag *d = syntax_report(f, paren ? DIAG_MISSING_PAREN : DIAG_MISSING_BRACKET,
					       at, "expected '%c' before %s", paren ? ')' : ']',
					       syntax_token(f, t));

		if (d) {
			diag_note(f->diags, d, b.span, "this '%c' is not closed", b.kind);
			diag_fix(f->diags, d, at, paren ? ")" : "]",
				 paren ? "insert ')'" : "insert ']'");
		}
	}
	if (f->open.n)
		f->open.n--;
	insert(f, t, paren ? ')' : ']');
}

/* Braces opened less braces closed in the whole text, less those put in since. */
static int balance(struct feed *f)
{
	struct token t;

	if (!f->counted) {
		struct lexer *lx = lexer_open(f->in, f->src, true);

		do {
			lexer_next(lx, &t);
			f->balance += (t.kind == '{') - (t.kind == '}');
		} while (t.kind);
		f->counted = true;
	}
	return f->balance;
}

static const char *closers(struct feed *f, unsigned *n)
{
	const char *text = "";

	*n = 0;
	for (uint32_t i = f->open.n; i-- > 0 && *n < 100;) {
		if (f->open.v[i].kind == '(' || f->open.v[i].kind == '[')
			continue;
		uint32_t indent = f->open.v[i].column ? f->open.v[i].column - 1 : 0;

		text = arena_printf(f->arena, "%s\n%.*s}", text, (int)(indent < 60 ? indent : 60),
				    "                                                            ");
		++*n;
	}
	return text;
}

static void close_brace(struct feed *f, struct token *t)
{
	struct span at = after_last(f), opened = top(f)->span;
	bool repeated = (f->prev.flags & TOKEN_VIRTUAL) && f->prev.kind == '}';
	unsigned n;

	if (!is_broken(f, t) && !repeated) {
		const char *text = closers(f, &n);
		struct diag *d = syntax_report(f, DIAG_MISSING_BRACE, at, "expected '}' before %s",
					       syntax_token(f, t));

		if (d) {
			diag_note(f->diags, d, opened, "this '{' is not closed");
			diag_fix(f->diags, d, at, text, n == 1 ? "insert '}'" : "insert the '}'s");
		}
	}
	f->balance--;
	if (f->open.n)
		f->open.n--;
	insert(f, t, '}');
}

static void close_any(struct feed *f, struct token *t)
{
	if (in_parens(f))
		close_paren(f, t);
	else
		close_brace(f, t);
}

/* Is it sure that a body should have ended before this declaration? */
static bool body_should_end(struct feed *f, const struct token *t)
{
	if ((t->flags & TOKEN_LINE_START) && t->column <= f->open.v[0].column)
		return true;
	return balance(f) > 0;
}

static bool drop(struct feed *f, struct token *t, enum diag_tag tag, const char *what, bool sure)
{
	if (!is_broken(f, t)) {
		struct diag *d = syntax_report(f, tag, t->span, "%s", what);

		if (d && sure)
			diag_fix(f->diags, d, t->span, "", "delete it");
	}
	return false;
}

static bool has_open(const struct feed *f, int kind)
{
	for (uint32_t i = f->open.n; i-- > 0 && f->open.v[i].kind != '{';) {
		if (f->open.v[i].kind == kind)
			return true;
	}
	return false;
}

/* ')' or ']': closes its own, or shows that the other one was forgotten. */
static bool closing(struct feed *f, struct token *t)
{
	int opener = t->kind == ')' ? '(' : '[';

	if (feed_inside(f) == opener)
		f->open.n--;
	else if (in_parens(f) && has_open(f, opener) && feed_ends_operand(f->prev.kind))
		close_paren(f, t);
	else if (!in_parens(f))
		return drop(f, t, DIAG_STRAY_PAREN,
			    t->kind == ')' ? "this ')' closes nothing" : "this ']' closes nothing",
			    t->kind == ')');
	else if (has_open(f, opener))
		f->open.n -= 2;
	return true;
}

static void opening_brace(struct feed *f, struct token *t)
{
	bool group = feed_at_part(f);

	if (in_parens(f)) {
		if (feed_ends_operand(f->prev.kind))
			close_paren(f, t);
		return;
	}
	push(f, t, group ? 'g' : '{');
	if (!group)
		f->points = false;
}

static bool closing_brace(struct feed *f, struct token *t)
{
	if (in_parens(f)) {
		if (feed_ends_operand(f->prev.kind))
			close_paren(f, t);
	} else if (f->open.n) {
		f->open.n--;
	} else {
		f->balance++;
		return drop(f, t, DIAG_STRAY_BRACE, "this '}' closes nothing", false);
	}
	return true;
}

/* Is the innermost bracket closed by what comes, from the i-th token on, in this body? */
static bool closes_later(struct feed *f, uint32_t i)
{
	int depth = 0;

	for (uint32_t end = i + 100; i < end; i++) {
		int kind = feed_peek(f, i)->kind;

		if (!kind || kind == '{' || kind == '}')
			return false;
		depth += (kind == '(' || kind == '[') - (kind == ')' || kind == ']');
		if (depth < 0)
			return true;
	}
	return false;
}

static void semicolon(struct feed *f, struct token *t)
{
	struct bracket *b = top(f);

	if (!in_parens(f) || (b->before == T_FOR && b->semicolons++ < 2))
		return;
	if (feed_ends_operand(f->prev.kind) && !closes_later(f, 0))
		close_paren(f, t);
}

/* --- probe points --- */

static bool is_piece(const struct token *t)
{
	return t->kind == T_IDENT || t->kind == T_TARGET || t->kind == T_PRINT || t->kind == '*' ||
	       lexer_is_keyword(t->kind);
}

/* Skips what may follow a part's name, from the i-th token on: "(literal)". */
static uint32_t skip_literal(struct feed *f, uint32_t i)
{
	if (feed_peek(f, i)->kind != '(')
		return i;
	i++;
	i += feed_peek(f, i)->kind == '-';
	while (feed_peek(f, i)->kind == T_STRING || feed_peek(f, i)->kind == T_NUMBER)
		i++;
	return feed_peek(f, i)->kind == ')' ? i + 1 : i;
}

/* Do the tokens after the current one look like the rest of a probe point? */
static bool looks_like_point(struct feed *f)
{
	uint32_t i = 0;

	for (; i < 1000; i++) {
		while (is_piece(feed_peek(f, i)) && (feed_peek(f, i)->flags & TOKEN_ADJACENT))
			i++;
		i = skip_literal(f, i);
		if (feed_peek(f, i)->kind != '.')
			break;
		if (!is_piece(feed_peek(f, i + 1)))
			return feed_peek(f, i + 1)->kind == '{';
		i++;
	}
	const struct token *t = feed_peek(f, i);

	return t->kind == '{' || t->kind == ',' || t->kind == '?' || t->kind == '!' ||
	       t->kind == T_IF || (is_piece(t) && (t->flags & TOKEN_LINE_START));
}

/* Words that go on with a probe point rather than begin one. */
static bool is_suffix(const char *word)
{
	static const char *const words[] = {"function", "statement", "call",  "return",   "inline",
					    "exported", "maxactive", "label", "callee",   "callees",
					    "nearest",  "absolute",  "mark",  "provider", "trace",
					    "s",        "ms",        "us",    "ns",       "hz"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (word && strcmp(words[i], word) == 0)
			return true;
	}
	return false;
}

static void insert_between(struct feed *f, struct token *t, enum diag_tag tag, int kind,
			   const char *what)
{
	struct span at = after_last(f);
	const char *text = arena_printf(f->arena, "%c", kind);
	struct diag *d = syntax_report(f, tag, at, "expected '%c' %s, found %s", kind, what,
				       syntax_token(f, t));

	if (d)
		diag_fix(f->diags, d, at, text, arena_printf(f->arena, "insert '%c'", kind));
	insert(f, t, kind);
}

static bool after_point(const struct feed *f)
{
	int p = f->prev.kind;

	return f->points && !in_parens(f) &&
	       (p == T_COMPONENT || p == ')' || p == '?' || p == '!' || p == '}');
}

/* A part where ',' '.' or '{' had to come. */
static void between_points(struct feed *f, struct token *t)
{
	bool new_line = t->flags & TOKEN_LINE_START;

	if (t->kind == T_IF || is_broken(f, t))
		return;
	if (is_suffix(t->text) && f->prev.kind != '?' && f->prev.kind != '!' && looks_like_point(f))
		insert_between(f, t, DIAG_BAD_PROBE_POINT, '.',
			       "between the parts of a probe point");
	else if ((new_line || (f->prev.kind != T_COMPONENT && t->kind != '*')) &&
		 looks_like_point(f))
		insert_between(f, t, DIAG_MISSING_COMMA, ',', "between two probe points");
}

static bool begins_operand(int kind)
{
	return kind == T_IDENT || kind == T_TARGET || kind == T_NUMBER || kind == T_AT ||
	       kind == T_PRINT;
}

static bool after_format(struct feed *f, const struct token *t)
{
	struct bracket *b = top(f);

	return b && b->kind == '(' && b->before == T_PRINT && !b->items &&
	       f->prev.kind == T_STRING && begins_operand(t->kind) && !is_broken(f, t);
}

/* A statement where only ')' could have come: "println(1 exit()". */
static bool after_argument(struct feed *f, const struct token *t)
{
	bool statement = t->flags & TOKEN_LINE_START || t->kind == T_PRINT ||
			 (t->kind == T_IDENT && feed_peek(f, 0)->kind == '(');

	return statement && begins_operand(t->kind) && feed_inside(f) == '(' && !f->points &&
	       feed_ends_operand(f->prev.kind) && has_open(f, '(') && !closes_later(f, 0);
}

/* "global a b": outside of bodies a name follows another, its size or value only here. */
static bool after_global(const struct feed *f, const struct token *t)
{
	int p = f->prev.kind;

	return !f->open.n && !f->points && !f->in_function && t->kind == T_IDENT &&
	       !(t->flags & TOKEN_LINE_START) && !is_broken(f, t) &&
	       (p == T_IDENT || p == ']' || p == T_NUMBER || p == T_STRING);
}

/* "prob begin": a declaration whose keyword is misspelt. */
static void misspelt(struct feed *f, struct token *t)
{
	static const struct {
		const char *word;
		int kind;
	} words[] = {{"probe", T_PROBE},
		     {"global", T_GLOBAL},
		     {"function", T_FUNCTION},
		     {"private", T_PRIVATE}};
	struct near near = near_start(t->text);

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		near_offer(&near, words[i].word);
	if (!near.best || !is_piece(feed_peek(f, 0)))
		return;
	struct diag *d = syntax_report(f, DIAG_SYNTAX_ERROR, t->span,
				       "expected a declaration, found '%s'; did you mean '%s'?",
				       t->text, near.best);

	if (d)
		diag_fix(f->diags, d, t->span, near.best, "correct the spelling");
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (words[i].word == near.best)
			t->kind = words[i].kind;
	}
	f->points = t->kind == T_PROBE;
	f->in_function = t->kind == T_FUNCTION;
}

static void keyword(struct feed *f, struct token *t)
{
	if (feed_starts_declaration(t->kind)) {
		if (body_should_end(f, t))
			close_any(f, t);
	} else if (in_parens(f) && feed_starts_statement(t->kind) &&
		   feed_ends_operand(f->prev.kind) && f->prev.kind != T_PROBE) {
		close_paren(f, t);
	}
}

bool mend_token(struct feed *f, struct token *t)
{
	f->nopen = f->open.n;
	if (after_point(f) && is_piece(t) &&
	    !(feed_starts_declaration(t->kind) && t->flags & TOKEN_LINE_START)) {
		between_points(f, t);
		return true;
	}
	if (after_argument(f, t)) {
		close_paren(f, t);
		return true;
	}
	if (after_global(f, t)) {
		insert_between(f, t, DIAG_MISSING_COMMA, ',', "between two globals");
		return true;
	}
	if (after_format(f, t)) {
		insert_between(f, t, DIAG_MISSING_COMMA, ',', "after the format");
		return true;
	}
	switch (t->kind) {
	case '(':
	case '[': push(f, t, t->kind); return true;
	case ')':
	case ']': return closing(f, t);
	case '{': opening_brace(f, t); return true;
	case '}': return closing_brace(f, t);
	case ';': semicolon(f, t); return true;
	case T_IDENT:
		if (!f->open.n && !f->points && (t->flags & TOKEN_LINE_START))
			misspelt(f, t);
		return true;
	case 0:
		if (f->open.n && !f->points)
			close_any(f, t);
		return true;
	}
	if (f->open.n && lexer_is_keyword(t->kind))
		keyword(f, t);
	return true;
}

/* --- going on after a syntax error --- */

static void close_parens(struct feed *f)
{
	while (f->open.n && feed_inside(f) != '{')
		f->open.n--;
}

/* Takes t into account while skipping; true if the parse can go on before it. */
static bool skip_bracket(struct feed *f, const struct token *t)
{
	switch (t->kind) {
	case '(':
	case '[': push(f, t, t->kind); return false;
	case ')':
	case ']':
		if (feed_inside(f) == (t->kind == ')' ? '(' : '['))
			f->open.n--;
		return false;
	case '{':
		if (f->points && f->prev.kind == '.') {
			push(f, t, 'g');
			return false;
		}
		close_parens(f);
		return true;
	case '}':
		if (feed_inside(f) == 'g') {
			f->open.n--;
			return false;
		}
		close_parens(f);
		return f->open.n;
	}
	return false;
}

static bool new_statement(const struct token *t, uint32_t indent)
{
	return (t->flags & TOKEN_LINE_START) && t->column <= indent &&
	       (begins_operand(t->kind) || t->kind == T_DOLLARS || t->kind == T_INC ||
		t->kind == T_DEC);
}

/* True if a statement or declaration can begin at t. */
static bool can_go_on(struct feed *f, const struct token *t, uint32_t indent, bool first)
{
	if (!t->kind || skip_bracket(f, t))
		return true;
	if (feed_starts_declaration(t->kind) && f->prev.kind != T_ARROW && !f->points) {
		if (f->open.n && !body_should_end(f, t))
			return false;
		close_parens(f);
		return true;
	}
	if (feed_starts_declaration(t->kind) && f->points && (t->flags & TOKEN_LINE_START)) {
		close_parens(f);
		return true;
	}
	if (!has_open(f, '{') && !f->open.n)
		return t->kind == T_EMBEDDED && !first;
	if (feed_starts_statement(t->kind) && f->prev.kind != T_ARROW && !f->points) {
		close_parens(f);
		return f->open.n;
	}
	return feed_inside(f) == '{' && !first && new_statement(t, indent);
}

static bool ends_statement(struct feed *f, const struct token *t)
{
	struct bracket *b = top(f);

	if (t->kind != ';' || (b && b->kind == '(' && b->before == T_FOR) ||
	    (in_parens(f) && closes_later(f, 0)))
		return false;
	close_parens(f);
	return f->open.n;
}

/*
 * Un-does what mend_token() did for the token the error stands at: brackets lie still above n.
 * A '}' put in comes again, once; the grammar may have no use for it.
 */
static void reopen(struct feed *f)
{
	uint32_t at = feed_peek(f, 0)->span.start.at;

	if (!(f->current.flags & TOKEN_VIRTUAL)) {
		f->open.n = f->nopen;
	} else if (f->current.kind == '}' && f->reopened != at) {
		f->open.n = f->nopen;
		f->balance++;
		f->reopened = at;
	}
}

void mend_resync(struct feed *f, struct token *t)
{
	uint32_t indent = f->indent;
	bool first = true;

	f->panic = false;
	f->skipping = true;
	reopen(f);
	if (f->current.kind && !(f->current.flags & TOKEN_VIRTUAL))
		feed_unread(f, f->current);
	for (;; first = false) {
		struct token skipped = *feed_peek(f, 0);

		if (can_go_on(f, &skipped, indent, first))
			break;
		if (skipped.kind)
			f->head++;
		if (ends_statement(f, &skipped))
			break;
		f->prev = skipped;
	}
	f->skipping = false;
	bool body = !f->open.n && feed_peek(f, 0)->kind == '{';

	f->points = false;
	f->orphans = feed_peek(f, 0)->kind == '{' ? f->open.n + 1 : f->orphans;
	*t = (struct token){.kind = body ? T_SYNC_BODY : T_SYNC, .span = f->current.span};
	if (f->current.flags & TOKEN_VIRTUAL && f->current.kind == '}')
		t->flags |= TOKEN_BROKEN; /* it comes again, and is reported */
	if (!feed_peek(f, 0)->kind)
		f->queue.v[f->head].flags |= TOKEN_BROKEN;
}
