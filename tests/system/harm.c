/*
 * Runs one behaviour: harm NAME [ARGUMENT]; without a name it lists them.
 */
#include "tests/system/harm.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct behaviour *const tables[] = {
	signal_behaviours, process_behaviours,	  thread_behaviours,
	limit_behaviours,  descriptor_behaviours, state_behaviours,
};

void say(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
	fflush(stdout);
}

static int twice(int n)
{
	PROF_FUNCTION();
	{
		PROF_SCOPE("inner");
		if (n % 7 == 0)
			PROF_FAIL("a seventh");
	}
	return 2 * n;
}

#ifdef PROF_DISABLE
static void by_hand(int n)
{
	(void)n;
}

void settle(void)
{
}
#else
static void by_hand(int n)
{
	static unsigned fresh;
	char name[32];
	prof_call call;

	prof_record("known", 1e-6 * n, n % 5 == 0 ? "a fifth" : NULL);
	snprintf(name, sizeof(name), "new.%u",
		 __atomic_fetch_add(&fresh, 1, __ATOMIC_RELAXED) % 64);
	call = prof_call_begin(name);
	prof_call_end(call, NULL);
}

void settle(void)
{
	prof_flush(0.2);
}
#endif

void work(int rounds)
{
	PROF_FUNCTION();
	for (int i = 0; i < rounds; i++)
		by_hand(twice(i));
}

int main(int argc, char **argv)
{
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
		for (const struct behaviour *b = tables[t]; b->name != NULL; b++) {
			if (argc == 1)
				say("%s", b->name);
			else if (strcmp(b->name, argv[1]) == 0)
				return b->run(argc > 2 ? argv[2] : NULL);
		}
	}
	return argc == 1 ? 0 : 2;
}
