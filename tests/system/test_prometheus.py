"""What the real Prometheus scrapes from profweb is what profctl shows: each bucket, each quantile, each failure."""

import contextlib
import json
import math
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd, wait_until
from web import profweb

FAST = "[profd]\ncommit_interval = 50ms\n"
EXAMPLES = harness.SOURCE / "examples/metrics"
HOSTILE = "a\"b\\c\nd\te\x01 é}{,'"
# A value of Prometheus lies somewhere in the bucket of the right rank, profctl's in its middle; a bucket is 1.1 % wide.
# Where profctl knows better, since min or max lies in that bucket, they may be as far apart as it is wide.
BOUND, BOUND_AT_ENDS = 2 ** (1 / 128) - 1, 2 ** (1 / 64) - 1


def fetch(address):
    with urllib.request.urlopen(address, timeout=harness.PATIENCE) as answer:
        return answer.read()


def metrics(web, accept=None, **parameters):
    """What a scraper with this wish gets, and of which type it is."""
    answer = web.ask("/metrics?" + urllib.parse.urlencode(parameters), headers={} if accept is None else {"Accept": accept})
    assert answer.status == 200, (answer.status, answer.body)
    return answer.body, answer.headers["Content-Type"]


class Prometheus:
    """A Prometheus of its own in the daemon's folder, which scrapes one profweb ten times a second."""

    def __init__(self, daemon, web, native=True, parameters=None, token=None):
        self.folder = daemon.folder / f"prometheus-{native}"
        self.folder.mkdir()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        config = {"scrape_configs": [{
            "job_name": "profd", "scrape_interval": "100ms", "scrape_timeout": "100ms", "params": parameters or {},
            "static_configs": [{"targets": [f"127.0.0.1:{web.port}"]}]}]}
        if token is not None:
            config["scrape_configs"][0]["authorization"] = {"credentials_file": str(token)}
        (self.folder / "prometheus.yml").write_text(json.dumps(config))  # JSON is YAML
        self.log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={self.folder}/prometheus.yml", f"--storage.tsdb.path={self.folder}/data",
             f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn",
             *(["--enable-feature=native-histograms"] if native else [])],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        wait_until(self.is_ready, "Prometheus is ready")

    def is_ready(self):
        assert self.process.poll() is None, (self.folder / "log").read_text()
        try:
            return fetch(f"http://127.0.0.1:{self.port}/-/ready")
        except (urllib.error.URLError, OSError):
            return False

    def ask(self, query):
        """The samples of an expression as of now."""
        try:
            body = fetch(f"http://127.0.0.1:{self.port}/api/v1/query?" + urllib.parse.urlencode({"query": query}))
        except urllib.error.HTTPError as error:
            raise AssertionError((query, error.read())) from error
        answer = json.loads(body)
        assert answer["status"] == "success", (query, answer)
        return answer["data"]["result"]

    def value(self, query):
        """The only value; None when there is none."""
        result = self.ask(query)
        assert len(result) <= 1, (query, result)
        return float(result[0]["value"][1]) if result else None

    def histogram(self, function, metric="profd_call_duration_seconds"):
        """Count, sum and the buckets by their upper bounds."""
        result = self.ask(f"{metric}{{function={json.dumps(function)}}}")
        if not result:
            return None
        (labels, told), = ((r["metric"], r["histogram"][1]) for r in result)
        assert labels["function"] == function, labels
        return int(told["count"]), float(told["sum"]), {float(b[2]): int(b[3]) for b in told["buckets"]}

    def sees(self, true, what):
        """Waits for a scrape after which something holds."""
        try:
            return wait_until(true, what)
        except AssertionError:
            sys.stderr.write((self.folder / "log").read_text())
            raise

    def sees_calls(self, function, count):
        self.sees(lambda: (self.histogram(function) or (0,))[0] == count, f"{count} calls of {function} are scraped")

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(harness.PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()


@contextlib.contextmanager
def scraped(native=True, parameters=None):
    """A profd, a profweb before it and a Prometheus before that."""
    with profd(FAST) as daemon, profweb(daemon) as web:
        prometheus = Prometheus(daemon, web, native, parameters)
        try:
            yield daemon, prometheus
        finally:
            prometheus.close()


def fill(daemon):
    """Calls from nothing to minutes, some of which fail; how many there are of each."""
    chance = harness.chance("prometheus")
    for i in range(30):
        seconds = math.exp(chance.gauss(-7, 3))
        assert daemon.ask("record", "spread", repr(seconds), "--count", chance.randrange(1, 2000)).returncode == 0
    for words in (("spread", 0, "--count", 7), ("spread", 1, "--count", 5), ("spread", 400), (HOSTILE, 0.25),
                  ("failing", 0.001, "--count", 90), ("failing", 0.002, "--count", 10, "--error", "bad"),
                  ("both", 0.5, "--count", 3, "--program", "one"), ("both", 0.5, "--count", 4, "--program", "two")):
        assert daemon.ask("record", *words).returncode == 0, words


def known(daemon, function):
    """What profd says of a function: calls, sum, and each bucket by its index."""
    program = daemon.run("tests/system/asks", "histograms", function, "", "", stdout=subprocess.PIPE, text=True)
    row, = json.loads(program.communicate(timeout=harness.PATIENCE)[0])["rows"]
    return row


def near(a, b):
    return math.isclose(a, b, rel_tol=1e-9)


def check_native(scraped_, histogram, schema=6):
    """Bucket by bucket. What took no time at all is in the zero bucket, which ends at 2^-33 s."""
    count, total, buckets = scraped_
    expected = {}
    for index, calls in histogram["buckets"]:
        coarse = math.ceil(index / 2 ** (6 - schema))
        upper = 2.0 ** -33 if index <= -33 * 64 else 2 ** (coarse / 2 ** schema)
        expected[upper] = expected.get(upper, 0) + calls
    assert count == histogram["calls"] and near(total, histogram["total"]), (scraped_, histogram)
    assert len(buckets) == len(expected), (buckets, expected)
    for (upper, calls), (true_upper, true_calls) in zip(sorted(buckets.items()), sorted(expected.items())):
        assert near(upper, true_upper) and calls == true_calls, (buckets, expected)


def test_native():
    """Native histograms in Prometheus have the buckets of profd, and failed calls have their own."""
    with scraped() as (daemon, prometheus):
        fill(daemon)
        for function in ("spread", "failing"):
            truth = known(daemon, function)
            prometheus.sees_calls(function, truth["all"]["calls"])
            check_native(prometheus.histogram(function), truth["all"])
        check_native(prometheus.histogram("failing", "profd_failed_call_duration_seconds"), truth["failed"])
        assert prometheus.histogram("spread", "profd_failed_call_duration_seconds") is None
        assert prometheus.value('profd_failed_calls_total{function="failing",program="profctl"}') == 10
        assert prometheus.value('profd_failed_calls_total{function="spread"}') == 0
        prometheus.sees_calls(HOSTILE, 1)
        prometheus.sees(lambda: len(prometheus.ask('profd_call_duration_seconds{function="both"}')) == 2, "both programs")
        calls = {r["metric"]["program"]: r["histogram"][1]["count"]
                 for r in prometheus.ask('profd_call_duration_seconds{function="both"}')}
        assert calls == {"one": "3", "two": "4"}, calls
        slow = prometheus.value('profd_slow_calls_total{function="spread"}')
        assert slow == daemon.stats("spread")["slow_count"] > 0, slow


def test_quantiles():
    """A quantile that Prometheus takes of its histogram is profctl's, as close as a bucket is wide."""
    with scraped() as (daemon, prometheus):
        fill(daemon)
        stats = daemon.stats("spread")
        prometheus.sees_calls("spread", stats["call_count"])
        for name, q in (("p50", 0.5), ("p75", 0.75), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99), ("p99.9", 0.999)):
            value = prometheus.value(f'histogram_quantile({q}, profd_call_duration_seconds{{function="spread"}})')
            bound = BOUND_AT_ENDS if stats[name] in (stats["min_seconds"], stats["max_seconds"]) else BOUND
            assert abs(value / stats[name] - 1) <= bound + 1e-9, (name, value, stats)


