# Figures as text, for people and for machines. It needs nothing but libc and proto/name.h.
noinst_LTLIBRARIES += libtext.la
libtext_la_SOURCES = \
	text/fields.c text/fields.h \
	text/figures.c text/figures.h \
	text/number.c text/number.h \
	text/table.c text/table.h \
	text/width.c text/width.h \
	text/writer.c text/writer.h
libtext_la_CFLAGS = $(AM_CFLAGS) -fvisibility=hidden
