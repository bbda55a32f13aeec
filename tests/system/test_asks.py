"""What is asked about time, paths and distributions agrees with the statistics, through the public API of the library."""

import contextlib
import json
import math
import os
import pathlib
import statistics
import struct
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd
from wire import (BAD_QUESTION, DELETE, DENIED, DONE, HISTOGRAMS, HISTORY, NOT_FOUND, SAFE, SAVE, SAVED, TREE, Speaker,
                  data, event, number, packed, path, standing)

# Windows of 1, 2 and 4 seconds: what takes hours otherwise happens within seconds.
SHORT = "[profd]\ncommit_interval = 50ms\n[windows]\nshort = 1s\nmiddle = 2s\nlong = 4s\n"
FUNCTIONS = ("known.outer", "known.inner", "known.call", "known.hand")
BAD_NAME, BAD_VALUE = 3, 4
NO_SUCH = 1  # PROF_NOT_FOUND of the library; NOT_FOUND is that of the wire
TOO_MUCH = 14


def asks(daemon, *arguments):
    program = daemon.run("tests/system/asks", *arguments, stdout=harness.subprocess.PIPE, text=True)
    out, _ = program.communicate(timeout=harness.PATIENCE)
    assert program.returncode == 0, (arguments, program.returncode)
    return json.loads(out)


def history(daemon, function="", pattern="", program="", since=0, until=0, step=0, buckets=1):
    return asks(daemon, "history", function, pattern, program, repr(since), repr(until), step, buckets)


def known(daemon, rounds, **more):
    program = daemon.run("tests/system/known", "--rounds", rounds, "--threads", 1, stdout=harness.subprocess.PIPE,
                         text=True, **more)
    program.communicate(timeout=harness.PATIENCE)
    assert program.returncode == 0


def near(a, b):
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-8)


def added(buckets):
    """Many lists of buckets as one."""
    sums = {}
    for index, count in (bucket for some in buckets for bucket in some):
        sums[index] = sums.get(index, 0) + count
    return sorted([index, count] for index, count in sums.items())


def check_histogram(histogram, stats):
    assert histogram["calls"] == stats["call_count"] == sum(count for _, count in histogram["buckets"]), stats
    for one, other in (("total", "total_seconds"), ("min", "min_seconds"), ("max", "max_seconds"), ("p50", "p50"),
                       ("p99", "p99")):
        assert near(histogram[one], stats[other]), (one, histogram, stats)


def check_steps(answer, stats, buckets):
    rows = answer["rows"]
    assert sum(row["all"]["calls"] for row in rows) == stats["call_count"], (rows, stats)
    assert sum(row["errors"] for row in rows) == stats["error_count"]
    assert near(sum(row["all"]["total"] for row in rows), stats["total_seconds"])
    assert near(max(row["all"]["max"] for row in rows), stats["max_seconds"])
    assert near(min(row["all"]["min"] for row in rows), stats["min_seconds"])
    assert added(row["all"]["buckets"] for row in rows) == buckets, rows
    assert all(later["start"] >= row["start"] + row["width"] for row, later in zip(rows, rows[1:])), rows
    assert all(row["all"]["calls"] > 0 for row in rows)


def check_all(daemon, steps=(1, 3, 4, 0), since=0, until=0):
    """Every view of the same calls has the same calls."""
    for function in FUNCTIONS:
        stats = daemon.stats(function)
        now = asks(daemon, "histograms", function, "", "")["rows"]
        assert len(now) == 1 and now[0]["function"] == function
        check_histogram(now[0]["all"], stats)
        assert now[0]["failed"]["calls"] == now[0]["errors"] == stats["error_count"], now
        assert added((now[0]["returned"]["buckets"], now[0]["failed"]["buckets"])) == now[0]["all"]["buckets"]
        ever = asks(daemon, "histograms", function, "", "", 0, 0)["rows"]
        assert ever[0]["all"]["buckets"] == now[0]["all"]["buckets"], (ever, now)
        for step in steps:
            check_steps(history(daemon, function, since=since, until=until, step=step), stats, now[0]["all"]["buckets"])
    check_tree(daemon)


