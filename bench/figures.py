"""The figures: one row for each, from which the table, the targets, the comparison and `--only` follow."""

import fnmatch

LOWER, HIGHER = "lower", "higher"
CALLS, MEMORY, DAEMON, PEERS = "Calls", "Memory and instructions", "The daemon", "Peers"


class Figure:
    """`target`: (what is judged, comparison, limit): the ratio to the floor, or the value itself."""

    def __init__(self, name, section, meaning, target=None, better=LOWER):
        self.name, self.section, self.meaning, self.target, self.better = name, section, meaning, target, better


FIGURES = [
    Figure("floor", CALLS, "two bare readings of the clock"),
    Figure("scope.empty", CALLS, "PROF_SCOPE, empty body, no profd", ("ratio", "<=", 1.05)),
    Figure("scope.empty.profd", CALLS, "the same while profd runs", ("ratio", "<=", 1.05)),
    Figure("scope.nested", CALLS, "8 scopes deep, each", ("ratio", "<=", 1.10)),
    Figure("scope.alternating", CALLS, "two callees in turn, each", ("ratio", "<=", 1.10)),
    Figure("async", CALLS, "asynchronous: begin and end", ("ratio", "<=", 1.50)),
    Figure("record.constant", CALLS, "record by handle, one duration", ("value", "<=", 3.0)),
    Figure("record.various", CALLS, "record by handle, 1024 durations", ("value", "<=", 3.0)),
    Figure("record.name", CALLS, "record by name", ("value", "<=", 20.0)),
    Figure("off.environment", CALLS, "scope under PROF_DISABLE=1", ("value", "<=", 2.0)),
    Figure("off.macro", CALLS, "scope with -DPROF_DISABLE", ("value", "<=", 2.0)),
    Figure("body20", CALLS, "work of about 20 ns, untimed"),
    Figure("scope.body20", CALLS, "the same in a scope"),
    Figure("scope.body20.added", CALLS, "what the scope adds to it"),
    Figure("body100", CALLS, "work of about 100 ns, untimed"),
    Figure("scope.body100", CALLS, "the same in a scope"),
    Figure("scope.body100.added", CALLS, "what the scope adds to it"),
    Figure("threads.1", CALLS, "scope, one thread alone"),
    *[Figure(f"threads.{n}", CALLS, f"the same function on {n} cores, the slowest") for n in (2, 4, 8, 16, 32, 64)],
    *[Figure(f"threads.floor.{n}", CALLS, f"two readings of the clock on {n} cores") for n in (2, 4, 8, 16, 32, 64)],
    Figure("threads.two_to_one", CALLS, "two threads to one", ("value", "<=", 1.03)),
    *[Figure(f"paths.{n}", CALLS, f"scope, {n} paths in turn") for n in (1, 10, 100, 1000, 10000)],

    Figure("memory.function", MEMORY, "of a process, for each function"),
    Figure("memory.thread", MEMORY, "for each thread, with one path"),
    Figure("memory.path", MEMORY, "for each path of a thread, calls over 4 octaves", ("value", "<=", 3072)),
    Figure("memory.growth", MEMORY, "growth over 10^8 calls (10^9 with --full)", ("value", "<=", 16384)),
    *[Figure(f"instructions.{name}", MEMORY, f"instructions of a call: {name}")
      for name in ("scope.empty", "scope.nested", "scope.alternating", "async", "record.constant", "record.various",
                   "record.name")],

    Figure("exact.calls", DAEMON, "calls that saturate one core, found in profd", ("value", ">=", 40e6), HIGHER),
    Figure("exact.missing", DAEMON, "calls made and not found, or found twice", ("value", "<=", 0)),
    Figure("exact.cpu", DAEMON, "share of a core that profd took meanwhile", ("value", "<=", 1.0)),
    Figure("tallies.committed", DAEMON, "tallies committed, 100 processes of 1,000 paths", ("value", ">=", 1e6), HIGHER),
    Figure("tallies.cpu", DAEMON, "time of profd, all threads, for each of them"),
    Figure("inside.ledger", DAEMON, "tallies unpacked and merged, no socket and no disk", None, HIGHER),
    Figure("inside.store", DAEMON, "the same, committed", ("value", ">=", 1e6), HIGHER),
    Figure("pushes.one_call", DAEMON, "pushes of one call committed, 1,000 connected processes",
           ("value", ">=", 20000), HIGHER),
    Figure("pushes.brief", DAEMON, "the same, each by a new process that ends with it", ("value", ">=", 20000), HIGHER),
    Figure("ask.stats.p50", DAEMON, "get_stats, 10,000 functions, 100 processes push: median"),
    Figure("ask.stats.p99", DAEMON, "the same: 99th of a hundred", ("value", "<", 1.0)),
    Figure("ask.stats.max", DAEMON, "the same: the longest"),
    Figure("ask.summary.p50", DAEMON, "summary of 10,000 functions: median", ("value", "<", 20.0)),
    Figure("ask.summary.p99", DAEMON, "the same: 99th of a hundred"),
    Figure("ask.summary.max", DAEMON, "the same: the longest"),
    Figure("ask.heatmap.p50", DAEMON, "a function in a week, hour by hour with buckets: median", ("value", "<", 200.0)),
    Figure("ask.tree.p50", DAEMON, "all paths in a week, 10,000 functions in each hour: median"),
    Figure("ask.histograms.p50", DAEMON, "histograms of all functions in a week: median"),
    Figure("beside.nothing.stats.p99", DAEMON, "get_stats, nothing else asked: 99th of a hundred"),
    Figure("beside.nothing.stats.max", DAEMON, "the same: the longest"),
    Figure("beside.histograms.stats.p99", DAEMON, "the same while that week's histograms are read", ("value", "<", 20.0)),
    Figure("beside.histograms.stats.max", DAEMON, "the same: the longest"),
    Figure("beside.histograms.stats.delay", DAEMON, "the longest, later than with nothing beside", ("value", "<", 20.0)),
    Figure("beside.summary.stats.max", DAEMON, "the longest while summaries of 10,000 functions are asked"),
    Figure("beside.summary.stats.delay", DAEMON, "the longest, later than with nothing beside", ("value", "<", 20.0)),
    Figure("beside.nothing.flush.p99", DAEMON, "a call until it is on disk, nothing asked: 99th of a hundred"),
    Figure("beside.histograms.flush.p99", DAEMON, "the same while that week's histograms are read"),
    Figure("beside.histograms.flush.max", DAEMON, "the same: the longest"),
    Figure("beside.histograms.flush.delay", DAEMON, "the 99th, later than with nothing beside", ("value", "<", 20.0)),
    Figure("beside.summary.flush.p99", DAEMON, "the same while summaries of 10,000 functions are asked"),
    Figure("beside.summary.flush.delay", DAEMON, "the 99th, later than with nothing beside", ("value", "<", 20.0)),
    Figure("top.cpu", DAEMON, "profctl top, a refresh of 10,000 functions that all changed: processor time", ("value", "<", 50.0)),
    Figure("scrape.few", DAEMON, "metrics of the 1,000 most called of 10,000 functions, protobuf"),
    Figure("scrape.few.size", DAEMON, "the same: its size"),
    Figure("scrape.text", DAEMON, "the same as OpenMetrics"),
    Figure("scrape.text.size", DAEMON, "the same: its size"),
    Figure("scrape.all", DAEMON, "metrics of all 10,000 functions, protobuf"),
    Figure("scrape.all.size", DAEMON, "the same: its size"),
    Figure("web.first", DAEMON, "profweb, the first 50 of 10,000 functions"),
    Figure("web.list", DAEMON, "all 10,000"),
    Figure("web.spark", DAEMON, "ten minutes of one function in 30 steps"),
    Figure("web.heatmap", DAEMON, "one function in a week, hour by hour with buckets", ("value", "<", 200.0)),
    Figure("web.tree", DAEMON, "paths of all 10,000 functions since the last clear"),
    Figure("resident.same", DAEMON, "memory of profd, 100 processes of the same 500 paths", ("value", "<=", 64.0)),
    Figure("resident.distinct", DAEMON, "the same, 50,000 paths", ("value", "<=", 64.0)),
    Figure("idle.cpu", DAEMON, "share of a core, 10 connected processes with nothing to tell", ("value", "<", 0.1)),
    Figure("idle.wakeups", DAEMON, "times that a thread of profd was woken", ("value", "<=", 0.1)),
    Figure("history.bytes", DAEMON, "database, for a function and a stored window", ("value", "<=", 1024)),
    Figure("history.start", DAEMON, "start with the longest history", ("value", "<", 1.0)),
    Figure("history.start.killed", DAEMON, "the same after kill -9, which has the file checked", ("value", "<", 1.0)),
    Figure("history.make", DAEMON, "windows written while it was made", None, HIGHER),
    *[Figure(f"history.start.{n}", DAEMON, f"start with {n} hours of windows of 10,000 functions")
      for n in (1, 2, 4, 6, 18, 24, 72, 180, 720)],
    *[Figure(f"history.size.{n}", DAEMON, f"size with {n} hours of windows")
      for n in (1, 2, 4, 6, 18, 24, 72, 180, 720)],
    *[Figure(f"processes.{n}.cpu", DAEMON, f"share of a core, {n} processes push 100 paths a second")
      for n in (1, 10, 100, 1000)],
    *[Figure(f"processes.{n}.memory", DAEMON, f"memory of profd with these {n}") for n in (1, 10, 100, 1000)],
    *[Figure(f"quantile.{name}", DAEMON, f"largest error of p50 to p99.9, {name}", ("value", "<=", 0.55))
      for name in ("lognormal", "bimodal", "pareto", "constant")],

    Figure("peer.plain_call", PEERS, "a function call that nothing watches"),
    Figure("peer.hooks", PEERS, "-finstrument-functions, empty hooks"),
    Figure("peer.mcount", PEERS, "gprof: -pg"),
    Figure("peer.uftrace", PEERS, "uftrace record, -pg"),
    Figure("peer.lttng", PEERS, "LTTng-UST, two tracepoints, session active"),
    Figure("peer.statsd", PEERS, "statsd, a datagram a call, on loopback"),
    Figure("peer.google_loop", PEERS, "Google Benchmark, an iteration of its loop"),
    Figure("peer.google_pause", PEERS, "Google Benchmark, PauseTiming and ResumeTiming"),
    *[figure for name, meaning in (("loop", "the loop around a body that is inlined"),
                                   ("nothing", "a call of a function that does nothing"),
                                   ("multiply", "20 multiplications in a chain"), ("memchr", "memchr over 4,096 bytes"),
                                   ("qsort", "qsort of 1,000 numbers"))
      for figure in (Figure(f"bodies.{name}", PEERS, f"prof_bench: {meaning}"),
                     Figure(f"bodies.{name}.google", PEERS, "Google Benchmark: the same"),
                     Figure(f"bodies.{name}.apart", PEERS, "medians apart, in deviations that both state",
                            ("value", "<=", 1.0)))],
    Figure("bodies.overhead", PEERS, "a call of nothing, to Google Benchmark's", ("value", "<=", 1.05)),
    *[figure for name, meaning in (("empty", "a static program that does nothing, no shell"),
                                   ("shell", "sh -c :, no other shell"), ("sort", "sort of 20,000 numbers, by a shell"))
      for figure in (Figure(f"commands.{name}", PEERS, f"profctl bench: {meaning}"),
                     Figure(f"commands.{name}.hyperfine", PEERS, "hyperfine: the same"),
                     Figure(f"commands.{name}.apart", PEERS, "medians apart, in deviations that both state",
                            ("value", "<=", 1.0)))],
    Figure("commands.overhead", PEERS, "the program that does nothing, to hyperfine's: p5", ("value", "<=", 1.05)),
    Figure("commands.between", PEERS, "profctl bench, for each run beside it, with the intervals at the end"),
    Figure("commands.between.hyperfine", PEERS, "hyperfine, for each run beside it; it computes no intervals"),
]

BY_NAME = {figure.name: figure for figure in FIGURES}
COMPARISONS = {"<=": lambda a, b: a <= b, "<": lambda a, b: a < b, ">=": lambda a, b: a >= b}


def median(values):
    values = sorted(values)
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def ratio(result):
    """The ratio to the floor of the same run, or None."""
    floor = result.get("floor")
    if not floor or result["unit"] != "ns":
        return None
    return median([value / least for value, least in zip(result["values"], floor)])


def judge(result):
    """Whether the target is met: None without one."""
    target = BY_NAME[result["name"]].target
    if target is None:
        return None
    what, comparison, limit = target
    value = ratio(result) if what == "ratio" else median(result["values"])
    return value is not None and COMPARISONS[comparison](value, limit)


def wanted(pattern, names):
    return any(fnmatch.fnmatchcase(name, pattern) for name in names)
