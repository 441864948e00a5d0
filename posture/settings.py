"""Every tunable, in one validated model, saved with each analysis.

Defaults carry the source of their number; ``science`` means the review of the literature in the README's
method section. A TOML file (``--settings``) overrides defaults, the command line overrides the file.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from posture.errors import PostureError


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PoseSettings(_Section):
    """Frames to poses."""

    model: str = Field("full", description="lite, full, heavy or the path of a .task bundle")
    chunk_seconds: float = Field(10.0, gt=0, description="length of the unit of work, s")
    warmup_seconds: float = Field(0.5, ge=0, description="frames before a chunk that only start the tracker, s")
    scout_interval: float = Field(1.0, gt=0, description="time between looks for people, s")


class CleaningSettings(_Section):
    """Poses to clean poses."""


class StrideSettings(_Section):
    """Clean poses to strides."""


class DriftSettings(_Section):
    """Strides to drift."""


class Settings(_Section):
    """All of them."""

    pose: PoseSettings = PoseSettings()
    cleaning: CleaningSettings = CleaningSettings()
    strides: StrideSettings = StrideSettings()
    drift: DriftSettings = DriftSettings()


def load_settings(path: Path) -> Settings:
    """Read a TOML settings file.

    Raises
    ------
    PostureError
        If the file cannot be read, is not TOML, or holds an unknown key or a value out of range; the message
        names file, key and fault.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PostureError(f"{path}: the settings file cannot be read ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PostureError(f"{path}: not a valid TOML file: {error}.") from error
    try:
        return Settings.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise PostureError(f"{path}: setting '{key}': {first['msg'].lower()}.") from error
