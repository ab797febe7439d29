/*
 * Rules on the typed program that no single name or type shows: an array must
 * not change while a foreach goes over it, not even in a function called from
 * there; break and continue need a loop; an aggregate has one kind of histogram
 * and one variance shift; only arrays wrap or have a size.  Which functions
 * change an array is found by going backwards over the call graph from those
 * that store to its elements, once for each array that is iterated with calls
 * inside.  Deleting a whole array in a foreach over it is allowed, as in
 * SystemTap.
 */
#include "base/matcher.h"
#include "base/text.h"
#include "sema/internal.h"

#include <string.h>

enum { MAX_BUCKETS = 128 };

/* An array being iterated. */
struct iteration {
	struct variable *array;
	const struct iteration *outer;
};

/* A function that calls, or stores to, something; next: another one, 0 ends. */
struct link {
	struct function *function;
	uint32_t next;
};

struct storing {
	struct variable *array;
	struct function *function;
};

struct check {
	struct sema *s;
	struct arena *scratch;
	struct function *function; /* whose body is walked, or NULL */
	const struct probe *probe; /* likewise */
	bool *forbidden;           /* by function; NULL: all are allowed */
	bool *kernel_reads;        /* by function: it reads any kernel address */
	const struct iteration *iterating;
	uint32_t loops;
	bool collecting;
	VEC(struct storing) storing;
	VEC(struct link) callers; /* [0] unused */
	uint32_t *callers_of;     /* by function */
	VEC(bool *) changers;     /* by variable->stores - 1, then by function */
};

static void expr(struct check *c, const struct expr *e);
static void stmt(struct check *c, const struct stmt *s);

/* --- who changes an array --- */

static void note_call(struct check *c, const struct expr *e)
{
	for (struct function *f = e->call.sym; f; f = f->next) {
		vec_push(c->scratch, &c->callers,
			 ((struct link){c->function, c->callers_of[f->index]}));
		c->callers_of[f->index] = c->callers.n - 1;
	}
}

/* Marks all that call what is marked. */
static void spread_to_callers(struct check *c, bool *marked)
{
	const struct functions *fs = &c->s->program->functions;
	VEC(struct function *) work = {0};

	for (uint32_t i = 0; i < fs->n; i++)
		if (marked[fs->v[i]->index])
			vec_push(c->scratch, &work, fs->v[i]);
	while (work.n) {
		uint32_t i = c->callers_of[work.v[--work.n]->index];

		for (; i; i = c->callers.v[i].next) {
			struct function *f = c->callers.v[i].function;

			if (marked[f->index])
				continue;
			marked[f->index] = true;
			vec_push(c->scratch, &work, f);
		}
	}
}

static bool *find_changers(struct check *c, const struct variable *array)
{
	bool *changes = arena_alloc(c->scratch, c->s->nfunctions * sizeof *changes);

	for (uint32_t i = 0; i < c->storing.n; i++)
		if (c->storing.v[i].array == array)
			changes[c->storing.v[i].function->index] = true;
	spread_to_callers(c, changes);
	return changes;
}

/*
 * What --privilege=stapusr forbids: C code that does not say it is for all, reads of kernel
 * memory, and all that calls them.
 */
static bool *find_forbidden(struct check *c)
{
	const struct functions *fs = &c->s->program->functions;
	const struct predefined *known = c->s->in->parse->predefined;
	bool *forbidden;

	if (c->s->idle || !known || !known->privilege || strcmp(known->privilege, "stapusr") != 0)
		return NULL;
	forbidden = arena_alloc(c->scratch, c->s->nfunctions * sizeof *forbidden);
	for (uint32_t i = 0; i < fs->n; i++)
		forbidden[fs->v[i]->index] =
			c->kernel_reads[fs->v[i]->index] ||
			(fs->v[i]->decl->embedded &&
			 !(fs->v[i]->pragmas & (PRAGMA_UNPRIVILEGED | PRAGMA_MYPROC)));
	spread_to_callers(c, forbidden);
	return forbidden;
}

