/*
 * Names in bodies: every name becomes a parameter, a global or a local, every
 * call its overloads, every target variable an access (access.c).  Needs the
 * declarations entered and the probe points expanded.  Leaves the slots marked
 * sema in the tree, the numbers of keys, who is read and who is assigned, and
 * the flows of pointer types for autocast.c.
 *
 * @defined is decided first: where it settles an if, a ?: or the left of && or
 * ||, the dead side is replaced and never looked at, so it may name what does
 * not exist.  With no facts at hand @defined counts as true.
 */
#include "sema/internal.h"

#include <string.h>

enum how { READ = 1, WRITE = 2, AGGREGATE = 4 };

static void stmt(struct scope *sc, struct stmt *s);

static void poison(struct expr *e)
{
	e->kind = EXPR_POISON;
}

/* While trying for @defined, what is reported goes nowhere. */
static struct diags *diags(const struct scope *sc)
{
	const struct sema *s = sc->sema;

	return sc->silent ? diags_new(s->arena, s->diags->sources) : s->diags;
}

/* --- variables --- */

static void undeclared_array(struct scope *sc, struct expr *name, uint32_t nkeys)
{
	struct near near = near_start(name->name.name);
	struct diag *d;

	/* once a name: what follows from a missing declaration is one mistake */
	if (!sc->silent && map_get(&sc->sema->undeclared, name->name.name)) {
		poison(name);
		return;
	}
	sc->sema->undeclared.arena = sc->sema->arena;
	if (!sc->silent)
		map_put(&sc->sema->undeclared, name->name.name, sc->sema);
	for (uint32_t i = 0; i < sc->sema->globals.n && sc->sema->guesses < MAX_GUESSES; i++)
		near_offer(&near, ((struct variable *)sc->sema->globals.entries[i].value)->name);
	d = diag_report(diags(sc), DIAG_UNDECLARED_ARRAY, name->span,
			"no array '%s' with %u key%s; is its global declaration missing?",
			name->name.name, nkeys, nkeys == 1 ? "" : "s");
	if (near.best)
		diag_note(diags(sc), d, (struct span){0}, "did you mean %s?", near.best);
	sc->sema->guesses++;
	poison(name);
}

/* The variable of a name; NULL after reporting. */
static struct variable *find(struct scope *sc, struct expr *name, uint32_t nkeys)
{
	struct variable *v = symbols_find_local(sc, name->name.name);

	if (v && !sc->condition)
		return v;
	v = symbols_global(sc->sema, sc->file, name->name.name);
	if (v)
		return v;
	if (sc->condition) {
		struct near near = near_start(name->name.name);

		for (uint32_t i = 0; i < sc->sema->globals.n; i++)
			near_offer(&near,
				   ((struct variable *)sc->sema->globals.entries[i].value)->name);
		diag_report(
			diags(sc), DIAG_CONDITION_LOCAL, name->span,
			"the condition of a probe names '%s', which is no declared global%s%s%s",
			name->name.name, near.best ? "; did you mean " : "",
			near.best ? near.best : "", near.best ? "?" : "");
		poison(name);
		return NULL;
	}
	if (nkeys) {
		undeclared_array(sc, name, nkeys);
		return NULL;
	}
	return symbols_local(sc, name->name.name, name->span);
}

static void wrong_keys(struct scope *sc, const struct variable *v, struct expr *name,
		       uint32_t nkeys)
{
	struct diag *d;

	if (nkeys && v->arity == 0)
		d = diag_report(diags(sc), DIAG_NOT_AN_ARRAY, name->span,
				"'%s' is not an array but is used with %u key%s", v->name, nkeys,
				nkeys == 1 ? "" : "s");
	else
		d = diag_report(diags(sc), DIAG_INCONSISTENT_KEYS, name->span,
				"the array '%s' has %u key%s but is used with %u", v->name,
				v->arity, v->arity == 1 ? "" : "s", nkeys);
	if (v->arity_from.start.at)
		diag_note(diags(sc), d, v->arity_from, "first used with %u here", v->arity);
	if (!sc->silent)
		vec_push(sc->sema->arena, &sc->sema->keys,
			 ((struct complaint){
				 .diag = d, .about = (struct variable *)v, .found = nkeys}));
	poison(name);
}

