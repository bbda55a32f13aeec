/*
 * Programs that call themselves, run with the library; each says what its process took.
 *
 *	recurse walk DEPTH SECONDS	a walk that sleeps at its bottom
 *	recurse parse SEED TEXTS	a parser by recursive descent: expression, term, factor
 *	recurse deep DEPTH TIMES	a recursion that does nothing
 *
 * Prints {"calls": {FUNCTION: ALL}, "kilobytes": PRIVATE}.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <profclient.h>

#define TEXT_MAX 4000

static unsigned long walked, expressions, terms, factors;

static void walk(int depth, double seconds)
{
	PROF_SCOPE("walk");
	struct timespec nap = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};

	walked++;
	if (depth > 0)
		walk(depth - 1, seconds);
	else
		nanosleep(&nap, NULL);
}

static const char *at;
static unsigned long expression(void);

static unsigned long factor(void)
{
	PROF_SCOPE("factor");
	unsigned long value;

	factors++;
	if (*at != '(')
		return (unsigned long)(*at++ - '0');
	at++;
	value = expression();
	at++;
	return value;
}

static unsigned long term(void)
{
	PROF_SCOPE("term");
	unsigned long value = factor();

	terms++;
	while (*at == '*') {
		at++;
		value *= factor();
	}
	return value;
}

static unsigned long expression(void)
{
	PROF_SCOPE("expression");
	unsigned long value = term();

	expressions++;
	while (*at == '+') {
		at++;
		value += term();
	}
	return value;
}

static void parse(int texts)
{
	char text[TEXT_MAX + 600];

	for (int i = 0; i < texts; i++) {
		char *to = text;
		int open = 0;

		while (to < text + TEXT_MAX) {
			for (; random() % 2 == 0 && open < 200; open++)
				*to++ = '(';
			*to++ = (char)('0' + random() % 10);
			for (; random() % 2 == 0 && open > 0; open--)
				*to++ = ')';
			*to++ = "+*"[random() % 2];
		}
		*to++ = '1';
		memset(to, ')', (size_t)open);
		to[open] = '\0';
		at = text;
		expression();
	}
}

static void descend(int depth)
{
	PROF_SCOPE("descend");
	walked++;
	if (depth > 1)
		descend(depth - 1);
}

struct deep {
	int depth, times;
};

static void *go_deep(void *wanted)
{
	const struct deep *d = wanted;

	for (int i = 0; i < d->times; i++)
		descend(d->depth);
	return NULL;
}

/* On a stack that has the room. */
static void run_deep(struct deep deep)
{
	pthread_attr_t attributes;
	pthread_t thread;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 512u << 20);
	if (pthread_create(&thread, &attributes, go_deep, &deep) != 0)
		abort();
	pthread_join(thread, NULL);
	pthread_attr_destroy(&attributes);
}

static long private_kilobytes(void)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[256];
	long found = -1;

	while (f != NULL && found < 0 && fgets(line, sizeof(line), f) != NULL)
		(void)sscanf(line, "RssAnon: %ld", &found);
	if (f != NULL)
		fclose(f);
	return found;
}

int main(int argc, char **argv)
{
	const char *what = argc == 4 ? argv[1] : "";
	long kilobytes;

	if (strcmp(what, "walk") == 0) {
		walk(atoi(argv[2]), atof(argv[3]));
		printf("{\"calls\": {\"walk\": %lu}", walked);
	} else if (strcmp(what, "parse") == 0) {
		srandom((unsigned)atoi(argv[2]));
		parse(atoi(argv[3]));
		printf("{\"calls\": {\"expression\": %lu, \"term\": %lu, \"factor\": %lu}",
		       expressions, terms, factors);
	} else if (strcmp(what, "deep") == 0) {
		run_deep((struct deep){atoi(argv[2]), atoi(argv[3])});
		printf("{\"calls\": {\"descend\": %lu}", walked);
	} else {
		return 2;
	}
	kilobytes = private_kilobytes();
	printf(", \"kilobytes\": %ld}\n", kilobytes);
	return prof_flush(20.0) == PROF_OK ? 0 : 1;
}
