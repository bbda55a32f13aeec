/*
 * libmicrohttpd, told how we want it, and the way of a request through it.
 */
#include "web/http/server.h"

#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "web/http/gzip.h"
#include "web/http/visits.h"

/* A request must be said within the first, also the next one on a connection that is kept; an
 * answer be taken within the second, beside the time that profd takes. */
#define REQUEST_PATIENCE 15.0
#define ANSWER_PATIENCE	 60.0
#define IDLE_SECONDS	 30u
#define REQUEST_MEMORY	 (32u << 10) /* of headers and address */
#define THREAD_STACK	 (1u << 20)
#define LARGEST_UPLOAD	 1024
#define PIECE		 (64u << 10)
#define WORTH_PACKING	 (16u << 10)
#define FAST		 1

struct server {
	struct server_settings settings;
	struct MHD_Daemon *daemon;
	struct visits *visits;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t stopped;
	bool started, stopping;
	unsigned streams;
	char said[256]; /* by libmicrohttpd while it starts */
};

/* ------------------------------------------------------------- streams */

static struct visit *visit_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info == NULL ? NULL : info->socket_context;
}

/* What a stream has still to be sent of. */
struct sending {
	struct server *server;
	struct visit *visit;
	struct reply_stream stream; /* owned */
	char *text;		    /* owned */
	size_t size, at;
	bool begun;
};

/* So long, or less when the server ends; whether it goes on. */
static bool wait_a_turn(struct server *s, double seconds)
{
	struct timespec limit;
	bool stopping;

	clock_gettime(CLOCK_MONOTONIC, &limit);
	limit.tv_sec += (time_t)seconds;
	pthread_mutex_lock(&s->lock);
	while (!s->stopping && pthread_cond_timedwait(&s->stopped, &s->lock, &limit) == 0)
		;
	stopping = s->stopping;
	pthread_mutex_unlock(&s->lock);
	return !stopping;
}

static ssize_t send_stream(void *cls, uint64_t position, char *to, size_t most)
{
	struct sending *sending = cls;
	size_t part;

	(void)position;
	if (sending->at == sending->size) {
		free(sending->text);
		sending->text = NULL;
		sending->size = sending->at = 0;
		if (sending->begun && !wait_a_turn(sending->server, sending->stream.seconds))
			return MHD_CONTENT_READER_END_OF_STREAM;
		sending->begun = true;
		/* A stream lasts for as long as each turn of it is read in time. */
		visits_allow(sending->server->visits, sending->visit,
			     sending->server->settings.timeout + ANSWER_PATIENCE);
		sending->text = sending->stream.next(sending->stream.source, &sending->size);
		if (sending->text == NULL)
			return MHD_CONTENT_READER_END_WITH_ERROR;
	}
	part = sending->size - sending->at < most ? sending->size - sending->at : most;
	memcpy(to, sending->text + sending->at, part);
	sending->at += part;
	return (ssize_t)part;
}

static void leave_stream(struct server *s)
{
	pthread_mutex_lock(&s->lock);
	s->streams--;
	pthread_mutex_unlock(&s->lock);
}

static bool enter_stream(struct server *s)
{
	bool entered;

	pthread_mutex_lock(&s->lock);
	entered = !s->stopping && s->streams < SERVER_STREAMS;
	s->streams += entered;
	pthread_mutex_unlock(&s->lock);
	return entered;
}

static void end_stream(void *cls)
{
	struct sending *sending = cls;

	leave_stream(sending->server);
	sending->stream.free(sending->stream.source);
	free(sending->text);
	free(sending);
}

/* Gives the reply's stream away; NULL, with another reply in its place, when there are too many. */
static struct MHD_Response *respond_with_stream(struct server *s, struct MHD_Connection *connection,
						struct reply *reply)
{
	struct sending *sending = calloc(1, sizeof(*sending));
	struct MHD_Response *response;

	if (sending == NULL || !enter_stream(s)) {
		free(sending);
		reply_deinit(reply);
		reply_error(reply, 503, "too many streams are open");
		return NULL;
	}
	*sending = (struct sending){
		.server = s, .visit = visit_of(connection), .stream = reply->stream};
	reply->stream.source = NULL;
	response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, PIECE, send_stream, sending,
						     end_stream);
	if (response == NULL)
		end_stream(sending);
	return response;
}

/* ------------------------------------------------------------- answers */

