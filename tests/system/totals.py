"""Programs whose totals are known (known.c), and the question whether profd has exactly these: in profctl, in the
statistics of the database, and in the sum of its windows."""

import contextlib
import subprocess

import harness

FUNCTIONS = ("known.outer", "known.inner", "known.call", "known.hand")
# As often as the library allows.
QUICK = {"PROF_INTERVAL": "0.01"}
FAST = "[profd]\ncommit_interval = 50ms\n"

STATISTICS = """SELECT total(calls), total(errors), total(sum_ns) FROM statistic s JOIN path p ON p.id = s.path
    JOIN function f ON f.id = p.function WHERE f.name = ?"""
WINDOWS = """SELECT total(calls), total(errors), total(sum_ns) FROM "window" w JOIN path p ON p.id = w.path
    JOIN function f ON f.id = p.function WHERE f.name = ? AND w.length_ns = 10000000000"""


def start_known(daemon, *arguments, **environment):
    return daemon.run("tests/system/known", *arguments, stdout=subprocess.PIPE, text=True,
                      environment=dict(QUICK, **environment))


def rounds_of(program):
    out, _ = program.communicate(timeout=harness.limit())
    assert program.returncode == 0, program.returncode
    return sum(int(line) for line in out.split())


@contextlib.contextmanager
def living(daemon, count=2):
    """Programs that record until asked for their rounds."""
    stop = daemon.folder / "stop"
    programs = [start_known(daemon, "--until", stop) for _ in range(count)]

    def end():
        stop.touch()
        rounds = sum(rounds_of(program) for program in programs)
        stop.unlink()
        return rounds

    yield end


def check_totals(daemon, rounds, forks=0):
    """Calls, errors and sum of each function. A fork adds a round whose call does not fail."""
    failed = (rounds - forks) // 10
    for function in FUNCTIONS:
        stats = daemon.stats(function)
        assert stats is not None, function
        assert stats["call_count"] == rounds, (function, stats["call_count"], rounds)
        assert stats["error_count"] == (failed if function == "known.inner" else 0), (function, stats, rounds)
        check_database(daemon, function, stats)
    assert abs(daemon.stats("known.hand")["total_seconds"] * 1e3 - rounds) < 1e-6 * rounds


def check_database(daemon, function, stats):
    for what, sql in (("statistics", STATISTICS), ("windows", WINDOWS)):
        (calls, errors, nanoseconds), = daemon.rows(sql, function)
        assert calls == stats["call_count"], (what, function, calls, stats)
        assert errors == stats["error_count"], (what, function, errors, stats)
        assert abs(nanoseconds * 1e-9 - stats["total_seconds"]) <= 1e-9 * stats["total_seconds"] + 1e-9, (
            what, function, nanoseconds, stats)
