/*
 * Budgets: sums over what functions do, callees before callers.  Locks are the
 * globals that a handler may read or write, itself or through calls; one that
 * nothing writes, and an aggregate that only takes samples, needs none.  All are
 * taken before the first statement in the order of declaration, so no two
 * handlers can wait for each other; what may be wrong is that a handler waits
 * while it holds them.  Frames, arrays and strings are counted at their largest;
 * where nothing bounds a recursion or a loop, MAXNESTING and MAXACTION do: every
 * round of a loop counts a statement.  The figures are upper bounds for the run-times' layouts, not
 * their layouts.
 */
#include "verifier/budget.h"
#include "verifier/cost.h"
#include "verifier/textlen.h"

#include <string.h>

enum {
	REGISTER_BYTES = 24,
	FRAME_BYTES = 96,
	ENTRY_BYTES = 192, /* an element's links, and its places in the snapshots of loops */
	SAMPLE_BYTES = 96,
	HISTOGRAM_BYTES = 128 * 8,
	HISTOGRAM_TEXT = 130 * 128,
	CPUS = 64,               /* that each get frames and samples of their own */
	BPF_STACK = 512,         /* the kernel's limit for a program; its strings live in maps */
	STACK_TEXT = 8192,       /* a printed backtrace */
	LONGEST_RECURSION = 1000 /* without -DMAXNESTING, what a run-time must be ready for */
};

struct summary {
	struct members *reads, *writes; /* globals */
	const struct ir_inst *waits, *embedded;
	int64_t frames; /* bytes of the deepest calls from here */
	int64_t output; /* bytes a call prints, as far as loops and calls are bounded */
	int64_t once;   /* the most that one function prints when each of its blocks runs once */
	bool reached;
};

struct budget {
	struct arena *arena;
	const struct proven *pv;
	struct summary *of;      /* by function */
	struct members *written; /* by any function that may run */
	bool embedded;
};

/* --- one function --- */

static void note_globals(struct budget *b, struct summary *s, const struct ir_func *f,
			 const struct ir_inst *in)
{
	bool element = in->op == OP_SADD && b->pv->program->globals.v[in->global].nkeys;

	if (in->op == OP_GSTORE || in->op == OP_GCLEAR || in->op == OP_MSET || in->op == OP_MDEL ||
	    element) /* a scalar's samples are each CPU's own */
		members_put(b->arena, &s->writes, in->global);
	if (in->op == OP_GLOAD || in->op == OP_MGET || in->op == OP_MIN_ || in->op == OP_SGET ||
	    in->op == OP_HGET || in->op == OP_HPRINT)
		members_put(b->arena, &s->reads, in->global);
	if (in->op == OP_ITER)
		members_put(b->arena, &s->reads, f->iters.v[in->imm].global);
}

int64_t budget_printed(const struct ir_program *p, const struct ir_func *f,
		       const struct ir_inst *in)
{
	int64_t longest = p->limits.maxstringlen;
	struct interval args[64];

	if (in->op == OP_HPRINT && in->dst == IR_NONE)
		return HISTOGRAM_TEXT;
	if (in->op == OP_INTRINSIC && (in->imm == INTRINSIC_LOG || in->imm == INTRINSIC_WARN))
		return longest + 1;
	if (in->op == OP_INTRINSIC &&
	    (in->imm == INTRINSIC_PRINT_BACKTRACE || in->imm == INTRINSIC_PRINT_UBACKTRACE ||
	     in->imm == INTRINSIC_PRINT_REGS))
		return STACK_TEXT;
	if (in->op != OP_PRINT)
		return 0;
	if (!in->format || in->nargs > 64)
		return INT64_MAX;
	for (uint32_t i = 0; i < in->nargs; i++)
		args[i] = f->regs.v[in->args[i]].type == IR_STR ? interval_make(0, longest - 1)
								: interval_top();
	return textlen_format(in->format, args, in->nargs);
}

bool budget_waits(const struct ir_inst *in)
{
	return in->op == OP_INTRINSIC &&
	       (in->imm == INTRINSIC_MDELAY || in->imm == INTRINSIC_UDELAY);
}

int64_t budget_frame(const struct ir_program *p, enum memory_model model, const struct ir_func *f)
{
	bool bpf = model == MODEL_INTERLEAVED;
	int64_t bytes = bpf ? 0 : FRAME_BYTES;

	vec_each(r, &f->regs)
		if (bpf)
			bytes += 8;
		else
			bytes += REGISTER_BYTES +
				 (f->regs.v[r].type == IR_STR ? p->limits.maxstringlen : 0);
	return bytes;
}

