"""Much of everything at once: processes, threads, functions, paths, calls while profd is away. Totals stay exact, memory
bounded, and no limit of the system is hit."""

import pathlib
import resource
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd, tell, wait_until

FAST = "[profd]\ncommit_interval = 50ms\n"
QUICK = {"PROF_INTERVAL": "0.05"}
# ZMQ_MAX_SOCKETS is 1,023 and the usual limit of descriptors 1,024: more than both.
PROCESSES = 50 if harness.SANITIZED else 1100
SUCCESSORS = 2000 if harness.SANITIZED else 50000
AWAY_SECONDS = 60 if harness.SOAK else 3
CHILDREN = 5000 if harness.SOAK else 600
RATE = 10**7
KILOBYTE = 1024
# What a process may grow by, in kilobytes, for reasons that are not its calls: stacks and heaps touched once.
SLACK = 4096


def many(daemon, *arguments, environment=QUICK, **more):
    return daemon.run("tests/system/many", *arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                      environment=environment, **more)


def numbers(program):
    """The next line that it says."""
    line = program.stdout.readline()
    assert line, f"the program ended with {program.wait(harness.PATIENCE)}"
    return [float(word) for word in line.split()]


def end(program):
    program.communicate(timeout=harness.PATIENCE)
    assert program.returncode == 0, program.returncode


def memory(daemon):
    """Megabytes that profd occupies."""
    return daemon.json("status")["memory"] / 1e6


def check(daemon, expected):
    """Calls and errors of each function, in what profctl says, in the database, and as the sum over the windows."""
    told = {f["function_name"]: (f["call_count"], f["error_count"]) for f in daemon.json("list")["functions"]}
    assert told == expected, difference(told, expected)
    stored = {name: (calls, errors) for name, calls, errors in daemon.rows("SELECT name, calls, errors FROM functions")}
    assert stored == expected, difference(stored, expected)
    windows = {name: (calls, errors) for name, calls, errors in daemon.rows(
        "SELECT function, sum(calls), sum(errors) FROM history WHERE window_s = 10 GROUP BY function")}
    assert windows == expected, difference(windows, expected)


def difference(told, expected):
    return [(name, told.get(name), expected.get(name)) for name in {**told, **expected}
            if told.get(name) != expected.get(name)][:10]