def test_coarser():
    """Where there may be fewer buckets they are wider, and their counts are still exact."""
    with scraped(parameters={"buckets": ["24"]}) as (daemon, prometheus):
        fill(daemon)
        truth = known(daemon, "spread")
        prometheus.sees_calls("spread", truth["all"]["calls"])
        schema = next(s for s in range(6, -1, -1)
                      if len({math.ceil(i / 2 ** (6 - s)) for i, _ in truth["all"]["buckets"] if i > -33 * 64}) <= 24)
        assert schema < 6, truth
        check_native(prometheus.histogram("spread"), truth["all"], schema)


def test_classic():
    """A Prometheus without native histograms gets classic ones, whose counts are exact."""
    with scraped(native=False) as (daemon, prometheus):
        fill(daemon)
        for function in ("spread", "failing"):
            truth = known(daemon, function)["all"]
            labels = f'{{function="{function}"}}'
            prometheus.sees(lambda: prometheus.value(f"profd_call_duration_seconds_count{labels}") == truth["calls"],
                            f"{function!r} is scraped")
            assert near(prometheus.value(f"profd_call_duration_seconds_sum{labels}"), truth["total"])
            rows = prometheus.ask(f"profd_call_duration_seconds_bucket{labels}")
            assert len(rows) == 33, rows
            for row in rows:
                edge = float(row["metric"]["le"])
                calls = sum(count for index, count in truth["buckets"] if 2 ** (index / 64) <= edge)
                assert float(row["value"][1]) == (truth["calls"] if math.isinf(edge) else calls), (row, truth)
        assert prometheus.value(f"profd_call_duration_seconds_count{{function={json.dumps(HOSTILE)}}}") == 1