/* What the function itself does and prints; what it calls is summed up already. */
static void own(struct budget *b, uint32_t func, struct arena *scratch)
{
	const struct ir_func *f = &b->pv->program->funcs.v[func];
	const struct claims *c = &b->pv->inv->claims[func];
	const uint32_t *cycle = b->pv->inv->e->cycle;
	int64_t *weight = arena_alloc(scratch, f->blocks.n * sizeof *weight), total = 0;
	struct summary *s = &b->of[func];

	s->reached = c->at != NULL;
	vec_each(k, &f->blocks) {
		if (!c->at || !c->at[k].reachable)
			continue;
		vec_each(i, &f->blocks.v[k].insts) {
			const struct ir_inst *in = &f->blocks.v[k].insts.v[i];

			note_globals(b, s, f, in);
			if (budget_waits(in) && !s->waits)
				s->waits = in;
			if (in->op == OP_EMBEDDED)
				s->embedded = in;
			weight[k] = cost_plus(weight[k], budget_printed(b->pv->program, f, in));
			s->once = cost_plus(s->once, budget_printed(b->pv->program, f, in));
			for (uint32_t n = 0; n < in->ncallees; n++)
				if (cycle[in->callees[n]] != cycle[func])
					weight[k] =
						cost_plus(weight[k], b->of[in->callees[n]].output);
		}
		total = cost_plus(total, weight[k]);
	}
	s->output = total ? cost_path(scratch, b->pv, func, weight, RANKING_OUTPUT) : 0;
}

/* How deep the calls of a cycle may nest: as proved, or as the run-time lets them. */
static int64_t nesting(const struct budget *b, uint32_t c)
{
	int64_t given = b->pv->program->limits.maxnesting;
	int64_t limit = given > 0 ? given : LONGEST_RECURSION;

	if (!b->pv->inv->e->recursive[c])
		return 0;
	return b->pv->recursion[c] < limit ? b->pv->recursion[c] : limit;
}

/* What it calls, joined in; within a cycle of calls, all that any member does. */
static void close_cycle(struct budget *b, uint32_t c)
{
	const struct effects *e = b->pv->inv->e;
	struct summary all = {0};
	int64_t frames = 0, below = 0, depth = nesting(b, c);
	bool own_reads = false, own_writes = false;

	for (uint32_t m = e->cycle_at[c]; m < e->cycle_at[c + 1]; m++) {
		uint32_t f = e->order[m];
		const struct summary *s = &b->of[f];
		int64_t size =
			budget_frame(b->pv->program, b->pv->model, &b->pv->program->funcs.v[f]);

		frames = size > frames ? size : frames;
		members_add(b->arena, &all.reads, &own_reads, s->reads);
		members_add(b->arena, &all.writes, &own_writes, s->writes);
		all.waits = s->waits ? s->waits : all.waits;
		all.embedded = s->embedded ? s->embedded : all.embedded;
		all.output = cost_plus(all.output, s->output);
		all.once = s->once > all.once ? s->once : all.once;
		for (uint32_t i = e->calls_at[f]; s->reached && i < e->calls_at[f + 1]; i++) {
			const struct summary *to = &b->of[e->calls[i]];

			if (e->cycle[e->calls[i]] == c)
				continue;
			members_add(b->arena, &all.reads, &own_reads, to->reads);
			members_add(b->arena, &all.writes, &own_writes, to->writes);
			all.waits = to->waits ? to->waits : all.waits;
			all.embedded = to->embedded ? to->embedded : all.embedded;
			below = to->frames > below ? to->frames : below;
			all.once = to->once > all.once ? to->once : all.once;
		}
	}
	if (e->recursive[c] && all.output)
		all.output = INT64_MAX; /* how often it prints is not counted */
	all.frames = cost_plus(cost_times(frames, cost_plus(depth, 1)), below);
	for (uint32_t m = e->cycle_at[c]; m < e->cycle_at[c + 1]; m++) {
		all.reached = b->of[e->order[m]].reached;
		b->of[e->order[m]] = all;
	}
}

