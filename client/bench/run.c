/*
 * Warm-up, batches, timings. One or two tasks take turns; the clock is read only around what is
 * timed.
 */
#include "client/bench/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "client/bench/doubt.h"
#include "client/bench/machine.h"
#include "client/bench/result.h"
#include "client/base/clock.h"
#include "client/base/sized.h"
#include "proto/limits.h"

/* A batch takes as long as so many readings of the clock: its cost is then below 0.1 %. */
#define READINGS_OF_BATCH 1000
#define LARGEST_BATCH	  (UINT64_C(1) << 40)

/* A task while it is run. */
struct running {
	const struct prof_bench_task *task;
	const struct prof_bench_options *options;
	double *timings;
	size_t count, room;
	uint64_t batch, warmup, failures;
	int error;
	double sum; /* of all timings, times their batch */
};

struct run {
	const struct prof_bench_options *options;
	struct running *tasks;
	size_t count;
	uint64_t begin; /* in ticks */
	bool stopped, cancelled;
	run_progress *progress;
	void *context;
};

static uint64_t now(void)
{
	return clock_ticks(clock_chosen.counter);
}

static double since(uint64_t begin)
{
	return (double)(now() - begin) * clock_chosen.seconds;
}

static void note_error(struct running *r, int error)
{
	if (r->failures++ == 0)
		r->error = error;
}

static inline void call(prof_bench_function function, void *argument, struct running *r)
{
	int error = function(argument);

	if (__builtin_expect(error != 0, 0))
		note_error(r, error);
}

/* Kept apart, so that the loop that is timed holds nothing but calls: several in each turn, since
 * the jump back would cost as much as an empty function. */
static __attribute__((noinline)) uint64_t time_calls(prof_bench_function function, void *argument,
						     uint64_t count, struct running *r)
{
	uint64_t begin = now();

	for (; count >= 8; count -= 8) {
		call(function, argument, r);
		call(function, argument, r);
		call(function, argument, r);
		call(function, argument, r);
		call(function, argument, r);
		call(function, argument, r);
		call(function, argument, r);
		call(function, argument, r);
	}
	while (count-- > 0)
		call(function, argument, r);
	return now() - begin;
}

static uint64_t time_loop(prof_bench_loop loop, void *argument, uint64_t count, struct running *r)
{
	uint64_t begin = now(), end;
	int error = loop(argument, count);

	end = now();
	if (error != 0)
		note_error(r, error);
	return end - begin;
}

/* Seconds that `count` calls took, with what belongs around them and without the clock. */
static double time_batch(struct running *r, uint64_t count)
{
	const struct prof_bench_task *t = r->task;
	uint64_t ticks;
	double seconds;

	if (t->set_up_each != NULL)
		t->set_up_each(t->argument);
	if (t->loop != NULL)
		ticks = time_loop(t->loop, t->argument, count, r);
	else
		ticks = time_calls(t->function, t->argument, count, r);
	if (t->tear_down_each != NULL)
		t->tear_down_each(t->argument);
	seconds = (double)ticks * clock_chosen.seconds - machine_clock_cost();
	return seconds > 0 ? seconds : 0;
}

/* Whether the run ends here: asked before each iteration. */
static bool must_stop(struct run *run)
{
	const struct prof_bench_options *o = run->options;

	if (!run->stopped && o->stop != NULL && o->stop(o->context))
		run->stopped = run->cancelled = true;
	if (!run->stopped && o->time_limit > 0 && since(run->begin) >= o->time_limit)
		run->stopped = true;
	return run->stopped;
}

static void warm_up(struct run *run, struct running *r)
{
	while (r->warmup < run->options->warmup && !must_stop(run)) {
		time_batch(r, 1);
		r->warmup++;
	}
}

/* Doubles the batch until it takes long enough, then fits it. What is timed here is thrown away.
 * A minimum of total time takes no more timings than profd keeps. */
