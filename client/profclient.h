/*
 * profclient.h - time functions and blocks of a program, and ask profd what it knows.
 *
 *	#include <profclient.h>
 *
 *	static void handle(struct request *r)
 *	{
 *		PROF_FUNCTION();
 *		...
 *	}
 *
 * Link with `pkg-config --cflags --libs profclient`. No initialisation is needed: the first call
 * starts the library; a thread of its own pushes what was counted to profd about once a second, and
 * once more at exit.
 *
 * Rules that hold for all of it:
 *
 * Threads: every function may be called from any thread at any time, but none from a signal
 * handler.
 *
 * Errors: functions that can fail return a prof_error; PROF_OK is 0. A failed function changes
 * nothing and leaves its output parameters untouched.
 *
 * Time: durations and time limits are seconds (double), points in time are seconds since 1970
 * (UTC).
 *
 * Text: names of functions are 1 to 255 bytes of UTF-8; messages of failures are cut at 255 bytes.
 * Text is copied, except the name in PROF_SCOPE, which must stay (a literal does).
 *
 * Waiting: nothing here ever waits for profd, except what takes a time limit, and exit.
 *
 * Environment: PROF_ENDPOINT (base address, "ipc:///run/profd"), PROF_PROGRAM (name to push under),
 * PROF_INTERVAL (seconds between pushes), PROF_EXIT_WAIT (longest delay of exit, seconds),
 * PROF_DISABLE=1 (the library does nothing), PROF_CLOCK=monotonic (do not use the processor's time
 * stamp counter). They outrank prof_init.
 */
#ifndef PROFCLIENT_H
#define PROFCLIENT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* ---------------------------------------------------------------- errors */

typedef enum prof_error {
	PROF_OK = 0,
	PROF_NOT_FOUND,	   /* an answer, not a fault: profd knows no such function */
	PROF_BAD_ARGUMENT, /* a pointer that must not be NULL, a handle that is not (or no longer)
			      valid */
	PROF_BAD_NAME,	   /* empty, longer than 255 bytes, or not UTF-8 */
	PROF_BAD_VALUE,	   /* negative, NaN, infinite, or above 2^30 seconds */
	PROF_BAD_ENDPOINT, /* not ipc:// and an absolute path of at most 99 bytes */
	PROF_NO_CALL, /* prof_fail without an open call on this thread; an asynchronous call ended
			 twice */
	PROF_NO_MEMORY,
	PROF_DISABLED,	  /* the library is switched off, or could not start in this process */
	PROF_UNREACHABLE, /* no profd there */
	PROF_TIMEOUT,
	PROF_DENIED,	/* profd, or the mode of its socket, does not allow it */
	PROF_VERSION,	/* profd speaks another version of the protocol */
	PROF_BAD_ANSWER /* an answer that makes no sense, or profd could not carry it out */
} prof_error;

/* A sentence without a full stop, never NULL; not to be freed. */
const char *prof_strerror(int error);

/* The version of the library, "0.1.0". */
const char *prof_version(void);

/* ------------------------------------------------------------------ life */

struct prof_options {
	size_t size;	      /* sizeof(struct prof_options) */
	const char *program;  /* NULL: the name of the executable */
	const char *endpoint; /* NULL: the system's profd if its socket is there, else the user's */
	double push_interval; /* seconds; 0: 1.0 (least: 0.01) */
	double exit_wait; /* longest time that exit may wait for the last push; 0: 1.0; below 0: do
			     not wait */
};

#define PROF_OPTIONS_INIT                                         \
	{                                                         \
		sizeof(struct prof_options), NULL, NULL, 0.0, 0.0 \
	}

/* Optional. May be called again at any time; takes effect with the next push. Strings are copied.
 */
prof_error prof_init(const struct prof_options *options);

/*
 * Returns when all that was recorded before it, in this process, is on profd's disk, or the time is
 * up. Without a profd: PROF_UNREACHABLE at once if there never was one, else (it may be about to
 * restart) when the time is up. At exit the library does the same by itself, for at most
 * `exit_wait`.
 */
