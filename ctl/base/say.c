/*
 * Saying things so that people, scripts and full disks are all served.
 */
#include "ctl/base/say.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/message.h"
#include "proto/endpoint.h"
#include "view/json.h"

void complain(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	message_list("profctl", format, list);
	va_end(list);
}

void complain_near(const struct near *near, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	message_list("profctl", format, list);
	va_end(list);
	message_suggest(near);
}

void *need(void *memory)
{
	if (memory == NULL) {
		complain("out of memory");
		exit(OUTCOME_TROUBLE);
	}
	return memory;
}

void say_table(struct table *t)
{
	need(table_print(t, stdout, table_terminal_width(stdout)) ? t : NULL);
	table_free(t);
}

void say_count(const char *name, uint64_t count)
{
	struct writer *w = JSON_ANSWER;

	writer_object(w, NULL);
	writer_count(w, name, count);
	writer_end(w);
}

static enum outcome outcome_of(prof_error error)
{
	switch (error) {
	case PROF_OK:
		return OUTCOME_DONE;
	case PROF_NOT_FOUND:
		return OUTCOME_NO;
	case PROF_BAD_ARGUMENT:
	case PROF_BAD_NAME:
	case PROF_BAD_VALUE:
	case PROF_BAD_ENDPOINT:
	case PROF_BAD_KEY:
	case PROF_NO_CALL:
	case PROF_BAD_OPTION:
		return OUTCOME_USAGE;
	case PROF_NO_MEMORY:
	case PROF_TOO_MUCH:
	case PROF_BUSY:
	case PROF_STOPPED:
		return OUTCOME_TROUBLE;
	case PROF_NOT_RUNNING:
	case PROF_UNREACHABLE:
	case PROF_TIMEOUT:
	case PROF_DENIED:
	case PROF_WRONG_VERSION:
	case PROF_BAD_ANSWER:
	case PROF_NO_CURVE:
	case PROF_INTERRUPTED:
	case PROF_NO_HANDSHAKE:
		break;
	}
	return OUTCOME_NO_PROFD;
}

/* Where profd was looked for, for the message. */
static const char *where(char *to, size_t room, const struct request *r)
{
	const char *endpoint = r->endpoint != NULL ? r->endpoint : getenv("PROF_ENDPOINT");
	char folder[ENDPOINT_MAX];

	if (endpoint != NULL && endpoint[0] != '\0')
		snprintf(to, room, "%s", endpoint);
	else if (endpoint_default(folder, sizeof(folder)))
		snprintf(to, room, "ipc://%s", folder);
	else
		snprintf(to, room, "ipc://%s", ENDPOINT_SYSTEM);
	return to;
}

enum outcome say_failure(const struct request *r, prof_error error)
{
	enum outcome outcome = outcome_of(error);
	char endpoint[512];

	if (outcome == OUTCOME_NO_PROFD || error == PROF_BAD_ENDPOINT)
		complain("%s: %s", where(endpoint, sizeof(endpoint), r), prof_strerror(error));
	else
		complain("%s", prof_strerror(error));
	if (prof_reason()[0] != '\0')
		complain("profd says: %s", prof_reason());
	if (error == PROF_DENIED)
		fprintf(stderr, "See profd.conf(5) for who may push, ask and clear\n");
	if (r->json)
		view_error(JSON_ANSWER, prof_strerror(error));
	return outcome;
}

enum outcome say_missing(const struct request *r, const char *name)
{
	struct prof_filter filter = {
		.size = sizeof(filter), .program = r->program, .order = PROF_BY_CALLS};
	struct prof_stats_list *list = NULL;
	struct near near;

	near_init(&near, name);
	if (prof_get_all_stats(&filter, r->timeout, &list) == PROF_OK)
		for (size_t i = 0; i < list->count; i++)
			near_offer(&near, list->functions[i]->function_name);
	if (r->program != NULL)
		complain_near(&near, "no calls of function '%s' by program '%s'", name, r->program);
	else
		complain_near(&near, "unknown function '%s'", name);
	if (r->json)
		view_missing(JSON_ANSWER, &near);
	prof_free(list);
	return OUTCOME_NO;
}

enum outcome say_backwards(void)
{
	complain("--since must be earlier than --until (default: now)");
	return OUTCOME_USAGE;
}

bool say_can_ask(const struct request *r)
{
	bool can = r->yes || isatty(STDIN_FILENO);

	if (!can)
		complain("%s requires --yes when there is no terminal to ask on", r->command->name);
	return can;
}

enum outcome say_ask(void)
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

/* Whoever closed the pipe has seen enough; that is no trouble. */
enum outcome say_end(enum outcome outcome)
{
	int failed;

	errno = 0;
	failed = ferror(stdout);
	if (fclose(stdout) == 0 && !failed)
		return outcome;
	if (errno == EPIPE)
		return outcome;
	complain("cannot write the answer: %s", errno == 0 ? "unknown error" : strerror(errno));
	return OUTCOME_TROUBLE;
}
