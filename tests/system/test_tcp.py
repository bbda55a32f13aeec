"""profd on tcp: nothing gets through without a key that is known, and exactly what its rights allow with one. All on
127.0.0.1, at ports that are free."""

import contextlib
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import Profd, tell, turns, wait_until
from wire import CLEAR, DENIED, DONE, REFUSED, SAFE, SUMMARY, Ack, Answer, Speaker, path, push, question, standing


def free_ports():
    """Two ports in a row that nobody has: of records, and of control."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            try:
                two.bind(("127.0.0.1", port + 1))
                return port
            except (OSError, OverflowError):
                continue


class Remote(Profd):
    """A profd that listens on tcp too. `rights`: what each client may, by name."""

    def __init__(self, rights, config=""):
        self.port = free_ports()
        super().__init__()
        self.keys = self.folder / "keys"
        self.clients = self.folder / "clients"
        self.keys.mkdir()
        self.clients.mkdir(mode=0o755)
        self.keygen("server")
        self.config.write_text(f"[tcp]\naddress = tcp://127.0.0.1:{self.port}\n"
                               f"server_key = {self.keys}/server.secret\nclient_keys = {self.clients}\n" + config)
        for name, may in rights.items():
            self.keygen(name)
            self.grant(name, may)

    def keygen(self, name):
        subprocess.run([str(harness.BUILD / "profctl"), "keygen", name], cwd=self.keys, check=True,
                       stdout=subprocess.DEVNULL, timeout=harness.PATIENCE)

    def grant(self, name, may):
        (self.clients / f"{name}.public").write_text(f"public = {self.key(name)}\nrights = {may}\n")

    def key(self, name, word="public"):
        lines = (self.keys / f"{name}.secret").read_text().splitlines()
        return next(line.split(" = ")[1] for line in lines if line.startswith(word))

    def reload(self):
        times = self.said().count("configuration reloaded")
        self.process.send_signal(signal.SIGHUP)
        wait_until(lambda: self.said().count("configuration reloaded") > times, "the reload")

    def over_tcp(self, name, port=None, server="server"):
        """The environment of a client with this key."""
        return {"PROF_ENDPOINT": f"tcp://127.0.0.1:{port or self.port}", "PROF_KEY": str(self.keys / f"{name}.secret"),
                "PROF_SERVER_KEY": str(self.keys / f"{server}.public")}

    def profctl(self, name, *arguments, **more):
        return subprocess.run([str(harness.BUILD / "profctl"), "--timeout", "20", *arguments], text=True,
                              env=dict(self.environment, **self.over_tcp(name, **more)), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=harness.PATIENCE)

    def speaker(self, name, to="records", keys=None, port=None):
        address = f"tcp://127.0.0.1:{(port or self.port) + (to == 'control')}"
        if keys is None:
            keys = ("curve", self.key("server"), self.key(name), self.key(name, "secret"))
        return Speaker(self, to, address=address, keys=keys)


@contextlib.contextmanager
def remote(rights, config="", start=True):
    daemon = Remote(rights, config)
    try:
        if start:
            daemon.start()
        yield daemon
    except BaseException:
        sys.stderr.write(daemon.said())
        raise
    finally:
        daemon.close()


def facts(daemon):
    return daemon.json("status")


def one(process=None):
    """A push of one call."""
    return push(process or os.urandom(16), paths=[path()], standings=[standing()])


def calls(daemon):
    """As told to root over ipc, which keys do not touch."""
    return daemon.json("summary")["total_calls"]


def test_end_to_end():
    """With a key that is known programs push and profctl asks, exactly, over a kill of profd too; ps names the key."""
    with remote({"web1": "push ask clear"}) as daemon:
        stop = daemon.folder / "stop"
        program = daemon.run("tests/system/known", "--until", stop, "--threads", "2", stdout=subprocess.PIPE, text=True,
                             environment=dict(daemon.over_tcp("web1"), PROF_INTERVAL="0.02", PROF_EXIT_WAIT="60"))
        wait_until(lambda: daemon.stats("known.hand"), "the first push")
        for turn in turns(3, 20, 0.4):
            before = daemon.stats("known.hand")["call_count"]
            daemon.kill()
            daemon.start()
            wait_until(lambda: (daemon.stats("known.hand") or {"call_count": 0})["call_count"] > before, "it pushes again")
        stop.touch()
        rounds = int(program.communicate(timeout=harness.PATIENCE)[0].split()[0])
        assert program.returncode == 0
        for function in ("known.outer", "known.inner", "known.call", "known.hand"):
            assert daemon.stats(function)["call_count"] == rounds, (function, rounds)
        assert daemon.stats("known.inner")["error_count"] == rounds // 10
        seen = daemon.json("ps")["processes"]
        assert [(p["key"], p["uid"]) for p in seen] == [("web1", None)], seen
        tell("profd killed while a program pushes over tcp", f"{turn + 1} kills", f"{4 * rounds} calls recorded",
             f"{4 * rounds} in profctl")
        asked = daemon.profctl("web1", "stats", "known.hand")
        assert asked.returncode == 0 and "known.hand" in asked.stdout, asked
        cleared = daemon.profctl("web1", "clear", "--yes")
        assert cleared.returncode == 0, cleared
        assert daemon.stop() == 0


def test_ipc_beside_tcp():
    """Over ipc all is as without tcp: no key, the kernel's word for the user, who cannot be made up."""
    with remote({"web1": "push"}) as daemon:
        with Speaker(daemon, "records") as speaker:
            assert speaker.push(os.urandom(16), paths=[path()], standings=[standing()]).verdict == SAFE
        seen = daemon.json("ps")["processes"]
        assert [(p["key"], p["uid"]) for p in seen] == [(None, os.geteuid())], seen
        if harness.can_be(4343):
            daemon.folder.chmod(0o755)
            daemon.config.write_text(daemon.config.read_text() + "[profd]\nrecords_mode = 0666\n[access]\npush = 4242\n")
            daemon.reload()
            with Speaker(daemon, "records", user=4343) as speaker:
                assert speaker.push(os.urandom(16), paths=[path()], standings=[standing()]).verdict == REFUSED
            with Speaker(daemon, "records", user=4242) as speaker:
                assert speaker.push(os.urandom(16), paths=[path()], standings=[standing()]).verdict == SAFE
        assert facts(daemon)["keys_refused"] == 0


