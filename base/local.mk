# What all three programs need: the reader of command lines, messages, near names.
noinst_LTLIBRARIES += libcli.la
libcli_la_SOURCES = \
	base/cli.c base/cli.h \
	base/message.c base/message.h \
	base/near.c base/near.h
libcli_la_LIBADD = libproto.la
