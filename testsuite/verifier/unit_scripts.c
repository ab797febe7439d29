/*
 * Soundness by execution of whole scripts: random well-typed texts go through
 * parser, sema, lowering and the verifier, and then the run-time executes them
 * while the state before every statement is held against what the verifier
 * knew there (oracle.h), every loop's rounds against its bound, statements and
 * depth against cost and nesting, and what was refuted against what went on.
 * Checks deleted by a proof are made by the run-time all the same, and end in
 * bug(), which is reported here.  Under the interleaved model a handler is
 * run between any two instructions of another.
 *
 *   unit_scripts               the fixed set
 *   unit_scripts SEED [COUNT]  COUNT programs from SEED on; one: it is shown
 *   unit_scripts --text SEED   only shows one, without functions
 */
#include "base/bug.h"
#include "ir/lower.h"
#include "parser/parser.h"
#include "sema/sema.h"
#include "testsuite/soundness/makescript.h"
#include "testsuite/soundness/oracle.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

enum { DEFAULT_COUNT = 500, MAX_ACTION = 1500, MAX_DEPTH = 4096, MAX_NESTED = 60 };

/* --- holding a run against its proof --- */

/* Does what fails this obligation leave by an error?  A text that is cut, or a variable that was
 * never set, goes on. */
static bool raises(enum obligation_kind k)
{
	return k == OBL_DIVISION_NONZERO || k == OBL_INDEX_IN_RANGE || k == OBL_MAP_HAS_ROOM ||
	       k == OBL_AGGREGATE_NONEMPTY || k == OBL_DEPTH_BOUNDED;
}

struct activation {
	uint32_t func, block;
	const struct ir_inst *doomed; /* was refuted, and has begun */
	int64_t *rounds;              /* of each loop: bodies started since it was entered */
	size_t room;
};

struct watcher {
	uint64_t seed;
	const char *script;
	const struct ir_program *p;
	const struct proven *pv;
	uint8_t **refuted; /* function, block: an instruction in it was refuted */
	struct shape **shapes;
	struct activation frames[MAX_DEPTH];
	uint32_t depth; /* frames that were live when last seen */
	long checks;
	int failures;
	struct oracle *oracle;
	struct watcher *other; /* of the handlers that run in between; NULL: for those */
	uint64_t rng;
	int nested; /* handlers that may still run in between */
};

struct tally {
	long programs, skipped, checks, proved[OBL_COUNT], refuted[OBL_COUNT];
	int failures;
};

static void complain(struct watcher *w, const char *what, uint32_t func, uint32_t block)
{
	if (w->failures++ < 3)
		printf("%s: seed %llu: %s (%s, block %u)\n", __FILE__, (unsigned long long)w->seed,
		       what, w->p->funcs.v[func].name, block);
}

static void check_claims(struct watcher *w, const struct run_watch *at)
{
	const struct ir_func *f = &w->p->funcs.v[at->func];
	struct claim c;

	vec_each(r, &f->regs) {
		int64_t n = f->regs.v[r].type == IR_STR ? (int64_t)at->regs[r].len : at->regs[r].n;

		if (!proven_claim(w->pv, at->func, at->block, r, &c)) {
			complain(w, "reached a block claimed unreachable", at->func, at->block);
			return;
		}
		w->checks++;
		if (n >= c.low && n <= c.high)
			continue;
		complain(w, "a register is outside its claim", at->func, at->block);
		printf("  %s r%u = %lld, claimed %lld .. %lld\n",
		       f->regs.v[r].name ? f->regs.v[r].name : "", r, (long long)n,
		       (long long)c.low, (long long)c.high);
		return;
	}
}

static bool in_loop(const struct watcher *w, uint32_t func, uint32_t block, uint32_t loop)
{
	const struct shape *sh = w->shapes[func];
	uint32_t h = w->p->funcs.v[func].loops.v[loop].header;

	return sh->loop_at[h] != IR_NONE && shape_in_loop(sh, block, sh->loop_at[h]);
}

/* A body begins by counting the loop's own statement once more. */
static bool starts_body(const struct ir_func *f, uint32_t loop, uint32_t block)
{
	const struct ir_inst *first = &f->blocks.v[block].insts.v[0];

	return first->op == OP_STMT && first->loc.at == f->loops.v[loop].loc.at;
}

