/* The children of nodes, for walks that treat most kinds alike. */
#ifndef PARSER_TREE_H
#define PARSER_TREE_H

#include "parser/ast.h"

/*
 * The i-th child of an expression, NULL where it is absent; false past the last.  The operand of
 * @defined, which is never evaluated, is not among them.
 */
bool tree_child(const struct expr *e, uint32_t i, struct expr **child);
/* The i-th expression that a statement itself holds, in order of evaluation; the same rules. */
bool tree_held(const struct stmt *s, uint32_t i, struct expr **child);
/* The i-th statement within a statement; the same rules. */
bool tree_part(const struct stmt *s, uint32_t i, struct stmt **part);
/* Are both the same text but for white space, brackets around the whole left aside? */
bool tree_same(const struct expr *a, const struct expr *b);

#endif
