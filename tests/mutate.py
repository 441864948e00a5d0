"""Files as faults make them: bytes changed, cut out, doubled or replaced by numbers that nobody meant."""

from __future__ import annotations

import random
import re

#: What stands in the place of a number.
TOKENS = [b"nan", b"inf", b"-1", b"0", b"1e308", b"999999999999", b"", b"null", b'"x"', b"[]", b"{}", b",", b"\n",
          b"\t", b"\x00", b"\xff", b"1e-320", b"true", b"-inf", b"1000000", b"-1e308", b"1e999"]  # fmt: skip
#: What keeps a record of JSON one.
_VALUES = [b"NaN", b"Infinity", b"-1", b"1e308", b"-1e308", b"1e999", b"1" + 400 * b"0", b"999999999999", b"null",
           b'"x"', b"[]", b"{}", b"1e-320", b"true"]  # fmt: skip
_NUMBER, _VALUE = re.compile(rb"[-\d.eE+]+"), re.compile(rb"(?<=[\[,:\s])-?\d[-\d.eE+]*")


def text(data: bytes, rng: random.Random) -> bytes:
    """A table or a record with a few faults."""
    hurt = bytearray(data)
    valid = data[:1] in (b"[", b"{") and rng.random() < 0.5
    pattern, tokens = (_VALUE, _VALUES) if valid else (_NUMBER, TOKENS)
    for _ in range(rng.choice([1, 1, 2, 5, 20])):
        kind, at = 0.0 if valid else rng.random(), rng.randrange(len(hurt) + 1)
        if kind < 0.5 and (numbers := list(pattern.finditer(hurt))):
            found = rng.choice(numbers[: rng.choice([5, 50, len(numbers)])])
            hurt[found.start() : found.end()] = rng.choice(tokens)
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
