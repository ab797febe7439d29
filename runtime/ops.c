/*
 * Operations on variables, strings and output: what the dispatch loop does not
 * do itself.  Registers hold strings in the buffers of their frame, so every
 * string that is stored is copied, cut to the limit.  A proof removes a check
 * of the language and its error; what lies in buffers of ours stays inside of
 * them whatever is proved.
 */
#include "runtime/machine.h"

#include "base/bug.h"
#include "runtime/histogram.h"

#include <string.h>

enum { MAX_KEYS = 16, DRAWING = 32 * 1024 };

static char *text_of(struct machine *m, struct frame *f, uint32_t r)
{
	return f->texts + (size_t)f->code->slots[r] * ((size_t)m->max_text + 1);
}

void ops_set_text(struct machine *m, struct frame *f, uint32_t r, const char *s, uint32_t len)
{
	char *to = text_of(m, f, r);

	if (len > m->max_text)
		len = m->max_text;
	memmove(to, s, len);
	to[len] = '\0';
	f->regs[r] = (struct run_value){.s = to, .len = len};
}

static void set_value(struct machine *m, struct frame *f, const struct step *s,
		      const struct run_value *v)
{
	if (s->dst == IR_NONE)
		return;
	if (s->str)
		ops_set_text(m, f, s->dst, v->s, v->len);
	else
		f->regs[s->dst].n = v->n;
}

static void text_cut(struct machine *m, const struct step *s)
{
	if (s->audit)
		bug("a string proved to fit does not");
	if (m->model)
		model_cut(m, s);
}

void ops_concat(struct machine *m, struct frame *f, const struct step *s)
{
	const struct run_value a = f->regs[s->a], b = f->regs[s->b];
	uint32_t room = m->max_text - a.len;
	uint32_t len = b.len < room ? b.len : room;
	char *to = text_of(m, f, s->dst);

	if (machine_checks(m, s->guard, OBL_STRING_FITS) && b.len > room)
		text_cut(m, s);
	memcpy(m->scratch, b.s, len); /* b may lie in the buffer of dst */
	memmove(to, a.s, a.len);
	memcpy(to + a.len, m->scratch, len);
	to[a.len + len] = '\0';
	f->regs[s->dst] = (struct run_value){.s = to, .len = a.len + len};
}

bool ops_gload(struct machine *m, struct frame *f, const struct step *s)
{
	const struct variable *v = &m->globals[s->in->global];

	if (s->str)
		ops_set_text(m, f, s->dst, v->text.s ? v->text.s : "", v->text.len);
	else
		f->regs[s->dst].n = v->n;
	return true;
}

void ops_gstore(struct machine *m, struct frame *f, const struct step *s)
{
	struct variable *v = &m->globals[s->in->global];
	const struct run_value *from = &f->regs[s->a];

	if (v->decl->type == IR_STR)
		value_text_set(&m->pool, &v->text, from->s, from->len);
	else
		v->n = from->n;
}

void ops_gclear(struct machine *m, const struct step *s)
{
	struct variable *v = &m->globals[s->in->global];

	if (v->array)
		array_clear(v->array);
	v->n = 0;
	value_text_drop(&m->pool, &v->text);
	aggregate_clear(&v->shape, &v->stats);
}

static void gather(const struct frame *f, const struct step *s, uint32_t n, struct run_value *keys)
{
	for (uint32_t i = 0; i < n; i++)
		keys[i] = f->regs[s->in->args[i]];
}

/* Gathers keys that may be wildcards; true if one is. */
static bool gather_any(const struct frame *f, const struct step *s, uint32_t n,
		       struct run_value *keys, bool *any)
{
	bool wild = false;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t r = i < s->in->nargs ? s->in->args[i] : IR_NONE;

		any[i] = r == IR_NONE;
		wild |= any[i];
		keys[i] = any[i] ? value_int(0) : f->regs[r];
	}
	return wild;
}

