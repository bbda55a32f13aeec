/*
 * Stands between programs and profd, on both sockets, and treats their messages as a bad network
 * would: loses, doubles, delays and so reorders them, in both directions.
 *
 *	between FRONT BACK SEED LOSE DOUBLE DELAY LONGEST
 *
 * Programs connect to the folder FRONT, profd is in the folder BACK. Of a hundred messages LOSE
 * are lost, DOUBLE arrive twice, DELAY come up to LONGEST milliseconds late. On SIGTERM it prints
 * how many messages there were, and how many were lost, doubled, delayed and overtaken by later
 * ones.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

#define PEERS_MAX 2000
#define HELD_MAX  20000

static const char *const names[] = {"records", "control"};

/* One connection of a program, and the one to profd that stands for it. */
struct peer {
	unsigned endpoint;
	uint8_t id[255];
	size_t id_size;
	void *back;
	uint64_t sent[2], arrived[2]; /* the newest message each way: that came, that was handed on
				       */
};

/* A message on its way. */
struct held {
	int64_t due_ms;
	struct peer *peer;
	bool to_front;
	uint64_t number;
	zmq_msg_t message;
};

static void *context, *front[2];
static struct peer *peers[PEERS_MAX];
static struct held held[HELD_MAX];
static unsigned peer_count, held_count;
static const char *back_folder;
static int lose, twice, delay, longest;
static uint64_t messages, lost, doubled, delayed, overtaken;
static volatile sig_atomic_t ending;

static void die(const char *what)
{
	fprintf(stderr, "between: %s: %s\n", what, zmq_strerror(zmq_errno()));
	exit(EXIT_FAILURE);
}

static void end(int number)
{
	(void)number;
	ending = 1;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool falls(int percent)
{
	return random() % 100 < percent;
}

static void *open_socket(int type, const char *folder, const char *name, bool bind)
{
	void *socket = zmq_socket(context, type);
	char address[256];
	int none = 0;

	snprintf(address, sizeof(address), "ipc://%s/%s", folder, name);
	if (socket == NULL || zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof(none)) != 0 ||
	    zmq_setsockopt(socket, ZMQ_SNDHWM, &none, sizeof(none)) != 0 ||
	    zmq_setsockopt(socket, ZMQ_RCVHWM, &none, sizeof(none)) != 0 ||
	    (bind ? zmq_bind(socket, address) : zmq_connect(socket, address)) != 0)
		die(address);
	return socket;
}

static struct peer *find_peer(unsigned endpoint, const void *id, size_t size)
{
	struct peer *p;

	for (unsigned i = 0; i < peer_count; i++) {
		p = peers[i];
		if (p->endpoint == endpoint && p->id_size == size && memcmp(p->id, id, size) == 0)
			return p;
	}
	p = peer_count == PEERS_MAX || size > sizeof(p->id) ? NULL : calloc(1, sizeof(*p));
	if (p == NULL)
		die("too many peers");
	p->endpoint = endpoint;
	memcpy(p->id, id, size);
	p->id_size = size;
	p->back = open_socket(ZMQ_DEALER, back_folder, names[endpoint], false);
	peers[peer_count++] = p;
	return p;
}

static void hand_on(struct held *h)
{
	struct peer *p = h->peer;

	overtaken += h->number < p->arrived[h->to_front];
	if (h->number > p->arrived[h->to_front])
		p->arrived[h->to_front] = h->number;
	/* A peer that has gone gets nothing; that is no matter here. */
	if (h->to_front && zmq_send(front[p->endpoint], p->id, p->id_size, ZMQ_SNDMORE) < 0)
		die("send");
	if (zmq_msg_send(&h->message, h->to_front ? front[p->endpoint] : p->back, 0) < 0)
		die("send");
}

static void hold(struct peer *p, bool to_front, uint64_t number, zmq_msg_t *message)
{
	struct held *h = &held[held_count++];

	if (held_count == HELD_MAX)
		die("too many messages at a time");
	*h = (struct held){now_ms(), p, to_front, number, {{0}}};
	if (falls(delay)) {
		h->due_ms += random() % longest;
		delayed++;
	}
	zmq_msg_init(&h->message);
	zmq_msg_copy(&h->message, message);
}

static void treat(struct peer *p, bool to_front, zmq_msg_t *message)
{
	uint64_t number = ++p->sent[to_front];

	messages++;
	if (falls(lose)) {
		lost++;
		return;
	}
	hold(p, to_front, number, message);
	if (falls(twice)) {
		hold(p, to_front, number, message);
		doubled++;
	}
}

static bool receive(void *socket, zmq_msg_t *message)
{
	zmq_msg_init(message);
	return zmq_msg_recv(message, socket, ZMQ_DONTWAIT) >= 0;
}

static void receive_front(unsigned endpoint)
{
	zmq_msg_t id, message;

	while (receive(front[endpoint], &id)) {
		if (!receive(front[endpoint], &message))
			die("receive");
		treat(find_peer(endpoint, zmq_msg_data(&id), zmq_msg_size(&id)), false, &message);
		zmq_msg_close(&message);
		zmq_msg_close(&id);
	}
}

static void receive_back(struct peer *p)
{
	zmq_msg_t message;

	while (receive(p->back, &message)) {
		treat(p, true, &message);
		zmq_msg_close(&message);
	}
}

/* Hands on what is due, and tells how long nothing will be. */
static long release(void)
{
	int64_t now = now_ms(), wait = 1000;
	unsigned kept = 0;

	for (unsigned i = 0; i < held_count; i++) {
		if (held[i].due_ms <= now) {
			hand_on(&held[i]);
			continue;
		}
		if (held[i].due_ms - now < wait)
			wait = held[i].due_ms - now;
		if (kept != i) {
			held[kept] = held[i];
			zmq_msg_init(&held[kept].message);
			zmq_msg_move(&held[kept].message, &held[i].message);
		}
		kept++;
	}
	held_count = kept;
	return (long)wait;
}

static void run(void)
{
	static zmq_pollitem_t items[2 + PEERS_MAX];

	while (!ending) {
		unsigned known = peer_count;

		for (unsigned i = 0; i < 2 + known; i++)
			items[i] = (zmq_pollitem_t){
				.socket = i < 2 ? front[i] : peers[i - 2]->back,
				.events = ZMQ_POLLIN,
			};
		if (zmq_poll(items, (int)(2 + known), release()) < 0 && errno != EINTR)
			die("poll");
		for (unsigned i = 0; i < 2; i++)
			receive_front(i);
		for (unsigned i = 0; i < known; i++)
			receive_back(peers[i]);
	}
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = end};

	if (argc != 8)
		return 2;
	back_folder = argv[2];
	srandom((unsigned)atol(argv[3]));
	lose = atoi(argv[4]);
	twice = atoi(argv[5]);
	delay = atoi(argv[6]);
	longest = atoi(argv[7]) + 1;
	sigaction(SIGTERM, &action, NULL);
	context = zmq_ctx_new();
	zmq_ctx_set(context, ZMQ_MAX_SOCKETS, PEERS_MAX + 10);
	for (unsigned i = 0; i < 2; i++)
		front[i] = open_socket(ZMQ_ROUTER, argv[1], names[i], true);
	run();
	printf("{\"messages\": %ju, \"lost\": %ju, \"doubled\": %ju, \"delayed\": %ju, "
	       "\"overtaken\": %ju}\n",
	       (uintmax_t)messages, (uintmax_t)lost, (uintmax_t)doubled, (uintmax_t)delayed,
	       (uintmax_t)overtaken);
	return EXIT_SUCCESS;
}
