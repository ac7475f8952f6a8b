"""Documents and bytes changed at random with a seed, and what a reader may make of them."""

import contextlib
import copy
import math
import random
import resource
import signal
from datetime import UTC, date, datetime, time

from simulator.errors import InputError, printable_line

SEED = 11
CPU_S = 60.0
MEMORY_BYTES = 1_500_000_000
LONGEST_LINE = 4_000
ODD_TEXTS = (
    *("", " ", "a\x1b[2J", "\u202eabc", "a\nb", "\ud800", "\x00", "x" * 50_000, "é서", "a.b", "'"),
    *(
        "nan",
        "1:2:3",
        "2016-12-31T23:59:60Z",
        "2023-08-24T00:00:00",
        "osan",
        "dprk",
        "great-circle",
    ),
    *("straight", "/dev/zero", "/", "..", "kepler", "launch", "-99", "South Africa", '"', "[0]"),
)
ODD_NUMBERS = (
    *(0, 1, -1, 2, 90, -90, 180, 360, 361, 1 << 31, 1 << 63, -(1 << 64), 10**400, 10**4_000),
    *(0.0, -0.0, 1e-300, 1e308, -1e308, math.inf, -math.inf, math.nan, 0.1, 89.999999, 1e-9),
)
ODD_TIMES = (
    *(datetime(2023, 8, 24), datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)),
    *(date(2023, 8, 24), time(23, 59, 59)),
)


def seeded(kind, number):
    return random.Random(f"{SEED} {kind} {number}")


def checked(read, *, refusals):
    """Call a reader and return what it reads, None if it refuses; nothing else may come of it."""

    def too_long(number, frame):
        raise AssertionError("a minute of processor time was not enough")

    before = signal.signal(signal.SIGPROF, too_long)
    signal.setitimer(signal.ITIMER_PROF, CPU_S)
    try:
        return read()
    except InputError as error:
        assert error.problems
        assert len(error.problems) <= 110
        for line in error.problems:
            assert line.strip()
            assert line == printable_line(line)
            assert len(line) < LONGEST_LINE, line[:300]
        refusals.append(error)
        return None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)


class Bounded:
    """Holds a run of inputs to a bound on how far its memory grows, and to some of each outcome."""

    def __enter__(self):
        self.before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        self.refusals, self.good = [], 0
        return self

    def __call__(self, read):
        result = checked(read, refusals=self.refusals)
        self.refusals[:-100] = [None] * max(0, len(self.refusals) - 100)
        self.good += result is not None
        return result

    def __exit__(self, kind, *details):
        if kind is None:
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - self.before
            assert grown < MEMORY_BYTES
            assert self.good and self.refusals, "the inputs are all good or all bad: no fuzzing"


def places(node, where=()):
    """Yield the way to every value inside a document."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items:
        yield (*where, key)
        if isinstance(value, dict | list):
            yield from places(value, (*where, key))


def parent(document, where):
    for key in where[:-1]:
        document = document[key]
    return document


def nested(depth, leaf):
    value = leaf
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


def odd_value(rng, *, times=()):
    pools = (ODD_TEXTS, ODD_NUMBERS, (True, False), times or (0,))
    kind = rng.randrange(8)
    if kind < 4:
        return rng.choice(pools[kind])
    if kind == 4:
        return nested(rng.choice((1, 5, 40)), 1)
    if kind == 5:
        return [rng.choice(ODD_NUMBERS) for _ in range(rng.randrange(5))]
    if kind == 6:
        return {rng.choice(ODD_TEXTS[:8]) or "k": rng.choice(ODD_NUMBERS)}
    return rng.uniform(-400.0, 400.0)


def changed(rng, document, *, times=()):
    """Return a document with some of its values replaced, dropped, doubled, renamed or swapped."""
    document = copy.deepcopy(document)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        ways = list(places(document))
        if not ways:
            break
        where = rng.choice(ways)
        holder, key = parent(document, where), where[-1]
        action = rng.randrange(9)
        if action < 4:
            holder[key] = odd_value(rng, times=times)
        elif action == 4:
            del holder[key]
        elif action == 5 and isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[rng.randrange(len(holder))]))
        elif action == 5:
            holder[rng.choice(ODD_TEXTS[:14])[:100] or "k"] = holder.pop(key)
        elif action == 6:
            source = rng.choice(ways)
            holder[key] = copy.deepcopy(parent(document, source)[source[-1]])
        elif isinstance(holder[key], int | float) and not isinstance(holder[key], bool):
            with contextlib.suppress(OverflowError):
                holder[key] = holder[key] * rng.choice((-1, 0, 0.5, 1.0001, 2, 1e3, 1e9))
        elif isinstance(holder[key], list):
            holder[key] = holder[key] * rng.choice((0, 2, 20))
        else:
            holder[key] = [holder[key]]
    return document


def damaged(rng, raw):
    """Return bytes with some of them changed, cut out, doubled or cut off."""
    raw = bytearray(raw)
    for _ in range(rng.choice((1, 1, 2, 8))):
        if not raw:
            break
        start = rng.randrange(len(raw))
        end = min(len(raw), start + rng.choice((1, 2, 8, 100)))
        action = rng.randrange(5)
        if action == 0:
            raw[start:end] = rng.randbytes(end - start)
        elif action == 1:
            del raw[start:end]
        elif action == 2:
            raw[start:start] = raw[start:end] * rng.choice((1, 50))
        elif action == 3:
            del raw[start:]
        else:
            raw[start] ^= 1 << rng.randrange(8)
    return bytes(raw)