static void choose_batch(struct run *run, struct running *r)
{
	const struct prof_bench_options *o = run->options;
	double least =
		fmax(READINGS_OF_BATCH * machine_clock_cost(), o->min_total / PROF_TIMINGS_MAX);
	bool single = r->task->set_up_each != NULL || r->task->tear_down_each != NULL;
	uint64_t batch = 1;
	double seconds = 0;

	r->batch = single || o->batch == 0 ? 1 : o->batch;
	if (single || o->batch != 0)
		return;
	while (batch < LARGEST_BATCH && !must_stop(run)) {
		/* The better of two: the first pays for cold caches. */
		seconds = fmin(time_batch(r, batch), time_batch(r, batch));
		if (seconds >= least)
			break;
		batch *= 2;
	}
	if (batch > 1 && seconds > 0)
		r->batch = (uint64_t)fmin(ceil(least / seconds * (double)batch), (double)batch);
}

static bool keep(struct running *r, double seconds)
{
	if (r->count == r->room) {
		size_t room = r->room == 0 ? 128 : 2 * r->room;
		double *larger = realloc(r->timings, room * sizeof(*larger));

		if (larger == NULL)
			return false;
		r->timings = larger;
		r->room = room;
	}
	r->timings[r->count++] = seconds / (double)r->batch;
	r->sum += seconds;
	return true;
}

/* What is done of the run, 0 to 1: of the task that is furthest behind. */
static double share_done(const struct run *run)
{
	const struct prof_bench_options *o = run->options;
	double share = 1;

	for (size_t i = 0; i < run->count; i++) {
		const struct running *r = &run->tasks[i];

		share = fmin(share, o->min_total > 0 ? r->sum / o->min_total
						     : (double)r->count / (double)o->iterations);
	}
	return share;
}

static bool is_done(const struct run *run)
{
	return share_done(run) >= 1 ||
	       (run->options->min_total > 0 && run->tasks[0].count >= 10 * PROF_TIMINGS_MAX);
}

/* In turn: A B A B. A turn is whole: all tasks have as many timings. */
static prof_error take_timings(struct run *run)
{
	while (!is_done(run) && !must_stop(run)) {
		for (size_t i = 0; i < run->count; i++) {
			struct running *r = &run->tasks[i];

			if (!keep(r, time_batch(r, r->batch)))
				return PROF_NO_MEMORY;
		}
		if (run->progress != NULL)
			run->progress(run->context, fmin(share_done(run), 1));
	}
	return PROF_OK;
}

static prof_error measure(struct run *run)
{
	prof_error error;
	size_t ready = 0;

	for (; ready < run->count; ready++) {
		const struct prof_bench_task *task = run->tasks[ready].task;

		if (task->set_up != NULL)
			task->set_up(task->argument);
	}
	for (size_t i = 0; i < run->count; i++) {
		warm_up(run, &run->tasks[i]);
		choose_batch(run, &run->tasks[i]);
		/* What failed so far was not timed. */
		run->tasks[i].failures = 0;
		run->tasks[i].error = 0;
	}
	error = take_timings(run);
	while (ready-- > 0)
		if (run->tasks[ready].task->tear_down != NULL)
			run->tasks[ready].task->tear_down(run->tasks[ready].task->argument);
	return error;
}

static prof_error conclude(const struct run *run, const struct running *r, unsigned doubts,
			   struct prof_bench_result **result)
{
	struct prof_bench_result *made;
	prof_error error;

	if (r->count == 0)
		return PROF_STOPPED;
	error = prof_bench_result_from(r->task->name, r->timings, r->count, run->options, &made);
	if (error != PROF_OK)
		return error;
	made->warmup = r->warmup;
	made->batch = r->batch;
	made->failures = r->failures;
	made->error = r->error;
	made->stopped = run->stopped;
	made->clock_cost = machine_clock_cost();
	made->doubts |= doubts | doubt_clock(made, made->clock_cost);
	if (r->failures > 0)
		made->doubts |= 1u << PROF_BENCH_FAILED;
	*result = made;
	return PROF_OK;
}