void ops_mget(struct machine *m, struct frame *f, const struct step *s)
{
	const struct array *a = m->globals[s->in->global].array;
	struct run_value keys[MAX_KEYS], v = {.s = ""};

	gather(f, s, a->decl->nkeys, keys);
	struct array_elem *e = array_find(a, keys);

	if (e)
		v = array_value(a, e);
	set_value(m, f, s, &v);
}

/* The element to write to; NULL after a fault. */
static struct array_elem *element_for(struct machine *m, struct frame *f, const struct step *s)
{
	struct array *a = m->globals[s->in->global].array;
	struct run_value keys[MAX_KEYS];
	struct array_elem *e;

	gather(f, s, a->decl->nkeys, keys);
	e = array_put(a, keys, machine_checks(m, s->guard, OBL_MAP_HAS_ROOM));
	if (e)
		return e;
	if (s->audit)
		bug("array '%s' was proved to have room", a->decl->name);
	if (a->decl->capacity == m->program->limits.maxmapentries)
		fault_raise(m, s, "Array overflow, check MAXMAPENTRIES");
	else
		fault_raise(m, s, "Array overflow, check size limit (%lld)",
			    (long long)a->decl->capacity);
	return NULL;
}

bool ops_mset(struct machine *m, struct frame *f, const struct step *s)
{
	struct array *a = m->globals[s->in->global].array;
	struct array_elem *e = element_for(m, f, s);

	if (!e)
		return false;
	array_store(a, e, &f->regs[s->in->args[a->decl->nkeys]]);
	return true;
}

void ops_min(struct machine *m, struct frame *f, const struct step *s)
{
	const struct array *a = m->globals[s->in->global].array;
	struct run_value keys[MAX_KEYS];
	bool any[MAX_KEYS], found = false;

	if (!gather_any(f, s, a->decl->nkeys, keys, any))
		found = array_find(a, keys) != NULL;
	else
		for (struct array_elem *e = array_first(a); e && !found; e = array_next(a, e))
			found = array_matches(a, e, keys, any);
	f->regs[s->dst].n = found;
}

void ops_mdel(struct machine *m, struct frame *f, const struct step *s)
{
	struct array *a = m->globals[s->in->global].array;
	struct run_value keys[MAX_KEYS];
	bool any[MAX_KEYS];

	if (s->in->nargs == 0) {
		array_clear(a);
		return;
	}
	if (!gather_any(f, s, a->decl->nkeys, keys, any)) {
		struct array_elem *e = array_find(a, keys);

		if (e)
			array_remove(a, e);
		return;
	}
	for (struct array_elem *e = array_first(a), *next; e; e = next) {
		next = array_next(a, e);
		if (array_matches(a, e, keys, any))
			array_remove(a, e);
	}
}

bool ops_sadd(struct machine *m, struct frame *f, const struct step *s)
{
	struct variable *v = &m->globals[s->in->global];
	struct aggregate *ag = &v->stats;

	if (v->array) {
		struct array_elem *e = element_for(m, f, s);

		if (!e)
			return false;
		if (!e->value.stats)
			e->value.stats = arena_make(m->arena, struct aggregate);
		ag = e->value.stats;
	}
	aggregate_add(m->arena, &v->shape, ag, f->regs[s->in->args[v->decl->nkeys]].n);
	return true;
}

/* The aggregate that s reads, or NULL: empty. */
static const struct aggregate *aggregate_for(struct machine *m, struct frame *f,
					     const struct step *s)
{
	struct variable *v = &m->globals[s->in->global];
	struct run_value keys[MAX_KEYS];
	struct aggregate *ag = &v->stats;

	if (v->array) {
		gather(f, s, v->decl->nkeys, keys);
		struct array_elem *e = array_find(v->array, keys);

		ag = e ? e->value.stats : NULL;
	}
	return ag && ag->count != 0 ? ag : NULL;
}

/* Asked of each that must not be empty; true: it is none, or nobody looks. */
static bool check_aggregate(struct machine *m, const struct step *s, const struct aggregate *ag)
{
	if (!machine_checks(m, s->guard, OBL_AGGREGATE_NONEMPTY) || ag)
		return true;
	if (s->audit)
		bug("an aggregate proved nonempty is empty");
	return fault_raise(m, s, "empty aggregate");
}

