"""What can be written behind an option: times, stretches of time, samplings, people."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any, NoReturn

import click

from posture.nearest import did_you_mean

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|h)?")
_SECONDS = {None: 1.0, "s": 1.0, "min": 60.0, "h": 3600.0}


class Choice(click.Choice[str]):
    """One of a few words; another one is answered with the nearest of them."""

    def fail(self, message: str, param: click.Parameter | None = None, ctx: click.Context | None = None) -> NoReturn:
        """Point to what may have been meant: the message begins with the word, between quotes."""
        word = message.partition("'")[2].partition("'")[0]
        super().fail(message.rstrip(".") + did_you_mean(word, self.choices), param, ctx)


class Place(click.Path):
    """A file or a folder; an empty name, which a variable gives that is not set, is not the folder one is in."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path."""
        if value == "":
            self.fail("is empty; name a file or a folder", param, ctx)
        return super().convert(value, param, ctx)


PATH = Place(path_type=Path)


class Span(click.ParamType[tuple[float, float]]):
    """``A-B`` in seconds or m:ss."""

    name = "A-B"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, float]:
        """Both ends in seconds."""
        if isinstance(value, tuple):
            return value
        parts = str(value).split("-")
        try:
            start, stop = (seconds(part) for part in parts)
        except ValueError:
            self.fail(f"'{value}' is not a stretch of time; write it like 12.5-20 or 1:05-1:30", param, ctx)
        if stop <= start:
            self.fail(f"'{value}' ends before it starts", param, ctx)
        return start, stop


class Sample(click.ParamType[dict[str, float]]):
    """``20s/2min``: windows of 20 s every 2 min."""

    name = "LENGTH/EVERY"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, float]:
        """Length and distance of the windows in seconds."""
        if isinstance(value, dict):
            return value
        try:
            length, every = (duration(part) for part in str(value).split("/"))
        except ValueError:
            self.fail(f"'{value}' is not a sampling; write it like 20s/2min", param, ctx)
        return {"length": length, "every": every}


class Seconds(click.ParamType[float]):
    """Seconds, or m:ss."""

    name = "S"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """In seconds."""
        try:
            return seconds(str(value))
        except ValueError:
            self.fail(f"'{value}' is not a time; write seconds, or minutes:seconds with seconds below 60", param, ctx)


class Duration(click.ParamType[float]):
    """``60``, ``60s`` or ``2min``."""

    name = "60s"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """In seconds."""
        try:
            return duration(str(value))
        except ValueError:
            self.fail(f"'{value}' is not a time; write it like 60s or 2min", param, ctx)


class Size(click.ParamType[tuple[int, int]]):
    """``1920x1080``: width and height."""

    name = "WxH"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Both in pixels."""
        if isinstance(value, tuple):
            return value
        match = re.fullmatch("([1-9][0-9]{0,4})[xX]([1-9][0-9]{0,4})", str(value).strip())
        if match is None:
            self.fail(f"'{str(value)[:20]}' is not a size; write width x height in pixels, like 1920x1080", param, ctx)
        return int(match[1]), int(match[2])


class Person(click.ParamType["int | str"]):
    """A number from 1, or ``auto``."""

    name = "N|auto"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        """The number, or ``auto``."""
        if value == "auto":
            return "auto"
        number = int(value) if re.fullmatch("[0-9]{1,4}", str(value)) else 0
        if number < 1:
            self.fail(f"'{str(value)[:20]}' is not a person; write 1, 2, ... or auto", param, ctx)
        return number


def seconds(text: str) -> float:
    """``75``, ``1:15`` or ``1:02:03`` as seconds.

    Raises
    ------
    ValueError
        If it is none of these, or has 60 or more seconds beside minutes.
    """
    first, *others = (float(part) for part in text.strip().split(":"))
    # 1:70 is a slip of the finger, and nobody knows of which one.
    if len(others) > 2 or not 0 <= first < math.inf or not all(0 <= part < 60 for part in others):
        raise ValueError(text)
    value = first
    for part in others:
        value = 60.0 * value + part
    return value


def duration(text: str) -> float:
    """``90``, ``90s``, ``1.5min`` or ``1h`` as seconds.

    Raises
    ------
    ValueError
        If it is none of these.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    value = float(match[1]) * _SECONDS[match[2]]
    if value == math.inf:
        raise ValueError(text)
    return value
