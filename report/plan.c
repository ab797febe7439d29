/* What a run would do: the answer to --dry-run. */
#include "report/report.h"

#include <inttypes.h>

static void print_site(FILE *out, const struct ir_attach *at)
{
	static const char *const EXISTS[] = {"no", "yes", "unknown"};

	fprintf(out, "  site %s\n    exists: %s", at->text, EXISTS[at->exists]);
	if (at->evidence)
		fprintf(out, " (%s)", at->evidence);
	fputc('\n', out);
	if (at->trust_reason)
		fprintf(out, "    assumed: %s\n", at->trust_reason);
}

static void print_cost(FILE *out, const struct proven *pv, uint32_t func)
{
	const struct ir_program *p = proven_program(pv);
	int64_t cost = proven_cost(pv, func);

	if (cost == INT64_MAX)
		fprintf(out, "  cost not bounded: stopped after %" PRId64 " statements a hit\n",
			p->limits.maxaction);
	else
		fprintf(out, "  cost at most %" PRId64 " statements a hit (limit %" PRId64 ")\n",
			cost, p->limits.maxaction);
}

static void print_guards(FILE *out, const struct proven *pv, const struct sources *ss)
{
	const struct ir_program *p = proven_program(pv);
	bool none = true;

	fputs("guards kept:", out);
	vec_each(i, &p->obligations) {
		const struct obligation *ob = &p->obligations.v[i];
		struct pos at = sources_pos(ss, ob->loc);

		if (!proven_guard(pv, i) || ir_obligation_policy(ob->kind) != POLICY_GUARD)
			continue;
		fprintf(out, "%s  %s at %s:%u:%u\n", none ? "\n" : "", ir_obligation_word(ob->kind),
			at.source ? at.source->name : "-", at.line, at.column);
		none = false;
	}
	if (none)
		fputs(" none\n", out);
}

static void print_waivers(FILE *out, const struct waived *w, const struct sources *ss,
			  struct arena *a)
{
	for (uint32_t i = 0; w && w->comments && i < w->comments->list.n; i++) {
		const struct waiver *one = &w->comments->list.v[i];
		struct pos at = sources_pos(ss, one->span.start);

		if (one->used)
			fprintf(out, "waived at %s:%u:%u: %s for %s: %s\n",
				at.source ? at.source->name : "-", at.line, at.column, one->tag,
				waiver_where(a, one), one->reason);
	}
}

void plan_print(FILE *out, const struct proven *pv, const struct waived *w,
		const struct sources *ss, const char *refusal)
{
	const struct ir_program *p = proven_program(pv);

	if (refusal)
		fprintf(out, "run-time: none built yet serves this script: %s\n", refusal);
	else
		fputs("run-time: user space (no kernel, no privileges)\n", out);
	vec_each(f, &p->funcs) {
		struct pos at = sources_pos(ss, p->funcs.v[f].loc);

		if (p->funcs.v[f].kind != IR_HANDLER)
			continue;
		fprintf(out, "handler at %s:%u:%u\n", at.source ? at.source->name : "-", at.line,
			at.column);
		vec_each(i, &p->attaches) {
			if (p->attaches.v[i].handler == f)
				print_site(out, &p->attaches.v[i]);
		}
		print_cost(out, pv, f);
	}
	print_guards(out, pv, ss);
	print_waivers(out, w, ss, p->arena);
}