static bool changes(struct check *c, const struct function *f, struct variable *array)
{
	if (!array->stores) {
		vec_push(c->scratch, &c->changers, find_changers(c, array));
		array->stores = c->changers.n;
	}
	for (; f; f = f->next)
		if (c->changers.v[array->stores - 1][f->index])
			return true;
	return false;
}

/* --- expressions --- */

static void stored(struct check *c, const struct expr *e)
{
	struct variable *v;

	if (e->kind != EXPR_INDEX || e->index.base->kind != EXPR_NAME)
		return;
	v = e->index.base->name.sym;
	if (!v)
		return;
	if (c->collecting) {
		vec_push(c->scratch, &c->storing, ((struct storing){v, c->function}));
		return;
	}
	for (const struct iteration *it = c->iterating; it; it = it->outer)
		if (it->array == v) {
			diag_report(c->s->diags, DIAG_ARRAY_CHANGED_IN_FOREACH, e->span,
				    "'%s' is changed while a foreach goes over it", v->name);
			return;
		}
}

static bool is_users(const struct check *c, struct span span)
{
	const struct source *f = sema_file(c->s, span.start);

	return f && f->kind != SOURCE_TAPSET;
}

/* At the user's call; what the library's own functions call in turn counts as well. */
static void check_privilege(struct check *c, const struct expr *e)
{
	for (const struct function *f = e->call.sym; f && c->forbidden; f = f->next)
		if (c->forbidden[f->index] && !f->elided &&
		    (is_users(c, e->span) || !c->function)) {
			diag_report(c->s->diags, DIAG_FUNCTION_NEEDS_PRIVILEGE,
				    is_users(c, e->span) ? e->call.name_span : c->probe->span,
				    "%s() may not be used with --privilege=stapusr", f->name);
			return;
		}
}

static void called(struct check *c, const struct expr *e)
{
	if (!e->call.sym)
		return;
	if (c->collecting) {
		note_call(c, e);
		return;
	}
	check_privilege(c, e);
	for (const struct iteration *it = c->iterating; it; it = it->outer)
		if (changes(c, e->call.sym, it->array)) {
			diag_report(c->s->diags, DIAG_ARRAY_CHANGED_IN_FOREACH, e->span,
				    "calling '%s' changes '%s' while a foreach goes over it",
				    e->call.name, it->array->name);
			return;
		}
}

static struct variable *aggregate_of(const struct expr *e)
{
	if (e->kind == EXPR_INDEX)
		e = e->index.base;
	return e->kind == EXPR_NAME ? e->name.sym : NULL;
}

/* Unsigned, so that no parameters overflow. */
static bool buckets_fit(const struct expr *e)
{
	uint64_t width = (uint64_t)e->hist.high - (uint64_t)e->hist.low;

	return e->hist.step > 0 && e->hist.high >= e->hist.low &&
	       width / (uint64_t)e->hist.step + 3 <= MAX_BUCKETS;
}

static void histogram(struct check *c, const struct expr *e)
{
	struct variable *v = aggregate_of(e->hist.stat);

	if (!e->hist.log && !buckets_fit(e)) {
		diag_report(c->s->diags, DIAG_HISTOGRAM_RANGE, e->span,
			    "a linear histogram from %lld to %lld by %lld is not possible with at "
			    "most %d buckets",
			    (long long)e->hist.low, (long long)e->hist.high,
			    (long long)e->hist.step, MAX_BUCKETS);
		return;
	}
	if (!v)
		return;
	if (v->has_hist && (v->hist_log != e->hist.log || v->hist_low != e->hist.low ||
			    v->hist_high != e->hist.high || v->hist_step != e->hist.step)) {
		diag_report(c->s->diags, DIAG_HISTOGRAM_CONFLICT, e->span,
			    "'%s' is asked for another histogram elsewhere", v->name);
		return;
	}
	v->has_hist = true;
	v->hist_log = e->hist.log;
	v->hist_low = e->hist.low;
	v->hist_high = e->hist.high;
	v->hist_step = e->hist.step;
}

