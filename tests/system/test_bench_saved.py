"""What `profctl bench` tells of saved benchmarks: lists, figures, comparisons, changes, and checks for a CI."""

import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd

FAST = "[profd]\ncommit_interval = 50ms\n"


def save(daemon, name, timings, statuses=None, **about):
    """Saves timings under a name; their number under it."""
    lines = (f"{timing!r} {status}" for timing, status in zip(timings, statuses)) if statuses else map(repr, timings)
    saver = daemon.run("tests/system/save", name, *(f"{key}={text}" for key, text in about.items()),
                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    out, _ = saver.communicate("\n".join(lines), timeout=harness.PATIENCE)
    assert saver.returncode == 0, name
    return int(out)


def noisy(name, count, median=0.01, noise=0.02):
    """Timings with a tail to the right, as they are; the same ones for the same name."""
    dice = harness.chance(name)
    return [median * dice.lognormvariate(0, noise) for _ in range(count)]


def check(daemon, status, *words, says=""):
    answer = daemon.ask("bench", *words)
    assert answer.returncode == status, (words, answer)
    assert says in answer.stderr, (words, says, answer.stderr)
    return answer


def test_list():
    """The list has a line for each benchmark, with its latest result; patterns, limits and names choose."""
    with profd(FAST) as daemon:
        assert "no benchmark has been saved yet" in check(daemon, 0, "list").stderr
        assert save(daemon, "parse/small", [1.0, 2.0, 6.0], [0, 0, 1], machine="anvil", revision="abc", note="first") == 1
        assert save(daemon, "parse/small", [0.012345]) == 2
        assert save(daemon, "sort", [0.5, 0.75], command="sort big") == 1
        rows = daemon.json("bench", "list")["benchmarks"]
        assert [(r["name"], r["number"], r["results"]) for r in rows] == [("parse/small", 2, 2), ("sort", 1, 1)], rows
        assert rows[0]["std_dev"] is None and rows[0]["machine"] is None and rows[1]["command"] == "sort big"
        assert (rows[1]["median"], rows[1]["mean"], rows[1]["min_time"], rows[1]["iterations"]) == (0.625, 0.625, 0.5, 2)
        shown = check(daemon, 0, "list").stdout.splitlines()
        assert shown[0].split()[:3] == ["BENCHMARK", "LATEST", "KEPT"] and len(shown) == 3, shown
        assert shown[1].split()[:6] == ["parse/small", "2", "2", "12.35", "ms", "-"], shown
        assert check(daemon, 0, "list", "--names").stdout == "parse/small\nsort\n"
        assert check(daemon, 0, "list", "s*", "--names").stdout == "sort\n"
        assert check(daemon, 0, "list", "--names", "--limit", 1).stdout == "parse/small\n"
        assert check(daemon, 0, "list", "x*", says="no benchmark fits").stdout == ""
        assert daemon.json("bench", "list", "x*") == {"benchmarks": []}


if __name__ == "__main__":
    harness.main([test_list])
