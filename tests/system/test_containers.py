"""Programs, profd and profctl in namespaces of their own, as in containers: docs/containers.md says what holds there."""

import pathlib
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import wait_until

FAST = "[profd]\ncommit_interval = 50ms\n[limits]\nsilence = 1s\n"
UNSHARE = shutil.which("unshare")
INSIDE = {
    "user": ["--user", "--map-root-user"],
    "pid": ["--pid", "--fork", "--kill-child"],
    "mount": ["--mount"],
    "all": ["--user", "--map-root-user", "--pid", "--fork", "--kill-child", "--mount"],
}
# The folder of the sockets is mounted elsewhere, and gone from where it was.
MOUNT = 'mount --bind "$1" "$2" && mount -t tmpfs none "$1" && shift 2 && exec "$@"'


def may(kind):
    """Whether we may make such a namespace."""
    done = UNSHARE and subprocess.run([UNSHARE, *INSIDE[kind], "mount", "-t", "tmpfs", "none", "/mnt"] if "--mount" in INSIDE[kind]
                                      else [UNSHARE, *INSIDE[kind], "true"], stderr=subprocess.DEVNULL).returncode == 0
    if not done:
        print(f"left out: no {kind} namespaces here")
    return done


class Contained(harness.Profd):
    """A profd, of which one part is in a namespace: "profd", "profctl" or "program"."""

    def __init__(self, part, kind):
        super().__init__(FAST)
        self.part, self.kind = part, kind
        self.there = self.folder / "there"
        self.runtime.mkdir(mode=0o755)
        self.there.mkdir()

    def wrap(self, part, *command):
        """The command as it is run: in the namespace if it is the part that lives there."""
        if part != self.part:
            return [*map(str, command)]
        mount = ["sh", "-c", MOUNT, "sh", str(self.runtime), str(self.there)] if "--mount" in INSIDE[self.kind] else []
        return [UNSHARE, *INSIDE[self.kind], "--", *mount, *map(str, command)]

    def seen(self, part):
        """The folder of the sockets as that part sees it."""
        return self.there if part == self.part and "--mount" in INSIDE[self.kind] else self.runtime

    def command(self):
        command = super().command()
        command[command.index(str(self.runtime))] = str(self.seen("profd"))
        return self.wrap("profd", *command)

    def ask(self, *arguments):
        return subprocess.run(self.wrap("profctl", harness.BUILD / "profctl", *arguments),
                              env=dict(self.environment, PROF_ENDPOINT=f"ipc://{self.seen('profctl')}"), text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=harness.PATIENCE)

    def host(self):
        program, *arguments = self.wrap("program", harness.BUILD / "tests/system/host")
        return self.run(program, *arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                        environment={"PROF_ENDPOINT": f"ipc://{self.seen('program')}", "PROF_INTERVAL": "0.01"})

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind:
            sys.stderr.write(self.said())
        self.close()


def say(host, line):
    host.stdin.write(line + "\n")
    host.stdin.flush()
    return host.stdout.readline().strip()


def recorded(host, name):
    assert say(host, f"record {name} 0.001") == "done"
    assert say(host, "flush 60") == "done"


def process(daemon):
    """The one process that is listed, or None."""
    processes = daemon.json("ps")["processes"]
    assert len(processes) < 2, processes
    return processes[0] if processes else None


def cut_off(daemon):
    return daemon.json("status")["processes_cut_off"]


def test_each():
    """Program, profd or profctl in a user, PID or mount namespace of its own, or in all: all is counted and told."""
    for kind in filter(may, INSIDE):
        for part in ("program", "profd", "profctl"):
            with Contained(part, kind) as daemon:
                daemon.start()
                host = daemon.host()
                recorded(host, "f")
                assert daemon.stats("f")["call_count"] == 1, (part, kind)
                told = process(daemon)
                assert told["program"] == "host" and told["uid"] == 0, (part, kind, told)
                known = not (part == "profd" and "--pid" in INSIDE[kind])
                assert (told["pid"] is not None) == known, (part, kind, told)
                assert daemon.rows("SELECT pid IS NOT NULL FROM processes") == [(known,)], (part, kind)
                host.stdin.close()
                assert host.wait(harness.PATIENCE) == 0
                wait_until(lambda: process(daemon)["state"] == "ended", "the goodbye")


def test_dead_outside():
    """Of programs outside of profd's PID namespace those that were killed are found, and no others."""
    if not may("pid"):
        return
    with Contained("profd", "pid") as daemon:
        daemon.start()
        dead, stopped = daemon.host(), daemon.host()
        recorded(dead, "dead")
        recorded(stopped, "stopped")
        assert {line.split()[1] for line in daemon.ask("ps").stdout.splitlines()[1:]} == {"-"}
        stopped.send_signal(harness.signal.SIGSTOP)
        dead.kill()
        dead.wait()
        wait_until(lambda: cut_off(daemon) == 1, "the dead one is found")
        heard = [p["pushed"] for p in daemon.json("ps")["processes"] if p["state"] != "ended"]
        assert len(heard) == 1
        wait_until(lambda: time.time() > heard[0] + 4, "the stopped one has been looked up, too")
        assert cut_off(daemon) == 1
        stopped.send_signal(harness.signal.SIGCONT)
        recorded(stopped, "stopped")
        assert daemon.stats("stopped")["call_count"] == 2


def test_idle_outside():
    """One that has nothing to push shows a profd that was started again that it lives."""
    if not may("pid"):
        return
    with Contained("profd", "pid") as daemon:
        daemon.start()
        idle, dead = daemon.host(), daemon.host()
        recorded(idle, "idle")
        recorded(dead, "dead")
        daemon.kill()
        dead.kill()
        dead.wait()
        daemon.start()
        wait_until(lambda: cut_off(daemon) == 1, "the dead one is found")
        recorded(idle, "idle")
        assert daemon.stats("idle")["call_count"] == 2
        assert cut_off(daemon) == 1


def test_users_outside():
    """In a user namespace profd knows only the users that it contains; the others are nobody, and all the same one."""
    if not may("user") or not harness.can_be(4242):
        return
    with Contained("profd", "user") as daemon:
        daemon.folder.chmod(0o755)
        daemon.config.write_text(FAST + "[access]\npush = *\n")
        daemon.start()
        host = subprocess.run([harness.BUILD / "tests/system/host"], input="record f 0.001\nflush 60\n", text=True,
                              user=4242, group=4242, extra_groups=[], stdout=subprocess.PIPE,
                              env=dict(daemon.environment, PROF_ENDPOINT=daemon.endpoint), timeout=harness.PATIENCE)
        assert host.stdout.split() == ["done", "done"], host
        assert process(daemon)["uid"] == 65534


harness.main([test_each, test_dead_outside, test_idle_outside, test_users_outside])
