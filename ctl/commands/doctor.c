/*
 * profctl doctor: why a program does not show up. Each check has a finding and, unless all is well,
 * what to do about it.
 */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "ctl/base/command.h"
#include "ctl/base/say.h"
#include "ctl/base/units.h"
#include "proto/endpoint.h"
#include "text/fields.h"
#include "text/table.h"

#define CHECKS_MAX 32
#define SLOW_PUSH  60.0 /* seconds between pushes, from which a program seems to be missing */

struct check {
	const char *name, *result;
	const char *finding; /* its own */
	const char *advice;  /* NULL: all is well */
};

struct checkup {
	const struct request *request;
	char endpoint[ENDPOINT_MAX];
	size_t count;
	struct check *checks[CHECKS_MAX], **list;
};

static const char ok[] = "ok", warning[] = "warning", problem[] = "problem";

/* Notes what was found. */
static void __attribute__((__format__(__printf__, 5, 6)))
find(struct checkup *c, const char *name, const char *result, const char *advice,
     const char *format, ...)
{
	struct check *check = need(malloc(sizeof(*check)));
	char *finding = NULL;
	va_list list;

	va_start(list, format);
	need(vasprintf(&finding, format, list) < 0 ? NULL : finding);
	va_end(list);
	*check = (struct check){name, result, finding, advice};
	c->checks[c->count++] = check;
}

/* ---------------------------------------------------------------- before profd is asked */

static const char *variable(const char *name)
{
	const char *value = getenv(name);

	return value == NULL || value[0] == '\0' ? NULL : value;
}

/* False when the library is switched off here. */
static bool check_environment(struct checkup *c)
{
	const char *disable = variable("PROF_DISABLE"), *interval = variable("PROF_INTERVAL");
	bool off = disable != NULL && strcmp(disable, "0") != 0;

	if (off)
		find(c, "environment", problem, "unset PROF_DISABLE where programs are started",
		     "PROF_DISABLE=%s switches the library off", disable);
	if (interval != NULL && strtod(interval, NULL) > SLOW_PUSH)
		find(c, "environment", warning, "unset PROF_INTERVAL, or set it to a second or so",
		     "with PROF_INTERVAL=%s programs push that many seconds apart", interval);
	return !off;
}

/* Both run where an administrator's profd and one's own do: programs find the former. */
static bool is_ambiguous(const char *chosen)
{
	char user[ENDPOINT_MAX], control[ENDPOINT_MAX + 16];
	struct stat status;

	if (strcmp(chosen, ENDPOINT_SYSTEM) != 0 || !endpoint_of_user(user, sizeof(user)))
		return false;
	snprintf(control, sizeof(control), "%s/control", user);
	return stat(control, &status) == 0;
}

static bool check_endpoint(struct checkup *c)
{
	const char *named = variable("PROF_ENDPOINT");
	const char *from = c->request->endpoint != NULL ? "--endpoint" : "PROF_ENDPOINT";

	if (named == NULL && !endpoint_default(c->endpoint, sizeof(c->endpoint))) {
		find(c, "endpoint", problem, "start profd, or set PROF_ENDPOINT",
		     "no " ENDPOINT_SYSTEM "/control, and no runtime folder of this user");
		return false;
	}
	if (named != NULL && !endpoint_parse(c->endpoint, sizeof(c->endpoint), named)) {
		find(c, "endpoint", problem, prof_strerror(PROF_BAD_ENDPOINT), "%s is %s", from,
		     named);
		return false;
	}
	if (named == NULL && is_ambiguous(c->endpoint))
		find(c, "endpoint", warning,
		     "set PROF_ENDPOINT for programs that should push to yours",
		     "the system's profd and one of this user run: " ENDPOINT_SYSTEM " is used");
	else
		find(c, "endpoint", ok, NULL, "%s, from %s", c->endpoint,
		     named != NULL ? from : "the default");
	return true;
}

static bool in_list(const gid_t *list, int count, gid_t group)
{
	for (int i = 0; i < count; i++)
		if (list[i] == group)
			return true;
	return false;
}

