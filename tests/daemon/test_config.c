/*
 * The configuration: values, keys, what is refused and where, lists of users.
 */
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/base/log.h"
#include "daemon/base/peer.h"
#include "daemon/base/value.h"
#include "daemon/config/config.h"
#include "daemon/config/keys.h"
#include "daemon/net/access.h"
#include "tests/suite.h"

const char suite_name[] = "config";

static char path[] = "/tmp/test_config.XXXXXX";
static struct config config;
static struct config_error error;

static void write_file(const char *text)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

static void begin(void)
{
	int fd;

	strcpy(path + strlen(path) - 6, "XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert(config_init(&config, true));
}

static void end(void)
{
	config_deinit(&config);
	unlink(path);
}

static bool reads(const char *text)
{
	write_file(text);
	return config_read(&config, path, &error) && config_check(&config, path, &error);
}

/* The text is refused, at this line, with these words. */
static void refuses(const char *text, unsigned line, const char *words)
{
	char where[64];

	ck_assert_msg(!reads(text), "taken: %s", text);
	snprintf(where, sizeof(where), "%s:%u: ", path, line);
	ck_assert_msg(strncmp(error.text, where, strlen(where)) == 0, "\"%s\" is not at line %u",
		      error.text, line);
	ck_assert_msg(strstr(error.text, words) != NULL, "\"%s\" does not say \"%s\"", error.text,
		      words);
	config_deinit(&config);
	ck_assert(config_init(&config, true));
}

/* Durations are read with their units, and seconds without one. */
START_TEST(durations_are_read)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} good[] = {
		{"0", 0},
		{"5", 5000000000},
		{"10s", 10000000000},
		{"1.5s", 1500000000},
		{"250ms", 250000000},
		{"250 ms", 250000000},
		{"3us", 3000},
		{"7ns", 7},
		{"1min", 60000000000},
		{"1h", 3600000000000},
		{"365d", UINT64_C(31536000000000000)},
	};
	static const char *const bad[] = {"",	 "s",	  "-1s", "1x",	"1 s s", "inf",
					  "nan", "1e30h", "0x1", "+1s", " 1s",	 "1m"};
	uint64_t ns;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		ck_assert_msg(value_duration(good[i].text, &ns), "%s", good[i].text);
		ck_assert_uint_eq(ns, good[i].ns);
	}
	ns = 42;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!value_duration(bad[i], &ns) && ns == 42, "%s", bad[i]);
}
END_TEST

/* A printed duration is read as what it was. */
START_TEST(durations_are_printed_as_they_are_read)
{
	static const uint64_t values[] = {
		0,	     1,		  999,	      1000,	   250000000,	   1000000000,
		90000000000, 60000000000, 3600000000, 86400000000, 86400000000000, 1500000000};
	char text[40];
	uint64_t ns;

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		value_print_duration(text, sizeof(text), values[i]);
		ck_assert_msg(value_duration(text, &ns) && ns == values[i], "%s", text);
	}
}
END_TEST

/* Sizes, numbers and modes are read whole or not at all. */
START_TEST(sizes_numbers_and_modes_are_read)
{
	uint64_t n = 42;

	ck_assert(value_size("16M", &n) && n == 16 << 20);
	ck_assert(value_size("512", &n) && n == 512);
	ck_assert(value_size("2G", &n) && n == UINT64_C(2) << 30);
	ck_assert(!value_size("16MB", &n) && !value_size("-1", &n) && !value_size("", &n) &&
		  !value_size("99999999999G", &n) && !value_size("99999999999999999999", &n));
	ck_assert(value_number("65536", &n) && n == 65536);
	ck_assert(!value_number("1k", &n) && !value_number("-1", &n) && !value_number("", &n));
	ck_assert(value_mode("0660", &n) && n == 0660);
	ck_assert(!value_mode("0888", &n) && !value_mode("1777", &n) && !value_mode("rw", &n));
	ck_assert_uint_eq(n, 0660);
}
END_TEST

