/*
 * Having profd keep what was measured.
 */
#ifndef CTL_BENCH_SAVE_H
#define CTL_BENCH_SAVE_H

#include "ctl/bench/bench.h"

#define REVISION_ROOM 64

/* The revision of the git work tree that we stand in, with "-dirty" where files differ from it; ""
 * where there is none, or no git. */
void save_revision(char to[REVISION_ROOM]);

/* Whether --note can be kept; else a message. */
bool save_check_note(const struct request *request);

/* Sends the result of each command; says, unless that is not wanted, under which number it is kept.
 * OUTCOME_NO_PROFD, after a message, when profd did not take one. */
enum outcome save_all(const struct bench_session *session, const struct request *request,
		      const char *revision, bool quiet);

#endif
