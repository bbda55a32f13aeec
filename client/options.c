/*
 * Options and environment. The environment is read where it is needed: a host may set it before its
 * first call.
 */
#include "client/options.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/guard.h"
#include "proto/limits.h"
#include "proto/name.h"
#include "proto/place.h"

#define DEFAULT_INTERVAL  1.0
#define LEAST_INTERVAL	  0.01
#define LONGEST_INTERVAL  3600.0
#define DEFAULT_EXIT_WAIT 1.0

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	char program[PROF_NAME_MAX + 1];
	char folder[PLACE_PATH_MAX];
	double interval, exit_wait;
} chosen;

prof_error options_set(const struct prof_options *o)
{
	char folder[PLACE_PATH_MAX] = "";
	struct guard guard;

	if (o == NULL || o->size < sizeof(*o))
		return PROF_BAD_ARGUMENT;
	if (o->program != NULL && !name_is_valid(o->program, strlen(o->program)))
		return PROF_BAD_NAME;
	if (o->endpoint != NULL && !place_of_endpoint(folder, sizeof(folder), o->endpoint))
		return PROF_BAD_ENDPOINT;
	if (!isfinite(o->push_interval) || o->push_interval < 0 || !isfinite(o->exit_wait))
		return PROF_BAD_VALUE;
	guard_begin(&guard);
	pthread_mutex_lock(&lock);
	strcpy(chosen.program, o->program == NULL ? "" : o->program);
	strcpy(chosen.folder, folder);
	chosen.interval = o->push_interval;
	chosen.exit_wait = o->exit_wait;
	pthread_mutex_unlock(&lock);
	guard_end(&guard);
	return PROF_OK;
}

bool options_disabled(void)
{
	const char *value = secure_getenv("PROF_DISABLE");

	return value != NULL && value[0] != '\0' && strcmp(value, "0") != 0;
}

bool options_plain_clock(void)
{
	const char *value = secure_getenv("PROF_CLOCK");

	return value != NULL && strcmp(value, "monotonic") == 0;
}

prof_error options_folder(char *to, size_t room)
{
	const char *endpoint = secure_getenv("PROF_ENDPOINT");
	bool found;

	if (endpoint != NULL && endpoint[0] != '\0')
		return place_of_endpoint(to, room, endpoint) ? PROF_OK : PROF_BAD_ENDPOINT;
	pthread_mutex_lock(&lock);
	found = chosen.folder[0] != '\0' && strlen(chosen.folder) < room;
	if (found)
		strcpy(to, chosen.folder);
	pthread_mutex_unlock(&lock);
	return found || place_default(to, room) ? PROF_OK : PROF_UNREACHABLE;
}

void options_program(char *to, size_t room)
{
	const char *name = secure_getenv("PROF_PROGRAM");

	if (name != NULL && name_is_valid(name, strlen(name))) {
		name_copy(to, room, name, strlen(name));
		return;
	}
	pthread_mutex_lock(&lock);
	name = chosen.program[0] != '\0' ? chosen.program : program_invocation_short_name;
	name_copy(to, room, name, strlen(name));
	pthread_mutex_unlock(&lock);
	if (to[0] == '\0')
		name_copy(to, room, "(unnamed)", 9);
}

/* A variable that holds a number of seconds; `otherwise` when it is unset or makes no sense. */
static double seconds_of(const char *variable, double otherwise)
{
	const char *value = secure_getenv(variable);
	static locale_t plain; /* the host's may have a comma in its numbers */
	char *end;
	double seconds;

	if (value == NULL || value[0] == '\0')
		return otherwise;
	if (plain == NULL)
		plain = newlocale(LC_ALL_MASK, "C", NULL);
	if (plain == NULL)
		return otherwise;
	seconds = strtod_l(value, &end, plain);
	return *end == '\0' && isfinite(seconds) ? seconds : otherwise;
}

double options_interval(void)
{
	double interval;

	pthread_mutex_lock(&lock);
	interval = chosen.interval;
	pthread_mutex_unlock(&lock);
	interval = seconds_of("PROF_INTERVAL", interval);
	return interval <= 0.0		     ? DEFAULT_INTERVAL
	       : interval < LEAST_INTERVAL   ? LEAST_INTERVAL
	       : interval > LONGEST_INTERVAL ? LONGEST_INTERVAL
					     : interval;
}

double options_exit_wait(void)
{
	double wait;

	pthread_mutex_lock(&lock);
	wait = chosen.exit_wait;
	pthread_mutex_unlock(&lock);
	wait = seconds_of("PROF_EXIT_WAIT", wait == 0.0 ? DEFAULT_EXIT_WAIT : wait);
	return wait < 0.0 ? 0.0 : wait;
}

void options_lock(void)
{
	pthread_mutex_lock(&lock);
}

void options_unlock(void)
{
	pthread_mutex_unlock(&lock);
}
