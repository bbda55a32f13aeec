/*
 * Speaks to a socket of profd in raw frames, as no library of ours would:
 *	speak ENDPOINT [curve SERVER PUBLIC SECRET | plain]
 * reads commands from standard input and answers each with a line.
 *	send HEX [HEX ...]	one message of these frames ("-": an empty one)	-> "sent", or
 *				"nobody": it was turned away before
 *	receive MILLISECONDS	the next message			-> its frames, or "nothing"
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

static void die(const char *what)
{
	fprintf(stderr, "speak: %s: %s\n", what, zmq_strerror(zmq_errno()));
	exit(EXIT_FAILURE);
}

static unsigned digit(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* False when there is no connection that would take it, nor one that is being made. */
static bool send_frame(void *socket, const char *hex, int more)
{
	size_t size = strcmp(hex, "-") == 0 ? 0 : strlen(hex) / 2;
	zmq_msg_t frame;
	unsigned char *data;

	if (zmq_msg_init_size(&frame, size) != 0)
		die("frame");
	data = zmq_msg_data(&frame);
	for (size_t i = 0; i < size; i++)
		data[i] = (unsigned char)(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
	if (zmq_msg_send(&frame, socket, more) >= 0)
		return true;
	if (errno != EAGAIN)
		die("send");
	zmq_msg_close(&frame);
	return false;
}

static void send_frames(void *socket, char *frames)
{
	char *hex = strtok(frames, " \n"), *next;

	for (; hex != NULL; hex = next) {
		next = strtok(NULL, " \n");
		if (!send_frame(socket, hex, next == NULL ? 0 : ZMQ_SNDMORE)) {
			puts("nobody");
			return;
		}
	}
	puts("sent");
}

static void receive(void *socket, int timeout)
{
	zmq_msg_t frame;
	int more = 1;

	zmq_setsockopt(socket, ZMQ_RCVTIMEO, &timeout, sizeof(timeout));
	while (more) {
		zmq_msg_init(&frame);
		if (zmq_msg_recv(&frame, socket, 0) < 0) {
			puts("nothing");
			return;
		}
		more = zmq_msg_more(&frame);
		for (size_t i = 0; i < zmq_msg_size(&frame); i++)
			printf("%02x", ((unsigned char *)zmq_msg_data(&frame))[i]);
		putchar(more ? ' ' : '\n');
		zmq_msg_close(&frame);
	}
}

static int arm(void *socket, int argc, char **argv)
{
	if (argc == 6 && strcmp(argv[2], "curve") == 0)
		return zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, argv[3], 41) == 0 &&
		       zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, argv[4], 41) == 0 &&
		       zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, argv[5], 41) == 0;
	if (argc == 3 && strcmp(argv[2], "plain") == 0)
		return zmq_setsockopt(socket, ZMQ_PLAIN_USERNAME, "root", 4) == 0 &&
		       zmq_setsockopt(socket, ZMQ_PLAIN_PASSWORD, "root", 4) == 0;
	return argc == 2;
}

int main(int argc, char **argv)
{
	void *context = zmq_ctx_new(), *socket = zmq_socket(context, ZMQ_DEALER);
	int linger = 0, timeout = 10000;
	char *line = NULL;
	size_t room = 0;

	if (socket == NULL || !arm(socket, argc, argv) || zmq_connect(socket, argv[1]) != 0)
		die("connect");
	zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof(linger));
	zmq_setsockopt(socket, ZMQ_SNDTIMEO, &timeout, sizeof(timeout));
	while (getline(&line, &room, stdin) > 0) {
		if (strncmp(line, "send ", 5) == 0)
			send_frames(socket, line + 5);
		else if (strncmp(line, "receive ", 8) == 0)
			receive(socket, atoi(line + 8));
		fflush(stdout);
	}
	free(line);
	zmq_close(socket);
	zmq_ctx_term(context);
	return EXIT_SUCCESS;
}
