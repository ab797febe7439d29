/* The hashes of lines against those that code scanning's own action computes for the same texts. */
#include "report/report.h"

#include <string.h>

static int done;

static void expect(const char *text, const char *const *want, uint32_t n)
{
	struct arena *a = arena_new(0, NULL);
	struct linehashes h = {0};

	linehash_all(a, text, strlen(text), &h);
	if (h.n != n)
		printf("'%s': %u lines, expected %u\n", text, h.n, n);
	done += h.n == n;
	for (uint32_t i = 0; i < n && i < h.n; i++) {
		if (strcmp(h.v[i], want[i]) != 0)
			printf("'%s' line %u: %s, expected %s\n", text, i + 1, h.v[i], want[i]);
		done += strcmp(h.v[i], want[i]) == 0;
	}
	arena_free(a);
}

int main(void)
{
	static const char *const EMPTY[] = {"c129715d7a2bc9a3:1"};
	static const char *const FOUR[] = {"271789c17abda88f:1", "54703d4cd895b18:1",
					   "180aee12dab6264:1", "a23a3dc5e078b07b:1"};
	int checks = 1 + 1 + 3 * (1 + 4);

	expect("", EMPTY, 1);
	/* white space in lines and the kind of line end make no difference */
	expect(" a\nb\n  \t\tc\n d", FOUR, 4);
	expect(" a\r\nb\r\n  \t\tc\r\n d", FOUR, 4);
	expect("a\rb\rc\rd", FOUR, 4);
	if (done != checks)
		return 1;
	printf("ok %d\n", checks);
	return 0;
}
