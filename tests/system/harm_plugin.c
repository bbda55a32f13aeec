/*
 * A plugin that times its calls.
 */
#include <profclient.h>

int harm_plugin(int n);

int harm_plugin(int n)
{
	PROF_FUNCTION();
	return 2 * n;
}
