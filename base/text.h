/* Small services on text that several rooms need. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/arena.h"
#include "base/near.h"

#include <stdbool.h>

/*
 * Evaluates the escapes that the language leaves in string literals: \a \b \t \n \v \f \r,
 * \0..\777, \xHH.., and a backslash before any other byte, which is dropped.  The result ends
 * at the first NUL, as strings do at run time.  *len, if not NULL, is its length in bytes.
 */
char *text_unescape(struct arena *a, const char *raw, size_t *len);
/* The inverse, for printing: quotes, backslashes and bytes outside 0x20..0x7e are escaped. */
char *text_escape(struct arena *a, const char *s, size_t len);
/* Shell-style match of the whole text: *, ?, [set]; linear in time for any number of stars. */
bool text_glob(const char *pattern, const char *text);
/* True if text contains any of * ? [. */
bool text_is_glob(const char *text);

#endif
