/* The nearest name: the distance against a plain one, at random and at the limits. */
#include "base/near.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned made, failed;

static void check(int ok, const char *what, const char *a, const char *b)
{
	made++;
	if (ok)
		return;
	failed++;
	printf("%s: '%s' '%s'\n", what, a, b);
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static unsigned plain(const char *a, const char *b)
{
	unsigned t[72][72];
	size_t n = strlen(a), m = strlen(b);

	for (size_t i = 0; i <= n; i++)
		for (size_t j = 0; j <= m; j++) {
			t[i][j] = (unsigned)(i ? i : j);
			if (!i || !j)
				continue;
			t[i][j] = least(least(t[i - 1][j], t[i][j - 1]) + 1,
					t[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				t[i][j] = least(t[i][j], t[i - 2][j - 2] + 1);
		}
	return t[n][m];
}

/* Is a taken for b exactly if it is near enough? */
static void compare(const char *a, const char *b)
{
	struct near n = near_start(a);
	unsigned limit = n.distance, d = plain(a, b);

	near_offer(&n, b);
	check((n.best != NULL) == (d && d < limit), "near", a, b);
	check(!n.best || n.distance == d, "distance", a, b);
}

int main(void)
{
	unsigned seed = 1;
	char a[72], b[72];

	for (int i = 0; i < 60000; i++) {
		size_t n = (size_t)(seed >> 8) % 64 + 1, m;

		for (size_t k = 0; k < n; k++)
			a[k] = (char)('a' + ((seed = seed * 1103515245 + 12345) >> 16) % 3);
		a[n] = '\0';
		/* a few edits of it */
		strcpy(b, a);
		m = n;
		for (int k = 0; k < (int)(n / 4) + 1; k++) {
			size_t at = ((seed = seed * 1103515245 + 12345) >> 16) % m;
			unsigned what = (seed >> 5) % 4;

			if (what == 0)
				b[at] = 'd';
			else if (what == 1 && m > 1)
				memmove(b + at, b + at + 1, m-- - at);
			else if (what == 2 && m < 63)
				memmove(b + at + 1, b + at, ++m - at);
			else if (at + 1 < m) {
				char c = b[at];

				b[at] = b[at + 1];
				b[at + 1] = c;
			}
		}
		compare(a, b);
	}
	compare("vfs_raed", "vfs_read");
	compare("a", "b");
	compare("ab", "ba");
	printf("ok %u\n", made - failed);
	return failed != 0;
}
