/* `stapvet explain TAG`: a finding or an obligation in plain words. */
#include "driver/command.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ir/ir.h"
#include "lint/lint.h"

static const char *policy_text(enum policy p)
{
	switch (p) {
	case POLICY_GUARD: return "What is not proved stays as a check at run time (guarded).";
	case POLICY_MUST:
		return "There is no check at run time: what is not proved is unknown or an error.";
	case POLICY_ADVISE: break;
	}
	return "The language says what happens when it does not hold: nothing is checked, and no "
	       "script is worse for it.";
}

static bool explain_obligation(const char *word)
{
	for (int k = 0; k < OBL_COUNT; k++) {
		enum obligation_kind kind = (enum obligation_kind)k;

		if (strcmp(ir_obligation_word(kind), word) != 0)
			continue;
		printf("%s (obligation)\n\n  Owed: %s.\n", word, ir_obligation_text(kind));
		printf("  %s\n", policy_text(ir_obligation_policy(kind)));
		return true;
	}
	return false;
}

static bool explain_finding(const char *word)
{
	struct lint_rule rule;
	enum diag_tag tag;

	if (!diag_find(word, &tag))
		return false;
	printf("%s\n\n  What:   %s\n  Remedy: %s\n", word, diag_summary(tag), diag_remedy(tag));
	if (lint_find(tag, &rule))
		printf("  Group:  %s; %s; %s by default\n%s", lint_group_word(rule.group),
		       lint_precision_word(rule.precision), rule.on ? "on" : "off",
		       strchr(lint_page(word), '\n') + 1);
	return true;
}

static void suggest(const char *word)
{
	struct near n = near_start(word);

	for (int i = 0; i < DIAG_COUNT; i++)
		near_offer(&n, diag_word((enum diag_tag)i));
	for (int i = 0; i < OBL_COUNT; i++)
		near_offer(&n, ir_obligation_word((enum obligation_kind)i));
	fprintf(stderr, "stapvet: no tag '%s'%s%s%s\n", word, n.best ? "; did you mean '" : "",
		n.best ? n.best : "", n.best ? "'?" : "");
}

enum exit_status explain_tags(const struct options *o)
{
	enum exit_status status = STATUS_OK;

	vec_each(i, &o->files) {
		if (!explain_finding(o->files.v[i]) && !explain_obligation(o->files.v[i])) {
			suggest(o->files.v[i]);
			status = STATUS_USAGE;
		}
	}
	return status;
}

void explain_list(void)
{
	struct lint_rule r;

	for (uint32_t i = 0; lint_rule_at(i, &r); i++)
		printf("%-28s %-11s %-7s %-6s %-3s %s\n", diag_word(r.tag), lint_group_word(r.group),
		       diag_severity_word(diag_severity(r.tag)), lint_precision_word(r.precision),
		       r.on ? "on" : "off", diag_summary(r.tag));
}
