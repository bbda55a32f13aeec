/*
 * What profctl says: messages and questions on standard error, JSON on standard output, and the end
 * of it all.
 */
#ifndef CTL_BASE_SAY_H
#define CTL_BASE_SAY_H

#include <stdio.h>

#include "base/near.h"
#include "ctl/base/command.h"
#include "text/table.h"
#include "text/writer.h"

/* "profctl: ..." as one line on standard error, made harmless for a terminal. */
void complain(const char *format, ...) __attribute__((__format__(__printf__, 1, 2)));

/* complain(), with "Did you mean" behind it when a name is near. */
void complain_near(const struct near *near, const char *format, ...)
	__attribute__((__format__(__printf__, 2, 3)));

/* Ends profctl when memory is NULL. */
void *need(void *memory);

/* Prints a table on standard output, as wide as the terminal is, and frees it. */
void say_table(struct table *table);

/* What an answer in JSON is written with. */
#define JSON_ANSWER (&(struct writer){.to = stdout, .indented = true})

/* {NAME: COUNT} */
void say_count(const char *name, uint64_t count);

/* Tells why profd could not be asked, or what it said, also as {"error": ...} with --json. */
enum outcome say_failure(const struct request *r, prof_error error);

/* Says that profd knows no such function, and which names are near. */
enum outcome say_missing(const struct request *r, const char *name);

/* Says that --since is not before --until. */
enum outcome say_backwards(void);

/* Before something is deleted: false, after a message, where nobody can be asked and --yes was not
 * given. */
bool say_can_ask(const struct request *r);

/* Ends the question that was begun on standard error, and reads the answer. OUTCOME_DONE: yes; else
 * OUTCOME_NO, after a message. */
enum outcome say_ask(void);

/* Whether all of standard output could be written; what to exit with. */
enum outcome say_end(enum outcome outcome);

#endif
