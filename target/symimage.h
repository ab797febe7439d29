/*
 * All symbols of the kernel or a module, also where that means to unpack the whole of it: the
 * kernel's own table for kallsyms, the symbol table of a module's file, or what a facts file
 * recorded.
 */
#ifndef TARGET_SYMIMAGE_H
#define TARGET_SYMIMAGE_H

#include "target/symmap.h"

/*
 * The table of what symmap_of() has, or else the table in the image; kept between runs.  Only for
 * questions that nothing cheaper answers.  NULL: there is none, or it is damaged.
 */
struct symmap *symimage_of(struct target *t, const char *module);
/* The name of entry i; "" when the table is damaged. */
const char *symimage_name(const struct symmap *m, uint32_t i);
/* How much of a symbol's name is the function's in the source: what a compiler appends to a clone
 * (".isra.0", ".constprop.0", ".part.0", …) is left out; 0: it is no entry of one (".cold"). */
size_t symimage_base(const char *symbol);
/* The functions' names and classes, for a facts file; NULL when there are none or too many. */
struct image *symimage_record(struct target *t, struct store *st);

#endif
