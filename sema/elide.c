/*
 * What has no effect.  SystemTap's optimiser drops assignments to locals that
 * nothing reads, expressions without effect, dead branches, functions that are
 * no longer called and probes that become empty, again and again.  Here nothing
 * is dropped from the tree: the verifier has to see it all.  It is only marked,
 * so that -p2 prints what SystemTap would, autoprint knows what is still read,
 * and the user hears of what does nothing.
 *
 * A unit is a statement or a condition with the effects left in it; a local
 * whose last read goes takes one effect from each unit that stores to it, and a
 * unit without effects takes its reads along: each step happens once.  Loops
 * always count as having an effect.
 */
#include "sema/internal.h"

#include <stdlib.h>
#include <string.h>

struct unit {
	struct expr *e; /* or NULL */
	uint32_t effects;
	uint32_t parent; /* the if that holds it; 0: none */
	struct body *body;
	struct variable *deletes;
	uint32_t handler, handler_end; /* of a try: the units of its catch block */
	bool dead, statement;
};

/* A unit that stores to a local; next: another one, 0 ends. */
struct store {
	uint32_t unit, next;
};

struct body {
	struct probe *probe;       /* or */
	struct function *function; /* ... */
	uint32_t first, end;       /* its units */
	uint32_t calls;            /* the units that call the function */
	bool queued;
};

enum mode { COUNT, RELEASE, LIVE };

struct elide {
	struct sema *s;
	struct arena *scratch;
	VEC(struct unit) units;        /* [0] unused */
	VEC(struct store) stores;      /* [0] unused */
	VEC(struct variable *) unread; /* locals whose last read went */
	VEC(struct body *) live;
	struct body *function_bodies;
	struct body *body; /* being walked */
	uint32_t unit;     /* being walked */
	enum mode mode;
	const struct expr *whole; /* a statement: nobody wants its value */
	struct span *aliases;     /* of the user's own, in order */
	uint32_t naliases;
};

static void walk(struct elide *el, struct expr *e);

/* --- conditions made of literals --- */

static bool constant_binary(enum binary_op op, int64_t a, int64_t b, int64_t *v)
{
	switch (op) {
	case BINARY_ADD: *v = (int64_t)((uint64_t)a + (uint64_t)b); return true;
	case BINARY_SUB: *v = (int64_t)((uint64_t)a - (uint64_t)b); return true;
	case BINARY_LT: *v = a < b; return true;
	case BINARY_GT: *v = a > b; return true;
	case BINARY_LE: *v = a <= b; return true;
	case BINARY_GE: *v = a >= b; return true;
	case BINARY_EQ: *v = a == b; return true;
	case BINARY_NE: *v = a != b; return true;
	case BINARY_LOGICAL_AND: *v = a && b; return true;
	case BINARY_LOGICAL_OR: *v = a || b; return true;
	case BINARY_MUL:
	case BINARY_DIV:
	case BINARY_MOD:
	case BINARY_AND:
	case BINARY_OR:
	case BINARY_XOR:
	case BINARY_SHL:
	case BINARY_SHR:
	case BINARY_USHR: return false;
	}
	return false;
}

/* The value of a condition made of literals, as far as SystemTap folds it. */
static bool constant(const struct expr *e, int64_t *v)
{
	int64_t a, b;
	bool known_a, known_b;

	if (e->kind == EXPR_NUMBER) {
		*v = e->number;
		return true;
	}
	if (e->kind == EXPR_UNARY && e->unary.op == UNARY_NOT && constant(e->unary.a, &a)) {
		*v = !a;
		return true;
	}
	if (e->kind != EXPR_BINARY)
		return false;
	known_a = constant(e->binary.a, &a);
	known_b = constant(e->binary.b, &b);
	if (e->binary.op == BINARY_LOGICAL_AND && ((known_a && !a) || (known_b && !b))) {
		*v = 0;
		return true;
	}
	return known_a && known_b && constant_binary(e->binary.op, a, b, v);
}

/* --- one expression --- */

