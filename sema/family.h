/*
 * What the files of the probe side share: probe points as words (words.c), the
 * probe families (family.c and one family_*.c a group), and what probe.c offers
 * to a family.
 */
#ifndef SEMA_FAMILY_H
#define SEMA_FAMILY_H

#include "sema/internal.h"

/* --- words.c --- */

/* One dotted part of a name: arg is 0, 'N' for a number, 'S' for a string. */
struct word {
	const char *name;
	char arg;
};

struct words {
	struct word *v;
	uint32_t n, cap;
};

/* The words of "timer.ms(N).randomize(N)". */
struct words words_shape(struct arena *a, const char *shape);
struct words words_of(struct arena *a, const struct probe_point *p);
bool words_is_pattern(const struct probe_point *p);
/* Do the first n parts of p fit the words?  "*" matches within a word, "**" over several. */
bool words_fit(struct arena *a, const struct probe_point *p, uint32_t n, const struct words *w);
/* A copy of p with the words in place of its own. */
struct probe_point *words_renamed(struct arena *a, const struct probe_point *p,
				  const struct words *w);
/* A copy of p with the parts of `from` after the first n appended. */
struct probe_point *words_extended(struct arena *a, const struct probe_point *p,
				   const struct probe_point *from, uint32_t n);
/* As the user would write it; with `?` and `!` but no condition. */
const char *words_text(struct arena *a, const struct probe_point *p);
/* The words without arguments: "timer.ms". */
const char *words_dotted(struct arena *a, const struct words *w);
/* The part of that name, or NULL. */
/* The names of the first n parts joined by dots; false: the room does not suffice. */
bool words_key(const struct probe_point *p, uint32_t n, char *key, size_t room);
/* A copy of the point with texts[i], unless NULL, as the argument of part i. */
struct probe_point *words_with(struct arena *a, const struct probe_point *p,
			       const char *const *texts);
const struct pp_part *words_part(const struct probe_point *p, const char *name);

/* --- families --- */

struct expansion; /* of one probe declaration; probe.c */

struct shape {
	const char *text; /* "timer.ms(N)" */
	int variant;      /* the group's own */
};

struct family_group {
	const struct shape *shapes;
	uint32_t nshapes;
	/* Hands the sites of a point of that shape to probe_found(), or says probe_failed(). */
	void (*expand)(struct expansion *x, const struct shape *shape, const struct probe_point *p);
	/* The context variables of a site: how to read $name, and the names in order. */
	bool (*variable)(const struct scope *sc, const char *name, struct access *out);
	const char *(*variable_at)(const struct scope *sc, uint32_t i);
	/* Is "$$name", or another of that form, known at the site?  *text is what it says, NULL:
	 * variables written out.  NULL: $$vars, $$parms, $$locals and $$return are. */
	bool (*text)(const struct scope *sc, const char *name, const char **text);
};

extern const struct family_group family_session, family_timer, family_function, family_netfilter,
	family_tracepoint, family_process, family_program, family_mark, family_procfs, family_udata,
	family_data, family_perf, family_statement, family_kprobe;

/* family.c */
enum { FAMILY_GROUPS = 14 };
const struct family_group *family_at(uint32_t i);
const struct family_group *family_of(enum family f);
const char *family_word(enum family f);
/* If the point is of a family that is known but not supported: its name, and what serves instead
 * (may be NULL). */
const char *family_absent(const struct probe_point *p, const char **instead);
/* Does the --privilege level ("stapusr", ...) allow points of that shape? */
bool family_allowed(const char *shape, const char *privilege);
bool family_no_variable(const struct scope *sc, const char *name, struct access *out);
const char *family_no_variable_at(const struct scope *sc, uint32_t i);

/* --- probe.c --- */

/* Why a point, or one of the alternatives behind it, came to nothing. */
struct cause {
	enum diag_tag tag;
	struct span span;
	const char *text;
	const char *hint;     /* a remark, or NULL */
	struct span fix_span; /* {0}: no fix */
	const char *fix;
	bool weak; /* the point was optional: only worth telling beside another cause */
};

/* One list of points on the way from a `probe` declaration through its aliases to a site. */
struct layer {
	const struct layer *outer; /* NULL: the declaration itself */
	const struct decl *decl;
	const struct probe_point *point; /* of decl's list: the one that leads on */
	uint32_t depth;
	bool optional; /* this point or one outside it */
	bool tolerant; /* optional, or one of the many that a pattern matches */
};

struct sema *probe_sema(const struct expansion *x);
/* A site for the point, with its text; it counts only when given to probe_found(). */
struct site *probe_site(struct expansion *x, enum family f, const struct probe_point *p);
void probe_found(struct expansion *x, struct site *site);
struct cause *probe_failed(struct expansion *x, enum diag_tag tag, struct span span,
			   const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Gives a cause a replacement of a string argument, when it is a plain literal in the user's text.
 */
void probe_mend(struct cause *c, const struct expr *literal, const char *text);
/* Expands the points of a declaration; outer is NULL for a `probe`. */
void probe_points(struct expansion *x, const struct layer *outer, const struct decl *decl,
		  const struct probe_point *suffix, uint32_t from);
uint32_t probe_nfound(const struct expansion *x);
const struct site *probe_found_at(const struct expansion *x, uint32_t i);
/* Causes so far that are errors. */
uint32_t probe_nblamed(const struct expansion *x);
/* Is the point optional, or one of the many that a pattern matches? */
bool probe_tolerant(const struct expansion *x);
/* Is it worth looking for what was meant?  Not after many errors. */
bool probe_suggests(const struct expansion *x);
/* The kernel, for messages: its release, or where the facts are from. */
const char *probe_kernel(const struct expansion *x);

/* alias.c: expands the aliases of that name, then, if there are none, those it starts with; how
 * many. */
uint32_t alias_expand(struct expansion *x, const struct layer *l, const struct probe_point *p);

/* unknown.c: a point that is neither family nor alias. */
void unknown_point(struct expansion *x, const struct probe_point *p);

/* handler.c: adds the handlers for what was found. */
struct found {
	struct site *site;
	const struct layer *layer;
};
struct founds {
	struct found *v;
	uint32_t n, cap;
};
void handler_make(struct sema *s, const struct decl *probe, const struct founds *found);

/* entry.c: gives each @entry(expression) of a return handler its probe at entry. */
void entry_make(struct sema *s, struct probe *p, const struct site *site);

#endif