def test_clear():
    """After a clear counters begin anew, which Prometheus takes as the reset that it is."""
    for native in (True, False):
        with scraped(native) as (daemon, prometheus):
            count = ("histogram_count(profd_call_duration_seconds)" if native else "profd_call_duration_seconds_count")
            increase = (f"histogram_count(increase(profd_call_duration_seconds[5m]))" if native else
                        "increase(profd_call_duration_seconds_count[5m])")
            for calls in (1000, 10):
                assert daemon.ask("record", "f", 0.5, "--count", calls, "--error", "bad").returncode == 0
                prometheus.sees(lambda: prometheus.value(count) == calls, f"{calls} calls are scraped")
                if calls == 1000:
                    assert daemon.ask("clear", "--yes").returncode == 0
            prometheus.sees(lambda: prometheus.value("resets(profd_failed_calls_total[5m])") == 1, "one reset")
            assert prometheus.value(increase) >= 0
            assert prometheus.value("profd_clears_total") == 1


def test_away():
    """Without profd the scrape says so, and errors are counted; with it again all is there."""
    with scraped() as (daemon, prometheus):
        assert daemon.ask("record", "f", 0.5).returncode == 0
        prometheus.sees_calls("f", 1)
        assert prometheus.value("profd_up") == 1 and prometheus.value("profd_disk_ok") == 1
        daemon.kill()
        prometheus.sees(lambda: prometheus.value("profd_up") == 0, "profd is away")
        assert prometheus.value("up") == 1
        prometheus.sees(lambda: prometheus.value("profweb_scrape_errors_total") > 0, "errors are counted")
        prometheus.sees(lambda: prometheus.histogram("f") is None, "the series has ended")
        daemon.start()
        prometheus.sees_calls("f", 1)


