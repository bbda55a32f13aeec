/*
 * What a scope costs: alone, nested, with other callees, around work of its own, on many paths.
 * Compiled with -DPROF_DISABLE it shows what is left then.
 */
#include <profclient.h>

#include "measure.h"

#define KEPT "histogram and path"

static void empty(long calls)
{
	for (long i = 0; i < calls; i++) {
		PROF_SCOPE("bench.empty");
	}
}

/* One call of this is eight scopes. */
static void nested(long calls)
{
	for (long i = 0; i < calls; i++) {
		PROF_SCOPE("bench.nested1");
		PROF_SCOPE("bench.nested2");
		PROF_SCOPE("bench.nested3");
		PROF_SCOPE("bench.nested4");
		PROF_SCOPE("bench.nested5");
		PROF_SCOPE("bench.nested6");
		PROF_SCOPE("bench.nested7");
		PROF_SCOPE("bench.nested8");
	}
}

__attribute__((noinline)) static void callee_a(void)
{
	PROF_FUNCTION();
}

__attribute__((noinline)) static void callee_b(void)
{
	PROF_FUNCTION();
}

static void alternating(long calls)
{
	for (long i = 0; i < calls; i++) {
		if ((i & 1) != 0)
			callee_a();
		else
			callee_b();
	}
}

/* Work that the compiler cannot shorten and the processor cannot overlap: a chain of
 * multiplications. */
static inline __attribute__((always_inline)) void body(unsigned steps)
{
	uint64_t x = measure_sink;

	for (unsigned i = 0; i < steps; i++)
		__asm__ volatile("imul %0, %0" : "+r"(x));
	measure_sink = x;
}

#define STEPS_20  18
#define STEPS_100 120

static void body_20(long calls)
{
	for (long i = 0; i < calls; i++)
		body(STEPS_20);
}

static void scope_20(long calls)
{
	for (long i = 0; i < calls; i++) {
		PROF_SCOPE("bench.body20");
		body(STEPS_20);
	}
}

static void body_100(long calls)
{
	for (long i = 0; i < calls; i++)
		body(STEPS_100);
}

static void scope_100(long calls)
{
	for (long i = 0; i < calls; i++) {
		PROF_SCOPE("bench.body100");
		body(STEPS_100);
	}
}

int main(int argc, char **argv)
{
	struct figure figures[] = {
		{.name = "scope.empty", .kept = KEPT, .work = empty},
		{.name = "scope.nested", .kept = KEPT, .work = nested, .per = 8},
		{.name = "scope.alternating", .kept = KEPT, .work = alternating},
		{.name = "body20", .kept = "nothing", .work = body_20},
		{.name = "scope.body20", .kept = KEPT, .work = scope_20, .added_to = "body20"},
		{.name = "body100", .kept = "nothing", .work = body_100},
		{.name = "scope.body100", .kept = KEPT, .work = scope_100, .added_to = "body100"},
		{.name = NULL},
	};

	return measure_main(argc, argv, figures);
}
