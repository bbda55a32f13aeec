# What profctl and profweb show alike: answers as JSON, paths as frames, differences, points in time.
noinst_LTLIBRARIES += libview.la
libview_la_SOURCES = \
	view/differences.c view/differences.h \
	view/frames.c view/frames.h \
	view/json.h view/json_now.c view/json_paths.c view/json_time.c \
	view/json_saved.c view/json_saved.h view/series.c view/series.h \
	view/parse.c view/parse.h \
	view/past.c view/past.h \
	view/result.c view/result.h \
	view/shift.c view/shift.h \
	view/value.c view/value.h \
	view/when.c view/when.h
libview_la_CPPFLAGS = $(AM_CPPFLAGS)
libview_la_LIBADD = libtext.la libcli.la libprofclient.la libprofbench.la -lm