def test_processes():
    """More processes are connected at once than libzmq has sockets; none is refused, and totals are exact."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if limit < 2 * PROCESSES:
        print(f"skipped: {PROCESSES} processes: only {limit} descriptors may be open here")
        return
    with profd(FAST) as daemon:
        empty = memory(daemon)
        # A thousand processes that wake up 20 times a second would keep two cores busy with nothing else.
        program = many(daemon, "processes", PROCESSES, 100, environment={"PROF_INTERVAL": "2"})
        assert program.stdout.readline() == "there\n"
        check(daemon, {"many.call": (PROCESSES * 100, PROCESSES * 10)})
        status = daemon.json("status")
        assert status["processes"] == PROCESSES, status
        assert all(p["state"] != "ended" for p in daemon.json("ps")["processes"])
        open_files = len(list(pathlib.Path(f"/proc/{daemon.process.pid}/fd").iterdir()))
        assert open_files > PROCESSES, open_files
        full = memory(daemon)
        # 28 kB of libzmq's for a connection, and what the ledger and the loop hold for a process.
        assert full - empty < PROCESSES * 0.1 + 16, (empty, full)
        end(program)
        check(daemon, {"many.call": (PROCESSES * 200, PROCESSES * 20)})
        status = daemon.json("status")
        assert status["connections_refused_full"] + status["connections_refused_user"] == 0, status
        assert status["pushes_refused"] == 0, status
        tell("processes connected at once", f"{PROCESSES} processes, {open_files} descriptors",
             f"{PROCESSES * 200} calls recorded, profd of {empty:.1f} MB",
             f"{PROCESSES * 200} calls in profctl, database and windows, profd of {full:.1f} MB, 0 connections refused")


def test_threads():
    """200 threads of one process record at once."""
    with profd(FAST) as daemon:
        program = many(daemon, "threads", 200, 1000)
        calls, kilobytes = numbers(program)
        end(program)
        check(daemon, {"many.call": (200000, 20000)})
        tell("threads that record at once", "200 threads", f"{calls:.0f} calls recorded",
             f"{calls:.0f} calls in profctl, database and windows, process of {kilobytes / KILOBYTE:.1f} MB")


def test_successors():
    """Tens of thousands of threads, one after another, take no more memory than the first hundreds."""
    with profd(FAST) as daemon:
        program = many(daemon, "successors", SUCCESSORS)
        calls, early, late = numbers(program)
        end(program)
        check(daemon, {"many.call": (3 * SUCCESSORS, 0)})
        assert harness.SANITIZED or late - early < SLACK, (early, late)
        tell("threads created one after another", f"{SUCCESSORS} threads",
             f"{calls:.0f} calls recorded, {early / KILOBYTE:.1f} MB after {SUCCESSORS // 100} threads",
             f"{calls:.0f} calls in profctl, database and windows, {late / KILOBYTE:.1f} MB after all")


def functions_of(count):
    """What `many functions` records."""
    expected, made = {}, 0
    for i in range(count):
        calls = i % 7 + 1
        expected[f"many.{i}"] = (calls, (made + calls) // 10 - made // 10)
        made += calls
    return expected


def add(totals, more):
    for name, (calls, errors) in more.items():
        before = totals.get(name, (0, 0))
        totals[name] = (before[0] + calls, before[1] + errors)
    return totals


def test_functions():
    """Ten thousand functions in each of two processes, every one exact."""
    with profd(FAST) as daemon:
        empty = memory(daemon)
        programs = [many(daemon, "functions", 10000) for _ in range(2)]
        calls, kilobytes = [numbers(program) for program in programs][0]
        for program in programs:
            end(program)
        expected = functions_of(10000)
        check(daemon, add(expected, functions_of(10000)))
        full = memory(daemon)
        assert daemon.json("status")["functions_collapsed"] == 0
        tell("functions", "10000 functions in each of 2 processes", f"{2 * calls:.0f} calls recorded",
             f"{2 * calls:.0f} calls in profctl, database and windows, each function exact; process of "
             f"{kilobytes / KILOBYTE:.1f} MB, profd of {full:.1f} MB ({empty:.1f} MB when empty)")


def collapse(expected, kept):
    """What remains of the totals when only the functions in `kept` have a place."""
    totals = {}
    for name, figures in expected.items():
        add(totals, {name if name in kept else "(other)": figures})
    return totals


def test_functions_of_a_process():
    """A process with more functions than fit counts the rest as (other): status and ps say so, totals are exact."""
    with profd(FAST + "[limits]\nfunctions = 100000\n") as daemon:
        program = many(daemon, "functions", 40000)
        calls, kilobytes = numbers(program)
        process, = daemon.json("ps")["processes"]
        said = daemon.ask("ps").stdout
        end(program)
        expected = functions_of(40000)
        # 32,768 in all; the last place is that of (other).
        kept = list(expected)[:32767]
        check(daemon, collapse(expected, set(kept)))
        collapsed = sum(expected[name][0] for name in list(expected)[32767:])
        assert daemon.json("status")["calls_collapsed"] == collapsed
        assert process["calls_collapsed"] == collapsed, process
        assert "calls had too many paths and are counted in a shorter one" in said, said
        tell("table of functions of a process full", "40000 functions", f"{calls:.0f} calls recorded",
             f"{calls:.0f} calls in profctl, database and windows, {collapsed} of them as (other), as status and ps say; "
             f"process of {kilobytes / KILOBYTE:.1f} MB")


def paths_of(outers, inners):
    """What `many paths` records."""
    expected = {f"many.outer.{i}": (inners and 1, 0) for i in range(outers)}
    for j in range(inners):
        expected[f"many.inner.{j}"] = (outers, sum((i + j) % 10 == 9 for i in range(outers)))
    return expected


def test_paths_of_a_process():
    """A process with more paths than fit counts the rest in their function: status and ps say so, totals are exact."""
    with profd(FAST) as daemon:
        program = many(daemon, "paths", 250, 250)
        calls, kilobytes = numbers(program)
        process, = daemon.json("ps")["processes"]
        end(program)
        check(daemon, paths_of(250, 250))
        # Of 65,536 places half are kept for functions by themselves: the 131st outer function meets the end of the other
        # half. Each path has one call.
        collapsed = 250 * 250 - (32768 - 131)
        assert daemon.json("status")["calls_collapsed"] == collapsed
        assert process["calls_collapsed"] == collapsed, process
        assert process["paths"] == 32768 + (250 - 131) + 250, process
        tell("table of paths of a process full", "62750 paths", f"{calls:.0f} calls recorded",
             f"{calls:.0f} calls in profctl, database and windows, {collapsed} of them in their function, as status and ps "
             f"say; process of {kilobytes / KILOBYTE:.1f} MB")


def test_tables_of_profd():
    """With profd's own tables full further paths are counted in their function, then in (other): status says so."""
    with profd(FAST + "[limits]\nfunctions = 300\npaths = 2000\n") as daemon:
        for arguments in (("paths", 100, 100), ("functions", 400)):
            program = many(daemon, *arguments)
            numbers(program)
            end(program)
        expected = add(paths_of(100, 100), functions_of(400))
        told = {f["function_name"]: f["call_count"] for f in daemon.json("list")["functions"]}
        check(daemon, collapse(expected, set(told) - {"(other)"}))
        status = daemon.json("status")
        assert status["functions_collapsed"] > 0 and status["paths_collapsed"] > 0, status
        assert status["functions"] <= 301 and status["paths"] <= 2002, status
        tell("tables of profd full (300 functions, 2000 paths)", "2 processes, 600 functions, 10500 paths",
             f"{sum(calls for calls, _ in expected.values())} calls recorded",
             f"{status['calls']} calls in profctl, database and windows, {told['(other)']} of them as (other); status: "
             f"{status['functions_collapsed']} and {status['paths_collapsed']} standings collapsed")


