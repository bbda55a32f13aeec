/*
 * Writing the lines, and rationing them.
 */
#include "daemon/push/alert.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/table.h"
#include "daemon/ledger/ledger.h"
#include "proto/limits.h"
#include "proto/name.h"

#define MINUTE (60 * CLOCK_SECOND)
/* Functions that are rationed by themselves; beyond, they share one ration, so that inventing names
 * does not flood the log. */
#define RATIONS_MAX 1024

/* A ration begins with the first line and ends a minute later. */
struct ration {
	char function[PROF_NAME_MAX + 1];
	uint64_t hash;
	int64_t ends;
	uint64_t written, suppressed;
};

struct alerts {
	alert_writer *write;
	void *context;
	uint64_t per_minute;
	int64_t due;
	struct alert_counts counts;
	struct table_secret secret;
	struct table rations;
	struct ration shared;
};

struct alerts *alerts_new(alert_writer *write, void *context, uint64_t per_minute)
{
	struct alerts *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	a->write = write;
	a->context = context;
	a->per_minute = per_minute;
	a->due = CLOCK_NEVER;
	table_secret_init(&a->secret);
	return a;
}

void alerts_set_rate(struct alerts *a, uint64_t per_minute)
{
	a->per_minute = per_minute;
}

#define QUOTED_MAX (2 * NAME_PRINTED_MAX + 3)

/* Text in quotes: harmless, and no quote in it that could be taken for the closing one. */
static const char *quote(char to[QUOTED_MAX], const char *text)
{
	char printed[NAME_PRINTED_MAX], *out = to;

	name_print(printed, sizeof(printed), text);
	*out++ = '"';
	for (const char *in = printed; *in != '\0'; in++) {
		if (*in == '"')
			*out++ = '\\';
		*out++ = *in;
	}
	*out++ = '"';
	*out = '\0';
	return to;
}

/* Seconds to the millisecond, short ones to the nanosecond; without zeros at the end. */
static const char *seconds(char to[40], uint64_t ns)
{
	int digits = 3;
	char *end;

	/* Four digits that count: 1.204, 0.05767, 0.000000012. */
	for (uint64_t scaled = ns; scaled != 0 && scaled < 1000000000 && digits < 9; scaled *= 10)
		digits++;
	snprintf(to, 40, "%.*f", digits, (double)ns * 1e-9);
	end = to + strlen(to);
	while (end[-1] == '0')
		*--end = '\0';
	if (end[-1] == '.')
		end[-1] = '\0';
	return to;
}

static void write_event(struct alerts *a, const struct ledger_event *e)
{
	char function[QUOTED_MAX], program[QUOTED_MAX], error[QUOTED_MAX];
	char took[40], threshold[40], line[3 * QUOTED_MAX + 200];

	snprintf(line, sizeof(line),
		 "slow call%s: function=%s %s %s s (threshold %s s) program=%s pid=%d%s%s",
		 e->running ? " still running" : "", quote(function, e->function),
		 e->running ? "for" : "took", seconds(took, e->duration_ns),
		 seconds(threshold, e->threshold_ns), quote(program, e->program), e->pid,
		 e->error != NULL ? " error=" : (e->failed ? " failed" : ""),
		 e->error != NULL ? quote(error, e->error) : "");
	a->counts.written++;
	a->write(a->context, line);
}

/* Tells of a ration what it held back, and empties it. */
static void settle(struct alerts *a, struct ration *r)
{
	char function[QUOTED_MAX], line[QUOTED_MAX + 100];

	if (r->suppressed != 0 && r == &a->shared)
		snprintf(line, sizeof(line),
			 "%" PRIu64 " more slow calls of other functions suppressed",
			 r->suppressed);
	else if (r->suppressed != 0)
		snprintf(line, sizeof(line),
			 "%" PRIu64 " more slow call%s of function=%s suppressed", r->suppressed,
			 r->suppressed == 1 ? "" : "s", quote(function, r->function));
	if (r->suppressed != 0)
		a->write(a->context, line);
	r->written = r->suppressed = 0;
}

static bool is_of(const void *item, const void *function)
{
	return strcmp(((const struct ration *)item)->function, function) == 0;
}

static struct ration *find(struct alerts *a, const char *function)
{
	uint64_t hash = table_hash(&a->secret, function, strlen(function));
	struct ration *r = table_find(&a->rations, hash, is_of, function);

	if (r != NULL)
		return r;
	if (a->rations.used >= RATIONS_MAX || !table_reserve(&a->rations))
		return &a->shared;
	r = calloc(1, sizeof(*r));
	if (r == NULL)
		return &a->shared;
	name_copy(r->function, sizeof(r->function), function, strlen(function));
	r->hash = hash;
	table_put(&a->rations, hash, r);
	return r;
}

void alerts_add(struct alerts *a, const struct ledger_event *event, int64_t now_ns)
{
	struct ration *r;

	if (event->threshold_ns == 0)
		return;
	alerts_run(a, now_ns);
	r = find(a, event->function);
	if (r->written == 0 && r->suppressed == 0) {
		r->ends = now_ns + MINUTE;
		if (r->ends < a->due)
			a->due = r->ends;
	}
	if (r->written < a->per_minute) {
		r->written++;
		write_event(a, event);
	} else {
		r->suppressed++;
		a->counts.suppressed++;
	}
}

int64_t alerts_due(const struct alerts *a)
{
	return a->due;
}

/* Taking an item out moves others into its slot, which is then looked at again. */
static void settle_rations(struct alerts *a, int64_t now_ns)
{
	for (size_t at = 0; at < a->rations.room;) {
		struct ration *r = a->rations.slots[at].item;

		if (r == NULL || r->ends > now_ns) {
			if (r != NULL && r->ends < a->due)
				a->due = r->ends;
			at++;
			continue;
		}
		settle(a, r);
		table_remove(&a->rations, r->hash, r);
		free(r);
	}
}

void alerts_run(struct alerts *a, int64_t now_ns)
{
	if (now_ns < a->due)
		return;
	a->due = CLOCK_NEVER;
	if (a->shared.ends <= now_ns)
		settle(a, &a->shared);
	else if (a->shared.written != 0 || a->shared.suppressed != 0)
		a->due = a->shared.ends;
	settle_rations(a, now_ns);
}

void alerts_free(struct alerts *a)
{
	if (a == NULL)
		return;
	settle_rations(a, CLOCK_NEVER);
	settle(a, &a->shared);
	table_deinit(&a->rations);
	free(a);
}

void alerts_count(const struct alerts *a, struct alert_counts *counts)
{
	*counts = a->counts;
}
