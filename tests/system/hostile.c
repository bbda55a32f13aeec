/*
 * A peer that means harm: speaks ZeroMQ's protocol by hand, as fast as it can and never reading,
 * until it is killed.
 *	hostile SOCKET CONNECTIONS open		connections that say nothing, made again when closed
 *	hostile SOCKET CONNECTIONS noise	bytes that are no protocol
 *	hostile SOCKET CONNECTIONS send HEX AT	this message; 16 random bytes at AT (-1: nowhere)
 *	hostile SOCKET CONNECTIONS huge BYTES	messages of zeros
 *	hostile SOCKET CONNECTIONS behind BYTES	one each, right behind the rest of a small one
 *	hostile SOCKET CONNECTIONS endless HEX	a message whose frames never end
 *	hostile SOCKET CONNECTIONS claim	handshakes that claim the names the server gives out
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define CONNECTIONS_MAX 4096
#define ROOM		(1 << 16)
#define SMALL		10000

struct connection {
	int fd; /* -1: none */
	size_t sent, size;
	uint64_t left; /* zeros that follow */
	uint8_t bytes[ROOM];
};

static struct sockaddr_un place = {.sun_family = AF_UNIX};
static struct connection *all;
static const char *mode;
static uint8_t message[ROOM / 2];
static size_t message_size;
static long random_at = -1;
static uint64_t huge_size;
static uint32_t claimed;
static int all_begun; /* "behind": of each connection the first half was read */

static void put(struct connection *c, const void *bytes, size_t size)
{
	memcpy(c->bytes + c->size, bytes, size);
	c->size += size;
}

static void put_zeros(struct connection *c, size_t size)
{
	memset(c->bytes + c->size, 0, size);
	c->size += size;
}

/* A frame's head: flags, and its length in eight bytes. */
static void put_head(struct connection *c, uint8_t flags, uint64_t size)
{
	uint8_t head[9] = {(uint8_t)(flags | 2)};

	for (int i = 0; i < 8; i++)
		head[8 - i] = (uint8_t)(size >> (8 * i));
	put(c, head, sizeof(head));
}

/* ZMTP 3.0 with the mechanism NULL, and READY. */
static void put_handshake(struct connection *c, const void *identity, uint8_t size)
{
	static const uint8_t greeting[64] = {0xff, 0,	 0, 0, 0,   0,	 0,   0,
					     1,	   0x7f, 3, 0, 'N', 'U', 'L', 'L'};
	static const uint8_t ready[] = "\5READY\13Socket-Type\0\0\0\6DEALER\10Identity\0\0\0";
	uint8_t flags = 4, length = (uint8_t)(sizeof(ready) + size);

	put(c, greeting, sizeof(greeting));
	put(c, &flags, 1);
	put(c, &length, 1);
	put(c, ready, sizeof(ready) - 1);
	put(c, &size, 1);
	put(c, identity, size);
}

static void put_message(struct connection *c)
{
	if (random_at >= 0 && getrandom(message + random_at, 16, 0) != 16)
		abort();
	put_head(c, strcmp(mode, "endless") == 0, message_size);
	put(c, message, message_size);
}

static void fill(struct connection *c)
{
	c->sent = c->size = 0;
	if (strcmp(mode, "noise") == 0) {
		c->size = 4096;
		if (getrandom(c->bytes, c->size, 0) != 4096)
			abort();
	} else if (strcmp(mode, "behind") == 0 && !all_begun) {
		return;
	} else if (huge_size != 0) {
		if (strcmp(mode, "behind") == 0)
			put_zeros(c, SMALL / 2);
		put_head(c, 0, huge_size);
		c->left = huge_size;
	} else if (message_size != 0) {
		while (c->size + message_size + 9 <= ROOM)
			put_message(c);
	}
}

static void begin(struct connection *c)
{
	uint8_t name[5] = {0};
	int flags;

	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&place, sizeof(place)) != 0) {
		if (c->fd >= 0)
			close(c->fd);
		c->fd = -1;
		return;
	}
	flags = fcntl(c->fd, F_GETFL);
	fcntl(c->fd, F_SETFL, flags | O_NONBLOCK);
	c->sent = c->size = 0;
	c->left = 0;
	claimed++;
	memcpy(name + 1, &claimed, sizeof(claimed));
	if (strcmp(mode, "noise") == 0)
		fill(c);
	else if (strcmp(mode, "open") == 0)
		put(c, "\xff", 1);
	else
		put_handshake(c, name, strcmp(mode, "claim") == 0 ? sizeof(name) : 0);
	if (strcmp(mode, "behind") == 0) {
		put_head(c, 0, SMALL);
		put_zeros(c, SMALL / 2);
	}
}

static void end(struct connection *c)
{
	close(c->fd);
	c->fd = -1;
}

static int write_zeros(struct connection *c)
{
	static const uint8_t zeros[ROOM];
	size_t most = c->left < ROOM ? (size_t)c->left : ROOM;
	ssize_t sent = send(c->fd, zeros, most, MSG_NOSIGNAL);

	if (sent > 0)
		c->left -= (uint64_t)sent;
	return sent > 0;
}

static int write_bytes(struct connection *c)
{
	ssize_t sent = send(c->fd, c->bytes + c->sent, c->size - c->sent, MSG_NOSIGNAL);

	if (sent > 0)
		c->sent += (size_t)sent;
	return sent > 0;
}

/* Writes what the connection takes now. */
static void write_more(struct connection *c)
{
	for (int i = 0; i < 16; i++) {
		if (c->sent == c->size && c->left == 0)
			fill(c);
		if (c->sent == c->size && c->left == 0)
			return;
		if (!(c->sent == c->size ? write_zeros(c) : write_bytes(c))) {
			if (errno != EAGAIN)
				end(c);
			return;
		}
	}
}

static int is_closed(const struct connection *c)
{
	struct pollfd item = {c->fd, POLLIN, 0};
	char byte;

	return poll(&item, 1, 0) > 0 && recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

static void read_hex(const char *hex)
{
	unsigned byte;

	for (; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		message[message_size++] = (uint8_t)byte;
}

int main(int argc, char **argv)
{
	long count;

	if (argc < 4 || strlen(argv[1]) >= sizeof(place.sun_path))
		return 2;
	strcpy(place.sun_path, argv[1]);
	count = atol(argv[2]);
	mode = argv[3];
	if (count < 1 || count > CONNECTIONS_MAX)
		return 2;
	if (strcmp(mode, "huge") == 0 || strcmp(mode, "behind") == 0)
		huge_size = strtoull(argv[4], NULL, 10);
	else if (argc > 4)
		read_hex(argv[4]);
	if (argc > 5)
		random_at = atol(argv[5]);
	all = calloc((size_t)count, sizeof(*all));
	if (all == NULL)
		return 1;
	for (long i = 0; i < count; i++)
		all[i].fd = -1;
	for (unsigned pass = 0;; pass++) {
		if (pass == 2 && strcmp(mode, "behind") == 0)
			all_begun = usleep(200000) == 0;
		for (long i = 0; i < count; i++) {
			if (all[i].fd < 0)
				begin(&all[i]);
			else if (is_closed(&all[i]))
				end(&all[i]);
			else
				write_more(&all[i]);
		}
		if (strcmp(mode, "open") == 0)
			usleep(1000);
	}
}
