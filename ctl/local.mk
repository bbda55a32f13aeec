# profctl, the command: all but its main is a library, so that tests link it.
noinst_LTLIBRARIES += libctl.la
libctl_la_SOURCES = \
	ctl/command.h ctl/commands.c \
	ctl/options.c ctl/options.h \
	ctl/help.c \
	ctl/summary.c ctl/stats.c ctl/list.c ctl/slow.c ctl/ps.c ctl/status.c \
	ctl/clear.c ctl/keygen.c ctl/record.c ctl/time.c \
	ctl/confirm.c ctl/confirm.h \
	ctl/functions.c ctl/functions.h \
	ctl/missing.c ctl/missing.h \
	ctl/near.c ctl/near.h \
	ctl/say.c ctl/say.h \
	ctl/table.c ctl/table.h \
	ctl/text.c ctl/text.h \
	ctl/units.c ctl/units.h \
	ctl/when.c ctl/when.h
libctl_la_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
libctl_la_LIBADD = libprofclient.la libproto.la $(JANSSON_LIBS) -lm

bin_PROGRAMS += profctl
profctl_SOURCES = ctl/main.c
profctl_CPPFLAGS = $(libctl_la_CPPFLAGS)
profctl_LDADD = libctl.la


# bash looks for the completion of a command under the command's own name.
bashcompletion_DATA = ctl/completion/profctl
EXTRA_DIST += ctl/profctl.bash
CLEANFILES += ctl/completion/profctl
ctl/completion/profctl: $(top_srcdir)/ctl/profctl.bash
	$(AM_V_GEN)$(MKDIR_P) ctl/completion && cp $(top_srcdir)/ctl/profctl.bash $@
