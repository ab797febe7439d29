/*
 * The typed syntax tree.  The parser fills everything but the slots marked
 * "sema", which elaboration writes once.  Names are interned: equal names have
 * equal pointers.  Trees are finite in depth (AST_MAX_DEPTH), so walking them
 * recursively is safe.
 */
#ifndef PARSER_AST_H
#define PARSER_AST_H

#include "base/format.h"
#include "base/source.h"

#include <stdbool.h>

enum { AST_MAX_DEPTH = 1000 }; /* of nested expressions and statements together */

/* The type of a value.  stats exists only as the value of a global. */
enum type { TYPE_UNKNOWN, TYPE_LONG, TYPE_STRING, TYPE_STATS };

struct expr;
struct stmt;
struct variable; /* sema: a global, parameter or local */
struct function; /* sema */
struct access;   /* sema: a target variable made concrete */

struct expr_list {
	struct expr **v;
	uint32_t n, cap;
};

enum expr_kind {
	EXPR_POISON, /* an error was reported here; followers stay silent */
	EXPR_NUMBER,
	EXPR_STRING,
	EXPR_NAME,    /* x */
	EXPR_INDEX,   /* a[i, j], @hist_log(s)[i] */
	EXPR_CALL,    /* f(x) */
	EXPR_UNARY,   /* -a +a !a ~a */
	EXPR_BINARY,  /* arithmetic, bitwise, shifts, comparisons, && || */
	EXPR_CONCAT,  /* a . b . c, flattened */
	EXPR_ASSIGN,  /* = <<< += ... .= */
	EXPR_CREMENT, /* ++x x-- */
	EXPR_TERNARY,
	EXPR_IN,         /* [i, *] in a */
	EXPR_MATCH,      /* s =~ "re" */
	EXPR_PRINT,      /* the print family */
	EXPR_STAT,       /* @count(s) ... @variance(s, bits) */
	EXPR_HIST,       /* @hist_log(s), @hist_linear(s, lo, hi, step) */
	EXPR_TARGET,     /* $x->y[1], @var("x")->y, @cast(p, "t")->y, p->y, and & of them */
	EXPR_DEFINED,    /* @defined(e) */
	EXPR_ENTRY,      /* @entry(e) */
	EXPR_PERF,       /* @perf("name") */
	EXPR_CONST,      /* @const("C expression") */
	EXPR_ENUM,       /* @enum("NAME") */
	EXPR_ENUMNAME,   /* @enumname(e, "type", "module") */
	EXPR_DEREF,      /* @kderef(size, addr), @uderef(size, addr) */
	EXPR_REGISTER,   /* @kregister(n), @uregister(n) */
	EXPR_PROBEWRITE, /* @probewrite(x) */
	EXPR_EMBEDDED,   /* %{ C %} as an expression */
};

enum unary_op { UNARY_MINUS, UNARY_PLUS, UNARY_NOT, UNARY_COMPLEMENT };

enum binary_op {
	BINARY_ADD,
	BINARY_SUB,
	BINARY_MUL,
	BINARY_DIV,
	BINARY_MOD,
	BINARY_AND,
	BINARY_OR,
	BINARY_XOR,
	BINARY_SHL,
	BINARY_SHR,
	BINARY_USHR,
	BINARY_LT,
	BINARY_GT,
	BINARY_LE,
	BINARY_GE,
	BINARY_EQ,
	BINARY_NE,
	BINARY_LOGICAL_AND,
	BINARY_LOGICAL_OR,
};

/* ASSIGN_SET is '=', ASSIGN_STAT '<<<', ASSIGN_CONCAT '.='; ASSIGN_ARITH is 'op='. */
enum assign_op { ASSIGN_SET, ASSIGN_STAT, ASSIGN_CONCAT, ASSIGN_ARITH };

enum stat_op { STAT_COUNT, STAT_SUM, STAT_MIN, STAT_MAX, STAT_AVG, STAT_VARIANCE };

enum print_flag {
	PRINT_TO_STRING = 1, /* sprint... */
	PRINT_FORMAT = 2,    /* ...printf: format is set */
	PRINT_DELIM = 4,     /* ...printd, ...printdln: delim is set */
	PRINT_NEWLINE = 8,   /* ...println, ...printdln */
	PRINT_CHAR = 16,     /* print_char(c) */
};

