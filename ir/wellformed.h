/* What the two files of the well-formedness check share. */
#ifndef IR_WELLFORMED_H
#define IR_WELLFORMED_H

#include "ir/ir.h"

struct wellformed {
	const struct ir_program *program;
	struct arena *arena;        /* of the message */
	const struct ir_func *func; /* being checked, or NULL */
	uint32_t block, inst;       /* likewise, or IR_NONE */
	const char *wrong;          /* the first thing that is */
};

/* Notes what is wrong, with the place, unless something was already. */
void wellformed_wrong(struct wellformed *w, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* wellformed_inst.c: operands of one instruction, and of one iterator. */
void wellformed_inst(struct wellformed *w, const struct ir_inst *in);
void wellformed_inst_iter(struct wellformed *w, uint32_t index);

#endif
