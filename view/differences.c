/*
 * Merging two lists that are both sorted by name, and putting what got slower first.
 */
#include "view/differences.h"

#include <stdlib.h>
#include <string.h>

static const struct prof_histogram none;
static const struct prof_histogram_list nothing;

static void merge(struct differences *d, const struct prof_histogram_list *before,
		  const struct prof_histogram_list *after, double threshold)
{
	struct shift_rule rule = {threshold, DIFFERENCES_LEVEL, 1};
	size_t i = 0, j = 0;

	rule.functions = before->count < after->count ? after->count : before->count;
	while (i < before->count || j < after->count) {
		const struct prof_function_histogram *a =
			i < before->count ? before->functions[i] : NULL;
		const struct prof_function_histogram *b =
			j < after->count ? after->functions[j] : NULL;
		int order = a == NULL ? 1 : b == NULL ? -1 : strcmp(a->function, b->function);
		struct difference *one = &d->all[d->count++];
		const struct prof_histogram *was = order <= 0 ? a->all : &none,
					    *is = order >= 0 ? b->all : &none;

		one->function = order <= 0 ? a->function : b->function;
		one->calls_before = was->calls;
		one->calls_after = is->calls;
		shift_find(&one->shift, was, is, &rule);
		i += order <= 0;
		j += order >= 0;
	}
}

static int worst_first(const void *a, const void *b)
{
	const struct difference *x = a, *y = b;
	int by_verdict = (int)x->shift.verdict - (int)y->shift.verdict;
	double wx = x->shift.worst, wy = y->shift.worst;

	if (by_verdict != 0)
		return by_verdict;
	if (wx != wy)
		return x->shift.verdict == SHIFT_FASTER ? (wx < wy ? -1 : 1) : (wx > wy ? -1 : 1);
	return strcmp(x->function, y->function);
}

bool differences_find(struct differences *d, const struct prof_histogram_list *before,
		      const struct prof_histogram_list *after, double threshold)
{
	before = before == NULL ? &nothing : before;
	after = after == NULL ? &nothing : after;
	*d = (struct differences){.before = before->extent, .after = after->extent};
	d->all = calloc(before->count + after->count + 1, sizeof(*d->all));
	if (d->all == NULL)
		return false;
	merge(d, before, after, threshold);
	qsort(d->all, d->count, sizeof(*d->all), worst_first);
	return true;
}

void differences_free(struct differences *d)
{
	free(d->all);
	*d = (struct differences){0};
}