struct budget *budget_collect(struct arena *a, const struct proven *pv)
{
	struct budget *b = arena_make(a, struct budget);
	const struct effects *e = pv->inv->e;
	struct arena *scratch = arena_scratch(a);
	bool own_written = false;

	b->arena = a;
	b->pv = pv;
	b->of = arena_alloc(a, e->nfuncs * sizeof *b->of);
	for (uint32_t c = 0; c < e->ncycles; c++) {
		if (arena_used(scratch) > (4u << 20)) {
			arena_free(scratch);
			scratch = arena_scratch(a);
		}
		for (uint32_t m = e->cycle_at[c]; m < e->cycle_at[c + 1]; m++)
			own(b, e->order[m], scratch);
		close_cycle(b, c);
	}
	arena_free(scratch);
	vec_each(f, &pv->program->funcs) {
		pv->output[f] = b->of[f].output;
		if (pv->program->funcs.v[f].kind != IR_HANDLER)
			continue;
		members_add(a, &b->written, &own_written, b->of[f].writes);
		b->embedded |= b->of[f].embedded != NULL;
	}
	return b;
}

/* --- verdicts --- */

enum { NAMED = 6 };

/* The first few by name, in the order of declaration. */
static const char *names(const struct budget *b, const struct members *set,
			 const struct members *without, uint32_t *count)
{
	const struct ir_program *p = b->pv->program;
	const char *list = "";

	*count = 0;
	for (uint32_t g = 0; (g = members_next(set, g)) != MEMBERS_NONE; g++) {
		if (members_has(without, g) || !members_has(b->written, g))
			continue;
		if (++*count <= NAMED)
			list = arena_printf(b->arena, "%s%s%s", list, *count > 1 ? ", " : "",
					    p->globals.v[g].name);
	}
	return *count > NAMED ? arena_printf(b->arena, "%s and %u more", list, *count - NAMED)
			      : list;
}

struct verdict budget_locks(struct budget *b, uint32_t handler)
{
	const struct summary *s = &b->of[handler];
	uint32_t nwrites, nreads;
	const char *writes = names(b, s->writes, NULL, &nwrites), *what;
	const char *reads = names(b, s->reads, s->writes, &nreads);
	struct verdict v;

	what = nwrites && nreads
		       ? arena_printf(b->arena, "%s for writing and %s for reading", writes, reads)
	       : nwrites ? arena_printf(b->arena, "%s for writing", writes)
			 : arena_printf(b->arena, "%s for reading", reads);
	if (s->embedded) {
		v = verdict_make(VERDICT_ASSUMED,
				 "embedded C is taken at its word on the globals it uses");
		verdict_step(&v, s->embedded->loc, "this code is not analysed");
		return v;
	}
	if (!nwrites && !nreads)
		return verdict_make(VERDICT_PROVED,
				    "it needs no lock: no global that it uses is ever changed by "
				    "another statement than adding a sample");
	if (!s->waits)
		return verdict_make(
			VERDICT_PROVED,
			arena_printf(b->arena,
				     "it locks %s, in the order of declaration as all handlers "
				     "do, and nothing in it waits",
				     what));
	v = verdict_make(VERDICT_GUARDED,
			 arena_printf(b->arena,
				      "it waits while it holds %s; a handler that gets no lock in "
				      "time is skipped, up to MAXSKIPPED times",
				      what));
	verdict_step(&v, s->waits->loc, "here it waits");
	return v;
}

int64_t budget_stack_room(const struct ir_program *p, enum memory_model model)
{
	return model == MODEL_INTERLEAVED ? BPF_STACK : p->limits.maxmemory * 1024;
}

struct verdict budget_stack(struct budget *b, uint32_t handler)
{
	int64_t n = b->of[handler].frames, room = budget_stack_room(b->pv->program, b->pv->model);

	if (n <= room)
		return verdict_bounded(VERDICT_PROVED, n,
				       arena_printf(b->arena,
						    "at most %lld bytes of frames, and there are "
						    "%lld",
						    (long long)n, (long long)room));
	return verdict_bounded(
		VERDICT_GUARDED, n,
		arena_printf(b->arena,
			     "up to %lld bytes of frames, and there are %lld; a call "
			     "too deep ends with an error",
			     (long long)n, (long long)room));
}

struct verdict budget_output(struct budget *b, uint32_t handler)
{
	int64_t limit = b->pv->program->limits.maxaction;
	int64_t n = b->of[handler].output, most = cost_times(b->of[handler].once, limit);

