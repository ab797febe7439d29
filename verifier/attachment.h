/* Verdicts on where and whether handlers may be attached. */
#ifndef VERIFIER_ATTACHMENT_H
#define VERIFIER_ATTACHMENT_H

#include "verifier/effects.h"
#include "verifier/verdict.h"

struct verdict attachment_exists(struct arena *a, const struct ir_attach *at);
struct verdict attachment_permitted(struct arena *a, const struct ir_attach *at);
/* A variable of the probe's context, read by func: known to be there in every probe it runs for? */
struct verdict attachment_variable(struct arena *a, const struct ir_program *p,
				   const struct effects *e, uint32_t func,
				   const struct ir_inst *in);
/* A kernel-only intrinsic called by func. */
struct verdict attachment_context(struct arena *a, const struct effects *e, uint32_t func,
				  const struct ir_inst *in);

#endif
