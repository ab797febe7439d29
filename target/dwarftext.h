/* Private to target/: the links of a DWARF type, for typetext.c. */
#ifndef TARGET_DWARFTEXT_H
#define TARGET_DWARFTEXT_H

#include "target/typetext.h"

struct typetext_node dwarftext_node(struct ttype ty);
/* The i-th parameter of a PROTO; false: it is the "...". */
bool dwarftext_param(struct ttype ty, uint32_t i, struct ttype *out);

#endif