prof_error prof_flush(double timeout);

/* ----------------------------------------------------------- synchronous */

/*
 * Time the rest of the enclosing block, until it is left in any way (also by return, break, goto;
 * in C++, or C compiled with -fexceptions, by an exception). Scopes nest; what was open when a call
 * began is its path.
 */
#ifndef PROF_DISABLE
#define PROF_FUNCTION()	 PROF_SCOPE_(__func__, __LINE__)
#define PROF_SCOPE(name) PROF_SCOPE_(name, __LINE__)
/* Marks the innermost open call of this thread as failed; `message` is copied. */
#define PROF_FAIL(message) ((void)prof_fail(message))
#else
#define PROF_FUNCTION()	   ((void)0)
#define PROF_SCOPE(name)   ((void)0)
#define PROF_FAIL(message) ((void)0)
#endif

/* As PROF_FAIL. NULL or "" marks it failed without a message. */
prof_error prof_fail(const char *message);

/* Behind the macros; for bindings. A site is static, a scope lives on the stack of its block. */
struct prof_site {
	const char *name;
	void *private_;
};

struct prof_scope {
	void *private_[4];
};

void prof_scope_begin(struct prof_scope *scope, struct prof_site *site);
void prof_scope_end(struct prof_scope *scope);

/* A site of a library that is switched off costs its host one test and no call. */
#define PROF_SITE_OFF_ ((void *)-1)

static inline void prof_scope_begin_(struct prof_scope *scope, struct prof_site *site)
{
	scope->private_[0] = NULL;
	if (__builtin_expect(__atomic_load_n(&site->private_, __ATOMIC_RELAXED) != PROF_SITE_OFF_,
			     1))
		prof_scope_begin(scope, site);
}

static inline void prof_scope_end_(struct prof_scope *scope)
{
	if (__builtin_expect(scope->private_[0] != NULL, 1))
		prof_scope_end(scope);
}

#define PROF_JOIN_(a, b)  PROF_JOIN2_(a, b)
#define PROF_JOIN2_(a, b) a##b
#define PROF_SCOPE_(name, line)                                              \
	static struct prof_site PROF_JOIN_(prof_site_, line) = {name, NULL}; \
	struct prof_scope PROF_JOIN_(prof_scope_, line)                      \
		__attribute__((__cleanup__(prof_scope_end_)));               \
	prof_scope_begin_(&PROF_JOIN_(prof_scope_, line), &PROF_JOIN_(prof_site_, line))

/* ---------------------------------------------------------- asynchronous */

/* A function, looked up once; valid until the process ends (also after fork, in both). */
typedef struct prof_function prof_function;

prof_error prof_function_get(const char *name, prof_function **function);

/* An open call that may be ended on any thread. Copy it freely; a zeroed one is "none". */
typedef struct prof_call {
	void *private_;
	uint64_t ticket;
} prof_call;

/* Begins a call of the function; its path is what is open on this thread. Without memory: "none".
 */
prof_call prof_call_begin(prof_function *function);

/* The same by name. */
prof_call prof_call_begin_name(const char *name);

/*
 * Ends it. `error` NULL: it returned; else it failed with this message ("" for none). PROF_NO_CALL
 * when it has been ended already or is "none". A call must not be ended by two threads at the same
 * moment.
 */
prof_error prof_call_end(prof_call call, const char *error);

/* --------------------------------------------------------------- by hand */

/* One call that took `seconds` (rounded to a nanosecond). `error` as above. */
prof_error prof_record(const char *name, double seconds, const char *error);

/* The same with a handle, for hot code. */
prof_error prof_record_on(prof_function *function, double seconds, const char *error);

/* `count` calls that took `seconds` each. A count of 0 is allowed and records nothing. */
prof_error prof_record_many(prof_function *function, double seconds, uint64_t count,
			    const char *error);

/* ---------------------------------------------------------------- asking */

