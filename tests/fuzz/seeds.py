"""Makes the first files of the corpus from a real profd and real messages; script/fuzz --grow adds to them.

	BUILD=DIR python3 -B tests/fuzz/seeds.py FOLDER
"""

import json
import pathlib
import shutil
import sqlite3
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "system"))
import harness
import wire

to = pathlib.Path(sys.argv[1])

# As in fuzz_push.c.
PUSH, PUSH_OF_OTHER, ASK, ASK_OF_ROOT, WAIT, REFUSE, BURY = range(7)


def put(fuzzer, name, content):
    folder = to / fuzzer
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def step(what, message=b""):
    return bytes([what]) + len(message).to_bytes(2, "little") + message


def steps(tables, *all_):
    return bytes([tables]) + b"".join(all_)


def standing(identity=1, returned=b"", failed=b"", slow=0, epoch=0):
    return (wire.number(1, identity) + wire.number(2, epoch) + wire.number(3, slow) + wire.data(4, returned) +
            (wire.data(5, failed) if failed else b""))


def tally(counts, low=10**6, high=2 * 10**9):
    """Of [(index, count)], ascending."""
    last, steps_ = 0, []
    for index, _ in counts:
        steps_.append(wire.zigzag(index - last))
        last = index
    return (wire.number(1, sum(c for _, c in counts) * low) + wire.number(2, low) + wire.number(3, high) +
            wire.packed(4, steps_) + wire.packed(5, [c for _, c in counts]))


def questions():
    functions = wire.data(1, "outer") + wire.data(2, "*") + wire.data(3, "known") + wire.number(4, 4) + wire.number(5, 1)
    return {"summary": wire.question(wire.SUMMARY, functions), "stats": wire.question(wire.STATS, wire.data(1, "inner")),
            "events": wire.question(wire.EVENTS, wire.data(1, "in*") + wire.number(2, 1)),
            "processes": wire.question(wire.PROCESSES), "status": wire.question(wire.STATUS),
            "clear": wire.question(wire.CLEAR, wire.data(1, "inner")), "clear-all": wire.question(wire.CLEAR),
            "version": wire.question(wire.STATUS, version=wire.VERSION + 1), "none": wire.number(1, wire.VERSION)}


def pushes():
    one, other = bytes(range(16)), bytes(range(16, 32))
    paths = [wire.path(1, 0, "outer"), wire.path(2, 1, "inner"), wire.path(3, 0, "inner")]
    first = wire.push(one, 1, 0, paths, [standing(1, tally([(-640, 3), (-5, 1)])),
                                         standing(2, tally([(-700, 2)]), tally([(0, 1)]), 1)],
                      [wire.event(), wire.event(2, running=True, error="why\n")])
    second = wire.push(one, 2, 1, [], [standing(1, tally([(-640, 5), (-5, 1), (7, 1)], 10**5))], [], flush=False)
    late = wire.push(one, 1, 0, paths[:1], [standing(1, tally([(-640, 1)]))])
    goodbye = wire.push(one, 3, 2, goodbye=True)
    many = wire.push(other, 1, 0, [wire.path(i, i - 1, f"f{i}") for i in range(1, 12)],
                     [standing(i, tally([(-100 * i, i)])) for i in range(1, 12)], program="other")
    clear = step(ASK_OF_ROOT, wire.question(wire.CLEAR))
    put("push", "grow", steps(0xFF, step(PUSH, first), step(WAIT), step(PUSH, second), step(PUSH, late), step(WAIT)))
    put("push", "end", steps(0x41, step(PUSH, first), step(PUSH, goodbye), step(WAIT), step(PUSH, first),
                             step(BURY), step(PUSH, first)))
    put("push", "clear", steps(0x7F, step(PUSH, first), clear, step(PUSH, second),
                               step(ASK_OF_ROOT, wire.question(wire.CLEAR, wire.data(1, "inner"))), step(WAIT)))
    put("push", "full", steps(0x01, step(PUSH, first), step(PUSH_OF_OTHER, many), step(PUSH_OF_OTHER, first)))
    put("push", "collapse", steps(0x87, step(PUSH_OF_OTHER, many), step(WAIT + 7 * 20), step(PUSH_OF_OTHER, many)))
    put("push", "refuse", steps(0xFF, step(REFUSE), step(PUSH, first), step(WAIT), step(PUSH, second), step(REFUSE),
                                step(WAIT), step(WAIT)))
    put("push", "ask", steps(0xFF, step(PUSH, first), *(step(ASK, q) for q in questions().values())))
    put("push", "send-all", steps(0xFF, step(PUSH, second), step(PUSH, first), step(PUSH, second)))


def tallies():
    one, other = tally([(-640, 3), (-5, 1)]), tally([(-640, 1), (7, 9)])
    put("tally", "wire", bytes([1, len(one)]) + one + other)
    packed = bytes([2]) + wire.varint(1500) + wire.varint(3) + wire.varint(700) + wire.varint(1)
    packed += wire.varint(10**9) + wire.varint(10**6) + wire.varint(10**8)
    put("tally", "codec", bytes([0, len(packed)]) + packed + packed)


