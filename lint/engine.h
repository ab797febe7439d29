/* What the walk prepares for the rules. */
#ifndef LINT_ENGINE_H
#define LINT_ENGINE_H

#include "lint/rule.h"

/* Lists where the globals and functions of the files are declared and used. */
void engine_index(struct lint *l);

#endif
