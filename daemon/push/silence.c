/*
 * Asking the kernel who is dead, and the clocks how far they are apart.
 */
#include "daemon/push/silence.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/ledger/ledger.h"
#include "daemon/net/accept.h"
#include "daemon/push/records.h"
#include "daemon/store/commit.h"

/* The longest time between two looks, and how many processes one looks up. */
#define INTERVAL_MAX (60 * CLOCK_SECOND)
#define LOOKED_UP    4096

/* Where processes are many the dead are looked for in every turn of the loop, but for that share of
 * the time at most; and when nothing else happens, so often. */
#define LOOK_SHARE    20
#define LOOK_INTERVAL (1 * CLOCK_SECOND)

/* The wall clock counts as set when it has moved by so much against the monotonic one. */
#define STEP (10 * CLOCK_SECOND)

void silence_init(struct silence *s, struct records *records, int64_t after_ns)
{
	int64_t now_ns = clock_monotonic(), wall_ns = clock_wall();

	s->records = records;
	s->began_ns = now_ns;
	s->after_ns = after_ns;
	s->interval_ns = after_ns < INTERVAL_MAX ? after_ns : INTERVAL_MAX;
	s->due_ns = now_ns + s->interval_ns;
	s->wall_offset_ns = wall_ns - now_ns;
	/* The clock may have been set back while no profd ran. */
	ledger_step_clock(records->ledger, 0, wall_ns);
}

void silence_watch_clock(struct silence *s, int64_t now_ns)
{
	int64_t wall_ns = clock_wall(), offset_ns = wall_ns - now_ns;
	int64_t step_ns = offset_ns - s->wall_offset_ns;

	if (step_ns > -STEP && step_ns < STEP)
		return;
	log_write(LOG_NOTICE, "the wall clock was set %s by %lld s",
		  step_ns < 0 ? "back" : "forward",
		  (llabs(step_ns) + CLOCK_SECOND / 2) / CLOCK_SECOND);
	s->wall_offset_ns = offset_ns;
	ledger_step_clock(s->records->ledger, step_ns, wall_ns);
	commit_note(s->records->commit, false, now_ns);
}

/*
 * A pid that is used again looks alive: such a process is kept longer than need be, which is
 * harmless; the other error would lose calls. Of a process outside of our PID namespace there is no
 * pid, but a connection, which it pushes over as soon as it is open: without one it is dead, unless
 * this profd is too young to have heard of it.
 */
static bool lives(void *context, const uint8_t process[PROF_PROCESS_ID], int32_t pid)
{
	const struct silence *s = context;

	if (pid > 0)
		return kill(pid, 0) == 0 || errno != ESRCH;
	return clock_monotonic() - s->began_ns < s->after_ns || records_reach(s->records, process);
}

/* Everything that a dead process sent is in profd's queue once its connection is closed. */
static bool may_speak(void *context, const uint8_t process[PROF_PROCESS_ID], int32_t pid)
{
	return lives(context, process, pid) || accept_has(pid);
}

bool silence_look(struct silence *s, int64_t now_ns)
{
	if (now_ns < s->look_ns || !ledger_is_crowded(s->records->ledger))
		return false;
	s->found |= ledger_find_dead(s->records->ledger, may_speak, s);
	s->look_ns = now_ns + LOOK_SHARE * (clock_monotonic() - now_ns);
	return s->found;
}

int64_t silence_due(const struct silence *s)
{
	int64_t look_ns = s->look_ns + LOOK_INTERVAL;

	return look_ns < s->due_ns && ledger_is_crowded(s->records->ledger) ? look_ns : s->due_ns;
}

void silence_run(struct silence *s, int64_t now_ns)
{
	if (s->found) {
		ledger_bury_dead(s->records->ledger, clock_wall());
		s->found = false;
		commit_note(s->records->commit, true, now_ns);
	}
	if (now_ns < s->due_ns)
		return;
	ledger_bury(s->records->ledger, clock_wall(), LOOKED_UP, lives, s);
	s->due_ns = now_ns + s->interval_ns;
	commit_note(s->records->commit, false, now_ns);
}
