/*
 * Comparing two histograms. It knows nothing of where they come from.
 */
#include "view/shift.h"

#include <math.h>

#include "proto/quantile.h"

const enum prof_quantile shift_quantiles[SHIFT_QUANTILES] = {PROF_P50, PROF_P90, PROF_P99};

static const double shares[PROF_QUANTILES] = {QUANTILE_LIST(QUANTILE_SHARE)};

static uint64_t count_above(const struct prof_histogram *h, int index)
{
	uint64_t calls = 0;

	for (size_t i = h->count; i-- > 0 && h->buckets[i].index > index;)
		calls += h->buckets[i].count;
	return calls;
}

/* That two shares of calls differ as much by chance. */
static double p_of(uint64_t above1, uint64_t calls1, uint64_t above2, uint64_t calls2)
{
	double n1 = (double)calls1, n2 = (double)calls2;
	double pooled = ((double)above1 + (double)above2) / (n1 + n2);
	double deviation = sqrt(pooled * (1.0 - pooled) * (1.0 / n1 + 1.0 / n2));

	if (deviation <= 0.0)
		return 1.0;
	return erfc(fabs((double)above1 / n1 - (double)above2 / n2) / deviation / sqrt(2.0));
}

/* The bucket that the quantile of either lies in; the lower one, so that calls of the other lie
 * above it. */
static int edge_of(double before, double after)
{
	int a = prof_bucket_of(before), b = prof_bucket_of(after);

	return a < b ? a : b;
}

static bool compare_at(struct shift *s, unsigned i, const struct prof_histogram *before,
		       const struct prof_histogram *after, const struct shift_rule *rule)
{
	double q = shares[shift_quantiles[i]];
	int edge;

	s->before[i] = prof_histogram_quantile(before, q);
	s->after[i] = prof_histogram_quantile(after, q);
	s->p[i] = 1.0;
	if (!prof_quantile_is_supported(before->calls, q) ||
	    !prof_quantile_is_supported(after->calls, q) || s->before[i] <= 0.0)
		return false;
	s->ratio[i] = s->after[i] / s->before[i];
	edge = edge_of(s->before[i], s->after[i]);
	s->p[i] = p_of(count_above(before, edge), before->calls, count_above(after, edge),
		       after->calls);
	s->p[i] = fmin(1.0, s->p[i] * SHIFT_QUANTILES * (double)rule->functions);
	return true;
}

void shift_find(struct shift *s, const struct prof_histogram *before,
		const struct prof_histogram *after, const struct shift_rule *rule)
{
	bool slower = false, faster = false, told = false;

	*s = (struct shift){.worst = 1.0};
	for (unsigned i = 0; i < SHIFT_QUANTILES; i++) {
		if (!compare_at(s, i, before, after, rule))
			continue;
		told = true;
		if (s->p[i] >= rule->level)
			continue;
		slower |= s->ratio[i] > 1.0 + rule->threshold;
		faster |= s->ratio[i] < 1.0 / (1.0 + rule->threshold);
		if (fabs(log(s->ratio[i])) > fabs(log(s->worst)) ||
		    (s->ratio[i] > 1.0 && s->worst < 1.0))
			s->worst = s->worst > 1.0 && s->ratio[i] < 1.0 ? s->worst : s->ratio[i];
	}
	if (before->calls == 0)
		s->verdict = SHIFT_NEW;
	else if (after->calls == 0)
		s->verdict = SHIFT_GONE;
	else if (!told)
		s->verdict = SHIFT_TOO_FEW;
	else
		s->verdict = slower ? SHIFT_SLOWER : faster ? SHIFT_FASTER : SHIFT_SAME;
}

const char *shift_word(enum shift_verdict verdict)
{
	switch (verdict) {
	case SHIFT_SLOWER:
		return "slower";
	case SHIFT_FASTER:
		return "faster";
	case SHIFT_SAME:
		return "same";
	case SHIFT_NEW:
		return "new";
	case SHIFT_GONE:
		return "gone";
	case SHIFT_TOO_FEW:
		return "too few calls";
	}
	return "";
}
