"""Who may push, ask and clear: by the kernel's word of user and groups, behind files that are never open to more."""

import contextlib
import os
import pathlib
import signal
import socket
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd, tell, turns, wait_until
from wire import CLEAR, DENIED, DONE, REFUSED, SAFE, SUMMARY, Answer, Speaker, path, question, standing

MEMBERS = 7777  # the number of a group


def left_out():
    if harness.can_be(4343):
        return False
    print("left out: needs root, and a build that other users can reach")
    return True


def push(daemon, process, user, groups=(), **more):
    more.setdefault("paths", [path()])
    more.setdefault("standings", [standing()])
    with Speaker(daemon, "records", user=user, groups=groups) as speaker:
        return speaker.push(process, **more)


def ask(daemon, question, user, groups=()):
    with Speaker(daemon, "control", user=user, groups=groups) as speaker:
        return speaker.ask(question).result


def files(daemon):
    """Mode and group of the two sockets."""
    found = (os.stat(daemon.runtime / name) for name in ("records", "control"))
    return [(status.st_mode & 0o777, status.st_gid) for status in found]


def reload(daemon, config):
    count = daemon.said().count("configuration reloaded")
    daemon.config.write_text(config)
    daemon.process.send_signal(signal.SIGHUP)
    wait_until(lambda: daemon.said().count("configuration reloaded") > count, "the reload")


def with_groups(daemon, groups):
    """Starts profd where the machine's groups are these."""
    (daemon.folder / "group").write_text("".join(f"{name}:x:{number}:\n" for name, number in groups.items()))
    (daemon.folder / "group").chmod(0o644)
    command = daemon.command()
    daemon.command = lambda: ["unshare", "--mount", "--propagation", "private", "sh", "-c",
                              'mount --bind "$0" /etc/group && exec "$@"', str(daemon.folder / "group"), *command]


def test_default():
    """By default the members of the group profd push and ask, by any of their groups, and root alone clears."""
    if left_out():
        return
    with profd(start=False) as daemon:
        with_groups(daemon, {"root": 0, "profd": MEMBERS})
        daemon.start()
        daemon.folder.chmod(0o755)
        assert files(daemon) == [(0o660, MEMBERS)] * 2, files(daemon)
        for mode in (None, 0o666):  # the list decides where the file does not
            if mode is not None:
                (daemon.runtime / "records").chmod(mode)
                (daemon.runtime / "control").chmod(mode)
            assert push(daemon, os.urandom(16), 4343, [5, MEMBERS, 6]).verdict == SAFE
            assert push(daemon, os.urandom(16), MEMBERS).verdict == SAFE  # as its own group
            assert ask(daemon, SUMMARY, 4343, [MEMBERS]) == DONE
            assert ask(daemon, CLEAR, 4343, [MEMBERS]) == DENIED
        ack = push(daemon, os.urandom(16), 4444, [5])
        assert ack.verdict == REFUSED and "may not push" in ack.text, vars(ack)
        assert ask(daemon, SUMMARY, 4444, [5]) == DENIED
        assert daemon.stats("f")["call_count"] == 4
        assert daemon.json("status")["denied"] == 4
        # More groups than one look tells, as one who is in many is.
        assert push(daemon, os.urandom(16), 4545, [*range(10000, 10200), MEMBERS]).verdict == SAFE
        assert ask(daemon, CLEAR, 0) == DONE


def test_closed_to_others():
    """Who is not a member does not even get through the file, and is told so at once."""
    if left_out():
        return
    with profd(start=False) as daemon:
        with_groups(daemon, {"root": 0, "profd": MEMBERS})
        daemon.start()
        daemon.folder.chmod(0o755)
        said = daemon.ask("status", user=4343, group=4343, extra_groups=[])
        assert said.returncode != 0 and "permission denied" in said.stderr, said
        assert daemon.ask("status", user=4343, group=4343, extra_groups=[MEMBERS]).returncode == 0


