"""profctl bench with real commands: what is run and when, what is told, and what becomes of those that fail."""

import contextlib
import csv
import io
import json
import os
import pathlib
import pty
import re
import select
import signal
import stat
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd, wait_until

ONCE = ("--warmup", 0, "--runs", 1)
BRIEF = ("--warmup", 0, "--runs", 3)


def with_folder(test):
    """Hands the test an environment without a profd, and a folder."""
    def run():
        with profd(start=False) as daemon:
            test(daemon)
    run.__doc__, run.__name__ = test.__doc__, test.__name__
    return run


def bench(daemon, *words, status=0):
    answer = daemon.ask("bench", *words, cwd=daemon.folder)
    assert answer.returncode == status, (words, answer.returncode, answer.stdout, answer.stderr)
    return answer


def measure(daemon, *words, status=0):
    return json.loads(bench(daemon, "--json", *words, status=status).stdout)


def lines(daemon, name):
    file = daemon.folder / name
    return file.read_text().split() if file.exists() else []


def is_alive(process):
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@with_folder
def test_figures(daemon):
    """Each run is timed by itself, with processor time, peak memory and exit status, and the figures follow."""
    work = ("import time; b = bytearray(64 << 20); end = time.process_time() + 0.05\n"
            "while time.process_time() < end: pass")
    answer = measure(daemon, "--no-shell", *BRIEF, "sleep 0.05", f"{sys.executable} -c '{work}'")
    sleep, python = answer["results"]
    assert len(sleep["timings"]) == 3 and min(sleep["timings"]) >= 0.05
    assert sleep["iterations"] == 3 and sleep["warmup"] == 0 and sleep["failures"] == 0
    assert sleep["min_time"] == min(sleep["timings"]) and sleep["median"] == sorted(sleep["timings"])[1]
    assert sleep["name"] == sleep["command"] == "sleep 0.05" and sleep["parameters"] == {}
    assert sleep["statuses"] == python["statuses"] == [0, 0, 0]
    assert all(u + s >= 0.04 for u, s in zip(python["user"], python["system"])), python
    assert abs(python["user_mean"] - sum(python["user"]) / 3) < 1e-9
    assert all(p > 64 << 20 for p in python["peak_memory"]) and python["peak_memory_max"] == max(python["peak_memory"])
    assert all(p is None or p < 64 << 20 for p in sleep["peak_memory"])
    assert answer["shell"] is None and answer["whole"] is True and answer["interleaved"] is True
    assert len(answer["comparisons"]) == 1 and answer["machine"]["kernel"].startswith("Linux")


@with_folder
def test_screen(daemon):
    """The screen tells of each command mean, median, range, time of the processor and memory, draws it, and ranks."""
    answer = bench(daemon, "--runs", 8, "sleep 0.2", "sleep 0.01")
    for command in ("sleep 0.2", "sleep 0.01"):
        block = answer.stdout.split(command + "\n")[1].split("\n\n")[0]
        assert re.search(r"mean +[\d.]+ m?s ± .* user .*, system ", block), block
        assert re.search(r"median .* 95 % between .* and ", block), block
        assert re.search(r"range .* to .* 8 runs after 3 to warm up", block), block
        assert re.search(r"memory .*iB", block) and re.search(r"\|[ ▁▂▃▄▅▆▇█]{40}\|", block), block
    last = answer.stdout.splitlines()[-1]
    assert re.fullmatch(r"sleep 0.01 is [\d.]+ times faster than sleep 0.2 "
                        r"\(95 % between [\d.]+ and [\d.]+, p = [\d.e-]+\)", last), last
    assert answer.stderr == "", answer.stderr
    plain = subprocess.run([str(harness.BUILD / "profctl"), "bench", "--runs", "4", "true"], timeout=harness.PATIENCE,
                           env=dict(daemon.environment, LC_ALL="C"), stdout=subprocess.PIPE, check=True).stdout
    assert plain.isascii(), plain