static void statistic(struct check *c, const struct expr *e)
{
	struct variable *v = aggregate_of(e->stat.stat);

	if (!v || e->stat.op != STAT_VARIANCE)
		return;
	if (v->bits && v->bits != e->stat.bits)
		diag_report(c->s->diags, DIAG_VARIANCE_CONFLICT, e->span,
			    "'%s' is asked for a variance with shift %lld, elsewhere with %lld",
			    v->name, (long long)e->stat.bits, (long long)v->bits);
	else
		v->bits = e->stat.bits;
}

static void pattern(struct check *c, const struct expr *e)
{
	const char *why;

	if (!matcher_compile(c->s->arena, text_unescape(c->s->arena, e->match.pattern, NULL), &why))
		diag_report(c->s->diags, DIAG_BAD_REGEX, e->span,
			    "\"%s\" is no regular expression: %s", e->match.pattern, why);
}

static void expr(struct check *c, const struct expr *e)
{
	struct expr *child;

	if (e->kind == EXPR_ASSIGN)
		stored(c, e->assign.lhs);
	else if (e->kind == EXPR_CREMENT)
		stored(c, e->crement.a);
	else if (e->kind == EXPR_CALL)
		called(c, e);
	else if (e->kind == EXPR_DEREF && c->function)
		c->kernel_reads[c->function->index] |= !e->machine.user;
	else if (e->kind == EXPR_HIST && !c->collecting)
		histogram(c, e);
	else if (e->kind == EXPR_STAT && !c->collecting)
		statistic(c, e);
	else if (e->kind == EXPR_MATCH && !c->collecting)
		pattern(c, e);
	for (uint32_t i = 0; tree_child(e, i, &child); i++)
		if (child)
			expr(c, child);
}

/* --- statements --- */

static void body_of_loop(struct check *c, const struct stmt *s)
{
	c->loops++;
	stmt(c, s);
	c->loops--;
}

static void loop(struct check *c, const struct stmt *s)
{
	if (s->loop.init)
		expr(c, s->loop.init);
	if (s->loop.cond)
		expr(c, s->loop.cond);
	if (s->loop.step)
		expr(c, s->loop.step);
	body_of_loop(c, s->loop.body);
}

static struct variable *iterated(const struct expr *e)
{
	return aggregate_of(e->kind == EXPR_HIST ? e->hist.stat : e);
}

static void foreach(struct check *c, const struct foreach *f)
{
	struct variable *v = iterated(f->array);
	struct iteration it = {v, c->iterating};

	expr(c, f->array);
	for (uint32_t i = 0; f->has_slice && i < f->slice.n; i++)
		if (f->slice.v[i])
			expr(c, f->slice.v[i]);
	if (f->limit)
		expr(c, f->limit);
	if (v && !c->collecting)
		c->iterating = &it;
	body_of_loop(c, f->body);
	if (v && !c->collecting)
		c->iterating = it.outer;
}

static void jump(struct check *c, const struct stmt *s)
{
	if (c->loops == 0 && !c->collecting)
		diag_report(c->s->diags, DIAG_MISPLACED_JUMP, s->keyword, "%s outside of a loop",
			    s->kind == STMT_BREAK ? "break" : "continue");
}

static void branch(struct check *c, const struct stmt *s)
{
	expr(c, s->branch.cond);
	stmt(c, s->branch.yes);
	if (s->branch.no)
		stmt(c, s->branch.no);
}

