/*
 * Who may push, ask and clear, by the user and the groups that the kernel vouches for. Root and
 * profd's own user may do everything.
 */
#ifndef DAEMON_NET_ACCESS_H
#define DAEMON_NET_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct peer;

struct access_list {
	bool everyone;
	uint32_t *users, *groups;
	size_t user_count, group_count;
	uint64_t marks; /* of the groups, as in peer.groups */
	unsigned right; /* enum key_right that opens the same door over tcp; kept by what follows */
};

/*
 * Reads a list of users and @groups, by name or number, separated by spaces or commas; "*" is
 * everyone. Names are looked up now; who is in a group the kernel says of each peer. On false the
 * list is as it was, and `why` says what is wrong.
 */
bool access_read(struct access_list *list, const char *text, char *why, size_t room);

/* The same for a default: what does not exist here is left out. False without memory. */
bool access_read_default(struct access_list *list, const char *text);
void access_deinit(struct access_list *list);

/* Who is no user of this machine but the owner of a key is judged by the rights of the key alone,
 * not even by "*". */
bool access_allows(const struct access_list *list, const struct peer *peer);

/* Whether it names nobody: then only root and profd's own user may. */
bool access_is_empty(const struct access_list *list);

/*
 * The narrowest mode of a socket's file that lets in everyone on the list, and the group it must
 * have for that ((gid_t)-1: any). A file knows one group: of longer lists all are let in, and the
 * list alone decides.
 */
mode_t access_mode(const struct access_list *list, gid_t *group);

#endif
