/*
 * HTTP: connections, threads, headers. The only part that knows libmicrohttpd.
 *
 * Each connection has a thread, so that a question may wait for profd and a stream for the next
 * second. How many there may be is bounded, and so is how long each may take.
 */
#ifndef WEB_HTTP_SERVER_H
#define WEB_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "web/http/reply.h"
#include "web/http/request.h"

#define SERVER_CONNECTIONS 256
#define SERVER_STREAMS	   64

struct server;

struct server_settings {
	/* Makes a reply, whatever happens; called from several threads. `site` outlives the server.
	 */
	void (*answer)(const void *site, const struct http_request *request, struct reply *reply);
	const void *site;
	double timeout;		       /* seconds that making a reply may take */
	bool packs;		       /* large answers are gzipped for who takes that */
	const char *certificate, *key; /* in PEM; NULL: plain HTTP */
};

/* Takes over a socket that listens. NULL with a sentence. */
struct server *server_open(int socket, const struct server_settings *settings, char *why,
			   size_t room);

/* To be called about once a second. */
void server_tend(struct server *server);

/* Ends streams, waits for answers that are being made (a time-out at most), closes all connections.
 */
void server_close(struct server *server);

#endif
