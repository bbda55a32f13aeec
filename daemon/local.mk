# profd, the daemon: a convenience library, so that tests link what the daemon is made of, and its main.
noinst_LTLIBRARIES += libprofd.la
libprofd_la_SOURCES =
libprofd_la_CPPFLAGS = $(AM_CPPFLAGS) $(PROTOBUF_C_CFLAGS) $(SQLITE_CFLAGS) $(ZMQ_CFLAGS) $(INIH_CFLAGS) $(SYSTEMD_CFLAGS)
libprofd_la_LIBADD = libproto.la $(PROTOBUF_C_LIBS) $(SQLITE_LIBS) $(ZMQ_LIBS) $(INIH_LIBS) $(SYSTEMD_LIBS) -lm

# --- the ledger and the store
libprofd_la_SOURCES += \
	daemon/table.c daemon/table.h

# --- the server
