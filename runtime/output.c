/*
 * Script output: gathered in one buffer and written when a handler ends, when
 * the buffer is full, and before anything goes to the error stream.  The
 * descriptor may be a pipe, a terminal or non-blocking; SIGPIPE is expected to
 * be blocked.  After a failed write the rest is dropped, and `failure` says why.
 */
#include "runtime/output.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER = 64 * 1024 };

void output_init(struct output *o, struct arena *a, int fd, int err_fd)
{
	*o = (struct output){.fd = fd, .err_fd = err_fd, .buf = arena_alloc(a, BUFFER)};
}

/* 0, or the errno of a write that cannot be mended. */
static int write_all(int fd, const char *s, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, s, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			struct pollfd p = {.fd = fd, .events = POLLOUT};

			if (poll(&p, 1, -1) < 0 && errno != EINTR)
				return errno;
			continue;
		}
		if (n < 0)
			return errno;
		s += n;
		len -= (size_t)n;
	}
	return 0;
}

void output_flush(struct output *o)
{
	if (o->n > 0 && !o->failure && !o->discard)
		o->failure = write_all(o->fd, o->buf, o->n);
	o->n = 0;
}

char *output_reserve(struct output *o, size_t size)
{
	if (BUFFER - o->n < size)
		output_flush(o);
	return o->buf + o->n;
}

void output_commit(struct output *o, size_t used)
{
	o->n += used;
}

void output_text(struct output *o, const char *s, size_t len)
{
	while (len > 0) {
		size_t part = len < PRINTER_MAX ? len : PRINTER_MAX;

		memcpy(output_reserve(o, part), s, part);
		output_commit(o, part);
		s += part;
		len -= part;
	}
}

void output_complain(struct output *o, const char *word, const char *text)
{
	char line[PRINTER_MAX];
	struct printer p = {.buf = line, .cap = sizeof line - 1};
	size_t len = strlen(text);

	output_flush(o);
	if (o->discard)
		return;
	printer_text(&p, word, strlen(word));
	printer_text(&p, ": ", 2);
	printer_text(&p, text, len > 0 && text[len - 1] == '\n' ? len - 1 : len);
	p.cap++;
	printer_byte(&p, '\n');
	write_all(o->err_fd, line, p.n); /* nowhere left to complain about a failure */
}
