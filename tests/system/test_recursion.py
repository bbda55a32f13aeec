"""Functions that call themselves: few paths, the time of a function once, in every view the same."""

import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd

FAST = "[profd]\ncommit_interval = 50ms\n"


def recurse(daemon, *words):
    """Runs a program that calls itself; what it said."""
    process = daemon.run("tests/system/recurse", *words, stdout=subprocess.PIPE)
    said, _ = process.communicate(timeout=harness.PATIENCE)
    assert process.returncode == 0, (said, daemon.said())
    return json.loads(said)


def check_views(daemon, calls):
    """Whoever is asked tells the same calls and the same time of each function."""
    tree = daemon.json("tree", "--share", "0")["paths"]
    for name, count in calls.items():
        stats = daemon.stats(name)
        paths = [p for p in tree if p["function"] == name and (p["parent"] is not None or name != p["program"])]
        assert stats["call_count"] == count == sum(p["call_count"] for p in paths), (name, stats, paths)
        total = sum(p["total_seconds"] for p in paths)
        assert abs(total - stats["total_seconds"]) < 1e-6, (name, total, stats)
        all_calls = stats["total_seconds"] + stats["recursive_seconds"]
        assert abs(stats["avg_seconds"] - all_calls / count) < 1e-9, stats
        steps = daemon.json("history", name, "--step", "1d")["steps"]
        assert abs(sum(s["total_seconds"] for s in steps) - total) < 1e-6, (name, steps)
        for view in ("functions", "program_functions"):
            row, = daemon.rows(f"SELECT calls, total_s FROM {view} WHERE name = ?", name)
            assert row[0] == count and abs(row[1] - total) < 1e-6, (view, name, row)
        row, = daemon.rows("SELECT total(total_s) FROM paths WHERE path LIKE ?", "%" + name)
        assert abs(row[0] - total) < 1e-6, (name, row)
    roots = sum(p["total_seconds"] for p in tree if p["parent"] is None)
    assert abs(sum(p["self_seconds"] for p in tree) - roots) < 1e-6, tree


def test_walk():
    """A walk that sleeps at its bottom took as long as it slept, however deep that was; each call took as long."""
    with profd(FAST) as daemon:
        said = recurse(daemon, "walk", 9, 0.1)
        check_views(daemon, said["calls"])
        stats = daemon.stats("walk")
        assert stats["call_count"] == 10 and stats["min_seconds"] >= 0.1, stats
        assert abs(stats["total_seconds"] - stats["max_seconds"]) < 1e-8, stats
        assert stats["recursive_seconds"] >= 9 * 0.1, stats
        outermost, again = [p for p in daemon.json("tree", "--share", "0", "--program", "recurse")["paths"]]
        assert (outermost["call_count"], again["call_count"]) == (1, 9)
        assert outermost["self_seconds"] == outermost["total_seconds"] and again["self_seconds"] == 0
        assert again["recursive"] and not outermost["recursive"]
        table = daemon.ask("tree", "--share", "0").stdout
        assert "walk (recursive)  " in table and "100.0 %" in table, table
        daemon.kill()
        daemon.start()
        check_views(daemon, said["calls"])


def test_parser():
    """A parser by recursive descent has as many paths as it has ways through its functions."""
    with profd(FAST) as daemon:
        said = recurse(daemon, "parse", 1, 20)
        check_views(daemon, said["calls"])
        paths = daemon.json("tree", "--share", "0", "--program", "recurse")["paths"]
        assert len(paths) <= 3 + 9, paths
        assert said["kilobytes"] < 10_000 or harness.SANITIZED, said


def test_deep():
    """A depth of 200,000 has two paths."""
    with profd(FAST) as daemon:
        said = recurse(daemon, "deep", 200_000, 3)
        check_views(daemon, said["calls"])
        assert said["calls"] == {"descend": 600_000}
        assert len(daemon.json("tree", "--share", "0", "--program", "recurse")["paths"]) == 2


if __name__ == "__main__":
    harness.main([test_walk, test_parser, test_deep])
