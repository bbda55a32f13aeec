/*
 * A peer that answers in profd's place.
 */
#include "tests/peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/limits.h"

static char folder[64];

void peer_answer_bytes(struct peer *p, const void *bytes, size_t size)
{
	zmq_msg_t asker;

	zmq_msg_init(&asker);
	zmq_msg_copy(&asker, &p->asker);
	zmq_msg_send(&asker, p->router, ZMQ_SNDMORE);
	zmq_send(p->router, bytes, size, 0);
}

void peer_answer(struct peer *p, Profd__Answer *answer, uint64_t id)
{
	uint8_t bytes[1024];

	answer->id = id;
	if (answer->version == 0)
		answer->version = PROF_PROTOCOL;
	peer_answer_bytes(p, bytes, profd__answer__pack(answer, bytes));
}

void peer_answer_function(struct peer *p, const char *name, unsigned quantiles, uint64_t id)
{
	static double values[] = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6};
	Profd__Answer answer = PROFD__ANSWER__INIT;
	Profd__Function function = PROFD__FUNCTION__INIT;

	function.name = (char *)name;
	function.calls = 100;
	function.errors = 7;
	function.slow = 3;
	function.sum_ns = 20000000000;
	function.min_ns = 1000;
	function.max_ns = 600000000;
	function.quantiles = values;
	function.n_quantiles = quantiles;
	answer.result = PROFD__RESULT__RESULT_DONE;
	answer.answer_case = PROFD__ANSWER__ANSWER_STATS;
	answer.stats = &function;
	peer_answer(p, &answer, id);
}

void peer_answer_result(struct peer *p, Profd__Result result, uint32_t version, uint64_t id)
{
	Profd__Answer answer = PROFD__ANSWER__INIT;

	answer.result = result;
	answer.version = version;
	peer_answer(p, &answer, id);
}

/* Ends when its context does. */
static void *answer_all(void *data)
{
	struct peer *p = data;
	zmq_msg_t message;

	for (;;) {
		Profd__Question *q;

		zmq_msg_init(&p->asker);
		zmq_msg_init(&message);
		if (zmq_msg_recv(&p->asker, p->router, 0) < 0 ||
		    zmq_msg_recv(&message, p->router, 0) < 0)
			break;
		q = profd__question__unpack(NULL, zmq_msg_size(&message), zmq_msg_data(&message));
		ck_assert_ptr_nonnull(q);
		ck_assert_uint_eq(q->version, PROF_PROTOCOL);
		p->react(p, q);
		profd__question__free_unpacked(q, NULL);
		zmq_msg_close(&message);
		zmq_msg_close(&p->asker);
	}
	zmq_close(p->router);
	return NULL;
}

void peer_start(struct peer *p, void (*react)(struct peer *, const Profd__Question *))
{
	char address[128];
	int none = 0;

	p->react = react;
	p->context = zmq_ctx_new();
	p->router = zmq_socket(p->context, ZMQ_ROUTER);
	zmq_setsockopt(p->router, ZMQ_LINGER, &none, sizeof(none));
	snprintf(address, sizeof(address), "ipc://%s/control", folder);
	ck_assert_int_eq(zmq_bind(p->router, address), 0);
	ck_assert_int_eq(pthread_create(&p->thread, NULL, answer_all, p), 0);
}

void peer_stop(struct peer *p)
{
	zmq_ctx_shutdown(p->context);
	pthread_join(p->thread, NULL);
	zmq_ctx_term(p->context);
}

void peer_make_folder(void)
{
	char endpoint[128];

	strcpy(folder, "/tmp/prof_peer.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(endpoint, sizeof(endpoint), "ipc://%s", folder);
	setenv("PROF_ENDPOINT", endpoint, 1);
}

void peer_remove_folder(void)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/control", folder);
	unlink(path);
	rmdir(folder);
}

void ck_answered(const char *name)
{
	struct prof_stats *stats = NULL;

	ck_assert_int_eq(prof_get_stats(name, NULL, PEER_LONG, &stats), PROF_OK);
	ck_assert_str_eq(stats->function_name, name);
	prof_free(stats);
}

void ck_error(const char *name, double timeout, prof_error error)
{
	struct prof_stats *untouched = (struct prof_stats *)&error, *stats = untouched;

	ck_assert_int_eq(prof_get_stats(name, NULL, timeout, &stats), error);
	ck_assert_ptr_eq(stats, untouched);
}
