/*
 * Totals on disk are exact whatever happens on the way: messages lost, doubled and late, profd
 * killed.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/ledger/batch.h"
#include "tests/stored.h"

const char suite_name[] = "store_exact";

#define PROCESSES 24
#define IN_FLIGHT 40

/* Processes whose messages are lost, doubled, delayed and reordered, and a profd that crashes. */
struct world {
	struct random random;
	struct simulated process[PROCESSES];
	unsigned born, ended; /* those below `ended` said goodbye and were acked */
	struct simulated_message network[IN_FLIGHT];
	unsigned messages;
	struct batch *held; /* did not get to the disk at the first attempt */
	int64_t now_ns;
	unsigned crashes;
	/* What a clear took away: where the tallies stood then, for each process and path. */
	struct tally base_returned[PROCESSES][8], base_failed[PROCESSES][8];
};

static void be_born(struct world *w)
{
	static const struct {
		uint32_t parent;
		const char *function;
	} tree[8] = {{0, "a"}, {1, "b"}, {2, "c"}, {1, "c"},
		     {0, "b"}, {5, "a"}, {3, "c"}, {0, "c"}};
	struct simulated *p = &w->process[w->born];

	simulated_init(p, w->born % 3 == 0 ? "alpha" : "beta", random_next(&w->random));
	for (unsigned i = 0; i < 8; i++) {
		simulated_define(p, tree[i].parent, tree[i].function);
		tally_init(&w->base_returned[w->born][i]);
		tally_init(&w->base_failed[w->born][i]);
	}
	w->born++;
}

static void work_some(struct world *w, struct simulated *p)
{
	if (p->goodbye)
		return;
	for (uint64_t n = random_below(&w->random, 20); n > 0; n--)
		simulated_call(p, 1 + (uint32_t)random_below(&w->random, 8),
			       UINT64_C(1) << random_below(&w->random, 40),
			       random_below(&w->random, 9) == 0, random_below(&w->random, 7) == 0);
}

static void push_some(struct world *w, struct simulated *p)
{
	if (w->messages < IN_FLIGHT)
		w->network[w->messages++] = simulated_push(p, p->acked);
}

/* Any of those on the way arrives, and perhaps stays on the way as well. */
static void deliver_any(struct world *w)
{
	uint64_t which;

	if (w->messages == 0)
		return;
	which = random_below(&w->random, w->messages);
	if (random_below(&w->random, 5) != 0)
		ck_assert_int_ne(simulated_deliver(ledger, &w->network[which], w->now_ns),
				 LEDGER_REFUSED);
	if (random_below(&w->random, 3) == 0)
		return;
	simulated_message_free(&w->network[which]);
	w->network[which] = w->network[--w->messages];
}

/* Acks get lost too. */
static void hear_acks(struct world *w)
{
	for (unsigned i = w->ended; i < w->born; i++) {
		struct simulated *p = &w->process[i];

		if (random_below(&w->random, 3) == 0)
			continue;
		p->acked = ledger_safe_generation(ledger, p->key);
		simulated_learn_epoch(p, ledger_epoch(ledger));
	}
}

static void commit_some(struct world *w)
{
	if (w->held == NULL)
		w->held = ledger_collect(ledger, w->now_ns);
	if (w->held == NULL || random_below(&w->random, 4) == 0)
		return;
	ck_assert_msg(stored_try(w->held), "%s", why);
	ledger_committed(ledger, w->held);
	w->held = NULL;
	hear_acks(w);
}

/* The file as it would be after a kill, journal and all, while the store still has the other. */
static void crash(struct world *w)
{
	char command[600], before[128];

	strcpy(before, path);
	snprintf(path, sizeof(path), "%s/%u.db", folder, ++w->crashes);
	snprintf(command, sizeof(command), "cp %s %s && cp %s-wal %s-wal", before, path, before,
		 path);
	ck_assert_int_eq(system(command), 0);
	if (w->held != NULL)
		ledger_discard(ledger, w->held);
	w->held = NULL;
	stored_close();
	ck_assert_msg(stored_open() == STORE_OPENED, "%s", why);
}

/* Everything that was counted arrives and is on disk. */
static void settle(struct world *w)
{
	for (unsigned i = w->ended; i < w->born; i++) {
		struct simulated *p = &w->process[i];

		if (simulated_send(ledger, p, w->now_ns) == LEDGER_SEND_ALL) {
			p->acked = 0;
			ck_assert_int_eq(simulated_send(ledger, p, w->now_ns), LEDGER_MERGED);
		}
	}
	if (w->held != NULL) {
		ck_assert_msg(stored_try(w->held), "%s", why);
		ledger_committed(ledger, w->held);
		w->held = NULL;
	}
	stored_commit(w->now_ns);
	for (unsigned i = w->ended; i < w->born; i++)
		ck_assert_uint_eq(ledger_safe_generation(ledger, w->process[i].key),
				  w->process[i].generation);
}

