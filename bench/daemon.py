"""What profd can take, and what it takes itself. profd has the first core, all else the last."""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time

import calls
import machine

PATIENCE = 120.0


class Profd:
    def __init__(self, tree, config="", database=None):
        self.tree = tree
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="profd-bench-"))
        self.config = self.folder / "profd.conf"
        self.config.write_text(config)
        self.database = database or self.folder / "profd.db"
        self.runtime = self.folder / "run"
        self.endpoint = f"ipc://{self.runtime}"
        self.records = f"{self.endpoint}/records"
        self.start_seconds = self.start()
        self.pid = self.process.pid

    def start(self):
        begin = time.monotonic()
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                machine.on(machine.DAEMON_CORE, [self.tree.own("profd"), "--config", self.config, "--database",
                                                 self.database, "--runtime-dir", self.runtime, "--log", "stderr"]),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() - begin > PATIENCE:
                raise RuntimeError(f"profd did not start: {self.said()}")
            time.sleep(0.001)
        return time.monotonic() - begin

    def said(self):
        return (self.folder / "log").read_text(errors="replace")

    def answers(self):
        """Its sockets are bound when it has loaded the database."""
        with socket.socket(socket.AF_UNIX) as s:
            try:
                s.connect(str(self.runtime / "control"))
            except OSError:
                return False
            return True

    def stats(self, function):
        done = subprocess.run([str(self.tree.own("profctl")), "--json", "stats", function],
                              env=dict(os.environ, PROF_ENDPOINT=self.endpoint), text=True,
                              capture_output=True, stdin=subprocess.DEVNULL, check=False)
        return json.loads(done.stdout) if done.returncode == 0 else {"call_count": 0}

    def kill(self):
        """As a crash would end it."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def close(self):
        try:
            machine.end(self.process)
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def profd(tree, config="", database=None):
    daemon = Profd(tree, config, database)
    try:
        yield daemon
    finally:
        daemon.close()


@contextlib.contextmanager
def load(context, daemon, **options):
    """Simulated processes that have told all their paths, and push on until the block ends or their time is up."""
    arguments = [text for key, value in options.items() for text in (f"--{key}", str(value))]
    process = subprocess.Popen(machine.on(machine.WORK_CORE,
                                          [context.tree.own("bench/load"), daemon.records, *arguments]),
                               text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    try:
        if not process.stdout.readline():
            raise RuntimeError(f"bench/load did not start: {daemon.said()}")
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()


def finished(process):
    """What bench/load prints at its end: name -> line."""
    out = process.stdout.read()
    if process.wait() != 0:
        raise RuntimeError(f"bench/load: exit status {process.returncode}")
    lines = [json.loads(line) for line in out.splitlines()]
    return {line.get("name", "calls"): line for line in lines}


def line(name, kept, unit, values):
    return {"name": name, "kept": kept, "unit": unit, "values": values}


def exact(context):
    """A program that does nothing but time calls; profd's share of the other core meanwhile."""
    rates, missing, share = [], [], []
    with profd(context.tree) as daemon:
        for _ in range(context.runs):
            known = daemon.stats("bench.work")["call_count"]
            cpu, begin = machine.cpu_seconds(daemon.pid), time.monotonic()
            done = calls.run([context.tree.program("work"), context.seconds * 2], PROF_ENDPOINT=daemon.endpoint)[0]
            share.append(100 * (machine.cpu_seconds(daemon.pid) - cpu) / (time.monotonic() - begin))
            found = daemon.stats("bench.work")["call_count"] - known
            missing.append(abs(done["calls"] - found))
            rates.append(found / done["seconds"])
    return [line("exact.calls", "committed", "calls/s", rates), line("exact.missing", "committed", "calls", missing),
            line("exact.cpu", "committed", "%", share)]


def tallies(context):
    with profd(context.tree) as daemon:
        with load(context, daemon, processes=context.scale(100), paths=1000, runs=context.runs,
                  seconds=context.seconds) as process:
            cpu = machine.cpu_seconds(daemon.pid)
            told = finished(process)
            cpu = machine.cpu_seconds(daemon.pid) - cpu
    rate = told["tallies"]["values"]
    count = sum(rate) * context.seconds
    return [line("tallies.committed", "committed", "tallies/s", rate),
            line("tallies.cpu", "committed", "ns", [cpu * 1e9 / count])]


