/*
 * The table of all keys of the configuration.
 */
#ifndef DAEMON_CONFIG_KEYS_H
#define DAEMON_CONFIG_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum config_kind {
	CONFIG_PATH,
	CONFIG_TEXT,
	CONFIG_LOG,
	CONFIG_DURATION,
	CONFIG_THRESHOLD, /* a duration, or "off" */
	CONFIG_SIZE,
	CONFIG_NUMBER,
	CONFIG_MODE,
	CONFIG_LIST,
	CONFIG_SWITCH,	/* yes or no */
	CONFIG_ADDRESS, /* tcp://HOST:PORT, or none */
};

struct config_key {
	const char *section, *name;
	enum config_kind kind;
	size_t offset; /* in struct config */
	uint64_t least, most;
	const char *standard;	   /* default of the system's profd */
	const char *standard_user; /* of a user's own; NULL: the same */
	bool reload;		   /* taken over by a reload; the others at the next start */
	const char *meaning;
};

extern const struct config_key config_keys[];
extern const size_t config_key_count;

/* The section whose keys are patterns, not in the table. */
#define CONFIG_RULES "slow-functions"
#define CONFIG_RULES_MEANING                                                                     \
	"Thresholds of single functions: pattern (as in a shell) = duration, or off. The first " \
	"that fits decides."

/* Says what is right for this key. */
void config_describe(const struct config_key *key, char *to, size_t room);

const struct config_key *config_find_key(const char *section, const char *name);
bool config_has_section(const char *name);

#endif
