/* The state of one run, shared by the files of this room only. */
#ifndef RUNTIME_MACHINE_H
#define RUNTIME_MACHINE_H

#include "runtime/array.h"
#include "runtime/output.h"
#include "base/matcher.h"

/* One instruction, decoded once: operands at hand, guards looked up. */
struct step {
	enum ir_op op;
	bool guard, guard2; /* make the check of the first and second obligation? */
	bool audit, audit2; /* ...only because what is proved is checked, too */
	bool str;           /* MOV, GLOAD..: the value is a string */
	uint32_t dst, a, b; /* registers; of terminators: targets as steps */
	uint32_t block;
	union {
		int64_t imm;
		const struct matcher *matcher;
		const char *literal;
	};
	const struct ir_inst *in;
};

struct code {
	const struct ir_func *func;
	uint32_t index;
	struct step *steps;
	uint32_t *starts; /* first step of each block */
	uint32_t *slots;  /* register -> string buffer, or IR_NONE */
	uint32_t nslots;
};

/* One running foreach: the elements as they were when it began. */
struct cursor {
	struct {
		struct array_elem *elem;
		uint64_t serial;
	} * snapshot;
	size_t size; /* of the snapshot's storage */
	uint64_t n, at;
	int64_t left;           /* what limit allows */
	const int64_t *buckets; /* a histogram's; NULL: all zero */
};

struct frame {
	const struct code *code;
	const struct step *pc; /* where to go on; of a caller: its call */
	uint32_t callee;       /* of a caller: which overload is running */
	struct run_value *regs;
	char *texts; /* the string buffers */
	struct cursor *cursors;
	size_t regs_room, texts_room, cursors_room;
};

struct variable {
	const struct ir_global *decl;
	struct aggregate_shape shape;
	int64_t n;
	struct value_text text;
	struct aggregate stats;
	struct array *array;
};

enum machine_state { MACHINE_STARTING, MACHINE_RUNNING, MACHINE_STOPPING, MACHINE_ERROR };

/* How a handler stopped before its end. */
enum fault_kind {
	FAULT_ERROR,   /* an error of the script: the nearest catch sees it */
	FAULT_LIMIT,   /* MAXACTION: no catch does */
	FAULT_ABORT,   /* abort(): not an error */
	FAULT_STOPPED, /* the user's second signal */
};

struct machine {
	const struct proven *pv;
	const struct ir_program *program;
	const struct run_options *opt;
	struct arena *arena;
	struct value_pool pool;
	struct output out;
	struct variable *globals;
	struct code *codes;
	uint32_t max_text; /* longest string */
	struct frame **frames;
	uint32_t depth, frames_room; /* frames[0 .. depth) are in use */
	int64_t max_depth;
	int64_t actions, action_limit, next_poll;
	bool count_actions;
	enum machine_state state;
	uint32_t errors;
	const struct ir_attach *attach; /* whose handler runs */

	enum fault_kind fault;
	char *fault_text;
	size_t fault_room;
	struct loc fault_loc; /* {0}: the error names no place */
	const struct ir_inst *fault_in; /* NULL: likewise */

	char *scratch; /* one string, while it is made */
	size_t scratch_room;
	const struct run_value **argv; /* arguments of a print */

	/* what library functions remember */
	struct value_text token_rest;
	bool token_done;
	struct matcher_result match;
	struct value_text match_subject;
	uint64_t random;
	int64_t target_pid;
	VEC(const char *) commands; /* system(), until the handler is done */
	struct value_text *command_texts;
	int tz_west;
	const char *tz_name;

	struct session *session;
	struct model *model; /* the world, when it is only thought of (model.h); NULL: this process */
};

/* decode.c: makes codes and globals; false after a complaint. */
bool decode_program(struct machine *m);

/* interp.c: runs one handler; false when it stopped by a fault. */
bool interp_run(struct machine *m, uint32_t func);

