/* A script as its author typed it: tokens before any preprocessing, and comments among them. */
#ifndef PARSER_PIECES_H
#define PARSER_PIECES_H

#include "parser/parser.h"

enum {
	PIECE_END = 0,
	PIECE_LINE_COMMENT = -1,  /* # or // */
	PIECE_BLOCK_COMMENT = -2, /* between slashes and stars */
	PIECE_ARGUMENT = -3,      /* $1, @1, $# */
};

/* How a token stands to its neighbours; filled in by spacing_mark(). */
enum piece_flag {
	PIECE_SPACE = 1,      /* a space before it, when both are on one line */
	PIECE_STARTS = 2,     /* a statement begins here */
	PIECE_UNSURE = 4,     /* perhaps one does: a macro or a conditional stands before it */
	PIECE_BLOCK = 8,      /* a '{' or '}' of statements */
	PIECE_HEADER = 16,    /* the ')' that ends what if, while, for, foreach ask */
	PIECE_DECLARES = 32,  /* a declaration begins here */
	PIECE_DEFINES = 64,   /* the %( or %) of a @define */
	PIECE_FUNCTION = 128, /* the '{' of a function's body */
};

struct piece {
	int kind; /* of grammar.h, or above */
	unsigned flags;
	uint32_t start, end; /* bytes of the source: [start, end) */
	uint32_t lines;      /* line ends between it and the piece before */
};

struct pieces {
	VEC(struct piece) list; /* ends with a PIECE_END */
};

/* Cuts src up.  False, with *where and *why, if a token is broken. */
bool pieces_read(const struct parse_input *in, const struct source *src, struct pieces *out,
		 struct span *where, const char **why);
/* Do both texts hold the same tokens and comments?  White space in and around comments is free. */
bool pieces_same(const struct source *a, const struct pieces *pa, const struct source *b,
		 const struct pieces *pb);
bool pieces_is_comment(const struct piece *p);
/* %( %? %: %) */
bool pieces_is_conditional(const struct piece *p);

/* --- spacing.c --- */
/* Sets the flags of every token. */
void spacing_mark(const struct parse_input *in, const struct source *src, struct pieces *ps);

#endif
