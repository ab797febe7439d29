/* Types written in C. */
#ifndef TARGET_TYPETEXT_H
#define TARGET_TYPETEXT_H

#include "target/lazy.h"

/* "const char *", "struct list_head", "int (*)(void *, ...)". */
const char *typetext_run(struct ttype ty, struct arena *a);

#endif
