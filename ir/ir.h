/*
 * The waist.  A program is a list of functions in a control flow graph over
 * mutable typed registers; everything above knows the language, nothing below
 * does.  Errors are edges: a block names the block that catches what fails in
 * it.  Checks are obligations, never hidden in an operation.
 */
#ifndef IR_IR_H
#define IR_IR_H

#include "base/diag.h"
#include "base/format.h"

#include <stdbool.h>

enum ir_op {
#define OP(id, word, result, owes) OP_##id,
#include "ir/op.def"
#undef OP
	OP_COUNT
};

enum obligation_kind {
#define OBLIGATION(id, word, policy, listed, text) OBL_##id,
#include "ir/obligation.def"
#undef OBLIGATION
	OBL_COUNT
};

enum policy { POLICY_GUARD, POLICY_MUST, POLICY_ADVISE };
enum listed { LISTED_ALL, LISTED_OPEN, LISTED_CERTAIN };

enum intrinsic {
#define INTRINSIC(id, name, sig, effects, contexts, low, high, text) INTRINSIC_##id,
#include "ir/intrinsic.def"
#undef INTRINSIC
	INTRINSIC_COUNT
};

enum intrinsic_effect { EFFECT_PURE = 0, EFFECT_READS = 1, EFFECT_ACTS = 2, EFFECT_FAILS = 4 };

struct intrinsic_info {
	const char *name, *signature, *summary;
	unsigned effects; /* enum intrinsic_effect */
	bool kernel_only;
	int64_t low, high; /* high of strings: longest length; -1: MAXSTRINGLEN - 1 */
};

const struct intrinsic_info *ir_intrinsic(enum intrinsic i);
/* Does it read the memory at its first argument, with an error when it cannot? */
bool ir_intrinsic_reads(enum intrinsic i);
bool ir_intrinsic_find(const char *name, enum intrinsic *out);
const char *ir_op_word(enum ir_op op);
const char *ir_obligation_word(enum obligation_kind k);
const char *ir_obligation_text(enum obligation_kind k);
enum policy ir_obligation_policy(enum obligation_kind k);
/* "guard"... */
const char *ir_policy_word(enum policy p);
/* Can a run show that it fails?  The others are about the target or the script's text. */
bool ir_obligation_has_run(enum obligation_kind k);
/* What the report for people shows of the kind. */
enum listed ir_obligation_listed(enum obligation_kind k);

/* What an op leaves in its register; OF_REGISTER: what the register's type says. */
enum ir_result { RESULT_NONE, RESULT_INT, RESULT_STR, RESULT_OF_REGISTER };
enum ir_result ir_op_result(enum ir_op op);
/* Does the op end a block? */
bool ir_op_ends(enum ir_op op);
/* The kinds in the op's OWES column; returns how many. */
unsigned ir_op_owes(enum ir_op op, enum obligation_kind out[2]);
bool ir_op_find(const char *word, enum ir_op *out);

enum ir_type { IR_INT, IR_STR, IR_STATS /* globals only */ };

#define IR_NONE UINT32_MAX /* no register, block, loop, obligation */

struct ir_reg {
	enum ir_type type;
	const char *
		name; /* the script's variable, or NULL: a temporary, assigned by one instruction */
};

/* One concrete array iteration or histogram walk; shared by ITER and NEXT_. */
struct ir_iter {
	uint32_t global; /* an array, or with hist any aggregate */
	bool hist;       /* over the buckets of a histogram: hist_keys select the element */
	uint32_t hist_keys[16], nhist_keys;
	uint32_t key_regs[16], nkeys; /* set by NEXT_; IR_NONE: not wanted */
	uint32_t value_reg;           /* IR_NONE: not wanted */
	bool has_slice;
	uint32_t slice[16]; /* register of each key's wanted value; IR_NONE: '*' */
	enum { ITER_UNSORTED, ITER_BY_KEY, ITER_BY_VALUE, ITER_BY_STAT } sort;
	uint32_t sort_key;
	bool descending;
	uint32_t stat;  /* ITER_BY_STAT: 0 count 1 sum 2 min 3 max 4 avg 5 variance */
	uint32_t limit; /* register, or IR_NONE */
	struct loc loc;
};

