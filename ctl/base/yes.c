/*
 * Nothing is deleted but after a yes.
 */
#include "ctl/base/yes.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include "ctl/base/say.h"

bool yes_can_ask(const struct request *r)
{
	bool can = r->yes || isatty(STDIN_FILENO);

	if (!can)
		complain("%s wants --yes where it cannot ask on a terminal", r->command->name);
	return can;
}

enum outcome yes_read(void)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	bool yes;

	fputs("? [y/N] ", stderr);
	length = getline(&line, &room, stdin);
	if (length < 0)
		fputc('\n', stderr);
	if (length > 0 && line[length - 1] == '\n')
		line[length - 1] = '\0';
	yes = length > 0 && (strcasecmp(line, "y") == 0 || strcasecmp(line, "yes") == 0);
	free(line);
	if (!yes)
		complain("nothing was deleted");
	return yes ? OUTCOME_DONE : OUTCOME_NO;
}
