/*
 * Options and environment. The environment is read where it is needed: a host may set it before its
 * first call.
 */
#include "client/base/options.h"

#include <errno.h>
#include <locale.h>
#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "client/base/build_id.h"
#include "client/base/debug.h"
#include "client/base/error.h"
#include "client/base/guard.h"
#include "client/base/sized.h"
#include "proto/limits.h"
#include "proto/name.h"
#include "proto/endpoint.h"

#define DEFAULT_INTERVAL  1.0
#define LEAST_INTERVAL	  0.01
#define LONGEST_INTERVAL  3600.0
#define DEFAULT_EXIT_WAIT 1.0

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	char program[PROF_NAME_MAX + 1];
	char folder[ENDPOINT_MAX];
	char key[PATH_MAX], server_key[PATH_MAX];
	double interval, exit_wait;
} chosen;

static bool is_path(const char *text)
{
	return text == NULL || (text[0] != '\0' && strlen(text) < PATH_MAX);
}

static bool has_value(const char *variable)
{
	const char *value = secure_getenv(variable);

	return value != NULL && value[0] != '\0';
}

/* Whether there is something to look for keys in; what is in it shows when they are needed. */
static bool names_keys(const struct prof_options *o)
{
	return is_path(o->key) && is_path(o->server_key) &&
	       (o->key != NULL || has_value("PROF_KEY")) &&
	       (o->server_key != NULL || has_value("PROF_SERVER_KEY"));
}

prof_error options_set(const struct prof_options *options)
{
	struct prof_options all = PROF_OPTIONS_INIT;
	const struct prof_options *o = &all;
	char folder[ENDPOINT_MAX] = "";
	struct guard guard;
	prof_error error = sized_read(&all, exit_wait, options);

	if (error != PROF_OK || options == NULL)
		return error != PROF_OK ? error : PROF_BAD_ARGUMENT;
	if (o->program != NULL && !name_is_valid(o->program, strlen(o->program)))
		return PROF_BAD_NAME;
	if (o->endpoint != NULL && !endpoint_parse(folder, sizeof(folder), o->endpoint))
		return PROF_BAD_ENDPOINT;
	if (endpoint_is_tcp(folder) && !names_keys(o))
		return PROF_BAD_KEY;
	if (!isfinite(o->push_interval) || o->push_interval < 0 || !isfinite(o->exit_wait))
		return PROF_BAD_VALUE;
	guard_begin(&guard);
	pthread_mutex_lock(&lock);
	strcpy(chosen.program, o->program == NULL ? "" : o->program);
	strcpy(chosen.folder, folder);
	strcpy(chosen.key, o->key == NULL ? "" : o->key);
	strcpy(chosen.server_key, o->server_key == NULL ? "" : o->server_key);
	chosen.interval = o->push_interval;
	chosen.exit_wait = o->exit_wait;
	pthread_mutex_unlock(&lock);
	guard_end(&guard);
	return PROF_OK;
}

bool options_disabled(void)
{
	const char *value = secure_getenv("PROF_DISABLE");
	bool disabled = value != NULL && value[0] != '\0' && strcmp(value, "0") != 0;

	if (disabled)
		debug_say(DEBUG_START, "switched off by PROF_DISABLE=%s: nothing is counted",
			  value);
	return disabled;
}

static prof_error named_folder(char *to, size_t room, const char *endpoint)
{
	bool sound = endpoint_parse(to, room, endpoint);

	debug_say(DEBUG_ENDPOINT, "PROF_ENDPOINT is %s%s%s", endpoint, sound ? "" : ", but ",
		  sound ? "" : error_text(PROF_BAD_ENDPOINT));
	return sound ? PROF_OK : PROF_BAD_ENDPOINT;
}

static prof_error default_folder(char *to, size_t room)
{
	if (!endpoint_default(to, room)) {
		debug_say(DEBUG_ENDPOINT,
			  "there is no endpoint: no " ENDPOINT_SYSTEM "/control, and no runtime "
			  "folder of this user; set PROF_ENDPOINT");
		return PROF_UNREACHABLE;
	}
	debug_say(DEBUG_ENDPOINT, "the endpoint is ipc://%s by default: %s", to,
		  strcmp(to, ENDPOINT_SYSTEM) == 0
			  ? "the system's profd"
			  : "this user's, since there is no " ENDPOINT_SYSTEM "/control");
	return PROF_OK;
}

