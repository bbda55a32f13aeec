/*
 * A link over tcp: a DEALER socket of libzmq's, which alone knows CURVE. libzmq is loaded here,
 * when the first such link is opened, and every trap that it sets for its host is looked for before
 * it is stepped on.
 */
#include "client/link/tcp.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zmq.h>

#include "client/base/debug.h"
#include "client/base/error.h"
#include "client/base/options.h"
#include "proto/key.h"

/* What a context with two sockets and its threads needs, with room to spare: libzmq aborts when it
 * gets less. */
#define SPARE_DESCRIPTORS 16
#define SPARE_THREADS	  2
#define SPARE_PIECES	  2000
#define SPARE_MEMORY	  ((size_t)2 << 20)

struct tcp {
	void *context, *socket, *monitor;
	bool has_message;
	zmq_msg_t message;
};

/* The functions of libzmq that we use, in a table that dlsym fills. */
#define ZMQ_FUNCTIONS(X)  \
	X(ctx_new)        \
	X(ctx_set)        \
	X(ctx_term)       \
	X(socket)         \
	X(close)          \
	X(setsockopt)     \
	X(connect)        \
	X(socket_monitor) \
	X(send)           \
	X(poll)           \
	X(msg_init)       \
	X(msg_recv)       \
	X(msg_data)       \
	X(msg_size)       \
	X(msg_close)      \
	X(msg_more)       \
	X(has)            \
	X(curve_keypair)

static struct {
#define X(name) __typeof__(&zmq_##name) name;
	ZMQ_FUNCTIONS(X)
#undef X
	bool loaded;
} zmq;

static pthread_mutex_t loading = PTHREAD_MUTEX_INITIALIZER;

/*
 * A program without a dynamic linker (-static, -static-pie) cannot load a library that needs one:
 * dlopen would crash it.
 */
static int has_interpreter(struct dl_phdr_info *program, size_t size, void *found)
{
	(void)size;
	for (int i = 0; i < program->dlpi_phnum; i++)
		if (program->dlpi_phdr[i].p_type == PT_INTERP)
			*(bool *)found = true;
	return 1; /* the first is the program itself */
}

static bool is_dynamic(void)
{
	bool found = false;

	dl_iterate_phdr(has_interpreter, &found);
	return found;
}

