# libprofclient: what programs link.
lib_LTLIBRARIES += libprofclient.la
include_HEADERS += client/profclient.h client/profbench.h
pkgconfig_DATA = client/profclient.pc

client_sources = \
	client/aside.c client/aside.h \
	client/ask.c client/ask.h \
	client/ask_saved.c \
	client/ask_time.c \
	client/bench_bootstrap.c client/bench_bootstrap.h \
	client/bench_change.c \
	client/bench_compare.c \
	client/bench_counters.c client/bench_counters.h \
	client/bench_doubt.c client/bench_doubt.h \
	client/bench_machine.c client/bench_machine.h \
	client/bench_profile.c \
	client/bench_random.c client/bench_random.h \
	client/bench_rank.c client/bench_rank.h \
	client/bench_report.c client/bench_report.h \
	client/bench_result.c client/bench_result.h \
	client/bench_run.c client/bench_run.h \
	client/bench_statistics.c client/bench_statistics.h \
	client/bench_suite.c \
	client/bench_table.c \
	client/bench_text.c client/bench_text.h \
	client/block.c client/block.h \
	client/build_id.c client/build_id.h \
	client/call.c \
	client/clock.c client/clock.h \
	client/counter.c \
	client/error.c \
	client/event.c client/event.h \
	client/guard.h \
	client/heap.h \
	client/link.c client/link.h \
	client/memory.c client/memory.h \
	client/message.c client/message.h \
	client/options.c client/options.h \
	client/policy.c client/policy.h \
	client/push.c client/push.h \
	client/question.c client/question.h \
	client/record.c \
	client/registry.c client/registry.h \
	client/scope.c \
	client/snapshot.c client/snapshot.h \
	client/thread.c client/thread.h \
	client/wake.c client/wake.h \
	client/watch.c client/watch.h

# Everything is in a convenience library, so that tests can link what is not exported.
noinst_LTLIBRARIES += libclient.la
libclient_la_SOURCES = $(client_sources)
libclient_la_CPPFLAGS = $(AM_CPPFLAGS) $(PROTOBUF_C_CFLAGS) $(ZMQ_CFLAGS)
libclient_la_CFLAGS = $(AM_CFLAGS) -fvisibility=hidden
libclient_la_LIBADD = libproto.la $(PROTOBUF_C_LIBS) -lpthread -lm -ldl

# No name of ours is visible but those in the version script; the library stays loaded, since its thread runs in it.
libprofclient_la_SOURCES =
libprofclient_la_LDFLAGS = $(AM_LDFLAGS) -version-info 0:0:0 -no-undefined -Wl,-z,nodelete \
	-Wl,--version-script=$(top_srcdir)/client/profclient.map
libprofclient_la_LIBADD = libclient.la
libprofclient_la_DEPENDENCIES = libclient.la client/profclient.map
EXTRA_DIST += client/profclient.map

# libprofheap takes the place of malloc, to tell the peak of the heap. Shared only: it is found by its symbols.
lib_LTLIBRARIES += libprofheap.la
libprofheap_la_SOURCES = client/heap.c client/heap.h
libprofheap_la_CFLAGS = $(AM_CFLAGS) -fvisibility=hidden -fno-builtin
libprofheap_la_LDFLAGS = $(AM_LDFLAGS) -shared -version-info 0:0:0 -no-undefined

# In the static library too only prof_* is visible: its objects are linked into one, whose hidden names become local.
# Else a program with a function called like one of ours could not be linked.
install-exec-hook:
	@archive="$(DESTDIR)$(libdir)/libprofclient.a"; \
	test ! -f "$$archive" || { \
		$(LD) -r -o client/static.o --whole-archive "$$archive" && \
		$(OBJCOPY) --localize-hidden client/static.o && \
		rm -f "$$archive" && $(AR) cr "$$archive" client/static.o && $(RANLIB) "$$archive"; \
	}
CLEANFILES += client/static.o
