"""Reference runners: who they are, how they are read and kept."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from posture.errors import PostureError
from posture.kinematics.registry import METRICS
from posture.kinematics.types import ViewKind
from posture.reading import parse_toml, read_text
from posture.series import Floats
from posture.storage.recording import IMPORTED
from posture.strides.types import Gait, Strides

#: Layout of the file; a file with another number is refused.
SCHEMA: Final = 1
#: How a clip's strides become its level. A reference made with another summary must be built again.
SUMMARY = "median of strides"
#: A reference clip, and a level, needs so many strides (one odd stride does not move the median of three).
LEAST_STRIDES = 3
#: A place among runners, and a pattern, needs so many of them: with ten the 95 % prediction interval is a fifth wider
#: than with many.
LEAST_RUNNERS = 10
#: From so many on a reference replaces the registry's band, which is judgement: the interval is an eighth wider.
REPLACES_BANDS = 15

#: Metrics of which only changes mean anything: the base of the pitch is short, and healthy runners are uneven from
#: side to side (method 1.2 and 2.1).
_CHANGES_ONLY = frozenset({"head_pitch", "head_tilt", "shoulder_obliquity", "lat_lean", "pelvis_obl", "arm_asym"})
#: Metrics that have a level: held postures and swings, not what speed and frame rate make.
LEVELLED = tuple(
    metric.id
    for metric in METRICS.values()
    if metric.reduction not in ("stride", "event") and not metric.noise_driven and metric.id not in _CHANGES_ONLY
)

#: Engines of which none differs more from the other than from itself on a picture moved by two pixels (method 4.1).
#: LiteRT only runs the networks: what moves landmarks is in the model, whose checksum is compared, and in this program
#: (2.1, 2.2 and 2.3 give the same landmarks to the bit on three seconds of video). MediaPipe brings its own graph
#: around them, so that each version of it is another one until it is measured; the program takes none that was not.
_ALIKE = frozenset({"litert", "mediapipe 1.2"})

_RUNNING = (Gait.RUNNING, Gait.SLOW_MOTION, Gait.UNSURE)


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class ReferenceClip(_Model):
    """One clip of a reference runner, and its levels by metric id, each in the metric's unit."""

    runner: str = Field(min_length=1)
    source: str = Field(min_length=1)
    view: ViewKind
    gait: Literal["running", "walking"]
    strides: int = Field(ge=LEAST_STRIDES)
    levels: dict[Annotated[str, Field(min_length=1)], float] = Field(min_length=1)


class Reference(_Model):
    """Levels of reference runners, which hold for the model of their poses, and for engines that read alike.

    Attributes
    ----------
    name : str
        For people, as "16 reference runners".
    model : str
        Pose model with its checksum.
    engine : str
        Library with its version up to the second number.
    summary : str
        How strides became levels.
    clip : tuple of ReferenceClip
        One runner may have several.
    """

    reference: Literal[1] = SCHEMA
    name: str = Field(min_length=1)
    model: str = Field(min_length=1)
    engine: str = Field(min_length=1)
    summary: str
    clip: tuple[ReferenceClip, ...] = Field(min_length=1)

    def without(self, runner: str) -> Reference:
        """The same without one runner."""
        return self.model_copy(update={"clip": tuple(clip for clip in self.clip if clip.runner != runner)})

    def only(self, runner: str) -> Reference:
        """One runner of it."""
        return self.model_copy(update={"clip": tuple(clip for clip in self.clip if clip.runner == runner)})

    def runners(self, view: ViewKind, gait: str) -> list[str]:
        """Names of the runners seen from there, in order of first mention."""
        return list(dict.fromkeys(clip.runner for clip in self._clips(view, gait)))

    def levels(self, metrics: tuple[str, ...], view: ViewKind, gait: str) -> Floats:
        """Levels of every runner who has all of these metrics, one runner one row whatever the number of clips.

        Returns
        -------
        ndarray, shape (runners, len(metrics))
            The mean over a runner's clips.
        """
        rows = [each.mean(axis=0) for each in self._by_runner(metrics, view, gait)]
        return np.array(rows).reshape(-1, len(metrics))

    def recording_error(self, metric: str, view: ViewKind, gait: str) -> float:
        """Standard error of measurement between two recordings of one runner; NaN where nobody has two.

        The pooled standard deviation of a runner's clips about their mean.
        """
        several = [each for each in self._by_runner((metric,), view, gait) if len(each) > 1]
        freedom = sum(len(each) - 1 for each in several)
        squares = sum(float(((each - each.mean()) ** 2).sum()) for each in several)
        return float(np.sqrt(squares / freedom)) if freedom else float("nan")

    def _clips(self, view: ViewKind, gait: str) -> Iterator[ReferenceClip]:
        return (clip for clip in self.clip if clip.view is view and clip.gait == gait)

    def _by_runner(self, metrics: tuple[str, ...], view: ViewKind, gait: str) -> list[Floats]:
        """Clips of each runner, shape (clips, metrics)."""
        rows: dict[str, list[list[float]]] = {}
        for clip in self._clips(view, gait):
            if all(id in clip.levels for id in metrics):
                rows.setdefault(clip.runner, []).append([clip.levels[id] for id in metrics])
        return [np.array(each) for each in rows.values()]


