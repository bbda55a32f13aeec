/*
 * Requests that browsers and others send: what profweb makes of their headers and parameters before
 * it asks profd. A line each: host, Authorization, cookies, site, Accept-Encoding, the mark of a
 * stream, the path, then parameters, "name=value", of which a value may hold anything but a line
 * feed.
 */
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "web/api/query.h"
#include "web/api/routes.h"
#include "web/http/gzip.h"
#include "web/site.h"

#define LINES	7
#define ROOM	4096
#define TOKEN	"0123456789abcdef"
#define PRESENT '+' /* begins the line of a header that is there */

static char copy[ROOM + 1];

/* The next line, ended by a NUL in place of its line feed; `length` counts what stands before it.
 */
static char *next_line(char **at, char *end, size_t *length)
{
	char *line = *at, *feed = memchr(line, '\n', (size_t)(end - line));

	*length = (size_t)((feed == NULL ? end : feed) - line);
	line[*length] = '\0';
	*at = feed == NULL ? end : feed + 1;
	return line;
}

static void take_parameters(struct http_request *r, char *at, char *end)
{
	while (at < end && r->parameter_count < HTTP_PARAMETERS) {
		size_t length;
		char *name = next_line(&at, end, &length);
		char *value = memchr(name, '=', length);
		size_t before = value == NULL ? length : (size_t)(value - name);

		if (value != NULL)
			*value++ = '\0';
		r->parameters[r->parameter_count++] = (struct http_parameter){
			name, value, before, value == NULL ? 0 : length - before - 1};
	}
}

/* Addresses that ask profd are refused a POST before their parameters are read. */
static void read_parameters(const struct http_request *r)
{
	const struct route *route = route_find(r->path);
	struct query query = {0};
	char why[192];

	for (size_t i = 0; i < r->parameter_count; i++)
		if (!query_read(&query, route == NULL ? UINT32_MAX : route->parameters,
				&r->parameters[i], why, sizeof(why))) {
			must(strlen(why) < sizeof(why));
			return;
		}
}

static void judge(const struct door *door, const struct http_request *r)
{
	struct reply reply = {0};

	if (door_admits(door, r, true, &reply)) {
		must(door_knows_host(door, r->host));
		must(door->token.length == 0 ||
		     (r->authorization != NULL && strstr(r->authorization, TOKEN) != NULL) ||
		     (r->cookie != NULL && strstr(r->cookie, TOKEN) != NULL));
	} else {
		must(reply.status >= 400 && reply.body != NULL);
	}
	reply_deinit(&reply);
	door_give_cookie(door, r, &reply);
	must(reply.header == NULL || strpbrk(reply.value, "\r\n") == NULL);
	reply_deinit(&reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct site with_token = {.door.token = {.length = 16, .text = TOKEN}},
				 without;
	struct http_request r = {.method = METHOD_POST};
	const char *headers[LINES - 1];
	char *at = copy, *end;
	struct reply reply = {0};
	size_t length;

	size = size > ROOM ? ROOM : size;
	memcpy(copy, data, size);
	end = copy + size;
	for (size_t i = 0; i < LINES - 1; i++) {
		const char *line = next_line(&at, end, &length);

		headers[i] = line[0] == PRESENT ? line + 1 : NULL;
	}
	r.host = headers[0];
	r.authorization = headers[1];
	r.cookie = headers[2];
	r.site = headers[3];
	r.accept_encoding = r.if_none_match = headers[4];
	r.last_event_id = headers[5];
	r.path = next_line(&at, end, &length);
	take_parameters(&r, at, end);
	read_parameters(&r);
	judge(&with_token.door, &r);
	judge(&without.door, &r);
	gzip_is_accepted(r.accept_encoding);
	if (r.last_event_id != NULL)
		query_read_mark(r.last_event_id, &(struct prof_mark){0});
	/* Whatever asks profd refuses a POST first. */
	site_answer(&without, &r, &reply);
	must(reply.status == 204 || reply.status >= 400);
	reply_deinit(&reply);
	return 0;
}
