/*
 * One message at a time comes in; the disk takes each batch at once, unless it was told to refuse.
 */
#include "tests/fuzz/around.h"

#include <string.h>

#include "daemon/ask/control.h"
#include "daemon/ask/status.h"
#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/config/config.h"
#include "daemon/net/access.h"
#include "daemon/push/alert.h"
#include "daemon/push/policy.h"
#include "daemon/push/records.h"
#include "daemon/push/refusals.h"
#include "daemon/store/commit.h"
#include "daemon/store/store.h"
#include "tests/fuzz/disk.h"

#define WALL_NS (INT64_C(1700002800) * CLOCK_SECOND)

/* What stands for the sockets: one message that waits, and what came back. */
struct server {
	enum server_endpoint endpoint;
	struct fuzz_input message;
	struct peer peer;
	bool waits;
	uint64_t sent;
};

/* What stands for the store: the batch that it is at. */
struct store {
	struct disk *disk;
	struct batch *given;
	bool refuses;
};

struct around {
	struct config config;
	struct policy policy;
	struct ledger *ledger;
	struct alerts *alerts;
	struct commit commit;
	struct records records;
	struct control control;
	struct refusals refusals;
	struct status_parts parts;
	struct server server;
	struct store store;
	int64_t now_ns;
};

/* --------------------------------------------- in place of daemon/net/server.c */

enum server_received server_receive(struct server *s, enum server_endpoint endpoint,
				    struct server_message *message)
{
	if (!s->waits || s->endpoint != endpoint)
		return SERVER_NOTHING;
	s->waits = false;
	*message = (struct server_message){.data = s->message.at,
					   .size = s->message.left,
					   .peer = s->peer,
					   .route = {{0, 0, 0, 0, 1}}};
	return SERVER_MESSAGE;
}

bool server_send(struct server *s, enum server_endpoint endpoint, const struct route *route,
		 const uint8_t *data, size_t size)
{
	(void)route;
	if (endpoint == SERVER_RECORDS) {
		Profd__Ack *ack = profd__ack__unpack(NULL, size, data);

		must(ack != NULL);
		profd__ack__free_unpacked(ack, NULL);
	} else {
		Profd__Answer *answer = profd__answer__unpack(NULL, size, data);

		must(answer != NULL);
		profd__answer__free_unpacked(answer, NULL);
	}
	s->sent++;
	return true;
}

void server_count(const struct server *s, struct server_counts *counts)
{
	(void)s;
	memset(counts, 0, sizeof(*counts));
}

/* ---------------------------------------------- in place of daemon/store/store.c */

void store_count(const struct store *s, struct store_counts *counts)
{
	(void)s;
	memset(counts, 0, sizeof(*counts));
	counts->file = "";
}

void store_put(struct store *s, struct batch *batch)
{
	s->given = batch;
}

bool store_is_busy(const struct store *s)
{
	return s->given != NULL;
}

struct batch *store_get(struct store *s, bool *committed, char *why, unsigned room)
{
	struct batch *batch = s->given;

	if (batch == NULL)
		return NULL;
	s->given = NULL;
	*committed = !s->refuses;
	snprintf(why, room, "%s", s->refuses ? "the disk is full" : "");
	s->refuses = false;
	if (*committed)
		disk_take(s->disk, batch);
	return batch;
}

/* ------------------------------------------------ in place of daemon/base/log.c */

void log_write(int priority, const char *format, ...)
{
	(void)priority;
	(void)format;
}

uint64_t log_lost(void)
{
	return 0;
}

void log_line(int priority, const char *text)
{
	(void)priority;
	(void)text;
}

static void write_alert(void *context, const char *line)
{
	(void)context;
	for (; *line != '\0'; line++)
		must((unsigned char)*line >= ' ' && *line != '\x7f');
}

/* --------------------------------------------------------------- the parts */

static struct ledger *make_ledger(uint8_t tables)
{
	struct ledger_limits limits;

	ledger_limits_init(&limits);
	limits.processes = 1u + (tables & 7);
	limits.paths = 4u << (tables >> 3 & 3);
	limits.functions = 2u << (tables >> 5 & 3);
	limits.standings = 64u << (tables >> 7 & 1);
	limits.events = 4;
	return ledger_new(&limits);
}

static void connect_parts(struct around *a)
{
	commit_init(&a->commit, a->ledger, &a->store, (int64_t)a->config.commit_interval);
	records_init(&a->records, a->config.processes);
	a->records.server = &a->server;
	a->records.ledger = a->ledger;
	a->records.commit = &a->commit;
	a->records.alerts = a->alerts;
	a->records.refusals = &a->refusals;
	a->records.access = &a->config.push;
	a->records.policy = &a->policy;
	control_init(&a->control);
	a->control.server = &a->server;
	a->control.present.ledger = a->ledger;
	a->control.present.parts = &a->parts;
	a->control.commit = &a->commit;
	a->control.refusals = &a->refusals;
	a->control.may_ask = &a->config.ask;
	a->control.may_clear = &a->config.clear;
	a->parts.ledger = a->ledger;
	a->parts.store = &a->store;
	a->parts.server = &a->server;
	a->parts.alerts = a->alerts;
	a->parts.commit = &a->commit;
	a->parts.records = &a->records;
	a->parts.control = &a->control;
	a->parts.sandbox = "";
}