@with_folder
def test_order(daemon):
    """Commands are run in turn; with a set-up or clean-up, or on request, one after the other between its own steps."""
    commands = ("printf 'a ' >> log", "printf 'b ' >> log")
    bench(daemon, "--warmup", 1, "--runs", 2, "--prepare", "printf 'p ' >> log", *commands)
    assert lines(daemon, "log") == ["p", "a", "p", "b"] * 3
    (daemon.folder / "log").unlink()
    bench(daemon, "--warmup", 1, "--runs", 2, "--no-interleave", *commands)
    assert lines(daemon, "log") == ["a"] * 3 + ["b"] * 3
    (daemon.folder / "log").unlink()
    bench(daemon, *BRIEF, "--setup", "printf 's1 ' >> log", "--setup", "printf 's2 ' >> log", "--cleanup",
          "printf 'c ' >> log", "--prepare", "printf 'p ' >> log", *commands)
    assert lines(daemon, "log") == ["s1", *["p", "a"] * 3, "c", "s2", *["p", "b"] * 3, "c"]


@with_folder
def test_counts(daemon):
    """As many runs are made as counts and time ask for; by itself the warm-up ends when it took too long."""
    command = "printf 'x ' >> log"

    def runs(*options):
        (daemon.folder / "log").unlink(missing_ok=True)
        result = measure(daemon, *options, command)["results"][0]
        assert len(lines(daemon, "log")) == result["iterations"] + result["warmup"]
        return result["iterations"], result["warmup"]

    assert runs("--runs", 4) == (4, 3)
    assert runs("--runs", 4, "--warmup", 5) == (4, 5)
    assert runs("--max-runs", 2, "--warmup", 0) == (2, 0)
    assert runs("--time", 1e-6, "--min-runs", 6) == (6, 1)
    assert runs("--time", 1e-6, "--warmup", 2) == (1, 2)
    assert runs("--time", 1)[0] > 1


@with_folder
def test_parameters(daemon):
    """Parameters are put into commands, steps and names, in all combinations, and told with each result."""
    answer = measure(daemon, *ONCE, "--parameter-scan", "n", 1, 2, "--step", 0.5, "--parameter-list", "word", "a,b\\,c",
                     "--prepare", "echo {n} {word} >> log", "--name", "{word} by {n}", "echo {word} {n}")
    results = answer["results"]
    assert [r["parameters"] for r in results] == [
        {"n": n, "word": word} for n in ("1.0", "1.5", "2.0") for word in ("a", "b,c")]
    assert results[3]["name"] == "b,c by 1.5" and results[3]["command"] == "echo b,c 1.5"
    assert (daemon.folder / "log").read_text().splitlines()[3] == "1.5 b,c"
    answer = bench(daemon, *ONCE, "--parameter-scan", "n", 1, 2, "echo", status=2)
    assert "no command contains {n}" in answer.stderr


@with_folder
def test_shell(daemon):
    """A shell of choice runs the commands, what it takes itself is subtracted, and none is needed."""
    answer = measure(daemon, *BRIEF, "--shell", "bash --norc", "[[ $BASH_VERSION ]] && set -o pipefail")
    assert answer["shell"]["command"] == "bash --norc" and answer["shell"]["subtracted"] > 0
    assert all(t >= 0 for t in answer["results"][0]["timings"])
    answer = measure(daemon, "--runs", 8, "true")
    assert min(answer["results"][0]["timings"] + answer["results"][0]["user"]) >= 0
    arguments = ("--no-shell", *ONCE, "--output", "out", "printf '%s,' a 'b c' \"d\\\"e\" $HOME;")
    assert measure(daemon, *arguments)["shell"] is None
    assert (daemon.folder / "out").read_text() == 'a,b c,d"e,$HOME;,'
    answer = bench(daemon, *ONCE, "--shell", "no-such-shell", "true", status=1)
    assert "no-such-shell: cannot run: No such file or directory" in answer.stderr
    answer = bench(daemon, *ONCE, "--shell", "false", "true", status=1)
    assert "false: exit status 1" in answer.stderr


