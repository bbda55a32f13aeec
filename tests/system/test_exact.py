"""Totals are exactly right: through restarts and kills of profd, forks, exits without a flush, and clears."""

import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd, wait_until
from totals import FAST, check_totals, rounds_of, start_known

def test_flush():
    """After a flush every call is there, exactly once."""
    with profd(FAST) as daemon:
        check_totals(daemon, rounds_of(start_known(daemon, "--rounds", 20000, "--threads", 4)))


def test_exit():
    """A program that just exits loses nothing."""
    with profd(FAST) as daemon:
        check_totals(daemon, rounds_of(start_known(daemon, "--rounds", 5000, "--exit")))


def test_fork():
    """Forked children count their own calls, and the parent's are counted once."""
    with profd(FAST) as daemon:
        check_totals(daemon, rounds_of(start_known(daemon, "--rounds", 1000, "--forks", 5, "--exit")), forks=5)


def test_many_processes():
    """Several programs at once add up."""
    with profd(FAST) as daemon:
        programs = [start_known(daemon, "--rounds", 1000, "--threads", 1, "--exit") for _ in range(20)]
        check_totals(daemon, sum(rounds_of(p) for p in programs))


def test_profd_comes_later():
    """What was recorded before profd started is there once it has."""
    with profd(FAST, start=False) as daemon:
        stop = daemon.folder / "stop"
        program = start_known(daemon, "--until", stop)
        # Its pushing thread is started by the first call: main, two that record, and this one.
        tasks = pathlib.Path(f"/proc/{program.pid}/task")
        wait_until(lambda: len(list(tasks.iterdir())) >= 4, "the program records")
        daemon.start()
        wait_until(lambda: daemon.stats("known.hand"), "the program is seen")
        stop.touch()
        check_totals(daemon, rounds_of(program))


def kill_and_restart(daemon):
    chance = harness.chance("kills")
    kills = 0
    for _ in harness.turns(15, 100):
        time.sleep(chance.uniform(0.0, 0.4))
        daemon.kill()
        time.sleep(chance.uniform(0.0, 0.1))
        daemon.start(wait=chance.random() < 0.7)
        kills += 1
    return kills


def test_killed_profd():
    """profd is killed again and again under load, also while it starts; nothing is lost or counted twice."""
    with profd(FAST) as daemon:
        stop = daemon.folder / "stop"
        programs = [start_known(daemon, "--until", stop) for _ in range(3)]
        kills = kill_and_restart(daemon)
        stop.touch()
        wait_until(daemon.answers, "profd is back")
        rounds = sum(rounds_of(p) for p in programs)
        check_totals(daemon, rounds)
        harness.tell("profd killed at random moments under load", f"{kills} kills", f"{4 * rounds} calls recorded",
                     f"{4 * rounds} calls in profctl, database and windows")


def test_database_removed():
    """With the database removed, what the living processes recorded is complete again."""
    with profd(FAST) as daemon:
        stop = daemon.folder / "stop"
        program = start_known(daemon, "--until", stop)
        wait_until(lambda: daemon.stats("known.hand"), "the program is seen")
        daemon.kill()
        for file in daemon.folder.glob("profd.db*"):
            file.unlink()
        daemon.start()
        wait_until(lambda: daemon.stats("known.hand"), "the program is seen again")
        stop.touch()
        check_totals(daemon, rounds_of(program))


def test_clear_while_pushing():
    """Clearing while processes push leaves exactly what was recorded after it, and the totals agree among themselves."""
    with profd(FAST) as daemon:
        stop = daemon.folder / "stop"
        program = start_known(daemon, "--until", stop, "--threads", 1)
        wait_until(lambda: daemon.stats("known.hand"), "the program is seen")
        for _ in range(5):
            assert daemon.ask("clear", "--yes").returncode == 0
        stop.touch()
        before = rounds_of(program)
        after = daemon.stats("known.hand")
        assert after is None or after["call_count"] <= before
        assert daemon.ask("clear", "--yes").returncode in (0, 1)
        assert daemon.stats("known.hand") is None
        check_totals(daemon, rounds_of(start_known(daemon, "--rounds", 1000, "--exit")))


def test_min_and_max_after_clear():
    """Min and max of a function that was cleared are those of the calls after it, exactly."""
    with profd(FAST) as daemon:
        for seconds in ("0.5", "0.001"):
            assert daemon.ask("record", "f", seconds).returncode == 0
        assert daemon.ask("clear", "--yes", "f").returncode == 0
        assert daemon.stats("f") is None
        assert daemon.ask("record", "f", "0.25").returncode == 0
        stats = daemon.stats("f")
        assert (stats["call_count"], stats["min_seconds"], stats["max_seconds"]) == (1, 0.25, 0.25), stats


harness.main([test_flush, test_exit, test_many_processes, test_profd_comes_later, test_killed_profd,
              test_database_removed, test_clear_while_pushing, test_min_and_max_after_clear, test_fork],
             long=[test_killed_profd], plain=[test_fork])
