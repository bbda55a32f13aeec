/*
 * profctl keygen: make a pair of keys, and say where its two files go.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/base/command.h"
#include "ctl/base/say.h"
#include "proto/key.h"

struct pair {
	const char *name; /* of the owner */
	char public_key[KEY_TEXT + 1], secret_key[KEY_TEXT + 1];
	char public_file[PATH_MAX], secret_file[PATH_MAX];
};

static bool fail(const char *what, const char *file_name)
{
	complain("cannot %s %s: %s", what, file_name, strerror(errno));
	return false;
}

static bool write_all(int fd, const char *text)
{
	size_t length = strlen(text), written = 0;

	while (written < length) {
		ssize_t n = write(fd, text + written, length - written);

		if (n < 0 && errno != EINTR)
			return false;
		written += n < 0 ? 0 : (size_t)n;
	}
	return fsync(fd) == 0;
}

/*
 * The file gets its mode as it is made, so it is never open to others, and its name only once it is
 * whole. A link fails where the name is taken, a rename would not.
 */
static bool write_file(const char *file_name, mode_t mode, const char *text, bool replace)
{
	char fresh[PATH_MAX + 16];
	bool done;
	int fd;

	snprintf(fresh, sizeof(fresh), "%s.%d", file_name, (int)getpid());
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd < 0)
		return fail("make", fresh);
	done = write_all(fd, text);
	done = close(fd) == 0 && done;
	if (done)
		done = replace ? rename(fresh, file_name) == 0 : link(fresh, file_name) == 0;
	if (!done)
		fail("write", file_name);
	if (!done || !replace)
		unlink(fresh);
	return done;
}

static bool name_files(struct pair *p, const char *file)
{
	const char *slash = strrchr(file, '/');

	p->name = slash == NULL ? file : slash + 1;
	if (!key_name_is_valid(p->name, strlen(p->name))) {
		complain("FILE %s: its name must be 1 to %d letters, digits or . _ - @", file,
			 KEY_NAME_MAX);
		return false;
	}
	if ((size_t)snprintf(p->public_file, PATH_MAX, "%s" KEY_PUBLIC_FILE, file) < PATH_MAX &&
	    (size_t)snprintf(p->secret_file, PATH_MAX, "%s" KEY_SECRET_FILE, file) < PATH_MAX)
		return true;
	complain("FILE: the file name is too long");
	return false;
}

static bool is_free(const char *file_name)
{
	struct stat status;

	if (lstat(file_name, &status) != 0 && errno == ENOENT)
		return true;
	complain("%s exists; --force replaces it and locks out whoever uses it", file_name);
	return false;
}

/* The secret file first: a public one alone would name a key that nobody has. */
static bool write_pair(const struct pair *p, bool replace)
{
	char text[512];
	bool done;

	snprintf(
		text, sizeof(text),
		"# The secret key of %s. Whoever reads it can be %s: it never leaves its machine.\n"
		"secret = %s\npublic = %s\n",
		p->name, p->name, p->secret_key, p->public_key);
	done = write_file(p->secret_file, 0600, text, replace);
	explicit_bzero(text, sizeof(text));
	if (!done)
		return false;
	snprintf(text, sizeof(text),
		 "# The public key of %s. No secret, but what profd believes: keep it from being\n"
		 "# changed. Of a client, `rights` says what it may: push, ask, clear.\n"
		 "public = %s\nrights = push ask\n",
		 p->name, p->public_key);
	done = write_file(p->public_file, 0644, text, replace);
	if (!done && !replace)
		unlink(p->secret_file);
	return done;
}

static void say_what_next(const struct pair *p)
{
	printf("Wrote %s (secret, mode 0600) and %s.\n\n"
	       "As the key of a client:\n"
	       "  1. Copy %s into the folder `client_keys` of profd.conf on profd's\n"
	       "     machine, set its `rights` there, and let profd read it: systemctl reload "
	       "profd\n"
	       "  2. Where the client runs:\n"
	       "       export PROF_ENDPOINT=tcp://HOST:PORT\n"
	       "       export PROF_KEY=%s\n"
	       "       export PROF_SERVER_KEY=/path/of/profd's/public/file\n"
	       "As the key of profd:\n"
	       "  1. Let the user of profd own %s.\n"
	       "  2. In profd.conf, below [tcp]: server_key = /path/of/%s" KEY_SECRET_FILE "\n"
	       "  3. Give %s to the clients.\n",
	       p->secret_file, p->public_file, p->public_file, p->secret_file, p->secret_file,
	       p->name, p->public_file);
}

static void tell(const struct pair *p)
{
	struct writer *w = JSON_ANSWER;

	writer_object(w, NULL);
	writer_text(w, "name", p->name);
	writer_text(w, "public_key", p->public_key);
	writer_text(w, "public_file", p->public_file);
	writer_text(w, "secret_file", p->secret_file);
	writer_end(w);
}

enum outcome run_keygen(const struct request *r)
{
	struct pair p = {0};
	prof_error error;
	bool done;

	if (!name_files(&p, r->operands[0]))
		return OUTCOME_USAGE;
	if (!r->force && (!is_free(p.secret_file) || !is_free(p.public_file)))
		return OUTCOME_NO;
	error = prof_key_pair(p.public_key, p.secret_key);
	if (error != PROF_OK)
		return say_failure(r, error);
	done = write_pair(&p, r->force);
	explicit_bzero(p.secret_key, sizeof(p.secret_key));
	if (!done)
		return OUTCOME_TROUBLE;
	if (r->json)
		tell(&p);
	else
		say_what_next(&p);
	return OUTCOME_DONE;
}
