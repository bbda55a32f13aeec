"""The trees: an optimised build, the library installed from it, and the programs compiled against that."""

import os
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent
JOBS = f"-j{len(os.sched_getaffinity(0))}"
WARNINGS = ["-Wall", "-Wextra"]

# What a user of the library would write: program, source, flags.
PROGRAMS = {
    "scope": ("scope.c", []),
    "scope-off": ("scope.c", ["-DPROF_DISABLE"]),
    "record": ("record.c", []),
    "paths": ("paths.c", []),
    "threads": ("threads.c", []),
    "memory": ("memory.c", []),
    "work": ("work.c", []),
    "ask": ("ask.c", []),
    "quantile": ("quantile.c", []),
}


class Failed(Exception):
    pass


def call(command, log, **more):
    with open(log, "ab") as out:
        done = subprocess.run(list(map(str, command)), stdout=out, stderr=out, stdin=subprocess.DEVNULL, check=False,
                              **more)
    if done.returncode != 0:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
        raise Failed(f"{' '.join(map(str, command))}: failed\n{tail}")


class Tree:
    """`build`: a configured build, or None: one is made in the scratch folder."""

    def __init__(self, scratch, build=None):
        self.scratch = pathlib.Path(scratch).resolve()
        self.log = self.scratch / "build.log"
        self.build = pathlib.Path(build).resolve() if build else self.scratch / "build"
        if build is None:
            self.configure()
        self.check_optimised()
        # `all` calls make again: beside other targets both would build the same files at once.
        self.make("all")
        self.make("bench/load", "bench/inside")
        self.root = self.scratch / "installed"
        self.install()

    def configure(self):
        # The sources themselves stay as they are: bootstrap writes among them.
        copy = self.scratch / "source"
        call([SOURCE / "script" / "copy-tree", copy], self.log)
        self.build.mkdir()
        call(["./bootstrap"], self.log, cwd=copy)
        call([copy / "configure", "CFLAGS=-O2 -g"], self.log, cwd=self.build)

    def check_optimised(self):
        makefile = (self.build / "Makefile").read_text()
        flags = [line for line in makefile.splitlines() if line.startswith(("CFLAGS =", "SANITIZE ="))]
        if not any("-O2" in line or "-O3" in line for line in flags):
            raise Failed(f"{self.build} is not an optimised build: {flags}")
        if any(line.startswith("SANITIZE =") and "-f" in line for line in flags):
            raise Failed(f"{self.build} is built with sanitizers")

    def make(self, *targets):
        call(["make", "-C", self.build, JOBS, *targets], self.log)

    def install(self):
        """Only the library, as a user gets it; the programs are run where they were built."""
        self.make("install-libLTLIBRARIES", "install-includeHEADERS", "install-pkgconfigDATA", f"DESTDIR={self.root}")
        found = list(self.root.rglob("profclient.pc"))
        if len(found) != 1:
            raise Failed("profclient.pc was not installed")
        self.library = found[0].parent.parent
        prefix = found[0].read_text().split("prefix=", 1)[1].split("\n", 1)[0]
        self.include = pathlib.Path(f"{self.root}{prefix}/include")

    def program(self, name):
        """Compiled when it is first asked for."""
        binary = self.scratch / name
        if not binary.exists():
            source, flags = PROGRAMS[name]
            self.compile(binary, source, [*flags, f"-I{self.include}", f"-L{self.library}",
                                          f"-Wl,-rpath,{self.library}"], ["-lprofclient", "-lpthread", "-lm"])
        return binary

    def compile(self, binary, source, flags, libraries=(), compiler="gcc"):
        call([compiler, "-O2", "-D_GNU_SOURCE", *WARNINGS, f"-I{SOURCE}", *flags, HERE / source, "-o", binary,
              *libraries], self.log)

    def own(self, name):
        return self.build / name