void resolve_blame(struct sema *s)
{
	struct complaint *cs = s->keys.v;

	/* those about one array, one after the other */
	for (uint32_t from = 0, to; from < s->keys.n; from = to) {
		const struct variable *v = cs[from].about;

		to = from + 1;
		for (uint32_t i = to; i < s->keys.n; i++) {
			if (cs[i].about == v) {
				struct complaint c = cs[to];

				cs[to++] = cs[i];
				cs[i] = c;
			}
		}
		blame_first(
			s, cs + from, to - from, v->arity_uses, v->arity_from,
			arena_printf(
				s->arena,
				"the array '%s' is used with %u key%s here but has %u elsewhere",
				v->name, v->arity, v->arity == 1 ? "" : "s", cs[from].found));
	}
	s->keys.n = 0;
}

static bool fix_arity(struct scope *sc, struct variable *v, struct expr *name, uint32_t nkeys)
{
	if (nkeys > sizeof v->keys / sizeof *v->keys) {
		diag_report(diags(sc), DIAG_INCONSISTENT_KEYS, name->span,
			    "an array has at most %zu keys, not %u",
			    sizeof v->keys / sizeof *v->keys, nkeys);
		poison(name);
		return false;
	}
	if (v->kind != VAR_GLOBAL)
		v->arity_known = true;
	if (!v->arity_known) {
		v->arity_known = true;
		v->arity = nkeys;
		v->is_array = nkeys > 0;
		v->arity_from = name->span;
	} else if (v->arity != nkeys) {
		wrong_keys(sc, v, name, nkeys);
		return false;
	}
	v->arity_uses++;
	if (v->kind != VAR_GLOBAL && !v->arity_from.start.at)
		v->arity_from = name->span;
	return true;
}

static void use(struct scope *sc, struct variable *v, const struct expr *name, unsigned how)
{
	v->read |= (how & READ) != 0;
	v->assigned |= (how & WRITE) != 0;
	if ((how & WRITE) && sc->condition)
		diag_report(diags(sc), DIAG_CONDITION_EFFECT, name->span,
			    "the condition of a probe must not change '%s'", v->name);
	if ((how & AGGREGATE) && v->kind == VAR_GLOBAL && v->type == TYPE_UNKNOWN) {
		v->type = TYPE_STATS;
		v->type_from = name->span;
	}
}

/* Binds a name used with nkeys keys; false after reporting. */
static bool bind(struct scope *sc, struct expr *name, uint32_t nkeys, unsigned how)
{
	struct variable *v;

	if (name->kind != EXPR_NAME)
		return false;
	if (name->name.sym)
		return true;
	v = find(sc, name, nkeys);
	if (!v || !fix_arity(sc, v, name, nkeys))
		return false;
	if ((how & AGGREGATE) && v->kind != VAR_GLOBAL) {
		diag_report(diags(sc), DIAG_STATS_MISUSE, name->span,
			    "'%s' is local; statistics must be global: is its declaration missing?",
			    v->name);
		poison(name);
		return false;
	}
	name->name.sym = v;
	use(sc, v, name, how);
	return true;
}

static void exprs(struct scope *sc, const struct expr_list *l)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (l->v[i])
			resolve_expr(sc, l->v[i]);
}

static void hist(struct scope *sc, struct expr *e);

