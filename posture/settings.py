"""What a user may want to tune, in one validated model, saved with each analysis.

Other constants stand beside the code that uses them, each with its source or reason, and are no settings, because a
value of somebody's own would not be better for that person but wrong for everybody:

- of the method: proportions and limits of the human body, properties of the estimator, windows in strides, statistics;
  the floors, thresholds and error rates that METHOD.md states were measured with them, and hold with them only;
- numerical: sizes of batches and grids, tolerances of rounding, tails of filters; results do not depend on them;
- guards: the longest file, the slowest rate, the most people, beyond which input is damaged or not meant;
- of how something looks: colours, sizes, how many rows a summary shows; the tables hold all of it.

Defaults carry the source of their number; ``method`` with a number is a section of
METHOD.md. A TOML file (``--settings``) overrides defaults, the command line overrides the file.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from posture.about import Day, Height, Name, Note
from posture.engine import Engine, Rate
from posture.errors import PostureError
from posture.nearest import nearest
from posture.reading import parse_toml, read_text
from posture.toml_lines import line_of
from posture.viewpoints import ViewName


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Span(NamedTuple):
    """A stretch of time, s."""

    start: float
    stop: float


def _in_order(span: Span) -> Span:
    if not (math.isfinite(span.start) and math.isfinite(span.stop) and span.start < span.stop):
        raise ValueError("a stretch of time needs a start and a later end, both in seconds")
    return span


#: A stretch that somebody wrote.
Stretch = Annotated[Span, AfterValidator(_in_order)]
#: No recording is longer: four months, s.
_LONGEST = 1e7
#: Side of a picture, pixels.
Pixels = Annotated[int, Field(ge=1, le=100_000)]


class Sampling(_Section):
    """Windows of a long recording."""

    length: float = Field(
        ge=5, le=_LONGEST, description="length of a window, s; a stride is told by the ones around it"
    )
    every: float = Field(gt=0, le=_LONGEST, description="time from the start of one window to the start of the next, s")

    @model_validator(mode="after")
    def _windows_do_not_overlap(self) -> Sampling:
        if self.length > self.every:
            raise ValueError("a sampling window must not be longer than the time between windows")
        return self


class ClipSettings(_Section):
    """Which part of the recording counts, and what the camera cannot know. Times are seconds as a player shows them."""

    start: float | None = Field(default=None, ge=0, le=_LONGEST, description="analyse from here, s")
    end: float | None = Field(default=None, gt=0, le=_LONGEST, description="analyse up to here, s")
    exclude: tuple[Stretch, ...] = Field(default=(), description="stretches to leave out, s")
    sample: Sampling | None = Field(default=None, description="analyse windows of `length` s every `every` s only")
    person: int | None = Field(
        default=None, ge=1, le=1000, description="number of the runner among the people found; none: chosen"
    )
    view: ViewName | None = Field(
        default=None, description="left, right (the side that faces the camera), front or rear"
    )
    slow_motion: float = Field(default=1.0, ge=1, le=64, description="how many times slower than life the clip plays")
    fps: float | None = Field(default=None, gt=1, le=1000, description="frames per second of poses that hold no times")
    size: tuple[Pixels, Pixels] | None = Field(
        default=None, description="width and height of the picture of poses that do not hold them, pixels"
    )
    height_cm: Height | None = Field(default=None, description="the runner's height, cm")

    @model_validator(mode="after")
    def _end_after_start(self) -> ClipSettings:
        if self.end is not None and self.end <= (self.start or 0.0):
            raise ValueError("the end must come after the start")
        return self


class PoseSettings(_Section):
    """Frames to poses."""

    model: str = Field(default="full", description="lite, full, heavy or the path of a .task bundle")
    engine: Engine = Field(
        default="auto",
        description="what drives the model: its networks alone (direct), MediaPipe's graph around them, or auto, the "
        "first where LiteRT is installed (method 4.1)",
    )
    rate: Rate = Field(
        default="auto",
        description="frames that are looked at: about 30 a second of real life, which strides need, or all (slower)",
    )
    chunk_seconds: float = Field(
        default=10.0, ge=0.1, le=600, description="about the greatest length of the unit of work, s"
    )
    warmup_seconds: float = Field(
        default=0.25, ge=0, le=10, description="frames before a chunk that only start the tracker, s"
    )
    scout_interval: float = Field(default=2.0, ge=0.1, le=60, description="time between looks for people, s")


class CleaningSettings(_Section):
    """Poses to clean poses."""

    visibility: float = Field(default=0.5, ge=0, le=1, description="least visibility of a landmark, 0 to 1 (method 4)")
    far_arm_visibility: float = Field(
        default=0.65, ge=0, le=1, description="least visibility of the arm away from the camera, 0 to 1 (method 4)"
    )
    limb_gap: float = Field(
        default=0.10, ge=0, le=5, description="longest gap of an arm or leg point that is bridged, s (method 4)"
    )
    trunk_gap: float = Field(
        default=0.20,
        ge=0,
        le=5,
        description="longest gap of a head, shoulder or hip point that is bridged, s (method 4)",
    )
    cutoff: float | None = Field(
        default=None,
        ge=1,
        le=100,
        description="cutoff of the low-pass, Hz; if not given, 6 below 50 frames/s and 8 from there (method 4)",
    )


class StrideSettings(_Section):
    """Clean poses to strides."""

    tolerance: float = Field(
        default=0.2,
        gt=0,
        lt=1,
        description="largest deviation of a stride from the strides around it, fraction (method 1.5)",
    )
    min_valid: float = Field(
        default=0.9, gt=0, le=1, description="smallest share of a stride's frames that must be seen (method 1.5)"
    )


class DriftSettings(_Section):
    """Strides to drift."""

    fdr: float = Field(default=0.05, gt=0, le=0.2, description="error rate over all metrics of a run (method 3.2.8)")
    warmup_seconds: float = Field(
        default=60.0, ge=0, description="most that is left out at the start of a run, s (method 3.2.3)"
    )
    warmup_share: float = Field(
        default=0.1, ge=0, lt=0.5, description="the same as a share of the run; the smaller counts"
    )
    other_camera_factor: float = Field(
        default=2.0,
        ge=1,
        description="factor on the floors between clips unless the camera stood still (method 2.4: 1.5 to 2)",
    )
    floor_factor: float = Field(
        default=1.0, ge=1, description="factor on all floors: `other_camera_factor` where one run is joined from clips"
    )
    floors: dict[str, Annotated[float, Field(gt=0)]] = Field(
        default={},
        description="minimal detectable change by metric id, in its unit, instead of the registry's (method 2.4)",
    )
    resamples: int = Field(
        default=200, ge=100, le=10_000, description="bootstrap samples behind the interval of the rate"
    )


class RunSettings(_Section):
    """What is known about the run beside its pictures."""

    runner: Name | None = Field(default=None, description="who runs")
    date: Day | None = Field(default=None, description="the day of the recording; none: what the file says")
    note: Note = Field(default="", description="one line that stands with the results")
    baseline: Stretch | None = Field(default=None, description="the fresh part of the run, s; none: its first fifth")
    speed_kmh: float | None = Field(default=None, gt=0, lt=50, description="speed of a belt that was not touched, km/h")
    incline: float | None = Field(
        default=None, gt=-30, lt=50, description="incline of a belt that was not touched, percent"
    )
    speed_log: Path | None = Field(default=None, description="CSV or FIT file of a treadmill or a watch")
    log_start: float = Field(
        default=0.0,
        ge=-_LONGEST,
        le=_LONGEST,
        description="second of the clip at which the log starts; negative: before it",
    )
    upright: Path | None = Field(
        default=None, description="clip or analysis of the same runner standing tall or walking"
    )
    reference: Path | None = Field(default=None, description="TOML file of reference runners; none: the program's own")
    camera_roll: float = Field(
        default=0.0, ge=-45, le=45, description="degrees by which the picture is turned clockwise"
    )
    intake: Path | None = Field(default=None, description="TOML file with the runner's answers")
    rules: Path | None = Field(default=None, description="TOML file with causes that override or add to the program's")

    @field_validator("speed_log", "upright", "reference", "intake", "rules")
    @classmethod
    def _found_from_any_folder(cls, path: Path | None) -> Path | None:
        """Kept in full: the analysis may be repeated from another folder."""
        return path and path.absolute()

    @model_validator(mode="after")
    def _one_source_of_speed(self) -> RunSettings:
        if self.speed_log and (self.speed_kmh is not None or self.incline is not None):
            raise ValueError("give either a speed log or a constant speed and incline")
        return self


class ReportSettings(_Section):
    """What is shown."""

    face_blur: bool = Field(
        default=False, description="blur the runner's face and everything around the runner before a picture is written"
    )


class LiveSettings(_Section):
    """The coach beside the treadmill. Times are judgement: desk monitors nag without them (no source gives numbers)."""

    baseline_seconds: float = Field(
        default=60.0, ge=10, le=1800, description="running that makes the personal baseline, s"
    )
    dwell_seconds: float = Field(default=4.0, ge=0, le=120, description="a change must stay this long before a cue, s")
    show_seconds: float = Field(default=15.0, gt=0, le=600, description="a cue stays on the screen this long, s")
    gap_seconds: float = Field(default=30.0, ge=0, le=3600, description="least time from one cue to another, s")
    cooldown_seconds: float = Field(
        default=120.0, ge=0, le=3600, description="least time until the same cue comes again, s"
    )
    praise_seconds: float = Field(default=5.0, gt=0, le=600, description='"well done" stays on the screen this long, s')
    snooze_seconds: float = Field(default=300.0, gt=0, le=3600, description="no cues after the snooze key, s")
    patience_seconds: float = Field(
        default=20.0,
        ge=0,
        le=600,
        description="coaching begins after this long although the camera could stand better, s",
    )
    silent_seconds: float = Field(
        default=5.0, gt=0, le=60, description="a network camera that sends nothing for this long has gone away, s"
    )


class Settings(_Section):
    """All of them."""

    clip: ClipSettings = ClipSettings()
    pose: PoseSettings = PoseSettings()
    cleaning: CleaningSettings = CleaningSettings()
    strides: StrideSettings = StrideSettings()
    drift: DriftSettings = DriftSettings()
    run: RunSettings = RunSettings()
    report: ReportSettings = ReportSettings()
    live: LiveSettings = LiveSettings()

    @property
    def baseline(self) -> Span | None:
        """The fresh part of the run in seconds of real life, where the clip's own may be slowed down."""
        fresh, factor = self.run.baseline, self.clip.slow_motion
        return Span(fresh.start / factor, fresh.stop / factor) if fresh else None


