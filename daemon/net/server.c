/*
 * ROUTER sockets over ipc, and over tcp too if it is wished. What libzmq does not guard against
 * itself is guarded here and in accept.c.
 */
#include "daemon/net/server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include "daemon/base/clock.h"
#include "daemon/net/accept.h"
#include "daemon/net/frames.h"
#include "daemon/net/tcp.h"
#include "proto/endpoint.h"

#define LINGER_MS    1000
#define HANDSHAKE_MS 5000
#define BACKLOG	     4096
#define QUEUE	     16	 /* messages of one connection: a process has one on its way, each way */
#define ANSWERS	     256 /* of one connection: an asker may ask many at once */

const char *const server_endpoint_names[SERVER_ENDPOINTS] = {"records", "control"};

/* Of the connections that were accepted: those that spoke the protocol, and those that left without
 * a word, as a client does that only looks whether somebody listens. */
struct visitors {
	uint64_t came, spoke, left;
};

struct endpoint {
	void *socket, *monitor;
	size_t size_max;
	char path[108]; /* of the socket if it was bound here, else "" */
	struct visitors visitors;
};

struct server {
	void *context;
	struct endpoint endpoint[SERVER_ENDPOINTS];
	struct tcp *tcp; /* NULL: over ipc only */
	const struct keys *keys;
	zmq_msg_t route, body; /* of the message that is lent */
	struct server_counts counts;
};

static bool explain(char *why, size_t room, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static bool explain(char *why, size_t room, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why, room, format, arguments);
	va_end(arguments);
	return false;
}

/*
 * libzmq numbers its peers from rand() on, and aborts when a peer has claimed in its handshake the
 * number that comes next: with a random start nobody knows it.
 */
static bool seed_routes(void)
{
	unsigned seed;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		return false;
	srand(seed);
	return true;
}

static bool set_int(void *socket, int option, int value)
{
	return zmq_setsockopt(socket, option, &value, sizeof(value)) == 0;
}

/*
 * Messages up to twice the limit are received, to be counted and refused with a word; beyond,
 * libzmq closes the connection. The ZAP domain, without a handler for it, makes libzmq turn away
 * peers of ZMTP 1 and 2, of which it does not tell the user.
 */
static bool configure(void *socket, enum server_endpoint at, size_t size_max)
{
	int64_t most = 2 * (int64_t)size_max;
	uint64_t first_thread = 1;

	return zmq_setsockopt(socket, ZMQ_AFFINITY, &first_thread, sizeof(first_thread)) == 0 &&
	       set_int(socket, ZMQ_LINGER, LINGER_MS) && set_int(socket, ZMQ_RCVHWM, QUEUE) &&
	       set_int(socket, ZMQ_SNDHWM, at == SERVER_RECORDS ? QUEUE : ANSWERS) &&
	       set_int(socket, ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS) &&
	       set_int(socket, ZMQ_BACKLOG, BACKLOG) && set_int(socket, ZMQ_ROUTER_MANDATORY, 1) &&
	       zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &most, sizeof(most)) == 0 &&
	       zmq_setsockopt(socket, ZMQ_ZAP_DOMAIN, "profd", 5) == 0;
}

/*
 * Garbage never becomes a message; only libzmq's events tell of it. Their queue must have no limit:
 * libzmq's thread would wait for room in it, and closing would wait for that thread.
 */
static bool watch_visitors(struct server *s, enum server_endpoint at)
{
	struct endpoint *e = &s->endpoint[at];
	char address[64];

	snprintf(address, sizeof(address), "inproc://visitors-%s", server_endpoint_names[at]);
	if (zmq_socket_monitor(e->socket, address,
			       ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED |
				       ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL) != 0)
		return false;
	e->monitor = zmq_socket(s->context, ZMQ_PAIR);
	return e->monitor != NULL && set_int(e->monitor, ZMQ_LINGER, 0) &&
	       set_int(e->monitor, ZMQ_RCVHWM, 0) && zmq_connect(e->monitor, address) == 0;
}

/* With ZMQ_USE_FD, libzmq aborts later when the descriptor does not listen: look first. */
static bool check_inherited(int fd, const char *name, char *why, size_t room)
{
	int listens = 0, flags = fcntl(fd, F_GETFL);
	socklen_t size = sizeof(listens);

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0)
		return explain(why, room, "the inherited socket %s does not listen", name);
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0)
		return explain(why, room, "cannot use the inherited socket %s: %s", name,
			       strerror(errno));
	return true;
}

