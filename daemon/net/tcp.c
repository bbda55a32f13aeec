/*
 * CURVE, and the handler of ZeroMQ's authentication protocol (ZAP, https://rfc.zeromq.org/spec/27).
 */
#include "daemon/net/tcp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/peer.h"
#include "daemon/net/keys.h"

#define HANDLER "inproc://zeromq.zap.01" /* the name is ZeroMQ's */
#define DOMAIN	"tcp"

/* Of requests that wait, so many are answered in a turn: those who are in must not wait for them.
 */
#define A_TURN 64

#define FRAMES	  8
#define FRAME_MAX 255

/* zmq.h shows it only to those who build libzmq with drafts, but it is in every libzmq since 4.3.
 */
#ifndef ZMQ_ZAP_ENFORCE_DOMAIN
#define ZMQ_ZAP_ENFORCE_DOMAIN 93
#endif

#define HEARTBEAT_MS 30000

struct tcp {
	void *handler;
	struct key key;
	uint64_t refused;
};

/* A request of ZAP, in the order of its frames. */
enum { VERSION, REQUEST, ZAP_DOMAIN, ADDRESS, IDENTITY, MECHANISM, CREDENTIALS };

struct request {
	uint8_t frame[FRAMES][FRAME_MAX];
	size_t size[FRAMES];
	unsigned count;
};

static bool set_int(void *socket, int option, int value)
{
	return zmq_setsockopt(socket, option, &value, sizeof(value)) == 0;
}

static bool explain(char *why, size_t room, const char *what, const char *detail)
{
	snprintf(why, room, "%s: %s", what, detail);
	return false;
}

static bool bind_handler(struct tcp *t, void *context)
{
	t->handler = zmq_socket(context, ZMQ_REP);
	return t->handler != NULL && set_int(t->handler, ZMQ_LINGER, 0) &&
	       zmq_bind(t->handler, HANDLER) == 0;
}

bool tcp_open(struct tcp **tcp, void *context, const char *server_key, char *why, size_t room)
{
	struct tcp *t;
	char what[256];

	if (!zmq_has("curve"))
		return explain(
			why, room, "[tcp] address",
			"this libzmq has no CURVE, and without it profd does not listen on tcp");
	t = calloc(1, sizeof(*t));
	if (t == NULL)
		return explain(why, room, "[tcp]", "no memory");
	if (!key_read(&t->key, server_key, true, what, sizeof(what)))
		explain(why, room, server_key, what);
	else if (!bind_handler(t, context))
		explain(why, room, "cannot make a socket", zmq_strerror(errno));
	else {
		*tcp = t;
		return true;
	}
	tcp_close(t);
	return false;
}

void tcp_close(struct tcp *t)
{
	if (t == NULL)
		return;
	if (t->handler != NULL)
		zmq_close(t->handler);
	explicit_bzero(&t->key, sizeof(t->key));
	free(t);
}

/*
 * What is set holds for what is bound from then on: those who come over ipc are none the wiser. The
 * second thread of libzmq has tcp to itself, since a handshake costs it a millisecond.
 */
static bool configure(const struct tcp *t, void *socket, const char *address)
{
	uint64_t second_thread = 2;

	return zmq_setsockopt(socket, ZMQ_AFFINITY, &second_thread, sizeof(second_thread)) == 0 &&
	       zmq_setsockopt(socket, ZMQ_ZAP_DOMAIN, DOMAIN, strlen(DOMAIN)) == 0 &&
	       set_int(socket, ZMQ_ZAP_ENFORCE_DOMAIN, 1) && set_int(socket, ZMQ_CURVE_SERVER, 1) &&
	       zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, t->key.secret_key, KEY_TEXT + 1) == 0 &&
	       set_int(socket, ZMQ_IPV6, strchr(address, '[') != NULL) &&
	       set_int(socket, ZMQ_HEARTBEAT_IVL, HEARTBEAT_MS) &&
	       set_int(socket, ZMQ_HEARTBEAT_TIMEOUT, 2 * HEARTBEAT_MS) &&
	       set_int(socket, ZMQ_TCP_KEEPALIVE, 1);
}