static void effect(struct elide *el)
{
	if (el->mode == COUNT)
		el->units.v[el->unit].effects++;
}

/* An effect that callers notice. */
static void world_effect(struct elide *el)
{
	effect(el);
	if (el->mode == COUNT && el->body->function)
		el->body->function->acts = true;
}

static void read_variable(struct elide *el, struct variable *v)
{
	if (v->kind == VAR_GLOBAL) {
		v->live_read |= el->mode == LIVE;
		return;
	}
	if (el->mode == COUNT)
		v->reads++;
	else if (el->mode == RELEASE && --v->reads == 0 && v->kind == VAR_LOCAL)
		vec_push(el->scratch, &el->unread, v);
}

static void store_local(struct elide *el, struct variable *v)
{
	if (el->mode != COUNT)
		return;
	effect(el);
	vec_push(el->scratch, &el->stores, ((struct store){el->unit, v->stores}));
	v->stores = el->stores.n - 1;
}

static struct variable *named(const struct expr *e)
{
	if (e->kind == EXPR_INDEX)
		e = e->index.base;
	return e->kind == EXPR_NAME ? e->name.sym : NULL;
}

static void walk_list(struct elide *el, const struct expr_list *l)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (l->v[i])
			walk(el, l->v[i]);
}

/* The place that is stored to; `reads`: its old value is wanted too. */
static void walk_lvalue(struct elide *el, struct expr *e, bool reads)
{
	struct variable *v = named(e);

	if (v && v->kind != VAR_GLOBAL)
		effect(el);
	else
		world_effect(el);
	if (e->kind == EXPR_INDEX)
		walk_list(el, &e->index.keys);
	if (!v) {
		walk(el, e);
		return;
	}
	v->live_assigned |= el->mode == LIVE;
	if (v->kind != VAR_GLOBAL || reads)
		read_variable(el, v);
}

static void walk_assign(struct elide *el, struct expr *e)
{
	struct variable *v = named(e->assign.lhs);
	if (v && v->kind == VAR_LOCAL && e->assign.op == ASSIGN_SET)
		store_local(el, v);
	else
		walk_lvalue(el, e->assign.lhs,
			    e != el->whole && e->assign.op != ASSIGN_SET &&
				    e->assign.op != ASSIGN_STAT);
	walk(el, e->assign.rhs);
}

static struct body *body_of(struct elide *el, const struct function *f)
{
	return &el->function_bodies[f->index];
}

/* A function may run, and its later overloads if it passes to them. */
static void reach(struct elide *el, struct function *f)
{
	for (; f; f = f->passes ? f->next : NULL) {
		struct body *b = body_of(el, f);

		if (b->queued)
			continue;
		b->queued = true;
		f->elided = false;
		vec_push(el->scratch, &el->live, b);
	}
}

static void walk_call(struct elide *el, struct expr *e)
{
	if (!e->call.sym)
		return;
	for (struct function *f = e->call.sym; f && el->mode == COUNT; f = f->next) {
		struct body *b = body_of(el, f);

		effect(el);
		vec_push(el->scratch, &el->stores, ((struct store){el->unit, b->calls}));
		b->calls = el->stores.n - 1;
	}
	if (el->mode == LIVE)
		reach(el, e->call.sym);
	walk_list(el, &e->call.args);
}

static void walk_print(struct elide *el, struct expr *e)
{
	if (!(e->print.flags & PRINT_TO_STRING))
		world_effect(el);
	walk_list(el, &e->print.args);
	if (e->print.hist)
		walk(el, e->print.hist);
}

static void walk_children(struct elide *el, const struct expr *e)
{
	struct expr *child;

	for (uint32_t i = 0; tree_child(e, i, &child); i++)
		if (child)
			walk(el, child);
}

static void walk_ternary(struct elide *el, struct expr *e)
{
	int64_t v;

	if (constant(e->ternary.cond, &v))
		walk(el, v ? e->ternary.yes : e->ternary.no);
	else
		walk_children(el, e);
}

