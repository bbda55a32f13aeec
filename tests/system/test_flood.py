"""One hostile peer against many good ones: their totals stay exact, questions are answered, memory is bounded."""

import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd, wait_until
from wire import DONE, STATS, Answer, Speaker, data, path, push, question, standing

USER = 4343
GOOD = 50
MEMORY = (2000 if harness.SANITIZED else 300) << 20  # of profd, whatever comes
P99 = 0.05  # seconds that get_stats may take; judged in script/soak only


def template(paths):
    """A push without its name, and where that goes."""
    numbers = range(1, paths + 1)
    made = push(bytes(16), paths=[path(i, function=f"evil.{i:0200d}") for i in numbers],
                standings=[standing(i) for i in numbers], flush=False)
    return made.hex(), made.index(data(2, bytes(16))) + 2


# On which socket, with how many connections, and what it does.
ATTACKS = {
    "valid pushes, each of a new process": ("records", 100, "send", *template(1)),
    "large valid pushes": ("records", 100, "send", *template(99)),
    "garbage in frames": ("records", 20, "send", "ff" * 50, -1),
    "questions that are none": ("control", 20, "send", "ff" * 50, -1),
    "bytes that are no protocol": ("records", 50, "noise"),
    "half-open connections": ("records", 4000, "open"),
    "messages of 16 MB": ("records", 20, "huge", 16 << 20),
    "messages beyond every limit": ("records", 20, "huge", 1 << 40),
    "small frames without end": ("records", 2, "endless", "00" * 100),
    "large frames without end": ("records", 20, "endless", "00" * 20000),
    "frames without end on many connections": ("records", 400, "endless", "00" * 20000),
    "large messages behind the rest of small ones": ("records", 200, "behind", 16 << 20),
    "claims of others' routing ids": ("records", 200, "claim"),
}


def resident(daemon):
    status = pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) << 10


def processor(daemon):
    """Seconds that the threads of profd have had a processor, and waited for one."""
    tasks = pathlib.Path(f"/proc/{daemon.process.pid}/task").glob("*/schedstat")
    return [sum(times) * 1e-9 for times in list(zip(*(map(int, task.read_text().split()) for task in tasks)))[:2]]


def ask(speaker):
    """How long get_stats takes."""
    begin = time.monotonic()
    speaker.send(question(STATS, data(1, "known.hand")))
    assert Answer(speaker.receive()).result == DONE
    return time.monotonic() - begin


def flood(attack, seconds):
    """The p99 of questions meanwhile, the most memory that profd had, and what `processor` tells."""
    times, most, stop = [], 0, None
    name, *arguments = ATTACKS[attack]
    with profd("[access]\npush = *\nask = *\n") as daemon:
        daemon.folder.chmod(0o755)
        stop = daemon.folder / "stop"
        good = [daemon.run("tests/system/known", "--threads", 1, "--until", stop, "--pause", 20000,
                           stdout=subprocess.PIPE, text=True) for _ in range(GOOD)]
        wait_until(lambda: daemon.json("status")["processes"] == GOOD, "the good ones push")
        daemon.run("tests/system/hostile", daemon.runtime / name, *map(str, arguments), user=USER, group=USER,
                   extra_groups=[])
        end = time.monotonic() + seconds
        with Speaker(daemon, "control") as speaker:
            while time.monotonic() < end or len(times) < 100:
                times.append(ask(speaker))
                most = max(most, resident(daemon))
        had, waited = processor(daemon)
        stop.touch()
        made = sum(int(program.communicate(timeout=harness.PATIENCE)[0]) for program in good)
        assert all(program.returncode == 0 for program in good)
        hostile = daemon.programs[-1]
        assert hostile.poll() is None, "the hostile peer gave up"
        for function in ("known.hand", "known.outer", "known.inner", "known.call"):
            assert daemon.stats(function)["call_count"] == made, (attack, function, made)
        assert daemon.stats("known.inner")["error_count"] == made // 10
        assert most < MEMORY, (attack, most)
        assert daemon.stop() == 0
    return sorted(times)[len(times) * 99 // 100], most, had, waited


def attack_with(*attacks):
    """All of them in script/soak, the first in script/test."""
    if not harness.can_be(USER):
        print("left out: needs root, and a build that other users can reach")
        return
    for attack in attacks if harness.SOAK else attacks[:1]:
        p99, most, had, waited = flood(attack, harness.SOAK / len(ATTACKS) if harness.SOAK else 0.5)
        told = (f"exact; get_stats p99 {p99 * 1e3:.1f} ms; profd {most >> 20} MB, ran {had:.1f} s and waited {waited:.1f} s "
                "for a processor")
        print(f"    {attack}: {told}")
        harness.tell(f"flood: {attack}", f"{GOOD} good processes", "-", told)
        assert not harness.SOAK or p99 < P99, told


def test_pushes():
    """A flood of valid pushes takes nothing from others."""
    attack_with("valid pushes, each of a new process", "large valid pushes")


def test_garbage():
    """A flood of what is no push, no question or no protocol takes nothing from others."""
    attack_with("garbage in frames", "questions that are none", "bytes that are no protocol")


def test_connections():
    """Thousands of connections that say nothing take nothing from others."""
    attack_with("half-open connections")


def test_large():
    """Messages whose frames never end take no more memory than a user may have."""
    attack_with("frames without end on many connections", "small frames without end", "large frames without end")


def test_huge():
    """Messages as large as may be, and larger, take no more memory than a user may have."""
    attack_with("messages of 16 MB", "messages beyond every limit")


def test_begun():
    """A user's message is not begun while too much of theirs waits, not even in the bytes that end another."""
    attack_with("large messages behind the rest of small ones")


def test_claims():
    """Claiming in the handshake the routing ids that profd gives to others does no harm."""
    attack_with("claims of others' routing ids")


harness.main([test_pushes, test_garbage, test_connections, test_large, test_huge, test_begun, test_claims])
