/*
 * Judging who comes in: tokens first, then hosts and sites.
 */
#include "web/http/door.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

static const char token_cookie[] = "profweb";

/* The characters of a token need no quotes, in no header. */
static const char allowed[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/=";

static bool explain(char *why, size_t room, const char *what)
{
	snprintf(why, room, "%s", what);
	return false;
}

/* Judged by what is open, not by its name, which may lead elsewhere a moment later. */
static bool is_private(int fd, char *why, size_t room)
{
	struct stat status;

	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
		return explain(why, room, "not a file");
	if ((status.st_mode & (status.st_uid == 0 ? 0027 : 0077)) != 0)
		return explain(why, room, "others can read this file: chmod 600");
	return true;
}

static bool parse_token(struct token *token, const char *text, char *why, size_t room)
{
	size_t length = strcspn(text, "\r\n");

	if (length < TOKEN_LEAST || length > TOKEN_MOST)
		return explain(why, room, "a token must have 16 to 256 characters");
	if (strspn(text, allowed) != length)
		return explain(why, room, "a token may only have letters, digits and -._~+/=");
	memcpy(token->text, text, length);
	token->text[length] = '\0';
	token->length = length;
	return true;
}

bool token_read(struct token *token, const char *file_name, char *why, size_t room)
{
	int fd = open(file_name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char text[TOKEN_MOST + 3] = "";
	ssize_t n;
	bool good;

	if (fd < 0)
		return explain(why, room, strerror(errno));
	good = is_private(fd, why, room);
	if (good) {
		n = read(fd, text, sizeof(text) - 1);
		good = n < 0 ? explain(why, room, strerror(errno))
			     : parse_token(token, text, why, room);
	}
	explicit_bzero(text, sizeof(text));
	close(fd);
	return good;
}

bool token_fits(const struct token *token, const char *given, size_t length)
{
	unsigned differs = length != token->length;

	for (size_t i = 0; i < length; i++)
		differs |= (unsigned)(given[i] ^ token->text[i % (TOKEN_MOST + 1)]);
	return differs == 0 && length != 0;
}

/* Where the headers Authorization and Cookie hold a token; NULL: nowhere. They may be NULL. */
static const char *token_of_bearer(const char *authorization, size_t *length)
{
	static const char scheme[] = "Bearer ";

	if (authorization == NULL || strncasecmp(authorization, scheme, sizeof(scheme) - 1) != 0)
		return NULL;
	authorization += sizeof(scheme) - 1;
	authorization += strspn(authorization, " ");
	*length = strlen(authorization);
	return authorization;
}

static const char *token_of_cookie(const char *cookies, size_t *length)
{
	size_t name = strlen(token_cookie);

	while (cookies != NULL && *cookies != '\0') {
		cookies += strspn(cookies, "; ");
		if (strncmp(cookies, token_cookie, name) == 0 && cookies[name] == '=') {
			cookies += name + 1;
			*length = strcspn(cookies, "; ");
			return cookies;
		}
		cookies = strchr(cookies, ';');
	}
	return NULL;
}

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

static bool bears_token(const struct door *door, const struct http_request *r)
{
	size_t length = 0;
	const char *given = token_of_bearer(r->authorization, &length);

	return given != NULL && token_fits(&door->token, given, length);
}

static bool has_cookie(const struct door *door, const struct http_request *r)
{
	size_t length = 0;
	const char *given = token_of_cookie(r->cookie, &length);

	return given != NULL && token_fits(&door->token, given, length);
}

static void refuse_token(struct reply *reply)
{
	reply_error(reply, 401, "a token is required");
	reply->header = "WWW-Authenticate";
	strcpy(reply->value, "Bearer realm=\"profweb\"");
}

bool door_admits(const struct door *door, const struct http_request *r, bool guarded,
		 struct reply *reply)
{
	if (!door_knows_host(door, r->host)) {
		reply_error(reply, 421, "unknown host name; see --host in profweb(8)");
		return false;
	}
	if (!guarded)
		return true;
	if (is_from_elsewhere(r->site)) {
		reply_error(reply, 403, "cross-site requests are refused");
		return false;
	}
	if (door->token.length != 0 && !bears_token(door, r) && !has_cookie(door, r)) {
		refuse_token(reply);
		return false;
	}
	return true;
}

void door_give_cookie(const struct door *door, const struct http_request *r, struct reply *reply)
{
	bool gives = r->method == METHOD_POST;

	if (is_from_elsewhere(r->site)) {
		reply_error(reply, 403, "cross-site requests are refused");
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
