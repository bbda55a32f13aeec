# profctl, the command: all but its main is a library, so that tests link it.
noinst_LTLIBRARIES += libctl.la
libctl_la_SOURCES = \
	ctl/command.h ctl/commands.c \
	ctl/options.c ctl/options.h ctl/option_rows.c \
	ctl/help.c \
	ctl/summary.c ctl/stats.c ctl/list.c ctl/slow.c ctl/ps.c ctl/status.c \
	ctl/clear.c ctl/keygen.c ctl/record.c ctl/time.c \
	ctl/confirm.c ctl/confirm.h \
	ctl/bench.c ctl/bench.h ctl/bench_plan.c ctl/bench_measure.c ctl/bench_show.c \
	ctl/bench_export.c ctl/bench_export.h ctl/bench_json.c ctl/bench_file.c ctl/bench_file.h \
	ctl/bench_save.c ctl/bench_save.h \
	ctl/bench_words.c ctl/bench_words.h ctl/bench_scan.c ctl/bench_scan.h \
	ctl/bench_spawn.c ctl/bench_spawn.h ctl/bench_shell.c ctl/bench_shell.h \
	ctl/bench_failure.c ctl/bench_failure.h ctl/bench_progress.c ctl/bench_progress.h \
	ctl/bench_histogram.c ctl/bench_histogram.h ctl/bench_rank.c ctl/bench_rank.h \
	ctl/functions.c ctl/functions.h \
	ctl/missing.c ctl/missing.h \
	ctl/near.c ctl/near.h \
	ctl/say.c ctl/say.h \
	ctl/table.c ctl/table.h \
	ctl/text.c ctl/text.h \
	ctl/units.c ctl/units.h \
	ctl/chart.c ctl/chart.h ctl/history.c ctl/heatmap.c \
	ctl/tree.c ctl/flame.c ctl/flame.h ctl/flame_svg.c \
	ctl/diff.c \
	ctl/top.c ctl/top_model.c ctl/top_model.h \
	ctl/yes.c ctl/yes.h \
	ctl/result_file.c ctl/result_file.h ctl/source.c ctl/source.h ctl/pair.c ctl/pair.h \
	ctl/saved_list.c ctl/saved_show.c ctl/saved_compare.c ctl/saved_check.c ctl/saved_history.c ctl/saved_export.c ctl/saved_delete.c
if HAVE_NCURSES
libctl_la_SOURCES += ctl/top_screen.c ctl/top_screen.h ctl/top_detail.c ctl/top_draw.h
endif
libctl_la_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(NCURSES_CFLAGS)
libctl_la_LIBADD = libview.la libprofclient.la libproto.la $(JANSSON_LIBS) $(NCURSES_LIBS) -lm

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
