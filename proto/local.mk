# What both sides must agree on.
noinst_LTLIBRARIES += libproto.la
libproto_la_SOURCES = \
	proto/limits.h proto/hash.h \
	proto/quantile.h proto/saved.h \
	proto/histogram.c proto/histogram.h proto/histogram_table.c \
	proto/tally.c proto/tally.h \
	proto/key.c proto/key.h \
	proto/name.c proto/name.h \
	proto/statistics.c proto/statistics.h \
	proto/endpoint.c proto/endpoint.h \
	proto/wire.c proto/wire.h
nodist_libproto_la_SOURCES = proto/profd.pb-c.c proto/profd.pb-c.h
libproto_la_CPPFLAGS = $(AM_CPPFLAGS) $(PROTOBUF_C_CFLAGS)
libproto_la_CFLAGS = $(AM_CFLAGS) -fvisibility=hidden
libproto_la_LIBADD = $(PROTOBUF_C_LIBS) -lm

EXTRA_DIST += proto/profd.proto
BUILT_SOURCES += proto/profd.pb-c.h
CLEANFILES += proto/profd.pb-c.c proto/profd.pb-c.h

proto/profd.pb-c.h: $(top_srcdir)/proto/profd.proto
	$(AM_V_GEN)$(MKDIR_P) proto && $(PROTOC_C) --proto_path=$(top_srcdir) --c_out=. proto/profd.proto
proto/profd.pb-c.c: proto/profd.pb-c.h