/* Cleared when all that was counted is known to profd, so that it is known what is left. */
static void clear_some(struct world *w)
{
	static const char *const functions[] = {"a", "b", "c", NULL};
	const char *function = functions[random_below(&w->random, 4)];

	settle(w);
	ledger_clear(ledger, function, w->now_ns);
	stored_commit(w->now_ns);
	for (unsigned i = 0; i < w->born; i++)
		for (unsigned j = 0; j < 8; j++) {
			struct simulated_path *p = &w->process[i].path[j];

			if (function != NULL && strcmp(function, p->function) != 0)
				continue;
			tally_clear(&w->base_returned[i][j]);
			tally_clear(&w->base_failed[i][j]);
			ck_assert(tally_merge(&w->base_returned[i][j], &p->returned));
			ck_assert(tally_merge(&w->base_failed[i][j], &p->failed));
		}
}

static void say_goodbye(struct world *w)
{
	struct simulated *p = &w->process[w->ended];

	if (w->born < PROCESSES)
		be_born(w); /* as after a fork: another process, with empty tallies */
	if (w->born - w->ended < 3)
		return;
	p->goodbye = true;
	if (simulated_send(ledger, p, w->now_ns) == LEDGER_SEND_ALL)
		p->acked = 0;
	if (ledger_safe_generation(ledger, p->key) == p->generation)
		w->ended++;
}

static void step(struct world *w)
{
	struct simulated *p = &w->process[w->ended + random_below(&w->random, w->born - w->ended)];
	uint64_t dice = random_below(&w->random, 100);

	if (dice < 30)
		work_some(w, p);
	else if (dice < 55)
		push_some(w, p);
	else if (dice < 80)
		deliver_any(w);
	else if (dice < 94)
		commit_some(w);
	else if (dice < 96)
		w->now_ns += (int64_t)random_below(&w->random, 40 * SECOND) - 5 * SECOND;
	else if (dice < 98)
		say_goodbye(w);
	else if (dice < 99 || random_below(&w->random, 2) == 0)
		crash(w);
	else
		clear_some(w);
}

struct expected {
	uint64_t calls, errors, sum_ns;
};

static void expect_path(const struct world *w, unsigned process, unsigned at, struct expected *e)
{
	const struct simulated_path *p = &w->process[process].path[at];
	const struct tally *returned = &w->base_returned[process][at];
	const struct tally *failed = &w->base_failed[process][at];

	e->errors += tally_calls(&p->failed) - tally_calls(failed);
	e->calls += tally_calls(&p->failed) - tally_calls(failed) + tally_calls(&p->returned) -
		    tally_calls(returned);
	e->sum_ns += p->failed.sum_ns - failed->sum_ns + p->returned.sum_ns - returned->sum_ns;
}

static void check_table(const char *from, const struct expected *e)
{
	stored_check("s.calls", from, e->calls);
	stored_check("s.errors", from, e->errors);
	stored_check("s.sum_ns", from, e->sum_ns);
}

/* In memory, on disk, and as the sum of the windows of ten seconds, and of the longer ones with
 * what is not yet in them. */
static void check_function(const struct world *w, const char *function)
{
	static const char of[] =
		"JOIN path p ON p.id = s.path JOIN function f ON f.id = p.function "
		"WHERE f.name = ";
	struct expected e = {0, 0, 0};
	struct ledger_function told = stored_get(function);
	char from[300];

	for (unsigned i = 0; i < w->born; i++)
		for (unsigned j = 0; j < 8; j++)
			if (strcmp(w->process[i].path[j].function, function) == 0)
				expect_path(w, i, j, &e);
	ck_assert_uint_eq(told.calls, e.calls);
	ck_assert_uint_eq(told.errors, e.errors);
	if (e.calls != 0)
		ck_assert_uint_eq(told.sum_ns, e.sum_ns);
	snprintf(from, sizeof(from), "statistic s %s'%s'", of, function);
	check_table(from, &e);
	snprintf(from, sizeof(from), "\"window\" s %s'%s' AND length_ns = 10000000000", of,
		 function);
	check_table(from, &e);
	snprintf(from, sizeof(from),
		 "\"window\" s %s'%s' AND (length_ns = 60000000000 OR length_ns = 10000000000 AND "
		 "start_ns = (SELECT value FROM meta WHERE key = 'open_ns'))",
		 of, function);
	check_table(from, &e);
}

