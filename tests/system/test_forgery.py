"""Names, programs and error texts from outside cannot forge a log line, a terminal, JSON, SQL or a row of a table."""

import os
import pathlib
import sqlite3
import sys
import unicodedata

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd
from wire import REFUSED, SAFE, Speaker, event, path, standing

FORGED = "Jan  1 00:00:00 host profd[1]: slow call: function=\"forged\""
HOSTILE = [
    "line\nprofd: " + FORGED,
    "return\r" + FORGED,
    "escape\x1b[2J\x1b]0;title\x07\x1b[31m",
    "c1 \x9b31m \x85 \x9d0;t\x9c",
    "bidi \u202egnp.exe\u202c \u2066x\u2069 \u200f",
    "lines \u2028 and \u2029 paragraphs",
    "\"quote\" 'quote' `quote` \\ \\n \\x0a",
    "'; DROP TABLE function; --",
    "=cmd|' /C calc'!A0",
    "comma,semicolon;tab\there",
    "%s%n%d $(reboot) ${HOME}",
    "{\"json\": [1, 2]}",
    "\x7fdelete \x08back \x01 \x1f",
    " ", "\t", "(other)", "a > b", "\ufeffmark", "e\u0301", "-rf", "*", "[a-z]?",
]
INVALID = [b"\xff", b"over\xc0\xaflong", b"surrogate\xed\xa0\x80", b"cut\xe2\x82", b"beyond\xf4\x90\x80\x80", b""]


def harmless(text, allowed="\n"):
    """Nothing in it moves a cursor, ends a line or turns the direction of writing."""
    return [c for c in text if c not in allowed and unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs")]


def tell(speaker, name, number):
    """Pushes a slow, failed call of this function by a program of this name, with this error."""
    process = number.to_bytes(16, "big")
    ack = speaker.push(process, paths=[path(function=name)], standings=[standing()],
                       events=[event(error=name)], program=name)
    assert ack.verdict == SAFE, (name, ack.text)


def check_terminal(daemon):
    for arguments in (["summary"], ["list"], ["slow"], ["ps"], ["status"]):
        said = daemon.ask(*arguments)
        assert said.returncode == 0, said
        assert not harmless(said.stdout + said.stderr), (arguments, harmless(said.stdout))
        assert not any(line.lstrip().startswith(("profd: ", "Jan  1")) for line in said.stdout.splitlines())
    for name in HOSTILE:
        for arguments in (["stats", "--", name], ["stats", "--", name + "?"]):
            said = daemon.ask(*arguments)
            assert not harmless(said.stdout + said.stderr), (arguments, said)


def check_json(daemon):
    names = [row["function_name"] for row in daemon.json("list")["functions"]]
    assert sorted(names) == sorted(HOSTILE), names
    for name in HOSTILE:
        assert daemon.json("stats", "--", name)["function_name"] == name
    assert sorted(row["program"] for row in daemon.json("ps")["processes"]) == sorted(HOSTILE)
    assert sorted(row["error"] for row in daemon.json("slow")["calls"]) == sorted(HOSTILE)


def check_log(daemon):
    lines = daemon.said().splitlines()
    raw = daemon.log.read_bytes().decode()
    assert not harmless(raw), harmless(raw)
    assert all(line.startswith("profd: ") for line in raw.split("\n")[:-1]), raw
    told = [line for line in lines if line.startswith("profd: slow call: function=\"")]
    assert len(told) == len(HOSTILE), told
    assert not any(line.startswith(f"profd: {FORGED}") for line in lines)


def check_database(daemon):
    with sqlite3.connect(daemon.database) as file:
        names = [row[0] for row in file.execute("SELECT name FROM function")]
        assert sorted(names) == sorted(HOSTILE), names
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_forgery():
    """Whatever a name holds is told as itself to machines, and harmlessly to people, in the log and on a terminal."""
    with profd() as daemon:
        with Speaker(daemon, "records") as speaker:
            for number, name in enumerate(HOSTILE):
                tell(speaker, name, number)
        check_terminal(daemon)
        check_json(daemon)
        check_log(daemon)
        assert daemon.stop() == 0
        check_database(daemon)


def test_invalid():
    """Names that are not UTF-8 are refused, and a NUL ends a name rather than hiding something behind it."""
    with profd() as daemon:
        with Speaker(daemon, "records") as speaker:
            for name in INVALID:
                ack = speaker.push(os.urandom(16), paths=[path(function=name)], standings=[standing()])
                assert ack.verdict == REFUSED, name
                ack = speaker.push(os.urandom(16), paths=[path()], standings=[standing()], program=name)
                assert ack.verdict == REFUSED, name
            speaker.push(os.urandom(16), paths=[path(function="seen\0hidden")], standings=[standing()])
            speaker.push(os.urandom(16), paths=[path(function="f")], standings=[standing()],
                         events=[event(error=b"\xff\x1b\xc0")])
        assert "hidden" not in daemon.ask("list").stdout
        assert not harmless(daemon.ask("slow").stdout), daemon.ask("slow")
        assert not harmless(daemon.log.read_bytes().decode())


harness.main([test_forgery, test_invalid])
