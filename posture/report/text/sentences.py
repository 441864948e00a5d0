"""What is said about the recording: where the camera stands, what the runner does, how well it was seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from posture.drift.confounders import ROLL_FLOOR
from posture.drift.types import Status
from posture.kinematics.registry import CARRIAGE
from posture.kinematics.types import View, ViewKind
from posture.report.text.pace import beside_speed
from posture.report.text.quantities import counted, number, quantity
from posture.report.text.words import WORDS
from posture.rules.open import topics
from posture.rules.types import Finding
from posture.rules.wording import listed
from posture.strides import FEW_STRIDES, TORN, EventKind, Gait, Strides, cadence_in_life

if TYPE_CHECKING:
    from posture.analysis import Analysis

#: Frames per second below which swings are clipped (method 4).
LOW_RATE = 25.0


#: Topics of questions that are named: the first ones are asked first.
_TOPICS = 3


def view(view: View) -> str:
    """Where the camera stands."""
    if view.kind is ViewKind.SIDE:
        return f"seen from the runner's {view.near} side"
    if view.kind is ViewKind.OBLIQUE:
        return f"seen at an angle of about {view.yaw:.0f}° off the side"
    if view.kind is ViewKind.UNKNOWN:
        return "camera position unclear"
    return "seen from the front" if view.kind is ViewKind.FRONT else "seen from behind"


def gait(strides: Strides) -> str:
    """What the runner does, and for how many strides."""
    if strides.gait is Gait.NONE:
        return "no strides found"
    said = "running or walking: unsure" if strides.gait is Gait.UNSURE else strides.gait.value
    if strides.clock.slow and strides.gait in (Gait.RUNNING, Gait.WALKING):
        said += " in slow motion"
    return f"{said}, {counted(len(strides.kept), 'stride')}"


def seen(analysis: Analysis) -> str:
    """From where the runner was seen, doing what, and at what cadence."""
    parts = [view(analysis.view), gait(analysis.segmented)]
    cadence, in_life = analysis.rows.get("cadence"), cadence_in_life(analysis.segmented)
    if in_life:
        about, low, high = (f"{5 * round(value / 5)}" for value in in_life)
        parts.append(f"about {about} steps/min in life ({low} to {high})")
    elif cadence:
        parts.append(f"{quantity(cadence.level, cadence.metric)} (±{number(cadence.floor, cadence.metric)})")
    return ", ".join(parts)


def cautions(analysis: Analysis) -> Iterator[str]:
    """What the user must know before reading any number."""
    strides = analysis.segmented
    yield from clock(strides)
    tilt = analysis.recording.tilt
    if abs(tilt) >= ROLL_FLOOR and not analysis.settings.run.camera_roll:
        way = "clockwise" if tilt > 0 else "anticlockwise"
        yield (
            f"The room's lines lie {abs(tilt):.1f}° {way}: absolute angles are off by as much, changes are not. "
            f"--camera-roll {tilt:.1f} takes it out."
        )
    yield from beside_speed(analysis.drift)
    if strides.gait is Gait.WALKING:
        yield "This is walking: the values are given, but not compared with running, and no causes are read from them."
    if 0 < len(strides.kept) < FEW_STRIDES:
        few = counted(len(strides.kept), "stride")
        yield f"Only {few}: too few to show whether the posture changes."


def clock(strides: Strides) -> Iterator[str]:
    """How the clip plays, where it is not life's speed."""
    played = strides.clock
    if played.slow:
        told = "the cadence in life is an estimate" if played.sure else "cadence and smoothness are not seen"
        unsure = "" if played.sure else ", but the bounce does not bear it out"
        yield (
            f"This looks like slow motion, {played.words()} slower than life{unsure}: {told}, "
            f"and times are the clip's own. Give --slow-motion {max(round(played.factor), 2)} if you know the factor."
        )
    elif played.fast:
        yield (
            f"The clip's clock cannot be right: it plays {played.words()} faster than life, as nobody steps so "
            f"quickly and so high. Cadence is not told. Export the clip at the speed at which it was taken."
        )


