/*
 * Keeping up with what profd tells of the functions.
 */
#include "ctl/top/model.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/base/say.h"
#include "proto/hash.h"

static size_t find_slot(const struct top_model *m, const char *name)
{
	size_t at = hash_of(name, strlen(name)) & (m->slot_count - 1);

	while (m->slots[at] != 0 && strcmp(m->all[m->slots[at] - 1]->name, name) != 0)
		at = (at + 1) & (m->slot_count - 1);
	return at;
}

static void grow(struct top_model *m)
{
	m->room = m->room == 0 ? 64 : 2 * m->room;
	m->all = need(realloc(m->all, m->room * sizeof(struct top_function *)));
	m->shown = need(realloc(m->shown, m->room * sizeof(struct top_function *)));
	free(m->slots);
	m->slot_count = 2 * m->room;
	m->slots = need(calloc(m->slot_count, sizeof(*m->slots)));
	for (size_t i = 0; i < m->count; i++)
		m->slots[find_slot(m, m->all[i]->name)] = i + 1;
}

static struct top_function *get(struct top_model *m, const char *name)
{
	struct top_function *f;
	size_t at;

	if (m->count == m->room)
		grow(m);
	at = find_slot(m, name);
	if (m->slots[at] != 0)
		return m->all[m->slots[at] - 1];
	f = need(calloc(1, sizeof(*f)));
	f->name = need(strdup(name));
	m->all[m->count++] = f;
	m->slots[at] = m->count;
	return f;
}

void top_model_forget(struct top_model *m)
{
	for (size_t i = 0; i < m->count; i++) {
		free(m->all[i]->name);
		free(m->all[i]);
	}
	m->count = m->shown_count = 0;
	if (m->slot_count != 0)
		memset(m->slots, 0, m->slot_count * sizeof(*m->slots));
	m->mark = (struct prof_mark){0};
	m->looked = 0.0;
	m->calls = m->errors = m->slow = 0;
	m->rate = m->busy = 0.0;
}

void top_model_deinit(struct top_model *m)
{
	top_model_forget(m);
	free(m->all);
	free(m->shown);
	free(m->slots);
	*m = (struct top_model){0};
}

/* A counter that went back was cleared. */
static double grown(double now, double before)
{
	return now > before ? now - before : 0.0;
}

static void refresh(struct top_model *m, const struct prof_stats *s, double elapsed)
{
	struct top_function *f = get(m, s->function_name);
	bool known = f->change != 0 && elapsed > 0.0;

	f->rate = known ? grown((double)s->call_count, (double)f->stats.call_count) / elapsed : 0.0;
	f->busy = known ? grown(s->total_seconds, f->stats.total_seconds) : 0.0;
	f->new_errors = known && s->error_count > f->stats.error_count
				? s->error_count - f->stats.error_count
				: 0;
	f->stats = *s;
	f->stats.function_name = f->name;
	f->change = m->look;
}

/* Functions that a whole answer no longer tells are gone. */
static void drop_missing(struct top_model *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->count; i++) {
		if (m->all[i]->change == m->look) {
			m->all[kept++] = m->all[i];
			continue;
		}
		free(m->all[i]->name);
		free(m->all[i]);
	}
	if (kept == m->count)
		return;
	m->count = kept;
	memset(m->slots, 0, m->slot_count * sizeof(*m->slots));
	for (size_t i = 0; i < m->count; i++)
		m->slots[find_slot(m, m->all[i]->name)] = i + 1;
}

void top_model_update(struct top_model *m, const struct prof_changes *c, double now)
{
	double elapsed = m->looked > 0.0 ? now - m->looked : 0.0, busy = 0.0;

	m->look++;
	for (size_t i = 0; i < c->count; i++)
		refresh(m, c->functions[i], elapsed);
	if (c->whole)
		drop_missing(m);
	for (size_t i = 0; i < m->count; i++) {
		struct top_function *f = m->all[i];

		if (f->change != m->look)
			f->rate = f->busy = 0.0, f->new_errors = 0;
		busy += f->busy;
	}
	for (size_t i = 0; i < m->count; i++) {
		struct top_function *f = m->all[i];

		f->share = busy > 0.0 ? f->busy / busy : 0.0;
	}
	m->rate = elapsed > 0.0 ? grown((double)c->total_calls, (double)m->calls) / elapsed : 0.0;
	m->busy = elapsed > 0.0 ? busy / elapsed : 0.0;
	m->functions = c->profiled_functions;
	m->calls = c->total_calls;
	m->errors = c->errors;
	m->slow = c->slow_calls;
	m->mark = c->mark;
	m->looked = now;
	m->shown_count = 0;
}

static double key_of(const struct top_function *f, enum top_order order)
{
	switch (order) {
	case TOP_BY_SHARE:
		return f->share;
	case TOP_BY_RATE:
		return f->rate;
	case TOP_BY_AVERAGE:
		return f->stats.avg_seconds;
	case TOP_BY_P50:
		return f->stats.p50;
	case TOP_BY_P99:
		return f->stats.p99;
	case TOP_BY_MAX:
		return f->stats.max_seconds;
	case TOP_BY_ERRORS:
		return (double)f->stats.error_count;
	case TOP_BY_NAME:
	case TOP_ORDERS:
		break;
	}
	return 0.0;
}

static int by_key(const void *a, const void *b, void *context)
{
	const struct top_function *x = *(const struct top_function *const *)a;
	const struct top_function *y = *(const struct top_function *const *)b;
	enum top_order order = *(const enum top_order *)context;
	double kx = key_of(x, order), ky = key_of(y, order);

	if (kx != ky)
		return kx > ky ? -1 : 1;
	/* Those that do nothing now stand by what they did in all. */
	if (order == TOP_BY_SHARE && x->stats.total_seconds != y->stats.total_seconds)
		return x->stats.total_seconds > y->stats.total_seconds ? -1 : 1;
	return strcmp(x->name, y->name);
}

void top_model_show(struct top_model *m, enum top_order order, const char *filter)
{
	m->shown_count = 0;
	for (size_t i = 0; i < m->count; i++) {
		if (filter[0] == '\0' || strcasestr(m->all[i]->name, filter) != NULL)
			m->shown[m->shown_count++] = m->all[i];
	}
	if (m->shown_count > 1)
		qsort_r(m->shown, m->shown_count, sizeof(struct top_function *), by_key, &order);
}
