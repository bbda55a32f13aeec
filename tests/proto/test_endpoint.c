/*
 * The folder of profd's sockets is found where the documentation says, and no path is accepted that
 * has no room for a socket.
 */
#include "proto/endpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/suite.h"

const char suite_name[] = "endpoint";

static void check_endpoint(const char *endpoint, const char *expected)
{
	char folder[ENDPOINT_MAX];
	bool accepted = endpoint_parse(folder, sizeof(folder), endpoint);

	ck_assert_msg(accepted == (expected != NULL), "%s", endpoint);
	if (expected != NULL)
		ck_assert_str_eq(folder, expected);
}

START_TEST(an_endpoint_is_ipc_and_an_absolute_path)
{
	check_endpoint("ipc:///run/profd", "/run/profd");
	check_endpoint("ipc:///run/profd//", "/run/profd");
	check_endpoint("ipc:///a folder/caf\xc3\xa9", "/a folder/caf\xc3\xa9");
	check_endpoint("ipc:///", "/");
	check_endpoint("ipc://", NULL);
	check_endpoint("ipc://run/profd", NULL);
	check_endpoint("ipc://@abstract", NULL);
	check_endpoint("ipc:/run/profd", NULL);
	check_endpoint("IPC:///run/profd", NULL);
	check_endpoint("/run/profd", NULL);
	check_endpoint("", NULL);
}
END_TEST

START_TEST(an_endpoint_is_tcp_with_host_and_port)
{
	check_endpoint("tcp://127.0.0.1:7701", "tcp://127.0.0.1:7701");
	check_endpoint("tcp://[::1]:7701", "tcp://[::1]:7701");
	check_endpoint("tcp://profd.example:65534", "tcp://profd.example:65534");
	check_endpoint("tcp://*:7701", "tcp://*:7701");
	check_endpoint("tcp://127.0.0.1:65535", NULL);
	check_endpoint("tcp://127.0.0.1:0", NULL);
	check_endpoint("tcp://127.0.0.1:", NULL);
	check_endpoint("tcp://127.0.0.1:77 1", NULL);
	check_endpoint("tcp://127.0.0.1:99999999999999999999", NULL);
	check_endpoint("tcp://127.0.0.1", NULL);
	check_endpoint("tcp://:7701", NULL);
	check_endpoint("tcp://::1:7701", NULL);
	check_endpoint("tcp://10.0.0.1:0;10.0.0.2:7701", NULL);
	check_endpoint("tcp://a/b:7701", NULL);
	check_endpoint("tcp://", NULL);
}
END_TEST

static void check_address(const char *place, const char *socket, const char *expected)
{
	char address[64];

	ck_assert(endpoint_address(address, sizeof(address), place, socket));
	ck_assert_str_eq(address, expected);
}

START_TEST(a_place_has_two_addresses)
{
	char small[8];

	check_address("/run/profd", "records", "ipc:///run/profd/records");
	check_address("/run/profd", "control", "ipc:///run/profd/control");
	check_address("tcp://[::1]:7701", "records", "tcp://[::1]:7701");
	check_address("tcp://[::1]:7701", "control", "tcp://[::1]:7702");
	ck_assert(!endpoint_address(small, sizeof(small), "/run/profd", "records"));
}
END_TEST

/* The longest socket, "/records", and a NUL must fit into the 108 bytes of sun_path. */
START_TEST(a_path_leaves_room_for_a_socket)
{
	char endpoint[128] = "ipc://", folder[ENDPOINT_MAX], small[8];

	memset(endpoint + 6, '/', 1);
	memset(endpoint + 7, 'p', 99);
	check_endpoint(endpoint, NULL);
	endpoint[6 + 99] = '\0';
	ck_assert(endpoint_parse(folder, sizeof(folder), endpoint));
	ck_assert_uint_eq(strlen(folder), 99);
	ck_assert(!endpoint_parse(small, sizeof(small), "ipc:///12345678"));
	ck_assert(endpoint_parse(small, sizeof(small), "ipc:///123456"));
	ck_assert_str_eq(small, "/123456");
}
END_TEST

START_TEST(the_users_folder_is_in_the_runtime_dir)
{
	char folder[ENDPOINT_MAX], standard[64], expected[ENDPOINT_MAX];
	char longest[128] = "/";
	struct stat status;
	bool there;

	setenv("XDG_RUNTIME_DIR", "/tmp/of me", 1);
	ck_assert(endpoint_of_user(folder, sizeof(folder)));
	ck_assert_str_eq(folder, "/tmp/of me/profd");

	memset(longest + 1, 'x', 98);
	setenv("XDG_RUNTIME_DIR", longest, 1);
	ck_assert(!endpoint_of_user(folder, sizeof(folder)));

	snprintf(standard, sizeof(standard), "/run/user/%u", (unsigned)geteuid());
	snprintf(expected, sizeof(expected), "%s/profd", standard);
	there = stat(standard, &status) == 0;
	setenv("XDG_RUNTIME_DIR", "relative", 1);
	ck_assert(endpoint_of_user(folder, sizeof(folder)) == there);
	unsetenv("XDG_RUNTIME_DIR");
	ck_assert(endpoint_of_user(folder, sizeof(folder)) == there);
	if (there)
		ck_assert_str_eq(folder, expected);
}
END_TEST

START_TEST(the_systems_folder_comes_first_where_it_has_a_socket)
{
	char folder[ENDPOINT_MAX];
	struct stat status;
	bool system = stat(ENDPOINT_SYSTEM "/control", &status) == 0 && S_ISSOCK(status.st_mode);

	setenv("XDG_RUNTIME_DIR", "/tmp/mine", 1);
	ck_assert(endpoint_default(folder, sizeof(folder)));
	ck_assert_str_eq(folder, system ? ENDPOINT_SYSTEM : "/tmp/mine/profd");
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, an_endpoint_is_ipc_and_an_absolute_path);
	tcase_add_test(tests, an_endpoint_is_tcp_with_host_and_port);
	tcase_add_test(tests, a_place_has_two_addresses);
	tcase_add_test(tests, a_path_leaves_room_for_a_socket);
	tcase_add_test(tests, the_users_folder_is_in_the_runtime_dir);
	tcase_add_test(tests, the_systems_folder_comes_first_where_it_has_a_socket);
}