/* A group that was joined after the session began is not one of its groups yet. */
static const char *advice_on_group(gid_t group)
{
	const struct passwd *user = getpwuid(geteuid());
	gid_t listed[256];
	int count = 256;

	if (user != NULL && getgrouplist(user->pw_name, user->pw_gid, listed, &count) > 0 &&
	    in_list(listed, count, group))
		return "this user is in the group, but this session is not: log in again";
	return "join the group (adduser USER GROUP), and log in again";
}

static void describe_mode(char *to, size_t room, const char *path, const struct stat *s)
{
	const struct passwd *user = getpwuid(s->st_uid);
	char name[64];
	const struct group *group;

	snprintf(name, sizeof(name), "%s", user == NULL ? "?" : user->pw_name);
	group = getgrgid(s->st_gid);
	snprintf(to, room, "%s has mode %04o, user %s, group %s", path,
		 (unsigned)s->st_mode & 07777, name, group == NULL ? "?" : group->gr_name);
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd, error = 0;

	if (strlen(path) >= sizeof(address.sun_path))
		return ENAMETOOLONG;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return errno;
	strcpy(address.sun_path, path);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		error = errno;
	close(fd);
	return error;
}

static bool check_socket(struct checkup *c, const char *name)
{
	char path[ENDPOINT_MAX + 16], mode[256];
	struct stat status;
	int error;

	snprintf(path, sizeof(path), "%s/%s", c->endpoint, name);
	if (stat(path, &status) != 0) {
		find(c, name, problem,
		     errno == EACCES ? "let this user search the folders on the way to it"
				     : "start profd (systemctl start profd), or correct the "
				       "endpoint",
		     "%s: %s", path, strerror(errno));
		return false;
	}
	describe_mode(mode, sizeof(mode), path, &status);
	error = S_ISSOCK(status.st_mode) ? connect_to(path) : ENOTSOCK;
	if (error == EACCES || error == EPERM)
		find(c, name, problem, advice_on_group(status.st_gid), "%s: %s", mode,
		     strerror(error));
	else if (error == ECONNREFUSED)
		find(c, name, problem, "start profd: it ended and left the socket behind", "%s: %s",
		     path, strerror(error));
	else if (error != 0)
		find(c, name, problem, "look at profd's log", "%s: %s", path, strerror(error));
	else
		find(c, name, ok, NULL, "%s", mode);
	return error == 0;
}

static bool check_keys(struct checkup *c)
{
	if (variable("PROF_KEY") != NULL && variable("PROF_SERVER_KEY") != NULL)
		return true;
	find(c, "keys", problem, "set both; see profctl keygen and docs/operations.md",
	     "tcp:// needs PROF_KEY and PROF_SERVER_KEY");
	return false;
}

/* ---------------------------------------------------------------- profd's word */

static const char *advice_on(prof_error error)
{
	switch (error) {
	case PROF_DENIED:
		return "see [access] in profd.conf(5) for who may push and ask";
	case PROF_WRONG_VERSION:
		return "install the same version of profd and of libprofclient";
	case PROF_BAD_KEY:
	case PROF_NO_HANDSHAKE:
		return "compare the keys of both sides: see profctl keygen";
	case PROF_TIMEOUT:
	case PROF_BUSY:
		return "try a longer --timeout; look at profd's log and at the load of its machine";
	default:
		return "look at profd's log; PROF_DEBUG=1 says what the library does";
	}
}

static void find_error(struct checkup *c, const char *name, const char *what, prof_error error)
{
	const char *reason = prof_reason();

	find(c, name, problem, advice_on(error), "%s: %s%s%s", what, prof_strerror(error),
	     reason[0] == '\0' ? "" : ": ", reason);
}

/* With a push that tells nothing. */
static void check_pushing(struct checkup *c)
{
	prof_error error = prof_flush(c->request->timeout);

	if (error == PROF_OK)
		find(c, "pushing", ok, NULL, "this user may push");
	else
		find_error(c, "pushing", "this user cannot push", error);
}

static const struct prof_fact *fact(const struct prof_status *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->facts[i]->name, name) == 0)
			return s->facts[i];
	return NULL;
}

