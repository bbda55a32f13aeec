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
 * Threads: every function may be called from any thread at any time. Nothing is a point of
 * cancellation.
 *
 * Signal handlers may time scopes, mark them failed, begin and end asynchronous calls and record by
 * hand: with handles, and at places that were met before outside of a handler, on any thread once
 * the process has made its first call. Where one interrupted the library on its own thread, its
 * calls are not counted, do no harm and give PROF_INTERRUPTED (an asynchronous one: "none");
 * prof_refused_calls tells how many. It may leave by siglongjmp: if it had interrupted the library,
 * the call that was ending and the one before it on this thread may be missing, as after an
 * asynchronous cancellation. All else is not for signal handlers.
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
 * Growth: a program keeps working with every later library of the same soname (docs/abi.md).
 * Structs that are passed in begin with their `size`, which PROF_..._INIT sets. An older, shorter
 * one is fine: what it lacks has its default; of a newer, longer one, what this library does not
 * know must be zero (else PROF_BAD_OPTION). Results are made by the library and get new members at
 * their ends, so lists hold pointers to their rows. Structs marked "frozen" never change.
 *
 * Waiting: nothing here ever waits for profd, except what takes a time limit, and exit.
 *
 * Environment: PROF_ENDPOINT (base address, "ipc:///run/profd" or, with keys, "tcp://HOST:PORT"),
 * PROF_KEY and PROF_SERVER_KEY (for tcp:// only: as in prof_options), PROF_PROGRAM (the name under
 * which it pushes), PROF_INTERVAL (seconds between pushes), PROF_EXIT_WAIT (longest delay of exit,
 * seconds), PROF_DISABLE=1 (the library does nothing), PROF_DEBUG=1 or =FILE (it says on standard
 * error, or in FILE, what it does and why it does not push), PROF_CLOCK=monotonic (do not use the
 * processor's time stamp counter). They outrank prof_init.
 */
#ifndef PROFCLIENT_H
#define PROFCLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* --------------------------------------------------------------- version */

/* Of this header; prof_version() is that of the library the program runs with. */
#define PROF_VERSION_MAJOR 0
#define PROF_VERSION_MINOR 1
#define PROF_VERSION_PATCH 0
#define PROF_VERSION                   \
	PROF_TEXT_(PROF_VERSION_MAJOR) \
	"." PROF_TEXT_(PROF_VERSION_MINOR) "." PROF_TEXT_(PROF_VERSION_PATCH)
#define PROF_VERSION_NUMBER \
	(PROF_VERSION_MAJOR << 16 | PROF_VERSION_MINOR << 8 | PROF_VERSION_PATCH)
#define PROF_TEXT_(number)  PROF_TEXT2_(number)
#define PROF_TEXT2_(number) #number

/* "0.1.0"; not to be freed. */
const char *prof_version(void);

/* ---------------------------------------------------------------- errors */

/*
 * All but PROF_OK, which is 0: name, number, sentence. Numbers are frozen: new errors are added at
 * the end, none is ever used again. Treat one that you do not know as a failure.
 */
/* clang-format off */
#define PROF_ERRORS(X) \
	/* An answer, not a fault. */ \
	X(PROF_NOT_FOUND, 1, "there is nothing by that name") \
	/* NULL where it is not allowed; a struct with an unsound `size`. */ \
	X(PROF_BAD_ARGUMENT, 2, "an argument is missing or not valid") \
	X(PROF_BAD_NAME, 3, "a name must be 1 to 255 bytes of UTF-8") \
	X(PROF_BAD_VALUE, 4, \
	  "a duration must be at least 0 and at most 2^30 seconds, a count at most 2^32") \
	X(PROF_BAD_ENDPOINT, 5, \
	  "an endpoint must be ipc:// and an absolute path of at most 99 bytes, or tcp:// with a " \
	  "host and a port up to 65534") \
	/* prof_fail without an open call on this thread; an asynchronous call ended twice. */ \
	X(PROF_NO_CALL, 6, "no such call is open") \
	X(PROF_NO_MEMORY, 7, "out of memory") \
	X(PROF_NOT_RUNNING, 8, "profiling is switched off in this process, or could not start") \
	X(PROF_UNREACHABLE, 9, "no profd is reachable") \
	X(PROF_TIMEOUT, 10, "profd did not answer in time") \
	/* By profd, or by the mode of its socket. */ \
	X(PROF_DENIED, 11, "permission denied") \
	X(PROF_WRONG_VERSION, 12, "profd speaks another version of the protocol") \
	X(PROF_BAD_ANSWER, 13, \
	  "profd could not carry it out, or gave an answer that makes no sense") \
	/* Ask for less, or save less. */ \
	X(PROF_TOO_MUCH, 14, "that is more than profd allows in one question") \
	X(PROF_BUSY, 15, "profd has too many questions to answer, or this one took too long") \
	/* Also: a struct of a newer version sets a member that this library does not know. */ \
	X(PROF_BAD_OPTION, 16, "a count or an option is outside of its range") \
	/* By its stop() or its time limit (profbench.h). */ \
	X(PROF_STOPPED, 17, "stopped before it was done") \
	X(PROF_BAD_KEY, 18, \
	  "tcp:// needs PROF_KEY and PROF_SERVER_KEY: files of profctl keygen, the first readable " \
	  "by its owner alone") \
	X(PROF_NO_CURVE, 19, "there is no libzmq, or it cannot encrypt, which tcp:// needs") \
	/* The call was not counted. */ \
	X(PROF_INTERRUPTED, 20, "a signal handler interrupted the library") \
	X(PROF_NO_HANDSHAKE, 21, \
	  "what listens there is not profd, or has another key than PROF_SERVER_KEY")
/* clang-format on */

#define PROF_ERROR_(name, number, sentence) , name = number
typedef enum prof_error { PROF_OK = 0 PROF_ERRORS(PROF_ERROR_) } prof_error;
#undef PROF_ERROR_

/* A sentence without a full stop, never NULL; not to be freed. */
const char *prof_strerror(int error);

/* "PROF_TIMEOUT"; "unknown" for a number that is no error. Not to be freed. */
const char *prof_error_name(int error);

/* ------------------------------------------------------------------ life */

struct prof_options {
	size_t size;	      /* sizeof(struct prof_options) */
	const char *program;  /* "%n" in it: the name of the executable, "%b": its build-id, "%%": a
				 %;  NULL: "%n" */
	const char *endpoint; /* NULL: the system's profd if its socket is there, else the user's */
	double push_interval; /* seconds; 0: 1.0 (least: 0.01) */
	double exit_wait; /* longest time that exit may wait for the last push; 0: 1.0; below 0: do
			     not wait */
	const char *key;  /* tcp:// only: the file of this client's secret key */
	const char *server_key; /* tcp:// only: profd's public key, or the file of it (a path that
				   begins with a slash) */
};

#define PROF_OPTIONS_INIT                                                     \
	{                                                                     \
		sizeof(struct prof_options), NULL, NULL, 0.0, 0.0, NULL, NULL \
	}

/* Optional. May be called again at any time; takes effect with the next push. Strings are copied.
 */
prof_error prof_init(const struct prof_options *options);

/*
 * Makes a new pair of keys for tcp://, each 40 characters and a NUL: what `profctl keygen` writes
 * to files. PROF_NO_CURVE where the libzmq that is installed has none.
 */
prof_error prof_key_pair(char public_key[41], char secret_key[41]);

/*
 * Returns when all that was recorded before it, in this process, is on profd's disk, or the time is
 * up. Without a profd: PROF_UNREACHABLE at once if there never was one, else (it may be about to
 * restart) when the time is up. At exit the library does the same by itself, for at most
 * `exit_wait`.
 */
prof_error prof_flush(double timeout);

/*
 * For a process that ends without exit, by _exit or exec, such as the child of a fork that serves
 * one request: a last flush, with which profd is told that this process is over. Nothing that it
 * records afterwards is pushed, and flushes give PROF_NOT_RUNNING; the child of a later fork begins
 * anew. Other threads should have done their work.
 */
prof_error prof_end(double timeout);

/* Calls of this process that were not counted, since a signal handler made them while it
 * interrupted the library on its own thread. */
uint64_t prof_refused_calls(void);

/* ----------------------------------------------------------- synchronous */

/*
 * Time the rest of the enclosing block, until it is left in any way (also by return, break, goto;
 * in C++, or C compiled with -fexceptions, by an exception). Scopes nest; what was open when a call
 * began is its path. They are declarations: jumping past one does not compile (but see
 * libprofclient(3) on computed gotos).
 *
 * The name in PROF_SCOPE is a constant. PROF_SCOPE_DYNAMIC copies any name, and looks it up on each
 * call: some 440 instructions in place of 260. Names are kept until the process ends, so use few of
 * them: routes, not requests.
 *
 * PROF_SCOPE_AS names the scope too, so that it can be failed while others are open further in:
 *
 *	PROF_SCOPE_AS(mine, "transfer");
 *	...
 *	PROF_SCOPE_FAIL(mine, "no such account");
 */
#ifndef PROF_DISABLE
#define PROF_FUNCTION()		   PROF_SCOPE_(__extension__ __func__, __COUNTER__)
#define PROF_SCOPE(name)	   PROF_SCOPE_(name, __COUNTER__)
#define PROF_SCOPE_DYNAMIC(name)   PROF_SCOPE_DYNAMIC_(name, __COUNTER__)
#define PROF_SCOPE_AS(scope, name) PROF_SCOPE_AS_(scope, name, __COUNTER__)
/* Mark the innermost open call of this thread, or this one, as failed; `message` is copied. */
#define PROF_FAIL(message)		((void)prof_fail(message))
#define PROF_SCOPE_FAIL(scope, message) ((void)prof_scope_fail(&(scope), message))
#else
#define PROF_FUNCTION()			PROF_NOTHING_("", __COUNTER__)
#define PROF_SCOPE(name)		PROF_NOTHING_(name, __COUNTER__)
#define PROF_SCOPE_DYNAMIC(name)	PROF_NOTHING_(name, __COUNTER__)
#define PROF_SCOPE_AS(scope, name)	PROF_SCOPE_UNTIMED_(scope, name, __COUNTER__)
#define PROF_FAIL(message)		((void)0)
#define PROF_SCOPE_FAIL(scope, message) ((void)(scope))
#endif

/* As PROF_FAIL. NULL or "" marks it failed without a message. */
prof_error prof_fail(const char *message);

/* Behind the macros; for bindings. A site is static, a scope lives on the stack of its block. */
struct prof_site { /* frozen */
	const char *name;
	uintptr_t private_; /* 0 at first */
};

struct prof_scope { /* frozen */
	uintptr_t private_[4];
};

void prof_scope_begin(struct prof_scope *scope, struct prof_site *site);
void prof_scope_begin_dynamic(struct prof_scope *scope, const char *name);
void prof_scope_end(struct prof_scope *scope);

/*
 * Marks a call that has not ended as failed, whatever else is open, on any thread: for coroutines
 * and fibers, which hold scopes open while others run. message: as in prof_fail.
 */
prof_error prof_scope_fail(struct prof_scope *scope, const char *message);

/* A site of a library that is switched off costs its host one test and no call. */
#define PROF_SITE_OFF_ UINTPTR_MAX

/* Both give 1. */
static __inline__ size_t prof_scope_begin_(struct prof_scope *scope, struct prof_site *site)
{
	scope->private_[0] = 0;
	if (__builtin_expect(__atomic_load_n(&site->private_, __ATOMIC_RELAXED) != PROF_SITE_OFF_,
			     1))
		prof_scope_begin(scope, site);
	return 1;
}

static __inline__ size_t prof_scope_begin_dynamic_(struct prof_scope *scope, const char *name)
{
	prof_scope_begin_dynamic(scope, name);
	return 1;
}

static __inline__ void prof_scope_end_(struct prof_scope *scope)
{
	if (__builtin_expect(scope->private_[0] != 0, 1))
		prof_scope_end(scope);
}

/* clang-format off */
/*
 * A jump past the declaration of a scope would end a call that never began. Compilers refuse a jump
 * past a declaration with an initializer (C++), or of a type whose size is found out when it is
 * reached (C): so a call is begun by such a declaration.
 */
#define PROF_SCOPE_(name, id) PROF_SCOPE_AS_(PROF_JOIN_(prof_scope_, id), name, id)
#define PROF_SCOPE_AS_(scope, name, id) \
	PROF_QUIET_ PROF_SITE_(name, id); \
	PROF_OPEN_(scope, id, prof_scope_begin_(&scope, &PROF_JOIN_(prof_site_, id))); \
	PROF_LOUD_(id)
#define PROF_SCOPE_DYNAMIC_(name, id) \
	PROF_QUIET_ \
	PROF_OPEN_(PROF_JOIN_(prof_scope_, id), id, \
		   prof_scope_begin_dynamic_(&PROF_JOIN_(prof_scope_, id), name)); \
	PROF_LOUD_(id)
#define PROF_OPEN_(scope, id, begin) \
	struct prof_scope scope __attribute__((__cleanup__(prof_scope_end_))); \
	PROF_BEGUN_(PROF_JOIN_(prof_begun_, id), begin)
#ifdef __cplusplus
#define PROF_BEGUN_(begun, begin) const size_t begun __attribute__((__unused__)) = begin
#else
#define PROF_BEGUN_(begun, begin) typedef char begun[begin] __attribute__((__unused__))
#endif
#if defined __cplusplus && __cplusplus >= 201103L
#define PROF_SITE_(name, id) \
	static constexpr const char *PROF_JOIN_(prof_name_, id) = name; \
	static struct prof_site PROF_JOIN_(prof_site_, id) = {PROF_JOIN_(prof_name_, id), 0}
#else
#define PROF_SITE_(name, id) static struct prof_site PROF_JOIN_(prof_site_, id) = {name, 0}
#endif
/* Also where declarations are to come first, and where arrays are to have a constant size. Behind
 * the second comes the caller's semicolon. */
#ifdef __cplusplus
#define PROF_QUIET_
#define PROF_LOUD_(id) PROF_NAUGHT_("", PROF_JOIN_(prof_end_, id))
#else
#define PROF_QUIET_ \
	_Pragma("GCC diagnostic push") \
	_Pragma("GCC diagnostic ignored \"-Wdeclaration-after-statement\"") \
	_Pragma("GCC diagnostic ignored \"-Wvla\"")
#define PROF_LOUD_(id) _Pragma("GCC diagnostic pop") PROF_NAUGHT_("", PROF_JOIN_(prof_end_, id))
#endif
#define PROF_NOTHING_(used, id) \
	PROF_QUIET_ PROF_NAUGHT_(used, PROF_JOIN_(prof_nothing_, id)); PROF_LOUD_(id)
#define PROF_SCOPE_UNTIMED_(scope, name, id) \
	PROF_QUIET_ PROF_NAUGHT_(name, PROF_JOIN_(prof_nothing_, id)); \
	enum { scope = 0 }; \
	PROF_LOUD_(id)
#define PROF_NAUGHT_(used, naught) typedef char naught[sizeof(used)] __attribute__((__unused__))
#define PROF_JOIN_(a, b)  PROF_JOIN2_(a, b)
#define PROF_JOIN2_(a, b) a##b
/* clang-format on */

/* ---------------------------------------------------------- asynchronous */

/* A function, looked up once; valid until the process ends (also after fork, in both). */
typedef struct prof_function prof_function;

prof_error prof_lookup(const char *name, prof_function **function);

/* An open call that may be ended on any thread. Copy it freely; a zeroed one is "none". Frozen. */
typedef struct prof_call {
	void *private_;
	uint64_t ticket;
} prof_call;

/* Begins a call of the function; its path is what is open on this thread. Without memory: "none".
 */
prof_call prof_function_begin(prof_function *function);

/* The same by name. */
prof_call prof_call_begin(const char *name);

/*
 * Ends it. `error` NULL: it returned; else it failed with this message ("" for none). PROF_NO_CALL
 * when it has been ended already or is "none". A call must not be ended by two threads at the same
 * moment.
 */
prof_error prof_call_end(prof_call call, const char *error);

/* Marks it failed, as prof_fail does, to end as such whoever ends it. prof_call_end with an error
 * of its own outranks this. */
prof_error prof_call_fail(prof_call call, const char *message);

/*
 * What begins on this thread from here to prof_call_leave has the call at the end of its path, and
 * prof_fail marks it: for each stretch that a coroutine or a callback works for the call. Enter and
 * leave it on the same thread, in the order of brackets, and end it only when it is left. If
 * entering fails, leaving does nothing.
 */
prof_error prof_call_enter(prof_call call, struct prof_scope *scope);
void prof_call_leave(struct prof_scope *scope);

/* --------------------------------------------------------------- by hand */

/* One call that took `seconds` (rounded to a nanosecond). `error` as above. */
prof_error prof_record(const char *name, double seconds, const char *error);

/* The same with a handle, for hot code. */
prof_error prof_function_record(prof_function *function, double seconds, const char *error);

/* `count` calls that took `seconds` each, at most 2^32 (else PROF_BAD_VALUE). A count of 0 is
 * allowed and records nothing. */
prof_error prof_function_record_many(prof_function *function, double seconds, uint64_t count,
				     const char *error);

/* ---------------------------------------------------------------- asking */

/*
 * Each question waits at most `timeout` seconds and gives one result, a single block of memory with
 * all that it points to: free it with prof_free. Processes that are switched off with PROF_DISABLE
 * may still ask.
 */
void prof_free(void *result);

/*
 * What profd said of the last question or flush of this thread, a sentence: why it was refused,
 * say. "" when it said nothing. Stays until the thread's next one; not to be freed.
 */
const char *prof_reason(void);

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
	unsigned doubtful;	  /* 1u << PROF_P99 ... : too few calls for this quantile */
	double recursive_seconds; /* that calls within calls of the function took: they count in
				     all figures but total_seconds */
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

/* What to tell of which functions. */
struct prof_filter {
	size_t size;	     /* sizeof(struct prof_filter) */
	const char *pattern; /* as in a shell: "db.*"; NULL: all */
	const char *program; /* only calls of this program; NULL: all */
	enum prof_order order;
	uint32_t limit; /* 0: all */
};

/* All functions. */
#define PROF_FILTER_INIT                                                  \
	{                                                                 \
		sizeof(struct prof_filter), NULL, NULL, PROF_BY_TOTAL, 0u \
	}

struct prof_stats_list {
	size_t count;
	const struct prof_stats **functions;
};

struct prof_summary {
	uint64_t profiled_functions; /* all that fit the filter, whatever its limit */
	uint64_t total_calls, slow_calls, errors;
	double total_seconds;
	double since;
	size_t count; /* at most filter.limit */
	const struct prof_stats **functions;
};

struct prof_slow_call {
	const char *function, *program, *path,
		*error; /* error: NULL unless it failed with a message */
	int pid;
	bool failed, running;		    /* running: it had not returned when last heard of */
	double started, seconds, threshold; /* seconds: of one that runs: until now, or until its
					       process ended */
	bool unfinished; /* running, and its process has ended meanwhile: it never returned */
};

struct prof_slow_list {
	size_t count;
	const struct prof_slow_call *
		*calls; /* those that run, the longest first; then the latest */
};

struct prof_process {
	const char *program;
	int pid; /* as profd sees it; 0: in a PID namespace that is not below profd's, or over tcp
		  */
	unsigned uid;	 /* UINT_MAX over tcp, where a key takes its place */
	const char *key; /* over tcp: the name of its key; else NULL */
	bool ended, connected;
	double started, pushed;
	uint64_t calls, paths, events_dropped, calls_collapsed;
};

struct prof_process_list {
	size_t count;
	const struct prof_process **processes;
};

enum prof_fact_kind { PROF_FACT_NUMBER, PROF_FACT_REAL, PROF_FACT_TEXT };

struct prof_fact {
	const char *name, *unit, *meaning;
	enum prof_fact_kind kind;
	uint64_t number;
	double real;
	const char *text;
	bool counter; /* whether it begins at 0 and only grows */
};

struct prof_status {
	size_t count;
	const struct prof_fact **facts;
};

/* PROF_NOT_FOUND when no process has called the function since it was last cleared. program: NULL
 * for all. */
prof_error prof_get_stats(const char *function, const char *program, double timeout,
			  struct prof_stats **stats);
prof_error prof_get_all_stats(const struct prof_filter *filter, double timeout,
			      struct prof_stats_list **list);
prof_error prof_get_summary(const struct prof_filter *filter, double timeout,
			    struct prof_summary **summary);

/* Slow calls and failures with a message. pattern: NULL for all; limit: 0 for all that are kept. */
prof_error prof_get_slow(const char *pattern, uint32_t limit, double timeout,
			 struct prof_slow_list **list);
prof_error prof_get_processes(double timeout, struct prof_process_list **list);
prof_error prof_get_status(double timeout, struct prof_status **status);

/* Of these only calls that are running, past their threshold, in processes that have not ended. */
prof_error prof_get_running(const char *pattern, uint32_t limit, double timeout,
			    struct prof_slow_list **list);

/* ------------------------------------------------- asking what changed */

/* What an asker knows; zeroed: nothing. Frozen. */
struct prof_mark {
	uint64_t change, epoch;
};

/*
 * The functions that changed since the answer that gave the mark: for a display that is refreshed.
 * What one second added is the difference to what was known; a function that is not told has not
 * changed. The totals are always those of all functions that fit.
 */
struct prof_changes {
	struct prof_mark mark; /* for the next question */
	bool whole; /* all that fit are told (something was cleared, profd is another): forget the
		      others */
	uint64_t profiled_functions, total_calls, slow_calls, errors;
	double total_seconds, since;
	size_t count;
	const struct prof_stats **functions;
};

/* The order and the limit of the filter count for what is told. mark: NULL for all. */
prof_error prof_get_changes(const struct prof_filter *filter, const struct prof_mark *mark,
			    double timeout, struct prof_changes **changes);

/* ------------------------------------------------- asking for histograms */

/*
 * Bucket i holds what took longer than prof_bucket_upper(i - 1) and at most prof_bucket_upper(i) =
 * 2^(i/64) seconds: schema 6 of Prometheus' native histograms, scale 6 of OpenTelemetry's, whose
 * index is one less. The lowest (-2175) holds all shorter calls too, the highest (1920) all longer
 * ones.
 */
struct prof_bucket { /* frozen */
	int index;
	uint64_t count; /* above 0 */
};

struct prof_histogram {
	uint64_t calls; /* the sum of the buckets */
	double total_seconds, min_seconds, max_seconds;
	size_t count;
	const struct prof_bucket *buckets; /* ascending; NULL when they were not asked for */
	double recursive_seconds;	   /* as in prof_stats: beside the total */
};

double prof_bucket_upper(int index);
int prof_bucket_of(double seconds);

/* As in prof_stats: the call of rank ceil(q * calls), within 0.55 %, between min and max. 0 without
 * buckets. */
double prof_histogram_quantile(const struct prof_histogram *histogram, double q);

/* Whether so many calls say anything about the quantile (see prof_stats.doubtful). */
bool prof_quantile_is_supported(uint64_t calls, double q);

/* Of which calls. */
struct prof_selection {
	size_t size;	      /* sizeof(struct prof_selection) */
	const char *function; /* exactly this one; NULL: see pattern */
	const char *pattern;  /* as in a shell: "db.*"; NULL: all functions */
	const char *program;  /* only calls of this program; NULL: all */
};

/* All calls. */
#define PROF_SELECTION_INIT                                     \
	{                                                       \
		sizeof(struct prof_selection), NULL, NULL, NULL \
	}

/* A stretch of time, seconds since 1970, its end not included; 0: as far back as there is any
 * history; up to now. Where a parameter may be NULL, that is: since the last clear. Frozen. */
struct prof_range {
	double since, until;
};

/*
 * What an answer about time covers. The range grows to the edges of the windows that profd has: 10
 * s of the last hour, minutes of the last day, hours of the last year, unless configured otherwise.
 * What was pushed after `complete` is not in it yet: that is about a second ago, more while the
 * disk refuses. Frozen.
 */
struct prof_extent {
	double since, until, complete;
};

struct prof_function_histogram {
	const char *function;
	const char *program; /* NULL: of all that were asked for */
	uint64_t error_count, slow_count;
	/* Never NULL. Empty when a range was asked for: windows do not keep them apart. */
	const struct prof_histogram *returned, *failed;
	const struct prof_histogram *all; /* both together */
};

struct prof_histogram_list {
	struct prof_extent extent;
	size_t count;
	const struct prof_function_histogram **functions; /* by name, then by program; only
						      those with calls */
	uint64_t left_out;				  /* those beyond the limit */
};

/* PROF_NOT_FOUND when `function` names one without calls. */
prof_error prof_get_histograms(const struct prof_selection *selection,
			       const struct prof_range *range, double timeout,
			       struct prof_histogram_list **list);

/* The same with one for each function and program: those `limit` with the most calls. limit: 0 for
 * all. */
prof_error prof_get_histograms_by_program(const struct prof_selection *selection,
					  const struct prof_range *range, uint32_t limit,
					  double timeout, struct prof_histogram_list **list);

/* ---------------------------------------------------- asking for history */

struct prof_step {
	double start, width; /* width: the step's, or that of the longer windows that are left of
				its time */
	uint64_t error_count, slow_count;
	const struct prof_histogram *all;     /* returned and failed; never NULL */
	double p50, p75, p90, p95, p99, p999; /* as in prof_stats */
	unsigned doubtful;
	uint64_t late_calls; /* those that were pushed so late that they may belong to an earlier
				step (profd was away) ... */
	double late_seconds; /* ... over at most this long */
};

struct prof_history {
	struct prof_extent extent;
	double step; /* what was asked for, made a whole number of windows */
	size_t count;
	const struct prof_step **steps; /* ascending; those without calls are left out */
};

/*
 * All selected calls together, step by step. step: seconds; 0: the whole range in one. buckets:
 * whether to tell those of each step too. range: NULL for all there is. PROF_TOO_MUCH beyond 10,000
 * steps or an answer of 16 MiB. Without calls there are no steps.
 */
prof_error prof_get_history(const struct prof_selection *selection, const struct prof_range *range,
			    double step, bool buckets, double timeout,
			    struct prof_history **history);

/* ------------------------------------------------------ asking for paths */

struct prof_path {
	uint32_t id, parent; /* parent: 0 for the outermost */
	size_t parent_at;    /* its place in prof_tree.paths; SIZE_MAX for the outermost */
	const char *function, *program;
	uint64_t call_count, error_count, slow_count; /* calls: 0 when only paths below had any */
	double total_seconds, min_seconds, max_seconds;
	bool recursive;		  /* of calls within calls of the function */
	double recursive_seconds; /* what they took, in place of total_seconds */
};

/*
 * The calling-context tree. The total of a path holds that of the paths below it: what was spent in
 * the function itself is its total without those of its children, or 0 where they have more (an
 * asynchronous call may end after the one it began in). Callers and callees of a function follow
 * from the parents.
 *
 * A recursive path is a leaf: what its calls call stands below the nearest path of the same
 * function above it, or else the one beside it, and what they spent themselves belongs to that one.
 */
struct prof_tree {
	struct prof_extent extent;
	uint64_t total_calls, errors; /* of all paths, those left out too */
	double total_seconds;	      /* of the outermost paths, those left out too */
	uint64_t left_out;	      /* paths with calls that are below `share` */
	size_t count;
	const struct prof_path **paths; /* a parent before its children */
};

/*
 * program: NULL for all. range: NULL for since the last clear. share: 0 to 1; a path below this
 * share of all time is left out, unless one below it is not. PROF_TOO_MUCH beyond 16 MiB.
 */
prof_error prof_get_tree(const char *program, const struct prof_range *range, double share,
			 double timeout, struct prof_tree **tree);

/* --------------------------------------------------- asking for programs */

struct prof_program {
	const char *name;
	uint64_t calls; /* since the last clear */
	unsigned processes, living;
};

struct prof_program_list {
	size_t count;
	const struct prof_program **programs; /* by name */
};

/* Versions of a program are told apart when they push under names of their own
 * (PROF_PROGRAM=shop@1.2, or %n@%b for the build-id of each): profd itself knows no versions. */
prof_error prof_get_programs(double timeout, struct prof_program_list **list);

/* ------------------------------------------------------ saved benchmarks */

/*
 * Timings of a benchmark, kept by profd under a name, each time with a number: 1, 2, 3 ... Who may
 * ask may save; who saved one, and who may clear, may delete it.
 *
 * Limits: 100,000 timings in one, 4,096 bytes in a text, 10,000 results and 256 MiB of one user.
 */
struct prof_benchmark {
	size_t size;	       /* sizeof(struct prof_benchmark) */
	const char *name;      /* as that of a function */
	const double *timings; /* seconds, 0 to 2^30, in the order of the runs */
	const int *statuses;   /* exit status of each run, -N: ended by signal N; NULL: none */
	size_t count;	       /* of both; at least 1 */
	/* Where and what; NULL: not known. */
	const char *command, *machine, *system, *processor, *compiler, *revision, *note;
};

#define PROF_BENCHMARK_INIT                                                                       \
	{                                                                                         \
		sizeof(struct prof_benchmark), NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, \
			NULL, NULL                                                                \
	}

/* `number`, which may be NULL, gets the number under the name. It is on disk then. */
prof_error prof_saved_add(const struct prof_benchmark *benchmark, double timeout, uint64_t *number);

struct prof_saved {
	const struct prof_benchmark *benchmark; /* never NULL, nor its texts; timings and statuses
						   NULL unless they are told and there are any */
	uint64_t number;
	uint64_t results; /* kept under this name */
	double saved;
	unsigned uid;	   /* UINT_MAX over tcp, where a key takes its place */
	uint64_t failures; /* runs with a status other than 0 */
	double mean, deviation, median, min, max; /* seconds; deviation: of the sample, 0 of one
						     run */
};

struct prof_saved_list {
	size_t count;
	const struct prof_saved **results;
};

/* The latest of each name that fits the pattern, by name, without timings. pattern: NULL for all;
 * limit: 0 for all. */
prof_error prof_get_saved_latest(const char *pattern, uint32_t limit, double timeout,
				 struct prof_saved_list **list);

/* One with its timings. number: 0 for the latest. PROF_NOT_FOUND when there is none. */
prof_error prof_get_saved(const char *name, uint64_t number, double timeout,
			  struct prof_saved **saved);

/* All of a name, the latest first. timings: whether to tell them too (PROF_TOO_MUCH beyond 16 MiB).
 * limit: 0 for all. PROF_NOT_FOUND when there is none. */
prof_error prof_get_saved_history(const char *name, bool timings, uint32_t limit, double timeout,
				  struct prof_saved_list **list);

/* number: 0 for all of the name. `deleted` may be NULL. PROF_NOT_FOUND when there is none,
 * PROF_DENIED, with nothing deleted, when one is another user's. */
prof_error prof_saved_delete(const char *name, uint64_t number, double timeout, uint64_t *deleted);

/* ------------------------------------------------------------- deleting */

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
