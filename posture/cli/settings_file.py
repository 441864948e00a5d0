"""The user's own settings file: where it is looked for, and what a new one says."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

#: In the current folder, and its name there.
NAME = "posture.toml"
_LIMITS = {"ge": "from", "gt": "above", "le": "to", "lt": "below"}
#: From here on limits are guards against damaged input, which nobody wants to read.
_NO_LIMIT = 1e6
_HEAD = """\
# Settings of posture. A line that begins with '#' and a name stands for the program's own value:
# take the '#' away to change it. Found as posture.toml in the current folder, else as settings.toml in
# your configuration folder; --settings names another file, and options of a command win over all of them.
# An analysis keeps the settings that it was made with.
"""


def places() -> tuple[Path, Path]:
    """Where a settings file is looked for, in this order."""
    return Path(NAME), Path(platformdirs.user_config_dir("posture", appauthor=False)) / "settings.toml"


def find_settings_file() -> Path | None:
    """The first that is there."""
    return next((path for path in places() if path.is_file()), None)


def rows() -> Iterator[tuple[str, str, FieldInfo]]:
    """Section, key and definition of every setting, in order."""
    from posture.settings import Settings

    for section, values in Settings():
        for key, field in type(values).model_fields.items():
            yield section, key, field


def meaning(field: FieldInfo) -> str:
    """What a setting is, with its limits."""
    bounds = ((kind, getattr(rule, kind, math.inf)) for rule in field.metadata for kind in _LIMITS)
    limits = " ".join(f"{_LIMITS[kind]} {bound:g}" for kind, bound in bounds if abs(bound) < _NO_LIMIT)
    return f"{field.description} [{limits}]" if limits else str(field.description)


def written(value: Any) -> str:
    """A value as TOML has it; ``none`` where it is not set."""
    if value is None:
        return "none"
    return json.dumps(value if isinstance(value, bool | int | float | str | list | dict) else str(value))


def template() -> str:
    """A settings file that changes nothing and shows everything."""
    from posture.settings import Settings

    lines, last = [_HEAD], ""
    standard = Settings().model_dump(mode="json")
    for section, key, field in rows():
        if section != last:
            lines += ["", f"[{section}]"]
            last = section
        value = standard[section][key]
        lines += [f"# {meaning(field)}", f"#{key} = {written(value) if value is not None else ''}".rstrip()]
    return "\n".join(lines) + "\n"
