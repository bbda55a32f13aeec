/*
 * profbench.h - time a function over many iterations, say what the timings tell, and compare.
 *
 *	#include <profbench.h>
 *
 *	static int work(void *argument)
 *	{
 *		PROF_BENCH_KEEP(compute(argument));
 *		return 0;
 *	}
 *
 *	struct prof_bench_result *result;
 *
 *	if (prof_bench("compute", work, data, NULL, &result) == PROF_OK) {
 *		printf("%g s\n", result->median);
 *		prof_bench_free(result);
 *	}
 *
 * Link with `pkg-config --cflags --libs profbench`. Neither profd nor libprofclient is needed, but
 * for prof_bench_save.
 *
 * Rules that hold for all of it:
 *
 * Threads: every function may be called from any thread, but a suite by one thread at a time. What
 * runs on other threads at the same time disturbs what is timed.
 *
 * Errors: functions that can fail return a prof_error; a failed function leaves its output
 * parameters untouched. PROF_BAD_ARGUMENT: a pointer that must not be NULL; PROF_BAD_OPTION: a
 * count of 0, a share outside of its range; PROF_BAD_VALUE: a timing that is negative, not a
 * number, or above 2^30 seconds.
 *
 * Time: seconds (double). A figure that the timings cannot give (the deviation of a single timing)
 * is not a number (isnan); in JSON it is null, in tables "-".
 *
 * Ownership: results, comparisons and texts that a function gives are single blocks of memory: free
 * them with prof_bench_free. Text that is given to a function is copied. A name is 1 to 255 bytes
 * of UTF-8.
 *
 * Growth: as profclient.h says.
 *
 * Repeatable: whatever is drawn by lot comes from the seed in the options, so the same timings give
 * the same figures on every machine.
 */
#ifndef PROFBENCH_H
#define PROFBENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "profclient.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Frees what a function gave; NULL is fine. */
void prof_bench_free(void *result);

/* An error as a sentence without a full stop; as prof_strerror. */
const char *prof_bench_strerror(int error);

/* ------------------------------------------------------------------- run */

/* What is timed. Returns 0, or an error of its own, which is counted and told. */
typedef int (*prof_bench_function)(void *argument);

/*
 * The same for bodies of a few nanoseconds: does its work `count` times in a loop of its own, which
 * the compiler can see through, so no call is timed with each. Returns 0, or an error.
 */
typedef int (*prof_bench_loop)(void *argument, uint64_t count);

/* Something to be done before or after, not timed. */
typedef void (*prof_bench_step)(void *argument);

/* What is timed, with what goes before and after it. All of them get `argument`. */
struct prof_bench_task {
	size_t size; /* sizeof(struct prof_bench_task) */
	const char *name;
	prof_bench_function function;
	prof_bench_loop loop; /* in place of `function`: one of the two is NULL */
	void *argument;
	prof_bench_step set_up, tear_down;	     /* of the run; may be NULL */
	prof_bench_step set_up_each, tear_down_each; /* of each iteration; may be NULL. With one of
							them, each timing is one call: no batches */
};

#define PROF_BENCH_TASK_INIT                                                                   \
	{                                                                                      \
		sizeof(struct prof_bench_task), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL \
	}

/* How it is timed. */
struct prof_bench_options {
	size_t size;	     /* sizeof(struct prof_bench_options) */
	uint64_t iterations; /* timings: 1 to 2^32 */
	uint64_t warmup;     /* iterations before the first timing */
	double min_total;    /* above 0: in place of `iterations`: as many as it takes until the
				timings (times their batch) add up to this */
	double time_limit;   /* above 0: no iteration begins when the run has taken this long */
	uint64_t batch; /* calls in a timing. 0: as many as take 1,000 readings of the clock (one
			   if a call takes as long by itself) */
	bool (*stop)(void *context); /* asked before each iteration: true ends the run. NULL:
					nobody is asked */
	void *context;
	uint64_t seed;	    /* of the intervals */
	uint64_t resamples; /* of the intervals: 0 for none, else 100 to 1,000,000; fewer are drawn
			       (200 at least) where there are more than 2,000 timings */
};

