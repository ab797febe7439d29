/*
 * The facts of a review, out of a proven program, its findings and its waivers.  Nothing is
 * decided here that the verifier has not decided; the sentences under "look at first" only say
 * which of it weighs most.
 */
#include "report/review.h"
#include "verifier/budget.h"

#include <string.h>

enum { SITES_SHOWN = 40 };

static const struct {
	enum review_group group;
	const char *word, *text;
} KINDS[REVIEW_KINDS] = {
	[REVIEW_NONE] = {REVIEW_READS, "none", ""},
	[REVIEW_KERNEL] = {REVIEW_READS, "kernel-memory", "kernel memory"},
	[REVIEW_USER] = {REVIEW_READS, "user-memory", "memory of processes"},
	[REVIEW_CONTEXT] = {REVIEW_READS, "probe-context", "arguments and registers at the probe"},
	[REVIEW_STACK] = {REVIEW_READS, "stacks-and-symbols", "stacks, symbols and addresses"},
	[REVIEW_GIVEN] = {REVIEW_READS, "given-text", "text written to its own /proc file"},
	[REVIEW_PROCESS] = {REVIEW_READS, "process-identity",
			    "who runs: names, process and user ids"},
	[REVIEW_MACHINE] = {REVIEW_READS, "machine", "clocks, processors, random numbers"},
	[REVIEW_STORE_KERNEL] = {REVIEW_WRITES, "kernel-memory-write", "kernel memory"},
	[REVIEW_STORE_USER] = {REVIEW_WRITES, "user-memory-write", "memory of processes"},
	[REVIEW_PROCFS] = {REVIEW_WRITES, "procfs", "its own /proc file"},
	[REVIEW_COMMAND] = {REVIEW_RUNS, "command", "commands, as the user who runs the script"},
	[REVIEW_CONTROL] = {REVIEW_RUNS, "control", "signals, delays, a stop of the kernel"},
	[REVIEW_C] = {REVIEW_RUNS, "embedded-c", "C code that is not analysed"},
	[REVIEW_OUTPUT] = {REVIEW_PRINTS, "output", "its output"},
	[REVIEW_ERROR] = {REVIEW_PRINTS, "messages", "warnings and error messages"},
	[REVIEW_LOG] = {REVIEW_PRINTS, "kernel-log", "the kernel's log or trace buffer"},
};

enum review_group review_group_of(enum review_kind k)
{
	return KINDS[k].group;
}

const char *review_kind_word(enum review_kind k)
{
	return KINDS[k].word;
}

const char *review_kind_text(enum review_kind k)
{
	return KINDS[k].text;
}

const char *review_group_word(enum review_group g)
{
	static const char *const WORDS[] = {"reads", "writes", "runs", "prints"};

	return WORDS[g];
}

const char *review_heat_word(enum heat h)
{
	static const char *const WORDS[] = {"once", "timer", "event", "hot"};

	return WORDS[h];
}

const char *review_heat_text(enum heat h)
{
	static const char *const TEXTS[] = {"once in a session", "at most some times a second",
					    "whenever it happens",
					    "thousands of times a second on a busy machine"};

	return TEXTS[h];
}

/* Library files are known by their place in the library, wherever that is installed. */
static const char *short_name(const char *name)
{
	const char *at = strstr(name, "/tapset/"), *more;

	while (at && (more = strstr(at + 1, "/tapset/")))
		at = more;
	return at ? at + 1 : name;
}

struct review_place review_place_of(const struct sources *ss, struct loc loc)
{
	struct pos p = sources_pos(ss, loc);
	struct loc up = loc;

	if (!p.source)
		return (struct review_place){0};
	/* what a library macro wrote is looked up where the script used the macro */
	while (p.source->kind != SOURCE_SCRIPT && sources_origin(ss, up, &up)) {
		struct pos q = sources_pos(ss, up);

		if (q.source && q.source->kind == SOURCE_SCRIPT)
			p = q;
	}
	bool library = p.source->kind == SOURCE_TAPSET;

	return (struct review_place){library ? short_name(p.source->name) : p.source->name, p.line,
				     p.column, library};
}

/* --- obligations --- */

const char *review_shell_word(struct arena *a, const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "_./+=:,@%-";
	char *out, *to;

	if (s[strspn(s, plain)] == '\0' && *s && *s != '-')
		return s;
	out = to = arena_alloc(a, strlen(s) * 4 + 5);
	if (*s == '-')
		to = stpcpy(to, "./");
	*to++ = '\'';
	for (; *s; s++) {
		if (*s == '\'')
			to = stpcpy(to, "'\\'");
		*to++ = *s;
	}
	*to = '\'';
	return out;
}

