/* The state of one reading of the text form, and the doors between irread.c and irread_inst.c. */
#ifndef IR_IRREADER_H
#define IR_IRREADER_H

#include "base/map.h"
#include "ir/irlex.h"
#include "ir/irshape.h"
#include "ir/irtext.h"

/* A blank text with lines as wide as the locations in it need. */
struct irstandin {
	VEC(uint32_t) widths;
	uint32_t *starts;
	const struct source *source;
};

struct irreader {
	struct arena *arena;
	struct diags *diags;
	struct sources *sources;
	struct irlex lex;
	struct irtoken now;
	bool failed; /* an error was reported: nothing is read any more */
	struct ir_program *program;
	struct map standins; /* name -> struct irstandin */
	size_t standin_size;
	struct irstandin *file; /* that @ refers to; NULL: there is no @ in the text */
	VEC(bool) declared;     /* registers of the function being read */
};

void irread_fail(struct irreader *r, const char *what);
void irread_advance(struct irreader *r);
bool irread_accept(struct irreader *r, const char *word);
void irread_expect(struct irreader *r, const char *word);
int64_t irread_number(struct irreader *r);
int64_t irread_small(struct irreader *r, int64_t low, int64_t high);
char *irread_string(struct irreader *r);
char *irread_unescape(struct irreader *r, const struct irtoken *t);
uint32_t irread_reg(struct irreader *r);
/* Registers and '*', at most 16. */
uint32_t irread_regs(struct irreader *r, uint32_t regs[16]);
bool irread_at_reg(const struct irreader *r);
uint32_t irread_index(struct irreader *r, char letter);
bool irread_at_index(const struct irreader *r, char letter);
int64_t irread_word(struct irreader *r, const char *(*words)(int64_t n), const char *what);
/* The location, given or of the line that starts at line_at, and the end of the line. */
struct loc irread_line_end(struct irreader *r, uint32_t line_at);

/* irstandin.c: makes the stand-ins of all files named; false: they would be too large. */
bool irstandin_measure(struct irreader *r);
/* irread_inst.c: one instruction, appended to the last block of f. */
void irread_inst(struct irreader *r, struct ir_func *f, uint32_t at);

#endif
