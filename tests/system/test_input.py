"""What comes to profd's sockets and is not what it should be: dropped, counted, answered where possible, and harmless."""

import os
import pathlib
import random
import socket
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd, wait_until
from wire import (BAD_QUESTION, CLEAR, DENIED, DELETE, DONE, EVENTS, NOT_FOUND, OTHER_VERSION, REFUSED, SAFE, SAVE,
                  SEND_ALL, STATS, STATUS, SUMMARY, VERSION, WRONG_VERSION, Ack, Answer, Speaker, data, event, number, once, packed,
                  path, push, question, standing, varint)

ID = bytes(range(16))


def facts(daemon):
    return daemon.json("status")


def alive(daemon, calls):
    """profd still merges and answers, and what it knows is only what was right."""
    with Speaker(daemon, "records") as speaker:
        ack = speaker.push(os.urandom(16), paths=[path(function="alive")], standings=[standing()])
        assert ack.verdict == SAFE, ack.text
    assert daemon.stats("alive")["call_count"] == calls


def test_protocol():
    """Acks come after the commit; a repeated push is acked and counts once; an unknown `since` asks for everything."""
    with profd() as daemon, Speaker(daemon, "records") as speaker:
        ack = speaker.push(ID, paths=[path()], standings=[standing(count=3)])
        assert (ack.verdict, ack.generation, ack.process) == (SAFE, 1, ID), vars(ack)
        ack = speaker.push(ID, paths=[path()], standings=[standing(count=3)])
        assert (ack.verdict, ack.generation) == (SAFE, 1)
        assert daemon.stats("f")["call_count"] == 3
        ack = speaker.push(ID, generation=8, since=7, standings=[standing(count=9)])
        assert (ack.verdict, ack.generation) == (SEND_ALL, 1), vars(ack)
        ack = speaker.push(ID, generation=2, since=1, standings=[standing(count=4)], goodbye=True)
        assert (ack.verdict, ack.generation) == (SAFE, 2)
        assert daemon.stats("f")["call_count"] == 4
        ack = speaker.push(ID, generation=2, since=1, standings=[standing(count=4)], goodbye=True)
        assert (ack.verdict, ack.generation) == (SAFE, 2)
        assert daemon.stats("f")["call_count"] == 4


def test_not_flushed():
    """A push that nobody waits for is acked after the commit interval."""
    with profd("[profd]\ncommit_interval = 300ms\n") as daemon, Speaker(daemon, "records") as speaker:
        speaker.send(push(ID, paths=[path()], standings=[standing()], flush=False))
        wait_until(lambda: daemon.stats("f"), "it is merged")
        assert speaker.receive() is not None


def test_other_version():
    """Another version of the protocol is named as that, on both sockets."""
    with profd() as daemon:
        with Speaker(daemon, "records") as speaker:
            assert speaker.push(ID, version=VERSION + 1, paths=[path()], standings=[standing()]).verdict == OTHER_VERSION
        with Speaker(daemon, "control") as speaker:
            answer = speaker.ask(STATUS, version=VERSION + 1, identity=9)
            assert (answer.result, answer.identity) == (WRONG_VERSION, 9)
        alive(daemon, 1)


def test_raw_garbage():
    """Bytes that are not ZeroMQ's protocol are counted as strangers."""
    chance = random.Random(5)
    with profd() as daemon:
        for name in ("records", "control"):
            for size in (1, 10, 64, 1000, 70000):
                with socket.socket(socket.AF_UNIX) as s:
                    s.connect(str(daemon.runtime / name))
                    try:
                        s.sendall(b"G" + chance.randbytes(size - 1))
                    except OSError:
                        pass  # profd has hung up already
        wait_until(lambda: facts(daemon)["records_strangers"] >= 4 and facts(daemon)["control_strangers"] >= 4,
                   "the strangers are counted")
        alive(daemon, 1)


def hostile_messages():
    good = push(ID, paths=[path()], standings=[standing()])
    chance = random.Random(7)
    yield from (good[:n] for n in range(0, len(good), 3))
    yield from (chance.randbytes(n) for n in (1, 5, 100, 5000))
    for _ in range(300):
        spoiled = bytearray(good)
        spoiled[chance.randrange(len(good))] = chance.randrange(256)
        yield bytes(spoiled)
    # Counts and sizes that promise more than there is.
    yield data(2, ID) + varint(15 << 3 | 2) + varint(1 << 62)
    yield number(1, VERSION) + data(2, ID) + b"\x82\x01\x00" * 200000
    yield push(ID, paths=[path()] * 50000, standings=[])
    yield push(b"short", paths=[path()], standings=[standing()])
    yield push(ID * 4, paths=[path()], standings=[standing()])


