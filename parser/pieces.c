/*
 * Cuts a text into tokens and comments for the formatter.  The tokens are those of lexer.l, asked
 * for silently; comments are what lies between two tokens and is not blank.  Macros, conditionals
 * and arguments are left as typed, so a text that needs other arguments or another kernel is
 * formatted alike.
 */
#include "parser/pieces.h"
#include "parser/stages.h"
#include "parser/grammar.h"

#include <string.h>

bool pieces_is_comment(const struct piece *p)
{
	return p->kind == PIECE_LINE_COMMENT || p->kind == PIECE_BLOCK_COMMENT;
}

bool pieces_is_conditional(const struct piece *p)
{
	return p->kind >= T_PP_OPEN && p->kind <= T_PP_CLOSE;
}

/* The end of the comment that starts at s. */
static const char *comment_end(const char *s, const char *stop, int *kind)
{
	const char *end;

	if (s[0] == '/' && s[1] == '*') {
		*kind = PIECE_BLOCK_COMMENT;
		end = memmem(s + 2, (size_t)(stop - s) - 2, "*/", 2);
		return end ? end + 2 : stop;
	}
	*kind = PIECE_LINE_COMMENT;
	end = memchr(s, '\n', (size_t)(stop - s));
	return end ? end : stop;
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The comments between two tokens; returns the line ends after the last of them. */
static uint32_t read_gap(struct arena *a, const struct source *src, uint32_t start, uint32_t stop,
			 struct pieces *out)
{
	const char *s = src->text + start, *end = src->text + stop;
	uint32_t lines = 0;

	while (s < end) {
		struct piece p = {.start = (uint32_t)(s - src->text), .lines = lines};

		if (is_blank(*s)) {
			lines += *s++ == '\n';
			continue;
		}
		s = comment_end(s, end, &p.kind);
		p.end = (uint32_t)(s - src->text);
		while (p.kind == PIECE_LINE_COMMENT && is_blank(src->text[p.end - 1]))
			p.end--;
		vec_push(a, &out->list, p);
		lines = 0;
	}
	return lines;
}

static bool is_argument(const char *s, uint32_t n)
{
	return n > 1 && (*s == '$' || *s == '@') && (s[1] == '#' || (s[1] >= '0' && s[1] <= '9'));
}

bool pieces_read(const struct parse_input *in, const struct source *src, struct pieces *out,
		 struct span *where, const char **why)
{
	struct lexer *lx = lexer_open(in, src, true);
	uint32_t at = 0;
	struct token t;

	do {
		lexer_next(lx, &t);
		uint32_t start = t.span.start.at - src->base, end = t.span.end.at - src->base;
		const char *s = src->text + start;
		bool argument = t.kind == T_POISON && is_argument(s, end - start);

		if (t.flags & TOKEN_BROKEN || (t.kind == T_POISON && !argument)) {
			*where = t.span;
			*why = t.error ? t.error : "this has no meaning in the language";
			return false;
		}
		uint32_t lines = read_gap(in->arena, src, at, start, out);
		vec_push(in->arena, &out->list,
			 ((struct piece){.kind = argument ? PIECE_ARGUMENT : t.kind,
					 .start = start,
					 .end = end,
					 .lines = lines}));
		at = end;
	} while (t.kind);
	return true;
}

static bool same_bytes(const struct source *a, const struct piece *p, const struct source *b,
		       const struct piece *q)
{
	const char *s = a->text + p->start, *s_end = a->text + p->end;
	const char *t = b->text + q->start, *t_end = b->text + q->end;
	bool comment = pieces_is_comment(p);

	for (;; s++, t++) {
		while (comment && s < s_end && is_blank(*s))
			s++;
		while (comment && t < t_end && is_blank(*t))
			t++;
		if (s == s_end || t == t_end)
			return s == s_end && t == t_end;
		if (*s != *t)
			return false;
	}
}

bool pieces_same(const struct source *a, const struct pieces *pa, const struct source *b,
		 const struct pieces *pb)
{
	if (pa->list.n != pb->list.n)
		return false;
	vec_each(i, &pa->list) {
		const struct piece *p = &pa->list.v[i], *q = &pb->list.v[i];

		if (p->kind != q->kind || !same_bytes(a, p, b, q))
			return false;
	}
	return true;
}