def check_tree(daemon):
    summary = daemon.json("summary")
    for range_ in ((), (0, 0)):
        tree = asks(daemon, "tree", "", 0, *range_)
        rows = tree["rows"]
        assert tree["calls"] == sum(row["calls"] for row in rows) == summary["total_calls"], tree
        assert tree["errors"] == sum(row["errors"] for row in rows) == summary["errors"]
        assert near(tree["total"], sum(row["total"] for row in rows if row["parent"] == 0))
        assert tree["left_out"] == 0
        for row in rows:
            assert (row["parent"] == 0) == (row["parent_at"] == -1)
            assert row["parent"] == 0 or rows[row["parent_at"]]["id"] == row["parent"]
        for function in FUNCTIONS:
            stats = daemon.stats(function)
            of = [row for row in rows if row["function"] == function]
            assert sum(row["calls"] for row in of) == stats["call_count"]
            assert near(sum(row["total"] for row in of), stats["total_seconds"])


def test_agreement():
    """Steps, histograms and paths add up to the statistics, while windows are made into longer ones and deleted."""
    with profd(SHORT + "short_keep = 4s\nmiddle_keep = 8s\n") as daemon:
        for round_ in range(6):
            known(daemon, 20 * (round_ + 1))
            check_all(daemon)
            time.sleep(2)  # time itself is what is tested here: windows end by the clock
        widths = {row["width"] for row in history(daemon, "known.hand", step=1)["rows"]}
        assert 4.0 in widths and 1.0 in widths, widths
        daemon.kill()
        daemon.start()
        check_all(daemon)


def test_ranges():
    """Stretches of time side by side hold each call once; one without calls is empty."""
    with profd(SHORT) as daemon:
        for _ in range(3):
            known(daemon, 10)
            time.sleep(1.2)
        whole = history(daemon, "known.hand", step=1)
        middle = whole["rows"][1]["start"]
        before = history(daemon, "known.hand", until=middle)
        after = history(daemon, "known.hand", since=middle)
        assert before["until"] == after["since"] == middle
        assert before["rows"][0]["all"]["calls"] + after["rows"][0]["all"]["calls"] == 30
        assert before["rows"][0]["all"]["calls"] == whole["rows"][0]["all"]["calls"]
        for row in whole["rows"]:
            one = history(daemon, "known.hand", since=row["start"], until=row["start"] + 1)
            assert one["rows"][0]["all"] == row["all"], (one, row)
        assert history(daemon, "known.hand", since=time.time() + 3600)["rows"] == []
        assert history(daemon, "known.hand", since=2.0, until=1.0)["rows"] == []
        assert history(daemon, "known.hand", until=whole["since"] - 3600)["rows"] == []
        assert asks(daemon, "tree", "", 0, 1, 2)["rows"] == []
        assert asks(daemon, "histograms", "", "*", "", 1, 2)["rows"] == []
        assert history(daemon, "known.hand", step=1, buckets=0)["rows"][0]["all"]["buckets"] == []


def test_selections():
    """Names, patterns and programs select what they name, in every question."""
    with profd(SHORT) as daemon:
        known(daemon, 10)
        known(daemon, 30, environment={"PROF_PROGRAM": "other"})
        for program, rounds in (("known", 10), ("other", 30), ("", 40)):
            assert history(daemon, "known.inner", "", program)["rows"][0]["all"]["calls"] == rounds
            assert history(daemon, "", "known.*", program)["rows"][0]["all"]["calls"] == 4 * rounds
            rows = asks(daemon, "histograms", "", "known.[hi]*", program)["rows"]
            assert [row["function"] for row in rows] == ["known.hand", "known.inner"], rows
            assert all(row["all"]["calls"] == rounds for row in rows)
            tree = asks(daemon, "tree", program, 0)
            assert tree["calls"] == 4 * rounds and {row["program"] for row in tree["rows"]} <= {"known", "other"}
        few = asks(daemon, "tree", "", 0.5)
        assert few["calls"] == 160 and few["left_out"] > 0
        assert {row["function"] for row in few["rows"] if row["total"] < few["total"] / 2} <= {"known.outer"}
        assert asks(daemon, "tree", "nobody", 0)["rows"] == []
        assert history(daemon, "", "nothing.*")["rows"] == []
        assert asks(daemon, "histograms", "nothing", "", "")["error"] == NO_SUCH
        assert asks(daemon, "histograms", "known.[hi]*", "", "")["error"] == NO_SUCH
        assert history(daemon, "x" * 256)["error"] == BAD_NAME
        assert history(daemon, "f", since=-1.0)["error"] == BAD_VALUE
        assert asks(daemon, "tree", "", 2)["error"] == BAD_VALUE


