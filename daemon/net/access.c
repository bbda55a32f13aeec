/*
 * Lists of users and groups. Names are looked up when the configuration is read: a question never
 * waits for a user database.
 */
#include "daemon/net/access.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/base/peer.h"
#include "daemon/base/value.h"
#include "daemon/net/accept.h"

static bool append(uint32_t **ids, size_t *count, uint32_t id)
{
	uint32_t *more = realloc(*ids, (*count + 1) * sizeof(**ids));

	if (more == NULL)
		return false;
	*ids = more;
	more[(*count)++] = id;
	return true;
}

static bool add_user(struct access_list *list, const char *name)
{
	const struct passwd *user = getpwnam(name);
	uint64_t id;

	if (user != NULL)
		return append(&list->users, &list->user_count, user->pw_uid);
	return value_number(name, &id) && id < UINT32_MAX &&
	       append(&list->users, &list->user_count, (uint32_t)id);
}

/* Who is a member is not asked of the user database, which knows neither the groups that a service
 * was given nor those that a session does not have yet: the kernel knows. */
static bool add_group(struct access_list *list, const char *name)
{
	const struct group *group = getgrnam(name);
	uint64_t id, mark;

	if (group != NULL)
		id = group->gr_gid;
	else if (!value_number(name, &id) || id >= UINT32_MAX)
		return false;
	if (!accept_mark_group((gid_t)id, &mark) ||
	    !append(&list->groups, &list->group_count, (uint32_t)id))
		return false;
	list->marks |= mark;
	return true;
}

static bool add(struct access_list *list, const char *name)
{
	if (strcmp(name, "*") == 0)
		return list->everyone = true;
	return name[0] == '@' ? add_group(list, name + 1) : add_user(list, name);
}

static bool read_names(struct access_list *list, const char *text, bool strict, char *why,
		       size_t room)
{
	struct access_list fresh = {.right = list->right};
	char *copy = strdup(text), *rest = NULL;

	if (copy == NULL)
		return false;
	for (char *name = strtok_r(copy, " ,\t", &rest); name != NULL;
	     name = strtok_r(NULL, " ,\t", &rest)) {
		if (!add(&fresh, name) && strict) {
			snprintf(why, room, "no such %s: \"%s\"", name[0] == '@' ? "group" : "user",
				 name[0] == '@' ? name + 1 : name);
			access_deinit(&fresh);
			free(copy);
			return false;
		}
	}
	access_deinit(list);
	*list = fresh;
	free(copy);
	return true;
}

bool access_read(struct access_list *list, const char *text, char *why, size_t room)
{
	return read_names(list, text, true, why, room);
}

bool access_read_default(struct access_list *list, const char *text)
{
	return read_names(list, text, false, NULL, 0);
}

void access_deinit(struct access_list *list)
{
	free(list->users);
	free(list->groups);
	*list = (struct access_list){.right = list->right};
}

static bool contains(const uint32_t *ids, size_t count, uint64_t id)
{
	for (size_t i = 0; i < count; i++) {
		if (ids[i] == id)
			return true;
	}
	return false;
}

bool access_allows(const struct access_list *list, const struct peer *peer)
{
	if (peer->uid > UINT32_MAX)
		return (peer->rights & list->right) != 0;
	return list->everyone || peer->uid == 0 || peer->uid == geteuid() ||
	       contains(list->users, list->user_count, (uint32_t)peer->uid) ||
	       contains(list->groups, list->group_count, peer->gid) ||
	       (list->marks & peer->groups) != 0;
}

bool access_is_empty(const struct access_list *list)
{
	return !list->everyone && list->user_count == 0 && list->group_count == 0;
}

mode_t access_mode(const struct access_list *list, gid_t *group)
{
	*group = (gid_t)-1;
	if (access_is_empty(list))
		return 0600;
	if (list->everyone || list->user_count != 0 || list->group_count > 1)
		return 0666;
	*group = list->groups[0];
	return 0660;
}
