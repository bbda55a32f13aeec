/*
 * Who may push, ask and clear, by the user and group that the kernel vouches for. Root and profd's
 * own user may do everything.
 */
#ifndef DAEMON_ACCESS_H
#define DAEMON_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct access_list {
	bool everyone;
	uint32_t *users, *groups;
	size_t user_count, group_count;
};

/*
 * Reads a list of users and @groups, by name or number, separated by spaces or commas; "*" is
 * everyone. The members of a group are looked up now. On false the list is as it was, and `why`
 * says what is wrong.
 */
bool access_read(struct access_list *list, const char *text, char *why, size_t room);
void access_deinit(struct access_list *list);

/* What is no user (the number of a key) is never allowed anything, not even by "*". */
bool access_allows(const struct access_list *list, uint64_t uid, uint32_t gid);

#endif
