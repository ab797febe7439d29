/*
 * Rules about work that a probe could do without.  How often a handler runs is judged by heat.c;
 * what is said here is worth most in probes that run thousands of times a second.
 */
#include "base/text.h"
#include "lint/rules.h"

#include <string.h>

static bool is_hot(const struct lint *l)
{
	return l->decl && heat_of(l->decl) == HEAT_HOT;
}

static bool is_probe(const struct decl *d)
{
	return d->kind == DECL_PROBE || d->kind == DECL_ALIAS;
}

/* =~ "^text$" without anything special in it is a comparison. */
void overhead_regex(struct lint *l)
{
	const struct expr *e = l->expr;
	struct diags *ds = l->in->diags;

	if (e->kind != EXPR_MATCH)
		return;
	const char *pattern = e->match.pattern;
	size_t n = strlen(pattern);

	if (n < 3 || pattern[0] != '^' || pattern[n - 1] != '$' ||
	    strcspn(pattern + 1, ".[]()*+?{}|\\^$") != n - 2)
		return;
	const char *op = e->match.negated ? "!=" : "==", *old = e->match.negated ? "!~" : "=~";
	struct diag *d =
		rule_report(l, e->span, "a comparison does what this regular expression does");
	const char *whole = rule_text(l, e->span), *at = strstr(whole, old);
	size_t a_len = strlen(rule_text(l, e->match.a->span));

	if (!at || (size_t)(at - whole) < a_len)
		return;
	diag_fix(ds, d, e->span,
		 arena_printf(l->in->arena, "%.*s%s \"%.*s\"", (int)(at - whole), whole, op,
			      (int)(n - 2), pattern + 1),
		 "compare");
}

/* The whole kernel, or nearly: one attachment a function. */
void overhead_wildcard(struct lint *l)
{
	const struct decl *d = l->decl;
	const struct probe *p = d->kind == DECL_PROBE ? rule_probe(l, d) : NULL;

	if (!p || p->sites.n <= rule_option(l, LINT_OPTION_WILDCARD_SITES))
		return;
	struct diag *f = rule_report(l, d->probe.points.v[0]->span,
				     "this probe is attached at %u places", p->sites.n);

	diag_note(l->in->diags, f, (struct span){{0}, {0}},
		  "narrow it by module, file or a longer name; each place costs time to attach and "
		  "every hit");
}

static bool prints(const struct expr *e, void *ctx)
{
	(void)ctx;
	return e->kind == EXPR_PRINT && !(e->print.flags & PRINT_TO_STRING);
}

/* Is what stands here behind a condition, so that not every hit comes to it? */
static bool filtered(const struct lint *l)
{
	if (l->known.n)
		return true;
	for (uint32_t i = 0; i < l->decl->probe.points.n; i++)
		if (!l->decl->probe.points.v[i]->cond)
			return false;
	return true;
}

void overhead_print(struct lint *l)
{
	if (!is_hot(l) || l->decl->kind != DECL_PROBE || !prints(l->expr, NULL) || filtered(l))
		return;
	rule_report(l, l->expr->span, "every hit of this busy probe prints");
}

static bool is_backtrace(const struct expr *e, void *ctx)
{
	static const char *const NAMES[] = {"print_backtrace",
					    "print_ubacktrace",
					    "print_stack",
					    "print_ustack",
					    "print_syms",
					    "print_usyms",
					    "sprint_backtrace",
					    "sprint_ubacktrace",
					    "print_backtrace_fileline",
					    "print_ubacktrace_fileline",
					    "symdata",
					    "usymdata",
					    "symfileline",
					    NULL};

	(void)ctx;
	return e->kind == EXPR_CALL && rule_is_one_of(e->call.name, NAMES);
}

void overhead_backtrace(struct lint *l)
{
	if (is_hot(l) && l->decl->kind == DECL_PROBE && is_backtrace(l->expr, NULL) && !filtered(l))
		rule_report(
			l, l->expr->span,
			"every hit of this busy probe looks symbols up; keep backtrace() as a key, "
			"and print_syms() it in a report");
}

void overhead_timer(struct lint *l)
{
	static const struct {
		const char *words;
		int64_t least;
	} UNITS[] = {{"timer.ns", 1000000},
		     {"timer.us", 1000},
		     {"timer.usec", 1000},
		     {"timer.nsec", 1000000},
		     {"timer.hz", -1000}};
	const struct expr *arg;

	if (l->decl->kind != DECL_PROBE)
		return;
	for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++) {
		const struct probe_point *p = rule_point(l->decl, UNITS[i].words, &arg);
		bool fast = p && arg && arg->kind == EXPR_NUMBER &&
			    (UNITS[i].least > 0 ? arg->number < UNITS[i].least
						: arg->number > -UNITS[i].least);

		if (fast)
			rule_report(l, p->span, "this timer fires more than 1000 times a second");
	}
}

/* $$vars and its kin read all there is and turn it to text. */
void overhead_pretty(struct lint *l)
{
	const struct expr *e = l->expr;

	if (!is_hot(l) || l->decl->kind != DECL_PROBE || e->kind != EXPR_TARGET || filtered(l))
		return;
	bool all = e->target.base == TARGET_VAR && strncmp(e->target.name, "$$", 2) == 0;

	for (uint32_t i = 0; i < e->target.ncomponents; i++)
		all |= e->target.components[i].kind == COMPONENT_PRETTY ||
		       e->target.components[i].kind == COMPONENT_PRETTY_DEEP;
	if (all)
		rule_report(l, e->span,
			    "every hit of this busy probe turns '%s' to text; name the "
			    "members that matter",
			    rule_text(l, e->span));
}