	if (n == 0)
		return verdict_bounded(VERDICT_PROVED, 0, "it prints nothing");
	if (n <= most && n < INT64_MAX)
		return verdict_bounded(
			VERDICT_PROVED, n,
			arena_printf(b->arena, "it prints at most %lld bytes a hit", (long long)n));
	if (most < INT64_MAX)
		return verdict_bounded(
			VERDICT_PROVED, most,
			arena_printf(
				b->arena,
				"it prints at most %lld bytes a hit, because MAXACTION ends it "
				"after %lld statements",
				(long long)most, (long long)limit));
	return verdict_make(VERDICT_GUARDED,
			    "how much it prints a hit has no known bound; what the buffers cannot "
			    "hold is lost and counted");
}

/* --- the whole script --- */

static int64_t value_bytes(const struct ir_program *p, enum ir_type t)
{
	return t == IR_STR ? REGISTER_BYTES + 2 * p->limits.maxstringlen : REGISTER_BYTES;
}

int64_t budget_global(const struct ir_program *p, const struct ir_global *g)
{
	int64_t samples = CPUS * (int64_t)(SAMPLE_BYTES + (g->has_hist ? HISTOGRAM_BYTES : 0));
	int64_t n = g->type == IR_STATS ? samples : value_bytes(p, g->type);

	if (!g->nkeys)
		return n;
	for (uint32_t k = 0; k < g->nkeys; k++)
		n += value_bytes(p, g->keys[k]);
	return cost_times(g->capacity, n + ENTRY_BYTES);
}

int64_t budget_stacks(enum memory_model model)
{
	return model == MODEL_ATOMIC ? CPUS : 1;
}

struct verdict budget_memory(struct budget *b)
{
	const struct ir_program *p = b->pv->program;
	int64_t total = 0, frames = 0, most = 0, limit = p->limits.maxmemory * 1024;
	const struct ir_global *largest = NULL;
	struct verdict v;

	vec_each(g, &p->globals) {
		int64_t n = budget_global(p, &p->globals.v[g]);

		total = cost_plus(total, n);
		if (n > most)
			largest = &p->globals.v[g], most = n;
	}
	vec_each(f, &p->funcs)
		if (p->funcs.v[f].kind == IR_HANDLER && b->of[f].frames > frames)
			frames = b->of[f].frames;
	total = cost_plus(total, cost_times(frames, budget_stacks(b->pv->model)));
	if (total <= limit)
		return verdict_bounded(
			VERDICT_PROVED, total,
			arena_printf(b->arena,
				     "at most %lld KiB when every array is full, on up to %d CPUs, "
				     "and %lld are allowed",
				     (long long)(total / 1024 + 1), CPUS,
				     (long long)p->limits.maxmemory));
	v = verdict_bounded(
		VERDICT_GUARDED, total,
		arena_printf(b->arena,
			     "up to %lld KiB when every array is full, on up to %d CPUs, "
			     "and %lld are allowed; a script that needs more is ended",
			     (long long)(total / 1024), CPUS, (long long)p->limits.maxmemory));
	if (largest)
		verdict_step(&v, largest->loc,
			     arena_printf(b->arena, "%s takes up to %lld KiB of them",
					  largest->name, (long long)(most / 1024)));
	return v;
}

/* --- privilege --- */

enum level { STAPUSR, STAPSYS, STAPDEV };

struct need {
	enum level level;
	struct {
		const char *why; /* NULL: nothing demands it */
		struct loc loc;
	} of[STAPDEV + 1]; /* by level: what first demands it */
};

static void needs(struct need *n, enum level level, const char *why, struct loc loc)
{
	if (!n->of[level].why) {
		n->of[level].why = why;
		n->of[level].loc = loc;
	}
	if (level > n->level)
		n->level = level;
}

/* The least level that may call it. */
static enum level intrinsic_level(int64_t which)
{
	static const int64_t guru[] = {INTRINSIC_PANIC,      INTRINSIC_RAISE,    INTRINSIC_PRINTK,
				       INTRINSIC_SET_KERNEL, INTRINSIC_SET_USER, INTRINSIC_MDELAY,
				       INTRINSIC_UDELAY};
	static const int64_t kernel[] = {
		INTRINSIC_KERNEL_STRING, INTRINSIC_KERNEL_STRING_N, INTRINSIC_KERNEL_BUFFER_QUOTED,
		INTRINSIC_SYMNAME,       INTRINSIC_SYMDATA,         INTRINSIC_MODNAME,
		INTRINSIC_BACKTRACE,     INTRINSIC_PRINT_BACKTRACE, INTRINSIC_DUMP_STACK,
		INTRINSIC_TASK_CURRENT,  INTRINSIC_PID2TASK,        INTRINSIC_FTRACE};

