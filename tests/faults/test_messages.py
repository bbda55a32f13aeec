"""Messages between programs and profd are lost, doubled, delayed and reordered, in both directions, on both sockets."""

import contextlib
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "system"))
import harness
from harness import profd, wait_until
from totals import FAST, check_totals, rounds_of, start_known

# A lost push is told again after five seconds, and exit waits for that only when it is told to.
PATIENT = {"PROF_EXIT_WAIT": "120"}


class Between:
    """The bad network: of 100 messages so many are lost, doubled, and delayed by up to `longest` milliseconds."""

    def __init__(self, daemon, seed, lose=0, double=0, delay=0, longest=0):
        self.folder = daemon.folder / "between"
        self.folder.mkdir()
        self.process = subprocess.Popen(
            [str(harness.BUILD / "tests/faults/between"), str(self.folder), str(daemon.runtime), str(seed), str(lose),
             str(double), str(delay), str(longest)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        wait_until(lambda: (self.folder / "control").exists() and (self.folder / "records").exists(), "it stands")
        self.environment = {"PROF_ENDPOINT": f"ipc://{self.folder}"}
        self.did = {}

    def end(self):
        if not self.did:
            self.process.terminate()
            self.did = json.loads(self.process.communicate(timeout=harness.PATIENCE)[0])
            assert self.process.returncode == 0, self.process.returncode
            self.folder.rename(self.folder.with_name("gone"))
        return self.did


@contextlib.contextmanager
def between(daemon, *arguments, **more):
    network = Between(daemon, *arguments, **more)
    try:
        yield network
    finally:
        if network.process.poll() is None:
            network.process.kill()
            network.process.wait(harness.PATIENCE)


def add(sums, did):
    for name, number in did.items():
        sums[name] = sums.get(name, 0) + number


def said(sums):
    return ", ".join(f"{number} {name}" for name, number in sums.items())


def start_programs(daemon, network, stop, seed):
    """All kinds: long and short, with threads, with forks, with and without a flush."""
    environment = dict(network.environment, **PATIENT)
    long = [start_known(daemon, "--until", stop, **environment) for _ in range(2)]
    short = [start_known(daemon, "--rounds", 10 * seed.randint(1, 50), "--threads", 1 + i % 3, *more, **environment)
             for i, more in enumerate([["--exit"], [], ["--exit"], []])]
    forks = 0 if harness.SANITIZED else 3
    if forks:
        short.append(start_known(daemon, "--rounds", 100, "--forks", forks, "--exit", **environment))
    return long, short, forks


def one_bad_network(daemon, seed, **network):
    """Returns the rounds and forks of all programs, and what the network did."""
    with between(daemon, seed.randrange(1 << 30), **network) as bad:
        stop = daemon.folder / "stop"
        long, short, forks = start_programs(daemon, bad, stop, seed)
        wait_until(lambda: any(program.poll() is not None for program in short), "a short one has ended", harness.limit())
        stop.touch()
        rounds = sum(rounds_of(program) for program in short + long)
        stop.unlink()
        did = bad.end()
    (daemon.folder / "gone").rename(daemon.folder / f"gone-{did['messages']}-{seed.random()}")
    return rounds, forks, did


def check_networks(name, short, long, share, **network):
    seed, did, rounds, forks = harness.chance(name), {}, 0, 0
    with profd(FAST) as daemon:
        for _ in harness.turns(short, long, share):
            more, forked, done = one_bad_network(daemon, seed, **network)
            rounds, forks = rounds + more, forks + forked
            add(did, done)
            check_totals(daemon, rounds, forks)
    harness.tell(f"messages {name}", said(did), f"{4 * rounds} calls recorded",
                 f"{4 * rounds} in profctl, database and windows")
    return did


def test_doubled_and_reordered():
    """Pushes and acks that come twice, late and out of order change nothing."""
    did = check_networks("doubled, delayed and reordered", 2, 10, 0.4, double=40, delay=50, longest=300)
    assert min(did["doubled"], did["delayed"], did["overtaken"]) > 0, did


def test_lost():
    """Pushes and acks that are lost, the rest doubled, late and out of order, are made up for."""
    did = check_networks("lost too", 1, 5, 0.4, lose=8, double=20, delay=10, longest=8000)
    assert did["lost"] > 0, did


def ask_through(daemon, network, *arguments):
    return subprocess.run([str(harness.BUILD / "profctl"), *arguments], env=dict(daemon.environment,
                          **network.environment), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=harness.PATIENCE)


def ask_often(daemon, network, times, timeout):
    asker = daemon.run("tests/faults/asker", times, timeout, stdout=subprocess.PIPE, text=True,
                       environment=network.environment)
    out, _ = asker.communicate(timeout=harness.limit())
    assert asker.returncode == 0, asker.returncode
    return map(int, out.split())


def test_lost_questions():
    """A question that is lost, or its answer, ends in a clear time-out, the next one gets an answer; all lost: the same."""
    with profd() as daemon:
        rounds_of(start_known(daemon, "--rounds", 10))
        answers, late, did = 0, 0, {}
        for turn in harness.turns(1, 5, 0.05):
            with between(daemon, harness.chance(turn).randrange(1 << 30), lose=20) as bad:
                more, missed = ask_often(daemon, bad, 30, 0.5)
                assert more > 0 and missed > 0, (more, missed)
                answers, late = answers + more, late + missed
                add(did, bad.end())
            (daemon.folder / "gone").rename(daemon.folder / f"gone-{turn}")
        with between(daemon, 1, lose=100) as bad:
            answer = ask_through(daemon, bad, "--timeout", "0.2", "status")
            assert answer.returncode == 3 and "did not answer in time" in answer.stderr, (answer.returncode, answer.stderr)
    harness.tell("questions and answers lost", said(did), f"{answers + late} questions",
                 f"{answers} right answers, {late} time-outs, no wrong answer")


def test_doubled_questions():
    """Questions and answers that come twice and late do no harm: each question gets its own answer."""
    with profd() as daemon:
        rounds_of(start_known(daemon, "--rounds", 10))
        answers, did = 0, {}
        for turn in harness.turns(1, 5, 0.05):
            with between(daemon, harness.chance(turn).randrange(1 << 30), double=100, delay=80, longest=20) as bad:
                more, missed = ask_often(daemon, bad, 200, harness.PATIENCE)
                assert (more, missed) == (200, 0), (more, missed)
                answers += more
                add(did, bad.end())
            assert did["overtaken"] > 0, did
            (daemon.folder / "gone").rename(daemon.folder / f"gone-{turn}")
    harness.tell("questions and answers doubled and late", said(did), f"{answers} questions",
                 f"{answers} right answers")


def save_through(daemon, network):
    """Saves a benchmark of one timing; its number."""
    saver = daemon.run("tests/system/asks", "save", "doubled", 1, 1, 0, stdout=subprocess.PIPE, text=True,
                       environment=network.environment)
    return json.loads(saver.communicate(timeout=harness.PATIENCE)[0])["number"]


def test_doubled_changes():
    """A clear that comes twice clears once: what is recorded between the two counts. A benchmark is saved once."""
    with profd(FAST) as daemon:
        with between(daemon, 1, double=100, delay=100, longest=200) as bad:
            for turn in harness.turns(2, 20, 0.1):
                answer = ask_through(daemon, bad, "clear", "--yes")
                assert answer.returncode == 0, answer.stderr
                rounds = rounds_of(start_known(daemon, "--rounds", 1000, **bad.environment))
                assert save_through(daemon, bad) == turn + 1
                wait_until(lambda: daemon.json("status")["questions_repeated"] == 2 * turn + 2, "both copies have come")
                assert daemon.json("status")["epoch"] == turn + 1
                check_totals(daemon, rounds)
    harness.tell("clears and saves doubled and late", f"{turn + 1} of each, each twice",
                 f"{4 * rounds} calls recorded after each clear",
                 f"{4 * rounds} in profctl, database and windows; each benchmark saved once")


harness.main([test_doubled_and_reordered, test_lost, test_lost_questions, test_doubled_questions, test_doubled_changes])
