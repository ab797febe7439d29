/* The text form of a certificate: doc/certificate.md. */
#ifndef VERIFIER_CERTIFICATE_TEXT_H
#define VERIFIER_CERTIFICATE_TEXT_H

#include "verifier/certificate.h"
#include "verifier/recheck.h"

#define CERTIFICATE_VERSION 1

/* Writes c; the words of the text form are those below. */
void certificate_write(FILE *out, const struct certificate *c,
		       const struct certificate_identity *id);

/*
 * Reads what certificate_write() writes, as a certificate of p, the program as elaborated anew.
 * Any input is expected; what it holds is not believed, only its form is checked, so that it can be
 * walked.  NULL: *why says what is wrong with it, with its line, in a's memory; *other: it is well
 * formed as far as it was read, but for another script, other facts or another program than id and
 * p say.
 */
struct certificate *certificate_read(struct arena *a, const struct ir_program *p,
				     enum memory_model model, const struct certificate_identity *id,
				     const char *text, size_t len, const char **why, bool *other);

/* Words by enum, NULL after the last. */
extern const char *const certificate_read_changes[],
	*const certificate_read_rankings[], *const certificate_read_orders[],
						    *const certificate_read_relations[];

#endif