static struct review_claim claim_of(const struct review_input *in, uint32_t i)
{
	const struct obligation *ob = &proven_program(in->proven)->obligations.v[i];
	const struct verdict *v = proven_verdict(in->proven, i);
	const struct waiver *by = waived_by(in->waived, i);
	enum policy policy = ir_obligation_policy(ob->kind);
	struct review_claim c = {
		.number = i,
		.kind = ir_obligation_word(ob->kind),
		.text = ir_obligation_text(ob->kind),
		.reason = v->reason ? v->reason : "not decided",
		.waived = by ? by->reason : NULL,
		.status = v->status,
		.policy = policy,
		.has_bound = v->has_bound && v->bound < INT64_MAX,
		.bound = v->bound,
		.place = review_place_of(in->diags->sources, ob->loc),
	};

	for (uint32_t k = 0; k < v->nsteps; k++) {
		struct review_step s = {v->steps[k].text,
					review_place_of(in->diags->sources, v->steps[k].loc)};

		vec_push(in->arena, &c.steps, s);
	}
	if ((v->status == VERDICT_REFUTED || v->status == VERDICT_GUARDED) &&
	    policy != POLICY_ADVISE && ir_obligation_has_run(ob->kind))
		c.replay = arena_printf(
			in->arena, "stapvet replay%s %s --obligation=%u", in->options,
			*in->file == '<' ? "-e SCRIPT" : review_shell_word(in->arena, in->file), i);
	return c;
}

static void collect_claims(const struct review_input *in, struct review *r)
{
	const struct ir_program *p = proven_program(in->proven);

	vec_each(i, &p->obligations) {
		struct review_claim c = claim_of(in, i);
		struct review_step s = {c.reason, c.place};

		vec_push(in->arena, &r->claims, c);
		if (c.status == VERDICT_ASSUMED)
			vec_push(in->arena, &r->assumptions, s);
	}
}

/* --- handlers --- */

static const char *context_text(enum ir_context c)
{
	static const char *const TEXTS[] = {"in user space",      "in a timer interrupt",
					    "in process context", "in a soft interrupt",
					    "in an interrupt",    "in a non-maskable interrupt",
					    "in any context"};

	return TEXTS[c];
}

static struct review_site site_of(const struct ir_attach *at)
{
	static const char *const EXISTS[] = {"no", "yes", "unknown"};

	return (struct review_site){at->text, EXISTS[at->exists], at->evidence, at->trust_reason,
				    context_text(at->context)};
}

static void add_site(const struct review_input *in, struct review *r, struct review_handler *h,
		     const struct ir_attach *at)
{
	struct review_step trusted = {at->trust_reason, h->place};

	if (h->nsites++ < SITES_SHOWN)
		vec_push(in->arena, &h->sites, site_of(at));
	if (at->trust_reason)
		vec_push(in->arena, &r->assumptions, trusted);
}

/* The verifier's sentences on the whole of a handler. */
static void add_sentence(struct review_handler *h, enum obligation_kind k, const char *reason)
{
	if (k == OBL_COST_BOUNDED)
		h->cost_text = reason;
	else if (k == OBL_OUTPUT_BOUNDED)
		h->output = reason;
	else if (k == OBL_STACK_FITS)
		h->stack = reason;
	else if (k == OBL_LOCK_ORDER)
		h->locks = reason;
}

static void collect_handlers(const struct review_input *in, struct review *r)
{
	const struct ir_program *p = proven_program(in->proven);
	uint32_t *number = arena_alloc(in->arena, p->funcs.n * sizeof *number);

	vec_each(f, &p->funcs) {
		struct review_handler h = {.name = p->funcs.v[f].name, .heat = in->heat[f]};

		number[f] = IR_NONE;
		if (p->funcs.v[f].kind != IR_HANDLER)
			continue;
		number[f] = r->handlers.n;
		h.place = review_place_of(in->diags->sources, p->funcs.v[f].loc);
		h.cost = proven_cost(in->proven, f);
		vec_push(in->arena, &r->handlers, h);
	}
	vec_each(i, &p->attaches) {
		uint32_t n = number[p->attaches.v[i].handler];

		if (n != IR_NONE)
			add_site(in, r, &r->handlers.v[n], &p->attaches.v[i]);
	}
	vec_each(i, &p->obligations) {
		const struct obligation *ob = &p->obligations.v[i];

		if (ob->func != IR_NONE && ob->inst == IR_NONE && number[ob->func] != IR_NONE)
			add_sentence(&r->handlers.v[number[ob->func]], ob->kind,
				     proven_verdict(in->proven, i)->reason);
	}
}

/* --- globals and privilege --- */

static const char *type_word(enum ir_type t)
{
	static const char *const WORDS[] = {"number", "string", "statistics"};

	return WORDS[t];
}

