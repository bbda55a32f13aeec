"""What `profctl bench` tells of saved benchmarks: lists, figures, comparisons, and how one moved."""

import contextlib
import csv
import io
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd
from test_profctl import complete, on_terminal

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
        assert check(daemon, 0, "list", "x*", says="no benchmark matches").stdout == ""
        assert daemon.json("bench", "list", "x*") == {"benchmarks": []}


def test_show():
    """One result is shown with all figures, that of a number or the latest; what is not kept is said, with near names."""
    with profd(FAST) as daemon:
        timings = noisy("show", 100)
        save(daemon, "sort", [0.5])
        save(daemon, "sort", timings, [0] * 97 + [1, -9, 1], machine="anvil", processor="Z80", system="Linux 6",
             compiler="gcc 12", command="sort big", revision="abc", note="a note")
        told = daemon.json("bench", "show", "sort")
        assert (told["name"], told["number"], told["results"], told["failures"]) == ("sort", 2, 2, 3), told
        assert told["timings"] == [float(f"{t:.15g}") for t in timings] and told["statuses"][97:] == [1, -9, 1]
        assert abs(told["median"] - statistics.median(timings)) < 1e-15
        assert abs(told["std_dev"] / statistics.stdev(timings) - 1) < 1e-12
        assert abs(told["p90"] / statistics.quantiles(timings, n=10, method="inclusive")[8] - 1) < 1e-12
        assert told["median_ci_low"] < told["median"] < told["median_ci_high"]
        assert any("3 calls failed" in doubt for doubt in told["doubts"]), told["doubts"]
        shown = check(daemon, 0, "show", "sort#2").stdout
        for text in ("sort#2", "anvil", "Z80", "Linux 6", "gcc 12", "sort big", "abc", "a note", "100, 3 failed",
                     "one of 2 kept", "95 % between", "Doubtful: 3 calls failed"):
            assert text in shown, (text, shown)
        first = check(daemon, 0, "show", "sort#1").stdout
        assert "500.0 ms\n" in first and re.search("Std dev +-", first) and "Doubtful: one timing only" in first, first
        check(daemon, 1, "show", "sotr", says="Did you mean sort?")
        check(daemon, 1, "show", "sort#3", says="no result 3 of benchmark 'sort'")
        assert json.loads(check(daemon, 1, "show", "sotr", "--json").stdout)["near"] == ["sort"]
        for wrong in ("sort#0", "", "#1", "sort#99999999999999999999"):
            check(daemon, 2, "show", wrong, says="must be a name or a file")
        check(daemon, 2, "show", says="bench show requires RESULT")
        check(daemon, 2, "show", "n" * 256)


def test_compare():
    """A shift that is there is found, with its sign and size; none is found where there is none; too few show nothing."""
    with profd(FAST) as daemon:
        save(daemon, "old", noisy("old", 250), machine="anvil", processor="Z80")
        save(daemon, "same", noisy("same", 250), machine="anvil", processor="Z80")
        save(daemon, "new", noisy("new", 250, 0.0105), machine="bolt", processor="Z80")
        told = daemon.json("bench", "compare", "old", "new")
        comparison = told["comparison"]
        assert comparison["verdict"] == "slower" and abs(1 / comparison["ratio"] - 1.05) < 0.01, comparison
        low, high = comparison["ratio_ci"]
        assert low < comparison["ratio"] < high < 1 and comparison["p_value"] < 1e-6, comparison
        assert told["same_machine"] is False and "different machines: anvil (Z80) and bolt (Z80)" in told["warnings"][0]
        assert (told["first"]["label"], told["second"]["label"]) == ("old#1", "new#1") and "timings" not in told["first"]
        shown = check(daemon, 0, "compare", "new", "old").stdout
        assert re.search(r"old#1 is 1\.0[45]\d times faster than new#1 \(95 % between", shown), shown
        assert "Doubtful: they were timed on different machines" in shown, shown
        same = daemon.json("bench", "compare", "old", "same")
        assert same["comparison"]["verdict"] == "no difference that can be shown", same["comparison"]
        assert same["same_machine"] is True and same["warnings"] == []
        for threshold, verdict in (("4", "slower"), ("6%", "no difference that can be shown")):
            told = daemon.json("bench", "compare", "old", "new", "--threshold", threshold)
            assert told["comparison"]["verdict"] == verdict, told["comparison"]
        save(daemon, "few", [1.0, 1.1, 1.2])
        save(daemon, "fewer", [9.0, 9.1, 9.2])
        few = daemon.json("bench", "compare", "few", "fewer")
        assert few["same_machine"] is None and few["comparison"]["verdict"] == "no difference that can be shown"
        assert few["warnings"] == ["3 and 3 timings are too few to show a difference, however large"]
        assert daemon.json("bench", "compare", "old", "fewer")["comparison"]["verdict"] == "slower"
        check(daemon, 1, "compare", "old", "nwe", says="Did you mean new?")
        check(daemon, 2, "compare", "old", says="bench compare requires RESULT RESULT")


