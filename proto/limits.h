/*
 * What both sides agree on and no message may exceed.
 */
#ifndef PROTO_LIMITS_H
#define PROTO_LIMITS_H

#include <stdint.h>

/* Version of the messages in profd.proto that this side writes, and the oldest that it still reads:
 * profd answers in the version of whoever asks. A side that meets another says so and stops. */
#define PROF_PROTOCOL	     2
#define PROF_PROTOCOL_OLDEST 2

#define PROF_NAME_MAX 255 /* bytes of a function's or a program's name, without the final NUL */
#define PROF_ERROR_TEXT_MAX \
	255		   /* bytes of a failure's message; longer ones are cut at a character */
#define PROF_PROCESS_ID 16 /* random bytes that name a process */

/* Paths of one process; the calls of further ones are counted in their function, then "(other)". */
#define PROF_PATHS_MAX	   65536
#define PROF_FUNCTIONS_MAX 32768

/* Calls of one tally: 50 million a second for 80 years; so no sum of them ever wraps. */
#define PROF_CALLS_MAX (UINT64_C(1) << 57)

/* Any other number of a push: nanoseconds of 146 years. Sums stop there. */
#define PROF_NUMBER_MAX (UINT64_C(1) << 62)

/* Where calls go whose function no longer fits. */
#define PROF_OTHER "(other)"

#define PROF_EVENTS_MAX	       256	   /* events of one process that wait for their ack */
#define PROF_PUSH_SIZE_MAX     (16u << 20) /* bytes of one push, profd's default limit */
#define PROF_QUESTION_SIZE_MAX (2u << 20)  /* bytes of one question: 100,000 timings fit */

/* The longest duration that is told and waited for: the end of the histogram. */
#define PROF_SECONDS_MAX ((double)(1 << 30))

/* Calls recorded at once, and timings that one result is made of. */
#define PROF_COUNT_MAX (UINT64_C(1) << 32)

/* A benchmark that profd keeps, and the series of its results. */
#define PROF_TIMINGS_MAX    100000
#define PROF_SAVED_TEXT_MAX 4096 /* bytes of each text that says what was timed */

#define PROF_DEFAULT_SLOW_SECONDS 1.0

#endif