def test_programs():
    """The histograms of each function and program add up to those of the function; a limit keeps the most called."""
    with profd(SHORT) as daemon:
        known(daemon, 10)
        known(daemon, 30, environment={"PROF_PROGRAM": "other"})
        assert daemon.ask("record", "failing", 0.1, "--count", 7, "--error", "bad").returncode == 0
        for range_ in ((), (0, 0)):
            answer = asks(daemon, "by_program", "", "", "", 0, *range_)
            rows = {(row["function"], row["program"]): row for row in answer["rows"]}
            assert answer["left_out"] == 0 and list(rows) == sorted(rows), answer
            assert set(rows) == {(f, p) for f in FUNCTIONS for p in ("known", "other")} | {("failing", "profctl")}
            whole = asks(daemon, "histograms", "", "", "", *range_)["rows"]
            for both in whole:
                apart = [row for (function, _), row in rows.items() if function == both["function"]]
                assert both["program"] == ""
                for part in ("returned", "failed", "all"):
                    assert added(row[part]["buckets"] for row in apart) == both[part]["buckets"], (both, apart)
                for figure in ("errors", "slow"):
                    assert sum(row[figure] for row in apart) == both[figure], (both, apart)
            few = asks(daemon, "by_program", "", "", "", 4, *range_)
            assert [(r["function"], r["program"]) for r in few["rows"]] == sorted((f, "other") for f in FUNCTIONS), few
            assert few["left_out"] == 5 and all(row == rows[row["function"], "other"] for row in few["rows"])
            one = asks(daemon, "by_program", "known.inner", "", "known", 0, *range_)
            assert one["rows"] == [rows["known.inner", "known"]], one
        assert asks(daemon, "by_program", "nothing", "", "", 0)["error"] == NO_SUCH


def test_too_much():
    """More steps than an answer may have is refused with a sentence."""
    with profd(SHORT) as daemon:
        assert daemon.ask("record", "f", "0.1").returncode == 0
        database = daemon.sqlite()
        database.execute('INSERT INTO "window" SELECT 4000000000, start_ns / 4000000000 * 4000000000 - 400000000000000, '
                         'path, calls, errors, slow, sum_ns, min_ns, max_ns, 0, 0, histogram FROM "window" LIMIT 1')
        database.commit()
        answer = history(daemon, "f", step=4)
        assert answer["error"] == TOO_MUCH and "10,000 steps" in answer["reason"], answer
        assert len(history(daemon, "f", step=3600)["rows"]) == 2


def test_changes():
    """Who asks what changed is told that, with the totals of all, and everything again after a clear or a restart."""
    with profd(SHORT) as daemon:
        for name in ("f", "g", "f"):
            assert daemon.ask("record", name, "0.25").returncode == 0
        first = asks(daemon, "changes", "", 0, 0)
        assert (first["whole"], first["rows"], first["calls"], first["total"]) == (1, {"f": 2, "g": 1}, 3, 0.75), first
        mark = first["change"], first["epoch"]
        same = asks(daemon, "changes", "", *mark)
        assert (same["whole"], same["rows"], same["calls"], same["functions"]) == (0, {}, 3, 2), same
        assert daemon.ask("record", "g", "0.25").returncode == 0
        second = asks(daemon, "changes", "", *mark)
        assert (second["whole"], second["rows"], second["calls"], second["total"]) == (0, {"g": 2}, 4, 1.0), second
        assert asks(daemon, "changes", "profctl", *mark)["rows"] == {"g": 2}
        other = asks(daemon, "changes", "nobody", *mark)
        assert (other["rows"], other["calls"], other["functions"]) == ({}, 0, 0)
        mark = second["change"], second["epoch"]
        assert daemon.ask("clear", "--yes", "f").returncode == 0
        third = asks(daemon, "changes", "", *mark)
        assert (third["whole"], third["rows"]) == (1, {"g": 2}), third
        daemon.kill()
        daemon.start()
        again = asks(daemon, "changes", "", third["change"], third["epoch"])
        assert (again["whole"], again["rows"]) == (1, {"g": 2}), again
        assert daemon.ask("record", "h", "0.25").returncode == 0
        again = asks(daemon, "changes", "", third["change"], third["epoch"])
        assert (again["whole"], again["rows"]) == (1, {"g": 2, "h": 1}), again


