"""profctl says what the manual page promises: tables for people, JSON for scripts, and an exit status for both."""

import fcntl
import json
import os
import pathlib
import pty
import shutil
import signal
import struct
import subprocess
import sys
import termios

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd

FAST = "[profd]\ncommit_interval = 50ms\n"
PROFCTL = str(harness.BUILD / "profctl")


def commands(*group):
    """Those that a help lists."""
    said = subprocess.run([PROFCTL, *group, "--help"], stdout=subprocess.PIPE, text=True, check=True).stdout
    listed = said.partition("\nCommands:\n")[2].partition("\n\n")[0]
    return [" ".join((*group, line.split()[0])) for line in listed.splitlines()]


COMMANDS = [*commands(), *commands("bench")]


def fill(daemon):
    for words in (("db.query", 0.25, "--count", 1000), ("db.query", 1.5, "--error", "no space"),
                  ("db.connect", 0.001), ("größe", 4e-6, "--count", 3), ("http.get", 0.5, "--program", "shop")):
        assert daemon.ask("record", *words).returncode == 0, words


def check_status(daemon, status, *words, says=""):
    answer = daemon.ask(*words)
    assert answer.returncode == status, (words, answer)
    assert says in answer.stderr, (words, says, answer.stderr)
    assert (answer.stderr == "") == (status == 0), (words, answer)
    return answer