	for (size_t i = 0; i < sizeof guru / sizeof *guru; i++)
		if (guru[i] == which)
			return STAPDEV;
	for (size_t i = 0; i < sizeof kernel / sizeof *kernel; i++)
		if (kernel[i] == which)
			return STAPSYS;
	return STAPUSR;
}

static bool for_all(const char *c)
{
	return strstr(c, "/* unprivileged */") || strstr(c, "/* myproc-unprivileged */");
}

static void needs_inst(struct need *n, const struct ir_func *f, const struct ir_inst *in)
{
	if (in->op == OP_STORE)
		needs(n, STAPDEV, "it writes memory", in->loc);
	else if (in->op == OP_INTRINSIC)
		needs(n, intrinsic_level(in->imm), "it calls a function that is not for all",
		      in->loc);
	else if (in->op == OP_EMBEDDED && !for_all(in->str))
		needs(n, f->from_tapset ? STAPSYS : STAPDEV,
		      "it runs C code that is not marked for all", in->loc);
	else if ((in->op == OP_LOAD || in->op == OP_LOADSTR) && !in->mem->user)
		needs(n, STAPSYS, "it reads kernel memory", in->loc);
}

unsigned budget_level(const struct ir_func *f, const struct ir_inst *in)
{
	struct need n = {.level = STAPUSR};

	needs_inst(&n, f, in);
	return n.level;
}

unsigned budget_attach_level(const struct ir_attach *at)
{
	bool own = at->family && !strncmp(at->family, "process", 7);

	return at->when == WHEN_KERNEL && !own ? STAPSYS : STAPUSR;
}

static const char *const LEVELS[] = {"stapusr", "stapsys", "stapdev"};

unsigned budget_granted(const struct ir_program *p)
{
	for (unsigned i = STAPUSR; p->privilege && i <= STAPDEV; i++)
		if (!strcmp(p->privilege, LEVELS[i]))
			return i;
	return STAPDEV;
}

static struct need least_privilege(const struct proven *pv)
{
	const struct ir_program *p = pv->program;
	struct need n = {.of = {{.why = "it keeps to the user's own processes"}}};

	vec_each(i, &p->attaches) {
		const struct ir_attach *at = &p->attaches.v[i];

		needs(&n, (enum level)budget_attach_level(at),
		      "it probes more than the user's own processes", at->loc);
	}
	vec_each(f, &p->funcs) {
		const struct claims *c = &pv->inv->claims[f];

		vec_each(k, &p->funcs.v[f].blocks)
			if (c->at && c->at[k].reachable)
				vec_each(i, &p->funcs.v[f].blocks.v[k].insts)
					needs_inst(&n, &p->funcs.v[f],
						   &p->funcs.v[f].blocks.v[k].insts.v[i]);
	}
	return n;
}

uint32_t budget_demands(const struct proven *pv, struct budget_demand out[2])
{
	struct need n = least_privilege(pv);
	uint32_t count = 0;

	for (int i = STAPSYS; i <= STAPDEV; i++)
		if (n.of[i].why)
			out[count++] = (struct budget_demand){LEVELS[i], n.of[i].why, n.of[i].loc};
	return count;
}

struct verdict budget_privilege(struct budget *b)
{
	const char *granted = b->pv->program->privilege;
	struct need n = least_privilege(b->pv);
	enum level most = STAPDEV;
	struct verdict v;

	for (int i = STAPUSR; granted && i <= STAPDEV; i++)
		if (!strcmp(granted, LEVELS[i]))
			most = (enum level)i;
	if (n.level <= most)
		return verdict_make(VERDICT_PROVED,
				    arena_printf(b->arena, "%s is enough: %s", LEVELS[n.level],
						 n.of[n.level].why));
	v = verdict_make(VERDICT_REFUTED, arena_printf(b->arena, "it needs %s, and %s is granted",
						       LEVELS[n.level], LEVELS[most]));
	verdict_step(&v, n.of[n.level].loc, n.of[n.level].why);
	return v;
}
