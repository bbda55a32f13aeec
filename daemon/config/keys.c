/*
 * The rows: each key with its kind, bounds, default and meaning.
 */
#include "daemon/config/keys.h"

#include <string.h>

#include "daemon/config/config.h"

#define MS	   UINT64_C(1000000)
#define SEC	   UINT64_C(1000000000)
#define YEAR	   (UINT64_C(366) * 86400 * SEC)
#define AT(member) offsetof(struct config, member)

/* clang-format off */
const struct config_key config_keys[] = {
	{"profd", "database", CONFIG_PATH, AT(database), 0, 0,
	 "/var/lib/profd/profd.db", "$XDG_STATE_HOME/profd/profd.db", false,
	 "The SQLite file that everything is kept in."},
	{"profd", "runtime_dir", CONFIG_PATH, AT(runtime_dir), 0, 0,
	 "/run/profd", "$XDG_RUNTIME_DIR/profd", false,
	 "The folder of the sockets records and control."},
	{"profd", "log", CONFIG_LOG, AT(log), 0, 0, "syslog", NULL, false,
	 "Where slow calls and profd's own messages are written: syslog or stderr."},
	{"profd", "commit_interval", CONFIG_DURATION, AT(commit_interval), 10 * MS, 3600 * SEC,
	 "1s", NULL, true,
	 "The longest time that what was pushed waits to be written to disk. A program that flushes "
	 "does not wait for it."},
	{"profd", "push_size_limit", CONFIG_SIZE, AT(push_size), 64 << 10, 1 << 30, "16M", NULL, false,
	 "The largest push that is read."},
	{"profd", "records_mode", CONFIG_MODE, AT(records_mode), 0, 0777, "auto", NULL, true,
	 "Mode of the socket that programs push to; auto: as narrow as the list of those who may push. "
	 "That is 0600 when it names nobody, 0660 and its group when it names one group and nothing else, "
	 "and 0666 else: then the list alone decides. A socket that systemd made keeps the mode that its "
	 "unit says."},
	{"profd", "control_mode", CONFIG_MODE, AT(control_mode), 0, 0777, "auto", NULL, true,
	 "Mode of the socket that profctl asks; auto: as narrow as the list of those who may ask."},
	{"profd", "group", CONFIG_TEXT, AT(group), 0, 0, "profd", "", false,
	 "Group of folders that profd makes, and of sockets whose mode is given, if there is such a group."},
	{"profd", "connections_per_user", CONFIG_NUMBER, AT(user_connections), 8, 1 << 20, "4096", NULL,
	 false, "Connections that one user may have open; further ones are closed."},
	{"profd", "sandbox", CONFIG_SWITCH, AT(sandbox), 0, 0, "yes", NULL, false,
	 "Whether profd gives up what it does not need: new privileges, and all system calls but its own."},

	{"access", "push", CONFIG_LIST, AT(push), 0, 0, "@profd", "", true,
	 "Who may push, besides root and the user that profd runs as: users and @groups, or * for everyone. "
	 "Without a group profd on the machine, the default names nobody."},
	{"access", "ask", CONFIG_LIST, AT(ask), 0, 0, "@profd", "", true,
	 "Who may ask, besides these two."},
	{"access", "clear", CONFIG_LIST, AT(clear), 0, 0, "", NULL, true,
	 "Who may clear statistics, of those who may ask, besides these two."},

	{"tcp", "address", CONFIG_ADDRESS, AT(tcp_address), 0, 0, "", NULL, false,
	 "Where profd listens on the network, encrypted by CURVE and to clients with a key only, such as "
	 "tcp://10.0.0.5:7701; profctl is answered at the next port. Empty: nowhere. Without "
	 "server_key and client_keys it is refused."},
	{"tcp", "server_key", CONFIG_PATH, AT(tcp_server_key), 0, 0, "", NULL, false,
	 "The file of profd's secret key, made by profctl keygen; readable by its owner alone (if that is "
	 "root, by its group too), else profd does not start."},
	{"tcp", "client_keys", CONFIG_PATH, AT(tcp_client_keys), 0, 0, "", NULL, true,
	 "The folder of the clients' public keys, files NAME.public, in which the line rights names what the "
	 "client may: push, ask, clear. NAME takes the place of the user in profctl ps and in the log, and the "
	 "key its place in the limits: a process belongs to the key that pushed it first. Others may write "
	 "neither to the folder nor to the files. A file that is not sound is told in the log, and its client "
	 "has no right. Each message is judged by the folder as a reload read it last: who is no longer in it "
	 "has no right from then on, on connections that are open too."},
	{"tcp", "connections", CONFIG_NUMBER, AT(tcp_connections), 2, 1 << 20, "1024", NULL, false,
	 "Connections over tcp that may be open; further ones are closed."},
	{"tcp", "connections_per_address", CONFIG_NUMBER, AT(tcp_address_connections), 2, 1 << 20, "128",
	 NULL, false, "Those of one address, or of one network /64 of IPv6."},
	{"tcp", "silence", CONFIG_DURATION, AT(tcp_silence), 2 * 3600 * SEC, YEAR, "30d", NULL, false,
	 "A process that pushed over tcp and is silent for so long counts as ended. It pushes once an "
	 "hour at least; one that comes back after that and its remember_ended is counted anew."},

	{"slow", "threshold", CONFIG_THRESHOLD, AT(slow_ns), 1, YEAR, "1s", NULL, true,
	 "A call that takes longer is slow; off: none is."},
	{"slow", "events", CONFIG_NUMBER, AT(events), 1, 1000000, "1000", NULL, false,
	 "Slow and failed calls that are kept, the latest; and as many that are running."},
	{"slow", "alerts_per_minute", CONFIG_NUMBER, AT(alerts), 0, 1000000, "10", NULL, true,
	 "Slow calls of one function that are logged within a minute; of further ones the number is told."},
	{"slow", "total_alerts_per_minute", CONFIG_NUMBER, AT(total_alerts), 0, 1000000, "100", NULL, true,
	 "Those of all functions together."},

	{"windows", "short", CONFIG_DURATION, AT(window_ns[0]), SEC, YEAR, "10s", NULL, false,
	 "Length of the shortest windows of the history."},
	{"windows", "short_keep", CONFIG_DURATION, AT(keep_ns[0]), SEC, 100 * YEAR, "1h", NULL, false,
	 "How long they are kept."},
	{"windows", "middle", CONFIG_DURATION, AT(window_ns[1]), SEC, YEAR, "1min", NULL, false,
	 "Length of the middle windows."},
	{"windows", "middle_keep", CONFIG_DURATION, AT(keep_ns[1]), SEC, 100 * YEAR, "1d", NULL, false,
	 "How long they are kept."},
	{"windows", "long", CONFIG_DURATION, AT(window_ns[2]), SEC, YEAR, "1h", NULL, false,
	 "Length of the longest windows."},
	{"windows", "long_keep", CONFIG_DURATION, AT(keep_ns[2]), SEC, 100 * YEAR, "365d", NULL, false,
	 "How long they are kept."},

	{"limits", "processes", CONFIG_NUMBER, AT(processes), 1, 1 << 24, "65536", NULL, false,
	 "Processes known at once, with those that ended and are still remembered."},
	{"limits", "paths", CONFIG_NUMBER, AT(paths), 1, 1 << 28, "131072", NULL, false,
	 "Paths of all programs; calls of further ones are counted in their function, then in (other)."},
	{"limits", "functions", CONFIG_NUMBER, AT(functions), 1, 1 << 24, "32768", NULL, false,
	 "Functions; calls of further ones are counted in (other)."},
	{"limits", "standings", CONFIG_NUMBER, AT(standings), 1, 1 << 30, "1048576", NULL, false,
	 "Paths of all processes, each counted in each process: bounds the memory that processes take."},
	{"limits", "user_share", CONFIG_NUMBER, AT(user_share), 1, 100, "50", "100", false,
	 "The most that one user may take of each of these, and of profd's descriptors, in percent of what "
	 "other users leave: with 50, a user who is alone takes half of the room at most, and the next a quarter."},
	{"limits", "user_waiting", CONFIG_SIZE, AT(user_waiting), 1 << 20, UINT64_C(1) << 40, "64M", NULL, false,
	 "Bytes of one user's pushes that wait to be taken; beyond, that user's connections are not read. "
	 "It bounds the memory that a flood takes."},
	{"limits", "remember_ended", CONFIG_DURATION, AT(remember_ended), SEC, YEAR, "10min", NULL, false,
	 "How long a process that ended is remembered, in case a late copy of its last push arrives."
	 " 10 s when half of the processes that a lone user may have are known."},
	{"limits", "silence", CONFIG_DURATION, AT(silence), SEC, YEAR, "10min", NULL, false,
	 "After so long without a push it is looked up whether a process still runs."},
	{"limits", "database_size", CONFIG_SIZE, AT(database_size), 1 << 20, UINT64_C(1) << 50, "1G", NULL,
	 true, "What the database may grow to, without its WAL, which grows for as long as another program keeps a "
	 "transaction open in it: the log and profctl status name that program. Near it the oldest history is deleted before its "
	 "time, of each length of windows the same share, and the log says so. Statistics and saved benchmarks are never deleted."},
};
/* clang-format on */

const size_t config_key_count = sizeof(config_keys) / sizeof(config_keys[0]);

const struct config_key *config_find_key(const char *section, const char *name)
{
	for (size_t i = 0; i < config_key_count; i++) {
		if (strcmp(config_keys[i].section, section) == 0 &&
		    strcmp(config_keys[i].name, name) == 0)
			return &config_keys[i];
	}
	return NULL;
}

bool config_has_section(const char *name)
{
	if (strcmp(name, CONFIG_RULES) == 0)
		return true;
	for (size_t i = 0; i < config_key_count; i++) {
		if (strcmp(config_keys[i].section, name) == 0)
			return true;
	}
	return false;
}
