"""What it takes to look at what profd knows: top on a terminal, a scrape of the metrics, answers to the page."""

import contextlib
import fcntl
import os
import pathlib
import pty
import re
import struct
import subprocess
import tempfile
import termios
import threading
import time
import urllib.request

import calls
import daemon
import machine

FUNCTIONS = 10000
PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"


def drain(terminal):
    """Takes what is drawn, as a terminal does, until the other end is closed."""
    with contextlib.suppress(OSError):
        while os.read(terminal, 65536):
            pass


@contextlib.contextmanager
def top(context, profd):
    """profctl top on a terminal of 60 lines."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 160, 0, 0))
    process = subprocess.Popen(machine.on(machine.WORK_CORE, [context.tree.own("profctl"), "top"]), stdin=theirs,
                               stdout=theirs, stderr=theirs, start_new_session=True,
                               env=dict(os.environ, PROF_ENDPOINT=profd.endpoint, TERM="xterm-256color", LC_ALL="C.UTF-8"))
    os.close(theirs)
    reader = threading.Thread(target=drain, args=(ours,))
    reader.start()
    try:
        yield process
        if process.poll() is not None:
            raise RuntimeError(f"profctl top: exit status {process.returncode}")
    finally:
        process.kill()
        process.wait()
        reader.join()
        os.close(ours)


def tops(context):
    """It refreshes once a second; all functions have changed since the last time."""
    seconds = max(5 * context.seconds, 1)
    values = []
    with daemon.profd(context.tree) as profd:
        with daemon.load(context, profd, processes=context.scale(100), paths=500, functions=context.scale(FUNCTIONS),
                         interval=1, runs=1, seconds=3600):
            with top(context, profd) as process:
                time.sleep(context.settle)
                for _ in range(context.runs):
                    cpu, begin = machine.cpu_seconds(process.pid), time.monotonic()
                    time.sleep(seconds)
                    values.append(1e3 * (machine.cpu_seconds(process.pid) - cpu) / (time.monotonic() - begin))
    return [daemon.line("top.cpu", "answer", "ms", values)]


@contextlib.contextmanager
def profweb(context, profd):
    """Its address."""
    process = subprocess.Popen(machine.on(machine.WORK_CORE, [context.tree.own("profweb"), "--listen", "127.0.0.1:0"]),
                               env=dict(os.environ, PROF_ENDPOINT=profd.endpoint), stdin=subprocess.DEVNULL, text=True,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        for said in process.stderr:
            ready = re.search(r"ready at (http://[^/]+)", said)
            if ready:
                break
        else:
            raise RuntimeError(f"profweb did not start: exit status {process.wait()}")
        yield ready[1]
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def scrape(address, accept):
    """Milliseconds, and the size of the answer."""
    begin = time.monotonic()
    with urllib.request.urlopen(urllib.request.Request(address, headers={"Accept": accept}), timeout=60) as answer:
        size = len(answer.read())
    return 1e3 * (time.monotonic() - begin), size


def scrapes(context):
    if not context.tree.own("profweb").exists():
        context.skip("scrape", "this build has no profweb")
        return []
    functions = context.scale(FUNCTIONS)
    few = functions // 10
    with daemon.profd(context.tree) as profd:
        with daemon.load(context, profd, processes=context.scale(100), paths=500, functions=functions, interval=1, runs=1,
                         seconds=3600), profweb(context, profd) as address:
            time.sleep(context.settle)
            lines = []
            for name, limit, accept in (("scrape.few", few, PROTOBUF), ("scrape.all", 0, PROTOBUF),
                                        ("scrape.text", few, "application/openmetrics-text")):
                took = [scrape(f"{address}/metrics?limit={limit}", accept) for _ in range(context.runs)]
                lines += [daemon.line(name, "answer", "ms", [ms for ms, _ in took]),
                          daemon.line(f"{name}.size", "answer", "kB", [size / 1e3 for _, size in took])]
    return lines


# What the page of profweb asks for: for the overview first and then, and for one function.
PAGES = (("web.first", "summary?limit=50"), ("web.list", "list"), ("web.spark", "history?function={}&since=10m&step=20s"),
         ("web.heatmap", "heatmap?function={}&since=7d&step=1h"), ("web.tree", "tree"))


def pages(context):
    if not context.tree.own("profweb").exists():
        context.skip("web", "this build has no profweb")
        return []
    functions, hours = context.scale(FUNCTIONS), min(context.history_hours, 168)
    with tempfile.TemporaryDirectory(prefix="profd-bench-", dir=context.history_folder) as folder:
        database = pathlib.Path(folder) / "week.db"
        calls.run([context.tree.own("bench/inside"), "history", database, functions, hours], core=None)
        with daemon.profd(context.tree, database=database) as profd, profweb(context, profd) as address:
            return [daemon.line(name, "answer", "ms",
                                [scrape(f"{address}/api/{page.format('load.0')}", "*/*")[0] for _ in range(context.runs)])
                    for name, page in PAGES]


GROUPS = [
    (["top.cpu"], tops),
    ([f"scrape.{what}{of}" for what in ("few", "all", "text") for of in ("", ".size")], scrapes),
    ([name for name, _ in PAGES], pages),
]