/* Every default in the table is a value that the key itself takes, for the system and for users. */
START_TEST(defaults_are_what_the_table_says)
{
	struct config own;

	ck_assert_uint_eq(config.log, LOG_TO_SYSLOG);
	ck_assert_uint_eq(config.commit_interval, 1000000000);
	ck_assert_uint_eq(config.push_size, 16 << 20);
	ck_assert_uint_eq(config.records_mode, CONFIG_MODE_AUTO);
	ck_assert_uint_eq(config.control_mode, CONFIG_MODE_AUTO);
	ck_assert_str_eq(config.group, "profd");
	ck_assert_uint_eq(config.slow_ns, 1000000000);
	ck_assert_uint_eq(config.alerts, 10);
	ck_assert_uint_eq(config.total_alerts, 100);
	ck_assert_uint_eq(config.keep_ns[2], UINT64_C(31536000000000000));
	ck_assert(!config.push.everyone && !config.ask.everyone);
	ck_assert(access_is_empty(&config.clear));
	ck_assert(access_is_empty(&config.push) == (getgrnam("profd") == NULL));
	ck_assert_ptr_null(config.database);
	ck_assert(config_check(&config, path, &error));
	ck_assert(config_init(&own, false));
	ck_assert(access_is_empty(&own.push) && access_is_empty(&own.ask));
	ck_assert_str_eq(own.group, "");
	config_deinit(&own);
}
END_TEST

/* A file sets what it names and leaves the rest. */
START_TEST(a_file_is_read)
{
	ck_assert_msg(reads("# a comment\n; another\n\n"
			    "[profd]\n"
			    "database = /srv/p.db ; where it is\n"
			    "  commit_interval: 250ms\n"
			    "log=stderr\n"
			    "[slow]\n"
			    "threshold = off\n"
			    "[windows]\nshort = 5s\nmiddle = 1min\n"),
		      "%s", error.text);
	ck_assert_str_eq(config.database, "/srv/p.db");
	ck_assert_uint_eq(config.commit_interval, 250000000);
	ck_assert_uint_eq(config.log, LOG_TO_STDERR);
	ck_assert_uint_eq(config.slow_ns, 0);
	ck_assert_uint_eq(config.window_ns[0], 5000000000);
	ck_assert_uint_eq(config.window_ns[2], 3600000000000);
	ck_assert_uint_eq(config.push_size, 16 << 20);
}
END_TEST

/* The rules of slow functions keep the order of the file, and their patterns may hold colons and
 * equal signs. */
START_TEST(rules_keep_their_order)
{
	ck_assert_msg(reads("[slow-functions]\n"
			    "db.query = 50ms\n"
			    "db.* = 2s ; the rest\n"
			    "std::vector<*>::push = 1ms\n"
			    "operator== = off\n"
			    "with space = 3s\n"),
		      "%s", error.text);
	ck_assert_uint_eq(config.rule_count, 5);
	ck_assert_str_eq(config.rules[0].pattern, "db.query");
	ck_assert_uint_eq(config.rules[0].slow_ns, 50000000);
	ck_assert_str_eq(config.rules[1].pattern, "db.*");
	ck_assert_uint_eq(config.rules[1].slow_ns, 2000000000);
	ck_assert_str_eq(config.rules[2].pattern, "std::vector<*>::push");
	ck_assert_uint_eq(config.rules[2].slow_ns, 1000000);
	ck_assert_str_eq(config.rules[3].pattern, "operator==");
	ck_assert_uint_eq(config.rules[3].slow_ns, 0);
	ck_assert_str_eq(config.rules[4].pattern, "with space");
}
END_TEST

/* What is wrong is refused with its file and line, and with what would be right. */
START_TEST(what_is_wrong_is_refused_where_it_is)
{
	char line[400];

	refuses("[profd]\ndatabse = /x\n", 2, "its keys are database, runtime_dir, log");
	refuses("[prof]\n", 1, "unknown section [prof]");
	refuses("database = /x\n", 1, "a [section] must come before");
	refuses("[profd]\n\n\nlog = file\n", 4, "log = file: the value must be syslog or stderr");
	refuses("[profd]\ndatabase = p.db\n", 2, "an absolute path");
	refuses("[profd]\ncommit_interval = soon\n", 2, "a duration like 250ms");
	refuses("[profd]\ncommit_interval = 1ms\n", 2, "from 10ms to 1h");
	refuses("[profd]\npush_size_limit = 1K\n", 2, "from 64K to 1G");
	refuses("[profd]\nrecords_mode = 888\n", 2, "an octal mode like 0660");
	refuses("[slow]\nthreshold = never\n", 2, "or off");
	refuses("[slow]\nevents = -1\n", 2, "a whole number from 1 to 1000000");
	refuses("[slow]\nthreshold = 1s\nthreshold = 2s\n", 3, "threshold is given twice");
	refuses("[slow-functions]\na = 1s\na = 2s\n", 3, "a is given twice");
	refuses("[slow-functions]\na = quick\n", 2, "a = quick: the value must be");
	refuses("[slow-functions]\na\n", 2, "neither a [section] nor key = value");
	refuses("[profd]\n\nnonsense\nlog = file\n", 3, "neither a [section] nor key = value");
	refuses("[access]\nclear = nobody-of-this-name\n", 2,
		"no such user: \"nobody-of-this-name\"");
	refuses("[access]\nclear = @no-such-group\n", 2, "no such group: \"no-such-group\"");
	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	memcpy(line, "[profd]\ngroup = ", 16);
	refuses(line, 2, "a line must be shorter than");
	refuses("[slow-functions]\n\xff\xff = 1s\n", 2, "bytes of UTF-8");
}
END_TEST