static void load(void)
{
	bool dynamic = is_dynamic();
	void *library =
		dynamic ? dlopen("libzmq.so.5", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) : NULL;

	if (library == NULL) {
		debug_say(DEBUG_LINK, "tcp:// needs libzmq, which cannot be loaded: %s",
			  dynamic ? dlerror() : "this program is linked statically");
		return;
	}
#define X(name)                                                        \
	zmq.name = (__typeof__(zmq.name))dlsym(library, "zmq_" #name); \
	if (zmq.name == NULL)                                          \
		return;
	ZMQ_FUNCTIONS(X)
#undef X
	zmq.loaded = true;
}

/* A key that began with a slash would be taken for the path of its file. */
prof_error prof_key_pair(char public_key[41], char secret_key[41])
{
	prof_error error = PROF_NO_CURVE;

	if (public_key == NULL || secret_key == NULL)
		return PROF_BAD_ARGUMENT;
	tcp_lock();
	if (!zmq.loaded)
		load();
	if (zmq.loaded && zmq.has("curve") == 1) {
		do
			error = zmq.curve_keypair(public_key, secret_key) == 0 ? PROF_OK
									       : PROF_NO_CURVE;
		while (error == PROF_OK && public_key[0] == '/');
	}
	tcp_unlock();
	return error;
}

void tcp_lock(void)
{
	pthread_mutex_lock(&loading);
}

void tcp_unlock(void)
{
	pthread_mutex_unlock(&loading);
}

static bool has_spare_descriptors(int fd)
{
	int spare[SPARE_DESCRIPTORS], n = 0;

	while (n < SPARE_DESCRIPTORS && (spare[n] = fcntl(fd, F_DUPFD_CLOEXEC, 0)) >= 0)
		n++;
	for (int i = 0; i < n; i++)
		close(spare[i]);
	return n == SPARE_DESCRIPTORS;
}

/* Many pieces of all sizes and a large one: whoever gets so much will get what libzmq takes for a
 * link. An allocator that fails now and then is found out as well. */
static bool has_spare_memory(void)
{
	void *spare[SPARE_PIECES], *large = malloc(SPARE_MEMORY);
	int n = 0;

	while (n < SPARE_PIECES && (spare[n] = malloc(16 + (size_t)n)) != NULL)
		n++;
	for (int i = 0; i < n; i++)
		free(spare[i]);
	free(large);
	return n == SPARE_PIECES && large != NULL;
}

static void *wait_for_gate(void *gate)
{
	pthread_mutex_lock(gate);
	pthread_mutex_unlock(gate);
	return NULL;
}

static bool has_spare_threads(void)
{
	pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
	pthread_t spare[SPARE_THREADS];
	int n = 0;

	pthread_mutex_lock(&gate);
	while (n < SPARE_THREADS && pthread_create(&spare[n], NULL, wait_for_gate, &gate) == 0)
		n++;
	pthread_mutex_unlock(&gate);
	for (int i = 0; i < n; i++)
		pthread_join(spare[i], NULL);
	return n == SPARE_THREADS;
}

static bool set(void *socket, int option, int value)
{
	return zmq.setsockopt(socket, option, &value, sizeof(value)) == 0;
}

/* Each link has a monitor, which tells at once when the peer has gone. */
static bool watch(struct tcp *l)
{
	char address[64];

	snprintf(address, sizeof(address), "inproc://watch-%p", (void *)l);
	if (zmq.socket_monitor(l->socket, address,
			       ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_CONNECT_RETRIED |
				       ZMQ_EVENT_CLOSED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
				       ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
				       ZMQ_EVENT_HANDSHAKE_FAILED_AUTH) != 0)
		return false;
	l->monitor = zmq.socket(l->context, ZMQ_PAIR);
	return l->monitor != NULL && set(l->monitor, ZMQ_LINGER, 0) &&
	       zmq.connect(l->monitor, address) == 0;
}

static bool set_keys(void *socket, const struct key *own, const char *server)
{
	return zmq.setsockopt(socket, ZMQ_CURVE_SERVERKEY, server, KEY_TEXT + 1) == 0 &&
	       zmq.setsockopt(socket, ZMQ_CURVE_PUBLICKEY, own->public_key, KEY_TEXT + 1) == 0 &&
	       zmq.setsockopt(socket, ZMQ_CURVE_SECRETKEY, own->secret_key, KEY_TEXT + 1) == 0;
}

/* Nothing is ever sent over tcp but encrypted to profd's key. */
static prof_error arm(struct tcp *l, const char *address)
{
	char server[KEY_TEXT + 1];
	struct key own;
	prof_error error;

	if (zmq.has("curve") != 1)
		return PROF_NO_CURVE;
	error = options_keys(&own, server);
	if (error == PROF_OK && !(set_keys(l->socket, &own, server) &&
				  set(l->socket, ZMQ_IPV6, strchr(address, '[') != NULL)))
		error = PROF_BAD_KEY;
	explicit_bzero(&own, sizeof(own));
	return error;
}

/* ZeroMQ does not reconnect by itself: that would draw from the host's rand(). */
static prof_error start(struct tcp *l, const char *address)
{
	prof_error error;
	void *first;

	l->context = zmq.ctx_new();
	if (l->context == NULL || zmq.ctx_set(l->context, ZMQ_MAX_SOCKETS, 8) != 0)
		return PROF_NOT_RUNNING;
	/* The thread that takes sockets down gets its memory now, and not when there is none. */
	first = zmq.socket(l->context, ZMQ_PAIR);
	if (first == NULL || zmq.close(first) != 0)
		return PROF_NOT_RUNNING;
	l->socket = zmq.socket(l->context, ZMQ_DEALER);
	if (l->socket == NULL || !set(l->socket, ZMQ_LINGER, 0) ||
	    !set(l->socket, ZMQ_RECONNECT_IVL, -1) || !watch(l))
		return PROF_NOT_RUNNING;
	error = arm(l, address);
	if (error == PROF_OK && zmq.connect(l->socket, address) != 0)
		error = PROF_NOT_RUNNING;
	return error;
}

static prof_error open_at(struct tcp **tcp, const char *address, int fd)
{
	prof_error error;
	struct tcp *l;

	if (!has_spare_descriptors(fd) || !has_spare_threads() || !has_spare_memory()) {
		debug_say(DEBUG_LINK, "too few descriptors, threads or too little memory are free "
				      "for libzmq, which tcp:// needs");
		return PROF_NOT_RUNNING;
	}
	if (!zmq.loaded)
		load();
	if (!zmq.loaded)
		return PROF_NOT_RUNNING;
	l = calloc(1, sizeof(*l));
	if (l == NULL)
		return PROF_NO_MEMORY;
	error = start(l, address);
	if (error != PROF_OK) {
		if (error != PROF_BAD_KEY) /* which said why */
			debug_say(DEBUG_LINK, "cannot connect to %s: %s", address,
				  error_text(error));
		tcp_close(l);
		return error;
	}
	debug_say(DEBUG_LINK, "connecting to %s", address);
	*tcp = l;
	return PROF_OK;
}

prof_error tcp_open(struct tcp **tcp, const char *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	sigset_t all, before;
	prof_error error;

	if (fd < 0)
		return PROF_NOT_RUNNING;
	/* No signal of the host may land on a thread of libzmq, not even while it starts. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	tcp_lock();
	error = open_at(tcp, address, fd);
	tcp_unlock();
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	close(fd);
	return error;
}

static void drop_message(struct tcp *l)
{
	if (l->has_message)
		zmq.msg_close(&l->message);
	l->has_message = false;
}

void tcp_close(struct tcp *l)
{
	drop_message(l);
	if (l->monitor != NULL)
		zmq.close(l->monitor);
	if (l->socket != NULL)
		zmq.close(l->socket);
	if (l->context != NULL)
		zmq.ctx_term(l->context);
	free(l);
}

prof_error tcp_send(struct tcp *l, const void *message, size_t size)
{
	int n;

	do
		n = zmq.send(l->socket, message, size, ZMQ_DONTWAIT);
	while (n < 0 && errno == EINTR);
	return n < 0 ? PROF_UNREACHABLE : PROF_OK;
}

/* Takes one whole frame; false when none is there. Of a message of several frames only the last is
 * kept. */
static bool take(struct tcp *l)
{
	do {
		drop_message(l);
		zmq.msg_init(&l->message);
		l->has_message = true;
		if (zmq.msg_recv(&l->message, l->socket, ZMQ_DONTWAIT) < 0) {
			drop_message(l);
			return false;
		}
	} while (zmq.msg_more(&l->message));
	return true;
}

/*
 * What an event of the monitor tells, where the others told `why`. A server of another key cannot
 * read our first word and hangs up, as one does that is no profd; one that does not know our key
 * says so.
 */
static prof_error reason_of(uint16_t event, prof_error why)
{
	if (event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)
		return PROF_DENIED;
	if (why == PROF_UNREACHABLE && (event == ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL ||
					event == ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL))
		return PROF_NO_HANDSHAKE;
	return why;
}

static prof_error why_lost(struct tcp *l)
{
	prof_error why = PROF_UNREACHABLE;
	zmq_msg_t event;
	uint16_t what;

	zmq.msg_init(&event);
	while (zmq.msg_recv(&event, l->monitor, ZMQ_DONTWAIT) >= 0) {
		if (zmq.msg_size(&event) >= sizeof(what) && zmq.msg_more(&event)) {
			memcpy(&what, zmq.msg_data(&event), sizeof(what));
			why = reason_of(what, why);
		}
	}
	zmq.msg_close(&event);
	return why;
}

prof_error tcp_receive(struct tcp *l, double timeout, int wake, const uint8_t **message,
		       size_t *size)
{
	zmq_pollitem_t items[3] = {{.socket = l->socket, .events = ZMQ_POLLIN},
				   {.socket = l->monitor, .events = ZMQ_POLLIN},
				   {.fd = wake, .events = ZMQ_POLLIN}};
	long milliseconds = timeout <= 0.0	? 0
			    : timeout > 86400.0 ? 86400000
						: (long)(timeout * 1e3 + 0.999);
	int n = zmq.poll(items, wake >= 0 ? 3 : 2, milliseconds);

	if (n == 0 || (n < 0 && errno == EINTR))
		return PROF_TIMEOUT;
	if (n < 0)
		return PROF_UNREACHABLE;
	if ((items[0].revents & ZMQ_POLLIN) && take(l)) {
		*message = zmq.msg_data(&l->message);
		*size = zmq.msg_size(&l->message);
		return PROF_OK;
	}
	if (items[1].revents & ZMQ_POLLIN)
		return why_lost(l);
	if (wake >= 0 && (items[2].revents & ZMQ_POLLIN)) {
		*message = NULL;
		*size = 0;
		return PROF_OK;
	}
	return PROF_TIMEOUT;
}
