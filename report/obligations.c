/* The obligation report for people: one line each, reasons under what is not proved. */
#include "report/report.h"

struct tally obligations_tally(const struct proven *pv, const struct waived *w)
{
	const struct ir_program *p = proven_program(pv);
	struct tally t = {.worst = VERDICT_PROVED, .open = VERDICT_PROVED};

	vec_each(i, &p->obligations) {
		enum verdict_status s = proven_verdict(pv, i)->status;

		t.counts[s]++;
		t.total++;
		t.waived += waived_by(w, i) != NULL;
		/* what the language gives a meaning to makes no script worse */
		if (ir_obligation_policy(p->obligations.v[i].kind) == POLICY_ADVISE)
			continue;
		if (s > t.worst)
			t.worst = s;
		if (s > t.open && !waived_by(w, i))
			t.open = s;
	}
	return t;
}

/* Does the report show it when not all is asked for?  Advice on the library is for its authors. */
static bool listed(const struct obligation *ob, enum verdict_status s, const struct sources *ss)
{
	bool advice = ir_obligation_policy(ob->kind) == POLICY_ADVISE;
	bool holds = s == VERDICT_PROVED || (s == VERDICT_ASSUMED && advice);
	const struct source *src = sources_pos(ss, ob->loc).source;

	if (advice && src && src->kind == SOURCE_TAPSET)
		return false;
	switch (ir_obligation_listed(ob->kind)) {
	case LISTED_ALL: return true;
	case LISTED_OPEN: return !holds;
	case LISTED_CERTAIN: return s == VERDICT_REFUTED;
	}
	return true;
}

const char *obligations_verdict(enum verdict_status worst)
{
	return verdict_word(worst == VERDICT_ASSUMED ? VERDICT_UNKNOWN : worst);
}

static void print_one(FILE *out, const char *file, uint32_t number, const struct obligation *ob,
		      const struct verdict *v, const struct waiver *by, const struct sources *ss)
{
	struct pos p = sources_pos(ss, ob->loc);

	fprintf(out, "  %-8s %-20s %s:%u:%u", verdict_word(v->status), ir_obligation_word(ob->kind),
		p.source ? p.source->name : "-", p.line, p.column);
	if (v->has_bound)
		fprintf(out, "  bound %lld", (long long)v->bound);
	if (v->reason)
		fprintf(out, "  %s", v->reason);
	fputc('\n', out);
	if (v->status == VERDICT_PROVED)
		return;
	for (uint32_t i = 0; i < v->nsteps; i++) {
		struct pos at = sources_pos(ss, v->steps[i].loc);

		fprintf(out, "             %s:%u:%u: %s\n", at.source ? at.source->name : "-",
			at.line, at.column, v->steps[i].text);
	}
	if (v->status == VERDICT_REFUTED && ir_obligation_has_run(ob->kind))
		fprintf(out, "             a run that fails: stapvet replay %s --obligation=%u\n",
			*file == '<' ? "-e SCRIPT" : file, number);
	if (by)
		fprintf(out, "             waived: %s\n", by->reason);
}

/* The header counts what the lines below it say. */
static struct tally tally_listed(const struct proven *pv, const struct waived *w,
				 const struct sources *ss)
{
	const struct ir_program *p = proven_program(pv);
	struct tally t = obligations_tally(pv, w);

	vec_each(i, &p->obligations) {
		enum verdict_status s = proven_verdict(pv, i)->status;

		if (listed(&p->obligations.v[i], s, ss))
			continue;
		t.counts[s]--;
		t.total--;
		t.waived -= waived_by(w, i) != NULL;
	}
	return t;
}

void obligations_print(FILE *out, const char *file, const struct proven *pv, const struct waived *w,
		       const struct sources *ss, bool all)
{
	const struct ir_program *p = proven_program(pv);
	struct tally t = all ? obligations_tally(pv, w) : tally_listed(pv, w, ss);

	fprintf(out, "%s: %s: %u obligation%s", file, obligations_verdict(t.worst), t.total,
		t.total == 1 ? "" : "s");
	for (int s = VERDICT_PROVED; s <= VERDICT_REFUTED; s++)
		if (t.counts[s])
			fprintf(out, ", %u %s", t.counts[s], verdict_word((enum verdict_status)s));
	if (t.waived)
		fprintf(out, "; %u waived", t.waived);
	fputc('\n', out);
	vec_each(i, &p->obligations) {
		const struct obligation *ob = &p->obligations.v[i];

		if (all || listed(ob, proven_verdict(pv, i)->status, ss))
			print_one(out, file, i, ob, proven_verdict(pv, i), waived_by(w, i), ss);
	}
}
