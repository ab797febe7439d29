/* How the text form writes an instruction: what stands before and after its registers. */
#ifndef IR_IRSHAPE_H
#define IR_IRSHAPE_H

#include "ir/ir.h"

enum irshape {
	IRSHAPE_REGS,      /* add %1 %2 */
	IRSHAPE_NUMBER,    /* const 5 */
	IRSHAPE_TEXT,      /* match "a.*" %1 */
	IRSHAPE_GLOBAL,    /* mget g0 %1 %2 */
	IRSHAPE_STAT,      /* sget g0 avg %1 */
	IRSHAPE_FORMAT,    /* print "%d\n" %1 */
	IRSHAPE_CALL,      /* call f1 f2 %1 */
	IRSHAPE_INTRINSIC, /* intrinsic strlen %1 */
	IRSHAPE_CONTEXT,   /* context arg 0 "skb" */
	IRSHAPE_INDEX,     /* index 10 %1 */
	IRSHAPE_MEMORY,    /* load 4 signed user bits 3 5 "skb->len" %1 */
	IRSHAPE_ITER,      /* iter i0 */
	IRSHAPE_JUMP,      /* jump b1 */
	IRSHAPE_BRANCH,    /* branch %1 b1 b2 */
	IRSHAPE_NEXT,      /* next i0 b1 b2 */
};

enum irshape irshape_of(enum ir_op op);
/* The words of small numbers: NULL when there is none. */
const char *irshape_stat(int64_t n);
const char *irshape_context_kind(int64_t n);
const char *irshape_when(int64_t n);
const char *irshape_context(int64_t n);
const char *irshape_type(int64_t n);

#endif
