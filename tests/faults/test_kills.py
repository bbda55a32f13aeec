"""profd is killed at chosen moments: in the middle of a commit, between commit and ack, while it starts, makes or migrates
its database; stopped for long; its database removed. Nothing is lost or counted twice."""

import contextlib
import pathlib
import signal
import sqlite3
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "system"))
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from breaker import DISK, Breaker
from harness import profd, wait_until
from totals import FAST, FUNCTIONS, check_totals, living

GOLDEN = harness.SOURCE / "tests/golden/version_1.sql"


def remove_database(daemon):
    for file in daemon.folder.glob("profd.db*"):
        file.unlink()


def start_to_die(daemon, breaker, *arguments, **more):
    daemon.start(wait=False, environment=breaker.environment(*arguments, **more))
    status = daemon.process.wait(harness.PATIENCE)
    assert status == 128 + signal.SIGKILL, (status, daemon.said())
    assert len(breaker.struck()) == 1, breaker.struck()


def check_kills(what, short, long, share, calls, file, most, ways):
    """Kills at one of the calls after another, with a check of all totals after every 25 kills."""
    chance, kills, rounds = harness.chance(what), 0, 0
    with profd(FAST, start=False) as daemon:
        breaker = Breaker(daemon)
        turns = harness.turns(short, long, share)
        for turn in turns:
            with living(daemon) as end:
                for kills in range(kills + 1, kills + 26 if harness.SOAK else kills + 11):
                    start_to_die(daemon, breaker, chance.choice(ways), chance.randint(1, most), calls, file)
                daemon.start()
                rounds += end()
            check_totals(daemon, rounds)
            daemon.kill()
    harness.tell(f"profd killed {what}", f"{kills} kills", f"{4 * rounds} calls recorded",
                 f"{4 * rounds} in profctl, database and windows")


def test_in_commits():
    """Killed before, in and after any write or sync of its files: in the middle of a commit, and after it."""
    check_kills("at writes and syncs of its files", 1, 10, 0.25, ["pwrite", "sync"], "profd.db", 120,
                ["before", "half", "after"])


def test_before_acks():
    """Killed before, in and after any message it sends: between the commit and its ack."""
    check_kills("at messages it sends", 1, 10, 0.2, ["send"], "", 25, ["before", "half", "after"])


def is_up(daemon):
    """Waits until a profd has died or is ready, with a new log."""
    wait_until(lambda: daemon.process.poll() is not None or "is ready" in daemon.said(), "it died or is ready")
    return "is ready" in daemon.said()


def test_at_start():
    """Killed at each of its first calls on a new database, one more each time, until a start gets through."""
    kills, rounds, starts = 0, 0, 0
    for turn in harness.turns(1, 5, 0.1):
        way = ["half", "before", "after"][turn % 3]
        with profd(FAST, start=False) as daemon, living(daemon, 1) as end:
            breaker = Breaker(daemon)
            for at in range(1, 1000, 1 if harness.SOAK else 5):
                remove_database(daemon)
                daemon.start(wait=False, environment=breaker.environment(way, at))
                wait_until(lambda: daemon.process.poll() is not None or
                           "ready" in daemon.said().rpartition("begins")[2], "it died or is ready")
                if daemon.process.poll() is None:
                    break
                kills += 1
                # What it left is opened again.
                daemon.start()
                daemon.kill()
                with daemon.log.open("a") as log:
                    log.write("begins\\n")
            daemon.kill()
            daemon.start()
            made = end()
            check_totals(daemon, made)
            rounds, starts = rounds + made, starts + 1
    assert kills > 0
    harness.tell("profd killed while it makes a new database", f"{kills} kills", f"{4 * rounds} calls recorded",
                 f"{4 * rounds} in profctl, database and windows")


def make_golden(path):
    """A database of version 1; what its own views tell of it."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.executescript(GOLDEN.read_text())
        functions = database.execute("SELECT name, calls, errors, total_s FROM functions").fetchall()
        return functions, database.execute("SELECT count(*) FROM event").fetchone()[0]


def check_golden(daemon, functions, events):
    assert len(functions) == 7 and events == 16, (functions, events)
    for name, calls, errors, total in functions:
        stats = daemon.stats(name)
        assert (stats["call_count"], stats["error_count"]) == (calls, errors), stats
        assert abs(stats["total_seconds"] - total) < 1e-9, (stats, total)
    assert len(daemon.json("slow")["calls"]) == events


def test_migrating():
    """Killed at each call while it opens a database of version 1; the next start has it as it was."""
    kills = 0
    for way in ("before", "half", "after") if harness.SOAK else ("half",):
        with profd(FAST, start=False) as daemon:
            breaker = Breaker(daemon)
            for at in range(1, 1000, 1 if harness.SOAK else 7):
                remove_database(daemon)
                golden = make_golden(daemon.database)
                daemon.start(wait=False, environment=breaker.environment(way, at))
                if is_up(daemon):
                    break
                kills += 1
                daemon.start()
                check_golden(daemon, *golden)
                daemon.kill()
                daemon.log.unlink()
            daemon.kill()
            daemon.start()
            check_golden(daemon, *golden)
    assert kills > 0
    harness.tell("profd killed while it opens and migrates a database of version 1", f"{kills} kills",
                 f"calls, errors and sums of {len(golden[0])} functions, {golden[1]} events", "the same after each")


def test_database_removed():
    """Killed, and started without its database, again and again: what the living processes recorded is complete."""
    chance, removed = harness.chance("removed"), 0
    with profd(FAST) as daemon:
        with living(daemon, 3) as end:
            for _ in harness.turns(3, 50, 0.1):
                wait_until(lambda: daemon.stats("known.hand"), "programs are seen")
                time.sleep(chance.uniform(0.0, 0.2))
                daemon.kill()
                remove_database(daemon)
                daemon.start()
                removed += 1
            rounds = end()
        check_totals(daemon, rounds)
    harness.tell("profd killed and its database removed", f"{removed} times", f"{4 * rounds} calls recorded",
                 f"{4 * rounds} in profctl, database and windows")


def test_stopped():
    """Stopped for longer than anybody waits: questions end in a time-out, programs live and exit; then all is exact."""
    stops, rounds = 0, 0
    with profd(FAST) as daemon:
        for _ in harness.turns(1, 3, 0.1):
            with living(daemon) as end:
                # Programs that profd knows, and that end while it is stopped, lose what it could not take any more;
                # these have told all before, and must only not be kept.
                wait_until(lambda: daemon.stats("known.hand"), "programs are seen")
                daemon.process.send_signal(signal.SIGSTOP)
                hello = daemon.run("examples/hello")
                for _ in range(5 if harness.SOAK else 1):
                    answer = daemon.ask("status")
                    assert answer.returncode == 3 and "in time" in answer.stderr, answer
                assert hello.wait(harness.PATIENCE) == 0
                daemon.process.send_signal(signal.SIGCONT)
                rounds += end()
            check_totals(daemon, rounds)
            stops += 1
    harness.tell("profd stopped (SIGSTOP) for longer than any time-out", f"{stops} times", f"{4 * rounds} calls recorded",
                 f"{4 * rounds} in profctl, database and windows")


harness.main([test_in_commits, test_before_acks, test_at_start, test_migrating, test_database_removed, test_stopped])
