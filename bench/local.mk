# Benchmarks: `make bench` measures all of it, and `bench/run --help` tells of less. Programs of the library's users are
# compiled by the driver, against the installed library; those that speak to profd without it are here.
EXTRA_PROGRAMS += bench/load bench/inside

bench_load_SOURCES = bench/load.c bench/simulate.c bench/simulate.h
bench_load_CPPFLAGS = $(AM_CPPFLAGS) $(PROTOBUF_C_CFLAGS) $(ZMQ_CFLAGS)
bench_load_LDADD = libproto.la $(PROTOBUF_C_LIBS) $(ZMQ_LIBS)

bench_inside_SOURCES = bench/inside.c bench/simulate.c bench/simulate.h
bench_inside_CPPFLAGS = $(AM_CPPFLAGS) $(PROTOBUF_C_CFLAGS)
bench_inside_LDADD = libprofd.la

CLEANFILES += bench/load bench/inside

EXTRA_DIST += bench/run bench/compare bench/plot bench/figures.py bench/machine.py bench/tree.py bench/calls.py \
	bench/peers.py bench/commands.py bench/daemon.py bench/look.py bench/table.py \
	bench/measure.h bench/scope.c bench/record.c bench/paths.c bench/threads.c bench/memory.c bench/work.c \
	bench/ask.c bench/quantile.c bench/peers/instrument.c bench/peers/statsd.c bench/peers/lttng.c \
	bench/peers/lttng_probe.h bench/peers/empty.c bench/peers/google.cc bench/peers/bodies.cc docs/performance.md \
	docs/plots/peers.svg docs/plots/threads.svg docs/plots/paths.svg docs/plots/processes.svg \
	docs/plots/memory.svg docs/plots/history.svg

# BENCH_FLAGS="--quick --only 'scope.*'", for instance.
.PHONY: bench
bench: all
	$(PYTHON) -B $(srcdir)/bench/run --build . $(BENCH_FLAGS)

# The driver and the comparison must work; nothing here judges a time.
if !SANITIZED
TESTS += bench/test_bench.py
EXTRA_DIST += bench/test_bench.py
endif
