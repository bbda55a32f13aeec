"""Messages of proto/profd.proto made and read by hand, good and bad ones, and a speaker that carries them."""

import subprocess

import harness

# PROF_PROTOCOL
VERSION = 2


def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field, value):
    return varint(field << 3) + varint(value)


def data(field, value):
    value = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value


def packed(field, values):
    return data(field, b"".join(map(varint, values)))


def zigzag(value):
    return value * 2 if value >= 0 else -value * 2 - 1


def read(message):
    """The fields of a message: {number: [values]}."""
    fields, at = {}, 0

    def take():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        key = take()
        if key & 7 == 0:
            value = take()
        elif key & 7 == 1:
            value, at = message[at:at + 8], at + 8
        else:
            size = take()
            value, at = message[at:at + size], at + size
        fields.setdefault(key >> 3, []).append(value)
    return fields


def tally(index, count, nanoseconds):
    return (number(1, count * nanoseconds) + number(2, nanoseconds) + number(3, nanoseconds) +
            packed(4, [zigzag(index)]) + packed(5, [count]))


def path(identity=1, parent=0, function="f"):
    return number(1, identity) + number(2, parent) + data(3, function)


def standing(identity=1, count=1, index=0, nanoseconds=10**9, epoch=0):
    """Bucket 0 ends at one second."""
    return number(1, identity) + number(2, epoch) + data(4, tally(index, count, nanoseconds))


def event(sequence=1, duration=2 * 10**9, threshold=10**9, running=False, error=""):
    return (number(1, sequence) + number(2, 1) + number(3, sequence) + number(4, 1) + number(5, duration) +
            number(6, threshold) + number(7, running) + number(8, bool(error)) + data(9, error))


def push(process, generation=1, since=0, paths=(), standings=(), events=(), flush=True, version=VERSION, policy=0,
         goodbye=False, program="speak"):
    return (number(1, version) + data(2, process) + number(3, generation) + number(4, since) + data(5, program) +
            number(6, 1) + number(7, 1) + number(9, policy) + number(10, flush) + number(11, goodbye) +
            b"".join(data(15, p) for p in paths) + b"".join(data(16, s) for s in standings) +
            b"".join(data(17, e) for e in events))


SAFE, SEND_ALL, REFUSED, OTHER_VERSION = range(1, 5)
DONE, NOT_FOUND, DENIED, BAD_QUESTION, WRONG_VERSION, FAILED = range(1, 7)
SUMMARY, STATS, EVENTS, PROCESSES, STATUS, CLEAR, HISTORY, HISTOGRAMS, TREE, PROGRAMS, SAVE, SAVED, DELETE = range(3, 16)


class Ack:
    def __init__(self, message):
        fields = read(message)
        self.process = fields.get(2, [b""])[0]
        self.verdict = fields.get(3, [0])[0]
        self.generation = fields.get(4, [0])[0]
        self.epoch = fields.get(5, [0])[0]
        self.policy = read(fields[6][0]) if 6 in fields else None
        self.text = fields.get(7, [b""])[0].decode()


def question(ask, body=b"", identity=1, version=VERSION):
    return number(1, version) + number(2, identity) + data(ask, body)


def once(value):
    """What a question that changes something carries, so that its copies do nothing."""
    return varint(16 << 3 | 1) + value.to_bytes(8, "little")


class Answer:
    def __init__(self, message):
        fields = read(message)
        self.identity = fields.get(2, [0])[0]
        self.result = fields.get(16, [0])[0]
        self.text = fields.get(17, [b""])[0].decode()


class Speaker:
    """One connection to one of the sockets, which sends whatever it is given. `user`: the number of the user to be,
    `groups`: those that it is in beside its own; `address`: one of tcp, with `keys` as speak takes them."""

    def __init__(self, daemon, name, user=None, groups=(), address=None, keys=()):
        self.process = subprocess.Popen([str(harness.BUILD / "tests/system/speak"),
                                         address or f"{daemon.endpoint}/{name}", *keys],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, user=user,
                                        group=user, extra_groups=None if user is None else list(groups))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(harness.PATIENCE)
        self.process.stdout.close()

    def command(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def send(self, *frames, turned_away=False):
        """`turned_away`: this connection will be, and may have been before."""
        said = self.command("send " + " ".join(frame.hex() or "-" for frame in frames))
        assert said == "sent" or (turned_away and said == "nobody"), said

    def receive(self, seconds=harness.PATIENCE):
        """The next message, or None."""
        said = self.command(f"receive {int(seconds * 1000)}")
        assert said, "the speaker ended"
        return None if said == "nothing" else bytes.fromhex(said)

    def push(self, *arguments, **more):
        self.send(push(*arguments, **more))
        return Ack(self.receive())

    def ask(self, *arguments, **more):
        self.send(question(*arguments, **more))
        return Answer(self.receive())