static void index_expr(struct scope *sc, struct expr *e, unsigned how)
{
	struct expr *base = e->index.base;

	if (base->kind == EXPR_HIST) {
		hist(sc, base);
		if (e->index.keys.n != 1)
			diag_report(diags(sc), DIAG_INCONSISTENT_KEYS, e->span,
				    "a histogram has one key, the bucket");
		if (how & WRITE) {
			diag_report(diags(sc), DIAG_NOT_ASSIGNABLE, e->span,
				    "a histogram's buckets cannot be changed");
			poison(e);
		}
	} else if (!base->name.sym && !bind(sc, base, e->index.keys.n, how)) {
		poison(base);
	}
	if (e->kind == EXPR_INDEX)
		exprs(sc, &e->index.keys);
}

/* The operand of @count and the like, or of a histogram. */
static void stat_operand(struct scope *sc, struct expr *e)
{
	if (e->kind == EXPR_NAME)
		bind(sc, e, 0, READ | AGGREGATE);
	else if (e->kind == EXPR_INDEX)
		index_expr(sc, e, READ | AGGREGATE);
	else if (e->kind != EXPR_POISON) {
		diag_report(diags(sc), DIAG_STATS_MISUSE, e->span,
			    "statistics are asked of something that is not a global");
		poison(e);
	}
}

static void hist(struct scope *sc, struct expr *e)
{
	stat_operand(sc, e->hist.stat);
}

static void array_or_hist(struct scope *sc, struct expr *e, uint32_t nkeys)
{
	if (e->kind == EXPR_HIST) {
		hist(sc, e);
		if (nkeys != 1)
			diag_report(diags(sc), DIAG_INCONSISTENT_KEYS, e->span,
				    "a histogram has one key, the bucket");
	} else {
		bind(sc, e, nkeys, READ);
	}
}

/* --- calls --- */

/* The function, built in or not, or keyword before a '(' that was probably meant; or NULL. */
static const char *meant(struct sema *s, const char *name)
{
	static const char *const built_in[] = {"print",    "println",   "printf",   "printd",
					       "printdln", "sprint",    "sprintln", "sprintf",
					       "sprintd",  "sprintdln", "if",       "for",
					       "while",    "foreach",   "return"};
	const char *before = map_get(&s->meant, name);
	struct near near = near_start(name);

	if (before)
		return *before ? before : NULL;
	s->meant.arena = s->arena;
	if (s->guesses++ < MAX_GUESSES) {
		for (size_t i = 0; i < sizeof built_in / sizeof *built_in; i++)
			near_offer(&near, built_in[i]);
		for (uint32_t i = 0; i < s->function_names.n; i++)
			near_offer(&near, s->function_names.entries[i].key);
		library_offer(s, DEFINED_FUNCTION, &near);
	}
	map_put(&s->meant, name, (void *)(near.best ? near.best : ""));
	return near.best;
}

static struct diag *unknown_function(struct scope *sc, const struct expr *e)
{
	struct sema *s = sc->sema;
	const char *best = meant(s, e->call.name);
	struct diag *d;

	if (!best)
		return diag_report(diags(sc), DIAG_UNKNOWN_FUNCTION, e->call.name_span,
				   "unknown function '%s'", e->call.name);
	d = diag_report(diags(sc), DIAG_UNKNOWN_FUNCTION, e->call.name_span,
			"unknown function '%s'; did you mean %s?", e->call.name, best);
	diag_fix(s->diags, d, e->call.name_span, best, arena_printf(s->arena, "write %s", best));
	return d;
}

static void no_such_call(struct scope *sc, struct expr *e)
{
	const struct function *f = map_get(&sc->sema->function_names, e->call.name);
	struct diag *d;

	if (f) {
		d = diag_report(diags(sc), DIAG_WRONG_ARITY, e->call.name_span,
				"function '%s' takes %u argument%s, not %u", f->name, f->params.n,
				f->params.n == 1 ? "" : "s", e->call.args.n);
		diag_note(diags(sc), d, f->decl->name_span, "'%s' is defined here", f->name);
	} else {
		unknown_function(sc, e);
	}
	poison(e);
}