bool tcp_bind(struct tcp *t, void *socket, const char *address, char *why, size_t room)
{
	char what[256];

	snprintf(what, sizeof(what), "cannot listen on %.200s", address);
	return (configure(t, socket, address) && zmq_bind(socket, address) == 0) ||
	       explain(why, room, what, zmq_strerror(errno));
}

void *tcp_handler(struct tcp *t)
{
	return t->handler;
}

/* Takes one whole request. False when none is there. */
static bool take(struct tcp *t, struct request *r)
{
	zmq_msg_t frame;
	int more = 1;

	for (r->count = 0; more != 0; r->count++) {
		zmq_msg_init(&frame);
		if (zmq_msg_recv(&frame, t->handler, ZMQ_DONTWAIT) < 0)
			return false;
		if (r->count < FRAMES) {
			size_t size = zmq_msg_size(&frame);

			r->size[r->count] = size < FRAME_MAX ? size : FRAME_MAX;
			memcpy(r->frame[r->count], zmq_msg_data(&frame), r->size[r->count]);
		}
		more = zmq_msg_more(&frame);
		zmq_msg_close(&frame);
	}
	return true;
}

static bool is(const struct request *r, unsigned frame, const char *text)
{
	return r->size[frame] == strlen(text) && memcmp(r->frame[frame], text, r->size[frame]) == 0;
}

/*
 * Whether to let in; `user` gets what zmq_msg_gets("User-Id") tells of each message from then on.
 * Over ipc the kernel's word is enough; it is asked for all the same, since the domain that keeps
 * out old protocols asks here once there is a handler.
 */
static bool judge(const struct request *r, const struct keys *keys, char user[KEY_TEXT + 1])
{
	user[0] = '\0';
	if (r->count < MECHANISM + 1 || !is(r, VERSION, "1.0"))
		return false;
	if (!is(r, ZAP_DOMAIN, DOMAIN))
		return is(r, MECHANISM, "NULL");
	return is(r, MECHANISM, "CURVE") && r->count == CREDENTIALS + 1 &&
	       r->size[CREDENTIALS] == KEY_BYTES &&
	       zmq_z85_encode(user, r->frame[CREDENTIALS], KEY_BYTES) != NULL &&
	       keys_find(keys, user) != NULL;
}

static void reply(struct tcp *t, const struct request *r, bool in, const char *user)
{
	const char *text[] = {in ? "200" : "400", in ? "OK" : "unknown key", in ? user : "", ""};

	zmq_send(t->handler, "1.0", 3, ZMQ_SNDMORE);
	zmq_send(t->handler, r->frame[REQUEST], r->count > REQUEST ? r->size[REQUEST] : 0,
		 ZMQ_SNDMORE);
	for (int i = 0; i < 4; i++)
		zmq_send(t->handler, text[i], strlen(text[i]), i < 3 ? ZMQ_SNDMORE : 0);
}

void tcp_answer(struct tcp *t, const struct keys *keys)
{
	char user[KEY_TEXT + 1];
	struct request r;

	for (int i = 0; i < A_TURN && take(t, &r); i++) {
		bool in = judge(&r, keys, user);

		t->refused += !in;
		reply(t, &r, in, user);
	}
}

bool tcp_read_peer(const struct keys *keys, zmq_msg_t *frame, struct peer *peer)
{
	const char *user = zmq_msg_gets(frame, "User-Id");
	const struct keys_client *client;

	if (user == NULL || !key_is_valid(user))
		return false;
	client = keys_find(keys, user);
	*peer = (struct peer){.uid = key_number(user),
			      .gid = UINT32_MAX,
			      .key = client == NULL ? "(revoked)" : client->name,
			      .rights = client == NULL ? 0 : client->rights};
	return true;
}

uint64_t tcp_refused(const struct tcp *t)
{
	return t == NULL ? 0 : t->refused;
}