/*
 * Each question waits at most `timeout` seconds and gives one result, a single block of memory with
 * all that it points to: free it with prof_free. Processes that are switched off with PROF_DISABLE
 * may still ask.
 */
void prof_free(void *result);

/* Bits of prof_stats.doubtful: quantiles that need more calls; their value is that of the highest
 * rank there is. */
enum prof_quantile { PROF_P50, PROF_P75, PROF_P90, PROF_P95, PROF_P99, PROF_P999, PROF_QUANTILES };

/* The statistics of one function, of all its calls: those that returned and those that failed. */
struct prof_stats {
	const char *function_name;
	uint64_t call_count;
	uint64_t error_count;
	uint64_t slow_count;
	double total_seconds, min_seconds, max_seconds;
	double avg_seconds, avg_ms, max_ms;
	double p50, p75, p90, p95, p99, p999; /* seconds, within 0.55 % */
	unsigned doubtful; /* 1u << PROF_P99 ... : too few calls for this quantile */
};

enum prof_order {
	PROF_BY_TOTAL,
	PROF_BY_CALLS,
	PROF_BY_AVERAGE,
	PROF_BY_MAX,
	PROF_BY_P99,
	PROF_BY_ERRORS,
	PROF_BY_SLOW,
	PROF_BY_NAME
};

/* What to tell of which functions; zeroed: all of them. */
struct prof_filter {
	const char *pattern; /* as in a shell: "db.*"; NULL: all */
	const char *program; /* only calls of this program; NULL: all */
	enum prof_order order;
	uint32_t limit; /* 0: all */
};

struct prof_stats_list {
	size_t count;
	struct prof_stats *functions;
};

struct prof_summary {
	uint64_t profiled_functions; /* all that fit the filter, whatever its limit */
	uint64_t total_calls, slow_calls, errors;
	double total_seconds;
	double since;
	size_t count; /* at most filter.limit */
	struct prof_stats *functions;
};

struct prof_slow_call {
	const char *function, *program, *path,
		*error; /* error: NULL unless it failed with a message */
	int pid;
	int failed, running; /* running: it had not returned when last heard of */
	double started, seconds, threshold;
};

struct prof_slow_list {
	size_t count;
	struct prof_slow_call *calls; /* the latest first */
};

struct prof_process {
	const char *program;
	int pid;
	unsigned uid; /* UINT_MAX over tcp, where a key takes its place */
	int ended, connected;
	double started, pushed;
	uint64_t calls, paths, events_dropped, calls_collapsed;
};

struct prof_process_list {
	size_t count;
	struct prof_process *processes;
};

enum prof_fact_kind { PROF_FACT_NUMBER, PROF_FACT_REAL, PROF_FACT_TEXT };

struct prof_fact {
	const char *name, *unit, *meaning;
	enum prof_fact_kind kind;
	uint64_t number;
	double real;
	const char *text;
};

struct prof_status {
	size_t count;
	struct prof_fact *facts;
};

/* PROF_NOT_FOUND when no process has called the function since it was last cleared. program: NULL
 * for all. */
prof_error prof_get_stats(const char *function, const char *program, double timeout,
			  struct prof_stats **stats);
prof_error prof_get_all_stats(const struct prof_filter *filter, double timeout,
			      struct prof_stats_list **list);
prof_error prof_get_summary(const struct prof_filter *filter, double timeout,
			    struct prof_summary **summary);

/* Slow calls and failures with a message, the latest first. pattern: NULL for all; limit: 0 for all
 * that are kept. */
prof_error prof_get_slow(const char *pattern, uint32_t limit, double timeout,
			 struct prof_slow_list **list);
prof_error prof_get_processes(double timeout, struct prof_process_list **list);
prof_error prof_get_status(double timeout, struct prof_status **status);

/*
 * Deletes the statistics, the history and the slow calls of one function, or of all (NULL). What
 * was recorded before and not yet pushed counts afterwards. `functions`, which may be NULL, gets
 * how many had any.
 */
prof_error prof_clear(const char *function, double timeout, uint64_t *functions);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
