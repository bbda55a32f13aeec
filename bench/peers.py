"""What else people use, where it is installed: the same empty call, in the same runs as a floor of its own."""

import json
import os
import shutil
import subprocess
import time

import calls
import machine
import tree

PACKAGES = "lttng-tools liblttng-ust-dev uftrace libbenchmark-dev"


def build(context, name, source, flags=(), libraries=(), compiler="gcc"):
    """The program, or None where what it needs is not installed."""
    binary = context.tree.scratch / name
    if not binary.exists():
        try:
            context.tree.compile(binary, source, flags, libraries, compiler)
        except tree.Failed:
            context.skip(name, f"it does not compile here (Debian: {PACKAGES})")
            return None
    return binary


def figure(name, kept):
    return [f'-DFIGURE="{name}"', f'-DKEPT="{kept}"']


def measured(context, binary, count, before=(), **environment):
    if binary is None:
        return []
    size = ["--runs", context.runs, "--calls", count]
    return [line for line in calls.with_floor(calls.run([*before, binary, *size], **environment))
            if line["name"] != "floor"]


def hooks(context):
    plain = build(context, "peer-plain", "peers/instrument.c")
    with_hooks = build(context, "peer-hooks", "peers/instrument.c",
                       ["-finstrument-functions", "-DHOOKS", *figure("peer.hooks", "nothing")])
    return measured(context, plain, context.calls) + measured(context, with_hooks, context.calls)


def mcount(context):
    binary = build(context, "peer-mcount", "peers/instrument.c", ["-pg", *figure("peer.mcount", "calls of an arc")])
    return measured(context, binary, context.calls, GMON_OUT_PREFIX=str(context.tree.scratch / "gmon"))


def uftrace(context):
    if shutil.which("uftrace") is None:
        context.skip("peer.uftrace", "uftrace is not installed")
        return []
    binary = build(context, "peer-uftrace", "peers/instrument.c", ["-pg", *figure("peer.uftrace", "every event, path")])
    folder = context.tree.scratch / "uftrace.data"
    try:
        return measured(context, binary, context.calls // 10, ["uftrace", "record", "--no-pager", "-d", folder])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def statsd(context):
    return measured(context, build(context, "peer-statsd", "peers/statsd.c"), max(context.calls // 20, 1000))


class Sessions:
    """The daemon of LTTng: the one that runs, or one of our own that ends with us."""

    def __enter__(self):
        self.own = None
        if not self.answers():
            self.own = subprocess.Popen(["lttng-sessiond", "--no-kernel"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 10
        while not self.answers():
            if time.monotonic() > end or (self.own and self.own.poll() is not None):
                self.__exit__()
                raise RuntimeError("lttng-sessiond does not answer")
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        if self.own is not None:
            machine.end(self.own)

    @staticmethod
    def answers():
        return lttng("list").returncode == 0


def lttng(*arguments):
    return subprocess.run(["lttng", "--no-sessiond", *arguments], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False)


def tracepoints(context):
    if shutil.which("lttng-sessiond") is None:
        context.skip("peer.lttng", f"LTTng is not installed (Debian: {PACKAGES})")
        return []
    binary = build(context, "peer-lttng", "peers/lttng.c", [], ["-llttng-ust", "-llttng-ust-common", "-ldl"])
    if binary is None:
        return []
    session = f"bench-{os.getpid()}"
    try:
        with Sessions():
            lttng("create", session, "--snapshot")
            lttng("enable-event", "--session", session, "--userspace", "bench:*")
            started = lttng("start", session)
            try:
                if started.returncode != 0:
                    raise RuntimeError(started.stderr.strip())
                # The program waits at its start until its events are switched on.
                return measured(context, binary, context.calls // 4, LTTNG_UST_REGISTER_TIMEOUT="5000")
            finally:
                lttng("destroy", session)
    except (RuntimeError, OSError) as error:
        context.skip("peer.lttng", str(error))
        return []


def google(context):
    binary = build(context, "peer-google", "peers/google.cc", [], ["-lbenchmark", "-lpthread"], "g++")
    if binary is None:
        return []
    done = subprocess.run(machine.on(machine.WORK_CORE, [binary, "--benchmark_format=json",
                                                         f"--benchmark_repetitions={context.runs}",
                                                         "--benchmark_min_time=0.05"]),
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    values = {}
    for one in json.loads(done.stdout)["benchmarks"]:
        if one["run_type"] == "iteration":
            values.setdefault(one["run_name"].split("/")[0], []).append(one["real_time"])
    return [{"name": name, "kept": "the mean", "unit": "ns", "values": times} for name, times in values.items()]


BODIES = ["loop", "nothing", "multiply", "memchr", "qsort"]


def apart(ours, theirs):
    """How far the medians lie apart, in sums of the deviations that both state with them."""
    values = [abs(one - two) / (one_noise + two_noise) if one_noise + two_noise else float(one != two)
              for one, two, one_noise, two_noise
              in zip(ours["values"], theirs["values"], ours["deviations"], theirs["deviations"])]
    return {"name": f"{ours['name']}.apart", "kept": "", "unit": "noise", "values": values}


def bodies(context):
    """The same bodies timed by prof_bench and by Google Benchmark, in one process and in turn."""
    tree_ = context.tree
    binary = build(context, "peer-bodies", "peers/bodies.cc",
                   [f"-I{tree_.include}", f"-L{tree_.library}", f"-Wl,-rpath,{tree_.library}"],
                   ["-lprofbench", "-lbenchmark", "-lpthread"], "g++")
    if binary is None:
        return []
    lines = calls.run([binary, context.runs])
    by_name = {line["name"]: line for line in lines}
    ratio = {"name": "bodies.overhead", "kept": "", "unit": "times",
             "values": [one / two for one, two in zip(by_name["bodies.nothing"]["values"],
                                                      by_name["bodies.nothing.google"]["values"])]}
    return lines + [apart(by_name[f"bodies.{name}"], by_name[f"bodies.{name}.google"]) for name in BODIES] + [ratio]


GROUPS = [
    (["peer.plain_call", "peer.hooks"], hooks),
    (["peer.mcount"], mcount),
    (["peer.uftrace"], uftrace),
    (["peer.lttng"], tracepoints),
    (["peer.statsd"], statsd),
    (["peer.google_loop", "peer.google_pause"], google),
    ([f"bodies.{name}{which}" for name in BODIES for which in ("", ".google", ".apart")] + ["bodies.overhead"], bodies),
]
