/*
 * Preloaded into a host: of the allocations of each thread but the first, every n-th fails
 * (MEAGRE=n). Those of the first thread are the host's, and are left alone, so that it can be
 * compared with itself.
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static unsigned long every;

__attribute__((constructor)) static void begin(void)
{
	const char *n = getenv("MEAGRE");

	every = n == NULL ? 0 : strtoul(n, NULL, 10);
}

static int fails(void)
{
	static _Thread_local unsigned long taken __attribute__((tls_model("initial-exec")));

	if (every == 0 || gettid() == getpid() || ++taken % every != 0)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return fails() ? NULL : __libc_realloc(old, size);
}
