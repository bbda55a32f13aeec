# Fuzzers: with --enable-fuzzers (clang) linked with libFuzzer, for script/fuzz; else with replay.c, so that `make check`
# runs each on its corpus, in any build.
fuzzers = tests/fuzz/fuzz_push tests/fuzz/fuzz_question tests/fuzz/fuzz_tally tests/fuzz/fuzz_config \
	tests/fuzz/fuzz_database tests/fuzz/fuzz_results
if HAVE_WEB
fuzzers += tests/fuzz/fuzz_request
endif
check_PROGRAMS += $(fuzzers)

fuzz_flags = $(AM_CPPFLAGS) $(PROTOBUF_C_CFLAGS)
fuzz_around = tests/fuzz/around.c tests/fuzz/around.h tests/fuzz/disk.c tests/fuzz/disk.h
if FUZZERS
fuzz_main =
fuzz_link = $(AM_LDFLAGS) -fsanitize=fuzzer
else
fuzz_main = tests/fuzz/replay.c
fuzz_link = $(AM_LDFLAGS)
TESTS += tests/fuzz/replay
endif

tests_fuzz_fuzz_push_SOURCES = tests/fuzz/fuzz_push.c tests/fuzz/fuzz.h $(fuzz_around) $(fuzz_main)
tests_fuzz_fuzz_push_CPPFLAGS = $(fuzz_flags)
tests_fuzz_fuzz_push_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_push_LDADD = libprofd.la

tests_fuzz_fuzz_question_SOURCES = tests/fuzz/fuzz_question.c tests/fuzz/fuzz.h $(fuzz_around) $(fuzz_main)
tests_fuzz_fuzz_question_CPPFLAGS = $(fuzz_flags)
tests_fuzz_fuzz_question_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_question_LDADD = libprofd.la

tests_fuzz_fuzz_tally_SOURCES = tests/fuzz/fuzz_tally.c tests/fuzz/fuzz.h $(fuzz_main)
tests_fuzz_fuzz_tally_CPPFLAGS = $(fuzz_flags)
tests_fuzz_fuzz_tally_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_tally_LDADD = libprofd.la

tests_fuzz_fuzz_config_SOURCES = tests/fuzz/fuzz_config.c tests/fuzz/fuzz.h $(fuzz_main)
tests_fuzz_fuzz_config_CPPFLAGS = $(fuzz_flags)
tests_fuzz_fuzz_config_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_config_LDADD = libprofd.la

tests_fuzz_fuzz_database_SOURCES = tests/fuzz/fuzz_database.c tests/fuzz/fuzz.h $(fuzz_main)
tests_fuzz_fuzz_database_CPPFLAGS = $(fuzz_flags)
tests_fuzz_fuzz_database_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_database_LDADD = libprofd.la

tests_fuzz_fuzz_results_SOURCES = tests/fuzz/fuzz_results.c tests/fuzz/fuzz.h $(fuzz_main)
tests_fuzz_fuzz_results_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_results_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_results_LDADD = libctl.la $(JANSSON_LIBS)

tests_fuzz_fuzz_request_SOURCES = tests/fuzz/fuzz_request.c tests/fuzz/fuzz.h $(fuzz_main)
tests_fuzz_fuzz_request_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_request_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_request_LDADD = libweb.la $(JANSSON_LIBS)

EXTRA_DIST += tests/fuzz/replay tests/fuzz/replay.c tests/fuzz/seeds.py tests/fuzz/corpus tests/fuzz/config.dict \
	tests/fuzz/database.dict tests/fuzz/results.dict tests/fuzz/request.dict script/fuzz
