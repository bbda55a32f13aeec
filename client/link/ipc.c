/*
 * The bytes of a ZMTP connection, moved over a Unix socket that never blocks.
 */
#include "client/link/ipc.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "client/base/clock.h"
#include "client/base/debug.h"
#include "client/link/zmtp.h"

#define FRAME_MAX ((size_t)512 << 20) /* beyond any answer of profd's */

struct ipc {
	int fd;
	struct zmtp zmtp;
};

/* What a person may do about it. */
static const char *advice(int error)
{
	switch (error) {
	case ENOENT:
		return " (is profd started, and this its endpoint?)";
	case ECONNREFUSED:
		return " (profd ended and left the socket behind)";
	case EACCES:
	case EPERM:
		return " (profd.conf(5) says who may, under [access])";
	default:
		return "";
	}
}

static prof_error connect_to(const char *path, int *fd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int s, error;

	if (strlen(path) >= sizeof(address.sun_path))
		return PROF_BAD_ENDPOINT;
	strcpy(address.sun_path, path);
	s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s < 0) {
		debug_say(DEBUG_LINK, "no socket can be had: %m");
		return PROF_NOT_RUNNING;
	}
	if (connect(s, (struct sockaddr *)&address, sizeof(address)) != 0) {
		error = errno;
		debug_say(DEBUG_LINK, "cannot connect to %s: %m%s", path, advice(error));
		close(s);
		return error == EACCES || error == EPERM ? PROF_DENIED : PROF_UNREACHABLE;
	}
	debug_say(DEBUG_LINK, "connected to %s", path);
	*fd = s;
	return PROF_OK;
}

prof_error ipc_open(struct ipc **ipc, const char *path)
{
	struct ipc *i = calloc(1, sizeof(*i));
	prof_error error = PROF_NO_MEMORY;

	if (i == NULL)
		return error;
	if (zmtp_init(&i->zmtp, FRAME_MAX))
		error = connect_to(path, &i->fd);
	if (error != PROF_OK) {
		ipc_forget(i);
		return error;
	}
	*ipc = i;
	return PROF_OK;
}

void ipc_forget(struct ipc *i)
{
	zmtp_deinit(&i->zmtp);
	free(i);
}

void ipc_close(struct ipc *i)
{
	close(i->fd);
	ipc_forget(i);
}

/* Sends what the socket takes; false when the peer is gone. */
static bool send_output(struct ipc *i)
{
	const uint8_t *bytes;
	size_t size;
	ssize_t n;

	while (bytes = zmtp_output(&i->zmtp, &size), size > 0) {
		n = send(i->fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n > 0)
			zmtp_sent(&i->zmtp, (size_t)n);
		else if (n == 0 || errno != EINTR)
			return n < 0 && (errno == EAGAIN || errno == ENOBUFS);
	}
	return true;
}

/* Receives what is there; false when the peer is gone. */
static bool receive_input(struct ipc *i)
{
	size_t room;
	uint8_t *to = zmtp_room(&i->zmtp, &room);
	ssize_t n;

	if (to == NULL)
		return false;
	do
		n = recv(i->fd, to, room, MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		zmtp_received(&i->zmtp, (size_t)n);
	return n > 0 || (n < 0 && errno == EAGAIN);
}

prof_error ipc_send(struct ipc *i, const void *message, size_t size)
{
	if (!zmtp_send(&i->zmtp, message, size))
		return PROF_NO_MEMORY;
	return send_output(i) ? PROF_OK : PROF_UNREACHABLE;
}

static int milliseconds_until(double until)
{
	double left = ceil((until - clock_seconds()) * 1e3);

	return left <= 0.0 ? 0 : left > 86400e3 ? 86400000 : (int)left;
}

/* Moves bytes until there is an event, something to read on `wake` or the time is up. */
static prof_error move(struct ipc *i, double until, int wake, enum zmtp_event *event,
		       const uint8_t **message, size_t *size)
{
	struct pollfd polled[2] = {{.fd = i->fd}, {.fd = wake, .events = POLLIN}};
	size_t waiting;
	int n;

	while ((*event = zmtp_next(&i->zmtp, message, size)) == ZMTP_NOTHING) {
		if (!send_output(i))
			return PROF_UNREACHABLE;
		zmtp_output(&i->zmtp, &waiting);
		polled[0].events = (short)(POLLIN | (waiting > 0 ? POLLOUT : 0));
		n = poll(polled, wake >= 0 ? 2 : 1, milliseconds_until(until));
		if (n == 0 || (n < 0 && errno == EINTR))
			return PROF_TIMEOUT;
		if (n < 0)
			return PROF_UNREACHABLE;
		if ((polled[0].revents & (POLLIN | POLLHUP | POLLERR | POLLNVAL)) &&
		    !receive_input(i))
			return PROF_UNREACHABLE;
		if (polled[0].revents == 0 && wake >= 0 && polled[1].revents != 0)
			return PROF_OK;
	}
	return PROF_OK;
}

prof_error ipc_receive(struct ipc *i, double timeout, int wake, const uint8_t **message,
		       size_t *size)
{
	double until = clock_seconds() + timeout;
	enum zmtp_event event = ZMTP_NOTHING;
	prof_error error;

	*message = NULL;
	*size = 0;
	error = move(i, until, wake, &event, message, size);
	if (error != PROF_OK)
		return error;
	switch (event) {
	case ZMTP_NOTHING: /* woken */
	case ZMTP_MESSAGE:
		return PROF_OK;
	case ZMTP_REFUSED:
		return PROF_DENIED;
	case ZMTP_VIOLATION:
	case ZMTP_NO_MEMORY:
		break;
	}
	return PROF_UNREACHABLE;
}
