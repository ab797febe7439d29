/* The abstract state at one point of a function: slot to value, and facts about aggregates. */
#ifndef VERIFIER_STATE_H
#define VERIFIER_STATE_H

#include "verifier/bits.h"
#include "verifier/effects.h"
#include "verifier/world.h"

/*
 * The version of a value: two slots with equal versions hold the same value.  Made by an
 * instruction for a slot, or by a block for a slot where different versions meet.
 */
typedef uint64_t version;

struct pred;

/*
 * "low <= this value - the value named ver <= high", in unbounded arithmetic; INT64_MIN as low and
 * INT64_MAX as high stand for no limit.  ver is of a value made no later than the one this is kept
 * with (its maker dominates, or is the same block's entry), so both names go stale together.
 * slot held it when the difference was learnt: where to look for it when states meet.
 */
struct diff {
	const struct diff *next;
	version ver;
	uint32_t slot;
	struct interval by;
};

struct value {
	struct interval range;
	struct bits bits; /* of numbers, and of the lengths of strings; range and bits both hold */
	version ver;
	const struct diff *diffs; /* how far it is from others: a few, no version twice */
	const char *text;         /* the string, where it is a known literal */
	const struct pred *pred;  /* what it says about others when nonzero, or NULL */
	uint32_t source;          /* a slot that may hold the same value, or SLOT_NONE */
};

enum key_kind { KEY_INT, KEY_TEXT, KEY_VERSION };

struct key {
	enum key_kind kind;
	int64_t number;
	const char *text;
	version ver;
};

/* "The element under these keys, or the scalar, has samples", or "iterator n's snapshot is
 * current", or "the value named ver plus that of the one key is not 0". */
struct fact {
	const struct fact *next;
	uint32_t slot; /* of the global; SLOT_NONE: of a sum */
	version ver;   /* it holds while the global's slot has this version */
	uint32_t iter; /* the snapshot's iterator, or IR_NONE */
	uint32_t nkeys;
	const struct key *keys;
};

struct operand {
	uint32_t slot; /* between blocks: SLOT_NONE when the register does not live on */
	version ver;
	struct interval range;   /* when the predicate was made */
	struct bits bits;        /* likewise */
	const struct pred *pred; /* of the operand itself, if it is a condition */
};

enum pred_kind { PRED_COMPARE, PRED_HOLDS, PRED_MASKED };

/*
 * What follows from a nonzero value; for comparisons the negation follows from zero.
 * PRED_MASKED: the bits of mask in the value are those of a, and one of them is set iff it is not
 * 0.
 */
struct pred {
	enum pred_kind kind;
	enum interval_relation rel;
	struct operand a, b;
	uint64_t mask;
	const struct fact *fact; /* PRED_HOLDS: becomes known if nonzero */
	uint32_t depth;          /* of predicates of operands */
};

enum { STATE_FAN = 16 };

/* Of a persistent trie over the slots. */
struct node {
	const void *owner;          /* the token of the space it may be changed under, or NULL */
	const void *kid[STATE_FAN]; /* nodes, or at the lowest level values; NULL: unknown */
};

/* What is added to these structures keep.c has to follow. */
struct state {
	bool reachable;
	const struct node *root;
	const struct fact *facts;
	uint32_t nfacts;
};

/* One function being analysed. */
struct space {
	const struct ir_program *p;
	const struct ir_func *f;
	const struct shape *sh;
	const struct world *w;
	struct arena *arena; /* of nodes and values */
	uint32_t levels;
	const void *token;    /* nodes made under it may be changed in place */
	struct value *locals; /* by register: those that live in one block */
	int64_t joins;        /* of values, so far */
};

uint32_t state_levels(const struct shape *sh);
void state_space(struct space *sp, struct arena *arena, const struct ir_program *p,
		 const struct ir_func *f, const struct shape *sh, const struct world *w);
version state_made(const struct space *sp, uint32_t block, uint32_t inst, uint32_t slot);
version state_met(uint32_t block, uint32_t slot);
/* Of what an intrinsic without arguments tells, where it is the same from the function's entry on. */
version state_told(enum intrinsic by);
bool state_is_told(version ver);
/* The number in the function of the instruction that made the value; false: values met. */
bool state_maker(version ver, uint32_t *serial);
/* May the loop change the slot?  No loop, NULL, changes none. */
bool state_modifies(const struct natural *loop, uint32_t slot);
/* The widest range a slot can have. */
struct interval state_any(const struct space *sp, uint32_t slot);

struct value state_get(const struct space *sp, const struct state *st, uint32_t slot);
void state_set(struct space *sp, struct state *st, uint32_t slot, const struct value *v);
/* A copy that later changes of st do not reach. */
struct state state_copy(struct space *sp, const struct state *st);

bool state_same_fact(const struct fact *a, const struct fact *b);
bool state_knows(const struct state *st, const struct fact *f);
void state_learn(struct space *sp, struct state *st, const struct fact *f);

/* Loop headers forget which values are equal to those of the round before. */
void state_arrive(struct space *sp, struct state *st, uint32_t block);
/* into := into joined with from, on entry to block; true if that changed it. */
bool state_join(struct space *sp, struct state *into, const struct state *from, uint32_t block,
		const struct thresholds *widen, bool give_up);
/* The join of one slot's value only: the one it has in from. */
void state_join_slot(struct space *sp, struct state *into, const struct state *from, uint32_t slot,
		     uint32_t block);
void state_common_facts(struct space *sp, struct state *into, const struct state *from);
/* Does every run described by st fit claim, which is the claim on entry to block? */
bool state_within(struct space *sp, const struct state *st, const struct state *claim,
		  uint32_t block);

/* Calls fn for each slot that holds another value in b than in a, with that of b, ascending. */
typedef void (*state_value_fn)(void *ctx, uint32_t slot, const struct value *v);
void state_differences(const struct space *sp, const struct state *a, const struct state *b,
		       state_value_fn fn, void *ctx);

#endif
