/* Certificates of proofs, and the linear re-check of them. */
#ifndef VERIFIER_RECHECK_H
#define VERIFIER_RECHECK_H

#include "verifier/verifier.h"

#include <stddef.h>
#include <stdio.h>

struct certificate;

/* Hashes of what a certificate is for. */
struct certificate_identity {
	uint64_t script, facts, ir;
	const char *facts_text; /* for people */
};

struct recheck_tally {
	uint32_t proved,
		open; /* obligations confirmed to be proved; claimed to be no more than open */
	uint32_t uncovered; /* claimed to be proved, and there is no rule here to confirm it */
	uint32_t uncovered_of[OBL_COUNT]; /* the same by kind */
	uint32_t loops_of; /* the function with a loop whose end, bound or weight does not follow, or
			      IR_NONE */
};

/*
 * Walks every block once, and holds what leaves it against the claims.  NULL when every claim and
 * every verdict follows, those counted as uncovered aside; else what does not, in a's memory.
 */
const char *recheck_certificate(const struct certificate *c, struct arena *a,
				struct recheck_tally *t);

enum recheck_answer {
	RECHECK_HOLDS,
	RECHECK_MALFORMED, /* it is no certificate, or cut short */
	RECHECK_OTHER,     /* it is for another script, other facts, another program or model */
	RECHECK_REFUSED,   /* what it claims does not follow */
};

/* Writes the certificate of a proof: doc/certificate.md. */
void recheck_write(FILE *out, struct arena *a, const struct proven *pv,
		   const struct certificate_identity *id);
/*
 * Reads a certificate and rechecks it against p, the program as elaborated anew.  Any text is
 * expected.  Unless it holds *why says what is wrong, in a's memory.
 */
enum recheck_answer recheck_text(struct arena *a, const struct ir_program *p,
				 enum memory_model model, const struct certificate_identity *id,
				 const char *text, size_t len, struct recheck_tally *t,
				 const char **why);
/* FNV-1a in 64 bits, going on from h (0: the start). */
uint64_t recheck_hash(uint64_t h, const void *p, size_t n);

#endif
