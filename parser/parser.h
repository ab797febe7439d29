/*
 * The door to the parser: text in, tree and diagnostics out.  The stages
 * (lexer, arguments, macros, conditionals, grammar) are in the order of
 * sections 1.1 to 1.4 of the language reference.
 */
#ifndef PARSER_PARSER_H
#define PARSER_PARSER_H

#include "base/diag.h"
#include "base/intern.h"
#include "parser/ast.h"

/* What %( ... %) conditions are asked about; handed in by the driver, since parser/ knows no
 * kernel. */
struct predefined {
	const char *kernel_v, *kernel_vr;       /* "6.1.0", "6.1.0-56-cloud-amd64"; NULL: unknown */
	const char *systemtap_v;                /* language version, "5.2" */
	const char *arch, *runtime, *privilege; /* "x86_64", "kernel", "stapdev" */
	bool guru;
	/* The value of CONFIG_x, "" when unset, NULL when the configuration is not known. */
	const char *(*config)(const void *target, const char *name);
	const void *target;
};

struct waivers; /* base/waiver.h */

struct parse_input {
	struct arena *arena;
	struct strtab *names;
	struct sources *sources;
	struct diags *diags;
	const struct predefined *predefined;
	const char *const *args; /* script arguments: $1 is args[0] */
	uint32_t nargs;
	bool *args_used;    /* nargs flags, set as arguments are read; may be NULL */
	struct waivers *waivers; /* those of the scripts are added; NULL: they are but comments */
	struct map *macros; /* library macros, name -> opaque; filled by parser_macros() */
};

/* Parses one script or tapset file.  Never NULL; errors are in the diagnostics. */
struct ast *parser_parse(const struct parse_input *in, const struct source *src);
/* Reads a .stpm file: its @defines go into in->macros. */
void parser_macros(const struct parse_input *in, const struct source *src);

/* One name that a library file defines, for lazy loading. */
enum defined_kind { DEFINED_FUNCTION, DEFINED_ALIAS, DEFINED_GLOBAL, DEFINED_MACRO };
struct defined {
	enum defined_kind kind;
	const char *name; /* an alias: its dotted head, "netfilter.ipv4.pre_routing" */
};
/*
 * Lists what a library file defines, from its tokens alone and without diagnostics: fast,
 * and true for both branches of each %( %? %: %).
 */
void outline_definitions(const struct parse_input *in, const struct source *src,
			void (*found)(void *ctx, const struct defined *d), void *ctx);

/* Printing in stap -p1's layout; what is printed parses to the same tree. */
struct text_out {
	struct arena *arena;
	VEC(char) text;
};
void print_ast(struct text_out *out, const struct ast *ast);
void print_expr(struct text_out *out, const struct expr *e);
void print_point(struct text_out *out, const struct probe_point *p);

#endif