/* What is wrong as soon as it is not 0. */
static const struct {
	const char *name, *what, *advice;
} faults[] = {
	{"pushes_refused", "pushes were refused", "profd's log says whose, and why"},
	{"denied", "pushes and questions were denied", "see [access] in profd.conf(5)"},
	{"keys_refused", "connections came with a key that is not known",
	 "see [tcp] client_keys in profd.conf(5)"},
	{"connections_refused_user", "connections were refused: too many of one user",
	 "see user_connections in profd.conf(5)"},
	{"connections_refused_full", "connections were refused: no descriptors left",
	 "raise profd's LimitNOFILE"},
	{"functions_collapsed", "standings are counted in (other)",
	 "raise functions under [limits] in profd.conf(5)"},
	{"processes_cut_off", "processes ended without a goodbye: what they recorded last is lost",
	 "call prof_end() before _exit and exec"},
	{"history_shortened", "rows of history were deleted before their time",
	 "raise database_size in profd.conf(5)"},
};

static void check_facts(struct checkup *c, const struct prof_status *s)
{
	const struct prof_fact *version = fact(s, "version"), *disk = fact(s, "disk");
	const struct prof_fact *file = fact(s, "database");
	const struct prof_fact *age = fact(s, "policy_age"), *slow = fact(s, "slow_calls");
	char text[UNITS_ROOM], figure[UNITS_ROOM];

	if (version != NULL && strcmp(version->text, prof_version()) != 0)
		find(c, "version", warning, "install the same version of both",
		     "profd is %s, profctl and its library %s", version->text, prof_version());
	else if (version != NULL)
		find(c, "version", ok, NULL, "profd is %s, as profctl and its library",
		     version->text);
	if (disk != NULL && strcmp(disk->text, "ok") != 0)
		find(c, "disk", problem, "make room, or mend the disk; nothing is lost meanwhile",
		     "the database cannot be written: %s", disk->text);
	else if (file != NULL)
		find(c, "disk", ok, NULL, "the database %s is written", file->text);
	if (age != NULL && slow != NULL)
		find(c, "policy", ok, NULL,
		     "thresholds of slow calls last changed %s ago; %s calls were slow",
		     units_seconds(text, age->real), units_count(figure, slow->number));
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		const struct prof_fact *f = fact(s, faults[i].name);

		if (f != NULL && f->number != 0)
			find(c, faults[i].name, warning, faults[i].advice,
			     "%s %s since profd started", units_count(figure, f->number),
			     faults[i].what);
	}
}

static bool check_asking(struct checkup *c)
{
	struct prof_status *status;
	prof_error error = prof_get_status(c->request->timeout, &status);

	if (error != PROF_OK) {
		find_error(c, "asking", "profd does not answer", error);
		return false;
	}
	find(c, "asking", ok, NULL, "this user may ask");
	check_facts(c, status);
	prof_free(status);
	return true;
}

/* ---------------------------------------------------------------- the program */

/* Whether the program is among those that profd knows. */
static bool is_known(struct checkup *c, const char *program, const struct prof_program_list *list)
{
	struct near near;

	near_init(&near, program);
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->programs[i]->name, program) == 0)
			return true;
		near_offer(&near, list->programs[i]->name);
	}
	find(c, "program", problem,
	     "run it with PROF_DEBUG=1: it says which profd it looks for, and why it does not push",
	     "profd has never heard of '%s'%s%s%s", program, near.count == 0 ? "" : ", but of '",
	     near.count == 0 ? "" : near.found[0], near.count == 0 ? "" : "'");
	return false;
}

static void check_losses(struct checkup *c, uint64_t dropped, uint64_t collapsed)
{
	char figure[UNITS_ROOM];

	if (dropped != 0)
		find(c, "program", warning,
		     "raise the thresholds of slow calls; statistics have them all the same",
		     "%s slow or failed calls were too many to list", units_count(figure, dropped));
	if (collapsed != 0)
		find(c, "program", warning, "use fewer names: routes, not requests",
		     "%s calls had too many paths and are counted in a shorter one",
		     units_count(figure, collapsed));
}

