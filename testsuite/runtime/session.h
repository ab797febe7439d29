/* Runs the text form of a program and keeps what it wrote. */
#ifndef TESTSUITE_RUNTIME_SESSION_H
#define TESTSUITE_RUNTIME_SESSION_H

#include "ir/irtext.h"
#include "runtime/runtime.h"

#include <sys/mman.h>
#include <unistd.h>

#include "check.h"

struct ran {
	int status; /* -1: the text is no program */
	char out[128 * 1024], err[16 * 1024];
	size_t out_len, err_len;
};

static inline size_t ran_slurp(int fd, char *buf, size_t size)
{
	ssize_t n = pread(fd, buf, size - 1, 0);

	close(fd);
	buf[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

/* "locals int %0 %1": a variable for each register, as a script's are. */
static inline char *ran_declare(struct arena *a, const char *line, size_t len)
{
	char *text = arena_strndup(a, line, len), *out = arena_strdup(a, "");
	char *save = NULL, *type;

	strtok_r(text, " ", &save);
	type = strtok_r(NULL, " ", &save);
	for (char *reg; (reg = strtok_r(NULL, " ", &save));)
		out = arena_printf(a, "%s  var %s %s \"v\"\n", out, reg, type);
	return out;
}

static inline char *ran_expand(struct arena *a, const char *text)
{
	char *out = arena_strdup(a, "");

	while (*text) {
		size_t len = strcspn(text, "\n");

		if (strncmp(text, "  locals ", 9) == 0)
			out = arena_printf(a, "%s%s", out, ran_declare(a, text, len));
		else
			out = arena_printf(a, "%s%.*s\n", out, (int)len, text);
		text += len + (text[len] == '\n');
	}
	return out;
}

static inline struct ir_program *ran_read(struct arena *a, struct sources *ss, const char *text)
{
	struct diags *ds = diags_new(a, ss);
	const char *expanded = ran_expand(a, text);
	const struct source *src =
		sources_add(ss, "t.ir", expanded, (uint32_t)strlen(expanded), SOURCE_SCRIPT);
	struct ir_program *p = irread_program(a, ds, ss, src);

	vec_each(i, &ds->list)
		printf("%u: %s\n", sources_pos(ss, ds->list.v[i]->span.start).line,
		       ds->list.v[i]->message);
	return p;
}

/* opt: NULL, or options whose descriptors and sources are filled in here. */
static inline void run_text(struct ran *r, const char *text, const struct run_options *opt)
{
	struct arena *a = arena_new(0, NULL);
	struct sources *ss = sources_new(a);
	struct ir_program *p = ran_read(a, ss, text);
	struct run_options o = opt ? *opt : (struct run_options){0};
	struct verify_options how = {.model = MODEL_ATOMIC};

	r->status = -1;
	r->out_len = r->err_len = 0;
	r->out[0] = r->err[0] = '\0';
	if (p) {
		o.out_fd = memfd_create("out", MFD_CLOEXEC);
		o.err_fd = memfd_create("err", MFD_CLOEXEC);
		o.sources = ss;
		r->status = run_program(prove_program(a, p, &how), &o);
		r->out_len = ran_slurp(o.out_fd, r->out, sizeof r->out);
		r->err_len = ran_slurp(o.err_fd, r->err, sizeof r->err);
	}
	arena_free(a);
}

#endif