/* A file that is not there, or is a folder, is told as such. */
START_TEST(an_unreadable_file_is_told)
{
	ck_assert(!config_read(&config, "/nowhere/profd.conf", &error));
	ck_assert_str_eq(error.text, "/nowhere/profd.conf: No such file or directory");
	ck_assert(!config_read(&config, "/tmp", &error));
	ck_assert_ptr_nonnull(strstr(error.text, "Is a directory"));
}
END_TEST

/* Windows that do not divide each other, or are kept for less than their length, are refused. */
START_TEST(windows_must_fit_each_other)
{
	ck_assert(!reads("[windows]\nshort = 7s\n"));
	ck_assert_ptr_nonnull(strstr(error.text, "a multiple of the one before"));
	config_deinit(&config);
	ck_assert(config_init(&config, true));
	ck_assert(!reads("[windows]\nlong_keep = 30min\n"));
	ck_assert_ptr_nonnull(strstr(error.text, "kept at least as long"));
}
END_TEST

/* The example that config_print writes names every key, and reads as the defaults. */
START_TEST(the_example_reads_as_the_defaults)
{
	char text[32768], bare[32768];
	FILE *file = fopen(path, "w+");
	size_t size, kept = 0;
	struct config standard;

	ck_assert_ptr_nonnull(file);
	config_print(file);
	rewind(file);
	size = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	ck_assert_uint_lt(size, sizeof(text) - 1);
	text[size] = '\0';
	/* Keys are commented with "#" alone, meanings with "# ". */
	for (size_t i = 0; i < size; i++) {
		if ((i == 0 || text[i - 1] == '\n') && text[i] == '#' && text[i + 1] != ' ')
			continue;
		bare[kept++] = text[i];
	}
	bare[kept] = '\0';
	for (size_t i = 0; i < config_key_count; i++) {
		char key[80];

		snprintf(key, sizeof(key), "\n%s =", config_keys[i].name);
		ck_assert_msg(strstr(bare, key) != NULL, "%s", config_keys[i].name);
	}
	ck_assert(config_init(&standard, true));
	ck_assert_msg(reads(bare), "%s", error.text);
	ck_assert_str_eq(config.database, "/var/lib/profd/profd.db");
	ck_assert_str_eq(config.runtime_dir, "/run/profd");
	ck_assert_uint_eq(config.rule_count, 2);
	config_set(&standard, "database", config.database, &error);
	config_set(&standard, "runtime_dir", config.runtime_dir, &error);
	ck_assert_ptr_null(config_needs_restart(&standard, &config));
	ck_assert_uint_eq(standard.commit_interval, config.commit_interval);
	ck_assert_uint_eq(standard.slow_ns, config.slow_ns);
	config_deinit(&standard);
}
END_TEST

/* A reload says which key takes effect only at the next start, and is silent about the others. */
START_TEST(a_restart_is_asked_for_only_where_needed)
{
	struct config now;

	ck_assert(config_init(&now, true));
	ck_assert_ptr_null(config_needs_restart(&config, &now));
	now.slow_ns = 5;
	now.commit_interval = 20000000;
	ck_assert_ptr_null(config_needs_restart(&config, &now));
	now.push_size = 1 << 20;
	ck_assert_str_eq(config_needs_restart(&config, &now), "push_size_limit");
	ck_assert(config_set(&now, "database", "/a", &error));
	ck_assert_str_eq(config_needs_restart(&config, &now), "database");
	config_deinit(&now);
}
END_TEST

static bool allows(const struct access_list *list, uint64_t uid, uint32_t gid)
{
	return access_allows(list, &(struct peer){.uid = uid, .gid = gid});
}

