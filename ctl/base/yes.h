/*
 * Asking a person before something is deleted.
 */
#ifndef CTL_BASE_YES_H
#define CTL_BASE_YES_H

#include "ctl/base/command.h"

/* False, after a message, where nobody can be asked and --yes was not given. */
bool yes_can_ask(const struct request *r);

/* Ends the question that was begun on standard error, and reads the answer. OUTCOME_DONE: yes; else
 * OUTCOME_NO, after a message. */
enum outcome yes_read(void);

#endif
