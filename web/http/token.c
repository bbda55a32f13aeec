/*
 * Reading, finding and comparing tokens.
 */
#include "web/http/token.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

const char token_cookie[] = "profweb";

/* They need no quotes, in no header. */
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
		return explain(why, room, "others can read this token: chmod 600");
	return true;
}

static bool take_text(struct token *token, const char *text, char *why, size_t room)
{
	size_t length = strcspn(text, "\r\n");

	if (length < TOKEN_LEAST || length > TOKEN_MOST)
		return explain(why, room, "a token has 16 to 256 characters");
	if (strspn(text, allowed) != length)
		return explain(why, room, "a token has letters, digits and -._~+/= only");
	memcpy(token->text, text, length);
	token->text[length] = '\0';
	token->length = length;
	return true;
}

bool token_read(struct token *token, const char *path, char *why, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char text[TOKEN_MOST + 3] = "";
	ssize_t n;
	bool good;

	if (fd < 0)
		return explain(why, room, strerror(errno));
	good = is_private(fd, why, room);
	if (good) {
		n = read(fd, text, sizeof(text) - 1);
		good = n < 0 ? explain(why, room, strerror(errno))
			     : take_text(token, text, why, room);
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

const char *token_of_bearer(const char *authorization, size_t *length)
{
	static const char scheme[] = "Bearer ";

	if (authorization == NULL || strncasecmp(authorization, scheme, sizeof(scheme) - 1) != 0)
		return NULL;
	authorization += sizeof(scheme) - 1;
	authorization += strspn(authorization, " ");
	*length = strlen(authorization);
	return authorization;
}

const char *token_of_cookie(const char *cookies, size_t *length)
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