def speak_plainly(port, mechanism):
    """Offers another mechanism than CURVE, and goes on as if it were taken, until profd hangs up."""
    greeting = b"\xff" + bytes(8) + b"\x7f\x03\x00" + mechanism.ljust(20, b"\0") + b"\x00" + bytes(31)
    ready = b"\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER"
    message = one()
    with socket.create_connection(("127.0.0.1", port)) as plain, contextlib.suppress(OSError):
        plain.settimeout(harness.PATIENCE)
        plain.sendall(greeting + bytes([4, len(ready)]) + ready + bytes([0, len(message)]) + message)
        while plain.recv(65536):
            pass


def test_no_right_key():
    """An unknown key, a wrong key of the server, no mechanism and a password get nothing through, on either port."""
    with remote({"web1": "push ask clear"}) as daemon:
        daemon.keygen("stranger")
        curve = lambda server, name: ("curve", daemon.key(server), daemon.key(name), daemon.key(name, "secret"))
        mixed = ("curve", daemon.key("server"), daemon.key("web1"), daemon.key("stranger", "secret"))
        for keys in (curve("server", "stranger"), curve("stranger", "web1"), mixed):
            before = facts(daemon)["records_strangers"], facts(daemon)["control_strangers"]
            with daemon.speaker("", keys=keys) as records, daemon.speaker("", "control", keys=keys) as control:
                records.send(one(), turned_away=True)
                control.send(question(CLEAR), turned_away=True)
                wait_until(lambda: facts(daemon)["records_strangers"] > before[0] and
                           facts(daemon)["control_strangers"] > before[1], f"they are turned away: {keys[:1]}")
                assert records.receive(0) is None and control.receive(0) is None
        for mechanism in (b"NULL", b"PLAIN"):
            for port in (daemon.port, daemon.port + 1):
                speak_plainly(port, mechanism)
        with daemon.speaker("", keys=()) as records, daemon.speaker("", keys=("plain",)) as other:
            records.send(one(), turned_away=True)
            other.send(one(), turned_away=True)
        assert facts(daemon)["keys_refused"] >= 2
        assert calls(daemon) == 0 and facts(daemon)["pushes"] == 0 and daemon.json("ps")["processes"] == []
        with daemon.speaker("web1") as speaker:
            speaker.send(one())
            assert Ack(speaker.receive()).verdict == SAFE
        assert calls(daemon) == 1


