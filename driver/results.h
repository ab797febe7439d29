/* What check said of a script before, kept for as long as nothing that it rests on changes. */
#ifndef DRIVER_RESULTS_H
#define DRIVER_RESULTS_H

#include "driver/compile.h"

struct kept {
	enum exit_status status;
	const char *out; /* what was printed, or the list as JSON; NUL-terminated */
	size_t len;
};

/* Results for a session whose options and configuration are settled; NULL: none may be kept. */
struct results *results_open(const struct session *s);
/*
 * The script at path: its text (in a), if a result may be kept of it, and what is kept.  False:
 * nothing is; then *text is what results_keep() takes, or NULL.
 */
bool results_find(struct results *r, struct arena *a, const char *path, const struct source **text,
		  struct kept *out);
/* Keeps what was said of the script; c is its compilation. */
void results_keep(struct results *r, const struct compilation *c, const struct source *text,
		  const struct kept *k);

#endif
