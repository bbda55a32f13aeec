# libprofclient: what programs link.
lib_LTLIBRARIES += libprofclient.la
include_HEADERS += client/profclient.h
pkgconfig_DATA = client/profclient.pc

client_sources = \
	client/ask.c \
	client/block.c client/block.h \
	client/link.c client/link.h \
	client/options.c client/options.h \
	client/question.c client/question.h

client_flags = $(AM_CPPFLAGS) $(PROTOBUF_C_CFLAGS) $(ZMQ_CFLAGS)
# No name of ours is visible but those in the version script; the library stays loaded, since its thread runs in it.
libprofclient_la_SOURCES = $(client_sources)
libprofclient_la_CPPFLAGS = $(client_flags)
libprofclient_la_CFLAGS = $(AM_CFLAGS) -fvisibility=hidden
libprofclient_la_LDFLAGS = $(AM_LDFLAGS) -version-info 0:0:0 -no-undefined -Wl,-z,nodelete \
	-Wl,--version-script=$(top_srcdir)/client/profclient.map
libprofclient_la_LIBADD = libproto.la $(PROTOBUF_C_LIBS) -lpthread -lm -ldl
libprofclient_la_DEPENDENCIES = libproto.la client/profclient.map
EXTRA_DIST += client/profclient.map
