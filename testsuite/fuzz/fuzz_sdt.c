/* The notes of a program's marks; or the text of one argument of a mark: the first byte says which.
 */
#include "target/sdt.h"
#include "target/store.h"
#include "testsuite/fuzz/facts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sdt_marks marks = {0};
	struct sdt_argument argument = {0};
	const struct bytes none = {NULL, 0};
	struct arena *a;
	uint32_t damaged = 0;
	const char *why = NULL;

	facts_start();
	if (!size)
		return 0;
	a = arena_new(0, NULL);
	if (*data & 1) {
		sdt_argument(&none, *data & 2 ? "i386" : "x86_64",
			     arena_strndup(a, (const char *)data + 1, size - 1), a, &argument);
	} else {
		const char *path =
			put_file(&facts, "program",
				 (struct blob){(unsigned char *)(uintptr_t)data + 1, size - 1});

		if (sdt_read(path, a, &marks, &damaged, &why) == ANSWER_UNKNOWN && !why)
			fuzz_finding("marks are not known, and not why");
	}
	arena_free(a);
	return 0;
}