def gait_of(strides: Strides) -> Literal["running", "walking", ""]:
    """Under which gait a clip is compared; slow motion is running, and nothing where there are no strides."""
    if strides.gait is Gait.WALKING:
        return "walking"
    return "running" if strides.gait in _RUNNING else ""


def engine_of(estimator: str) -> str:
    """The library with its version up to the second number: patches do not move landmarks.

    Examples
    --------
    >>> engine_of("mediapipe 1.2.3")
    'mediapipe 1.2'
    """
    return ".".join(estimator.split(".")[:2])


def read_alike(engine: str, other: str) -> bool:
    """Whether two engines, each a library with its version, are known to read postures alike with one model.

    Examples
    --------
    >>> read_alike("litert 2.4.0", "mediapipe 1.2.3"), read_alike("mediapipe 1.3.0", "mediapipe 1.2.3")
    (True, False)
    """
    both = {"litert" if name.startswith("litert ") else engine_of(name) for name in (engine, other)}
    return len(both) == 1 or both <= _ALIKE


def named_apart(seen: tuple[str, str], other: tuple[str, str]) -> tuple[str, str]:
    """Two pairs of model and engine by what tells them apart: models, with checksums if need be, else engines.

    What was imported has no model of its own; its engine says from where it comes.
    """
    if seen[0] == other[0]:
        return engine_of(seen[1]), engine_of(other[1])
    full = (_model_of(*seen), _model_of(*other))
    short = (full[0].split(" sha256")[0], full[1].split(" sha256")[0])
    return full if short[0] == short[1] else short


def _model_of(model: str, engine: str) -> str:
    return engine if model == IMPORTED else model


def load_reference(path: Path | None = None) -> Reference:
    """Read reference levels.

    Parameters
    ----------
    path : Path, optional
        As ``posture reference build`` writes it; the program's own by default.

    Raises
    ------
    PostureError
        If it cannot be read, or holds something else; the message names key and fault.
    """
    return _shipped() if path is None else _read(path)


@cache
def _shipped() -> Reference:
    return _read(Path(__file__).with_name("reference.toml"))


def _read(path: Path) -> Reference:
    content = parse_toml(path, read_text(path, "the reference"))
    try:
        reference = Reference.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        fault = first["msg"][:1].lower() + first["msg"][1:]
        raise PostureError(f"{path}: '{key}': {fault}; posture reference build makes such a file.") from error
    _check_metrics(path, reference)
    return reference


def _check_metrics(path: Path, reference: Reference) -> None:
    unknown = {id for clip in reference.clip for id in clip.levels} - set(LEVELLED)
    if unknown:
        raise PostureError(f"{path}: '{min(unknown)}' is no metric that has a level; there are {', '.join(LEVELLED)}.")


def held_against(reference: Reference, model: str, engine: str) -> str:
    """Why poses of this model and engine cannot be held against a reference; empty if they can.

    Parameters
    ----------
    reference : Reference
    model, engine : str
        As :class:`posture.recording.Recording` keeps them.
    """
    if reference.summary != SUMMARY:
        return f"The {reference.name} were made by another version of this program; build the reference again."
    if model == reference.model and read_alike(engine, reference.engine):
        return ""
    other, this = named_apart((reference.model, reference.engine), (model, engine))
    return (
        f"The {reference.name} were seen by {other}, this recording by {this}, which may read postures "
        "differently; posture reference build makes a reference for it."
    )
