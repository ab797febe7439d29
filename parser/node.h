/* Builders of nodes: one for each rule of the grammar, named after it. */
#ifndef PARSER_NODE_H
#define PARSER_NODE_H

#include "parser/stages.h"

enum { NODE_STACK = 12000 }; /* symbols on the parser's stack: at most 9 a level of the tree */

struct strings {
	VEC(const char *) parts;
	size_t bytes;
};

struct params {
	VEC(struct param_decl) v;
};

struct stmts {
	struct stmt_list v;
	bool closed; /* the last one's optional ';' has been seen */
};

struct order {
	struct span at;
	int sign; /* 0 '+' '-' */
	int stat; /* -1: none */
};

struct each {
	struct expr *value;
	struct expr_list keys;
	bool bracketed;
	enum sort_by sort;
	uint32_t sort_key;
	bool descending;
};

/* Probe points that share what is still to come, after brace expansion. */
struct chains {
	struct point_list v;
};

struct heads {
	struct point_list names;
	bool is_epilogue;
};

/* --- node.c: the common expressions --- */
/* A node with its depth taken from its children; poison when it is too deep. */
struct expr *node_new(struct feed *f, enum expr_kind kind, struct span at, struct loc where);
struct expr *node_deepen(struct feed *f, struct expr *e, const struct expr *child);
struct expr *node_deepen_list(struct feed *f, struct expr *e, const struct expr_list *list);
/* The number to store as the depth of a node over one of that depth; reports what is too deep. */
uint32_t node_depth(struct feed *f, uint32_t child, struct span at);
struct expr *node_poison(struct feed *f, struct span at);
struct expr *node_number(struct feed *f, struct span at, int64_t value);
int64_t node_negate(int64_t value);
struct strings *node_strings(struct feed *f, struct strings *list, const char *text);
const char *node_joined(struct feed *f, struct span at, struct strings *list);
struct expr *node_string(struct feed *f, struct span at, enum expr_kind kind, const char *text);
struct expr *node_name(struct feed *f, struct span at, const char *name);
struct expr_list *node_list(struct feed *f, struct expr_list *list, struct expr *e);
struct expr *node_index(struct feed *f, struct span at, struct expr *base, struct expr_list *keys);
struct expr *node_bracketed(struct feed *f, struct span at, struct expr_list *keys);
struct expr *node_call(struct feed *f, struct span at, struct span name_at, const char *name,
		       struct expr_list *args);
struct expr *node_unary(struct feed *f, struct span at, struct span op_at, enum unary_op op,
			struct expr *a);
struct expr *node_binary(struct feed *f, struct span at, struct span op_at, enum binary_op op,
			 struct expr *a, struct expr *b);
struct expr *node_concat(struct feed *f, struct span at, struct span op_at, struct expr *a,
			 struct expr *b);
struct expr *node_assign(struct feed *f, struct span at, struct span op_at, enum assign_op op,
			 struct expr *lhs, struct expr *rhs);
struct expr *node_op_assign(struct feed *f, struct span at, struct span op_at, const char *op,
			    struct expr *lhs, struct expr *rhs);
struct expr *node_crement(struct feed *f, struct span at, struct span op_at, struct expr *a,
			  bool increment, bool prefix);
struct expr *node_ternary(struct feed *f, struct span at, struct span op_at, struct expr *cond,
			  struct expr *yes, struct expr *no);
struct expr *node_in(struct feed *f, struct span at, struct span op_at, struct expr_list *keys,
		     struct expr *array);
struct expr *node_match(struct feed *f, struct span at, struct span op_at, struct expr *a,
			const char *pattern, bool negated);
struct expr *node_paren(struct span at, struct expr *e);
/* Warns when a condition is an assignment that does not stand in parentheses of its own. */
void node_condition(struct feed *f, const struct expr *e);
/* Reports a[*] where no slice may stand; delete (or NULL) is where one may. */
void node_check_stars(struct feed *f, const struct expr *delete);

/* --- member.c: target variables and what follows a value --- */
struct expr *member_target(struct feed *f, struct span at, const char *name);
struct expr *member_var(struct feed *f, struct span at, const char *name, const char *module);
struct expr *member_cast(struct feed *f, struct span at, struct expr *e, const char *type,
			 const char *module);
struct expr *member_arrow(struct feed *f, struct span at, struct span member_at, struct expr *e,
			  const char *member);
struct expr *member_element(struct feed *f, struct span at, struct span index_at, struct expr *e,
			    struct expr *index);
struct expr *member_pretty(struct feed *f, struct span at, struct span mark_at, struct expr *e,
			   const char *mark);
struct expr *member_address(struct feed *f, struct span at, struct span op_at, struct expr *e);

/* --- operator.c: the print family and the @ operators --- */
struct expr *operator_print(struct feed *f, struct span at, struct span word_at, const char *word,
			    struct expr_list *args);
