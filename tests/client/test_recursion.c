/*
 * Calls of functions that are open already: few paths, and the time of a function once.
 */
#include <check.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/record/registry.h"
#include "tests/client.h"
#include "tests/suite.h"

const char suite_name[] = "recursion";

#define FUNCTIONS 6
#define DEEPEST	  60
#define PATHS	  100000

static struct prof_site sites[FUNCTIONS] = {{"a", 0}, {"b", 0}, {"c", 0},
					    {"d", 0}, {"e", 0}, {"f", 0}};

/* What a person would count: for each path, how often. */
static struct counted {
	char path[2 * FUNCTIONS + 2];
	uint64_t calls;
} counted[PATHS];
static int paths;

static void count(const char *path)
{
	int at = 0;

	while (at < paths && strcmp(counted[at].path, path) != 0)
		at++;
	ck_assert_int_lt(at, PATHS);
	if (at == paths)
		strcpy(counted[paths++].path, path);
	counted[at].calls++;
}

/* The path that stands after a call, a letter for each function, given the one before. */
static void go_down(char *to, const char *from, int function, bool is_open)
{
	char letter[] = {(char)('a' + function), '\0'};
	const char *above = strchr(from, letter[0]);

	if (is_open && above != NULL)
		snprintf(to, FUNCTIONS + 1, "%.*s", (int)(above - from) + 1, from);
	else
		snprintf(to, FUNCTIONS + 1, "%s%s", from, letter);
}

static int open_calls[FUNCTIONS];
static unsigned calls_left;

static void call(const char *path, int depth, int function)
{
	char below[FUNCTIONS + 1], name[FUNCTIONS + 3];
	struct prof_scope scope;

	snprintf(name, sizeof(name), "%s%c%s", path, 'a' + function,
		 open_calls[function] != 0 ? "*" : "");
	count(name);
	go_down(below, path, function, open_calls[function] != 0);
	open_calls[function]++;
	prof_scope_begin(&scope, &sites[function]);
	while (calls_left != 0 && depth < DEEPEST && random() % 2 != 0) {
		calls_left--;
		call(below, depth + 1, (int)(random() % FUNCTIONS));
	}
	prof_scope_end(&scope);
	open_calls[function]--;
}

static void joined(char *to, const char *path)
{
	for (const char *at = path; *at != '\0'; at++) {
		if (at != path && *at != '*')
			*to++ = '>';
		*to++ = *at;
	}
	*to = '\0';
}

/* Whatever calls whatever, each path has the calls that it should, and there are no others. */
START_TEST(test_paths)
{
	char path[4 * FUNCTIONS + 4];
	uint64_t all = 0, told = 0;

	srandom(7);
	client_begin();
	for (int i = 0; i < 300; i++) {
		calls_left = 200;
		call("", 0, (int)(random() % FUNCTIONS));
	}
	client_read();
	for (int i = 0; i < paths; i++) {
		joined(path, counted[i].path);
		ck_assert_msg(client_returned(path) == counted[i].calls, "%s: %lu, not %lu", path,
			      client_returned(path), counted[i].calls);
		all += counted[i].calls;
	}
	for (int i = 0; i < FUNCTIONS; i++)
		told += client_calls_of(sites[i].name);
	ck_assert_uint_eq(told, all);
	ck_assert_uint_gt(all, 1000);
}
END_TEST

static int64_t sum_of(uint32_t id)
{
	return id < client_now.room ? (int64_t)client_now.standings[id].returned.sum_ns : 0;
}

/* The time that was spent in a path itself: of its calls and of the recursive ones that go on below
 * it, without all calls below it. */
static int64_t self_of(uint32_t id)
{
	int64_t self = sum_of(id);

	for (uint32_t other = 1; other <= registry_paths(); other++) {
		const struct path *p = registry_path_at(other);

		if (p->recursive && p->below == id)
			self += sum_of(other);
		if (p->parent == id)
			self -= sum_of(other);
	}
	return self;
}

/* The times of all paths by themselves are together those of the outermost calls, and none is below
 * nothing, but for the nanosecond by which each sum is rounded. */
