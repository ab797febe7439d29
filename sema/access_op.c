/*
 * The @ operators.  @const, @enum and @probewrite fold to numbers; @kderef and
 * @uderef read memory at a value; @entry of a parameter is the value at entry.
 * What needs DWARF, performance counters or a probe of its own is refused.
 */
#include "sema/access.h"

#include <string.h>

/* Has the script the right to what is the tapset's and guru mode's? */
static bool privileged(const struct scope *sc)
{
	return sc->from_tapset || sc->sema->in->options->guru;
}

static struct access *new_access(struct scope *sc, enum access_base base, const char *name)
{
	struct access *a = arena_make(sc->sema->arena, struct access);

	a->base = base;
	a->name = name;
	return a;
}

static void undecided(struct scope *sc, struct expr *e, const char *name)
{
	struct access *a = new_access(sc, ACCESS_CONTEXT, name);

	a->unresolved = true;
	e->access = a;
	e->type = TYPE_LONG;
}

/* --- @const and @enum --- */

static void const_note(struct scope *sc, const struct expr *e, const char *text, int64_t value)
{
	if (!privileged(sc) && !sc->silent)
		diag_report(sc->sema->diags, DIAG_CONST_FOLDED, e->span,
			    "@const(\"%s\") is %lld; SystemTap would need -g for it", text,
			    (long long)value);
}

static void constant(struct scope *sc, struct expr *e)
{
	struct sema *s = sc->sema;
	const char *text = text_unescape(s->arena, e->string, NULL), *why = NULL, *unknown = NULL;
	int64_t value = 0;

	if (constant_value(s, text, &value, &why, &unknown)) {
		const_note(sc, e, text, value);
		access_number(e, value);
	} else if (unknown && !target_known(s->target)) {
		undecided(sc, e, arena_printf(s->arena, "@const(\"%s\")", text));
	} else if (privileged(sc)) {
		/* as SystemTap has it: C that has no effect, on its author's word */
		e->kind = EXPR_EMBEDDED;
		e->string = arena_printf(s->arena, "/* pure */ /* unprivileged */ /* stable */ %s",
					 text);
	} else {
		access_refuse(sc, e, DIAG_UNKNOWN_CONSTANT, "@const(\"%s\"): %s", text, why);
	}
}

/* In the program at hand, else in the kernel. */
static bool enum_value(struct scope *sc, const char *name, int64_t *value)
{
	bool user;
	const struct code *own = access_dwarf_module(sc, NULL, &user);

	if (user && code_enumerator(own, name, value))
		return true;
	return target_enumerator(sc->sema->target, name, value) ||
	       (!user && code_enumerator(own, name, value));
}

static void enumerator(struct scope *sc, struct expr *e)
{
	struct sema *s = sc->sema;
	const char *name = text_unescape(s->arena, e->string, NULL);
	int64_t value;

	if (enum_value(sc, name, &value))
		access_number(e, value);
	else if (!target_known(s->target))
		undecided(sc, e, arena_printf(s->arena, "@enum(\"%s\")", name));
	else
		access_refuse(sc, e, DIAG_UNKNOWN_CONSTANT, "no enumerator \"%s\" in %s", name,
			      target_describe(s->target));
}

/* --- @entry --- */

bool access_op_plain_entry(const struct expr *operand)
{
	return operand->kind == EXPR_TARGET && operand->target.base == TARGET_VAR;
}

static void entry(struct scope *sc, struct expr *e)
{
	struct expr *a = e->operand;
	struct access *copy;

	if (!sc->site || !sc->site->is_return) {
		access_refuse(sc, e, DIAG_MISPLACED_OPERATOR, "@entry is only for return probes");
		return;
	}
	if (!access_op_plain_entry(a)) {
		access_refuse(sc, e, DIAG_UNSUPPORTED_ACCESS,
			      "@entry of an expression is supported in function probes only");
		return;
	}
	access_target(sc, a, true);
	if (a->kind == EXPR_TARGET && a->access) {
		if (a->access->base == ACCESS_RETURN) {
			access_refuse(sc, e, DIAG_MISPLACED_OPERATOR,
				      "there is no $return at entry");
			return;
		}
		copy = arena_make(sc->sema->arena, struct access);
		*copy = *a->access;
		copy->at_entry = true;
		a->access = copy;
	}
	a->span = e->span;
	*e = *a;
}

/* --- memory and registers --- */

static bool rights(struct scope *sc, struct expr *e, const char *word)
{
	if (e->machine.user || privileged(sc))
		return true;
	access_refuse(sc, e, DIAG_NEEDS_GURU, "%s needs -g", word);
	return false;
}

