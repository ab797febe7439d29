/*
 * A fuzz target is one function over bytes.  Built with FUZZING, libFuzzer
 * calls it; else the program replays the files it is given, as a test.
 */
#ifndef TESTSUITE_FUZZ_FUZZ_H
#define TESTSUITE_FUZZ_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Says what is wrong and ends, for what the sanitizers cannot see. */
static inline void fuzz_finding(const char *what)
{
	fprintf(stderr, "finding: %s\n", what);
	abort();
}

#ifndef FUZZING
enum { FUZZ_LARGEST = 1 << 20 };

static inline unsigned fuzz_replay(const char *path)
{
	uint8_t *data = malloc(FUZZ_LARGEST);
	FILE *f = fopen(path, "r");

	if (!f || !data) {
		perror(path);
		exit(1);
	}
	/* in a buffer of its own size, so that reads beyond it are seen */
	size_t n = fread(data, 1, FUZZ_LARGEST, f);
	uint8_t *exact = malloc(n ? n : 1);

	fclose(f);
	if (!exact)
		abort();
	memcpy(exact, data, n);
	LLVMFuzzerTestOneInput(exact, n);
	free(exact);
	free(data);
	return 1;
}

int main(int argc, char **argv)
{
	unsigned n = 0;

	for (int i = 1; i < argc; i++)
		n += fuzz_replay(argv[i]);
	printf("ok %u\n", n);
	return 0;
}
#endif

#endif
