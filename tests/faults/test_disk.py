"""The disk fails profd: each of its calls in turn, a folder that is read-only, a database and a journal that are damaged.
profd says so and goes on, and is complete once the disk is good again."""

import contextlib
import os
import pathlib
import shutil
import sqlite3
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "system"))
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from breaker import Breaker
from harness import profd, wait_until
from totals import FAST, check_totals, living, rounds_of, start_known

# What profd may say when a call failed: nothing else is clear.
CLEAR = ("disk I/O error", "database or disk is full", "Input/output error", "No space left on device",
         "unable to open database file")

NOBODY = 65534


def ended(daemon):
    return daemon.process.poll() is not None


def meet_failure(daemon, breaker, how, at, count):
    """Starts profd on a disk where the `at`th call fails; returns whether profd went on."""
    daemon.log.unlink(missing_ok=True)
    daemon.start(wait=False, environment=breaker.environment(how, at, count=count))
    wait_until(lambda: ended(daemon) or len(breaker.struck()) >= (count or 3), f"call {at} failed")
    went_on = not ended(daemon)
    if count == 0 and went_on:
        wait_until(lambda: ended(daemon) or any(text in daemon.said() for text in CLEAR), "it says so")
        went_on = not ended(daemon)
    breaker.repair()
    if went_on:
        wait_until(lambda: ended(daemon) or daemon.answers() and daemon.json("status")["disk"] == "ok", "it is well")
    if ended(daemon):
        assert daemon.process.returncode == 1, (daemon.process.returncode, breaker.struck(), daemon.said())
        assert any(text in daemon.said() for text in CLEAR), (breaker.struck(), daemon.said())
    elif "cannot commit" in daemon.said():
        assert any(text in daemon.said() for text in CLEAR), (breaker.struck(), daemon.said())
    assert not list(daemon.folder.glob("profd.db.damaged*")), (breaker.struck(), daemon.said())
    return went_on


def test_failing_calls():
    """Each call that touches the database fails, once, three times or until repaired: said, and exact afterwards."""
    chance, rounds, at = harness.chance("failing calls"), 0, 1
    came = {True: 0, False: 0}
    with profd(FAST, start=False) as daemon:
        breaker = Breaker(daemon)
        for _ in harness.turns(1, 44, 0.5):
            with living(daemon) as end:
                for _ in range(8):
                    went_on = meet_failure(daemon, breaker, chance.choice(["EIO", "ENOSPC"]), at,
                                           chance.choice([1, 3, 0]))
                    came[went_on] += 1
                    daemon.kill()
                    at = at % 350 + (1 if harness.SOAK else 20)
                daemon.start()
                rounds += end()
            check_totals(daemon, rounds)
            assert daemon.stop() == 0
    harness.tell("the n-th call on the database fails (EIO, ENOSPC; once, 3 times, until repaired)",
                 f"{sum(came.values())} failures, n = 1 to 350", f"{4 * rounds} calls recorded",
                 f"{4 * rounds} in profctl, database and windows; went on {came[True]} times, said why it could not "
                 f"start {came[False]} times")


def test_read_only():
    """In a folder that is read-only profd says so and does not start; when it is writable again all is there."""
    user = None
    if os.geteuid() == 0:
        if not harness.can_be(NOBODY):
            print("skipped: a read-only folder: root may write to it, and others may not run the programs of this build")
            return
        user = NOBODY
    with profd(FAST, start=False) as daemon:
        if user:
            shutil.chown(daemon.folder, user, user)
        disk = daemon.folder / "disk"
        disk.mkdir()
        if user:
            shutil.chown(disk, user, user)
        daemon.database = disk / "profd.db"
        daemon.start(user=user)
        rounds = rounds_of(start_known(daemon, "--rounds", 1000))
        daemon.kill()
        for turn in range(2):
            disk.chmod(0o555)
            for file in disk.iterdir():
                file.chmod(0o444)
            daemon.start(wait=False, user=user)
            assert daemon.process.wait(harness.PATIENCE) == 1
            assert str(disk) in daemon.said() and ("denied" in daemon.said() or "readonly" in daemon.said()), daemon.said()
            disk.chmod(0o755)
            for file in disk.iterdir():
                file.chmod(0o644)
            daemon.start(user=user)
            disk.chmod(0o555)
            rounds += rounds_of(start_known(daemon, "--rounds", 1000))
            check_totals(daemon, rounds)
            if turn == 0:
                daemon.kill()
        disk.chmod(0o755)
        assert daemon.stop() == 0
    harness.tell("read-only folder", "at start, and while profd runs", f"{4 * rounds} calls recorded",
                 f"{4 * rounds} in profctl, database and windows")


def cut(file, chance):
    os.truncate(file, chance.randrange(file.stat().st_size))
    return "cut"


