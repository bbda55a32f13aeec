/*
 * Google Benchmark beside prof_bench: the same bodies, in one process and in turn, so that code and
 * data lie at the same places for both. Prints a line of JSON for each body and library: the median
 * of each run, and the deviation that the library states with it.
 */
#include <benchmark/benchmark.h>
#include <profbench.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

namespace
{

constexpr int timings = 200;
/* Of each: long beside what starting and stopping takes, short beside what the scheduler does. */
constexpr double timing_seconds = 200e-6;
constexpr int numbers = 1000;
constexpr size_t bytes = 4096;

char text[bytes];
int given[numbers], sorted[numbers];

__attribute__((noinline)) int nothing(void *argument)
{
	__asm__ volatile("" : : "r"(argument) : "memory");
	return 0;
}

/* A chain of 20 multiplications. */
__attribute__((noinline)) int multiply(void *argument)
{
	uint64_t x = reinterpret_cast<uintptr_t>(argument);

	for (int i = 0; i < 20; i++) {
		x *= 6364136223846793005u;
		__asm__ volatile("" : "+r"(x));
	}
	return 0;
}

__attribute__((noinline)) int find(void *)
{
	benchmark::DoNotOptimize(memchr(text, 'x', bytes));
	return 0;
}

int compare(const void *a, const void *b)
{
	int x = *static_cast<const int *>(a), y = *static_cast<const int *>(b);

	return (x > y) - (x < y);
}

__attribute__((noinline)) int sort(void *)
{
	memcpy(sorted, given, sizeof(given));
	qsort(sorted, numbers, sizeof(sorted[0]), compare);
	benchmark::ClobberMemory();
	return 0;
}

/* Nothing but the loop that both make around a body. */
int bare_loop(void *, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++)
		PROF_BENCH_BARRIER();
	return 0;
}

struct body {
	const char *name;
	prof_bench_function function; /* NULL: the bare loop */
};

const body bodies[] = {
	{"loop", nullptr}, {"nothing", nothing}, {"multiply", multiply},
	{"memchr", find},  {"qsort", sort},
};

struct figures {
	std::vector<double> medians, deviations;
};

double median(std::vector<double> values)
{
	std::sort(values.begin(), values.end());
	size_t middle = values.size() / 2;
	return values.size() % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double deviation(const std::vector<double> &values)
{
	double mean = 0, squares = 0;

	for (double value : values)
		mean += value / static_cast<double>(values.size());
	for (double value : values)
		squares += (value - mean) * (value - mean);
	return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

class Collector : public benchmark::BenchmarkReporter
{
      public:
	std::vector<double> seconds;

	bool ReportContext(const Context &) override
	{
		return true;
	}

	void ReportRuns(const std::vector<Run> &runs) override
	{
		for (const Run &run : runs)
			if (run.run_type == Run::RT_Iteration)
				seconds.push_back(run.real_accumulated_time /
						  static_cast<double>(run.iterations));
	}
};

void run_loop(benchmark::State &state)
{
	for (auto _ : state)
		benchmark::ClobberMemory();
}

/* The function is known where it is called, as in a benchmark that is written by hand. */
template <prof_bench_function function> void run_function(benchmark::State &state)
{
	for (auto _ : state)
		benchmark::DoNotOptimize(function(text));
}

void (*const loops[])(benchmark::State &) = {run_loop, run_function<nothing>,
					     run_function<multiply>, run_function<find>,
					     run_function<sort>};

/* How many calls take about as long as a timing is to be. */
uint64_t calls_of(const struct prof_bench_task &task)
{
	struct prof_bench_result *result;
	uint64_t calls = 1;

	if (prof_bench_run(&task, nullptr, &result) == PROF_OK) {
		calls += static_cast<uint64_t>(timing_seconds / std::max(result->median, 1e-10));
		prof_bench_free(result);
	}
	return calls;
}

void run_theirs(const body &one, figures *theirs)
{
	Collector collector;

	benchmark::RunSpecifiedBenchmarks(&collector, std::string("^") + one.name + "/");
	theirs->medians.push_back(median(collector.seconds));
	theirs->deviations.push_back(deviation(collector.seconds));
}

bool run_ours(const struct prof_bench_task &task, uint64_t calls, figures *ours)
{
	struct prof_bench_options options = PROF_BENCH_OPTIONS_INIT;
	struct prof_bench_result *result;

	options.iterations = timings;
	options.batch = calls;
	if (prof_bench_run(&task, &options, &result) != PROF_OK)
		return false;
	ours->medians.push_back(result->median);
	ours->deviations.push_back(result->std_dev);
	prof_bench_free(result);
	return true;
}

void print_list(const char *key, const std::vector<double> &values)
{
	printf(", \"%s\": [", key);
	for (size_t i = 0; i < values.size(); i++)
		printf("%s%.6g", i == 0 ? "" : ", ", values[i] * 1e9);
	printf("]");
}

void print(const body &one, const char *suffix, const figures &figures)
{
	printf("{\"name\": \"bodies.%s%s\", \"kept\": \"median of %d\", \"unit\": \"ns\"", one.name,
	       suffix, timings);
	print_list("values", figures.medians);
	print_list("deviations", figures.deviations);
	printf("}\n");
}

} // namespace

int main(int argc, char **argv)
{
	int runs = argc > 1 ? atoi(argv[1]) : 5;
	unsigned state = 1;

	memset(text, '.', bytes);
	text[bytes - 1] = 'x';
	for (int &number : given) {
		state = state * 1664525u + 1013904223u;
		number = static_cast<int>(state >> 8);
	}
	int none = 1;
	benchmark::Initialize(&none, argv);
	for (size_t k = 0; k < sizeof(bodies) / sizeof(bodies[0]); k++) {
		const body &one = bodies[k];
		struct prof_bench_task task = PROF_BENCH_TASK_INIT;
		figures ours, theirs;

		task.name = one.name;
		task.function = one.function;
		task.loop = one.function == nullptr ? bare_loop : nullptr;
		task.argument = text;
		/* As many timings for both, of as many calls. */
		uint64_t calls = calls_of(task);
		benchmark::RegisterBenchmark(one.name, loops[k])
			->Repetitions(timings)
			->Iterations(static_cast<benchmark::IterationCount>(calls));
		for (int i = 0; i < runs; i++) {
			if (!run_ours(task, calls, &ours))
				return 1;
			run_theirs(one, &theirs);
		}
		print(one, "", ours);
		print(one, ".google", theirs);
	}
	return 0;
}
