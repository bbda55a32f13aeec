/*
 * One function on top's screen: its histogram, who calls it and whom it calls, its slow calls.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/base/say.h"
#include "text/width.h"
#include "ctl/top/draw.h"
#include "ctl/base/units.h"

#define BARS	   10
#define LABEL	   10
#define NEIGHBOURS 4
#define SLOW	   4
/* Where they stand in a line of a slow call. */
#define PROGRAM_AT 39
#define ERROR_AT   56

static void draw_title(int y, int x, const char *title)
{
	attron(COLOR_PAIR(DRAW_TITLE) | A_BOLD);
	draw_text(y, x, 0, "%s", title);
	attroff(COLOR_PAIR(DRAW_TITLE) | A_BOLD);
}

/* Neighbouring buckets together, so that there are at most so many bars. Returns the line below. */
static int draw_histogram(int y, int until, const struct prof_histogram *h)
{
	uint64_t calls[BARS] = {0}, most = 0;
	char text[UNITS_ROOM];
	int low, high, per, bars;

	if (h->count == 0)
		return y;
	low = h->buckets[0].index;
	high = h->buckets[h->count - 1].index;
	per = (high - low) / BARS + 1;
	bars = (high - low) / per + 1;
	for (size_t i = 0; i < h->count; i++)
		calls[(h->buckets[i].index - low) / per] += h->buckets[i].count;
	for (int i = 0; i < bars; i++)
		most = calls[i] > most ? calls[i] : most;
	for (int i = 0; i < bars && y < until; i++, y++) {
		draw_text(y, 0, LABEL, "%9s",
			  units_seconds(text, prof_bucket_upper(low + (i + 1) * per - 1)));
		draw_text(y, LABEL + 1, 10, "%9s", units_short_count(text, calls[i]));
		draw_bar(y, LABEL + 12, COLS - LABEL - 13, (double)calls[i] / (double)most);
	}
	return y;
}

/* Callers or callees of a function, added up over all paths. */
struct neighbour {
	const char *name;
	uint64_t calls;
	double seconds;
};

static void add_neighbour(struct neighbour *list, size_t *count, const char *name,
			  const struct prof_path *p)
{
	size_t i = 0;

	while (i < *count && strcmp(list[i].name, name) != 0)
		i++;
	if (i == *count)
		list[(*count)++] = (struct neighbour){.name = name};
	list[i].calls += p->call_count;
	list[i].seconds += p->total_seconds;
}

static int longest_first(const void *a, const void *b)
{
	const struct neighbour *x = a, *y = b;

	return x->seconds > y->seconds ? -1 : x->seconds < y->seconds;
}

static void draw_neighbours(int y, int until, int x, int width, struct neighbour *list,
			    size_t count)
{
	char calls[UNITS_ROOM], time[UNITS_ROOM];

	qsort(list, count, sizeof(*list), longest_first);
	for (size_t i = 0; i < count && i < NEIGHBOURS && y < until; i++, y++) {
		draw_name(y, x, width - 21, list[i].name);
		draw_text(y, x + width - 20, 19, "%9s %9s", units_short_count(calls, list[i].calls),
			  units_seconds(time, list[i].seconds));
	}
	if (count == 0)
		draw_text(y, x, width, "-");
}

static int draw_tree(int y, int until, const struct top_detail *d)
{
	struct neighbour *callers = need(calloc(d->tree->count + 1, sizeof(*callers)));
	struct neighbour *callees = need(calloc(d->tree->count + 1, sizeof(*callees)));
	size_t caller_count = 0, callee_count = 0;
	int half = COLS / 2;

	for (size_t i = 0; i < d->tree->count; i++) {
		const struct prof_path *p = d->tree->paths[i];
		const struct prof_path *parent =
			p->parent_at < i ? d->tree->paths[p->parent_at] : NULL;

		if (strcmp(p->function, d->name) == 0)
			add_neighbour(callers, &caller_count,
				      parent == NULL ? "(outermost)" : parent->function, p);
		if (parent != NULL && strcmp(parent->function, d->name) == 0)
			add_neighbour(callees, &callee_count, p->function, p);
	}
	draw_title(y, 0, "CALLED BY");
	draw_title(y, half, "CALLS");
	draw_neighbours(y + 1, until, 0, half - 1, callers, caller_count);
	draw_neighbours(y + 1, until, half, COLS - half, callees, callee_count);
	caller_count = caller_count > callee_count ? caller_count : callee_count;
	free(callers);
	free(callees);
	return y + 1 +
	       (int)(caller_count < 1		 ? 1
		     : caller_count > NEIGHBOURS ? NEIGHBOURS
						 : caller_count);
}

static int draw_calls(int y, int until, const char *title, const struct prof_slow_list *list,
		      int most)
{
	char when[UNITS_ROOM], time[UNITS_ROOM], pid[UNITS_ROOM];

	draw_title(y++, 0, title);
	for (size_t i = 0; i < list->count && most-- > 0 && y < until; i++, y++) {
		const struct prof_slow_call *c = list->calls[i];

		draw_text(y, 0, 0, "%s %9s %8s ", units_moment(when, c->started, 0),
			  units_seconds(time, c->seconds), units_pid(pid, c->pid));
		draw_name(y, PROGRAM_AT, ERROR_AT - PROGRAM_AT - 1, c->program);
		if (c->error != NULL)
			draw_name(y, ERROR_AT, 0, c->error);
	}
	if (list->count == 0 && y < until)
		draw_text(y++, 0, 0, "-");
	return y;
}

/* At the end of the line, when the name leaves room. */
static void draw_minutes(int y, const struct top_detail *d)
{
	static const char title[] = "P99, LAST 10 MIN ";
	int x = COLS - TOP_SPARKS - (int)strlen(title);

	if (x <= (int)text_width(d->name))
		return;
	draw_title(y, x, title);
	draw_spark(y, COLS - TOP_SPARKS, d->spark, TOP_SPARKS);
}

void draw_detail(int y, int until, const struct top_detail *d)
{
	attron(A_BOLD);
	draw_name(y++, 0, 0, d->name);
	attroff(A_BOLD);
	draw_minutes(y - 1, d);
	if (d->histogram != NULL && d->histogram->count != 0) {
		draw_title(y++, 0, "   UP TO       CALLS");
		y = draw_histogram(y, until, d->histogram->functions[0]->all);
	}
	if (d->tree != NULL && y < until)
		y = draw_tree(y, until, d);
	if (d->running != NULL && d->running->count != 0 && y < until)
		y = draw_calls(y, until, "RUNNING NOW", d->running, SLOW);
	if (d->slow != NULL && y < until)
		draw_calls(y, until, "LATEST SLOW CALLS AND FAILURES", d->slow, until - y);
}