@with_folder
def test_failures(daemon):
    """A command that fails ends it with a message; what was measured before is kept and shown."""
    failing = "echo x >> {file}; test $(wc -l < {file}) -lt 4 || exit 7"
    answer = bench(daemon, "--warmup", 0, "--runs", 9, "--export-json", "out.json", failing.format(file="one"), "true",
                   status=1)
    assert "exit status 7" in answer.stderr and "median" in answer.stdout, answer
    one, other = json.loads((daemon.folder / "out.json").read_text())["results"]
    assert one["iterations"] == other["iterations"] == 3 and one["stopped"] == other["stopped"] == 1
    answer = measure(daemon, "--warmup", 0, "--runs", 5, "--ignore-failure", failing.format(file="two"))
    assert answer["results"][0]["statuses"] == [0, 0, 0, 7, 7] and answer["results"][0]["failures"] == 2
    assert "2 calls failed" in " ".join(answer["results"][0]["doubts"])
    for words, message in ((("kill -SEGV $$",), "killed by signal 11 (Segmentation fault)"),
                           (("kill -KILL $$; true",), "killed by signal 9 (Killed)"),
                           (("no-such-command",), "exit status 127: probably no such command"),
                           (("-N", "no-such-command"), "cannot run: No such file or directory"),
                           (("-N", "/"), "cannot run: Permission denied"),
                           (("(kill -TERM $BASHPID)", "--shell", "bash"), "exit status 143, as after signal 15"),
                           (("true", "--input", "no-such-file"), "no-such-file: No such file or directory"),
                           (("true", "--output", "no/such/file"), "no/such/file: No such file or directory")):
        answer = bench(daemon, *BRIEF, *words, status=1)
        assert message in answer.stderr, (words, answer.stderr)
        assert answer.stdout == "", (words, answer.stdout)
    answer = bench(daemon, "--ignore-failure", "-N", *BRIEF, "no-such-command", status=1)
    assert "cannot run" in answer.stderr


@with_folder
def test_failing_steps(daemon):
    """A step that fails ends it, and is named; what had been set up is cleaned up all the same."""
    for step, ran in (("setup", []), ("prepare", ["cleaned"]), ("cleanup", [])):
        (daemon.folder / "log").unlink(missing_ok=True)
        cleanup = ("--cleanup", "echo cleaned >> log") if step != "cleanup" else ()
        answer = bench(daemon, *ONCE, f"--{step}", "echo why >&2; exit 5", *cleanup, "true", status=1)
        assert f"--{step} echo why >&2; exit 5: exit status 5" in answer.stderr and "why\n" in answer.stderr
        assert lines(daemon, "log") == ran, step
    bench(daemon, *ONCE, "--cleanup", "echo cleaned >> log", "exit 3", status=1)
    assert lines(daemon, "log") == ["cleaned"]


@with_folder
def test_limit(daemon):
    """A run over its limit is killed with all that it started, has failed, and may be ignored."""
    command = "sleep 1000 & echo $! >> pids; echo $$ >> pids; wait"
    answer = bench(daemon, *ONCE, "--limit-time", 0.3, command, status=1)
    assert "took longer than 300 ms and was killed" in answer.stderr, answer.stderr
    processes = lines(daemon, "pids")
    assert len(processes) == 2
    wait_until(lambda: not any(map(is_alive, processes)), "all processes of the command are gone")
    result = measure(daemon, "--warmup", 0, "--runs", 2, "-i", "--limit-time", 0.3, "sleep 1000")["results"][0]
    assert result["statuses"] == [-signal.SIGKILL] * 2 and result["failures"] == 2
    assert bench(daemon, *ONCE, "--limit-time", 60, "true").stderr == ""