def test_library_without_right_key():
    """The library says what is wrong: no keys, files that are not sound, a key that profd does not know, another profd's."""
    with remote({"web1": "push ask"}) as daemon:
        daemon.keygen("stranger")
        denied = daemon.profctl("stranger", "status")
        assert denied.returncode == 3 and "permission denied" in denied.stderr, denied
        recorded = daemon.profctl("stranger", "record", "f", "1")
        assert recorded.returncode == 3 and "permission denied" in recorded.stderr, recorded
        for words in (("status",), ("record", "f", "1")):
            wrong = daemon.profctl("web1", *words, server="stranger")
            assert wrong.returncode == 3 and "another key than PROF_SERVER_KEY" in wrong.stderr, wrong
            nobody = daemon.profctl("web1", *words, port=free_ports())
            assert nobody.returncode == 3 and "no profd is reachable" in nobody.stderr, nobody
        plain = daemon.ask("--endpoint", f"tcp://127.0.0.1:{daemon.port}", "status")
        assert plain.returncode == 2 and "PROF_KEY" in plain.stderr, plain
        (daemon.keys / "web1.secret").chmod(0o644)
        wide = daemon.profctl("web1", "status")
        assert wide.returncode == 2 and "PROF_KEY" in wide.stderr, wide
        (daemon.keys / "web1.secret").chmod(0o600)
        environment = dict(daemon.environment, **dict(daemon.over_tcp("web1"), PROF_SERVER_KEY=daemon.key("server")))
        named = subprocess.run([str(harness.BUILD / "profctl"), "status"], env=environment, stdout=subprocess.DEVNULL,
                               timeout=harness.PATIENCE)
        assert named.returncode == 0, "the key itself in place of its file"
        assert calls(daemon) == 0


def test_rights():
    """A key may do what its file says: one that only pushes cannot ask, one that only asks cannot push or clear."""
    with remote({"pusher": "push", "asker": "ask", "cleaner": "ask clear", "nobody": ""}) as daemon:
        with daemon.speaker("pusher") as records, daemon.speaker("pusher", "control") as control:
            records.send(one())
            assert Ack(records.receive()).verdict == SAFE
            for ask in (SUMMARY, CLEAR):
                control.send(question(ask))
                answer = Answer(control.receive())
                assert answer.result == DENIED and "key" in answer.text, vars(answer)
        for name in ("asker", "nobody"):
            with daemon.speaker(name) as records:
                records.send(one())
                ack = Ack(records.receive())
                assert ack.verdict == REFUSED and "this key may not push" in ack.text, vars(ack)
        for name, summary, clear in (("asker", DONE, DENIED), ("nobody", DENIED, DENIED), ("cleaner", DONE, DONE)):
            with daemon.speaker(name, "control") as control:
                for ask, result in ((SUMMARY, summary), (CLEAR, clear)):
                    assert calls(daemon) == 1
                    control.send(question(ask))
                    assert Answer(control.receive()).result == result, (name, ask)
        assert calls(daemon) == 0
        assert "refused: key asker: this key may not push" in daemon.said()
        assert facts(daemon)["denied"] == 7, facts(daemon)["denied"]


def test_another_key():
    """A process belongs to the key that pushed it first: another key, or root over ipc, cannot speak for it."""
    process = bytes(range(16))
    with remote({"web1": "push", "web2": "push"}) as daemon:
        with daemon.speaker("web1") as speaker:
            assert speaker.push(process, paths=[path()], standings=[standing()]).verdict == SAFE
        for open_speaker in (lambda: daemon.speaker("web2"), lambda: Speaker(daemon, "records")):
            with open_speaker() as speaker:
                ack = speaker.push(process, generation=2, since=1, standings=[standing(count=9)])
                assert ack.verdict == REFUSED and "another user" in ack.text, vars(ack)
        daemon.kill()
        daemon.start()
        with daemon.speaker("web2") as speaker:
            assert speaker.push(process, generation=2, since=1, standings=[standing(count=9)]).verdict == REFUSED
        with daemon.speaker("web1") as speaker:
            assert speaker.push(process, generation=2, since=1, standings=[standing(count=3)]).verdict == SAFE
        assert calls(daemon) == 3


