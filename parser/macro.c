/*
 * Macros (section 1.2 of the language reference): a stack of token sequences
 * being read.  The bottom is the lexer; an invocation pushes the macro's body,
 * and a parameter inside a body pushes the argument, which is read in the
 * environment of whoever wrote it.  A pushed sequence gets locations of its own
 * through sources_expand(), two a token, so that both ends of a span are
 * exact.  Self-reference, deep and exponential expansion end in one error and
 * the end of the stream.
 */
#include "base/text.h"
#include "parser/stages.h"
#include "parser/grammar.h"

#include <string.h>

struct sequence {
	struct token *v;
	uint32_t n, cap;
};

struct macro {
	const char *name;
	VEC(const char *) params;
	struct sequence body;
	struct span span;
	const struct source *source;
};

/* What the parameters mean inside one expansion of a macro. */
struct env {
	const struct macro *macro;
	const struct sequence *args; /* one a parameter */
	const struct env *caller;    /* where the arguments were written */
};

struct frame {
	const struct sequence *tokens;
	uint32_t at;
	struct loc base; /* of its expansion; 0: tokens keep their places */
	const struct env *env;
};

struct macros {
	const struct parse_input *in;
	const struct source *src;
	struct lexer *lexer;
	struct map own; /* name -> struct macro */
	VEC(struct frame) frames;
	uint32_t expanded, errors;
	bool library, stopped;
	struct token ahead; /* of the current sequence */
	bool has_ahead;
};

struct macros *macro_open(const struct parse_input *in, const struct source *src, struct lexer *lx,
			  bool library)
{
	struct macros *m = arena_make(in->arena, struct macros);

	*m = (struct macros){.in = in, .src = src, .lexer = lx, .library = library};
	m->own.arena = in->arena;
	return m;
}

static struct diag *report(struct macros *m, enum diag_tag tag, struct span at, const char *text)
{
	return diag_report(m->in->diags, tag, at, "%s", text);
}

void macro_stop(struct macros *m)
{
	m->stopped = true;
	m->frames.n = 0;
}

/* Ends the stream: what would follow makes no sense any more. */
static void stop(struct macros *m, struct token *t)
{
	macro_stop(m);
	*t = (struct token){.flags = TOKEN_BROKEN, .span = t->span};
}

static const struct env *current_env(const struct macros *m)
{
	return m->frames.n ? m->frames.v[m->frames.n - 1].env : NULL;
}

static struct token frame_token(const struct frame *f, uint32_t i)
{
	struct token t = f->tokens->v[i];

	if (f->base.at)
		t.span = (struct span){{f->base.at + 2 * i}, {f->base.at + 2 * i + 1}};
	return t;
}

/* The next token of the innermost sequence only; kind 0 at its end. */
static void read_here(struct macros *m, struct token *t)
{
	if (m->has_ahead) {
		*t = m->ahead;
		m->has_ahead = false;
	} else if (!m->frames.n) {
		lexer_next(m->lexer, t);
	} else {
		struct frame *f = &m->frames.v[m->frames.n - 1];

		*t = (struct token){0};
		if (f->at < f->tokens->n)
			*t = frame_token(f, f->at++);
	}
}

static void unread_here(struct macros *m, const struct token *t)
{
	m->ahead = *t;
	m->has_ahead = true;
}

static void push(struct macros *m, const struct sequence *tokens, const struct env *env,
		 struct token *asker)
{
	struct loc *places = arena_alloc(m->in->arena, (2 * tokens->n + 1) * sizeof *places);

	m->expanded += tokens->n + 1;
	if (m->expanded > MACRO_MAX_TOKENS || m->frames.n >= MACRO_MAX_DEPTH) {
		report(m, DIAG_MACRO_TOO_LARGE, asker->span,
		       m->frames.n >= MACRO_MAX_DEPTH ? "macros are nested too deeply here"
						      : "macros expand to too many tokens");
		stop(m, asker);
		return;
	}
	for (uint32_t i = 0; i < tokens->n; i++) {
		places[2 * i] = tokens->v[i].span.start;
		places[2 * i + 1] = tokens->v[i].span.end;
	}
	struct loc base = sources_expand(m->in->sources, places, 2 * tokens->n, asker->span.start);
	struct frame f = {tokens, 0, base, env};

