/*
 * Types, by unification.  Every variable, key position and function result is a
 * slot; an expression's type is a term: a type or a slot.  Each rule of the
 * language says that a term has a type or that two terms agree, and union-find
 * settles that in one pass over the bodies, in any order, without a fixpoint.
 * The first fact about a slot stays, later ones that differ are reported with
 * the place of the first.  Poisoned nodes agree with everything and taint what
 * they meet, so that followers stay silent.
 *
 * Statistics were marked before (resolve.c), so using them as plain values is
 * what gets reported.  Leaves types in all nodes, variables and functions.
 */
#include "sema/internal.h"

#include <string.h>

/* A term below FIRST_SLOT is an enum type or POISON, else a slot. */
enum { POISON = TYPE_STATS + 1, FIRST_SLOT };
enum { DECLARED = 1 << 20 };

struct slot {
	uint32_t parent, agree; /* agree: places that say the same */
	enum type type;
	bool tainted;
	struct span from;
};

struct typed {
	struct expr *e;
	uint32_t term;
};

struct infer {
	struct sema *s;
	VEC(struct slot) slots;
	VEC(struct typed) typed;      /* since the last settling */
	VEC(struct typed) void_calls; /* whose value is used: the context may give a type */
	VEC(struct variable *) variables;
	VEC(struct function *) functions;
	bool followers;            /* errors before: what has no type may be their consequence */
	struct function *function; /* whose body is looked at */
	struct complaints complaints;
};

static uint32_t infer_expr(struct infer *in, struct expr *e);
static uint32_t value(struct infer *in, struct expr *e);

/* --- slots --- */

static uint32_t new_slot(struct infer *in, enum type type, struct span from)
{
	uint32_t id = in->slots.n;

	/* what is declared is right; statistics are declared by use */
	uint32_t agree = type == TYPE_UNKNOWN || type == TYPE_STATS ? 0 : DECLARED;

	vec_push(in->s->arena, &in->slots, ((struct slot){id, agree, type, false, from}));
	return id;
}

static struct slot *root(struct infer *in, uint32_t id)
{
	struct slot *v = in->slots.v;

	while (v[id].parent != id)
		id = v[id].parent = v[v[id].parent].parent;
	return &v[id];
}

static enum type type_of(struct infer *in, uint32_t term)
{
	if (term == POISON)
		return TYPE_UNKNOWN;
	return term < FIRST_SLOT ? (enum type)term : root(in, term)->type;
}

static bool silent(struct infer *in, uint32_t term)
{
	return term == POISON || (term >= FIRST_SLOT && root(in, term)->tainted);
}

static void taint(struct infer *in, uint32_t term)
{
	if (term >= FIRST_SLOT)
		root(in, term)->tainted = true;
}

/* The slot of a variable; those of its keys follow it. */
static uint32_t variable_slot(struct infer *in, struct variable *v)
{
	if (!v->slot) {
		v->slot = new_slot(in, v->type, v->type_from);
		for (uint32_t i = 0; i < v->arity; i++)
			new_slot(in, v->keys[i], v->span);
		vec_push(in->s->arena, &in->variables, v);
	}
	return v->slot;
}

static void complain(struct infer *in, struct diag *d, uint32_t slot, enum type found)
{
	if (slot >= FIRST_SLOT)
		vec_push(in->s->arena, &in->complaints,
			 ((struct complaint){.diag = d, .slot = slot, .found = found}));
}

static void agree_once(struct infer *in, uint32_t term)
{
	if (term >= FIRST_SLOT && root(in, term)->agree < DECLARED)
		root(in, term)->agree++;
}

static struct diag *mismatch(struct infer *in, struct span span, enum type want, uint32_t got)
{
	struct diag *d;

	d = diag_report(in->s->diags, DIAG_TYPE_MISMATCH, span,
			"type mismatch: expected %s but found %s", ast_type_word(want),
			ast_type_word(type_of(in, got)));
	if (got >= FIRST_SLOT && root(in, got)->from.start.at)
		diag_note(in->s->diags, d, root(in, got)->from, "%s was first inferred here",
			  ast_type_word(type_of(in, got)));
	return d;
}