def test_history():
    """A change that is there is found and marked, with revisions and machines; a level series has none."""
    with profd(FAST) as daemon:
        for i in range(30):
            level = 0.010 if i < 18 else 0.0106
            save(daemon, "moved", noisy(f"moved {i}", 20, level), machine="anvil" if i < 25 else "bolt",
                 revision=f"r{i}", **({"note": f"try {i}"} if i >= 25 else {}))
            save(daemon, "level", noisy(f"level {i}", 20))
        told = daemon.json("bench", "history", "moved")
        assert [r["number"] for r in told["results"]] == list(range(1, 31)), told
        change, = told["changes"]
        assert (change["number"], change["previous_number"], change["verdict"]) == (19, 18, "slower"), change
        assert abs(change["ratio"] - 1.06) < 0.01 and change["p_value"] <= 0.01, change
        assert (change["previous_revision"], change["revision"]) == ("r17", "r18") and not change["other_machine"]
        shown = check(daemon, 0, "history", "moved").stdout
        assert re.search(r"^19 .*\+[56]\.\d %  anvil +r18$", shown, re.M), shown
        assert re.search(r"^#19 slower: 10\.\d\d ms, before .* ms \(\+[56]\.\d %\), revision r17 to r18$", shown, re.M), shown
        assert re.search(r"^26 .* r25 +another machine: try 25$", shown, re.M) and "█" in shown, shown
        assert re.search(r"^27 .* r26 +try 26$", shown, re.M), shown
        assert re.search(r"^ {28}\^$", shown, re.M), shown
        assert daemon.json("bench", "history", "level")["changes"] == []
        assert "No change that can be shown." in check(daemon, 0, "history", "level").stdout
        latest = daemon.json("bench", "history", "moved", "--limit", 10)
        assert [r["number"] for r in latest["results"]] == list(range(21, 31)) and latest["changes"] == []
        assert len(daemon.json("bench", "history", "moved", "--since", "1h")["results"]) == 30
        with daemon.sqlite() as database:
            database.execute("UPDATE benchmark SET saved_at_ns = saved_at_ns - 86400000000000 * (30 - number)")
        assert [r["number"] for r in daemon.json("bench", "history", "moved", "--since", "60h")["results"]] == [28, 29, 30]
        check(daemon, 1, "history", "moved", "--since", "@4000000000", says="no result of 'moved'")
        check(daemon, 1, "history", "mvoed", says="Did you mean moved?")
        check(daemon, 2, "history", "moved#3", says="a history covers all results")
        for i in range(40):
            save(daemon, "level", [0.01])
        shown = check(daemon, 0, "history", "level").stdout
        assert "10 earlier ones are not shown; see --limit" in shown and "\n10  " not in shown and "\n11  " in shown, shown
        assert "\n 1  " in check(daemon, 0, "history", "level", "--limit", 0).stdout
        save(daemon, "one", [0.0])
        assert check(daemon, 0, "history", "one").stdout


