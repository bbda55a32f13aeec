/*
 * Reading the command line; one table of options, from which --help follows.
 */
#include <config.h>

#include "daemon/config/options.h"

#include <getopt.h>
#include <stdio.h>

#include "daemon/config/config.h"

struct row {
	const char *name, *value, *meaning;
};

/* An option is known by its place in this table, counted from 1. */
enum { CONFIG = 1, CHECK_CONFIG, DATABASE, RUNTIME_DIR, LOG, HELP_CONFIG, VERSION_, HELP };

static const struct row rows[] = {
	{"config", "FILE",
	 "read this configuration (default /etc/profd/profd.conf, or a user's own)"},
	{"check-config", NULL, "check the configuration and exit: 0 if it is good"},
	{"database", "FILE", "keep everything in this SQLite file"},
	{"runtime-dir", "DIR", "make the sockets in this folder"},
	{"log", "syslog|stderr", "write slow calls and messages there"},
	{"help-config", NULL, "print an example configuration: every key, its default and meaning"},
	{"version", NULL, "print the version"},
	{"help", NULL, "print this"},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static void print_help(void)
{
	char option[64];

	printf("Usage: profd [OPTION]...\n"
	       "Gathers what instrumented programs tell of their calls, and answers profctl.\n\n");
	for (size_t i = 0; i < ROWS; i++) {
		snprintf(option, sizeof(option), "%s%s%s", rows[i].name,
			 rows[i].value == NULL ? "" : "=",
			 rows[i].value == NULL ? "" : rows[i].value);
		printf("  --%-22s %s\n", option, rows[i].meaning);
	}
	printf("\nOptions outrank the configuration. SIGHUP reads it again, SIGTERM ends profd.\n"
	       "Exit status: 0 ended as asked, 1 it could not run, 2 wrong usage or "
	       "configuration.\n");
}

static enum options_result take(struct options *o, int option, const char *value)
{
	switch (option) {
	case CONFIG:
		o->config = value;
		return OPTIONS_RUN;
	case CHECK_CONFIG:
		o->check_config = true;
		return OPTIONS_RUN;
	case DATABASE:
		o->database = value;
		return OPTIONS_RUN;
	case RUNTIME_DIR:
		o->runtime_dir = value;
		return OPTIONS_RUN;
	case LOG:
		o->log = value;
		return OPTIONS_RUN;
	case HELP_CONFIG:
		config_print(stdout);
		return OPTIONS_DONE;
	case VERSION_:
		printf("profd " PACKAGE_VERSION "\n");
		return OPTIONS_DONE;
	case HELP:
		print_help();
		return OPTIONS_DONE;
	default:
		return OPTIONS_WRONG;
	}
}

enum options_result options_read(struct options *o, int argc, char **argv)
{
	struct option longs[ROWS + 1] = {0};
	enum options_result result = OPTIONS_RUN;
	int option;

	*o = (struct options){0};
	for (size_t i = 0; i < ROWS; i++)
		longs[i] = (struct option){rows[i].name,
					   rows[i].value == NULL ? no_argument : required_argument,
					   NULL, (int)i + 1};
	while (result == OPTIONS_RUN && (option = getopt_long(argc, argv, "", longs, NULL)) != -1)
		result = take(o, option, optarg);
	if (result == OPTIONS_RUN && optind < argc) {
		fprintf(stderr, "%s: unexpected argument \"%s\"\n", argv[0], argv[optind]);
		result = OPTIONS_WRONG;
	}
	if (result == OPTIONS_WRONG)
		fprintf(stderr, "Try \"profd --help\".\n");
	return result;
}
