/*
 * Values of the configuration: defaults, one key, checks. The file itself is read
 * in config_file.c.
 */
#include "daemon/config/config.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/log.h"
#include "daemon/base/value.h"
#include "daemon/config/file.h"
#include "daemon/config/keys.h"
#include "proto/key.h"
#include "proto/endpoint.h"

static void *member(struct config *c, const struct config_key *key)
{
	return (char *)c + key->offset;
}

static const void *const_member(const struct config *c, const struct config_key *key)
{
	return (const char *)c + key->offset;
}

static bool set_text(char **to, const char *value)
{
	char *copy = strdup(value);

	if (copy == NULL)
		return false;
	free(*to);
	*to = copy;
	return true;
}

static bool set_log(uint64_t *to, const char *value)
{
	if (strcmp(value, "syslog") == 0)
		*to = LOG_TO_SYSLOG;
	else if (strcmp(value, "stderr") == 0)
		*to = LOG_TO_STDERR;
	else
		return false;
	return true;
}

static bool set_switch(uint64_t *to, const char *value)
{
	if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0)
		return false;
	*to = value[0] == 'y';
	return true;
}

static bool in_bounds(const struct config_key *key, uint64_t number, uint64_t *to)
{
	if (number < key->least || number > key->most)
		return false;
	*to = number;
	return true;
}

static bool set_threshold(const struct config_key *key, const char *value, uint64_t *to)
{
	uint64_t ns;

	if (strcmp(value, "off") == 0) {
		*to = 0;
		return true;
	}
	return value_duration(value, &ns) && in_bounds(key, ns, to);
}

static bool set_mode(const struct config_key *key, const char *value, uint64_t *to)
{
	uint64_t mode;

	if (strcmp(value, "auto") == 0) {
		*to = CONFIG_MODE_AUTO;
		return true;
	}
	return value_mode(value, &mode) && in_bounds(key, mode, to);
}

static bool is_address(const char *value)
{
	char place[ENDPOINT_MAX];

	return value[0] == '\0' ||
	       (endpoint_is_tcp(value) && endpoint_parse(place, sizeof(place), value));
}

/* False when the value is not of the key's kind or out of its bounds. Lists say more themselves. */
static bool set(struct config *c, const struct config_key *key, const char *value, char *why,
		size_t room)
{
	void *to = member(c, key);
	uint64_t number = 0;

	switch (key->kind) {
	case CONFIG_PATH:
		return (value[0] == '/' || strcmp(value, key->standard) == 0) &&
		       set_text(to, value);
	case CONFIG_TEXT:
		return set_text(to, value);
	case CONFIG_ADDRESS:
		return is_address(value) && set_text(to, value);
	case CONFIG_LOG:
		return set_log(to, value);
	case CONFIG_SWITCH:
		return set_switch(to, value);
	case CONFIG_DURATION:
		return value_duration(value, &number) && in_bounds(key, number, to);
	case CONFIG_THRESHOLD:
		return set_threshold(key, value, to);
	case CONFIG_SIZE:
		return value_size(value, &number) && in_bounds(key, number, to);
	case CONFIG_NUMBER:
		return value_number(value, &number) && in_bounds(key, number, to);
	case CONFIG_MODE:
		return set_mode(key, value, to);
	case CONFIG_LIST:
		/* Not every machine has the group that the default names. */
		return strcmp(value, key->standard) == 0 ? access_read_default(to, value)
							 : access_read(to, value, why, room);
	}
	return false;
}

bool config_set_key(struct config *c, const struct config_key *key, const char *value,
		    struct config_error *error)
{
	char right[200], why[200] = "";

	if (set(c, key, value, why, sizeof(why)))
		return true;
	config_describe(key, right, sizeof(right));
	snprintf(error->text, sizeof(error->text), "%s = %s: %s%sthe value must be %s", key->name,
		 value, why, why[0] == '\0' ? "" : "; ", right);
	return false;
}

bool config_add_rule(struct config *c, const char *pattern, const char *value,
		     struct config_error *error)
{
	const struct config_key *key = config_find_key("slow", "threshold");
	struct config_rule *more, rule = {.pattern = NULL};
	char right[200];