@with_folder
def test_output(daemon):
    """Output goes where it is wanted, and none is too much; what a command leaves running is not waited for."""
    flood = "yes | head -c 5000000"
    for where in ("null", "pipe", "flood"):
        result = measure(daemon, *BRIEF, "--output", where, flood)["results"][0]
        assert result["statuses"] == [0] * 3, where
    assert (daemon.folder / "flood").stat().st_size == 5000000
    answer = bench(daemon, *BRIEF, "--output", "inherit", "echo seen; echo wrong >&2")
    assert answer.stdout.count("seen\n") == 3 and "wrong\n" in answer.stderr
    answer = bench(daemon, *ONCE, "--output", "pipe", "--limit-time", 0.3, "yes", status=1)
    assert "took longer" in answer.stderr
    measure(daemon, *ONCE, "--output", "pipe", "sleep 1000 & echo $! > pid")
    os.kill(int(lines(daemon, "pid")[0]), signal.SIGKILL)


@with_folder
def test_input(daemon):
    """Each run reads the input from its beginning; without one there is nothing to read."""
    (daemon.folder / "in").write_text("word\n" * 3)
    measure(daemon, "--runs", 4, "--input", "in", "cat >> out; echo . >> out")
    assert (daemon.folder / "out").read_text() == ("word\n" * 3 + ".\n") * 7
    assert measure(daemon, *BRIEF, "test $(wc -c) = 0")["results"][0]["failures"] == 0
    assert measure(daemon, *BRIEF, "--input", "null", "test $(wc -c) = 0")["results"][0]["failures"] == 0


@with_folder
def test_exports(daemon):
    """Exports are JSON, CSV and Markdown as promised, and one of them may be standard output."""
    words = (*BRIEF, "--parameter-list", "way", 'x,"y"', "echo {way}")
    bench(daemon, "--export-json", "a.json", "--export-csv", "a.csv", "--export-markdown", "a.md", *words)
    data = json.loads((daemon.folder / "a.json").read_text())
    rows = list(csv.DictReader(io.StringIO((daemon.folder / "a.csv").read_text())))
    assert [r["name"] for r in rows] == [r["name"] for r in data["results"]] == ["echo x", 'echo "y"']
    assert [r["parameter_way"] for r in rows] == ["x", '"y"']
    for row, result in zip(rows, data["results"]):
        for name in ("mean", "median", "min_time", "max_time", "user_mean", "system_mean"):
            assert abs(float(row[name]) - result[name]) < 1e-9, name
        assert int(row["iterations"]) == 3
    markdown = (daemon.folder / "a.md").read_text()
    assert "| `echo x` | 3 |" in markdown and "times" in markdown or "no difference" in markdown
    answer = bench(daemon, "--export-csv", "-", *words)
    assert len(list(csv.DictReader(io.StringIO(answer.stdout)))) == 2
    assert bench(daemon, "--export-markdown", "-", *words).stdout.startswith("| benchmark |")
    bench(daemon, "--export-csv", "-", "--json", *words, status=2)


@with_folder
def test_export_files(daemon):
    """A file is replaced whole, through a link, with its mode; a device is written into; trouble is told."""
    (daemon.folder / "old").write_text("old")
    (daemon.folder / "old").chmod(0o640)
    (daemon.folder / "link").symlink_to("old")
    bench(daemon, *ONCE, "--export-json", "link", "true")
    assert (daemon.folder / "link").is_symlink() and json.loads((daemon.folder / "old").read_text())["whole"]
    assert stat.S_IMODE((daemon.folder / "old").stat().st_mode) == 0o640
    bench(daemon, *ONCE, "--export-json", "/dev/null", "true")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    answer = bench(daemon, *ONCE, "--export-json", "/dev/full", "--export-csv", "a.csv", "true", status=4)
    assert "/dev/full: No space left on device" in answer.stderr and (daemon.folder / "a.csv").exists()
    answer = bench(daemon, *ONCE, "--export-json", "no/folder", "true", status=4)
    assert "no/folder: No such file or directory" in answer.stderr and "median" in answer.stdout
    assert sorted(p.name for p in daemon.folder.iterdir() if p.name not in ("profd.conf", "run")) == \
        ["a.csv", "link", "old"]