#define PROF_BENCH_OPTIONS_INIT                                                                 \
	{                                                                                       \
		sizeof(struct prof_bench_options), 100, 3, 0.0, 0.0, 0u, NULL, NULL, 1u, 10000u \
	}

struct prof_bench_interval { /* frozen */
	double low, high;
};

/*
 * What many timings of one thing tell. Everything from `mean` on follows from the timings.
 *
 * Quantiles lie between the two nearest timings in rank, linearly: type 7 of Hyndman and Fan
 * (1996), the default of NumPy, and statistics.quantiles(method='inclusive') of Python.
 */
struct prof_bench_result {
	const char *name;
	size_t iterations;     /* timings that there are */
	const double *timings; /* seconds for one call, in the order of their making; with batches,
				  the mean of each batch */
	uint64_t warmup;       /* iterations made before the first timing */
	uint64_t batch;	       /* calls in a timing */
	uint64_t failures;     /* calls that failed after the warm-up (of a loop: timings); they are
				  timed as others */
	int error;	       /* of the first call that failed */
	bool stopped;	       /* whether stop() or the time limit ended it early */
	double clock_cost;     /* of the one reading that was subtracted from each timing's batch;
				  0 if nothing was */
	unsigned doubts;       /* 1u << PROF_BENCH_SINGLE ...: why these figures may mislead */

	double mean, std_dev; /* of the sample: n - 1 */
	double min_time, max_time, total;
	double median, p50, p75, p90, p95, p99;
	double mad; /* median absolute deviation from the median, not scaled */
	uint64_t
		mild_outliers; /* beyond 1.5 interquartile ranges from the quartiles (Tukey 1977) */
	uint64_t severe_outliers; /* beyond 3; these are not counted among the mild ones */
	double trend_p; /* p-value of a trend over the order of the timings: Mann-Kendall */
	double drift;	/* last third's median over the first third's, less 1 */
	struct prof_bench_interval mean_ci, median_ci; /* 95 %, percentile bootstrap (Efron 1979) */
};

/*
 * Runs `function` options->warmup times, then times it. options NULL: PROF_BENCH_OPTIONS_INIT.
 * PROF_STOPPED when it was stopped before the first timing.
 */
prof_error prof_bench(const char *name, prof_bench_function function, void *argument,
		      const struct prof_bench_options *options, struct prof_bench_result **result);

/* The same with all that a task can say. */
prof_error prof_bench_run(const struct prof_bench_task *task,
			  const struct prof_bench_options *options,
			  struct prof_bench_result **result);

/*
 * A result of timings that were measured elsewhere, such as whole commands, or saved earlier. Of
 * the options only seed and resamples matter. Doubts are those that the timings themselves raise;
 * fields that tell of a run (warmup, batch, failures, error, stopped, clock_cost, doubts) may be
 * filled in by the caller, for the reports.
 */
prof_error prof_bench_result_from(const char *name, const double *timings, size_t count,
				  const struct prof_bench_options *options,
				  struct prof_bench_result **result);

/* Any percentile, 0 to 100, of any finite values, in any order. */
prof_error prof_bench_percentile(const double *values, size_t count, double percent,
				 double *percentile);

/* Keeps the compiler from dropping the work whose outcome `value` is. */
#define PROF_BENCH_KEEP(value)                                               \
	do {                                                                 \
		__typeof__(value) prof_bench_kept_ = (value);                \
		__asm__ volatile("" : : "r,m"(prof_bench_kept_) : "memory"); \
	} while (0)

/* Makes it believe that all memory that others can see is read and written here. */
#define PROF_BENCH_BARRIER() __asm__ volatile("" : : : "memory")

/* --------------------------------------------------------------- compare */

enum prof_bench_verdict {
	PROF_BENCH_NO_DIFFERENCE, /* none that can be shown */
	PROF_BENCH_FASTER,	  /* the second is faster than the first */
	PROF_BENCH_SLOWER
};

/* What counts as different. */
struct prof_bench_criteria {
	size_t size;	     /* sizeof(struct prof_bench_criteria) */
	double relevance;    /* least difference of the medians that matters: 0.01 is 1 % */
	double significance; /* a p-value below this shows a difference: between 0 and 1 */
	uint64_t seed;	     /* of the interval */
	uint64_t resamples;  /* of the interval; as in the options */
};

