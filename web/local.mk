# profweb: all but its main is a library, so that tests link it.
noinst_LTLIBRARIES += libmetrics.la
libmetrics_la_SOURCES = \
	web/metrics.h web/metrics_ask.c web/metrics_build.c web/metrics_facts.c web/metrics_facts.h \
	web/metrics_buckets.c web/metrics_buckets.h web/metrics_format.c \
	web/metrics_write.c web/metrics_write.h web/metrics_text.c web/metrics_protobuf.c
nodist_libmetrics_la_SOURCES = web/metrics.pb-c.c web/metrics.pb-c.h
libmetrics_la_CPPFLAGS = $(AM_CPPFLAGS) $(PROTOBUF_C_CFLAGS)
libmetrics_la_LIBADD = libprofclient.la $(PROTOBUF_C_LIBS) -lm

EXTRA_DIST += web/metrics.proto
BUILT_SOURCES += web/metrics.pb-c.h
CLEANFILES += web/metrics.pb-c.c web/metrics.pb-c.h

web/metrics.pb-c.h: $(top_srcdir)/web/metrics.proto
	$(AM_V_GEN)$(MKDIR_P) web && $(PROTOC_C) --proto_path=$(top_srcdir) --c_out=. web/metrics.proto
web/metrics.pb-c.c: web/metrics.pb-c.h