def test_no_group():
    """Where there is no group profd, root alone may, and the log says so."""
    if left_out():
        return
    with profd(start=False) as daemon:
        with_groups(daemon, {"root": 0})
        daemon.start()
        daemon.folder.chmod(0o755)
        assert files(daemon) == [(0o600, 0)] * 2, files(daemon)
        assert "only root and profd's own user may push" in daemon.said()
        for name in ("records", "control"):
            (daemon.runtime / name).chmod(0o666)
        assert push(daemon, os.urandom(16), 4343, [MEMBERS]).verdict == REFUSED
        assert ask(daemon, SUMMARY, 4343, [MEMBERS]) == DENIED
        assert push(daemon, os.urandom(16), 0).verdict == SAFE


def test_own():
    """Of a person's own profd that person may everything, and root; others do not get in."""
    if left_out():
        return
    with profd(start=False) as daemon:
        os.chown(daemon.folder, 4343, 4343)
        daemon.folder.chmod(0o755)
        command = daemon.command()
        daemon.command = lambda: ["setpriv", "--reuid=4343", "--regid=4343", "--clear-groups", *command]
        daemon.start()
        assert [mode for mode, _ in files(daemon)] == [0o600] * 2
        for user in (4343, 0):
            assert push(daemon, os.urandom(16), user).verdict == SAFE
            assert ask(daemon, CLEAR, user) == DONE
        for name in ("records", "control"):
            (daemon.runtime / name).chmod(0o666)
        daemon.runtime.chmod(0o755)
        assert push(daemon, os.urandom(16), 4444).verdict == REFUSED
        assert ask(daemon, SUMMARY, 4444) == DENIED


def test_reload():
    """A reload changes the lists, the files with them, and holds for those who are connected already."""
    if left_out():
        return
    lists = "[access]\npush = {0}\nask = {0}\n"
    with profd(lists.format("*")) as daemon:
        daemon.folder.chmod(0o755)
        assert [mode for mode, _ in files(daemon)] == [0o666] * 2
        with Speaker(daemon, "records", user=4343, groups=[MEMBERS]) as member, \
                Speaker(daemon, "records", user=4444) as other:
            for speaker, name in ((member, "a"), (other, "b")):
                assert speaker.push(name.encode() * 16, paths=[path()], standings=[standing()]).verdict == SAFE
            reload(daemon, lists.format(f"@{MEMBERS}"))
            assert files(daemon) == [(0o660, MEMBERS)] * 2, files(daemon)
            ack = member.push(b"a" * 16, generation=2, since=1, standings=[standing(count=2)])
            assert ack.verdict == SAFE, vars(ack)
            ack = other.push(b"b" * 16, generation=2, since=1, standings=[standing(count=2)])
            assert ack.verdict == REFUSED, vars(ack)
        reload(daemon, lists.format("4343"))
        assert [mode for mode, _ in files(daemon)] == [0o666] * 2
        assert ask(daemon, SUMMARY, 4343) == DONE and ask(daemon, SUMMARY, 4444) == DENIED


def watch(folder, seen, stop):
    """Notes every mode that the sockets' files are seen with, as fast as it can."""
    names = [os.path.join(folder, name) for name in ("records", "control")]
    while not stop.is_set():
        for name in names:
            try:
                status = os.stat(name)
            except OSError:
                continue
            seen.add((status.st_mode & 0o777, status.st_gid))


def test_never_wider():
    """While profd starts, the files of its sockets are never open to more than in the end."""
    if left_out():
        return
    seen, stop = set(), threading.Event()
    with profd(f"[access]\npush = @{MEMBERS}\nask = @{MEMBERS}\n", start=False) as daemon:
        watcher = threading.Thread(target=watch, args=(str(daemon.runtime), seen, stop))
        watcher.start()
        try:
            for turn in turns(20, 200, 0.5):
                daemon.start()
                daemon.stop()
        finally:
            stop.set()
            watcher.join()
    assert (0o660, MEMBERS) in seen, seen
    assert seen <= {(0o660, MEMBERS), (0o600, MEMBERS), (0o600, 0)}, seen
    tell("sockets watched while profd starts", f"{turn + 1} starts", "mode 0660", "never wider")


