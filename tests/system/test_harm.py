"""The same host with and without the library: it says the same, ends the same way, and leaves the same behind."""

import concurrent.futures
import pathlib
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd

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


def outcome(daemon, case, bare):
    """What one run of one behaviour said, how it ended, and what it left."""
    name, argument = case
    with tempfile.TemporaryDirectory(prefix="harm-") as folder:
        pathlib.Path(folder).chmod(0o777)
        report = pathlib.Path(folder) / "report"
        plugin = harness.BUILD / "tests/system/.libs" / ("harm-plugin-bare.so" if bare else "harm-plugin.so")
        argument = {"@file": str(report), "@folder": folder, "@plugin": str(plugin)}.get(argument, argument)
        # The host of a plugin does not know the library itself.
        program = "tests/system/harm-bare" if bare or name == "plugin" else "tests/system/harm"
        environment = {"PROF_INTERVAL": "0.02", "PROF_EXIT_WAIT": str(EXIT_WAIT), "LC_ALL": ""}
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


def test_with_profd():
    """With a profd, the host is the same as without the library."""
    with profd("[profd]\ncommit_interval = 20ms\n") as daemon:
        compare(daemon)
        assert daemon.process.poll() is None
        assert daemon.stats("work")["call_count"] > 0


def test_without_profd():
    """Without a profd, the host is the same as without the library."""
    with profd(start=False) as daemon:
        compare(daemon)


def test_hanging_profd():
    """With a profd that hangs, the host is the same as without the library."""
    with profd() as daemon:
        daemon.process.send_signal(signal.SIGSTOP)
        compare(daemon)


harness.main([] if harness.SANITIZED else [test_with_profd, test_without_profd, test_hanging_profd])
