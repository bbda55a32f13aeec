/*
 * Refusals: a line a minute for each user.
 */
#include "daemon/push/refusals.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/peer.h"

#define QUIET (60 * CLOCK_SECOND)

/* That of the user, else one that is free or has nothing left to say, else that of all others. */
static struct refusal *find(struct refusals *r, uint64_t uid, int64_t now_ns)
{
	struct refusal *free = NULL;

	for (unsigned i = 0; i < REFUSALS_USERS; i++) {
		struct refusal *user = &r->user[i];

		if (user->since_ns != 0 && user->uid == uid)
			return user;
		if (user->since_ns == 0 || (user->more == 0 && now_ns - user->since_ns >= QUIET))
			free = user;
	}
	if (free == NULL)
		return &r->others;
	*free = (struct refusal){.uid = uid};
	return free;
}

static void tell_more(const struct refusals *r, struct refusal *user)
{
	if (user == &r->others)
		log_write(LOG_NOTICE, "refused: several users, %" PRIu64 " times more", user->more);
	else if (user->key[0] != '\0')
		log_write(LOG_NOTICE, "refused: key %s, %" PRIu64 " times more", user->key,
			  user->more);
	else
		log_write(LOG_NOTICE, "refused: user %" PRIu64 ", %" PRIu64 " times more",
			  user->uid, user->more);
	user->more = 0;
}

void refusals_note(struct refusals *r, const struct peer *peer, const char *why, int64_t now_ns)
{
	struct refusal *user = find(r, peer->uid, now_ns);

	if (user->since_ns != 0 && now_ns - user->since_ns < QUIET) {
		user->more++;
		return;
	}
	if (user->more != 0)
		tell_more(r, user);
	if (peer->key != NULL)
		log_write(LOG_NOTICE, "refused: key %s: %s", peer->key, why);
	else
		log_write(LOG_NOTICE, "refused: user %" PRIu64 ", process %" PRId32 ": %s",
			  peer->uid, peer->pid, why);
	snprintf(user->key, sizeof(user->key), "%s", peer->key == NULL ? "" : peer->key);
	user->since_ns = now_ns == 0 ? 1 : now_ns;
}

static void run(const struct refusals *r, struct refusal *user, int64_t now_ns)
{
	if (user->more == 0 || now_ns - user->since_ns < QUIET)
		return;
	tell_more(r, user);
	user->since_ns = now_ns;
}

void refusals_run(struct refusals *r, int64_t now_ns)
{
	for (unsigned i = 0; i < REFUSALS_USERS; i++)
		run(r, &r->user[i], now_ns);
	run(r, &r->others, now_ns);
}

int64_t refusals_due(const struct refusals *r)
{
	int64_t due = r->others.more == 0 ? CLOCK_NEVER : r->others.since_ns + QUIET;

	for (unsigned i = 0; i < REFUSALS_USERS; i++)
		if (r->user[i].more != 0 && r->user[i].since_ns + QUIET < due)
			due = r->user[i].since_ns + QUIET;
	return due;
}
