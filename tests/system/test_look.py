"""What profctl shows of the past and of paths agrees with the statistics, in each of its forms."""

import collections
import csv
import io
import json
import pathlib
import re
import signal
import subprocess
import sys
import xml.dom.minidom

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd, wait_until
from test_profctl import PROFCTL, on_terminal

FAST = "[profd]\ncommit_interval = 50ms\n"


def fill(daemon):
    for words in (("f", 0.001, "--count", 900), ("f", 0.1, "--count", 90), ("f", 0.5, "--count", 10, "--error", "bad"),
                  ("g <&>", 2, "--program", "shop")):
        assert daemon.ask("record", *words).returncode == 0, words


def test_history():
    """The steps of a history add up to the statistics; JSON, CSV and the table tell the same."""
    with profd(FAST) as daemon:
        fill(daemon)
        stats = daemon.stats("f")
        answer = daemon.json("history", "f", "--since", "10m")
        steps = answer["steps"]
        assert answer["since"] < steps[0]["start"] + steps[0]["width"] and answer["step"] == 10, answer
        assert sum(s["call_count"] for s in steps) == 1000 and sum(s["error_count"] for s in steps) == 10
        assert abs(sum(s["total_seconds"] for s in steps) - stats["total_seconds"]) < 1e-9
        rows = list(csv.DictReader(io.StringIO(daemon.ask("history", "f", "--since", "10m", "--csv").stdout)))
        assert [int(r["calls"]) for r in rows] == [s["call_count"] for s in steps]
        whole, = daemon.json("history", "f", "--step", "1d")["steps"]
        for quantile in ("p50", "p90", "p99"):
            assert abs(whole[quantile] / stats[quantile] - 1) < 1e-9, (quantile, whole, stats)
        table = daemon.ask("history", "f", "--step", "1d").stdout
        assert re.search(r"1,000\s.*\s10\s", table) and "█" in table, table
        assert daemon.json("history", "f", "--program", "nobody")["steps"] == []


def test_heatmap():
    """A heat map holds each call once, in the bucket of its duration."""
    with profd(FAST) as daemon:
        fill(daemon)
        answer = daemon.json("heatmap", "f")
        count = {}
        for step in answer["steps"]:
            for index, calls in step["buckets"]:
                count[index] = count.get(index, 0) + calls
        assert sum(count.values()) == 1000, count
        for seconds, calls in ((0.001, 900), (0.1, 90), (0.5, 10)):
            index, = (i for i in count if 2 ** ((i - 1) / 64) < seconds <= 2 ** (i / 64))
            assert count[index] == calls, (seconds, count)
        shown = daemon.ask("heatmap", "f")
        assert shown.returncode == 0 and "1 to 900 calls" in shown.stdout and "█" in shown.stdout, shown
        assert "\x1b" not in shown.stdout
        status, colored = on_terminal(daemon, ["heatmap", "f"])
        assert status == 0 and "\x1b[48;5;" in colored
        daemon.environment["NO_COLOR"] = "1"
        assert "\x1b" not in on_terminal(daemon, ["heatmap", "f"])[1]


def test_tree():
    """The tree has every call, and each function the time that it has elsewhere; own times are without those below."""
    with profd(FAST) as daemon:
        known = daemon.run("tests/system/known", "--rounds", "500", stdout=subprocess.DEVNULL)
        assert known.wait(harness.PATIENCE) == 0, daemon.said()
        fill(daemon)
        summary = daemon.json("summary")
        tree = daemon.json("tree", "--share", "0")
        assert tree["total_calls"] == summary["total_calls"] and tree["errors"] == summary["errors"]
        assert sum(p["call_count"] for p in tree["paths"]) == summary["total_calls"]
        below, of_function = collections.Counter(), collections.Counter()
        programs = {p["id"] for p in tree["paths"] if p["parent"] is None}
        for p in tree["paths"]:
            below[p["parent"]] += p["total_seconds"]
            if p["id"] not in programs:
                of_function[p["function"]] += p["total_seconds"]
        for p in tree["paths"]:
            own = max(0, p["total_seconds"] - below[p["id"]])  # an asynchronous call may take longer than its parent
            assert abs(p["self_seconds"] - own) < 1e-9, p
        assert len(of_function) == summary["profiled_functions"]
        for name, total in of_function.items():
            assert abs(total - daemon.stats(name)["total_seconds"]) < 1e-6, name
        shown = daemon.ask("tree")
        assert shown.returncode == 0 and "g <&>" in shown.stdout, shown
        few = daemon.ask("tree", "--share", "50%")
        assert few.returncode == 0 and "not shown" in few.stdout, few


