"""Names, programs and error texts from outside cannot forge a log line, a terminal, JSON, SQL or a row of a table."""

import os
import pathlib
import sqlite3
import sys
import unicodedata

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import chance, profd, turns
from wire import REFUSED, SAFE, Speaker, event, path, standing

FORGED = "Jan  1 00:00:00 host profd[1]: slow call: function=\"forged\""
LOGGED = ("profd: ", "Jan  1")  # how lines of a log begin
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


def names_of(turn, dice):
    """First those above; then pieces of them and characters of all kinds, at random."""
    if turn == 0:
        return HOSTILE
    names = set()
    while len(names) < len(HOSTILE):
        pieces = [name[at:at + dice.randint(1, 12)] for name in HOSTILE for at in [dice.randrange(len(name))]]
        pieces += [chr(dice.choice([dice.randrange(1, 0x250), dice.randrange(0x2000, 0x2070), dice.randrange(0xe000, 0x110000)]))
                   for _ in range(30)]
        name = "".join(dice.choices(pieces, k=dice.randint(1, 12))).encode()[:255].decode(errors="ignore")
        if not name.lstrip().startswith(LOGGED):  # a table begins with the name of the function
            names.add(name)
    return sorted(names)


def is_formatting(c):
    """Turns the direction of writing, or is not seen; but for what joins letters, or hints at where words may be cut, and
    the marks of scripts and notes beyond the first plane."""
    return unicodedata.category(c) == "Cf" and c not in "\u00ad\u200c\u200d" and (c < "\U00010000" or
                                                                               "\U000e0000" <= c <= "\U000e007f")


def harmless(text):
    """Nothing in it moves a cursor, ends a line or turns the direction of writing."""
    return [c for c in text if c != "\n" and (unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") or is_formatting(c))]


def push_as(speaker, name, number):
    """Pushes a slow, failed call of this function by a program of this name, with this error."""
    process = number.to_bytes(16, "big")
    ack = speaker.push(process, paths=[path(function=name)], standings=[standing()],
                       events=[event(error=name)], program=name)
    assert ack.verdict == SAFE, (name, ack.text)


def check_terminal(daemon, hostile):
    for arguments in (["summary"], ["list"], ["slow"], ["ps"], ["status"]):
        said = daemon.ask(*arguments)
        assert said.returncode == 0, said
        assert not harmless(said.stdout + said.stderr), (arguments, harmless(said.stdout))
        assert not any(line.lstrip().startswith(LOGGED) for line in said.stdout.splitlines())
    for name in hostile:
        for arguments in (["stats", "--", name], ["stats", "--", name + "?"]):
            said = daemon.ask(*arguments)
            assert not harmless(said.stdout + said.stderr), (arguments, said)


def check_json(daemon, hostile):
    names = [row["function_name"] for row in daemon.json("list")["functions"]]
    assert sorted(names) == sorted(hostile), names
    for name in hostile:
        assert daemon.json("stats", "--", name)["function_name"] == name
    assert sorted(row["program"] for row in daemon.json("ps")["processes"]) == sorted(hostile)
    assert sorted(row["error"] for row in daemon.json("slow")["calls"]) == sorted(hostile)


def check_log(daemon, hostile):
    lines = daemon.said().splitlines()
    raw = daemon.log.read_bytes().decode()
    assert not harmless(raw), harmless(raw)
    assert all(line.startswith("profd: ") for line in raw.split("\n")[:-1]), raw
    told = [line for line in lines if line.startswith("profd: slow call: function=\"")]
    assert len(told) == len(hostile), told
    assert not any(line.startswith(f"profd: {FORGED}") for line in lines)


def check_database(daemon, hostile):
    with sqlite3.connect(daemon.database) as file:
        names = [row[0] for row in file.execute("SELECT name FROM function")]
        assert sorted(names) == sorted(hostile), names
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_forgery():
    """Whatever a name holds is told as itself to machines, and harmlessly to people, in the log and on a terminal."""
    dice = chance("forgery")
    for turn in turns(1, 10, 0.9):
        hostile = names_of(turn, dice)
        with profd() as daemon:
            with Speaker(daemon, "records") as speaker:
                for number, name in enumerate(hostile):
                    push_as(speaker, name, number)
            check_terminal(daemon, hostile)
            check_json(daemon, hostile)
            check_log(daemon, hostile)
            assert daemon.stop() == 0
            check_database(daemon, hostile)
    harness.tell("names that forge", f"{(turn + 1) * len(HOSTILE)} as function, program and error", "-",
                 "as themselves in JSON and the database, harmless on a terminal and in the log")


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


harness.main([test_forgery, test_invalid], long=[test_forgery])