prof_error options_folder(char *to, size_t room)
{
	const char *endpoint = secure_getenv("PROF_ENDPOINT");
	bool found;

	if (endpoint != NULL && endpoint[0] != '\0')
		return named_folder(to, room, endpoint);
	pthread_mutex_lock(&lock);
	found = chosen.folder[0] != '\0' && strlen(chosen.folder) < room;
	if (found)
		strcpy(to, chosen.folder);
	pthread_mutex_unlock(&lock);
	if (!found)
		return default_folder(to, room);
	debug_say(DEBUG_ENDPOINT, "the endpoint is %s%s, given to prof_init",
		  endpoint_is_tcp(to) ? "" : "ipc://", to);
	return PROF_OK;
}

/* The value of the variable, else the option. */
static bool copy_key(char to[PATH_MAX], const char *variable, const char *option)
{
	const char *value = secure_getenv(variable);
	int length;

	options_lock();
	if (value == NULL || value[0] == '\0')
		value = option;
	length = snprintf(to, PATH_MAX, "%s", value);
	options_unlock();
	return length > 0 && length < PATH_MAX;
}

prof_error options_keys(struct key *own, char server[KEY_TEXT + 1])
{
	char file[PATH_MAX], text[PATH_MAX], why[128];
	struct key theirs = {0};

	if (!copy_key(file, "PROF_KEY", chosen.key) ||
	    !copy_key(text, "PROF_SERVER_KEY", chosen.server_key)) {
		debug_say(DEBUG_LINK, "PROF_KEY or PROF_SERVER_KEY is missing: tcp:// needs both");
		return PROF_BAD_KEY;
	}
	if (key_is_valid(text) && text[0] != '/') {
		strcpy(theirs.public_key, text);
	} else if (!key_read(&theirs, text, false, why, sizeof(why))) {
		debug_say(DEBUG_LINK, "the key in PROF_SERVER_KEY cannot be read: %s", why);
		return PROF_BAD_KEY;
	}
	if (!key_read(own, file, true, why, sizeof(why))) {
		debug_say(DEBUG_LINK, "the key in the file of PROF_KEY cannot be read: %s", why);
		return PROF_BAD_KEY;
	}
	strcpy(server, theirs.public_key);
	explicit_bzero(&theirs, sizeof(theirs));
	return PROF_OK;
}

static char executable[PROF_NAME_MAX + 1];

/*
 * The name of the executable's file, read when the library is loaded: later the program may have
 * written a title over its arguments and environment, confined itself, or had its file replaced.
 * Without /proc, the name it was started by has to do.
 */
__attribute__((constructor)) static void find_executable(void)
{
	static const char replaced[] = " (deleted)";
	char path[PATH_MAX];
	ssize_t size = readlink("/proc/self/exe", path, sizeof(path) - 1);
	const char *started = (const char *)getauxval(AT_EXECFN), *name;

	if (size <= 0) {
		snprintf(path, sizeof(path), "%s", started != NULL ? started : "");
		size = (ssize_t)strlen(path);
	}
	path[size] = '\0';
	if ((size_t)size > strlen(replaced) &&
	    strcmp(path + size - strlen(replaced), replaced) == 0)
		path[(size_t)size - strlen(replaced)] = '\0';
	name = strrchr(path, '/');
	name = name == NULL ? path : name + 1;
	name_copy(executable, sizeof(executable), name, strlen(name));
}

/* What a letter behind a % stands for; NULL: nothing. */
static const char *stands_for(char letter, char id[BUILD_ID_ROOM])
{
	switch (letter) {
	case 'n':
		return executable;
	case 'b':
		return build_id(id);
	case '%':
		return "%";
	default:
		return NULL;
	}
}

/* The name with all that stands for something put in. */
static void expand(char *to, size_t room, const char *name)
{
	char id[BUILD_ID_ROOM];
	size_t used = 0;

	while (*name != '\0') {
		size_t plain = strcspn(name, "%");
		const char *text = plain == 0 ? stands_for(name[1], id) : NULL;

		if (text != NULL) {
			used += name_copy(to + used, room - used, text, strlen(text));
			name += 2;
			continue;
		}
		plain = plain == 0 ? 1 : plain;
		used += name_copy(to + used, room - used, name, plain);
		name += plain;
	}
	to[used] = '\0';
}

void options_program(char *to, size_t room)
{
	const char *name = secure_getenv("PROF_PROGRAM");

	if (name != NULL && name_is_valid(name, strlen(name))) {
		expand(to, room, name);
		return;
	}
	pthread_mutex_lock(&lock);
	expand(to, room, chosen.program[0] != '\0' ? chosen.program : "%n");
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