/* The term has this type. */
static void require(struct infer *in, uint32_t term, enum type want, struct span span)
{
	struct slot *r;

	if (silent(in, term))
		return;
	if (type_of(in, term) != TYPE_UNKNOWN || term < FIRST_SLOT) {
		if (type_of(in, term) != want)
			complain(in, mismatch(in, span, want, term), term, want);
		else
			agree_once(in, term);
		return;
	}
	r = root(in, term);
	r->type = want;
	r->from = span;
	r->agree = 1;
}

static void merge(struct infer *in, uint32_t a, uint32_t b)
{
	struct slot *x = root(in, a), *y = root(in, b);

	if (x == y)
		return;
	if (x->type == TYPE_UNKNOWN) {
		x->type = y->type;
		x->from = y->from;
	}
	y->parent = x->parent;
	x->tainted |= y->tainted;
	x->agree = x->agree + y->agree < DECLARED ? x->agree + y->agree : DECLARED;
}

/* Two terms agree; `a` is what was known first, `span` where `b` stands. */
static void unify(struct infer *in, uint32_t a, uint32_t b, struct span span)
{
	enum type ta = type_of(in, a), tb = type_of(in, b);

	if (silent(in, a) || silent(in, b)) {
		taint(in, a);
		taint(in, b);
	} else if (a < FIRST_SLOT) {
		if (a != TYPE_UNKNOWN)
			require(in, b, (enum type)a, span);
	} else if (b < FIRST_SLOT) {
		if (ta != TYPE_UNKNOWN && ta != tb)
			require(in, b, ta, span);
		else if (b != TYPE_UNKNOWN)
			require(in, a, (enum type)b, span);
	} else if (ta != TYPE_UNKNOWN && tb != TYPE_UNKNOWN && ta != tb) {
		mismatch(in, span, ta, b);
	} else {
		merge(in, a, b);
	}
}

/* --- functions --- */

static void new_function_slot(struct infer *in, struct function *f)
{
	f->slot = new_slot(in, f->type, f->type_from);
	vec_push(in->s->arena, &in->functions, f);
	for (uint32_t i = 0; i < f->params.n; i++)
		variable_slot(in, f->params.v[i]);
}

/* The slot of a function's result; all overloads of a call give the same type. */
static uint32_t function_slot(struct infer *in, struct function *f)
{
	if (f->slot)
		return f->slot;
	new_function_slot(in, f);
	for (struct function *a = f, *b = f->next; b; a = b, b = b->next) {
		bool seen = b->slot != 0;

		if (!seen)
			new_function_slot(in, b);
		if (a->gives_value || b->gives_value)
			unify(in, a->slot, b->slot, b->decl->name_span);
		if (seen)
			break;
	}
	return f->slot;
}

static bool gives_value(const struct function *f)
{
	for (; f; f = f->next)
		if (f->gives_value)
			return true;
	return false;
}

static uint32_t call(struct infer *in, struct expr *e)
{
	for (uint32_t i = 0; i < e->call.args.n; i++) {
		struct expr *arg = e->call.args.v[i];
		uint32_t t = value(in, arg);

		for (struct function *f = e->call.sym; f; f = f->next) {
			function_slot(in, f);
			unify(in, f->params.v[i]->slot, t, arg->span);
		}
	}
	return function_slot(in, e->call.sym);
}

/* --- expressions --- */

static bool is_void_call(const struct expr *e)
{
	return e->kind == EXPR_CALL && e->call.sym && !gives_value(e->call.sym);
}

/* The type of something that is no aggregate; a call may turn out to give nothing. */
static uint32_t plain(struct infer *in, struct expr *e)
{
	uint32_t t = infer_expr(in, e);

	if (silent(in, t))
		return POISON;
	if (type_of(in, t) == TYPE_STATS) {
		struct diag *d = diag_report(in->s->diags, DIAG_STATS_MISUSE, e->span,
					     "statistics cannot be used as a value; ask for "
					     "@count, @sum, @min, @max or @avg");

		if (t >= FIRST_SLOT && root(in, t)->from.start.at)
			diag_note(in->s->diags, d, root(in, t)->from, "they are gathered here");
		complain(in, d, t, TYPE_LONG);
		return POISON;
	}
	return t;
}