static bool may_carry(const struct expr *e)
{
	switch (e->kind) {
	case EXPR_NAME:
	case EXPR_INDEX:
	case EXPR_CALL:
	case EXPR_TERNARY:
	case EXPR_ASSIGN:
	case EXPR_TARGET:
	case EXPR_ENTRY: return true;
	case EXPR_POISON:
	case EXPR_NUMBER:
	case EXPR_STRING:
	case EXPR_UNARY:
	case EXPR_BINARY:
	case EXPR_CONCAT:
	case EXPR_CREMENT:
	case EXPR_IN:
	case EXPR_MATCH:
	case EXPR_PRINT:
	case EXPR_STAT:
	case EXPR_HIST:
	case EXPR_DEFINED:
	case EXPR_PERF:
	case EXPR_CONST:
	case EXPR_ENUM:
	case EXPR_ENUMNAME:
	case EXPR_DEREF:
	case EXPR_REGISTER:
	case EXPR_PROBEWRITE:
	case EXPR_EMBEDDED: return false;
	}
	return false;
}

static void carry_args(struct scope *sc, const struct expr *e)
{
	for (uint32_t i = 0; i < e->call.args.n; i++) {
		if (!may_carry(e->call.args.v[i]))
			continue;
		for (struct function *f = e->call.sym; f; f = f->next)
			autocast_carry(sc->sema, (struct carry){.from = e->call.args.v[i],
								.variable = f->params.v[i]});
	}
}

static void check_rights(struct scope *sc, const struct expr *e)
{
	const struct function *f = e->call.sym;

	if (sc->condition)
		diag_report(diags(sc), DIAG_CONDITION_EFFECT, e->call.name_span,
			    "the condition of a probe must not call '%s' or any function", f->name);
	if ((f->pragmas & PRAGMA_GURU) && !sc->from_tapset && !sc->sema->in->options->guru)
		diag_report(diags(sc), DIAG_FUNCTION_NEEDS_GURU, e->call.name_span,
			    "function '%s' may only be used with -g", f->name);
}

static void call(struct scope *sc, struct expr *e)
{
	if (e->call.sym)
		return;
	exprs(sc, &e->call.args);
	e->call.sym = clone_function(sc, e->call.name, e->call.args.n);
	if (!e->call.sym) {
		no_such_call(sc, e);
		return;
	}
	check_rights(sc, e);
	carry_args(sc, e);
}

/* --- assignments --- */

static void write_target(struct scope *sc, const struct expr *e)
{
	bool procfs = sc->site && sc->site->family == FAMILY_PROCFS;

	if (!sc->from_tapset && !sc->sema->in->options->guru && !procfs)
		diag_report(diags(sc), DIAG_WRITE_NEEDS_GURU, e->span,
			    "writing to a target variable needs -g");
}

static void lvalue(struct scope *sc, struct expr *e, unsigned how)
{
	if (e->kind == EXPR_NAME)
		bind(sc, e, 0, how);
	else if (e->kind == EXPR_INDEX)
		index_expr(sc, e, how);
	else if (e->kind == EXPR_TARGET) {
		write_target(sc, e);
		sc->storing = true;
		resolve_expr(sc, e);
		sc->storing = false;
	} else if (e->kind != EXPR_POISON) {
		diag_report(diags(sc), DIAG_NOT_ASSIGNABLE, e->span,
			    "a value can only be stored in a variable, not here");
		poison(e);
	}
}

static struct variable *stored_in(const struct expr *e)
{
	const struct expr *name = e->kind == EXPR_INDEX ? e->index.base : e;

	return name->kind == EXPR_NAME ? name->name.sym : NULL;
}

