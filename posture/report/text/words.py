"""The words that stand still: headings, labels, explanations."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

#: By section and key.
WORDS: Mapping[str, Mapping[str, Any]] = tomllib.loads(
    files(__package__).joinpath("english.toml").read_text(encoding="utf-8")
)
