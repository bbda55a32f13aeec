/*
 * Pushing, to a peer that answers as profd may and as it should not: what was acked is not told
 * again, what was not is, and refusals end in the right error.
 */
#include "tests/suite.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "include/profclient.h"
#include "proto/limits.h"
#include "proto/profd.pb-c.h"

const char suite_name[] = "push";

#define LONG 30.0
#define MANY 5000

enum reaction {
	ACK,
	SILENCE,
	SEND_ALL,
	OTHER_VERSION,
	REFUSE,
	NO_VERDICT,
	NONSENSE_FIRST,
	STRANGER_FIRST
};

/* The last push, as far as tests look at it. */
struct seen {
	uint64_t pushes, generation, since, told_epoch, calls, slow;
	size_t paths, standings;
	size_t late_events; /* told by the push after the one that `late` came with */
	uint32_t furthest;  /* path of a standing, of all pushes */
	bool flush;
};

static struct {
	void *context, *router;
	pthread_t thread;
	char folder[64];
	pthread_mutex_t lock;
	enum reaction reaction; /* to the next push; ACK after it */
	bool silent;		/* to all */
	uint64_t slow_ns, epoch;
	unsigned functions; /* each of so many is called once more before a push is acked */

	bool late; /* a call is recorded before the next push is acked */
	uint64_t late_at;

	struct seen seen;
} peer = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void note(const Profd__Push *push)
{
	peer.seen.pushes++;
	peer.seen.generation = push->generation;
	peer.seen.since = push->since;
	peer.seen.told_epoch = push->epoch;
	peer.seen.paths = push->n_paths;
	peer.seen.standings = push->n_standings;
	peer.seen.flush = push->flush;
	if (peer.late_at != 0 && push->generation == peer.late_at + 1)
		peer.seen.late_events = push->n_events;
	peer.seen.calls = peer.seen.slow = 0;
	for (size_t i = 0; i < push->n_standings; i++) {
		const Profd__Tally *t = push->standings[i]->returned;

		for (size_t j = 0; t != NULL && j < t->n_count; j++)
			peer.seen.calls += t->count[j];
		peer.seen.slow += push->standings[i]->slow;
		if (push->standings[i]->path > peer.seen.furthest)
			peer.seen.furthest = push->standings[i]->path;
	}
}

static void record_all(unsigned functions)
{
	char name[16];

	for (unsigned i = 0; i < functions; i++) {
		snprintf(name, sizeof(name), "f%u", i);
		ck_assert_int_eq(prof_record(name, 0.001, NULL), PROF_OK);
	}
}

static void send_to(zmq_msg_t *who, const void *bytes, size_t size)
{
	zmq_msg_t copy;

	zmq_msg_init(&copy);
	zmq_msg_copy(&copy, who);
	zmq_msg_send(&copy, peer.router, ZMQ_SNDMORE);
	zmq_send(peer.router, bytes, size, 0);
}

static void send_ack(zmq_msg_t *who, const Profd__Push *push, Profd__Verdict verdict, bool stranger)
{
	uint8_t bytes[512], other[PROF_PROCESS_ID] = "somebody else";
	Profd__Policy policy = PROFD__POLICY__INIT;
	Profd__Ack ack = PROFD__ACK__INIT;

	ack.version = verdict == PROFD__VERDICT__VERDICT_WRONG_VERSION ? PROF_PROTOCOL + 1
								       : PROF_PROTOCOL;
	ack.process = push->process;
	if (stranger)
		ack.process.data = other;
	ack.verdict = verdict;
	ack.generation = push->generation;
	ack.epoch = peer.epoch;
	if (peer.slow_ns != 0) {
		policy.generation = peer.slow_ns;
		policy.slow_ns = peer.slow_ns;
		ack.policy = &policy;
	}
	send_to(who, bytes, profd__ack__pack(&ack, bytes));
}

static void react(zmq_msg_t *who, const Profd__Push *push, enum reaction reaction)
{
	switch (reaction) {
	case SILENCE:
		return;
	case SEND_ALL:
		send_ack(who, push, PROFD__VERDICT__VERDICT_SEND_ALL, false);
		return;
	case OTHER_VERSION:
		send_ack(who, push, PROFD__VERDICT__VERDICT_WRONG_VERSION, false);
		return;
	case REFUSE:
		send_ack(who, push, PROFD__VERDICT__VERDICT_REFUSED, false);
		return;
	case NO_VERDICT:
		send_ack(who, push, PROFD__VERDICT__VERDICT_UNSPECIFIED, false);
		return;
	case NONSENSE_FIRST:
		send_to(who, "\x0f\xff\xff\xff\xff", 5);
		break;
	case STRANGER_FIRST:
		send_ack(who, push, PROFD__VERDICT__VERDICT_REFUSED, true);
		break;
	case ACK:
		break;
	}
	send_ack(who, push, PROFD__VERDICT__VERDICT_SAFE, false);
}