	for (size_t i = 0; i < c->rule_count; i++) {
		if (strcmp(c->rules[i].pattern, pattern) == 0) {
			snprintf(error->text, sizeof(error->text),
				 "%s is given twice; only the first could ever decide", pattern);
			return false;
		}
	}
	if (!set_threshold(key, value, &rule.slow_ns)) {
		config_describe(key, right, sizeof(right));
		snprintf(error->text, sizeof(error->text), "%s = %s: the value must be %s", pattern,
			 value, right);
		return false;
	}
	more = realloc(c->rules, (c->rule_count + 1) * sizeof(*more));
	if (more != NULL)
		c->rules = more;
	if (more == NULL || (rule.pattern = strdup(pattern)) == NULL) {
		snprintf(error->text, sizeof(error->text), "no memory");
		return false;
	}
	more[c->rule_count++] = rule;
	return true;
}

bool config_init(struct config *c, bool system)
{
	struct config_error error;

	memset(c, 0, sizeof(*c));
	c->push.right = KEY_PUSH;
	c->ask.right = KEY_ASK;
	c->clear.right = KEY_CLEAR;
	for (size_t i = 0; i < config_key_count; i++) {
		const struct config_key *key = &config_keys[i];
		bool own = !system && key->standard_user != NULL;
		const char *value = own ? key->standard_user : key->standard;

		if (key->kind == CONFIG_PATH)
			continue; /* the environment decides, and what folders there are */
		if (!config_set_key(c, key, value, &error)) {
			config_deinit(c);
			return false;
		}
	}
	return true;
}

void config_deinit(struct config *c)
{
	free(c->database);
	free(c->runtime_dir);
	free(c->group);
	free(c->tcp_address);
	free(c->tcp_server_key);
	free(c->tcp_client_keys);
	access_deinit(&c->push);
	access_deinit(&c->ask);
	access_deinit(&c->clear);
	for (size_t i = 0; i < c->rule_count; i++)
		free(c->rules[i].pattern);
	free(c->rules);
	memset(c, 0, sizeof(*c));
}

bool config_set(struct config *c, const char *name, const char *value, struct config_error *error)
{
	return config_set_key(c, config_find_key("profd", name), value, error);
}

static bool is_set(const char *text)
{
	return text != NULL && text[0] != '\0';
}

/* Nothing may ever listen on tcp without keys. */
static bool check_tcp(const struct config *c, const char *path, struct config_error *error)
{
	if (!is_set(c->tcp_address) || (is_set(c->tcp_server_key) && is_set(c->tcp_client_keys)))
		return true;
	snprintf(
		error->text, sizeof(error->text),
		"%s: [tcp]: address needs server_key and client_keys: profd does not listen on tcp "
		"without keys; profctl keygen makes them",
		path);
	return false;
}

bool config_check(const struct config *c, const char *path, struct config_error *error)
{
	if (!check_tcp(c, path, error))
		return false;
	for (int i = 0; i < 3; i++) {
		if (c->keep_ns[i] < c->window_ns[i]) {
			snprintf(error->text, sizeof(error->text),
				 "%s: [windows]: windows must be kept at least as long as they are",
				 path);
			return false;
		}
		if (i > 0 && (c->window_ns[i] <= c->window_ns[i - 1] ||
			      c->window_ns[i] % c->window_ns[i - 1] != 0)) {
			snprintf(error->text, sizeof(error->text),
				 "%s: [windows]: each length must be a multiple of the one before "
				 "it: short, middle, long",
				 path);
			return false;
		}
	}
	return true;
}

static bool differs(const struct config_key *key, const void *a, const void *b)
{
	char *const *text_a = a, *const *text_b = b;

	if (key->kind != CONFIG_PATH && key->kind != CONFIG_TEXT && key->kind != CONFIG_ADDRESS)
		return *(const uint64_t *)a != *(const uint64_t *)b;
	return strcmp(*text_a == NULL ? "" : *text_a, *text_b == NULL ? "" : *text_b) != 0;
}

const char *config_needs_restart(const struct config *before, const struct config *now)
{
	for (size_t i = 0; i < config_key_count; i++) {
		const struct config_key *key = &config_keys[i];

		if (!key->reload && differs(key, const_member(before, key), const_member(now, key)))
			return key->name;
	}
	return NULL;
}
