/*
 * Makes profd.conf(5) of the text around the keys, which it reads, and the table of keys; with the
 * argument "example" the example file. Runs while profd is built, and is not installed.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/config/config.h"
#include "daemon/config/keys.h"

static const char *const words[] = {
	[CONFIG_PATH] = "absolute path",
	[CONFIG_TEXT] = "name",
	[CONFIG_LOG] = "syslog or stderr",
	[CONFIG_DURATION] = "duration",
	[CONFIG_THRESHOLD] = "duration or off",
	[CONFIG_SIZE] = "size",
	[CONFIG_NUMBER] = "number",
	[CONFIG_MODE] = "octal mode",
	[CONFIG_LIST] = "list",
	[CONFIG_SWITCH] = "yes or no",
	[CONFIG_ADDRESS] = "address",
};

/* A manual page begins each sentence on a line of its own. */
static void print_sentences(const char *text)
{
	const char *end;

	while ((end = strstr(text, ". ")) != NULL) {
		printf("%.*s\n", (int)(end + 1 - text), text);
		text = end + 2;
	}
	puts(text);
}

static const char *or_none(const char *value)
{
	return value[0] == '\0' ? "none" : value;
}

static void print_keys(void)
{
	const char *section = NULL;

	for (size_t i = 0; i < config_key_count; i++) {
		const struct config_key *key = &config_keys[i];

		if (section == NULL || strcmp(section, key->section) != 0)
			printf("%s.Ss [%s]\n.Bl -tag -width Ds\n", section == NULL ? "" : ".El\n",
			       key->section);
		section = key->section;
		printf(".It Cm %s No = Ar %s\n", key->name, words[key->kind]);
		print_sentences(key->meaning);
		printf("Default: %s", or_none(key->standard));
		if (key->standard_user != NULL)
			printf("; of a user's own profd: %s", or_none(key->standard_user));
		printf(".\n%s", key->reload ? "Taken over by a reload.\n" : "");
	}
	puts(".El");
}

int main(int argc, char **argv)
{
	char line[1024];

	if (argc == 2 && strcmp(argv[1], "example") == 0)
		config_print(stdout);
	else
		while (fgets(line, sizeof(line), stdin) != NULL) {
			if (strcmp(line, "@KEYS@\n") == 0)
				print_keys();
			else
				fputs(line, stdout);
		}
	return ferror(stdin) || fflush(stdout) != 0;
}
