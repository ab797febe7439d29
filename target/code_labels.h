#ifndef TARGET_CODE_LABELS_H
#define TARGET_CODE_LABELS_H

#include "target/code_search.h"

/* The path of a file by its number in a unit; NULL: not known. */
const char *code_labels_file(struct code_search *s, uint32_t unit, uint32_t file);

#endif