struct around *around_new(uint8_t tables)
{
	struct around *a = calloc(1, sizeof(*a));
	char why[200];

	must(a != NULL);
	a->now_ns = CLOCK_SECOND;
	must(config_init(&a->config, true));
	must(access_read(&a->config.push, "*", why, sizeof(why)));
	must(access_read(&a->config.ask, "*", why, sizeof(why)));
	must(policy_init(&a->policy, &a->config, NULL, WALL_NS));
	a->ledger = make_ledger(tables);
	a->alerts = alerts_new(write_alert, NULL, a->config.alerts, a->config.total_alerts);
	a->store.disk = disk_new();
	must(a->ledger != NULL && a->alerts != NULL && a->store.disk != NULL);
	connect_parts(a);
	return a;
}

void around_free(struct around *a)
{
	alerts_free(a->alerts);
	records_deinit(&a->records);
	control_deinit(&a->control);
	if (a->commit.refused != NULL)
		ledger_discard(a->ledger, a->commit.refused);
	if (a->store.given != NULL)
		ledger_discard(a->ledger, a->store.given);
	ledger_free(a->ledger);
	disk_free(a->store.disk);
	policy_deinit(&a->policy);
	config_deinit(&a->config);
	free(a);
}

struct ledger *around_ledger(struct around *a)
{
	return a->ledger;
}

uint64_t around_merged(struct around *a)
{
	struct ledger_counts counts;

	ledger_count(a->ledger, &counts);
	return counts.pushes;
}

/* --------------------------------------------------------- what profd does */

static int64_t wall(const struct around *a)
{
	return WALL_NS + a->now_ns;
}

/* A turn of the loop in daemon/profd.c. */
static void turn(struct around *a)
{
	if (commit_finish(&a->commit, a->now_ns))
		records_release(&a->records);
	control_release(&a->control, a->now_ns);
	control_receive(&a->control, 1, a->now_ns, wall(a));
	records_receive(&a->records, 1, a->now_ns, wall(a));
	records_send_news(&a->records);
	commit_run(&a->commit, a->now_ns, wall(a));
	alerts_run(a->alerts, a->now_ns);
	refusals_run(&a->refusals, a->now_ns);
}

static void hand_over(struct around *a, enum server_endpoint endpoint, struct fuzz_input message,
		      uint32_t uid)
{
	a->server.endpoint = endpoint;
	a->server.message = message;
	a->server.peer = (struct peer){.uid = uid, .gid = uid, .pid = 4242};
	a->server.waits = true;
	turn(a);
}

void around_push(struct around *a, struct fuzz_input message, uint32_t uid)
{
	hand_over(a, SERVER_RECORDS, message, uid);
}

void around_ask(struct around *a, struct fuzz_input message, uint32_t uid)
{
	hand_over(a, SERVER_CONTROL, message, uid);
}

void around_wait(struct around *a, int64_t ns)
{
	a->now_ns += ns;
	turn(a);
	turn(a);
}

void around_refuse(struct around *a)
{
	a->store.refuses = true;
}

static bool lives(void *context, const uint8_t process[PROF_PROCESS_ID], int32_t pid)
{
	(void)context;
	(void)process;
	(void)pid;
	return false;
}

void around_bury(struct around *a)
{
	ledger_bury(a->ledger, wall(a), 4, lives, NULL);
	commit_note(&a->commit, false, a->now_ns);
}

/* -------------------------------------------------------------- what holds */

static void check_function(void *context, const struct ledger_function *f)
{
	uint64_t *calls = context;

	must(f->calls > 0 && f->errors <= f->calls && f->min_ns <= f->max_ns);
	for (unsigned i = 0; i < 6; i++) {
		must(f->quantile[i] >= (double)f->min_ns * 1e-9);
		must(f->quantile[i] <= (double)f->max_ns * 1e-9);
		must(i == 0 || f->quantile[i] >= f->quantile[i - 1]);
	}
	*calls += f->calls;
}

void around_check(struct around *a)
{
	struct ledger_counts counts;
	uint64_t calls = 0;

	ledger_each_functions(a->ledger, NULL, NULL, check_function, &calls);
	ledger_count(a->ledger, &counts);
	must(counts.calls >= calls || calls > UINT64_C(1) << 50);
	if (commit_is_settled(&a->commit))
		disk_compare(a->store.disk, a->ledger);
}