/* What is wrong with a value that is wanted. */
static void tell(struct sema *s, uint32_t later)
{
	struct diag *d = s->later.v[later - 1];

	if (!d)
		return;
	s->later.v[later - 1] = NULL;
	vec_push(s->diags->arena, &s->diags->list, d);
	s->diags->errors += d->severity == SEV_ERROR;
	s->diags->warnings += d->severity == SEV_WARNING;
}

static void walk(struct elide *el, struct expr *e)
{
	if (e->kind == EXPR_POISON && e->later) {
		if (el->mode == LIVE)
			tell(el->s, e->later);
		return;
	}
	if (e->kind == EXPR_NAME && e->name.sym)
		read_variable(el, e->name.sym);
	else if (e->kind == EXPR_CALL)
		walk_call(el, e);
	else if (e->kind == EXPR_ASSIGN)
		walk_assign(el, e);
	else if (e->kind == EXPR_CREMENT)
		walk_lvalue(el, e->crement.a, e != el->whole);
	else if (e->kind == EXPR_PRINT)
		walk_print(el, e);
	else if (e->kind == EXPR_TERNARY)
		walk_ternary(el, e);
	else if (e->kind == EXPR_POISON || e->kind == EXPR_PROBEWRITE ||
		 (e->kind == EXPR_EMBEDDED && !strstr(e->string, "/* pure */")))
		world_effect(el);
	else
		walk_children(el, e);
}

/* --- units --- */

static uint32_t add_unit(struct elide *el, struct expr *e, uint32_t parent, bool statement)
{
	uint32_t id = el->units.n;

	vec_push(el->scratch, &el->units,
		 ((struct unit){
			 .e = e, .parent = parent, .body = el->body, .statement = statement}));
	el->unit = id;
	if (e)
		walk(el, e);
	if (parent)
		el->units.v[parent].effects++;
	return id;
}

/* A unit that always counts. */
static void add_lasting(struct elide *el, struct expr *e, uint32_t parent)
{
	uint32_t id = add_unit(el, e, parent, false);

	el->units.v[id].effects++;
}

static void stmt(struct elide *el, struct stmt *s, uint32_t parent);

static void branch(struct elide *el, struct stmt *s, uint32_t parent)
{
	uint32_t id;
	int64_t v;

	if (constant(s->branch.cond, &v)) {
		if (v)
			stmt(el, s->branch.yes, parent);
		else if (s->branch.no)
			stmt(el, s->branch.no, parent);
		return;
	}
	id = add_unit(el, s->branch.cond, parent, false);
	stmt(el, s->branch.yes, id);
	if (s->branch.no)
		stmt(el, s->branch.no, id);
}

static void loop(struct elide *el, struct stmt *s, uint32_t parent)
{
	int64_t v;

	if (s->loop.init)
		add_lasting(el, s->loop.init, parent);
	if (s->loop.cond && constant(s->loop.cond, &v) && !v) {
		return;
	}
	add_lasting(el, s->loop.cond, parent);
	if (s->loop.step) {
		add_lasting(el, s->loop.step, parent);
		el->units.v[el->units.n - 1].statement = true;
	}
	stmt(el, s->loop.body, parent);
}

static void pin(struct expr *name)
{
	if (name && name->kind == EXPR_NAME && name->name.sym)
		name->name.sym->reads++;
}

static void foreach(struct elide *el, struct foreach *f, uint32_t parent)
{
	add_lasting(el, f->array, parent);
	for (uint32_t i = 0; i < f->keys.n; i++)
		pin(f->keys.v[i]);
	pin(f->value);
	for (uint32_t i = 0; f->has_slice && i < f->slice.n; i++)
		if (f->slice.v[i])
			add_lasting(el, f->slice.v[i], parent);
	if (f->limit)
		add_lasting(el, f->limit, parent);
	stmt(el, f->body, parent);
}

static bool jumps(const struct stmt *s)
{
	return s->kind == STMT_NEXT || s->kind == STMT_RETURN || s->kind == STMT_BREAK ||
	       s->kind == STMT_CONTINUE;
}