static void take(zmq_msg_t *who, zmq_msg_t *message)
{
	Profd__Push *push = profd__push__unpack(NULL, zmq_msg_size(message), zmq_msg_data(message));

	ck_assert_ptr_nonnull(push);
	ck_assert_uint_eq(push->version, PROF_PROTOCOL);
	pthread_mutex_lock(&peer.lock);
	note(push);
	record_all(peer.functions);
	if (peer.late) {
		ck_assert_int_eq(prof_record("late", 0.001, NULL), PROF_OK);
		peer.late_at = push->generation;
		peer.late = false;
	}
	react(who, push, peer.silent ? SILENCE : peer.reaction);
	peer.reaction = ACK;
	pthread_mutex_unlock(&peer.lock);
	profd__push__free_unpacked(push, NULL);
}

/* Ends when its context does. */
static void *take_all(void *unused)
{
	zmq_msg_t who, message;

	for (;;) {
		zmq_msg_init(&who);
		zmq_msg_init(&message);
		if (zmq_msg_recv(&who, peer.router, 0) < 0 ||
		    zmq_msg_recv(&message, peer.router, 0) < 0)
			break;
		take(&who, &message);
		zmq_msg_close(&message);
		zmq_msg_close(&who);
	}
	zmq_close(peer.router);
	return unused;
}

