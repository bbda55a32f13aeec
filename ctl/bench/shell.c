/*
 * Splitting a line into words, as a shell would that knows nothing but quotes; running it by a
 * shell; and timing the shell alone, so that it can be subtracted.
 */
#include "ctl/bench/shell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/base/say.h"

#define BLANKS	      " \t\n"
#define WARMUP	      3
#define RUNS	      50
#define LEAST_RUNS    10
#define LONGEST_TOTAL 1.0 /* a shell that is slow to start need not be known as well */

/* Copies one word to *to, ended by NUL. Returns what follows it; NULL: a quote is not closed. */
static const char *read_word(const char *from, char **to)
{
	char quote = '\0';

	for (; *from != '\0'; from++) {
		if (quote == '\0' && strchr(BLANKS, *from) != NULL)
			break;
		if (*from == quote) {
			quote = '\0';
		} else if (quote == '\0' && (*from == '\'' || *from == '"')) {
			quote = *from;
		} else if (*from == '\\' && quote != '\'' && from[1] != '\0') {
			/* Within "..." it only takes away a meaning that there is. */
			if (quote == '"' && from[1] != '"' && from[1] != '\\')
				*(*to)++ = *from;
			*(*to)++ = *++from;
		} else {
			*(*to)++ = *from;
		}
	}
	*(*to)++ = '\0';
	return quote == '\0' ? from : NULL;
}

char **words_split(const char *line)
{
	/* A word and its blank take two bytes at least, and no word is longer than it was. */
	size_t length = strlen(line), most = length / 2 + 1, count = 0;
	char **words = need(malloc((most + 1) * sizeof(*words) + length + 1));
	char *to = (char *)(words + most + 1);

	line += strspn(line, BLANKS);
	while (line != NULL && *line != '\0') {
		words[count++] = to;
		line = read_word(line, &to);
		if (line != NULL)
			line += strspn(line, BLANKS);
	}
	if (line == NULL || count == 0) {
		free(words);
		return NULL;
	}
	words[count] = NULL;
	return words;
}

/* The words of the shell, "-c" and the line, in a single block like that of words_split. */
static char **add_line(char **shell, const char *line)
{
	size_t count = 0, size = sizeof("-c") + strlen(line) + 1;
	char **words, *text;

	for (; shell[count] != NULL; count++)
		size += strlen(shell[count]) + 1;
	words = need(malloc((count + 3) * sizeof(*words) + size));
	text = (char *)(words + count + 3);
	for (size_t i = 0; i < count + 2; i++) {
		words[i] = text;
		text = stpcpy(text, i < count ? shell[i] : i == count ? "-c" : line) + 1;
	}
	words[count + 2] = NULL;
	return words;
}

char **shell_words(const char *shell, const char *line)
{
	char **of_shell, **words;

	if (shell == NULL)
		return words_split(line);
	of_shell = words_split(shell);
	words = of_shell == NULL ? NULL : add_line(of_shell, line);
	free(of_shell);
	return words;
}

static double median(const double *values, size_t count)
{
	return bench_percentile(values, count, 50.0);
}

static double deviation(const double *values, size_t count)
{
	double middle = median(values, count), away[RUNS];

	for (size_t i = 0; i < count; i++)
		away[i] = fabs(values[i] - middle);
	return median(away, count);
}

bool shell_measure(struct spawner *spawner, struct bench_shell_cost *cost, struct spawn_end *end)
{
	char **words = need(shell_words(spawner->plan->shell, ""));
	double wall[RUNS], user[RUNS], system[RUNS], total = 0.0;
	size_t count = 0;
	bool well = true;

	for (int i = 0; well && i < WARMUP; i++) {
		spawn_run(spawner, words, SPAWN_TIMED, end);
		well = spawn_was_well(end);
	}
	while (well && count < RUNS && (count < LEAST_RUNS || total < LONGEST_TOTAL)) {
		spawn_run(spawner, words, SPAWN_TIMED, end);
		well = spawn_was_well(end);
		wall[count] = end->sample.wall;
		user[count] = end->sample.user;
		system[count] = end->sample.system;
		total += end->sample.wall;
		count++;
	}
	free(words);
	if (!well)
		return false;
	*cost = (struct bench_shell_cost){median(wall, count), median(user, count),
					  median(system, count), deviation(wall, count)};
	return true;
}
