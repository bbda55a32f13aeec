/*
 * The configuration: one table of keys, from which reading, checking and the documentation follow.
 */
#ifndef DAEMON_CONFIG_CONFIG_H
#define DAEMON_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "daemon/net/access.h"

/* Numbers are 64 bits wide whatever they count; durations are nanoseconds, sizes bytes. */
struct config_rule {
	char *pattern;
	uint64_t slow_ns; /* 0: never */
};

/* A mode beyond all that can be given: as narrow as the list of those who may. */
#define CONFIG_MODE_AUTO 01000

struct config {
	char *database, *runtime_dir, *group;
	uint64_t log;	  /* enum log_target */
	uint64_t sandbox; /* 0 or 1 */
	uint64_t commit_interval, push_size, user_connections, records_mode, control_mode;
	struct access_list push, ask, clear;
	uint64_t slow_ns, events, alerts, total_alerts;
	struct config_rule *rules; /* in the order of the file: the first that fits decides */
	size_t rule_count;
	uint64_t window_ns[3], keep_ns[3];
	uint64_t processes, paths, functions, standings, remember_ended, silence, database_size;
	uint64_t user_share, user_waiting;
	char *tcp_address, *tcp_server_key, *tcp_client_keys; /* NULL or "": none */
	uint64_t tcp_connections, tcp_address_connections, tcp_silence;
};

/* Why a configuration was refused: "FILE:LINE: what is wrong; what would be right". */
struct config_error {
	char text[512];
};

/*
 * Fills in the defaults: those of the system's profd, or those of a user's own. Paths stay NULL.
 * False without memory.
 */
bool config_init(struct config *c, bool system);
void config_deinit(struct config *c);

/* Reads a file over what is there. On false, what `c` holds is to be thrown away. */
bool config_read(struct config *c, const char *path, struct config_error *error);

/* Sets one key of [profd] as the command line does. */
bool config_set(struct config *c, const char *name, const char *value, struct config_error *error);

/* Checks what no single key can know. */
bool config_check(const struct config *c, const char *path, struct config_error *error);

/* Names, for the log, the first key that differs and takes effect only at the next start; NULL:
 * none. */
const char *config_needs_restart(const struct config *before, const struct config *now);

/* Writes an example file: each key with its default and meaning, commented out. */
void config_print(FILE *to);

#endif
