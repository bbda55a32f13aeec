/*
 * Reading keys and their files.
 */
#include "proto/key.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX 4096

static const char alphabet[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       ".-:+=^!/*?&<>()[]{}@%$#";

/* Five characters are a number to the base 85 of 32 bits, the highest first. */
static bool decode(const char *text, uint32_t *number)
{
	uint64_t n = 0;

	for (int i = 0; i < 5; i++) {
		const char *at = text[i] == '\0' ? NULL : strchr(alphabet, text[i]);

		if (at == NULL)
			return false;
		n = n * 85 + (uint64_t)(at - alphabet);
	}
	*number = (uint32_t)n;
	return n <= UINT32_MAX;
}

bool key_is_valid(const char *text)
{
	uint32_t number;

	for (int i = 0; i < KEY_TEXT; i += 5)
		if (!decode(text + i, &number))
			return false;
	return text[KEY_TEXT] == '\0';
}

uint64_t key_number(const char *public_key)
{
	uint32_t high, low;

	if (!key_is_valid(public_key) || !decode(public_key, &high) ||
	    !decode(public_key + 5, &low))
		return 0;
	return ((uint64_t)high << 32 | low) >> 2 | UINT64_C(1) << 62;
}

bool key_name_is_valid(const char *name, size_t length)
{
	if (length == 0 || length > KEY_NAME_MAX || name[0] == '.')
		return false;
	for (size_t i = 0; i < length; i++)
		if (!isascii(name[i]) ||
		    (!isalnum((unsigned char)name[i]) && memchr("._-@", name[i], 4) == NULL))
			return false;
	return true;
}

static bool explain(char *why, size_t room, const char *what, const char *of)
{
	snprintf(why, room, "%s%s", what, of);
	return false;
}

static bool take_key(char *to, const char *value, const char *word, char *why, size_t room)
{
	if (to[0] != '\0')
		return explain(why, room, word, " is given twice");
	if (!key_is_valid(value))
		return explain(why, room, word, " must be a key: 40 characters in Z85");
	memcpy(to, value, KEY_TEXT + 1);
	return true;
}

static bool take_rights(unsigned *rights, char *value, char *why, size_t room)
{
	char *rest = NULL;

	for (char *word = strtok_r(value, " ,\t", &rest); word != NULL;
	     word = strtok_r(NULL, " ,\t", &rest)) {
		if (strcmp(word, "push") == 0)
			*rights |= KEY_PUSH;
		else if (strcmp(word, "ask") == 0)
			*rights |= KEY_ASK;
		else if (strcmp(word, "clear") == 0)
			*rights |= KEY_CLEAR;
		else
			return explain(why, room, "rights are push, ask and clear", "");
	}
	return true;
}

/* Cuts blanks off both ends. */
static char *trim(char *text)
{
	size_t length;

	text += strspn(text, " \t\r");
	length = strlen(text);
	while (length > 0 && strchr(" \t\r", text[length - 1]) != NULL)
		length--;
	text[length] = '\0';
	return text;
}

/* A key may hold "#" and "=": a comment has its line to itself, the first "=" ends the word. */
static bool take_line(struct key *key, char *line, char *why, size_t room)
{
	char *word = trim(line), *value = strchr(word, '=');

	if (word[0] == '\0' || word[0] == '#')
		return true;
	if (value == NULL)
		return explain(why, room, "a line is word = value, or a comment behind #", "");
	*value = '\0';
	value = trim(value + 1);
	word = trim(word);
	if (strcmp(word, "public") == 0)
		return take_key(key->public_key, value, "public", why, room);
	if (strcmp(word, "secret") == 0)
		return take_key(key->secret_key, value, "secret", why, room);
	if (strcmp(word, "rights") == 0)
		return take_rights(&key->rights, value, why, room);
	return explain(why, room, "the words are public, secret and rights", "");
}

bool key_parse(struct key *key, const char *text, char *why, size_t room)
{
	struct key fresh = {0};
	char copy[FILE_MAX], *rest = NULL;
	bool good = true;

	if (strlen(text) >= sizeof(copy))
		return explain(why, room, "too long for the file of a key", "");
	strcpy(copy, text);
	for (char *line = strtok_r(copy, "\n", &rest); line != NULL && good;
	     line = strtok_r(NULL, "\n", &rest))
		good = take_line(&fresh, line, why, room);
	explicit_bzero(copy, sizeof(copy));
	if (good && fresh.public_key[0] == '\0')
		good = explain(why, room, "there is no line public = KEY", "");
	if (good)
		*key = fresh;
	explicit_bzero(&fresh, sizeof(fresh));
	return good;
}

/* Judged by what is open, not by its name, which may lead elsewhere a moment later. */
static bool check_mode(int fd, bool secret, char *why, size_t room)
{
	struct stat status;
	mode_t wide;

	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
		return explain(why, room, "not a file", "");
	wide = secret ? (status.st_uid == 0 ? 0027 : 0077) : 0002;
	if ((status.st_mode & wide) != 0)
		return explain(why, room,
			       secret ? "others can read this secret key: chmod 600"
				      : "others can write to it: chmod o-w",
			       "");
	return true;
}

static bool read_text(char *to, size_t room, int fd)
{
	size_t used = 0;
	ssize_t n;

	while ((n = read(fd, to + used, room - used)) > 0)
		used += (size_t)n;
	if (n < 0 || used == room || memchr(to, '\0', used) != NULL)
		return false;
	to[used] = '\0';
	return true;
}

bool key_read(struct key *key, const char *path, bool secret, char *why, size_t room)
{
	struct key fresh = {0};
	char text[FILE_MAX];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool good;

	if (fd < 0)
		return explain(why, room, strerror(errno), "");
	good = check_mode(fd, secret, why, room);
	if (good && !read_text(text, sizeof(text), fd))
		good = explain(why, room, "not the file of a key", "");
	close(fd);
	good = good && key_parse(&fresh, text, why, room);
	if (good && secret && fresh.secret_key[0] == '\0')
		good = explain(why, room, "there is no line secret = KEY", "");
	if (good)
		*key = fresh;
	explicit_bzero(text, sizeof(text));
	explicit_bzero(&fresh, sizeof(fresh));
	return good;
}
