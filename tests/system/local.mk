# Whole programs: Python drives them from outside.
check_PROGRAMS += tests/system/known
tests_system_known_SOURCES = tests/system/known.c
tests_system_known_LDADD = libprofclient.la -lpthread

check_PROGRAMS += tests/system/loader
tests_system_loader_SOURCES = tests/system/loader.c
tests_system_loader_LDADD = -ldl

check_PROGRAMS += tests/system/host
tests_system_host_SOURCES = tests/system/host.c
tests_system_host_LDADD = libprofclient.la

check_PROGRAMS += tests/system/many
tests_system_many_SOURCES = tests/system/many.c
tests_system_many_LDADD = libprofclient.la -lpthread

# To be preloaded: a module, though never installed.
check_LTLIBRARIES += tests/system/clock.la
tests_system_clock_la_SOURCES = tests/system/clock.c
tests_system_clock_la_CFLAGS = -std=gnu11 $(WARNINGS)
tests_system_clock_la_LDFLAGS = -module -avoid-version -shared -rpath $(abs_builddir)

check_PROGRAMS += tests/system/speak
tests_system_speak_SOURCES = tests/system/speak.c
tests_system_speak_CPPFLAGS = $(AM_CPPFLAGS) $(ZMQ_CFLAGS)
tests_system_speak_LDADD = $(ZMQ_LIBS)

check_PROGRAMS += tests/system/asks
tests_system_asks_SOURCES = tests/system/asks.c
tests_system_asks_LDADD = libprofclient.la

# Register a test by adding it here; it builds on harness.py.
system_tests = tests/system/test_exact.py tests/system/test_host.py tests/system/test_profctl.py \
	tests/system/test_service.py tests/system/test_input.py tests/system/test_access.py tests/system/test_faults.py \
	tests/system/test_keys.py
system_tests += tests/system/test_asks.py tests/system/test_scale.py tests/system/test_clock.py tests/system/test_cut_off.py
TESTS += $(system_tests)
TEST_EXTENSIONS = .py
PY_LOG_COMPILER = $(PYTHON)
AM_PY_LOG_FLAGS = -B
EXTRA_DIST += $(system_tests) tests/golden/version_1.sql tests/system/harness.py tests/system/totals.py tests/system/wire.py
