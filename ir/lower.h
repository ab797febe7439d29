/* Program to IR: the only door between sema and the waist. */
#ifndef IR_LOWER_H
#define IR_LOWER_H

#include "ir/ir.h"
#include "sema/sema.h"

/* Lowers an error-free program; the result is well-formed and has its obligations. */
struct ir_program *lower_program(struct arena *a, const struct program *p, const struct target *t,
				 const struct ir_limits *limits, bool guru);

#endif
