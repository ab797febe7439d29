/* A function's control flow graph while lowering builds it. */
#ifndef IR_CFG_H
#define IR_CFG_H

#include "ir/ir.h"

struct cfg {
	struct arena *arena, *scratch;
	struct ir_func *func;
	uint32_t block; /* where instructions go; it has no terminator yet */
	uint32_t catch; /* of blocks made from now on */
};

/* A new register; a nameless one must get one assignment only. */
uint32_t cfg_reg(struct cfg *c, enum ir_type type, const char *name);
/* Is the register assigned more than once, so that a later assignment may change it? */
bool cfg_is_named(const struct cfg *c, uint32_t reg);
uint32_t cfg_block(struct cfg *c);
void cfg_enter(struct cfg *c, uint32_t block);
/* Enters a block that nothing jumps to: what is written there is dropped at the end. */
void cfg_dead(struct cfg *c);

/* Appends an instruction with room for nargs arguments; the pointer is good until the next. */
struct ir_inst *cfg_emit(struct cfg *c, struct loc loc, enum ir_op op, uint32_t nargs);
/* The same with up to two arguments (IR_NONE: absent) and a new register of the type as result. */
uint32_t cfg_value(struct cfg *c, struct loc loc, enum ir_op op, enum ir_type type, uint32_t a,
		   uint32_t b);
uint32_t cfg_const(struct cfg *c, struct loc loc, int64_t n);
uint32_t cfg_str(struct cfg *c, struct loc loc, const char *s);
/* 0 or "". */
uint32_t cfg_default(struct cfg *c, struct loc loc, enum ir_type type);
/* dst, a named register, gets the value of reg: by the instruction that made reg where it can. */
void cfg_assign(struct cfg *c, struct loc loc, uint32_t dst, uint32_t reg);
/* A copy of reg if a later assignment could change it. */
uint32_t cfg_keep(struct cfg *c, struct loc loc, uint32_t reg);
void cfg_stmt(struct cfg *c, struct loc loc);
void cfg_jump(struct cfg *c, struct loc loc, uint32_t to);
void cfg_branch(struct cfg *c, struct loc loc, uint32_t reg, uint32_t yes, uint32_t no);

/*
 * Drops what cannot be reached and what is not used, and numbers the rest: blocks in reverse
 * postorder (a dominator before what it dominates), registers without gaps.
 */
void cfg_finish(struct cfg *c);

#endif