static void stmt(struct check *c, const struct stmt *s)
{
	switch (s->kind) {
	case STMT_POISON:
	case STMT_EMPTY:
	case STMT_NEXT: break;
	case STMT_BLOCK:
		for (uint32_t i = 0; i < s->block.n; i++)
			stmt(c, s->block.v[i]);
		break;
	case STMT_EXPR: expr(c, s->expr); break;
	case STMT_IF: branch(c, s); break;
	case STMT_LOOP: loop(c, s); break;
	case STMT_FOREACH: foreach(c, s->foreach); break;
	case STMT_RETURN:
		if (s->expr)
			expr(c, s->expr);
		break;
	case STMT_DELETE:
		stored(c, s->expr);
		expr(c, s->expr);
		break;
	case STMT_BREAK:
	case STMT_CONTINUE: jump(c, s); break;
	case STMT_TRY:
		stmt(c, s->try_.body);
		stmt(c, s->try_.handler);
		break;
	}
}

/* --- declarations --- */

static void global(struct check *c, struct variable *v)
{
	v->stores = 0;
	if (v->is_array || !v->arity_known)
		return;
	if (v->wrap)
		diag_report(c->s->diags, DIAG_WRAP_ON_SCALAR, v->span,
			    "'%s' is declared to wrap but is not an array", v->name);
	else if (v->size)
		diag_report(c->s->diags, DIAG_INCONSISTENT_KEYS, v->span,
			    "'%s' is declared as an array but used without keys", v->name);
}

/* pragma:read:NAME and pragma:write:NAME speak of globals. */
static void pragma_globals(struct check *c, const struct function *f, const char *mark)
{
	const char *at = f->decl->embedded, *name;
	size_t len = strlen(mark);

	while ((at = strstr(at, mark))) {
		at += len;
		name = arena_strndup(c->s->arena, at, strcspn(at, " \t\n*/"));
		if (!symbols_global(c->s, f->file, name))
			diag_report(c->s->diags, DIAG_BAD_PRAGMA, f->decl->name_span,
				    "%s%s in '%s' names no global", mark, name, f->name);
	}
}

static void pragmas(struct check *c, const struct function *f)
{
	const struct predefined *known = c->s->in->parse->predefined;

	if ((f->pragmas & PRAGMA_STABLE) && !(f->pragmas & PRAGMA_PURE))
		diag_report(c->s->diags, DIAG_BAD_PRAGMA, f->decl->name_span,
			    "the code of '%s' is /* stable */ but not /* pure */", f->name);
	if (strstr(f->decl->embedded, "/* bpf */") &&
	    !(known && known->runtime && strcmp(known->runtime, "bpf") == 0))
		diag_report(c->s->diags, DIAG_BAD_PRAGMA, f->decl->name_span,
			    "the code of '%s' is for --runtime=bpf only", f->name);
	pragma_globals(c, f, "pragma:read:");
	pragma_globals(c, f, "pragma:write:");
}

static void functions(struct check *c)
{
	const struct functions *fs = &c->s->program->functions;

	for (uint32_t i = 0; i < fs->n; i++) {
		c->function = fs->v[i];
		if (fs->v[i]->body)
			stmt(c, fs->v[i]->body);
	}
	c->function = NULL;
}

void check_run(struct sema *s)
{
	struct check c = {.s = s, .scratch = arena_scratch(s->arena), .collecting = true};
	const struct program *p = s->program;

	c.callers_of = arena_alloc(c.scratch, s->nfunctions * sizeof *c.callers_of);
	c.kernel_reads = arena_alloc(c.scratch, s->nfunctions * sizeof *c.kernel_reads);
	vec_push(c.scratch, &c.callers, ((struct link){NULL, 0}));
	for (uint32_t i = 0; i < p->globals.n; i++)
		global(&c, p->globals.v[i]);
	functions(&c);
	c.collecting = false;
	c.forbidden = find_forbidden(&c);
	for (uint32_t i = 0; i < p->functions.n; i++)
		if (p->functions.v[i]->decl->embedded && !p->functions.v[i]->from_tapset)
			pragmas(&c, p->functions.v[i]);
	functions(&c);
	for (uint32_t i = 0; i < p->probes.n && (c.probe = p->probes.v[i]); i++)
		for (uint32_t j = 0; j < p->probes.v[i]->parts.n; j++)
			stmt(&c, p->probes.v[i]->parts.v[j]);
	arena_free(c.scratch);
}
