/*
 * Asks profd in turn for two functions over one kept link, and fails when an answer is that to
 * another question: `asker TIMES TIMEOUT`. Prints how many answers came, and how many did not in
 * time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <profclient.h>

int main(int argc, char **argv)
{
	static const char *const names[] = {"known.outer", "known.hand"};
	long times, answers = 0, late = 0;
	double timeout;

	if (argc != 3)
		return 2;
	times = atol(argv[1]);
	timeout = atof(argv[2]);
	for (long i = 0; i < times; i++) {
		struct prof_stats *stats;
		prof_error error = prof_get_stats(names[i % 2], NULL, timeout, &stats);

		if (error == PROF_TIMEOUT) {
			late++;
			continue;
		}
		if (error != PROF_OK || strcmp(stats->function_name, names[i % 2]) != 0) {
			fprintf(stderr, "asker: %s: %s\n", names[i % 2], prof_strerror(error));
			return 1;
		}
		answers++;
		prof_free(stats);
	}
	printf("%ld %ld\n", answers, late);
	return 0;
}