	vec_push(m->in->arena, &m->frames, f);
}

static bool is_active(const struct env *env, const struct macro *macro)
{
	for (; env; env = env->caller) {
		if (env->macro == macro)
			return true;
	}
	return false;
}

static const struct macro *find(const struct macros *m, const char *name)
{
	const struct macro *own = map_get(&m->own, name);

	return own || !m->in->macros ? own : map_get(m->in->macros, name);
}

static bool closes(int open, int kind)
{
	return (open == '(' && kind == ')') || (open == '[' && kind == ']');
}

/* One argument, up to a ',' or ')' outside brackets; gives what ended it, 0 for the end. */
static int read_argument(struct macros *m, struct sequence *arg)
{
	VEC(char) open = {0};
	struct token t;

	for (;;) {
		read_here(m, &t);
		if (!t.kind || (!open.n && (t.kind == ',' || t.kind == ')'))) {
			if (!t.kind)
				unread_here(m, &t);
			return t.kind;
		}
		if (t.kind == '(' || t.kind == '[')
			vec_push(m->in->arena, &open, (char)t.kind);
		else if (open.n && closes(open.v[open.n - 1], t.kind))
			open.n--;
		vec_push(m->in->arena, arg, t);
	}
}

static void wrong_count(struct macros *m, const struct token *name, const struct macro *macro,
			uint32_t got)
{
	struct diag *d = diag_report(m->in->diags, DIAG_MACRO_ARGUMENTS, name->span,
				     "macro '@%s' takes %u argument%s, not %u", macro->name,
				     macro->params.n, macro->params.n == 1 ? "" : "s", got);

	diag_note(m->in->diags, d, macro->span, "'@%s' is defined here", macro->name);
}

/* Reads "(a, b)" after the name; false after reporting. */
static bool read_arguments(struct macros *m, const struct token *name, const struct macro *macro,
			   struct sequence *args)
{
	struct sequence extra = {0};
	struct token t;
	uint32_t n = 0;
	int end;

	read_here(m, &t);
	if (t.kind != '(') {
		unread_here(m, &t);
		struct diag *d =
			diag_report(m->in->diags, DIAG_MACRO_ARGUMENTS, name->span,
				    "expected '(' after '@%s', which takes %u argument%s",
				    macro->name, macro->params.n, macro->params.n == 1 ? "" : "s");

		diag_note(m->in->diags, d, macro->span, "'@%s' is defined here", macro->name);
		return false;
	}
	do {
		end = read_argument(m, n < macro->params.n ? &args[n] : &extra);
		n++;
	} while (end == ',');
	if (!end)
		diag_report(m->in->diags, DIAG_MACRO_ARGUMENTS, name->span,
			    "the arguments of '@%s' are never closed by ')'", macro->name);
	else if (n != macro->params.n)
		wrong_count(m, name, macro, n);
	return end && n == macro->params.n;
}

static void invoke(struct macros *m, struct token *name, const struct macro *macro)
{
	struct env *env = arena_make(m->in->arena, struct env);
	struct sequence *args =
		arena_alloc(m->in->arena, macro->params.n * sizeof(struct sequence));

	*env = (struct env){macro, args, current_env(m)};
	if (is_active(env->caller, macro)) {
		diag_report(m->in->diags, DIAG_MACRO_RECURSION, name->span,
			    "macro '@%s' expands to itself", macro->name);
		stop(m, name);
		return;
	}
	if (macro->params.n && !read_arguments(m, name, macro, args)) {
		if (++m->errors >= FEED_MAX_ERRORS)
			macro_stop(m);
		struct token poison = {.kind = T_POISON, .flags = TOKEN_BROKEN, .span = name->span};

		*name = poison;
		return;
	}
	push(m, &macro->body, env, name);
	if (!m->stopped)
		name->kind = -1;
}

/* Pushes what @name means here; false if it means nothing to macros. */
static bool expand_name(struct macros *m, struct token *t)
{
	const struct env *env = current_env(m);

	for (uint32_t i = env ? env->macro->params.n : 0; i-- > 0;) {
		if (env->macro->params.v[i] == t->text) {
			push(m, &env->args[i], env->caller, t);
			if (!m->stopped)
				t->kind = -1;
			return true;
		}
	}
	const struct macro *macro = find(m, t->text);

	if (!macro)
		return false;
	invoke(m, t, macro);
	return true;
}

