"""profweb over HTTP: tells what profctl tells, says what is wrong, lives through what happens to profd."""

import concurrent.futures
import contextlib
import gzip
import http.client
import json
import pathlib
import signal
import socket
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd, wait_until
from web import Events, profweb

FAST = "[profd]\ncommit_interval = 50ms\n"


def fill(daemon):
    for words in (("f", 0.001, "--count", 900), ("f", 0.1, "--count", 90), ("f", 0.5, "--count", 10, "--error", "bad"),
                  ("g <&>", 2, "--program", "shop"), ("größe", 0.25), ("slow.one", 3)):
        assert daemon.ask("record", *words).returncode == 0, words
    known = daemon.run("tests/system/known", "--rounds", "200", stdout=subprocess.DEVNULL)
    assert known.wait(harness.PATIENCE) == 0


def timeless(answer):
    """Without what moves on with the clock."""
    return {key: value for key, value in answer.items() if key not in ("until", "complete")}


def test_equal():
    """Each address tells exactly what profctl tells in JSON, whatever the parameters."""
    with profd(FAST) as daemon:
        fill(daemon)
        with profweb(daemon) as web:
            for command, words, parameters in (
                    ("summary", (), {}), ("summary", ("--limit", 2, "--sort", "p99"), {"limit": 2, "sort": "p99"}),
                    ("summary", ("known.*",), {"pattern": "known.*"}), ("list", (), {}),
                    ("list", ("--program", "shop"), {"program": "shop"}),
                    ("list", ("--sort", "name"), {"sort": "name"}), ("stats", ("f",), {"function": "f"}),
                    ("stats", ("größe",), {"function": "größe"}), ("stats", ("g <&>",), {"function": "g <&>"}),
                    ("slow", (), {}), ("slow", ("--limit", 1), {"limit": 1}),
                    ("slow", ("--program", "shop"), {"program": "shop"}), ("slow", ("f",), {"pattern": "f"}),
                    ("ps", (), {}), ("ps", ("--program", "shop"), {"program": "shop"})):
                assert web.json(command, **parameters) == daemon.json(command, *words), (command, parameters)
            for command, words, parameters in (
                    ("history", ("f", "--since", "10m", "--step", "10s"),
                     {"function": "f", "since": "10m", "step": "10s"}),
                    ("history", ("f", "--program", "shop"), {"function": "f", "program": "shop"}),
                    ("heatmap", ("f", "--step", "1d"), {"function": "f", "step": "1d"}),
                    ("tree", ("--share", 0), {"share": 0}), ("tree", ("--program", "shop"), {"program": "shop"}),
                    ("tree", ("--since", "1h"), {"since": "1h"})):
                # A window may end between the two.
                harness.wait_until(
                    lambda: timeless(web.json(command, **parameters)) == timeless(daemon.json(command, *words)),
                    f"equal answers: {command} {parameters}")
            diff = ("diff", "--before", "1h", "--after-program", "shop", "--limit", 0)
            told = web.json("diff", before="1h", after_program="shop")
            assert told["functions"] == daemon.json(*diff)["functions"], told
            assert web.json("status").keys() == daemon.json("status").keys()


def test_more():
    """What profctl has no command for agrees with what it tells otherwise."""
    with profd(FAST) as daemon:
        fill(daemon)
        with profweb(daemon) as web:
            stats = daemon.stats("f")
            histogram, = web.json("histogram", function="f")["functions"]
            assert sum(n for _, n in histogram["all"]["buckets"]) == stats["call_count"] == 1000
            assert histogram["failed"]["call_count"] == 10 and histogram["returned"]["call_count"] == 990
            assert {p["name"]: p["calls"] for p in web.json("programs")["programs"]}["shop"] == 1
            together, = web.json("history", pattern="known.*", step="1d")["steps"]
            assert together["call_count"] == daemon.json("summary", "known.*")["total_calls"]
            assert web.json("history", function="f", steps=2)["step"] >= 1800
            flame, tree = web.json("flame"), web.json("tree", share=0)
            assert flame["frames"][0]["parent"] is None and len(flame["frames"]) == len(tree["paths"]) + 1
            assert [f["name"] for f in flame["frames"][1:]] == [p["function"] for p in tree["paths"]]
            own = sum(f["own"] for f in flame["frames"])
            assert abs(own - flame["frames"][0]["weight"]) < 1e-9 * own
            assert "before" not in flame["frames"][0]
            compared = web.json("flame", by="calls", before="1h")
            assert compared["compared"] and compared["frames"][0]["before"] == compared["frames"][0]["weight"]
            changes = web.json("changes")
            assert changes["whole"] and len(changes["functions"]) == changes["profiled_functions"]
            assert sorted(f["function_name"] for f in changes["functions"]) == daemon.ask(
                "list", "--names", "--sort", "name").stdout.splitlines()
            assert daemon.ask("record", "f", 1).returncode == 0
            news = web.json("changes", mark=changes["mark"])
            assert not news["whole"] and [f["function_name"] for f in news["functions"]] == ["f"]
            assert news["total_calls"] == changes["total_calls"] + 1
            assert web.json("changes", mark=news["mark"])["functions"] == []
            assert web.json("running") == {"calls": []}


