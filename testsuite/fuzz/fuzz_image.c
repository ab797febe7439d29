/* Kernel images and modules: vmlinuz with any packing, vmlinux, .ko. */
#include "testsuite/fuzz/facts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	facts_start();
	facts_ask("image", data, size, "image");
	return 0;
}
