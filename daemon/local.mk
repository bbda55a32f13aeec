# profd, the daemon: a convenience library, so that tests link what the daemon is made of, and its main.
noinst_LTLIBRARIES += libprofd.la
libprofd_la_SOURCES =
libprofd_la_CPPFLAGS = $(AM_CPPFLAGS) $(PROTOBUF_C_CFLAGS) $(SQLITE_CFLAGS) $(ZMQ_CFLAGS) $(INIH_CFLAGS) $(SYSTEMD_CFLAGS) $(SECCOMP_CFLAGS)
libprofd_la_LIBADD = libproto.la $(PROTOBUF_C_LIBS) $(SQLITE_LIBS) $(ZMQ_LIBS) $(INIH_LIBS) $(SYSTEMD_LIBS) $(SECCOMP_LIBS) -lm

# --- the ledger and the store
EXTRA_DIST += docs/schema.md
libprofd_la_SOURCES += \
	daemon/batch.c daemon/batch.h \
	daemon/codec.c daemon/codec.h \
	daemon/ledger.c daemon/ledger.h daemon/ledger_data.h \
	daemon/ledger_owners.c \
	daemon/ledger_paths.c \
	daemon/ledger_check.c \
	daemon/ledger_merge.c \
	daemon/ledger_process.c \
	daemon/ledger_events.c \
	daemon/ledger_windows.c \
	daemon/ledger_collect.c \
	daemon/ledger_restore.c \
	daemon/ledger_ask.c \
	daemon/store.c daemon/store.h daemon/store_data.h \
	daemon/store_open.c \
	daemon/range.c daemon/range.h \
	daemon/store_read.c \
	daemon/store_reader.c daemon/store_reader.h daemon/store_reader_data.h \
	daemon/store_reader_rows.c \
	daemon/store_saved.c daemon/store_saved.h \
	daemon/store_schema.c daemon/store_schema.h \
	daemon/store_sql.c \
	daemon/store_windows.c \
	daemon/store_write.c \
	daemon/table.c daemon/table.h

# --- the server
libprofd_la_SOURCES += \
	daemon/frames.c daemon/frames.h daemon/accept.c daemon/accept.h \
	daemon/access.c daemon/access.h \
	daemon/alert.c daemon/alert.h \
	daemon/answer.c daemon/answer.h \
	daemon/answer_read.c daemon/answer_read.h \
	daemon/answer_histograms.c \
	daemon/answer_history.c \
	daemon/answer_saved.c \
	daemon/answer_tree.c \
	daemon/clock.h \
	daemon/commit.c daemon/commit.h \
	daemon/config.c daemon/config.h \
	daemon/config_file.c daemon/config_file.h \
	daemon/config_keys.c daemon/config_keys.h \
	daemon/control.c daemon/control.h \
	daemon/folder.c daemon/folder.h \
	daemon/log.c daemon/log.h \
	daemon/notify.c daemon/notify.h \
	daemon/once.c daemon/once.h \
	daemon/options.c daemon/options.h \
	daemon/policy.c daemon/policy.h \
	daemon/profd.c daemon/profd_open.c daemon/profd_data.h daemon/profd.h \
	daemon/reader.c daemon/reader.h \
	daemon/refusals.c daemon/refusals.h daemon/records.c daemon/records.h \
	daemon/sandbox.c daemon/sandbox.h daemon/sandbox_calls.h \
	daemon/keys.c daemon/keys.h \
	daemon/server.c daemon/server.h \
	daemon/silence.c daemon/silence.h \
	daemon/server_tcp.c daemon/server_tcp.h \
	daemon/settings.c daemon/settings.h \
	daemon/signals.c daemon/signals.h \
	daemon/status.c daemon/status.h \
	daemon/value.c daemon/value.h \
	daemon/waiting.c daemon/waiting.h

sbin_PROGRAMS += profd
profd_SOURCES = daemon/main.c
profd_LDADD = libprofd.la

# The example configuration: what `profd --help-config` prints, which a test holds it to.
dist_doc_DATA = daemon/profd.conf