def test_benchmarks():
    """Saved benchmarks, their history and comparisons are what profctl tells of them."""
    with profd(FAST) as daemon:
        for name, middle in (("sort", 0.010), ("sort", 0.011), ("sort", 0.020), ("merge #1", 0.5)):
            timings = "".join(f"{middle + i * 1e-5}\n" for i in range(30))
            subprocess.run([str(harness.BUILD / "tests/system/save"), name, "machine=here"], input=timings, text=True,
                           env=daemon.environment, stdout=subprocess.DEVNULL, timeout=harness.PATIENCE, check=True)
        with profweb(daemon) as web:
            for command, words, parameters in (
                    ("list", (), {}), ("list", ("so*",), {"pattern": "so*"}), ("history", ("sort",), {"name": "sort"}),
                    ("history", ("sort", "--limit", 2), {"name": "sort", "limit": 2}),
                    ("show", ("sort",), {"name": "sort"}), ("show", ("sort#1",), {"name": "sort", "number": 1}),
                    ("show", ("merge #1#",), {"name": "merge #1"}),
                    ("compare", ("sort#1", "sort"), {"first": "sort#1", "second": "sort"}),
                    ("compare", ("sort#1", "merge #1#1"), {"first": "sort#1", "second": "merge #1#1"})):
                assert web.json(f"bench/{command}", **parameters) == daemon.json("bench", command, *words), (command, words)
            assert refused(web, 404, "/api/bench/show?name=srot").json()["near"] == ["sort"]
            for path in ("show?name=sort&number=9", "history?name=nothing", "compare?first=sort&second=sort%2399"):
                refused(web, 404, f"/api/bench/{path}")
            for path, says in (("show", "missing parameter"), ("history", "missing parameter"), ("compare?first=a", "nothing to compare"),
                               ("show?name=sort&number=-1", "number must be"), ("compare?first=a%230&second=b", "must be NAME"),
                               ("show?name=%ff", "")):
                refused(web, 400, f"/api/bench/{path}", says)


def refused(web, status, path, says="", **more):
    answer = web.ask(path, **more)
    assert answer.status == status, (path, answer.status, answer.body)
    assert says in answer.json()["error"], (path, answer.body)
    return answer


