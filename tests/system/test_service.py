"""profd as a service: readiness, reload, stop, sockets handed over, the second one refused, command line and files."""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd, wait_until
from wire import SAFE, Ack, Speaker, path, push, standing


class Systemd:
    """The datagram socket on which a service tells systemd how it is."""

    def __init__(self, daemon):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(daemon.folder / "notify"))
        self.socket.settimeout(harness.PATIENCE)
        daemon.environment["NOTIFY_SOCKET"] = str(daemon.folder / "notify")

    def hear(self, word):
        """Waits for a message that begins with this word."""
        while True:
            message = self.socket.recv(4096).decode()
            if message.startswith(word):
                return message


def has_systemd():
    return "#define HAVE_SYSTEMD 1" in (harness.BUILD / "config.h").read_text()


def run_profd(*arguments, **more):
    return subprocess.run([str(harness.BUILD / "profd"), *map(str, arguments)], text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=harness.PATIENCE, **more)


def ended(daemon):
    """Waits until a profd that should refuse to start has done so; its exit status."""
    return daemon.process.wait(harness.PATIENCE)


def test_ready_and_stop():
    """systemd hears READY once profd answers, STOPPING at SIGTERM; profd exits with 0 and removes its sockets."""
    if not has_systemd():
        return
    with profd(start=False) as daemon:
        systemd = Systemd(daemon)
        daemon.start(wait=False)
        systemd.hear("READY=1")
        assert daemon.answers()
        daemon.process.send_signal(signal.SIGTERM)
        systemd.hear("STOPPING=1")
        assert ended(daemon) == 0
        assert sorted(f.name for f in daemon.runtime.iterdir()) == ["lock"]


def test_watchdog():
    """The watchdog is fed from the main loop as often as systemd asks."""
    if not has_systemd():
        return
    with profd(start=False) as daemon:
        systemd = Systemd(daemon)
        daemon.environment["WATCHDOG_USEC"] = "200000"
        daemon.start(wait=False)
        for _ in range(3):
            systemd.hear("WATCHDOG=1")


def test_interrupt_commits():
    """What was pushed and not yet committed is on disk after SIGINT, and is there at the next start."""
    with profd("[profd]\ncommit_interval = 1h\n") as daemon:
        with Speaker(daemon, "records") as speaker:
            speaker.send(push(bytes(16), paths=[path()], standings=[standing(count=7)],
                                                 flush=False))
            wait_until(lambda: daemon.stats("f"), "the push is merged")
            daemon.process.send_signal(signal.SIGINT)
            assert ended(daemon) == 0
        daemon.start()
        assert daemon.stats("f")["call_count"] == 7


def test_reload():
    """SIGHUP reads the configuration again: processes are told the new thresholds at once, and until they know them."""
    with profd("[slow]\nthreshold = 1s\n[slow-functions]\ndb.* = 50ms\n") as daemon, \
            Speaker(daemon, "records") as speaker:
        first = speaker.push(bytes(16), paths=[path()], standings=[standing()])
        assert first.verdict == SAFE and first.policy[2] == [10**9], first.policy
        assert b"db.*" in first.policy[3][0]
        known = first.policy[1][0]
        again = speaker.push(bytes(16), generation=2, since=1, standings=[standing(count=2)], policy=known)
        assert again.verdict == SAFE and again.policy is None
        daemon.config.write_text("[slow]\nthreshold = off\n[profd]\npush_size_limit = 1M\n")
        daemon.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "configuration reloaded" in daemon.said(), "the reload")
        assert "push_size_limit has changed and takes effect at the next start" in daemon.said()
        news = Ack(speaker.receive())
        assert news.generation == 2 and news.policy[1][0] > known, vars(news)
        assert news.policy.get(2, [0]) == [0] and 3 not in news.policy, vars(news)
        new = speaker.push(bytes(16), generation=3, since=2, standings=[standing(count=3)], policy=known)
        assert (new.generation, new.policy) == (3, news.policy), vars(new)
        daemon.config.write_text("[slow]\nthreshold = quick\n")
        daemon.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "keeping the old configuration" in daemon.said(), "the refusal")
        assert f"{daemon.config}:2: threshold = quick" in daemon.said()
        same = speaker.push(bytes(16), generation=4, since=3, standings=[standing(count=4)], policy=new.policy[1][0])
        assert same.verdict == SAFE and same.policy is None, vars(same)