static void check_edge(struct watcher *w, struct activation *f, uint32_t to)
{
	const struct ir_func *fn = &w->p->funcs.v[f->func];

	if (w->refuted[f->func][f->block] && to != fn->blocks.v[f->block].catch)
		complain(w, "what was refuted went well", f->func, f->block);
	vec_each(l, &fn->loops) {
		const struct verdict *v = proven_verdict(w->pv, fn->loops.v[l].obligation);
		bool from_in = in_loop(w, f->func, f->block, l);

		if (from_in && !in_loop(w, f->func, to, l) && v->status == VERDICT_REFUTED)
			complain(w, "left a loop said to be endless", f->func, to);
		if (to == fn->loops.v[l].header && !from_in)
			f->rounds[l] = 0;
		if (!starts_body(fn, l, to) || !in_loop(w, f->func, to, l))
			continue;
		f->rounds[l]++;
		w->checks++;
		if (v->status == VERDICT_PROVED && v->has_bound && f->rounds[l] > v->bound)
			complain(w, "a loop's body starts more often than proved", f->func, to);
	}
}

/* The frame was left, by return or by an error. */
static void check_left(struct watcher *w, const struct activation *f)
{
	const struct ir_func *fn = &w->p->funcs.v[f->func];

	vec_each(l, &fn->loops) {
		const struct verdict *v = proven_verdict(w->pv, fn->loops.v[l].obligation);

		if (v->status == VERDICT_REFUTED && in_loop(w, f->func, f->block, l))
			complain(w, "left a function out of a loop said to be endless", f->func,
				 f->block);
	}
}

static void enter(struct watcher *w, const struct run_watch *at)
{
	struct activation *f = &w->frames[at->depth];
	size_t need = (w->p->funcs.v[at->func].loops.n + 1) * sizeof *f->rounds;

	if (f->room < need)
		f->rounds = realloc(f->rounds, f->room = need);
	memset(f->rounds, 0, need);
	f->func = at->func;
	f->doomed = NULL;
}

static void check_globals(struct watcher *w, const struct run_watch *at)
{
	if (oracle_globals(w->oracle, at))
		return;
	complain(w, w->oracle->what, at->func, 0);
	printf("  %s\n", w->oracle->detail);
}

static void on_block(void *ctx, const struct run_watch *at)
{
	struct watcher *w = ctx;
	bool ended = at->block == IR_NONE, fresh = at->block == 0;
	bool limit = at->statements > w->p->limits.maxaction;
	uint32_t live = ended ? 0 : fresh ? at->depth : at->depth + 1;

	for (; w->depth > live; w->depth--)
		if (!limit)
			check_left(w, &w->frames[w->depth - 1]);
	if (ended || at->depth == 0) {
		w->checks++;
		if (at->statements > proven_cost(w->pv, at->func))
			complain(w, "more statements than proved", at->func, 0);
		check_globals(w, at);
	}
	if (ended)
		return;
	if (at->depth >= MAX_DEPTH) {
		complain(w, "too deep for this test", at->func, at->block);
		return;
	}
	if ((int64_t)at->depth > proven_depth(w->pv))
		complain(w, "calls nest deeper than proved", at->func, at->block);
	if (fresh)
		enter(w, at);
	else
		check_edge(w, &w->frames[at->depth], at->block);
	w->frames[at->depth].block = at->block;
	w->frames[at->depth].doomed = NULL;
	w->depth = at->depth + 1;
	check_claims(w, at);
}

/* Was it said that the instruction fails whenever it is reached? */
static bool is_doomed(const struct watcher *w, const struct ir_inst *in)
{
	for (uint32_t i = 0; i < in->nobligations; i++)
		if (raises(w->p->obligations.v[in->obligation + i].kind) &&
		    proven_verdict(w->pv, in->obligation + i)->status == VERDICT_REFUTED)
			return true;
	return false;
}

static bool wraps(const struct ir_inst *in, const struct run_value *regs)
{
	int64_t a = regs[in->args[0]].n, b = regs[in->args[1]].n, r;

	if (in->op == OP_ADD)
		return __builtin_add_overflow(a, b, &r);
	if (in->op == OP_SUB)
		return __builtin_sub_overflow(a, b, &r);
	if (in->op == OP_MUL)
		return __builtin_mul_overflow(a, b, &r);
	return b < 0 || b > 63;
}

/* What was said of the numbers of an addition, multiplication or shift. */
static void check_arithmetic(struct watcher *w, const struct run_watch *at)
{
	for (uint32_t i = 0; i < at->in->nobligations; i++) {
		uint32_t o = at->in->obligation + i;
		enum verdict_status s = proven_verdict(w->pv, o)->status;

		if (w->p->obligations.v[o].kind != OBL_ARITHMETIC_INTENT)
			continue;
		w->checks++;
		if (wraps(at->in, at->regs) ? s == VERDICT_PROVED : s == VERDICT_REFUTED)
			complain(w, "what was said of a number's wrapping is not so", at->func,
				 at->block);
	}
}

static void on_block(void *ctx, const struct run_watch *at);
static void on_step(void *ctx, const struct run_watch *at);