/* libzmq deletes whatever is in the way of a socket; only a socket may be. */
static bool check_path(const char *path, char *why, size_t room)
{
	struct stat status;

	if (lstat(path, &status) == 0)
		return S_ISSOCK(status.st_mode) ||
		       explain(why, room, "%s is in the way: it is not a socket", path);
	return errno == ENOENT || explain(why, room, "%s: %s", path, strerror(errno));
}

/* Where it is of that group already chown is not needed, and a sandbox may forbid it. */
static bool give_to_group(const char *path, gid_t group)
{
	struct stat status;

	if (group == (gid_t)-1 || (lstat(path, &status) == 0 && status.st_gid == group))
		return true;
	return lchown(path, (uid_t)-1, group) == 0;
}

/* Between two owners the file is open to nobody but profd. */
static bool set_file(const char *path, const struct server_file *file, char *why, size_t room)
{
	struct stat status;

	if (lstat(path, &status) == 0 && (status.st_mode & 0777) == file->mode &&
	    (file->group == (gid_t)-1 || status.st_gid == file->group))
		return true;
	if (chmod(path, file->mode & 0600) != 0 || !give_to_group(path, file->group))
		return explain(why, room, "cannot give %s to its group: %s", path, strerror(errno));
	return chmod(path, file->mode) == 0 ||
	       explain(why, room, "cannot set the mode of %s: %s", path, strerror(errno));
}

/* The socket is made with the least mode and opened up afterwards: never the other way round. */
static bool bind_path(struct endpoint *e, const char *path, const struct server_options *o,
		      enum server_endpoint at, char *why, size_t room)
{
	char address[160];
	mode_t before;
	int failed;

	if (!check_path(path, why, room))
		return false;
	snprintf(address, sizeof(address), "ipc://%s", path);
	before = umask(0177);
	failed = zmq_bind(e->socket, address);
	umask(before);
	if (failed != 0)
		return explain(why, room, "cannot listen on %s: %s", path, zmq_strerror(errno));
	strcpy(e->path, path);
	return set_file(path, &o->file[at], why, room);
}

static bool bind_inherited(struct endpoint *e, const char *path, int fd, const char *name,
			   char *why, size_t room)
{
	char address[160];

	if (!check_inherited(fd, name, why, room))
		return false;
	snprintf(address, sizeof(address), "ipc://%s", path);
	if (!set_int(e->socket, ZMQ_USE_FD, fd) || zmq_bind(e->socket, address) != 0)
		return explain(why, room, "cannot use the inherited socket %s: %s", name,
			       zmq_strerror(errno));
	return set_int(e->socket, ZMQ_USE_FD, -1);
}

/* After ipc, since what is set for tcp holds for all that is bound later. */
static bool open_tcp(struct server *s, const struct server_options *o, enum server_endpoint at,
		     char *why, size_t room)
{
	char address[160];

	return o->tcp == NULL ||
	       (endpoint_address(address, sizeof(address), o->tcp, server_endpoint_names[at]) &&
		tcp_bind(s->tcp, s->endpoint[at].socket, address, why, room));
}

static bool open_endpoint(struct server *s, const struct server_options *o, enum server_endpoint at,
			  char *why, size_t room)
{
	struct endpoint *e = &s->endpoint[at];
	const char *name = server_endpoint_names[at];
	char path[108];

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", o->folder, name) >= sizeof(path))
		return explain(why, room,
			       "the path of the socket %s/%s is too long: 107 bytes is the most",
			       o->folder, name);
	e->size_max = o->size_max[at];
	e->socket = zmq_socket(s->context, ZMQ_ROUTER);
	if (e->socket == NULL || !configure(e->socket, at, e->size_max) || !watch_visitors(s, at))
		return explain(why, room, "cannot make a socket: %s", zmq_strerror(errno));
	return (o->fd[at] < 0 ? bind_path(e, path, o, at, why, room)
			      : bind_inherited(e, path, o->fd[at], name, why, room)) &&
	       open_tcp(s, o, at, why, room);
}

bool server_open(struct server **server, const struct server_options *options, char *why,
		 size_t room)
{
	struct server *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return explain(why, room, "no memory");
	zmq_msg_init(&s->route);
	zmq_msg_init(&s->body);
	if (!seed_routes() || (s->context = zmq_ctx_new()) == NULL) {
		explain(why, room, "cannot start ZeroMQ: %s", strerror(errno));
		server_close(s);
		return false;
	}
	s->keys = options->keys;
	if (options->tcp != NULL &&
	    (zmq_ctx_set(s->context, ZMQ_IO_THREADS, 2) != 0 ||
	     !tcp_open(&s->tcp, s->context, options->server_key, why, room))) {
		server_close(s);
		return false;
	}
	for (int at = 0; at < SERVER_ENDPOINTS; at++) {
		if (!open_endpoint(s, options, (enum server_endpoint)at, why, room)) {
			server_close(s);
			return false;
		}
	}
	*server = s;
	return true;
}