/* What stands after a jump never runs. */
static void block(struct elide *el, struct stmt_list *l, uint32_t parent)
{
	for (uint32_t i = 0; i < l->n; i++) {
		stmt(el, l->v[i], parent);
		if (jumps(l->v[i]))
			return;
	}
}

static void delete (struct elide *el, struct expr *e, uint32_t parent)
{
	struct variable *v = named(e);

	add_lasting(el, e, parent);
	el->units.v[el->units.n - 1].deletes = v;
	if (el->body->function)
		el->body->function->acts = true;
}

/* Where the body has no effect, the handler never runs. */
static void try_catch(struct elide *el, struct stmt *s, uint32_t parent)
{
	uint32_t id = add_unit(el, NULL, parent, false);

	stmt(el, s->try_.body, id);
	pin(s->try_.message);
	el->units.v[id].handler = el->units.n;
	stmt(el, s->try_.handler, parent);
	el->units.v[id].handler_end = el->units.n;
}

static void stmt(struct elide *el, struct stmt *s, uint32_t parent)
{
	switch (s->kind) {
	case STMT_POISON:
	case STMT_EMPTY: break;
	case STMT_BLOCK: block(el, &s->block, parent); break;
	case STMT_EXPR: add_unit(el, s->expr, parent, true); break;
	case STMT_IF: branch(el, s, parent); break;
	case STMT_LOOP: loop(el, s, parent); break;
	case STMT_FOREACH: foreach(el, s->foreach, parent); break;
	case STMT_RETURN:
	case STMT_BREAK:
	case STMT_CONTINUE:
	case STMT_NEXT: add_lasting(el, s->kind == STMT_RETURN ? s->expr : NULL, parent); break;
	case STMT_DELETE: delete (el, s->expr, parent); break;
	case STMT_TRY: try_catch(el, s, parent); break;
	}
}

/* --- which functions have an effect --- */

static void use_pragmas(struct elide *el)
{
	const struct functions *fs = &el->s->program->functions;

	for (uint32_t i = 0; i < fs->n; i++) {
		fs->v[i]->elided = true;
		fs->v[i]->acts = fs->v[i]->decl->embedded && !(fs->v[i]->pragmas & PRAGMA_PURE);
	}
}

/* A function that calls one that acts, acts. */
static void spread_acting(struct elide *el)
{
	const struct functions *fs = &el->s->program->functions;
	VEC(struct function *) work = {0};

	for (uint32_t i = 0; i < fs->n; i++)
		if (fs->v[i]->acts)
			vec_push(el->scratch, &work, fs->v[i]);
	while (work.n) {
		const struct body *b = body_of(el, work.v[--work.n]);

		for (uint32_t i = b->calls; i; i = el->stores.v[i].next) {
			struct function *f = el->units.v[el->stores.v[i].unit].body->function;

			if (!f || f->acts)
				continue;
			f->acts = true;
			vec_push(el->scratch, &work, f);
		}
	}
}

/* --- liveness --- */

static void kill_range(struct elide *el, uint32_t first, uint32_t end);

/* One effect less; a unit without any takes its reads along, and so may its parents. */
static void lose_effect(struct elide *el, uint32_t id)
{
	while (id) {
		struct unit *u = &el->units.v[id];
		uint32_t parent = u->parent;

		if (--u->effects > 0)
			return;
		u->dead = true;
		el->unit = id;
		el->mode = RELEASE;
		if (u->e)
			walk(el, u->e);
		kill_range(el, el->units.v[id].handler, el->units.v[id].handler_end);
		id = parent;
	}
}

static void kill_range(struct elide *el, uint32_t first, uint32_t end)
{
	for (uint32_t i = end; i-- > first;)
		if (!el->units.v[i].dead) {
			el->units.v[i].effects = 1;
			lose_effect(el, i);
		}
}

static void drop_useless_calls(struct elide *el)
{
	const struct functions *fs = &el->s->program->functions;

	for (uint32_t i = 0; i < fs->n; i++)
		for (uint32_t j = fs->v[i]->acts ? 0 : el->function_bodies[i].calls; j;
		     j = el->stores.v[j].next)
			lose_effect(el, el->stores.v[j].unit);
}

