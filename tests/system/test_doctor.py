"""profctl doctor finds what keeps a program from showing up, and says what to do about it."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd

STRANGER = 4343


def examine(daemon, *words, problems=(), warnings=(), **more):
    """The findings by check. Exactly these checks are problems and warnings, all others are ok."""
    answer = daemon.ask("--json", "doctor", *words, **more)
    assert answer.stderr == "" and answer.returncode == (1 if problems else 0), answer
    checks = json.loads(answer.stdout)["checks"]
    for result, names in (("problem", problems), ("warning", warnings)):
        assert sorted(c["check"] for c in checks if c["result"] == result) == sorted(names), checks
    assert all((c["advice"] is None) == (c["result"] == "ok") for c in checks), checks
    said = daemon.ask("doctor", *words, **more)
    assert said.returncode == answer.returncode, said
    for check in checks:
        assert f"{check['result']} " in said.stdout and (check["advice"] or "") in said.stdout, (check, said.stdout)
    return {c["check"]: c["finding"] for c in checks}


def test_well():
    """Where nothing is wrong every check is ok: for a program that is known, too."""
    with profd() as daemon:
        assert daemon.run("tests/system/known", stdout=harness.subprocess.DEVNULL).wait(harness.PATIENCE) == 0
        found = examine(daemon, "known")
        assert set(found) == {"endpoint", "records", "control", "pushing", "asking", "version", "disk", "policy", "program"}
        assert found["endpoint"] == f"{daemon.runtime}, from PROF_ENDPOINT", found
        assert "8,000 calls" in found["program"], found


def test_unknown():
    """A program that never pushed is a problem; a name that is near is named."""
    with profd() as daemon:
        assert daemon.ask("record", "f", "1", "--program", "shop").returncode == 0
        found = examine(daemon, "shpo", problems=["program"])
        assert "never heard of 'shpo', but of 'shop'" in found["program"], found


def test_nobody():
    """A wrong endpoint, one that makes no sense, one that a profd left behind, and a library that is switched off."""
    with profd(start=False) as daemon:
        assert "No such file" in examine(daemon, problems=["records", "control"])["records"]
        examine(daemon, "--endpoint", "/run/profd", problems=["endpoint"])
        examine(daemon, "--endpoint", "tcp://localhost:9", problems=["keys"])
        daemon.start()
        daemon.environment["PROF_DISABLE"] = "1"
        examine(daemon, problems=["environment"])
        del daemon.environment["PROF_DISABLE"]
        daemon.kill()
        assert "Connection refused" in examine(daemon, problems=["records", "control"])["control"]


def test_denied():
    """The mode of a socket is told apart from profd's lists; each has its advice."""
    if not harness.can_be(STRANGER):
        print("left out: needs root, and a build that other users can reach")
        return
    with profd("[access]\npush = root\nask = root\n") as daemon:
        as_stranger = {"user": STRANGER, "group": STRANGER, "extra_groups": []}
        daemon.folder.chmod(0o755)
        for name in ("records", "control"):
            (daemon.runtime / name).chmod(0o600)
        found = examine(daemon, problems=["records", "control"], **as_stranger)
        assert "mode 0600" in found["records"] and "Permission denied" in found["records"], found
        for name in ("records", "control"):
            (daemon.runtime / name).chmod(0o666)
        found = examine(daemon, problems=["pushing", "asking"], **as_stranger)
        assert "this user may not push" in found["pushing"], found
        found = examine(daemon, warnings=["denied"])
        assert "pushes and questions were denied" in found["denied"], found


harness.main([test_well, test_unknown, test_nobody, test_denied])
