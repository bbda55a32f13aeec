"""What a host of the library sees, and what profd sees of it while it runs and when it ends."""

import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd, wait_until

FAST = "[profd]\ncommit_interval = 50ms\n"


class Host:
    """tests/system/host, told what to do."""

    def __init__(self, daemon, **environment):
        self.process = daemon.run("tests/system/host", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                  environment=dict({"PROF_INTERVAL": "0.05"}, **environment))

    def tell(self, *order):
        self.process.stdin.write(" ".join(map(str, order)) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def do(self, *order):
        said = self.tell(*order)
        assert said == "done", (order, said)

    def end(self, *order):
        """How long it took to end; told `order` or the end of its input."""
        begin = time.monotonic()
        self.process.communicate(" ".join(map(str, order)) + "\n" if order else None, timeout=harness.PATIENCE)
        return time.monotonic() - begin


def slow_calls(daemon, function):
    return [c for c in daemon.json("slow")["calls"] if c["function"] == function]


def test_running():
    """A call that has passed its threshold is seen while it is running, once, and then as it ended."""
    with profd(FAST + "[slow]\nthreshold = 100ms\n") as daemon:
        host = Host(daemon)
        host.do("flush", 10)
        host.do("begin", "hang")
        call, = wait_until(lambda: slow_calls(daemon, "hang"), "the call is seen while it runs")
        assert call["state"] == "running", call
        assert daemon.stats("hang")["call_count"] == 0
        said = daemon.ask("stats", "hang").stdout
        assert "1 running past the threshold, the longest for" in said and ", since 20" in said, said
        wait_until(lambda: slow_calls(daemon, "hang")[0]["seconds"] > call["seconds"] + 0.5, "its time goes on")
        for i in range(3):
            host.do("record", f"later{i}", 1)
        host.do("flush", 10)
        assert [c["function"] for c in daemon.json("slow")["calls"]] == ["hang", "later2", "later1", "later0"]
        assert [c["function"] for c in daemon.json("slow", "--running")["calls"]] == ["hang"]
        assert [c["function"] for c in daemon.json("slow", "--limit", 1)["calls"]] == ["hang"]
        assert daemon.json("slow", "--failed")["calls"] == [] and len(daemon.json("slow", "--slow")["calls"]) == 4
        host.do("end")
        host.do("flush", 10)
        call, = slow_calls(daemon, "hang")
        assert call["state"] == "returned", call
        assert call["seconds"] >= 0.1, call
        assert daemon.stats("hang")["slow_count"] == 1
        host.end()
        assert daemon.said().count("still running") == 1, daemon.said()


def test_error_text():
    """A failure's message is kept with the call; a hostile one forges no line of the log."""
    with profd(FAST + "[slow]\nthreshold = 1ms\n") as daemon:
        host = Host(daemon)
        host.do("flush", 10)
        host.do("record", "f", 0.5, "bad\x1b[31m thing")
        host.do("flush", 10)
        call, = slow_calls(daemon, "f")
        assert call["state"] == "failed" and call["error"] == "bad\x1b[31m thing", call
        assert "\x1b" not in daemon.said()
        assert "\x1b" not in daemon.ask("slow").stdout
        assert daemon.stats("f")["error_count"] == 1
        host.end()


def test_longest():
    """Durations of all sizes that the library takes are taken by profd, in whatever number."""
    with profd(FAST) as daemon:
        host = Host(daemon)
        for _ in range(20):
            host.do("record", "f", 2**30)
        host.do("flush", 10)
        assert daemon.stats("f")["call_count"] == 20
        assert daemon.stats("f")["max_seconds"] == 2**30
        host.end()


def test_threshold_is_told():
    """A new threshold reaches a running program by a reload, even one that has nothing to push."""
    with profd(FAST + "[slow]\nthreshold = 1h\n") as daemon:
        host = Host(daemon)
        host.do("flush", 10)
        host.do("begin", "f")
        assert slow_calls(daemon, "f") == []
        daemon.config.write_text(FAST + "[slow]\nthreshold = 1h\n[slow-functions]\nf* = 250ms\n")
        daemon.process.send_signal(signal.SIGHUP)
        wait_until(lambda: slow_calls(daemon, "f"), "the running call is slow by the new threshold")
        host.end()


def programs(daemon):
    return {p["program"] for p in daemon.json("ps")["processes"]}


def test_title():
    """A process is called as its executable, whatever title it shows, and however it was started."""
    with profd(FAST) as daemon:
        host = Host(daemon)
        for number in range(3):
            host.do("title", f"worker:/request/{number}")
            host.do("record", "f", 0.5)
            host.do("flush", 10)
        with pathlib.Path(f"/proc/{host.process.pid}/cmdline").open("rb") as file:
            assert file.read().startswith(b"worker:/request/2")
        assert programs(daemon) == {"host"}
        host.end()
        subprocess.run(["bash", "-c", 'exec -a "other name" "$0" record f 0.5', harness.BUILD / "profctl"], check=True,
                       env=daemon.environment, timeout=harness.PATIENCE)
        assert programs(daemon) == {"host", "profctl"}


def test_clear_of_running_program():
    """After a clear, min and max of a running program are those of its next calls, exactly."""
    with profd(FAST) as daemon:
        host = Host(daemon)
        for _ in range(20):
            host.do("record", "f", 0.5)
            host.do("flush", 10)
            assert daemon.ask("clear", "--yes").returncode == 0
            host.do("flush", 10)
            host.do("record", "f", 0.25)
            host.do("flush", 10)
            stats = daemon.stats("f")
            assert (stats["min_seconds"], stats["max_seconds"]) == (0.25, 0.25), stats
        host.end()


def test_threshold_of_short_programs():
    """A program that only lives for one record knows its threshold."""
    with profd(FAST + "[slow-functions]\ndb.* = 250ms\n") as daemon:
        assert daemon.ask("record", "db.query", "0.3").returncode == 0
        assert daemon.stats("db.query")["slow_count"] == 1
        assert daemon.ask("record", "web.query", "0.3").returncode == 0
        assert daemon.stats("web.query")["slow_count"] == 0


def test_no_profd():
    """Without a profd everything works, a flush says so, and exit does not wait."""
    with profd(start=False) as daemon:
        host = Host(daemon, PROF_EXIT_WAIT="50")
        host.do("record", "f", 0.5)
        assert host.tell("flush", 50) == "no profd is reachable"
        assert host.tell("calls", "f") == "no profd is reachable"
        assert host.end("exit", 7) < 25
        assert host.process.returncode == 7


def test_hanging_profd():
    """A profd that hangs delays exit by the documented bound, and a flush by its time limit."""
    with profd(FAST) as daemon:
        host = Host(daemon, PROF_EXIT_WAIT="0.5")
        host.do("record", "f", 0.5)
        host.do("flush", 10)
        daemon.process.send_signal(signal.SIGSTOP)
        host.do("record", "f", 0.5)
        assert host.tell("flush", 0.2) == "profd did not answer in time"
        assert host.end("exit", 3) < 25
        assert host.process.returncode == 3
        daemon.process.send_signal(signal.SIGCONT)
        wait_until(lambda: daemon.stats("f")["call_count"] == 2, "the last push is merged after all")


def test_restarted_profd():
    """A program outlives profd's restart: a flush waits for it, and the asking half connects again."""
    with profd(FAST) as daemon:
        host = Host(daemon)
        host.do("record", "f", 0.5)
        host.do("flush", 10)
        assert host.tell("calls", "f") == "1 done"
        daemon.kill()
        host.do("record", "f", 0.5)
        daemon.start()
        host.do("flush", 30)
        assert host.tell("calls", "f") == "2 done"
        assert daemon.stop() == 0
        daemon.start()
        host.do("record", "f", 0.5)
        host.do("flush", 30)
        assert host.tell("calls", "f") == "3 done"
        assert host.tell("calls", "nothing") == "there is nothing by that name"
        host.end()


def test_fork():
    """A forked child is a process of its own."""
    with profd(FAST) as daemon:
        host = Host(daemon)
        host.do("record", "f", 0.5)
        host.do("fork", "f", 0.25)
        host.do("flush", 10)
        stats = daemon.stats("f")
        assert (stats["call_count"], stats["total_seconds"]) == (2, 0.75), stats
        assert len([p for p in daemon.json("ps")["processes"] if p["program"] == "host"]) == 2
        host.end()


def test_fork_at_once():
    """A child that is forked while the library is still starting loses nothing."""
    with profd(FAST) as daemon:
        for _ in range(30):
            host = Host(daemon)
            host.process.stdin.write("record f 0.5\nfork f 0.25\nflush 10\n")
            host.end()
        stats = daemon.stats("f")
        assert (stats["call_count"], stats["total_seconds"]) == (60, 22.5), stats


def test_disabled():
    """Switched off by the environment, nothing is recorded, and asking still works."""
    with profd(FAST) as daemon:
        assert daemon.ask("record", "f", "0.5").returncode == 0
        host = Host(daemon, PROF_DISABLE="1")
        assert host.tell("record", "f", 0.5).startswith("profiling is switched off")
        assert host.tell("flush", 1).startswith("profiling is switched off")
        assert host.tell("calls", "f") == "1 done"
        host.end()
        assert daemon.stats("f")["call_count"] == 1


def test_plugin():
    """A library that is loaded and unloaded again and again does no harm and loses nothing."""
    with profd(FAST) as daemon:
        library = harness.BUILD / ".libs/libprofclient.so"
        assert daemon.run("tests/system/loader", library, 50).wait(harness.PATIENCE) == 0
        assert daemon.stats("plugin")["call_count"] == 50


# A sanitizer wants to be loaded before the plugin; of forks see harness.py.
harness.main([test_running, test_error_text, test_longest, test_threshold_is_told, test_title, test_clear_of_running_program,
              test_threshold_of_short_programs, test_no_profd, test_hanging_profd, test_restarted_profd, test_disabled,
              test_fork, test_fork_at_once, test_plugin], plain=[test_fork, test_fork_at_once, test_plugin])
