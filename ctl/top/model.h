/*
 * What `profctl top` knows: the functions, what each did since the last look, and in which order
 * they are shown. It knows nothing of terminals.
 */
#ifndef CTL_TOP_MODEL_H
#define CTL_TOP_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "include/profclient.h"

enum top_order {
	TOP_BY_SHARE,
	TOP_BY_RATE,
	TOP_BY_AVERAGE,
	TOP_BY_P50,
	TOP_BY_P99,
	TOP_BY_MAX,
	TOP_BY_ERRORS,
	TOP_BY_NAME,
	TOP_ORDERS
};

#define TOP_SPARKS	  30
#define TOP_SPARK_SECONDS 20.0 /* of each */

struct top_function {
	char *name;		 /* owned */
	struct prof_stats stats; /* its function_name is `name` */
	double rate, share;	 /* calls a second, and part of all time, since the look before */
	uint64_t new_errors;
	double busy;		  /* seconds that calls took since the look before */
	uint64_t change;	  /* the look in which it was reported last */
	double spark[TOP_SPARKS]; /* p99 of the last minutes; 0: no calls */
	double spark_at;	  /* when that was asked; 0: never */
};

struct top_model {
	struct prof_mark mark;
	struct top_function **all;   /* owned, each */
	struct top_function **shown; /* those that fit, in order */
	size_t count, room, shown_count;
	size_t *slots; /* hash of names: index in `all` plus 1 */
	size_t slot_count;
	uint64_t look;
	double looked; /* seconds on any clock that only goes forward; 0: never */
	uint64_t functions, calls, errors, slow; /* as profd tells them */
	double rate, busy; /* of all, since the look before; busy: seconds a second */
};

void top_model_deinit(struct top_model *m);

/* Takes an answer in; `now` on a clock that only goes forward. What was shown is not valid
 * afterwards. */
void top_model_update(struct top_model *m, const struct prof_changes *changes, double now);

/* Forgets everything: another program is looked at. */
void top_model_forget(struct top_model *m);

/* Chooses and sorts. filter: a part of the name, whatever its case; "" for all. */
void top_model_show(struct top_model *m, enum top_order order, const char *filter);

#endif
