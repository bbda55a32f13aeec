/*
 * The smallest profiled program: no setup, one line in the function to time.
 */
#include <profclient.h>

static double work(int n)
{
	double sum = 0;

	PROF_FUNCTION();
	for (int i = 1; i <= n * 1000; i++)
		sum += 1.0 / i;
	return sum;
}

int main(void)
{
	double sum = 0;

	for (int n = 0; n < 1000; n++)
		sum += work(n);
	return sum > 0 ? 0 : 1;
}
