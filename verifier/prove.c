/*
 * Proving a program: the table of contents of the verifier.
 */
#include "verifier/verdict.h"

struct proven {
	const struct ir_program *program;
	enum memory_model model;
	struct verdict *verdicts;
};

struct proven *prove_program(struct arena *a, const struct ir_program *p,
			     const struct verify_options *opt)
{
	struct proven *pv = arena_make(a, struct proven);

	pv->program = p;
	pv->model = opt ? opt->model : MODEL_ATOMIC;
	pv->verdicts = arena_alloc(a, p->obligations.n * sizeof *pv->verdicts);
	vec_each(i, &p->obligations) {
		bool must = ir_obligation_policy(p->obligations.v[i].kind) == POLICY_MUST;

		pv->verdicts[i] = verdict_make(must ? VERDICT_UNKNOWN : VERDICT_GUARDED,
					       "not analysed");
	}
	return pv;
}

const struct ir_program *proven_program(const struct proven *pv)
{
	return pv->program;
}

enum memory_model proven_model(const struct proven *pv)
{
	return pv->model;
}

const struct verdict *proven_verdict(const struct proven *pv, uint32_t i)
{
	return &pv->verdicts[i];
}

bool proven_guard(const struct proven *pv, uint32_t i)
{
	return pv->verdicts[i].status != VERDICT_PROVED;
}

int64_t proven_cost(const struct proven *pv, uint32_t func)
{
	(void)pv;
	(void)func;
	return INT64_MAX;
}

int64_t proven_depth(const struct proven *pv)
{
	(void)pv;
	return INT64_MAX;
}

bool proven_claim(const struct proven *pv, uint32_t func, uint32_t block, uint32_t reg,
		  struct claim *out)
{
	const struct ir_func *f = &pv->program->funcs.v[func];
	bool text = f->regs.v[reg].type == IR_STR;

	(void)block;
	out->low = text ? 0 : INT64_MIN;
	out->high = text ? pv->program->limits.maxstringlen - 1 : INT64_MAX;
	return true;
}

const char *recheck_proven(const struct proven *pv, struct arena *a)
{
	(void)pv;
	(void)a;
	return NULL;
}