/* The type of something used as a value. */
static uint32_t value(struct infer *in, struct expr *e)
{
	uint32_t t = plain(in, e);

	/* what the runtime gives is fixed: there is nothing to infer from the context */
	if (is_void_call(e) && e->call.sym->intrinsic) {
		diag_report(in->s->diags, DIAG_UNRESOLVED_TYPE, e->span,
			    "function '%s' returns no value", e->call.name);
		return POISON;
	}
	if (t >= FIRST_SLOT && (is_void_call(e) || e->kind == EXPR_TERNARY))
		vec_push(in->s->arena, &in->void_calls, ((struct typed){e, t}));
	return t;
}

static void expect(struct infer *in, struct expr *e, enum type want)
{
	require(in, value(in, e), want, e->span);
}

static uint32_t expect_both(struct infer *in, struct expr *a, struct expr *b, enum type want)
{
	expect(in, a, want);
	expect(in, b, want);
	return want;
}

/* Something that has to be statistics. */
static void expect_stats(struct infer *in, struct expr *e)
{
	uint32_t t = infer_expr(in, e);
	struct diag *d;

	if (silent(in, t))
		return;
	if (type_of(in, t) == TYPE_UNKNOWN) {
		require(in, t, TYPE_STATS, e->span);
	} else if (type_of(in, t) == TYPE_STATS) {
		agree_once(in, t);
	} else {
		d = diag_report(in->s->diags, DIAG_STATS_MISUSE, e->span,
				"type mismatch: expected stats but found %s",
				ast_type_word(type_of(in, t)));
		if (t >= FIRST_SLOT)
			diag_note(in->s->diags, d, root(in, t)->from, "%s was first inferred here",
				  ast_type_word(type_of(in, t)));
		complain(in, d, t, TYPE_STATS);
	}
}

static struct variable *array_of(const struct expr *e)
{
	return e->kind == EXPR_NAME ? e->name.sym : NULL;
}

static void unify_keys(struct infer *in, const struct expr *base, const struct expr_list *keys)
{
	struct variable *v = array_of(base);
	uint32_t slot = v ? variable_slot(in, v) : 0;

	for (uint32_t i = 0; i < keys->n; i++) {
		uint32_t t = keys->v[i] ? value(in, keys->v[i]) : POISON;

		if (!keys->v[i])
			continue;
		if (base->kind == EXPR_HIST)
			require(in, t, TYPE_LONG, keys->v[i]->span);
		else if (v && i < v->arity)
			unify(in, slot + 1 + i, t, keys->v[i]->span);
	}
}

static uint32_t index_expr(struct infer *in, struct expr *e)
{
	struct expr *base = e->index.base;

	if (base->kind == EXPR_HIST)
		infer_expr(in, base);
	unify_keys(in, base, &e->index.keys);
	if (base->kind == EXPR_HIST)
		return TYPE_LONG;
	return array_of(base) ? variable_slot(in, array_of(base)) : POISON;
}

static bool compares(enum binary_op op)
{
	return op >= BINARY_LT && op <= BINARY_NE;
}

static bool is_logical(enum binary_op op)
{
	return op == BINARY_LOGICAL_AND || op == BINARY_LOGICAL_OR;
}

static void sides_differ(struct infer *in, const struct expr *e, uint32_t a, uint32_t b)
{
	diag_report(in->s->diags, DIAG_TYPE_MISMATCH, e->span,
		    "type mismatch: left and right sides don't agree (%s vs %s)",
		    ast_type_word(type_of(in, a)), ast_type_word(type_of(in, b)));
}

/* Both sides of a comparison, or the arms of ?:. */
static uint32_t agree(struct infer *in, const struct expr *e, struct expr *left, struct expr *right)
{
	uint32_t a = plain(in, left), b = plain(in, right);
	enum type ta = type_of(in, a), tb = type_of(in, b);

	if (!silent(in, a) && !silent(in, b) && ta != TYPE_UNKNOWN && tb != TYPE_UNKNOWN &&
	    ta != tb) {
		sides_differ(in, e, a, b);
		return POISON;
	}
	unify(in, a, b, right->span);
	return a == POISON ? b : a;
}

