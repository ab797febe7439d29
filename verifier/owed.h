/* What the re-check holds verdicts against that need more than one state: see doc/certificate.md.
 */
#ifndef VERIFIER_OWED_H
#define VERIFIER_OWED_H

#include "verifier/certificate.h"

enum owed_answer { OWED_NO, OWED_YES, OWED_NO_RULE };

struct owed;

/* Adds up what every function does in the blocks claimed to be reached; a lasts as long. */
struct owed *owed_collect(struct arena *a, const struct certificate *c);
/* May a call of the function print at all? */
bool owed_prints(const struct owed *w, uint32_t func);
/* Is what handlers, arrays, attachments and the whole script owe met, or as `refuted` says not? */
enum owed_answer owed_met(const struct owed *w, const struct obligation *o,
			  const struct verdict *v);
enum owed_answer owed_refuted(const struct owed *w, const struct obligation *o);

/*
 * By register: may it be read while it has the value that the function's first instructions gave
 * it?  In one pass, which a graph that is not reducible does not allow: NULL.
 */
const bool *owed_early(struct arena *a, const struct certificate *c, uint32_t func);
/* The instruction does not wrap, or always does. */
bool owed_arithmetic(const struct flow *fl, const struct ir_inst *in, bool wraps);
/* A bad address at this read cannot end the handler. */
bool owed_read(const struct flow *fl, const struct ir_inst *in);

#endif
