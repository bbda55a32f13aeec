/*
 * Failures of open calls: a short list of each thread, start any thread may search. Whoever takes
 * an element has it for itself.
 */
#include "client/record/failure.h"

#include <string.h>

#include "proto/name.h"

/* Neither is the address of anything. */
#define FREE  (uintptr_t)0
#define TAKEN (uintptr_t)1

static bool take(struct failure *f, uintptr_t where)
{
	return READ(f->where) == where &&
	       __atomic_compare_exchange_n(&f->where, &where, TAKEN, false, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

struct failure *failure_take(struct thread *home, struct failure_key key)
{
	for (struct failure *f = OBSERVE(home->failures); f != NULL; f = f->next) {
		if (READ(f->start) != key.start || !take(f, key.where))
			continue;
		if (READ(f->start) == key.start)
			return f;
		WRITE(f->where, key.where); /* of an earlier call in the same place */
	}
	return NULL;
}

void failure_release(struct failure *f)
{
	if (f != NULL)
		WRITE(f->where, FREE);
}

static struct failure *take_free(struct thread *home, unsigned *count)
{
	*count = 0;
	for (struct failure *f = OBSERVE(home->failures); f != NULL; f = f->next, ++*count) {
		if (take(f, FREE))
			return f;
	}
	return NULL;
}

/* That of the call that began first. */
static struct failure *take_oldest(struct thread *home)
{
	struct failure *last = NULL;

	for (struct failure *f = OBSERVE(home->failures); f != NULL; f = f->next) {
		if (READ(f->where) != TAKEN && (last == NULL || READ(f->start) < READ(last->start)))
			last = f;
	}
	return last != NULL && take(last, READ(last->where)) ? last : NULL;
}

static struct failure *make(struct thread *home, struct thread *t)
{
	struct failure *f = memory_take(&t->memory, sizeof(*f));

	if (f == NULL)
		return NULL;
	f->where = TAKEN;
	f->next = __atomic_load_n(&home->failures, __ATOMIC_RELAXED);
	while (!__atomic_compare_exchange_n(&home->failures, &f->next, f, false, __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED))
		;
	return f;
}

bool failure_keep(struct thread *home, struct thread *t, struct failure_key key,
		  const char *message)
{
	struct failure *f = failure_take(home, key);
	unsigned count;

	if (f == NULL)
		f = take_free(home, &count);
	if (f == NULL)
		f = count < FAILURES_MAX ? make(home, t) : take_oldest(home);
	if (f == NULL)
		return false;
	if (message == NULL)
		message = "";
	WRITE(f->start, key.start);
	name_copy(f->message, sizeof(f->message), message,
		  strnlen(message, 4 * sizeof(f->message)));
	WRITE(f->where, key.where);
	return true;
}
