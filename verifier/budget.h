/* What a handler or the whole script takes: locks, room, output, privilege. */
#ifndef VERIFIER_BUDGET_H
#define VERIFIER_BUDGET_H

#include "verifier/prove.h"

struct budget;

/* Sums up every function; needs costs, depths and bounds. */
struct budget *budget_collect(struct arena *a, const struct proven *pv);
struct verdict budget_locks(struct budget *b, uint32_t handler);
struct verdict budget_stack(struct budget *b, uint32_t handler);
struct verdict budget_output(struct budget *b, uint32_t handler);
struct verdict budget_memory(struct budget *b);
struct verdict budget_privilege(struct budget *b);

/* What single things take, in bytes; the re-check adds them up again. */
int64_t budget_frame(const struct ir_program *p, enum memory_model model, const struct ir_func *f);
int64_t budget_printed(const struct ir_program *p, const struct ir_func *f,
		       const struct ir_inst *in);
int64_t budget_global(const struct ir_program *p, const struct ir_global *g);
/* Room for the frames of one handler, and how many handlers may have theirs at once. */
int64_t budget_stack_room(const struct ir_program *p, enum memory_model model);
int64_t budget_stacks(enum memory_model model);
bool budget_waits(const struct ir_inst *in);
/* Privileges, the more the higher: what an instruction or attachment needs, and what is granted. */
unsigned budget_level(const struct ir_func *f, const struct ir_inst *in);
unsigned budget_attach_level(const struct ir_attach *at);
unsigned budget_granted(const struct ir_program *p);

/* A level of privilege above the least, and the first place that demands it. */
struct budget_demand {
	const char *level, *why;
	struct loc loc;
};
/* The demands of the program, the highest last; returns how many: 0 to 2. */
uint32_t budget_demands(const struct proven *pv, struct budget_demand out[2]);

#endif