def test_errors():
    """What makes no sense is refused with a sentence, what is not there is not found, and nothing is harmed."""
    with profd(FAST) as daemon:
        fill(daemon)
        with profweb(daemon) as web:
            for query, says in (
                    ("history?function=f&since=abc", "since must be a time such as"),
                    ("history?function=f&since=2h&until=3h", "since must be earlier than until"),
                    ("history?function=f&step=0", "step must be"), ("history?function=f&step=nan", "step must be"),
                    ("history?function=f&step=-1", "step must be"), ("history?function=f&steps=x", "steps must be"),
                    ("history?function=f&pattern=g", "mutually exclusive"), ("history?function=%ff", ""),
                    ("history?function=f%00g", "must be text without NUL"),
                    ("history?function=" + "x" * 256, ""), ("summary?limit=-1", "limit must be a whole number"),
                    ("summary?limit=1e3", "limit must be"), ("summary?limit=4294967296", "limit must be"),
                    ("summary?sort=p42", "sort must be total"), ("summary?function=f", "not a parameter here"),
                    ("summary?limit=1&limit=2", "limit is given twice"), ("summary?li%00mit=1", "NUL"),
                    ("summary?pattern=" + "*" * 300, ""), ("stats", "missing parameter"), ("stats?function=", "missing parameter"),
                    ("tree?share=101x", "share must be a percentage"), ("tree?share=inf", "share must be"),
                    ("tree?since=1h&until=2h", "since must be earlier"), ("flame?by=color", "by must be time or calls"),
                    ("flame?before=tomorrow", "before must be"), ("diff", "nothing to compare with"),
                    ("diff?before=1h&threshold=1e99", "threshold must be"), ("changes?mark=1", "mark must be"),
                    ("changes?mark=1.-1", "mark must be"), ("changes?mark=99999999999999999999.1", "mark must be")):
                refused(web, 400, "/api/" + query, says)
            refused(web, 404, "/api/stats?function=nobody", "nothing by that name")
            assert refused(web, 404, "/api/stats?function=slow.oen").json()["near"] == ["slow.one"]
            for path in ("/api/", "/api/nothing", "/api/summary/", "/index.htm", "/..", "/../../etc/passwd",
                         "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/.", "/api/../api/x", "/no-page/..%2f..%2fprofd.db",
                         "/profd.db"):
                refused(web, 404, path)
            assert "not installed" in refused(web, 404, "/").json()["error"]
            assert web.json("summary")["profiled_functions"] == daemon.json("summary")["profiled_functions"]


def test_methods():
    """Only GET and HEAD are answered; HEAD with the headers alone; a body is not waited for."""
    with profd(FAST) as daemon, profweb(daemon) as web:
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"):
            for path in ("/api/summary", "/", "/api/nothing"):
                answer = web.ask(path, method=method)
                assert answer.status in (404, 405), (method, path, answer.status)
                if path != "/api/nothing":
                    assert answer.status == 405 and answer.headers["Allow"] == "GET, HEAD", (method, path)
                assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
        whole, head = web.ask("/api/summary"), web.ask("/api/summary", method="HEAD")
        assert (head.status, head.body) == (200, b"") and head.headers["Content-Length"] == str(len(whole.body))
        assert web.ask("/api/events", method="HEAD").status == 200
        assert web.ask("/api/summary", method="POST", body=b"x" * 100).status == 405
        with contextlib.suppress(OSError, http.client.HTTPException):
            web.ask("/api/summary", method="POST", body=b"x" * 3_000_000)
        assert web.json("summary")["profiled_functions"] == 0


def test_headers():
    """Every answer forbids what the page does not need, and none may be kept without asking again."""
    with profd(FAST) as daemon, profweb(daemon) as web:
        for path in ("/api/summary", "/api/stats?function=x", "/api/nothing", "/", "/api/summary?sort=x"):
            headers = web.ask(path).headers
            policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
            assert policy["default-src"] == "'none'" and policy["script-src"] == "'self'", policy
            assert policy["frame-ancestors"] == "'none'" and policy["base-uri"] == "'none'", policy
            assert "unsafe" not in headers["Content-Security-Policy"]
            assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "no-referrer"
            assert headers["Cache-Control"] == "no-store" and headers["Access-Control-Allow-Origin"] is None
            assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_profd_away():
    """Without profd each answer says so, and it comes back by itself when profd does."""
    with profd(FAST) as daemon:
        fill(daemon)
        with profweb(daemon, "--timeout", "0.5") as web:
            before = web.json("stats", function="f")
            daemon.kill()
            for name in ("summary", "stats?function=f", "history?function=f", "tree", "flame", "changes", "status", "ps"):
                refused(web, 503, f"/api/{name}", "no profd is reachable")
            daemon.start()
            assert web.json("stats", function="f") == before
            daemon.process.send_signal(signal.SIGSTOP)
            refused(web, 503, "/api/summary", "")
            daemon.process.send_signal(signal.SIGCONT)
            wait_until(lambda: web.ask("/api/summary").status == 200, "profd answers again")


def test_denied():
    """Where profd does not let profweb ask, that is told with profd's reason."""
    if not harness.can_be(4343):
        print("left out: needs root, and a build that other users can reach")
        return
    with profd("[access]\nask = root\n[profd]\ncontrol_mode = 0666\n") as daemon:
        daemon.folder.chmod(0o755)
        with profweb(daemon, user=4343) as web:
            assert "may not ask" in refused(web, 503, "/api/summary").json()["reason"]


