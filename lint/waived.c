/*
 * The meaning of waivers.  A proof needs none, and what surely fails is a fault
 * of the script, not a risk that somebody may accept; nor can a comment in a
 * script grant the rights it lacks.  All else may be waived.  The run-time check
 * of what is waived stays where it is.
 */
#include "lint/waived.h"
#include "base/near.h"
#include "lint/lint.h"

#include <string.h>

static const struct span NOWHERE = {{0}, {0}};

bool waived_may(enum obligation_kind k, enum verdict_status s)
{
	bool is_right = k == OBL_WRITE_ALLOWED || k == OBL_PRIVILEGE_SUFFICES;

	return s != VERDICT_PROVED && s != VERDICT_REFUTED && !is_right;
}

static const struct waiver *of_obligation(const struct waivers *ws, const struct sources *ss,
					  const struct obligation *ob, enum verdict_status s)
{
	struct waiver *w;

	if (s == VERDICT_PROVED)
		return NULL;
	w = waiver_at(ws, ss, ob->loc, ir_obligation_word(ob->kind));
	if (!w && ir_obligation_policy(ob->kind) != POLICY_ADVISE)
		w = waiver_at(ws, ss, ob->loc, diag_word(verdicts_tag(ob->kind)));
	if (!w)
		return NULL;
	if (!waived_may(ob->kind, s)) {
		w->refused = true;
		return NULL;
	}
	w->used = true;
	return w;
}

struct waived *waived_find(struct arena *a, const struct waivers *ws, const struct sources *ss,
			   const struct proven *pv)
{
	struct waived *w = arena_make(a, struct waived);
	const struct ir_program *p = pv ? proven_program(pv) : NULL;

	w->comments = ws;
	if (!p || !ws || !ws->list.n)
		return w;
	w->nobligations = p->obligations.n;
	w->by = arena_alloc(a, p->obligations.n * sizeof *w->by);
	vec_each(i, &p->obligations)
		w->by[i] =
			of_obligation(ws, ss, &p->obligations.v[i], proven_verdict(pv, i)->status);
	return w;
}

/* What waivers themselves are told by. */
static bool about_waivers(enum diag_tag tag)
{
	return tag == DIAG_WAIVER || tag == DIAG_BAD_WAIVER || tag == DIAG_WAIVER_WITHOUT_REASON ||
	       tag == DIAG_UNKNOWN_WAIVER_TAG || tag == DIAG_UNUSED_WAIVER ||
	       tag == DIAG_WAIVER_REFUSED;
}

static bool dropped(const struct diags *ds, const struct waivers *ws, const struct diag *d)
{
	struct waiver *w = about_waivers(d->tag)
				   ? NULL
				   : waiver_at(ws, ds->sources, d->span.start, diag_word(d->tag));

	if (!w)
		return false;
	w->used |= d->severity != SEV_ERROR;
	w->refused |= d->severity == SEV_ERROR;
	return d->severity != SEV_ERROR;
}

void waived_drop(struct diags *ds, const struct waivers *ws)
{
	uint32_t kept = 0;

	vec_each(i, &ds->list) {
		struct diag *d = ds->list.v[i];

		if (dropped(ds, ws, d))
			ds->warnings -= d->severity == SEV_WARNING;
		else
			ds->list.v[kept++] = d;
	}
	ds->list.n = kept;
}

struct review {
	struct diags *ds;
	bool (*asked)(const void *ctx, enum diag_tag tag, bool on);
	const void *ctx;
};

static bool obligation_found(const char *word, enum obligation_kind *out)
{
	for (int k = 0; k < OBL_COUNT; k++) {
		*out = (enum obligation_kind)k;
		if (strcmp(ir_obligation_word(*out), word) == 0)
			return true;
	}
	return false;
}

static const char *nearest(const char *tag)
{
	struct near near = near_start(tag);

	for (int k = 0; k < OBL_COUNT; k++)
		near_offer(&near, ir_obligation_word((enum obligation_kind)k));
	for (int k = 0; k < DIAG_COUNT; k++)
		near_offer(&near, diag_word((enum diag_tag)k));
	return near.best;
}

/* The finding that stands for an obligation. */
static bool of_verdict(enum diag_tag tag)
{
	for (int k = 0; k < OBL_COUNT; k++)
		if (ir_obligation_policy((enum obligation_kind)k) != POLICY_ADVISE &&
		    verdicts_tag((enum obligation_kind)k) == tag)
			return true;
	return false;
}

/* Was everything looked for that the tag might be about? */
static bool looked_for(const struct review *r, const char *word)
{
	enum obligation_kind kind;
	struct lint_rule rule;
	enum diag_tag tag;

	if (obligation_found(word, &kind) || !diag_find(word, &tag) || of_verdict(tag))
		return true;
	return r->asked && (!lint_find(tag, &rule) || r->asked(r->ctx, tag, rule.on));
}

static void review_one(const struct review *r, const struct waiver *w)
{
	struct arena *a = r->ds->arena;
	enum obligation_kind kind;
	enum diag_tag tag;

	if (!obligation_found(w->tag, &kind) && !diag_find(w->tag, &tag)) {
		struct diag *d =
			diag_report(r->ds, DIAG_UNKNOWN_WAIVER_TAG, w->span,
				    "there is no finding and no obligation '%s' to waive", w->tag);
		const char *hint = nearest(w->tag);

		if (hint)
			diag_note(r->ds, d, NOWHERE, "did you mean '%s'?", hint);
	} else if (!w->reason) {
		diag_report(r->ds, DIAG_WAIVER_WITHOUT_REASON, w->span,
			    "the waiver of %s gives no reason, and is not in force", w->tag);
	} else if (w->used) {
		diag_report(r->ds, DIAG_WAIVER, w->span, "%s is waived for %s: %s", w->tag,
			    waiver_where(a, w), w->reason);
	} else if (w->refused) {
		diag_report(r->ds, DIAG_WAIVER_REFUSED, w->span,
			    "%s is an error here, and no comment waives it", w->tag);
	} else if (looked_for(r, w->tag)) {
		diag_report(r->ds, DIAG_UNUSED_WAIVER, w->span,
			    "nothing in %s needs the waiver of %s", waiver_where(a, w), w->tag);
	}
}

void waived_review(struct diags *ds, const struct waivers *ws,
		   bool (*asked)(const void *ctx, enum diag_tag tag, bool on), const void *ctx)
{
	struct review r = {ds, asked, ctx};

	for (uint32_t i = 0; ws && i < ws->list.n; i++)
		review_one(&r, &ws->list.v[i]);
}
