/*
 * profctl heatmap: when calls of a function took how long, in the terminal.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "ctl/base/chart.h"
#include "ctl/base/command.h"
#include "ctl/base/say.h"
#include "ctl/base/units.h"
#include "view/json.h"
#include "view/past.h"

#define USUAL	   3600.0
#define MOST_ROWS  20
#define JSON_STEPS 70 /* at most, unless --step says how long they are */

/* Rows of whole buckets: `per` neighbours in each, from bucket `first` on. */
struct rows {
	int first, per;
	size_t count;
};

static bool find_rows(const struct prof_history *h, struct rows *rows)
{
	int low = 0, high = 0;
	bool any = false;

	for (size_t i = 0; i < h->count; i++) {
		const struct prof_histogram *all = h->steps[i]->all;

		if (all->count == 0)
			continue;
		low = any && low < all->buckets[0].index ? low : all->buckets[0].index;
		high = any && high > all->buckets[all->count - 1].index
			       ? high
			       : all->buckets[all->count - 1].index;
		any = true;
	}
	rows->per = (high - low) / MOST_ROWS + 1;
	rows->first = low;
	rows->count = (size_t)((high - low) / rows->per) + 1;
	return any;
}

static size_t columns_of(const struct prof_history *h, size_t room, size_t *group)
{
	size_t slots = past_slot_count(h);

	*group = (slots + room - 1) / room;
	return (slots + *group - 1) / *group;
}

static void print(const struct prof_history *h, const struct rows *rows, size_t room)
{
	char left[UNITS_ROOM], right[UNITS_ROOM];
	size_t group, columns = columns_of(h, room, &group);
	uint64_t *calls = need(calloc(rows->count * columns, sizeof(*calls)));
	double *upper = need(calloc(rows->count, sizeof(*upper)));

	for (size_t i = 0; i < rows->count; i++)
		upper[i] = prof_bucket_upper(rows->first + (int)(i + 1) * rows->per - 1);
	for (size_t i = 0; i < h->count; i++) {
		const struct prof_histogram *all = h->steps[i]->all;
		size_t column = past_slot(h, h->steps[i]) / group;

		for (size_t b = 0; b < all->count; b++) {
			size_t row = (size_t)((all->buckets[b].index - rows->first) / rows->per);

			calls[row * columns + column] += all->buckets[b].count;
		}
	}
	chart_map(stdout, &(struct chart_map){columns, rows->count, calls, upper},
		  chart_color(stdout),
		  &(struct chart_axis){past_moment(left, h->extent.since, h->step),
				       past_moment(right, h->extent.until, h->step)});
	free(calls);
	free(upper);
}

enum outcome run_heatmap(const struct request *r)
{
	struct prof_selection selection = {
		.size = sizeof(selection), .function = r->operands[0], .program = r->program};
	enum outcome outcome = OUTCOME_DONE;
	struct prof_history *history;
	struct prof_range range;
	struct rows rows;
	prof_error error;
	double step;
	size_t room = r->json ? JSON_STEPS : chart_room(stdout);

	if (!past_range(r->since, r->until, USUAL, &range))
		return say_backwards();
	if (room == 0) {
		complain("the terminal is too narrow: a heat map takes %d columns",
			 CHART_MARGIN + CHART_LEAST);
		return OUTCOME_TROUBLE;
	}
	step = r->step > 0.0 ? r->step : past_step(&range, room);
	error = prof_get_history(&selection, &range, step, 1, r->timeout, &history);
	if (error != PROF_OK)
		return say_failure(r, error);
	if (r->json) {
		view_heatmap(JSON_ANSWER, r->operands[0], history);
	} else if (!find_rows(history, &rows)) {
		complain("no calls of '%s' in this time range", r->operands[0]);
		outcome = OUTCOME_NO;
	} else {
		print(history, &rows, room);
	}
	prof_free(history);
	return outcome;
}
