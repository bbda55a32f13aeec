/*
 * Running the daemon: one poll serves all its parts.
 */
#include <config.h>

#include "daemon/profd.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>

#include "daemon/ask/query.h"
#include "daemon/base/clock.h"
#include "daemon/base/folder.h"
#include "daemon/base/log.h"
#include "daemon/base/notify.h"
#include "daemon/settings.h"
#include "daemon/net/keys.h"
#include "daemon/profd_data.h"
#include "daemon/push/alert.h"
#include "daemon/store/store.h"

/* A turn of the loop takes so many questions, then so many pushes: a question never waits for more
 * pushes than that. */
#define QUESTIONS_A_TURN 64
#define PUSHES_A_TURN	 32

/* At the end: how long arriving pushes are taken in, and how long the disk may take for them. */
#define DRAIN_NS  (1 * CLOCK_SECOND)
#define FINISH_NS (10 * CLOCK_SECOND)

/* Said once who keeps the WAL from being used again, and when it is over; once that history goes
 * before its time; and, where that does not help, that the database is too large, again only after
 * it was smaller. */
static void watch_size(struct profd *p)
{
	struct store_counts counts;
	bool large;

	store_count(p->store, &counts);
	if (counts.shortened != 0 && !p->shortened)
		log_write(LOG_WARNING,
			  "the database is near its database_size: the oldest history is deleted "
			  "before its time");
	p->shortened = counts.shortened != 0;
	if (counts.wal_reader[0] != '\0' && !p->held)
		log_write(LOG_WARNING,
			  "%s keeps a transaction open in the database: its write-ahead log has "
			  "%llu bytes, and grows until that ends",
			  counts.wal_reader, (unsigned long long)counts.wal_bytes);
	else if (counts.wal_reader[0] == '\0' && p->held)
		log_write(LOG_NOTICE,
			  "the transaction has ended, the write-ahead log is small again");
	p->held = counts.wal_reader[0] != '\0';
	large = counts.bytes > p->config.database_size;
	if (large && !p->large)
		log_write(LOG_WARNING,
			  "the database has grown to %llu bytes, above its database_size: %s",
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
			log_write(LOG_ERR,
				  "%s; until it can be read, no client has any right over tcp",
				  why);
	}
	server_set_keys(p->server, p->keys);
	p->records.keys = p->control.present.keys = p->keys;
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
		log_write(LOG_ERR, "keeping the old configuration: %s", error.text);
		notify_ready();
		return;
	}
	if (!policy_init(&policy, &config, &p->policy, clock_wall())) {
		log_write(LOG_ERR, "keeping the old configuration: no memory");
		config_deinit(&config);
		notify_ready();
		return;
	}
	late = config_needs_restart(&p->config, &config);
	if (policy_equals(&policy, &p->policy))
		policy_keep(&policy, &p->policy);
	policy_deinit(&p->policy);
	config_deinit(&p->config);
	p->policy = policy;
	p->config = config;
	p->commit.interval_ns = (int64_t)config.commit_interval;
	store_limit(p->store, config.database_size);
	alerts_set_rates(p->alerts, config.alerts, config.total_alerts);
	set_files(p);
	set_keys(p);
	log_write(LOG_NOTICE, "configuration reloaded%s%s%s", late == NULL ? "" : "; ",
		  late == NULL ? "" : late,
		  late == NULL ? "" : " has changed and takes effect at the next start");
	notify_ready();
}

static void read_signals(struct profd *p)
{
	struct signalfd_siginfo signal;

	while (read(p->signals, &signal, sizeof(signal)) == sizeof(signal)) {
		if (signal.ssi_signo == SIGHUP)
			reload(p);
		else
			p->ending = true;
	}
}

static void finish_commits(struct profd *p, int64_t now_ns)
{
	bool committed = commit_finish(&p->commit, now_ns);

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
	due = earlier(due, silence_due(&p->silence));
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
	const int fds[] = {p->signals, store_fd(p->store), query_fd(p->query)};
	struct server_ready ready;
	int64_t now_ns = clock_monotonic();
	unsigned pushes = 0;

	if (!server_wait(p->server, fds, 3, next_due(p, now_ns), &ready))
		return;
	now_ns = clock_monotonic();
	silence_watch_clock(&p->silence, now_ns);
	if (ready.fd[0])
		read_signals(p);
	if (ready.fd[1])
		finish_commits(p, now_ns);
	if (ready.fd[2])
		control_send_past(&p->control);
	if (ready.endpoint[SERVER_CONTROL])
		control_receive(&p->control, QUESTIONS_A_TURN, now_ns, clock_wall());
	if (silence_look(&p->silence, now_ns) || ready.endpoint[SERVER_RECORDS])
		pushes = records_receive(&p->records, PUSHES_A_TURN, now_ns, clock_wall());
	records_send_news(&p->records);
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
	       records_receive(&p->records, PUSHES_A_TURN, now_ns, clock_wall()) != 0)
		now_ns = clock_monotonic();
	while (!commit_is_settled(&p->commit) && now_ns < begin_ns + FINISH_NS) {
		commit_note(&p->commit, true, now_ns);
		commit_run(&p->commit, now_ns, clock_wall());
		poll(&done, 1, 100);
		now_ns = clock_monotonic();
		finish_commits(p, now_ns);
	}
	return commit_is_settled(&p->commit);
}

int profd_run(struct profd *p)
{
	if (!log_open((enum log_target)p->config.log)) {
		log_write(LOG_ERR, "cannot start the syslog thread");
		return EXIT_FAILED;
	}
	p->watchdog_ns = notify_watchdog_ns();
	p->fed_ns = clock_monotonic();
	log_write(LOG_INFO, "profd " PACKAGE_VERSION " is ready in %s, database %s",
		  p->config.runtime_dir, p->config.database);
	if (folder_is_system() && access_is_empty(&p->config.push))
		log_write(LOG_NOTICE,
			  "[access] push names no user or group that exists: only root and "
			  "profd's own user may push");
	notify_ready();
	while (!p->ending)
		turn(p);
	notify_stopping();
	if (finish(p))
		return 0;
	log_write(LOG_ERR,
		  "could not write the last changes (%s); running processes will push them "
		  "again",
		  p->commit.why);
	return EXIT_FAILED;
}
