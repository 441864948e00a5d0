"""Reference levels from analysed clips, and the file that holds them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from posture.kinematics.registry import METRICS
from posture.kinematics.types import Metrics, View, ViewKind
from posture.levels.errors import Doubt
from posture.levels.reference import (
    LEAST_STRIDES,
    LEVELLED,
    SCHEMA,
    SUMMARY,
    Reference,
    ReferenceClip,
    gait_of,
)
from posture.levels.stage import Held, held, judge_levels
from posture.levels.types import Pattern
from posture.strides.types import Gait, Strides

_PURE = (ViewKind.SIDE, ViewKind.FRONT, ViewKind.REAR)


@dataclass(frozen=True)
class Refused:
    """A clip that makes no reference.

    Attributes
    ----------
    source : str
    reason : str
        One sentence.
    """

    source: str
    reason: str


def reference_clip(
    runner: str,
    source: str,
    strides: Strides,
    metrics: Metrics,
    view: View,
    span: tuple[float, float] | None = None,
) -> ReferenceClip | Refused:
    """One clip's levels, or why it has none that could serve as a reference.

    Parameters
    ----------
    runner : str
        Clips of one runner have the same.
    source : str
        Where the numbers come from.
    strides : Strides
    metrics : Metrics
    view : View
    span : tuple of float, optional
        Strides outside this stretch do not count, s.
    """
    kept = strides.kept
    if span is not None:
        kept = kept[(kept["start"] >= span[0]) & (kept["end"] <= span[1])]
    if view.kind not in _PURE:
        return Refused(source, "it is not filmed square to the runner's side, front or back.")
    if strides.gait is Gait.NONE:
        return Refused(source, "no strides were found in it.")
    if len(kept) < LEAST_STRIDES:
        counted = "1 stride that counts" if len(kept) == 1 else f"{len(kept)} strides that count"
        return Refused(source, f"it has {counted}; a reference needs {LEAST_STRIDES}.")
    values = held(kept, metrics, view, gait_of(strides), float("nan")).values
    levels = {
        id: _rounded(float(np.median(column)))
        for id, column in values.items()
        if id not in metrics.trend_only and column.size >= LEAST_STRIDES
    }
    if not levels:
        return Refused(source, "none of its metrics was seen well enough.")
    gait = "walking" if strides.gait is Gait.WALKING else "running"
    return ReferenceClip(
        runner=runner, source=source, view=view.kind, gait=gait, strides=len(kept), levels=levels
    )  # fmt: skip


def _rounded(value: float) -> float:
    """Four digits: a tenth of what two recordings of one runner differ by, and the same on every machine."""
    return float(f"{value:.4g}")


def make_reference(clips: Sequence[ReferenceClip], model: str, engine: str) -> Reference:
    """A reference of these clips.

    Parameters
    ----------
    clips : sequence of ReferenceClip
        One at least.
    model, engine : str
        As of :class:`Reference`.
    """
    runners = len({clip.runner for clip in clips})
    name = f"{runners} reference runner{'' if runners == 1 else 's'}"
    return Reference(reference=SCHEMA, name=name, model=model, engine=engine, summary=SUMMARY, clip=tuple(clips))


@dataclass(frozen=True)
class Row:
    """What a reference holds about one metric.

    Attributes
    ----------
    metric : str
    view : ViewKind
    gait : str
    runners : int
    mean, sd : float
        Over the runners, in the metric's unit; the SD is NaN for one.
    sem : float
        Between recordings of one runner; NaN where nobody has two.
    """

    metric: str
    view: ViewKind
    gait: str
    runners: int
    mean: float
    sd: float
    sem: float


def rows(reference: Reference) -> Iterator[Row]:
    """Every metric by view and gait, in the registry's order."""
    for view, gait in sorted({(clip.view, clip.gait) for clip in reference.clip}):
        for metric in LEVELLED:
            levels = reference.levels((metric,), view, gait)[:, 0]
            if levels.size:
                sd = float(levels.std(ddof=1)) if levels.size > 1 else float("nan")
                sem = reference.recording_error(metric, view, gait)
                yield Row(metric, view, gait, levels.size, float(levels.mean()), sd, sem)


def left_out(reference: Reference) -> dict[str, tuple[Pattern, ...]]:
    """The patterns that each runner gets when held against all the others, by runner.

    Each runner's own levels, the mean over the clips, without errors of a recording: at most a tenth of the runners
    should get one.
    """
    found: dict[str, tuple[Pattern, ...]] = {}
    for view, gait in sorted({(clip.view, clip.gait) for clip in reference.clip}):
        for runner in reference.runners(view, gait):
            recording = _as_recording(reference, runner, view, gait)
            judged = judge_levels(recording, reference.without(runner)).found if len(reference.clip) > 1 else ()
            found[runner] = found.get(runner, ()) + judged
    return found


def _as_recording(reference: Reference, runner: str, view: ViewKind, gait: str) -> Held:
    """A recording with the runner's levels in every stride, from a level and square camera."""
    own = reference.only(runner)
    levels = {id: own.levels((id,), view, gait) for id in LEVELLED}
    values = {id: np.full(LEAST_STRIDES, float(level[0, 0])) for id, level in levels.items() if level.size}
    return Held(values, frozenset(), view, gait, Doubt(float("nan"), 0.0))


def to_toml(reference: Reference, command: str) -> str:
    """The file's text; the same reference makes the same text.

    Parameters
    ----------
    reference : Reference
    command : str
        The command that made it, told in its first lines.
    """
    lines = [
        "# Levels of reference runners, by clip: medians over strides, each in its metric's unit.",
        f"# Made by: {command}",
        "#",
        "# metric, view, gait: runners, mean, SD between runners, SEM between recordings of one runner",
        *(f"# {_told(row)}" for row in rows(reference)),
        "",
        f"reference = {reference.reference}",
        *(f"{key} = {json.dumps(getattr(reference, key))}" for key in ("name", "model", "engine", "summary")),
    ]
    for clip in reference.clip:
        lines += ["", "[[clip]]"]
        lines += [f"{key} = {json.dumps(str(getattr(clip, key)))}" for key in ("runner", "source", "view", "gait")]
        lines += [f"strides = {clip.strides}", "[clip.levels]"]
        lines += [f"{id} = {level!r}" for id, level in clip.levels.items()]
    return "\n".join(lines) + "\n"


def _told(row: Row) -> str:
    numbers = f"{row.mean:.4g}, {row.sd:.2g}, {row.sem:.2g}".replace("nan", "-")
    return f"{row.metric}, {row.view}, {row.gait}: {row.runners}, {numbers} {METRICS[row.metric].unit}"
