/*
 * Failed obligations as findings.  Needs verdicts; leaves diagnostics; says
 * nothing about library code, which its authors check on its own.
 */
#include "lint/lint.h"

static enum diag_tag tag_of(enum obligation_kind k)
{
	switch (k) {
	case OBL_LOOP_BOUNDED: return DIAG_UNBOUNDED_LOOP;
	case OBL_DEPTH_BOUNDED: return DIAG_UNBOUNDED_RECURSION;
	case OBL_COST_BOUNDED: return DIAG_COST_OVER_LIMIT;
	case OBL_DIVISION_NONZERO: return DIAG_DIVISION_BY_ZERO;
	case OBL_INDEX_IN_RANGE: return DIAG_INDEX_OUT_OF_RANGE;
	case OBL_MAP_HAS_ROOM: return DIAG_ARRAY_OVERFLOW;
	case OBL_AGGREGATE_NONEMPTY: return DIAG_EMPTY_AGGREGATE;
	case OBL_STRING_FITS: return DIAG_STRING_TRUNCATED;
	case OBL_READ_SAFE: return DIAG_UNSAFE_READ;
	case OBL_WRITE_ALLOWED: return DIAG_FORBIDDEN_WRITE;
	case OBL_PROBE_EXISTS: return DIAG_PROBE_MISSING;
	case OBL_PROBE_PERMITTED: return DIAG_PROBE_NOT_PERMITTED;
	case OBL_VARIABLE_AVAILABLE: return DIAG_VARIABLE_UNAVAILABLE;
	case OBL_CONTEXT_ALLOWS: return DIAG_CONTEXT_FORBIDS;
	case OBL_COUNT: break;
	}
	return DIAG_UNBOUNDED_LOOP;
}

/* Obligations that no script can have proved, whatever it does. */
static bool by_nature(enum obligation_kind k)
{
	return k == OBL_READ_SAFE || k == OBL_PROBE_PERMITTED || k == OBL_WRITE_ALLOWED;
}

static enum severity severity_of(enum obligation_kind k, enum verdict_status s, bool strict)
{
	if (s == VERDICT_REFUTED || strict)
		return SEV_ERROR;
	if (s == VERDICT_GUARDED &&
	    (k == OBL_LOOP_BOUNDED || k == OBL_DEPTH_BOUNDED || k == OBL_COST_BOUNDED))
		return SEV_WARNING;
	return SEV_NOTE;
}

static void report_one(struct diags *ds, const struct obligation *ob, const struct verdict *v,
		       bool strict)
{
	struct span span = {ob->loc, ob->loc};
	struct diag *d =
		diag_report_as(ds, tag_of(ob->kind), severity_of(ob->kind, v->status, strict), span,
			       "%s (%s is %s)", v->reason ? v->reason : "not decided",
			       ir_obligation_word(ob->kind), verdict_word(v->status));

	for (uint32_t i = 0; i < v->nsteps; i++)
		diag_note(ds, d, (struct span){v->steps[i].loc, v->steps[i].loc}, "%s",
			  v->steps[i].text);
}

/* Missing facts are said once, not at each place they are missing. */
static bool facts_missed(const struct diags *ds)
{
	vec_each(i, &ds->list)
		if (ds->list.v[i]->tag == DIAG_TARGET_UNKNOWN)
			return true;
	return false;
}

/* A cost without a bound follows from a loop or recursion; where that is reported, it is not said
 * twice. */
static bool follows(const struct diags *ds, const struct obligation *ob, const struct verdict *v)
{
	const struct source *src = NULL;

	if (ob->kind != OBL_COST_BOUNDED || v->has_bound || !v->nsteps)
		return false;
	src = sources_pos(ds->sources, v->steps[0].loc).source;
	return src && src->kind != SOURCE_TAPSET;
}

static bool leave_out(enum obligation_kind k, enum verdict_status s, bool missed)
{
	bool of_facts = k == OBL_PROBE_EXISTS || k == OBL_VARIABLE_AVAILABLE;

	return s != VERDICT_REFUTED &&
	       (by_nature(k) || (s == VERDICT_UNKNOWN && of_facts && missed));
}

void verdicts_lint(struct diags *ds, const struct proven *pv, bool strict)
{
	const struct ir_program *p = proven_program(pv);
	bool missed = facts_missed(ds);

	vec_each(i, &p->obligations) {
		const struct obligation *ob = &p->obligations.v[i];
		const struct verdict *v = proven_verdict(pv, i);
		const struct source *src = sources_pos(ds->sources, ob->loc).source;

		if (v->status == VERDICT_PROVED || !src || src->kind == SOURCE_TAPSET)
			continue;
		if (!strict && (leave_out(ob->kind, v->status, missed) || follows(ds, ob, v)))
			continue;
		report_one(ds, ob, v, strict);
	}
}
