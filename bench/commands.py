"""Whole commands: `profctl bench` and hyperfine time the same ones, in turn."""

import json
import random
import shutil
import subprocess
import time

import calls
import machine
import peers


def make_commands(context):
    """Name, words for both tools, and the command: without a shell, a shell by itself, and by a shell."""
    scratch = context.tree.scratch
    empty, numbers = scratch / "empty", scratch / "numbers"
    context.tree.compile(empty, "peers/empty.c", ["-static"])
    dice = random.Random(1)
    numbers.write_text("".join(f"{dice.randrange(10**9)}\n" for _ in range(context.scale(20000))))
    return [("empty", ["-N"], str(empty)), ("shell", ["-N"], "sh -c :"), ("sort", [], f"sort {numbers}")]


def environment():
    return dict(calls.environment(), LC_ALL="C")


def timed(words):
    """How long a tool took, and what it printed."""
    begin = time.monotonic()
    done = subprocess.run(machine.on(machine.WORK_CORE, words), env=environment(), text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{words[0]}: exit status {done.returncode}: {done.stderr.strip()}")
    return time.monotonic() - begin, done.stdout


def profctl(context, options, command, runs):
    elapsed, answer = timed([context.tree.own("profctl"), "bench", "--json", *options, "--warmup", 5, "--runs", runs,
                             command])
    result = json.loads(answer)["results"][0]
    return elapsed, result["median"], result["std_dev"], result["timings"]


def hyperfine(context, options, command, runs):
    file = context.tree.scratch / "hyperfine.json"
    elapsed, _ = timed(["hyperfine", "--style", "none", *options, "--warmup", 5, "--runs", runs, "--export-json", file,
                        command])
    result = json.loads(file.read_text())["results"][0]
    return elapsed, result["median"], result["stddev"], result["times"]


def between(tool, context, options, command, runs):
    """Microseconds that a tool takes for each run beside it, with what it computes of it at the end: more runs take
    longer by that and by themselves."""
    few, _, _, _ = tool(context, options, command, runs)
    many, median, _, _ = tool(context, options, command, 5 * runs)
    return ((many - few) / (4 * runs) - median) * 1e6


def undisturbed(timings):
    """What nothing else on the machine came between: the 20th part from below."""
    return sorted(timings)[len(timings) // 20]


def line(name, unit, values, kept="", **more):
    return dict({"name": name, "kept": kept, "unit": unit, "values": values}, **more)


def beside_hyperfine(context):
    if shutil.which("hyperfine") is None:
        context.skip("commands.*", "hyperfine is not installed")
        return []
    runs, lines = 10 if context.small else 200, []
    for name, options, command in make_commands(context):
        found = {profctl: ([], [], []), hyperfine: ([], [], [])}
        for _ in range(context.runs):
            for tool, (medians, deviations, least) in found.items():
                _, median, deviation, timings = tool(context, options, command, runs)
                medians.append(median * 1e6)
                deviations.append(deviation * 1e6)
                least.append(undisturbed(timings))
        ours, theirs = [line(f"commands.{name}{which}", "us", medians, deviations=deviations)
                        for which, (medians, deviations, _) in zip(("", ".hyperfine"), found.values())]
        lines += [ours, theirs, peers.apart(ours, theirs)]
        if name == "empty":
            lines.append(line("commands.overhead", "times",
                              [one / two for one, two in zip(found[profctl][2], found[hyperfine][2])]))
            lines += [line(f"commands.between{which}", "us",
                           [between(tool, context, options, command, runs) for _ in range(context.runs)])
                      for which, tool in (("", profctl), (".hyperfine", hyperfine))]
    return lines


GROUPS = [
    ([f"commands.{name}{which}" for name in ("empty", "shell", "sort") for which in ("", ".hyperfine", ".apart")]
     + ["commands.overhead", "commands.between", "commands.between.hyperfine"], beside_hyperfine),
]