def load_settings(
    path: Path | None,
    overrides: dict[str, dict[str, Any]],
    base: Settings | None = None,
    options: Mapping[str, str] = MappingProxyType({}),
) -> Settings:
    """Defaults, overridden by a TOML file, overridden by single values.

    Parameters
    ----------
    path : Path or None
        The TOML file.
    base : Settings, optional
        What is taken instead of the defaults.
    overrides : dict
        Section to key to value; wins over the file.
    options : mapping of str to str
        By ``section.key`` of the overrides: what the user calls it.

    Raises
    ------
    PostureError
        If the file cannot be read, is not TOML, or if anything holds an unknown key or a value out of range;
        the message names file, key and fault.
    """
    values = (base or Settings()).model_dump()
    text = read_text(path, "the settings file") if path else ""
    for layer in (parse_toml(path, text) if path else {}, overrides):
        for section, keys in layer.items():
            known = values.get(section, {})
            # What is no table is refused below.
            if isinstance(known, dict):
                values[section] = {**known, **keys} if isinstance(keys, dict) else keys
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        place = first["loc"]
        origin = f"{path}, line {line_of(text, place)}: " if path and _is_in(parse_toml(path, text), place) else ""
        if first["type"] == "extra_forbidden":
            raise PostureError(f"{origin}{_unknown(place)}") from error
        fault = first["msg"].removeprefix("Value error, ")
        if first["type"] == "model_type":
            fault = f"is a section of its own; write [{'.'.join(map(str, place))}] and its settings below it"
        raise PostureError(f"{origin}{_called(place, origin, options)}{fault[:1].lower()}{fault[1:]}.") from error


