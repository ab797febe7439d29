/*
 * "Did you mean": a bounded edit distance over candidates that are offered one
 * by one, so that no list of names has to be built.
 */
#include "base/near.h"

#include <string.h>

enum { LONGEST = 64 };

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* Optimal string alignment distance (Damerau-Levenshtein without repeats), 3 rows. */
static unsigned distance(const char *a, size_t n, const char *b, size_t m)
{
	unsigned rows[3][LONGEST + 1], *two = rows[0], *one = rows[1], *now = rows[2];

	for (size_t j = 0; j <= m; j++)
		one[j] = (unsigned)j;
	for (size_t i = 1; i <= n; i++) {
		now[0] = (unsigned)i;
		for (size_t j = 1; j <= m; j++) {
			unsigned cost = a[i - 1] != b[j - 1];

			now[j] = min3(one[j] + 1, now[j - 1] + 1, one[j - 1] + cost);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    two[j - 2] + 1 < now[j])
				now[j] = two[j - 2] + 1;
		}
		unsigned *spare = two;

		two = one;
		one = now;
		now = spare;
	}
	return one[m];
}

struct near near_start(const char *word)
{
	size_t n = strlen(word);

	return (struct near){word, NULL, (unsigned)(n < 3 ? 2 : n / 3 + 1)};
}

void near_offer(struct near *n, const char *candidate)
{
	size_t a = strlen(n->word), b = strlen(candidate);
	size_t gap = a > b ? a - b : b - a;

	if (gap >= n->distance || a > LONGEST || b > LONGEST || a == 0)
		return;
	unsigned d = distance(n->word, a, candidate, b);

	if (d && d < n->distance) { /* the word itself is no help */
		n->distance = d;
		n->best = candidate;
	}
}
