"""The wall clock is set back and forth by hours, and the time stamp counter is no use: no call is lost, no window, and no
time is negative. The clock is that of tests/system/clock.c, which all programs here are given."""

import contextlib
import pathlib
import struct
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import chance, profd, tell, turns, wait_until

SECOND = 10**9
HOUR = 3600 * SECOND
FUNCTIONS = ("known.outer", "known.inner", "known.call", "known.hand")
# Short windows, so that longer ones are made of them within the test; none is ever deleted.
CONFIG = """[profd]
commit_interval = 50ms
[windows]
short = 1s
short_keep = 36500d
middle = 2s
middle_keep = 36500d
long = 4s
long_keep = 36500d
"""
# The sum over all windows of a length, with what is not yet counted in them: see docs/schema.md.
SHORT = "SELECT sum(calls), sum(errors), sum(sum_ns) FROM window WHERE length_ns = 1000000000"
POSITIONS = """WITH m (k, v) AS (SELECT key, value FROM meta),
p (s1, p1, s2, p2) AS (SELECT
    ifnull((SELECT v FROM m WHERE k = 'made_start_1'), 0), ifnull((SELECT v FROM m WHERE k = 'made_path_1'), 0),
    ifnull((SELECT v FROM m WHERE k = 'made_start_2'), 0), ifnull((SELECT v FROM m WHERE k = 'made_path_2'), 0))
SELECT sum(calls), sum(errors), sum(sum_ns) FROM window, p WHERE """
UNMADE = "(length_ns = 1000000000 AND (start_ns, path) > (s1, p1))"
MIDDLE = POSITIONS + "length_ns = 2000000000 OR " + UNMADE
LONG = (POSITIONS + "length_ns = 4000000000 OR (length_ns = 2000000000 AND (start_ns, path) > (s2, p2)) OR " + UNMADE)
NEGATIVE = """SELECT count(*) FROM window WHERE start_ns < 0 OR calls < 0 OR sum_ns < 0 OR min_ns < 0 OR max_ns < min_ns
    OR late_span_ns < 0 OR late_calls > calls OR start_ns % length_ns != 0"""


class Clock:
    """The wall clock of a profd and of the programs that it is asked to run."""

    def __init__(self, daemon):
        self.file = daemon.folder / "clock"
        self.set(0)
        daemon.environment.update(LD_PRELOAD=str(harness.BUILD / "tests/system/.libs/clock.so"),
                                  PROF_TEST_CLOCK=str(self.file))

    def set(self, shift):
        """To the real time and so many nanoseconds, in one write."""
        with open(self.file, "r+b" if self.file.exists() else "wb", buffering=0) as file:
            file.write(struct.pack("q", int(shift)))
        self.shift = int(shift)


@contextlib.contextmanager
def clocked(config):
    with profd(config, start=False) as daemon:
        clock = Clock(daemon)
        daemon.start()
        yield daemon, clock


def query(daemon, sql):
    row, = daemon.rows(sql)
    return row


def start_known(daemon, stop, clock_of_calls):
    return daemon.run("tests/system/known", "--until", stop, stdout=subprocess.PIPE, text=True,
                      environment={"PROF_INTERVAL": "0.01", "PROF_CLOCK": clock_of_calls})


def rounds_of(program):
    out, _ = program.communicate(timeout=harness.PATIENCE)
    assert program.returncode == 0, program.returncode
    return sum(int(line) for line in out.split())


def check_times(daemon):
    """That nothing that is told of time is below zero."""
    for function in daemon.json("list")["functions"]:
        assert all(function[key] >= 0 for key in ("total_seconds", "min_seconds", "max_seconds", "p50")), function
    status = daemon.json("status")
    assert all(status[key] >= 0 for key in ("uptime", "policy_age", "commit_last", "commit_longest")), status
    for process in daemon.json("ps")["processes"]:
        assert process["started"] >= 0 and process["pushed"] >= 0, process
    for call in daemon.json("slow")["calls"]:
        assert call["started"] >= 0 and call["seconds"] >= 0, call
    assert query(daemon, NEGATIVE) == (0,)


