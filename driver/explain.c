/* `stapvet explain TAG`: a finding or an obligation in plain words. */
#include "driver/command.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ir/ir.h"

static bool explain_obligation(const char *word)
{
	for (int k = 0; k < OBL_COUNT; k++) {
		enum obligation_kind kind = (enum obligation_kind)k;

		if (strcmp(ir_obligation_word(kind), word) != 0)
			continue;
		printf("%s (obligation)\n\n  Owed: %s.\n", word, ir_obligation_text(kind));
		printf("  %s\n",
		       ir_obligation_policy(kind) == POLICY_GUARD
			       ? "What is not proved stays as a check at run time (guarded)."
			       : "There is no check at run time: what is not proved is unknown or "
				 "an error.");
		return true;
	}
	return false;
}

static bool explain_finding(const char *word)
{
	enum diag_tag tag;

	if (!diag_find(word, &tag))
		return false;
	printf("%s\n\n  What:   %s\n  Remedy: %s\n", word, diag_summary(tag), diag_remedy(tag));
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
