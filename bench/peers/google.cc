/*
 * Google Benchmark's loop around nothing, and with the pause that it offers to time a part of one.
 */
#include <benchmark/benchmark.h>

static void BM_loop(benchmark::State &state)
{
	for (auto _ : state)
		benchmark::ClobberMemory();
}
BENCHMARK(BM_loop)->Name("peer.google_loop");

static void BM_pause(benchmark::State &state)
{
	for (auto _ : state) {
		state.PauseTiming();
		state.ResumeTiming();
	}
}
BENCHMARK(BM_pause)->Name("peer.google_pause")->Iterations(200000);

BENCHMARK_MAIN();