/* A list lets in whom it names, by user, by number and by group, and root always. */
START_TEST(lists_let_in_whom_they_name)
{
	struct access_list list = {0};
	struct passwd *user = getpwnam("daemon");
	char why[128];
	uint32_t daemon_uid;

	ck_assert_ptr_nonnull(user);
	daemon_uid = user->pw_uid;
	ck_assert(!allows(&list, 54321, 54321));
	ck_assert(allows(&list, 0, 54321));
	ck_assert(allows(&list, geteuid(), 54321));
	ck_assert(access_read(&list, "daemon, 54321 @777", why, sizeof(why)));
	ck_assert(allows(&list, daemon_uid, 1));
	ck_assert(allows(&list, 54321, 1));
	ck_assert(allows(&list, 9, 777));
	ck_assert(!allows(&list, 9, 54321));
	ck_assert(!access_read(&list, "daemon @no-such-group", why, sizeof(why)));
	ck_assert_msg(allows(&list, 54321, 1), "a wrong list must leave the old one");
	ck_assert(access_read(&list, "*", why, sizeof(why)));
	ck_assert(allows(&list, 9, 9));
	ck_assert_msg(!allows(&list, UINT64_C(1) << 32, 0),
		      "no user, though its lower half is root");
	ck_assert(access_read(&list, "", why, sizeof(why)));
	ck_assert(!allows(&list, 9, 9));
	access_deinit(&list);
}
END_TEST

/* A peer that is in a group beside its own is let in by its mark, and by no other. */
START_TEST(marks_of_groups_let_in)
{
	struct access_list one = {0}, other = {0};
	struct peer peer = {.uid = 9, .gid = 9};
	char why[128];

	ck_assert(access_read(&one, "@777", why, sizeof(why)));
	ck_assert(access_read(&other, "@778", why, sizeof(why)));
	ck_assert(!access_allows(&one, &peer));
	peer.groups = one.marks;
	ck_assert(access_allows(&one, &peer) && !access_allows(&other, &peer));
	access_deinit(&one);
	access_deinit(&other);
}
END_TEST

/* A default names groups that may not exist; what else it names holds. */
START_TEST(defaults_leave_out_who_does_not_exist)
{
	struct access_list list = {0};

	ck_assert(access_read_default(&list, "@no-such-group 54321 no-such-user"));
	ck_assert(allows(&list, 54321, 1) && !allows(&list, 9, 9));
	ck_assert_uint_eq(list.group_count, 0);
	access_deinit(&list);
}
END_TEST

/* The file of a socket is as narrow as its list. */
START_TEST(modes_follow_the_lists)
{
	static const struct {
		const char *text;
		mode_t mode;
		gid_t group;
	} cases[] = {{"", 0600, (gid_t)-1},	  {"@777", 0660, 777},
		     {"*", 0666, (gid_t)-1},	  {"54321", 0666, (gid_t)-1},
		     {"@777 9", 0666, (gid_t)-1}, {"@777 @778", 0666, (gid_t)-1}};
	struct access_list list = {0};
	char why[128];
	gid_t group;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert(access_read(&list, cases[i].text, why, sizeof(why)));
		ck_assert_uint_eq(access_mode(&list, &group), cases[i].mode);
		ck_assert_uint_eq(group, cases[i].group);
	}
	access_deinit(&list);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, begin, end);
	tcase_add_test(tests, durations_are_read);
	tcase_add_test(tests, durations_are_printed_as_they_are_read);
	tcase_add_test(tests, sizes_numbers_and_modes_are_read);
	tcase_add_test(tests, defaults_are_what_the_table_says);
	tcase_add_test(tests, a_file_is_read);
	tcase_add_test(tests, rules_keep_their_order);
	tcase_add_test(tests, what_is_wrong_is_refused_where_it_is);
	tcase_add_test(tests, an_unreadable_file_is_told);
	tcase_add_test(tests, windows_must_fit_each_other);
	tcase_add_test(tests, the_example_reads_as_the_defaults);
	tcase_add_test(tests, a_restart_is_asked_for_only_where_needed);
	tcase_add_test(tests, lists_let_in_whom_they_name);
	tcase_add_test(tests, marks_of_groups_let_in);
	tcase_add_test(tests, defaults_leave_out_who_does_not_exist);
	tcase_add_test(tests, modes_follow_the_lists);
}
