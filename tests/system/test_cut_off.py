"""A program that is killed loses what it recorded since its last push, and nothing else; profd says that it was cut off."""

import mmap
import pathlib
import struct
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import chance, profd, tell, turns, wait_until

FAST = "[profd]\ncommit_interval = 50ms\n[limits]\nsilence = 1s\n"
EVERY = 100
# Each needs many questions, and a sanitizer makes each take a second.
KILLS = 3 if harness.SANITIZED else 10


class Marked:
    """tests/system/many, which counts in a file that outlives it what it has recorded."""

    def __init__(self, daemon, number, every, interval):
        self.file = daemon.folder / f"marks.{number}"
        self.file.write_bytes(bytes(24))
        self.process = daemon.run("tests/system/many", "marks", self.file, every,
                                  environment={"PROF_INTERVAL": interval, "PROF_PROGRAM": f"marked.{number}"})
        with open(self.file, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), 24)

    def marks(self):
        """Calls begun, ended, and those that a flush has said to be safe."""
        return struct.unpack("QQQ", self.map[:24])

    def kill(self):
        self.process.kill()
        self.process.wait(harness.PATIENCE)


def calls_of(daemon, number):
    """What profd has of one such program, in memory and in the database."""
    (stored,), = daemon.rows("SELECT ifnull(sum(calls), 0) FROM paths WHERE program = ?", f"marked.{number}")
    answer = daemon.ask("--json", "summary", "--program", f"marked.{number}")
    assert answer.returncode == 0, answer.stderr
    return harness.json.loads(answer.stdout)["total_calls"], stored


def settled(daemon, number):
    """The calls of a program that is dead: all that it sent has been merged, and committed."""
    def is_dead():
        process, = [p for p in daemon.json("ps")["processes"] if p["program"] == f"marked.{number}"]
        return process["state"] == "ended"

    wait_until(is_dead, "profd has found that the program is dead")
    told, stored = wait_until(lambda: (lambda a, b: (a, b) if a == b else None)(*calls_of(daemon, number)),
                              "it is committed")
    return told


def judge(daemon, killed, fault):
    """`killed`: of each program the calls begun and ended, the least that must be there, the most that may be lost."""
    lost = 0
    for number, (begun, ended, least, most) in enumerate(killed):
        told = settled(daemon, number)
        assert least <= told <= begun, (told, killed[number])
        assert ended - told <= most, (told, killed[number])
        lost += max(ended - told, 0)
    assert daemon.json("status")["processes_cut_off"] == len(killed), daemon.json("status")
    recorded = sum(ended for _, ended, _, _ in killed)
    tell(fault, f"{len(killed)} kills", f"{recorded} calls recorded",
         f"{recorded - lost} calls in profctl and database, {lost} lost ({lost // len(killed)} a kill); status counts "
         f"{len(killed)} processes cut off")


def test_flushed():
    """Of a program that flushes after every hundred calls, a kill takes a hundred at most, and none that was safe."""
    dice = chance("flushed")
    killed = []
    with profd(FAST) as daemon:
        for turn in turns(KILLS, 50, 0.5):
            program = Marked(daemon, turn, EVERY, "3600")
            wait_until(lambda: program.marks()[2] > 0, "a flush is safe")
            time.sleep(dice.uniform(0.0, 0.1))
            program.kill()
            begun, ended, safe = program.marks()
            killed.append((begun, ended, safe, EVERY))
        judge(daemon, killed, f"program killed that flushes every {EVERY} calls")


def test_pushed():
    """Of a program that never flushes, a kill takes nothing that was recorded before the last push that was merged."""
    dice = chance("pushed")
    killed = []
    with profd(FAST) as daemon:
        for turn in turns(KILLS, 50, 0.5):
            program = Marked(daemon, turn, 0, "0.05")
            # Whatever is recorded arrives while the program runs on: pushes never lag behind for good.
            for _ in range(3):
                before = program.marks()[1]
                wait_until(lambda: calls_of(daemon, turn)[0] >= max(before, 1), "what was recorded has arrived")
            time.sleep(dice.uniform(0.0, 0.1))
            merged = calls_of(daemon, turn)[0]
            program.kill()
            begun, ended, _ = program.marks()
            killed.append((begun, ended, max(before, merged), ended))
        judge(daemon, killed, "program killed that pushes every 50 ms")


def test_goodbye():
    """A program that ends in order is not counted as cut off."""
    with profd(FAST) as daemon:
        assert daemon.ask("record", "f", "0.5").returncode == 0
        wait_until(lambda: [p for p in daemon.json("ps")["processes"] if p["state"] == "ended"], "it has ended")
        assert daemon.json("status")["processes_cut_off"] == 0


harness.main([test_flushed, test_pushed, test_goodbye], long=[test_flushed, test_pushed])
