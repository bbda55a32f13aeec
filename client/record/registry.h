/*
 * The functions and paths of the process: numbers for names and for chains of names, the same in
 * all threads. They are only ever added, and survive a fork in both processes.
 *
 * Finding a function takes no lock. Adding one, and finding a path, takes a lock that the pushing
 * thread never takes; it reads what has been published.
 */
#ifndef CLIENT_RECORD_REGISTRY_H
#define CLIENT_RECORD_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/profclient.h"

struct node;

/* What a duration of a function was measured in: ticks of the clock, or nanoseconds given by hand.
 */
enum unit { UNIT_TICKS, UNIT_NS };

struct prof_function {
	uint32_t id; /* 1, 2, 3 ... */
	uint32_t hash;
	uint64_t slow[2]; /* from this duration on a call is slow, by unit; atomic */
	uint64_t policy;  /* the policy that this follows from; pushing thread */
	uint16_t length;
	char name[];
};

/*
 * A call of a function that is open further out on its thread is recursive. Such calls have a path
 * of their own, a leaf below their caller's; what they call stands below the path of the function
 * itself: so there are only so many paths, however deep a recursion goes.
 */
struct path {
	uint32_t id; /* 1, 2, 3 ... */
	uint32_t parent;
	uint32_t below; /* the path that callees stand below: itself, if it is not recursive */
	bool recursive;
	struct prof_function *function;
	struct node *nodes; /* of all threads; atomic, grows at its head */
};

/* The function of this name, added if need be; NULL with `error` set. */
struct prof_function *registry_function(const char *name, prof_error *error);

struct prof_function *registry_function_at(uint32_t id);
uint32_t registry_functions(void);

/*
 * The path of the function below the parent (0: none). When there is no room for it, the path of
 * the function alone or of
 * "(other)" is given instead and `collapsed` set. NULL only without memory.
 */
struct path *registry_path(uint32_t parent, struct prof_function *function, bool recursive,
			   bool *collapsed);

/* The path of the function in the chain from the outermost to this one; 0: it is not in there. */
uint32_t registry_path_above(uint32_t path, uint32_t function);

struct path *registry_path_at(uint32_t id);
uint32_t registry_paths(void);

/* Around fork: the child gets a registry that nobody is changing. */
void registry_lock(void);
void registry_unlock(void);

/* In the child: the paths forget the nodes of the parent's threads. */
void registry_forget_nodes(void);

#endif
