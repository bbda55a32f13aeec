"""A host whose system calls are refused, or that has no dynamic linker: it is never harmed, and pushes where it can."""

import errno
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd

NUMBERS = dict(re.findall(r"#define\s+__NR_(\w+)\s+(\d+)", subprocess.run(
    ["cc", "-E", "-dM", "-include", "sys/syscall.h", "-x", "c", "/dev/null"], capture_output=True, text=True,
    check=True).stdout))

# What systemd's @privileged, @resources and others beyond @system-service hold, as far as a library might call it.
NEEDLESS = """sched_setscheduler sched_setparam sched_setattr sched_setaffinity setpriority ioprio_set prlimit64 setrlimit
    mbind set_mempolicy migrate_pages move_pages capset setuid setgid setgroups chroot mount ptrace bpf perf_event_open
    userfaultfd kcmp process_vm_readv personality mlock mlockall io_uring_setup epoll_create1 epoll_ctl socketpair pipe2
    timerfd_create inotify_init1 getsockopt setsockopt getpeername getsockname bind listen accept4 membarrier""".split()
# Without these nothing is pushed, and nothing else may happen.
NEEDED = "socket connect sendto recvfrom poll eventfd2 close_range getrandom clone3 prctl openat mmap".split()


def run_filtered(daemon, when, seconds, error, names):
    numbers = [NUMBERS[name] for name in names if name in NUMBERS]
    done = daemon.run("tests/system/filtered", when, str(seconds), str(error), *numbers, stdout=subprocess.PIPE,
                      stderr=subprocess.PIPE, text=True)
    said, complained = done.communicate(timeout=harness.PATIENCE)
    return done.returncode, said.strip(), complained


def test_needless():
    """What hardened services are refused by their filters is not needed: each call arrives, whenever the filter is set."""
    with profd() as daemon:
        times = 0
        for when in ("before", "after"):
            for error in (errno.EPERM, errno.ENOSYS):
                status, said, complained = run_filtered(daemon, when, 10, error, NEEDLESS)
                assert (status, said, complained) == (0, "0", ""), (when, error, status, said, complained)
                times += 1
        assert daemon.stats("work")["call_count"] == 1000 * times


def test_needed():
    """A call that is needed and refused keeps the program from pushing, and from nothing else."""
    with profd() as daemon:
        for when in ("before", "after"):
            for name in NEEDED:
                for error in (errno.EPERM, errno.ENOSYS):
                    status, said, complained = run_filtered(daemon, when, 1, error, [name])
                    assert status == 0 and complained == "" and said.isdigit(), (when, name, error, status, said,
                                                                                complained)


def test_static():
    """A program without a dynamic linker pushes as any other; tcp://, which needs libzmq, is refused to it."""
    library = harness.BUILD / ".libs" / "libprofclient.a"
    with profd() as daemon:
        for kind in ("-static", "-static-pie"):
            program = daemon.folder / f"hello{kind}"
            built = subprocess.run(["cc", kind, "-I", harness.SOURCE / "include", harness.SOURCE / "examples/hello.c",
                                    library, harness.BUILD / ".libs/libproto.a", "-lprotobuf-c", "-lpthread", "-lm",
                                    "-o", program], capture_output=True, text=True)
            assert built.returncode == 0, built.stderr
            before = daemon.json("summary")["total_calls"]
            ran = subprocess.run([program], env=daemon.environment, capture_output=True, text=True,
                                 timeout=harness.PATIENCE)
            assert ran.returncode == 0, ran
            assert daemon.json("summary")["total_calls"] > before
            ran = subprocess.run([program], env=dict(daemon.environment, PROF_ENDPOINT="tcp://127.0.0.1:9"),
                                 capture_output=True, text=True, timeout=harness.PATIENCE)
            assert ran.returncode == 0, ran


# No sanitizer is linked statically, and theirs make system calls of their own.
harness.main([test_needless, test_needed, test_static], plain=[test_needless, test_needed, test_static])
