/*
 * What the families of process probes share: which programs and libraries a
 * point names.
 */
#ifndef SEMA_USERLAND_H
#define SEMA_USERLAND_H

#include "sema/family.h"
#include "target/program.h"

/* One file to look into. */
struct userland {
	const char *program; /* its path; NULL: any process */
	const char *library; /* the path of one of its libraries, when that is meant; else NULL */
	const char *file;    /* of the two, the one that is probed */
	const char *named;   /* as the user named it, for messages */
	const char *why;     /* it cannot be looked into; NULL: it can */
	const char *missing; /* it is not on this machine; NULL: it is */
};

struct userlands {
	struct userland *v;
	uint32_t n, cap;
};

/* A path, a process, any process (or the target process of -c and -x). */
enum userland_kind { USERLAND_PATH, USERLAND_PID, USERLAND_ANY };
enum userland_kind userland_kind(const struct probe_point *p);

/*
 * Appends the files that process(..) and .library(..) of the point name.  Patterns are expanded,
 * names looked up along PATH, a script stands for its interpreter.  False after probe_failed().
 * tolerant: a program that is not there is no error but has `missing` set; and without a name the
 * list may hold one without a program.
 */
bool userland_files(struct expansion *x, const struct probe_point *p, bool tolerant,
		    struct userlands *out);
/* The point with these paths in place of what named them, and text in place of part's (NULL:
 * no part). */
struct probe_point *userland_point(struct arena *a, const struct probe_point *p,
				   const struct userland *u, const struct pp_part *part,
				   const char *text);
/* Fails the point because a file at hand does not tell, and why: what nobody can find there, nobody
 * can probe. */
void userland_opaque(struct expansion *x, const struct probe_point *p, const struct userland *u,
		     const char *why);

#endif
