/*
 * From what profd said to families of samples. The names are promised in profweb(8).
 */
#include <stdlib.h>
#include <string.h>

#include "web/metrics/facts.h"

/* ------------------------------------------------------------ collecting */

/* Families that are being made: there is room for all; without memory for the samples of one, none
 * is added any more. */
struct builder {
	struct metrics *m;
	char *names; /* room for those of the facts, behind the families */
	bool lost;
};

/* A family with room for so many samples, which are added one by one. NULL when there are none, or
 * no memory for them. */
static struct metric_family *begin(struct builder *b, const struct metric_family *like, size_t room)
{
	struct metric_family *f;

	if (b->lost || room == 0)
		return NULL;
	f = &b->m->families[b->m->count];
	*f = *like;
	f->samples = calloc(room, sizeof(*f->samples));
	b->lost = f->samples == NULL;
	if (b->lost)
		return NULL;
	b->m->count++;
	return f;
}

static void add(struct metric_family *f, struct metric_sample sample)
{
	f->samples[f->count++] = sample;
}

/* A family of one sample without a label. */
static void add_single(struct builder *b, const struct metric_family *like, double value)
{
	struct metric_family *f = begin(b, like, 1);

	if (f != NULL)
		add(f, (struct metric_sample){.value = value});
}

/* ------------------------------------------------------------- functions */

/* clang-format off */
static const struct metric_family
	durations = {"profd_call_duration_seconds", "seconds",
		"How long calls took, those that failed too.", METRIC_HISTOGRAM, 0, NULL},
	failed_durations = {"profd_failed_call_duration_seconds", "seconds",
		"How long the calls took that failed.", METRIC_HISTOGRAM, 0, NULL},
	failed_calls = {"profd_failed_calls", "",
		"Calls that failed.", METRIC_COUNTER, 0, NULL},
	slow_calls = {"profd_slow_calls", "",
		"Calls that passed their threshold.", METRIC_COUNTER, 0, NULL},
	left_out = {"profd_functions_left_out", "",
		"Functions, counted for each program, that are not told here since others have more calls.",
		METRIC_GAUGE, 0, NULL},
	since = {"profd_statistics_since_timestamp_seconds", "seconds",
		"When statistics began, or were last cleared as a whole.", METRIC_GAUGE, 0, NULL},
	running = {"profd_slow_calls_running", "",
		"Calls that have passed their threshold and not returned.", METRIC_GAUGE, 0, NULL},
	longest = {"profd_slow_call_running_longest_seconds", "seconds",
		"How long the longest of these has run.", METRIC_GAUGE, 0, NULL},
	up = {"profd_up", "",
		"Whether profd answered: 1 or 0.", METRIC_GAUGE, 0, NULL},
	disk_ok = {"profd_disk_ok", "",
		"Whether the last commit went well: 1 or 0.", METRIC_GAUGE, 0, NULL},
	profd_info = {"profd_build_info", "",
		"The version of profd.", METRIC_GAUGE, 0, NULL},
	profweb_info = {"profweb_build_info", "",
		"The version of profweb.", METRIC_GAUGE, 0, NULL},
	scrape_seconds = {"profweb_scrape_duration_seconds", "seconds",
		"How long profd took to answer for this.", METRIC_GAUGE, 0, NULL},
	scrape_errors = {"profweb_scrape_errors", "",
		"Times that profd did not answer for this, or not all of it, since profweb started.",
		METRIC_COUNTER, 0, NULL};
/* clang-format on */

static struct metric_sample sample_of(const char *function, const char *program)
{
	return (struct metric_sample){
		.label = {{"function", function}, {"program", program == NULL ? "" : program}}};
}

