/*
 * What every result of libprofbench needs: how it is freed, and what an error means.
 */
#include <stdlib.h>

#include "client/base/error.h"
#include "include/profbench.h"

void prof_bench_free(void *result)
{
	free(result);
}

const char *prof_bench_strerror(int error)
{
	return error_text(error);
}
