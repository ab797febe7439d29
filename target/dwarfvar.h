/* Private to target/: what code.h answers about variables and names, out of DWARF. */
#ifndef TARGET_DWARFVAR_H
#define TARGET_DWARFVAR_H

#include "target/code.h"

/* As the functions of code.h that are called code_... */
bool dwarfvar_variable(const struct code_place *p, const char *name, struct arena *a,
		       struct code_variable *out);
bool dwarfvar_variable_at(const struct code_place *p, uint32_t i, struct arena *a,
			  struct code_variable *out);
bool dwarfvar_global(const struct code *c, const char *name, const char *file, struct arena *a,
		     struct code_variable *out);
struct ttype dwarfvar_result(const struct code_place *p);
bool dwarfvar_type_named(const struct code *c, const char *name, struct ttype *out);
bool dwarfvar_enumerator(const struct code *c, const char *name, int64_t *value);

#endif