def test_events():
    """The stream tells all at first and then what changes, slow calls as they come, and that profd went and came."""
    with profd(FAST) as daemon:
        fill(daemon)
        with profweb(daemon, "--timeout", "1") as web:
            events = Events(web)
            assert events.response.headers["Content-Type"] == "text/event-stream"
            name, first, mark = events.next()
            assert name == "change" and first["whole"] and first["mark"] == mark
            assert len(first["functions"]) == daemon.json("summary")["profiled_functions"]
            assert events.until(lambda event, _: event == "slow")["calls"] == daemon.json("slow")["calls"][:20]
            assert events.until(lambda event, _: event == "status")["disk"] == "ok"
            assert daemon.ask("record", "new", 4).returncode == 0
            # In any order: the call may be recorded after one of the two was asked for, and before the other.
            news = {}
            while len(news) < 2:
                event, data, _ = events.next()
                if event == "slow" or (event == "change" and data["functions"]):
                    news[event] = data
            assert [f["function_name"] for f in news["change"]["functions"]] == ["new"] and not news["change"]["whole"]
            assert news["slow"]["calls"][0]["function"] == "new"
            daemon.kill()
            assert "no profd" in events.until(lambda event, _: event == "away")["error"]
            daemon.start()
            events.until(lambda event, _: event == "change")
            # Another listener goes on where this one was: nothing is told twice.
            last = events.until(lambda event, _: event == "change")["mark"]
            events.close()
            again = Events(web, headers={"Last-Event-ID": last})
            _, data, _ = again.next()
            assert not data["whole"] and data["functions"] == []
            again.close()
            only = Events(web, "/api/events?pattern=known.*&program=known")
            _, data, _ = only.next()
            assert {f["function_name"] for f in data["functions"]} == {"known.outer", "known.inner", "known.call",
                                                                      "known.hand"}
            only.close()


def test_streams_are_bounded():
    """More streams than there may be are refused, others are answered meanwhile, and one that ends makes room."""
    with profd(FAST) as daemon, profweb(daemon) as web:
        streams = [Events(web) for _ in range(64)]
        assert {s.response.status for s in streams} == {200}
        one_more = Events(web)
        assert one_more.response.status == 503 and b"too many streams" in one_more.response.read()
        one_more.close()
        assert web.json("summary")["total_calls"] == 0
        for stream in streams[:8]:
            stream.close()

        def room():
            stream = Events(web)
            with contextlib.closing(stream):
                return stream.response.status == 200
        wait_until(room, "there is room again")
        # It ends while all others listen.
        assert web.stop() == 0
        for stream in streams[8:]:
            with contextlib.suppress(OSError, http.client.HTTPException):
                while stream.next() is not None:
                    pass
            stream.close()


def test_stop():
    """SIGTERM and SIGINT end it with 0, also while a question waits for a profd that does not answer."""
    with profd(FAST) as daemon:
        for number in (signal.SIGTERM, signal.SIGINT):
            with profweb(daemon, "--timeout", "2") as web, concurrent.futures.ThreadPoolExecutor() as pool:
                assert web.json("summary")["total_calls"] == 0
                daemon.process.send_signal(signal.SIGSTOP)
                waiting = pool.submit(lambda: web.ask("/api/summary"))
                web.process.send_signal(number)
                assert web.process.wait(harness.PATIENCE) == 0, web.said()
                daemon.process.send_signal(signal.SIGCONT)
                with contextlib.suppress(OSError, http.client.HTTPException):
                    waiting.result()


def test_many_clients():
    """A hundred clients at once are all answered, and alike."""
    with profd(FAST) as daemon:
        fill(daemon)
        with profweb(daemon) as web, concurrent.futures.ThreadPoolExecutor(100) as pool:
            expected = web.json("list")
            answers = list(pool.map(lambda _: web.json("list"), range(300)))
            assert all(answer == expected for answer in answers)