def check_totals(daemon, rounds):
    for function in FUNCTIONS:
        stats = daemon.stats(function)
        assert stats["call_count"] == rounds, (function, stats, rounds)
        assert stats["error_count"] == (rounds // 10 if function == "known.inner" else 0), (function, stats)
    assert abs(daemon.stats("known.hand")["total_seconds"] * 1e3 - rounds) < 1e-6 * rounds
    expected = query(daemon, "SELECT sum(calls), sum(errors), sum(sum_ns) FROM statistic")
    assert expected[:2] == (4 * rounds, rounds // 10), (expected, rounds)
    for length in (SHORT, MIDDLE, LONG):
        assert query(daemon, length) == expected, (length, query(daemon, length), expected)


def test_set_by_hours():
    """Set back and forth by hours under load, also while profd is killed: totals are the sum of all windows, in order."""
    dice = chance("clock")
    with clocked(CONFIG) as (daemon, clock):
        stop = daemon.folder / "stop"
        programs = [start_known(daemon, stop, kind) for kind in ("", "monotonic")]
        wait_until(lambda: daemon.stats("known.hand"), "the programs are seen")
        opened = furthest = steps = 0
        for turn in turns(12, 200):
            clock.set(dice.uniform(-10, 10) * HOUR)
            furthest = max(furthest, abs(clock.shift))
            before = daemon.json("summary")["total_calls"]
            wait_until(lambda: daemon.json("summary")["total_calls"] > before, "calls are merged")
            if turn % 4 == 3:
                daemon.kill()
                daemon.start()
            time.sleep(dice.uniform(0.0, 0.2))
            check_times(daemon)
            now, = query(daemon, "SELECT value FROM meta WHERE key = 'open_ns'")
            assert now >= opened, (now, opened)
            opened, steps = now, steps + 1
        stop.touch()
        rounds = sum(rounds_of(p) for p in programs)
        check_totals(daemon, rounds)
        windows, late = query(daemon, "SELECT count(*), sum(late_calls) FROM window WHERE length_ns = 1000000000")
        assert windows > len(FUNCTIONS)
        tell("wall clock set back and forth under load, one of two processes without TSC",
             f"{steps} steps by up to {furthest / HOUR:.1f} h, profd killed {steps // 4} times", f"{4 * rounds} calls recorded",
             f"{4 * rounds} calls in profctl, database and each of three lengths of windows ({windows} rows, {late} calls "
             "marked as late), no time below zero")


def test_set_back_for_a_while():
    """Windows go on once the clock has passed the newest of them, and what was booked in it meanwhile counts as late."""
    with clocked(CONFIG) as (daemon, clock):
        assert daemon.ask("record", "f", "0.001").returncode == 0
        newest, = query(daemon, "SELECT max(start_ns) FROM window")
        clock.set(-HOUR)
        assert daemon.ask("record", "f", "0.001").returncode == 0
        assert query(daemon, "SELECT sum(calls), count(DISTINCT start_ns), sum(late_calls) FROM window "
                             "WHERE length_ns = 1000000000") == (2, 1, 1)
        clock.set(HOUR)
        assert daemon.ask("record", "f", "0.001").returncode == 0
        latest, = query(daemon, "SELECT max(start_ns) FROM window WHERE length_ns = 1000000000")
        assert latest > newest + HOUR // 2, (newest, latest)
        assert query(daemon, SHORT)[0] == 3


def states(daemon, program):
    return [p["state"] for p in daemon.json("ps")["processes"] if p["program"] == program]


def test_remembered():
    """Processes that end are remembered, and dead ones found, as if nobody had set the clock."""
    with clocked(CONFIG + "[limits]\nremember_ended = 1s\nsilence = 1s\n") as (daemon, clock):
        idle = daemon.run("tests/system/host", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        dead = daemon.run("tests/system/host", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          environment={"PROF_PROGRAM": "dead"})
        for host in (idle, dead):
            host.stdin.write("record f 0.5\nflush 10\n")
            host.stdin.flush()
            assert [host.stdout.readline() for _ in range(2)] == ["done\n", "done\n"]
        assert daemon.ask("record", "f", "0.5", "--program", "gone").returncode == 0
        dead.kill()
        dead.wait(harness.PATIENCE)
        clock.set(-3 * HOUR)
        wait_until(lambda: daemon.json("status")["processes_cut_off"] == 1, "the dead one is found")
        wait_until(lambda: states(daemon, "gone") == [] and states(daemon, "dead") == [], "both are forgotten")
        assert "the wall clock was set back by 10800 s" in daemon.said(), daemon.said()
        clock.set(3 * HOUR)
        assert daemon.ask("record", "f", "0.5", "--program", "gone").returncode == 0
        assert states(daemon, "host")[0] != "ended"
        idle.communicate("record f 0.5\nflush 10\n", timeout=harness.PATIENCE)
        assert daemon.stats("f")["call_count"] == 5
        check_times(daemon)


def test_never_set():
    """On a machine whose clock says 1970, a call that began before then is told all the same."""
    with profd(CONFIG + "[slow]\nthreshold = 1ms\n", start=False) as daemon:
        clock = Clock(daemon)
        clock.set(-time.time_ns() + 100 * 10**6)
        daemon.start()
        assert daemon.ask("record", "f", "5").returncode == 0
        assert daemon.stats("f")["call_count"] == 1
        call, = daemon.json("slow")["calls"]
        assert call["started"] == 0 and call["seconds"] == 5, call
        check_times(daemon)


if harness.SANITIZED:
    print("skipped: a sanitizer wants to be loaded before the clock")
    sys.exit(77)
harness.main([test_set_by_hours, test_set_back_for_a_while, test_remembered, test_never_set], long=[test_set_by_hours])
