/*
 * The ledger: all that profd knows, in memory. Pushes are merged into it, questions are answered
 * from it, and what changed is collected into batches for the store. It knows nothing of SQL,
 * ZeroMQ, syslog or files.
 *
 * The data, and what always holds:
 * - A process has, for each of its paths, a standing: where its tallies stood when it last pushed.
 * Standings only grow (they are joined: the larger count per bucket), so a push that comes twice,
 * late or never does no harm.
 * - What a join adds, the difference, is merged into the statistics of the path (program, chain of
 * functions), into its open windows, and into the statistics of its function: in the same step, so
 * that at any moment standings and statistics tell the same calls.
 * - Clearing empties statistics, windows and events; never standings. It raises the epoch. The min
 * and max of a standing count only when they were seen in an epoch not older than the last clear of
 * its function; else the bounds of the difference's buckets take their place.
 * - A batch holds everything that changed since the batch before it. It is committed as a whole or
 * not at all, in order; only then do the generations in it count as safe and may be acked.
 */
#ifndef DAEMON_LEDGER_LEDGER_H
#define DAEMON_LEDGER_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/limits.h"
#include "proto/profd.pb-c.h"
#include "proto/tally.h"

struct ledger;
struct batch;
struct peer;

struct ledger_limits {
	uint32_t processes; /* known at once, those that ended and are not yet forgotten too */
	uint32_t paths;	    /* of all programs; further ones are counted in their function's, then
			       (other)'s */
	uint32_t functions;
	uint32_t events;    /* recent slow calls that are kept */
	uint32_t standings; /* of all processes: bounds the memory that processes take */
	uint32_t share;	    /* percent of what other users leave of these that one user may take */
	uint64_t tombstone_ns; /* how long a process that said goodbye is remembered */
	uint64_t silence_ns;   /* how long a process is silent before ledger_bury asks for it */
	uint64_t
		remote_silence_ns; /* how long one of another machine is before it counts as dead */
	uint64_t window_ns[3]; /* lengths: 10 s, 1 min, 1 h; each a multiple of the one before */
	uint64_t keep_ns[3];   /* how long such windows are kept: 1 h, 1 day, 1 year */
};

/* Fills in the defaults. */
void ledger_limits_init(struct ledger_limits *limits);

/* NULL without memory, and when a length of windows is 0 or no multiple of the one before. */
struct ledger *ledger_new(const struct ledger_limits *limits);
void ledger_free(struct ledger *l);

enum ledger_verdict {
	LEDGER_MERGED,	  /* ack it once its batch is committed */
	LEDGER_SEND_ALL,  /* `since` names what is not known here: nothing was merged */
	LEDGER_REFUSED,	  /* another user's process, a rule of the format broken; nothing was merged
			   */
	LEDGER_NO_MEMORY, /* perhaps merged in part, which does no harm; say nothing, it comes
			     again */
};

/* Something that a person should hear of: the server hands it to the alerts. Lent until the next
 * merge. */
struct ledger_event {
	const char *function, *program, *error; /* error: NULL or the message */
	int32_t pid;
	int64_t started_at_ns;
	uint64_t duration_ns, threshold_ns;
	bool running, failed;
	bool unfinished; /* running, and its process has ended */
};

typedef void ledger_new_event(void *context, const struct ledger_event *event);

/*
 * Merges a push of the peer at the time `now_ns` (wall clock). `heard` is called for each event
 * that had not been merged before. `why` gets a sentence when it is refused.
 */
enum ledger_verdict ledger_merge(struct ledger *l, const Profd__Push *push, const struct peer *peer,
				 int64_t now_ns, ledger_new_event *heard, void *context,
				 const char **why);

/*
 * A process that was killed says no goodbye, and one that is stopped is silent too; the ledger
 * cannot tell them apart, the kernel can. Asks `lives` about processes that have been silent for
 * limits.silence_ns, at most `most` of them, and treats those that live no longer as if they had
 * said goodbye. A pid that is unknown is 0. Of those of other machines, of which nobody knows,
 * silence for limits.remote_silence_ns decides: their library pushes once an hour at
 * least. Call it now and then, when no push of theirs can still be on its way.
 */
typedef bool ledger_lives(void *context, const uint8_t process[PROF_PROCESS_ID], int32_t pid);
void ledger_bury(struct ledger *l, int64_t now_ns, unsigned most, ledger_lives *lives,
		 void *context);

/*
 * Where more than half of the processes that a lone user may have are known, the dead need not be
 * silent for long. ledger_find_dead asks about all local ones, and tells whether it found any;
 * ledger_bury_dead treats these as ledger_bury does, and keeps no tombstone: to be called when all
 * that had come from them before they were found has been merged.
 */
bool ledger_is_crowded(const struct ledger *l);
bool ledger_find_dead(struct ledger *l, ledger_lives *lives, void *context);
void ledger_bury_dead(struct ledger *l, int64_t now_ns);

/*
 * The wall clock was set by `step_ns` and says `now_ns` now. The times from which silence and
 * tombstones are counted move with it, so that both last as long as they should; none stays in the
 * future.
 */
void ledger_step_clock(struct ledger *l, int64_t step_ns, int64_t now_ns);