#define PROF_BENCH_CRITERIA_INIT                                           \
	{                                                                  \
		sizeof(struct prof_bench_criteria), 0.01, 0.05, 1u, 10000u \
	}

/*
 * The second of two results against the first.
 *
 * The verdict is "faster" or "slower" only if all three hold: the p-value is below `significance`,
 * the medians differ by `relevance` or more, and both point the same way. So of two things that are
 * equally fast it says "different" in at most 5 of 100 comparisons (with the default significance,
 * and timings that do not depend on each other). Three timings each can show nothing: the smallest
 * p-value there is 0.1; with four each it is 0.029.
 */
struct prof_bench_comparison {
	const char *first, *second; /* names */
	double first_median, second_median;
	double ratio; /* speed-up: the first's median over the second's. Above 1
			 the second is faster. Infinite if only the second's is 0 */
	struct prof_bench_interval ratio_ci; /* 95 %, percentile bootstrap, both resampled */
	double u;			     /* Mann-Whitney U of the first */
	double p_value; /* two-sided; exact when there are no ties and one of them has at most 8
			   timings (and none more than 500), else normal approximation with
			   corrections for ties and continuity. As SciPy's mannwhitneyu */
	double relevance, significance;
	enum prof_bench_verdict verdict;
};

/* criteria NULL: PROF_BENCH_CRITERIA_INIT. */
prof_error prof_bench_compare(const struct prof_bench_result *first,
			      const struct prof_bench_result *second,
			      const struct prof_bench_criteria *criteria,
			      struct prof_bench_comparison **comparison);

/*
 * Runs both in turn (A B A B ...), so that what changes on the machine meanwhile meets both alike,
 * and compares them. Both have the same number of timings. All outputs or none.
 */
prof_error prof_bench_run_both(const struct prof_bench_task *first,
			       const struct prof_bench_task *second,
			       const struct prof_bench_options *options,
			       const struct prof_bench_criteria *criteria,
			       struct prof_bench_result **first_result,
			       struct prof_bench_result **second_result,
			       struct prof_bench_comparison **comparison);

/* "faster", "slower", "no difference that can be shown". */
const char *prof_bench_verdict_text(enum prof_bench_verdict verdict);

/* The comparison in one sentence, with names, ratio, interval and p-value. */
prof_error prof_bench_comparison_text(const struct prof_bench_comparison *comparison, char **text);

/* ---------------------------------------------------------------- doubts */

enum prof_bench_doubt {
	PROF_BENCH_SINGLE,   /* one timing only */
	PROF_BENCH_DRIFT,    /* the timings rise or fall: trend_p below 0.01, and drift above 1 % */
	PROF_BENCH_OUTLIERS, /* more than a tenth of the timings, mild and severe together */
	PROF_BENCH_COARSE,   /* a timing is less than 100 readings of the clock */
	PROF_BENCH_GOVERNOR, /* the processor's frequency governor is not "performance" */
	PROF_BENCH_LOADED,   /* load (less 1: we ourselves) above half the processors */
	PROF_BENCH_FAILED,   /* calls failed */
	PROF_BENCH_DOUBTS
};

/*
 * The doubt as a sentence with its figures, without a full stop, as snprintf does: returns the
 * length that it has, writes what fits. "" when the result does not have this doubt.
 */
size_t prof_bench_doubt_text(const struct prof_bench_result *result, enum prof_bench_doubt doubt,
			     char *text, size_t size);

/* --------------------------------------------------------------- machine */

/* What timings were taken on. Text that is not known is "", never NULL. */
struct prof_bench_machine {
	const char *name, *kernel, *architecture, *processor, *governor;
	unsigned processors;  /* that are online */
	double load;	      /* average of a minute; negative if not known */
	double clock_cost;    /* of one reading of the clock that functions are timed with */
	const char *clock;    /* "tsc" or "monotonic" */
	const char *compiler; /* that this library was built with */
	unsigned doubts;      /* PROF_BENCH_GOVERNOR, PROF_BENCH_LOADED as bits; prof_bench_run adds
				 those of its beginning to its result */
};

