/*
 * Numbers of seven bits a byte, and what is made of them: histograms, tallies, standings.
 */
#include "daemon/ledger/codec.h"

size_t codec_put_number(uint8_t *to, uint64_t number)
{
	size_t length = 0;

	while (number >= 0x80) {
		to[length++] = (uint8_t)(number | 0x80);
		number >>= 7;
	}
	to[length++] = (uint8_t)number;
	return length;
}

bool codec_get_number(struct codec_input *r, uint64_t *number)
{
	uint64_t value = 0;

	if (r->at < r->end && *r->at < 0x80) { /* most are as small as that */
		*number = *r->at++;
		return true;
	}
	for (unsigned shift = 0; shift < 64 && r->at < r->end; shift += 7) {
		uint8_t byte = *r->at++;

		if (shift == 63 && byte > 1)
			return false;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			*number = value;
			return true;
		}
	}
	return false;
}

size_t codec_put_histogram(uint8_t *to, const struct histogram *h)
{
	size_t length = codec_put_number(to, h->used);
	int last = HISTOGRAM_MIN - 1;

	for (unsigned i = 0; i < h->used; i++) {
		length += codec_put_number(to + length, (uint64_t)(h->index[i] - last));
		length += codec_put_number(to + length, h->count[i]);
		last = h->index[i];
	}
	return length;
}

bool codec_get_histogram(struct codec_input *r, struct histogram *h)
{
	uint64_t used, step, count, index = 0;

	histogram_clear(h);
	if (!codec_get_number(r, &used) || used > HISTOGRAM_SIZE ||
	    !histogram_reserve(h, (unsigned)used))
		return false;
	for (; used > 0; used--) {
		if (!codec_get_number(r, &step) || !codec_get_number(r, &count))
			return false;
		if (step == 0 || step > HISTOGRAM_SIZE - index || count == 0 ||
		    count > HISTOGRAM_COUNT_MAX)
			return false;
		index += step;
		histogram_append(h, (int)index + HISTOGRAM_MIN - 1, count);
	}
	return true;
}

size_t codec_put_tally(uint8_t *to, const struct tally *t)
{
	size_t length = codec_put_histogram(to, &t->histogram);

	length += codec_put_number(to + length, t->sum_ns);
	if (t->histogram.used != 0) {
		length += codec_put_number(to + length, t->min_ns);
		length += codec_put_number(to + length, t->max_ns);
	}
	return length;
}

bool codec_get_tally(struct codec_input *r, struct tally *t)
{
	tally_clear(t);
	if (!codec_get_histogram(r, &t->histogram) || !codec_get_number(r, &t->sum_ns))
		return false;
	if (t->histogram.used == 0)
		return true;
	return codec_get_number(r, &t->min_ns) && codec_get_number(r, &t->max_ns) &&
	       t->min_ns <= t->max_ns;
}

size_t codec_put_standing(uint8_t *to, const struct statistic *s)
{
	size_t length = codec_put_number(to, s->slow);

	length += codec_put_histogram(to + length, &s->returned.histogram);
	length += codec_put_number(to + length, s->returned.sum_ns);
	length += codec_put_histogram(to + length, &s->failed.histogram);
	length += codec_put_number(to + length, s->failed.sum_ns);
	return length;
}

bool codec_get_standing(struct codec_input *r, struct statistic *s)
{
	tally_clear(&s->returned);
	tally_clear(&s->failed);
	return codec_get_number(r, &s->slow) && codec_get_histogram(r, &s->returned.histogram) &&
	       codec_get_number(r, &s->returned.sum_ns) &&
	       codec_get_histogram(r, &s->failed.histogram) &&
	       codec_get_number(r, &s->failed.sum_ns);
}