@with_folder
def test_output_closed(daemon):
    """Who closes the output early still gets the files."""
    read, write = os.pipe()
    started = daemon.run("profctl", "bench", *BRIEF, "--export-json", "out", "--parameter-scan", "n", 1, 30, ": {n}",
                         stdout=write, stderr=subprocess.PIPE, cwd=daemon.folder)
    os.close(read)
    os.close(write)
    assert started.communicate(timeout=harness.PATIENCE)[1] == b"" and started.returncode == 0
    assert len(json.loads((daemon.folder / "out").read_text())["results"]) == 30


class Terminal:
    """profctl at a terminal of its own, which can send it what keys send."""

    def __init__(self, daemon, *words):
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(daemon.folder)
            os.execvpe(str(harness.BUILD / "profctl"), ["profctl", "bench", *map(str, words)],
                       dict(daemon.environment, TERM="xterm"))
        self.seen = ""

    def read(self):
        """What there is to read; false at the end."""
        if select.select([self.terminal], [], [], 0.05)[0]:
            with contextlib.suppress(OSError):
                got = os.read(self.terminal, 65536)
                self.seen += got.decode(errors="replace")
                return got != b""
            return False
        return True

    def sees(self, text):
        wait_until(lambda: (self.read(), text in self.seen)[1], f"the terminal shows {text}: {self.seen!r}")

    def type(self, text):
        os.write(self.terminal, text.encode())

    def end(self):
        """The exit status, once it has ended."""
        wait_until(lambda: not self.read(), "profctl ends")
        status = os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])
        os.close(self.terminal)
        return status


@with_folder
def test_interruption(daemon):
    """Ctrl-C ends the running command and all that it started; what was measured is kept, cleaned up and shown."""
    command = "sleep 0.01; echo x >> log; test $(wc -l < log) -lt 4 || { sleep 1000 & echo $! $$ > pids; wait; }"
    terminal = Terminal(daemon, "--warmup", 0, "--runs", 9, "--cleanup", "echo c > cleaned", "--export-json", "out",
                        command)
    wait_until(lambda: (terminal.read(), len(lines(daemon, "pids")) == 2)[1], "the fourth run lasts")
    terminal.type("\x03")
    assert terminal.end() == 130, terminal.seen
    assert "3 runs" in terminal.seen and lines(daemon, "cleaned") == ["c"], terminal.seen
    result = json.loads((daemon.folder / "out").read_text())
    assert result["results"][0]["iterations"] == 3 and result["whole"] is False
    wait_until(lambda: not any(map(is_alive, lines(daemon, "pids"))), "all processes of the command are gone")


@with_folder
def test_stubborn(daemon):
    """A command that heeds no signal is killed by a second one; profctl ends as the first signal would end it."""
    started = daemon.run("profctl", "bench", *ONCE, "trap '' TERM INT; echo $$ > pid; while :; do sleep 0.1; done",
                         stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd=daemon.folder)
    wait_until(lambda: lines(daemon, "pid"), "the command runs")
    process = lines(daemon, "pid")[0]
    started.send_signal(signal.SIGINT)
    started.send_signal(signal.SIGTERM)
    assert started.wait(harness.PATIENCE) == 128 + signal.SIGINT
    wait_until(lambda: not is_alive(process), "the command is gone")


@with_folder
def test_progress(daemon):
    """On a terminal progress is told with what remains, and leaves nothing behind; elsewhere there is none."""
    terminal = Terminal(daemon, "--warmup", 1, "--runs", 30, "sleep 0.02", "--name", "nap")
    terminal.sees("warm-up, nap")
    terminal.sees(" of 30, ")
    terminal.sees(" remain, nap")
    assert terminal.end() == 0
    assert "\r\033[K" in terminal.seen and terminal.seen.rindex("remain") < terminal.seen.rindex("\r\033[Knap\r\n")
    assert bench(daemon, *BRIEF, "true").stderr == ""


