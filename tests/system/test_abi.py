"""Programs built today run with tomorrow's libraries, in which every struct that can grow has one more member."""

import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import BUILD, SOURCE, profd

# What docs/abi.md calls frozen.
FROZEN = {"prof_call", "prof_site", "prof_scope", "prof_range", "prof_mark", "prof_extent", "prof_bucket",
          "prof_bench_interval"}
CC = shlex.split(os.environ.get("CC", "cc"))
SHARED = ["proto", "client/base"]
LIBRARIES = {"profclient": [*SHARED, "client/library.c", "client/life.c", "client/link", "client/record", "client/push",
                            "client/ask"],
             "profbench": [*SHARED, "client/bench", "text"]}


def grown(header):
    """The header with one more member in every struct that can grow, and how many these are."""
    return re.subn(r"^(?:typedef )?struct (\w+) \{.*?(?=^\})",
                   lambda struct: struct[0] if struct[1] in FROZEN else struct[0] + "\tuint64_t tomorrow_;\n", header,
                   flags=re.MULTILINE | re.DOTALL)[0]


def sources(paths):
    for path in paths:
        path = SOURCE / path
        yield from sorted(path.glob("*.c")) if path.is_dir() else [path]


def build(folder):
    """Tomorrow's libraries, in the folder."""
    include = folder / "include"
    include.mkdir()
    for name in ("profclient.h", "profbench.h"):
        (include / name).write_text(grown((SOURCE / "include" / name).read_text()))
    assert include.joinpath("profclient.h").read_text().count("tomorrow_") > 20
    for name, ours in LIBRARIES.items():
        files = [file for file in sources(ours) if file.name != "heap.c" and not file.name.endswith(".pb-c.c")]
        files.append(BUILD / "proto/profd.pb-c.c")
        subprocess.run([*CC, "-std=gnu11", "-w", "-O0", "-shared", "-fPIC", "-fvisibility=hidden", "-DHAVE_CONFIG_H",
                        "-D_GNU_SOURCE", f"-I{folder}", f"-I{include}", f"-I{BUILD}", f"-I{SOURCE}", *map(str, files),
                        f"-Wl,--version-script={SOURCE}/client/{name}.map", f"-Wl,-soname,lib{name}.so.0", "-Wl,-z,nodelete",
                        "-Wl,-z,defs", "-o", str(folder / f"lib{name}.so.0"), "-lprotobuf-c", "-lpthread", "-lm", "-ldl"],
                       check=True)


def run(daemon, folder, program, *arguments):
    """What a program of today prints, with the libraries of the folder."""
    path = BUILD / pathlib.Path(program).parent / ".libs" / pathlib.Path(program).name
    answer = subprocess.run([str(path), *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            text=True, timeout=harness.PATIENCE,
                            env=dict(daemon.environment, LD_LIBRARY_PATH=str(folder)))
    assert answer.returncode == 0, (folder, program, arguments, answer.returncode)
    return answer.stdout


def test_tomorrow():
    """Whatever today's profctl and tests ask, tomorrow's libraries answer the same: all rows are read right."""
    today = BUILD / ".libs"
    questions = [
        ("profctl", "--json", "list"), ("profctl", "--json", "stats", "known.outer"), ("profctl", "--json", "slow"),
        ("profctl", "--json", "tree"), ("profctl", "--json", "history", "known.outer", "--step", "1d"),
        ("profctl", "--json", "heatmap", "known.outer", "--step", "1d"), ("profctl", "--json", "bench", "list"),
        ("profctl", "--json", "bench", "show", "a"), ("profctl", "--json", "bench", "history", "a"),
        ("profctl", "--json", "bench", "compare", "a#1", "a#2"),
        ("tests/system/asks", "programs"), ("tests/system/asks", "histograms", "", "known.*", "", 0, 0),
    ]
    with tempfile.TemporaryDirectory(prefix="tomorrow-") as folder, \
            profd("[profd]\ncommit_interval = 50ms\n[slow]\nthreshold = 1us\n") as daemon:
        folder = pathlib.Path(folder)
        build(folder)
        for where in (today, folder):
            run(daemon, where, "tests/system/known", "--rounds", 50, "--threads", 2)
            run(daemon, where, "profctl", "bench", "--runs", 3, "--warmup", 0, "--no-shell", "--save", "a", "true")
        for question in questions:
            was, now = (json.loads(run(daemon, where, *question)) for where in (today, folder))
            assert without_time(was) == without_time(now), (question, was, now)
        for what in ("status", "ps", "summary"):
            was, now = (json.loads(run(daemon, where, "profctl", "--json", what)) for where in (today, folder))
            assert shape(was) == shape(now), (what, was, now)


def without_time(value):
    """An answer without when it was given."""
    if isinstance(value, dict):
        return {key: without_time(item) for key, item in value.items() if key not in ("until", "complete", "since")}
    return [without_time(item) for item in value] if isinstance(value, list) else value


def shape(value):
    """Names, texts and counts of rows, for what changes from question to question."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return value if isinstance(value, str) else type(value).__name__ if not isinstance(value, (int, float)) else "number"


if __name__ == "__main__":
    if not (BUILD / ".libs" / "profctl").exists() or harness.SANITIZED:
        print("needs shared libraries, built without a sanitizer")
        sys.exit(77)
    harness.main([test_tomorrow])
