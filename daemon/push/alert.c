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

/* A ration begins with the first line and ends a minute later. Only a function that wrote a line
 * has one, so inventing names takes no memory. */
struct ration {
	char function[PROF_NAME_MAX + 1];
	uint64_t hash;
	int64_t ends;
	uint64_t written, suppressed;
};

struct alerts {
	alert_writer *write;
	void *context;
	uint64_t per_function, together;
	int64_t due;
	struct alert_counts counts;
	struct table_secret secret;
	struct table rations;
	struct ration all; /* of all functions together; suppressed: where a function's own was not
			      used up */
};

struct alerts *alerts_new(alert_writer *write, void *context, uint64_t per_function,
			  uint64_t together)
{
	struct alerts *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	a->write = write;
	a->context = context;
	alerts_set_rates(a, per_function, together);
	a->due = CLOCK_NEVER;
	table_secret_init(&a->secret);
	return a;
}

void alerts_set_rates(struct alerts *a, uint64_t per_function, uint64_t together)
{
	a->per_function = per_function;
	a->together = together;
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
	char took[40], threshold[40], pid[16] = "-", line[3 * QUOTED_MAX + 200];

	if (e->pid != 0)
		snprintf(pid, sizeof(pid), "%" PRId32, e->pid);
	snprintf(line, sizeof(line),
		 "slow call%s: function=%s %s %s s (threshold %s s) program=%s pid=%s%s%s",
		 e->running ? " still running" : "", quote(function, e->function),
		 e->running ? "for" : "took", seconds(took, e->duration_ns),
		 seconds(threshold, e->threshold_ns), quote(program, e->program), pid,
		 e->error != NULL ? " error=" : (e->failed ? " failed" : ""),
		 e->error != NULL ? quote(error, e->error) : "");
	a->counts.written++;
	a->write(a->context, line);
}

/* Tells of a ration what it held back, and empties it. */
static void settle(struct alerts *a, struct ration *r)
{
	char function[QUOTED_MAX], line[QUOTED_MAX + 100];
	const char *of = r == &a->all ? "various functions" : quote(function, r->function);

	if (r->suppressed != 0) {
		snprintf(line, sizeof(line), "%" PRIu64 " more slow call%s of %s%s suppressed",
			 r->suppressed, r->suppressed == 1 ? "" : "s",
			 r == &a->all ? "" : "function=", of);
		a->write(a->context, line);
	}
	r->written = r->suppressed = 0;
}

static bool is_of(const void *item, const void *function)
{
	return strcmp(((const struct ration *)item)->function, function) == 0;
}

/* NULL without memory. */
static struct ration *make(struct alerts *a, const char *function, uint64_t hash)
{
	struct ration *r;

	if (!table_reserve(&a->rations))
		return NULL;
	r = calloc(1, sizeof(*r));
	if (r == NULL)
		return NULL;
	name_copy(r->function, sizeof(r->function), function, strlen(function));
	r->hash = hash;
	table_put(&a->rations, hash, r);
	return r;
}

static void count(struct alerts *a, struct ration *r, uint64_t *counter, int64_t now_ns)
{
	if (r->written == 0 && r->suppressed == 0) {
		r->ends = now_ns + MINUTE;
		if (r->ends < a->due)
			a->due = r->ends;
	}
	++*counter;
}

void alerts_add(struct alerts *a, const struct ledger_event *event, int64_t now_ns)
{
	uint64_t hash = table_hash(&a->secret, event->function, strlen(event->function));
	struct ration *r;

	if (event->threshold_ns == 0)
		return;
	alerts_run(a, now_ns);
	r = table_find(&a->rations, hash, is_of, event->function);
	if (r != NULL && r->written >= a->per_function) {
		r->suppressed++;
		a->counts.suppressed++;
		return;
	}
	if (r == NULL && a->per_function != 0 && a->all.written < a->together)
		r = make(a, event->function, hash);
	if (r == NULL || a->all.written >= a->together) {
		count(a, &a->all, &a->all.suppressed, now_ns);
		a->counts.suppressed++;
		return;
	}
	count(a, &a->all, &a->all.written, now_ns);
	count(a, r, &r->written, now_ns);
	write_event(a, event);
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
	if (a->all.ends <= now_ns)
		settle(a, &a->all);
	else
		a->due = a->all.ends;
	settle_rations(a, now_ns);
}

void alerts_free(struct alerts *a)
{
	if (a == NULL)
		return;
	settle_rations(a, CLOCK_NEVER);
	settle(a, &a->all);
	table_deinit(&a->rations);
	free(a);
}

void alerts_count(const struct alerts *a, struct alert_counts *counts)
{
	*counts = a->counts;
}
