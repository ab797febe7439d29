/*
 * What the stages of the parser share.  Tokens are pulled, one at a time,
 * through this chain, so nothing is held for longer than it is needed:
 *
 *   lexer_next        bytes -> tokens, $1 and @1 pasted         lexer.l
 *   macro_next        @define and invocations                   macro.c
 *   conditional_next  %( ... %? ... %: ... %)                   conditional.c
 *   feed_next         brackets balanced, components glued       feed.c, mend.c
 *   grammar_parse     -> nodes                                  grammar.y, node.c, point.c
 */
#ifndef PARSER_STAGES_H
#define PARSER_STAGES_H

#include "parser/parser.h"

enum token_flag {
	TOKEN_ADJACENT = 1,   /* no space before it */
	TOKEN_LINE_START = 2, /* the first of its line: column is set */
	TOKEN_BROKEN = 4,     /* an error was reported here: followers stay silent */
	TOKEN_VIRTUAL = 8,    /* not in the text */
};

struct token {
	int kind; /* of grammar.h; 0 at the end */
	unsigned flags;
	struct span span;
	uint32_t column;  /* from 1 */
	const char *text; /* names and keywords: interned; strings: raw; NULL for operators */
	const char *doc;  /* declaration keywords: the comment right above, or NULL */
	int64_t number;
	const char *error; /* what is wrong with it, said only if no conditional skips it */
	enum diag_tag tag; /* of error */
};

enum {
	LEXER_MAX_TOKENS = 4000000,
	MACRO_MAX_TOKENS = 500000,
	MACRO_MAX_DEPTH = 200,
	FEED_MAX_OPEN = 20000,
	FEED_MAX_ERRORS = 100,
	NODE_MAX_STRING = 1024 * 1024,
	POINT_MAX_EXPANSION = 10000,
};

/* --- lexer.l --- */
struct lexer;
/* A scanner over src.  Silent ones report nothing and paste no arguments. */
struct lexer *lexer_open(const struct parse_input *in, const struct source *src, bool silent);
void lexer_next(struct lexer *lx, struct token *t);
/* True for the words of the language. */
bool lexer_is_keyword(int kind);

/* --- parser.c --- */
/* Is the script in src to be read as by a version of the language before this one? */
bool parser_older(const struct parse_input *in, const struct source *src, const char *version);

/* --- grammar.y --- */
/* The token kind of a built-in @word; 0: there is none. */
int grammar_at_word(const char *name);
/* Offers them all to "did you mean". */
struct near;
void grammar_offer_words(struct near *near);

/* --- macro.c --- */
struct macros;
struct macros *macro_open(const struct parse_input *in, const struct source *src, struct lexer *lx,
			  bool library);
/* The next token with macros expanded; unexpanded where a conditional skips. */
void macro_next(struct macros *m, struct token *t, bool expand);
/* Ends the stream of tokens. */
void macro_stop(struct macros *m);
/* Offers every macro known here to "did you mean". */
void macro_offer(const struct macros *m, struct near *near);

/* --- conditional.c --- */
struct conditional;
struct conditional *conditional_open(const struct parse_input *in, const struct source *src,
				     struct macros *m);
void conditional_next(struct conditional *c, struct token *t);

/* --- feed.c --- */
struct bracket {
	int kind;                   /* '(' '[' '{', or 'g' for a group of probe points */
	int before;                 /* kind of the token before it */
	uint32_t semicolons, items; /* in it so far; items: tokens that are not strings */
	uint32_t column;            /* where the line it stands on begins */
	struct span span;
};

struct feed {
	const struct parse_input *in;
	const struct source *src;
	struct arena *arena;
	struct diags *diags;
	struct macros *macros;
	struct conditional *tokens;
	VEC(struct token) queue; /* read ahead, [head, n) */
	uint32_t head;
	VEC(struct bracket) open;
	uint32_t nopen;             /* of them before the last token */
	uint32_t mended;            /* where a bracket was last put in or dropped */
	uint32_t reopened;          /* where a '}' that was put in came again */
	struct token prev, current; /* what the grammar got last; prev also while reading on */
	struct token before;        /* what it got before current */
	struct bracket closed;      /* what the last ')' closed */
	unsigned last_flags;        /* of the token before current */
	struct map globals;         /* declared in this file: name -> struct decl * */
	uint64_t expanded;          /* parts of probe points made by braces */
	struct expr_list stars;     /* a[*] seen, not yet known to be in a delete */
	uint32_t indent;            /* column of the first token of the current line */
	uint32_t errors, sealed;    /* sealed: declarations that are complete */
	uint64_t pulled, passed;    /* tokens read ahead so far; the most that were used up */
	uint32_t stalled;           /* tokens handed out since then */
	uint32_t orphans; /* 1 + the depth at which an else without its if is excused; 0: nowhere */
	struct {
		struct span open, at,
			close; /* a '{', where its '}' may be missing, what closed it */
	} doubt;
	int balance; /* of braces in the text, less those put in; once counted */
	bool counted, points, in_function, panic, skipping, swallowed, stopped, deep;
	struct ast *ast;
	struct {
		struct loc from, to;
	} lifts[256]; /* places in expansions, and where in a text they were asked for */
};

void feed_open(struct feed *f, const struct parse_input *in, const struct source *src);
void feed_next(struct feed *f, struct token *t);
/* The i-th token after the current one, not yet mended. */
const struct token *feed_peek(struct feed *f, uint32_t i);
/* Puts a token in front of what comes next. */
void feed_unread(struct feed *f, struct token t);
/* Ends the parse: what follows would only repeat one mistake. */
void feed_stop(struct feed *f);
/* The span of both, also where macros put them in different sources. */
struct span feed_join(struct feed *f, struct span a, struct span b);
/* True if a whole operand may end with such a token. */
bool feed_ends_operand(int kind);
/* True if a statement may begin with such a keyword. */
bool feed_starts_statement(int kind);
/* True if a declaration begins with such a keyword. */
bool feed_starts_declaration(int kind);
/* True where a part of a probe point may begin. */
bool feed_at_part(const struct feed *f);
/* The innermost open bracket: its kind, or 0. */
int feed_inside(const struct feed *f);

/* --- mend.c: brackets and other certain repairs --- */
/*
 * Looks at t before the grammar does; may replace it by a token to be given first.  False if t
 * has been reported as superfluous and must be left out.
 */
bool mend_token(struct feed *f, struct token *t);
/* Is a string on the rest of the line not closed?  Then quotes are odd, and what looks wrong may
 * not be. */
bool mend_broken_line(struct feed *f);
/* After a syntax error: skips to a place to go on from and gives the mark for it. */
void mend_resync(struct feed *f, struct token *t);

/* --- syntax.c: words for syntax errors --- */
const char *syntax_token(struct feed *f, const struct token *t);
/* Reports at the current token; expected holds n token kinds. */
void syntax_error(struct feed *f, const int *expected, int n);
void syntax_too_deep(struct feed *f, struct span where);
/* --- foreign.c: says what was meant, if another language would have it so; else false --- */
bool foreign_error(struct feed *f, enum diag_tag tag, const int *expected, int n);
/* --- syntax.c --- */
/* Reports an error; ends the parse when there are too many. */
struct diag *syntax_report(struct feed *f, enum diag_tag tag, struct span where, const char *fmt,
			   ...) __attribute__((format(printf, 4, 5)));

#endif