def children(how):
    """Many short-lived children: several times as many as the table holds."""
    with profd(FAST + "[limits]\nprocesses = 64\n") as daemon:
        program = many(daemon, "children", CHILDREN, how)
        end(program)
        check(daemon, {"many.call": (3 * CHILDREN, 0)})
        status = daemon.json("status")
        assert status["pushes_refused"] == 0, status
        assert status["processes"] <= 64, status
        tell(f"children that end by _exit behind prof_{how}", f"{CHILDREN} processes, table of 64",
             f"{3 * CHILDREN} calls recorded", f"{3 * CHILDREN} calls in profctl, database and windows, none refused")
        return status


def test_children():
    """A child per request that never says goodbye: the dead make room, none is refused, every call is counted."""
    assert children("flush")["processes_cut_off"] > CHILDREN - 64


def test_goodbyes():
    """A child per request that says goodbye before _exit is not cut off, and makes room as well."""
    assert children("end")["processes_cut_off"] == 0


def test_profd_away():
    """While profd is away processes count on, ten million calls a second in all, in the same memory, and none is lost."""
    with profd(FAST) as daemon:
        programs = [many(daemon, "calls", RATE // 2) for _ in range(2)]
        before = [numbers(program)[0] for program in programs]
        daemon.kill()
        for program in programs:
            program.stdin.write("go\n")
            program.stdin.flush()
        time.sleep(AWAY_SECONDS)
        for program in programs:
            program.stdin.write("stop\n")
            program.stdin.flush()
        calls, seconds, after = zip(*[numbers(program) for program in programs])
        daemon.start()
        for program in programs:
            end(program)
        check(daemon, {"many.call": (sum(calls), 0)})
        late, = daemon.rows("SELECT sum(late_calls), max(late_span_s) FROM history WHERE window_s = 10")
        for a, b in zip(before, after):
            assert harness.SANITIZED or b - a < SLACK, (before, after)
        tell("profd away while processes record", f"{max(seconds):.0f} s, {sum(calls) / max(seconds) / 1e6:.2f} million "
             f"calls/s in {len(programs)} processes",
             f"{sum(calls):.0f} calls recorded, processes of {max(before) / KILOBYTE:.1f} MB",
             f"{sum(calls):.0f} calls in profctl, database and windows ({late[0]} of them marked as late, over "
             f"{late[1]:.0f} s), processes of {max(after) / KILOBYTE:.1f} MB")


harness.main([test_processes, test_threads, test_successors, test_functions, test_functions_of_a_process,
              test_paths_of_a_process, test_tables_of_profd, test_children, test_goodbyes, test_profd_away],
             plain=[test_children, test_goodbyes])
