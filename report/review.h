/*
 * What a reviewer has to know before a script may run as root: collected once into one structure,
 * then rendered as a page, as text or as JSON.
 */
#ifndef REPORT_REVIEW_H
#define REPORT_REVIEW_H

#include "lint/rule.h"
#include "report/report.h"

/* Where data comes from, and where it goes to; the order is that of the report. */
enum review_kind {
	REVIEW_NONE,
	/* what it reads */
	REVIEW_KERNEL,
	REVIEW_USER,
	REVIEW_CONTEXT,
	REVIEW_STACK,
	REVIEW_GIVEN,
	REVIEW_PROCESS,
	REVIEW_MACHINE,
	/* what it writes */
	REVIEW_STORE_KERNEL,
	REVIEW_STORE_USER,
	REVIEW_PROCFS,
	/* what it runs */
	REVIEW_COMMAND,
	REVIEW_CONTROL,
	REVIEW_C,
	/* what it prints */
	REVIEW_OUTPUT,
	REVIEW_ERROR,
	REVIEW_LOG,
	REVIEW_KINDS
};

enum review_group { REVIEW_READS, REVIEW_WRITES, REVIEW_RUNS, REVIEW_PRINTS, REVIEW_GROUPS };

enum review_group review_group_of(enum review_kind k);
const char *review_group_word(enum review_group g); /* "reads" */
const char *review_kind_word(enum review_kind k);   /* "kernel-memory" */
const char *review_kind_text(enum review_kind k);   /* "kernel memory" */

/* A place as a reader looks it up; file NULL: nowhere. */
struct review_place {
	const char *file;
	uint32_t line, column;
	bool library;
};

/* One thing done at one place. */
struct review_act {
	enum review_kind kind;
	const char *what; /* "skb->len", "printf", "execname()" */
	struct review_place place;
	uint32_t count; /* so many instructions there do it */
};
struct review_acts {
	struct review_act *v;
	uint32_t n, cap;
};

struct review_step {
	const char *text; /* the variable, or what is done */
	struct review_place place;
};
struct review_steps {
	struct review_step *v;
	uint32_t n, cap;
};

/* One source that reaches an output, and through what. */
struct review_origin {
	struct review_act source;
	struct review_steps path; /* the variables on the way, in order */
};
struct review_flow {
	struct review_act sink;
	bool given_up; /* too large to be followed to the end: anything may come out here */
	VEC(struct review_origin) origins;
};
struct review_flows {
	struct review_flow *v;
	uint32_t n, cap;
};

/* A node of the tree of handlers, loops and calls. */
struct review_node {
	enum { NODE_HANDLER, NODE_LOOP, NODE_CALL } kind;
	const char *name;
	const char *bound; /* in words */
	bool open;         /* nothing bounds it */
	struct review_place place;
	uint32_t calls; /* CALL: so many places there call it */
	VEC(struct review_node *) children;
};
struct review_nodes {
	struct review_node **v;
	uint32_t n, cap;
};

struct review_site {
	const char *text, *exists, *evidence, *trust, *context;
};

struct review_handler {
	const char *name;
	struct review_place place;
	enum heat heat;
	uint32_t nsites;
	VEC(struct review_site) sites; /* the first of them */
	int64_t cost;                  /* statements a hit; INT64_MAX: no bound */
	/* sentences of the verifier, or NULL */
	const char *cost_text, *output, *stack, *locks;
};

struct review_global {
	const char *name, *shape; /* "array of 2048 by (string, string) of statistics" */
	int64_t bytes;
	struct review_place place;
};

struct review_claim {
	uint32_t number; /* of the obligation */
	const char *kind, *text, *reason, *replay, *waived;
	enum verdict_status status;
	enum policy policy;
	bool has_bound;
	int64_t bound;
	struct review_place place;
	struct review_steps steps;
};

struct review_demand {
	const char *level, *why;
	struct review_place place;
};

/* C text of the script or of library code it uses. */
struct review_code {
	const char *name, *text;
	struct review_place place;
};

struct review_waiver {
	const char *tag, *where, *reason;
	bool used;
	struct review_place place;
};

struct review_finding {
	const char *tag, *severity, *message;
	struct review_place place;
	struct review_steps notes;
};

struct review {
	const char *file, *verdict, *headline;
	const struct source *script; /* NULL: it could not be read */
	bool verified;               /* the parts below that rest on a proof are there */
	struct tally tally;
	VEC(const char *) attention; /* sentences, the gravest first */
	const char *level;           /* the least privilege */
	bool guru;
	VEC(struct review_demand) demands;
	struct review_acts acts; /* by kind, then place */
	struct review_flows flows;
	VEC(struct review_handler) handlers;
	VEC(struct review_global) globals;
	const char *memory; /* the verifier's sentence, or NULL */
	struct review_nodes tree;
	VEC(struct review_claim) claims; /* all obligations */
	VEC(struct review_code) codes;
	struct review_steps assumptions;
	VEC(struct review_waiver) waivers;
	VEC(struct review_finding) findings;
};

struct review_input {
	struct arena *arena;
	const char *file;
	const char *options; /* that replay needs to see the same script: " -g", or "" */
	const struct source *script;
	const struct diags *diags;
	const struct proven *proven; /* NULL: the findings say why */
	const struct waived *waived;
	const enum heat *heat;           /* by function of the program */
	const struct review_code *codes; /* C that the script declares outside functions */
	uint32_t ncodes;
};

/* s as a shell takes it for one word and nothing else, an operand and no option. */
const char *review_shell_word(struct arena *a, const char *s);
struct review *review_collect(const struct review_input *in);

/* --- for the parts of the collection --- */
struct review_place review_place_of(const struct sources *ss, struct loc loc);
/* What reads, writes, runs and prints, and what of it flows where (review_flow.c). */
void review_flow_collect(const struct review_input *in, struct review *r);
/* Handlers, loops and calls (review_tree.c). */
void review_tree_collect(const struct review_input *in, struct review *r);

/* --- rendering; the script is hostile, and nothing in it may become more than text --- */
void review_text_write(FILE *out, const struct review *r);
void review_html_write(FILE *out, const struct review *r);
struct json_object *review_json(const struct review *r);

/*
 * How the character at s[*at] is to be shown: as it is (false), or as the escape left in `as`
 * (control characters but tab, what is invisible or changes the direction, bytes that are not
 * UTF-8).  Moves *at behind it.
 */
bool review_escape_next(const char *s, size_t n, size_t *at, char as[16]);
extern const char review_style[];

/* "once", "hot"; and in words. */
const char *review_heat_word(enum heat h);
const char *review_heat_text(enum heat h);

#endif