def test_kept_connection():
    """A connection serves many requests, in turn."""
    with profd(FAST) as daemon:
        fill(daemon)
        with profweb(daemon) as web, contextlib.closing(web.connect()) as connection:
            for path, status in (("/api/summary", 200), ("/api/nothing", 404), ("/api/list?limit=1", 200), ("/", 404)):
                connection.request("GET", path)
                response = connection.getresponse()
                assert (response.status, bool(json.loads(response.read()))) == (status, True)
                assert not response.will_close, path


def hear(connection):
    """What comes until the other side closes; "" where it is cut off."""
    text = b""
    with contextlib.suppress(OSError):
        while part := connection.recv(65536):
            text += part
    return text


def test_malformed():
    """What is no HTTP, or more of it than there may be, is turned away, and others are answered."""
    long = "x" * 100_000
    with profd(FAST) as daemon, profweb(daemon) as web:
        for text in ("\r\n\r\n", "GET\r\n\r\n", "nonsense\r\n\r\n", "GET /api/summary HTTP/1.1\r\n\r\n",
                     f"GET /{long} HTTP/1.1\r\nHost: localhost\r\n\r\n",
                     f"GET /api/stats?function={long} HTTP/1.1\r\nHost: localhost\r\n\r\n",
                     f"GET / HTTP/1.1\r\nHost: localhost\r\nX: {long}\r\n\r\n",
                     "GET / HTTP/1.1\r\nHost: localhost\r\n" + "X: y\r\n" * 20_000 + "\r\n",
                     "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\nX y\r\n\r\n",
                     "POST /api/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n",
                     "POST /api/token HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                     "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + "\x00" * 100):
            with web.open_socket() as connection:
                with contextlib.suppress(OSError):
                    connection.sendall(text.encode("latin-1"))
                    connection.shutdown(socket.SHUT_WR)
                first = hear(connection).split(b"\r\n")[0]
                assert not first or first.split()[1][:1] in (b"4", b"5"), (text[:60], first)
            assert web.json("summary")["total_calls"] == 0, text[:60]
        assert web.process.poll() is None


def test_slow_requests():
    """Those who begin a request and never end it are cut off, however little by little they go on."""
    with profd(FAST) as daemon, profweb(daemon) as web:
        slow = [web.open_socket() for _ in range(256)]
        for connection in slow:
            connection.sendall(b"GET /api/summary HTTP/1.1\r\nHost: localhost\r\n")

        def all_are_cut_off():
            """One byte more on each connection that is still there."""
            for connection in list(slow):
                try:
                    connection.sendall(b"x")
                    connection.setblocking(False)
                    if connection.recv(1) == b"":
                        slow.remove(connection)
                        connection.close()
                except BlockingIOError:
                    connection.setblocking(True)
                except OSError:
                    slow.remove(connection)
                    connection.close()
            return not slow
        wait_until(all_are_cut_off, "profweb cuts them off")
        assert web.json("summary")["total_calls"] == 0


def test_gzip():
    """Large answers are packed for who takes that, where other machines ask; and they tell the same."""
    with profd(FAST) as daemon:
        for i in range(100):
            assert daemon.ask("record", f"function.{i}", 0.001).returncode == 0
        token = daemon.folder / "token"
        token.write_text("0123456789abcdef\n")
        token.chmod(0o600)
        bearer = {"Authorization": "Bearer 0123456789abcdef"}
        with profweb(daemon, "--behind-proxy", "--token-file", token) as web:
            plain = web.ask("/api/list", headers=bearer)
            packed = web.ask("/api/list", headers=dict(bearer, **{"Accept-Encoding": "br, gzip;q=0.8"}))
            assert plain.headers["Content-Encoding"] is None and packed.headers["Content-Encoding"] == "gzip"
            assert gzip.decompress(packed.body) == plain.body and len(packed.body) < len(plain.body) / 4
            assert packed.headers["Vary"] == "Accept-Encoding"
            refusing = web.ask("/api/list", headers=dict(bearer, **{"Accept-Encoding": "gzip;q=0, identity"}))
            assert refusing.body == plain.body


if __name__ == "__main__":
    harness.main([test_equal, test_more, test_benchmarks, test_errors, test_methods, test_headers, test_profd_away, test_denied, test_events,
                  test_streams_are_bounded, test_stop, test_many_clients, test_kept_connection, test_malformed,
                  test_slow_requests, test_gzip])
