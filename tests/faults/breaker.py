"""How profd is started so that it dies, or a call of it fails, at the n-th call that touches its files or peers
(breaker.c)."""

import os

import harness

LIBRARY = harness.BUILD / "tests/faults/.libs/breaker.so"
DISK = "open write pwrite sync truncate".split()


class Breaker:
    def __init__(self, daemon):
        self.told = daemon.folder / "told"
        self.repaired = daemon.folder / "repaired"

    def environment(self, how, at, calls=DISK, file="profd.db", count=1):
        """`count` 0: until repaired."""
        for left in (self.told, self.repaired):
            left.unlink(missing_ok=True)
        asan = os.environ.get("ASAN_OPTIONS", "")
        return {"LD_PRELOAD": str(LIBRARY), "ASAN_OPTIONS": f"{asan}:verify_asan_link_order=0",
                "BREAK_HOW": how, "BREAK_AT": str(at), "BREAK_CALLS": ",".join(calls), "BREAK_FILE": file,
                "BREAK_COUNT": str(count), "BREAK_TOLD": str(self.told), "BREAK_REPAIRED": str(self.repaired)}

    def struck(self):
        """The calls that broke, with their files."""
        return self.told.read_text().splitlines() if self.told.exists() else []

    def repair(self):
        self.repaired.touch()
