/*
 * The answer to a question for history: the calls of a selection, step by step.
 */
#include "daemon/ask/past.h"

#include <stdlib.h>

/* Of all steps together: bounds the memory that one question takes to 40 MiB. */
#define BUCKETS_MAX (4u << 20)

struct step {
	struct tally all;
	uint64_t errors, slow, late_calls, late_span_ns;
	int64_t start_ns, width_ns;
};

struct history {
	struct past *past;
	struct range range;
	struct step *steps; /* range_steps of them */
	struct tally row;
	uint64_t buckets;
};

static bool merge(struct history *h, struct step *s)
{
	unsigned before = s->all.histogram.used;

	if (!tally_merge(&s->all, &h->row)) {
		h->past->no_memory = true;
		return false;
	}
	h->buckets += s->all.histogram.used - before;
	if (h->buckets <= BUCKETS_MAX)
		return true;
	h->past->too_much = "too many buckets: ask for longer steps or fewer functions";
	return false;
}

static bool add_window(void *context, const struct batch_window *row, int64_t length_ns)
{
	struct history *h = context;
	uint64_t number = range_step(&h->range, row->start_ns);
	struct step *s = &h->steps[number];

	if (!past_window(h->past, row, &h->row))
		return false;
	if (s->width_ns == 0) {
		s->start_ns = h->range.since_ns + (int64_t)number * h->range.step_ns;
		s->width_ns = h->range.step_ns != 0 ? h->range.step_ns
						    : h->range.until_ns - h->range.since_ns;
	}
	if (length_ns > s->width_ns)
		s->width_ns = length_ns;
	s->errors += row->errors;
	s->slow += row->slow;
	s->late_calls += row->late_calls;
	if (row->late_span_ns > s->late_span_ns)
		s->late_span_ns = row->late_span_ns;
	return merge(h, s);
}

static bool write_step(Profd__Step *m, struct step *s, double *quantiles, bool buckets)
{
	profd__step__init(m);
	m->start_at_ns = s->start_ns;
	m->width_ns = (uint64_t)s->width_ns;
	m->calls = tally_calls(&s->all);
	m->errors = s->errors;
	m->slow = s->slow;
	m->late_calls = s->late_calls;
	m->late_span_ns = s->late_span_ns;
	tally_get_quantiles(&s->all, quantiles);
	m->quantiles = quantiles;
	m->n_quantiles = QUANTILES;
	return past_write_tally(&m->all, &s->all, buckets);
}

static struct answer pack_steps(struct history *h, uint64_t steps, bool buckets)
{
	Profd__Step *messages = calloc(steps + 1, sizeof(*messages));
	Profd__Step **list = calloc(steps + 1, sizeof(Profd__Step *));
	double *quantiles = calloc(steps + 1, QUANTILES * sizeof(*quantiles));
	Profd__Extent extent;
	Profd__History history = PROFD__HISTORY__INIT;
	Profd__Answer message;
	bool whole = messages != NULL && list != NULL && quantiles != NULL;
	struct answer a;
	size_t n = 0;

	answer_begin(&message, h->past->question, PROFD__RESULT__RESULT_DONE);
	message.answer_case = PROFD__ANSWER__ANSWER_HISTORY;
	message.history = &history;
	history.extent = &extent;
	history.step_ns = (uint64_t)(h->range.step_ns != 0 ? h->range.step_ns
							   : h->range.until_ns - h->range.since_ns);
	past_extent(h->past, &h->range, &extent);
	for (uint64_t i = 0; i < steps && whole; i++) {
		if (tally_calls(&h->steps[i].all) == 0)
			continue;
		list[n] = &messages[n];
		whole = write_step(&messages[n], &h->steps[i], &quantiles[n * QUANTILES], buckets);
		n++;
	}
	history.steps = list;
	history.n_steps = n;
	a = whole ? past_pack(h->past, &message) : past_failed(h->past, LOOKUP_NO_MEMORY);
	for (size_t i = 0; i < n; i++)
		past_free_tally(messages[i].all);
	free(messages);
	free(list);
	free(quantiles);
	return a;
}

static struct answer read_steps(struct history *h, const uint8_t *selected, bool buckets)
{
	uint64_t steps = range_steps(&h->range);
	enum lookup_result result = LOOKUP_NO_MEMORY;
	struct answer a;

	tally_init(&h->row);
	h->steps = calloc(steps + 1, sizeof(*h->steps));
	for (uint64_t i = 0; h->steps != NULL && i < steps; i++)
		tally_init(&h->steps[i].all);
	if (h->steps != NULL)
		result = lookup_windows(h->past->lookup, &h->range, selected, true, add_window, h);
	a = result == LOOKUP_DONE ? pack_steps(h, steps, buckets) : past_failed(h->past, result);
	for (uint64_t i = 0; h->steps != NULL && i < steps; i++)
		tally_deinit(&h->steps[i].all);
	free(h->steps);
	tally_deinit(&h->row);
	return a;
}

struct answer answer_history(struct past *p, const Profd__Question *q)
{
	const Profd__AskHistory *ask = q->history;
	struct history h = {.past = p};
	uint8_t *selected;
	struct answer a;

	if (ask->range != NULL) {
		h.range.since_ns = ask->range->since_at_ns;
		h.range.until_ns = ask->range->until_at_ns;
	}
	h.range.step_ns = (int64_t)ask->step_ns;
	range_plan(&h.range, &p->moment->windows);
	if (range_steps(&h.range) > PAST_STEPS_MAX)
		return answer_result(q, PROFD__RESULT__RESULT_TOO_MUCH,
				     "more than 10,000 steps: ask for longer ones or for a shorter "
				     "range");
	selected = past_select(p, ask->of);
	a = selected == NULL ? past_failed(p, LOOKUP_NO_MEMORY)
			     : read_steps(&h, selected, ask->buckets);
	free(selected);
	return a;
}
