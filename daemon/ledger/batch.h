/*
 * What goes from the ledger to the store in one transaction, and, when profd starts, back: rows of
 * the tables of docs/schema.md. A batch owns its memory; lists stand in no order but where one is
 * named.
 */
#ifndef DAEMON_LEDGER_BATCH_H
#define DAEMON_LEDGER_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/limits.h"

#define BATCH_CHUNK   64 /* standings in a row */
#define BATCH_LENGTHS 3	 /* lengths of windows */

struct batch_blob {
	const uint8_t *bytes;
	size_t size;
};

struct batch_program { /* ascending by id */
	struct batch_program *next;
	uint32_t id;
	const char *name;
};

struct batch_function { /* ascending by id */
	struct batch_function *next;
	uint32_t id;
	const char *name;
	uint64_t epoch; /* of its last clear */
	bool cleared; /* in this batch: what was derived from it is deleted before rows are written
		       */
};

struct batch_path { /* ascending by id: a parent before its children */
	struct batch_path *next;
	uint32_t id, program, parent, function; /* parent 0: none */
	bool recursive;
};

struct batch_statistic {
	struct batch_statistic *next;
	uint32_t path;
	uint64_t calls, errors, slow, sum_ns, min_ns, max_ns;
	struct batch_blob returned, failed;
};

struct batch_process {
	struct batch_process *next;
	uint64_t id;
	uint8_t process[PROF_PROCESS_ID];
	uint32_t program, paths;
	uint64_t uid;
	int32_t pid;
	int64_t started_at_ns, pushed_at_ns, ended_at_ns; /* ended: 0: not yet */
	uint64_t generation, sequence, events_dropped, calls_collapsed, calls, span_ns;
	void *owner; /* the ledger's own mark, nothing for the store */
};

struct batch_id {
	struct batch_id *next;
	uint64_t id;
};

/* A standing's tallies in the form of codec_put_standing. Never changed once made, so a batch can
 * hold it while the ledger goes on to the next one. */
struct standing_block {
	uint32_t size;
	uint8_t bytes[];
};

/* A path of a process; `path` is the path it counts in (0: not defined). The name's hash and the
 * parent say how the process defined it, which differs where paths were collapsed. */
struct standing {
	struct standing_block *block; /* NULL: no calls yet */
	uint32_t path, parent, name;
};

struct batch_chunk {
	struct batch_chunk *next;
	uint64_t process;
	uint32_t number; /* holds the ids from number * BATCH_CHUNK + 1 on */
	struct standing at[BATCH_CHUNK];
	void *owner;
};

struct batch_event { /* ascending by id */
	struct batch_event *next;
	uint64_t id, process, call;
	uint32_t path;
	int32_t pid;
	int64_t started_at_ns;
	uint64_t duration_ns, threshold_ns;
	bool running, failed;
	const char *error; /* NULL: none */
};

struct batch_window {
	struct batch_window *next;
	int64_t start_ns; /* of a window of the shortest length */
	uint32_t path;
	uint64_t calls, errors, slow, sum_ns, min_ns, max_ns, late_calls, late_span_ns;
	struct batch_blob histogram;
};

struct batch {
	/* What holds for the whole file. */
	uint64_t epoch, next_process, next_event;
	int64_t since_at_ns;	 /* statistics began, or were last cleared as a whole */
	int64_t open_ns;	 /* start of the open window: all before it are closed */
	int64_t collected_at_ns; /* all that was merged before is in this batch or an earlier one */
	int64_t window_ns[BATCH_LENGTHS], horizon_ns[BATCH_LENGTHS]; /* windows that began before
									their horizon may go */

	/* Written in this order. */
	struct batch_program *programs;
	struct batch_function *functions;
	struct batch_path *paths;
	bool cleared_all;
	uint64_t event_floor; /* events below it are no longer kept */
	struct batch_id *events_gone, *processes_gone;
	struct batch_process *processes;
	struct batch_chunk *chunks;
	struct batch_statistic *statistics;
	struct batch_window *windows;
	struct batch_event *events;

	struct batch_memory *memory;
};

struct batch *batch_new(void);
void batch_free(struct batch *b);

/* Memory that lives as long as the batch, not cleared. NULL without memory. */
void *batch_alloc(struct batch *b, size_t size);
void *batch_copy(struct batch *b, const void *bytes, size_t size);

/*
 * A chunk as it stands in its row, and back. The size is that of the row; `packed` must have that
 * room. Reading makes the blocks in the memory of the batch and fills in `at`; false when the bytes
 * are damaged, or without memory.
 */
size_t batch_chunk_size(const struct batch_chunk *chunk);
size_t batch_chunk_pack(const struct batch_chunk *chunk, uint8_t *packed);
bool batch_chunk_unpack(struct batch *b, struct batch_chunk *chunk, struct batch_blob packed);

#endif
