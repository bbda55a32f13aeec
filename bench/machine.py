"""What the figures were taken on, and how programs are pinned, watched and ended."""

import datetime
import os
import pathlib
import platform
import subprocess

CORES = sorted(os.sched_getaffinity(0))
# profd has the first core, what talks to it the last.
DAEMON_CORE, WORK_CORE = CORES[0], CORES[-1]


def first_line(*command, cwd=None):
    try:
        done = subprocess.run(command, cwd=cwd, text=True, capture_output=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip().split("\n")[0] if done.returncode == 0 else ""


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def facts(source):
    clock = pathlib.Path("/sys/devices/system/clocksource/clocksource0/current_clocksource")
    changed = first_line("git", "status", "--porcelain", "--untracked-files=no", cwd=source)
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": processor(),
        "cores": len(CORES),
        "kernel": platform.release(),
        "clock": clock.read_text().strip() if clock.exists() else "",
        "compiler": first_line("gcc", "--version"),
        "commit": first_line("git", "rev-parse", "--short", "HEAD", cwd=source) + (" and changes" if changed else ""),
        "load": round(os.getloadavg()[0], 2),
    }


def on(core, command):
    return ["taskset", "-c", str(core), *map(str, command)]


def tasks(pid):
    return pathlib.Path(f"/proc/{pid}/task").iterdir()


def cpu_seconds(pid):
    """Time that all threads of a process took, to the nanosecond. Threads must not end meanwhile."""
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks(pid)) * 1e-9


def status(path, key):
    for line in path.read_text().splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1])
    return 0


def wakeups(pid):
    return sum(status(task / "status", "voluntary_ctxt_switches") for task in tasks(pid))


def resident_mib(pid):
    return status(pathlib.Path(f"/proc/{pid}/status"), "VmRSS") / 1024.0


def end(process, patience=60):
    """Ends a program that was started here; its exit status."""
    if process.poll() is None:
        process.terminate()
    return process.wait(patience)
