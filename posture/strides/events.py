"""Stretches that are not steady running: a hand on rail, face, screen or clothes; a glance; standing.

They are cut out of the strides, not averaged in, so the rules are strict: what is still swinging is technique and
stays in, however high or stiff it is. Thresholds are judgement, in torso lengths, and were set before any clip was
looked at. A hand only counts as still while the legs run, which makes the rules independent of playback speed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from posture.kinematics.geometry import length, to_segment
from posture.kinematics.types import View, ViewKind
from posture.landmarks import MIRROR, Landmark
from posture.midpoints import midpoint
from posture.series import Floats, PoseSeries
from posture.strides.glances import find_glances
from posture.strides.signals import near_side, torso_scale
from posture.strides.types import Event, EventKind

L = Landmark
Frames = NDArray[np.bool_]

#: Windows, s: of a hand that keeps still, of standing, of a short gesture.
HOLD, STAND, GESTURE = 1.5, 2.0, 0.7
#: A gesture that lasts longer than this is a habit, and a habit is what the program measures, s.
LONGEST_GESTURE = 10.0
#: Legs run if an ankle travels this far within the window, and stand if none travels that far, torso lengths.
LEGS_RUN, LEGS_STILL = 0.6, 0.06
#: A hand on a rail moves less than this, torso lengths, and less than half as far as the hips bounce.
RAIL = 0.08
#: A hand ahead of the hips by this is in reach of a rail or a screen, torso lengths.
AHEAD = 0.25
#: A hand this close to nose or mouth is at the face, torso lengths (a wrist carried at shoulder height is 0.5 away).
FACE = 0.35
#: A hand that swings less than this about the shoulder has stopped swinging, torso lengths ...
STOPPED = 0.12
#: ... if it usually swings at least this far.
SWINGS = 0.3
#: A hand this close to the line from hip to shoulder is at the clothes, torso lengths.
CLOTHES = 0.25
#: A hand this high between hip (0) and shoulder (1) can hold a phone or reach a console.
RAISED = 0.4
#: The nose is this much lower, or less far ahead of the ears, than usual in a head that looks away, torso lengths.
NODDED, TURNED = 0.08, 0.15


@dataclass(frozen=True, eq=False)
class _Scene:
    """What the rules look at; lengths in torso lengths, x forward (side, oblique) or right (else), y up."""

    series: PoseSeries
    rate: float
    unit: Floats
    facing: float

    def point(self, landmark: int) -> Floats:
        return self._scaled(self.series.xy[:, landmark])

    def middle(self, left: L) -> Floats:
        return self._scaled(midpoint(self.series.xy, left, alone=True))

    def _scaled(self, xy: Floats) -> Floats:
        return xy * (self.facing, -1.0) / self.unit[:, None]

    def travel(self, points: Floats, seconds: float) -> Floats:
        """(T,) how far points get within a centred window, larger of both directions; NaN where mostly unseen."""
        width = max(int(seconds * self.rate), 1)
        return np.fmax(*(self._range(points[:, k], width) for k in (0, 1)))

    def throughout(self, frames: Frames, seconds: float) -> Frames:
        """(T,) whether a rule holds in the whole of a centred window."""
        width = max(int(seconds * self.rate), 1)
        whole: Frames = ndimage.minimum_filter1d(frames.astype(np.uint8), width, mode="nearest") > 0
        return whole

    def _range(self, values: Floats, width: int) -> Floats:
        seen = np.isfinite(values)
        high = ndimage.maximum_filter1d(np.where(seen, values, -np.inf), width, mode="nearest")
        low = ndimage.minimum_filter1d(np.where(seen, values, np.inf), width, mode="nearest")
        enough = ndimage.uniform_filter1d(seen.astype(float), width, mode="nearest") > 0.8
        return np.where(enough, high - low, np.nan)


def find_events(series: PoseSeries, view: View) -> tuple[Event, ...]:
    """Find the stretches to cut out.

    Parameters
    ----------
    series : PoseSeries
        Cleaned poses.
    view : View

    Returns
    -------
    tuple of Event
        In order of time; they may overlap.

    Examples
    --------
    >>> from posture.checkup.truth import shipped_runner
    >>> from posture.kinematics import find_view
    >>> series = shipped_runner()
    >>> find_events(series, find_view(series))
    ()
    """
    if not np.isfinite(series.rate):
        return ()
    series = _thinned(series)
    if not np.isfinite(series.rate):  # so short that a single frame is left
        return ()
    facing, side, shift = near_side(view, slice(None))
    sagittal = view.kind in (ViewKind.SIDE, ViewKind.OBLIQUE)
    scene = _Scene(series, series.rate, torso_scale(series), facing if sagittal else 1.0)
    hip = scene.middle(L.LEFT_HIP)
    ankles = [scene.travel(scene.point(i) - hip, HOLD) for i in (L.LEFT_ANKLE, L.RIGHT_ANKLE)]
    legs = np.fmax(*ankles) >= LEGS_RUN
    sides = (("left", 0), ("right", 1)) if not sagittal else ((side, shift),)
    events = _standing(scene) + (_glances(scene) if sagittal else [])
    for name, other in sides:
        events += _hand(scene, name, other, legs, sagittal)
    return tuple(sorted(events, key=lambda event: event.start))


def _thinned(series: PoseSeries) -> PoseSeries:
    """At most about 30 frames a second: gestures are slow."""
    every = slice(None, None, max(int(series.rate // 30), 1))
    return PoseSeries(
        series.time[every],
        series.xy[every],
        series.world[every],
        series.visibility[every],
        series.presence[every],
        series.segment[every],
        series.size,
    )


def _standing(scene: _Scene) -> list[Event]:
    ankles = np.fmax(*(scene.travel(scene.point(i), STAND) for i in (L.LEFT_ANKLE, L.RIGHT_ANKLE)))
    hips = scene.travel(scene.middle(L.LEFT_HIP), STAND)
    with np.errstate(invalid="ignore"):
        still = (ankles < LEGS_STILL) & (hips < LEGS_STILL)
    return _events(scene, still, STAND, EventKind.STANDING, "the feet and hips keep still")


def _glances(scene: _Scene) -> list[Event]:
    face = scene.point(L.NOSE) - scene.middle(L.LEFT_EAR)
    clock = scene.series.time
    found = find_glances(-np.degrees(np.arctan2(face[:, 1], face[:, 0])), clock, scene.series.segment)
    return [
        Event(float(clock[a]), float(clock[b]), EventKind.GLANCE, "the head tips down and up again") for a, b in found
    ]


def _hand(scene: _Scene, name: str, shift: int, legs: Frames, sagittal: bool) -> list[Event]:
    """Events of one hand."""
    series = scene.series
    wrist = scene.point(int(MIRROR[L.LEFT_WRIST]) if shift else L.LEFT_WRIST)
    shoulder, hip = scene.middle(L.LEFT_SHOULDER), scene.middle(L.LEFT_HIP)
    nose, ear = scene.point(L.NOSE), scene.middle(L.LEFT_EAR)
    swing = scene.travel(wrist - shoulder, HOLD)
    bounce = scene.travel(hip, HOLD)
    usual = np.nanmedian(swing) if np.isfinite(swing).any() else np.nan
    with np.errstate(invalid="ignore"):
        ahead = (wrist - hip)[:, 0] >= AHEAD if sagittal else np.ones(len(series), dtype=bool)
        on_picture = scene.travel(wrist, HOLD)
        rail = legs & ahead & (on_picture < RAIL) & (on_picture < 0.5 * bounce)
        stopped = legs & (swing < STOPPED) & (usual >= SWINGS) & ~rail
        # A sprinter's hand passes the face in every swing; here it stays while the legs go on.
        face = legs & scene.throughout(np.fmin(length(wrist, nose), length(wrist, ear)) < FACE, GESTURE)
        raised = (wrist - hip)[:, 1] >= RAISED * (shoulder - hip)[:, 1]
        screen = stopped & raised & ahead & _looks_away(nose - ear, sagittal)
        at_trunk = to_segment(wrist, hip, shoulder) < CLOTHES
        clothes = stopped & at_trunk & ~screen
    return [
        *_events(scene, rail, HOLD, EventKind.HANDRAIL, f"the {name} hand keeps still while the legs run"),
        *_gestures(scene, face, GESTURE, EventKind.FACE, f"the {name} hand is at the face"),
        *_gestures(scene, screen, HOLD, EventKind.SCREEN, f"the {name} hand is held out and the head turns to it"),
        *_gestures(scene, clothes, HOLD, EventKind.CLOTHES, f"the {name} hand stops swinging at the body"),
    ]


def _looks_away(face: Floats, sagittal: bool) -> Frames:
    """(T,) head lower than usual, or turned out of the side view; ``face`` points from the ears to the nose."""
    usual = np.nanmedian(face, axis=0) if np.isfinite(face).any() else np.full(2, np.nan)
    away: Frames = face[:, 1] < usual[1] - NODDED
    return away | (face[:, 0] < usual[0] - TURNED) if sagittal else away


def _gestures(scene: _Scene, marked: Frames, window: float, kind: EventKind, why: str) -> list[Event]:
    found = _events(scene, marked, window, kind, why)
    return [event for event in found if event.end - event.start <= LONGEST_GESTURE]


def _events(scene: _Scene, marked: Frames, window: float, kind: EventKind, why: str) -> list[Event]:
    """Runs of frames whose window fulfils a rule; the windows themselves belong to the event."""
    width = max(int(window * scene.rate), 1)
    grown = ndimage.binary_dilation(marked, np.ones(width, dtype=bool)) if marked.any() else marked
    step = np.diff(np.r_[False, grown, False].astype(int))
    starts, ends = np.flatnonzero(step == 1), np.flatnonzero(step == -1) - 1
    clock = scene.series.time
    return [Event(float(clock[a]), float(clock[b]), kind, why) for a, b in zip(starts, ends, strict=True)]