bool ops_sget(struct machine *m, struct frame *f, const struct step *s)
{
	const struct aggregate *ag = aggregate_for(m, f, s);

	if (s->imm != AGGREGATE_COUNT && s->imm != AGGREGATE_SUM && !check_aggregate(m, s, ag))
		return false;
	f->regs[s->dst].n =
		aggregate_read(&m->globals[s->in->global].shape, ag, (enum aggregate_read)s->imm);
	return true;
}

bool ops_hget(struct machine *m, struct frame *f, const struct step *s)
{
	const struct variable *v = &m->globals[s->in->global];
	const struct aggregate *ag = aggregate_for(m, f, s);
	int64_t i = f->regs[s->in->args[v->decl->nkeys]].n;

	bool inside = i >= 0 && i < v->shape.nbuckets;

	if (!check_aggregate(m, s, ag))
		return false;
	if (machine_checks(m, s->guard2, OBL_INDEX_IN_RANGE) && !inside) {
		if (s->audit2)
			bug("a bucket proved in range is not");
		return fault_raise(m, s, "histogram index out of range");
	}
	f->regs[s->dst].n = ag && inside ? ag->buckets[i] : 0;
	return true;
}

bool ops_hprint(struct machine *m, struct frame *f, const struct step *s)
{
	const struct variable *v = &m->globals[s->in->global];
	const struct aggregate *ag = aggregate_for(m, f, s);
	struct printer p = {.buf = m->scratch, .cap = m->max_text};

	if (!check_aggregate(m, s, ag))
		return false;
	if (s->dst == IR_NONE)
		p = (struct printer){.buf = output_reserve(&m->out, DRAWING), .cap = DRAWING};
	if (ag)
		histogram_draw(&p, &v->shape, ag->buckets);
	if (s->dst == IR_NONE)
		output_commit(&m->out, p.n);
	else
		ops_set_text(m, f, s->dst, p.buf, (uint32_t)p.n);
	return true;
}

static bool format_args(struct machine *m, struct frame *f, const struct step *s, struct printer *p)
{
	for (uint32_t i = 0; i < s->in->nargs; i++)
		m->argv[i] = &f->regs[s->in->args[i]];
	if (printer_format(p, s->in->format, m->argv))
		return true;
	if (m->model) { /* what a memory dump shows is not modelled */
		printer_text(p, "(memory)", strlen("(memory)"));
		return true;
	}
	return fault_raise(m, s, "kernel memory cannot be read in user space");
}

bool ops_print(struct machine *m, struct frame *f, const struct step *s)
{
	struct printer p = {.buf = output_reserve(&m->out, PRINTER_MAX), .cap = PRINTER_MAX};

	if (!format_args(m, f, s, &p))
		return false;
	output_commit(&m->out, p.n);
	return true;
}

bool ops_sprint(struct machine *m, struct frame *f, const struct step *s)
{
	/* one byte more than fits, to see whether the text was cut */
	struct printer p = {.buf = m->scratch, .cap = (size_t)m->max_text + 1};

	if (!format_args(m, f, s, &p))
		return false;
	size_t len = strnlen(p.buf, p.n);

	if (machine_checks(m, s->guard, OBL_STRING_FITS) && len > m->max_text)
		text_cut(m, s);
	ops_set_text(m, f, s->dst, p.buf, (uint32_t)len);
	return true;
}

bool ops_intrinsic(struct machine *m, struct frame *f, const struct step *s)
{
	struct run_value args[4], out = {.s = ""};

	for (uint32_t i = 0; i < s->in->nargs && i < 4; i++)
		args[i] = f->regs[s->in->args[i]];
	m->fault_loc = s->in->loc;
	m->fault_in = s->in;
	if (m->model ? !model_intrinsic(m, s, args, &out)
		     : !intrinsic_call(m, (enum intrinsic)s->imm, args, &out))
		return false;
	set_value(m, f, s, &out);
	return true;
}
