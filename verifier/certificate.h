/* All that a proof rests on, as the re-check reads it: claims, and arguments for what follows. */
#ifndef VERIFIER_CERTIFICATE_H
#define VERIFIER_CERTIFICATE_H

#include "verifier/ranking.h"
#include "verifier/transfer.h"

struct proven;

/* The claims on entry to the blocks of one function. */
struct claims {
	struct state *at; /* by block; those not reachable are claimed so */
	bool blank;       /* nothing is claimed: too strange a function, or no budget left */
};

/* One part of a key that is inserted: a literal, or a range of numbers. */
struct room_part {
	bool literal, counted; /* neither: it may be anything */
	const char *text;
	struct interval range;
};

struct room_site {
	struct room_part *parts; /* by key */
};

/* Which keys an array may ever get: by the sites that insert, or as their program-wide ranges say.
 */
struct room {
	bool by_sites;
	int64_t needed; /* INT64_MAX: nothing is claimed */
	VEC(struct room_site) sites;
};

struct certificate {
	const struct ir_program *p;
	enum memory_model model;
	/* of the program as it is: never read from a file */
	struct effects *e;
	struct shape **shapes; /* by function */
	/* claims that hold at any time, and on entry to blocks */
	struct world *w;
	struct claims *claims; /* by function */
	/* arguments */
	struct ranking **rankings;   /* by function and its natural loops */
	struct recursion *recursion; /* by cycle of calls */
	uint32_t *measure;           /* by function: the parameter that moves, or IR_NONE */
	struct room *rooms;          /* by global */
	/* what follows */
	int64_t *level;  /* by function: calls deep it may be */
	int64_t *cost;   /* by function: statements a call */
	int64_t *output; /* by function: bytes printed a call, as far as loops and calls bound it */
	int64_t depth;
	struct verdict *verdicts; /* by obligation; status and bound count */
};

/* The certificate of a proof; it shares the proof's memory. */
struct certificate *certificate_of(struct arena *a, const struct proven *pv);
/* One that claims nothing yet, with what is known of the program itself. */
struct certificate *certificate_new(struct arena *a, const struct ir_program *p,
				    enum memory_model model);
/* n rankings that argue nothing. */
struct ranking *certificate_rankings(struct arena *a, uint32_t n);
/* Of these nothing is claimed to be bounded but their rounds. */
void certificate_unweighed(struct ranking *r, uint32_t n);
/* The loop's ranking, or NULL where there is no loop of the script that comes round. */
const struct ranking *certificate_ranking(const struct certificate *c, uint32_t func,
					  uint32_t loop);

#endif
