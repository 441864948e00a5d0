"""Poses to strides: the stages that depend on the clip's clock, and what to do where it is not life's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from posture import cleaning, kinematics, strides
from posture.cleaning import CleaningReport
from posture.errors import PostureError
from posture.kinematics import Metrics, View
from posture.series import CameraMotion, Floats, PoseSeries
from posture.settings import ClipSettings, Settings, Span
from posture.storage.recording import Recording
from posture.strides import Strides
from posture.viewpoints import ViewName

#: Is told the name of a stage when it is over.
Lap = Callable[[str], None]


def _nobody(stage: str) -> None:
    """Nobody asks how long a stage took."""


@dataclass(frozen=True, eq=False)
class Seen:
    """What was made of a clip's poses.

    Attributes
    ----------
    cleaned : PoseSeries
    cleaning : CleaningReport
    view : View
    measured : Metrics
    segmented : Strides
    """

    cleaned: PoseSeries
    cleaning: CleaningReport
    view: View
    measured: Metrics
    segmented: Strides


def see(series: PoseSeries, camera: CameraMotion, settings: Settings, lap: Lap = _nobody) -> Seen:
    """Clean, measure and cut into strides. A clip that shows to be slowed is measured in life's time.

    All windows and filters have lengths in seconds of life, so that following the clip's clock would smooth too little,
    take a slow hand for a resting one, and measure the bounce against too short a while.

    Parameters
    ----------
    series : PoseSeries
        As estimated.
    camera : CameraMotion
    settings : Settings
        A declared slow motion has been taken off the clock already; then the clock is believed.
    lap : callable, optional

    Returns
    -------
    Seen
        On the clock of ``series``.
    """
    found = _find(series, settings, lap)
    clock = strides.clip_clock(found.cleaned, found.view, found.bounds)
    if not clock.slow or settings.clip.slow_motion != 1.0:
        return _measure(found, camera, settings, lap)
    slowed, camera = slower(series, camera, 1 / clock.factor)
    life = _measure(_find(slowed, settings, lap), camera, settings, lap)
    segmented = strides.on_clip_clock(life.segmented, clock)
    return Seen(
        replace(life.cleaned, time=series.time),
        life.cleaning.at_rate(series.rate),
        life.view,
        strides.without_times(replace(life.measured, time=series.time), segmented),
        segmented,
    )


def see_live(series: PoseSeries, settings: Settings, view: ViewName | None) -> Seen:
    """The same for pictures that a camera gives as they happen: its clock is life's.

    Parameters
    ----------
    series : PoseSeries
    settings : Settings
    view : str or None
        Where the camera stands, once that is known.
    """
    standing = settings.model_copy(update={"clip": settings.clip.model_copy(update={"view": view})})
    return _measure(_find(series, standing, _nobody), None, standing, _nobody)


def in_real_time(recording: Recording, clip: ClipSettings) -> tuple[PoseSeries, CameraMotion]:
    """Poses and camera with excluded stretches left out and slow motion taken off the clock.

    Parameters
    ----------
    recording : Recording
    clip : ClipSettings

    Raises
    ------
    PostureError
        If fewer than two frames are left.
    """
    series, camera = recording.series, recording.camera
    if clip.exclude:
        series = series.take(_outside(series.time, clip.exclude))
        if not len(series):
            raise PostureError(f"{recording.name}: --exclude leaves nothing of the clip; leave out less.")
    if len(series) < 2:
        raise PostureError(f"{recording.name}: a single frame is left of the clip; take a longer stretch of it.")
    return slower(series, camera, 1 / clip.slow_motion)


def slower(series: PoseSeries, camera: CameraMotion, factor: float) -> tuple[PoseSeries, CameraMotion]:
    """Poses and camera on a clock by which they take ``factor`` times as long."""
    if factor == 1.0:
        return series, camera
    return replace(series, time=series.time * factor), replace(camera, time=camera.time * factor)


@dataclass(frozen=True, eq=False)
class _Found:
    """Clean poses, from where they are seen, and the edges of their strides."""

    cleaned: PoseSeries
    cleaning: CleaningReport
    view: View
    bounds: pd.DataFrame


def _find(series: PoseSeries, settings: Settings, lap: Lap) -> _Found:
    cleaned, report = cleaning.clean(series, settings.cleaning)
    lap("cleaning")
    view = kinematics.find_view(cleaned, settings.clip.view)
    lap("kinematics")
    bounds = strides.find_strides(cleaned, view, settings.strides)
    lap("strides")
    return _Found(cleaned, report, view, bounds)


def _measure(found: _Found, camera: CameraMotion | None, settings: Settings, lap: Lap) -> Seen:
    measured = kinematics.compute(found.cleaned, found.view, camera, settings.run.camera_roll)
    lap("kinematics")
    events = strides.find_events(found.cleaned, found.view)
    segmented = strides.stride_table(found.cleaned, found.view, measured, found.bounds, events)
    lap("strides")
    measured = strides.without_times(measured, segmented)
    return Seen(found.cleaned, found.cleaning, found.view, measured, segmented)


def _outside(times: Floats, excluded: Sequence[Span]) -> NDArray[np.bool_]:
    return ~np.any([(times >= a) & (times < b) for a, b in excluded], axis=0)  # type: ignore[no-any-return]
