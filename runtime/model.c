/*
 * The modelled world: handlers are fired as a session would fire them, and
 * every question a handler asks (context variables, memory, functions that read
 * the machine) is answered from what the case prescribes, or by its mode, within
 * what the type or the contract of intrinsic.def allows.  Within one event the
 * same question has the same answer, clocks do not run backwards, and the first
 * and last pages are never mapped.  Printing and commands have no effect.  Not
 * modelled: relations between different questions (pid and tid, two members of
 * one structure).
 */
#include "runtime/model.h"

#include <string.h>

static const int64_t PAGE = 4096;
/* where plausible addresses begin, and what a program cannot reach */
static const uint64_t KERNEL = 0xffff888000000000u, USER = 0x00007f0000000000u;
static const uint64_t USER_END = 0x00007ffffffff000u;
enum { MAX_CELLS = 256, LONGEST_LABEL = 120 };

/* What was answered to a question before. */
struct model_cell {
	uint64_t key;
	bool session; /* it holds for the whole session, not for one event */
	uint32_t input;
};

struct question {
	const char *label;
	enum model_space pointer;
	bool text, may_fault;
	int64_t low, high;
};

uint64_t model_mix(uint64_t h, uint64_t n)
{
	h = (h ^ n) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

bool model_bad_address(int64_t at, bool user)
{
	if ((uint64_t)at < (uint64_t)PAGE || (uint64_t)at >= (uint64_t)-PAGE)
		return true;
	return ((uint64_t)at < USER_END) != user;
}

int64_t model_address(enum model_space space, uint64_t n)
{
	return (int64_t)((space == MODEL_USER ? USER : KERNEL) + n % (1u << 24) * 4096);
}

static int64_t within(const struct question *q, int64_t n)
{
	uint64_t span = (uint64_t)q->high - (uint64_t)q->low;

	if (n >= q->low && n <= q->high)
		return n;
	return span == UINT64_MAX ? n : (int64_t)((uint64_t)q->low + (uint64_t)n % (span + 1));
}

static int64_t mixed_number(struct model *md, const struct question *q)
{
	const struct model_pool *pool = md->pool;
	uint64_t r = lifecycle_random(md->m);
	const int64_t ends[] = {0, 1, -1, q->low, q->high};

	if (r % 4 == 0 || pool->n_numbers == 0)
		return within(q, ends[(r >> 8) % 5]);
	if (r % 4 == 1)
		return within(q, (int64_t)(lifecycle_random(md->m) % 16));
	return within(q, pool->numbers[(r >> 8) % pool->n_numbers]);
}

static int64_t number_for(struct model *md, const struct question *q)
{
	if (q->pointer && md->given->mode != MODEL_MIXED)
		return within(q, model_address(q->pointer, ++md->fresh));
	switch (md->given->mode) {
	case MODEL_FRESH: return within(q, (int64_t)++md->fresh);
	case MODEL_MOST: return q->high;
	case MODEL_LEAST: return q->low;
	case MODEL_MIXED: return mixed_number(md, q);
	case MODEL_PLAIN:
	case MODEL_MODES: break;
	}
	return q->low <= 0 && q->high >= 0 ? 0 : q->low;
}

static const char *longest(struct model *md, int64_t high)
{
	size_t n = high < (int64_t)md->m->max_text ? (size_t)high : md->m->max_text;
	char *s = arena_alloc(md->arena, n + 1);

	memset(s, 'x', n);
	return s;
}

static const char *text_for(struct model *md, const struct question *q)
{
	const struct model_pool *pool = md->pool;
	const char *s = "sh";

	switch (md->given->mode) {
	case MODEL_FRESH:
		s = arena_printf(md->arena, "t%llu", (unsigned long long)++md->fresh);
		break;
	case MODEL_MOST: return longest(md, q->high);
	case MODEL_LEAST: return "";
	case MODEL_MIXED:
		if (pool->n_texts > 0 && lifecycle_random(md->m) % 2)
			s = pool->texts[lifecycle_random(md->m) % pool->n_texts];
		else if (lifecycle_random(md->m) % 4 == 0)
			return longest(md, q->high);
		break;
	case MODEL_PLAIN:
	case MODEL_MODES: break;
	}
	return (int64_t)strlen(s) <= q->high ? s : arena_strndup(md->arena, s, (size_t)q->high);
}

static struct replay_value made_up(struct model *md, const struct question *q)
{
	struct replay_value v = {.kind = q->text ? REPLAY_TEXT : REPLAY_NUMBER, .text = ""};

	if (q->text)
		v.text = text_for(md, q);
	else
		v.n = number_for(md, q);
	return v;
}

/* --- prescribed answers --- */

static bool is_for(const struct replay_input *in, const struct model *md, const char *label,
		   uint32_t occurrence)
{
	bool now = in->event == MODEL_ANY_EVENT ||
		   (in->event == md->event && in->occurrence == occurrence);

	return now && strcmp(in->label, label) == 0;
}

static const struct replay_input *prescribed(struct model *md, const char *label,
					     uint32_t occurrence)
{
	const struct replay_inputs *g = &md->given->given;

	if (md->hint < g->n && is_for(&g->v[md->hint], md, label, occurrence))
		return &g->v[md->hint++];
	for (uint32_t i = 0; i < g->n; i++)
		if (is_for(&g->v[i], md, label, occurrence)) {
			md->hint = i + 1;
			return &g->v[i];
		}
	return NULL;
}

static bool fits(const struct question *q, const struct replay_value *v)
{
	switch (v->kind) {
	case REPLAY_NUMBER: return !q->text && v->n >= q->low && v->n <= q->high;
	case REPLAY_TEXT: return q->text && (int64_t)strlen(v->text) <= q->high;
	case REPLAY_FAULT: return q->may_fault;
	}
	return false;
}

static const char *misfit(struct model *md, const struct question *q)
{
	if (q->text)
		return arena_printf(
			md->arena,
			"the value of %s in event %u is a string of at most %lld bytes%s", q->label,
			md->event, (long long)q->high, q->may_fault ? ", or fault" : "");
	return arena_printf(md->arena, "the value of %s in event %u lies in %lld .. %lld%s",
			    q->label, md->event, (long long)q->low, (long long)q->high,
			    q->may_fault ? ", or is fault" : "");
}

/* --- asking --- */

static uint32_t occurrence_of(struct model *md, const char *label)
{
	uintptr_t n = (uintptr_t)map_get(&md->seen, label);

	map_put(&md->seen, label, (void *)(n + 1));
	return (uint32_t)n;
}

static uint32_t ask(struct model *md, const struct question *q)
{
	struct replay_input in = {.event = md->event,
				  .label = q->label,
				  .occurrence = occurrence_of(md, q->label),
				  .low = q->low,
				  .high = q->high,
				  .may_fault = q->may_fault};
	const struct replay_input *g = prescribed(md, q->label, in.occurrence);

	in.value = made_up(md, q); /* also when it is not used: what follows stays the same */
	if (g && fits(q, &g->value)) {
		in.value = g->value;
	} else if (g && md->given->given_is_all && !md->misfit) {
		md->misfit = misfit(md, q);
		md->stop = true;
	}
	vec_push(md->arena, &md->inputs, in);
	return md->inputs.n - 1;
}

static struct model_cell *cell_of(struct model *md, uint64_t key)
{
	vec_each(i, &md->cells)
		if (md->cells.v[i].key == key)
			return &md->cells.v[i];
	return NULL;
}

static void remember(struct model *md, uint64_t key, bool session, uint32_t input)
{
	const struct model_cell c = {key, session, input};

	if (md->cells.n < MAX_CELLS)
		vec_push(md->arena, &md->cells, c);
}

/* The answer to q, which is the same for the same key; 0: it never is the same. */
static const struct replay_value *answer(struct model *md, const struct question *q, uint64_t key,
					 bool session)
{
	const struct model_cell *c = key ? cell_of(md, key) : NULL;
	uint32_t input = c ? c->input : ask(md, q);

	if (!c && key)
		remember(md, key, session, input);
	md->watch.answer(md->watch.ctx, input, c != NULL);
	return &md->inputs.v[input].value;
}

static uint64_t key_of(enum ir_op op, uint64_t a, uint64_t b, uint64_t c)
{
	return model_mix(model_mix(model_mix((uint64_t)op + 1, a), b), c) | 1;
}

static bool hand_over(struct machine *m, struct frame *f, const struct step *s,
		      const struct replay_value *v)
{
	if (s->dst == IR_NONE)
		return true;
	if (s->str)
		ops_set_text(m, f, s->dst, v->text ? v->text : "",
			     v->text ? (uint32_t)strlen(v->text) : 0);
	else
		f->regs[s->dst].n = v->n;
	return true;
}

static int64_t text_limit(const struct machine *m)
{
	return m->max_text;
}

static enum model_space is_pointer(const struct model *md, const struct frame *f, uint32_t reg)
{
	if (!md->pointers || reg == IR_NONE)
		return MODEL_NOWHERE;
	return (enum model_space)md->pointers[f->code->index][reg];
}

static const char *label_of(struct model *md, const char *name)
{
	char *label = arena_strndup(md->arena, name, strnlen(name, LONGEST_LABEL));

	for (char *c = label; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = ' ';
	return label;
}

static const char *context_label(struct model *md, const struct ir_inst *in)
{
	if (in->str && *in->str)
		return label_of(md, *in->str == '$' || *in->str == '@'
					    ? in->str
					    : arena_printf(md->arena, "$%s", in->str));
	return arena_printf(md->arena, "context %lld", (long long)in->imm);
}

static bool context(struct model *md, struct frame *f, const struct step *s)
{
	struct question q = {.label = context_label(md, s->in),
			     .pointer = is_pointer(md, f, s->dst),
			     .low = INT64_MIN,
			     .high = INT64_MAX};
	const char *name = s->in->str ? s->in->str : "";
	uint64_t key = key_of(OP_CONTEXT, (uint64_t)s->in->imm, (uint64_t)s->in->imm2,
			      map_hash(name, strlen(name)));

	return hand_over(md->m, f, s, answer(md, &q, key, false));
}

static void range_of(const struct ir_mem *mem, struct question *q)
{
	unsigned bits = mem->bit_size ? mem->bit_size : mem->size * 8u;

	q->low = INT64_MIN;
	q->high = INT64_MAX;
	if (bits == 0 || bits >= 64)
		return;
	q->low = mem->is_signed ? -((int64_t)1 << (bits - 1)) : 0;
	q->high = ((int64_t)1 << (bits - (mem->is_signed ? 1 : 0))) - 1;
}

static bool fault_at(struct machine *m, const struct step *s, const char *what, int64_t at)
{
	return fault_raise(m, s, "%s fault [man error::fault] at 0x%016llx", what,
			   (unsigned long long)at);
}

static uint64_t memory_key(const struct ir_mem *mem, int64_t at)
{
	return key_of(OP_LOAD, (uint64_t)at, (uint64_t)mem->size << 8 | mem->bit_offset,
		      (uint64_t)mem->bit_size << 1 | (mem->user ? 1u : 0u));
}

static bool load(struct model *md, struct frame *f, const struct step *s)
{
	const struct ir_mem *mem = s->in->mem;
	int64_t at = f->regs[s->a].n;
	struct question q = {.label = label_of(md, mem->what ? mem->what : "memory"),
			     .text = s->op == OP_LOADSTR,
			     .pointer = is_pointer(md, f, s->dst),
			     .may_fault = true,
			     .high = text_limit(md->m)};
	const struct replay_value *v;

	if (model_bad_address(at, mem->user))
		return fault_at(md->m, s, "read", at);
	if (!q.text)
		range_of(mem, &q);
	v = answer(md, &q, memory_key(mem, at) + (q.text ? 2 : 0), false);
	if (v->kind == REPLAY_FAULT)
		return fault_at(md->m, s, "read", at);
	return hand_over(md->m, f, s, v);
}

/* What is written is there for the reads of the same place. */
static bool store(struct model *md, struct frame *f, const struct step *s)
{
	const struct ir_mem *mem = s->in->mem;
	int64_t at = f->regs[s->a].n;
	struct replay_input in = {.event = md->event, .label = "written"};
	struct question q = {.label = "written"};
	struct model_cell *c;

	if (model_bad_address(at, mem->user))
		return fault_at(md->m, s, "write", at);
	range_of(mem, &q);
	in.occurrence = occurrence_of(md, "written");
	in.written = true;
	in.low = q.low;
	in.high = q.high;
	in.value.n = within(&q, f->regs[s->b].n);
	vec_push(md->arena, &md->inputs, in);
	c = cell_of(md, memory_key(mem, at));
	if (c)
		c->input = md->inputs.n - 1;
	else
		remember(md, memory_key(mem, at), false, md->inputs.n - 1);
	return true;
}

static bool embedded(struct model *md, struct frame *f, const struct step *s)
{
	struct question q = {.label = "embedded C",
			     .text = s->str,
			     .pointer = is_pointer(md, f, s->dst),
			     .low = s->str ? 0 : INT64_MIN,
			     .high = s->str ? text_limit(md->m) : INT64_MAX};

	if (s->dst == IR_NONE)
		return true;
	return hand_over(md->m, f, s, answer(md, &q, 0, false));
}

bool model_op(struct machine *m, struct frame *f, const struct step *s)
{
	if (s->op == OP_CONTEXT)
		return context(m->model, f, s);
	if (s->op == OP_EMBEDDED)
		return embedded(m->model, f, s);
	return s->op == OP_STORE ? store(m->model, f, s) : load(m->model, f, s);
}

/* --- library functions --- */

/* What depends on nothing but the script, or acts on the session alone. */
static bool needs_no_world(enum intrinsic which)
{
	const struct intrinsic_info *info = ir_intrinsic(which);

	if (!(info->effects & (EFFECT_READS | EFFECT_ACTS)))
		return true;
	return which == INTRINSIC_EXIT || which == INTRINSIC_LOG || which == INTRINSIC_WARN ||
	       which == INTRINSIC_TOKENIZE || which == INTRINSIC_MATCHED ||
	       which == INTRINSIC_NGROUPS || which == INTRINSIC_PN || which == INTRINSIC_PP ||
	       which == INTRINSIC_PPFUNC || which == INTRINSIC_PROBE_TYPE ||
	       which == INTRINSIC_MODULE_NAME;
}

static bool is_clock(enum intrinsic which)
{
	return which == INTRINSIC_GETTIMEOFDAY_NS || which == INTRINSIC_KTIME_GET_NS ||
	       which == INTRINSIC_CPU_CLOCK_NS || which == INTRINSIC_JIFFIES;
}

static bool is_constant(enum intrinsic which)
{
	return which == INTRINSIC_HZ || which == INTRINSIC_TARGET || which == INTRINSIC_TZ_OFFSET ||
	       which == INTRINSIC_TZ_NAME;
}

static bool reads_memory(enum intrinsic which)
{
	return which == INTRINSIC_KERNEL_STRING || which == INTRINSIC_KERNEL_STRING_N ||
	       which == INTRINSIC_USER_STRING || which == INTRINSIC_USER_STRING_N ||
	       which == INTRINSIC_KERNEL_BUFFER_QUOTED || which == INTRINSIC_USER_BUFFER_QUOTED ||
	       which == INTRINSIC_SET_KERNEL || which == INTRINSIC_SET_USER;
}

static bool of_user(enum intrinsic which)
{
	return which == INTRINSIC_USER_STRING || which == INTRINSIC_USER_STRING_N ||
	       which == INTRINSIC_USER_BUFFER_QUOTED || which == INTRINSIC_SET_USER;
}

enum model_space model_accesses(const struct ir_inst *in)
{
	bool user;

	if (in->op == OP_LOAD || in->op == OP_LOADSTR || in->op == OP_STORE)
		user = in->mem->user;
	else if (in->op == OP_INTRINSIC && reads_memory((enum intrinsic)in->imm))
		user = of_user((enum intrinsic)in->imm);
	else
		return MODEL_NOWHERE;
	return user ? MODEL_USER : MODEL_KERNEL;
}

static struct question question_of(struct model *md, const struct step *s,
				   const struct run_value *args)
{
	enum intrinsic which = (enum intrinsic)s->imm;
	const struct intrinsic_info *info = ir_intrinsic(which);
	int64_t most = text_limit(md->m);
	struct question q = {.label = arena_printf(md->arena, "%s()", info->name),
			     .text = info->signature[0] == 's',
			     .may_fault = info->effects & EFFECT_FAILS,
			     .low = info->low,
			     .high = info->high};

	if (q.text) {
		q.low = 0;
		q.high = info->high < 0 || info->high > most ? most : info->high;
	} else if (which == INTRINSIC_RANDINT) {
		q.may_fault = false;
		q.high = args[0].n > 0 ? args[0].n - 1 : 0;
	} else if (is_clock(which)) {
		q.low = md->clock;
	}
	return q;
}

static uint64_t intrinsic_key(enum intrinsic which, const struct step *s,
			      const struct run_value *args)
{
	const char *sig = ir_intrinsic(which)->signature + 2;
	uint64_t key[2] = {0, 0};

	if (is_clock(which) || which == INTRINSIC_RANDINT || which == INTRINSIC_GET_CYCLES)
		return 0;
	for (uint32_t i = 0; i < 2 && i < s->in->nargs; i++)
		key[i] = sig[i] == 's' ? map_hash(args[i].s, args[i].len) : (uint64_t)args[i].n;
	return key_of(OP_INTRINSIC, (uint64_t)which, key[0], key[1]);
}

/* A fault at the call, in the words of the library. */
static bool call_fails(struct machine *m, const struct step *s, const struct run_value *args)
{
	enum intrinsic which = (enum intrinsic)s->imm;
	const char *name = ir_intrinsic(which)->name;

	if (!reads_memory(which))
		return fault_raise(m, s, "%s() fails", name);
	return fault_raise(m, s, "%s string copy fault at 0x%llx [man error::fault]",
			   strncmp(name, "user", 4) == 0 ? "user" : "kernel",
			   (unsigned long long)args[0].n);
}

bool model_intrinsic(struct machine *m, const struct step *s, const struct run_value *args,
		     struct run_value *out)
{
	enum intrinsic which = (enum intrinsic)s->imm;
	struct model *md = m->model;
	struct question q;
	const struct replay_value *v;

	if (needs_no_world(which) || (which == INTRINSIC_RANDINT && args[0].n > 1 << 20) ||
	    (which == INTRINSIC_RANDINT && args[0].n < 0))
		return intrinsic_call(m, which, args, out);
	if (model_accesses(s->in) && model_bad_address(args[0].n, of_user(which)))
		return call_fails(m, s, args);
	q = question_of(md, s, args);
	if (ir_intrinsic(which)->signature[0] == 'v')
		return true;
	v = answer(md, &q, intrinsic_key(which, s, args), is_constant(which));
	if (v->kind == REPLAY_FAULT)
		return call_fails(m, s, args);
	if (is_clock(which))
		md->clock = v->n;
	if (q.text)
		*out = value_str(v->text);
	else
		out->n = v->n;
	return true;
}

void model_cut(struct machine *m, const struct step *s)
{
	m->model->watch.cut(m->model->watch.ctx, s->in);
}

void model_fault(struct machine *m, const struct ir_inst *in)
{
	m->model->watch.fault(m->model->watch.ctx, in);
}

bool model_goes_on(const struct machine *m)
{
	return !m->model->stop;
}

/* --- a session --- */

static void on_step(void *ctx, const struct run_watch *w)
{
	struct model *md = ctx;

	if (++md->steps > md->max_steps) {
		md->m->fault = FAULT_STOPPED;
		md->stop = true;
	}
	md->watch.step(md->watch.ctx, w);
	if (md->stop)
		md->m->fault = FAULT_STOPPED;
}

static void new_event(struct model *md)
{
	uint32_t kept = 0;

	vec_each(i, &md->cells)
		if (md->cells.v[i].session)
			md->cells.v[kept++] = md->cells.v[i];
	md->cells.n = kept;
	md->seen = (struct map){.arena = md->arena};
	md->first_of_event = md->inputs.n;
}

static void fire(struct model *md, const struct ir_attach *at)
{
	struct machine *m = md->m;
	bool ok;

	new_event(md);
	m->attach = at;
	md->watch.begins(md->watch.ctx, at, md->event);
	ok = interp_run(m, at->handler);
	if (!ok && m->fault == FAULT_ABORT && m->state != MACHINE_ERROR)
		m->state = MACHINE_STOPPING;
	if (!ok && (m->fault == FAULT_ERROR || m->fault == FAULT_LIMIT) &&
	    ++m->errors > m->program->limits.maxerrors)
		m->state = MACHINE_ERROR;
	output_flush(&m->out);
	md->event++;
}

static void fire_kind(struct model *md, enum ir_when when, enum machine_state state)
{
	lifecycle_order order = {0};

	lifecycle_sort(md->m, when, &order);
	for (uint32_t i = 0; i < order.n && md->m->state == state && !md->stop; i++)
		fire(md, order.v[i]);
}

static void fire_events(struct model *md)
{
	struct machine *m = md->m;

	vec_each(i, &md->given->events) {
		const struct model_event *e = &md->given->events.v[i];

		for (uint32_t k = 0; k < e->times; k++) {
			if (m->state != MACHINE_RUNNING || md->stop)
				return;
			fire(md, &m->program->attaches.v[e->attach]);
		}
	}
}

bool model_run(struct model *md, const struct proven *pv, const struct run_options *opt,
	       struct arena *a)
{
	struct machine *m = arena_make(a, struct machine);
	struct run_options *watched = arena_make(a, struct run_options);

	*watched = *opt;
	watched->on_block = NULL;
	watched->on_step = on_step;
	watched->ctx = md;
	md->arena = a;
	md->m = m;
	md->fresh = 0;
	m->random = md->given->seed;
	m->model = md;
	output_init(&m->out, a, -1, -1);
	m->out.discard = true;
	run_set_up(m, pv, watched, a);
	if (!decode_program(m))
		return false;
	fire_kind(md, WHEN_BEGIN, MACHINE_STARTING);
	if (m->state == MACHINE_STARTING)
		m->state = MACHINE_RUNNING;
	fire_events(md);
	if (m->state == MACHINE_RUNNING)
		m->state = MACHINE_STOPPING;
	fire_kind(md, WHEN_END, MACHINE_STOPPING);
	fire_kind(md, WHEN_ERROR, MACHINE_ERROR);
	return !md->stop;
}

/* --- what is worth trying --- */

enum { MAX_POOL = 200 };

static void add_number(struct model_pool *p, int64_t n)
{
	for (uint32_t i = 0; i < p->n_numbers; i++)
		if (p->numbers[i] == n)
			return;
	if (p->n_numbers < MAX_POOL)
		p->numbers[p->n_numbers++] = n;
}

static void add_text(struct model_pool *p, const char *s)
{
	for (uint32_t i = 0; i < p->n_texts; i++)
		if (strcmp(p->texts[i], s) == 0)
			return;
	if (p->n_texts < MAX_POOL)
		p->texts[p->n_texts++] = s;
}

struct model_pool model_constants(const struct ir_program *p, struct arena *a)
{
	struct model_pool pool = {.numbers = arena_alloc(a, MAX_POOL * sizeof *pool.numbers),
				  .texts = arena_alloc(a, MAX_POOL * sizeof *pool.texts)};

	vec_each(f, &p->funcs)
		vec_each(b, &p->funcs.v[f].blocks)
			vec_each(i, &p->funcs.v[f].blocks.v[b].insts) {
				const struct ir_inst *in = &p->funcs.v[f].blocks.v[b].insts.v[i];

				if (in->op == OP_CONST)
					for (int64_t d = -1; d <= 1; d++)
						add_number(&pool, (int64_t)((uint64_t)in->imm +
									    (uint64_t)d));
				else if (in->op == OP_STR)
					add_text(&pool, in->str);
			}
	return pool;
}

static bool mark(uint8_t *pointer, uint32_t reg, uint8_t space)
{
	bool news = !pointer[reg] && space;

	if (news)
		pointer[reg] = space;
	return news;
}

static bool mark_inst(uint8_t *pointer, const struct ir_inst *in)
{
	enum model_space space = model_accesses(in);
	bool passes_on = in->op == OP_MOV || in->op == OP_ADD || in->op == OP_SUB;

	if (space)
		return mark(pointer, in->args[0], (uint8_t)space);
	if (passes_on && in->dst != IR_NONE)
		return mark(pointer, in->args[0], pointer[in->dst]);
	return false;
}

uint8_t **model_pointers(const struct ir_program *p, struct arena *a)
{
	uint8_t **all = arena_alloc(a, p->funcs.n * sizeof *all);

	vec_each(f, &p->funcs) {
		const struct ir_func *fn = &p->funcs.v[f];
		bool news = true;

		all[f] = arena_alloc(a, fn->regs.n * sizeof **all);
		for (int round = 0; news && round < 8; round++) {
			news = false;
			for (uint32_t b = fn->blocks.n; b-- > 0;)
				for (uint32_t i = fn->blocks.v[b].insts.n; i-- > 0;)
					news |= mark_inst(all[f], &fn->blocks.v[b].insts.v[i]);
		}
	}
	return all;
}
