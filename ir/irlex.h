/* Tokens of the text form. */
#ifndef IR_IRLEX_H
#define IR_IRLEX_H

#include "ir/ir.h"

enum irtoken_kind {
	IRTOKEN_END,
	IRTOKEN_LINE,   /* end of a line that holds something */
	IRTOKEN_WORD,   /* letters, digits, _ and - */
	IRTOKEN_NUMBER, /* value */
	IRTOKEN_STRING, /* text: between the quotes, escapes not evaluated */
	IRTOKEN_REG,    /* %value */
	IRTOKEN_LOC,    /* @line:column; line 0: @- */
	IRTOKEN_PUNCT,  /* one character of ( ) [ ] , : = * */
	IRTOKEN_BAD,    /* text says what is wrong */
};

struct irtoken {
	enum irtoken_kind kind;
	const char *text;
	uint32_t len;
	int64_t value;
	uint32_t line, column; /* IRTOKEN_LOC */
	uint32_t at;           /* offset in the source */
};

struct irlex {
	const struct source *src;
	uint32_t pos;
	bool line_open; /* something stood on this line */
};

struct irtoken irlex_next(struct irlex *lx);
bool irlex_is(const struct irtoken *t, const char *word);

#endif