def test_flame():
    """The picture is well-formed XML; folded stacks and speedscope's file hold the same time."""
    with profd(FAST) as daemon:
        fill(daemon)
        picture = daemon.folder / "flame.svg"
        assert daemon.ask("flame", "--output", picture).returncode == 0
        frames = [g for g in xml.dom.minidom.parse(str(picture)).getElementsByTagName("g")
                  if g.getAttribute("class") == "f"]
        assert {g.getAttribute("data-n") for g in frames} == {"all", "profctl", "f", "shop", "g <&>"}
        assert daemon.ask("flame").stdout == picture.read_text() == daemon.ask("flame", "--output", "-").stdout
        total = daemon.json("tree", "--share", "0")["total_seconds"]
        folded = dict(line.rsplit(" ", 1) for line in daemon.ask("flame", "--format", "folded").stdout.splitlines())
        assert set(folded) == {"profctl;f", "shop;g <&>"} and folded["shop;g <&>"] == "2000000"
        assert abs(sum(map(int, folded.values())) / 1e6 - total) < 1e-5
        calls = daemon.ask("flame", "--format", "folded", "--by", "calls").stdout
        assert "profctl;f 1000\n" in calls
        speedscope = json.loads(daemon.ask("flame", "--format", "speedscope").stdout)
        profile, = speedscope["profiles"]
        assert abs(profile["endValue"] - total) < 1e-9 and abs(sum(profile["weights"]) - total) < 1e-9
        names = [f["name"] for f in speedscope["shared"]["frames"]]
        assert sorted([names[i] for i in stack] for stack in profile["samples"]) == [
            ["profctl", "f"], ["shop", "g <&>"]]
        compared = daemon.ask("flame", "--diff", "1h")
        assert compared.returncode == 0 and "red where the share grew" in compared.stdout
        status, shown = on_terminal(daemon, ["flame"])
        assert status == 2 and "--output" in shown
        full = daemon.ask("flame", "--output", "/dev/full")
        assert full.returncode == 4 and "No space left" in full.stderr, full
        assert daemon.ask("flame", "--output", daemon.folder / "no" / "where").returncode == 4


def test_diff():
    """What got slower is found, with the right sign, and can fail a script; two programs too."""
    with profd(FAST) as daemon:
        for program, factor in (("old", 1.0), ("new", 1.3)):
            for i in range(40):
                assert daemon.ask("record", "f", 0.001 * factor * (1 + i / 100), "--count", 50, "--program",
                                  program).returncode == 0
            assert daemon.ask("record", "same", 0.001, "--count", 500, "--program", program).returncode == 0
        assert daemon.ask("record", "fresh", 0.001, "--count", 500, "--program", "new").returncode == 0
        sides = ("--before-program", "old", "--after-program", "new")
        verdicts = {f["function_name"]: f for f in daemon.json("diff", *sides)["functions"]}
        assert {n: f["verdict"] for n, f in verdicts.items()} == {"f": "slower", "same": "same", "fresh": "new"}
        assert abs(verdicts["f"]["p50"]["ratio"] - 1.3) < 0.03, verdicts["f"]
        assert daemon.ask("diff", *sides, "--fail-on", "slower").returncode == 1
        assert daemon.ask("diff", *sides, "--fail-on", "slower", "--threshold", "50").returncode == 0
        back = ("--before-program", "new", "--after-program", "old")
        assert daemon.ask("diff", "f", *back, "--fail-on", "slower").returncode == 0
        assert daemon.json("diff", "f", *back)["functions"][0]["verdict"] == "faster"
        shown = daemon.ask("diff", *sides).stdout
        assert re.search(r"^f\s+slower\s+\+(29|3\d)\.\d %", shown, re.M), shown
        assert "3 functions: 1 slower, 1 same, 1 new" in shown, shown
        now = daemon.ask("diff", "--before", "1h..30m", "--after", "30m")
        assert now.returncode == 0 and "3 functions: 3 new" in now.stdout, now


def build_of(program, folder, change):
    """A copy of an executable whose build-id has another first byte; the copy and the first digits of its number."""
    executable = harness.BUILD / "tests/system/.libs" / program
    if not executable.exists():  # libtool needed no wrapper around it
        executable = harness.BUILD / "tests/system" / program
    image = bytearray(executable.read_bytes())
    at = image.index(b"\x04\x00\x00\x00\x14\x00\x00\x00\x03\x00\x00\x00GNU\x00") + 16
    image[at] = (image[at] + change) % 256
    (folder / str(change)).mkdir()
    copy = folder / str(change) / program
    copy.write_bytes(image)
    copy.chmod(0o755)
    return copy, image[at:at + 6].hex()


def test_builds():
    """Two builds of one program are told apart by their build-id, and can be compared."""
    with profd(FAST) as daemon:
        builds = [build_of("known", daemon.folder, change) for change in (0, 1)]
        for executable, _ in builds:
            program = daemon.run(executable, "--rounds", 100, stdout=subprocess.DEVNULL,
                                 environment={"PROF_PROGRAM": "%n@%b", "LD_LIBRARY_PATH": str(harness.BUILD / ".libs")})
            assert program.wait(harness.PATIENCE) == 0
        old, new = (f"known@{number}" for _, number in builds)
        assert old != new and {p["program"] for p in daemon.json("ps")["processes"]} == {old, new}
        compared = daemon.json("diff", "known.hand", "--before-program", old, "--after-program", new)
        assert [f["verdict"] for f in compared["functions"]] == ["same"], compared
        assert daemon.ask("record", "f", 1, "--program", "100%b").returncode == 0
        assert "100%b" in {p["program"] for p in daemon.json("ps")["processes"]}
        assert daemon.ask("record", "f", 1, "--program", "%" * 200).returncode == 2


