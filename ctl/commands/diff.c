/*
 * profctl diff: which functions got slower from one stretch of time to another, or from one program
 * to another.
 */
#include <stdio.h>
#include <string.h>

#include "ctl/base/command.h"
#include "ctl/base/say.h"
#include "text/table.h"
#include "ctl/base/units.h"
#include "view/differences.h"
#include "view/json.h"
#include "view/past.h"
#include "view/when.h"

static const char *change(char *to, const struct shift *s, unsigned i, double level)
{
	if (s->ratio[i] <= 0.0)
		return "-";
	snprintf(to, UNITS_ROOM, "%+.1f %%%s", 100.0 * (s->ratio[i] - 1.0),
		 s->p[i] < level ? "" : " ~");
	return to;
}

static void add_row(struct table *t, const struct difference *d)
{
	char text[UNITS_ROOM];

	table_name(t, d->function);
	table_cell(t, shift_word(d->shift.verdict));
	for (unsigned i = 0; i < SHIFT_QUANTILES; i++)
		table_cell(t, change(text, &d->shift, i, DIFFERENCES_LEVEL));
	for (unsigned i = 0; i < SHIFT_QUANTILES; i += SHIFT_QUANTILES - 1) {
		table_cell(t, d->calls_before == 0 ? "-" : units_seconds(text, d->shift.before[i]));
		table_cell(t, d->calls_after == 0 ? "-" : units_seconds(text, d->shift.after[i]));
	}
	table_cell(t, units_short_count(text, d->calls_before));
	table_cell(t, units_short_count(text, d->calls_after));
}

static bool is_shown(const struct difference *d, const struct request *r, size_t shown)
{
	if (r->has_limit)
		return r->limit == 0 || shown < r->limit;
	return d->shift.verdict == SHIFT_SLOWER || d->shift.verdict == SHIFT_FASTER ||
	       r->operand_count > 0;
}

static void print_rest(const struct differences *d, size_t shown)
{
	static const enum shift_verdict verdicts[] = {SHIFT_SLOWER, SHIFT_FASTER, SHIFT_SAME,
						      SHIFT_NEW,    SHIFT_GONE,	  SHIFT_TOO_FEW};
	const char *comma = "";

	printf("%zu function%s: ", d->count, d->count == 1 ? "" : "s");
	for (size_t v = 0; v < sizeof(verdicts) / sizeof(verdicts[0]); v++) {
		size_t count = 0;

		for (size_t i = 0; i < d->count; i++)
			count += d->all[i].shift.verdict == verdicts[v];
		if (count != 0)
			printf("%s%zu %s", comma, count, shift_word(verdicts[v]));
		comma = count != 0 ? ", " : comma;
	}
	printf("%s\n", shown < d->count ? "; --limit 0 shows all" : "");
}

static void print(const struct differences *d, const struct request *r)
{
	static const struct column columns[] = {
		{"FUNCTION", SIDE_LEFT, true}, {"VERDICT", SIDE_LEFT, false},
		{"P50", SIDE_RIGHT, false},    {"P90", SIDE_RIGHT, false},
		{"P99", SIDE_RIGHT, false},    {"P50 BEFORE", SIDE_RIGHT, false},
		{"AFTER", SIDE_RIGHT, false},  {"P99 BEFORE", SIDE_RIGHT, false},
		{"AFTER", SIDE_RIGHT, false},  {"CALLS", SIDE_RIGHT, false},
		{"AFTER", SIDE_RIGHT, false},
	};
	struct table *t = table_new(columns, sizeof(columns) / sizeof(columns[0]));
	size_t shown = 0;
	bool unsure = false;

	for (size_t i = 0; i < d->count; i++) {
		if (!is_shown(&d->all[i], r, shown))
			continue;
		add_row(t, &d->all[i]);
		shown++;
		for (unsigned q = 0; q < SHIFT_QUANTILES; q++)
			unsure |= d->all[i].shift.ratio[q] > 0.0 &&
				  d->all[i].shift.p[q] >= DIFFERENCES_LEVEL;
	}
	say_table(t);
	if (unsure)
		puts("~ may be chance");
	print_rest(d, shown);
}

/* One side of the comparison. */
struct compared {
	const char *name, *program;
	struct prof_range range;
	bool ranged;
	struct prof_histogram_list *list; /* NULL: there is nothing */
};