enum target_base {
	TARGET_VAR,    /* $name, $$name: name includes the dollars */
	TARGET_AT_VAR, /* @var("name[@file]"[, "module"]) */
	TARGET_CAST,   /* @cast(operand, "type"[, "module"]) */
	TARGET_VALUE,  /* operand->m: autocast, typed by sema */
};

enum component_kind {
	COMPONENT_MEMBER,      /* ->m */
	COMPONENT_INDEX,       /* [i] */
	COMPONENT_PRETTY,      /* trailing $ */
	COMPONENT_PRETTY_DEEP, /* trailing $$ */
};

struct component {
	enum component_kind kind;
	struct span span;
	const char *member; /* COMPONENT_MEMBER */
	struct expr *index; /* COMPONENT_INDEX */
};

struct target_ref {
	enum target_base base;
	bool address_of;                /* &... */
	const char *name;               /* TARGET_VAR, TARGET_AT_VAR (as written, raw) */
	struct expr *operand;           /* TARGET_CAST, TARGET_VALUE */
	const char *type_name, *module; /* raw literals; module may be NULL */
	struct component *components;
	uint32_t ncomponents;
};

struct expr {
	enum expr_kind kind;
	enum type type;              /* sema */
	struct span span;            /* the whole expression */
	struct loc at;               /* its operator or first token: where SystemTap would point */
	uint32_t depth;              /* 1 + the deepest child */
	bool paren;                  /* it stood in parentheses */
	bool elided;                 /* sema: library code whose value this script never uses */
	uint32_t later; /* sema: EXPR_POISON of the library: what to say if its value is wanted */
	const struct access *access; /* sema: EXPR_TARGET, or a context value */
	union {
		int64_t number;
		const char
			*string; /* raw: escapes not evaluated; EXPR_STRING, EXPR_PERF, EXPR_CONST,
				    EXPR_ENUM, EXPR_EMBEDDED (the text between %{ and %}) */
		struct {
			const char *name;
			struct variable *sym; /* sema */
		} name;                       /* EXPR_NAME, EXPR_PROBEWRITE */
		struct {
			struct expr *base;     /* EXPR_NAME or EXPR_HIST */
			struct expr_list keys; /* NULL: '*' (delete and foreach slices only) */
		} index;
		struct {
			const char *name;
			struct expr_list args;
			struct function *sym; /* sema: the first candidate */
			struct span name_span;
		} call;
		struct {
			enum unary_op op;
			struct expr *a;
		} unary;
		struct {
			enum binary_op op;
			struct expr *a, *b;
		} binary;
		struct expr_list concat; /* two or more */
		struct {
			enum assign_op op;
			enum binary_op arith; /* ASSIGN_ARITH */
			struct expr *lhs, *rhs;
		} assign;
		struct {
			bool increment, prefix;
			struct expr *a;
		} crement;
		struct {
			struct expr *cond, *yes, *no;
		} ternary;
		struct {
			struct expr_list keys; /* NULL: '*' */
			struct expr *array;    /* EXPR_NAME or EXPR_HIST */
		} in;
		struct {
			struct expr *a;
			const char *pattern; /* raw */
			bool negated;
		} match;
		struct {
			unsigned flags;        /* enum print_flag */
			const char *word;      /* as written: "printf" */
			struct expr_list args; /* the values; format and delimiter not among them */
			const char *format_text, *delim; /* raw, or NULL */
			const struct format *format;
			struct expr *hist; /* print(@hist...): EXPR_HIST, else NULL */
		} print;
		struct {
			enum stat_op op;
			struct expr *stat; /* EXPR_NAME or EXPR_INDEX */
			int64_t bits;      /* STAT_VARIANCE: the shift, 0..62 */
		} stat;
		struct {
			bool log;
			struct expr *stat;
			int64_t low, high, step; /* linear */
		} hist;
		struct target_ref target;
		struct expr *operand; /* EXPR_DEFINED, EXPR_ENTRY */
		struct {
			struct expr *value;
			const char *type_name, *module; /* raw or NULL */
		} enumname;
		struct {
			bool user;
			int64_t size;      /* DEREF: bytes; REGISTER: the register's DWARF number */
			struct expr *addr; /* DEREF */
		} machine;                 /* EXPR_DEREF, EXPR_REGISTER */
	};
};

