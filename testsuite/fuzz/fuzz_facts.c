/* Recorded facts. */
#include "testsuite/fuzz/facts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	facts_start();
	facts_ask("recorded.facts", data, size, "recorded.facts");
	return 0;
}
