/*
 * Opening and closing the daemon's parts, in the order in which they depend on each other and the
 * other way round.
 */
#include <config.h>

#include "daemon/profd.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/ask/query.h"
#include "daemon/base/clock.h"
#include "daemon/base/folder.h"
#include "daemon/base/log.h"
#include "daemon/base/notify.h"
#include "daemon/base/sandbox.h"
#include "daemon/base/signals.h"
#include "daemon/config/options.h"
#include "daemon/settings.h"
#include "daemon/net/accept.h"
#include "daemon/net/frames.h"
#include "daemon/net/keys.h"
#include "daemon/profd_data.h"
#include "daemon/push/alert.h"
#include "daemon/store/store.h"

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
		break;
	case STORE_CREATED:
		log_write(LOG_NOTICE, "created a new database: %s", path);
		break;
	case STORE_SET_ASIDE:
		log_write(LOG_WARNING, "%s", why);
		break;
	case STORE_NEWER:
		return fail(EXIT_USAGE, "%s", why);
	case STORE_BUSY:
	case STORE_FAILED:
		return fail(EXIT_FAILED, "%s", why);
	}
	store_limit(p->store, p->config.database_size);
	ledger_begin(p->ledger, clock_wall());
	return 0;
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

	p->alerts = alerts_new(write_alert, NULL, c->alerts, c->total_alerts);
	if (p->alerts == NULL || !policy_init(&p->policy, c, NULL, clock_wall()))
		return fail(EXIT_FAILED, "no memory");
	commit_init(&p->commit, p->ledger, p->store, (int64_t)c->commit_interval);
	records_init(&p->records, c->processes);
	control_init(&p->control);
	p->records.server = p->server;
	p->records.ledger = p->ledger;
	p->records.commit = &p->commit;
	p->records.alerts = p->alerts;
	p->records.refusals = &p->refusals;
	p->records.access = &p->config.push;
	p->records.policy = &p->policy;
	silence_init(&p->silence, &p->records, (int64_t)c->silence);
	p->records.keys = p->control.present.keys = p->keys;
	p->control.server = p->server;
	p->control.present.ledger = p->ledger;
	p->control.present.parts = &p->parts;
	p->control.commit = &p->commit;
	p->control.refusals = &p->refusals;
	p->control.query = p->query;
	p->control.may_ask = &p->config.ask;
	p->control.may_clear = &p->config.clear;
	p->parts.ledger = p->ledger;
	p->parts.store = p->store;
	p->parts.server = p->server;
	p->parts.alerts = p->alerts;
	p->parts.query = p->query;
	p->parts.commit = &p->commit;
	p->parts.records = &p->records;
	p->parts.control = &p->control;
	return 0;
}

static int start_query(struct profd *p)
{
	char why[512];

	p->query = query_start(p->config.database, why, sizeof(why));
	return p->query == NULL ? fail(EXIT_FAILED, "%s", why) : 0;
}

/* Before any thread is started and the database is read, and after the users of the configuration
 * were looked up for the first time, which may load code. */
static void give_up(struct profd *p)
{
	char why[200];

	if (p->config.sandbox == 0)
		return;
	p->parts.sandbox =
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
		status = start_query(p);
	if (status == 0)
		status = open_server(p);
	if (status == 0)
		status = connect_parts(p);
	if (status == 0 && !store_start(p->store))
		status = fail(EXIT_FAILED, "cannot start the writer thread");
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
	p->parts.sandbox = SANDBOX_OFF;
	p->parts.started_ns = clock_monotonic();
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
	printf("%s: OK\n", file[0] == '\0' ? "defaults (no configuration file)" : file);
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
	query_end(p->query);
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
