# profd, the daemon: a convenience library, so that tests link what the daemon is made of, and its main.
noinst_LTLIBRARIES += libprofd.la
libprofd_la_SOURCES =
libprofd_la_CPPFLAGS = $(AM_CPPFLAGS) $(PROTOBUF_C_CFLAGS) $(SQLITE_CFLAGS) $(ZMQ_CFLAGS) $(INIH_CFLAGS) $(SYSTEMD_CFLAGS) $(SECCOMP_CFLAGS)
libprofd_la_LIBADD = libcli.la libproto.la $(PROTOBUF_C_LIBS) $(SQLITE_LIBS) $(ZMQ_LIBS) $(INIH_LIBS) $(SYSTEMD_LIBS) $(SECCOMP_LIBS) -lm

# --- the ledger and the store
EXTRA_DIST += docs/schema.md
libprofd_la_SOURCES += \
	daemon/ledger/batch.c daemon/ledger/batch.h \
	daemon/ledger/codec.c daemon/ledger/codec.h \
	daemon/ledger/ledger.c daemon/ledger/ledger.h daemon/ledger/data.h \
	daemon/ledger/owners.c \
	daemon/ledger/paths.c \
	daemon/ledger/check.c \
	daemon/ledger/merge.c \
	daemon/ledger/process.c \
	daemon/ledger/events.c \
	daemon/ledger/windows.c \
	daemon/ledger/collect.c \
	daemon/ledger/restore.c \
	daemon/ledger/ask.c \
	daemon/store/store.c daemon/store/store.h daemon/store/data.h \
	daemon/store/open.c \
	daemon/store/reader.c \
	daemon/store/range.c daemon/store/range.h \
	daemon/store/load.c \
	daemon/store/lookup.c daemon/store/lookup.h daemon/store/lookup_data.h \
	daemon/store/lookup_rows.c \
	daemon/store/lookup_saved.c \
	daemon/store/saved.c daemon/store/saved.h \
	daemon/store/schema.c daemon/store/schema.h \
	daemon/store/sql.c \
	daemon/store/windows.c \
	daemon/store/write.c \
	daemon/base/table.c daemon/base/table.h

# --- the server
libprofd_la_SOURCES += \
	daemon/net/frames.c daemon/net/frames.h daemon/net/accept.c daemon/net/accept.h \
	daemon/net/access.c daemon/net/access.h \
	daemon/push/alert.c daemon/push/alert.h \
	daemon/ask/answer.c daemon/ask/answer.h \
	daemon/ask/past.c daemon/ask/past.h \
	daemon/ask/histograms.c \
	daemon/ask/history.c \
	daemon/ask/saved.c \
	daemon/ask/tree.c \
	daemon/base/clock.h daemon/base/peer.h \
	daemon/store/commit.c daemon/store/commit.h \
	daemon/config/config.c daemon/config/config.h \
	daemon/config/file.c daemon/config/file.h \
	daemon/config/keys.c daemon/config/keys.h daemon/config/print.c \
	daemon/ask/control.c daemon/ask/control.h \
	daemon/base/folder.c daemon/base/folder.h \
	daemon/base/log.c daemon/base/log.h \
	daemon/base/notify.c daemon/base/notify.h \
	daemon/ask/once.c daemon/ask/once.h \
	daemon/config/options.c daemon/config/options.h \
	daemon/push/policy.c daemon/push/policy.h \
	daemon/profd.c daemon/profd_open.c daemon/profd_data.h daemon/profd.h \
	daemon/ask/query.c daemon/ask/query.h \
	daemon/ask/question.c daemon/ask/question.h \
	daemon/push/refusals.c daemon/push/refusals.h daemon/push/records.c daemon/push/records.h \
	daemon/base/sandbox.c daemon/base/sandbox.h daemon/base/sandbox_calls.h \
	daemon/net/keys.c daemon/net/keys.h \
	daemon/net/server.c daemon/net/server.h \
	daemon/push/silence.c daemon/push/silence.h \
	daemon/net/tcp.c daemon/net/tcp.h \
	daemon/settings.c daemon/settings.h \
	daemon/base/signals.c daemon/base/signals.h \
	daemon/ask/status.c daemon/ask/status.h \
	daemon/base/value.c daemon/base/value.h \
	daemon/push/waiting.c daemon/push/waiting.h

sbin_PROGRAMS += profd
profd_SOURCES = daemon/main.c
profd_LDADD = libprofd.la

# The example configuration, which `profd --help-config` prints too, and the keys of profd.conf(5) are made of the table
# of keys. A distribution holds both. What makes them runs while profd is built, so no sanitizer has a say in it.
noinst_PROGRAMS += daemon/config/manual
daemon_config_manual_SOURCES = daemon/config/manual.c daemon/config/keys.c daemon/config/print.c daemon/base/value.c
daemon_config_manual_CFLAGS = -std=gnu11 $(WARNINGS)
daemon_config_manual_LDFLAGS =
daemon_config_manual_LDADD = -lm

dist_doc_DATA = daemon/config/profd.conf
MAINTAINERCLEANFILES = daemon/config/profd.conf man/profd.conf.5
keys = $(srcdir)/daemon/config/keys.c | daemon/config/manual$(EXEEXT)
daemon/config/profd.conf: $(srcdir)/daemon/config/print.c $(keys)
	$(AM_V_GEN)$(MKDIR_P) daemon/config && daemon/config/manual example >$@
man/profd.conf.5: $(srcdir)/man/profd.conf.5.in $(srcdir)/daemon/config/manual.c $(keys)
	$(AM_V_GEN)$(MKDIR_P) man && daemon/config/manual <$(srcdir)/man/profd.conf.5.in >$@
EXTRA_DIST += man/profd.conf.5.in