static uint32_t binary(struct infer *in, const struct expr *e)
{
	if (compares(e->binary.op)) {
		agree(in, e, e->binary.a, e->binary.b);
		return TYPE_LONG;
	}
	/* ready && exit(): what is called for its effect needs no type */
	if (is_logical(e->binary.op) && is_void_call(e->binary.b)) {
		expect(in, e->binary.a, TYPE_LONG);
		plain(in, e->binary.b);
		return TYPE_LONG;
	}
	return expect_both(in, e->binary.a, e->binary.b, TYPE_LONG);
}

static bool is_local(const struct expr *e)
{
	return e->kind == EXPR_NAME && e->name.sym && e->name.sym->kind != VAR_GLOBAL;
}

static uint32_t set(struct infer *in, struct expr *e)
{
	struct expr *lhs = e->assign.lhs, *rhs = e->assign.rhs;
	uint32_t a, b;

	/* x = f() where f gives nothing and nothing reads x: only the call counts */
	if (is_void_call(rhs) && is_local(lhs) && lhs->name.sym->elided) {
		*e = *rhs;
		return call(in, e);
	}
	a = value(in, lhs);
	b = value(in, rhs);
	if (!silent(in, a) && !silent(in, b) && type_of(in, a) != TYPE_UNKNOWN &&
	    type_of(in, b) != TYPE_UNKNOWN && type_of(in, a) != type_of(in, b)) {
		struct diag *d = mismatch(in, rhs->span, type_of(in, a), b);

		if (a >= FIRST_SLOT && b < FIRST_SLOT) {
			complain(in, d, a, (enum type)b);
			diag_note(in->s->diags, d, root(in, a)->from, "%s was first inferred here",
				  ast_type_word(type_of(in, a)));
		}
		return a;
	}
	unify(in, a, b, rhs->span);
	return a == POISON ? b : a;
}

static uint32_t assign(struct infer *in, struct expr *e)
{
	switch (e->assign.op) {
	case ASSIGN_SET: return set(in, e);
	case ASSIGN_STAT:
		expect_stats(in, e->assign.lhs);
		expect(in, e->assign.rhs, TYPE_LONG);
		return TYPE_LONG;
	case ASSIGN_CONCAT: return expect_both(in, e->assign.lhs, e->assign.rhs, TYPE_STRING);
	case ASSIGN_ARITH: return expect_both(in, e->assign.lhs, e->assign.rhs, TYPE_LONG);
	}
	return POISON;
}

static void print_arg(struct infer *in, const struct expr *e, uint32_t i)
{
	struct expr *arg = e->print.args.v[i];

	if (e->print.flags & PRINT_CHAR)
		expect(in, arg, TYPE_LONG);
	else if (!e->print.format)
		value(in, arg);
	else if (i < e->print.format->nargs)
		expect(in, arg,
		       format_arg_type(e->print.format, i) == 's' ? TYPE_STRING : TYPE_LONG);
}

static uint32_t print(struct infer *in, const struct expr *e)
{
	for (uint32_t i = 0; i < e->print.args.n; i++)
		print_arg(in, e, i);
	if (e->print.hist)
		infer_expr(in, e->print.hist);
	return e->print.flags & PRINT_TO_STRING ? TYPE_STRING : TYPE_LONG;
}

static uint32_t target(struct infer *in, const struct expr *e)
{
	const struct target_ref *t = &e->target;

	if (t->operand)
		expect(in, t->operand, TYPE_LONG);
	for (uint32_t i = 0; i < t->ncomponents; i++)
		if (t->components[i].index)
			expect(in, t->components[i].index, TYPE_LONG);
	return e->type == TYPE_UNKNOWN ? POISON : e->type;
}

/* "$file.f_path", as C has it: what is joined is a target variable and a name that is nothing. */
static bool reads_member(struct infer *in, const struct expr *a, const struct expr *b)
{
	const struct variable *v;
	struct diag *d;

	while (b->kind == EXPR_BINARY) /* which binds tighter */
		b = b->binary.a;
	v = b->kind == EXPR_NAME ? b->name.sym : NULL;
	if (a->kind != EXPR_TARGET || !v || v->kind == VAR_GLOBAL || v->assigned ||
	    a->span.end.at + 1 != b->span.start.at)
		return false;
	d = diag_report(in->s->diags, DIAG_TYPE_MISMATCH, a->span,
			"type mismatch: '.' joins strings; did you mean the member ->%s?", v->name);
	diag_fix(in->s->diags, d, (struct span){a->span.end, b->span.start}, "->", "write ->");
	return true;
}

