/*
 * Near names: few letters to change, or one holds the other.
 */
#include "base/near.h"

#include <string.h>
#include <strings.h>

#define LONGEST 255

/* Levenshtein's distance, row by row; upper and lower case are the same. */
static size_t distance(const char *a, const char *b)
{
	size_t row[LONGEST + 1], la = strlen(a), lb = strlen(b);

	if (la > LONGEST || lb > LONGEST)
		return LONGEST;
	for (size_t j = 0; j <= lb; j++)
		row[j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t best = corner + (strncasecmp(&a[i - 1], &b[j - 1], 1) != 0);

			if (best > row[j] + 1)
				best = row[j] + 1;
			if (best > row[j - 1] + 1)
				best = row[j - 1] + 1;
			corner = row[j];
			row[j] = best;
		}
	}
	return row[lb];
}

void near_init(struct near *near, const char *wanted)
{
	*near = (struct near){.wanted = wanted};
}

void near_offer(struct near *near, const char *name)
{
	size_t length = strlen(near->wanted), far = distance(near->wanted, name), at;
	size_t limit = length <= 2 ? 1 : length <= 6 ? 2 : length / 3;

	if (far > limit) {
		if (length < 3 || strcasestr(name, near->wanted) == NULL)
			return;
		far = limit + 1;
	}
	for (at = near->count; at > 0 && near->distance[at - 1] > far; at--)
		;
	if (at == NEAR_MOST)
		return;
	if (near->count < NEAR_MOST)
		near->count++;
	memmove(&near->found[at + 1], &near->found[at],
		(near->count - 1 - at) * sizeof(near->found[0]));
	memmove(&near->distance[at + 1], &near->distance[at],
		(near->count - 1 - at) * sizeof(near->distance[0]));
	near->found[at] = name;
	near->distance[at] = far;
}