def test_revoked():
    """A key that is taken away loses its rights with the reload, on connections that it has too; a new one has them."""
    with remote({"web1": "push ask", "web2": "push ask"}) as daemon:
        with daemon.speaker("web1") as records, daemon.speaker("web1", "control") as control:
            records.send(one())
            control.send(question(SUMMARY))
            assert Ack(records.receive()).verdict == SAFE and Answer(control.receive()).result == DONE
            (daemon.clients / "web1.public").unlink()
            daemon.reload()
            records.send(one())
            control.send(question(SUMMARY))
            assert Ack(records.receive()).verdict == REFUSED and Answer(control.receive()).result == DENIED
            assert daemon.ask("clear", "--yes").returncode == 0
            records.send(push(os.urandom(16), version=9))  # an answer that comes behind any news of the clear
            assert Ack(records.receive()).verdict not in (SAFE, REFUSED), "no news for who is revoked"
        before = facts(daemon)["keys_refused"]
        with daemon.speaker("web1") as records:
            records.send(one(), turned_away=True)
            wait_until(lambda: facts(daemon)["keys_refused"] > before, "a new connection is turned away")
        daemon.grant("web1", "ask")
        daemon.grant("web2", "nonsense")
        daemon.reload()
        assert "web2.public: rights are push, ask and clear: this client has no right" in daemon.said()
        assert daemon.profctl("web1", "status").returncode == 0
        assert daemon.profctl("web1", "record", "f", "1").returncode == 3
        assert daemon.profctl("web2", "status").returncode == 3
        daemon.clients.rename(daemon.folder / "gone")
        daemon.reload()
        assert "no client has any right over tcp" in daemon.said()
        assert daemon.profctl("web1", "status").returncode == 3
        assert calls(daemon) == 0


class Recorder:
    """Stands between a client and profd, byte by byte, and keeps what the client sent."""

    def __init__(self, port):
        self.port, self.bytes = port, b""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = self.listener.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        client, _ = self.listener.accept()
        server = socket.create_connection(("127.0.0.1", self.port))
        threading.Thread(target=self.pump, args=(server, client, False), daemon=True).start()
        self.pump(client, server, True)

    def pump(self, source, target, keep):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if keep:
                    self.bytes += data
                target.sendall(data)


def replay(port, data, pieces):
    """Sends recorded bytes again, in so many pieces, each after an answer, and reads until profd hangs up."""
    with socket.create_connection(("127.0.0.1", port)) as again, contextlib.suppress(OSError):
        again.settimeout(harness.PATIENCE)
        for piece in pieces:
            again.sendall(data[piece])
            again.recv(65536)
        while again.recv(65536):
            pass


def test_replay():
    """A recorded handshake and its pushes, sent again, merge nothing: profd hangs up."""
    with remote({"web1": "push"}) as daemon:
        for turn in turns(1, 20, 0.3):
            recorder = Recorder(daemon.port)
            with daemon.speaker("web1", port=recorder.address) as speaker:
                assert speaker.push(os.urandom(16), paths=[path()], standings=[standing()]).verdict == SAFE
            strangers = facts(daemon)["records_strangers"]
            daemon.ask("clear", "--yes")
            data = recorder.bytes
            assert facts(daemon)["pushes"] == turn + 1 and len(data) > 64 + 200
            # Greeting (64), HELLO (202), INITIATE and the messages: as they came, and each step after its answer.
            replay(daemon.port, data, [slice(0, None)])
            replay(daemon.port, data, [slice(0, 64), slice(64, 266), slice(266, None)])
            wait_until(lambda: facts(daemon)["records_strangers"] >= strangers + 2, "both were strangers")
            assert facts(daemon)["pushes"] == turn + 1 and calls(daemon) == 0
        assert facts(daemon)["pushes_refused"] == 0 and facts(daemon)["records_bad"] == 0
    tell("a replayed handshake over tcp", f"{2 * (turn + 1)} replays", f"{turn + 1} pushes", f"{turn + 1} pushes merged")