/* --- @define --- */

static bool define_error(struct macros *m, const struct token *at, const char *what)
{
	/* a token that is wrong itself is not seen again */
	if (at->error)
		report(m, at->tag, at->span, at->error);
	else if (!(at->flags & TOKEN_BROKEN))
		report(m, DIAG_BAD_MACRO, at->span, what);
	return false;
}

static bool read_params(struct macros *m, struct macro *macro)
{
	struct token t;

	do {
		read_here(m, &t);
		if (t.kind != T_IDENT && t.kind != T_PRINT)
			return define_error(m, &t, "expected the name of a macro parameter");
		vec_push(m->in->arena, &macro->params, t.text);
		read_here(m, &t);
	} while (t.kind == ',');
	if (t.kind != ')')
		return define_error(m, &t, "expected ',' or ')' after a macro parameter");
	return true;
}

static bool read_body(struct macros *m, struct macro *macro)
{
	unsigned depth = 1;
	struct token t;

	for (;;) {
		read_here(m, &t);
		depth += t.kind == T_PP_OPEN;
		depth -= t.kind == T_PP_CLOSE;
		if (!depth)
			return true;
		if (!t.kind) {
			struct token at = {.flags = t.flags, .span = macro->span};

			return define_error(m, &at,
					    "the body of this macro is never closed by '%)'");
		}
		vec_push(m->in->arena, &macro->body, t);
	}
}

static bool read_definition(struct macros *m, struct macro *macro)
{
	struct token t;

	read_here(m, &t);
	if (t.kind != T_IDENT && t.kind != T_PRINT && t.kind != T_TARGET && t.kind != T_DOLLARS) {
		unread_here(m, &t);
		return define_error(m, &t, "expected the name of a macro after '@define'");
	}
	macro->name = t.text;
	macro->span = t.span;
	read_here(m, &t);
	if (t.kind == '(') {
		if (!read_params(m, macro))
			return false;
		read_here(m, &t);
	}
	if (t.kind != T_PP_OPEN)
		return define_error(m, &t, "expected '%(' before the body of a macro");
	return read_body(m, macro);
}

static void enter(struct macros *m, struct macro *macro)
{
	struct map *into = m->library ? m->in->macros : &m->own;
	const struct macro *old = map_get(into, macro->name);

	if (old && old->source == m->src) {
		struct diag *d = diag_report(m->in->diags, DIAG_MACRO_REDEFINED, macro->span,
					     "macro '@%s' is defined twice", macro->name);

		diag_note(m->in->diags, d, old->span, "it was first defined here");
		return;
	}
	if (grammar_at_word(macro->name) && m->src->kind == SOURCE_SCRIPT)
		diag_report(m->in->diags, DIAG_MACRO_HIDES_OPERATOR, macro->span,
			    "macro '@%s' hides the operator of that name", macro->name);
	map_put(into, macro->name, macro);
}

static void define(struct macros *m, struct token *t)
{
	struct macro *macro = arena_make(m->in->arena, struct macro);

	if (m->frames.n) {
		report(m, DIAG_BAD_MACRO, t->span, "a macro body cannot define a macro");
		stop(m, t);
		return;
	}
	macro->source = m->src;
	if (read_definition(m, macro))
		enter(m, macro);
	else
		stop(m, t);
	t->kind = m->stopped ? 0 : -1;
}

void macro_next(struct macros *m, struct token *t, bool expand)
{
	do {
		*t = (struct token){.flags = TOKEN_BROKEN};
		if (m->stopped)
			return;
		read_here(m, t);
		while (!t->kind && m->frames.n) {
			m->frames.n--;
			read_here(m, t);
		}
		if (t->kind != T_AT || !expand)
			return;
		if (strcmp(t->text, "define") == 0)
			define(m, t);
		else if (!expand_name(m, t))
			return;
	} while (t->kind == -1);
}

void macro_offer(const struct macros *m, struct near *near)
{
	for (uint32_t i = 0; i < m->own.n; i++)
		near_offer(near, m->own.entries[i].key);
	for (uint32_t i = 0; m->in->macros && i < m->in->macros->n; i++)
		near_offer(near, m->in->macros->entries[i].key);
}
