/*
 * Puts one question to profd and waits for its answer.
 */
#ifndef CLIENT_ASK_QUESTION_H
#define CLIENT_ASK_QUESTION_H

#include <stddef.h>

#include "include/profclient.h"
#include "proto/profd.pb-c.h"
#include "proto/wire.h"

/* An answer with the memory that it lives in. */
struct answer {
	Profd__Answer *message;
	size_t size; /* bytes that came over the wire: no fewer than those of all its texts */
	struct wire_arena arena;
};

/*
 * Fills `answer`, to be freed with answer_deinit, when profd answered with RESULT_DONE; it then has
 * the message that answers this question. Version and id of the question are set here.
 * PROF_BAD_VALUE unless 0 <= timeout <= 2^30.
 */
prof_error question_ask(Profd__Question *question, double timeout, struct answer *answer);

/*
 * The same for a question that changes something, which profd does once even when copies of it
 * arrive. `number` (NULL: of no interest) is what it is answered with.
 */
prof_error question_change(Profd__Question *question, double timeout, uint64_t *number);

/* Where prof_reason of this thread is to be written (REASON_MAX bytes); "" from now on. */
char *question_reason(void);

/* In the child of a fork: whoever was asking is the parent's. */
void question_forget_all(void);

void answer_deinit(struct answer *answer);

#endif