static uint32_t concat(struct infer *in, const struct expr *e)
{
	for (uint32_t i = 0; i + 1 < e->concat.n; i++)
		if (reads_member(in, e->concat.v[i], e->concat.v[i + 1]))
			return POISON;
	for (uint32_t i = 0; i < e->concat.n; i++)
		expect(in, e->concat.v[i], TYPE_STRING);
	return TYPE_STRING;
}

static uint32_t ternary(struct infer *in, const struct expr *e)
{
	expect(in, e->ternary.cond, TYPE_LONG);
	return agree(in, e, e->ternary.yes, e->ternary.no);
}

static uint32_t membership(struct infer *in, const struct expr *e)
{
	if (e->in.array->kind == EXPR_HIST)
		infer_expr(in, e->in.array);
	unify_keys(in, e->in.array, &e->in.keys);
	return TYPE_LONG;
}

static uint32_t term_of(struct infer *in, struct expr *e)
{
	switch (e->kind) {
	case EXPR_POISON: return POISON;
	case EXPR_NUMBER:
	case EXPR_CONST:
	case EXPR_ENUM:
	case EXPR_DEFINED:
	case EXPR_PERF:
	case EXPR_REGISTER:
	case EXPR_PROBEWRITE: return TYPE_LONG;
	case EXPR_STRING: return TYPE_STRING;
	case EXPR_NAME: return e->name.sym ? variable_slot(in, e->name.sym) : POISON;
	case EXPR_INDEX: return index_expr(in, e);
	case EXPR_CALL: return e->call.sym ? call(in, e) : POISON;
	case EXPR_UNARY: expect(in, e->unary.a, TYPE_LONG); return TYPE_LONG;
	case EXPR_BINARY: return binary(in, e);
	case EXPR_CONCAT: return concat(in, e);
	case EXPR_ASSIGN: return assign(in, e);
	case EXPR_CREMENT: expect(in, e->crement.a, TYPE_LONG); return TYPE_LONG;
	case EXPR_TERNARY: return ternary(in, e);
	case EXPR_IN: return membership(in, e);
	case EXPR_MATCH: expect(in, e->match.a, TYPE_STRING); return TYPE_LONG;
	case EXPR_PRINT: return print(in, e);
	case EXPR_STAT: expect_stats(in, e->stat.stat); return TYPE_LONG;
	case EXPR_HIST: expect_stats(in, e->hist.stat); return TYPE_STATS;
	case EXPR_TARGET: return target(in, e);
	case EXPR_ENTRY:
		infer_expr(in, e->operand);
		return e->type == TYPE_UNKNOWN ? POISON : e->type;
	case EXPR_ENUMNAME: expect(in, e->enumname.value, TYPE_LONG); return TYPE_STRING;
	case EXPR_DEREF: expect(in, e->machine.addr, TYPE_LONG); return TYPE_LONG;
	case EXPR_EMBEDDED: return strstr(e->string, "/* string */") ? TYPE_STRING : TYPE_LONG;
	}
	return POISON;
}

static uint32_t infer_expr(struct infer *in, struct expr *e)
{
	uint32_t t = term_of(in, e);

	if (t < FIRST_SLOT)
		e->type = t == POISON ? TYPE_UNKNOWN : (enum type)t;
	else
		vec_push(in->s->arena, &in->typed, ((struct typed){e, t}));
	return t;
}

/* --- statements --- */

static void stmt(struct infer *in, const struct stmt *s);

static void foreach_value(struct infer *in, const struct foreach *f)
{
	struct variable *v = array_of(f->array);
	uint32_t t;

	if (!f->value)
		return;
	t = infer_expr(in, f->value);
	if (f->array->kind == EXPR_HIST)
		require(in, t, TYPE_LONG, f->value->span);
	else if (!v)
		taint(in, t);
	else if (type_of(in, variable_slot(in, v)) == TYPE_STATS) {
		diag_report(in->s->diags, DIAG_STATS_MISUSE, f->value->span,
			    "the elements of '%s' are statistics, which '%s' cannot hold", v->name,
			    f->value->name.name);
		taint(in, t);
	} else {
		unify(in, variable_slot(in, v), t, f->value->span);
	}
}

