/* Buffered script output and the stream of warnings and errors. */
#ifndef RUNTIME_OUTPUT_H
#define RUNTIME_OUTPUT_H

#include "runtime/printer.h"

struct output {
	int fd, err_fd;
	bool discard; /* nothing is written at all */
	int failure;  /* errno of the first failed write of script output, or 0 */
	char *buf;
	size_t n;
};

void output_init(struct output *o, struct arena *a, int fd, int err_fd);
/* Room for `size` bytes, at most 32 KiB, at the end of the buffer; then say how many were used. */
char *output_reserve(struct output *o, size_t size);
void output_commit(struct output *o, size_t used);
void output_text(struct output *o, const char *s, size_t len);
void output_flush(struct output *o);
/* A line on the error stream, after the output so far: "WARNING: ...". */
void output_complain(struct output *o, const char *word, const char *text);

#endif