static bool has_pattern(const char *name)
{
	return strpbrk(name, "*?[") != NULL;
}

static enum outcome ask(struct compared *one, const struct request *r)
{
	const char *name = r->operands[0];
	struct prof_selection selection = {.size = sizeof(selection), .program = one->program};
	prof_error error;

	selection.pattern = name;
	if (name != NULL && !has_pattern(name)) {
		selection.pattern = NULL;
		selection.function = name;
	}
	error = prof_get_histograms(&selection, one->ranged ? &one->range : NULL, r->timeout,
				    &one->list);
	return error == PROF_OK || error == PROF_NOT_FOUND ? OUTCOME_DONE : say_failure(r, error);
}

static bool read_side(struct compared *one, const char *range)
{
	one->ranged = range != NULL;
	if (range == NULL ||
	    when_read_range(range, past_now(), &one->range.since, &one->range.until))
		return true;
	complain("--%s %s: must be %s", one->name, range, when_ranges);
	return false;
}

/* Something must tell the two sides apart. */
static bool read_sides(struct compared *before, struct compared *after, const struct request *r)
{
	*before = (struct compared){.name = "before",
				    .program = r->before_program != NULL ? r->before_program
									 : r->program};
	*after = (struct compared){.name = "after",
				   .program = r->after_program != NULL ? r->after_program
								       : r->program};
	if (!read_side(before, r->before) || !read_side(after, r->after))
		return false;
	if (r->before == NULL && r->before_program == NULL) {
		complain("nothing to compare with: give --before and --after a time range, or "
			 "--before-program and --after-program a program");
		return false;
	}
	return true;
}

/* A program that profd does not know is mistyped: compared with nothing, all would be new. */
static enum outcome check_program(const char *name, const struct request *r)
{
	struct prof_program_list *list;
	enum outcome outcome = OUTCOME_NO;
	struct near near;
	prof_error error;

	if (name == NULL)
		return OUTCOME_DONE;
	error = prof_get_programs(r->timeout, &list);
	if (error != PROF_OK)
		return say_failure(r, error);
	near_init(&near, name);
	for (size_t i = 0; i < list->count && outcome == OUTCOME_NO; i++) {
		near_offer(&near, list->programs[i]->name);
		if (strcmp(list->programs[i]->name, name) == 0)
			outcome = OUTCOME_DONE;
	}
	if (outcome == OUTCOME_NO) {
		complain_near(&near, "unknown program '%s'", name);
		if (r->json)
			view_missing(JSON_ANSWER, &near);
	}
	prof_free(list);
	return outcome;
}

/* No calls on either side: nothing got slower, but nothing was compared. */
static enum outcome report(const struct differences *d, const struct request *r)
{
	bool slower = false;

	for (size_t i = 0; i < d->count; i++)
		slower |= d->all[i].shift.verdict == SHIFT_SLOWER;
	if (r->json)
		view_differences(JSON_ANSWER, d);
	if (d->count == 0) {
		if (r->operand_count > 0)
			complain("no calls of '%s' on either side", r->operands[0]);
		else
			complain("no calls on either side");
		return OUTCOME_NO;
	}
	if (!r->json)
		print(d, r);
	return slower && r->fail_on_slower ? OUTCOME_NO : OUTCOME_DONE;
}

enum outcome run_diff(const struct request *r)
{
	struct differences differences = {0};
	struct compared before, after;
	enum outcome outcome;

	if (!read_sides(&before, &after, r))
		return OUTCOME_USAGE;
	outcome = check_program(before.program, r);
	if (outcome == OUTCOME_DONE)
		outcome = check_program(after.program, r);
	if (outcome == OUTCOME_DONE)
		outcome = ask(&before, r);
	if (outcome == OUTCOME_DONE)
		outcome = ask(&after, r);
	if (outcome == OUTCOME_DONE) {
		if (!differences_find(&differences, before.list, after.list,
				      r->threshold < 0.0 ? DIFFERENCES_THRESHOLD : r->threshold))
			need(NULL);
		outcome = report(&differences, r);
	}
	differences_free(&differences);
	prof_free(before.list);
	prof_free(after.list);
	return outcome;
}
