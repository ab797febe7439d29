/*
 * What the proof pays: of the checks that SystemTap would make at run time, how
 * many are proved away, and how many stay.  A waived check stays, too: the
 * waiver is for the reader, not for the machine.
 */
#include "report/report.h"

struct counts counts_of(const struct proven *pv, const struct waived *w, enum obligation_kind k)
{
	const struct ir_program *p = proven_program(pv);
	struct counts c = {0};

	vec_each(i, &p->obligations) {
		if (p->obligations.v[i].kind != k)
			continue;
		c.owed++;
		c.proved += proven_verdict(pv, i)->status == VERDICT_PROVED;
		c.waived += waived_by(w, i) != NULL;
	}
	c.open = c.owed - c.proved;
	return c;
}

static bool has_check(enum obligation_kind k)
{
	return ir_obligation_policy(k) == POLICY_GUARD;
}

struct counts counts_total(const struct proven *pv, const struct waived *w, bool checks)
{
	struct counts total = {0};

	for (int i = 0; i < OBL_COUNT; i++) {
		struct counts c = counts_of(pv, w, (enum obligation_kind)i);

		if (has_check((enum obligation_kind)i) != checks)
			continue;
		total.owed += c.owed;
		total.proved += c.proved;
		total.waived += c.waived;
		total.open += c.open;
	}
	return total;
}

static void print_row(FILE *out, const char *word, const struct counts *c)
{
	fprintf(out, "  %-20s %8u %8u %8u %8u\n", word, c->owed, c->proved, c->waived, c->open);
}

/* One table: of the kinds with a run-time check, or of those without. */
static void print_table(FILE *out, const struct proven *pv, const struct waived *w, bool checks)
{
	struct counts total = counts_total(pv, w, checks);

	fprintf(out, "%s\n  %-20s %8s %8s %8s %8s\n",
		checks ? "checks at run time:" : "without a check at run time:", "kind",
		checks ? "inserted" : "owed", "proved", "waived", checks ? "kept" : "open");
	for (int i = 0; i < OBL_COUNT; i++) {
		enum obligation_kind k = (enum obligation_kind)i;
		struct counts c = counts_of(pv, w, k);

		if (c.owed && has_check(k) == checks)
			print_row(out, ir_obligation_word(k), &c);
	}
	print_row(out, "total", &total);
}

void counts_print(FILE *out, const struct proven *pv, const struct waived *w)
{
	print_table(out, pv, w, true);
	print_table(out, pv, w, false);
}
