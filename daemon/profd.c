/*
 * All parts of the daemon in one struct: opened in the order in which they depend on each other,
 * served by one poll, closed the other way round.
 */
#include <config.h>

#include "daemon/profd.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "daemon/alert.h"
#include "daemon/clock.h"
#include "daemon/commit.h"
#include "daemon/control.h"
#include "daemon/refusals.h"
#include "daemon/folder.h"
#include "daemon/frames.h"
#include "daemon/keys.h"
#include "daemon/log.h"
#include "daemon/notify.h"
#include "daemon/options.h"
#include "daemon/policy.h"
#include "daemon/reader.h"
#include "daemon/records.h"
#include "daemon/sandbox.h"
#include "daemon/settings.h"
#include "daemon/silence.h"
#include "daemon/signals.h"
#include "daemon/status.h"
#include "daemon/store.h"

#define EXIT_FAILED 1
#define EXIT_USAGE  2

/* A turn of the loop takes so many questions, then so many pushes: a question never waits for more
 * pushes than that. */
#define QUESTIONS_A_TURN 64
#define PUSHES_A_TURN	 32

/* At the end: how long arriving pushes are taken in, and how long the disk may take for them. */
#define DRAIN_NS  (1 * CLOCK_SECOND)
#define FINISH_NS (10 * CLOCK_SECOND)

struct profd {
	const struct options *options;
	struct config config;
	struct policy policy;
	struct keys *keys; /* NULL: nobody may come over tcp */
	struct ledger *ledger;
	struct store *store;
	struct reader *reader;
	struct alerts *alerts;
	struct server *server;
	struct commit commit;
	struct refusals refusals;
	struct records records;
	struct control control;
	struct silence silence;
	int signals;
	const char *sandbox; /* what was given up */
	int64_t started_ns, watchdog_ns, fed_ns;
	int64_t policy_ns; /* when the thresholds last changed */
	bool ending, large;
};

/* -------------------------------------------------------------- opening */