/* Runs a handler that may fire at any time, over the same globals, and comes back. */
static void run_between(struct watcher *w, struct machine *m)
{
	const struct run_options how = {.out_fd = m->opt->out_fd,
					.err_fd = m->opt->err_fd,
					.on_block = on_block,
					.on_step = on_step,
					.ctx = w->other};
	uint32_t n = (uint32_t)(next_random(&w->rng) % w->p->attaches.n);
	const struct ir_attach *attach = &w->p->attaches.v[n];
	struct machine before = *m, after;

	if (attach->when != WHEN_TIMER || m->attach->when != WHEN_TIMER)
		return;
	w->nested--;
	m->opt = &how;
	m->attach = attach;
	m->frames = NULL;
	m->frames_room = 0;
	m->fault_text = arena_alloc(m->arena, m->fault_room);
	m->token_rest = (struct value_text){0};
	m->match_subject = (struct value_text){0};
	w->other->depth = 0;
	interp_run(m, attach->handler);
	after = *m;
	*m = before;
	m->pool = after.pool;
	m->out = after.out;
	m->random = after.random;
	m->state = after.state;
}

static void on_step(void *ctx, const struct run_watch *at)
{
	struct watcher *w = ctx;
	struct activation *f = &w->frames[at->depth];

	if (f->doomed && at->in == f->doomed + 1)
		complain(w, "what was refuted went well", at->func, at->block);
	f->doomed = is_doomed(w, at->in) ? at->in : NULL;
	check_arithmetic(w, at);
	if (!oracle_step(w->oracle, at)) {
		complain(w, w->oracle->what, at->func, at->block);
		printf("  %s\n", w->oracle->detail);
	}
	if (w->other && w->nested > 0 && proven_model(w->pv) == MODEL_INTERLEAVED &&
	    next_random(&w->rng) % (at->in->op == OP_STMT ? 4 : 16) == 0)
		run_between(w, at->machine);
}

static void watch_program(struct watcher *w, struct arena *a)
{
	const struct ir_program *p = w->p;

	w->refuted = arena_alloc(a, p->funcs.n * sizeof *w->refuted);
	w->shapes = arena_alloc(a, p->funcs.n * sizeof *w->shapes);
	vec_each(f, &p->funcs) {
		w->refuted[f] = arena_alloc(a, p->funcs.v[f].blocks.n);
		w->shapes[f] = shape_function(a, &p->funcs.v[f]);
	}
	vec_each(i, &p->obligations) {
		const struct obligation *o = &p->obligations.v[i];
		bool judged = o->inst != IR_NONE && raises(o->kind);

		if (judged && proven_verdict(w->pv, i)->status == VERDICT_REFUTED)
			w->refuted[o->func][o->block] = 1;
	}
}

/* --- compiling and running --- */

static struct ir_program *compile(struct arena *a, uint64_t seed, const char *folder,
				  const char *script)
{
	uint64_t rng = seed * 991 + 5;
	struct sources *sources = sources_new(a);
	struct predefined pre = {.systemtap_v = "5.2", .guru = true};
	struct map macros = {.arena = a};
	struct parse_input in = {.arena = a,
				 .names = intern_new(a),
				 .sources = sources,
				 .diags = diags_new(a, sources),
				 .predefined = &pre,
				 .macros = &macros};
	struct sema_options options = {
		.guru = true, .unoptimised = next_random(&rng) & 1, .maxmapentries = 2048};
	struct sema_input si = {.arena = a, .parse = &in, .options = &options, .diags = in.diags};
	struct ir_limits limits = ir_default_limits();
	struct target_request nothing = {0};
	struct program *p = NULL;
	struct ast *ast;

	si.target = target_open(a, in.diags, &nothing);
	si.library = library_open(&in, &folder, 1);
	ast = parser_parse(&in, sources_add(sources, "x.stp", script, (uint32_t)strlen(script),
					    SOURCE_SCRIPT));
	if (!in.diags->errors)
		p = sema_elaborate(&si, &ast, 1);
	if (!p || in.diags->errors) {
		for (uint32_t i = 0; getenv("SHOW_ERRORS") && i < in.diags->list.n; i++)
			if (in.diags->list.v[i]->severity == SEV_ERROR)
				printf("seed %llu: %s\n", (unsigned long long)seed,
				       in.diags->list.v[i]->message);
		return NULL;
	}
	limits.maxaction = MAX_ACTION;
	limits.maxerrors = 100;
	if (next_random(&rng) % 2)
		limits.maxstringlen = 8 + (int64_t)(next_random(&rng) % 60);
	if (next_random(&rng) % 4 == 0)
		limits.maxnesting = 1 + (int64_t)(next_random(&rng) % 12);
	return lower_program(a, p, si.target, &limits, true);
}

