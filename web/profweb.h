/*
 * profweb: all of its parts on one struct.
 */
#ifndef WEB_PROFWEB_H
#define WEB_PROFWEB_H

#include "web/options.h"

struct profweb;

/* 0, or an exit status after a message on standard error. */
int profweb_open(struct profweb **profweb, const struct options *options);

/* Returns when SIGTERM or SIGINT comes; the exit status. */
int profweb_run(struct profweb *profweb);

void profweb_close(struct profweb *profweb);

#endif
