/*
 * Runs a fuzzer on the files given, without libFuzzer: the corpus as a test of every build.
 */
#include "tests/fuzz/fuzz.h"

#include <errno.h>
#include <string.h>

static bool run(const char *name)
{
	FILE *file = fopen(name, "rb");
	uint8_t *bytes = NULL;
	long size = -1;

	if (file != NULL && fseek(file, 0, SEEK_END) == 0)
		size = ftell(file);
	if (size >= 0)
		bytes = malloc((size_t)size + 1);
	if (bytes == NULL || fseek(file, 0, SEEK_SET) != 0 ||
	    fread(bytes, 1, (size_t)size, file) != (size_t)size) {
		fprintf(stderr, "%s: %s\n", name, strerror(errno));
		return false;
	}
	fclose(file);
	LLVMFuzzerTestOneInput(bytes, (size_t)size);
	free(bytes);
	return true;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		fprintf(stderr, "%s\n", argv[i]);
		if (!run(argv[i]))
			return 1;
	}
	return argc > 1 ? 0 : 2;
}