@with_folder
def test_terminal_wanted(daemon):
    """A command that wants the terminal, which it cannot have, does not stand still for ever."""
    terminal = Terminal(daemon, *ONCE, "cat < /dev/tty")
    assert terminal.end() == 1
    assert "tried to use the terminal" in terminal.seen, terminal.seen


@with_folder
def test_without_profd(daemon):
    """Without a profd, --save fails with status 3, and the results are shown and exported all the same."""
    answer = bench(daemon, *BRIEF, "--save", "x", "--export-json", "out", "true", status=3)
    assert "median" in answer.stdout and "no profd is reachable" in answer.stderr
    assert json.loads((daemon.folder / "out").read_text())["whole"]
    answer = bench(daemon, *BRIEF, "--save", "x", "--json", "true", status=3)
    assert json.loads(answer.stdout)["whole"]


def test_save():
    """Results arrive at profd under their names, with the machine, the revision and the note; but only whole ones."""
    with profd() as daemon:
        git = ("git", "-c", "user.name=x", "-c", "user.email=x@example.org")
        for words in (("init", "-q"), ("add", "profd.conf"), ("commit", "-qm", "first")):
            subprocess.run([*git, *words], cwd=daemon.folder, check=True, timeout=harness.PATIENCE)
        head = subprocess.run([*git, "rev-parse", "HEAD"], cwd=daemon.folder, check=True, text=True,
                              timeout=harness.PATIENCE, stdout=subprocess.PIPE).stdout.strip()
        answer = bench(daemon, *BRIEF, "--save", "alone", "--note", "first try", "sleep 0.01")
        assert "saved as alone, number 1" in answer.stdout
        daemon.config.write_text("# changed\n")
        bench(daemon, *BRIEF, "--save", "alone", "sleep 0.01")
        bench(daemon, *BRIEF, "--save", "both", "--name", "t", "true", "exit 3", "-i")
        bench(daemon, *BRIEF, "--save", "scan", "--parameter-scan", "n", 1, 2, "echo {n}")
        bench(daemon, *BRIEF, "--save", "cut", "exit 3", status=1)
        kept = {b["name"]: b for b in daemon.json("bench", "list")["benchmarks"]}
        assert set(kept) == {"alone", "both/t", "both/2", "scan/n=1", "scan/n=2"}, kept
        alone = kept["alone"]
        assert alone["number"] == 2 and alone["iterations"] == 3 and alone["command"] == "sleep 0.01"
        assert alone["revision"] == head + "-dirty" and alone["note"] is None
        assert alone["machine"] == os.uname().nodename and alone["kernel"].startswith("Linux " + os.uname().release)
        assert kept["both/2"]["failures"] == 3 and kept["both/t"]["failures"] == 0
        first = daemon.json("bench", "show", "alone#1")
        assert first["revision"] == head and first["note"] == "first try"
        assert len(first["timings"]) == 3 and first["statuses"] == [0, 0, 0]


@with_folder
def test_usage(daemon):
    """A command line that makes no sense runs nothing."""
    for words in ((), ("--runs", "0", "touch x"), ("--note", "n", "touch x"), ("--limit", "3", "touch x"),
                  ("--name", "a", "--name", "b", "touch x"), ("-N", "touch 'x"), ("--save", "a" * 300, "touch x")):
        answer = bench(daemon, *words, status=2)
        assert answer.stderr.startswith("profctl: ") and answer.stdout == "", words
    assert not (daemon.folder / "x").exists()


if __name__ == "__main__":
    harness.main([test_figures, test_screen, test_order, test_counts, test_parameters, test_shell, test_failures,
                  test_failing_steps, test_limit, test_output, test_input, test_exports, test_export_files, test_output_closed,
                  test_interruption, test_stubborn, test_progress, test_terminal_wanted, test_without_profd, test_save,
                  test_usage])