static void deref(struct scope *sc, struct expr *e)
{
	const char *word = e->machine.user ? "@uderef" : "@kderef";
	int64_t size = e->machine.size;
	struct access *a;

	resolve_expr(sc, e->machine.addr);
	if (size != 1 && size != 2 && size != 4 && size != 8) {
		access_refuse(sc, e, DIAG_INVALID_ACCESS, "%s reads 1, 2, 4 or 8 bytes, not %lld",
			      word, (long long)size);
		return;
	}
	if (!rights(sc, e, word))
		return;
	a = new_access(sc, ACCESS_VALUE, word);
	a->operand = e->machine.addr;
	a->nsteps = 1;
	a->steps = arena_make(sc->sema->arena, struct access_step);
	a->steps[0] = (struct access_step){.kind = STEP_LOAD,
					   .span = e->span,
					   .size = (uint32_t)size,
					   .user = e->machine.user,
					   .what = word};
	e->access = a;
	e->type = TYPE_LONG;
}

static void machine_register(struct scope *sc, struct expr *e)
{
	const char *word = e->machine.user ? "@uregister" : "@kregister";
	struct access *a;

	if (!rights(sc, e, word))
		return;
	if (!sc->site || sc->site->family < FAMILY_PROFILE) {
		access_refuse(sc, e, DIAG_MISPLACED_OPERATOR,
			      "%s is only for probes that have registers", word);
		return;
	}
	a = new_access(sc, ACCESS_REGISTER, word);
	a->n = (uint32_t)e->machine.size;
	e->access = a;
	e->type = TYPE_LONG;
}

/* --- @probewrite --- */

/* The part that is the user's body: the first after the `probe` keyword, in the same text. */
static const struct stmt *user_body(const struct probe *p)
{
	const struct stmt *best = NULL;

	for (uint32_t i = 0; i < p->parts.n; i++) {
		const struct stmt *s = p->parts.v[i];

		if (s->span.start.at >= p->span.start.at &&
		    (!best || s->span.start.at < best->span.start.at))
			best = s;
	}
	return best;
}

static void probewrite(struct scope *sc, struct expr *e)
{
	const struct stmt *body = sc->probe ? user_body(sc->probe) : NULL;

	if (!body ||
	    (e->span.start.at >= body->span.start.at && e->span.end.at <= body->span.end.at)) {
		access_refuse(sc, e, DIAG_MISPLACED_OPERATOR,
			      "@probewrite is only for the code of probe aliases");
		return;
	}
	access_number(e, seek_writes(body, e->name.name));
	e->type = TYPE_LONG; /* decided: as @defined */
}

/* --- @perf --- */

static void unknown_counter(struct scope *sc, struct expr *e, const char *name)
{
	const struct map *counters = &sc->sema->counters;
	struct near near = near_start(name);
	struct diag *d;

	access_poison(e);
	if (sc->silent)
		return;
	for (uint32_t i = 0; i < counters->n; i++)
		near_offer(&near, counters->entries[i].key);
	d = diag_report(sc->sema->diags, DIAG_UNKNOWN_COUNTER, e->span,
			"no perf probe before this one has a counter \"%s\"", name);
	if (near.best)
		diag_note(sc->sema->diags, d, (struct span){{0}, {0}}, "did you mean %s",
			  near.best);
}

/* A counter is of one program, or of all; it is read where that program's code is probed. */
static void counter(struct scope *sc, struct expr *e)
{
	struct sema *s = sc->sema;
	const char *name = text_unescape(s->arena, e->string, NULL);
	const struct site *from = map_get(&s->counters, name);

	if (!sc->site || !sc->site->program) {
		access_refuse(sc, e, DIAG_MISPLACED_OPERATOR,
			      "@perf(\"%s\") is read in probes of a process", name);
	} else if (!from) {
		unknown_counter(sc, e, name);
	} else if (from->program && strcmp(from->program, sc->site->program) != 0) {
		access_refuse(sc, e, DIAG_UNKNOWN_COUNTER,
			      "the counter \"%s\" counts for %s, and this probe is in %s", name,
			      from->program, sc->site->program);
	} else {
		e->access = new_access(sc, ACCESS_CONTEXT,
				       arena_printf(s->arena, "@perf(\"%s\")", name));
		e->type = TYPE_LONG;
	}
}

void access_operator(struct scope *sc, struct expr *e)
{
	if (e->kind == EXPR_CONST)
		constant(sc, e);
	else if (e->kind == EXPR_ENUM)
		enumerator(sc, e);
	else if (e->kind == EXPR_ENTRY)
		entry(sc, e);
	else if (e->kind == EXPR_DEREF)
		deref(sc, e);
	else if (e->kind == EXPR_REGISTER)
		machine_register(sc, e);
	else if (e->kind == EXPR_PROBEWRITE)
		probewrite(sc, e);
	else if (e->kind == EXPR_PERF)
		counter(sc, e);
	else if (e->kind == EXPR_ENUMNAME)
		enumname_make(sc, e);
}