struct expr *operator_print_hist(struct feed *f, struct span at, struct span word_at,
				 const char *word, struct expr *hist);
struct expr *operator_stat(struct feed *f, struct span at, int64_t op, struct expr *stat);
struct expr *operator_variance(struct feed *f, struct span at, struct span bits_at,
			       struct expr *stat, int64_t bits);
struct expr *operator_hist_log(struct feed *f, struct span at, struct expr *stat);
struct expr *operator_hist_linear(struct feed *f, struct span at, struct expr *stat, int64_t low,
				  int64_t high, int64_t step);
struct expr *operator_wrap(struct feed *f, struct span at, enum expr_kind kind, struct expr *e);
struct expr *operator_enumname(struct feed *f, struct span at, struct expr *e, const char *type,
			       const char *module);
struct expr *operator_deref(struct feed *f, struct span at, int64_t user, int64_t size,
			    struct expr *addr);
struct expr *operator_register(struct feed *f, struct span at, int64_t user, int64_t number);
struct expr *operator_probewrite(struct feed *f, struct span at, const char *name);

/* --- stmt.c --- */
struct stmts *stmt_append(struct feed *f, struct stmts *list, struct stmt *s);
struct stmt *stmt_block(struct feed *f, struct span at, struct span brace, struct stmts *list);
struct stmt *stmt_plain(struct feed *f, enum stmt_kind kind, struct span at, struct span first,
			struct expr *e);
struct stmt *stmt_expr(struct feed *f, struct span at, struct expr *e);
struct stmt *stmt_return(struct feed *f, struct span at, struct span word, struct expr *e);
struct stmt *stmt_delete(struct feed *f, struct span at, struct span word, struct expr *e);
struct stmt *stmt_if(struct feed *f, struct span at, struct span word, struct expr *cond,
		     struct stmt *yes, struct stmt *no);
struct stmt *stmt_while(struct feed *f, struct span at, struct span word, struct expr *cond,
			struct stmt *body);
struct stmt *stmt_for(struct feed *f, struct span at, struct span word, struct expr *init,
		      struct expr *cond, struct expr *step, struct stmt *body);
struct stmt *stmt_foreach(struct feed *f, struct span at, struct span word, struct each *each,
			  struct expr *array, struct expr_list *slice, struct order order,
			  struct expr *limit, struct stmt *body);
struct stmt *stmt_try(struct feed *f, struct span at, struct span word, struct stmt *body,
		      struct expr *message, struct stmt *handler);
struct stmt *stmt_orphan(struct feed *f, struct span at, const char *word, struct stmt *s);
struct each *stmt_each_key(struct feed *f, struct each *each, struct expr *name,
			   struct span sign_at, int sign);
struct each *stmt_each_value(struct feed *f, struct each *each, struct expr *name,
			     struct span sign_at, int sign);
struct each *stmt_each_bracketed(struct each *each);

/* --- decl.c --- */
/* Ends a declaration: what it added is private or not, and documented by doc if that is set. */
void decl_seal(struct feed *f, bool is_private, const char *doc);
void decl_global(struct feed *f, struct span at, struct span name_at, const char *name,
		 int64_t wrap, int64_t size, struct span size_at, struct expr *init);
int64_t decl_size(struct feed *f, struct span at, int64_t size);
struct params *decl_param(struct feed *f, struct params *list, struct span at, const char *name,
			  int type);
int64_t decl_priority(struct feed *f, struct span at, int64_t priority);
void decl_function(struct feed *f, struct span word, struct span at, struct span name_at,
		   const char *doc, const char *name, int type, struct params *params,
		   int64_t priority, struct stmt *body, const char *embedded);
void decl_embedded(struct feed *f, struct span at, const char *text);
void decl_probe(struct feed *f, const char *doc, struct span word, struct span at,
		struct point_list *points, struct stmt *body);
void decl_alias(struct feed *f, const char *doc, struct span word, struct span at,
		struct heads *heads, struct point_list *points, struct stmt *body,
		struct stmt *epilogue);

/* --- point.c --- */
struct pp_part *point_part(struct feed *f, struct span at, const char *name, struct expr *arg);
struct chains *point_append(struct feed *f, struct chains *c, struct span at, struct pp_part *part);
struct chains *point_group(struct feed *f, struct chains *c, struct span at, struct chains *group);
struct chains *point_union(struct feed *f, struct chains *a, struct chains *b);
struct chains *point_finish(struct feed *f, struct span at, struct chains *c, struct span flag_at,
			    int flag, struct expr *cond);
struct point_list *point_list(struct feed *f, struct point_list *list, struct chains *c);
struct heads *point_heads(struct feed *f, struct heads *heads, struct span at,
			  struct point_list *points, bool is_epilogue);

#endif
