# What profd knows, in the formats of metrics systems; without any library of HTTP.
noinst_LTLIBRARIES += libmetrics.la
libmetrics_la_SOURCES = \
	web/metrics/metrics.h web/metrics/ask.c web/metrics/build.c web/metrics/facts.c web/metrics/facts.h \
	web/metrics/buckets.c web/metrics/buckets.h web/metrics/format.c \
	web/metrics/write.c web/metrics/write.h web/metrics/text.c web/metrics/protobuf.c
nodist_libmetrics_la_SOURCES = web/metrics/metrics.pb-c.c web/metrics/metrics.pb-c.h
libmetrics_la_CPPFLAGS = $(AM_CPPFLAGS) $(PROTOBUF_C_CFLAGS)
libmetrics_la_LIBADD = libtext.la libprofclient.la $(PROTOBUF_C_LIBS) -lm

EXTRA_DIST += web/metrics/metrics.proto
BUILT_SOURCES += web/metrics/metrics.pb-c.h
CLEANFILES += web/metrics/metrics.pb-c.c web/metrics/metrics.pb-c.h

web/metrics/metrics.pb-c.h: $(top_srcdir)/web/metrics/metrics.proto
	$(AM_V_GEN)$(MKDIR_P) web/metrics && $(PROTOC_C) --proto_path=$(top_srcdir) --c_out=. web/metrics/metrics.proto
web/metrics/metrics.pb-c.c: web/metrics/metrics.pb-c.h

# profweb, which shows profd's answers to browsers: all but its main is a library, so that tests link it.
if HAVE_WEB
noinst_LTLIBRARIES += libweb.la
libweb_la_SOURCES = \
	web/http/address.c web/http/address.h \
	web/api/api.h web/api/bench.c web/api/metrics.c web/api/now.c web/api/paths.c web/api/time.c \
	web/http/assets.c web/http/assets.h \
	web/http/door.c web/http/door.h \
	web/http/gzip.c web/http/gzip.h \
	web/options.c web/options.h \
	web/profweb.c web/profweb.h \
	web/api/query.c web/api/query.h \
	web/http/reply.c web/http/reply.h \
	web/http/request.h \
	web/api/routes.c web/api/routes.h \
	web/http/server.c web/http/server.h \
	web/site.c web/site.h \
	web/api/stream.c web/api/stream.h \
	web/http/visits.c web/http/visits.h
libweb_la_CPPFLAGS = $(AM_CPPFLAGS) $(MICROHTTPD_CFLAGS) $(ZLIB_CFLAGS) $(SYSTEMD_CFLAGS) \
	-DPAGEDIR='"$(pkgdatadir)/web"'
libweb_la_LIBADD = libview.la libcli.la libmetrics.la libprofclient.la libprofbench.la $(MICROHTTPD_LIBS) $(ZLIB_LIBS) $(SYSTEMD_LIBS) -lpthread

sbin_PROGRAMS += profweb
profweb_SOURCES = web/main.c
profweb_LDADD = libweb.la
endif
