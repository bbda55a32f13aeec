/*
 * Opening the parts in the order in which they need each other, and waiting for the end.
 */
#include <config.h>

#include "web/profweb.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef HAVE_SYSTEMD
#include <systemd/sd-daemon.h>
#endif

#include "base/message.h"
#include "web/http/server.h"
#include "web/site.h"

#define LARGEST_PEM (1 << 20)
#define TEND_MS	    1000
#define CANNOT_RUN  1
#define REASON_ROOM 512

struct profweb {
	struct site site;
	struct address address;
	char *certificate, *key; /* owned */
	char own_name[ADDRESS_ROOM];
	int socket, signals; /* -1: not open; the server takes the socket over */
	struct server *server;
};

static bool complain(const char *format, ...) __attribute__((__format__(__printf__, 1, 2)));

/* Always false. */
static bool complain(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	message_list("profweb", format, list);
	va_end(list);
	return false;
}

static void notify(const char *state)
{
#ifdef HAVE_SYSTEMD
	sd_notify(0, state);
#else
	(void)state;
#endif
}

static bool read_pem(char **text, const char *file_name)
{
	FILE *file = file_name == NULL ? NULL : fopen(file_name, "re");
	size_t size;

	if (file_name == NULL)
		return true;
	if (file == NULL)
		return complain("%s: %s", file_name, strerror(errno));
	*text = calloc(1, LARGEST_PEM + 1);
	size = *text == NULL ? 0 : fread(*text, 1, LARGEST_PEM, file);
	fclose(file);
	return size != 0 || complain("%s: cannot be read", file_name);
}

static bool open_door(struct profweb *p, const struct options *o)
{
	struct door *door = &p->site.door;
	char why[REASON_ROOM];

	door->secure = o->certificate != NULL || o->behind_proxy;
	memcpy(door->hosts, o->hosts, sizeof(door->hosts));
	door->host_count = o->host_count;
	if (!address_is_any(&p->address) && door->host_count < DOOR_HOSTS)
		door->hosts[door->host_count++] = address_print(p->own_name, &p->address, false);
	if (o->token_file != NULL && !token_read(&door->token, o->token_file, why, sizeof(why)))
		return complain("%s: %s", o->token_file, why);
	return true;
}

static bool open_assets(struct profweb *p, const struct options *o)
{
	char why[REASON_ROOM];

	if (!assets_read(&p->site.assets, o->assets, why, sizeof(why)))
		return complain("%s: %s", o->assets, why);
	if (p->site.assets.count == 0)
		complain("no page in %s; only /api/ is served", o->assets);
	return true;
}

/* Before any thread is started, which inherits the mask. */
static bool open_signals(struct profweb *p)
{
	sigset_t mask;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&mask);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGINT);
	if (sigprocmask(SIG_BLOCK, &mask, NULL) == 0)
		p->signals = signalfd(-1, &mask, SFD_CLOEXEC);
	return p->signals >= 0 || complain("signals: %s", strerror(errno));
}

static bool open_server(struct profweb *p, const struct options *o)
{
	struct server_settings settings = {
		.answer = site_answer, .site = &p->site, .timeout = o->timeout};
	char where[ADDRESS_ROOM], why[REASON_ROOM];

	if (!read_pem(&p->certificate, o->certificate) || !read_pem(&p->key, o->key))
		return false;
	settings.certificate = p->certificate;
	settings.key = p->key;
	/* To a browser of this machine sending takes less time than packing. */
	settings.packs = !address_is_own(&p->address) || o->behind_proxy;
	p->socket = address_listen(&p->address);
	address_print(where, &p->address, true);
	if (p->socket < 0)
		return complain("%s: %s", where, strerror(errno));
	p->server = server_open(p->socket, &settings, why, sizeof(why));
	if (p->server == NULL)
		return complain("%s", why);
	p->socket = -1;
	complain("profweb " PACKAGE_VERSION " is ready at http%s://%s/",
		 o->certificate == NULL ? "" : "s", where);
	return true;
}

int profweb_open(struct profweb **profweb, const struct options *options)
{
	struct profweb *p = calloc(1, sizeof(*p));

	if (p == NULL) {
		complain("out of memory");
		return CANNOT_RUN;
	}
	p->socket = p->signals = -1;
	p->address = options->address;
	p->site.timeout = options->timeout;
	/* The environment outranks what a program tells the library; here the command line has the
	 * last word. */
	if (options->endpoint != NULL)
		setenv("PROF_ENDPOINT", options->endpoint, 1);
	if (open_door(p, options) && open_assets(p, options) && open_signals(p) &&
	    open_server(p, options)) {
		*profweb = p;
		return 0;
	}
	profweb_close(p);
	return CANNOT_RUN;
}

int profweb_run(struct profweb *p)
{
	struct pollfd wait = {.fd = p->signals, .events = POLLIN};

	notify("READY=1");
	while (poll(&wait, 1, TEND_MS) == 0 || (wait.revents & POLLIN) == 0)
		server_tend(p->server);
	notify("STOPPING=1");
	return 0;
}

void profweb_close(struct profweb *p)
{
	if (p == NULL)
		return;
	server_close(p->server);
	if (p->socket >= 0)
		close(p->socket);
	if (p->signals >= 0)
		close(p->signals);
	assets_free(&p->site.assets);
	free(p->certificate);
	if (p->key != NULL)
		explicit_bzero(p->key, strlen(p->key));
	free(p->key);
	explicit_bzero(&p->site.door.token, sizeof(p->site.door.token));
	free(p);
}
