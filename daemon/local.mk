# profd, the daemon: a convenience library, so that tests link what the daemon is made of, and its main.
noinst_LTLIBRARIES += libprofd.la
libprofd_la_SOURCES =
libprofd_la_CPPFLAGS = $(AM_CPPFLAGS) $(PROTOBUF_C_CFLAGS) $(SQLITE_CFLAGS) $(ZMQ_CFLAGS) $(INIH_CFLAGS) $(SYSTEMD_CFLAGS)
libprofd_la_LIBADD = libproto.la $(PROTOBUF_C_LIBS) $(SQLITE_LIBS) $(ZMQ_LIBS) $(INIH_LIBS) $(SYSTEMD_LIBS) -lm

# --- the ledger and the store
libprofd_la_SOURCES += \
	daemon/batch.c daemon/batch.h \
	daemon/codec.c daemon/codec.h \
	daemon/ledger.c daemon/ledger.h daemon/ledger_data.h \
	daemon/ledger_paths.c \
	daemon/ledger_check.c \
	daemon/ledger_merge.c \
	daemon/ledger_process.c \
	daemon/ledger_events.c \
	daemon/ledger_windows.c \
	daemon/ledger_collect.c \
	daemon/ledger_restore.c \
	daemon/ledger_ask.c \
	daemon/table.c daemon/table.h

# --- the server
