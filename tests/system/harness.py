"""Runs the real programs for the tests of whole programs: a profd of its own in a temporary folder, profctl, and
instrumented programs. Everything is bounded in time and stopped by its own process id."""

import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

BUILD = pathlib.Path(os.environ.get("BUILD", ".")).resolve()
SOURCE = pathlib.Path(os.environ.get("SOURCE", pathlib.Path(__file__).parents[2])).resolve()
# Sanitizers make everything several times slower.
PATIENCE = 60.0
# The build runs under a sanitizer. Those of gcc 12 hold locks of their own while other threads fork, so a forked child
# of a program with threads may hang in them: tests of such children are left out there.
SANITIZED = os.environ.get("SANITIZE", "") != ""
# script/soak sets the first to the seconds that this file may take: its tests run in their long form. The second makes
# what happens by chance happen again.
SOAK = float(os.environ.get("PROF_SOAK") or 0)
SEED = os.environ.get("PROF_SEED", "1")


def wait_until(true, what, seconds=PATIENCE):
    """Waits for a condition, never for a time."""
    end = time.monotonic() + seconds
    while True:
        value = true()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.01)


def chance(name):
    """The dice of one test: they fall the same way for the same seed."""
    return random.Random(f"{SEED} {name}")


def turns(short, long, share=1.0):
    """Numbers the turns of a loop: `short` of them in script/test; in script/soak at least `long`, and more until this
    test's share of the time is over."""
    end = time.monotonic() + SOAK * share
    turn = 0
    while turn < (long if SOAK else short) or (SOAK and time.monotonic() < end):
        yield turn
        turn += 1


def tell(fault, times, before, after):
    """A row of the table that script/soak ends with: what was done, how often, figures before and after."""
    if SOAK:
        print("soak", fault, times, before, after, sep="\t", flush=True)


class Profd:
    """One profd and all that it needs, in a folder of its own."""

    def __init__(self, config="", arguments=()):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="profd-"))
        self.runtime = self.folder / "run"
        self.database = self.folder / "profd.db"
        self.config = self.folder / "profd.conf"
        self.log = self.folder / "log"
        self.config.write_text(config)
        self.arguments = list(arguments)
        self.process = None
        self.programs = []
        self.endpoint = f"ipc://{self.runtime}"
        self.environment = dict(os.environ, PROF_ENDPOINT=self.endpoint, LC_ALL="C.UTF-8", TZ="UTC")
        for name in ("NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "PROF_DISABLE", "PROF_PROGRAM"):
            self.environment.pop(name, None)

    def command(self):
        return [str(BUILD / "profd"), "--config", str(self.config), "--database", str(self.database),
                "--runtime-dir", str(self.runtime), "--log", "stderr", *self.arguments]

    def start(self, wait=True, environment={}, user=None):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=dict(self.environment, **environment), user=user, group=user,
                                            extra_groups=None if user is None else [])
        if wait:
            wait_until(self.answers, f"profd answers; its log: {self.said()}")
        return self

    def answers(self):
        if self.process.poll() is not None:
            raise AssertionError(f"profd ended with {self.process.returncode}: {self.said()}")
        return self.ask("--timeout", "1", "status").returncode == 0

    def said(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def kill(self):
        """As a crash would end it."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def stop(self):
        """As an administrator would end it; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def ask(self, *arguments, **more):
        return subprocess.run([str(BUILD / "profctl"), *map(str, arguments)], env=self.environment, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=PATIENCE, **more)

    def json(self, *arguments):
        answer = self.ask("--json", *arguments)
        assert answer.returncode == 0, (arguments, answer.returncode, answer.stderr)
        return json.loads(answer.stdout)

    def sqlite(self):
        """The database, open for whoever changes it under profd."""
        return sqlite3.connect(self.database, timeout=PATIENCE)

    def rows(self, sql, *values):
        """What a person reads in the database while profd runs."""
        try:
            with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=PATIENCE)) as database:
                return database.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            files = {file.name: file.stat().st_size for file in self.folder.glob("*")}
            raise AssertionError(f"{error}; in {self.folder}: {files}; profd ended: {self.process.poll()}") from error

    def stats(self, function):
        answer = self.ask("--json", "stats", function)
        return json.loads(answer.stdout) if answer.returncode == 0 else None

    def run(self, program, *arguments, **more):
        """Starts an instrumented program of the build."""
        environment = dict(self.environment, **more.pop("environment", {}))
        more.setdefault("stdin", subprocess.DEVNULL)
        started = subprocess.Popen([str(BUILD / program), *map(str, arguments)], env=environment, **more)
        self.programs.append(started)
        return started

    def close(self):
        for program in self.programs:
            if program.poll() is None:
                program.kill()
                program.wait(PATIENCE)
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(PATIENCE)
        shutil.rmtree(self.folder, ignore_errors=True)


def can_be(user):
    """Whether we may run the build's programs as another user: we are root, and the build lies open to all."""
    return os.geteuid() == 0 and subprocess.run(["test", "-x", str(BUILD / "profd")], user=user, group=user,
                                                extra_groups=[], check=False).returncode == 0


@contextlib.contextmanager
def profd(config="", arguments=(), start=True):
    daemon = Profd(config, arguments)
    try:
        if start:
            daemon.start()
        yield daemon
    except BaseException:
        sys.stderr.write(daemon.said())
        raise
    finally:
        daemon.close()


def limit():
    """How long one test may take: far more than any takes."""
    return int((8 if SANITIZED else 4) * PATIENCE + 4 * SOAK)


def give_up(number, frame):
    raise AssertionError(f"not within {limit()} s")


def main(tests, long=None, plain=()):
    """Runs test functions; a sentence each says what holds. In script/soak those in `long`, if it is given; under a
    sanitizer without those in `plain`; skipped if none is left."""
    chosen = sys.argv[1:]
    ran = failed = 0
    tests = [test for test in tests if not (SANITIZED and test in plain)]
    for test in plain if SANITIZED else ():
        print(f"left out under a sanitizer: {test.__doc__.strip()}")
    if SOAK and long is not None:
        tests = long
    for test in tests:
        if chosen and test.__name__ not in chosen:
            continue
        ran += 1
        begin = time.monotonic()
        signal.signal(signal.SIGALRM, give_up)
        signal.alarm(limit())
        try:
            test()
            word = "ok"
        except Exception as error:  # every failure is told, and the others still run
            import traceback

            traceback.print_exc()
            failed += 1
            word = "FAILED"
        print(f"{word}: {test.__doc__.strip()} ({time.monotonic() - begin:.1f} s)", flush=True)
    # The closing line of a Check suite, so that all tests are counted alike.
    print(f"{100 * (ran - failed) // max(ran, 1)}%: Checks: {ran}, Failures: {failed}, Errors: 0")
    if ran == 0 and not chosen:
        sys.exit(77)  # to the build: skipped
    sys.exit(1 if failed or ran == 0 else 0)