/*
 * Everything that changed since the last batch; NULL when nothing did (or without memory: later
 * then). One batch at a time: it must be given back before the next is collected. Also closes
 * windows that are over, and forgets processes whose time is up.
 */
struct batch *ledger_collect(struct ledger *l, int64_t now_ns);

/* The batch is on disk: its generations are safe. Frees it. */
void ledger_committed(struct ledger *l, struct batch *batch);

/* The batch is given up, since profd ends: the ledger may only be asked and freed from here on. */
void ledger_discard(struct ledger *l, struct batch *batch);

/* Whether anything waits for a batch. */
bool ledger_is_dirty(const struct ledger *l);

/* When ledger_collect has something to do even though nothing is pushed (a window ends); INT64_MAX:
 * never. */
int64_t ledger_next_ns(const struct ledger *l);

/* The newest generation of the process that is safe; 0: none or unknown. */
uint64_t ledger_safe_generation(const struct ledger *l, const uint8_t process[PROF_PROCESS_ID]);

uint64_t ledger_epoch(const struct ledger *l);

/* Deletes what is derived from one function, or from all (NULL), and raises the epoch. Returns how
 * many functions had any. */
uint64_t ledger_clear(struct ledger *l, const char *function, int64_t now_ns);

/*
 * Takes in what an earlier profd committed; the ledger must be new. The batch stays the caller's.
 * When it is DAMAGED the ledger is as new.
 */
enum ledger_restored { LEDGER_RESTORED, LEDGER_DAMAGED, LEDGER_RESTORE_NO_MEMORY };
enum ledger_restored ledger_restore(struct ledger *l, const struct batch *all);

/* ------------------------------------------------- questions: what answer.c reads */

/* A function as told: `all` is the merge of the calls that returned and of those that failed. */
struct ledger_function {
	const char *name;
	uint64_t calls, errors, slow, sum_ns, min_ns, max_ns;
	uint64_t recursive_ns;	    /* the part of sum_ns that recursive calls took */
	double quantile[QUANTILES]; /* seconds */
};

/* False when there is no such function with calls (of this program; NULL: of any). */
bool ledger_get_function(struct ledger *l, const char *name, const char *program,
			 struct ledger_function *f);

/*
 * Calls `each` for every function with calls that fits the pattern and the program (NULL: all), in
 * no order.
 */
typedef void ledger_each_function(void *context, const struct ledger_function *f);
void ledger_each_functions(struct ledger *l, const char *pattern, const char *program,
			   ledger_each_function *each, void *context);

/* What an asker was told: zeroed: nothing. */
struct ledger_mark {
	uint64_t change, epoch;
};

/* Of all functions with calls that fit. */
struct ledger_totals {
	uint64_t functions, calls, slow, errors, sum_ns; /* sum_ns: without recursive calls */
};

/* Counts changes from this time on. Before it, and before the first merge, an asker has no mark to
 * go by and is told everything each time: to be called once all is restored. */
void ledger_begin(struct ledger *l, int64_t now_ns);

/*
 * The same for those functions only that changed since the mark was given; the mark becomes that of
 * now. True when all of them are told, since something was cleared or the mark is of another profd.
 */
bool ledger_each_changed(struct ledger *l, const char *pattern, const char *program,
			 struct ledger_mark *mark, struct ledger_totals *totals,
			 ledger_each_function *each, void *context);

struct ledger_program {
	const char *name;
	uint32_t processes, living; /* living: that have not ended */
	uint64_t calls;
};

/* False without memory. */
typedef void ledger_each_program(void *context, const struct ledger_program *p);
bool ledger_each_programs(struct ledger *l, ledger_each_program *each, void *context);

/* The kept events whose function fits: first those of calls that run in processes that live, the
 * longest first, with how long they have been running; then, unless only they are asked for, the
 * others, the latest first. */
typedef bool ledger_each_event(void *context, const struct ledger_event *event,
			       const char *path); /* false: enough */
void ledger_each_events(const struct ledger *l, const char *pattern, bool running, int64_t now_ns,
			ledger_each_event *each, void *context);

struct ledger_process {
	const char *program;
	int32_t pid;
	uint32_t paths;
	uint64_t uid;
	int64_t started_at_ns, pushed_at_ns;
	uint64_t calls, events_dropped, calls_collapsed, interval_ns;
	bool ended;
};

typedef void ledger_each_process(void *context, const struct ledger_process *p);
void ledger_each_processes(struct ledger *l, ledger_each_process *each, void *context);

struct ledger_counts {
	uint64_t functions, paths, processes, programs, events, users, epoch;
	uint64_t calls, slow, errors; /* since the last clear of all */
	uint64_t pushes, standings;   /* merged since profd started */
	uint64_t pushes_repeated;     /* that told nothing new */
	uint64_t pushes_refused, send_all;
	uint64_t processes_cut_off;		       /* that ended without a goodbye */
	uint64_t paths_collapsed, functions_collapsed; /* standings counted elsewhere, a table being
							  full, or its share of it */
	uint64_t events_dropped, calls_collapsed;      /* what processes said of themselves */
	int64_t since_at_ns;
};

void ledger_count(const struct ledger *l, struct ledger_counts *counts);

#endif
