"""The library stopped at any place: by signal handlers that call it, and by a debugger that holds its thread."""

import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd, tell

SECONDS = 2


def storm(daemon, *more):
    seconds = max(SECONDS, harness.SOAK * 0.4)
    program = daemon.run("tests/system/storm", seconds, *more, stdout=subprocess.PIPE, text=True,
                         environment={"PROF_INTERVAL": "0.01", "PROF_EXIT_WAIT": str(harness.PATIENCE)})
    said, _ = program.communicate(timeout=seconds + 2 * harness.PATIENCE)
    assert program.returncode == 0, program.returncode
    counts = {name: int(number) for name, number in (line.rsplit(" ", 1) for line in said.splitlines())}
    functions = {f["function_name"]: f["call_count"] for f in daemon.json("list")["functions"]}
    assert counts["handlers"] > 1000 and counts["outer"] > 1000, counts
    return counts, functions


def test_handlers():
    """Calls of handlers count, or are refused and told; the calls that they interrupt count, each once."""
    with profd() as daemon:
        counts, functions = storm(daemon)
        for name in ("outer", "inner", "record", "call"):
            assert functions[name] == counts[name], (name, counts, functions)
        assert functions["handler"] == functions["handler record"] == counts["counted"], (counts, functions)
        refused = counts["handlers"] - counts["counted"]
        assert counts["refused"] == 2 * refused, counts
        assert refused > 0, counts
        tell("a storm of signals whose handlers make timed calls", f"{counts['handlers']} handlers",
             f"{counts['counted']} counted, {refused} refused; {counts['outer']} calls interrupted anywhere",
             "all totals exact")


def test_jumps():
    """A handler that leaves by siglongjmp costs at most the call that it interrupted and the one before."""
    with profd() as daemon:
        counts, functions = storm(daemon, "jump")
        assert counts["jumps"] > 100, counts
        for name in ("outer", "inner", "record", "call"):
            assert abs(functions[name] - counts[name]) <= 2 * counts["jumps"], (name, counts, functions)
        assert functions["handler"] <= counts["handlers"], (counts, functions)
        lost = max(abs(functions[name] - counts[name]) for name in ("outer", "inner", "record", "call"))
        tell("handlers that leave by siglongjmp, from anywhere", f"{counts['jumps']} jumps",
             f"{counts['outer']} calls of one function", f"at most {lost} of a function missing")


def test_stopped():
    """While the pushing thread stands still, wherever, no timed call of the host waits for it."""
    with profd("[profd]\ncommit_interval = 10ms\n") as daemon:
        rounds = 2000 if harness.SOAK else 100
        program = daemon.run("tests/system/stopped", rounds, stdout=subprocess.PIPE, text=True,
                             environment={"PROF_INTERVAL": "0.01"})
        said, _ = program.communicate(timeout=4 * harness.PATIENCE if harness.SOAK else harness.PATIENCE)
        if program.returncode == 3 or program.returncode == 256:
            print("skipped: this system allows no ptrace", file=sys.stderr)
            return
        assert (program.returncode, said) == (0, f"stopped {rounds}\n"), (program.returncode, said)
        tell("the pushing thread stopped by ptrace at any place", f"{rounds} stops",
             "3 threads go on: new functions, paths, threads, asynchronous calls", "none waited")


if harness.SANITIZED:
    print("a sanitizer puts signals off, and does not know what siglongjmp leaves")
    sys.exit(77)
harness.main([test_handlers, test_jumps, test_stopped])
