/*
 * How the library runs in this process: what prof_init said, outranked by the environment.
 */
#ifndef CLIENT_BASE_OPTIONS_H
#define CLIENT_BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "include/profclient.h"
#include "proto/key.h"

/* Checks and copies; PROF_BAD_* with nothing changed. */
prof_error options_set(const struct prof_options *options);

/* PROF_DISABLE is set to something other than "" and "0". */
bool options_disabled(void);

/* The folder of profd's sockets as of now. PROF_BAD_ENDPOINT, or PROF_UNREACHABLE where there is
 * none by default. */
prof_error options_folder(char *to, size_t room);

/* The keys for tcp://, read now. PROF_BAD_KEY unless both are named and sound. */
prof_error options_keys(struct key *own, char server[KEY_TEXT + 1]);

/* The name of the program; always valid. */
void options_program(char *to, size_t room);

double options_interval(void);
double options_exit_wait(void);

/* Around fork: the child gets options that nobody is changing. */
void options_lock(void);
void options_unlock(void);

#endif