prof_error prof_bench_get_machine(struct prof_bench_machine **machine);

/*
 * What profd keeps of a result: its name and timings, and what is known of this machine. `about`
 * may be NULL; else it says what only the caller knows (command, revision, note, a status for each
 * timing) and what is to stand in place of what was found here; its timings and count are not
 * looked at. Texts and timings of both are lent until the benchmark is freed.
 */
prof_error prof_bench_describe(const struct prof_bench_result *result,
			       const struct prof_benchmark *about,
			       struct prof_benchmark **benchmark);

/* Describes it and has profd keep it, as prof_saved_add does; link with libprofclient too. */
static inline prof_error prof_bench_save(const struct prof_bench_result *result,
					 const struct prof_benchmark *about, double timeout,
					 uint64_t *number)
{
	struct prof_benchmark *benchmark;
	prof_error error = prof_bench_describe(result, about, &benchmark);

	if (error != PROF_OK)
		return error;
	error = prof_saved_add(benchmark, timeout, number);
	prof_bench_free(benchmark);
	return error;
}

/* ----------------------------------------------------------------- suite */

typedef struct prof_bench_suite prof_bench_suite;

prof_error prof_bench_suite_new(const char *name, prof_bench_suite **suite);
void prof_bench_suite_free(prof_bench_suite *suite);

/*
 * Adds a task, to be run by prof_bench_suite_run, or a copy of a result. Names are unique within a
 * suite (else PROF_BAD_NAME). Task and options are copied, what their pointers lead to is not.
 */
prof_error prof_bench_suite_add(prof_bench_suite *suite, const struct prof_bench_task *task,
				const struct prof_bench_options *options);
prof_error prof_bench_suite_add_result(prof_bench_suite *suite,
				       const struct prof_bench_result *result);

/*
 * Runs what has not been run. Progress is told on standard error if that is a terminal. Ends early
 * with PROF_STOPPED when a task was stopped by its stop(): what has been measured so far is kept,
 * also of that task.
 */
prof_error prof_bench_suite_run(prof_bench_suite *suite);

/* How many results there are, and the n-th in the order of adding: lent, until the suite is freed;
 * NULL: no such result. */
size_t prof_bench_suite_count(const prof_bench_suite *suite);
const struct prof_bench_result *prof_bench_suite_get(const prof_bench_suite *suite, size_t index);
const struct prof_bench_result *prof_bench_suite_find(const prof_bench_suite *suite,
						      const char *name);

/* The second against the first, by name; PROF_NOT_FOUND if one has no result. */
prof_error prof_bench_suite_compare(const prof_bench_suite *suite, const char *first,
				    const char *second, const struct prof_bench_criteria *criteria,
				    struct prof_bench_comparison **comparison);

/* ---------------------------------------------------------------- report */

enum prof_bench_format {
	PROF_BENCH_TABLE,    /* aligned, for people; with the doubts below it */
	PROF_BENCH_MARKDOWN, /* the same for documents */
	PROF_BENCH_CSV,	     /* a line for each result, all figures, without the timings */
	PROF_BENCH_JSON	     /* everything, the timings too, and the machine */
};

/*
 * A report of the results, in UTF-8, ending with a newline. The last column of the two tables is
 * how many times slower than the fastest median. Numbers in CSV and JSON have a point whatever the
 * locale, and as many digits as it takes to read the same double back.
 */
prof_error prof_bench_report(const char *title, const struct prof_bench_result *const *results,
			     size_t count, enum prof_bench_format format, char **text);
prof_error prof_bench_suite_report(const prof_bench_suite *suite, enum prof_bench_format format,
				   char **text);

/* ------------------------------------------------------------ one call */

/* What prof_bench_profile looks at besides wall time. */
enum {
	PROF_BENCH_HEAP = 1 << 0,     /* heap in use */
	PROF_BENCH_RESIDENT = 1 << 1, /* resident memory */
	PROF_BENCH_FAULTS = 1 << 2,   /* page faults */
	PROF_BENCH_SWITCHES = 1 << 3, /* context switches */
	PROF_BENCH_CPU = 1 << 4,      /* processor time */
	PROF_BENCH_COUNTERS = 1 << 5, /* of the processor */
	PROF_BENCH_ALL = (1 << 6) - 1
};