static void check_paths(const struct world *w)
{
	static const char *const chains[8] = {"a", "a > b", "a > b > c",     "a > c",
					      "b", "b > a", "a > b > c > c", "c"};
	static const char *const programs[2] = {"alpha", "beta"};
	char from[200];

	for (unsigned k = 0; k < 16; k++) {
		struct expected e = {0, 0, 0};

		for (unsigned i = 0; i < w->born; i++)
			if (strcmp(w->process[i].program, programs[k / 8]) == 0)
				expect_path(w, i, k % 8, &e);
		snprintf(from, sizeof(from), "paths s WHERE program = '%s' AND path = '%s'",
			 programs[k / 8], chains[k % 8]);
		stored_check("s.calls", from, e.calls);
		stored_check("s.errors", from, e.errors);
	}
}

static void end_world(struct world *w)
{
	while (w->messages > 0)
		simulated_message_free(&w->network[--w->messages]);
	for (unsigned i = 0; i < w->born; i++) {
		simulated_deinit(&w->process[i]);
		for (unsigned j = 0; j < 8; j++) {
			tally_deinit(&w->base_returned[i][j]);
			tally_deinit(&w->base_failed[i][j]);
		}
	}
	free(w);
}

START_TEST(totals_are_exact_whatever_happens_on_the_way)
{
	struct world *w = calloc(1, sizeof(*w));

	for (unsigned i = 0; i < BATCH_LENGTHS; i++)
		limits.keep_ns[i] = UINT64_C(1) << 60; /* nothing is pruned */
	w->random.state = (uint64_t)_i + 1;
	w->now_ns = NOW;
	stored_open();
	for (unsigned i = 0; i < 4; i++)
		be_born(w);
	for (unsigned i = 0; i < 1500; i++)
		step(w);
	while (w->messages > 0)
		deliver_any(w);
	settle(w);
	stored_await_windows();
	ck_assert_uint_gt(w->crashes, 3);
	check_function(w, "a");
	check_function(w, "b");
	check_function(w, "c");
	check_paths(w);
	end_world(w);
}
END_TEST

/* Commits in a process of its own, telling each safe generation, until it is killed. */
static void commit_for_ever(int tell)
{
	stored_open();
	one.acked = ledger_safe_generation(ledger, one.key);
	one.generation += 100; /* those that were on the way when it was killed */
	for (int64_t now_ns = NOW;; now_ns += SECOND) {
		for (uint32_t id = 1; id <= SIMULATED_PATHS; id++)
			simulated_call(&one, id, 1000 * id, id % 9 == 0, false);
		simulated_send(ledger, &one, now_ns);
		stored_commit(now_ns);
		one.acked = ledger_safe_generation(ledger, one.key);
		if (write(tell, &one.acked, sizeof(one.acked)) != sizeof(one.acked))
			_exit(1);
	}
}

START_TEST(a_kill_in_the_middle_of_a_commit_loses_nothing_that_was_safe)
{
	struct random random = {5};
	uint64_t safe = 0, told;
	char name[32];

	for (unsigned i = 0; i < SIMULATED_PATHS; i++) {
		snprintf(name, sizeof(name), "f%u", i);
		simulated_define(&one, 0, name);
	}
	for (unsigned round = 0; round < 8; round++) {
		int tell[2], status;
		pid_t child;

		ck_assert_int_eq(pipe(tell), 0);
		child = fork();
		if (child == 0)
			commit_for_ever(tell[1]);
		close(tell[1]);
		for (uint64_t n = 2 + random_below(&random, 20); n > 0; n--)
			ck_assert_int_eq(read(tell[0], &safe, sizeof(safe)), sizeof(safe));
		usleep((useconds_t)random_below(&random, 2000));
		kill(child, SIGKILL);
		waitpid(child, &status, 0);
		ck_assert(WIFSIGNALED(status));
		while (read(tell[0], &told, sizeof(told)) == sizeof(told))
			safe = told;
		close(tell[0]);
		ck_assert_msg(stored_open() == STORE_OPENED, "%s", why);
		ck_assert_uint_ge(ledger_safe_generation(ledger, one.key), safe);
		ck_assert_uint_gt(stored_get("f79").calls, 0);
		ck_assert_uint_eq(stored_get("f0").calls, stored_get("f79").calls);
		stored_check("calls", "\"window\" WHERE length_ns = 10000000000",
			     stored_get("f0").calls * SIMULATED_PATHS);
		stored_close();
		one.generation = safe;
	}
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, stored_set_up, stored_tear_down);
	tcase_add_loop_test(tests, totals_are_exact_whatever_happens_on_the_way, 0, 6);
	tcase_add_test(tests, a_kill_in_the_middle_of_a_commit_loses_nothing_that_was_safe);
}
