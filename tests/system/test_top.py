"""profctl top on a real terminal emulator: what it shows, its keys, its sizes, and how it leaves."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd, wait_until

COLOR = re.compile(r"\x1b\[[\d;]*3[0-7]m")
FAST = "[profd]\ncommit_interval = 50ms\n"


class Terminal:
    """A tmux of its own, in which a shell waits for what top leaves."""

    def __init__(self, daemon, columns=80, lines=24, environment=None):
        self.socket = str(daemon.folder / "tmux")
        self.environment = dict(daemon.environment, TERM="xterm-256color", LC_ALL="C.UTF-8", PS1="$ ", SHELL="/bin/sh",
                                ENV="", **(environment or {}))
        self.environment.pop("TMUX", None)
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", columns, "-y", lines, "/bin/sh")
        wait_until(lambda: "$" in self.shows(), "the shell is there")

    def tmux(self, *words, check=True):
        return subprocess.run(["tmux", "-S", self.socket, *map(str, words)], env=self.environment, check=check, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=harness.PATIENCE).stdout

    def shows(self, *more):
        return self.tmux("capture-pane", "-p", *more)

    def type(self, *keys):
        self.tmux("send-keys", *keys)

    def start(self, *arguments):
        self.type(" ".join([str(harness.BUILD / "profctl"), "top", *arguments]), "Enter")

    def sees(self, *texts):
        try:
            wait_until(lambda: all(t in self.shows() for t in texts), f"the terminal shows {texts}")
        except AssertionError:
            sys.stderr.write(self.shows())
            raise

    def back(self):
        """The shell has its terminal back: what is typed is echoed, and a line is a line."""
        wait_until(lambda: self.shows().rstrip().endswith("$"), "the shell asks again")
        self.type("echo $((6 * 7)) is it", "Enter")
        self.sees("42 is it", "$ echo")

    def close(self):
        self.tmux("kill-server", check=False)


def with_terminal(test):
    def run():
        if shutil.which("tmux") is None:
            print("left out: there is no tmux")
            return
        with profd(FAST) as daemon:
            for words in (("db.query", 0.25, "--count", 1000), ("http.get", 0.004, "--count", 10, "--error", "bad"),
                          ("slow.one", 2.5, "--program", "shop")):
                assert daemon.ask("record", *words).returncode == 0, words
            test(daemon)
    run.__doc__, run.__name__ = test.__doc__, test.__name__
    return run


@with_terminal
def test_shown(daemon):
    """Top shows the functions with the figures of profctl list, follows what comes, sorts and filters."""
    terminal = Terminal(daemon)
    try:
        terminal.start()
        terminal.sees("3 functions, 1,011 calls, 10 errors, 1 slow", "SHARE", "db.query", "250 ms", "2.50 s")
        assert COLOR.search(terminal.shows("-e"))
        assert daemon.ask("record", "new.one", 0.1).returncode == 0
        terminal.sees("4 functions", "new.one")
        terminal.type("n")
        wait_until(lambda: [n for n in terminal.shows().split() if "." in n and n[0].isalpha()]
                   == ["db.query", "http.get", "new.one", "slow.one"], "they are in the order of their names")
        terminal.type("/")
        terminal.type("HTTP")
        terminal.sees("filter: HTTP_", "http.get")
        assert "db.query" not in terminal.shows()
        terminal.type("Escape")
        terminal.sees("db.query")
        terminal.type("?")
        terminal.sees("only the next program")
        terminal.type("Escape")
        terminal.type("P")
        terminal.sees("program profctl", "3 functions")
        terminal.type("P")
        terminal.sees("program shop", "1 functions")
        terminal.type("P")
        terminal.sees("4 functions")
        terminal.type("Space")
        terminal.sees("paused")
        terminal.type("q")
        terminal.back()
    finally:
        terminal.close()


@with_terminal
def test_detail(daemon):
    """Enter shows one function: its histogram, callers and callees, and its slow calls."""
    known = daemon.run("tests/system/known", "--rounds", "200", stdout=subprocess.DEVNULL)
    assert known.wait(harness.PATIENCE) == 0
    terminal = Terminal(daemon)
    try:
        terminal.start()
        terminal.sees("known.inner")
        terminal.type("/")
        terminal.type("known.inner")
        terminal.type("Enter")
        terminal.sees("filter: known.inner")
        terminal.type("Enter")
        terminal.sees("CALLED BY", "known.outer", "UP TO", "█", "P99, LAST 10 MIN")
        terminal.type("Escape")
        terminal.type("Escape")
        terminal.sees("slow.one")
        terminal.type("/")
        terminal.type("slow.one")
        terminal.type("Enter")
        terminal.type("Enter")
        terminal.sees("LATEST SLOW CALLS", "shop", "2.50 s")
        terminal.type("q")
        terminal.back()
    finally:
        terminal.close()


@with_terminal
def test_sizes(daemon):
    """It fits any size, also while that changes, and is plain where colours are not wanted."""
    terminal = Terminal(daemon, 120, 30, {"NO_COLOR": "1"})
    try:
        terminal.start()
        terminal.sees("P99, LAST 10 MIN", "db.query")
        assert not COLOR.search(terminal.shows("-e"))
        terminal.tmux("resize-window", "-x", 20, "-y", 5)
        terminal.sees("too small for top")
        for columns, lines in ((80, 24), (40, 10), (12, 3), (1, 1), (100, 24)):
            terminal.tmux("resize-window", "-x", columns, "-y", lines)
        terminal.sees("db.query", "q quit")
        terminal.type("q")
        terminal.back()
    finally:
        terminal.close()


@with_terminal
def test_ways_out(daemon):
    """However it ends, and though profd goes and comes, the terminal is as it was."""
    terminal = Terminal(daemon)
    try:
        for signal_number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            terminal.start()
            terminal.sees("q quit")
            found = subprocess.run(["pgrep", "-f", "-x", ".*profctl top"], stdout=subprocess.PIPE, text=True, check=True)
            ours = [pid for pid in map(int, found.stdout.split())
                    if f"PROF_ENDPOINT={daemon.endpoint}".encode() in environment_of(pid)]
            assert ours, found.stdout
            for pid in ours:
                os.kill(pid, signal_number)
            terminal.sees("$")
            wait_until(lambda: "q quit" not in terminal.shows(), "top has left the screen")
            terminal.back()
            terminal.tmux("clear-history")
            terminal.type("clear", "Enter")
        terminal.start()
        terminal.sees("3 functions")
        daemon.kill()
        terminal.sees("trying again")
        daemon.start()
        wait_until(lambda: "trying again" not in terminal.shows() and "3 functions" in terminal.shows(), "it goes on")
        terminal.type("C-c")
        terminal.back()
    finally:
        terminal.close()


def environment_of(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


def test_no_terminal():
    """In a pipe, or on a terminal that cannot be drawn on, it says so; without profd it waits for one."""
    with profd(FAST) as daemon:
        piped = daemon.ask("top")
        assert piped.returncode == 2 and "terminal" in piped.stderr, piped
        assert "top needs a terminal" in daemon.ask("top", "--program", "x").stderr
        assert daemon.ask("top", "--json").returncode == 2


if __name__ == "__main__":
    harness.main([test_shown, test_detail, test_sizes, test_ways_out, test_no_terminal])