def wrong_pushes():
    """Well-formed messages that break a rule of the schema."""
    tallies = (packed(4, [0]) + packed(5, [0]), packed(4, [0, 0]) + packed(5, [1, 1]), packed(4, [0]) + packed(5, [1, 1]),
               packed(4, [1 << 30]) + packed(5, [1]), number(2, 5) + number(3, 1) + packed(4, [0]) + packed(5, [1]))
    for tally in tallies:
        yield push(os.urandom(16), paths=[path()], standings=[number(1, 1) + data(4, tally)])
    for name in (b"", b"x" * 256, b"\xff\xfe"):
        yield push(os.urandom(16), paths=[path(function=name)], standings=[standing()])
    yield push(os.urandom(16), paths=[path(parent=7)], standings=[standing()])
    yield push(os.urandom(16), paths=[path(identity=0)], standings=[])
    yield push(os.urandom(16), paths=[path()], standings=[standing(identity=9)])
    yield push(os.urandom(16), paths=[path()], standings=[standing()], program=b"\xff")
    yield push(os.urandom(16), generation=0, paths=[path()], standings=[standing()])


def test_hostile_pushes():
    """Pushes that are cut, spoiled, or made to take memory never crash or block profd."""
    with profd() as daemon:
        with Speaker(daemon, "records") as speaker:
            for message in hostile_messages():
                speaker.send(message)
            speaker.send(b"", push(ID))
            speaker.send(push(ID), b"", push(ID))
            speaker.send(*[b"x"] * 1000)
        wait_until(lambda: facts(daemon)["records_bad"] > 100, "bad pushes are counted")
        alive(daemon, 1)
        assert facts(daemon)["memory"] < 200 << 20, facts(daemon)["memory"]


def test_wrong_pushes():
    """Pushes that break a rule are refused with a sentence, and nothing of them is merged."""
    with profd() as daemon, Speaker(daemon, "records") as speaker:
        for message in wrong_pushes():
            speaker.send(message)
            ack = Ack(speaker.receive())
            assert ack.verdict == REFUSED and ack.text, (message, vars(ack))
        assert daemon.json("summary")["total_calls"] == 0
        alive(daemon, 1)


def test_large_push():
    """A push beyond the limit is dropped and counted, and said in the log; one below it is taken."""
    with profd("[profd]\npush_size_limit = 64K\n") as daemon:
        with Speaker(daemon, "records") as speaker:
            speaker.send(push(ID, paths=[path()], standings=[standing()]) + data(99, bytes(65536)))
            wait_until(lambda: facts(daemon)["records_bad"] == 1, "it is counted")
            assert "larger than push_size_limit" in daemon.said()
            ack = speaker.push(ID, paths=[path(i, function=f"f{i}") for i in range(1, 1001)], standings=[standing(5)])
            assert ack.verdict == SAFE
        with Speaker(daemon, "records") as speaker:
            speaker.send(bytes(1 << 20))
        alive(daemon, 1)


def test_hostile_questions():
    """Questions that are none are counted or answered as bad; the others are answered."""
    chance = random.Random(11)
    with profd() as daemon, Speaker(daemon, "control") as speaker:
        good = question(SUMMARY, data(2, "*"))
        for _ in range(200):
            speaker.send(chance.randbytes(chance.randrange(1, 200)))
        speaker.send(b"", good)
        speaker.send(bytes(65537))
        for ask, body in ((STATS, b""), (STATS, data(1, b"\xff")), (STATS, data(1, "x" * 256)),
                          (SUMMARY, data(2, "x" * 256)), (EVENTS, data(1, b"\xff")), (CLEAR, data(1, "x" * 256))):
            speaker.send(question(ask, body, identity=1 << 40))
        speaker.send(number(1, VERSION) + number(2, 1 << 40))
        speaker.send(question(STATS, data(1, "nothing"), identity=1 << 41))
        results = []
        while True:
            answer = Answer(speaker.receive())
            if answer.identity == 1 << 40:
                results.append(answer.result)
            if answer.identity == 1 << 41:
                break
        assert answer.result == NOT_FOUND and results == [BAD_QUESTION] * 7, results
        assert facts(daemon)["control_bad"] > 100
        alive(daemon, 1)


