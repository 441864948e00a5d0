"""Files as faults make them: bytes changed, cut out, doubled or replaced by numbers that nobody meant."""

from __future__ import annotations

import random
import re

#: What stands in the place of a number.
TOKENS = [b"nan", b"inf", b"-1", b"0", b"1e308", b"999999999999", b"", b"null", b'"x"', b"[]", b"{}", b",", b"\n",
          b"\t", b"\x00", b"\xff", b"1e-320", b"true", b"-inf", b"1000000"]  # fmt: skip
_NUMBER = re.compile(rb"[-\d.eE+]+")


def text(data: bytes, rng: random.Random) -> bytes:
    """A table or a record with a few faults."""
    hurt = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 5, 20])):
        kind, at = rng.random(), rng.randrange(len(hurt) + 1)
        if kind < 0.5 and (numbers := list(_NUMBER.finditer(hurt))):
            found = rng.choice(numbers[: rng.choice([5, 50, len(numbers)])])
            hurt[found.start() : found.end()] = rng.choice(TOKENS)
        elif kind < 0.6:
            del hurt[at:]
        elif kind < 0.7:
            del hurt[at : at + rng.choice([1, 10, 1000])]
        elif kind < 0.8:
            hurt[at:at] = rng.choice(TOKENS)
        else:
            lines = hurt.split(b"\n")
            lines.insert(rng.randrange(len(lines)), lines[rng.randrange(len(lines))])
            hurt = bytearray(b"\n".join(lines))
    return bytes(hurt)


def binary(data: bytes, rng: random.Random) -> bytes:
    """A file with bytes changed, cut out, doubled or cut off; its first kilobytes most of all, where headers are."""
    hurt = bytearray(data)
    for _ in range(rng.choice([1, 2, 8, 50])):
        at = rng.randrange(min(len(hurt), rng.choice([64, 2000, len(hurt)])) or 1) if hurt else 0
        kind = rng.random()
        if kind < 0.7 and hurt:
            hurt[at] = rng.randrange(256)
        elif kind < 0.8:
            del hurt[at : at + rng.choice([1, 8, 200])]
        elif kind < 0.9:
            hurt[at:at] = hurt[at : at + rng.choice([4, 100])]
        elif rng.random() < 0.2:
            del hurt[max(at, 100) :]
    return bytes(hurt)
