/* The obligation report for people: one line each, reasons under what is not proved. */
#include "report/report.h"

struct tally obligations_tally(const struct proven *pv)
{
	const struct ir_program *p = proven_program(pv);
	struct tally t = {.worst = VERDICT_PROVED};

	vec_each(i, &p->obligations) {
		enum verdict_status s = proven_verdict(pv, i)->status;

		t.counts[s]++;
		t.total++;
		if (s > t.worst)
			t.worst = s;
	}
	return t;
}

const char *obligations_verdict(enum verdict_status worst)
{
	return verdict_word(worst == VERDICT_ASSUMED ? VERDICT_UNKNOWN : worst);
}

static void print_one(FILE *out, const struct obligation *ob, const struct verdict *v,
		      const struct sources *ss)
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
}

void obligations_print(FILE *out, const char *file, const struct proven *pv,
		       const struct sources *ss)
{
	const struct ir_program *p = proven_program(pv);
	struct tally t = obligations_tally(pv);

	fprintf(out, "%s: %s: %u obligation%s", file, obligations_verdict(t.worst), t.total,
		t.total == 1 ? "" : "s");
	for (int s = VERDICT_PROVED; s <= VERDICT_REFUTED; s++)
		if (t.counts[s])
			fprintf(out, ", %u %s", t.counts[s], verdict_word((enum verdict_status)s));
	fputc('\n', out);
	vec_each(i, &p->obligations)
		print_one(out, &p->obligations.v[i], proven_verdict(pv, i), ss);
}