/* Units that never had an effect: the statements among them are pointless. */
static void drop_idle_units(struct elide *el, uint32_t n)
{
	for (uint32_t i = n; i-- > 1;) {
		struct unit *u = &el->units.v[i];

		if (u->effects == 0)
			kill_range(el, i, i + 1);
	}
}

static void drop_unread(struct elide *el)
{
	while (el->unread.n) {
		const struct variable *v = el->unread.v[--el->unread.n];

		for (uint32_t i = v->stores; i; i = el->stores.v[i].next)
			if (!el->units.v[el->stores.v[i].unit].dead)
				lose_effect(el, el->stores.v[i].unit);
	}
}

static void find_unread(struct elide *el, const struct variables *locals)
{
	for (uint32_t i = 0; i < locals->n; i++)
		if (locals->v[i]->reads == 0)
			vec_push(el->scratch, &el->unread, locals->v[i]);
}

static void mark_locals(const struct variables *locals)
{
	for (uint32_t i = 0; i < locals->n; i++)
		locals->v[i]->elided = locals->v[i]->reads == 0;
}

/* Of a function that never runs the types do not matter either. */
static void mark_function(struct function *f)
{
	mark_locals(&f->locals);
	for (uint32_t i = 0; f->elided && i < f->params.n; i++)
		f->params.v[i]->elided = true;
	for (uint32_t i = 0; f->elided && i < f->locals.n; i++)
		f->locals.v[i]->elided = true;
}

static bool is_useless_call(const struct expr *e)
{
	const struct function *f = e->kind == EXPR_CALL ? e->call.sym : NULL;

	if (!f)
		return false;
	for (; f; f = f->next)
		if (f->acts)
			return false;
	return true;
}

/* What is left of a statement: without stores to unread locals and calls without effect. */
static void live_statement(struct elide *el, struct expr *e)
{
	struct variable *v = e->kind == EXPR_ASSIGN ? named(e->assign.lhs) : NULL;

	if (v && v->kind == VAR_LOCAL && v->reads == 0 && e->assign.op == ASSIGN_SET) {
		live_statement(el, e->assign.rhs);
	} else if (is_useless_call(e)) {
		for (uint32_t i = 0; i < e->call.args.n; i++)
			live_statement(el, e->call.args.v[i]);
	} else {
		el->whole = e;
		walk(el, e);
		el->whole = NULL;
	}
}

/* From the probes: which functions still run, and which globals they use. */
static void mark_live(struct elide *el)
{
	el->mode = LIVE;
	while (el->live.n) {
		const struct body *b = el->live.v[--el->live.n];

		for (el->unit = b->first; el->unit < b->end; el->unit++) {
			const struct unit *u = &el->units.v[el->unit];

			if (!u->dead && u->e && u->statement)
				live_statement(el, u->e);
			else if (!u->dead && u->e)
				walk(el, u->e);
			if (!u->dead && u->deletes)
				u->deletes->live_assigned = true;
		}
	}
}

static bool any_live(const struct elide *el, const struct body *b)
{
	for (uint32_t i = b->first; i < b->end; i++)
		if (!el->units.v[i].dead)
			return true;
	return false;
}

/* --- all bodies --- */

static void enter_probe(struct elide *el, struct body *b, struct probe *p)
{
	*b = (struct body){.probe = p, .first = el->units.n, .queued = true};
	el->body = b;
	for (uint32_t i = 0; i < p->parts.n; i++)
		stmt(el, p->parts.v[i], 0);
	b->end = el->units.n;
	vec_push(el->scratch, &el->live, b);
}

static void enter_function(struct elide *el, struct body *b, struct function *f)
{
	b->function = f;
	b->first = el->units.n;
	el->body = b;
	if (f->body)
		stmt(el, f->body, 0);
	b->end = el->units.n;
}

