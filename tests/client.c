/*
 * Standings for the suites of the client.
 */
#include "tests/client.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/record/policy.h"
#include "client/record/registry.h"
#include "proto/limits.h"

struct snapshot client_now;

void client_begin_without_policy(void)
{
	setenv("PROF_ENDPOINT", "ipc:///nonexistent/profd", 1);
	ck_assert(snapshot_init(&client_now));
}

void client_begin(void)
{
	Profd__Policy policy = PROFD__POLICY__INIT;

	client_begin_without_policy();
	policy.generation = 1;
	policy.slow_ns = (uint64_t)(PROF_DEFAULT_SLOW_SECONDS * 1e9);
	ck_assert(policy_replace(&policy));
}

void client_read(void)
{
	snapshot_take(&client_now);
}

static void write_path(char *to, size_t room, uint32_t id)
{
	const struct path *p = registry_path_at(id);
	size_t length;

	to[0] = '\0';
	if (p->parent != 0)
		write_path(to, room, p->parent);
	length = strlen(to);
	snprintf(to + length, room - length, "%s%s%s", length == 0 ? "" : ">", p->function->name,
		 p->recursive ? "*" : "");
}

const struct standing *client_standing(const char *path)
{
	char text[4096];

	for (uint32_t id = 1; id <= registry_paths() && id < client_now.room; id++) {
		write_path(text, sizeof(text), id);
		if (strcmp(text, path) == 0)
			return &client_now.standings[id];
	}
	return NULL;
}

uint64_t client_returned(const char *path)
{
	const struct standing *s = client_standing(path);

	return s == NULL ? 0 : tally_calls(&s->returned);
}

uint64_t client_failed(const char *path)
{
	const struct standing *s = client_standing(path);

	return s == NULL ? 0 : tally_calls(&s->failed);
}

static uint64_t of_function(const char *function, bool sum)
{
	uint64_t total = 0;

	for (uint32_t id = 1; id <= registry_paths() && id < client_now.room; id++) {
		const struct standing *s = &client_now.standings[id];

		if (strcmp(registry_path_at(id)->function->name, function) != 0)
			continue;
		total += sum ? s->returned.sum_ns + s->failed.sum_ns
			     : tally_calls(&s->returned) + tally_calls(&s->failed);
	}
	return total;
}

uint64_t client_calls_of(const char *function)
{
	return of_function(function, false);
}

uint64_t client_sum_of(const char *function)
{
	return of_function(function, true);
}
