/*
 * The options of profweb, what it prints of itself, and which must be given together.
 */
#include <config.h>

#include "web/options.h"

#include <stdio.h>

#include "base/message.h"
#include "view/value.h"

#define USUAL_LISTEN  "127.0.0.1:8427"
#define USUAL_TIMEOUT 5.0
#define LONGEST	      60.0

static const char *parse_address(void *address, const char *value)
{
	return address_read(address, value)
		       ? NULL
		       : "an address and a port, such as 127.0.0.1:8427 or [::1]:8427";
}

static const char *parse_host(void *options, const char *value)
{
	struct options *o = options;

	if (o->host_count == DOOR_HOSTS)
		return "given at most 16 times";
	o->hosts[o->host_count++] = value;
	return NULL;
}

_Static_assert(DOOR_HOSTS == 16, "parse_host tells the number");

static const char *parse_timeout(void *timeout, const char *value)
{
	double seconds;

	if (!value_seconds(value, &seconds) || seconds > LONGEST)
		return "a number of seconds up to 60";
	*(double *)timeout = seconds;
	return NULL;
}

#define AT(field) offsetof(struct options, field)

static const struct cli_option rows[] = {
	{0, "--listen", 0, "ADDRESS:PORT", "listen there [" USUAL_LISTEN "]; port 0: any free port",
	 parse_address, AT(address)},
	{0, "--host", 0, "NAME", "accept this host name from browsers too; repeatable", parse_host,
	 0},
	{0, "--certificate", 0, "FILE", "serve HTTPS with this certificate chain (PEM)", cli_text,
	 AT(certificate)},
	{0, "--key", 0, "FILE", "the private key of the certificate (PEM)", cli_text, AT(key)},
	{0, "--behind-proxy", 0, NULL, "a reverse proxy in front of profweb serves HTTPS", cli_flag,
	 AT(behind_proxy)},
	{0, "--token-file", 0, "FILE", "require the token in this file", cli_text, AT(token_file)},
	{0, "--assets", 0, "DIR", "directory of the page [" PAGEDIR "]", cli_text, AT(assets)},
	{0, "--endpoint", 0, "URL", "where profd is [$PROF_ENDPOINT, ipc:///run/profd]", cli_text,
	 AT(endpoint)},
	{0, "--timeout", 0, "SECONDS", "wait at most this long for profd [5]", parse_timeout,
	 AT(timeout)},
	{0, "--help", 'h', NULL, "show this help", cli_inform, AT(help)},
	{0, "--version", 'V', NULL, "show the version of profweb", cli_inform, AT(version)},
	{0},
};

static const struct cli cli = {.program = "profweb", .options = rows};

static void print_help(void)
{
	puts("Usage: profweb [OPTION]...\n"
	     "Serves a web page that shows what profd knows.");
	cli_print_options(&cli, NULL);
	puts("\nOn an address that other machines can reach, profweb requires --token-file, and\n"
	     "either --certificate with --key, or --behind-proxy. SIGTERM stops it.\n"
	     "Exit status: 0 stopped as asked, 1 failed to run, 2 wrong usage.");
}

/* What must not be: that others reach something in the clear, or without being asked for a token.
 * NULL: all is well. */
static const char *find_wrong(const struct options *o)
{
	bool own = address_is_own(&o->address);

	if ((o->certificate == NULL) != (o->key == NULL))
		return "--certificate and --key go together";
	if (!own && o->certificate == NULL && !o->behind_proxy)
		return "other machines can reach this address: it requires --certificate and "
		       "--key, or --behind-proxy";
	if ((!own || o->behind_proxy) && o->token_file == NULL)
		return "other machines can reach profweb: it requires --token-file";
	return NULL;
}

enum cli_result options_read(struct options *o, int argc, char **argv)
{
	const char *wrong;

	*o = (struct options){.assets = PAGEDIR, .timeout = USUAL_TIMEOUT};
	address_read(&o->address, USUAL_LISTEN);
	if (!cli_read(&cli, o, argc, argv))
		return cli_hint(&cli, o);
	if (o->help || o->version) {
		if (o->help)
			print_help();
		else
			puts("profweb " PACKAGE_VERSION);
		return cli_printed(&cli);
	}
	wrong = find_wrong(o);
	if (wrong == NULL)
		return CLI_RUN;
	message(cli.program, "%s", wrong);
	return cli_hint(&cli, o);
}