static void foreach_keys(struct infer *in, const struct foreach *f)
{
	struct variable *v = array_of(f->array);
	uint32_t slot = v ? variable_slot(in, v) : 0;

	for (uint32_t i = 0; i < f->keys.n; i++) {
		uint32_t t = infer_expr(in, f->keys.v[i]);

		if (f->array->kind == EXPR_HIST)
			require(in, t, TYPE_LONG, f->keys.v[i]->span);
		else if (v && i < v->arity)
			unify(in, slot + 1 + i, t, f->keys.v[i]->span);
		else
			taint(in, t);
	}
	if (f->has_slice)
		unify_keys(in, f->array, &f->slice);
}

static void foreach(struct infer *in, const struct foreach *f)
{
	if (f->array->kind == EXPR_HIST)
		infer_expr(in, f->array);
	if (f->sort_by_stat && array_of(f->array))
		expect_stats(in, f->array);
	foreach_keys(in, f);
	foreach_value(in, f);
	if (f->limit)
		expect(in, f->limit, TYPE_LONG);
	stmt(in, f->body);
}

static void loop(struct infer *in, const struct stmt *s)
{
	if (s->loop.init)
		infer_expr(in, s->loop.init);
	if (s->loop.cond)
		expect(in, s->loop.cond, TYPE_LONG);
	if (s->loop.step)
		infer_expr(in, s->loop.step);
	stmt(in, s->loop.body);
}

static void give(struct infer *in, const struct stmt *s)
{
	if (!s->expr || !in->function)
		return;
	unify(in, function_slot(in, in->function), value(in, s->expr), s->expr->span);
}

static void try_catch(struct infer *in, const struct stmt *s)
{
	stmt(in, s->try_.body);
	if (s->try_.message)
		require(in, infer_expr(in, s->try_.message), TYPE_STRING, s->try_.message->span);
	stmt(in, s->try_.handler);
}

static void stmt(struct infer *in, const struct stmt *s)
{
	switch (s->kind) {
	case STMT_POISON:
	case STMT_EMPTY:
	case STMT_BREAK:
	case STMT_CONTINUE:
	case STMT_NEXT: break;
	case STMT_BLOCK:
		for (uint32_t i = 0; i < s->block.n; i++)
			stmt(in, s->block.v[i]);
		break;
	case STMT_EXPR:
	case STMT_DELETE: infer_expr(in, s->expr); break;
	case STMT_IF:
		expect(in, s->branch.cond, TYPE_LONG);
		stmt(in, s->branch.yes);
		if (s->branch.no)
			stmt(in, s->branch.no);
		break;
	case STMT_LOOP: loop(in, s); break;
	case STMT_FOREACH: foreach(in, s->foreach); break;
	case STMT_RETURN: give(in, s); break;
	case STMT_TRY: try_catch(in, s); break;
	}
}

/* --- settling --- */

static void unresolved(struct infer *in, const struct variable *v)
{
	struct diag *d;

	if (in->s->idle || v->elided || in->followers)
		return;
	d = diag_report(in->s->diags, DIAG_UNRESOLVED_TYPE, v->span,
			"nothing tells whether '%s' is a string or a number", v->name);
	if (!v->assigned)
		diag_note(in->s->diags, d, (struct span){{0}, {0}}, "'%s' is never assigned",
			  v->name);
}

static enum type settled(struct infer *in, struct variable *v, uint32_t slot)
{
	struct slot *r = root(in, slot);

	if (r->type == TYPE_UNKNOWN && !r->tainted) {
		unresolved(in, v);
		r->tainted = true;
	}
	return r->type == TYPE_UNKNOWN ? TYPE_LONG : r->type;
}

static void settle_variable(struct infer *in, struct variable *v)
{
	v->type = settled(in, v, v->slot);
	v->type_from = root(in, v->slot)->from;
	for (uint32_t i = 0; i < v->arity; i++)
		v->keys[i] = settled(in, v, v->slot + 1 + i);
}

