# What profd knows, in the formats of metrics systems; without any library of HTTP.
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

# profweb, which shows profd's answers to browsers: all but its main is a library, so that tests link it.
if HAVE_WEB
noinst_LTLIBRARIES += libweb.la
libweb_la_SOURCES = \
	web/address.c web/address.h \
	web/api.h web/api_bench.c web/api_metrics.c web/api_now.c web/api_paths.c web/api_time.c \
	web/assets.c web/assets.h \
	web/door.c web/door.h \
	web/gzip.c web/gzip.h \
	web/hash.h \
	web/options.c web/options.h \
	web/profweb.c web/profweb.h \
	web/query.c web/query.h \
	web/reply.c web/reply.h \
	web/request.h \
	web/routes.c web/routes.h \
	web/server.c web/server.h \
	web/site.c web/site.h \
	web/stream.c web/stream.h \
	web/token.c web/token.h \
	web/visits.c web/visits.h
libweb_la_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(MICROHTTPD_CFLAGS) $(ZLIB_CFLAGS) $(SYSTEMD_CFLAGS) \
	-DPAGEDIR='"$(pkgdatadir)/web"'
libweb_la_LIBADD = libview.la libmetrics.la libprofclient.la $(JANSSON_LIBS) $(MICROHTTPD_LIBS) $(ZLIB_LIBS) $(SYSTEMD_LIBS) -lpthread

sbin_PROGRAMS += profweb
profweb_SOURCES = web/main.c
profweb_LDADD = libweb.la
endif
