"""Runs the real profweb beside a profd, and speaks HTTP with it."""

import contextlib
import http.client
import json
import re
import signal
import socket
import ssl
import subprocess
import sys
import urllib.parse

import harness
from harness import wait_until

PROFWEB = str(harness.BUILD / "profweb")


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def json(self):
        assert self.headers["Content-Type"] == "application/json", (self.headers.items(), self.body)
        return json.loads(self.body)


class Profweb:
    """One profweb, on a port of its own."""

    def __init__(self, daemon, *arguments, listen="127.0.0.1:0", user=None):
        self.daemon = daemon
        self.command = [PROFWEB, "--listen", listen, "--assets", str(daemon.folder / "no-page"), *map(str, arguments)]
        self.user = user
        self.log = daemon.folder / "web.log"
        self.process = None
        self.host, self.port, self.secure = None, None, False

    def start(self):
        self.log.write_bytes(b"")
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=self.daemon.environment, user=self.user, group=self.user,
                                            extra_groups=None if self.user is None else [])
        found = wait_until(self.address, f"profweb is ready; its log: {self.said()}")
        self.secure, self.host, self.port = found[1] == "s", found[2].strip("[]"), int(found[3])
        return self

    def address(self):
        if self.process.poll() is not None:
            raise AssertionError(f"profweb ended with {self.process.returncode}: {self.said()}")
        return re.search(r"is ready at http(s?)://(.*):(\d+)/", self.said())

    def said(self):
        return self.log.read_text(errors="replace")

    def connect(self):
        if not self.secure:
            return http.client.HTTPConnection(self.host, self.port, timeout=harness.PATIENCE)
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return http.client.HTTPSConnection(self.host, self.port, timeout=harness.PATIENCE, context=context)

    def ask(self, path, method="GET", headers={}, body=None):
        """One request on a connection of its own; `path` as it stands."""
        with contextlib.closing(self.connect()) as connection:
            connection.request(method, path, body=body, headers=headers)
            return Answer(connection.getresponse())

    def json(self, name, /, headers={}, **parameters):
        """What /api/NAME tells."""
        query = urllib.parse.urlencode(parameters)
        answer = self.ask(f"/api/{name}" + ("?" + query if query else ""), headers=headers)
        assert answer.status == 200, (name, parameters, answer.status, answer.body)
        return answer.json()

    def open_socket(self):
        return socket.create_connection((self.host, self.port), timeout=harness.PATIENCE)

    def stop(self):
        """As systemd would end it; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(harness.PATIENCE)

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(harness.PATIENCE)


@contextlib.contextmanager
def profweb(daemon, *arguments, **more):
    web = Profweb(daemon, *arguments, **more)
    try:
        yield web.start()
    except BaseException:
        if web.log.exists():
            sys.stderr.write(web.said())
        raise
    finally:
        web.close()


class Events:
    """A stream of server-sent events."""

    def __init__(self, web, path="/api/events", headers={}):
        self.connection = web.connect()
        self.connection.request("GET", path, headers=headers)
        self.response = self.connection.getresponse()

    def next(self):
        """(event, data, id) of the next one; None at the end."""
        fields = {}
        while True:
            line = self.response.readline().decode().rstrip("\n")
            if line == "":
                return (fields["event"], json.loads(fields["data"]), fields.get("id")) if fields else None
            name, _, value = line.partition(": ")
            fields[name] = value

    def until(self, fits):
        """The data of the first event that fits (event, data)."""
        while True:
            found = self.next()
            assert found is not None, "the stream ended"
            if fits(*found[:2]):
                return found[1]

    def close(self):
        self.response.close()
        self.connection.close()
