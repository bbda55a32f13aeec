/*
 * A peer in profd's place, for the suites that ask: it answers as no profd should, late, twice, in
 * nonsense, not at all. What is asked for tells it what to do.
 */
#ifndef TESTS_PEER_H
#define TESTS_PEER_H

#include <pthread.h>
#include <stdint.h>
#include <zmq.h>

#include "include/profclient.h"
#include "proto/profd.pb-c.h"
#include "tests/suite.h"

#define PEER_LONG 30.0 /* seconds: the time limit of what does not run into it */

struct peer {
	void (*react)(struct peer *p, const Profd__Question *question);
	void *context, *router;
	pthread_t thread;
	zmq_msg_t asker; /* routing id of the question that is being answered */
};

/* Fixtures of a test: a folder of its own, which PROF_ENDPOINT names. */
void peer_make_folder(void);
void peer_remove_folder(void);

/* Answers each question in that folder with `react`, in a thread of its own. */
void peer_start(struct peer *p, void (*react)(struct peer *, const Profd__Question *));
void peer_stop(struct peer *p);

/* For use by `react`. The id is the question's, unless it is to go wrong. */
void peer_answer(struct peer *p, Profd__Answer *answer, uint64_t id);
void peer_answer_result(struct peer *p, Profd__Result result, uint32_t version, uint64_t id);
void peer_answer_bytes(struct peer *p, const void *bytes, size_t size);

/* 100 calls of a function, with so many of the six quantiles. */
void peer_answer_function(struct peer *p, const char *name, unsigned quantiles, uint64_t id);

/* Asks for a function that the peer tells; it must come back by the same name. */
void ck_answered(const char *name);

/* Asks for a function in vain: with this error, and the result untouched. */
void ck_error(const char *name, double timeout, prof_error error);

#endif
