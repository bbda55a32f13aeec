/*
 * Splitting a command line into words, as a shell would that knows nothing but quotes.
 */
#include "ctl/bench/words.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/base/say.h"

#define BLANKS " \t\n"

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
