/*
 * Who is let in: names, other sites, tokens and cookies, judged without a network.
 */
#include "tests/suite.h"

#include <string.h>

#include "web/http/door.h"

const char suite_name[] = "door";

static const struct door door = {
	.token = {.length = 20, .text = "ABCDEFGHIJKLMNOPQRST"},
	.secure = true,
	.hosts = {"profiles.example.org", "192.0.2.1"},
	.host_count = 2,
};
static const struct door open_door = {.host_count = 0};

/* The status of the refusal; 0: let in. */
static unsigned refusal(const struct door *d, const struct http_request *r, bool guarded)
{
	struct reply reply = {0};
	unsigned status = door_admits(d, r, guarded, &reply) ? 0 : reply.status;

	ck_assert(status == 0 || (reply.body != NULL && strstr(reply.body, "error") != NULL));
	reply_deinit(&reply);
	return status;
}

/* The names of this machine to itself and those that were given are known, with any port, in any
 * case. */
START_TEST(test_names)
{
	static const char *const known[] = {
		"localhost",   "LocalHost:8427",       "127.0.0.1:1",  "[::1]",
		"[::1]:65535", "profiles.EXAMPLE.org", "192.0.2.1:443"};
	static const char *const unknown[] = {"",
					      ":1",
					      "localhost.",
					      "localhost.evil",
					      "evil.localhost",
					      "localhost:x",
					      "localhost:1:2",
					      "[::1",
					      "[::1]x",
					      "::1",
					      "127.0.0.11",
					      "127.0.0.1.evil",
					      "192.0.2.2",
					      "profiles.example.org.evil",
					      "localhost/",
					      " localhost",
					      "localhost\t"};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		ck_assert_msg(door_knows_host(&door, known[i]), "%s is not known", known[i]);
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		ck_assert_msg(!door_knows_host(&door, unknown[i]), "\"%s\" is known", unknown[i]);
	ck_assert(!door_knows_host(&door, NULL));
	ck_assert(!door_knows_host(&open_door, "192.0.2.1"));
}
END_TEST

/* A wrong name is refused before all else; a page of another site, and who has no token, where it
 * matters. */
START_TEST(test_order)
{
	struct http_request r = {.host = "evil.example", .site = "cross-site"};

	ck_assert_uint_eq(refusal(&door, &r, true), 421);
	ck_assert_uint_eq(refusal(&door, &r, false), 421);
	r.host = "localhost";
	ck_assert_uint_eq(refusal(&door, &r, true), 403);
	ck_assert_uint_eq(refusal(&door, &r, false), 0);
	r.site = "same-origin";
	ck_assert_uint_eq(refusal(&door, &r, true), 401);
	ck_assert_uint_eq(refusal(&open_door, &r, true), 0);
	r.site = "none";
	ck_assert_uint_eq(refusal(&open_door, &r, true), 0);
	r.site = "same-site";
	ck_assert_uint_eq(refusal(&open_door, &r, true), 403);
}
END_TEST

/* The token is taken from either header, and only whole. */
START_TEST(test_tokens)
{
	static const char *const good[] = {"Bearer ABCDEFGHIJKLMNOPQRST",
					   "bearer   ABCDEFGHIJKLMNOPQRST"};
	static const char *const bad[] = {"",
					  "Bearer",
					  "Bearer ",
					  "Bearer ABCDEFGHIJKLMNOPQRS",
					  "Bearer ABCDEFGHIJKLMNOPQRSTU",
					  "Basic ABCDEFGHIJKLMNOPQRST",
					  "ABCDEFGHIJKLMNOPQRST",
					  "Bearer abcdefghijklmnopqrst",
					  "Bearer ABCDEFGHIJKLMNOPQRST "};
	static const char *const cookies[] = {"profweb=ABCDEFGHIJKLMNOPQRST",
					      "a=b; profweb=ABCDEFGHIJKLMNOPQRST; c=d",
					      "a=b;profweb=ABCDEFGHIJKLMNOPQRST"};
	static const char *const crumbs[] = {"",
					     "profweb",
					     "profweb=",
					     ";",
					     "; ",
					     "a=profweb=ABCDEFGHIJKLMNOPQRST",
					     "profweb2=ABCDEFGHIJKLMNOPQRST",
					     "xprofweb=ABCDEFGHIJKLMNOPQRST",
					     "PROFWEB=ABCDEFGHIJKLMNOPQRST"};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ck_assert_uint_eq(refusal(&door,
					  &(struct http_request){.host = "localhost",
								 .authorization = good[i]},
					  true),
				  0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_uint_eq(refusal(&door,
					  &(struct http_request){.host = "localhost",
								 .authorization = bad[i]},
					  true),
				  401);
	for (size_t i = 0; i < sizeof(cookies) / sizeof(cookies[0]); i++)
		ck_assert_uint_eq(
			refusal(&door,
				&(struct http_request){.host = "localhost", .cookie = cookies[i]},
				true),
			0);
	for (size_t i = 0; i < sizeof(crumbs) / sizeof(crumbs[0]); i++)
		ck_assert_uint_eq(
			refusal(&door,
				&(struct http_request){.host = "localhost", .cookie = crumbs[i]},
				true),
			401);
}
END_TEST

/* A cookie is given for a token only, not for a cookie, and is for no script and no other site. */
START_TEST(test_cookie)
{
	struct http_request r = {.method = METHOD_POST,
				 .host = "localhost",
				 .cookie = "profweb=ABCDEFGHIJKLMNOPQRST"};
	struct reply reply = {0};

	door_give_cookie(&door, &r, &reply);
	ck_assert_uint_eq(reply.status, 401);
	reply_deinit(&reply);
	r.authorization = "Bearer ABCDEFGHIJKLMNOPQRST";
	door_give_cookie(&door, &r, &reply);
	ck_assert_uint_eq(reply.status, 204);
	ck_assert_str_eq(reply.header, "Set-Cookie");
	ck_assert_str_eq(reply.value,
			 "profweb=ABCDEFGHIJKLMNOPQRST; Path=/; HttpOnly; SameSite=Strict; Secure");
	reply_deinit(&reply);
	r.site = "cross-site";
	door_give_cookie(&door, &r, &reply);
	ck_assert_uint_eq(reply.status, 403);
	reply_deinit(&reply);
}
END_TEST

/* A token fits itself alone, whatever the length of what is given; no token fits nothing. */
START_TEST(test_comparing)
{
	static const struct token none;
	char longer[4 * TOKEN_MOST] = "ABCDEFGHIJKLMNOPQRST";

	ck_assert(token_fits(&door.token, "ABCDEFGHIJKLMNOPQRST", 20));
	for (size_t length = 0; length < sizeof(longer); length++)
		ck_assert(token_fits(&door.token, longer, length) == (length == 20));
	for (size_t i = 0; i < 20; i++) {
		longer[i] ^= 1;
		ck_assert(!token_fits(&door.token, longer, 20));
		longer[i] ^= 1;
	}
	ck_assert(!token_fits(&none, "", 0) && !token_fits(&none, "", 1));
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, test_names);
	tcase_add_test(tests, test_order);
	tcase_add_test(tests, test_tokens);
	tcase_add_test(tests, test_cookie);
	tcase_add_test(tests, test_comparing);
}
