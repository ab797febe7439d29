/* Private to target/: what target.h answers about types, for those of DWARF. */
#ifndef TARGET_DWARFTYPE_H
#define TARGET_DWARFTYPE_H

#include "target/target.h"

/* Is it a type of an object's DWARF? */
bool dwarftype_is(struct ttype ty);
/*
 * Past typedefs and qualifiers; a declaration becomes the definition of its name, which may be in
 * the kernel's BTF.  {0}: void.
 */
struct ttype dwarftype_settle(const struct target *t, struct ttype ty);
/* As target_type() and target_member_at(), of a settled type. */
struct ttype_info dwarftype_info(const struct target *t, struct ttype ty);
bool dwarftype_member_at(const struct target *t, struct ttype ty, uint32_t i,
			 struct target_member *out);
/* The outermost dimension of an array that is settled: what it is of, and how many (0: not known).
 */
void dwarftype_array(struct ttype ty, struct ttype *element, uint64_t *n);

#endif