static void begin(void)
{
	char address[128];

	strcpy(peer.folder, "/tmp/profd-push-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(peer.folder));
	snprintf(address, sizeof(address), "ipc://%s", peer.folder);
	setenv("PROF_ENDPOINT", address, 1);
	/* Nothing is pushed but by a flush. */
	setenv("PROF_INTERVAL", "3600", 1);
	snprintf(address, sizeof(address), "ipc://%s/records", peer.folder);
	peer.context = zmq_ctx_new();
	peer.router = zmq_socket(peer.context, ZMQ_ROUTER);
	ck_assert_int_eq(zmq_bind(peer.router, address), 0);
	pthread_create(&peer.thread, NULL, take_all, NULL);
	/* The push that a process begins with is over. */
	ck_assert_int_eq(prof_flush(LONG), PROF_OK);
	pthread_mutex_lock(&peer.lock);
	peer.seen.pushes = 0;
	pthread_mutex_unlock(&peer.lock);
}

static void end(void)
{
	char path[128];

	zmq_ctx_term(peer.context);
	pthread_join(peer.thread, NULL);
	snprintf(path, sizeof(path), "%s/records", peer.folder);
	unlink(path);
	rmdir(peer.folder);
}

static void react_next(enum reaction reaction)
{
	pthread_mutex_lock(&peer.lock);
	peer.reaction = reaction;
	pthread_mutex_unlock(&peer.lock);
}

static struct seen last(void)
{
	struct seen seen;

	pthread_mutex_lock(&peer.lock);
	seen = peer.seen;
	pthread_mutex_unlock(&peer.lock);
	return seen;
}

static void record_and_flush(const char *name)
{
	ck_assert_int_eq(prof_record(name, 0.001, NULL), PROF_OK);
	ck_assert_int_eq(prof_flush(LONG), PROF_OK);
}

/* A push tells what changed since the last acked one, its paths once. */
START_TEST(only_what_changed_is_told)
{
	uint64_t first;

	record_and_flush("f");
	ck_assert(last().flush);
	ck_assert_uint_eq(last().calls, 1);
	first = last().generation;
	record_and_flush("g");
	ck_assert_uint_eq(last().since, first);
	ck_assert_uint_eq(last().paths, 1);
	ck_assert_uint_eq(last().standings, 1);
	record_and_flush("f");
	ck_assert_uint_eq(last().paths, 0);
	ck_assert_uint_eq(last().standings, 1);
	ck_assert_uint_eq(last().calls, 2);
}
END_TEST

/* A profd that does not know the process gets everything again, definitions too. */
START_TEST(all_is_told_again_when_asked)
{
	record_and_flush("f");
	record_and_flush("g");
	react_next(SEND_ALL);
	record_and_flush("f");
	ck_assert_uint_eq(last().since, 0);
	ck_assert_uint_eq(last().paths, 2);
	ck_assert_uint_eq(last().standings, 2);
	ck_assert_uint_eq(last().calls, 3);
}
END_TEST

/* What was pushed and not acked is told again. */
START_TEST(a_lost_ack_loses_nothing)
{
	uint64_t safe;

	record_and_flush("f");
	safe = last().generation;
	pthread_mutex_lock(&peer.lock);
	peer.silent = true;
	pthread_mutex_unlock(&peer.lock);
	ck_assert_int_eq(prof_record("g", 0.001, NULL), PROF_OK);
	ck_assert_int_eq(prof_flush(0.1), PROF_TIMEOUT);
	pthread_mutex_lock(&peer.lock);
	peer.silent = false;
	pthread_mutex_unlock(&peer.lock);
	record_and_flush("f");
	ck_assert_uint_eq(last().since, safe);
	ck_assert_uint_eq(last().standings, 2);
	ck_assert_uint_eq(last().calls, 3);
}
END_TEST

/* Acks that make no sense, or are another process's, are passed over. */
START_TEST(strange_acks_are_passed_over)
{
	uint64_t safe;

	react_next(NONSENSE_FIRST);
	record_and_flush("f");
	safe = last().generation;
	react_next(STRANGER_FIRST);
	record_and_flush("f");
	ck_assert_uint_eq(last().since, safe);
	ck_assert_uint_eq(last().calls, 2);
}
END_TEST

/* A profd of another version, or one that refuses, is named; counting goes on. */
START_TEST(refusals_are_told)
{
	static const struct {
		enum reaction reaction;
		prof_error error;
	} refusal[] = {{OTHER_VERSION, PROF_WRONG_VERSION}, {REFUSE, PROF_DENIED}};

	react_next(refusal[_i].reaction);
	ck_assert_int_eq(prof_record("f", 0.001, NULL), PROF_OK);
	ck_assert_int_eq(prof_flush(LONG), refusal[_i].error);
	ck_assert_int_eq(prof_record("f", 0.001, NULL), PROF_OK);
	/* It does not ask again at once. */
	ck_assert_int_eq(prof_flush(LONG), refusal[_i].error);
	ck_assert_uint_eq(last().pushes, 1);
}
END_TEST

/* An ack that does not say that a push is safe does not make it so. */
START_TEST(no_verdict_is_not_safe)
{
	react_next(NO_VERDICT);
	ck_assert_int_eq(prof_record("f", 0.001, NULL), PROF_OK);
	ck_assert_int_eq(prof_flush(0.2), PROF_TIMEOUT);
}
END_TEST

/* Of more paths than a push can tell all are told, though none of them ever rests. */
START_TEST(paths_that_never_rest_leave_room_for_others)
{
	record_all(MANY);
	pthread_mutex_lock(&peer.lock);
	peer.functions = MANY;
	pthread_mutex_unlock(&peer.lock);
	ck_assert_int_eq(prof_flush(LONG), PROF_OK);
	ck_assert_uint_ge(last().pushes, 2);
	ck_assert_uint_eq(last().furthest, MANY);
	pthread_mutex_lock(&peer.lock);
	peer.functions = 0;
	pthread_mutex_unlock(&peer.lock);
}
END_TEST

/* A slow call does not wait until all of a snapshot is told that takes several pushes. */
START_TEST(slow_calls_go_with_the_next_push)
{
	pthread_mutex_lock(&peer.lock);
	peer.slow_ns = 1;
	pthread_mutex_unlock(&peer.lock);
	record_and_flush("f");
	record_all(MANY);
	pthread_mutex_lock(&peer.lock);
	peer.late = true;
	pthread_mutex_unlock(&peer.lock);
	ck_assert_int_eq(prof_flush(LONG), PROF_OK);
	record_and_flush("f");
	ck_assert_uint_ge(last().late_events, 1);
}
END_TEST

/* The ack tells thresholds and epoch; both are in force from then on, also on paths met before. */
START_TEST(policy_and_epoch_are_learned)
{
	pthread_mutex_lock(&peer.lock);
	peer.slow_ns = 1;
	peer.epoch = 7;
	pthread_mutex_unlock(&peer.lock);
	record_and_flush("f");
	ck_assert_uint_eq(last().slow, 0);
	record_and_flush("f");
	ck_assert_uint_eq(last().told_epoch, 7);
	ck_assert_uint_eq(last().slow, 1);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, begin, end);
	tcase_add_test(tests, only_what_changed_is_told);
	tcase_add_test(tests, all_is_told_again_when_asked);
	tcase_add_test(tests, a_lost_ack_loses_nothing);
	tcase_add_test(tests, strange_acks_are_passed_over);
	tcase_add_loop_test(tests, refusals_are_told, 0, 2);
	tcase_add_test(tests, no_verdict_is_not_safe);
	tcase_add_test(tests, paths_that_never_rest_leave_room_for_others);
	tcase_add_test(tests, slow_calls_go_with_the_next_push);
	tcase_add_test(tests, policy_and_epoch_are_learned);
}