static void condition_reads(struct elide *el, struct expr *cond)
{
	el->mode = LIVE;
	el->unit = 0;
	if (cond)
		walk(el, cond);
}

static int by_start(const void *x, const void *y)
{
	uint32_t a = ((const struct span *)x)->start.at, b = ((const struct span *)y)->start.at;

	return (a > b) - (a < b);
}

static void sort_aliases(struct elide *el)
{
	const struct sema *s = el->s;

	el->aliases = arena_alloc(el->scratch, s->aliases.n * sizeof *el->aliases);
	for (uint32_t i = 0; i < s->aliases.n; i++)
		if (!s->aliases.v[i]->from_tapset)
			el->aliases[el->naliases++] = s->aliases.v[i]->decl->span;
	if (el->naliases)
		qsort(el->aliases, el->naliases, sizeof *el->aliases, by_start);
}

/* Is it inside the last alias that begins before it? */
static bool in_alias(const struct elide *el, uint32_t at)
{
	uint32_t low = 0, high = el->naliases;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (el->aliases[mid].start.at <= at)
			low = mid + 1;
		else
			high = mid;
	}
	return low && at < el->aliases[low - 1].end.at;
}

/* What the user is told of: never in library text, nor in an alias, whose users differ. */
static bool speaks_to_user(const struct elide *el, struct span span)
{
	const struct source *f = sema_file(el->s, span.start);

	return f && f->kind != SOURCE_TAPSET && !in_alias(el, span.start.at);
}

/* A name alone that is never assigned is reported as such. */
static bool unset(const struct expr *e)
{
	const struct variable *v = e->kind == EXPR_NAME ? e->name.sym : NULL;

	return v && v->kind != VAR_GLOBAL && !v->assigned && !v->init;
}

static void report_units(struct elide *el)
{
	for (uint32_t i = 1; i < el->units.n; i++) {
		const struct unit *u = &el->units.v[i];

		if (u->statement && u->effects == 0 && speaks_to_user(el, u->e->span) &&
		    !unset(u->e))
			diag_report(el->s->diags, DIAG_USELESS_STATEMENT, u->e->span,
				    "this expression has no effect");
	}
}

static void offer_others(struct elide *el, struct near *near, const struct variable *v,
			 const struct variables *all)
{
	if (el->s->guesses++ >= MAX_GUESSES)
		return;
	for (uint32_t i = 0; all && i < all->n; i++)
		if (all->v[i] != v)
			near_offer(near, all->v[i]->name);
}

/* Perhaps another variable was meant to be assigned: one with a name long enough to be mistaken. */
static void never_used(struct elide *el, const struct variable *v, const struct variables *locals)
{
	struct near near = near_start(v->name);

	if (strlen(v->name) > 4) {
		offer_others(el, &near, v, locals);
		offer_others(el, &near, v, &el->s->program->globals);
	}
	diag_report(el->s->diags, DIAG_UNUSED_VARIABLE, v->span,
		    "'%s' is assigned but its value is never used%s%s%s", v->name,
		    near.best ? "; did you mean " : "", near.best ? near.best : "",
		    near.best ? "?" : "");
}

static void report_locals(struct elide *el, const struct variables *locals)
{
	for (uint32_t i = 0; i < locals->n; i++) {
		const struct variable *v = locals->v[i];

		if (v->assigned && !v->read && v->elided && !v->from_tapset &&
		    speaks_to_user(el, v->span))
			never_used(el, v, locals);
	}
}

/* A misspelt keyword reads as a variable: "dleete x", "brek". */
static void offer_keywords(struct near *near)
{
	static const char *const words[] = {"else",     "return", "delete", "break",
					    "continue", "next",   "try",    "global"};

	for (size_t i = 0; strlen(near->word) > 2 && i < sizeof words / sizeof *words; i++)
		near_offer(near, words[i]);
}