bool server_set_files(struct server *s, const struct server_file file[SERVER_ENDPOINTS], char *why,
		      size_t room)
{
	bool set = true;

	for (int at = 0; at < SERVER_ENDPOINTS; at++)
		if (s->endpoint[at].path[0] != '\0')
			set &= set_file(s->endpoint[at].path, &file[at], why, room);
	return set;
}

void server_set_keys(struct server *s, const struct keys *keys)
{
	s->keys = keys;
}

void server_close(struct server *s)
{
	if (s == NULL)
		return;
	zmq_msg_close(&s->route);
	zmq_msg_close(&s->body);
	for (int at = 0; at < SERVER_ENDPOINTS; at++) {
		struct endpoint *e = &s->endpoint[at];

		if (e->path[0] != '\0')
			unlink(e->path); /* libzmq leaves it */
		if (e->socket != NULL) {
			zmq_socket_monitor(e->socket, NULL, 0);
			zmq_close(e->socket);
		}
		if (e->monitor != NULL)
			zmq_close(e->monitor);
	}
	tcp_close(s->tcp);
	if (s->context != NULL) {
		while (zmq_ctx_term(s->context) != 0 && errno == EINTR)
			;
	}
	free(s);
}

/* Throws away the rest of a message of several frames. Returns what it took. */
static uint64_t drain(void *socket, const zmq_msg_t *frame)
{
	uint64_t taken = 0;
	bool more = zmq_msg_more(frame);
	zmq_msg_t rest;

	while (more) {
		zmq_msg_init(&rest);
		more = zmq_msg_recv(&rest, socket, ZMQ_DONTWAIT) >= 0 && zmq_msg_more(&rest);
		taken += FRAMES_HEAD + zmq_msg_size(&rest);
		zmq_msg_close(&rest);
	}
	return taken;
}

static void count_visitors(struct endpoint *e)
{
	uint16_t what;
	uint32_t value;
	zmq_msg_t event;

	zmq_msg_init(&event);
	while (zmq_msg_recv(&event, e->monitor, ZMQ_DONTWAIT) >= 0) {
		memcpy(&what, zmq_msg_data(&event), sizeof(what));
		memcpy(&value, (char *)zmq_msg_data(&event) + sizeof(what), sizeof(value));
		drain(e->monitor, &event);
		e->visitors.came += what == ZMQ_EVENT_ACCEPTED;
		e->visitors.spoke += what == ZMQ_EVENT_HANDSHAKE_SUCCEEDED;
		e->visitors.left += what == ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL &&
				    (value == EPIPE || value == ECONNRESET);
	}
	zmq_msg_close(&event);
}

static long milliseconds(int64_t ns)
{
	if (ns == CLOCK_NEVER)
		return -1;
	if (ns <= 0)
		return 0;
	ns = (ns + CLOCK_MILLISECOND - 1) / CLOCK_MILLISECOND;
	return ns > 3600000 ? 3600000 : (long)ns;
}

bool server_wait(struct server *s, const int *fds, unsigned count, int64_t timeout_ns,
		 struct server_ready *ready)
{
	zmq_pollitem_t item[2 * SERVER_ENDPOINTS + SERVER_WATCHED_MAX + 1] = {0};
	int all = 2 * SERVER_ENDPOINTS + (int)count;

	memset(ready, 0, sizeof(*ready));
	for (int at = 0; at < SERVER_ENDPOINTS; at++) {
		item[2 * at].socket = s->endpoint[at].socket;
		item[2 * at + 1].socket = s->endpoint[at].monitor;
		item[2 * at].events = item[2 * at + 1].events = ZMQ_POLLIN;
	}
	for (unsigned i = 0; i < count; i++)
		item[2 * SERVER_ENDPOINTS + i] =
			(zmq_pollitem_t){.fd = fds[i], .events = ZMQ_POLLIN};
	if (s->tcp != NULL)
		item[all++] = (zmq_pollitem_t){.socket = tcp_handler(s->tcp), .events = ZMQ_POLLIN};
	if (zmq_poll(item, all, milliseconds(timeout_ns)) < 0)
		return false;
	if (s->tcp != NULL && item[all - 1].revents != 0)
		tcp_answer(s->tcp, s->keys);
	for (int at = 0; at < SERVER_ENDPOINTS; at++) {
		ready->endpoint[at] = item[2 * at].revents != 0;
		if (item[2 * at + 1].revents != 0)
			count_visitors(&s->endpoint[at]);
	}
	for (unsigned i = 0; i < count; i++)
		ready->fd[i] = item[2 * SERVER_ENDPOINTS + i].revents != 0;
	return true;
}