static void check_processes(struct checkup *c, const struct prof_process_list *list,
			    const char *program)
{
	uint64_t dropped = 0, collapsed = 0, calls = 0;
	size_t known = 0, living = 0, silent = 0;
	char ago[UNITS_ROOM], figure[UNITS_ROOM];
	double heard = 0.0;

	for (size_t i = 0; i < list->count; i++) {
		const struct prof_process *p = list->processes[i];

		if (!view_process_fits(p, program))
			continue;
		known++;
		living += !p->ended;
		silent += !p->ended && !p->connected;
		heard = p->pushed > heard ? p->pushed : heard;
		calls += p->calls;
		dropped += p->events_dropped;
		collapsed += p->calls_collapsed;
	}
	if (known == 0) {
		find(c, "program", ok, NULL,
		     "no process of it runs, or did so in the last minutes");
		return;
	}
	units_seconds(ago, difftime(time(NULL), (time_t)heard));
	find(c, "program", ok, NULL, "%zu of %zu processes run; last push %s ago, %s calls", living,
	     known, ago, units_count(figure, calls));
	if (silent != 0)
		find(c, "program", warning,
		     "they have nothing to push, are stopped, or cannot reach profd: run one with "
		     "PROF_DEBUG=1",
		     "%zu processes are silent", silent);
	check_losses(c, dropped, collapsed);
}

static void check_program(struct checkup *c, const char *program)
{
	struct prof_program_list *programs;
	struct prof_process_list *processes;
	prof_error error = prof_get_programs(c->request->timeout, &programs);
	bool known;

	if (error == PROF_OK) {
		known = is_known(c, program, programs);
		prof_free(programs);
		if (!known)
			return;
		error = prof_get_processes(c->request->timeout, &processes);
	}
	if (error != PROF_OK) {
		find_error(c, "program", "profd does not answer", error);
		return;
	}
	check_processes(c, processes, program);
	prof_free(processes);
}

/* ---------------------------------------------------------------- the report */

static void examine(struct checkup *c)
{
	bool on = check_environment(c), tcp, asked;

	if (!check_endpoint(c))
		return;
	tcp = endpoint_is_tcp(c->endpoint);
	if (tcp && !check_keys(c))
		return;
	if ((tcp || check_socket(c, "records")) && on)
		check_pushing(c);
	asked = (tcp || check_socket(c, "control")) && check_asking(c);
	if (asked && c->request->operand_count > 0)
		check_program(c, c->request->operands[0]);
}

static bool has_problem(const struct checkup *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->checks[i]->result == problem)
			return true;
	return false;
}

static const struct field check[] = {
	FIELD("check", check, name),
	FIELD("result", check, result),
	FIELD("finding", check, finding),
	FIELD("advice", check, advice),
	{0},
};

static const struct field checkup[] = {
	FIELD_LIST("checks", checkup, list, check),
	{0},
};

static void print(const struct checkup *c)
{
	static const struct column columns[] = {
		{NULL, SIDE_LEFT, false}, {NULL, SIDE_LEFT, false}, {NULL, SIDE_LEFT, false}};
	struct table *t = table_new(columns, 3);

	for (size_t i = 0; i < c->count; i++) {
		table_cell(t, c->checks[i]->result);
		table_cell(t, c->checks[i]->name);
		table_name(t, c->checks[i]->finding);
		if (c->checks[i]->advice == NULL)
			continue;
		table_cell(t, "");
		table_cell(t, "");
		table_name(t, c->checks[i]->advice);
	}
	/* Whole sentences, however narrow the terminal is. */
	need(table_print(t, stdout, 0) ? t : NULL);
	table_free(t);
}

enum outcome run_doctor(const struct request *r)
{
	struct checkup c = {.request = r, .list = c.checks};
	enum outcome outcome;

	examine(&c);
	if (r->json)
		fields_object(JSON_ANSWER, NULL, checkup, &c);
	else
		print(&c);
	outcome = has_problem(&c) ? OUTCOME_NO : OUTCOME_DONE;
	while (c.count > 0) {
		free((char *)c.checks[--c.count]->finding);
		free(c.checks[c.count]);
	}
	return outcome;
}