static const char *shape_words(struct arena *a, const struct ir_global *g)
{
	const char *keys = "";

	for (uint32_t k = 0; k < g->nkeys; k++)
		keys = arena_printf(a, "%s%s%s", keys, k ? ", " : "", type_word(g->keys[k]));
	if (!g->nkeys)
		return type_word(g->type);
	return arena_printf(a, "%lld elements of %s by %s%s", (long long)g->capacity,
			    type_word(g->type), keys, g->wrap ? "; the oldest makes room" : "");
}

static void collect_globals(const struct review_input *in, struct review *r)
{
	const struct ir_program *p = proven_program(in->proven);

	vec_each(g, &p->globals) {
		const struct ir_global *of = &p->globals.v[g];
		struct review_global one = {of->name, shape_words(in->arena, of),
					    budget_global(p, of),
					    review_place_of(in->diags->sources, of->loc)};

		vec_push(in->arena, &r->globals, one);
	}
	vec_each(i, &p->obligations)
		if (p->obligations.v[i].kind == OBL_MEMORY_BOUNDED)
			r->memory = proven_verdict(in->proven, i)->reason;
}

static void collect_privilege(const struct review_input *in, struct review *r)
{
	struct budget_demand found[2];
	uint32_t n = budget_demands(in->proven, found);

	r->level = n ? found[n - 1].level : "stapusr";
	/* without -g it would not have come this far, had it needed that */
	r->guru = strcmp(r->level, "stapdev") == 0 && proven_program(in->proven)->guru;
	while (n--) {
		struct review_demand d = {found[n].level, found[n].why,
					  review_place_of(in->diags->sources, found[n].loc)};

		vec_push(in->arena, &r->demands, d);
	}
}

/* --- what people wrote --- */

static void collect_codes(const struct review_input *in, struct review *r)
{
	const struct ir_program *p = in->proven ? proven_program(in->proven) : NULL;

	for (uint32_t i = 0; i < in->ncodes; i++)
		vec_push(in->arena, &r->codes, in->codes[i]);
	for (uint32_t f = 0; p && f < p->funcs.n; f++) {
		vec_each(b, &p->funcs.v[f].blocks) {
			vec_each(i, &p->funcs.v[f].blocks.v[b].insts) {
				const struct ir_inst *at = &p->funcs.v[f].blocks.v[b].insts.v[i];
				struct review_code c = {
					p->funcs.v[f].name, at->str,
					review_place_of(in->diags->sources, at->loc)};

				if (at->op == OP_EMBEDDED && proven_reached(in->proven, f, b))
					vec_push(in->arena, &r->codes, c);
			}
		}
	}
}

static void collect_waivers(const struct review_input *in, struct review *r)
{
	const struct waivers *ws = in->waived ? in->waived->comments : NULL;

	for (uint32_t i = 0; ws && i < ws->list.n; i++) {
		const struct waiver *w = &ws->list.v[i];
		struct review_waiver one = {w->tag, waiver_where(in->arena, w), w->reason, w->used,
					    review_place_of(in->diags->sources, w->span.start)};

		vec_push(in->arena, &r->waivers, one);
	}
}

static void collect_findings(const struct review_input *in, struct review *r)
{
	vec_each(i, &in->diags->list) {
		const struct diag *d = in->diags->list.v[i];
		struct review_finding f = {
			.tag = diag_word(d->tag),
			.severity = diag_severity_word(d->severity),
			.message = d->message,
			.place = review_place_of(in->diags->sources, d->span.start),
		};

		vec_each(k, &d->notes) {
			struct review_step s = {
				d->notes.v[k].text,
				review_place_of(in->diags->sources, d->notes.v[k].span.start)};

			vec_push(in->arena, &f.notes, s);
		}
		vec_push(in->arena, &r->findings, f);
	}
}

/* --- the verdict --- */

static uint32_t count_acts(const struct review *r, enum review_kind k)
{
	uint32_t n = 0;

	vec_each(i, &r->acts)
		n += r->acts.v[i].kind == k;
	return n;
}

static uint32_t count_flows(const struct review *r, enum review_kind from, enum review_kind to)
{
	uint32_t n = 0;

	vec_each(i, &r->flows) {
		bool found = false;

		vec_each(k, &r->flows.v[i].origins)
			found |= r->flows.v[i].origins.v[k].source.kind == from;
		n += found && r->flows.v[i].sink.kind == to;
	}
	return n;
}

static void attend(const struct review_input *in, struct review *r, uint32_t n, const char *one,
		   const char *many)
{
	if (n)
		vec_push(in->arena, &r->attention, n == 1 ? one : arena_printf(in->arena, many, n));
}