/* Fields that can be unknown although asked for, in prof_bench_profile.known. */
enum {
	PROF_BENCH_KNOWS_HEAP = 1 << 0,
	PROF_BENCH_KNOWS_HEAP_PEAK = 1 << 1,
	PROF_BENCH_KNOWS_RESIDENT = 1 << 2,
	PROF_BENCH_KNOWS_RESIDENT_PEAK = 1 << 3,
	PROF_BENCH_KNOWS_FAULTS = 1 << 4,
	PROF_BENCH_KNOWS_SWITCHES = 1 << 5,
	PROF_BENCH_KNOWS_CPU = 1 << 6,
	PROF_BENCH_KNOWS_CYCLES = 1 << 7,
	PROF_BENCH_KNOWS_INSTRUCTIONS = 1 << 8,
	PROF_BENCH_KNOWS_CACHE_MISSES = 1 << 9,
	PROF_BENCH_KNOWS_BRANCH_MISSES = 1 << 10
};

/*
 * What one call did. Faults, switches, processor time and counters are of the calling thread alone;
 * heap and resident memory are of the process, so other threads show in them.
 *
 * The change of the heap is told by glibc (mallinfo2: all arenas and mapped blocks, with their
 * headers). It counts freed blocks that a thread keeps for its next malloc as in use, some
 * kilobytes at most. The peak can be known only by whoever sees each allocation: a program that is
 * linked with -lprofheap, or started with LD_PRELOAD=libprofheap.so, has every malloc and free of
 * the process counted while prof_bench_profile looks at the heap. Then both are exact, in bytes
 * that can be used (malloc_usable_size); a realloc counts as its change in size, also where it
 * moves the block. Without that library the peak is not known, and not guessed.
 *
 * The peak of resident memory is the kernel's own (VmHWM, set back through /proc/self/clear_refs);
 * it is not known where the kernel does not let us. The kernel may be off by some hundred kilobytes
 * in both.
 *
 * Most kernels split processor time into user and system by sampling, every 1 to 10 ms; `cpu`, the
 * sum of both, is exact.
 */
struct prof_bench_profile {
	int returned;	/* by the call */
	unsigned known; /* PROF_BENCH_KNOWS_...: fields not named there are 0 */
	double wall, cpu, user, system;
	int64_t heap_change, heap_peak;		/* bytes; the peak above what was in use before */
	int64_t resident_change, resident_peak; /* the same */
	uint64_t minor_faults, major_faults;
	uint64_t voluntary_switches, involuntary_switches;
	uint64_t cycles, instructions, cache_misses, branch_misses; /* in user mode */
};

/* Calls it once. `wanted`: PROF_BENCH_HEAP ..., 0 for wall time alone. */
prof_error prof_bench_profile(prof_bench_function function, void *argument, unsigned wanted,
			      struct prof_bench_profile **profile);

/* --------------------------------------------------------------- history */

/* A place where a series of values changed. */
struct prof_bench_change {
	size_t index;	      /* of the first value after it */
	double before, after; /* medians of the values between this change and its neighbours */
	double p_value;
};

struct prof_bench_changes {
	size_t count;
	const struct prof_bench_change **changes; /* in the order of the series */
};

/*
 * Where the values of a series (the medians of a benchmark over months) changed their level.
 *
 * Binary segmentation: the split with the largest rank-sum statistic (Pettitt 1979, weighted) is
 * kept if fewer than `significance` of 999 shuffles of the segment have one as large; then both
 * sides are looked at in the same way. Ranks, so a few wild values change nothing. With the usual
 * 0.01, a series without a change shows one in at most 1 of 100 cases, and a change needs at least
 * five values on each side of it. At most 100,000 values.
 */
prof_error prof_bench_find_changes(const double *values, size_t count, double significance,
				   uint64_t seed, struct prof_bench_changes **changes);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
