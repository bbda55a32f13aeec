# Check suites: one file a module, named after it, linked with the shared main. A test file that is not registered
# here fails script/check-tree.
suites =

check_PROGRAMS += $(suites)
TESTS += $(suites)

check_LTLIBRARIES += tests/libsuite.la
tests_libsuite_la_SOURCES = tests/suite.c tests/suite.h
tests_libsuite_la_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_libsuite_la_LIBADD = $(CHECK_LIBS) -lm

# --- proto

# --- client

# --- daemon

# --- ctl

# --- whole programs
