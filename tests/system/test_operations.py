"""What an administrator does with the database: backup while profd runs, restore, upgrade, downgrade. The commands are
those of docs/operations.md."""

import contextlib
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd, wait_until
from totals import FAST, check_totals, living, rounds_of, start_known


def sql(database, command):
    return subprocess.run(["sqlite3", "-bail", str(database), command], text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, check=True, timeout=harness.PATIENCE).stdout.strip()


def put_back(daemon, backup):
    """As the page says: profd is stopped; the journal goes with the file that it belongs to."""
    for end in ("", "-wal", "-shm"):
        pathlib.Path(f"{daemon.database}{end}").unlink(missing_ok=True)
    shutil.copy(backup, daemon.database)


def calls(daemon):
    stats = daemon.stats("known.call")
    return stats["call_count"] if stats else 0


def grown(daemon, more):
    """Waits until profd knows so many more calls than now."""
    before = calls(daemon)
    wait_until(lambda: calls(daemon) > before + more, "the programs go on")


def restore(command):
    """A program that ended before the backup, and two that live through everything: nothing may lack in the end."""
    with profd(FAST) as daemon:
        before = rounds_of(start_known(daemon, "--rounds", 100))
        with living(daemon) as end:
            grown(daemon, 100)
            backup = daemon.folder / "backup.db"
            sql(daemon.database, command.format(backup))
            assert sql(backup, "PRAGMA integrity_check") == "ok"
            held = int(sql(backup, "SELECT calls FROM functions WHERE name = 'known.call'"))
            assert 100 < held <= calls(daemon), held
            grown(daemon, 100)
            assert daemon.stop() == 0
            put_back(daemon, backup)
            daemon.start()
            grown(daemon, 100)
            check_totals(daemon, before + end())


def test_backup():
    """A backup made while programs push is whole; restored, it is complete again once they have pushed."""
    restore(".backup '{}'")


def test_compact_backup():
    """The same with a compact copy."""
    restore("VACUUM INTO '{}'")


def totals(database):
    with contextlib.closing(sqlite3.connect(database)) as db:
        return db.execute("SELECT name, calls, errors, slow FROM functions ORDER BY name").fetchall()


def test_upgrade():
    """A database of an older version is taken over with all its totals, and is of this version then."""
    for version in (1, 2, 3):
        upgrade(version)


def upgrade(version):
    with profd(start=False) as daemon:
        script = (harness.SOURCE / f"tests/golden/version_{version}.sql").read_text()
        with contextlib.closing(sqlite3.connect(daemon.database)) as db:
            db.executescript(script)
            assert db.execute("PRAGMA user_version").fetchone() == (version,)
        before = totals(daemon.database)
        assert before
        daemon.start()
        for name, count, errors, slow in before:
            stats = daemon.stats(name)
            assert (stats["call_count"], stats["error_count"], stats["slow_count"]) == (count, errors, slow), stats
        assert daemon.stop() == 0
        assert totals(daemon.database) == before
        assert int(sql(daemon.database, "PRAGMA user_version")) > version
        assert sql(daemon.database, "SELECT sum(calls) FROM program_functions").strip() == str(sum(b[1] for b in before))
        assert version < 2 or sql(daemon.database, "SELECT name, number FROM benchmarks").strip() == "old|3"
        assert version < 3 or sql(daemon.database, "SELECT count(*) FROM slow_calls WHERE pid IS NULL").strip() == "1"


def test_reader():
    """A program that keeps a transaction open in the database is named, once, and so is the end of it."""
    def grow(daemon):
        program = daemon.run("tests/system/many", "functions", 8000, stdout=subprocess.DEVNULL)
        assert program.wait(harness.limit()) == 0
        return daemon.json("status")["wal_reader"]

    with profd(FAST) as daemon, contextlib.closing(sqlite3.connect(daemon.database)) as reader:
        assert grow(daemon) == "none"
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM functions").fetchone()
        wait_until(lambda: grow(daemon) != "none", "the log has become large", harness.limit())
        name = pathlib.Path("/proc/self/comm").read_text().strip()
        assert daemon.json("status")["wal_reader"] == f"{name} (pid {os.getpid()})"
        wait_until(lambda: f"{name} (pid {os.getpid()}) keeps a transaction open" in daemon.said(), "the line")
        grow(daemon)
        assert daemon.said().count("keeps a transaction open") == 1
        reader.rollback()
        wait_until(lambda: grow(daemon) == "none", "the log is used again", harness.limit())
        wait_until(lambda: "the transaction has ended" in daemon.said(), "the line")


def test_downgrade():
    """A newer database is refused with 2 and left as it is; with the backup from before, nothing lacks in the end."""
    with profd(FAST) as daemon, living(daemon) as end:
        grown(daemon, 100)
        backup = daemon.folder / "backup.db"
        sql(daemon.database, f".backup '{backup}'")
        assert daemon.stop() == 0
        sql(daemon.database, "PRAGMA user_version = 1000")
        before = daemon.database.read_bytes()
        daemon.start(wait=False)
        assert daemon.process.wait(harness.PATIENCE) == 2
        assert "was written by a newer profd: it has version 1000" in daemon.said(), daemon.said()
        assert daemon.database.read_bytes() == before
        put_back(daemon, backup)
        daemon.start()
        grown(daemon, 100)
        check_totals(daemon, end())


harness.main([test_backup, test_compact_backup, test_upgrade, test_reader, test_downgrade])
