/* The printf family over a bounded buffer. */
#ifndef RUNTIME_PRINTER_H
#define RUNTIME_PRINTER_H

#include "base/format.h"
#include "runtime/runtime.h"

enum { PRINTER_MAX = 8192 }; /* bytes of one print */

/* Bytes beyond cap are dropped. */
struct printer {
	char *buf;
	size_t n, cap;
};

void printer_byte(struct printer *p, char c);
void printer_text(struct printer *p, const char *s, size_t len);
void printer_int(struct printer *p, int64_t n);
/*
 * Formats args, as many as f->nargs.  False when a directive needs memory that user space
 * cannot read.
 */
bool printer_format(struct printer *p, const struct format *f, const struct run_value *const *args);
bool printer_needs_kernel(const struct format *f);

#endif