static void assign(struct scope *sc, struct expr *e)
{
	static const unsigned how[] = {
		[ASSIGN_SET] = WRITE,
		[ASSIGN_STAT] = WRITE | AGGREGATE,
		[ASSIGN_CONCAT] = READ | WRITE,
		[ASSIGN_ARITH] = READ | WRITE,
	};
	struct variable *v;

	lvalue(sc, e->assign.lhs, how[e->assign.op]);
	resolve_expr(sc, e->assign.rhs);
	v = stored_in(e->assign.lhs);
	if (v && e->assign.op == ASSIGN_SET && may_carry(e->assign.rhs))
		autocast_carry(sc->sema, (struct carry){.from = e->assign.rhs, .variable = v});
}

/* --- @defined and what it decides --- */

static void become_number(struct expr *e, int64_t value)
{
	e->kind = EXPR_NUMBER;
	e->type = TYPE_LONG;
	e->number = value;
}

/* A number that @defined became: as literals have no type before inference. */
static bool decided(const struct expr *e)
{
	return e->kind == EXPR_NUMBER && e->type == TYPE_LONG;
}

static void logical(struct scope *sc, struct expr *e)
{
	bool stops_at = e->binary.op == BINARY_LOGICAL_OR;

	resolve_expr(sc, e->binary.a);
	if (decided(e->binary.a) && (e->binary.a->number != 0) == stops_at) {
		become_number(e, stops_at);
		return;
	}
	resolve_expr(sc, e->binary.b);
	if (decided(e->binary.a) && decided(e->binary.b))
		become_number(e, e->binary.b->number != 0);
}

static void binary(struct scope *sc, struct expr *e)
{
	if (e->binary.op == BINARY_LOGICAL_AND || e->binary.op == BINARY_LOGICAL_OR) {
		logical(sc, e);
		return;
	}
	resolve_expr(sc, e->binary.a);
	resolve_expr(sc, e->binary.b);
}

static void unary(struct scope *sc, struct expr *e)
{
	resolve_expr(sc, e->unary.a);
	if (e->unary.op == UNARY_NOT && decided(e->unary.a))
		become_number(e, !e->unary.a->number);
}

static void ternary(struct scope *sc, struct expr *e)
{
	struct expr *taken;

	resolve_expr(sc, e->ternary.cond);
	if (!decided(e->ternary.cond)) {
		resolve_expr(sc, e->ternary.yes);
		resolve_expr(sc, e->ternary.no);
		return;
	}
	taken = e->ternary.cond->number ? e->ternary.yes : e->ternary.no;
	resolve_expr(sc, taken);
	*e = *taken;
}

/* --- expressions --- */

static void target(struct scope *sc, struct expr *e)
{
	if (e->access)
		return;
	if (e->target.base != TARGET_VALUE || sc->casting || sc->silent) {
		access_resolve(sc, e);
		return;
	}
	resolve_expr(sc, e->target.operand);
	for (uint32_t i = 0; i < e->target.ncomponents; i++)
		if (e->target.components[i].index)
			resolve_expr(sc, e->target.components[i].index);
	autocast_carry(sc->sema, (struct carry){.from = e->target.operand, .cast = e, .scope = sc});
}

static void print(struct scope *sc, struct expr *e)
{
	if (sc->condition && !(e->print.flags & PRINT_TO_STRING))
		diag_report(diags(sc), DIAG_CONDITION_EFFECT, e->span,
			    "the condition of a probe must not print");
	exprs(sc, &e->print.args);
	if (e->print.hist)
		hist(sc, e->print.hist);
}

static void embedded(struct scope *sc, const struct expr *e)
{
	if (!sc->from_tapset && !sc->sema->in->options->guru)
		diag_report(diags(sc), DIAG_EMBEDDED_NEEDS_GURU, e->span, "C code needs -g");
}