def test_nobody_speaks_for_another():
    """A process belongs to the user who pushed it first: another's push in its name changes and tells nothing."""
    if left_out():
        return
    name = os.urandom(16)
    with profd("[access]\npush = *\n") as daemon:
        daemon.folder.chmod(0o755)
        assert push(daemon, name, 4343, standings=[standing(count=3)]).verdict == SAFE
        for more in ({"generation": 2, "since": 1, "standings": [standing(count=500)]},
                     {"generation": 2, "standings": [standing(count=500)]},
                     {"generation": 9, "since": 8, "standings": []},
                     {"generation": 2, "since": 1, "standings": [], "goodbye": True}):
            ack = push(daemon, name, 4444, **more)
            assert ack.verdict == REFUSED and "another user" in ack.text, vars(ack)
            assert ack.generation == 0, "a stranger hears how far the process is"
        assert push(daemon, name, 4343, generation=2, since=1, standings=[standing(count=5)]).verdict == SAFE
        assert daemon.stats("f")["call_count"] == 5
        daemon.stop()
        daemon.start()
        assert push(daemon, name, 4444, generation=3, since=2, standings=[standing(count=9)]).verdict == REFUSED
        assert daemon.stats("f")["call_count"] == 5


def test_burst():
    """Many questions at once are all answered."""
    with profd() as daemon, Speaker(daemon, "control") as speaker:
        for _ in range(200):
            speaker.send(question(SUMMARY))
        assert all(Answer(speaker.receive()).result == DONE for _ in range(200))


def test_shares():
    """What one user takes of the tables leaves room for others, after a restart too; nothing is lost on either side."""
    if left_out():
        return

    def names(prefix, count):
        return {"paths": [path(i + 1, function=f"{prefix}{i}") for i in range(count)],
                "standings": [standing(i + 1) for i in range(count)]}

    config = "[access]\npush = *\n[limits]\nfunctions = 64\npaths = 256\nprocesses = 16\n"
    with profd(config) as daemon, contextlib.ExitStack() as living:
        daemon.folder.chmod(0o755)
        accepted = 0
        for i in range(8):
            speaker = living.enter_context(Speaker(daemon, "records", user=4343))
            accepted += speaker.push(bytes([i]) * 16, **names(f"bad{i}.", 20)).verdict == SAFE
            if i == 3:
                daemon.stop()
                daemon.start()
        assert accepted == 8
        ack = push(daemon, b"x" * 16, 4343)
        assert ack.verdict == REFUSED and "processes of this user" in ack.text, vars(ack)
        said = daemon.json("status")
        assert said["functions"] == 33 and said["functions_collapsed"] > 0, said["functions"]  # half, and (other)
        assert (said["user_share"], said["users"]) == (50, 1), said
        assert push(daemon, b"y" * 16, 4444, **names("good", 15)).verdict == SAFE
        assert [daemon.stats(f"good{i}")["call_count"] for i in range(15)] == [1] * 15
        assert daemon.json("summary")["total_calls"] == 8 * 20 + 15


@contextlib.contextmanager
def acting_as(user):
    """What this program connects to meanwhile, the kernel says to be of this user."""
    os.setegid(user)
    os.seteuid(user)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def connect(daemon, name):
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(str(daemon.runtime / name))
    return connection


def test_connections():
    """One user's connections leave room for others', as many as they are, and room again when they are closed."""
    if left_out():
        return
    with profd("[profd]\nconnections_per_user = 20\n[access]\npush = *\n") as daemon:
        daemon.folder.chmod(0o755)
        for turn in turns(1, 20, 0.3):
            with acting_as(4343):
                held = [connect(daemon, "records") for _ in range(200)]
            wait_until(lambda: daemon.json("status")["connections_refused_user"] >= 180 * (turn + 1),
                       "those beyond are refused")
            assert daemon.json("status")["connections"] < 30
            assert push(daemon, os.urandom(16), 4444).verdict == SAFE
            for connection in held:
                connection.close()
            wait_until(lambda: daemon.json("status")["connections"] < 10, "profd sees that they are closed")
            assert push(daemon, os.urandom(16), 4343).verdict == SAFE
        assert daemon.stats("f")["call_count"] == 2 * (turn + 1)
    tell("one user opens 200 connections where 20 are allowed", f"{turn + 1} times", "another user connects",
         "180 refused each time, the other connects, room again when they close")


harness.main([test_default, test_closed_to_others, test_no_group, test_own, test_reload, test_never_wider,
              test_nobody_speaks_for_another, test_burst, test_shares, test_connections],
             long=[test_never_wider, test_connections])
