/*
 * A function that the compiler instruments: compiled plain, with -finstrument-functions and hooks
 * that do nothing, and with -pg. With a number as its argument it makes so many calls, for those
 * who record them from outside.
 */
#include "bench/measure.h"

#ifndef FIGURE
#define FIGURE "peer.plain_call"
#define KEPT   "nothing"
#endif

#define UNTOUCHED __attribute__((no_instrument_function))

#ifdef HOOKS
UNTOUCHED void __cyg_profile_func_enter(void *function, void *caller);
UNTOUCHED void __cyg_profile_func_exit(void *function, void *caller);

__attribute__((noinline)) void __cyg_profile_func_enter(void *function, void *caller)
{
	(void)function;
	(void)caller;
	__asm__ volatile("");
}

__attribute__((noinline)) void __cyg_profile_func_exit(void *function, void *caller)
{
	(void)function;
	(void)caller;
	__asm__ volatile("");
}
#endif

__attribute__((noinline)) static void leaf(void)
{
	__asm__ volatile("");
}

UNTOUCHED static void calls_of_leaf(long calls)
{
	for (long i = 0; i < calls; i++)
		leaf();
}

UNTOUCHED int main(int argc, char **argv)
{
	struct figure figures[] = {{.name = FIGURE, .kept = KEPT, .work = calls_of_leaf},
				   {.name = NULL}};

	return measure_main(argc, argv, figures);
}