def test_garbage():
    """Bytes that are no protocol, cut greetings and silent connections are strangers; those with a key go on."""
    greeting = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"CURVE".ljust(20, b"\0") + b"\x00" + bytes(31)
    hello = b"\x04\xc8\x05HELLO\x01\x00" + bytes(192)
    with remote({"web1": "push"}) as daemon:
        for turn in turns(1, 20, 0.3):
            shots = [b"GET / HTTP/1.0\r\n\r\n", os.urandom(4000), greeting[:40], greeting, greeting + hello,
                     greeting + b"\x06" + struct.pack(">Q", 1 << 62), b"\x00" * 100,
                     greeting + b"\x04\xc8\x05HELLO\x01\x00" + os.urandom(192)]
            before, kept = facts(daemon), []
            for port in (daemon.port, daemon.port + 1):
                for shot in shots:
                    kept.append(socket.create_connection(("127.0.0.1", port)))
                    with contextlib.suppress(OSError):
                        kept[-1].sendall(shot)
            wait_until(lambda: all(facts(daemon)[name] >= before[name] + 4 for name in ("records_strangers", "control_strangers")),
                       "the strangers are counted")
            with daemon.speaker("web1") as speaker:
                assert speaker.push(os.urandom(16), paths=[path()], standings=[standing()]).verdict == SAFE
            for each in kept:
                each.close()
        assert calls(daemon) == turn + 1 and daemon.process.poll() is None
    tell("garbage on tcp", f"{2 * len(shots) * (turn + 1)} connections", f"{turn + 1} pushes with a key", "all merged")


def test_crowd():
    """One address cannot take the connections of all: further ones are closed, and ipc is not touched."""
    with remote({"web1": "push"}, "connections_per_address = 8\n") as daemon:
        crowd = [socket.create_connection(("127.0.0.1", daemon.port)) for _ in range(40)]
        wait_until(lambda: facts(daemon)["connections_refused_user"] >= 32, "the crowd is closed")
        for each in crowd:
            each.close()
        with daemon.speaker("web1") as speaker:
            assert speaker.push(os.urandom(16), paths=[path()], standings=[standing()]).verdict == SAFE


def refused(daemon, *, preload=None):
    """What profd says when it does not start."""
    environment = dict(daemon.environment, **({"LD_PRELOAD": preload} if preload else {}))
    ran = subprocess.run(daemon.command(), env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                         stderr=subprocess.PIPE, text=True, timeout=harness.PATIENCE)
    assert ran.returncode in (1, 2), ran
    return ran.stderr


def test_refused_at_start():
    """profd does not listen on tcp without keys, with a secret key that others read, or a folder that others write."""
    with remote({}, start=False) as daemon:
        good = daemon.config.read_text()
        for left_out in ("server_key", "client_keys"):
            daemon.config.write_text("\n".join(line for line in good.splitlines() if left_out not in line))
            assert "does not listen on tcp without keys" in refused(daemon)
        for address in ("127.0.0.1:7701", "tcp://127.0.0.1", "tcp://127.0.0.1:65535", "ipc:///run/profd", "udp://a:1"):
            daemon.config.write_text(good.replace(f"tcp://127.0.0.1:{daemon.port}", address))
            assert "tcp://HOST:PORT" in refused(daemon), address
        daemon.config.write_text(good)
        (daemon.keys / "server.secret").chmod(0o604)
        assert "others can read this secret key" in refused(daemon)
        (daemon.keys / "server.secret").chmod(0o600)
        daemon.clients.chmod(0o777)
        assert "only its owner and group can write" in refused(daemon)
        daemon.clients.chmod(0o755)
        with socket.create_server(("127.0.0.1", daemon.port)):
            assert "cannot listen on tcp://" in refused(daemon)
        if harness.SANITIZED:
            return
        source = daemon.folder / "plain.c"
        source.write_text("int zmq_has(const char *what) { return what == 0; }\n")
        subprocess.run(["cc", "-shared", "-fPIC", "-o", str(daemon.folder / "plain.so"), str(source)], check=True,
                       timeout=harness.PATIENCE)
        assert "no CURVE" in refused(daemon, preload=str(daemon.folder / "plain.so"))


harness.main([test_end_to_end, test_ipc_beside_tcp, test_no_right_key, test_library_without_right_key, test_rights,
              test_another_key, test_revoked, test_replay, test_garbage, test_crowd, test_refused_at_start],
             long=[test_end_to_end, test_replay, test_garbage])