def test_export():
    """What is exported reads back to the same timings, and hyperfine's file can stand in the place of a saved one."""
    with profd(FAST) as daemon:
        timings = noisy("export", 50)
        save(daemon, "a/b", timings, [0] * 49 + [3], machine="anvil", processor="Z80", system="Linux 6", revision="abc")
        path = daemon.folder / "exported"
        assert check(daemon, 0, "export", "a/b", "--output", path).stdout == ""
        exported = json.loads(path.read_text())
        result, = exported["results"]
        assert result["timings"] == timings and result["statuses"][49] == 3 and exported["machine"]["name"] == "anvil"
        assert check(daemon, 0, "export", "a/b", "--format", "json", "--output", "-").stdout == path.read_text()
        both = daemon.json("bench", "compare", "a/b", path)
        assert both["comparison"]["ratio"] == 1 and both["same_machine"] is True, both
        assert both["second"]["revision"] == "abc" and both["second"]["failures"] == 1
        row, = csv.DictReader(io.StringIO(check(daemon, 0, "export", "a/b", "--format", "csv").stdout))
        assert row["name"] == "a/b#1" and float(row["median"]) == statistics.median(timings)
        assert "| `a/b#1` | 50 |" in check(daemon, 0, "export", f"{path}#1", "--format", "markdown").stdout.replace(
            str(path), "a/b")
        assert check(daemon, 4, "export", "a/b", "--output", "/dev/full", says="No space left")
        assert check(daemon, 4, "export", "a/b", "--output", daemon.folder / "no" / "where", says="cannot write")
        check(daemon, 2, "export", "a/b", "--format", "svg", says="json, csv or markdown")
        hyperfine = daemon.folder / "hyperfine.json"
        hyperfine.write_text(json.dumps({"results": [
            {"command": "sleep 1", "mean": 0.0102, "times": [2 * t for t in timings], "exit_codes": [0] * 50},
            {"command": "sleep 2", "mean": 1.0, "times": [1.0], "exit_codes": [None]}]}))
        assert daemon.json("bench", "compare", "a/b", f"{hyperfine}#1")["comparison"]["verdict"] == "slower"
        check(daemon, 2, "compare", "a/b", hyperfine, says="holds 2 results: put #1 to #2 behind its name")
        check(daemon, 2, "compare", "a/b", f"{hyperfine}#3", says="holds 2 results only")
        assert "sleep 1" in check(daemon, 0, "show", f"{hyperfine}#1").stdout
        piped = subprocess.run([harness.BUILD / "profctl", "bench", "show", "--json", "--", "-#1"], env=daemon.environment,
                               input=hyperfine.read_text(), stdout=subprocess.PIPE, text=True, timeout=harness.PATIENCE)
        assert piped.returncode == 0 and json.loads(piped.stdout)["command"] == "sleep 1"
        daemon.stop()
        # Files need no profd.
        assert daemon.ask("bench", "compare", path, f"{hyperfine}#1").returncode == 0


def test_delete():
    """delete asks on a terminal, deletes after a yes only, one or all; those of another user stay."""
    with profd(FAST + "control_mode = 0666\n[access]\nask = root 4343\n") as daemon:
        daemon.folder.chmod(0o755)
        for i in range(3):
            save(daemon, "sort", [1.0 + i])
        save(daemon, "other", [1.0])
        check(daemon, 2, "delete", "sort", says="bench delete requires --yes")
        for typed in ("n\n", "\n", "\x04"):
            status, shown = on_terminal(daemon, ["bench", "delete", "sort"], typed)
            assert status == 1 and "Delete all 3 results of sort, the latest of " in shown, shown
        status, shown = on_terminal(daemon, ["bench", "delete", "sort#2"], "y\n")
        assert status == 0 and "Delete sort#2 of " in shown and "1 result was deleted." in shown, shown
        assert [r["number"] for r in daemon.json("bench", "history", "sort")["results"]] == [1, 3]
        check(daemon, 1, "delete", "sort#2", "--yes", says="no result 2 of benchmark 'sort'")
        check(daemon, 1, "delete", "srot", "--yes", says="Did you mean sort?")
        if harness.can_be(4343):
            answer = daemon.ask("bench", "delete", "sort", "--yes", user=4343, group=4343, extra_groups=[])
            assert answer.returncode == 3 and "another user saved it" in answer.stderr, answer
        assert daemon.json("bench", "delete", "sort", "--yes") == {"deleted_results": 2}
        assert check(daemon, 0, "list", "--names").stdout == "other\n"