def inside(context):
    with tempfile.TemporaryDirectory(prefix="profd-bench-") as folder:
        return [dict(one, unit="tallies/s") for one in
                calls.run([context.tree.own("bench/inside"), "merge", f"{folder}/profd.db", context.scale(100), 1000,
                           context.runs, context.seconds], core=None)]


def one_call(context):
    with profd(context.tree) as daemon:
        with load(context, daemon, processes=context.scale(1000), paths=1, functions=100, buckets=1,
                  runs=context.runs, seconds=context.seconds) as process:
            return [dict(finished(process)["pushes"], name="pushes.one_call", unit="pushes/s")]


# Each of these pushes leaves a tombstone: so many would fill the table of the default limits within seconds.
MANY_PROCESSES = "[limits]\nprocesses = 16777216\nremember_ended = 1s\n"


def brief(context):
    with profd(context.tree, MANY_PROCESSES) as daemon:
        with load(context, daemon, processes=context.scale(1000), paths=1, functions=100, buckets=1, brief=1,
                  runs=context.runs, seconds=context.seconds) as process:
            return [dict(finished(process)["pushes"], name="pushes.brief", unit="pushes/s")]


def ask(context, daemon, what, questions, functions):
    return calls.run([context.tree.program("ask"), what, questions, functions, context.runs],
                     PROF_ENDPOINT=daemon.endpoint)


