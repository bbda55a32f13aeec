# profctl, the command: all but its main is a library, so that tests link it.
noinst_LTLIBRARIES += libctl.la
libctl_la_SOURCES = \
	ctl/base/command.h ctl/commands.c \
	ctl/base/options.c ctl/base/options.h \
	ctl/commands/help.c \
	ctl/commands/summary.c ctl/commands/stats.c ctl/commands/list.c ctl/commands/slow.c ctl/commands/ps.c ctl/commands/status.c \
	ctl/commands/clear.c ctl/commands/keygen.c ctl/commands/record.c ctl/commands/record.h ctl/commands/time.c \
	ctl/bench/bench.c ctl/bench/bench.h ctl/bench/plan.c ctl/bench/measure.c ctl/bench/show.c \
	ctl/bench/export.c ctl/bench/export.h ctl/bench/json.c ctl/bench/file.c ctl/bench/file.h \
	ctl/bench/save.c ctl/bench/save.h \
	ctl/bench/scan.c ctl/bench/scan.h \
	ctl/bench/spawn.c ctl/bench/spawn.h ctl/bench/shell.c ctl/bench/shell.h \
	ctl/bench/progress.c ctl/bench/progress.h \
	ctl/bench/histogram.c ctl/bench/histogram.h ctl/bench/rank.c ctl/bench/rank.h \
	ctl/base/functions.c ctl/base/functions.h \
	ctl/base/say.c ctl/base/say.h \
	ctl/base/table.c ctl/base/table.h \
	ctl/base/text.c ctl/base/text.h \
	ctl/base/units.c ctl/base/units.h \
	ctl/base/chart.c ctl/base/chart.h ctl/commands/history.c ctl/commands/heatmap.c \
	ctl/commands/tree.c ctl/commands/flame.c ctl/commands/flame.h ctl/commands/flame_svg.c \
	ctl/commands/diff.c \
	ctl/top/top.c ctl/top/model.c ctl/top/model.h \
	ctl/bench/result_file.c ctl/bench/result_file.h ctl/bench/source.c ctl/bench/source.h ctl/bench/pair.c ctl/bench/pair.h \
	ctl/bench/saved_list.c ctl/bench/saved_show.c ctl/bench/saved_compare.c ctl/bench/check.c ctl/bench/saved_history.c ctl/bench/saved_export.c ctl/bench/saved_delete.c
if HAVE_NCURSES
libctl_la_SOURCES += ctl/top/screen.c ctl/top/screen.h ctl/top/detail.c ctl/top/draw.h
endif
libctl_la_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(NCURSES_CFLAGS)
libctl_la_LIBADD = libview.la libcli.la libprofclient.la libprofbench.la libproto.la $(JANSSON_LIBS) $(NCURSES_LIBS) -lm

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
