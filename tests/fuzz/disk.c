/*
 * The rows that the disk was told, by path.
 */
#include "tests/fuzz/disk.h"

#include <string.h>

#include "daemon/ledger/codec.h"
#include "tests/fuzz/fuzz.h"

#define PATHS_MAX   256
#define WINDOWS_MAX 4096

/* Above this, buckets may have stopped at their ceiling, and parts no longer add up to the whole.
 */
#define CALLS_MAX (UINT64_C(1) << 50)

struct sums {
	uint64_t calls, errors, slow;
};

struct disk {
	char function[PATHS_MAX][PROF_NAME_MAX + 1]; /* by id */
	uint32_t functions;
	uint32_t function_of[PATHS_MAX]; /* by path id; 0: none */
	struct sums statistic[PATHS_MAX];
	struct disk_window {
		int64_t start_ns;
		uint32_t path;
		struct sums sums;
	} window[WINDOWS_MAX];
	unsigned windows;
	bool forgetful; /* too many windows to hold them all: they are no longer judged */
};

struct disk *disk_new(void)
{
	return calloc(1, sizeof(struct disk));
}

void disk_free(struct disk *d)
{
	free(d);
}

static bool is_of(const struct disk *d, uint32_t path, uint32_t function)
{
	return function == 0 || d->function_of[path] == function;
}

static void clear(struct disk *d, uint32_t function)
{
	unsigned kept = 0;

	for (uint32_t path = 1; path < PATHS_MAX; path++)
		if (is_of(d, path, function))
			d->statistic[path] = (struct sums){0, 0, 0};
	for (unsigned i = 0; i < d->windows; i++)
		if (!is_of(d, d->window[i].path, function))
			d->window[kept++] = d->window[i];
	d->windows = kept;
}

static void take_names(struct disk *d, const struct batch *batch)
{
	for (const struct batch_function *f = batch->functions; f != NULL; f = f->next) {
		must(f->id > 0 && f->id < PATHS_MAX && strlen(f->name) <= PROF_NAME_MAX);
		must(f->id <= d->functions + 1);
		if (f->id > d->functions)
			d->functions = f->id;
		strcpy(d->function[f->id], f->name);
	}
	for (const struct batch_path *p = batch->paths; p != NULL; p = p->next) {
		must(p->id > 0 && p->id < PATHS_MAX && p->parent < p->id);
		must(p->function > 0 && p->function <= d->functions);
		must(d->function_of[p->id] == 0);
		d->function_of[p->id] = p->function;
	}
}

/* The tally in a row says the same as the row. */
static uint64_t check_tally(struct batch_blob blob, uint64_t *sum_ns)
{
	struct codec_input r = {blob.bytes, blob.bytes + blob.size};
	struct tally t;
	uint64_t calls;

	tally_init(&t);
	must(codec_get_tally(&r, &t));
	must(r.at == r.end);
	calls = tally_calls(&t);
	*sum_ns += t.sum_ns;
	tally_deinit(&t);
	return calls;
}

static void take_statistics(struct disk *d, const struct batch *batch)
{
	for (const struct batch_statistic *s = batch->statistics; s != NULL; s = s->next) {
		struct sums *was;
		uint64_t sum_ns = 0, returned, failed;

		must(s->path > 0 && s->path < PATHS_MAX && d->function_of[s->path] != 0);
		was = &d->statistic[s->path];
		returned = check_tally(s->returned, &sum_ns);
		failed = check_tally(s->failed, &sum_ns);
		must(s->calls == returned + failed);
		must(s->errors == failed);
		must(s->sum_ns == sum_ns || sum_ns > INT64_MAX);
		must(s->calls >= was->calls && s->errors >= was->errors && s->slow >= was->slow);
		must(s->calls == 0 || s->min_ns <= s->max_ns);
		*was = (struct sums){s->calls, s->errors, s->slow};
	}
}

static struct disk_window *find_window(struct disk *d, int64_t start_ns, uint32_t path)
{
	for (unsigned i = 0; i < d->windows; i++)
		if (d->window[i].start_ns == start_ns && d->window[i].path == path)
			return &d->window[i];
	if (d->windows == WINDOWS_MAX)
		return NULL;
	d->window[d->windows] = (struct disk_window){.start_ns = start_ns, .path = path};
	return &d->window[d->windows++];
}

static void take_windows(struct disk *d, const struct batch *batch)
{
	for (const struct batch_window *w = batch->windows; w != NULL; w = w->next) {
		struct codec_input r = {w->histogram.bytes, w->histogram.bytes + w->histogram.size};
		struct disk_window *to = find_window(d, w->start_ns, w->path);
		struct histogram h;

		histogram_init(&h);
		must(codec_get_histogram(&r, &h) && r.at == r.end);
		must(h.calls == w->calls);
		histogram_deinit(&h);
		must(w->path > 0 && w->path < PATHS_MAX && d->function_of[w->path] != 0);
		must(w->late_calls <= w->calls || w->calls > CALLS_MAX);
		if (to == NULL) {
			d->forgetful = true;
			continue;
		}
		must(w->calls >= to->sums.calls);
		to->sums = (struct sums){w->calls, w->errors, w->slow};
	}
}

/* The same order as in the store: what is cleared goes before rows are written. */
void disk_take(struct disk *d, const struct batch *batch)
{
	take_names(d, batch);
	if (batch->cleared_all)
		clear(d, 0);
	for (const struct batch_function *f = batch->functions; f != NULL; f = f->next)
		if (f->cleared)
			clear(d, f->id);
	take_statistics(d, batch);
	take_windows(d, batch);
}

struct comparison {
	const struct disk *disk;
	struct sums seen;
};

static void add(struct sums *to, const struct sums *from)
{
	to->calls += from->calls;
	to->errors += from->errors;
	to->slow += from->slow;
}

static bool equals(const struct sums *a, const struct sums *b)
{
	return a->calls == b->calls && a->errors == b->errors && a->slow == b->slow;
}

static void compare(void *context, const struct ledger_function *f)
{
	struct comparison *c = context;
	const struct disk *d = c->disk;
	struct sums told = {f->calls, f->errors, f->slow}, rows = {0, 0, 0}, windows = {0, 0, 0};

	if (f->calls > CALLS_MAX)
		return;
	for (uint32_t path = 1; path < PATHS_MAX; path++)
		if (d->function_of[path] != 0 &&
		    strcmp(d->function[d->function_of[path]], f->name) == 0)
			add(&rows, &d->statistic[path]);
	for (unsigned i = 0; i < d->windows; i++)
		if (strcmp(d->function[d->function_of[d->window[i].path]], f->name) == 0)
			add(&windows, &d->window[i].sums);
	must(equals(&told, &rows));
	must(d->forgetful || equals(&told, &windows));
	add(&c->seen, &told);
}

void disk_compare(const struct disk *d, struct ledger *l)
{
	struct comparison c = {.disk = d};

	ledger_each_functions(l, NULL, NULL, compare, &c);
}