/* Everything comes from here, nothing is framed, sent elsewhere or guessed at. */
static const struct {
	const char *name, *value;
} every_answer[] = {
	{"Content-Security-Policy",
	 "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
	 "connect-src 'self'; "
	 "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
	{"X-Content-Type-Options", "nosniff"},
	{"Referrer-Policy", "no-referrer"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
};

static void add_headers(struct MHD_Response *response, const struct reply *reply)
{
	for (size_t i = 0; i < sizeof(every_answer) / sizeof(every_answer[0]); i++)
		MHD_add_response_header(response, every_answer[i].name, every_answer[i].value);
	if (reply->type != NULL)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->type);
	if (reply->gzipped && reply->size != 0)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
	if (reply->etag != NULL)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ETAG, reply->etag);
	MHD_add_response_header(response, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_ENCODING);
	MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL,
				reply->etag != NULL ? "no-cache" : "no-store");
	if (reply->header != NULL)
		MHD_add_response_header(response, reply->header, reply->value);
}

static void pack(struct reply *reply)
{
	size_t size;
	char *packed = gzip_pack(reply->body, reply->size, FAST, &size);

	if (packed == NULL)
		return;
	free(reply->body);
	reply->body = packed;
	reply->size = size;
	reply->gzipped = true;
}

/* Gives the reply's body away. */
static struct MHD_Response *
respond_with_body(const struct server *s, const struct http_request *request, struct reply *reply)
{
	enum MHD_ResponseMemoryMode mode =
		reply->lent ? MHD_RESPMEM_PERSISTENT : MHD_RESPMEM_MUST_FREE;
	struct MHD_Response *response;

	if (s->settings.packs && !reply->lent && reply->size >= WORTH_PACKING &&
	    gzip_is_accepted(request->accept_encoding))
		pack(reply);
	response = MHD_create_response_from_buffer(reply->size, reply->body, mode);
	if (response != NULL)
		reply->body = NULL;
	return response;
}

static enum MHD_Result answer(struct server *s, struct MHD_Connection *connection,
			      const struct http_request *request, bool bodiless)
{
	struct MHD_Response *response = NULL;
	enum MHD_Result result = MHD_NO;
	struct reply reply;

	reply = (struct reply){0};
	s->settings.answer(s->settings.site, request, &reply);
	if (reply.stream.source != NULL && !bodiless)
		response = respond_with_stream(s, connection, &reply);
	if (response == NULL)
		response = respond_with_body(s, request, &reply);
	if (response != NULL) {
		add_headers(response, &reply);
		result = MHD_queue_response(connection, reply.status, response);
		MHD_destroy_response(response);
	}
	reply_deinit(&reply);
	return result;
}

/* ------------------------------------------------------------ requests */

static enum MHD_Result read_parameter(void *cls, enum MHD_ValueKind kind, const char *name,
				      size_t name_length, const char *value, size_t length)
{
	struct http_request *r = cls;

	(void)kind;
	if (r->parameter_count == HTTP_PARAMETERS)
		return MHD_NO;
	r->parameters[r->parameter_count++] =
		(struct http_parameter){name, value, name_length, length};
	return MHD_YES;
}

static enum method method_of(const char *method)
{
	if (strcmp(method, MHD_HTTP_METHOD_GET) == 0 || strcmp(method, MHD_HTTP_METHOD_HEAD) == 0)
		return METHOD_GET;
	if (strcmp(method, MHD_HTTP_METHOD_POST) == 0)
		return METHOD_POST;
	return strcmp(method, MHD_HTTP_METHOD_DELETE) == 0 ? METHOD_DELETE : METHOD_OTHER;
}

static const char *header(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static void read_request(struct http_request *r, struct MHD_Connection *connection,
			 const char *path, const char *method)
{
	r->method = method_of(method);
	r->path = path;
	r->host = header(connection, MHD_HTTP_HEADER_HOST);
	r->authorization = header(connection, MHD_HTTP_HEADER_AUTHORIZATION);
	r->cookie = header(connection, MHD_HTTP_HEADER_COOKIE);
	r->accept = header(connection, MHD_HTTP_HEADER_ACCEPT);
	r->accept_encoding = header(connection, MHD_HTTP_HEADER_ACCEPT_ENCODING);
	r->if_none_match = header(connection, MHD_HTTP_HEADER_IF_NONE_MATCH);
	r->site = header(connection, "Sec-Fetch-Site");
	r->last_event_id = header(connection, "Last-Event-ID");
	MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, read_parameter, r);
}

/*
 * Called once with the headers, with each part of a body, and once more when the request is whole.
 * Nobody has anything to send us: a body is passed over while it is small.
 */
