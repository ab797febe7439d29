/*
 * "Did you mean": a bounded edit distance over candidates that are offered one
 * by one, so that no list of names has to be built.
 */
#include "base/near.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

enum { LONGEST = 64 };

/*
 * Optimal string alignment distance (Damerau-Levenshtein without repeats) to the word, whose
 * letters' places are the bits of n->letters; a column of the matrix is a word of bits, by the
 * differences between its rows (Hyyrö 2003).
 */
static unsigned distance(const struct near *n, size_t len, const char *b, size_t m)
{
	uint64_t up = ~UINT64_C(0), down = 0, zero = 0, before = 0, last = UINT64_C(1) << (len - 1);
	unsigned score = (unsigned)len;

	for (size_t j = 0; j < m; j++) {
		uint64_t here = n->letters[(unsigned char)b[j]];
		uint64_t swap = ((~zero & here) << 1) & before;

		zero = (((here & up) + up) ^ up) | here | down | swap;
		uint64_t right_up = down | ~(zero | up), right_down = zero & up;

		score += (right_up & last) != 0;
		score -= (right_down & last) != 0;
		right_up = right_up << 1 | 1;
		up = right_down << 1 | ~(zero | right_up);
		down = right_up & zero;
		before = here;
	}
	return score;
}

static bool same_letters(const char *a, const char *b, size_t n)
{
	int count[256] = {0};

	for (size_t i = 0; i < n; i++) {
		count[(unsigned char)a[i]]++;
		count[(unsigned char)b[i]]--;
	}
	for (int i = 0; i < 256; i++)
		if (count[i])
			return false;
	return true;
}

/* Orders candidates of one distance by how fingers err. */
static unsigned cost(const char *a, size_t n, const char *b, size_t m, unsigned d)
{
	bool ends = *a == *b && a[n - 1] == b[m - 1];

	if (n == m && strcasecmp(a, b) == 0)
		return 0;
	/* cut short */
	if (m > n && strncmp(a, b, n) == 0)
		return 8 * d - 3;
	return 8 * d - (n == m && same_letters(a, b, n) ? 4 : 0) - (ends ? 2 : 0) + (n != m);
}

struct near near_start(const char *word)
{
	size_t n = strlen(word);

	struct near near = {.word = word, .distance = (unsigned)(n < 3 ? 2 : n / 3 + 1)};

	for (size_t i = 0; i < n && i < LONGEST; i++)
		near.letters[(unsigned char)word[i]] |= UINT64_C(1) << i;
	return near;
}

void near_offer(struct near *n, const char *candidate)
{
	size_t a = strlen(n->word), b = strlen(candidate);
	size_t gap = a > b ? a - b : b - a;

	if (gap > n->distance || a > LONGEST || b > LONGEST || a == 0)
		return;
	unsigned d = distance(n, a, candidate, b);

	/* the word itself is no help */
	if (!d || d > n->distance || (d == n->distance && !n->best))
		return;
	unsigned c = cost(n->word, a, candidate, b, d);

	if (n->best && c >= n->cost)
		return;
	n->distance = d;
	n->cost = c;
	n->best = candidate;
}