START_TEST(test_times)
{
	int64_t outermost = 0, all = 0;

	srandom(8);
	client_begin();
	for (int i = 0; i < 300; i++) {
		calls_left = 200;
		call("", 0, (int)(random() % FUNCTIONS));
	}
	client_read();
	for (uint32_t id = 1; id <= registry_paths(); id++) {
		const struct path *p = registry_path_at(id);

		ck_assert(!p->recursive || p->below != id);
		if (p->parent == 0)
			outermost += sum_of(id);
		if (p->recursive)
			continue;
		ck_assert_int_ge(self_of(id), -(int64_t)registry_paths());
		all += self_of(id);
	}
	ck_assert_int_eq(all, outermost);
	ck_assert_int_gt(all, 0);
}
END_TEST

static void descend(int depth)
{
	PROF_SCOPE("descend");
	if (depth > 0)
		descend(depth - 1);
}

/* A recursion that is deeper than a chunk of open calls has two paths, and ends as it began. */
START_TEST(test_deep)
{
	client_begin();
	for (int i = 0; i < 3; i++) {
		descend(2000);
		ck_assert_uint_eq(registry_paths(), 2);
	}
	client_read();
	ck_assert_uint_eq(client_returned("descend"), 3);
	ck_assert_uint_eq(client_returned("descend>descend*"), 6000);
}
END_TEST

static jmp_buf back;

__attribute__((noreturn)) static void jump(int depth)
{
	PROF_SCOPE("jump");
	if (depth == 0)
		longjmp(back, 1);
	jump(depth - 1);
}

__attribute__((noreturn, noinline)) static void jump_from_below(int depth)
{
	volatile char room[4096];

	room[0] = room[sizeof(room) - 1] = 0;
	jump(depth + room[0]);
}

static void stay(int depth)
{
	PROF_SCOPE("jump");
	if (depth > 0)
		stay(depth - 1);
}

/* Where a recursion was left by longjmp, the next call of the function is an outermost one. */
START_TEST(test_longjmp)
{
	client_begin();
	for (volatile int i = 0; i < 100; i++) {
		if (setjmp(back) == 0)
			jump_from_below(5);
		stay(2);
	}
	client_read();
	ck_assert_uint_eq(client_returned("jump"), 100);
	ck_assert_uint_eq(client_returned("jump>jump*"), 200);
}
END_TEST

static struct prof_function *handle;

static void serve(int depth)
{
	PROF_SCOPE("serve");
	prof_call other = prof_call_begin("serve");

	prof_function_record(handle, 0.001, NULL);
	if (depth > 0)
		serve(depth - 1);
	prof_call_end(other, NULL);
}

/* An asynchronous call below one of its function is recursive, a duration that was measured
 * elsewhere is not. */
START_TEST(test_others)
{
	client_begin();
	ck_assert_int_eq(prof_lookup("serve", &handle), PROF_OK);
	for (int i = 0; i < 4; i++)
		serve(3);
	client_read();
	ck_assert_uint_eq(client_returned("serve"), 4);
	ck_assert_uint_eq(client_returned("serve>serve*"), 12 + 16);
	ck_assert_uint_eq(client_returned("serve>serve"), 16);
	ck_assert_uint_eq(registry_paths(), 3);
}
END_TEST

static void await(int depth)
{
	prof_call call = prof_call_begin("await");
	struct prof_scope scope;

	prof_call_enter(call, &scope);
	if (depth > 0)
		await(depth - 1);
	{
		PROF_SCOPE("leaf");
	}
	prof_call_leave(&scope);
	prof_call_end(call, NULL);
}

/* Coroutines that await each other have as few paths. */
START_TEST(test_coroutines)
{
	client_begin();
	for (int i = 0; i < 4; i++)
		await(100);
	client_read();
	ck_assert_uint_eq(client_returned("await"), 4);
	ck_assert_uint_eq(client_returned("await>await*"), 400);
	ck_assert_uint_eq(client_returned("await>leaf"), 404);
	ck_assert_uint_eq(registry_paths(), 3);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, test_paths);
	tcase_add_test(tests, test_times);
	tcase_add_test(tests, test_deep);
	tcase_add_test(tests, test_longjmp);
	tcase_add_test(tests, test_others);
	tcase_add_test(tests, test_coroutines);
}