def test_copies():
    """Of a clear, save or delete that comes again nothing is done and nothing said; without a number, it is done again."""
    asked = [question(CLEAR, identity=1), question(SAVE, data(1, "b") + data(2, bytes(8)), identity=2),
             question(DELETE, data(1, "b"), identity=3)]
    with profd() as daemon, Speaker(daemon, "control") as speaker:
        for copies, message in ((3, asked[0] + once(1 << 63)), (3, asked[1] + once(7)), (3, asked[2] + once(8)), (1, asked[0]),
                                (1, asked[0]), (1, asked[1])):
            for _ in range(copies):
                speaker.send(message)
            answer = Answer(speaker.receive())
            assert answer.result == DONE, vars(answer)
            speaker.send(question(SUMMARY, identity=4) + once(7))  # changes nothing: its number does not matter
            assert Answer(speaker.receive()).identity == 4, "no second answer"
        status = facts(daemon)
        assert (status["epoch"], status["questions_repeated"]) == (3, 6), status
        with Speaker(daemon, "control") as other:
            other.send(asked[0] + once(1 << 63))
            assert other.ask(SUMMARY).result == DONE
            assert facts(daemon)["epoch"] == 3, "a copy is one on another connection too"


def test_denied():
    """The kernel's word decides who may clear, ask and push; who may not is told so and counted."""
    if not harness.can_be(4343):
        print("left out: needs root, and a build that other users can reach")
        return
    config = "[profd]\ncontrol_mode = 0666\nrecords_mode = 0666\n[access]\n"
    with profd(config + "clear = 4242\nask = 4242 4343\npush = *\n") as daemon:
        daemon.folder.chmod(0o755)
        with Speaker(daemon, "control", user=4343) as speaker:
            assert speaker.ask(SUMMARY).result == DONE
            assert speaker.ask(CLEAR).result == DENIED
        with Speaker(daemon, "control", user=4242) as speaker:
            assert speaker.ask(CLEAR).result == DONE
        with Speaker(daemon, "control", user=4444) as speaker:
            answer = speaker.ask(SUMMARY)
            assert answer.result == DENIED and answer.text
        with Speaker(daemon, "records", user=4444) as speaker:
            assert speaker.push(ID, paths=[path()], standings=[standing()]).verdict == SAFE
        with Speaker(daemon, "records", user=4343) as speaker:
            ack = speaker.push(ID, generation=2, since=1, standings=[standing(count=50)])
            assert ack.verdict == REFUSED and ack.text, vars(ack)
        assert daemon.stats("f")["call_count"] == 1
        assert facts(daemon)["denied"] == 2
        assert "refused: user 4343, process " in daemon.said()
        daemon.config.write_text(config + "push = 4242\n")
        daemon.process.send_signal(harness.signal.SIGHUP)
        wait_until(lambda: "configuration reloaded" in daemon.said(), "the reload")
        with Speaker(daemon, "records", user=4444) as speaker:
            ack = speaker.push(ID, generation=2, since=1, standings=[standing(count=2)])
            assert ack.verdict == REFUSED and "may not push" in ack.text


def test_alerts():
    """Slow calls that are pushed as events are lines in the log, harmless ones, and rationed."""
    with profd("[slow]\nalerts_per_minute = 2\n") as daemon, Speaker(daemon, "records") as speaker:
        events = [event(1, error="no \"\n\x1b"), event(2, running=True), event(3), event(4),
                  event(5, threshold=0, error="quiet")]
        assert speaker.push(ID, paths=[path()], standings=[standing(count=5)], events=events).verdict == SAFE
        lines = [line for line in daemon.said().splitlines() if "slow call" in line]
        assert len(lines) == 2, lines
        assert 'function="f" took 2 s (threshold 1 s) program="speak" pid=' in lines[0]
        assert lines[0].endswith('error="no \\"\\x0a\\x1b"'), lines[0]
        assert 'slow call still running: function="f" for 2 s (threshold 1 s)' in lines[1]
        assert facts(daemon)["alerts_suppressed"] == 2
        assert daemon.stop() == 0
        assert '2 more slow calls of function="f" suppressed' in daemon.said()
        assert "quiet" not in daemon.said()


harness.main([test_protocol, test_not_flushed, test_other_version, test_raw_garbage, test_hostile_pushes,
              test_wrong_pushes, test_large_push, test_hostile_questions, test_copies, test_denied, test_alerts])
