/*
 * The tables behind the rows of op.def, obligation.def and intrinsic.def, and
 * the default limits (section 1.9 of the language reference).  Pure data: it
 * needs nothing and keeps nothing.
 */
#include "ir/ir.h"

#include <string.h>

struct owed {
	unsigned n;
	enum obligation_kind kinds[2];
};

struct op_info {
	const char *word;
	enum ir_result result;
	struct owed owes;
};

#define RESULT_V RESULT_NONE
#define RESULT_I RESULT_INT
#define RESULT_S RESULT_STR
#define RESULT_R RESULT_OF_REGISTER
#define NONE(why)         \
	{                 \
		0,        \
		{         \
			0 \
		}         \
	}
#define OWES_1(a)               \
	{                       \
		1,              \
		{               \
			OBL_##a \
		}               \
	}
#define OWES_2(a, b)                     \
	{                                \
		2,                       \
		{                        \
			OBL_##a, OBL_##b \
		}                        \
	}
#define OWES_PICK(a, b, pick, ...) pick
#define OWES(...) OWES_PICK(__VA_ARGS__, OWES_2, OWES_1, )(__VA_ARGS__)

static const struct op_info OPS[] = {
#define OP(id, word, result, owes) {word, RESULT_##result, owes},
#include "ir/op.def"
#undef OP
};

#define GUARD POLICY_GUARD
#define MUST POLICY_MUST
#define ADVISE POLICY_ADVISE

static const struct {
	const char *word, *text;
	enum policy policy;
	enum listed listed;
} OBLIGATIONS[] = {
#define OBLIGATION(id, word, policy, listed, text) {word, text, policy, LISTED_##listed},
#include "ir/obligation.def"
#undef OBLIGATION
};

#define PURE EFFECT_PURE
#define READS EFFECT_READS
#define ACTS EFFECT_ACTS
#define FAILS EFFECT_FAILS
#define ANY false
#define KERNEL true
#define MAXSTRING (-1)

static const struct intrinsic_info INTRINSICS[] = {
#define INTRINSIC(id, name, sig, effects, contexts, low, high, text) \
	{name, sig, text, effects, contexts, low, high},
#include "ir/intrinsic.def"
#undef INTRINSIC
};

const struct intrinsic_info *ir_intrinsic(enum intrinsic i)
{
	return &INTRINSICS[i];
}

bool ir_intrinsic_reads(enum intrinsic i)
{
	return i == INTRINSIC_KERNEL_STRING || i == INTRINSIC_KERNEL_STRING_N ||
	       i == INTRINSIC_KERNEL_BUFFER_QUOTED || i == INTRINSIC_USER_STRING ||
	       i == INTRINSIC_USER_STRING_N || i == INTRINSIC_USER_BUFFER_QUOTED;
}

bool ir_intrinsic_find(const char *name, enum intrinsic *out)
{
	for (unsigned i = 0; i < INTRINSIC_COUNT; i++) {
		if (strcmp(INTRINSICS[i].name, name) == 0) {
			*out = (enum intrinsic)i;
			return true;
		}
	}
	return false;
}

const char *ir_op_word(enum ir_op op)
{
	return OPS[op].word;
}

bool ir_op_find(const char *word, enum ir_op *out)
{
	for (unsigned i = 0; i < OP_COUNT; i++) {
		if (strcmp(OPS[i].word, word) == 0) {
			*out = (enum ir_op)i;
			return true;
		}
	}
	return false;
}

enum ir_result ir_op_result(enum ir_op op)
{
	return OPS[op].result;
}

bool ir_op_ends(enum ir_op op)
{
	return op >= OP_JUMP; /* the last section of op.def */
}

unsigned ir_op_owes(enum ir_op op, enum obligation_kind out[2])
{
	for (unsigned i = 0; i < OPS[op].owes.n; i++)
		out[i] = OPS[op].owes.kinds[i];
	return OPS[op].owes.n;
}

const char *ir_obligation_word(enum obligation_kind k)
{
	return OBLIGATIONS[k].word;
}

const char *ir_obligation_text(enum obligation_kind k)
{
	return OBLIGATIONS[k].text;
}

enum policy ir_obligation_policy(enum obligation_kind k)
{
	return OBLIGATIONS[k].policy;
}

const char *ir_policy_word(enum policy p)
{
	switch (p) {
	case POLICY_GUARD: return "guard";
	case POLICY_MUST: return "must";
	case POLICY_ADVISE: return "advise";
	}
	return "guard";
}

bool ir_obligation_has_run(enum obligation_kind k)
{
	switch (k) {
	case OBL_LOOP_BOUNDED:
	case OBL_DEPTH_BOUNDED:
	case OBL_COST_BOUNDED:
	case OBL_DIVISION_NONZERO:
	case OBL_INDEX_IN_RANGE:
	case OBL_MAP_HAS_ROOM:
	case OBL_AGGREGATE_NONEMPTY:
	case OBL_STRING_FITS:
	case OBL_READ_SAFE:
	case OBL_ARITHMETIC_INTENT: return true;
	case OBL_WRITE_ALLOWED:
	case OBL_INITIALISED:
	case OBL_PROBE_EXISTS:
	case OBL_PROBE_PERMITTED:
	case OBL_VARIABLE_AVAILABLE:
	case OBL_CONTEXT_ALLOWS:
	case OBL_NOT_REENTERED:
	case OBL_LOCK_ORDER:
	case OBL_STACK_FITS:
	case OBL_OUTPUT_BOUNDED:
	case OBL_KEYS_PAIRED:
	case OBL_MEMORY_BOUNDED:
	case OBL_PRIVILEGE_SUFFICES:
	case OBL_SESSION_ENDS:
	case OBL_COUNT: break;
	}
	return false;
}

enum listed ir_obligation_listed(enum obligation_kind k)
{
	return OBLIGATIONS[k].listed;
}

struct ir_limits ir_default_limits(void)
{
	/* MAXACTION is 1000, but handlers are interruptible by default, which makes it 10000 */
	return (struct ir_limits){
		.maxaction = 10000,
		.maxnesting = 0,
		.maxmapentries = 2048,
		.maxerrors = 0,
		.maxstringlen = 512,
		.maxskipped = 100,
		.maxmemory = 1 << 20, /* what the user-space run-time has for them */
	};
}