/* What a word of another language is in this one, or NULL. */
static const char *meant_by(const char *name)
{
	static const struct {
		const char *word, *meant;
	} words[] = {
		{"true", "write 1"},
		{"false", "write 0"},
		{"TRUE", "write 1"},
		{"FALSE", "write 0"},
		{"True", "write 1"},
		{"False", "write 0"},
		{"NULL", "write 0"},
		{"null", "write 0"},
		{"nil", "write 0"},
		{"None", "write 0"},
		{"and", "write &&"},
		{"or", "write ||"},
		{"not", "write !"},
		{"int", "variables are not declared"},
		{"let", "variables are not declared"},
		{"var", "variables are not declared"},
		{"char", "variables are not declared"},
		{"local", "variables are not declared"},
		{"goto", "there are no jumps to labels"},
		{"do", "there is no do ... while"},
		{"pass", "an empty statement is ;"},
		{"echo", "write println(...)"},
		{"then", "a branch needs no word before it"},
		{"end", "a body ends with }"},
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].word, name) == 0)
			return words[i].meant;
	return NULL;
}

static void never_assigned(struct elide *el, const struct variable *v,
			   const struct variables *locals, const struct variables *params)
{
	struct near near = near_start(v->name);
	const struct variables *globals = &el->s->program->globals;

	if (!v->read || v->assigned || v->init || v->from_tapset || !speaks_to_user(el, v->span))
		return;
	if (v->kind != VAR_GLOBAL && meant_by(v->name)) {
		diag_report(el->s->diags, DIAG_NEVER_ASSIGNED, v->span,
			    "local variable '%s' is never assigned; %s", v->name,
			    meant_by(v->name));
		return;
	}
	offer_others(el, &near, v, locals);
	offer_others(el, &near, v, params);
	offer_others(el, &near, v, globals);
	if (v->kind != VAR_GLOBAL)
		offer_keywords(&near);
	diag_report(el->s->diags, DIAG_NEVER_ASSIGNED, v->span,
		    "%s variable '%s' is never assigned%s%s%s",
		    v->kind == VAR_GLOBAL ? "global" : "local", v->name,
		    near.best ? "; did you mean " : "", near.best ? near.best : "",
		    near.best ? "?" : "");
}

static void report_never_assigned(struct elide *el)
{
	const struct program *p = el->s->program;

	for (uint32_t i = 0; i < p->globals.n; i++)
		never_assigned(el, p->globals.v[i], NULL, NULL);
	for (uint32_t i = 0; i < p->functions.n; i++)
		for (uint32_t j = 0; j < p->functions.v[i]->locals.n; j++)
			never_assigned(el, p->functions.v[i]->locals.v[j],
				       &p->functions.v[i]->locals, &p->functions.v[i]->params);
	for (uint32_t i = 0; i < p->probes.n; i++)
		for (uint32_t j = 0; j < p->probes.v[i]->locals.n; j++)
			never_assigned(el, p->probes.v[i]->locals.v[j], &p->probes.v[i]->locals,
				       NULL);
}

/* A probe that gives a counter its name has that effect, whatever its handler does. */
static bool counts(const struct probe *p)
{
	return p->sites.n && p->sites.v[0]->counter;
}

static void decide(struct elide *el, struct body *probes)
{
	const struct program *p = el->s->program;

	spread_acting(el);
	drop_useless_calls(el);
	report_units(el);
	drop_idle_units(el, el->units.n);
	el->unread.n = 0;
	for (uint32_t i = 0; i < p->functions.n; i++)
		find_unread(el, &p->functions.v[i]->locals);
	for (uint32_t i = 0; i < p->probes.n; i++)
		find_unread(el, &p->probes.v[i]->locals);
	drop_unread(el);
	mark_live(el);
	for (uint32_t i = 0; i < p->functions.n; i++)
		mark_function(p->functions.v[i]);
	for (uint32_t i = 0; i < p->probes.n; i++) {
		mark_locals(&p->probes.v[i]->locals);
		p->probes.v[i]->elided = !any_live(el, &probes[i]) && !counts(p->probes.v[i]);
	}
}

