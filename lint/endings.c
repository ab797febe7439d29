/* Rules about how a session ends. */
#include "lint/rules.h"

#include <string.h>

static bool ends(const struct expr *e, void *ctx)
{
	(void)ctx;
	return rule_is_call(e, "exit", 0) || rule_is_call(e, "exit", 1) ||
	       rule_is_call(e, "error", 1) || rule_is_call(e, "abort", 0) ||
	       rule_is_call(e, "assert", 1) || rule_is_call(e, "assert", 2) ||
	       e->kind == EXPR_EMBEDDED;
}

static bool waits(const struct probe *p)
{
	for (uint32_t i = 0; i < p->sites.n; i++)
		if (p->sites.v[i]->family != FAMILY_BEGIN && p->sites.v[i]->family != FAMILY_END &&
		    p->sites.v[i]->family != FAMILY_ERROR && p->sites.v[i]->family != FAMILY_NEVER)
			return true;
	return false;
}

static bool body_ends(const struct stmt *s)
{
	return rule_find_in(s, ends, NULL) != NULL;
}

/* A script all of whose probes are begin and end, those of its library among them, waits for
 * nothing, and for ever. */
void endings_never(struct lint *l)
{
	const struct program *p = l->in->program;
	const struct probe *first = NULL;

	for (uint32_t i = 0; i < p->functions.n; i++)
		if (p->functions.v[i]->reached &&
		    (p->functions.v[i]->embedded || body_ends(p->functions.v[i]->body)))
			return;
	for (uint32_t i = 0; i < p->probes.n; i++) {
		const struct probe *pr = p->probes.v[i];

		if (pr->synthetic)
			continue;
		for (uint32_t k = 0; k < pr->parts.n; k++)
			if (body_ends(pr->parts.v[k]))
				return;
		if (waits(pr))
			return;
		if (!first && pr->sites.n && pr->sites.v[0]->family == FAMILY_BEGIN)
			first = pr;
	}
	if (first && !first->from_tapset)
		rule_report(
			l, first->span,
			"nothing happens after begin, and nothing ends the script: it waits to be "
			"interrupted");
}

static bool is_exit(const struct stmt *s)
{
	return s->kind == STMT_EXPR &&
	       (rule_is_call(s->expr, "exit", 0) || rule_is_call(s->expr, "exit", 1));
}

static bool prints(const struct expr *e, void *ctx)
{
	(void)ctx;
	return e->kind == EXPR_PRINT && !(e->print.flags & PRINT_TO_STRING);
}

/* exit() only asks for the end: what stands behind it in the handler still runs. */
void endings_after_exit(struct lint *l)
{
	const struct stmt *s = l->stmt;

	if (s->kind != STMT_BLOCK)
		return;
	for (uint32_t i = 0; i + 1 < s->block.n; i++) {
		if (!is_exit(s->block.v[i]))
			continue;
		for (uint32_t k = i + 1; k < s->block.n && !rule_leaves(s->block.v[k]); k++) {
			if (!rule_find_in(s->block.v[k], prints, NULL))
				continue;
			struct diag *d = rule_report(
				l, s->block.v[k]->keyword,
				"this still runs: exit() ends the session, not the handler");

			diag_note(l->in->diags, d, s->block.v[i]->keyword, "exit() is called here");
			return;
		}
	}
}
