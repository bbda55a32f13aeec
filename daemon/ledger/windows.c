/*
 * The open window of each path: what was added since it began. Longer windows are made from these
 * by the store.
 */
#include "daemon/ledger/data.h"

#include <stdlib.h>

static void free_window(struct window *w)
{
	tally_deinit(&w->all);
	free(w);
}

void ledger_free_windows(struct window *first)
{
	while (first != NULL) {
		struct window *next = first->next;

		free_window(first);
		first = next;
	}
}

void ledger_turn_windows(struct ledger *l, int64_t now_ns)
{
	int64_t length = (int64_t)l->limits.window_ns[0];
	struct window *w, *next;

	if (now_ns < l->open_ns || now_ns - l->open_ns < length || l->closed != NULL)
		return;
	for (w = l->open; w != NULL; w = next) {
		next = w->next;
		ledger_path(l, w->path)->window = NULL;
		if (w->changed == l->changed) {
			w->next = l->closed;
			l->closed = w;
		} else {
			free_window(w);
		}
	}
	/* Longer windows end with this one, even if nothing is counted for a while. */
	if (l->open != NULL)
		l->dirty = true;
	l->open = NULL;
	l->open_ns = now_ns - now_ns % length;
}

struct window *ledger_open_window(struct ledger *l, struct path *path)
{
	struct window *w = path->window;

	if (w != NULL)
		return w;
	w = calloc(1, sizeof(*w));
	if (w == NULL)
		return NULL;
	w->path = path->id;
	w->start_ns = l->open_ns;
	tally_init(&w->all);
	w->next = l->open;
	l->open = w;
	path->window = w;
	return w;
}

static void drop(struct ledger *l, struct window **from, const struct function *function)
{
	while (*from != NULL) {
		struct window *w = *from;
		struct path *path = ledger_path(l, w->path);

		if (function != NULL && path->function != function) {
			from = &w->next;
			continue;
		}
		if (path->window == w)
			path->window = NULL;
		*from = w->next;
		free_window(w);
	}
}

void ledger_clear_windows(struct ledger *l, const struct function *function)
{
	drop(l, &l->open, function);
	drop(l, &l->closed, function);
}
