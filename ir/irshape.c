/*
 * The vocabulary that printer and reader of the text form share: which
 * operands an op shows, and the words of the small enums.  Pure data.
 */
#include "ir/irshape.h"

enum irshape irshape_of(enum ir_op op)
{
	switch (op) {
	case OP_CONST:
	case OP_STMT: return IRSHAPE_NUMBER;
	case OP_STR:
	case OP_MATCH:
	case OP_EMBEDDED: return IRSHAPE_TEXT;
	case OP_GLOAD:
	case OP_GSTORE:
	case OP_GCLEAR:
	case OP_MGET:
	case OP_MSET:
	case OP_MIN_:
	case OP_MDEL:
	case OP_SADD:
	case OP_HGET:
	case OP_HPRINT: return IRSHAPE_GLOBAL;
	case OP_SGET: return IRSHAPE_STAT;
	case OP_PRINT:
	case OP_SPRINT: return IRSHAPE_FORMAT;
	case OP_CALL: return IRSHAPE_CALL;
	case OP_INTRINSIC: return IRSHAPE_INTRINSIC;
	case OP_CONTEXT: return IRSHAPE_CONTEXT;
	case OP_INDEX: return IRSHAPE_INDEX;
	case OP_LOAD:
	case OP_LOADSTR:
	case OP_STORE: return IRSHAPE_MEMORY;
	case OP_ITER: return IRSHAPE_ITER;
	case OP_JUMP: return IRSHAPE_JUMP;
	case OP_BRANCH: return IRSHAPE_BRANCH;
	case OP_NEXT_: return IRSHAPE_NEXT;
	case OP_MOV:
	case OP_ADD:
	case OP_SUB:
	case OP_MUL:
	case OP_DIV:
	case OP_MOD:
	case OP_AND:
	case OP_OR:
	case OP_XOR:
	case OP_SHL:
	case OP_SHR:
	case OP_USHR:
	case OP_NEG:
	case OP_NOT:
	case OP_EQ:
	case OP_NE:
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
	case OP_STRCMP:
	case OP_CONCAT:
	case OP_ERRMSG:
	case OP_RETURN:
	case OP_PASS:
	case OP_FAIL:
	case OP_ABORT:
	case OP_COUNT: break;
	}
	return IRSHAPE_REGS;
}

static const char *word(const char *const *words, size_t size, int64_t n)
{
	return n >= 0 && (size_t)n < size / sizeof *words ? words[n] : NULL;
}

const char *irshape_stat(int64_t n)
{
	static const char *const WORDS[] = {"count", "sum", "min", "max", "avg", "variance"};

	return word(WORDS, sizeof WORDS, n);
}

const char *irshape_context_kind(int64_t n)
{
	static const char *const WORDS[] = {"arg",          "return",     "entry",  "named",
					    "register",     "linked",     "thread", "arg-place",
					    "return-place", "named-place"};

	return word(WORDS, sizeof WORDS, n);
}

const char *irshape_when(int64_t n)
{
	static const char *const WORDS[] = {"begin", "end", "error", "never", "timer", "kernel"};

	return word(WORDS, sizeof WORDS, n);
}

const char *irshape_context(int64_t n)
{
	static const char *const WORDS[] = {"session", "timer", "process", "softirq",
					    "irq",     "nmi",   "any"};

	return word(WORDS, sizeof WORDS, n);
}

const char *irshape_type(int64_t n)
{
	static const char *const WORDS[] = {"int", "str", "stats"};

	return word(WORDS, sizeof WORDS, n);
}
