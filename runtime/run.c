/*
 * The door of the user-space run-time: whether it can serve a program at all,
 * and a run of one from its first handler to its exit status.  A run has an
 * arena with a ceiling of its own; a script that outgrows it ends with an
 * error and not with the machine's memory.
 */
#include "runtime/machine.h"

#include <string.h>
#include <time.h>

static const size_t OWN_MEMORY = (size_t)64 << 20; /* for code and buffers, beside the script's */
enum { MAX_COMMANDS = 1000, MIN_ROOM = 512 };

/* What about the instruction needs the kernel, or NULL. */
static const char *needs_kernel(const struct ir_inst *in, struct arena *a)
{
	const struct intrinsic_info *info;

	if (in->op == OP_EMBEDDED)
		return "runs embedded C";
	if (in->op == OP_CONTEXT)
		return arena_printf(a, "reads $%s", in->str ? in->str : "variables");
	if (in->op == OP_LOAD || in->op == OP_LOADSTR || in->op == OP_STORE)
		return arena_printf(a, "%s kernel memory", in->op == OP_STORE ? "writes" : "reads");
	if ((in->op == OP_PRINT || in->op == OP_SPRINT) && printer_needs_kernel(in->format))
		return "prints kernel memory";
	if (in->op != OP_INTRINSIC)
		return NULL;
	info = ir_intrinsic((enum intrinsic)in->imm);
	return info->kernel_only ? arena_printf(a, "calls %s()", info->name) : NULL;
}

struct reach {
	const struct proven *pv;
	struct arena *a;
	uint8_t *seen;
	VEC(uint32_t) queue;
};

static void reach_func(struct reach *r, uint32_t func)
{
	if (r->seen[func])
		return;
	r->seen[func] = 1;
	vec_push(r->a, &r->queue, func);
}

static const char *reach_inst(struct reach *r, const struct ir_inst *in)
{
	const struct matcher *re = NULL;
	const char *why = needs_kernel(in, r->a);

	if (why)
		return arena_printf(r->a, "%s, which the user-space run-time cannot do", why);
	for (uint32_t i = 0; in->op == OP_CALL && i < in->ncallees; i++)
		reach_func(r, in->callees[i]);
	if (in->op != OP_MATCH)
		return NULL;
	re = matcher_compile(r->a, in->str, &why);
	return re ? NULL
		  : arena_printf(r->a, "has a bad regular expression \"%s\" (%s)", in->str, why);
}

static const char *reach_block(struct reach *r, const struct ir_block *b)
{
	const char *why = NULL;

	for (uint32_t k = 0; k < b->insts.n && !why; k++)
		why = reach_inst(r, &b->insts.v[k]);
	return why;
}

/* What the handler, or a function it calls, does that only the kernel can; or NULL. */
static const char *handler_obstacle(const struct proven *pv, uint32_t handler, struct arena *a)
{
	const struct ir_program *p = proven_program(pv);
	struct reach r = {.pv = pv, .a = a, .seen = arena_alloc(a, p->funcs.n)};
	const char *why = NULL;

	reach_func(&r, handler);
	for (uint32_t i = 0; i < r.queue.n && !why; i++) {
		const struct ir_func *f = &p->funcs.v[r.queue.v[i]];

		for (uint32_t b = 0; b < f->blocks.n && !why; b++)
			if (proven_reached(pv, r.queue.v[i], b))
				why = reach_block(&r, &f->blocks.v[b]);
		if (why && r.queue.v[i] != handler)
			why = arena_printf(a, "(in function %s) %s", f->name, why);
	}
	return why;
}

const char *run_refusal(const struct proven *pv, struct arena *a)
{
	const struct ir_program *p = proven_program(pv);

	vec_each(i, &p->attaches) {
		const struct ir_attach *at = &p->attaches.v[i];
		const char *text = at->text ? at->text : p->funcs.v[at->handler].name, *why;

		if (at->when == WHEN_KERNEL)
			return arena_printf(a,
					    "probe %s needs the kernel; the user-space run-time "
					    "serves begin, end, error, never and timer probes",
					    text);
		if (at->when == WHEN_NEVER)
			continue;
		why = handler_obstacle(pv, at->handler, a);
		if (why)
			return arena_printf(a, "probe %s %s", text, why);
	}
	return NULL;
}

static void read_zone(struct machine *m)
{
	time_t now = time(NULL);
	struct tm tm;

	m->tz_name = "UTC";
	if (!localtime_r(&now, &tm))
		return;
	m->tz_west = (int)-tm.tm_gmtoff;
	m->tz_name = arena_strdup(m->arena, tm.tm_zone ? tm.tm_zone : "UTC");
}

void run_set_up(struct machine *m, const struct proven *pv, const struct run_options *opt,
		struct arena *a)
{
	const struct ir_program *p = proven_program(pv);
	int64_t longest = p->limits.maxstringlen;

	m->pv = pv;
	m->program = p;
	m->opt = opt;
	m->arena = a;
	m->pool.arena = a;
	m->max_text = longest > 1 && longest < INT32_MAX ? (uint32_t)longest - 1 : 511;
	m->scratch_room = (size_t)m->max_text + MIN_ROOM;
	m->scratch = arena_alloc(a, m->scratch_room);
	m->fault_room = (size_t)m->max_text + MIN_ROOM;
	m->fault_text = arena_alloc(a, m->fault_room);
	m->command_texts = arena_alloc(a, MAX_COMMANDS * sizeof *m->command_texts);
	m->action_limit = p->limits.maxaction < INT64_MAX ? p->limits.maxaction : INT64_MAX - 1;
	m->target_pid = opt->target_pid;
	read_zone(m);
}

/* STP_MAXMEMORY is for what the script keeps. */
static size_t memory_limit(const struct proven *pv)
{
	return OWN_MEMORY + (size_t)proven_program(pv)->limits.maxmemory * 1024;
}

int run_program(const struct proven *pv, const struct run_options *opt)
{
	struct arena *own = arena_new(0, NULL); /* outlives the other's ceiling */
	struct machine *m = arena_make(own, struct machine);
	jmp_buf *full = arena_make(own, jmp_buf);
	struct arena *volatile arena = NULL;
	volatile int status = 1;

	output_init(&m->out, own, opt->out_fd, opt->err_fd);
	if (setjmp(*full) == 0) {
		arena = arena_new(memory_limit(pv), full);
		run_set_up(m, pv, opt, arena);
		if (decode_program(m))
			status = lifecycle_run(m);
	} else {
		output_complain(&m->out, "ERROR", "the script needs too much memory");
		lifecycle_abandon(m);
	}
	output_flush(&m->out);
	arena_free(arena);
	arena_free(own);
	return status;
}
