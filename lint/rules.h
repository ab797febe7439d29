/* The rules' functions, one for each row. */
#ifndef LINT_RULES_H
#define LINT_RULES_H

#include "lint/rule.h"

#define RULE(id, group, precision, on, hook, need, ask) void ask(struct lint *l);
#include "lint/rule.def"
#undef RULE

#endif