/* Runs what is in `run` and makes its results: all or none. */
static prof_error run_all(struct run *run, struct prof_bench_result **results)
{
	unsigned doubts = machine_doubts();
	prof_error error;
	size_t made = 0;

	machine_clock_cost();
	run->begin = now();
	error = measure(run);
	for (; error == PROF_OK && made < run->count; made++) {
		error = conclude(run, &run->tasks[made], doubts, &results[made]);
		if (error != PROF_OK)
			break;
	}
	for (size_t i = 0; i < run->count; i++)
		free(run->tasks[i].timings);
	while (error != PROF_OK && made > 0)
		free(results[--made]);
	return error;
}

prof_error run_read_task(struct prof_bench_task *to, const struct prof_bench_task *from)
{
	prof_error error;

	*to = (struct prof_bench_task)PROF_BENCH_TASK_INIT;
	error = sized_read(to, argument, from);
	if (error != PROF_OK)
		return error;
	if ((to->function == NULL) == (to->loop == NULL))
		return PROF_BAD_ARGUMENT;
	return bench_check_name(to->name);
}

prof_error run_task(const struct prof_bench_task *task, const struct prof_bench_options *options,
		    run_progress *progress, void *context, bool *cancelled,
		    struct prof_bench_result **result)
{
	struct prof_bench_options o;
	struct prof_bench_task t;
	struct running running = {.task = &t};
	struct run run = {.options = &o,
			  .tasks = &running,
			  .count = 1,
			  .progress = progress,
			  .context = context};
	prof_error error = run_read_task(&t, task);

	if (error == PROF_OK)
		error = result == NULL ? PROF_BAD_ARGUMENT : bench_read_options(&o, options);
	if (error != PROF_OK)
		return error;
	error = run_all(&run, result);
	if (cancelled != NULL)
		*cancelled = run.cancelled;
	return error;
}

prof_error prof_bench_run(const struct prof_bench_task *task,
			  const struct prof_bench_options *options,
			  struct prof_bench_result **result)
{
	return run_task(task, options, NULL, NULL, NULL, result);
}

prof_error prof_bench(const char *name, prof_bench_function function, void *argument,
		      const struct prof_bench_options *options, struct prof_bench_result **result)
{
	struct prof_bench_task task = PROF_BENCH_TASK_INIT;

	task.name = name;
	task.function = function;
	task.argument = argument;
	return prof_bench_run(&task, options, result);
}

prof_error prof_bench_run_both(const struct prof_bench_task *first,
			       const struct prof_bench_task *second,
			       const struct prof_bench_options *options,
			       const struct prof_bench_criteria *criteria,
			       struct prof_bench_result **first_result,
			       struct prof_bench_result **second_result,
			       struct prof_bench_comparison **comparison)
{
	struct prof_bench_options o;
	struct prof_bench_criteria c;
	struct prof_bench_task one, two;
	struct running tasks[2] = {{.task = &one}, {.task = &two}};
	struct run run = {.options = &o, .tasks = tasks, .count = 2};
	struct prof_bench_result *results[2];
	prof_error error = run_read_task(&one, first);

	if (error == PROF_OK)
		error = run_read_task(&two, second);
	if (error == PROF_OK &&
	    (first_result == NULL || second_result == NULL || comparison == NULL))
		error = PROF_BAD_ARGUMENT;
	if (error == PROF_OK)
		error = bench_read_options(&o, options);
	if (error == PROF_OK)
		error = bench_read_criteria(&c, criteria);
	if (error == PROF_OK)
		error = run_all(&run, results);
	if (error != PROF_OK)
		return error;
	error = prof_bench_compare(results[0], results[1], &c, comparison);
	if (error != PROF_OK) {
		free(results[0]);
		free(results[1]);
		return error;
	}
	*first_result = results[0];
	*second_result = results[1];
	return PROF_OK;
}
