/*
 * A host of the library that does what it is told, line by line, so that a test can arrange what
 * it wants to see:
 *
 *	record NAME SECONDS [ERROR]	begin NAME	end [ERROR]	flush SECONDS	calls NAME
 *	fork NAME SECONDS (a child records and exits)	exit STATUS	_exit STATUS
 *	title TEXT (written over the arguments and the environment)
 *
 * Each line is answered by one: what the library said.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <profclient.h>

static prof_call open_call;

static const char *or_null(const char *text)
{
	return text[0] == '\0' ? NULL : text;
}

static prof_error in_child(const char *name, double seconds)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0)
		exit(prof_record(name, seconds, NULL));
	waitpid(child, &status, 0);
	return (prof_error)WEXITSTATUS(status);
}

static prof_error print_calls(const char *name)
{
	struct prof_stats *stats;
	prof_error error = prof_get_stats(name, NULL, 10.0, &stats);

	if (error == PROF_OK) {
		printf("%llu ", (unsigned long long)stats->call_count);
		prof_free(stats);
	}
	return error;
}

static char **arguments;

/* As programs do that show a title: the environment moves away first, to make room for it. */
static prof_error set_title(const char *title)
{
	static char *end;
	char *begin = arguments[0];
	size_t count = 0;
	char **moved;

	while (end == NULL && environ[count] != NULL)
		count++;
	if (count > 0) {
		end = environ[count - 1] + strlen(environ[count - 1]) + 1;
		moved = calloc(count + 1, sizeof(*moved));
		for (size_t i = 0; moved != NULL && i < count; i++)
			moved[i] = strdup(environ[i]);
		environ = moved;
	}
	memset(begin, 0, (size_t)(end - begin));
	snprintf(begin, (size_t)(end - begin), "%s", title);
	return PROF_OK;
}

static prof_error obey(const char *order, const char *a, const char *b, const char *c)
{
	if (strcmp(order, "record") == 0)
		return prof_record(a, atof(b), or_null(c));
	if (strcmp(order, "begin") == 0) {
		open_call = prof_call_begin(a);
		return open_call.private_ == NULL ? PROF_NOT_RUNNING : PROF_OK;
	}
	if (strcmp(order, "end") == 0)
		return prof_call_end(open_call, or_null(a));
	if (strcmp(order, "flush") == 0)
		return prof_flush(atof(a));
	if (strcmp(order, "calls") == 0)
		return print_calls(a);
	if (strcmp(order, "fork") == 0)
		return in_child(a, atof(b));
	if (strcmp(order, "title") == 0)
		return set_title(a);
	if (strcmp(order, "exit") == 0)
		exit(atoi(a));
	if (strcmp(order, "_exit") == 0)
		_exit(atoi(a));
	abort();
}

int main(int argc, char **argv)
{
	char line[1024], order[32], a[300], b[300], c[300];

	if (argc == 0)
		return EXIT_FAILURE;
	arguments = argv;
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		order[0] = a[0] = b[0] = c[0] = '\0';
		if (sscanf(line, "%31s %299s %299s %299[^\n]", order, a, b, c) >= 1)
			printf("%s\n", prof_strerror(obey(order, a, b, c)));
	}
	return 0;
}