def test_reload_is_told():
    """systemd hears RELOADING with the time, then READY."""
    if not has_systemd():
        return
    with profd(start=False) as daemon:
        systemd = Systemd(daemon)
        daemon.start(wait=False)
        systemd.hear("READY=1")
        daemon.process.send_signal(signal.SIGHUP)
        assert re.search(r"MONOTONIC_USEC=\d+", systemd.hear("RELOADING=1"))
        systemd.hear("READY=1")


def test_second_on_the_same_sockets():
    """A second profd on the same sockets is refused, and the first goes on answering."""
    with profd() as first, profd(start=False) as second:
        second.runtime = first.runtime
        second.start(wait=False)
        assert ended(second) == 1
        assert f"another profd is running in {first.runtime}" in second.said()
        assert first.answers()


def test_second_on_the_same_database():
    """A second profd on the same database is refused."""
    with profd() as first, profd(start=False) as second:
        second.database = first.database
        second.start(wait=False)
        assert ended(second) == 1
        assert str(first.database) in second.said(), second.said()
        assert first.answers()


def test_not_a_socket():
    """A file in the place of a socket is refused and left as it is."""
    with profd(start=False) as daemon:
        daemon.runtime.mkdir()
        (daemon.runtime / "control").write_text("precious")
        daemon.start(wait=False)
        assert ended(daemon) == 1
        assert "it is not a socket" in daemon.said()
        assert (daemon.runtime / "control").read_text() == "precious"


def test_long_path():
    """A folder too long for a socket's path is refused with the limit."""
    with profd(start=False) as daemon:
        daemon.runtime = daemon.folder / ("x" * 100)
        daemon.start(wait=False)
        assert ended(daemon) == 1
        assert "107 bytes" in daemon.said()


def test_stale_sockets():
    """Sockets that a killed profd left do not keep the next one from starting."""
    with profd() as daemon:
        daemon.kill()
        assert (daemon.runtime / "control").is_socket()
        daemon.start()


def test_modes():
    """The sockets have the configured modes."""
    with profd("[profd]\nrecords_mode = 0622\ncontrol_mode = 0600\n") as daemon:
        assert (daemon.runtime / "records").stat().st_mode & 0o777 == 0o622
        assert (daemon.runtime / "control").stat().st_mode & 0o777 == 0o600


def listener(path_):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    s.bind(str(path_))
    s.listen(128)
    return s


# LISTEN_PID must be the number of the process that execs profd.
ACTIVATE = 'exec env LISTEN_PID=$$ LISTEN_FDS=$1 LISTEN_FDNAMES=$2 "${@:3}" 3<&"$FD0" 4<&"$FD1"'


def start_activated(daemon, names, *sockets):
    environment = dict(daemon.environment, FD0=str(sockets[0].fileno()), FD1=str(sockets[1].fileno()))
    with open(daemon.log, "ab") as log:
        daemon.process = subprocess.Popen(["bash", "-c", ACTIVATE, "-", str(len(sockets)), names, *daemon.command()],
                                          pass_fds=[s.fileno() for s in sockets], stdin=subprocess.DEVNULL,
                                          stdout=log, stderr=log, env=environment)


def test_socket_activation():
    """Sockets handed over are used, stay when profd ends, and the next profd takes over who is connected."""
    if not has_systemd():
        return
    with profd(start=False) as daemon:
        daemon.runtime.mkdir()
        control, records = listener(daemon.runtime / "control"), listener(daemon.runtime / "records")
        start_activated(daemon, "control:records", control, records)
        wait_until(daemon.answers, "profd answers")
        assert daemon.ask("record", "f", "0.5").returncode == 0
        assert daemon.stop() == 0
        assert (daemon.runtime / "control").is_socket() and (daemon.runtime / "records").is_socket()
        start_activated(daemon, "control:records", control, records)
        wait_until(daemon.answers, "profd answers again")
        assert daemon.stats("f")["call_count"] == 1
        daemon.kill()
        start_activated(daemon, "control:records", control, records)
        wait_until(daemon.answers, "profd answers after it was killed")


