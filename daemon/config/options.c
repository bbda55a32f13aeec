/*
 * The options of profd, and what it prints of itself.
 */
#include <config.h>

#include "daemon/config/options.h"

#include <stdio.h>

#include "daemon/config/config.h"

#define AT(field) offsetof(struct options, field)

static const struct cli_option rows[] = {
	{0, "--config", 0, "FILE", "read this configuration [/etc/profd/profd.conf]", cli_text,
	 AT(config)},
	{0, "--check-config", 0, NULL, "check the configuration and exit: 0 if it is good",
	 cli_flag, AT(check_config)},
	{0, "--database", 0, "FILE", "keep everything in this SQLite database", cli_text,
	 AT(database)},
	{0, "--runtime-dir", 0, "DIR", "create the sockets in this directory", cli_text,
	 AT(runtime_dir)},
	{0, "--log", 0, "syslog|stderr", "write slow calls and messages there", cli_text, AT(log)},
	{0, "--help-config", 0, NULL, "print a configuration with all keys and defaults",
	 cli_inform, AT(help_config)},
	{0, "--help", 'h', NULL, "show this help", cli_inform, AT(help)},
	{0, "--version", 'V', NULL, "show the version of profd", cli_inform, AT(version)},
	{0},
};

static const struct cli cli = {.program = "profd", .options = rows};

static void print_help(void)
{
	puts("Usage: profd [OPTION]...\n"
	     "Collects the call statistics of instrumented programs and answers profctl.");
	cli_print_options(&cli, NULL);
	puts("\nOptions override the configuration file. SIGHUP reloads it, SIGTERM stops profd.\n"
	     "Exit status: 0 stopped as asked, 1 failed to run, 2 wrong usage or\n"
	     "configuration.");
}

enum cli_result options_read(struct options *o, int argc, char **argv)
{
	*o = (struct options){0};
	if (!cli_read(&cli, o, argc, argv))
		return cli_hint(&cli, o);
	if (o->help)
		print_help();
	else if (o->version)
		puts("profd " PACKAGE_VERSION);
	else if (o->help_config)
		config_print(stdout);
	else
		return CLI_RUN;
	return cli_printed(&cli);
}
