/*
 * Reading the configuration's file, key by key.
 */
#ifndef DAEMON_CONFIG_FILE_H
#define DAEMON_CONFIG_FILE_H

#include <stdbool.h>

struct config;
struct config_key;
struct config_error;

/* What a line of the file does: sets a key, or adds a rule. Errors are without the file's name and
 * line. */
bool config_set_key(struct config *c, const struct config_key *key, const char *value,
		    struct config_error *error);
bool config_add_rule(struct config *c, const char *pattern, const char *value,
		     struct config_error *error);

#endif
