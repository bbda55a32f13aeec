/*
 * The file of the configuration, through libinih. libinih as Debian builds it does not tell a
 * handler the line it is at, splits "a::b = 1s" at the first colon and passes over overlong lines:
 * the function that reads lines for it counts them and keeps the one it read last.
 */
#include "daemon/config/file.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config/config.h"
#include "daemon/config/keys.h"
#include "proto/limits.h"
#include "proto/name.h"

struct reader {
	struct config *config;
	struct config_error *error;
	FILE *file;
	const char *path;
	unsigned line;
	char last[1024];
	bool failed;
	bool *seen; /* by key: given twice is refused */
};

static void fail(struct reader *r, const char *what)
{
	char text[sizeof(r->error->text)];

	if (r->failed)
		return;
	r->failed = true;
	snprintf(text, sizeof(text), "%s", what);
	snprintf(r->error->text, sizeof(r->error->text), "%s:%u: %.400s", r->path, r->line, text);
}

static void list_names(const char *section, char *to, size_t room)
{
	size_t used = 0;

	to[0] = '\0';
	for (size_t i = 0; i < config_key_count && used < room; i++) {
		if (strcmp(config_keys[i].section, section) == 0)
			used += (size_t)snprintf(to + used, room - used, "%s%s",
						 used == 0 ? "" : ", ", config_keys[i].name);
	}
}

/* libinih reports a section only with its first key; an empty one with a wrong name counts too. */
static void check_section(struct reader *r, const char *line)
{
	char name[64], text[256];

	if (sscanf(line, " [%63[^]\n]]", name) != 1 || config_has_section(name))
		return;
	snprintf(text, sizeof(text),
		 "there is no section [%s]; there are profd, access, tcp, slow, " CONFIG_RULES
		 ", windows and limits",
		 name);
	fail(r, text);
}

static char *read_line(char *line, int room, void *stream)
{
	struct reader *r = stream;
	char text[64];

	if (r->failed || fgets(line, room, r->file) == NULL)
		return NULL;
	r->line++;
	if (strchr(line, '\n') == NULL && !feof(r->file)) {
		snprintf(text, sizeof(text), "a line must be shorter than %d characters", room - 1);
		fail(r, text);
		return NULL;
	}
	/* libinih takes an indented line for more of the value above. */
	memmove(line, line + strspn(line, " \t"), strlen(line + strspn(line, " \t")) + 1);
	snprintf(r->last, sizeof(r->last), "%s", line);
	if (line[0] == '[')
		check_section(r, line);
	return r->failed ? NULL : line;
}

/* Patterns may hold colons, as names of C++ do: the last "=" of the line ends them. */
static bool take_rule(struct reader *r)
{
	char *pattern = r->last, *comment = strstr(r->last, " ;");
	char *value, *end;

	if (comment != NULL)
		*comment = '\0';
	value = strrchr(pattern, '=');
	if (value == NULL) {
		fail(r, "a rule is written pattern = duration, or pattern = off");
		return false;
	}
	for (end = value; end > pattern && isspace((unsigned char)end[-1]); end--)
		;
	*end = '\0';
	value += 1 + strspn(value + 1, " \t");
	for (end = value + strlen(value); end > value && isspace((unsigned char)end[-1]); end--)
		;
	*end = '\0';
	if (!name_is_valid(pattern, strlen(pattern))) {
		fail(r, "a pattern is 1 to 255 bytes of UTF-8");
		return false;
	}
	if (config_add_rule(r->config, pattern, value, r->error))
		return true;
	fail(r, r->error->text);
	return false;
}

static int take(void *user, const char *section, const char *name, const char *value)
{
	struct reader *r = user;
	const struct config_key *key = config_find_key(section, name);
	char names[300], text[400];

	if (strcmp(section, CONFIG_RULES) == 0)
		return take_rule(r);
	if (section[0] == '\0') {
		fail(r, "a [section] must come before the first key");
		return 0;
	}
	if (key == NULL) {
		list_names(section, names, sizeof(names));
		snprintf(text, sizeof(text), "there is no key %.50s in [%s]; there are %s", name,
			 section, names);
		fail(r, text);
		return 0;
	}
	if (r->seen[key - config_keys]) {
		snprintf(text, sizeof(text), "%s is given twice", name);
		fail(r, text);
		return 0;
	}
	r->seen[key - config_keys] = true;
	if (config_set_key(r->config, key, value, r->error))
		return 1;
	fail(r, r->error->text);
	return 0;
}

bool config_read(struct config *c, const char *path, struct config_error *error)
{
	struct reader r = {.config = c, .error = error, .path = path};
	int line;

	r.seen = calloc(config_key_count, sizeof(*r.seen));
	r.file = fopen(path, "re");
	if (r.file == NULL || r.seen == NULL) {
		snprintf(error->text, sizeof(error->text), "%s: %s", path, strerror(errno));
		if (r.file != NULL)
			fclose(r.file);
		free(r.seen);
		return false;
	}
	line = ini_parse_stream(read_line, &r, take, &r);
	if (ferror(r.file)) /* a folder, for one */
		fail(&r, strerror(errno));
	fclose(r.file);
	free(r.seen);
	/* libinih goes on after a line that it cannot read: that one may come before ours. */
	if (line > 0 && (!r.failed || (unsigned)line < r.line)) {
		r.failed = false;
		r.line = (unsigned)line;
		fail(&r, "this is neither a [section] nor key = value");
	}
	return !r.failed;
}
