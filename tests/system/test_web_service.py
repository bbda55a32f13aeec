"""profweb as a service: readiness, units, and documents that tell all of it."""

import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd
from web import PROFWEB, profweb


class Systemd:
    """The datagram socket on which a service tells systemd how it is."""

    def __init__(self, daemon):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(daemon.folder / "notify"))
        self.socket.settimeout(harness.PATIENCE)
        daemon.environment["NOTIFY_SOCKET"] = str(daemon.folder / "notify")

    def hear(self):
        return self.socket.recv(4096).decode()


def has_systemd():
    return "#define HAVE_SYSTEMD 1" in (harness.BUILD / "config.h").read_text()


def test_ready_and_stop():
    """systemd hears READY once profweb answers, also while profd is away, and STOPPING before it ends with 0."""
    if not has_systemd():
        return
    with profd(start=False) as daemon:
        systemd = Systemd(daemon)
        with profweb(daemon) as web:
            assert systemd.hear() == "READY=1"
            assert web.ask("/api/status").status == 503
            assert web.stop() == 0
            assert systemd.hear() == "STOPPING=1"


def test_endpoint():
    """profd is where --endpoint says, whatever the environment says; what makes no sense there is told."""
    with profd() as daemon:
        daemon.environment["PROF_ENDPOINT"] = f"ipc://{daemon.folder}/nowhere"
        with profweb(daemon) as web:
            assert web.ask("/api/status").status == 503
        with profweb(daemon, "--endpoint", daemon.endpoint) as web:
            assert web.json("status")["database"] == str(daemon.database)
        with profweb(daemon, "--endpoint", "http://localhost") as web:
            answer = web.ask("/api/status")
            assert answer.status == 503 and "ipc://" in answer.json()["error"], answer.body


def test_unprivileged():
    """It runs as any user, writes nothing, and gains nothing."""
    if not harness.can_be(65534):
        print("left out: needs root, and a build that other users can reach")
        return
    with profd(start=False) as daemon:
        daemon.folder.chmod(0o777)
        (daemon.folder / "web.log").touch()
        before = set(daemon.folder.rglob("*"))
        with profweb(daemon, user=65534) as web:
            assert web.ask("/api/status").status == 503
            status = pathlib.Path(f"/proc/{web.process.pid}/status").read_text()
            assert re.search(r"^CapEff:\s*0+$", status, re.M), status
            assert web.stop() == 0
        assert set(daemon.folder.rglob("*")) == before


def systemd_analyze(*arguments, **more):
    said = subprocess.run(["systemd-analyze", *map(str, arguments)], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=harness.PATIENCE, **more)
    assert said.returncode == 0, said.stdout
    return said.stdout


def test_units():
    """systemd finds nothing wrong with the units, and little that the service could still be kept from."""
    if shutil.which("systemd-analyze") is None or not has_systemd():
        return
    with profd(start=False) as daemon:
        environment = dict(os.environ, XDG_RUNTIME_DIR=str(daemon.folder))
        for kind, words in (("", ()), ("-user", ("--user",))):
            unit = (harness.SOURCE / f"systemd/profweb{kind}.service.in").read_text()
            folder = daemon.folder / f"units{kind}"
            folder.mkdir()
            (folder / "profweb.service").write_text(unit.replace("@sbindir@", str(harness.BUILD)))
            assert not systemd_analyze(*words, "verify", "--man=no", folder / "profweb.service", env=environment)
        # What is left is the network, which it serves, and PrivateUsers=, which would hide from profd who asks.
        systemd_analyze("security", "--offline=true", "--threshold=13", daemon.folder / "units/profweb.service")


def test_documentation():
    """The manual page knows each option; docs/web.md each address, with each of its parameters."""
    page = (harness.SOURCE / "man/profweb.8").read_text()
    said = subprocess.run([PROFWEB, "--help"], text=True, stdout=subprocess.PIPE, timeout=harness.PATIENCE).stdout
    options = re.findall(r"^ +(?:-\w, )?--([\w-]+)", said, re.M)
    assert len(options) > 8
    for option in options:
        assert f"Fl -{option}" in page or option in ("help", "version"), option
    text = (harness.SOURCE / "docs/web.md").read_text()
    routes = re.findall(r'^\t\{"(/api/[\w/]+)",', (harness.SOURCE / "web/api/routes.c").read_text(), re.M)
    assert len(routes) > 15
    for route in routes:
        assert f"`{route}`" in text, route
    for parameter in re.findall(r'\[PARAMETER_\w+\] = \{"(\w+)"', (harness.SOURCE / "web/api/query.c").read_text()):
        assert f"`{parameter}`" in text or parameter == "buckets", parameter


if __name__ == "__main__":
    harness.main([test_ready_and_stop, test_endpoint, test_unprivileged, test_units, test_documentation])
