/*
 * Builders of target variables and of what follows a value: ->member, [index],
 * and the pretty-printing marks $ and $$, which arrive as tokens of their own
 * or at the end of a name.
 */
#include "parser/node.h"

#include <string.h>

static struct expr *add(struct feed *f, struct expr *e, struct component c, struct span at)
{
	struct target_ref *t = &e->target;
	uint32_t n = t->ncomponents;

	e->span = at;
	if (n && t->components[n - 1].kind >= COMPONENT_PRETTY) {
		syntax_report(f, DIAG_BAD_MEMBER, c.span,
			      "nothing may follow a pretty-printed variable");
		return node_poison(f, at);
	}
	if (!(n & (n - 1))) { /* grow at powers of two */
		struct component *more =
			arena_alloc(f->arena, (n ? 2 * n : 1) * sizeof *t->components);

		if (n)
			memcpy(more, t->components, n * sizeof *more);
		t->components = more;
	}
	t->components[t->ncomponents++] = c;
	return c.index ? node_deepen(f, e, c.index) : e;
}

/* Takes a trailing $ or $$ off the name in [*text, ...); gives their number, 0 to 2. */
static int strip_marks(struct feed *f, const char **text)
{
	size_t n = strlen(*text), marks = 0;

	while (marks < 2 && n > marks && (*text)[n - marks - 1] == '$')
		marks++;
	if (!marks || strspn(*text, "$") == n)
		return 0;
	*text = intern_n(f->in->names, *text, n - marks);
	return (int)marks;
}

static struct component pretty(struct span at, int marks)
{
	return (struct component){.kind = marks == 2 ? COMPONENT_PRETTY_DEEP : COMPONENT_PRETTY,
				  .span = at};
}

struct expr *member_target(struct feed *f, struct span at, const char *name)
{
	struct expr *e = node_new(f, EXPR_TARGET, at, at.start);
	int marks = strip_marks(f, &name);

	e->target.base = TARGET_VAR;
	e->target.name = name;
	if (marks)
		e = add(f, e, pretty(at, marks), at);
	return e;
}

struct expr *member_var(struct feed *f, struct span at, const char *name, const char *module)
{
	struct expr *e = node_new(f, EXPR_TARGET, at, at.start);

	e->target.base = TARGET_AT_VAR;
	e->target.name = name;
	e->target.module = module;
	return e;
}

struct expr *member_cast(struct feed *f, struct span at, struct expr *operand, const char *type,
			 const char *module)
{
	struct expr *e = node_new(f, EXPR_TARGET, at, at.start);

	e->target.base = TARGET_CAST;
	e->target.operand = operand;
	e->target.type_name = type;
	e->target.module = module;
	return node_deepen(f, e, operand);
}

/* e itself where components can be added to it, else a target over its value. */
static struct expr *as_target(struct feed *f, struct expr *e)
{
	if (e->kind == EXPR_POISON || (e->kind == EXPR_TARGET && !e->paren))
		return e;
	struct expr *t = node_new(f, EXPR_TARGET, e->span, e->at);

	t->target.base = TARGET_VALUE;
	t->target.operand = e;
	return node_deepen(f, t, e);
}

struct expr *member_arrow(struct feed *f, struct span at, struct span member_at, struct expr *e,
			  const char *member)
{
	struct expr *t = as_target(f, e);
	int marks = strip_marks(f, &member);
	struct component c = {.kind = COMPONENT_MEMBER, .span = member_at, .member = member};

	if (t->kind != EXPR_POISON)
		t = add(f, t, c, at);
	if (marks && t->kind != EXPR_POISON)
		t = add(f, t, pretty(member_at, marks), at);
	return t;
}

struct expr *member_element(struct feed *f, struct span at, struct span index_at, struct expr *e,
			    struct expr *index)
{
	struct expr *t = as_target(f, e);
	struct component c = {.kind = COMPONENT_INDEX, .span = index_at, .index = index};

	return t->kind == EXPR_POISON ? t : add(f, t, c, at);
}

struct expr *member_pretty(struct feed *f, struct span at, struct span mark_at, struct expr *e,
			   const char *mark)
{
	struct expr *t = as_target(f, e);

	return t->kind == EXPR_POISON ? t : add(f, t, pretty(mark_at, (int)strlen(mark)), at);
}

struct expr *member_address(struct feed *f, struct span at, struct span op_at, struct expr *e)
{
	struct expr *t = as_target(f, e);

	if (t->kind == EXPR_POISON)
		return t;
	t->target.address_of = true;
	t->span = at;
	t->at = op_at.start;
	return t;
}
