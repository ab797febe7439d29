/* The namespaces and classes around functions of C++ and the like. */
#ifndef TARGET_CODE_SCOPE_H
#define TARGET_CODE_SCOPE_H

#include "target/code.h"

struct code_scopes {
	const char **v; /* innermost first */
	uint32_t n, cap;
};

/* Appends the names of the scopes around the function of the place; a nameless one is "". */
void code_scope_names(const struct code_place *p, struct arena *a, struct code_scopes *out);

#endif
