/*
 * Judging who comes in.
 */
#include "web/http/door.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* How this machine calls itself; nobody else can have these names. */
static const char *const own_names[] = {"localhost", "127.0.0.1", "[::1]"};

/* "name" of "name:port"; the brackets of an address belong to it. */
static size_t name_length(const char *host)
{
	const char *end = host[0] == '[' ? strchr(host, ']') : NULL;

	return end != NULL ? (size_t)(end - host) + 1 : strcspn(host, ":");
}

static bool is_port(const char *rest)
{
	return rest[0] == '\0' ||
	       (rest[0] == ':' && rest[1 + strspn(rest + 1, "0123456789")] == '\0');
}

static bool is_name(const char *host, size_t length, const char *name)
{
	return strlen(name) == length && strncasecmp(host, name, length) == 0;
}

bool door_knows_host(const struct door *door, const char *host)
{
	size_t length = host == NULL ? 0 : name_length(host);

	if (length == 0 || !is_port(host + length))
		return false;
	for (size_t i = 0; i < sizeof(own_names) / sizeof(own_names[0]); i++)
		if (is_name(host, length, own_names[i]))
			return true;
	for (size_t i = 0; i < door->host_count; i++)
		if (is_name(host, length, door->hosts[i]))
			return true;
	return false;
}

/* Old browsers and programs that are none do not tell. */
static bool is_from_elsewhere(const char *site)
{
	return site != NULL && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0;
}

static bool bears_token(const struct door *door, const struct request *r)
{
	size_t length = 0;
	const char *given = token_of_bearer(r->authorization, &length);

	return given != NULL && token_fits(&door->token, given, length);
}

static bool has_cookie(const struct door *door, const struct request *r)
{
	size_t length = 0;
	const char *given = token_of_cookie(r->cookie, &length);

	return given != NULL && token_fits(&door->token, given, length);
}

static void refuse_token(struct reply *reply)
{
	reply_error(reply, 401, "profweb wants its token");
	reply->header = "WWW-Authenticate";
	strcpy(reply->value, "Bearer realm=\"profweb\"");
}

bool door_admits(const struct door *door, const struct request *r, bool guarded,
		 struct reply *reply)
{
	if (!door_knows_host(door, r->host)) {
		reply_error(reply, 421,
			    "profweb is not known by this name; see --host in profweb(8)");
		return false;
	}
	if (!guarded)
		return true;
	if (is_from_elsewhere(r->site)) {
		reply_error(reply, 403, "profweb answers its own page only");
		return false;
	}
	if (door->token.length != 0 && !bears_token(door, r) && !has_cookie(door, r)) {
		refuse_token(reply);
		return false;
	}
	return true;
}

void door_give_cookie(const struct door *door, const struct request *r, struct reply *reply)
{
	bool gives = r->method == METHOD_POST;

	if (is_from_elsewhere(r->site)) {
		reply_error(reply, 403, "profweb answers its own page only");
		return;
	}
	if (gives && door->token.length != 0 && !bears_token(door, r)) {
		refuse_token(reply);
		return;
	}
	reply->status = 204;
	if (door->token.length == 0)
		return;
	reply->header = "Set-Cookie";
	snprintf(reply->value, sizeof(reply->value), "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s",
		 token_cookie, gives ? door->token.text : "", door->secure ? "; Secure" : "",
		 gives ? "" : "; Max-Age=0");
}