void resolve_expr(struct scope *sc, struct expr *e)
{
	switch (e->kind) {
	case EXPR_POISON:
	case EXPR_NUMBER:
	case EXPR_STRING: break;
	case EXPR_NAME: bind(sc, e, 0, READ); break;
	case EXPR_INDEX: index_expr(sc, e, READ); break;
	case EXPR_CALL: call(sc, e); break;
	case EXPR_UNARY: unary(sc, e); break;
	case EXPR_BINARY: binary(sc, e); break;
	case EXPR_CONCAT: exprs(sc, &e->concat); break;
	case EXPR_ASSIGN: assign(sc, e); break;
	case EXPR_CREMENT: lvalue(sc, e->crement.a, READ | WRITE); break;
	case EXPR_TERNARY: ternary(sc, e); break;
	case EXPR_IN:
		exprs(sc, &e->in.keys);
		array_or_hist(sc, e->in.array, e->in.keys.n);
		break;
	case EXPR_MATCH: resolve_expr(sc, e->match.a); break;
	case EXPR_PRINT: print(sc, e); break;
	case EXPR_STAT: stat_operand(sc, e->stat.stat); break;
	case EXPR_HIST: hist(sc, e); break;
	case EXPR_TARGET: target(sc, e); break;
	case EXPR_DEFINED: become_number(e, access_defined(sc, e->operand) != ANSWER_NO); break;
	case EXPR_ENTRY:
	case EXPR_PERF:
	case EXPR_CONST:
	case EXPR_ENUM:
	case EXPR_ENUMNAME:
	case EXPR_DEREF:
	case EXPR_REGISTER:
	case EXPR_PROBEWRITE:
		if (!e->access)
			access_resolve(sc, e);
		break;
	case EXPR_EMBEDDED: embedded(sc, e); break;
	}
}

/* --- statements --- */

static void branch(struct scope *sc, struct stmt *s)
{
	struct stmt *taken;

	resolve_expr(sc, s->branch.cond);
	if (!decided(s->branch.cond)) {
		stmt(sc, s->branch.yes);
		if (s->branch.no)
			stmt(sc, s->branch.no);
		return;
	}
	taken = s->branch.cond->number ? s->branch.yes : s->branch.no;
	if (!taken) {
		s->kind = STMT_EMPTY;
		return;
	}
	stmt(sc, taken);
	*s = *taken;
}

static void loop(struct scope *sc, const struct stmt *s)
{
	if (s->loop.init)
		resolve_expr(sc, s->loop.init);
	if (s->loop.cond)
		resolve_expr(sc, s->loop.cond);
	if (s->loop.step)
		resolve_expr(sc, s->loop.step);
	stmt(sc, s->loop.body);
}

static void foreach_value(struct scope *sc, const struct foreach *f)
{
	struct variable *v;

	if (!f->value || !bind(sc, f->value, 0, WRITE))
		return;
	v = f->value->name.sym;
	if (f->array->kind == EXPR_NAME)
		autocast_carry(sc->sema, (struct carry){.from = f->array, .variable = v});
}

static void foreach(struct scope *sc, const struct foreach *f)
{
	for (uint32_t i = 0; i < f->keys.n; i++)
		bind(sc, f->keys.v[i], 0, WRITE);
	array_or_hist(sc, f->array, f->keys.n);
	foreach_value(sc, f);
	if (f->has_slice)
		exprs(sc, &f->slice);
	if (f->limit)
		resolve_expr(sc, f->limit);
	stmt(sc, f->body);
}

static void delete (struct scope *sc, struct expr *e)
{
	if (e->kind == EXPR_INDEX) {
		index_expr(sc, e, READ | WRITE);
	} else if (e->kind == EXPR_NAME) {
		struct variable *v = symbols_find_local(sc, e->name.name);

		if (!v)
			v = symbols_global(sc->sema, sc->file, e->name.name);
		if (!v) {
			undeclared_array(sc, e, 0);
			return;
		}
		e->name.sym = v;
		use(sc, v, e, READ | WRITE);
	} else if (e->kind != EXPR_POISON) {
		diag_report(diags(sc), DIAG_NOT_ASSIGNABLE, e->span,
			    "only a variable or an element of an array can be deleted");
		poison(e);
	}
}

