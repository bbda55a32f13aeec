/*
 * What the ledger is made of: shared by the files ledger*.c and by nobody else.
 *
 * What changed since the last batch carries the stamp `changed` of the ledger; a new batch raises
 * it, and with that nothing is changed any more.
 */
#ifndef DAEMON_LEDGER_DATA_H
#define DAEMON_LEDGER_DATA_H

#include "daemon/base/table.h"
#include "daemon/ledger/batch.h"
#include "daemon/ledger/codec.h"
#include "daemon/ledger/ledger.h"

/* No number of a push may be above this: sums of a few of them are still whole numbers of SQL. */

/* A user, and what it has taken: of what never goes, what it was the first to name. */
struct owner {
	uint64_t uid; /* as in struct peer */
	uint32_t processes, standings, programs, functions, paths;
	uint32_t events, failures, running; /* as in the ledger */
};

struct program {
	uint32_t id;
	char name[];
};

struct function {
	uint32_t id;
	uint64_t epoch;	  /* of its last clear */
	struct tally all; /* of all its paths, returned and failed */
	uint64_t errors, slow;
	uint64_t change;    /* number of the merge that changed it last; 0: an earlier profd's */
	struct path *paths; /* linked by next_of_function */
	bool cleared;	    /* since the last batch */
	bool owned;	    /* by somebody who is known */
	char name[];
};

/* The open window of a path, or one that is over and waits for its batch. */
struct window {
	struct window *next;
	uint32_t path;
	int64_t start_ns;
	uint64_t changed;
	struct tally all;
	uint64_t errors, slow, late_calls, late_span_ns;
};

struct path {
	uint32_t id;
	const struct program *program;
	const struct path *parent; /* NULL: the outermost */
	struct function *function;
	bool recursive; /* its calls stand within others of the function */
	struct statistic statistic;
	struct window *window; /* NULL: no calls in it */
	uint64_t changed;
	bool owned; /* by somebody who is known */
	struct path *next_changed, *next_of_function;
};

struct chunk {
	struct standing at[BATCH_CHUNK];
	uint64_t lent; /* bit i: the block of at[i] is with the batch, which will free it if it is
			  replaced */
	uint64_t changed;
};

struct process {
	uint64_t id;
	uint8_t key[PROF_PROCESS_ID];
	const struct program *program;
	struct owner *owner;
	uint32_t paths, chunks_room;
	int32_t pid;
	int64_t started_at_ns, pushed_at_ns, ended_at_ns;
	uint64_t generation, safe, sequence, events_dropped, calls_collapsed, calls, span_ns;
	uint64_t changed;
	bool dead; /* so says the kernel */
	struct process *next_changed;
	struct process *next, *previous; /* all, the one that was asked about last at the end */
	struct process *next_ended;	 /* in the order in which they ended */
	struct chunk **chunks;
};

struct event {
	struct event *next, *previous; /* ascending by id */
	uint64_t id, process, call;
	const struct path *path;
	struct owner *owner; /* NULL: not known any more */
	int32_t pid;
	int64_t started_at_ns;
	uint64_t duration_ns, threshold_ns; /* of one that runs: when it was heard of, at */
	int64_t heard_at_ns;
	int64_t ended_at_ns; /* of one that ran: when its process ended; 0: not yet */
	bool running, failed;
	char *error; /* NULL: none */
};

/* A growing array of what never goes: programs, functions, paths, at index id - 1. */
struct roll {
	void **items;
	uint32_t count, room, collected; /* collected: how many a batch has told */
};

struct ledger {
	struct ledger_limits limits;
	struct table_secret secret;
	struct table programs_by_name, functions_by_name, paths_by_key, processes_by_key,
		owners_by_uid;
	struct roll programs, functions, paths;

	uint64_t epoch;
	uint64_t change, first_change; /* numbers of merges, see ledger_each_changed */
	int64_t since_at_ns;
	int64_t met_ns; /* when a process last raised the epoch */
	uint64_t changed;
	bool dirty, cleared_all, lent;
	struct path *changed_paths;
	struct process *changed_processes;

	struct process *first, *last; /* all processes */
	struct process *first_ended, *last_ended;
	uint64_t next_process;
	uint32_t room_of_standings; /* places in all chunks */

	struct event *first_event, *last_event;
	uint32_t events,
		failure_events;	 /* of calls that have ended; those among them that failed */
	uint32_t running_events; /* of calls that run, in processes that live */
	uint64_t next_event, collected_event;
	uint64_t *events_gone; /* ids replaced since the last batch, at most 2 * limits.events */
	uint32_t events_gone_count;

	int64_t open_ns;       /* start of the open window */
	struct window *open;   /* of all paths that have calls in it */
	struct window *closed; /* over, not yet in a batch */

	struct ledger_counts counts;

	/* Working space, with room for whatever comes, so that the work itself cannot fail. */
	struct statistic room[3]; /* for every bucket, of use within one call only */
	struct tally both;
	uint8_t *packed;   /* CODEC_STANDING_MAX bytes */
	uint64_t *defined; /* a bit for each path id that the push at hand defines */
};

