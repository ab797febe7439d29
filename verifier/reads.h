/* Verdicts on reads of memory, by where the address comes from. */
#ifndef VERIFIER_READS_H
#define VERIFIER_READS_H

#include "verifier/prove.h"

/* A load, a store or an intrinsic that reads memory, in the state fl. */
struct verdict reads_safe(struct arena *a, const struct flow *fl, const struct ir_inst *in);
/* Is the handler in hand run for entries of system calls only? */
bool reads_system_call(const struct flow *fl);
/* Does the instruction read kernel memory where the address is the program's, or the reverse? */
bool reads_wrong_space(const struct flow *fl, const struct ir_inst *in);

#endif
