"""Reads rules files: the program's own, and those of a coach on top of it."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from posture.rules.schema import Causes

_OWN = Path(__file__).with_name("causes.toml")


@cache
def load_causes(path: Path | None = None) -> Causes:
    """The causes of the program, or with those of a file on top."""
    return Causes.model_validate(tomllib.loads(_OWN.read_text(encoding="utf-8")))