def test_running():
    """Calls that run are told until they return or their process ends."""
    with profd() as daemon, Speaker(daemon, "records") as speaker:
        begin = time.monotonic()
        one, other = os.urandom(16), os.urandom(16)
        for process, name in ((one, "f"), (other, "g")):
            ack = speaker.push(process, paths=[path(function=name)], standings=[standing()],
                               events=[event(1, running=True), event(2, running=True), event(3)])
            assert ack.verdict == SAFE
        assert [call["function"] for call in asks(daemon, "running", "")] == ["f", "f", "g", "g"]
        calls = asks(daemon, "running", "f*")
        assert [(call["function"], call["running"]) for call in calls] == [("f", 1)] * 2, calls
        assert all(0 <= call["seconds"] - 2.0 <= time.monotonic() - begin for call in calls), calls
        end = number(1, 4) + number(2, 1) + number(3, 2) + number(4, 1) + number(5, 3 * 10**9) + number(6, 10**9)
        assert speaker.push(one, generation=2, since=1, events=[end]).verdict == SAFE
        assert len(asks(daemon, "running", "f")) == 1
        assert speaker.push(other, generation=2, since=1, goodbye=True).verdict == SAFE
        assert [call["function"] for call in asks(daemon, "running", "")] == ["f"]
        states = [(call["function"], call["state"]) for call in daemon.json("slow")["calls"]]
        assert states == [("f", "running"), ("g", "unfinished"), ("g", "unfinished"), ("f", "returned"),
                          ("g", "returned"), ("f", "returned")], states
        programs = asks(daemon, "programs")
        assert programs == [{"name": "speak", "calls": 2, "processes": 2, "living": 1}], programs


def test_saved():
    """A benchmark is saved, listed, told with every timing, and deleted, also by a profd that was killed meanwhile."""
    with profd(SHORT) as daemon:
        assert asks(daemon, "latest", "") == []
        for number_ in (1, 2, 3):
            assert asks(daemon, "save", "sort", 10 * number_, 0.5, 0.25, 7) == {"number": number_}
        assert asks(daemon, "save", "scan/ä", 1, 1.5, 0) == {"number": 1}
        daemon.kill()
        daemon.start()
        scan, sort = sorted(asks(daemon, "latest", ""), key=lambda one: one["name"])
        assert (sort["name"], sort["number"], sort["results"], sort["count"]) == ("sort", 3, 3, 30), sort
        assert (scan["name"], scan["deviation"], scan["failures"]) == ("scan/ä", 0.0, 0), scan
        assert [one["name"] for one in asks(daemon, "latest", "s*t")] == ["sort"]
        check_told(daemon)
        with contextlib.closing(daemon.sqlite()) as database:
            assert database.execute("SELECT name, number, runs FROM benchmarks").fetchall() == [
                ("scan/ä", 1, 1), ("sort", 1, 10), ("sort", 2, 20), ("sort", 3, 30)]
        assert asks(daemon, "delete", "sort", 3) == {"deleted": 1}
        assert asks(daemon, "save", "sort", 1, 1, 0) == {"number": 4}
        assert asks(daemon, "delete", "sort", 0) == {"deleted": 3}
        for words in (("delete", "sort", 0), ("saved", "sort", 0), ("saved", "scan/ä", 2), ("past", "sort", 0, 0)):
            assert asks(daemon, *words)["error"] == NO_SUCH, words
        assert daemon.ask("clear", "--yes").returncode in (0, 1)
        assert len(asks(daemon, "latest", "")) == 1


def check_told(daemon):
    timings = [0.5 + 0.25 * i for i in range(20)]
    second = asks(daemon, "saved", "sort", 2)
    assert second["timings"] == timings and second["statuses"] == [7, 0] * 10 and second["failures"] == 10
    assert second["uid"] == os.getuid() and abs(second["saved"] - time.time()) < 4 * harness.PATIENCE
    assert (second["command"], second["machine"], second["system"]) == ("make ä", "here", "")
    assert near(second["mean"], statistics.mean(timings)) and second["median"] == statistics.median(timings)
    assert near(second["deviation"], statistics.stdev(timings)) and (second["min"], second["max"]) == (0.5, 5.25)
    assert asks(daemon, "saved", "sort", 0)["number"] == 3
    past = asks(daemon, "past", "sort", 1, 0)
    assert [one["number"] for one in past] == [3, 2, 1] and past[1] == second
    assert [(one["number"], one["timings"]) for one in asks(daemon, "past", "sort", 0, 2)] == [(3, []), (2, [])]