/*
 * Operands by op (args are registers):
 *   CONST imm; STR str; MOV a; binary a b; NEG NOT a; STRCMP a b; CONCAT a b
 *   MATCH a, str = pattern with escapes evaluated
 *   GLOAD/GCLEAR global; GSTORE global, a (a stats global is only cleared or added to)
 *   MGET global, keys; MSET global, keys.. value; MIN_ global, keys (IR_NONE: any);
 *   MDEL global, keys (IR_NONE: any; no args at all: the whole array)
 *   SADD global, [keys..] value; SGET global, [keys], imm = 0 count .. 5 variance
 *   HGET global, [keys..] bucket number; HPRINT global, [keys]: dst IR_NONE prints, else a string
 *   PRINT/SPRINT format, args
 *   CALL callees (first that does not PASS), args; INTRINSIC imm = enum intrinsic, args
 *   (of one that reads memory, mem says whose memory its address is known to lie in, or is NULL)
 *   EMBEDDED str = C text, args
 *   CONTEXT str = name, imm = number, imm2 = enum ir_context_kind
 *   INDEX a = index, imm = number of elements (0: not known): the result is a, checked
 *   LOAD a = address, mem; LOADSTR a, mem; STORE a = address, b = value, mem
 *   STMT imm; ITER imm = iterator; ERRMSG
 *   JUMP; BRANCH a; NEXT_ imm = iterator; RETURN [a]; FAIL a = message
 */
enum ir_context_kind {
	CONTEXT_ARG,
	CONTEXT_RETURN,
	CONTEXT_ENTRY,
	CONTEXT_NAMED,
	CONTEXT_REGISTER,
	CONTEXT_LINKED, /* imm: an address as linked, moved to where the object is loaded */
	CONTEXT_THREAD, /* imm: an offset in its thread-local storage */
	/* the address of where the value is kept, for a STORE to it */
	CONTEXT_ARG_PLACE,
	CONTEXT_RETURN_PLACE,
	CONTEXT_NAMED_PLACE,
};

struct ir_mem {
	uint8_t size; /* 1, 2, 4, 8 */
	bool is_signed, user;
	uint8_t bit_offset, bit_size; /* bit_size 0: the whole word */
	const char *what;             /* what the script reads: "skb->head" */
};

struct ir_inst {
	enum ir_op op;
	uint32_t dst; /* register or IR_NONE */
	uint32_t nargs;
	uint32_t *args;
	int64_t imm, imm2;
	const char *str;
	uint32_t global;    /* index, or IR_NONE */
	uint32_t target[2]; /* blocks of a terminator */
	const struct format *format;
	const struct ir_mem *mem;
	uint32_t *callees, ncallees;
	struct loc loc;
	uint32_t obligation, nobligations; /* a run in program->obligations; set by oblige.c */
};

struct ir_block {
	VEC(struct ir_inst) insts; /* the last is the only terminator */
	uint32_t catch;            /* where errors of this block go; IR_NONE: out of the function */
};

/* A loop of the script: lowering makes it reducible, entered only through its header. */
struct ir_loop {
	uint32_t header;
	uint32_t parent; /* enclosing loop, or IR_NONE */
	uint32_t iter;   /* foreach: its iterator, else IR_NONE */
	struct loc loc;  /* the keyword */
	uint32_t obligation;
};

enum ir_kind { IR_FUNCTION, IR_HANDLER };

/* Where handlers of a family run, as far as it bounds what they may do. */
enum ir_context {
	IRCTX_SESSION /* begin, end, error: user space, process context */,
	IRCTX_TIMER,
	IRCTX_PROCESS,
	IRCTX_SOFTIRQ,
	IRCTX_IRQ,
	IRCTX_NMI,
	IRCTX_ANY
};

/* The order of a handler in the session's life. */
enum ir_when { WHEN_BEGIN, WHEN_END, WHEN_ERROR, WHEN_NEVER, WHEN_TIMER, WHEN_KERNEL };

