/* The textual form of the IR: printed for goldens, read back for tests below the waist. */
#ifndef IR_IRTEXT_H
#define IR_IRTEXT_H

#include "ir/ir.h"

#include <stdio.h>

/* Writes p; ss (may be NULL) turns locations into line:column. */
void irprint_program(FILE *out, const struct ir_program *p, const struct sources *ss);
/*
 * Reads what irprint_program() writes, obligations included by running oblige_program(), and
 * checks it with wellformed_check().  NULL after reporting; hostile input is expected.
 */
struct ir_program *irread_program(struct arena *a, struct diags *ds, struct sources *ss,
				  const struct source *src);

#endif
