/* BTF: a whole one, or a module's beside a kernel's that is right; the first byte says which. */
#include "testsuite/fuzz/facts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (facts_start()) {
		struct btf *kernel = kernel_btf();

		put_file(&facts, "btf/vmlinux", take_btf(&facts, kernel));
		btf__free(kernel);
	}
	if (!size)
		return 0;
	if (*data & 1)
		facts_ask("btf/card", data + 1, size - 1, "btf/card");
	else
		facts_ask("raw", data + 1, size - 1, "raw");
	return 0;
}
