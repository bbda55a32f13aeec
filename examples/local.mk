# Programs that show the library at work.
noinst_PROGRAMS += examples/hello examples/tokenise examples/checksum examples/catalogue examples/algorithms
noinst_LTLIBRARIES += examples/libfiles.la

examples_libfiles_la_SOURCES = examples/files.c examples/files.h

examples_hello_SOURCES = examples/hello.c
examples_hello_LDADD = libprofclient.la

examples_tokenise_SOURCES = examples/tokenise.c
examples_tokenise_LDADD = libprofclient.la examples/libfiles.la

examples_checksum_SOURCES = examples/checksum.c
examples_checksum_LDADD = libprofclient.la examples/libfiles.la

examples_catalogue_SOURCES = examples/catalogue.c
examples_catalogue_CPPFLAGS = $(AM_CPPFLAGS) $(SQLITE_CFLAGS)
examples_catalogue_LDADD = libprofclient.la $(SQLITE_LIBS)

examples_algorithms_SOURCES = examples/algorithms.c
examples_algorithms_LDADD = libprofbench.la

EXTRA_DIST += script/demo script/demo-scene
EXTRA_DIST += \
	examples/metrics/dashboard.json examples/metrics/prometheus.yml \
	examples/metrics/rules.yml examples/metrics/rules_test.yml
