/*
 * Making a push out of a snapshot.
 */
#ifndef CLIENT_PUSH_MESSAGE_H
#define CLIENT_PUSH_MESSAGE_H

#include "client/push/snapshot.h"
#include "proto/limits.h"
#include "proto/wire.h"

/* Who pushes, and what profd has. */
struct letterhead {
	uint8_t process[PROF_PROCESS_ID];
	char program[PROF_NAME_MAX + 1];
	int64_t started_at_ns;
	uint64_t generation, since, span_ns;
	uint32_t safe_paths;	/* all up to this one */
	uint64_t safe_snapshot; /* all of this one, and */
	uint32_t next; /* of the newest, the standings of the paths before this one; 0: none */
	bool flush, goodbye;
};

/* What a push came to tell. */
struct content {
	uint8_t *data; /* in the arena */
	size_t size;
	uint32_t paths;		 /* all up to this one are told */
	uint64_t event_sequence; /* likewise */
	uint32_t next;		 /* the first path whose standing found no room; 0: all is told */
	bool empty;		 /* nothing changed at all */
};

/* Packs it into the arena, which is reset first. False without memory. */
bool message_make(struct content *content, const struct snapshot *s, const struct letterhead *head,
		  struct wire_arena *arena);

#endif
