/*
 * The table of keys for people: what is right for one, and the example file.
 */
#include <string.h>

#include "daemon/base/value.h"
#include "daemon/config/config.h"
#include "daemon/config/keys.h"

#define WIDTH 100 /* of a comment; no line of a configuration has more than 199 characters */

static void print_size(char *to, size_t room, uint64_t bytes)
{
	static const char units[] = "\0KMG";
	unsigned unit = 0;

	while (unit < 3 && bytes != 0 && bytes % 1024 == 0) {
		bytes /= 1024;
		unit++;
	}
	snprintf(to, room, "%llu%.1s", (unsigned long long)bytes, &units[unit]);
}

void config_describe(const struct config_key *key, char *to, size_t room)
{
	char least[32], most[32];

	switch (key->kind) {
	case CONFIG_PATH:
		snprintf(to, room, "an absolute path");
		break;
	case CONFIG_TEXT:
		snprintf(to, room, "a text");
		break;
	case CONFIG_LOG:
		snprintf(to, room, "syslog or stderr");
		break;
	case CONFIG_SWITCH:
		snprintf(to, room, "yes or no");
		break;
	case CONFIG_DURATION:
	case CONFIG_THRESHOLD:
		value_print_duration(least, sizeof(least), key->least);
		value_print_duration(most, sizeof(most), key->most);
		snprintf(to, room, "a duration like 250ms, 10s or 1h, from %s to %s%s", least, most,
			 key->kind == CONFIG_THRESHOLD ? ", or off" : "");
		break;
	case CONFIG_SIZE:
		print_size(least, sizeof(least), key->least);
		print_size(most, sizeof(most), key->most);
		snprintf(to, room, "a size like 500K or 16M, from %s to %s", least, most);
		break;
	case CONFIG_NUMBER:
		snprintf(to, room, "a whole number from %llu to %llu",
			 (unsigned long long)key->least, (unsigned long long)key->most);
		break;
	case CONFIG_MODE:
		snprintf(to, room, "an octal mode like 0660, up to 0777, or auto");
		break;
	case CONFIG_ADDRESS:
		snprintf(to, room, "tcp://HOST:PORT, with a port from 1 to 65534, or nothing");
		break;
	case CONFIG_LIST:
		snprintf(to, room, "names of users and @groups, or *");
		break;
	}
}

static void print_comment(FILE *to, const char *text)
{
	while (*text != '\0') {
		int length = (int)strlen(text);

		if (length > WIDTH)
			for (length = WIDTH; text[length] != ' '; length--)
				;
		fprintf(to, "# %.*s\n", length, text);
		text += length + (text[length] == ' ');
	}
}

void config_print(FILE *to)
{
	const char *section = "";

	fprintf(to, "# profd.conf: the configuration of profd, see profd.conf(5).\n"
		    "# Every key is shown with its default.\n");
	for (size_t i = 0; i < config_key_count; i++) {
		const struct config_key *key = &config_keys[i];
		char right[200];

		fputc('\n', to);
		if (strcmp(section, key->section) != 0)
			fprintf(to, "[%s]\n", key->section);
		section = key->section;
		print_comment(to, key->meaning);
		config_describe(key, right, sizeof(right));
		fprintf(to, "# Value: %s.", right);
		if (key->standard_user != NULL)
			fprintf(to, " Default of a user's own profd: %s",
				key->standard_user[0] == '\0' ? "none" : key->standard_user);
		fprintf(to, "\n#%s =%s%s\n", key->name, key->standard[0] == '\0' ? "" : " ",
			key->standard);
	}
	fprintf(to, "\n[" CONFIG_RULES "]\n# " CONFIG_RULES_MEANING "\n#db.* = 250ms\n"
		    "#batch.run = off\n");
}
