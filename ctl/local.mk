# profctl, the command: all but its main is a library, so that tests link it. Which files ctl/commands has bootstrap has
# written to ctl/commands/local.mk, and what the table of commands runs is declared by ctl/base/runs.h, which is made of it.
noinst_LTLIBRARIES += libctl.la
libctl_la_SOURCES = \
	ctl/base/command.h ctl/commands.c \
	ctl/base/options.c ctl/base/options.h \
	ctl/bench/bench.c ctl/bench/bench.h ctl/bench/plan.c ctl/bench/measure.c ctl/bench/show.c \
	ctl/bench/export.c ctl/bench/export.h ctl/bench/json.c ctl/bench/file.c ctl/bench/file.h \
	ctl/bench/save.c ctl/bench/save.h \
	ctl/bench/scan.c ctl/bench/scan.h \
	ctl/bench/spawn.c ctl/bench/spawn.h ctl/bench/shell.c ctl/bench/shell.h \
	ctl/bench/progress.c ctl/bench/progress.h \
	ctl/bench/histogram.c ctl/bench/histogram.h ctl/bench/rank.c ctl/bench/rank.h \
	ctl/base/functions.c ctl/base/functions.h \
	ctl/base/say.c ctl/base/say.h \
	ctl/base/units.c ctl/base/units.h \
	ctl/base/chart.c ctl/base/chart.h \
	ctl/top/top.c ctl/top/model.c ctl/top/model.h \
	ctl/bench/result_file.c ctl/bench/result_file.h ctl/bench/source.c ctl/bench/source.h ctl/bench/pair.c ctl/bench/pair.h \
	ctl/bench/saved_list.c ctl/bench/saved_show.c ctl/bench/check.c ctl/bench/saved_history.c ctl/bench/saved_export.c ctl/bench/saved_delete.c
include ctl/commands/local.mk
nodist_libctl_la_SOURCES = ctl/base/runs.h
BUILT_SOURCES += ctl/base/runs.h
CLEANFILES += ctl/base/runs.h
ctl/base/runs.h: $(srcdir)/ctl/commands.c
	$(AM_V_GEN)$(MKDIR_P) ctl/base && sed -n 's/.*\(run_[a-z_]*\)}.*/enum outcome \1(const struct request *);/p' \
		$(srcdir)/ctl/commands.c >$@

if HAVE_NCURSES
libctl_la_SOURCES += ctl/top/screen.c ctl/top/screen.h ctl/top/detail.c ctl/top/draw.h
endif
libctl_la_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(NCURSES_CFLAGS)
libctl_la_LIBADD = libview.la libcli.la libprofclient.la libprofbench.la $(JANSSON_LIBS) $(NCURSES_LIBS) -lm

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
