/* What one iteration of a loop, or the code before a call, does to variables: steps and tests. */
#ifndef VERIFIER_FORM_H
#define VERIFIER_FORM_H

#include "verifier/fixpoint.h"

enum form_kind {
	FORM_NONE,
	FORM_STEADY, /* the same on every iteration: what slot `base` holds, or made of such
			(SLOT_NONE) by instruction number `low` */
	FORM_LINEAR, /* what `base` held at the start, plus low .. high (modulo 2^64) */
	FORM_SHRINK, /* the same, divided towards zero by at least `low`, at least once */
	FORM_CUT,    /* a string that is shorter by at least low, or empty */
	FORM_TOKEN,  /* the next token of a text, or the empty string after the last */
	FORM_GROW,   /* the same, times low .. high (modulo 2^64); low is at least 2 */
};

enum shrink { SHRINK_DIVIDE, SHRINK_SHIFT, SHRINK_LOGICAL };

/* The form of a string is that of its length. */
struct form {
	enum form_kind kind;
	enum shrink how;
	uint32_t base;
	int64_t low, high;
};

/* The condition to stay in the loop: x REL y. */
struct test {
	enum interval_relation rel;
	struct form x, y;
	struct interval xr, yr; /* their ranges when compared */
	/* the comparison, or the branch itself; swapped: x is its second operand */
	uint32_t block, inst;
	bool swapped;
	bool late; /* statements of the body may run before it in the iteration that leaves */
	struct loc loc;
};

enum { FORM_SLOTS = 8, FORM_TESTS = 8, FORM_BRANCHES = 4 };

struct iteration {
	bool back;   /* can it go round at all */
	bool exits;  /* is there a way out that may be taken */
	bool splits; /* may it begin to split another text into tokens */
	bool late;   /* may the iteration that leaves run statements first */
	uint32_t ntests, nslots, nwalks;
	struct test tests[FORM_TESTS];
	uint32_t slots[FORM_SLOTS];   /* the variables followed */
	struct form step[FORM_SLOTS]; /* each after one iteration, from its value before */
	uint32_t walks[FORM_TESTS];   /* iterators whose end leaves the loop */
};

struct former;

struct former *form_new(struct arena *a, const struct invariants *inv, uint32_t func);
/* Loops are asked for from the innermost out: higher numbers first. */
struct iteration form_loop(struct former *fm, uint32_t loop);
/* The branches inside the loop that every iteration passes; returns how many, FORM_BRANCHES at
 * most.
 */
uint32_t form_branches(struct former *fm, uint32_t loop, uint32_t out[FORM_BRANCHES]);
/*
 * The iterations that take the one or the other side of a branch inside the loop, with the same
 * slots.  Their first test is the branch's own condition, which for an exit would be the one to
 * stay.  After form_loop() of the same loop.
 */
void form_sides(struct former *fm, uint32_t loop, uint32_t branch, struct iteration out[2]);
/* The range of a slot on entry to the loop's header, however it got there. */
struct interval form_around(struct former *fm, uint32_t loop, uint32_t slot);
/* The range of a slot when the loop is entered from outside. */
struct interval form_entry(struct former *fm, uint32_t loop, uint32_t slot);
/* The range of one slot minus another's there. */
struct interval form_apart(struct former *fm, uint32_t loop, uint32_t x, uint32_t y);
/*
 * Does slot x start, whenever the loop is entered, as far as ever from what slot y held when the
 * iteration of the loop around it began?  And does y still hold that at the loop's header?
 */
bool form_starts_at(struct former *fm, uint32_t loop, uint32_t x, uint32_t y);
bool form_steady(struct former *fm, uint32_t loop, uint32_t y);
/* The range of a register at the instructions that start iterator it. */
struct interval form_limit(struct former *fm, uint32_t it, uint32_t reg);
/* Is the iterator started in the loop? */
bool form_restarts(struct former *fm, uint32_t loop, uint32_t it);

struct argument {
	struct form form; /* LINEAR: relative to a parameter's value on entry, its number in base */
	struct interval range;  /* of the argument */
	struct interval before; /* of that parameter, at the start of the call's block */
};
/* Calls fn for every call that may be reached, with what is known of its arguments. */
typedef void (*form_call_fn)(void *ctx, const struct ir_inst *call, uint32_t block, uint32_t inst,
			     const struct argument *args);
void form_calls(struct former *fm, form_call_fn fn, void *ctx);

#endif