enum stmt_kind {
	STMT_POISON,
	STMT_EMPTY,
	STMT_BLOCK,
	STMT_EXPR,
	STMT_IF,
	STMT_LOOP, /* while and for */
	STMT_FOREACH,
	STMT_RETURN,
	STMT_DELETE,
	STMT_BREAK,
	STMT_CONTINUE,
	STMT_NEXT,
	STMT_TRY,
};

struct stmt_list {
	struct stmt **v;
	uint32_t n, cap;
};

enum sort_by { SORT_NONE, SORT_KEY, SORT_VALUE };

struct foreach {
	struct expr *value;    /* EXPR_NAME, or NULL */
	struct expr_list keys; /* EXPR_NAME each */
	bool bracketed;        /* keys stood in [ ] */
	struct expr *array;    /* EXPR_NAME or EXPR_HIST */
	bool has_slice;
	struct expr_list slice; /* as many as keys; NULL: '*' */
	enum sort_by sort;
	uint32_t sort_key; /* SORT_KEY: index into keys */
	bool descending;
	bool sort_by_stat; /* SORT_VALUE with @op */
	enum stat_op sort_stat;
	struct expr *limit; /* or NULL */
	struct stmt *body;
};

struct stmt {
	enum stmt_kind kind;
	struct span span;    /* the whole statement */
	struct span keyword; /* its first token: where findings about it stand */
	uint32_t depth;
	union {
		struct stmt_list block;
		struct expr *expr; /* STMT_EXPR, STMT_RETURN (or NULL), STMT_DELETE */
		struct {
			struct expr *cond;
			struct stmt *yes, *no; /* no may be NULL */
		} branch;
		struct {
			bool is_while;
			struct expr *init, *cond, *step; /* any NULL in a for; cond NULL: forever */
			struct stmt *body;
		} loop;
		struct foreach *foreach;
		struct {
			struct stmt *body, *handler;
			struct expr *message; /* EXPR_NAME, or NULL */
		} try_;
	};
};

/* One dotted part of a probe point. */
struct pp_part {
	const char *name; /* may hold '*' */
	struct span span;
	struct expr *arg; /* EXPR_NUMBER or EXPR_STRING, or NULL: no parentheses */
};

struct probe_point {
	struct pp_part *parts;
	uint32_t nparts;
	struct span span;
	bool optional, sufficient; /* ? and ! */
	struct expr *cond;         /* if (...), or NULL */
};

struct point_list {
	struct probe_point **v;
	uint32_t n, cap;
};

enum decl_kind { DECL_GLOBAL, DECL_FUNCTION, DECL_PROBE, DECL_ALIAS, DECL_EMBEDDED };

struct param_decl {
	const char *name;
	struct span span;
	enum type type; /* TYPE_UNKNOWN: not declared */
};

struct decl {
	enum decl_kind kind;
	struct span span, name_span; /* name_span: the name, or the keyword of a probe */
	bool is_private;
	const char *doc; /* the comment block right above, raw, or NULL */
	const char
		*embedded; /* DECL_EMBEDDED; DECL_FUNCTION with a C body: text between %{ and %} */
	const char *name;  /* GLOBAL, FUNCTION */
	union {
		struct {
			bool wrap;         /* % */
			int64_t size;      /* [N], 0: not given */
			struct expr *init; /* EXPR_NUMBER, EXPR_STRING, or NULL */
		} global;
		struct {
			struct param_decl *params;
			uint32_t nparams;
			enum type type;
			int64_t priority;  /* 0: not given */
			struct stmt *body; /* NULL with a C body */
		} function;
		struct {
			struct point_list names; /* ALIAS: its names (p1 = p2 = ...) */
			struct point_list points;
			struct stmt *body;     /* PROBE, or the prologue or epilogue of an ALIAS */
			struct stmt *epilogue; /* ALIAS with both, else NULL */
			bool is_epilogue;      /* ALIAS with += : body runs after */
		} probe;
	};
};

struct decl_list {
	struct decl **v;
	uint32_t n, cap;
};

/* One parsed file. */
struct ast {
	const struct source *source;
	struct decl_list decls; /* in order; one `global a, b` gives two */
};

/* The word of a type: "long", "string", "stats", "unknown". */
const char *ast_type_word(enum type t);
/* A child-by-child copy, with the sema slots empty. */
struct expr *ast_copy_expr(struct arena *a, const struct expr *e);
struct stmt *ast_copy_stmt(struct arena *a, const struct stmt *s);

#endif