def on_terminal(daemon, words, typed="", columns=80):
    """Runs profctl on a terminal of its own; its exit status and all that the terminal showed."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen([PROFCTL, *words], stdin=theirs, stdout=theirs, stderr=theirs, env=daemon.environment)
    os.close(theirs)
    os.write(ours, typed.encode())
    shown = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # EIO: the terminal has been left
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    return process.wait(harness.PATIENCE), shown.decode().replace("\r\n", "\n")


def test_json():
    """The JSON answers have the fields of the manual page, with times in seconds."""
    with profd(FAST) as daemon:
        fill(daemon)
        summary = daemon.json("summary")
        assert [summary[k] for k in ("profiled_functions", "total_calls", "slow_calls", "errors")] == [4, 1006, 1, 1]
        assert [f["name"] for f in summary["functions"]] == ["db.query", "http.get", "db.connect", "größe"]
        assert set(summary["functions"][0]) == {"name", "calls", "errors", "slow", "total_seconds", "avg_ms", "max_ms",
                                                "p50_ms", "p99_ms"}
        stats = daemon.json("stats", "db.query")
        assert stats["function_name"] == "db.query" and stats["call_count"] == 1001
        assert [stats[k] for k in ("error_count", "slow_count", "total_seconds", "min_seconds", "max_seconds",
                                   "max_ms")] == [1, 1, 251.5, 0.25, 1.5, 1500]
        assert abs(stats["avg_seconds"] - 251.5 / 1001) < 1e-12 and abs(stats["avg_ms"] - 251500 / 1001) < 1e-9
        for quantile in ("p50", "p75", "p90", "p95", "p99", "p99.9"):
            assert abs(stats[quantile] / 0.25 - 1) < 0.0055, (quantile, stats[quantile])
        assert stats["doubtful"] == []
        assert daemon.json("stats", "db.connect")["doubtful"] == ["p50", "p75", "p90", "p95", "p99", "p99.9"]
        slow, = daemon.json("slow")["calls"]
        assert (slow["function"], slow["path"], slow["program"], slow["state"], slow["error"]) == (
            "db.query", "db.query", "profctl", "failed", "no space")
        assert (slow["seconds"], slow["threshold"]) == (1.5, 1.0)
        assert {p["program"] for p in daemon.json("ps")["processes"]} == {"profctl", "shop"}
        assert daemon.json("status")["calls"] == 1006
        assert daemon.json("record", "f", "2", "--error", "x") == {
            "function": "f", "seconds": 2.0, "count": 1, "error": "x"}
        assert daemon.json("clear", "f", "--yes") == {"cleared_functions": 1}
        assert daemon.json("list")["functions"][0] == stats


def test_choosing():
    """Sorting, limits, patterns and programs choose what is shown."""
    with profd(FAST) as daemon:
        fill(daemon)

        def names(*words):
            return daemon.ask("list", "--names", *words).stdout.split()

        assert names("--sort", "calls") == ["db.query", "größe", *sorted(names("--sort", "calls")[2:])]
        assert names("--sort", "name") == ["db.connect", "db.query", "größe", "http.get"]
        assert names("--sort", "avg")[0] == "http.get"
        for key in ("total", "max", "errors", "slow"):
            assert names("--sort", key)[0] == "db.query", key
        assert names("--sort", "p99")[0] == "http.get"
        assert names("-n", "2", "-s", "name") == ["db.connect", "db.query"]
        assert names("db.*", "-s", "name") == ["db.connect", "db.query"]
        assert names("--program", "shop") == ["http.get"]
        assert names("zzz*") == []
        shown = daemon.ask("summary", "--limit", "1").stdout
        assert "db.query" in shown and "http.get" not in shown and "\n3 more: see profctl list\n" in shown
        assert daemon.json("summary", "db.*")["total_calls"] == 1002
        assert [p["program"] for p in daemon.json("ps", "--program", "shop")["processes"]] == ["shop"]
        assert daemon.json("slow", "--program", "shop")["calls"] == []
        check_status(daemon, 1, "stats", "db.query", "--program", "shop", says="by program 'shop'")


def test_exit_status():
    """Done, no, wrong usage and no profd have their own exit status, and each a message."""
    with profd(FAST) as daemon:
        fill(daemon)
        for words in (("summary",), ("stats", "db.query"), ("list",), ("slow",), ("ps",), ("status",), ("--help",)):
            check_status(daemon, 0, *words)
        check_status(daemon, 1, "stats", "db.qeury", says="Did you mean db.query?")
        check_status(daemon, 1, "clear", "--yes", "connect", says="Did you mean db.connect?")
        answer = check_status(daemon, 1, "--json", "stats", "db.qeury")
        assert json.loads(answer.stdout)["near"] == ["db.query"], answer.stdout
        for seconds in ("nan", "-1", "abc", "inf", "1e99", "", "1,5"):
            check_status(daemon, 2, "record", "f", seconds, says="must be a number of seconds")
        check_status(daemon, 2, "record", "", "1")
        check_status(daemon, 2, "record", "f" * 256, "1")
        check_status(daemon, 2, "time", "", "true")
        check_status(daemon, 2, "sumary", says="Did you mean summary?")
        check_status(daemon, 2, "list", "--srot", "p99", says="Did you mean --sort?")
        check_status(daemon, 2, "status", "--endpoint", "tcp://localhost:1")
        check_status(daemon, 2, "clear", says="--yes")
        check_status(daemon, 2)
        assert daemon.json("summary")["profiled_functions"] == 4
        assert check_status(daemon, 0, "record", "f", "1e-3").stdout == ""
        assert daemon.json("stats", "f")["max_seconds"] == 0.001


def test_help():
    """Each command tells its usage, its options and an example, in 80 columns."""
    with profd(start=False) as daemon:
        overview = check_status(daemon, 0, "--help").stdout
        assert set(COMMANDS) >= {"summary", "bench", "bench list", "help"}
        for command in COMMANDS:
            group, _, word = command.rpartition(" ")
            text = check_status(daemon, 0, *command.split(), "--help").stdout
            assert text.startswith(f"Usage: profctl {command} ") and "Example: profctl " in text, text
            assert text == check_status(daemon, 0, "help", *command.split()).stdout
            assert max(map(len, text.splitlines())) <= 80, text
            assert f"\n  {word} " in (check_status(daemon, 0, group, "--help").stdout if group else overview)
        check_status(daemon, 2, "help", "bench", "lst", says="unknown command bench lst")
        assert check_status(daemon, 0, "--version").stdout.startswith("profctl ")


def test_no_profd():
    """Where profd is away, stopped or does not answer, that is said within the time limit."""
    with profd(FAST, start=False) as daemon:
        for command in (("summary",), ("stats", "f"), ("list",), ("slow",), ("ps",), ("status",), ("clear", "--yes"),
                        ("record", "f", "1")):
            check_status(daemon, 3, "--timeout", "0.5", *command, says="profctl: ")
            assert set(json.loads(daemon.ask("--timeout", "0.5", "--json", *command).stdout)) == {"error"}
        daemon.start()
        daemon.process.send_signal(signal.SIGSTOP)
        check_status(daemon, 3, "summary", "--timeout", "0.2")
        check_status(daemon, 3, "record", "f", "1", "--timeout", "0.2")
        daemon.process.send_signal(signal.SIGCONT)
        daemon.json("summary")


def test_terminal():
    """On a terminal long names are cut to its width; in a pipe they stay whole."""
    name = "a.very.long.name." * 10
    with profd(FAST) as daemon:
        assert daemon.ask("record", name, 0.1).returncode == 0
        status, shown = on_terminal(daemon, ["list"], columns=90)
        assert status == 0 and name not in shown and "a.very.long" in shown and "…" in shown, shown
        assert max(len(line) for line in shown.splitlines()[:2]) == 90, shown
        assert name in daemon.ask("list").stdout


def test_clear():
    """clear asks on a terminal, and deletes after a yes only."""
    with profd(FAST) as daemon:
        fill(daemon)
        for typed in ("n\n", "\n", "x\n", "\x04"):
            status, shown = on_terminal(daemon, ["clear"], typed)
            assert status == 1 and "Delete the statistics of 4 functions? [y/N]" in shown, (status, shown)
        assert daemon.json("summary")["profiled_functions"] == 4
        status, shown = on_terminal(daemon, ["clear", "db.query"], "y\n")
        assert status == 0 and "Delete the statistics of db.query (1,001 calls)? [y/N]" in shown, (status, shown)
        assert daemon.stats("db.query") is None and daemon.stats("db.connect") is not None
        check_status(daemon, 0, "clear", "--yes")
        assert daemon.json("summary")["profiled_functions"] == 0
        assert daemon.json("slow")["calls"] == []
        check_status(daemon, 0, "record", "f", "1")
        status, shown = on_terminal(daemon, ["clear"], "n\n")
        assert status == 1 and "Delete the statistics of 1 function? [y/N]" in shown, (status, shown)
        status, shown = on_terminal(daemon, ["clear", "f"], "n\n")
        assert status == 1 and "Delete the statistics of f (1 call)? [y/N]" in shown, (status, shown)


def test_time():
    """time counts a command as one call, passes on its exit status, and leaves it alone otherwise."""
    with profd(FAST) as daemon:
        def run(status, *command, words=(), **more):
            answer = subprocess.run([PROFCTL, *words, "time", "f", "--", *command], env=daemon.environment,
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                    timeout=harness.PATIENCE, **more)
            assert answer.returncode == status, (command, answer)
            return answer

        assert run(0, "cat", input="through\n").stdout == "through\n"
        assert run(7, "sh", "-c", "exit 7").stderr == ""
        assert daemon.json("slow")["calls"][0]["error"] == "exit status 7"
        run(137, "sh", "-c", "kill -9 $$")
        assert daemon.json("slow")["calls"][0]["error"] == "killed by signal 9 (Killed)"
        stats = daemon.stats("f")
        assert (stats["call_count"], stats["error_count"]) == (3, 2), stats
        assert "No such file" in run(127, "there-is-no-such-command").stderr
        assert "Permission denied" in run(126, "/etc/passwd").stderr
        assert daemon.stats("f")["call_count"] == 3
        told = json.loads(run(0, "true", words=("--json",)).stderr)
        assert told["function"] == "f" and told["counted"] is True and told["error"] is None
        environment = run(0, "env", words=("--program", "shop", "--endpoint", daemon.endpoint)).stdout
        assert "PROF_PROGRAM" not in environment
        assert daemon.stats("f")["call_count"] == 5
        daemon.stop()
        answer = run(3, "sh", "-c", "echo done; exit 3")
        assert answer.stdout == "done\n" and "did not confirm the call of f" in answer.stderr


def test_signals():
    """A signal sent to `profctl time` reaches its command, whose end is counted."""
    script = "trap 'exit 9' TERM; echo ready; while :; do sleep 0.05; done"
    with profd(FAST) as daemon:
        process = subprocess.Popen([PROFCTL, "time", "f", "sh", "-c", script], env=daemon.environment,
                                   stdout=subprocess.PIPE, text=True)
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(harness.PATIENCE) == 9
        process.stdout.close()
        assert daemon.stats("f")["error_count"] == 1
        # A parent that ignores the end of its children, as some services do, hands that down.
        ignoring = subprocess.run([PROFCTL, "time", "f", "sh", "-c", "exit 4"], env=daemon.environment,
                                  preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN),
                                  timeout=harness.PATIENCE)
        assert ignoring.returncode == 4


def test_output():
    """A full disk under the answer is trouble; a reader who has seen enough is none."""
    with profd(FAST) as daemon:
        fill(daemon)
        for words in (("list",), ("--json", "list"), ("--help",)):
            with open("/dev/full", "w") as full:
                answer = subprocess.run([PROFCTL, *words], env=daemon.environment, stdout=full, stderr=subprocess.PIPE,
                                        text=True, timeout=harness.PATIENCE)
            assert answer.returncode == 4 and "No space left" in answer.stderr, answer
            reading, writing = os.pipe()
            os.close(reading)
            answer = subprocess.run([PROFCTL, *words], env=daemon.environment, stdout=writing, stderr=subprocess.PIPE,
                                    text=True, timeout=harness.PATIENCE)
            os.close(writing)
            assert answer.returncode in (0, -signal.SIGPIPE) and answer.stderr == "", answer


def test_locales():
    """Figures look the same in every locale but for the micro sign; JSON is the same to the byte."""
    with profd(FAST) as daemon:
        fill(daemon)
        expected = daemon.ask("--json", "list").stdout
        assert "4.00 µs" in daemon.ask("list").stdout
        locales = daemon.folder / "locales"
        locales.mkdir()
        made = shutil.which("localedef") and subprocess.run(
            ["localedef", "-i", "de_DE", "-f", "UTF-8", str(locales / "de_DE.UTF-8")], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL).returncode == 0
        # Without Debian's package locales there is none with a decimal comma; the rest holds all the same.
        if made:
            daemon.environment.update(LC_ALL="de_DE.UTF-8", LOCPATH=str(locales))
        else:
            print("left out: de_DE, which cannot be made here")
        assert daemon.ask("--json", "list").stdout == expected
        assert check_status(daemon, 0, "record", "f", "0.5").stdout == ""
        check_status(daemon, 2, "record", "f", "0,5")
        shown = daemon.ask("stats", "f").stdout
        assert "500 ms" in shown and "4.00 µs" in daemon.ask("list").stdout, shown
        daemon.environment.update(LC_ALL="C")
        shown = daemon.ask("list").stdout
        assert "4.00 us" in shown and "größe" in shown, shown


def complete(daemon, line):
    """What bash offers at the end of a line."""
    script = f"""source {harness.SOURCE}/ctl/profctl.bash
