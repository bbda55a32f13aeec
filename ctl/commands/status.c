/*
 * profctl status: profd's own figures.
 */
#include <stdio.h>
#include <string.h>

#include "ctl/base/command.h"
#include "ctl/base/say.h"
#include "text/table.h"
#include "ctl/base/units.h"
#include "view/json.h"

static void add_value(struct table *t, const struct prof_fact *f)
{
	double real = f->kind == PROF_FACT_REAL ? f->real : (double)f->number;
	char figure[UNITS_ROOM], text[UNITS_ROOM + 64];

	if (f->kind == PROF_FACT_TEXT) {
		table_name(t, f->text);
		return;
	}
	if (strcmp(f->unit, "s") == 0)
		units_seconds(figure, real);
	else if (strcmp(f->unit, "bytes") == 0)
		units_bytes(figure, real);
	else if (f->kind == PROF_FACT_REAL)
		snprintf(figure, sizeof(figure), "%.3g", real);
	else
		units_count(figure, f->number);
	if (f->unit[0] == '\0' || strcmp(f->unit, "s") == 0 || strcmp(f->unit, "bytes") == 0)
		snprintf(text, sizeof(text), "%s", figure);
	else
		snprintf(text, sizeof(text), "%s %s", figure, f->unit);
	table_name(t, text);
}

static void print(const struct prof_status *s)
{
	static const struct column columns[] = {
		{NULL, SIDE_LEFT, false}, {NULL, SIDE_LEFT, true}, {NULL, SIDE_LEFT, true}};
	struct table *t = table_new(columns, 3);

	for (size_t i = 0; i < s->count; i++) {
		table_name(t, s->facts[i]->name);
		add_value(t, s->facts[i]);
		table_name(t, s->facts[i]->meaning);
	}
	say_table(t);
}

enum outcome run_status(const struct request *r)
{
	enum outcome outcome = OUTCOME_DONE;
	struct prof_status *status;
	prof_error error = prof_get_status(r->timeout, &status);

	if (error != PROF_OK)
		return say_failure(r, error);
	if (r->json)
		view_status(JSON_ANSWER, status);
	else
		print(status);
	prof_free(status);
	return outcome;
}