/* Where in machine code; all of it may be missing.  Numbers: 0 is missing. */
struct ir_place {
	const char *path;     /* the program or library; NULL: none, or the kernel */
	const char *build_id; /* of that file, in hex */
	const char *section;  /* of a module, which `address` counts from */
	uint64_t address;     /* as linked */
	uint64_t offset;      /* in the file: what uprobes go by */
	uint64_t semaphore, semaphore_offset; /* of a mark, likewise */
};

/* One place of attachment, flat: all that code generation and the run-times need. */
struct ir_attach {
	uint32_t handler; /* function index */
	enum ir_when when;
	enum ir_context context;
	int64_t number;                /* BEGIN, END, ERROR: order; TIMER: period in ns */
	int64_t randomize;             /* TIMER: jitter in ns */
	const char *text;              /* the probe point, for pp() */
	const char *family;            /* word of sema/family.def */
	const char *module, *function; /* function families, or NULL */
	bool is_return, optional;
	int exists;                          /* enum answer: 0 no, 1 yes, 2 unknown */
	const char *evidence, *trust_reason; /* trust_reason: what is assumed, or NULL */
	const char *refusal;                 /* why the kernel will not let it be probed, or NULL */
	const char *permission;              /* what makes certain that it will, or NULL */
	struct ir_place place;
	struct loc loc;
	uint32_t obligation, nobligations;
};

struct ir_func {
	const char *name; /* of a handler: its first probe point */
	enum ir_kind kind;
	bool has_result;
	enum ir_type result;
	uint32_t nparams; /* registers 0 .. nparams-1 */
	VEC(struct ir_reg) regs;
	VEC(struct ir_block) blocks; /* 0: entry */
	VEC(struct ir_loop) loops;
	VEC(struct ir_iter) iters;
	bool from_tapset;
	struct loc loc;      /* name, or the `probe` keyword */
	uint32_t obligation; /* a handler's cost */
};

struct ir_global {
	const char *name;
	enum ir_type type; /* of the value */
	uint32_t nkeys;    /* 0: scalar */
	enum ir_type keys[16];
	int64_t capacity;
	bool wrap;
	int64_t init;         /* IR_INT */
	const char *init_str; /* IR_STR, escapes evaluated */
	bool has_hist, hist_log;
	int64_t hist_low, hist_high, hist_step, bits;
	bool from_tapset;
	struct loc loc;
};

struct obligation {
	enum obligation_kind kind;
	/* inst IR_NONE: of the loop, attachment or global below, else of the handler; func IR_NONE:
	 * of a global or the whole program */
	uint32_t func, block, inst;
	uint32_t loop, attach, global; /* IR_NONE unless it is theirs */
	struct loc loc;
};

/* -D limits; defaults are SystemTap's. */
struct ir_limits {
	int64_t maxaction;  /* statements a hit: MAXACTION, 10 times that where interruptible */
	int64_t maxnesting; /* 0: computed from the call graph */
	int64_t maxmapentries, maxerrors, maxstringlen, maxskipped;
	int64_t maxmemory; /* KiB for arrays, strings and frames: STP_MAXMEMORY */
};

struct ir_program {
	struct arena *arena;
	struct ir_limits limits;
	VEC(struct ir_global) globals;
	VEC(struct ir_func) funcs; /* functions and handlers */
	VEC(struct ir_attach) attaches;
	VEC(struct obligation) obligations; /* frozen after oblige */
	const char *session;                /* module_name() */
	bool guru;
	const char *privilege; /* what --privilege grants: "stapusr", "stapsys"; NULL: all */
};

/*
 * Fills program->obligations from op.def and the loops, handlers and attachments, in program
 * order.  Called once; the program is frozen afterwards.
 */
void oblige_program(struct ir_program *p);
/* Well-formedness: NULL, or what is wrong (in the arena). A violation is our bug, or a bad .ir
 * file. */
const char *wellformed_check(const struct ir_program *p, struct arena *a);

/* Defaults of -D. */
struct ir_limits ir_default_limits(void);

/* The text form, and its reader (for tests below the waist); both in ir/irtext.h. */

#endif