def test_saved_limits():
    """The largest benchmark fits; what is larger, or makes no sense, is refused."""
    with profd() as daemon:
        assert asks(daemon, "save", "large", 100000, 1, 0.001, -11) == {"number": 1}
        large = asks(daemon, "saved", "large", 1)
        assert len(large["timings"]) == 100000 and large["timings"][-1] == 1 + 99999 * 0.001
        assert large["failures"] == 50000 and large["statuses"][:2] == [-11, 0]
        assert asks(daemon, "save", "large", 100001, 1, 0)["error"] == TOO_MUCH
        assert asks(daemon, "save", "negative", 1, -1, 0)["error"] == BAD_VALUE
        assert asks(daemon, "save", "x" * 256, 1, 1, 0)["error"] == BAD_NAME
        assert asks(daemon, "saved", "", 0)["error"] == BAD_NAME
        with Speaker(daemon, "control") as speaker:
            for body in (data(1, "f"), data(1, "f") + data(2, bytes(7)), data(2, bytes(8)),
                         data(1, "f") + data(2, bytes(8)) + packed(3, [0, 0]), data(1, b"\xff") + data(2, bytes(8)),
                         data(1, "f") + data(2, struct.pack("<d", math.nan)),
                         data(1, "f") + data(2, bytes(8)) + data(4, "x" * 4097),
                         data(1, "f") + data(2, bytes(8)) + data(4, b"\xff")):
                answer = speaker.ask(SAVE, body)
                assert answer.result == BAD_QUESTION and answer.text, body
            assert speaker.ask(SAVE, data(1, "f") + data(2, bytes(8))).result == DONE
            assert speaker.ask(DELETE, b"").result == BAD_QUESTION
        fill_up(daemon)
        answer = asks(daemon, "save", "one more", 1, 1, 0)
        assert answer["error"] == TOO_MUCH and "10,000" in answer["reason"], answer


def fill_up(daemon):
    """As many results as a user may have."""
    with contextlib.closing(daemon.sqlite()) as database:
        columns = ", ".join(row[1] for row in database.execute("PRAGMA table_info (benchmark)").fetchall()[3:])
        database.execute("WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) "
                         f"INSERT INTO benchmark (name, number, {columns}) SELECT name, i, {columns} FROM n, benchmark "
                         "WHERE name = 'f'")
        database.commit()


def test_saved_rights():
    """Who may ask may save; who saved a benchmark, and who may clear, may delete it."""
    if not harness.can_be(4343):
        print("left out: needs root, and a build that other users can reach")
        return
    with profd("[profd]\ncontrol_mode = 0666\n[access]\nask = 4242 4343 4444\nclear = 4242\n") as daemon:
        daemon.folder.chmod(0o755)
        one = data(1, "f") + data(2, bytes(8))
        with contextlib.ExitStack() as stack:
            clearer, saver, other, stranger = (stack.enter_context(Speaker(daemon, "control", user=user))
                                               for user in (4242, 4343, 4444, 4545))
            assert [saver.ask(SAVE, one).result for _ in range(3)] == [DONE] * 3
            answer = other.ask(DELETE, data(1, "f"))
            assert answer.result == DENIED and "another user" in answer.text
            assert other.ask(SAVE, one).result == DONE
            assert saver.ask(DELETE, data(1, "f")).result == DENIED
            assert saver.ask(DELETE, data(1, "f") + number(2, 1)).result == DONE
            assert clearer.ask(DELETE, data(1, "f")).result == DONE
            for ask, body in ((SAVE, one), (DELETE, data(1, "f")), (SAVED, b""), (HISTORY, b""), (HISTOGRAMS, b""),
                              (TREE, b"")):
                assert stranger.ask(ask, body).result == DENIED, ask
            assert other.ask(SAVED, data(1, "f")).result == NOT_FOUND


def test_older_database():
    """A database of version 1 is migrated with all that is in it, and answers as one that was always of this version."""
    keep = "short_keep = 36000d\nmiddle_keep = 36000d\nlong_keep = 36000d\n"
    with profd(SHORT + keep, start=False) as daemon:
        with contextlib.closing(daemon.sqlite()) as database:
            database.executescript((harness.SOURCE / "tests/golden/version_1.sql").read_text())
            rows = database.execute("SELECT name, calls, errors, total_s FROM functions").fetchall()
            first, last = database.execute("SELECT min(start_ns) / 1e9, max(start_ns) / 1e9 FROM window").fetchone()
        assert len(rows) == 7, rows
        daemon.start()
        with contextlib.closing(daemon.sqlite()) as database:
            assert database.execute("PRAGMA user_version").fetchone()[0] > 1
        for name, calls, errors, total in rows:
            stats = daemon.stats(name)
            assert (stats["call_count"], stats["error_count"]) == (calls, errors), (name, stats)
            assert near(stats["total_seconds"], total)
        check_all(daemon, since=first, until=last + 4)
        known(daemon, 50)
        check_all(daemon, steps=(86400, 0))  # it grows older: steps of a second would soon be too many


harness.main([test_changes, test_running, test_saved, test_saved_limits, test_saved_rights, test_older_database,
              test_agreement, test_ranges, test_selections, test_programs, test_too_much])
