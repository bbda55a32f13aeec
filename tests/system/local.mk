# Whole programs: Python drives them from outside.
check_PROGRAMS += tests/system/known
tests_system_known_SOURCES = tests/system/known.c
tests_system_known_LDADD = libprofclient.la -lpthread

check_PROGRAMS += tests/system/loader
tests_system_loader_SOURCES = tests/system/loader.c
tests_system_loader_LDADD = -ldl

check_PROGRAMS += tests/system/filtered
tests_system_filtered_SOURCES = tests/system/filtered.c
tests_system_filtered_LDADD = libprofclient.la

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

check_PROGRAMS += tests/system/recurse
tests_system_recurse_SOURCES = tests/system/recurse.c
tests_system_recurse_LDADD = libprofclient.la -lpthread

check_PROGRAMS += tests/system/asks
tests_system_asks_SOURCES = tests/system/asks.c
tests_system_asks_LDADD = libprofclient.la

check_PROGRAMS += tests/system/save
tests_system_save_SOURCES = tests/system/save.c
tests_system_save_LDADD = libprofclient.la

# The same host with and without the library.
harm_sources = tests/system/harm.h tests/system/harm.c tests/system/harm_signals.c tests/system/harm_processes.c \
	tests/system/harm_threads.c tests/system/harm_limits.c tests/system/harm_descriptors.c tests/system/harm_state.c
check_PROGRAMS += tests/system/harm tests/system/harm-bare
tests_system_harm_SOURCES = $(harm_sources)
tests_system_harm_CPPFLAGS = $(AM_CPPFLAGS) $(ZMQ_CFLAGS)
tests_system_harm_LDADD = libprofclient.la $(ZMQ_LIBS) -lpthread -ldl
tests_system_harm_bare_SOURCES = $(harm_sources)
tests_system_harm_bare_CPPFLAGS = $(AM_CPPFLAGS) $(ZMQ_CFLAGS) -DPROF_DISABLE
tests_system_harm_bare_LDADD = $(ZMQ_LIBS) -lpthread -ldl

check_LTLIBRARIES += tests/system/harm-plugin.la tests/system/harm-plugin-bare.la
plugin_flags = $(AM_LDFLAGS) -module -avoid-version -rpath /nowhere
tests_system_harm_plugin_la_SOURCES = tests/system/harm_plugin.c
tests_system_harm_plugin_la_LDFLAGS = $(plugin_flags)
tests_system_harm_plugin_la_LIBADD = libprofclient.la
tests_system_harm_plugin_bare_la_SOURCES = tests/system/harm_plugin.c
tests_system_harm_plugin_bare_la_CPPFLAGS = $(AM_CPPFLAGS) -DPROF_DISABLE
tests_system_harm_plugin_bare_la_LDFLAGS = $(plugin_flags)

check_PROGRAMS += tests/system/hostile
tests_system_hostile_SOURCES = tests/system/hostile.c

check_LTLIBRARIES += tests/system/meagre.la
tests_system_meagre_la_SOURCES = tests/system/meagre.c
tests_system_meagre_la_CFLAGS = -std=gnu11 $(WARNINGS)
tests_system_meagre_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere

check_PROGRAMS += tests/system/storm
tests_system_storm_SOURCES = tests/system/storm.c
tests_system_storm_LDADD = libprofclient.la -lpthread

check_PROGRAMS += tests/system/stopped
tests_system_stopped_SOURCES = tests/system/stopped.c
tests_system_stopped_LDADD = libprofclient.la -lpthread

harm_tests = tests/system/test_harm.py tests/system/test_handlers.py

# Register a test by adding it here; it builds on harness.py.
system_tests = \
	tests/system/test_abi.py tests/system/test_header.py tests/system/test_cpp.py tests/system/test_exact.py tests/system/test_host.py tests/system/test_filtered.py tests/system/test_profctl.py tests/system/test_look.py tests/system/test_recursion.py \
	tests/system/test_top.py tests/system/test_service.py tests/system/test_input.py tests/system/test_access.py \
	tests/system/test_flood.py tests/system/test_forgery.py tests/system/test_faults.py tests/system/test_keys.py \
	tests/system/test_tcp.py tests/system/test_asks.py tests/system/test_scale.py tests/system/test_clock.py \
	tests/system/test_cut_off.py tests/system/test_containers.py tests/system/test_debug.py tests/system/test_doctor.py tests/system/test_operations.py tests/system/test_bench_command.py \
	tests/system/test_bench_saved.py tests/system/test_bench_check.py tests/system/test_bench_suite.py
system_tests += $(harm_tests)
web_tests = tests/system/test_web.py tests/system/test_web_door.py tests/system/test_web_service.py \
	tests/system/test_prometheus.py
if HAVE_WEB
system_tests += $(web_tests)
endif
TESTS += $(system_tests)
TEST_EXTENSIONS = .py
PY_LOG_COMPILER = $(PYTHON)
AM_PY_LOG_FLAGS = -B
EXTRA_DIST += $(system_tests) $(web_tests) tests/system/web.py tests/golden/version_1.sql tests/golden/version_2.sql tests/golden/version_3.sql tests/system/harness.py tests/system/totals.py tests/system/wire.py