/* foreach sorts the whole array to print all of it. */
void overhead_sort(struct lint *l)
{
	const struct stmt *s = l->stmt;

	if (s->kind != STMT_FOREACH || s->foreach->sort == SORT_NONE || s->foreach->limit ||
	    !l->decl || !is_probe(l->decl) || heat_of(l->decl) < HEAT_TIMER)
		return;
	rule_report(l, s->keyword,
		    "all of '%s' is sorted and walked at every report; 'limit' keeps to the first",
		    rule_text(l, s->foreach->array->span));
}

static bool is_number_text(const struct expr *e)
{
	return e && e->kind == EXPR_PRINT && e->print.flags & PRINT_TO_STRING &&
	       e->print.args.n == 1 && e->print.format_text &&
	       strcmp(e->print.format_text, "%d") == 0;
}

/* a[sprintf("%d", n)]: the number itself is the better key. */
void overhead_text_key(struct lint *l)
{
	const struct expr *e = l->expr;

	for (uint32_t i = 0; e->kind == EXPR_INDEX && i < e->index.keys.n; i++) {
		const struct expr *k = e->index.keys.v[i];

		if (is_number_text(k))
			rule_report(l, k->span, "the number itself does as a key: '%s'",
				    rule_text(l, k->print.args.v[0]->span));
	}
}

/* Functions whose entry is a tracepoint, which is stable, cheaper and needs no debuginfo. */
void overhead_tracepoint(struct lint *l)
{
	static const struct {
		const char *function, *tracepoint;
	} PAIRS[] = {{"__schedule", "sched_switch"},
		     {"schedule", "sched_switch"},
		     {"try_to_wake_up", "sched_waking"},
		     {"ttwu_do_wakeup", "sched_wakeup"},
		     {"blk_mq_start_request", "block_rq_issue"},
		     {"__kfree_skb", "kfree_skb"},
		     {"netif_rx", "netif_rx"},
		     {"__netif_receive_skb_core", "netif_receive_skb"},
		     {"handle_irq_event_percpu", "irq_handler_entry"},
		     {"__handle_irq_event_percpu", "irq_handler_entry"}};
	const struct expr *arg;
	const struct probe_point *p = rule_point(l->decl, "kernel.function", &arg);

	if (!p || p->nparts != 2 || !arg || arg->kind != EXPR_STRING)
		return;
	for (size_t i = 0; i < sizeof PAIRS / sizeof *PAIRS; i++)
		if (strcmp(PAIRS[i].function, arg->string) == 0)
			rule_report(l, p->span,
				    "kernel.trace(\"%s\") is at the same place, cheaper, "
				    "and there on every kernel",
				    PAIRS[i].tracepoint);
}

/* All system calls, to look at the name of one. */
static bool asks_name(const struct expr *e, void *ctx)
{
	const struct expr *a =
		e->kind == EXPR_BINARY && e->binary.op == BINARY_EQ ? e->binary.a : NULL;

	(void)ctx;
	return a && a->kind == EXPR_NAME && strcmp(a->name.name, "name") == 0 &&
	       e->binary.b->kind == EXPR_STRING;
}

void overhead_all_syscalls(struct lint *l)
{
	const struct decl *d = l->decl;
	const struct probe_point *p =
		d->kind == DECL_PROBE && d->probe.points.n == 1 && d->probe.points.v[0]->nparts >= 2
			? d->probe.points.v[0]
			: NULL;
	const struct stmt *body = d->kind == DECL_PROBE ? d->probe.body : NULL;

	if (!p || !strstr(p->parts[0].name, "syscall") || strcmp(p->parts[1].name, "*") != 0 ||
	    !body || body->kind != STMT_BLOCK || body->block.n != 1 ||
	    body->block.v[0]->kind != STMT_IF || body->block.v[0]->branch.no)
		return;
	const struct expr *e = rule_find(body->block.v[0]->branch.cond, asks_name, NULL);

	if (e)
		rule_report(l, p->span, "every system call is probed for one: %s.%s does",
			    p->parts[0].name, e->binary.b->string);
}

/* Work before the filter, in a handler that filters. */
void overhead_late_filter(struct lint *l)
{
	const struct stmt *b = l->body;

	if (l->decl->kind != DECL_PROBE || !is_hot(l) || b->kind != STMT_BLOCK)
		return;
	for (uint32_t i = 1; i < b->block.n; i++) {
		const struct stmt *s = b->block.v[i];
		bool filter = s->kind == STMT_IF && !s->branch.no &&
			      (s->branch.yes->kind == STMT_NEXT ||
			       (s->branch.yes->kind == STMT_BLOCK && s->branch.yes->block.n == 1 &&
				s->branch.yes->block.v[0]->kind == STMT_NEXT)) &&
			      s->branch.cond->kind == EXPR_BINARY &&
			      s->branch.cond->binary.a->kind == EXPR_CALL;

		if (!filter)
			continue;
		for (uint32_t k = 0; k < i; k++) {
			if (!rule_find_in(b->block.v[k], is_backtrace, NULL) &&
			    b->block.v[k]->kind != STMT_FOREACH)
				continue;
			struct diag *d = rule_report(l, s->keyword,
						     "this filter comes after expensive work");

			diag_note(l->in->diags, d, b->block.v[k]->keyword, "done at every hit");
			return;
		}
	}
}