/* With -u everything counts. */
static void unmark(const struct program *p)
{
	for (uint32_t i = 0; i < p->functions.n; i++) {
		struct function *f = p->functions.v[i];

		f->elided = false;
		for (uint32_t j = 0; j < f->locals.n; j++)
			f->locals.v[j]->elided = false;
		for (uint32_t j = 0; j < f->params.n; j++)
			f->params.v[j]->elided = false;
	}
	for (uint32_t i = 0; i < p->probes.n; i++) {
		p->probes.v[i]->elided = false;
		for (uint32_t j = 0; j < p->probes.v[i]->locals.n; j++)
			p->probes.v[i]->locals.v[j]->elided = false;
	}
}

/*
 * An alias sets more variables than one script uses.  What the library does for the others is
 * not done, as in SystemTap; the user's own statements always are.
 */
static void drop_library_units(struct elide *el)
{
	for (uint32_t i = 1; i < el->units.n; i++) {
		struct unit *u = &el->units.v[i];
		const struct source *f =
			u->dead && u->statement ? sema_file(el->s, u->e->span.start) : NULL;

		if (f && f->kind == SOURCE_TAPSET)
			u->e->elided = true;
	}
}

static void report(struct elide *el)
{
	const struct program *p = el->s->program;

	for (uint32_t i = 0; i < p->functions.n; i++)
		report_locals(el, &p->functions.v[i]->locals);
	for (uint32_t i = 0; i < p->probes.n; i++)
		report_locals(el, &p->probes.v[i]->locals);
}

void elide_mark(struct sema *s)
{
	struct elide el = {.s = s, .scratch = arena_scratch(s->arena)};
	const struct program *p = s->program;
	struct body *probes = arena_alloc(el.scratch, p->probes.n * sizeof *probes);

	el.function_bodies = arena_alloc(el.scratch, s->nfunctions * sizeof *el.function_bodies);
	vec_push(el.scratch, &el.units, ((struct unit){.body = NULL}));
	vec_push(el.scratch, &el.stores, ((struct store){0, 0}));
	sort_aliases(&el);
	use_pragmas(&el);
	for (uint32_t i = 0; i < p->functions.n; i++)
		enter_function(&el, &el.function_bodies[i], p->functions.v[i]);
	for (uint32_t i = 0; i < p->probes.n; i++)
		enter_probe(&el, &probes[i], p->probes.v[i]);
	report_never_assigned(&el);
	decide(&el, probes);
	for (uint32_t i = 0; i < p->probes.n; i++)
		condition_reads(&el, p->probes.v[i]->cond);
	report(&el);
	for (uint32_t i = s->in->options->unoptimised ? s->later.n : 0; i > 0; i--)
		tell(s, i);
	if (s->in->options->unoptimised)
		unmark(p);
	else
		drop_library_units(&el);
	arena_free(el.scratch);
}

static bool is_blank(const struct stmt *s)
{
	if (s->kind == STMT_EMPTY)
		return true;
	if (s->kind != STMT_BLOCK)
		return false;
	for (uint32_t i = 0; i < s->block.n; i++)
		if (!is_blank(s->block.v[i]))
			return false;
	return true;
}

static bool is_blank_probe(const struct probe *p)
{
	for (uint32_t i = 0; i < p->parts.n; i++)
		if (!is_blank(p->parts.v[i]))
			return false;
	return true;
}

/* Globals that no live code names are not printed; blank probes leave the program. */
void elide_run(struct sema *s)
{
	struct program *p = s->program;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < p->globals.n; i++)
		p->globals.v[i]->elided =
			!p->globals.v[i]->live_read && !p->globals.v[i]->live_assigned;
	if (s->in->options->unoptimised)
		return;
	for (uint32_t i = 0; i < p->probes.n; i++) {
		struct probe *pr = p->probes.v[i];

		if (pr->elided && !pr->from_tapset)
			diag_report(s->diags, DIAG_EMPTY_PROBE, pr->span,
				    "this probe has no effect");
		if (!is_blank_probe(pr) || counts(pr))
			p->probes.v[kept++] = pr;
	}
	p->probes.n = kept;
}
