/*
 * Words for verdicts, and making one with its reason and steps.  Knows nothing
 * of how a verdict was reached.
 */
#include "verifier/verdict.h"

const char *verdict_word(enum verdict_status s)
{
	switch (s) {
	case VERDICT_PROVED: return "proved";
	case VERDICT_ASSUMED: return "assumed";
	case VERDICT_GUARDED: return "guarded";
	case VERDICT_UNKNOWN: return "unknown";
	case VERDICT_REFUTED: return "refuted";
	}
	return "unknown";
}

struct verdict verdict_make(enum verdict_status s, const char *reason)
{
	return (struct verdict){.status = s, .reason = reason};
}

struct verdict verdict_bounded(enum verdict_status s, int64_t bound, const char *reason)
{
	return (struct verdict){.status = s, .reason = reason, .has_bound = true, .bound = bound};
}

void verdict_step(struct verdict *v, struct loc loc, const char *text)
{
	if (v->nsteps == sizeof v->steps / sizeof v->steps[0])
		return;
	v->steps[v->nsteps].loc = loc;
	v->steps[v->nsteps].text = text;
	v->nsteps++;
}
