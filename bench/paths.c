/*
 * What a scope costs when so many paths take turns: the caches hold what few of them need.
 */
#include <profclient.h>

#include "measure.h"

#define PATHS_MAX 10000

static struct prof_site site[PATHS_MAX];
static char name[PATHS_MAX][24];

/* A stride that visits all paths, none near the one before. */
#define STRIDE 7919

static void visit(long calls, unsigned paths)
{
	unsigned at = 0;

	for (long i = 0; i < calls; i++) {
		struct prof_scope scope;

		prof_scope_begin(&scope, &site[at]);
		prof_scope_end(&scope);
		at = (at + STRIDE) % paths;
	}
}

#define WORK(paths)                           \
	static void visit_##paths(long calls) \
	{                                     \
		visit(calls, paths);          \
	}
WORK(1)
WORK(10)
WORK(100)
WORK(1000)
WORK(10000)

#define FIGURE(paths)                                                                        \
	{                                                                                    \
		.name = "paths." #paths, .kept = "histogram and path", .work = visit_##paths \
	}

int main(int argc, char **argv)
{
	struct figure figures[] = {FIGURE(1),	 FIGURE(10),	FIGURE(100),
				   FIGURE(1000), FIGURE(10000), {.name = NULL}};

	for (int i = 0; i < PATHS_MAX; i++) {
		snprintf(name[i], sizeof(name[i]), "bench.path%d", i);
		site[i].name = name[i];
	}
	return measure_main(argc, argv, figures);
}