def test_running():
    """A call that hangs is told while it hangs."""
    with scraped() as (daemon, prometheus):
        daemon.config.write_text(FAST + "[slow]\nthreshold = 50ms\n")
        daemon.process.send_signal(harness.signal.SIGHUP)
        host = daemon.run("tests/system/host", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          environment={"PROF_INTERVAL": "0.05"})

        def tell(*words):
            host.stdin.write(" ".join(map(str, words)) + "\n")
            host.stdin.flush()
            assert host.stdout.readline().strip() == "done", words

        tell("flush", 10)
        tell("begin", "hang")
        prometheus.sees(lambda: prometheus.value('profd_slow_calls_running{function="hang",program="host"}') == 1,
                        "the call runs")
        longest = 'profd_slow_call_running_longest_seconds{function="hang"}'
        told = prometheus.value(longest)
        assert told > 0.05
        prometheus.sees(lambda: prometheus.value(longest) > told + 1, "the time that an alert waits for goes on")
        tell("end")
        tell("flush", 10)
        prometheus.sees(lambda: prometheus.value('profd_slow_calls_running{function="hang"}') is None, "it has ended")
        host.stdin.close()
        host.wait(harness.PATIENCE)


def test_formats():
    """Each client gets its format; promtool finds nothing to say of the text; limits are kept and told."""
    with profd(FAST) as daemon, profweb(daemon) as web:
        fill(daemon)
        text, kind = metrics(web)
        assert kind.startswith("text/plain; version=0.0.4"), kind
        checked = subprocess.run(["promtool", "check", "metrics"], input=text, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, timeout=harness.PATIENCE)
        assert (checked.returncode, checked.stdout) == (0, b""), checked
        text, kind = metrics(web, "application/openmetrics-text;version=1.0.0,text/plain;q=0.5")
        assert kind.startswith("application/openmetrics-text; version=1.0.0") and text.endswith(b"\n# EOF\n"), text
        text, kind = metrics(web, "application/vnd.google.protobuf")
        assert "io.prometheus.client.MetricFamily" in kind and b"profd_call_duration_seconds" in text
        few, _ = metrics(web, limit=2)
        assert len(re.findall(rb"^profd_slow_calls_total\{", few, re.M)) == 2 and b'function="spread"' in few
        assert b"\nprofd_functions_left_out 3\n" in few, few
        for wrong in ("limit=x", "buckets=-1", "function=f"):
            assert web.ask(f"/metrics?{wrong}").status == 400, wrong


def test_token():
    """Where profweb has a token, Prometheus needs it."""
    with profd(FAST) as daemon:
        token = daemon.folder / "token"
        token.touch(0o600)
        token.write_text("0123456789abcdef")
        assert daemon.ask("record", "f", 0.5).returncode == 0
        with profweb(daemon, "--token-file", token) as web:
            assert web.ask("/metrics").status == 401
            prometheus = Prometheus(daemon, web, token=token)
            try:
                prometheus.sees_calls("f", 1)
            finally:
                prometheus.close()


def test_examples():
    """The rules are sound and do what they say, and every query of the dashboard is understood and has an answer."""
    for words in (("check", "rules", "rules.yml"), ("check", "config", "prometheus.yml"), ("test", "rules", "rules_test.yml")):
        checked = subprocess.run(["promtool", *words], cwd=EXAMPLES, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                 timeout=harness.PATIENCE)
        assert checked.returncode == 0, checked
    dashboard = json.loads((EXAMPLES / "dashboard.json").read_text())
    queries = [t["expr"] for panel in dashboard["panels"] for t in panel["targets"] if not t.get("hide")]
    assert len(queries) > 15, dashboard
    with scraped() as (daemon, prometheus):
        fill(daemon)
        prometheus.sees_calls("spread", known(daemon, "spread")["all"]["calls"])
        # A rate needs two scrapes with calls between them.
        assert daemon.ask("record", "failing", 5, "--error", "bad").returncode == 0
        prometheus.sees_calls("failing", 101)
        for query in queries:
            query = query.replace("$__rate_interval", "5m").replace("$function", ".*").replace("$program", ".*")
            assert prometheus.ask(query), query


if __name__ == "__main__":
    missing = [p for p in ("prometheus", "promtool") if shutil.which(p) is None]
    if missing:
        print("left out: there is no", ", no ".join(missing))
        sys.exit(77)
    harness.main([test_native, test_quantiles, test_coarser, test_classic, test_clear, test_away, test_running,
                  test_formats, test_token, test_examples])
