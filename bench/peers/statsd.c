/*
 * One datagram a call, as plain clients of statsd send it: two readings of the clock, the text, and
 * sendto on loopback, to a socket that is bound and read by nobody.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "bench/measure.h"

static int out;
static struct sockaddr_in to;

static void datagram(long calls)
{
	char text[64];

	for (long i = 0; i < calls; i++) {
		double begin = measure_now(), end = measure_now();
		int length =
			snprintf(text, sizeof(text), "bench.empty:%.6f|ms", (end - begin) * 1e-6);

		sendto(out, text, (size_t)length, MSG_DONTWAIT, (struct sockaddr *)&to, sizeof(to));
	}
}

int main(int argc, char **argv)
{
	struct figure figures[] = {{.name = "peer.statsd", .kept = "nothing", .work = datagram},
				   {.name = NULL}};
	int in = socket(AF_INET, SOCK_DGRAM, 0);
	socklen_t size = sizeof(to);

	out = socket(AF_INET, SOCK_DGRAM, 0);
	to.sin_family = AF_INET;
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (in < 0 || out < 0 || bind(in, (struct sockaddr *)&to, sizeof(to)) != 0 ||
	    getsockname(in, (struct sockaddr *)&to, &size) != 0)
		return 1;
	return measure_main(argc, argv, figures);
}
