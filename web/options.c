/*
 * Reading the command line; one table of options, from which --help follows. What must not be
 * together is refused here.
 */
#include <config.h>

#include "web/options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "view/value.h"

#define USUAL_LISTEN  "127.0.0.1:8427"
#define USUAL_TIMEOUT 5.0
#define LONGEST	      60.0

struct row {
	const char *name, *value, *meaning;
};

/* An option is known by its place in this table, counted from 1. */
enum {
	LISTEN = 1,
	HOST,
	CERTIFICATE,
	KEY,
	BEHIND_PROXY,
	TOKEN_FILE,
	ASSETS,
	ENDPOINT,
	TIMEOUT,
	VERSION_,
	HELP,
};

static const struct row rows[] = {
	{"listen", "ADDRESS:PORT", "listen there [" USUAL_LISTEN "]; port 0: any that is free"},
	{"host", "NAME", "browsers may know profweb by this name too; may be repeated"},
	{"certificate", "FILE", "speak HTTPS with this certificate (PEM), and the chain below it"},
	{"key", "FILE", "the key of the certificate (PEM)"},
	{"behind-proxy", NULL, "a reverse proxy stands before profweb and speaks HTTPS"},
	{"token-file", "FILE", "answer only to who has the token in this file"},
	{"assets", "DIR", "the folder of the page [" PAGEDIR "]"},
	{"endpoint", "URL", "where profd is [$PROF_ENDPOINT, ipc:///run/profd]"},
	{"timeout", "SECONDS", "wait at most so long for profd [5]"},
	{"version", NULL, "print the version"},
	{"help", NULL, "print this"},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static void print_help(void)
{
	char option[64];

	printf("Usage: profweb [OPTION]...\n"
	       "Shows in a browser what profd knows.\n\n");
	for (size_t i = 0; i < ROWS; i++) {
		snprintf(option, sizeof(option), "%s%s%s", rows[i].name,
			 rows[i].value == NULL ? "" : "=",
			 rows[i].value == NULL ? "" : rows[i].value);
		printf("  --%-20s %s\n", option, rows[i].meaning);
	}
	printf("\nOn an address that other machines reach, profweb wants --token-file, and\n"
	       "--certificate with --key, or --behind-proxy. SIGTERM ends it.\n"
	       "Exit status: 0 ended as asked, 1 it could not run, 2 wrong usage.\n");
}

static enum options_result wrong(const char *sentence)
{
	fprintf(stderr, "profweb: %s\n", sentence);
	return OPTIONS_WRONG;
}

static enum options_result refuse(int option, const char *value, const char *what)
{
	fprintf(stderr, "profweb: --%s %s: %s\n", rows[option - 1].name, value, what);
	return OPTIONS_WRONG;
}

static enum options_result take(struct options *o, int option, const char *value)
{
	switch (option) {
	case LISTEN:
		if (!address_read(&o->address, value))
			return refuse(option, value,
				      "must be an address and a port, such as 127.0.0.1:8427 or "
				      "[::1]:8427");
		return OPTIONS_RUN;
	case HOST:
		if (o->host_count == DOOR_HOSTS)
			return refuse(option, value, "that is one too many");
		o->hosts[o->host_count++] = value;
		return OPTIONS_RUN;
	case CERTIFICATE:
		o->certificate = value;
		return OPTIONS_RUN;
	case KEY:
		o->key = value;
		return OPTIONS_RUN;
	case BEHIND_PROXY:
		o->behind_proxy = true;
		return OPTIONS_RUN;
	case TOKEN_FILE:
		o->token_file = value;
		return OPTIONS_RUN;
	case ASSETS:
		o->assets = value;
		return OPTIONS_RUN;
	case ENDPOINT:
		o->endpoint = value;
		return OPTIONS_RUN;
	case TIMEOUT:
		if (!value_seconds(value, &o->timeout) || o->timeout > LONGEST)
			return refuse(option, value, "must be a number of seconds up to 60");
		return OPTIONS_RUN;
	case VERSION_:
		printf("profweb " PACKAGE_VERSION "\n");
		return OPTIONS_DONE;
	case HELP:
		print_help();
		return OPTIONS_DONE;
	default:
		return OPTIONS_WRONG;
	}
}

/* Nothing that others reach goes over the wire in the clear, or to whoever asks. */
static enum options_result check(const struct options *o)
{
	bool own = address_is_own(&o->address);

	if ((o->certificate == NULL) != (o->key == NULL))
		return wrong("--certificate and --key go together");
	if (!own && o->certificate == NULL && !o->behind_proxy)
		return wrong(
			"other machines reach this address: it wants --certificate and --key, or "
			"--behind-proxy");
	if ((!own || o->behind_proxy) && o->token_file == NULL)
		return wrong("other machines reach profweb: it wants --token-file");
	return OPTIONS_RUN;
}

enum options_result options_read(struct options *o, int argc, char **argv)
{
	struct option longs[ROWS + 1] = {0};
	enum options_result result = OPTIONS_RUN;
	int option;

	*o = (struct options){.assets = PAGEDIR, .timeout = USUAL_TIMEOUT};
	address_read(&o->address, USUAL_LISTEN);
	for (size_t i = 0; i < ROWS; i++)
		longs[i] = (struct option){rows[i].name,
					   rows[i].value == NULL ? no_argument : required_argument,
					   NULL, (int)i + 1};
	while (result == OPTIONS_RUN && (option = getopt_long(argc, argv, "", longs, NULL)) != -1)
		result = take(o, option, optarg);
	if (result == OPTIONS_RUN && optind < argc) {
		fprintf(stderr, "profweb: there is no use for \"%s\"\n", argv[optind]);
		result = OPTIONS_WRONG;
	}
	if (result == OPTIONS_RUN)
		result = check(o);
	if (result == OPTIONS_WRONG)
		fprintf(stderr, "Try \"profweb --help\".\n");
	return result;
}
