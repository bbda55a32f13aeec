/*
 * profctl status: profd's own figures.
 */
#include <stdio.h>
#include <string.h>

#include "ctl/command.h"
#include "ctl/say.h"
#include "ctl/table.h"
#include "ctl/units.h"

static json_t *value_json(const struct prof_fact *f)
{
	switch (f->kind) {
	case PROF_FACT_NUMBER:
		return say_count(f->number);
	case PROF_FACT_REAL:
		return say_real(f->real);
	case PROF_FACT_TEXT:
		break;
	}
	return json_string(f->text);
}

static enum outcome print_json(const struct prof_status *s)
{
	json_t *object = json_object();

	for (size_t i = 0; i < s->count; i++)
		json_object_set_new(object, s->facts[i].name, value_json(&s->facts[i]));
	return say_json(object);
}

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
		table_name(t, s->facts[i].name);
		add_value(t, &s->facts[i]);
		table_name(t, s->facts[i].meaning);
	}
	table_print(t, stdout, table_terminal_width(stdout));
	table_free(t);
}

enum outcome run_status(const struct request *r)
{
	enum outcome outcome = OUTCOME_DONE;
	struct prof_status *status;
	prof_error error = prof_get_status(r->timeout, &status);

	if (error != PROF_OK)
		return say_failure(r, error);
	if (r->json)
		outcome = print_json(status);
	else
		print(status);
	prof_free(status);
	return outcome;
}
