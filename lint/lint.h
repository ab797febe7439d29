/* Rules over the tree, the program and the verdicts; findings go to the diagnostics. */
#ifndef LINT_LINT_H
#define LINT_LINT_H

#include "verifier/verifier.h"

/*
 * Turns each obligation of the user's own files that is not proved into one finding.  What every
 * kernel script owes by nature (a read that may fault, a registration that may be refused) is
 * left to the obligation report; strict: nothing is left out and nothing is less than an error.
 */
void verdicts_lint(struct diags *ds, const struct proven *pv, bool strict);

#endif