def _called(place: tuple[str | int, ...], origin: str, options: Mapping[str, str]) -> str:
    """What is at fault, as the user wrote it: an option, or a setting of a file."""
    named = [name for key, name in options.items() if tuple(key.split("."))[: len(place)] == place[:2]]
    if named and not origin:
        return f"{', '.join(named)}: "
    return f"setting '{'.'.join(str(part) for part in place)}': "


def _is_in(table: dict[str, Any], place: tuple[str | int, ...]) -> bool:
    """Whether the file says anything about what is at fault, a section or a key; else an option does."""
    return not place or (place[0] in table and (len(place) == 1 or place[1] in table[place[0]]))


def _unknown(place: tuple[str | int, ...]) -> str:
    """What is not known, and the nearest of what is: in the same section first, then in any."""
    sections = {name: list(type(section).model_fields) for name, section in Settings()}
    anywhere = {key: f"{section}.{key}" for section, keys in sections.items() for key in keys}
    *outer, name = (str(part) for part in place)
    here = nearest(name, sections[outer[0]] if outer else sections)
    if name in anywhere:
        meant: str | None = anywhere[name]
    elif here:
        meant = ".".join((*outer[:1], here))
    else:
        meant = anywhere.get(nearest(name, anywhere) or "")
    said = f"setting '{'.'.join((*outer, name))}' is not known"
    if meant:
        return f"{said}; did you mean '{meant}'?"
    known = sections[outer[0]] if outer else list(sections)
    return f"{said}; {'this section' if outer else 'a settings file'} takes {', '.join(known)}."