/* ------------------------------------------------- ledger.c */

/* Appends; the room must have been reserved. */
bool roll_reserve(struct roll *r);
void roll_append(struct roll *r, void *item);

static inline struct path *ledger_path(const struct ledger *l, uint32_t id)
{
	return l->paths.items[id - 1];
}

/* Marks what the next batch must tell. */
void ledger_change_path(struct ledger *l, struct path *path);
void ledger_change_process(struct ledger *l, struct process *process);

/* ------------------------------------------------- ledger_owners.c */

/* Found or made; never goes. NULL without memory. */
struct owner *ledger_intern_owner(struct ledger *l, uint64_t uid);
void ledger_free_owners(struct ledger *l);

/* Whether an owner who has `own` of the `all` that are taken may take `more`. */
bool ledger_leaves_room(const struct ledger *l, uint64_t own, uint64_t all, uint64_t limit,
			uint64_t more);

/* ------------------------------------------------- ledger_paths.c */

/* NULL when there is none. */
struct program *ledger_find_program(const struct ledger *l, const char *name);
struct function *ledger_find_function(const struct ledger *l, const char *name);

/* Found or made; where the tables, or the owner's share of them, are full, the one that stands for
 * the rest. NULL without memory. */
struct program *ledger_intern_program(struct ledger *l, struct owner *owner, const char *name);
struct path *ledger_intern_path(struct ledger *l, const struct process *process,
				const struct program *program, const struct path *parent,
				const char *function, bool recursive);

/* Made as told, whatever the limits: for what an earlier profd had. NULL without memory. */
struct program *ledger_make_program(struct ledger *l, const char *name);
struct function *ledger_make_function(struct ledger *l, const char *name);
struct path *ledger_make_path(struct ledger *l, const struct program *program,
			      const struct path *parent, struct function *function, bool recursive);

/* Where the path is recursive, so is all of the time. */
void ledger_mark_recursive(const struct path *path, struct tally *t);

/* The functions from the outermost to this one, joined by " > "; the outer ones left out when there
 * is no room. Points into `to`. */
const char *ledger_print_path(char *to, size_t room, const struct path *path);

/* ------------------------------------------------- ledger_check.c */

/* What is wrong with the fields that say who pushes what; NULL: nothing. */
const char *ledger_check_head(const Profd__Push *push);

/* Judges a push of the owner whose head is right, as a whole. `process`: NULL when it is not known.
 */
enum ledger_verdict ledger_check(struct ledger *l, const Profd__Push *push,
				 const struct process *process, const struct owner *owner,
				 const char **why);

/* What tells two names of a path of one process apart; kept in the database. */
uint32_t ledger_name_hash(const char *name);

/* ------------------------------------------------- ledger_process.c */

struct process *ledger_find_process(const struct ledger *l, const uint8_t key[PROF_PROCESS_ID]);

/* A new process with the next id. NULL without memory. */
struct process *ledger_make_process(struct ledger *l, const uint8_t key[PROF_PROCESS_ID],
				    uint64_t uid);

/* It cannot come back: drops its standings, keeps it as a tombstone. */
void ledger_end_process(struct ledger *l, struct process *process, int64_t now_ns);

/* Forgets it altogether. */
void ledger_forget_process(struct ledger *l, struct process *process);

/* NULL when the path is not defined. */
struct standing *ledger_standing(const struct process *process, uint32_t id);

/* Makes place for a standing. NULL without memory. */
struct standing *ledger_make_standing(struct ledger *l, struct process *process, uint32_t id);

/* Puts a new block in place of the old one. */
void ledger_replace_block(struct ledger *l, struct process *process, uint32_t id,
			  struct standing_block *block);

/* ------------------------------------------------- ledger_events.c */

/* False without memory. */
bool ledger_merge_event(struct ledger *l, struct process *process, const Profd__Event *message,
			int64_t now_ns, ledger_new_event *heard, void *context);
/* The event as others are told of it; it lends its texts. */
struct ledger_event ledger_event_of(const struct event *event);

struct event *ledger_make_event(struct ledger *l, const char *error);
void ledger_append_event(struct ledger *l, struct event *event);

/* The process has ended: what it had running never returns. */
void ledger_end_running(struct ledger *l, const struct process *process);

/* Drops the events of a function; of all: NULL. */
void ledger_clear_events(struct ledger *l, const struct function *function);

/* ------------------------------------------------- ledger_windows.c */

/* Closes the open window when it is over, unless rows of an earlier one still wait for a batch:
 * while the disk is full, windows grow longer instead of more. */
void ledger_turn_windows(struct ledger *l, int64_t now_ns);

/* The window of a path that is open, made when it has none. NULL without memory. */
struct window *ledger_open_window(struct ledger *l, struct path *path);

void ledger_clear_windows(struct ledger *l, const struct function *function);
void ledger_free_windows(struct window *first);

#endif
