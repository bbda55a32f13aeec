"""What breaks around profd: a full disk, a damaged database, descriptors that run out, a syslog that hangs."""

import contextlib
import os
import pathlib
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd, wait_until
from wire import CLEAR, FAILED, SAFE, Ack, Speaker, path, push, standing

INSIDE = "PROFD_TEST_INSIDE"


def test_damaged_database():
    """A damaged database is set aside under another name, said in the log, and a new one begun."""
    with profd() as daemon:
        assert daemon.ask("record", "f", "0.5").returncode == 0
        assert daemon.stop() == 0
        with open(daemon.database, "r+b") as file:
            file.seek(0)
            file.write(os.urandom(8192))
        daemon.start()
        aside = [f for f in daemon.folder.glob("profd.db.*") if f.stat().st_size > 0 and "lock" not in f.name]
        assert aside, list(daemon.folder.iterdir())
        assert any(f.name in daemon.said() for f in aside), daemon.said()
        assert daemon.stats("f") is None
        assert daemon.ask("record", "f", "0.5").returncode == 0
        assert daemon.stats("f")["call_count"] == 1


def test_newer_database():
    """A database of a newer version is refused with a message, and left as it is."""
    with profd() as daemon:
        assert daemon.stop() == 0
        with contextlib.closing(sqlite3.connect(daemon.database)) as database:
            database.execute("PRAGMA user_version = 1000")
        before = daemon.database.read_bytes()
        daemon.start(wait=False)
        assert daemon.process.wait(harness.PATIENCE) == 2
        assert "newer" in daemon.said(), daemon.said()
        assert daemon.database.read_bytes() == before


def fill(folder):
    with open(folder / "ballast", "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass


def test_full_disk():
    """With the disk full profd counts and answers, says so once, acks nothing; with room again it commits and acks."""
    with profd("[profd]\ncommit_interval = 50ms\n", start=False) as daemon:
        disk = daemon.folder / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2M", "tmpfs", str(disk)], check=True)
        try:
            daemon.database = disk / "profd.db"
            daemon.start()
            meet_full_disk(daemon, disk)
        finally:
            daemon.close()
            subprocess.run(["umount", str(disk)], check=True)


def meet_full_disk(daemon, disk):
    process = os.urandom(16)
    with Speaker(daemon, "records") as speaker, Speaker(daemon, "control") as control:
        assert speaker.push(process, paths=[path()], standings=[standing()]).verdict == SAFE
        fill(disk)
        paths = [path(i, function=f"{i:0200}") for i in range(2, 1000)]
        speaker.send(push(process, generation=2, since=1, paths=paths, standings=[standing(count=2)]))
        wait_until(lambda: daemon.json("status")["commit_failures"] >= 2, "commits fail")
        status = daemon.json("status")
        assert status["disk"] != "ok", status
        assert daemon.stats("f")["call_count"] == 2
        assert daemon.said().count("cannot commit") == 1, daemon.said()
        assert speaker.receive(0.1) is None
        answer = control.ask(CLEAR)
        assert answer.result == FAILED and "disk" in answer.text, vars(answer)
        news = Ack(speaker.receive())
        assert (news.generation, news.epoch) == (1, 1), vars(news)
        speaker.send(push(process, generation=3, since=1, paths=paths, standings=[standing(count=5)]))
        wait_until(lambda: daemon.stats("f") and daemon.stats("f")["call_count"] == 3, "it is merged in memory")
        (disk / "ballast").unlink()
        ack = Ack(speaker.receive())
        assert (ack.verdict, ack.generation) == (SAFE, 3), vars(ack)
        status = daemon.json("status")
        assert status["disk"] == "ok", status
        assert daemon.said().count("commits succeed again") == 1
    assert daemon.stop() == 0


@contextlib.contextmanager
def crowd(daemon, count):
    """Opens connections and keeps them; tells how many of them profd closed at once. The others are greeted."""
    with contextlib.ExitStack() as members:
        sockets = [members.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(count)]
        for s in sockets:
            s.settimeout(harness.PATIENCE)
            s.connect(str(daemon.runtime / "records"))
        yield sum(s.recv(1) == b"" for s in sockets)


def test_few_descriptors():
    """When descriptors run out further connections are closed and counted; profd lives, and serves those it has."""
    def limit():
        resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))

    with profd("[limits]\nuser_share = 100\n", start=False) as daemon:
        with open(daemon.log, "ab") as log:
            daemon.process = subprocess.Popen(daemon.command(), preexec_fn=limit, env=daemon.environment, stdout=log,
                                              stderr=log, stdin=subprocess.DEVNULL)
        wait_until(daemon.answers, "profd answers")
        with Speaker(daemon, "records") as speaker, Speaker(daemon, "control") as control:
            assert speaker.push(bytes(16), paths=[path()], standings=[standing()]).verdict == SAFE
            control.ask(7)
            with crowd(daemon, 300) as closed:
                assert closed > 200, closed
                ack = speaker.push(bytes(16), generation=2, since=1, standings=[standing(count=2)])
                assert (ack.verdict, ack.generation) == (SAFE, 2)
        wait_until(daemon.answers, "profd answers when the crowd has gone")
        assert daemon.json("status")["connections_refused_full"] >= closed