def test_no_profd():
    """Where profd is away that is said within the time limit, in JSON too."""
    with profd(FAST, start=False) as daemon:
        for words in (("list",), ("show", "x"), ("compare", "x", "y"), ("history", "x"), ("export", "x"),
                      ("delete", "x", "--yes")):
            check(daemon, 3, *words, "--timeout", "0.5", says="profctl: ")
            assert set(json.loads(daemon.ask("bench", *words, "--json", "--timeout", "0.5").stdout)) == {"error"}, words


def test_hostile():
    """Files that are damaged or hostile are refused in a sentence, and no text reaches a terminal as it is."""
    evil = "a\x1b[2Jb\nc\u202e"
    with profd(FAST) as daemon:
        save(daemon, evil, [1.0, 2.0], command=evil, machine=evil, processor=evil, revision=evil, note=evil)
        save(daemon, evil, [1.0, 2.0], machine="b" + evil)
        path = daemon.folder / "evil.json"
        path.write_text(json.dumps({"results": [{"name": evil, "command": evil, "machine": evil, "timings": [1, 2]}]}))
        for words in (("list",), ("list", "--names"), ("show", evil), ("compare", evil, f"{evil}#1"),
                      ("compare", path, evil), ("history", evil), ("show", path), ("show", evil + "x"),
                      ("history", evil + "x"), ("delete", f"{evil}#9", "--yes"),
                      ("export", evil, "--format", "markdown"), ("export", evil)):
            answer = daemon.ask("bench", *words)
            assert "\x1b" not in answer.stdout + answer.stderr, (words, answer)
            assert "\u202e" not in answer.stderr and (words[0] == "export" or "\u202e" not in answer.stdout), (words, answer)
        status, shown = on_terminal(daemon, ["bench", "delete", evil], "n\n")
        assert status == 1 and "\x1b[2J" not in shown and "\u202e" not in shown, shown
        assert daemon.json("bench", "list")["benchmarks"][0]["machine"] == "b" + evil
        for text in ("", "{", "nonsense \x1b[2J", "[" * 100000, '{"results": []}', '{"timings": [1, NaN]}',
                     '{"timings": [1e999]}', '{"timings": [-1]}', '{"timings": ["1"]}', '{"timings": [1, null]}',
                     '{"results": [{"times": [1], "exit_codes": [1, 2]}]}', '{"timings": [99999999999]}'):
            path.write_text(text)
            answer = check(daemon, 2, "show", path, says=f"{path}: ")
            assert "\x1b" not in answer.stderr and len(answer.stderr.splitlines()) == 1, answer
        path.write_bytes(b'{"timings": [1], "name": "\xff"}')
        check(daemon, 2, "show", path)
        check(daemon, 2, "show", daemon.folder / "none.json", says="No such file")
        check(daemon, 2, "show", f"{daemon.folder}/", says="Is a directory")
        check(daemon, 2, "show", "/dev/zero", says="longer than 64 MiB")
        path.write_text(json.dumps({"timings": [0.5] * 100001}))
        assert daemon.json("bench", "compare", path, path)["first"]["iterations"] == 100001
        odd = subprocess.run([harness.BUILD / "profctl", "bench", "show", b"\xff\xfe"], env=daemon.environment,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=harness.PATIENCE)
        assert odd.returncode == 2 and b"\xff" not in odd.stderr, odd
        odd_file = os.fsencode(daemon.folder) + b"/\xff.json"
        with open(odd_file, "w") as file:
            json.dump({"timings": [1, 2, 3]}, file)
        odd = subprocess.run([harness.BUILD / "profctl", "bench", "show", odd_file, "--json"], env=daemon.environment,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=harness.PATIENCE)
        assert odd.returncode == 0 and json.loads(odd.stdout)["median"] == 2, odd


