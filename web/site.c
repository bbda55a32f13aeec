/*
 * Finding what is behind an address.
 */
#include "web/site.h"

#include <string.h>

#include "web/http/gzip.h"
#include "web/api/api.h"
#include "web/api/routes.h"

#define TOKEN_PATH "/api/token"

static void refuse_method(struct reply *reply, const char *allowed)
{
	reply_error(reply, 405, "method not allowed: only GET and HEAD are");
	reply->header = "Allow";
	strcpy(reply->value, allowed);
}

static void answer_token(const struct site *site, const struct http_request *r, struct reply *reply)
{
	if (!door_admits(&site->door, r, false, reply))
		return;
	if (r->method == METHOD_POST || r->method == METHOD_DELETE)
		door_give_cookie(&site->door, r, reply);
	else
		refuse_method(reply, "POST, DELETE");
}

static void answer_route(const struct site *site, const struct route *route,
			 const struct http_request *r, struct reply *reply)
{
	struct request asked = {
		.accept = r->accept, .last_event_id = r->last_event_id, .timeout = site->timeout};
	char why[192];

	if (!door_admits(&site->door, r, true, reply))
		return;
	if (r->method != METHOD_GET) {
		refuse_method(reply, "GET, HEAD");
		return;
	}
	if (r->parameter_count == HTTP_PARAMETERS) {
		reply_error(reply, 400, "too many parameters");
		return;
	}
	for (size_t i = 0; i < r->parameter_count; i++)
		if (!query_read(&asked.query, route->parameters, &r->parameters[i], why,
				sizeof(why))) {
			reply_error(reply, 400, why);
			return;
		}
	route->answer(&asked, reply);
}

/* A weak comparison, as GET wants it: a list of tags, or any. */
static bool is_known(const char *if_none_match, const char *etag)
{
	return if_none_match != NULL &&
	       (strcmp(if_none_match, "*") == 0 || strstr(if_none_match, etag) != NULL);
}

static void answer_asset(const struct asset *asset, const struct http_request *r,
			 struct reply *reply)
{
	bool gzipped = asset->gzipped.bytes != NULL && gzip_is_accepted(r->accept_encoding);
	const struct asset_form *form = gzipped ? &asset->gzipped : &asset->plain;

	reply->etag = form->etag;
	reply->gzipped = gzipped;
	if (is_known(r->if_none_match, form->etag)) {
		reply->status = 304;
		return;
	}
	reply->status = 200;
	reply->type = asset->type;
	reply->body = form->bytes;
	reply->size = form->size;
	reply->lent = true;
}

static void answer_file(const struct site *site, const struct http_request *r, struct reply *reply)
{
	const struct asset *asset = assets_find(&site->assets, r->path);

	if (!door_admits(&site->door, r, false, reply))
		return;
	if (r->method != METHOD_GET)
		refuse_method(reply, "GET, HEAD");
	else if (asset != NULL)
		answer_asset(asset, r, reply);
	else if (strcmp(r->path, "/") == 0)
		reply_error(reply, 404, "the page is not installed; /api/ works, see profweb(8)");
	else
		reply_error(reply, 404, "not found");
}

void site_answer(const void *whole, const struct http_request *request, struct reply *reply)
{
	const struct site *site = whole;
	const struct route *route = route_find(request->path);

	if (strcmp(request->path, TOKEN_PATH) == 0)
		answer_token(site, request, reply);
	else if (route != NULL)
		answer_route(site, route, request, reply);
	else
		answer_file(site, request, reply);
	reply_finish(reply);
}
