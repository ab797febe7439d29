/* What the files of lowering share: its state and the doors between them. */
#ifndef IR_LOWERING_H
#define IR_LOWERING_H

#include "base/bug.h"
#include "ir/cfg.h"
#include "sema/sema.h"

/* Pointer -> number: registers of locals, indices of globals and functions. */
struct lower_map {
	const void **keys;
	uint32_t *values, n, cap;
};

/* Where `break`, `continue` go; the innermost is lowering->loop. */
struct lower_loop {
	uint32_t on_break, on_continue;
	uint32_t index; /* in func->loops */
	const struct lower_loop *outer;
};

struct lowering {
	struct arena *arena, *scratch;
	struct ir_program *out;
	const struct program *program;
	struct lower_map places;
	struct functions pending; /* called, not yet lowered */
	/* the function or handler at hand */
	struct cfg cfg;
	struct ir_func func;
	const struct lower_loop *loop;
	const struct function *function; /* NULL: a handler */
};

/* lower.c */
void lower_place(struct lowering *lo, const void *thing, uint32_t n);
/* The register or index of thing; false if it has none yet. */
bool lower_placed(const struct lowering *lo, const void *thing, uint32_t *n);
enum ir_type lower_type(enum type t);
/* A literal with escapes evaluated, cut to what a string can hold. */
const char *lower_text(struct lowering *lo, const char *raw);
/*
 * The index of f, which will be lowered in its turn; type is the value of the whole chain of
 * overloads it belongs to, TYPE_UNKNOWN: none.
 */
uint32_t lower_callee(struct lowering *lo, struct function *f, enum type type);

/* lower_where.c: where in machine code the sites are, out[i] for sites->v[i]. */
void lower_where_sites(struct lowering *lo, const struct sites *sites, struct ir_place *out);

/* Registers for the locals, set to 0 or "". */
void lower_locals(struct lowering *lo, const struct variables *vars);
/* Finishes the graph of the function at hand, and forgets what building it took. */
void lower_finish(struct lowering *lo);
/* Leaves the function or handler with 0, "" or nothing. */
void lower_return_default(struct lowering *lo, struct loc loc);

/* lower_expr.c: the register of a value; never IR_NONE. */
uint32_t lower_expr(struct lowering *lo, const struct expr *e);
/* For its effects only. */
void lower_expr_effect(struct lowering *lo, const struct expr *e);
/* Jumps by the truth of e, with short circuits. */
void lower_expr_cond(struct lowering *lo, const struct expr *e, uint32_t yes, uint32_t no);
/*
 * The registers of several values, left to right; a NULL expression is IR_NONE.  The result has
 * room for `extra` more at its end.
 */
uint32_t *lower_expr_list(struct lowering *lo, const struct expr_list *l, uint32_t extra);
/* An operation on one element of an array, or on all that match: keys first, in order. */
struct ir_inst *lower_expr_keyed(struct lowering *lo, struct loc at, enum ir_op op,
				 const struct expr *array, const struct expr_list *keys);
/* Might evaluating e assign a local? */
bool lower_expr_assigns(const struct expr *e);
/* e, kept from what `after` (may be NULL) assigns. */
uint32_t lower_expr_before(struct lowering *lo, const struct expr *e, const struct expr *after);
uint32_t lower_expr_binary(struct lowering *lo, struct loc loc, enum binary_op op, uint32_t a,
			   uint32_t b);
/* A register that several arms assign, starting as 0 or "". */
uint32_t lower_expr_join(struct lowering *lo, struct loc loc, enum ir_type type, const char *name);

/* lower_assign.c: assignments and ++ --. */
uint32_t lower_assign(struct lowering *lo, const struct expr *e);
/* wanted: the old value of a postfix operator is used. */
uint32_t lower_assign_crement(struct lowering *lo, const struct expr *e, bool wanted);
/* Stores reg in a local or scalar global. */
void lower_assign_name(struct lowering *lo, struct loc loc, const struct variable *v, uint32_t reg);

/* lower_access.c: target variables. */
uint32_t lower_access(struct lowering *lo, const struct expr *e);
/* The address that the last step of a store target loads from. */
uint32_t lower_access_address(struct lowering *lo, const struct expr *e);
uint32_t lower_access_load(struct lowering *lo, const struct expr *e, uint32_t address);
void lower_access_store(struct lowering *lo, const struct expr *e, uint32_t address,
			uint32_t value);

/* lower_term.c: the value of the access of e, whose base is a term. */
uint32_t lower_term(struct lowering *lo, const struct expr *e);

/* lower_call.c: calls, the print family. */
uint32_t lower_call(struct lowering *lo, const struct expr *e, bool wanted);
uint32_t lower_call_print(struct lowering *lo, const struct expr *e, bool wanted);
/* The body of a function that is written in C or is an intrinsic. */
void lower_call_native(struct lowering *lo, const struct function *f);

/* lower_stat.c: aggregates and histograms. */
/* The global of a stats expression; its keys go to *keys (room for extra more), their number to *n.
 */
uint32_t lower_stat_place(struct lowering *lo, const struct expr *e, uint32_t extra,
			  uint32_t **keys, uint32_t *n);
uint32_t lower_stat(struct lowering *lo, const struct expr *e);
uint32_t lower_stat_bucket(struct lowering *lo, const struct expr *e);
uint32_t lower_stat_in(struct lowering *lo, const struct expr *e);
/* print, sprint of a histogram. */
uint32_t lower_stat_print(struct lowering *lo, const struct expr *hist, bool to_string);

/* lower_stmt.c */
void lower_stmt(struct lowering *lo, const struct stmt *s);

/* lower_loop.c: while, for, foreach. */
void lower_loop_plain(struct lowering *lo, const struct stmt *s);
void lower_loop_foreach(struct lowering *lo, const struct stmt *s);

/* lower_probe.c */
void lower_probe_all(struct lowering *lo);

#endif
