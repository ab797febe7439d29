/*
 * What the families share that probe the kernel's code and its modules'
 * (family_function.c, family_statement.c, family_kprobe.c).  Whatever the facts
 * of the target can answer is not asked of debug information.
 */
#ifndef SEMA_KERNELCODE_H
#define SEMA_KERNELCODE_H

#include "sema/codepoint.h"

/* A point on its way to sites. */
struct kernelcode {
	struct codepoint at; /* code, where and module are set for each object in turn */
	struct code_query query;
	const char *name;   /* of the function: a glob; NULL: none is named */
	const char *rest;   /* "@file:line", or "" */
	const char *module; /* a glob, or NULL: the kernel image */
	bool exceeded;      /* there were too many places; reported */
	bool has_types;     /* do the sites give the function's parameters? */
};

/*
 * Fills *k from the point.  False after probe_failed(): a number is out of range, the text is
 * malformed, or there is no such module.
 */
bool kernelcode_start(struct expansion *x, enum family f, const struct probe_point *p,
		      struct kernelcode *k);
/* The functions of that name by the target's own facts (BTF). */
enum answer kernelcode_functions(struct expansion *x, const struct kernelcode *k,
				 struct target_fns *out);
/* A site for each of them.  unchecked: what of the point was not checked and why, or NULL. */
void kernelcode_found(struct expansion *x, const struct kernelcode *k, const struct target_fns *fns,
		      const char *unchecked);
/*
 * Adds the inlined copies of what BTF answered for, `listed` functions, if debug information is at
 * hand.  Left out: those of a pattern for modules, which would all have to be opened, and of one
 * for functions that fits more than KERNELCODE_MAX_INLINED.
 */
enum { KERNELCODE_MAX_INLINED = 1000 };
void kernelcode_inlined(struct expansion *x, struct kernelcode *k, uint32_t listed);
/*
 * Asks the debug information of the kernel or of each module, and hands the sites over; reports
 * what a complete answer does not have.  UNKNOWN: nothing was handed over or said, *why in words.
 */
enum answer kernelcode_ask(struct expansion *x, struct kernelcode *k, const char **why);
/*
 * Asks the symbols of the kernel or module for functions that neither BTF nor debug information
 * tells about: *fns, each without parameters, and *source, what they are from.  NO: the list is
 * complete.  Not asked of a pattern for modules, which would all have to be opened.
 */
enum answer kernelcode_symbols(struct expansion *x, const struct kernelcode *k,
			       struct target_fns *fns, const char **source);
/* A site for each of them, as kernelcode_found(). */
void kernelcode_found_symbols(struct expansion *x, const struct kernelcode *k,
			      const struct target_fns *fns, const char *source,
			      const char *unchecked);
/* There is no such symbol, and nothing of the point without one.  near: what may be meant, or NULL:
 * what is spelled alike. */
void kernelcode_no_symbol(struct expansion *x, const struct kernelcode *k, const char *near);
/*
 * Debug information did not tell, because of `why`: a site of which that is not known, with what
 * would help said once.  But a name that is a slip of one there is, or that need not exist and is
 * none of BTF's, is missing.
 */
void kernelcode_undecided(struct expansion *x, const struct kernelcode *k, const char *why);
/* A site at an address that nobody checks, in guru mode. */
void kernelcode_absolute(struct expansion *x, enum family f, const struct probe_point *p);

/* Parameters and result of the sites that BTF answered for. */
bool kernelcode_variable(const struct scope *sc, const char *name, struct access *out);
const char *kernelcode_variable_at(const struct scope *sc, uint32_t i);

#endif
