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

struct parser {
	struct config *config;
	struct config_error *error;
	FILE *file;
	const char *path;
	unsigned line;
	char last[1024];
	bool failed;
	bool *seen; /* by key: given twice is refused */
};

static void fail(struct parser *p, const char *what)
{
	char text[sizeof(p->error->text)];

	if (p->failed)
		return;
	p->failed = true;
	snprintf(text, sizeof(text), "%s", what);
	snprintf(p->error->text, sizeof(p->error->text), "%s:%u: %.400s", p->path, p->line, text);
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
static void check_section(struct parser *p, const char *line)
{
	char name[64], text[256];

	if (sscanf(line, " [%63[^]\n]]", name) != 1 || config_has_section(name))
		return;
	snprintf(text, sizeof(text),
		 "unknown section [%s]; the sections are profd, access, tcp, slow, " CONFIG_RULES
		 ", windows and limits",
		 name);
	fail(p, text);
}

static char *read_line(char *line, int room, void *stream)
{
	struct parser *p = stream;
	char text[64];

	if (p->failed || fgets(line, room, p->file) == NULL)
		return NULL;
	p->line++;
	if (strchr(line, '\n') == NULL && !feof(p->file)) {
		snprintf(text, sizeof(text), "a line must be shorter than %d characters", room - 1);
		fail(p, text);
		return NULL;
	}
	/* libinih takes an indented line for more of the value above. */
	memmove(line, line + strspn(line, " \t"), strlen(line + strspn(line, " \t")) + 1);
	snprintf(p->last, sizeof(p->last), "%s", line);
	if (line[0] == '[')
		check_section(p, line);
	return p->failed ? NULL : line;
}

/* Patterns may hold colons, as names of C++ do: the last "=" of the line ends them. */
static bool add_rule(struct parser *p)
{
	char *pattern = p->last, *comment = strstr(p->last, " ;");
	char *value, *end;

	if (comment != NULL)
		*comment = '\0';
	value = strrchr(pattern, '=');
	if (value == NULL) {
		fail(p, "a rule is written pattern = duration, or pattern = off");
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
		fail(p, "a pattern is 1 to 255 bytes of UTF-8");
		return false;
	}
	if (config_add_rule(p->config, pattern, value, p->error))
		return true;
	fail(p, p->error->text);
	return false;
}

static int take(void *user, const char *section, const char *name, const char *value)
{
	struct parser *p = user;
	const struct config_key *key = config_find_key(section, name);
	char names[300], text[400];

	if (strcmp(section, CONFIG_RULES) == 0)
		return add_rule(p);
	if (section[0] == '\0') {
		fail(p, "a [section] must come before the first key");
		return 0;
	}
	if (key == NULL) {
		list_names(section, names, sizeof(names));
		snprintf(text, sizeof(text), "unknown key %.50s in [%s]; its keys are %s", name,
			 section, names);
		fail(p, text);
		return 0;
	}
	if (p->seen[key - config_keys]) {
		snprintf(text, sizeof(text), "%s is given twice", name);
		fail(p, text);
		return 0;
	}
	p->seen[key - config_keys] = true;
	if (config_set_key(p->config, key, value, p->error))
		return 1;
	fail(p, p->error->text);
	return 0;
}

bool config_read(struct config *c, const char *path, struct config_error *error)
{
	struct parser p = {.config = c, .error = error, .path = path};
	int line;

	p.seen = calloc(config_key_count, sizeof(*p.seen));
	p.file = fopen(path, "re");
	if (p.file == NULL || p.seen == NULL) {
		snprintf(error->text, sizeof(error->text), "%s: %s", path, strerror(errno));
		if (p.file != NULL)
			fclose(p.file);
		free(p.seen);
		return false;
	}
	line = ini_parse_stream(read_line, &p, take, &p);
	if (ferror(p.file)) /* a folder, for one */
		fail(&p, strerror(errno));
	fclose(p.file);
	free(p.seen);
	/* libinih goes on after a line that it cannot read: that one may come before ours. */
	if (line > 0 && (!p.failed || (unsigned)line < p.line)) {
		p.failed = false;
		p.line = (unsigned)line;
		fail(&p, "this is neither a [section] nor key = value");
	}
	return !p.failed;
}