static void count(struct tally *t, const struct watcher *w)
{
	vec_each(i, &w->p->obligations) {
		enum verdict_status s = proven_verdict(w->pv, i)->status;

		t->proved[w->p->obligations.v[i].kind] += s == VERDICT_PROVED;
		t->refuted[w->p->obligations.v[i].kind] += s == VERDICT_REFUTED;
	}
	t->programs++;
	t->checks += w->checks + w->oracle->checks;
	t->failures += w->failures;
}

/* The watcher of what runs in between knows the same, and counts into the same. */
static void watch_between(struct watcher *w)
{
	struct watcher *o = w->other;

	o->seed = w->seed;
	o->checks = o->failures = 0;
	o->p = w->p;
	o->pv = w->pv;
	o->refuted = w->refuted;
	o->shapes = w->shapes;
	o->oracle = w->oracle;
	w->nested = MAX_NESTED;
	w->rng = w->seed;
}

static void try_seed(struct tally *t, struct watcher *w, uint64_t seed, const char *folder,
		     int null)
{
	struct arena *a = arena_new(0, NULL);
	char *script = makescript(seed, true);
	struct verify_options how = {.model = seed % 4 ? MODEL_ATOMIC : MODEL_INTERLEAVED};
	struct run_options run = {.out_fd = null,
				  .err_fd = null,
				  .seed = seed + 1,
				  .on_block = on_block,
				  .on_step = on_step,
				  .ctx = w};
	const char *why;

	w->seed = seed;
	w->checks = w->failures = 0;
	w->depth = 0;
	w->p = compile(a, seed, folder, script);
	if (!w->p) {
		t->skipped++;
	} else {
		struct proven *pv = prove_program(a, w->p, &how);

		why = prove_confirm(pv, a);
		w->pv = pv;
		watch_program(w, a);
		oracle_start(w->oracle, w->pv, a);
		watch_between(w);
		if (why)
			complain(w, why, 0, 0);
		run_program(w->pv, &run);
		w->checks += w->other->checks;
		w->failures += w->other->failures;
		count(t, w);
	}
	free(script);
	arena_free(a);
}

/* A check failed that was proved away: takes the place of base/bug.c. */
_Noreturn void bug_at(const char *file, int line, const char *fmt, ...)
{
	const char *seed = getenv("UNIT_SCRIPTS_SEED");
	va_list ap;

	printf("%s: seed %s: %s:%d: ", __FILE__, seed ? seed : "?", file, line);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	exit(1);
}

static bool make_library(char *folder, char *file, size_t size)
{
	FILE *f;

	if (!mkdtemp(folder))
		return false;
	snprintf(file, size, "%s/library.stp", folder);
	f = fopen(file, "w");
	if (!f)
		return false;
	fputs(MAKESCRIPT_LIBRARY, f);
	return fclose(f) == 0;
}

static void summary(const struct tally *t)
{
	printf("%ld programs, %ld do not compile\n", t->programs, t->skipped);
	for (int k = 0; k < OBL_COUNT; k++)
		if (t->proved[k] || t->refuted[k])
			printf("%s: %ld proved, %ld refuted\n",
			       ir_obligation_word((enum obligation_kind)k), t->proved[k],
			       t->refuted[k]);
}

int main(int argc, char **argv)
{
	char folder[] = "/tmp/unit_scripts.XXXXXX", file[64], text[32];
	uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	uint64_t n = argc > 2 ? strtoull(argv[2], NULL, 10) : argc > 1 ? 1 : DEFAULT_COUNT;
	struct watcher *w = calloc(2, sizeof *w);
	struct oracle oracle;
	struct tally t = {0};
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (argc > 2 && !strcmp(argv[1], "--text")) {
		fputs(makescript(strtoull(argv[2], NULL, 10), false), stdout);
		return 0;
	}
	if (!w || null < 0 || !make_library(folder, file, sizeof file))
		return 1;
	w->other = w + 1;
	w->oracle = &oracle;
	if (n == 1) {
		char *script = makescript(first, true);

		fputs(script, stdout);
		free(script);
	}
	for (uint64_t seed = first; seed < first + n && t.failures < 20; seed++) {
		snprintf(text, sizeof text, "%llu", (unsigned long long)seed);
		setenv("UNIT_SCRIPTS_SEED", text, 1);
		fflush(stdout);
		try_seed(&t, w, seed, folder, null);
	}
	unlink(file);
	rmdir(folder);
	if (argc > 1)
		summary(&t);
	for (int i = 0; i < MAX_DEPTH; i++) {
		free(w->frames[i].rounds);
		free(w->other->frames[i].rounds);
	}
	free(w);
	printf(t.failures ? "failed: %ld checks\n" : "ok %ld\n", t.checks);
	return t.failures != 0 || t.programs < (long)n / 2;
}