/* "localhost:UID:GID:PID", of SO_PEERCRED; over tcp it is the number of a host. */
static bool read_peer(zmq_msg_t *frame, struct peer *peer)
{
	const char *address = zmq_msg_gets(frame, "Peer-Address");
	unsigned long uid, gid;
	long pid;
	char end;

	if (address == NULL ||
	    sscanf(address, "localhost:%lu:%lu:%ld%c", &uid, &gid, &pid, &end) != 3)
		return false;
	*peer = (struct peer){
		.uid = (uint32_t)uid,
		.gid = (uint32_t)gid,
		.pid = (int32_t)pid,
		.groups = accept_groups(zmq_msg_get(frame, ZMQ_SRCFD), (uid_t)uid, (pid_t)pid)};
	return true;
}

enum server_received server_receive(struct server *s, enum server_endpoint endpoint,
				    struct server_message *m)
{
	struct endpoint *e = &s->endpoint[endpoint];
	bool alone, vouched;
	uint64_t taken;

	if (zmq_msg_recv(&s->route, e->socket, ZMQ_DONTWAIT) < 0) {
		if (endpoint == SERVER_RECORDS)
			accept_settle();
		return SERVER_NOTHING;
	}
	/* A ROUTER hands out whole messages: the frames that follow the first are there. */
	if (!zmq_msg_more(&s->route) || zmq_msg_recv(&s->body, e->socket, ZMQ_DONTWAIT) < 0) {
		s->counts.bad[endpoint]++;
		return SERVER_BAD;
	}
	alone = !zmq_msg_more(&s->body);
	vouched = read_peer(&s->body, &m->peer) ||
		  (s->tcp != NULL && tcp_read_peer(s->keys, &s->body, &m->peer));
	taken = FRAMES_HEAD + zmq_msg_size(&s->body) + drain(e->socket, &s->body);
	if (vouched && m->peer.uid <= UINT32_MAX)
		accept_release((uid_t)m->peer.uid, taken);
	if (!alone || !vouched || zmq_msg_size(&s->route) != sizeof(m->route.id)) {
		s->counts.bad[endpoint]++;
		return SERVER_BAD;
	}
	memcpy(m->route.id, zmq_msg_data(&s->route), sizeof(m->route.id));
	m->data = zmq_msg_data(&s->body);
	m->size = zmq_msg_size(&s->body);
	if (m->size <= e->size_max)
		return SERVER_MESSAGE;
	s->counts.bad[endpoint]++;
	return SERVER_LARGE;
}

/*
 * The first frame fails when the peer is gone or its queue is full; a failure of the second would
 * leave half a message, but libzmq only fails it without memory. libzmq looks only now and then
 * whether a queue has been emptied, unless it is asked for the socket's events.
 */
static bool send_head(void *socket, const struct route *route)
{
	int events;
	size_t size = sizeof(events);

	if (zmq_send(socket, route->id, sizeof(route->id), ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0)
		return true;
	return errno == EAGAIN && zmq_getsockopt(socket, ZMQ_EVENTS, &events, &size) == 0 &&
	       zmq_send(socket, route->id, sizeof(route->id), ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0;
}

bool server_send(struct server *s, enum server_endpoint endpoint, const struct route *route,
		 const uint8_t *data, size_t size)
{
	void *socket = s->endpoint[endpoint].socket;

	if (!send_head(socket, route) || zmq_send(socket, data, size, ZMQ_DONTWAIT) < 0) {
		s->counts.undelivered++;
		return false;
	}
	return true;
}

void server_count(const struct server *s, struct server_counts *counts)
{
	*counts = s->counts;
	counts->keys_refused = tcp_refused(s->tcp);
	for (int at = 0; at < SERVER_ENDPOINTS; at++) {
		const struct visitors *v = &s->endpoint[at].visitors;

		counts->strangers[at] = v->came - v->spoke - v->left;
	}
}
