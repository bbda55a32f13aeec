/*
 * profctl: ask profd what it knows. Reads the command line, runs one subcommand, ends.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/base/command.h"
#include "ctl/base/options.h"
#include "ctl/base/say.h"

static char **copy_environment(void)
{
	size_t count = 0;
	char **copy;

	while (environ[count] != NULL)
		count++;
	copy = need(calloc(count + 1, sizeof(*copy)));
	return memcpy(copy, environ, count * sizeof(*copy));
}

static enum outcome run(const struct request *r)
{
	if (r->version) {
		printf("profctl %s\n", prof_version());
		return OUTCOME_DONE;
	}
	if (r->help)
		return run_help(r);
	if (r->command == NULL) {
		complain("missing command; see profctl --help");
		return OUTCOME_USAGE;
	}
	/* The environment outranks what a program tells the library; here the command line has the
	 * last word. */
	if (r->endpoint != NULL && setenv("PROF_ENDPOINT", r->endpoint, 1) != 0)
		need(NULL);
	return r->command->run(r);
}

int main(int argc, char **argv)
{
	struct request request;
	enum outcome outcome = OUTCOME_USAGE;

	/* Only the characters: numbers look the same everywhere. */
	setlocale(LC_CTYPE, "");
	if (request_read(&request, argc, argv)) {
		request.environment = copy_environment();
		outcome = run(&request);
		free(request.environment);
	}
	request_free(&request);
	return say_end(outcome);
}