def quality(analysis: Analysis) -> Iterator[str]:
    """What was seen, masked, repaired and filled."""
    report = analysis.cleaning
    frames = max(report.frames, 1)
    yield f"runner found in {100 * (1 - report.without_runner / frames):.0f} % of {report.frames} frames"
    swaps = report.arm_swaps + report.leg_swaps
    filled = 100 * float(np.mean(report.filled)) / frames
    outliers = 100 * float(np.mean(report.outliers)) / frames
    yield (
        f"left/right exchanged and put back: {counted(swaps, 'time')} "
        f"({counted(report.arm_swap_frames + report.leg_swap_frames, 'frame')}); outliers removed: {outliers:.1f} %; "
        f"short gaps filled: {filled:.1f} %"
    )
    glances = sum(event.kind is EventKind.GLANCE for event in analysis.segmented.events)
    if glances:
        yield f"looked down {counted(glances, 'time')} for a moment; strides in which that happened are left out"
    if not np.isfinite(analysis.recording.tilt) and not analysis.settings.run.camera_roll:
        yield "whether the camera was level is unknown: absolute angles are off by as much as it was tilted"
    if analysis.recording.thinned > 1:
        yield (
            f"one frame in {analysis.recording.thinned} was looked at, about 30 a second of real life, as strides need "
            "(--rate all looks at each)"
        )
    if np.isfinite(report.cutoff):
        yield f"smoothed forwards and backwards at {report.cutoff:.1f} Hz, {report.rate:.4g} frames/s"


def unseen(withheld: Mapping[str, str]) -> dict[str, list[str]]:
    """Labels of what could not be measured of head, trunk, arms and rhythm, by the reason."""
    reasons: dict[str, list[str]] = {}
    for metric, reason in withheld.items():
        if metric in CARRIAGE:
            reasons.setdefault(reason, []).append(CARRIAGE[metric].label.lower())
    return reasons


def same_camera(*, same: bool) -> str:
    """What the backgrounds say about two clips."""
    if same:
        return "The backgrounds show that the camera stood still between the clips, so small differences count too."
    return "Nothing shows that the camera stood still between the clips: only differences twice as large count."


def needs_answers(analysis: Analysis) -> str:
    """How many causes only answers can decide, on what, and how to give them; empty where none is left."""
    open_ = [finding for finding in analysis.findings if finding.needs]
    if not open_:
        return ""
    words = WORDS["needs"]
    asked = listed(topics({id for finding in open_ for id in finding.needs})[:_TOPICS])
    said = str(words["said"].format(count=len(open_), topics=asked))
    return f"{said} {words['command'].format(folder=analysis.folder)}" if analysis.folder else said


def undecided(findings: Sequence[Finding], *, more: bool) -> str:
    """How many causes, or how many more than those that are, are not decided, and for want of what, in one line."""
    words = WORDS["page"]
    causes = words["undecided_more" if more else "undecided"].format(count=len(findings))
    asked = sum(bool(finding.needs) for finding in findings)
    return str(words["undecided_answers" if asked else "undecided_recording"].format(causes=causes, count=asked))


def film_next(analysis: Analysis) -> Iterator[str]:
    """What to do differently at the next filming, most useful first."""
    kind, advice = analysis.view.kind, WORDS["film"]
    told = [row.drift.status for row in analysis.rows.values() if row.metric.headline and row.drift]
    strides = analysis.segmented
    if np.isfinite(strides.shown):
        yield advice["faster"].format(strides="one stride" if strides.shown <= 1 else "two strides")
    elif strides.gait is Gait.NONE and TORN in strides.rejected:
        yield advice["frames"]
    elif strides.gait is Gait.NONE:
        yield advice["still"]
    elif strides.gait is Gait.WALKING:
        yield advice["walk"]
    elif strides.few:
        yield advice["longer"]
    elif told and all(status is Status.TOO_SHORT for status in told):
        yield advice["minute"]
    views = [row.metric.views for row in analysis.rows.values()]
    if kind is ViewKind.SIDE and all(kind in own for own in views):
        yield advice["front_too"]
    elif kind in (ViewKind.FRONT, ViewKind.REAR) and all(kind in own for own in views):
        yield advice["side_too"]
    elif kind in (ViewKind.OBLIQUE, ViewKind.UNKNOWN):
        yield advice["square"]
    if Status.NOT_DECIDABLE in told:
        yield advice["steady"]
    if np.isfinite(analysis.recording.rate) and analysis.recording.rate < LOW_RATE:
        yield advice["rate"]
    if len(analysis.recording.people) > 1:
        yield advice["alone"]
    yield advice["light"]
