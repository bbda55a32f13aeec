"""A program that does not show up says why, when PROF_DEBUG asks it to."""

import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd, wait_until

STRANGER = 4343


def said(daemon, *program, **environment):
    """What a program says on standard error, as whole sentences, in their order."""
    user = environment.pop("user", None)
    started = daemon.run(*(program or ("tests/system/known",)), environment={"PROF_DEBUG": "1", **environment},
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, user=user, group=user,
                         extra_groups=None if user is None else [])
    text = started.communicate(timeout=harness.PATIENCE)[1]
    head = f"libprofclient[{started.pid}]: "
    return [line.removeprefix(head) for line in text.splitlines() if line.startswith(head)]


def holds(lines, *parts):
    """Each part is in a line of its own, in this order."""
    at = 0
    for part in parts:
        while at < len(lines) and part not in lines[at]:
            at += 1
        assert at < len(lines), (part, lines)
        at += 1


def test_well():
    """Nothing wrong: who pushes, where to, and that all of it arrived."""
    with profd() as daemon:
        holds(said(daemon, PROF_PROGRAM="shop"), "pushes as program 'shop'", f"PROF_ENDPOINT is {daemon.endpoint}",
              f"connected to {daemon.runtime}/records", "on its disk", "the end: all 8000 calls are on profd's disk")


def test_silent():
    """Without PROF_DEBUG, and with PROF_DEBUG=0, nothing is said."""
    with profd() as daemon:
        for value in ("", "0"):
            assert said(daemon, PROF_DEBUG=value) == []


def test_nobody():
    """A wrong endpoint, one that makes no sense, and tcp without keys are named, with what is lost."""
    with profd(start=False) as daemon:
        lost = "the end: up to 8000 of 8000 calls are lost: "
        holds(said(daemon), f"cannot connect to {daemon.runtime}/records: No such file or directory",
              lost + "no profd is reachable")
        holds(said(daemon, PROF_ENDPOINT="/run/profd"), "PROF_ENDPOINT is /run/profd, but an endpoint must be ipc://", lost)
        holds(said(daemon, PROF_ENDPOINT="tcp://localhost:9"), "PROF_KEY or PROF_SERVER_KEY is missing", lost)


def test_off():
    """A program that is switched off says by what."""
    with profd(start=False) as daemon:
        assert said(daemon, PROF_DISABLE="yes") == ["switched off by PROF_DISABLE=yes: nothing is counted"]


def test_refused():
    """A user who may not open the socket, or may not push, is told which of both."""
    if not harness.can_be(STRANGER):
        print("left out: needs root, and a build that other users can reach")
        return
    with profd("[access]\npush = root\n") as daemon:
        daemon.folder.chmod(0o755)
        (daemon.runtime / "records").chmod(0o600)
        holds(said(daemon, user=STRANGER), "records: Permission denied", "calls are lost: permission denied")
        (daemon.runtime / "records").chmod(0o666)
        holds(said(daemon, user=STRANGER), "connected", "profd refuses what is pushed: this user may not push",
              "calls are lost: permission denied")


def test_file():
    """In a file the lines of several processes stand one after another, whole."""
    with profd() as daemon:
        file = daemon.folder / "said"
        for _ in range(2):
            assert said(daemon, PROF_DEBUG=str(file)) == []
        assert file.read_text().count(": the end: all 8000 calls are on profd's disk\n") == 2, file.read_text()


def switches(program):
    """How often the pushing thread has waited."""
    thread, = [task for task in pathlib.Path(f"/proc/{program.pid}/task").iterdir()
               if (task / "comm").read_text() == "prof-push\n"]
    return int((thread / "status").read_text().split("voluntary_ctxt_switches:")[1].split()[0])


def test_changes():
    """What stays as it is, is told once: a profd that is gone, however often it is looked for."""
    with profd() as daemon:
        file = daemon.folder / "said"
        file.touch()
        program = daemon.run("tests/system/many", "calls", 1000, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             environment={"PROF_DEBUG": str(file), "PROF_INTERVAL": "0.02"})
        wait_until(lambda: "on its disk" in file.read_text(), "it has pushed")
        daemon.kill()
        wait_until(lambda: "Connection refused" in file.read_text(), "it has looked for profd")
        begun = switches(program)
        wait_until(lambda: switches(program) > begun + 20, "it has looked for profd often")
        assert file.read_text().count("Connection refused") == 1, file.read_text()
        daemon.start()
        wait_until(lambda: file.read_text().count(": connected to") > 1, "it has found profd")


harness.main([test_well, test_silent, test_nobody, test_off, test_refused, test_file, test_changes])