static uint32_t count_claims(const struct review *r, enum verdict_status s, bool advice)
{
	uint32_t n = 0;

	vec_each(i, &r->claims)
		n += r->claims.v[i].status == s && !r->claims.v[i].waived &&
		     (r->claims.v[i].policy == POLICY_ADVISE) == advice;
	return n;
}

static uint32_t count_given_up(const struct review *r)
{
	uint32_t n = 0;

	vec_each(i, &r->flows)
		n += r->flows.v[i].given_up;
	return n;
}

static uint32_t count_hot(const struct review *r)
{
	uint32_t n = 0;

	vec_each(i, &r->handlers)
		n += r->handlers.v[i].heat == HEAT_HOT;
	return n;
}

static uint32_t count_findings(const struct review *r, const char *severity)
{
	uint32_t n = 0;

	vec_each(i, &r->findings)
		n += strcmp(r->findings.v[i].severity, severity) == 0;
	return n;
}

#define ATTEND(n, one, many) attend(in, r, n, one, many)

static void weigh(const struct review_input *in, struct review *r)
{
	ATTEND(count_findings(r, "error"), "There is an error in the script.",
	       "There are %u errors in the script.");
	ATTEND(count_claims(r, VERDICT_REFUTED, false), "One obligation is refuted: it will fail.",
	       "%u obligations are refuted: they will fail.");
	ATTEND(count_acts(r, REVIEW_STORE_KERNEL), "It writes to kernel memory at one place.",
	       "It writes to kernel memory at %u places.");
	ATTEND(count_acts(r, REVIEW_STORE_USER), "It writes to memory of processes at one place.",
	       "It writes to memory of processes at %u places.");
	ATTEND(count_acts(r, REVIEW_COMMAND), "It runs a command.",
	       "It runs commands at %u places.");
	ATTEND(count_flows(r, REVIEW_USER, REVIEW_COMMAND),
	       "Memory of processes becomes part of a command.",
	       "Memory of processes becomes part of %u commands.");
	ATTEND(count_acts(r, REVIEW_CONTROL), "It signals, delays or stops at one place.",
	       "It signals, delays or stops at %u places.");
	ATTEND(r->codes.n, "It contains C code that is not analysed.",
	       "It contains %u pieces of C code that are not analysed.");
	ATTEND(count_claims(r, VERDICT_UNKNOWN, false), "One obligation could not be decided.",
	       "%u obligations could not be decided.");
	ATTEND(count_given_up(r),
	       "The script is too large: one output is not followed to its sources, and places "
	       "may be missing from the lists.",
	       "The script is too large: %u outputs are not followed to their sources, and places "
	       "may be missing from the lists.");
	ATTEND(count_flows(r, REVIEW_USER, REVIEW_OUTPUT),
	       "One output shows what is in the memory of processes.",
	       "%u outputs show what is in the memory of processes.");
	ATTEND(count_hot(r), "One probe is on a path that is busy on every machine.",
	       "%u probes are on paths that are busy on every machine.");
	ATTEND(count_findings(r, "warning"), "There is one warning.", "There are %u warnings.");
	ATTEND(r->tally.waived, "One obligation was waived by the author.",
	       "%u obligations were waived by the author.");
}

static const char *headline(const struct review_input *in, const struct review *r)
{
	uint32_t kept = count_claims(r, VERDICT_GUARDED, false);

	if (!r->verified)
		return "It could not be verified: it would not run as it is.";
	switch (r->tally.worst) {
	case VERDICT_PROVED: return "All that could go wrong in a run is proved not to.";
	case VERDICT_GUARDED:
		return kept == 1 ? "Nothing is refuted; one thing that is not proved is checked in "
				   "the run."
				 : arena_printf(in->arena,
						"Nothing is refuted; %u things that are not proved "
						"are checked in the run.",
						kept);
	case VERDICT_ASSUMED:
	case VERDICT_UNKNOWN:
		return "Something could not be decided, or is taken on trust; look there first.";
	case VERDICT_REFUTED: break;
	}
	return "Something will fail, or is not allowed; the script should not run as it is.";
}

struct review *review_collect(const struct review_input *in)
{
	struct review *r = arena_make(in->arena, struct review);

	r->file = in->file;
	r->script = in->script;
	r->verified = in->proven != NULL;
	r->verdict = "not verified";
	if (in->proven) {
		r->tally = obligations_tally(in->proven, in->waived);
		r->verdict = obligations_verdict(r->tally.worst);
		collect_claims(in, r);
		collect_handlers(in, r);
		collect_globals(in, r);
		collect_privilege(in, r);
		review_flow_collect(in, r);
		review_tree_collect(in, r);
	}
	collect_codes(in, r);
	collect_waivers(in, r);
	collect_findings(in, r);
	weigh(in, r);
	r->headline = headline(in, r);
	return r;
}
