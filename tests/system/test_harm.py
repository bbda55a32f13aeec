"""The same host with and without the library: it says the same, ends the same way, and leaves the same behind."""

import concurrent.futures
import pathlib
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd, tell, turns

# Longest delay of exit that the hosts allow; far below what any of them waits for.
EXIT_WAIT = 0.3
GERMAN = "de_DE.UTF-8"

# What a behaviour is told: @file is a new file, whose content is compared too; @folder a new folder.
ARGUMENTS = {
    "few_descriptors": ["3", "4", "5", "6", "7", "8", "12", "19", "20", "24", "30", "64"],
    "little_memory": ["0", "4", "16", "100", "200", "300", "400", "600", "1000", "3000", "10000", "16000", "20000",
                      "40000", "100000"],
    "little_memory_later": ["0", "16", "100", "300", "1000", "3000", "10000", "20000", "100000"],
    "plugin": ["@plugin"], "close_all": ["@file"], "daemonise": ["@file"], "locks": ["@file"],
    "nothing_open": ["@file"], "locale": [GERMAN, "C.UTF-8", "C"], "files": ["@folder"], "chroot": ["@folder"],
    "chroot_first": ["@folder"],
}


def cases():
    listed = subprocess.run([harness.BUILD / "tests/system/harm-bare"], check=True, capture_output=True, text=True)
    return [(name, argument) for name in listed.stdout.split() for argument in ARGUMENTS.get(name, [""])]


def outcome(daemon, case, bare, more={}):
    """What one run of one behaviour said, how it ended, and what it left."""
    name, argument = case
    with tempfile.TemporaryDirectory(prefix="harm-") as folder:
        pathlib.Path(folder).chmod(0o777)
        report = pathlib.Path(folder) / "report"
        plugin = harness.BUILD / "tests/system/.libs" / ("harm-plugin-bare.so" if bare else "harm-plugin.so")
        argument = {"@file": str(report), "@folder": folder, "@plugin": str(plugin)}.get(argument, argument)
        # The host of a plugin does not know the library itself.
        program = "tests/system/harm-bare" if bare or name == "plugin" else "tests/system/harm"
        environment = {"PROF_INTERVAL": "0.02", "PROF_EXIT_WAIT": str(EXIT_WAIT), "LC_ALL": "", **more}
        run = daemon.run(program, name, argument, environment=environment, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True)
        said, complained = run.communicate(timeout=harness.PATIENCE)
        left = {str(p.relative_to(folder)): p.read_text() for p in pathlib.Path(folder).iterdir()}
    return run.returncode, said, complained, left


def compare(daemon):
    """All behaviours, several at a time; those that differ."""
    differing = []
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        bare = {case: pool.submit(outcome, daemon, case, True) for case in cases()}
        timed = {case: pool.submit(outcome, daemon, case, False) for case in cases()}
        for case, expected in bare.items():
            if expected.result() != timed[case].result():
                differing.append((case, "without", expected.result(), "with", timed[case].result()))
    assert not differing, "\n".join(map(str, differing))
    return len(bare)


def told(daemon, condition):
    runs = sum(compare(daemon) for _ in turns(1, 5, 0.3))
    tell(f"hosts with and without the library, {condition}", f"{runs} pairs of runs", "all that they say, leave, and "
         "their exit status", "the same")


def test_with_profd():
    """With a profd, the host is the same as without the library."""
    with profd("[profd]\ncommit_interval = 20ms\n") as daemon:
        told(daemon, "with a profd")
        assert daemon.process.poll() is None
        assert daemon.stats("work")["call_count"] > 0


def test_without_profd():
    """Without a profd, the host is the same as without the library."""
    with profd(start=False) as daemon:
        told(daemon, "without a profd")


def test_hanging_profd():
    """With a profd that hangs, the host is the same as without the library."""
    with profd() as daemon:
        daemon.process.send_signal(signal.SIGSTOP)
        told(daemon, "with a profd that hangs")


def test_allocator():
    """An allocator that fails the library's threads every n-th time does the host no harm."""
    every = [*range(1, 40), 50, 70, 100, 150, 200, 300, 400, 500, 700, 1000, 1500, 2000]
    preload = {"LD_PRELOAD": str(harness.BUILD / "tests/system/.libs/meagre.so")}
    hosts = [("exit", ""), ("random", ""), ("errno", "")]
    with profd() as daemon, concurrent.futures.ThreadPoolExecutor(6) as pool:
        bare = {host: outcome(daemon, host, True) for host in hosts}
        for _ in turns(1, 5, 0.1):
            timed = {(host, n): pool.submit(outcome, daemon, host, False, dict(preload, MEAGRE=str(n)))
                     for host in hosts for n in every}
            for (host, n), run in timed.items():
                assert run.result() == bare[host], (host, n, run.result(), bare[host])
        tell("every n-th allocation of the library's threads fails", f"n = 1 to 2,000, {len(every)} of them",
             f"{len(hosts)} hosts each", "the same as without the library")


if harness.SANITIZED:
    print("left out: a sanitizer changes what a host does, in its threads, its memory and its forks")
    sys.exit(77)
harness.main([test_with_profd, test_without_profd, test_hanging_profd, test_allocator])