LOOKS = (("history", "f"), ("heatmap", "f"), ("tree",), ("flame",), ("flame", "--format", "folded"),
         ("flame", "--format", "speedscope"), ("diff", "--before", "1h"), ("history", "f", "--csv"))


def test_edges():
    """Ranges that are none, names that nobody has, a narrow window, a reader who leaves: each is said, nothing breaks."""
    with profd(FAST) as daemon:
        fill(daemon)
        for words in LOOKS:
            options = ("--before", "--after") if words[0] == "diff" else ("--since", "--until")
            for option in options:
                for bad in ("", "x", "99:99", "2026-13-01", "-5m", "9999999999999", "1hq"):
                    answer = daemon.ask(*words, option, bad)
                    assert answer.returncode == 2 and option in answer.stderr and not answer.stdout, (words, option, bad)
            with subprocess.Popen([PROFCTL, *words], env=daemon.environment, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
                process.stdout.close()
                assert process.stderr.read() == b"", words
                assert process.wait(harness.PATIENCE) in (0, -signal.SIGPIPE), words
        for bad in ("..", "1h..3h", "0..0", "2h..1h..", "x..1h"):
            for words in (("diff", "--before", bad), ("diff", "--before", "1h", "--after", bad), ("flame", "--diff", bad)):
                answer = daemon.ask(*words)
                assert answer.returncode == 2 and bad in answer.stderr and not answer.stdout, answer
        for words, says in ((("diff", "nope", "--before", "1h"), "no calls of 'nope'"),
                            (("diff", "--before-program", "shopp", "--after-program", "shop"), "Did you mean shop?"),
                            (("diff", "--before-program", "shop", "--after-program", "nobody"), "unknown program 'nobody'"),
                            (("history", "nope"), "'nope'"), (("heatmap", "nope"), "'nope'"),
                            (("flame", "--program", "nobody"), "no calls")):
            answer = daemon.ask(*words)
            assert answer.returncode == 1 and says in answer.stderr and not answer.stdout, (words, answer)
        assert json.loads(daemon.ask("--json", "diff", "nope", "--before", "1h").stdout)["functions"] == []
        for columns in (1, 10, 29, 30, 40):
            status, shown = on_terminal(daemon, ["heatmap", "f"], columns=columns)
            assert (status == 4 and "takes 30 columns" in shown) if columns < 30 else status == 0, (columns, shown)
            status, shown = on_terminal(daemon, ["history", "f"], columns=columns)
            assert status == 0 and ("too narrow for the chart" in shown) == (columns < 30), (columns, shown)
            for words in (["tree"], ["diff", "--before-program", "shop", "--after-program", "profctl"]):
                assert on_terminal(daemon, words, columns=columns)[0] == 0, (words, columns)
        status, shown = on_terminal(daemon, ["history", "f"], columns=80)
        assert status == 0 and max(map(len, shown.split("\n"))) <= 80, shown
    for words in LOOKS:
        answer = daemon.ask(*words)
        assert answer.returncode == 3 and "no profd is reachable" in answer.stderr and not answer.stdout, (words, answer)


def test_refusals():
    """What makes no sense is told as such; what is not there is a negative answer."""
    with profd(FAST) as daemon:
        fill(daemon)
        for words, says in ((("history", "f", "--since", "tomorrow"), "2026-"), (("history", "f", "--step", "0"), "10s"),
                            (("history", "f", "--since", "1h", "--until", "2h"), "--since must be earlier"),
                            (("heatmap",), "FUNCTION"), (("tree", "--share", "x"), "percentage"),
                            (("flame", "--format", "png"), "svg, folded or speedscope"), (("flame", "--by", "x"), "time"),
                            (("diff",), "nothing to compare with"), (("diff", "--before", "2h..4h"), "--before"),
                            (("diff", "--before", "1h", "--fail-on", "x"), "slower")):
            answer = daemon.ask(*words)
            assert answer.returncode == 2 and says in answer.stderr, (words, answer)
        for words in (("history", "nothing"), ("heatmap", "nothing"), ("tree", "--program", "nobody"),
                      ("history", "f", "--since", "2h", "--until", "1h")):
            answer = daemon.ask(*words)
            assert answer.returncode == 1 and answer.stderr, (words, answer)
    for words in (("history", "f"), ("tree",), ("flame", "--format", "folded"), ("diff", "--before", "1h")):
        assert daemon.ask(*words).returncode == 3, words


if __name__ == "__main__":
    harness.main([test_history, test_heatmap, test_tree, test_flame, test_diff, test_builds, test_edges, test_refusals])
