/*
 * What the families that probe machine code share (kernel, module and process;
 * functions and statements): from the argument of the point and its suffixes to
 * a question to the object file, and from the places it answers to sites.
 */
#ifndef SEMA_CODEPOINT_H
#define SEMA_CODEPOINT_H

#include "sema/family.h"
#include "target/code.h"

/* A point of such a family. */
struct codepoint {
	enum family family;
	const struct probe_point *point;
	const struct pp_part *part; /* .function(..) or .statement(..); .library(..) is not it */
	const struct code *code;    /* where to look */
	const char *where;   /* what the user calls that: "/bin/ls", "module ext4 of 6.1.0" */
	const char *module;  /* of a kernel module: for the sites; else NULL */
	const char *program; /* of a program, its path: for the sites; else NULL */
	const char *library; /* and of its library, when that is probed; else NULL */
	const char *file; /* of a program, also one named by its process: where it is looked up */
};

/*
 * Reads "name@file:line", "name@file+line", "name@file:*" or an address, and the suffixes behind
 * it (.call, .inline, .exported, .return, .nearest, .label, .callee, .callees), into *q.  Without
 * a file, "@" ends the name.  The line of a .function is checked for its form and then dropped, as
 * SystemTap does.  False after probe_failed().
 */
bool codepoint_query(struct expansion *x, const struct codepoint *c, struct code_query *q);

/*
 * A site of the point at a place, not yet given to probe_found(): its text is the point with its
 * globs replaced, in SystemTap's form name@file:line where the file is known; exists is YES, and
 * place, function, module, program and is_return are set.
 */
struct site *codepoint_site(struct expansion *x, const struct codepoint *c,
			    const struct code_place *place);

/*
 * Both of them in one: asks the object and hands a site for each place to probe_found().  NO: it
 * has none; nothing was reported.  UNKNOWN: *why says so in words, never NULL.
 */
enum answer codepoint_find(struct expansion *x, const struct codepoint *c,
			   const struct code_query *q, const char **why);

/*
 * Are n more places (cut: and others that were not looked for) too many for one probe?  Reported,
 * then.
 */
bool codepoint_too_many(struct expansion *x, const struct codepoint *c, uint32_t n, bool cut);

/* Reports by probe_failed() that there is none, with the nearest name, file or lines. */
void codepoint_missing(struct expansion *x, const struct codepoint *c, const struct code_query *q);

/* Hands a site that nobody can decide to probe_found(). */
void codepoint_unknown(struct expansion *x, const struct codepoint *c, const char *why);

#endif
