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

bool mend_broken_line(struct feed *f)
{
	for (uint32_t i = 0; i < 60; i++) {
		const struct token *t = feed_peek(f, i);

		if (!t->kind || (t->flags & TOKEN_LINE_START))
			return false;
		if (t->kind == T_STRING && (t->flags & TOKEN_BROKEN))
			return true;
	}
	return false;
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
	f->mended = at.start.at;
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

/* The indentation tells where the '}' is missing that is not there at the end. */
static void doubtful_brace(struct feed *f)
{
	struct diag *d =
		syntax_report(f, DIAG_MISSING_BRACE, f->doubt.at, "expected '}' after this");

	if (d) {
		diag_note(f->diags, d, f->doubt.open, "this '{' is not closed,");
		diag_note(f->diags, d, f->doubt.close,
			  "as this does not stand deeper than its line");
		diag_fix(f->diags, d, f->doubt.at, " }", "insert '}'");
	}
	f->doubt.open = (struct span){{0}, {0}};
}

static void close_brace(struct feed *f, struct token *t)
{
	struct span at = after_last(f), opened = top(f)->span;
	bool repeated = (f->prev.flags & TOKEN_VIRTUAL) && f->prev.kind == '}';
	unsigned n;

	if (!is_broken(f, t) && !repeated && f->doubt.open.start.at) {
		doubtful_brace(f);
	} else if (!is_broken(f, t) && !repeated) {
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

/* Could the innermost parenthesis end after the last token?  A call may have no arguments. */
static bool closable(const struct feed *f)
{
	const struct bracket *b = f->open.n ? &f->open.v[f->open.n - 1] : NULL;

	return feed_ends_operand(f->prev.kind) ||
	       (b && b->kind == '(' && f->prev.kind == '(' && b->before == T_IDENT);
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
	f->mended = t->span.start.at;
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

/* What closes the innermost bracket, among what comes in this body: ')', ']', 0, or -1: too far to
 * tell. */
static int closer(struct feed *f)
{
	int depth = 0;

	for (uint32_t i = 0; i < 100; i++) {
		int kind = feed_peek(f, i)->kind;

		if (!kind || kind == '{' || kind == '}')
			return 0;
		depth += (kind == '(' || kind == '[') - (kind == ')' || kind == ']');
		if (depth < 0)
			return kind;
	}
	return -1;
}

/* ')' or ']': closes its own, or shows that the other one was forgotten. */
static bool closing(struct feed *f, struct token *t)
{
	int opener = t->kind == ')' ? '(' : '[';

	if (feed_inside(f) == opener)
		f->closed = f->open.v[--f->open.n];
	else if (in_parens(f) && has_open(f, opener) && closable(f))
		close_paren(f, t);
	else if (!in_parens(f))
		return drop(f, t, DIAG_STRAY_PAREN,
			    t->kind == ')' ? "this ')' closes nothing" : "this ']' closes nothing",
			    t->kind == ')');
	else if (has_open(f, opener))
		f->open.n -= 2;
	else if (feed_ends_operand(f->prev.kind) && closer(f) == (t->kind == ')' ? ']' : ')'))
		return drop(f, t, DIAG_STRAY_PAREN,
			    t->kind == ')' ? "this ')' closes nothing" : "this ']' closes nothing",
			    true);
	return true;
}

/* Is the '{' where a probe point is expected a group of them, and no body? */
static bool is_group(struct feed *f)
{
	int depth = 1;
	uint32_t i = 0;

	for (; depth && i < 1000; i++) {
		int kind = feed_peek(f, i)->kind;

		if (!kind || kind == ';' || kind == T_EMBEDDED)
			return false;
		depth += (kind == '{') - (kind == '}');
	}
	int next = feed_peek(f, i)->kind;

	return i > 1 && (next == '.' || next == ',' || next == '{' || next == '}' || next == '?' ||
			 next == '!' || next == '=' || next == T_ADD_ASSIGN || next == T_IF);
}

/* A body where a probe point has to come; one is put in, so that the body is read. */
static void no_point(struct feed *f, struct token *t)
{
	if (!is_broken(f, t) && !(f->prev.flags & TOKEN_VIRTUAL))
		syntax_report(f, DIAG_BAD_PROBE_POINT, t->span,
			      "expected a probe point, found '{'");
	insert(f, t, T_COMPONENT);
	t->text = "never";
}

static void opening_brace(struct feed *f, struct token *t)
{
	bool group = feed_at_part(f) && (f->prev.kind == '.' || is_group(f));

	if (in_parens(f)) {
		bool order =
			top(f)->before == T_FOREACH && (f->prev.kind == '+' || f->prev.kind == '-');

		if (closable(f) || order)
			close_paren(f, t);
		return;
	}
	if (feed_at_part(f) && !group) {
		no_point(f, t);
		return;
	}
	push(f, t, group ? 'g' : '{');
	if (f->prev.kind == ')' && f->closed.column && f->open.n > 1)
		top(f)->column = f->closed.column; /* a condition may have several lines */
	if (!group)
		f->points = false;
}

/*
 * What begins a line inside an inner block but stands no deeper than the line of its '{', or a '}'
 * further left than that: perhaps the block's own '}' is missing before it.
 */
static void doubt(struct feed *f, const struct token *t)
{
	const struct bracket *b = top(f);
	uint32_t least = t->kind == '}' ? b->column : b->column + 1;

	if (f->doubt.open.start.at || !(t->flags & TOKEN_LINE_START) || b->kind != '{' ||
	    f->open.n < 2 || t->column >= least || t->kind == '{')
		return;
	f->doubt.open = b->span;
	f->doubt.at = after_last(f);
	f->doubt.close = t->span;
}

/* A block whose '}' stands where it should is above doubt; so is a whole body. */
static void believe(struct feed *f, const struct token *t)
{
	const struct bracket *b = top(f);
	bool right = (t->flags & TOKEN_LINE_START) && t->column == b->column;

	if (f->open.n == 1 || (right && b->span.start.at == f->doubt.open.start.at))
		f->doubt.open = (struct span){{0}, {0}};
}

static bool closing_brace(struct feed *f, struct token *t)
{
	if (in_parens(f)) {
		if (closable(f))
			close_paren(f, t);
	} else if (f->open.n) {
		doubt(f, t);
		believe(f, t);
		f->open.n--;
	} else {
		f->balance++;
		return drop(f, t, DIAG_STRAY_BRACE, "this '}' closes nothing", false);
	}
	return true;
}

static void semicolon(struct feed *f, struct token *t)
{
	struct bracket *b = top(f);

	if (!in_parens(f) || (b->before == T_FOR && b->semicolons++ < 2))
		return;
	if (closable(f) && !closer(f))
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
		uint32_t literal = i;

		i = skip_literal(f, i);
		if (i > literal && feed_peek(f, i - 1)->kind != ')')
			return false; /* arguments of a call */
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

/* Does a statement begin at t, where a probe point has ended? */
static bool begins_body(struct feed *f, const struct token *t)
{
	int next = feed_peek(f, 0)->kind;

	if (t->kind == T_TARGET || (feed_starts_statement(t->kind) && t->kind != T_IF))
		return true;
	return (t->kind == T_IDENT || t->kind == T_PRINT) &&
	       (next == '(' || next == '[' || next == '=' || next == T_INC || next == T_DEC ||
		next == T_STAT_ASSIGN);
}

/* Puts in the '{' that a probe's body lacks. */
static void open_body(struct feed *f, struct token *t)
{
	struct span at = after_last(f);
	struct diag *d = syntax_report(f, DIAG_MISSING_BRACE, at, "expected '{' before %s",
				       syntax_token(f, t));

	if (d)
		diag_fix(f->diags, d, at, " {", "insert '{'");
	f->balance++;
	insert(f, t, '{');
	push(f, t, '{');
	top(f)->column = 1; /* it stands on no line */
	f->points = false;
}

static bool begins_operand(int kind)
{
	return kind == T_IDENT || kind == T_TARGET || kind == T_NUMBER || kind == T_AT ||
	       kind == T_PRINT;
}

/* Is the if after a probe point its condition, and no statement whose '{' before it is missing? */
static bool heads_body(struct feed *f)
{
	int depth = 0;
	uint32_t i = 0;

	do {
		int kind = feed_peek(f, i++)->kind;

		depth += (kind == '(') - (kind == ')');
		if (!kind)
			return true;
	} while (depth && i < 1000);
	int next = feed_peek(f, i)->kind;

	return !(begins_operand(next) || feed_starts_statement(next)) || next == T_IF;
}

/* A part where ',' '.' or '{' had to come. */
static void between_points(struct feed *f, struct token *t)
{
	bool new_line = t->flags & TOKEN_LINE_START;

	if (is_broken(f, t) || (t->kind == T_IF && heads_body(f)))
		return;
	if (t->kind == T_IF || (t->kind == T_PRINT && feed_peek(f, 0)->kind == '('))
		open_body(f, t);
	else if (is_suffix(t->text) && f->prev.kind != '?' && f->prev.kind != '!' &&
		 looks_like_point(f))
		insert_between(f, t, DIAG_BAD_PROBE_POINT, '.',
			       "between the parts of a probe point");
	else if ((new_line || (f->prev.kind != T_COMPONENT && t->kind != '*')) &&
		 looks_like_point(f))
		insert_between(f, t, DIAG_MISSING_COMMA, ',', "between two probe points");
	else if (begins_body(f, t))
		open_body(f, t);
}

static bool after_format(struct feed *f, const struct token *t)
{
	struct bracket *b = top(f);

	return b && b->kind == '(' && b->before == T_PRINT && !b->items &&
	       f->prev.kind == T_STRING && begins_operand(t->kind) && !is_broken(f, t) &&
	       !mend_broken_line(f);
}

/* A statement where only ')' could have come: "println(1 exit()". */
static bool after_argument(struct feed *f, const struct token *t)
{
	bool statement = t->flags & TOKEN_LINE_START || t->kind == T_PRINT ||
			 (t->kind == T_IDENT && feed_peek(f, 0)->kind == '(');

	return statement && begins_operand(t->kind) && in_parens(f) && !f->points && closable(f) &&
	       !closer(f);
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
	static const char *const foreign[] = {"func", "def", "fn", "fun", "sub", "proc", "void"};
	struct near near = near_start(t->text);

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		near_offer(&near, words[i].word);
	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
		if (strcmp(foreign[i], t->text) == 0)
			near.best = words[2].word;
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

/* What stands in the parentheses that come: T_FOR for "x; y; z", T_FOREACH for "x in y" and a body.
 */
static int loop_head(struct feed *f)
{
	int depth = 0, head = 0;
	bool sure = false;

	for (uint32_t i = 0; i < 100; i++) {
		int kind = feed_peek(f, i)->kind;

		depth += (kind == '(' || kind == '[') - (kind == ')' || kind == ']');
		if (depth == 1 && (kind == ';' || kind == T_IN) && !head)
			head = kind == ';' ? T_FOR : T_FOREACH;
		/* what only the head of a loop can have */
		sure |= kind == T_LIMIT ||
			((kind == '+' || kind == '-') &&
			 (feed_peek(f, i + 1)->kind == ')' || feed_peek(f, i + 1)->kind == ',' ||
			  feed_peek(f, i + 1)->kind == T_LIMIT));
		if (depth == 0 && kind == ')')
			return head == T_FOR || sure || feed_peek(f, i + 1)->kind == '{' ? head : 0;
		if (!kind || kind == '{' || kind == '}')
			break;
	}
	return 0;
}

/* "fro (i = 0; ...)", "foraech (x in y) {" */
static void misspelt_loop(struct feed *f, struct token *t)
{
	struct near near = near_start(t->text);
	int head;

	near_offer(&near, "for");
	near_offer(&near, "foreach");
	head = near.best ? loop_head(f) : 0;
	if (!head || (head == T_FOR) != (strcmp(near.best, "for") == 0))
		return;
	struct diag *d = syntax_report(f, DIAG_SYNTAX_ERROR, t->span,
				       "'%s' before the head of a loop; did you mean '%s'?",
				       t->text, near.best);

	if (d)
		diag_fix(f->diags, d, t->span, near.best, "correct the spelling");
	t->kind = head;
}

static void keyword(struct feed *f, struct token *t)
{
	if (feed_starts_declaration(t->kind)) {
		if (body_should_end(f, t))
			close_any(f, t);
	} else if (in_parens(f) && feed_starts_statement(t->kind) && closable(f) &&
		   f->prev.kind != T_PROBE) {
		close_paren(f, t);
	} else if (t->kind == T_IN && feed_inside(f) == '[' && top(f)->before != T_IDENT &&
		   feed_ends_operand(f->prev.kind) && closer(f) != ']') {
		close_paren(f, t);
	}
}

/* "function f(x)" and then a statement */
static bool after_head(const struct feed *f, const struct token *t)
{
	int p = f->prev.kind;

	return f->in_function && !f->open.n && (t->flags & TOKEN_LINE_START) &&
	       (p == ')' || p == T_STRING_TYPE || p == T_LONG_TYPE) && !is_broken(f, t) &&
	       (begins_operand(t->kind) || feed_starts_statement(t->kind));
}

bool mend_token(struct feed *f, struct token *t)
{
	f->nopen = f->open.n;
	if (f->open.n && t->kind && t->kind != '}' && !in_parens(f))
		doubt(f, t);
	if (after_point(f) && is_piece(t) &&
	    !(feed_starts_declaration(t->kind) && t->flags & TOKEN_LINE_START)) {
		between_points(f, t);
		return true;
	}
	if (after_head(f, t)) {
		open_body(f, t);
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
		else if (feed_inside(f) == '{' && feed_peek(f, 0)->kind == '(')
			misspelt_loop(f, t);
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
	    (in_parens(f) && closer(f)))
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