static int fail(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int fail(int status, const char *format, ...)
{
	char text[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	log_line(LOG_ERR, text);
	return status;
}

static int open_store(struct profd *p)
{
	const char *path = p->config.database;
	gid_t group = folder_group(p->config.group);
	struct ledger_limits limits;
	char why[512] = "";

	if (!folder_make_for(path, folder_is_system() ? 0750 : 0700, group, why, sizeof(why)))
		return fail(EXIT_FAILED, "%s", why);
	settings_limit(&limits, &p->config);
	p->ledger = ledger_new(&limits);
	if (p->ledger == NULL)
		return fail(EXIT_FAILED, "no memory");
	switch (store_open(&p->store, path, p->ledger, why, sizeof(why))) {
	case STORE_OPENED:
		return 0;
	case STORE_CREATED:
		log_write(LOG_NOTICE, "a new database is begun: %s", path);
		return 0;
	case STORE_SET_ASIDE:
		log_write(LOG_WARNING, "%s", why);
		return 0;
	case STORE_NEWER:
		return fail(EXIT_USAGE, "%s", why);
	case STORE_BUSY:
	case STORE_FAILED:
		break;
	}
	return fail(EXIT_FAILED, "%s", why);
}

/* The lock comes before the sockets: libzmq would take them away from another profd in silence. */
static int open_server(struct profd *p)
{
	const struct config *c = &p->config;
	struct server_options o = {
		.folder = c->runtime_dir,
		.size_max = {c->push_size, PROF_QUESTION_SIZE_MAX},
	};
	char why[512] = "";

	settings_file(o.file, c);
	if (settings_tcp(&o, c)) {
		p->keys = keys_read(c->tcp_client_keys, why, sizeof(why));
		if (p->keys == NULL)
			return fail(EXIT_FAILED, "%s", why);
		o.keys = p->keys;
	}
	accept_guard(&(struct accept_limits){.connections = c->user_connections,
					     .tcp = c->tcp_connections,
					     .address = c->tcp_address_connections,
					     .share = c->user_share,
					     .message = 2 * c->push_size + FRAMES_HEAD,
					     .waiting = c->user_waiting});
	if (!notify_sockets(server_endpoint_names, o.fd, SERVER_ENDPOINTS, why, sizeof(why)) ||
	    !folder_make(c->runtime_dir, folder_is_system() ? 0755 : 0700, (gid_t)-1, why,
			 sizeof(why)) ||
	    !folder_lock(c->runtime_dir, why, sizeof(why)) ||
	    !server_open(&p->server, &o, why, sizeof(why)))
		return fail(EXIT_FAILED, "%s", why);
	return 0;
}

static void write_alert(void *context, const char *line)
{
	(void)context;
	log_line(LOG_WARNING, line);
}

/* Lends the parts to each other. */
static int connect_parts(struct profd *p)
{
	const struct config *c = &p->config;

	p->alerts = alerts_new(write_alert, NULL, c->alerts);
	if (p->alerts == NULL || !policy_init(&p->policy, c, NULL, clock_wall()))
		return fail(EXIT_FAILED, "no memory");
	commit_init(&p->commit, p->ledger, p->store, (int64_t)c->commit_interval);
	silence_init(&p->silence, p->ledger, &p->commit, (int64_t)c->silence);
	records_init(&p->records, c->processes);
	control_init(&p->control);
	p->records.server = p->server;
	p->records.ledger = p->ledger;
	p->records.commit = &p->commit;
	p->records.alerts = p->alerts;
	p->records.refusals = &p->refusals;
	p->records.access = &p->config.push;
	p->records.policy = &p->policy;
	p->records.keys = p->control.keys = p->keys;
	p->control.server = p->server;
	p->control.ledger = p->ledger;
	p->control.commit = &p->commit;
	p->control.refusals = &p->refusals;
	p->control.reader = p->reader;
	p->control.may_ask = &p->config.ask;
	p->control.may_clear = &p->config.clear;
	return 0;
}

static int open_reader(struct profd *p)
{
	char why[512];

	p->reader = reader_start(p->config.database, why, sizeof(why));
	return p->reader == NULL ? fail(EXIT_FAILED, "%s", why) : 0;
}

/* Before any thread is started and the database is read, and after the users of the configuration
 * were looked up for the first time, which may load code. */
static void give_up(struct profd *p)
{
	char why[200];

	if (p->config.sandbox == 0)
		return;
	p->sandbox =
		sandbox_enter(p->config.tcp_address != NULL && p->config.tcp_address[0] != '\0',
			      why, sizeof(why));
	if (why[0] != '\0')
		log_write(LOG_WARNING, "%s", why);
}

static int open_parts(struct profd *p)
{
	struct config_error error;
	char file[4096];
	int status;

	if (!settings_read(&p->config, p->options, file, &error))
		return fail(EXIT_USAGE, "%s", error.text);
	give_up(p);
	p->signals = signals_open();
	if (p->signals < 0)
		return fail(EXIT_FAILED, "cannot receive signals: %s", strerror(errno));
	status = open_store(p);
	if (status == 0)
		status = open_reader(p);
	if (status == 0)
		status = open_server(p);
	if (status == 0)
		status = connect_parts(p);
	if (status == 0 && !store_start(p->store))
		status = fail(EXIT_FAILED, "cannot start the thread that writes");
	return status;
}

int profd_open(struct profd **profd, const struct options *options)
{
	struct profd *p = calloc(1, sizeof(*p));
	int status;

	if (p == NULL)
		return fail(EXIT_FAILED, "no memory");
	p->options = options;
	p->signals = -1;
	p->sandbox = SANDBOX_OFF;
	p->started_ns = p->policy_ns = clock_monotonic();
	status = open_parts(p);
	if (status != 0) {
		profd_close(p);
		return status;
	}
	*profd = p;
	return 0;
}

int profd_check(const struct options *options)
{
	struct config_error error;
	struct config config;
	char file[4096];

	if (!settings_read(&config, options, file, &error))
		return fail(EXIT_USAGE, "%s", error.text);
	printf("%s: good\n", file[0] == '\0' ? "the defaults (there is no configuration)" : file);
	config_deinit(&config);
	return 0;
}

void profd_close(struct profd *p)
{
	if (p == NULL)
		return;
	alerts_free(p->alerts);
	records_deinit(&p->records);
	control_deinit(&p->control);
	server_close(p->server);
	if (p->commit.refused != NULL)
		ledger_discard(p->ledger, p->commit.refused);
	reader_end(p->reader);
	if (p->store != NULL)
		store_close(p->store);
	ledger_free(p->ledger);
	policy_deinit(&p->policy);
	keys_free(p->keys);
	config_deinit(&p->config);
	if (p->signals >= 0)
		close(p->signals);
	free(p);
	log_close();
}

/* --------------------------------------------------------------- status */

static void fill_status(struct profd *p, struct status *s)
{
	*s = (struct status){
		.version = PACKAGE_VERSION,
		.database = p->config.database,
		.sandbox = p->sandbox,
		.disk = p->commit.failing ? p->commit.why : "ok",
		.uptime = (double)(clock_monotonic() - p->started_ns) * 1e-9,
		.policy_age = (double)(clock_monotonic() - p->policy_ns) * 1e-9,
		.denied = p->records.denied + p->control.denied,
		.questions = p->control.questions,
		.log_lost = log_lost(),
	};
	ledger_count(p->ledger, &s->ledger);
	store_count(p->store, &s->store);
	server_count(p->server, &s->server);
	accept_count(&s->accept);
	alerts_count(p->alerts, &s->alerts);
	reader_count(p->reader, &s->reader);
	s->bad[SERVER_RECORDS] = s->server.bad[SERVER_RECORDS] + p->records.bad;
	s->bad[SERVER_CONTROL] = s->server.bad[SERVER_CONTROL] + p->control.bad;
	status_measure(s);
}

/* Said once when the database grows beyond the size that was configured, and again only after it
 * was smaller. */
static void watch_size(struct profd *p)
{
	struct store_counts counts;
	bool large;

	store_count(p->store, &counts);
	large = counts.bytes > p->config.database_size;
	if (large && !p->large)
		log_write(LOG_WARNING, "the database has grown to %llu bytes: %s",
			  (unsigned long long)counts.bytes, p->config.database);
	p->large = large;
}

/* --------------------------------------------------------------- the loop */

static void set_files(struct profd *p)
{
	struct server_file file[SERVER_ENDPOINTS];
	char why[512];

	settings_file(file, &p->config);
	if (!server_set_files(p->server, file, why, sizeof(why)))
		log_write(LOG_ERR, "%s", why);
}

/* A key that is no longer there has lost its rights, on connections that it has too. */
static void set_keys(struct profd *p)
{
	struct keys *before = p->keys;
	char why[512];

	p->keys = NULL;
	if (p->config.tcp_client_keys != NULL && p->config.tcp_client_keys[0] != '\0') {
		p->keys = keys_read(p->config.tcp_client_keys, why, sizeof(why));
		if (p->keys == NULL)
			log_write(LOG_ERR, "%s; until it can be read nobody has any right over tcp",
				  why);
	}
	server_set_keys(p->server, p->keys);
	p->records.keys = p->control.keys = p->keys;
	keys_free(before);
}

/* The new configuration takes the place of the old one as a whole, or not at all. */
static void reload(struct profd *p)
{
	struct config_error error;
	struct config config;
	struct policy policy;
	const char *late;
	char file[4096];

	notify_reloading();
	if (!settings_read(&config, p->options, file, &error)) {
		log_write(LOG_ERR, "the configuration stays as it was: %s", error.text);
		notify_ready();
		return;
	}
	if (!policy_init(&policy, &config, &p->policy, clock_wall())) {
		log_write(LOG_ERR, "the configuration stays as it was: no memory");
		config_deinit(&config);
		notify_ready();
		return;
	}
	late = config_needs_restart(&p->config, &config);
	if (policy_equals(&policy, &p->policy))
		policy.message.generation = p->policy.message.generation;
	else
		p->policy_ns = clock_monotonic();
	policy_deinit(&p->policy);
	config_deinit(&p->config);
	p->policy = policy;
	p->config = config;
	p->commit.interval_ns = (int64_t)config.commit_interval;
	alerts_set_rate(p->alerts, config.alerts);
	set_files(p);
	set_keys(p);
	log_write(LOG_NOTICE, "configuration read again%s%s%s", late == NULL ? "" : "; ",
		  late == NULL ? "" : late,
		  late == NULL ? "" : " has changed and takes effect at the next start");
	notify_ready();
}

static void take_signals(struct profd *p)
{
	struct signalfd_siginfo signal;

	while (read(p->signals, &signal, sizeof(signal)) == sizeof(signal)) {
		if (signal.ssi_signo == SIGHUP)
			reload(p);
		else
			p->ending = true;
	}
}

static void answer_questions(struct profd *p, int64_t now_ns)
{
	struct server_message message;
	unsigned most = QUESTIONS_A_TURN;
	const Profd__Question *question;
	struct status status;

	while ((question = control_receive(&p->control, &message, &most, now_ns)) != NULL) {
		if (question->ask_case == PROFD__QUESTION__ASK_STATUS)
			fill_status(p, &status);
		control_answer(&p->control, &message, question, &status, now_ns, clock_wall());
	}
}

static void take_commits(struct profd *p, int64_t now_ns)
{
	bool committed = commit_take(&p->commit, now_ns);

	if (committed) {
		records_release(&p->records);
		watch_size(p);
	}
	control_release(&p->control, now_ns);
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* When the loop has something to do by itself. */
static int64_t next_due(const struct profd *p, int64_t now_ns)
{
	int64_t due = commit_due(&p->commit, now_ns, clock_wall());

	due = earlier(due, control_due(&p->control));
	due = earlier(due, alerts_due(p->alerts));
	due = earlier(due, refusals_due(&p->refusals));
	due = earlier(due, p->silence.due_ns);
	if (p->watchdog_ns != 0)
		due = earlier(due, p->fed_ns + p->watchdog_ns);
	return due == CLOCK_NEVER ? CLOCK_NEVER : due - now_ns;
}

static void run_timers(struct profd *p)
{
	int64_t now_ns = clock_monotonic();

	commit_run(&p->commit, now_ns, clock_wall());
	if (control_due(&p->control) <= now_ns)
		control_release(&p->control, now_ns);
	alerts_run(p->alerts, now_ns);
	refusals_run(&p->refusals, now_ns);
	if (p->watchdog_ns != 0 && now_ns - p->fed_ns >= p->watchdog_ns) {
		notify_watchdog();
		p->fed_ns = now_ns;
	}
}

/* One turn: wait, then signals, what the disk is done with, questions, pushes, and what is due. */
static void turn(struct profd *p)
{
	const int fds[] = {p->signals, store_fd(p->store), reader_fd(p->reader)};
	struct server_ready ready;
	int64_t now_ns = clock_monotonic();
	unsigned pushes = 0;

	if (!server_wait(p->server, fds, 3, next_due(p, now_ns), &ready))
		return;
	now_ns = clock_monotonic();
	silence_watch_clock(&p->silence, now_ns);
	if (ready.fd[0])
		take_signals(p);
	if (ready.fd[1])
		take_commits(p, now_ns);
	if (ready.fd[2])
		control_send_read(&p->control);
	if (ready.endpoint[SERVER_CONTROL])
		answer_questions(p, now_ns);
	if (ready.endpoint[SERVER_RECORDS])
		pushes = records_take(&p->records, PUSHES_A_TURN, now_ns, clock_wall());
	records_tell_news(&p->records);
	/* What a process sent before it was killed may still wait to be read: not while there is
	 * any. */
	if (pushes < PUSHES_A_TURN)
		silence_run(&p->silence, now_ns);
	run_timers(p);
}

/* Takes in what has arrived, and commits it. False when the disk did not take it in time. */
static bool finish(struct profd *p)
{
	int64_t begin_ns = clock_monotonic(), now_ns = begin_ns;
	struct pollfd done = {.fd = store_fd(p->store), .events = POLLIN};

	while (now_ns < begin_ns + DRAIN_NS &&
	       records_take(&p->records, PUSHES_A_TURN, now_ns, clock_wall()) != 0)
		now_ns = clock_monotonic();
	while (!commit_is_settled(&p->commit) && now_ns < begin_ns + FINISH_NS) {
		commit_note(&p->commit, true, now_ns);
		commit_run(&p->commit, now_ns, clock_wall());
		poll(&done, 1, 100);
		now_ns = clock_monotonic();
		take_commits(p, now_ns);
	}
	return commit_is_settled(&p->commit);
}

int profd_run(struct profd *p)
{
	if (!log_open((enum log_target)p->config.log))
		return fail(EXIT_FAILED, "cannot start the thread that writes to syslog");
	p->watchdog_ns = notify_watchdog_ns();
	p->fed_ns = clock_monotonic();
	log_write(LOG_INFO, "profd " PACKAGE_VERSION " is ready in %s, database %s",
		  p->config.runtime_dir, p->config.database);
	if (folder_is_system() && access_is_empty(&p->config.push))
		log_write(LOG_NOTICE, "[access] push names nobody who exists here: only root and "
				      "profd's own user may push");
	notify_ready();
	while (!p->ending)
		turn(p);
	notify_stopping();
	if (finish(p))
		return 0;
	return fail(EXIT_FAILED,
		    "the disk did not take the last changes (%s); processes that still run push "
		    "them again",
		    p->commit.why);
}