static void give(struct scope *sc, struct expr *value)
{
	struct function *f = sc->function;

	if (!value)
		return;
	resolve_expr(sc, value);
	if (!f)
		return;
	f->gives_value = true;
	if (may_carry(value))
		autocast_carry(sc->sema, (struct carry){.from = value, .function = f});
}

static void try_catch(struct scope *sc, const struct stmt *s)
{
	stmt(sc, s->try_.body);
	if (s->try_.message)
		bind(sc, s->try_.message, 0, WRITE);
	stmt(sc, s->try_.handler);
}

static void stmt(struct scope *sc, struct stmt *s)
{
	switch (s->kind) {
	case STMT_POISON:
	case STMT_EMPTY:
	case STMT_BREAK:
	case STMT_CONTINUE: break;
	case STMT_NEXT:
		if (sc->function)
			sc->function->passes = true;
		break;
	case STMT_BLOCK:
		for (uint32_t i = 0; i < s->block.n; i++)
			stmt(sc, s->block.v[i]);
		break;
	case STMT_EXPR: resolve_expr(sc, s->expr); break;
	case STMT_IF: branch(sc, s); break;
	case STMT_LOOP: loop(sc, s); break;
	case STMT_FOREACH: foreach(sc, s->foreach); break;
	case STMT_RETURN: give(sc, s->expr); break;
	case STMT_DELETE: delete (sc, s->expr); break;
	case STMT_TRY: try_catch(sc, s); break;
	}
}

/* --- handlers and functions --- */

static void enter_file(struct scope *sc, struct loc at)
{
	sc->file = sema_file(sc->sema, at);
	sc->from_tapset = sc->file && sc->file->kind == SOURCE_TAPSET;
}

void resolve_probe(struct sema *s, struct probe *p)
{
	struct scope *sc = arena_make(s->arena, struct scope);

	*sc = (struct scope){.sema = s, .probe = p, .names = arena_make(s->arena, struct map)};
	sc->names->arena = s->arena;
	sc->site = p->sites.n ? p->sites.v[0] : NULL;
	if (p->cond) {
		struct scope *cond = arena_make(s->arena, struct scope);

		*cond = *sc;
		cond->condition = true;
		enter_file(cond, p->cond->span.start);
		resolve_expr(cond, p->cond);
	}
	for (uint32_t i = 0; i < p->parts.n; i++) {
		struct scope *part = arena_make(s->arena, struct scope);

		*part = *sc;
		enter_file(part, p->parts.v[i]->span.start);
		stmt(part, p->parts.v[i]);
	}
}

/* "pragma:write:NAME" in embedded C: the globals it touches unseen. */
static void touched_by_c(struct scope *sc, const char *text, const char *mark, unsigned how)
{
	size_t len = strlen(mark);

	while ((text = strstr(text, mark))) {
		size_t n =
			strspn(text += len, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					    "_0123456789");
		const char *name = intern_n(sc->sema->in->parse->names, text, n);
		struct variable *v = n ? symbols_global(sc->sema, sc->file, name) : NULL;

		if (v) {
			v->read |= (how & READ) != 0;
			v->assigned |= (how & WRITE) != 0;
		}
	}
}

void resolve_function(struct sema *s, struct function *f)
{
	struct scope *sc = arena_make(s->arena, struct scope);

	*sc = (struct scope){.sema = s,
			     .function = f,
			     .site = f->site,
			     .file = f->file,
			     .from_tapset = f->from_tapset,
			     .names = arena_make(s->arena, struct map)};
	sc->names->arena = s->arena;
	for (uint32_t i = 0; i < f->params.n; i++)
		map_put(sc->names, f->params.v[i]->name, f->params.v[i]);
	if (f->body) {
		stmt(sc, f->body);
	} else if (f->decl->embedded) {
		f->passes = strstr(f->decl->embedded, "STAP_NEXT") != NULL;
		touched_by_c(sc, f->decl->embedded, "pragma:read:", READ);
		touched_by_c(sc, f->decl->embedded, "pragma:write:", WRITE);
	}
}