def test_wrong_activation():
    """A socket of another name, or one that does not listen, is refused with a message."""
    if not has_systemd():
        return
    with profd(start=False) as daemon:
        daemon.runtime.mkdir()
        one, other = listener(daemon.runtime / "1"), listener(daemon.runtime / "2")
        start_activated(daemon, "http:records", one, other)
        assert ended(daemon) == 1
        assert 'the inherited socket "http" is not one of records and control' in daemon.said()
        start_activated(daemon, "control:control", one, other)
        assert ended(daemon) == 1
        assert 'the inherited socket "control" is there twice' in daemon.said()
        deaf = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        start_activated(daemon, "control:records", one, deaf)
        assert ended(daemon) == 1
        assert "the inherited socket records does not listen" in daemon.said()


def test_command_line():
    """Wrong usage ends with 2 and a message; help, version and the example configuration with 0."""
    for wrong, says in ((["--databse", "x"], "Did you mean --database?"), (["argument"], "unexpected argument 'argument'"),
                        (["--config"], "--config requires a value"), (["--help=yes"], "--help takes no value"),
                        (["--", "--help"], "unexpected argument '--help'"), (["--log", "file"], "log")):
        said = run_profd(*wrong)
        assert said.returncode == 2 and says in said.stderr and not said.stdout, (wrong, said)
    for right in ("--help", "--version", "--help-config", "-h", "-V"):
        said = run_profd(right)
        assert said.returncode == 0 and said.stdout and not said.stderr, (right, said)


def test_check_config():
    """--check-config says of a file whether it is good, and where it is not."""
    with profd(start=False) as daemon:
        good = run_profd("--check-config", "--config", daemon.config)
        assert good.returncode == 0 and good.stdout == f"{daemon.config}: OK\n", good
        daemon.config.write_text("[slow]\n\nthresold = 1s\n")
        bad = run_profd("--check-config", "--config", daemon.config)
        assert bad.returncode == 2 and f"{daemon.config}:3: unknown key thresold in [slow]" in bad.stderr, bad
        missing = run_profd("--check-config", "--config", "/nowhere/profd.conf")
        assert missing.returncode == 2 and "No such file" in missing.stderr, missing


def test_documentation():
    """The installed example is what --help-config prints, and the man page names every key with its default."""
    example = run_profd("--help-config").stdout
    made = harness.BUILD if (harness.BUILD / "man/profd.conf.5").exists() else harness.SOURCE
    assert (made / "daemon/config/profd.conf").read_text() == example
    page = (made / "man/profd.conf.5").read_text()
    keys = re.findall(r"^#(\w+) = ?(.*)$", example, re.M)
    assert len(keys) > 25
    for key, default in keys:
        assert re.search(rf"\.It Cm {key} No = [^.]*\n(?:(?!\.It ).*\n)*Default: {re.escape(default or 'none')}[.;]", page), key
    for section in re.findall(r"^\[[\w-]+\]$", example, re.M):
        assert f".Ss {section}\n" in page, section
    for option in re.findall(r"--([\w-]+)", run_profd("--help").stdout):
        assert f"Fl -{option}" in (harness.SOURCE / "man/profd.8").read_text() or option in ("help", "version"), option


def test_user_folders():
    """Without root profd keeps its files in the folders of XDG, which it makes for this user alone."""
    if not harness.can_be(65534):
        print("left out: needs root, and a build that other users can reach")
        return
    with profd(start=False) as daemon:
        home = daemon.folder / "home"
        home.mkdir()
        os.chown(home, 65534, 65534)
        daemon.folder.chmod(0o755)
        for name, value in (("HOME", home), ("XDG_RUNTIME_DIR", home / "run")):
            daemon.environment[name] = str(value)
        for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "STATE_DIRECTORY"):
            daemon.environment.pop(name, None)
        daemon.runtime, daemon.database = home / "run/profd", home / ".local/state/profd/profd.db"
        daemon.environment["PROF_ENDPOINT"] = f"ipc://{daemon.runtime}"
        with open(daemon.log, "ab") as log:
            daemon.process = subprocess.Popen([str(harness.BUILD / "profd"), "--log", "stderr"], user=65534,
                                              group=65534, extra_groups=[], env=daemon.environment, stdout=log,
                                              stderr=log, stdin=subprocess.DEVNULL)
        wait_until(daemon.answers, "profd answers")
        assert daemon.runtime.stat().st_mode & 0o777 == 0o700
        assert daemon.database.parent.stat().st_mode & 0o777 == 0o700
        assert (daemon.runtime / "records").stat().st_mode & 0o777 == 0o600
        assert daemon.stop() == 0


