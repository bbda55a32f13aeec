# libprofclient and libprofbench: what programs link.
lib_LTLIBRARIES += libprofclient.la libprofbench.la
include_HEADERS += include/profclient.h include/profclient.hpp include/profbench.h
pkgconfig_DATA = client/profclient.pc client/profbench.pc

# For find_package(profclient) of CMake.
cmakedir = $(libdir)/cmake/profclient
cmake_DATA = client/profclientConfig.cmake client/profclientConfigVersion.cmake
CLEANFILES += $(cmake_DATA)
EXTRA_DIST += client/profclientConfig.cmake.in client/profclientConfigVersion.cmake.in
$(cmake_DATA): %: %.in Makefile
	$(AM_V_GEN)$(MKDIR_P) client && include=`realpath -m --relative-to='$(libdir)' '$(includedir)'` && \
		$(SED) -e "s|@include_from_lib@|$$include|" -e 's|[@]PACKAGE_VERSION[@]|$(PACKAGE_VERSION)|' $< >$@

# What both need. Neither needs the other.
noinst_LTLIBRARIES += libbase.la
libbase_la_SOURCES = \
	client/base/clock.c client/base/clock.h \
	client/base/error.c client/base/error.h \
	client/base/sized.c client/base/sized.h
libbase_la_CFLAGS = $(AM_CFLAGS) -fvisibility=hidden
libbase_la_LIBADD = -lpthread -lm

# Everything is in a convenience library, so that tests can link what is not exported.
noinst_LTLIBRARIES += libclient.la
libclient_la_SOURCES = \
	client/library.c \
	client/life.c \
	client/base/life.h \
	client/base/build_id.c client/base/build_id.h \
	client/base/debug.c client/base/debug.h \
	client/base/guard.h \
	client/base/memory.c client/base/memory.h \
	client/base/options.c client/base/options.h \
	client/link/aside.c client/link/aside.h \
	client/link/ipc.c client/link/ipc.h \
	client/link/link.c client/link/link.h \
	client/link/tcp.c client/link/tcp.h \
	client/link/zmtp.c client/link/zmtp.h \
	client/record/call.c \
	client/record/counter.c \
	client/record/event.c client/record/event.h \
	client/record/failure.c client/record/failure.h \
	client/record/node.c \
	client/record/policy.c client/record/policy.h \
	client/record/record.c \
	client/record/registry.c client/record/registry.h \
	client/record/scope.c \
	client/record/thread.c client/record/thread.h \
	client/push/message.c client/push/message.h \
	client/push/push.c client/push/push.h \
	client/push/snapshot.c client/push/snapshot.h \
	client/push/wait.c client/push/wait.h \
	client/push/wake.c client/push/wake.h \
	client/push/watch.c client/push/watch.h \
	client/ask/ask.c client/ask/ask.h \
	client/ask/block.c client/ask/block.h \
	client/ask/question.c client/ask/question.h \
	client/ask/saved.c \
	client/ask/time.c
libclient_la_CPPFLAGS = $(AM_CPPFLAGS) $(PROTOBUF_C_CFLAGS) $(ZMQ_CFLAGS)
libclient_la_CFLAGS = $(AM_CFLAGS) -fvisibility=hidden
libclient_la_LIBADD = libbase.la libproto.la $(PROTOBUF_C_LIBS) -lpthread -lm -ldl

# No name of ours is visible but those in the version script; the library stays loaded, since its thread runs in it.
libprofclient_la_SOURCES =
libprofclient_la_LDFLAGS = $(AM_LDFLAGS) -version-info 0:0:0 -no-undefined -Wl,-z,nodelete \
	-Wl,--version-script=$(top_srcdir)/client/profclient.map
libprofclient_la_LIBADD = libclient.la
libprofclient_la_DEPENDENCIES = libclient.la client/profclient.map
EXTRA_DIST += client/profclient.map

# The benchmarks, in the same way; of proto/ they need names and statistics alone.
noinst_LTLIBRARIES += libbench.la
libbench_la_SOURCES = \
	client/bench/bootstrap.c client/bench/bootstrap.h \
	client/bench/change.c \
	client/bench/compare.c \
	client/bench/counters.c client/bench/counters.h \
	client/bench/describe.c \
	client/bench/doubt.c client/bench/doubt.h \
	client/bench/heap.h \
	client/bench/library.c \
	client/bench/machine.c client/bench/machine.h \
	client/bench/profile.c \
	client/bench/random.c client/bench/random.h \
	client/bench/rank.c client/bench/rank.h \
	client/bench/report.c client/bench/report.h \
	client/bench/result.c client/bench/result.h \
	client/bench/run.c client/bench/run.h \
	client/bench/suite.c \
	client/bench/table.c \
	proto/limits.h proto/name.c proto/name.h proto/statistics.c proto/statistics.h
libbench_la_CFLAGS = $(AM_CFLAGS) -fvisibility=hidden
libbench_la_LIBADD = libtext.la libbase.la -lpthread -lm -ldl

libprofbench_la_SOURCES =
libprofbench_la_LDFLAGS = $(AM_LDFLAGS) -version-info 0:0:0 -no-undefined \
	-Wl,--version-script=$(top_srcdir)/client/profbench.map
libprofbench_la_LIBADD = libbench.la
libprofbench_la_DEPENDENCIES = libbench.la client/profbench.map
EXTRA_DIST += client/profbench.map

# libprofheap takes the place of malloc, to tell the peak of the heap. Shared only: it is found by its symbols.
lib_LTLIBRARIES += libprofheap.la
libprofheap_la_SOURCES = client/bench/heap.c client/bench/heap.h
libprofheap_la_CFLAGS = $(AM_CFLAGS) -fvisibility=hidden -fno-builtin
libprofheap_la_LDFLAGS = $(AM_LDFLAGS) -shared -version-info 0:0:0 -no-undefined

# In the static libraries too only prof_* is visible: the objects of each are linked into one, whose hidden names become
# local. Else a program with a function called like one of ours could not be linked, nor one with both libraries.
install-exec-hook:
	@for name in profclient profbench; do \
		archive="$(DESTDIR)$(libdir)/lib$$name.a"; \
		test ! -f "$$archive" || { \
			$(LD) -r -o client/$$name.o --whole-archive "$$archive" && \
			$(OBJCOPY) --localize-hidden client/$$name.o && \
			rm -f "$$archive" && $(AR) cr "$$archive" client/$$name.o && $(RANLIB) "$$archive"; \
		} || exit 1; \
	done
CLEANFILES += client/profclient.o client/profbench.o