/* ops.c: operations on variables, strings and output; false after a fault. */
bool ops_gload(struct machine *m, struct frame *f, const struct step *s);
void ops_gstore(struct machine *m, struct frame *f, const struct step *s);
void ops_gclear(struct machine *m, const struct step *s);
void ops_mget(struct machine *m, struct frame *f, const struct step *s);
bool ops_mset(struct machine *m, struct frame *f, const struct step *s);
void ops_min(struct machine *m, struct frame *f, const struct step *s);
void ops_mdel(struct machine *m, struct frame *f, const struct step *s);
bool ops_sadd(struct machine *m, struct frame *f, const struct step *s);
bool ops_sget(struct machine *m, struct frame *f, const struct step *s);
bool ops_hget(struct machine *m, struct frame *f, const struct step *s);
bool ops_hprint(struct machine *m, struct frame *f, const struct step *s);
bool ops_print(struct machine *m, struct frame *f, const struct step *s);
bool ops_sprint(struct machine *m, struct frame *f, const struct step *s);
void ops_concat(struct machine *m, struct frame *f, const struct step *s);
bool ops_intrinsic(struct machine *m, struct frame *f, const struct step *s);
/* Sets register r of f to a string, cut to the limit; s may be any register's. */
void ops_set_text(struct machine *m, struct frame *f, uint32_t r, const char *s, uint32_t len);

/* cursor.c: foreach. */
void cursor_start(struct machine *m, struct frame *f, const struct step *s);
/* Sets the loop's variables; false when nothing is left. */
bool cursor_next(struct machine *m, struct frame *f, const struct step *s);
void cursor_drop(struct machine *m, struct cursor *c);

/* intrinsic.c: out->s may point into m->scratch. */
bool intrinsic_call(struct machine *m, enum intrinsic which, const struct run_value *args,
		    struct run_value *out);
/* textfn.c: the string functions among them; false if it is none of its own. */
void textfn_call(struct machine *m, enum intrinsic which, const struct run_value *args,
		 struct run_value *out);

/* Is the check of that kind to be made?  Counts those that are. */
static inline bool machine_checks(const struct machine *m, bool guard, enum obligation_kind kind)
{
	if (guard && m->opt->checks)
		m->opt->checks[kind]++;
	return guard;
}

/* fault.c */
/* Raises an error of the script; always false. */
bool fault_raise(struct machine *m, const struct step *s, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
bool fault_limit(struct machine *m, const struct step *s, const char *text);
/* The fault as SystemTap says it, with its place, into p. */
void fault_describe(struct machine *m, struct printer *p);
/* Says "ERROR: ..." for the fault that ended a handler. */
void fault_report(struct machine *m);

/* model.c: what needs the kernel, or asks the world, of a machine that has a model; false after a
 * fault. */
bool model_op(struct machine *m, struct frame *f, const struct step *s);
bool model_intrinsic(struct machine *m, const struct step *s, const struct run_value *args,
		     struct run_value *out);
/* A string was cut at s. */
void model_cut(struct machine *m, const struct step *s);
/* Something failed at in. */
void model_fault(struct machine *m, const struct ir_inst *in);
/* May the run go on?  Asked before each instruction. */
bool model_goes_on(const struct machine *m);

/* run.c: what a machine needs before decode_program(). */
void run_set_up(struct machine *m, const struct proven *pv, const struct run_options *opt,
		struct arena *a);

/* lifecycle.c */
/* Runs the probes in order; the exit status. */
int lifecycle_run(struct machine *m);
typedef VEC(const struct ir_attach *) lifecycle_order;
/* The probes of one kind in order of their number, into the empty out. */
void lifecycle_sort(struct machine *m, enum ir_when when, lifecycle_order *out);
/* Looks for signals while a handler runs long; false: it must stop now. */
bool lifecycle_poll(struct machine *m);
/* After a run out of memory: what the process must not keep. */
void lifecycle_abandon(struct machine *m);
uint64_t lifecycle_random(struct machine *m);

#endif
