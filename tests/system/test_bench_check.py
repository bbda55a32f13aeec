"""`profctl bench check` tells a CI by its exit status whether something got slower, and by nothing else."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd
from test_bench_saved import FAST, noisy, save


def check(daemon, status, *words, says="", told=""):
    """The exit status and what was said; with a status other than 0 and 1 nothing is told on standard output."""
    answer = daemon.ask("bench", "check", *words)
    assert answer.returncode == status, (words, answer)
    assert says in answer.stderr and told in answer.stdout, (words, says, told, answer)
    assert (answer.stdout != "") == (status < 2), (words, answer)
    return answer


def keep(path, timings, **more):
    path.write_text(json.dumps({"results": [{"name": path.stem, "timings": timings, **more}]}))
    return path


def test_verdicts():
    """Slower by the threshold or more, and no chance, is 1; everything else that was compared is 0."""
    with profd(FAST) as daemon:
        for name, median in (("base", 0.01), ("same", 0.01), ("little", 0.0102), ("much", 0.0105), ("fast", 0.009)):
            save(daemon, name, noisy(name, 250, median))
        against = ("--against", "base", "--result")
        for threshold in ((), ("--threshold", "3%"), ("--threshold", "3")):
            for name, status in (("same", 0), ("little", 0), ("much", 1), ("fast", 0), ("base", 0)):
                check(daemon, status, *against, name, *threshold, told="Failed: slower" if status else "Passed: not slower")
        check(daemon, 1, *against, "little", "--threshold", "1%", told="Failed: slower than base#1 by 1 % or more")
        check(daemon, 0, *against, "much", "--threshold", "10%", told="Passed: not slower than base#1 by 10 % or more")
        answer = json.loads(check(daemon, 1, *against, "much", "--json").stdout)
        assert answer["slower"] is True and answer["threshold"] == 0.03, answer
        assert answer["comparison"]["verdict"] == "slower" and answer["comparison"]["relevance"] == 0.03
        assert answer["first"]["label"] == "base#1" and answer["second"]["label"] == "much#1"
        assert json.loads(check(daemon, 0, *against, "fast", "--json").stdout)["slower"] is False
        # The latest of a name, or one of its numbers; files on either side.
        save(daemon, "base", noisy("slow base", 250, 0.02))
        check(daemon, 0, *against, "much")
        check(daemon, 1, "--against", "base#1", "--result", "much")
        path = keep(daemon.folder / "base.json", noisy("base", 250))
        check(daemon, 1, "--against", path, "--result", "much")
        check(daemon, 1, "--against", "base#1", "--result", keep(daemon.folder / "much.json", noisy("much", 250, 0.0105)))
        # As much as may be seen in three timings is nothing, and that is said.
        keep(daemon.folder / "few.json", [1.0, 1.1, 1.2])
        check(daemon, 0, "--against", daemon.folder / "few.json", "--result",
              keep(daemon.folder / "fewer.json", [9, 9.1, 9.2]), told="3 and 3 timings are too few to show a difference")


def test_machines():
    """Results of different machines are compared, but that is said, in JSON too."""
    with profd(FAST) as daemon:
        save(daemon, "here", noisy("here", 50), machine="anvil", processor="Z80")
        save(daemon, "there", noisy("there", 50), machine="bolt", processor="6502")
        save(daemon, "upgraded", noisy("upgraded", 50), machine="anvil", processor="6502")
        save(daemon, "again", noisy("again", 50), machine="anvil", processor="Z80")
        save(daemon, "unknown", noisy("unknown", 50))
        for name, same in (("there", False), ("upgraded", False), ("again", True), ("unknown", None)):
            answer = json.loads(check(daemon, 0, "--against", "here", "--result", name, "--json").stdout)
            assert answer["same_machine"] is same, (name, answer)
            assert any("different machines" in w for w in answer["warnings"]) == (same is False), (name, answer)
        check(daemon, 0, "--against", "here", "--result", "there", told="different machines: anvil (Z80) and bolt (6502)")


def test_commands():
    """A command is timed as `bench` times it; without one the baseline's own is run again."""
    with profd(FAST) as daemon:
        quick = ("--runs", 5, "--warmup", 0)
        # What a shell takes is subtracted, and nothing may be left.
        alone = ("--no-shell", *quick)
        # No command takes 100 s here, and none a nanosecond.
        slow = keep(daemon.folder / "slow.json", [100.0 + i for i in range(8)], command="echo again >> ran")
        fast = keep(daemon.folder / "fast.json", [1e-9 * (1 + i) for i in range(8)])
        ran = daemon.folder / "ran"
        answer = json.loads(check(daemon, 0, "--against", slow, f"echo once >> {ran}", *quick, "--json").stdout)
        assert ran.read_text() == 5 * "once\n"
        assert (answer["second"]["iterations"], answer["second"]["failures"]) == (5, 0), answer["second"]
        assert answer["second"]["command"].startswith("echo once") and answer["second"]["machine"]
        check(daemon, 1, "--against", fast, "true", *alone, told="Failed")
        ran.unlink()
        assert daemon.ask("bench", "check", "--against", slow, *quick, cwd=daemon.folder).returncode == 0
        assert ran.read_text() == 5 * "again\n"
        check(daemon, 2, "--against", fast, *quick, says="is unknown: give a command")
        # What cannot be timed is neither slower nor not.
        check(daemon, 4, "--against", fast, "exit 1", *quick)
        check(daemon, 4, "--against", fast, "there-is-no-such-command", *quick)
        answer = json.loads(check(daemon, 1, "--against", fast, "false", "--ignore-failure", *alone, "--json").stdout)
        assert answer["second"]["failures"] == 5 and any("5 calls failed" in w for w in answer["warnings"]), answer
        # A command that is called as one of profctl's own.
        assert daemon.ask("bench", "check", "--against", slow, *quick, "--", "test 1").returncode == 0
        check(daemon, 0, "--against", slow, "true", *quick, "--save", "kept", "--note", "a note", told="saved as kept, number 1")
        saved = daemon.json("bench", "show", "kept")
        assert (saved["iterations"], saved["note"], saved["command"]) == (5, "a note", "true"), saved


