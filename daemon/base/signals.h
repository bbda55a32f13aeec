/*
 * Signals as a descriptor, so that they are read in the one poll as all else.
 */
#ifndef DAEMON_BASE_SIGNALS_H
#define DAEMON_BASE_SIGNALS_H

/*
 * Blocks SIGTERM, SIGINT and SIGHUP, which come from the descriptor from then on, and ignores
 * SIGPIPE. -1 with errno. Before any thread starts, so that none is interrupted.
 */
int signals_open(void);

#endif