static void settle_function(struct infer *in, struct function *f)
{
	const struct slot *r = root(in, f->slot);

	f->type = r->type;
	f->type_from = r->from;
	if (f->type == TYPE_UNKNOWN && f->gives_value && !r->tainted && !in->s->idle && !f->elided)
		diag_report(in->s->diags, DIAG_UNRESOLVED_TYPE, f->decl->name_span,
			    "nothing tells whether '%s' returns a string or a number", f->name);
}

static void settle_void_call(struct infer *in, const struct typed *t)
{
	struct slot *r = root(in, t->term);

	if (r->type != TYPE_UNKNOWN || r->tainted || in->s->idle)
		return;
	r->tainted = true;
	if (t->e->kind == EXPR_CALL)
		diag_report(in->s->diags, DIAG_UNRESOLVED_TYPE, t->e->span,
			    "function '%s' returns no value", t->e->call.name);
	else
		diag_report(in->s->diags, DIAG_UNRESOLVED_TYPE, t->e->span,
			    "nothing tells whether this is a string or a number");
}

/* Where most uses of something differ from the first, the first was the mistake. */
static void blame(struct infer *in)
{
	struct complaint *cs = in->complaints.v;

	for (uint32_t from = 0, to; from < in->complaints.n; from = to) {
		const struct slot *r = root(in, cs[from].slot);

		to = from + 1;
		for (uint32_t i = to; i < in->complaints.n; i++) {
			if (root(in, cs[i].slot) == r && cs[i].found == cs[from].found) {
				struct complaint c = cs[to];

				cs[to++] = cs[i];
				cs[i] = c;
			}
		}
		blame_first(in->s, cs + from, to - from, r->agree, r->from,
			    arena_printf(in->s->arena, "type mismatch: expected %s but found %s",
					 ast_type_word((enum type)cs[from].found),
					 ast_type_word(r->type)));
	}
	in->complaints.n = 0;
}

static void settle(struct infer *in)
{
	for (uint32_t i = 0; i < in->void_calls.n; i++)
		settle_void_call(in, &in->void_calls.v[i]);
	in->void_calls.n = 0;
	for (uint32_t i = 0; i < in->variables.n; i++)
		settle_variable(in, in->variables.v[i]);
	for (uint32_t i = 0; i < in->functions.n; i++)
		settle_function(in, in->functions.v[i]);
	for (uint32_t i = 0; i < in->typed.n; i++) {
		const struct typed *t = &in->typed.v[i];
		enum type type = root(in, t->term)->type;

		/* only a call may have no type: what is open elsewhere does not matter */
		t->e->type = type == TYPE_UNKNOWN && t->e->kind != EXPR_CALL ? TYPE_LONG : type;
	}
	in->variables.n = in->functions.n = in->typed.n = 0;
}

static struct infer *state(struct sema *s)
{
	struct infer *in = s->infer;

	if (in)
		return in;
	in = s->infer = arena_make(s->arena, struct infer);
	in->s = s;
	for (uint32_t i = 0; i < FIRST_SLOT; i++)
		new_slot(in, TYPE_UNKNOWN, (struct span){0});
	return in;
}

static void infer_parts(struct infer *in, struct probe *p)
{
	in->function = NULL;
	if (p->cond)
		expect(in, p->cond, TYPE_LONG);
	for (uint32_t i = 0; i < p->parts.n; i++)
		stmt(in, p->parts.v[i]);
}

void infer_probe(struct sema *s, struct probe *p)
{
	struct infer *in = state(s);

	infer_parts(in, p);
	settle(in);
}

/* Functions first: what they declare and return makes the better messages in probes. */
void infer_run(struct sema *s)
{
	struct infer *in = state(s);

	in->followers = s->diags->errors > 0;
	for (uint32_t i = 0; i < s->program->functions.n; i++)
		function_slot(in, s->program->functions.v[i]);
	for (uint32_t i = 0; i < s->program->functions.n; i++) {
		in->function = s->program->functions.v[i];
		if (in->function->body)
			stmt(in, in->function->body);
	}
	for (uint32_t i = 0; i < s->program->probes.n; i++)
		infer_parts(in, s->program->probes.v[i]);
	for (uint32_t i = 0; i < s->program->globals.n; i++)
		variable_slot(in, s->program->globals.v[i]);
	settle(in);
	blame(in);
}
