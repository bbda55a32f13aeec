"""What calls cost the program that makes them."""

import json
import os
import re
import shutil
import subprocess

import machine

# No profd is there.
NOWHERE = "ipc:///nonexistent/profd"


def environment():
    """That of whoever runs us, without what is meant for another profd."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("PROF_")}
    return dict(env, PROF_ENDPOINT=NOWHERE)


def run(command, core=machine.WORK_CORE, **more):
    """The lines of JSON that a program prints."""
    pinned = machine.on(core, command) if core is not None else list(map(str, command))
    env = dict(environment(), **more)
    done = subprocess.run(pinned, env=env, text=True, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: exit status {done.returncode}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def with_floor(lines):
    """Each figure knows the floor of its own runs; the floor itself is kept once, by the first program."""
    floor = next((line["values"] for line in lines if line["name"].startswith("floor")), None)
    for line in lines:
        if floor and len(line["values"]) == len(floor):
            line["floor"] = floor
    return lines


def figures(context, program, *arguments, core=machine.WORK_CORE, **environment):
    size = ["--runs", context.runs, "--calls", context.calls]
    return with_floor(run([context.tree.program(program), *size, *arguments], core, **environment))


def renamed(lines, names):
    return [dict(line, name=names[line["name"]]) for line in lines if line["name"] in names]


def scopes(context):
    return figures(context, "scope")


def scopes_with_profd(context):
    with context.profd() as profd:
        lines = figures(context, "scope", PROF_ENDPOINT=profd.endpoint)
    return renamed(lines, {"scope.empty": "scope.empty.profd"})


def off(context):
    lines = renamed(figures(context, "scope", PROF_DISABLE="1"), {"scope.empty": "off.environment"})
    return lines + renamed(figures(context, "scope-off"), {"scope.empty": "off.macro"})


def records(context):
    return figures(context, "record")


def paths(context):
    return figures(context, "paths")


def threads(context):
    return figures(context, "threads", core=None)


def memory(context):
    return run([context.tree.program("memory"), "--calls", context.memory_calls])


COUNTED = {
    "scope": ("scope.empty", "scope.nested", "scope.alternating"),
    "record": ("async", "record.constant", "record.various", "record.name"),
}


def count(program, figure, calls):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", str(program), "--calls", str(calls),
               "--only", figure]
    environment = dict(os.environ, PROF_ENDPOINT=NOWHERE, PROF_INTERVAL="3600", PROF_EXIT_WAIT="-1")
    done = subprocess.run(command, env=environment, text=True, capture_output=True, check=True)
    return int(re.search(r"Collected : (\d+)", done.stderr).group(1))


def instructions(context):
    """What twice as many calls take more, so that all but the calls falls out."""
    if shutil.which("valgrind") is None:
        context.skip("instructions.*", "valgrind is not installed")
        return []
    calls = context.counted_calls
    lines = []
    for program, names in COUNTED.items():
        binary = context.tree.program(program)
        for name in names:
            value = (count(binary, name, 2 * calls) - count(binary, name, calls)) / calls
            lines.append({"name": f"instructions.{name}", "kept": "histogram and path", "unit": "instructions",
                          "values": [round(value, 1)]})
    return lines


GROUPS = [
    (["floor", "scope.empty", "scope.nested", "scope.alternating", "body20", "scope.body20", "scope.body20.added",
      "body100", "scope.body100", "scope.body100.added"], scopes),
    (["scope.empty.profd"], scopes_with_profd),
    (["off.environment", "off.macro"], off),
    (["async", "record.constant", "record.various", "record.name"], records),
    (["paths.1", "paths.10", "paths.100", "paths.1000", "paths.10000"], paths),
    (["threads.1", "threads.2", "threads.floor.2", "threads.two_to_one"], threads),
    (["memory.function", "memory.path", "memory.thread", "memory.growth"], memory),
    ([f"instructions.{name}" for names in COUNTED.values() for name in names], instructions),
]