read -ra COMP_WORDS <<<"$LINE"
[[ $LINE == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)) COMP_LINE=$LINE COMP_POINT=${{#LINE}}
_profctl
printf '%s\\n' "${{COMPREPLY[@]}}" """
    environment = dict(daemon.environment, LINE=line, PATH=f"{harness.BUILD}:{os.environ['PATH']}")
    return set(subprocess.run(["bash", "-c", script], env=environment, stdout=subprocess.PIPE, text=True, check=True,
                              timeout=harness.PATIENCE).stdout.split("\n")) - {""}


def test_completion():
    """bash completes commands, options and the functions that profd knows, and expands no name."""
    with profd(FAST) as daemon:
        fill(daemon)
        daemon.ask("record", "$(touch expanded)", "1")
        assert complete(daemon, "profctl ") == {c for c in COMMANDS if " " not in c}
        assert complete(daemon, "profctl bench ") == {c.split()[1] for c in COMMANDS if " " in c}
        assert complete(daemon, "profctl help bench l") == {"list"}
        assert "--names" in complete(daemon, "profctl bench list --")
        assert complete(daemon, "profctl su") == {"summary"}
        assert complete(daemon, "profctl stats db.") == {"db.query", "db.connect"}
        assert complete(daemon, "profctl list --sort a") == {"avg"}
        assert complete(daemon, "profctl record --c") == {"--count"}
        assert complete(daemon, "profctl diff --after-") == {"--after-program"}
        assert complete(daemon, "profctl bench --parameter-scan n 1 2 l --export-j") == {"--export-json"}
        assert complete(daemon, "profctl bench --parameter-scan n 1 2 lis") >= {"list"}
        assert "env" in complete(daemon, "profctl bench --prepare en")
        assert "env" in complete(daemon, "profctl bench --warmup 2 en")
        assert complete(daemon, "profctl clear --") >= {"--yes", "--json", "--help", "--timeout", "--endpoint"}
        assert "\\$\\(touch\\ expanded\\)" in complete(daemon, "profctl stats ")
        assert not pathlib.Path("expanded").exists()


def test_hostile_text():
    """Names and messages cannot send control characters to a terminal."""
    with profd(FAST) as daemon:
        assert daemon.ask("record", "a\x1b[2Jb\nc", "2", "--error", "\x1b]0;x\x07\u202e").returncode == 0
        for words in (("list",), ("stats", "a\x1b[2Jb\nc"), ("slow",), ("summary",), ("list", "--names"),
                      ("stats", "a\x1b[2Jb\nd")):
            answer = daemon.ask(*words)
            assert "\x1b" not in answer.stdout + answer.stderr and "\u202e" not in answer.stdout, (words, answer)
        assert daemon.json("slow")["calls"][0]["error"] == "\x1b]0;x\x07\u202e"


if __name__ == "__main__":
    harness.main([test_json, test_choosing, test_exit_status, test_help, test_no_profd, test_terminal, test_clear,
                  test_time, test_signals, test_output, test_locales, test_completion, test_hostile_text])
