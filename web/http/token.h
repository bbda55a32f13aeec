/*
 * The word that lets a browser in.
 */
#ifndef WEB_HTTP_TOKEN_H
#define WEB_HTTP_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

#define TOKEN_LEAST 16
#define TOKEN_MOST  256

struct token {
	size_t length; /* 0: none is asked for */
	char text[TOKEN_MOST + 1];
};

/* The name of the cookie that a browser keeps it in. */
extern const char token_cookie[];

/*
 * Reads the first line of a file that only its owner can read (of root's: its group too). A token
 * has 16 to 256 of the characters that RFC 6750 allows: letters, digits and -._~+/=. False with a
 * sentence.
 */
bool token_read(struct token *token, const char *path, char *why, size_t room);

/* How long that takes does not depend on what was given, but for its length. */
bool token_fits(const struct token *token, const char *given, size_t length);

/* Where the headers Authorization and Cookie hold one; NULL: nowhere. They may be NULL. */
const char *token_of_bearer(const char *authorization, size_t *length);
const char *token_of_cookie(const char *cookies, size_t *length);

#endif
