/* The pages of rules/, which the build makes a table of. */
#ifndef LINT_PAGES_H
#define LINT_PAGES_H

struct page {
	const char *tag, *text; /* NULL in the last */
};
extern const struct page PAGES[];

#endif