static void build_functions(struct builder *b, const struct prof_histogram_list *list)
{
	struct metric_family *all = begin(b, &durations, list->count);
	struct metric_family *failed = begin(b, &failed_durations, list->count);
	struct metric_family *failures = begin(b, &failed_calls, list->count);
	struct metric_family *slow = begin(b, &slow_calls, list->count);

	if (b->lost)
		return;
	for (size_t i = 0; i < list->count; i++) {
		const struct prof_function_histogram *f = list->functions[i];
		struct metric_sample sample = sample_of(f->function, f->program);

		sample.histogram = f->all;
		add(all, sample);
		sample.histogram = f->failed;
		if (f->failed->calls != 0)
			add(failed, sample);
		sample.histogram = NULL;
		sample.value = (double)f->error_count;
		add(failures, sample);
		sample.value = (double)f->slow_count;
		add(slow, sample);
	}
}

/* --------------------------------------------------------- running calls */

static int by_function(const void *left, const void *right)
{
	const struct prof_slow_call *a = *(const struct prof_slow_call *const *)left;
	const struct prof_slow_call *b = *(const struct prof_slow_call *const *)right;
	int order = strcmp(a->function, b->function);

	return order != 0 ? order : strcmp(a->program, b->program);
}

/* The calls of a function and program stand side by side: they become one sample of each family. */
static void build_running(struct builder *b, struct prof_slow_list *list)
{
	struct metric_family *count = begin(b, &running, list->count);
	struct metric_family *most = begin(b, &longest, list->count);

	if (b->lost || list->count == 0)
		return;
	qsort(list->calls, list->count, sizeof(*list->calls), by_function);
	for (size_t i = 0; i < list->count; i++) {
		const struct prof_slow_call *call = list->calls[i];
		struct metric_sample *last;

		if (i == 0 || by_function(&list->calls[i - 1], &list->calls[i]) != 0) {
			add(count, sample_of(call->function, call->program));
			add(most, sample_of(call->function, call->program));
		}
		count->samples[count->count - 1].value += 1.0;
		last = &most->samples[most->count - 1];
		if (call->seconds > last->value)
			last->value = call->seconds;
	}
}

/* ----------------------------------------------------------------- facts */

static void add_version(struct builder *b, const struct metric_family *like, const char *version)
{
	struct metric_family *f = begin(b, like, 1);

	if (f != NULL)
		add(f, (struct metric_sample){.label = {{"version", version}}, .value = 1.0});
}

static void build_fact(struct builder *b, const struct prof_fact *fact)
{
	struct metric_family family;
	double scale;

	if (strcmp(fact->name, "disk") == 0) {
		add_single(b, &disk_ok, strcmp(fact->text, "ok") == 0);
	} else if (strcmp(fact->name, "version") == 0) {
		add_version(b, &profd_info, fact->text);
	} else if ((scale = metrics_describe_fact(fact, b->names, &family)) != 0.0) {
		b->names += METRICS_NAME_MAX;
		add_single(
			b, &family,
			scale * (fact->kind == PROF_FACT_REAL ? fact->real : (double)fact->number));
	}
}

/* ------------------------------------------------------------------ whole */

/* Families that are not facts. */
#define OTHERS 16

bool metrics_build(const struct metrics_source *source, struct metrics *m)
{
	size_t facts = source->status == NULL ? 0 : source->status->count;
	size_t room = facts + OTHERS;
	struct metrics made = {0, calloc(room, sizeof(struct metric_family) + METRICS_NAME_MAX)};
	struct builder b = {&made, (char *)(made.families + room), made.families == NULL};

	add_single(&b, &up, source->status != NULL);
	add_version(&b, &profweb_info, source->version);
	add_single(&b, &scrape_seconds, source->seconds);
	add_single(&b, &scrape_errors, (double)source->errors);
	for (size_t i = 0; i < facts && !b.lost; i++)
		build_fact(&b, source->status->facts[i]);
	if (source->histograms != NULL) {
		add_single(&b, &since, source->histograms->extent.since);
		add_single(&b, &left_out, (double)source->histograms->left_out);
		build_functions(&b, source->histograms);
	}
	if (source->running != NULL)
		build_running(&b, source->running);
	if (b.lost) {
		metrics_free(&made);
		return false;
	}
	*m = made;
	return true;
}

void metrics_free(struct metrics *m)
{
	for (size_t i = 0; i < m->count; i++)
		free(m->families[i].samples);
	free(m->families);
	*m = (struct metrics){0};
}
