/*
 * Saves timings, one a line of standard input, each with a status behind it or none has, as a
 * benchmark:
 *
 *	save NAME [KEY=TEXT]...
 *
 * KEY: command, machine, system, processor, compiler, revision, note.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <profclient.h>

#define MOST	200000
#define TIMEOUT 60.0

static int take(struct prof_benchmark *b, const char *pair)
{
	const struct {
		const char *key;
		const char **text;
	} texts[] = {
		{"command=", &b->command},   {"machine=", &b->machine},
		{"system=", &b->system},     {"processor=", &b->processor},
		{"compiler=", &b->compiler}, {"revision=", &b->revision},
		{"note=", &b->note},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strncmp(pair, texts[i].key, strlen(texts[i].key)) == 0) {
			*texts[i].text = pair + strlen(texts[i].key);
			return 1;
		}
	return 0;
}

int main(int argc, char **argv)
{
	static double timings[MOST];
	static int statuses[MOST];
	struct prof_benchmark b = {.size = sizeof(b), .name = argv[1], .timings = timings};
	char line[128], *end;
	uint64_t number;
	prof_error error;

	for (int i = 2; i < argc; i++)
		if (!take(&b, argv[i]))
			return 2;
	while (b.count < MOST && fgets(line, sizeof(line), stdin) != NULL) {
		timings[b.count] = strtod(line, &end);
		if (*end == ' ') {
			statuses[b.count] = atoi(end);
			b.statuses = statuses;
		}
		b.count++;
	}
	error = prof_saved_add(&b, TIMEOUT, &number);
	if (error != PROF_OK) {
		fprintf(stderr, "save: %s: %s\n", prof_strerror(error), prof_reason());
		return 1;
	}
	printf("%" PRIu64 "\n", number);
	return 0;
}
