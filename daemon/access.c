/*
 * Lists of users and groups, looked up when the configuration is read: a question never waits for
 * a user database.
 */
#include "daemon/access.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/value.h"

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

/* A peer's credentials name its primary group only: members by /etc/group are added as users. */
static bool add_group(struct access_list *list, const char *name)
{
	const struct group *group = getgrnam(name);
	uint64_t id;

	if (group == NULL && value_number(name, &id) && id < UINT32_MAX)
		return append(&list->groups, &list->group_count, (uint32_t)id);
	if (group == NULL || !append(&list->groups, &list->group_count, group->gr_gid))
		return false;
	for (char **member = group->gr_mem; *member != NULL; member++) {
		const struct passwd *user = getpwnam(*member);

		if (user != NULL && !append(&list->users, &list->user_count, user->pw_uid))
			return false;
	}
	return true;
}

static bool add(struct access_list *list, const char *name)
{
	if (strcmp(name, "*") == 0)
		return list->everyone = true;
	return name[0] == '@' ? add_group(list, name + 1) : add_user(list, name);
}

bool access_read(struct access_list *list, const char *text, char *why, size_t room)
{
	struct access_list fresh = {0};
	char *copy = strdup(text), *rest = NULL;

	for (char *name = copy == NULL ? NULL : strtok_r(copy, " ,\t", &rest); name != NULL;
	     name = strtok_r(NULL, " ,\t", &rest)) {
		if (!add(&fresh, name)) {
			snprintf(why, room, "there is no %s \"%s\"",
				 name[0] == '@' ? "group" : "user",
				 name[0] == '@' ? name + 1 : name);
			access_deinit(&fresh);
			free(copy);
			return false;
		}
	}
	free(copy);
	access_deinit(list);
	*list = fresh;
	return true;
}

void access_deinit(struct access_list *list)
{
	free(list->users);
	free(list->groups);
	*list = (struct access_list){0};
}

static bool contains(const uint32_t *ids, size_t count, uint64_t id)
{
	for (size_t i = 0; i < count; i++) {
		if (ids[i] == id)
			return true;
	}
	return false;
}

bool access_allows(const struct access_list *list, uint64_t uid, uint32_t gid)
{
	if (uid > UINT32_MAX)
		return false;
	return list->everyone || uid == 0 || uid == geteuid() ||
	       contains(list->users, list->user_count, uid) ||
	       contains(list->groups, list->group_count, gid);
}
