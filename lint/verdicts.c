/*
 * Failed obligations as findings.  Needs verdicts; leaves diagnostics; says
 * nothing about library code, which its authors check on its own, unless only
 * proofs will do.
 */
#include "lint/lint.h"

#include <ctype.h>
#include <string.h>

enum diag_tag verdicts_tag(enum obligation_kind k)
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
	case OBL_LOCK_ORDER: return DIAG_LOCK_HELD;
	case OBL_STACK_FITS: return DIAG_STACK_OVER_LIMIT;
	case OBL_MEMORY_BOUNDED: return DIAG_MEMORY_OVER_LIMIT;
	case OBL_PRIVILEGE_SUFFICES: return DIAG_PRIVILEGE_EXCEEDED;
	case OBL_INITIALISED:
	case OBL_ARITHMETIC_INTENT:
	case OBL_NOT_REENTERED:
	case OBL_OUTPUT_BOUNDED:
	case OBL_KEYS_PAIRED:
	case OBL_SESSION_ENDS: /* advice: left to the obligation report */
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

static bool of_library(const struct diags *ds, struct loc loc)
{
	const struct source *src = sources_pos(ds->sources, loc).source;

	return src && src->kind == SOURCE_TAPSET;
}

/* An error needs a way out. */
static void remedies(struct diags *ds, struct diag *d, const struct obligation *ob,
		     enum verdict_status s)
{
	static const struct span nowhere = {{0}, {0}};
	bool whole = of_library(ds, ob->loc) || !ob->loc.at;

	diag_note(ds, d, nowhere, "remedy: %s", diag_remedy(d->tag));
	if (waived_may(ob->kind, s))
		diag_note(ds, d, nowhere,
			  "or accept it, with a reason: # stapvet: disable%s=%s -- REASON",
			  whole ? "-file" : "", ir_obligation_word(ob->kind));
}

static void report_one(struct diags *ds, const struct ir_program *p, uint32_t number,
		       const struct verdict *v, bool strict)
{
	const struct obligation *ob = &p->obligations.v[number];
	struct span span = {ob->loc, ob->loc};
	struct diag *d =
		diag_report_as(ds, verdicts_tag(ob->kind), severity_of(ob->kind, v->status, strict),
			       span, "%s (%s is %s)", v->reason ? v->reason : "not decided",
			       ir_obligation_word(ob->kind), verdict_word(v->status));

	d->obligation = number + 1;
	for (uint32_t i = 0; i < v->nsteps; i++)
		diag_note(ds, d, (struct span){v->steps[i].loc, v->steps[i].loc}, "%s",
			  v->steps[i].text);
	if (strict)
		remedies(ds, d, ob, v->status);
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
	return ob->kind == OBL_COST_BOUNDED && !v->has_bound && v->nsteps &&
	       !of_library(ds, v->steps[0].loc);
}

static bool leave_out(enum obligation_kind k, enum verdict_status s, bool missed)
{
	bool of_facts = k == OBL_PROBE_EXISTS || k == OBL_VARIABLE_AVAILABLE;

	return s != VERDICT_REFUTED &&
	       (by_nature(k) || (s == VERDICT_UNKNOWN && of_facts && missed));
}

/* Does a rule say at some place that the array grows? */
static bool grows(const struct diags *ds, const char *array)
{
	size_t n = strlen(array);

	vec_each(i, &ds->list) {
		const struct diag *d = ds->list.v[i];

		if (d->tag != DIAG_ARRAY_GROWS && d->tag != DIAG_STATE_NEVER_DELETED)
			continue;
		struct pos p = sources_pos(ds->sources, d->span.start);
		const char *at = p.source ? p.line_text + p.column - 1 : "";

		if (p.source && p.line_len >= p.column - 1 + n && memcmp(at, array, n) == 0 &&
		    !(isalnum((unsigned char)at[n]) || at[n] == '_'))
			return true;
	}
	return false;
}

/* An array is too small wherever it is too small; a rule on its growth has said it already. */
static bool said(const struct diags *ds, const struct ir_program *p, const struct obligation *ob,
		 bool *arrays)
{
	uint32_t array;

	if (ob->kind != OBL_MAP_HAS_ROOM)
		return false;
	array = p->funcs.v[ob->func].blocks.v[ob->block].insts.v[ob->inst].global;
	if (!arrays[array] && grows(ds, p->globals.v[array].name))
		arrays[array] = true;
	if (arrays[array])
		return true;
	arrays[array] = true;
	return false;
}

void verdicts_lint(struct diags *ds, const struct proven *pv, const struct waived *w, bool strict)
{
	const struct ir_program *p = proven_program(pv);
	bool *arrays = arena_alloc(ds->arena, p->globals.n * sizeof *arrays);
	bool missed = facts_missed(ds);

	vec_each(i, &p->obligations) {
		const struct obligation *ob = &p->obligations.v[i];
		const struct verdict *v = proven_verdict(pv, i);
		bool ours = sources_pos(ds->sources, ob->loc).source && !of_library(ds, ob->loc);

		if (v->status == VERDICT_PROVED || waived_by(w, i) ||
		    ir_obligation_policy(ob->kind) == POLICY_ADVISE)
			continue;
		if (!strict &&
		    (!ours || leave_out(ob->kind, v->status, missed) || follows(ds, ob, v)))
			continue;
		if (strict || v->status == VERDICT_REFUTED || !said(ds, p, ob, arrays))
			report_one(ds, p, i, v, strict);
	}
}
