/*
 * Putting the configuration together.
 */
#include "daemon/settings.h"

#include <stdio.h>
#include <unistd.h>

#include "daemon/base/folder.h"
#include "daemon/config/options.h"
#include "daemon/net/access.h"

static bool find_file(const struct options *options, char file[4096])
{
	if (options->config != NULL)
		return (size_t)snprintf(file, 4096, "%s", options->config) < 4096;
	if (!folder_config(file, 4096) || access(file, F_OK) != 0)
		file[0] = '\0';
	return true;
}

/* A path of the command line may be relative; it is meant from where profd was started. */
static bool set_path(struct config *c, const char *name, const char *value,
		     struct config_error *error)
{
	char folder[2048], path[4096];

	if (value == NULL)
		return true;
	if (value[0] == '/' || value[0] == '\0')
		return config_set(c, name, value, error);
	if (getcwd(folder, sizeof(folder)) == NULL ||
	    (size_t)snprintf(path, sizeof(path), "%s/%s", folder, value) >= sizeof(path)) {
		snprintf(error->text, sizeof(error->text), "%s: the path is too long", name);
		return false;
	}
	return config_set(c, name, path, error);
}

static bool set_default(struct config *c, const char *name, const char *set,
			bool find(char *to, size_t room), const char *missing,
			struct config_error *error)
{
	char path[4096];

	if (set != NULL)
		return true;
	if (find(path, sizeof(path)))
		return config_set(c, name, path, error);
	snprintf(error->text, sizeof(error->text), "no default for %s: %s", name, missing);
	return false;
}

static bool read_all(struct config *c, const struct options *o, const char *file,
		     struct config_error *error)
{
	return (file[0] == '\0' || config_read(c, file, error)) &&
	       set_path(c, "database", o->database, error) &&
	       set_path(c, "runtime_dir", o->runtime_dir, error) &&
	       (o->log == NULL || config_set(c, "log", o->log, error)) &&
	       config_check(c, file, error) &&
	       set_default(c, "database", c->database, folder_database,
			   "neither HOME nor XDG_STATE_HOME is set; name a file with --database",
			   error) &&
	       set_default(c, "runtime_dir", c->runtime_dir, folder_runtime,
			   "XDG_RUNTIME_DIR is not set, and there is no /run/user/UID; name a "
			   "folder with "
			   "--runtime-dir, and to clients by PROF_ENDPOINT",
			   error);
}

bool settings_read(struct config *c, const struct options *options, char file[4096],
		   struct config_error *error)
{
	if (!find_file(options, file) || !config_init(c, folder_is_system())) {
		snprintf(error->text, sizeof(error->text), "no memory, or the path is too long");
		return false;
	}
	if (read_all(c, options, file, error))
		return true;
	config_deinit(c);
	return false;
}

static void set_file(struct server_file *file, uint64_t mode, const struct access_list *list,
		     gid_t group)
{
	if (mode == CONFIG_MODE_AUTO)
		file->mode = access_mode(list, &file->group);
	else
		*file = (struct server_file){(mode_t)mode, group};
}

void settings_file(struct server_file file[SERVER_ENDPOINTS], const struct config *c)
{
	gid_t group = folder_group(c->group);

	set_file(&file[SERVER_RECORDS], c->records_mode, &c->push, group);
	set_file(&file[SERVER_CONTROL], c->control_mode, &c->ask, group);
}

bool settings_tcp(struct server_options *options, const struct config *c)
{
	if (c->tcp_address == NULL || c->tcp_address[0] == '\0')
		return false;
	options->tcp = c->tcp_address;
	options->server_key = c->tcp_server_key;
	return true;
}

void settings_limit(struct ledger_limits *limits, const struct config *c)
{
	ledger_limits_init(limits);
	limits->processes = (uint32_t)c->processes;
	limits->paths = (uint32_t)c->paths;
	limits->functions = (uint32_t)c->functions;
	limits->events = (uint32_t)c->events;
	limits->standings = (uint32_t)c->standings;
	limits->share = (uint32_t)c->user_share;
	limits->silence_ns = c->silence;
	limits->remote_silence_ns = c->tcp_silence;
	limits->tombstone_ns = c->remember_ended;
	for (int i = 0; i < 3; i++) {
		limits->window_ns[i] = c->window_ns[i];
		limits->keep_ns[i] = c->keep_ns[i];
	}
}
