# Faults: whole programs with known totals, between which and profd, or under which, something breaks.
check_PROGRAMS += tests/faults/between
tests_faults_between_SOURCES = tests/faults/between.c
tests_faults_between_CPPFLAGS = $(AM_CPPFLAGS) $(ZMQ_CFLAGS)
tests_faults_between_LDADD = $(ZMQ_LIBS)

check_PROGRAMS += tests/faults/asker
tests_faults_asker_SOURCES = tests/faults/asker.c
tests_faults_asker_LDADD = libprofclient.la

# Loaded into profd; -rpath makes libtool build a shared library though it is not installed.
check_LTLIBRARIES += tests/faults/breaker.la
tests_faults_breaker_la_SOURCES = tests/faults/breaker.c
tests_faults_breaker_la_LDFLAGS = $(AM_LDFLAGS) -module -shared -avoid-version -rpath /nowhere
tests_faults_breaker_la_LIBADD = -ldl

fault_tests = tests/faults/test_messages.py tests/faults/test_kills.py tests/faults/test_disk.py
TESTS += $(fault_tests)
EXTRA_DIST += $(fault_tests) tests/faults/breaker.py
