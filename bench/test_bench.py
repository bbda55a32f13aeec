#!/usr/bin/env python3
"""The benchmarks run, and the comparison sees what got worse. No time is judged."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
BUILD = os.environ.get("BUILD", ".")
ran = 0


def run(program, *arguments):
    return subprocess.run([sys.executable, "-B", str(HERE / program), *map(str, arguments)], text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)


def holds(what, true, said=""):
    global ran
    ran += 1
    if not true:
        sys.exit(f"FAILED: {what}\n{said}")
    print(f"ok: {what}")


def measured(folder, name, only):
    done = run("run", "--build", BUILD, "--tiny", "--only", only, "--json", folder / name)
    holds(f"bench/run measures {only}", done.returncode == 0, done.stdout)
    return json.loads((folder / name).read_text()), done.stdout


def scaled(document, name, factor):
    figures = [dict(one, values=[value * factor for value in one["values"]]) if one["name"] == name else one
               for one in document["figures"]]
    return json.dumps(dict(document, figures=figures))


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        document, said = measured(folder, "calls.json", "scope.empty")
        names = [one["name"] for one in document["figures"]]
        holds("the floor is measured with it", names == ["floor", "scope.empty"], said)
        holds("the table has the target", "x floor" in said, said)
        document, said = measured(folder, "daemon.json", "exact.*")
        missing = [one["values"] for one in document["figures"] if one["name"] == "exact.missing"]
        holds("every call is found in profd", missing == [[0, 0]], said)
        measured(folder, "pushes.json", "pushes.one_call")
        document, said = measured(folder, "top.json", "top.cpu")
        holds("top does something once a second", document["figures"][0]["values"][0] > 0, said)
        measured(folder, "scrape.json", "scrape.*")
        measured(folder, "web.json", "web.*")
        document, said = measured(folder, "commands.json", "commands.*")
        named = {one["name"]: one["values"] for one in document["figures"]}
        holds("commands are timed by profctl and by hyperfine, or it is said that there is none",
              (named["commands.sort"][0] > 0 and named["commands.empty.hyperfine"][0] > 0) if named
              else "hyperfine is not installed" in said, said)

        document = json.loads((folder / "calls.json").read_text())
        (folder / "worse.json").write_text(scaled(document, "scope.empty", 1000))
        same = run("compare", folder / "calls.json", folder / "calls.json")
        holds("a file is not worse than itself", same.returncode == 0, same.stdout)
        worse = run("compare", folder / "calls.json", folder / "worse.json")
        holds("a thousand times slower is worse", worse.returncode == 1 and "worse    scope.empty / floor:" in worse.stdout, worse.stdout)
        better = run("compare", folder / "worse.json", folder / "calls.json")
        holds("a thousand times faster is better", better.returncode == 0 and "better   scope.empty / floor:" in better.stdout,
              better.stdout)
    print(f"100%: Checks: {ran}, Failures: 0, Errors: 0")


if __name__ == "__main__":
    main()
