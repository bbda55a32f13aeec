"""The example suite runs as a user runs it: progress on a terminal only, and the same figures in each of its forms."""

import csv
import io
import json
import os
import pathlib
import pty
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness

SUITE = str(harness.BUILD / "examples" / "algorithms")
NAMES = ["qsort", "merge sort", "loop", "memchr"]


def run(*words):
    answer = subprocess.run([SUITE, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, timeout=harness.PATIENCE)
    assert answer.returncode == 0, answer
    assert answer.stderr == "", answer
    return answer.stdout


def test_forms():
    """Table, Markdown, CSV and JSON hold each benchmark, and nothing about progress; JSON has the timings."""
    table = run()
    assert [line[:10].rstrip() for line in table.splitlines()[3:7]] == NAMES, table
    assert " times faster than " in table or "no difference that can be shown" in table, table
    assert [line.split("|")[1].strip(" `") for line in run("--markdown").splitlines() if line.startswith("| `")] == NAMES
    assert [row["name"] for row in csv.DictReader(io.StringIO(run("--csv")))] == NAMES
    told = json.loads(run("--json"))
    assert [r["name"] for r in told["results"]] == NAMES and told["machine"]["name"] == os.uname().nodename
    for result in told["results"]:
        assert len(result["timings"]) == result["iterations"] == 100, result
        assert sorted(result["timings"])[0] == result["min_time"], result


def test_progress():
    """On a terminal each benchmark's progress is told on standard error, up to its end."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([SUITE, "--csv"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # EIO: the terminal has been left
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    out, _ = process.communicate(timeout=harness.PATIENCE)
    assert process.returncode == 0 and b"\r" not in out, process.returncode
    for i, name in enumerate(NAMES):
        assert f"[{i + 1}/4]".encode() in shown and name.encode() in shown, shown


def test_compared():
    """What a suite reports as JSON is compared by profctl, without any profd."""
    told = subprocess.run([SUITE, "--json"], stdout=subprocess.PIPE, timeout=harness.PATIENCE, check=True).stdout
    answer = subprocess.run([str(harness.BUILD / "profctl"), "bench", "show", "--json", "--", "-#4"], input=told,
                            stdout=subprocess.PIPE, timeout=harness.PATIENCE, check=True)
    shown = json.loads(answer.stdout)
    expected = json.loads(told)["results"][3]
    assert (shown["name"], shown["iterations"]) == ("memchr", 100), shown
    for figure in ("median", "mean", "p99", "std_dev", "mad", "median_ci_low", "mean_ci_high"):
        assert abs(shown[figure] - expected[figure]) <= 1e-9 * expected[figure], (figure, shown, expected)


if __name__ == "__main__":
    harness.main([test_forms, test_progress, test_compared])
