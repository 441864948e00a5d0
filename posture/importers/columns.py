"""What the columns of a table of poses hold, by the many ways in which people name them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from posture import landmarks
from posture.importers.names import landmark_of, words_of
from posture.landmarks import L

_KINDS = {
    "x": "x",
    "y": "y",
    **dict.fromkeys(("v", "vis", "visibility", "c", "conf", "confidence", "score", "likelihood"), "visibility"),
}
#: What stands before a landmark's number or name and says only that it is one.
_LANDMARK = {
    "landmark",
    "landmarks",
    "lm",
    "keypoint",
    "keypoints",
    "kp",
    "kpt",
    "pose",
    "poselandmark",
    "point",
    "joint",
}
#: Before a number alone ``l`` is no side.
_NUMBERED = _LANDMARK | {"l", "p", "marker"}
_PIXELS = {"px", "pix", "pixel", "pixels"}
_SHARES = {"norm", "normalised", "normalized"}

_CLOCK = {"time", "timestamp", "timestamps", "t"}
#: To seconds.
_SECONDS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("ms", "msec", "millis", "millisecond", "milliseconds"), 1e-3),
    **dict.fromkeys(("us", "usec", "microsecond", "microseconds"), 1e-6),
}
_FRAME = {"frame", "frames", "image", "img"}
_COUNT = {"number", "no", "num", "nr", "idx", "index", "id", "n", "count", "time", "name", "file"}
_WHICH = {"landmark", "keypoint", "kp", "kpt", "joint", "bodypart", "part", "body", "marker", "point"}
_PERSON = {"person", "individual", "track", "subject"}


@dataclass(frozen=True)
class Meaning:
    """One column of a landmark: ``kind`` is ``x``, ``y``, ``visibility``, or ``pair`` for lists of these."""

    landmark: L
    kind: str


def meaning_of(column: str) -> Meaning | None:
    """What a column of a wide table holds; None for anything else.

    Examples
    --------
    >>> meaning_of("left_hip_x"), meaning_of("x23") == meaning_of("23_x") == meaning_of("L23_x") == meaning_of("lm23.x")
    (Meaning(landmark=<Landmark.LEFT_HIP: 23>, kind='x'), True)
    >>> meaning_of("centroid_x"), meaning_of("left_hip_world_x"), meaning_of("23").kind
    (None, None, 'pair')
    """
    words = [word for word in words_of(column) if word not in _PIXELS | _SHARES]
    kind, rest = _kind(words)
    numbers = [word for word in rest if word.isdigit()]
    if len(numbers) == 1 and not set(rest) - _NUMBERED - set(numbers):
        number = int(numbers[0][:9])
        return Meaning(L(number), kind) if number < landmarks.COUNT else None
    landmark = landmark_of(" ".join(word for word in rest if word not in _LANDMARK)) if not numbers else None
    return Meaning(landmark, kind) if landmark is not None else None


def _kind(words: list[str]) -> tuple[str, list[str]]:
    if words and words[-1] in _KINDS:
        return _KINDS[words[-1]], words[:-1]
    if words and words[0] in _KINDS:
        return _KINDS[words[0]], words[1:]
    return "pair", words


def wide(columns: Iterable[str]) -> dict[str, Meaning]:
    """The columns that hold landmarks, by name."""
    found = ((column, meaning_of(column)) for column in columns)
    return {column: meaning for column, meaning in found if meaning is not None}


def long(columns: Collection[str]) -> Mapping[str, str] | None:
    """Columns of a table with one row a landmark, by ``landmark``, ``x``, ``y`` and ``visibility``; None if it is none.

    Examples
    --------
    >>> long(["frame", "landmark_id", "x", "y", "visibility"])["landmark"]
    'landmark_id'
    >>> long(["frame", "nose_x", "nose_y"])
    """
    plain = {column: [word for word in words_of(column) if word not in _PIXELS | _SHARES] for column in columns}
    found = {_KINDS[words[0]]: column for column, words in plain.items() if len(words) == 1 and words[0] in _KINDS}
    which = next((column for column, words in plain.items() if _about(words, _WHICH)), None)
    return {**found, "landmark": which} if which is not None and {"x", "y"} <= found.keys() else None


def clock(columns: Iterable[str]) -> tuple[str, float] | None:
    """The column of times and what turns it into seconds.

    Examples
    --------
    >>> clock(["timestamp_ms", "nose_x"]), clock(["t", "nose_x"]), clock(["frame"])
    (('timestamp_ms', 0.001), ('t', 1.0), None)
    """
    for column in columns:
        words = words_of(column)
        units = [_SECONDS[word] for word in words if word in _SECONDS]
        if words and not set(words) - _CLOCK - set(_SECONDS) and (len(words) > len(units) or words[0] == "seconds"):
            return column, units[0] if units else 1.0
    return None


def frame(columns: Iterable[str]) -> str | None:
    """The column of frame numbers.

    Examples
    --------
    >>> frame(["x0", "frame_idx"]), frame(["Time/Frame"]), frame(["x0"])
    ('frame_idx', 'Time/Frame', None)
    """
    return next((column for column in columns if _about(words_of(column), _FRAME)), None)


def person(columns: Iterable[str]) -> str | None:
    """The column that says who is seen, where several people are."""
    return next((column for column in columns if _about(words_of(column), _PERSON)), None)


def _about(words: list[str], what: set[str]) -> bool:
    return bool(set(words) & what) and not set(words) - what - _COUNT