def configurations():
    example = subprocess.check_output([harness.BUILD / "profd", "--help-config"], text=True)
    for section in example.split("\n["):
        lines = [line.removeprefix("#") for line in ("[" + section).splitlines() if not line.startswith("# ")]
        put("config", lines[0].strip("[]") if lines[0].endswith("]") else "comments", "\n".join(lines).encode() + b"\n")
    put("config", "odd", b"[slow-functions]\na::b = 1s ; c\n[access]\npush = root, @root 0\n[limits]\npaths = 5x\n")
    put("config", "text", "\x1b[2Jgrün\u202e\\ \x7f".encode() + b"\xff\xc0\x80")
    put("config", "place", b"ipc:///run/profd")


def results():
    """Files as `bench export` and hyperfine write them; the byte before each is the result's number."""
    machine = {"name": "anvil", "kernel": "Linux 6", "processor": "Z80", "compiler": "gcc"}
    ours = {"format": 1, "title": "x", "machine": machine, "results": [
        {"name": "a", "timings": [0.5, 1, 2e-3], "statuses": [0, 0, -9], "revision": "abc", "note": "n"},
        {"name": "b", "command": "run b", "machine": "bolt", "timings": [0]}]}
    hyperfine = {"results": [{"command": "sleep 1", "mean": 1.0, "times": [1.0, 1.1], "exit_codes": [0, None]}]}
    put("results", "ours", b"\2" + json.dumps(ours).encode())
    put("results", "several", b"\0" + json.dumps(ours).encode())
    put("results", "hyperfine", b"\0" + json.dumps(hyperfine).encode())
    put("results", "alone", b"\0" + json.dumps({"name": "x", "timings": [1, 2, 3, 4, 1e9]}).encode())
    put("results", "negative", b'\1{"timings": [1, -1e-300]}')
    put("results", "nested", b"\1" + b"[" * 3000)


def databases():
    """A real database, written on small pages so that it is a few KB."""
    with harness.profd() as daemon:
        host = daemon.run("examples/hello")
        host.wait(harness.PATIENCE)
        daemon.ask("record", "outer", "0.5")
        daemon.ask("record", "slow", "2")
        with wire.Speaker(daemon, "records") as speaker:
            speaker.push(bytes(16), paths=[wire.path(), wire.path(2, 1, "g")],
                         standings=[wire.standing(), wire.standing(2)], events=[wire.event()])
        # The journal as a killed profd leaves it.
        daemon.kill()
        wal = daemon.folder / "profd.db-wal"
        if wal.exists() and wal.stat().st_size < 2**24:
            journal, data = wal.read_bytes(), daemon.database.read_bytes()
            print("journal", len(journal), "database", len(data))
        daemon.start()
        assert daemon.stop() == 0
        small = daemon.folder / "small.db"
        shutil.copy(daemon.database, small)
        with sqlite3.connect(small) as db:
            (chunks,) = db.execute("SELECT count(*) FROM standing").fetchone()
            assert chunks > 0
            db.execute("PRAGMA journal_mode = DELETE")
            db.execute("PRAGMA page_size = 512")
            db.commit()
            db.isolation_level = None
            db.execute("VACUUM")
        put("database", "real", bytes(3) + small.read_bytes())
        # Read through from the first page to the last, since it was not closed in order.
        with sqlite3.connect(small) as db:
            db.execute("UPDATE meta SET value = 0 WHERE key = 'closed'")
        put("database", "open", bytes(3) + small.read_bytes())
        # With a journal on small pages.
        writer = sqlite3.connect(small, isolation_level=None)
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("UPDATE statistic SET calls = calls, slow = slow + 1")
        journal = pathlib.Path(f"{small}-wal").read_bytes()
        put("database", "journal", len(journal).to_bytes(3, "little") + journal + small.read_bytes())
        writer.close()
    put("database", "empty", bytes(3))
    put("database", "other", bytes(3) + b"SQLite format 3\0")
    with sqlite3.connect(":memory:") as db:
        db.execute("CREATE TABLE t (a)")
        db.commit()
        put("database", "foreign", bytes(3) + db.serialize()) if hasattr(db, "serialize") else None


def requests():
    """Lines of fuzz_request.c."""
    token = "0123456789abcdef"
    for name, lines in {
            "page": ["+localhost:8427", "", "", "+none", "+gzip, deflate, br", "", "/index.html"],
            "bearer": ["+[::1]", f"+Bearer {token}", "", "+same-origin", "+gzip;q=0", "", "/api/history", "function=f",
                       "since=2h", "until=now", "step=10s", "program=shop"],
            "cookie": ["+127.0.0.1", "", f"+a=b; profweb={token}; c=d", "+cross-site", "", "+1.2", "/api/events", "mark=3.4"],
            "stranger": ["+evil.example", "", "", "", "", "", "/api/token"],
            "all": ["+localhost", "", "", "", "", "", "/", "pattern=db.*", "sort=p99", "limit=1", "steps=9", "share=5%",
                    "by=calls", "before=yesterday", "after=4h..2h", "threshold=5", "mark=18446744073709551615.0", "name=x",
                    "number=1", "first=a#1", "second=b", "buckets=80"]}.items():
        put("request", name, "\n".join(lines).encode())


for name, question in questions().items():
    put("question", name, bytes([0]) + question)
pushes()
tallies()
configurations()
results()
requests()
databases()
subprocess.run(["du", "-sh", to], check=False)