static enum MHD_Result handle_request(void *cls, struct MHD_Connection *connection,
				      const char *path, const char *method, const char *version,
				      const char *upload, size_t *upload_size, void **begun)
{
	struct server *s = cls;
	struct http_request request = {0};

	(void)version;
	(void)upload;
	if (*begun == NULL) {
		*begun = s;
		return MHD_YES;
	}
	if (*upload_size > LARGEST_UPLOAD)
		return MHD_NO;
	if (*upload_size != 0) {
		*upload_size = 0;
		return MHD_YES;
	}
	read_request(&request, connection, path, method);
	visits_allow(s->visits, visit_of(connection), s->settings.timeout + ANSWER_PATIENCE);
	return answer(s, connection, &request, strcmp(method, MHD_HTTP_METHOD_HEAD) == 0);
}

static void request_is_over(void *cls, struct MHD_Connection *connection, void **begun,
			    enum MHD_RequestTerminationCode code)
{
	struct server *s = cls;

	(void)begun;
	(void)code;
	visits_allow(s->visits, visit_of(connection), REQUEST_PATIENCE);
}

static void note_connection(void *cls, struct MHD_Connection *connection, void **context,
			    enum MHD_ConnectionNotificationCode code)
{
	struct server *s = cls;
	const union MHD_ConnectionInfo *info;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		visits_end(s->visits, *context);
		*context = NULL;
		return;
	}
	info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	if (info != NULL)
		*context = visits_begin(s->visits, info->connect_fd, REQUEST_PATIENCE);
}

/* ------------------------------------------------------------- the whole */

/* What it says of single connections is of no use to anybody; why it does not start is. */
static void note_message(void *cls, const char *format, va_list list)
	__attribute__((__format__(__printf__, 2, 0)));

static void note_message(void *cls, const char *format, va_list list)
{
	struct server *s = cls;

	pthread_mutex_lock(&s->lock);
	if (!s->started && s->said[0] == '\0') {
		vsnprintf(s->said, sizeof(s->said), format, list);
		s->said[strcspn(s->said, "\n")] = '\0';
	}
	pthread_mutex_unlock(&s->lock);
}

static struct MHD_Daemon *start(struct server *s, int socket)
{
	unsigned flags = MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_THREAD_PER_CONNECTION |
			 MHD_USE_ITC | MHD_USE_ERROR_LOG;
	bool tls = s->settings.certificate != NULL;
	struct MHD_OptionItem secure[] = {
		{MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)s->settings.certificate},
		{MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)s->settings.key},
		{MHD_OPTION_HTTPS_PRIORITIES, 0,
		 (void *)"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
		{MHD_OPTION_END, 0, NULL},
	};
	struct MHD_OptionItem plain[] = {{MHD_OPTION_END, 0, NULL}};

	return MHD_start_daemon(
		flags | (tls ? MHD_USE_TLS : 0), 0, NULL, NULL, handle_request, s,
		MHD_OPTION_EXTERNAL_LOGGER, note_message, s, MHD_OPTION_LISTEN_SOCKET, socket,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)SERVER_CONNECTIONS,
		MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)REQUEST_MEMORY, MHD_OPTION_THREAD_STACK_SIZE, (size_t)THREAD_STACK,
		MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_CONNECTION, note_connection, s,
		MHD_OPTION_NOTIFY_COMPLETED, request_is_over, s, MHD_OPTION_ARRAY,
		tls ? secure : plain, MHD_OPTION_END);
}

struct server *server_open(int socket, const struct server_settings *settings, char *why,
			   size_t room)
{
	struct server *s = calloc(1, sizeof(*s));
	pthread_condattr_t attributes;

	if (s == NULL) {
		snprintf(why, room, "out of memory");
		return NULL;
	}
	s->settings = *settings;
	pthread_mutex_init(&s->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&s->stopped, &attributes);
	pthread_condattr_destroy(&attributes);
	s->visits = visits_new();
	if (s->visits != NULL)
		s->daemon = start(s, socket);
	pthread_mutex_lock(&s->lock);
	s->started = s->daemon != NULL;
	pthread_mutex_unlock(&s->lock);
	if (s->daemon != NULL)
		return s;
	snprintf(why, room, "%s", s->said[0] != '\0' ? s->said : "HTTP cannot be started");
	server_close(s);
	return NULL;
}

void server_tend(struct server *s)
{
	visits_tend(s->visits);
}

void server_close(struct server *s)
{
	if (s == NULL)
		return;
	pthread_mutex_lock(&s->lock);
	s->stopping = true;
	pthread_cond_broadcast(&s->stopped);
	pthread_mutex_unlock(&s->lock);
	if (s->daemon != NULL)
		MHD_stop_daemon(s->daemon);
	visits_free(s->visits);
	pthread_cond_destroy(&s->stopped);
	pthread_mutex_destroy(&s->lock);
	free(s);
}