def cut_to_nothing(file, chance):
    os.truncate(file, 0)
    return "cut to nothing"


def overwrite_pages(file, chance):
    """Of 16 KiB, as many as there are in the database, a few of them."""
    with file.open("r+b") as content:
        for _ in range(chance.randint(1, 3)):
            content.seek(chance.randrange(max(1, file.stat().st_size >> 14)) << 14)
            content.write(chance.randbytes(min(1 << 14, file.stat().st_size)))
    return "pages overwritten"


def overwrite_some(file, chance):
    with file.open("r+b") as content:
        content.seek(chance.randrange(file.stat().st_size))
        content.write(chance.randbytes(chance.randint(1, 4096)))
    return "bytes overwritten"


def garbage(file, chance):
    file.write_bytes(chance.randbytes(chance.randint(1, 200000)))
    return "replaced by garbage"


def remove(file, chance):
    file.unlink()
    return "removed"


DATABASE = [cut, cut_to_nothing, overwrite_pages, garbage]
JOURNAL = [cut, cut_to_nothing, overwrite_pages, overwrite_some, garbage, remove]


def damage(daemon, chance):
    """What was done to which file."""
    journal = daemon.database.with_name("profd.db-wal")
    if journal.exists() and journal.stat().st_size > 0 and chance.random() < 0.5:
        return "journal " + chance.choice(JOURNAL)(journal, chance)
    return "database " + chance.choice(DATABASE)(daemon.database, chance)


def fill(daemon, count):
    """More than one page of everything."""
    for i in range(count):
        assert daemon.ask("record", f"{'x' * 200}{i}", "2", "--error", "y" * 200).returncode == 0


def start_on_damage(daemon):
    """Starts profd on whatever lies there; a second start, should it find the damage only later. True when it was set
    aside."""
    for _ in range(2):
        daemon.start()
        wait_until(lambda: daemon.json("status")["commits"] > 0 or daemon.json("status")["disk"] != "ok",
                   "a commit, or none")
        if daemon.json("status")["disk"] == "ok":
            return any(daemon.folder.glob("profd.db.damaged*"))
        assert "it is damaged and will be set aside when profd starts" in daemon.said(), daemon.said()
        daemon.stop()
    raise AssertionError(f"still damaged at the second start: {daemon.said()}")


def test_damage():
    """Database or journal is cut, overwritten, replaced: profd starts, says so, and has all of the living processes."""
    chance, did, aside, rounds = harness.chance("damage"), {}, 0, 0
    for _ in harness.turns(8, 30, 0.4):
        with profd(FAST) as daemon, living(daemon, 1) as end:
            fill(daemon, 5)
            wait_until(lambda: daemon.stats("known.hand"), "the program is seen")
            if chance.random() < 0.5:
                daemon.kill()
            else:
                assert daemon.stop() == 0
            what = damage(daemon, chance)
            did[what] = did.get(what, 0) + 1
            if start_on_damage(daemon):
                assert "damaged and was renamed to" in daemon.said(), daemon.said()
                aside += 1
            elif what == "database cut to nothing":
                assert daemon.said().count("created a new database") == 2, daemon.said()
            made = end()
            check_totals(daemon, made)
            rounds += made
    times = ", ".join(f"{what} {number}" for what, number in sorted(did.items()))
    harness.tell("damaged database and journal", times, f"{4 * rounds} calls recorded by living processes",
                 f"{4 * rounds} in profctl, database and windows; set aside {aside} times, recovered "
                 f"{sum(did.values()) - aside} times")


def overwrite_index(daemon):
    """Damage that nobody meets before a new path is written."""
    with contextlib.closing(sqlite3.connect(daemon.database)) as database:
        root, = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'path_of_function'").fetchone()
        size, = database.execute("PRAGMA page_size").fetchone()
    with daemon.database.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xa5" * size)


def test_damaged_index():
    """Damage in what is not loaded is found at the start, too; in a large file by the first commit that meets it."""
    for large in (False, True):
        with profd(FAST) as daemon, living(daemon, 1) as end:
            wait_until(lambda: daemon.stats("known.hand"), "the program is seen")
            assert daemon.stop() == 0
            overwrite_index(daemon)
            if large:
                os.truncate(daemon.database, 200 << 20)
            daemon.start()
            if large:
                daemon.ask("--timeout", "1", "record", "new", "0.5")
                wait_until(lambda: "will be set aside when profd starts" in daemon.said(), "a commit meets it")
                assert not any(daemon.folder.glob("profd.db.damaged*"))
                daemon.kill()
                daemon.start()
            assert any(daemon.folder.glob("profd.db.damaged*"))
            check_totals(daemon, end())


harness.main([test_failing_calls, test_read_only, test_damage, test_damaged_index],
             long=[test_failing_calls, test_read_only, test_damage])