def test_commands_of_others():
    """What another user saved is compared with, but its command is not run."""
    if not harness.can_be(4343):
        print("left out: needs root, and a build that other users can reach")
        return
    with profd(FAST + "control_mode = 0666\n[access]\nask = 0 4343\n") as daemon:
        daemon.folder.chmod(0o755)
        save(daemon, "trap", [100.0 + i for i in range(8)], command="touch trapped")
        with daemon.sqlite() as database:
            database.execute("UPDATE benchmark SET uid = 4343")
        answer = daemon.ask("bench", "check", "--against", "trap", "--runs", 1, cwd=daemon.folder)
        assert answer.returncode == 2 and "another user saved trap#1" in answer.stderr, answer
        assert not (daemon.folder / "trapped").exists()
        assert daemon.ask("bench", "check", "--against", "trap", "--runs", 5, "true").returncode == 0
        own = daemon.ask("bench", "check", "--against", "trap", "--runs", 1, "--warmup", 0, cwd="/tmp", user=4343, group=4343,
                         extra_groups=[])
        assert own.returncode == 0, own
        pathlib.Path("/tmp/trapped").unlink()


def test_usage():
    """What cannot be compared is 2, and no profd is 3: never 1, which a CI takes for slower."""
    with profd(FAST) as daemon:
        save(daemon, "base", [1.0, 2.0])
        broken = daemon.folder / "broken.json"
        broken.write_text("{")
        for words, says in (((), "--against is required"), (("--against", "bsae", "true"), "Did you mean base?"),
                            (("--against", "base#7", "true"), "no result 7"),
                            (("--against", "base", "--result", "bsae"), "Did you mean base?"),
                            (("--against", broken, "true"), "it is no JSON"),
                            (("--against", daemon.folder / "none.json", "true"), "No such file"),
                            (("--against", "base", "--result", broken), "it is no JSON"),
                            (("--against", "base", "--result", "base", "true"), "mutually exclusive"),
                            (("--against", "base", "--result", "base", "--save", "x"), "mutually exclusive"),
                            (("--against", "base", "true", "--note", "x"), "--note requires --save"),
                            (("--against", "base", "true", "false"), "unexpected argument 'false'"),
                            (("--against", "base", "true", "--threshold", "-3"), "percentage"),
                            (("--against", "base", "true", "--threshold", "much"), "percentage"),
                            (("--against", "base", "true", "--runs", "0"), "whole number"),
                            (("--against", "base", "true", "--parameter-list", "a", "b"), "has no option")):
            check(daemon, 2, *words, says=says)
        daemon.stop()
        check(daemon, 3, "--against", "base", "true", "--timeout", "0.5", says="no profd is reachable")
        path = keep(daemon.folder / "base.json", [1.0, 2.0, 3.0])
        check(daemon, 3, "--against", path, "--result", "base", "--timeout", "0.5")
        check(daemon, 0, "--against", path, "--result", path)


if __name__ == "__main__":
    harness.main([test_verdicts, test_machines, test_commands, test_commands_of_others, test_usage])