def has_sandbox():
    return "#define HAVE_SECCOMP 1" in (harness.BUILD / "config.h").read_text() and not harness.SANITIZED


def held(daemon, name):
    """What the kernel says of each thread of profd."""
    return {line.split()[1] for status in pathlib.Path(f"/proc/{daemon.process.pid}/task").glob("*/status")
            for line in status.read_text().splitlines() if line.startswith(f"{name}:")}


def test_sandbox():
    """Every thread of profd has given up new privileges and system calls, and none has where that is switched off."""
    outside = {line.split()[1] for line in pathlib.Path("/proc/self/status").read_text().splitlines()
               if line.startswith("Seccomp:")}
    with profd() as daemon:
        assert held(daemon, "NoNewPrivs") == {"1"}
        assert held(daemon, "Seccomp") == ({"2"} if has_sandbox() else outside)
        said = daemon.json("status")["sandbox"]
        assert said == "no new privileges" + (", system calls filtered" if has_sandbox() else ""), said
    with profd("[profd]\nsandbox = no\n") as daemon:
        assert held(daemon, "Seccomp") == outside
        assert daemon.json("status")["sandbox"] == "off"


def check_exposure(unit, most):
    said = subprocess.run(["systemd-analyze", "security", "--offline=true", f"--threshold={round(most * 10)}",
                           str(unit)], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=harness.PATIENCE)
    assert said.returncode == 0, said.stdout


def test_units():
    """systemd finds nothing wrong with the units, and little that the service could still be kept from."""
    if shutil.which("systemd-analyze") is None or not has_systemd():
        return
    with profd(start=False) as daemon:
        for user in ("", "-user"):
            unit = (harness.SOURCE / f"systemd/profd{user}.service.in").read_text()
            folder = daemon.folder / f"units{user}"
            folder.mkdir()
            (folder / "profd.service").write_text(unit.replace("@sbindir@", str(harness.BUILD)))
        for name in ("records", "control"):
            shutil.copy(harness.SOURCE / f"systemd/profd-{name}.socket", daemon.folder / "units")
        environment = dict(os.environ, XDG_RUNTIME_DIR=str(daemon.folder))
        for arguments in (["verify", "--man=no", *sorted((daemon.folder / "units").iterdir())],
                          ["--user", "verify", "--man=no", daemon.folder / "units-user/profd.service"]):
            said = subprocess.run(["systemd-analyze", *map(str, arguments)], env=environment, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=harness.PATIENCE)
            assert said.returncode == 0 and not said.stdout, said.stdout
        # Most of it is PrivateUsers=, which would hide from profd who pushes.
        check_exposure(daemon.folder / "units/profd.service", 0.3)
        # The example for the network stands behind the unit, as a drop-in does.
        network = daemon.folder / "network"
        network.mkdir()
        (network / "profd.service").write_text((daemon.folder / "units/profd.service").read_text() + "\n" + (
            harness.SOURCE / "systemd/profd.service.d/tcp.conf").read_text())
        check_exposure(network / "profd.service", 1.2)


harness.main([test_ready_and_stop, test_watchdog, test_interrupt_commits, test_reload, test_reload_is_told,
              test_second_on_the_same_sockets, test_second_on_the_same_database, test_not_a_socket, test_long_path,
              test_stale_sockets, test_modes, test_socket_activation, test_wrong_activation, test_command_line,
              test_check_config, test_documentation, test_user_folders, test_sandbox, test_units])