def test_pipe():
    """A full disk under the answer is trouble; a reader who has seen enough is none."""
    with profd(FAST) as daemon:
        save(daemon, "sort", [1.0, 2.0, 3.0])
        for words in (("list",), ("show", "sort"), ("history", "sort"), ("compare", "sort", "sort"), ("export", "sort")):
            command = [harness.BUILD / "profctl", "bench", *words]
            with open("/dev/full", "w") as full:
                answer = subprocess.run(command, env=daemon.environment, stdout=full, stderr=subprocess.PIPE, text=True,
                                        timeout=harness.PATIENCE)
            assert answer.returncode == 4 and "No space left" in answer.stderr, answer
            reading, writing = os.pipe()
            os.close(reading)
            answer = subprocess.run(command, env=daemon.environment, stdout=writing, stderr=subprocess.PIPE, text=True,
                                    timeout=harness.PATIENCE)
            os.close(writing)
            assert answer.returncode in (0, -13) and answer.stderr == "", answer


def test_many():
    """Thousands of results are told, and the change among them is found; what is too long says so."""
    with profd(FAST) as daemon:
        save(daemon, "f", [1.0, 2.0], command="c" * 4096, note="n" * 4096)
        with contextlib.closing(daemon.sqlite()) as database:
            columns = ", ".join(row[1] for row in database.execute("PRAGMA table_info (benchmark)").fetchall()[3:])
            database.execute("WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 4000) "
                             f"INSERT INTO benchmark (name, number, {columns}) SELECT name, i, {columns} FROM n, benchmark")
            database.execute("UPDATE benchmark SET median_s = 0.01 + (number * 7919 % 100) * 1e-6 + (number > 2500) * 1e-3")
            database.commit()
            check(daemon, 4, "history", "f", "--timeout", harness.PATIENCE, says="see --limit")
            assert len(daemon.json("bench", "history", "f", "--limit", 1000)["results"]) == 1000
            database.execute("UPDATE benchmark SET command = 'c', note = ''")
            database.commit()
        told = daemon.json("bench", "history", "f", "--timeout", harness.PATIENCE)
        assert len(told["results"]) == 4000 and [c["number"] for c in told["changes"]] == [2501], told["changes"]
        assert {r["results"] for r in told["results"]} == {4000}
        row, = daemon.json("bench", "list")["benchmarks"]
        assert (row["number"], row["results"]) == (4000, 4000), row


def test_completion():
    """bash completes the names of saved benchmarks, files, and options of the second word; it expands no name."""
    with profd(FAST) as daemon:
        for name in ("parse/small", "parse/large", "$(touch expanded)"):
            save(daemon, name, [1.0])
        path = daemon.folder / "base.json"
        path.write_text("{}")
        assert complete(daemon, "profctl bench show p") == {"parse/small", "parse/large"}
        assert complete(daemon, "profctl bench compare parse/small parse/l") == {"parse/large"}
        assert complete(daemon, f"profctl bench compare {daemon.folder}/b") == {str(path)}
        assert complete(daemon, "profctl bench check --against parse/s") == {"parse/small"}
        assert complete(daemon, "profctl bench check --a") == {"--against"}
        assert complete(daemon, "profctl bench check --against parse/small seq") >= {"seq"}
        assert complete(daemon, "profctl bench export --format m") == {"markdown"}
        assert complete(daemon, "profctl flame --format s") == {"svg", "speedscope"}
        assert "\\$\\(touch\\ expanded\\)" in complete(daemon, "profctl bench delete ")
        assert not pathlib.Path("expanded").exists()


if __name__ == "__main__":
    harness.main([test_list, test_show, test_compare, test_history, test_export, test_delete, test_no_profd, test_hostile,
                  test_pipe, test_many, test_completion])