def test_connections_of_a_user():
    """A user has so many connections and no more, and gets new ones for those that were closed."""
    with profd("[profd]\nconnections_per_user = 20\n") as daemon:
        refused = 0
        for _ in range(3):
            with crowd(daemon, 40) as closed:
                assert 20 <= closed < 40, closed
                refused += closed
            wait_until(daemon.answers, "profd answers when the crowd has gone")
        assert daemon.json("status")["connections_refused_user"] >= refused


def test_many_connections():
    """A thousand processes are connected at once, and each push is acked."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 3000:
        return
    with profd() as daemon:
        speakers = []
        try:
            for _ in range(100):
                speakers.append(Speaker(daemon, "records"))
            crowd = []
            resource.setrlimit(resource.RLIMIT_NOFILE, (3000, hard))
            for _ in range(1000):
                s = socket.socket(socket.AF_UNIX)
                s.connect(str(daemon.runtime / "records"))
                crowd.append(s)
            for i, speaker in enumerate(speakers):
                speaker.send(push(i.to_bytes(16, "big"), paths=[path()], standings=[standing()]))
            for speaker in speakers:
                assert Ack(speaker.receive()).verdict == SAFE
            assert daemon.stats("f")["call_count"] == 100
            for s in crowd:
                s.close()
        finally:
            for speaker in speakers:
                speaker.__exit__()


RSYSLOG = """global(workDirectory="{0}" net.enableDNS="off")
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="/dev/log" RateLimit.Interval="0")
template(name="l" type="string" string="%syslogfacility-text%.%syslogseverity-text% %syslogtag%%msg%\\n")
*.* action(type="omfile" file="{0}/out.log" template="l" flushOnTXEnd="on")
"""


def private_devices(folder):
    """A /dev of our own, so that /dev/log is not the machine's."""
    devices = folder / "dev"
    devices.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(devices)], check=True)
    for name in ("null", "zero", "full", "random", "urandom", "tty"):
        (devices / name).touch()
        subprocess.run(["mount", "--bind", f"/dev/{name}", str(devices / name)], check=True)
    (devices / "shm").mkdir()
    (devices / "fd").symlink_to("/proc/self/fd")
    subprocess.run(["mount", "--rbind", str(devices), "/dev"], check=True)


@contextlib.contextmanager
def rsyslogd(folder):
    (folder / "rsyslog.conf").write_text(RSYSLOG.format(folder))
    process = subprocess.Popen(["rsyslogd", "-n", "-f", str(folder / "rsyslog.conf"), "-i", str(folder / "pid")],
                               stdin=subprocess.DEVNULL)
    try:
        wait_until(pathlib.Path("/dev/log").exists, "rsyslogd listens")
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.wait(harness.PATIENCE)


def test_syslog():
    """A real rsyslogd gets slow calls as warnings of the daemon; when it hangs profd answers and counts on."""
    with profd(start=False) as daemon:
        private_devices(daemon.folder)
        with rsyslogd(daemon.folder) as syslog:
            daemon.arguments = ["--log", "syslog"]
            daemon.start()
            assert daemon.ask("record", "db.query", "1.25", "--error", "no such table\n").returncode == 0
            out = daemon.folder / "out.log"
            line = 'error="no such table\\x0a"'
            wait_until(lambda: out.exists() and line in out.read_text(), "the line arrives")
            lines = [said for said in out.read_text().splitlines() if "slow call" in said]
            assert len(lines) == 1, lines
            assert lines[0].startswith("daemon.warning profd["), lines
            assert 'slow call: function="db.query" took 1.25 s (threshold 1 s) program="profctl" pid=' in lines[0]
            syslog.send_signal(signal.SIGSTOP)
            for i in range(30):
                for _ in range(2):
                    assert daemon.ask("record", "x" * 200 + str(i), "2", "--count", "1").returncode == 0
            assert daemon.answers()
            assert daemon.json("summary")["total_calls"] == 61
            syslog.send_signal(signal.SIGCONT)
            wait_until(lambda: out.read_text().count("slow call:") >= 61, "all lines arrive")
            assert daemon.stop() == 0


TESTS = [test_damaged_database, test_newer_database, test_few_descriptors, test_connections_of_a_user,
         test_many_connections]
# These mount: they run in namespaces of their own, where that is allowed.
TESTS_INSIDE = [test_full_disk, test_syslog]


def inside():
    """Runs the tests that mount; what is missing for them is said."""
    if shutil.which("rsyslogd") is None or subprocess.run(
            ["unshare", "-rm", "--propagation", "private", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
            stderr=subprocess.DEVNULL).returncode != 0:
        print("skipped: a full disk and syslog: no rsyslogd, or no namespaces here")
        return
    subprocess.run(["unshare", "-rm", "--propagation", "private", sys.executable, "-B", __file__],
                   env=dict(os.environ, **{INSIDE: "1"}), check=True)


def test_with_mounts():
    """A full disk and a real syslog are met, in namespaces of their own."""
    inside()


harness.main(TESTS_INSIDE if os.environ.get(INSIDE) else [*TESTS, test_with_mounts])
