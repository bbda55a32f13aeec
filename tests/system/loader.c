/*
 * Loads the library as a plugin would, uses it and unloads it, again and again: loader LIBRARY
 * ROUNDS. Each round records one call of "plugin".
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

typedef int record_function(const char *name, double seconds, const char *error);

int main(int argc, char **argv)
{
	int rounds = argc == 3 ? atoi(argv[2]) : 0;

	for (int i = 0; i < rounds; i++) {
		void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
		record_function *record =
			library == NULL ? NULL : (record_function *)dlsym(library, "prof_record");

		if (record == NULL) {
			fprintf(stderr, "loader: %s\n", dlerror());
			return 1;
		}
		if (record("plugin", 0.001, NULL) != 0 || dlclose(library) != 0)
			return 1;
	}
	return rounds > 0 ? 0 : 2;
}