def questions(context):
    functions, processes = context.scale(10000), context.scale(100)
    with profd(context.tree) as daemon:
        with load(context, daemon, processes=processes, paths=500, functions=functions, interval=1, runs=1,
                  seconds=3600):
            lines = ask(context, daemon, "stats", context.questions, functions)
        return lines + ask(context, daemon, "summary", max(context.questions // 20, 5), functions)


@contextlib.contextmanager
def asking(context, daemon, what):
    """Somebody who asks for it again and again until the block ends."""
    process = subprocess.Popen([str(part) for part in (context.tree.program("ask"), what, 100000, 1, 1)],
                               env=dict(os.environ, PROF_ENDPOINT=daemon.endpoint), stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL)
    try:
        yield
        if process.poll() is not None:
            raise RuntimeError(f"bench/ask {what}: exit status {process.returncode}")
    finally:
        process.kill()
        process.wait()


# What is asked again and again: the heaviest that is read from the database, and the heaviest that is not.
HEAVY = ("histograms", "summary")
# What waits: a question longest of all, a flush, which waits for the disk too, the 99th of a hundred.
LATE = {"stats": "max", "flush": "p99"}


def beside(what, lines):
    return [dict(one, name=one["name"].replace("ask.", f"beside.{what}.")) for one in lines]


def delays(alone, lines):
    """By how much the latest came later than the latest of those that nothing heavy stood beside, run by run."""
    late = {one["name"].split(".", 2)[2]: one["values"] for one in alone}
    return [dict(one, name=one["name"].rsplit(".", 1)[0] + ".delay",
                 values=[value - was for value, was in zip(one["values"], late[one["name"].split(".", 2)[2]])])
            for one in lines if LATE[one["name"].split(".")[2]] == one["name"].rsplit(".", 1)[1]]


def of_week(context):
    """The heaviest questions, and what they do to a push and to another question meanwhile."""
    functions, hours = context.scale(10000), min(context.history_hours, 168)
    with tempfile.TemporaryDirectory(prefix="profd-bench-", dir=context.history_folder) as folder:
        database = pathlib.Path(folder) / "week.db"
        calls.run([context.tree.own("bench/inside"), "history", database, functions, hours], core=None)
        with profd(context.tree, database=database) as daemon:
            few = max(context.questions // 300, 2)
            lines = [one for what in ("heatmap", "tree", "histograms") for one in
                     ask(context, daemon, what, few, functions) if one["name"].endswith(".p50")]
            for what in LATE:
                alone = beside("nothing", ask(context, daemon, what, few * 10, functions))
                lines += alone
                for heavy in HEAVY:
                    with asking(context, daemon, heavy):
                        late = beside(heavy, ask(context, daemon, what, few * 10, functions))
                    lines += late + delays(alone, late)
    return lines


def watch_load(context, daemon, measure, **options):
    with load(context, daemon, interval=1, runs=1, seconds=3600, **options):
        time.sleep(2)  # a second to push in, a second to commit
        return measure(daemon.pid)


def residents(pid, samples):
    values = []
    for _ in range(samples):
        time.sleep(0.5)
        values.append(machine.resident_mib(pid))
    return values


def resident(context):
    lines = []
    processes = context.scale(100)
    for name, functions in (("resident.same", 500), ("resident.distinct", 500 * processes)):
        with profd(context.tree) as daemon:
            values = watch_load(context, daemon, lambda pid: residents(pid, context.runs), processes=processes,
                                paths=500, functions=functions)
        lines.append(line(name, "committed", "MiB", values))
    return lines


def share_of_core(pid, seconds):
    cpu, begin = machine.cpu_seconds(pid), time.monotonic()
    time.sleep(seconds)
    return 100 * (machine.cpu_seconds(pid) - cpu) / (time.monotonic() - begin)


def idle(context):
    """Connected processes that have told all and call nothing more; the last window that they filled is over."""
    seconds = max(5 * context.seconds, 1)
    with profd(context.tree) as daemon:
        with load(context, daemon, processes=10, paths=10, interval=86400, runs=1, seconds=86400):
            time.sleep(context.settle)
            woken, cpu = machine.wakeups(daemon.pid), share_of_core(daemon.pid, seconds)
            woken = (machine.wakeups(daemon.pid) - woken) / seconds
    return [line("idle.cpu", "nothing", "%", [cpu]), line("idle.wakeups", "nothing", "1/s", [woken])]


def by_processes(context):
    lines = []
    for count in (1, 10, 100, 1000):
        with profd(context.tree) as daemon:
            share, memory = watch_load(
                context, daemon, lambda pid: ([share_of_core(pid, max(context.seconds, 1)) for _ in range(context.runs)],
                                              residents(pid, 1)),
                processes=count, paths=100, functions=100)
        lines += [line(f"processes.{count}.cpu", "committed", "%", share),
                  line(f"processes.{count}.memory", "committed", "MiB", memory)]
    return lines


def rows_of(database):
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        return db.execute('SELECT count(*) FROM "window"').fetchone()[0]


def history(context):
    """A database as profd makes it: all functions are called in each hour of so many, back from now."""
    functions, longest = context.scale(10000), context.history_hours
    lines, sizes = [], {}
    with tempfile.TemporaryDirectory(prefix="profd-bench-", dir=context.history_folder) as folder:
        for hours in sorted({1, max(longest // 4, 2), longest}):
            database = pathlib.Path(folder) / f"{hours}.db"
            begin = time.monotonic()
            calls.run([context.tree.own("bench/inside"), "history", database, functions, hours], core=None)
            took = time.monotonic() - begin
            sizes[hours] = (database.stat().st_size, rows_of(database))
            starts = []
            for _ in range(context.runs):
                with profd(context.tree, database=database) as daemon:
                    starts.append(daemon.start_seconds)
            with profd(context.tree, database=database) as daemon:
                daemon.kill()
            with profd(context.tree, database=database) as daemon:
                killed = daemon.start_seconds
            lines += [line(f"history.start.{hours}", "all", "s", starts),
                      line(f"history.size.{hours}", "all", "MB", [sizes[hours][0] / 1e6])]
    bytes_, rows = (b - a for a, b in zip(sizes[1], sizes[longest]))
    return lines + [line("history.start", f"{longest} hours of windows", "s", starts),
                    line("history.start.killed", f"{longest} hours of windows", "s", [killed]),
                    line("history.bytes", "histogram", "bytes", [bytes_ / rows]),
                    line("history.make", "committed", "windows/s", [sizes[longest][1] / took])]


def quantiles(context):
    with profd(context.tree) as daemon:
        return calls.run([context.tree.program("quantile"), "--calls", context.quantile_calls],
                         PROF_ENDPOINT=daemon.endpoint)


GROUPS = [
    (["exact.calls", "exact.missing", "exact.cpu"], exact),
    (["tallies.committed", "tallies.cpu"], tallies),
    (["inside.ledger", "inside.store"], inside),
    (["pushes.one_call"], one_call),
    (["pushes.brief"], brief),
    ([f"ask.{what}.{of}" for what in ("stats", "summary") for of in ("p50", "p99", "max")], questions),
    (["ask.heatmap.p50", "ask.tree.p50", "ask.histograms.p50"] +
     [f"beside.{what}.{late}.{of}" for what in ("nothing", *HEAVY) for late in LATE for of in ("p99", "max", "delay")],
     of_week),
    (["resident.same", "resident.distinct"], resident),
    (["idle.cpu", "idle.wakeups"], idle),
    (["processes.10.cpu"], by_processes),
    (["history.start", "history.start.killed", "history.bytes", "history.make"], history),
    ([f"quantile.{name}" for name in ("lognormal", "bimodal", "pareto", "constant")], quantiles),
]
