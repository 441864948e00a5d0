"""The whole program on rendered runners whose every joint is known: how right and how fast it is on this machine."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from posture import pipeline
from posture.analysis import Analysis
from posture.checkup.truth import agreement, read_programme, truth_series
from posture.drift.types import Status
from posture.kinematics.registry import CARRIAGE, METRICS
from posture.pose.acquire import Progress
from posture.rules import Verdict
from posture.settings import Settings
from posture.storage.files import temporary_folder

#: A minute of a runner whose head comes forward and whose upper back rounds from second 20 on.
_SHIPPED = Path(__file__).with_name("tiring.mp4")
#: Beside the program in a checkout, and there the shipped runner in full quality, too.
_CHECKOUT = Path(__file__).parents[2] / "videos"
#: Largest errors. Of a level: what the registry says; of a change: the floor. Onset: as in the tests of the whole
#: program, s.
_ONSET_S, _CADENCE_SHARE = 8.0, 0.01
#: Frames of the plain loop: enough to be past the start.
_PLAIN_FRAMES = 150


@dataclass(frozen=True)
class Result:
    """One thing that was compared with the truth.

    Attributes
    ----------
    name, unit : str
    error, bound : float
        In the unit; the error is right up to the bound.
    """

    name: str
    unit: str
    error: float
    bound: float

    @property
    def ok(self) -> bool:
        """Whether the error is known, and within its bound."""
        return self.error <= self.bound


@dataclass(frozen=True)
class Speed:
    """Frames per second.

    Attributes
    ----------
    program : float
        From clip to poses, with all threads.
    plain : float
        Of a loop that reads a frame and estimates its pose, one after the other.
    """

    program: float
    plain: float


def clips() -> list[Path]:
    """What there is to be analysed: the clips of a checkout, or the one that comes with the program."""
    return sorted(clip for clip in _CHECKOUT.glob("*.mp4") if clip.with_suffix(".npz").is_file()) or [_SHIPPED]


def run(say: Progress, clip: Path) -> tuple[list[Result], Speed]:
    """Analyse a clip from the beginning, and hold the result against the truth beside it.

    Parameters
    ----------
    say : callable
        Told the progress.
    clip : Path
        With its truth beside it.

    Raises
    ------
    PostureError
        If it cannot be analysed here at all.
    """
    plain = _plain_speed(clip)
    with tempfile.TemporaryDirectory(prefix="posture-selftest-", dir=temporary_folder()) as folder:
        analysis = pipeline.analyze(clip, out=Path(folder) / "selftest.posture", overlay=False, progress=say)
    frames = len(analysis.recording.series)
    return compare(analysis, clip.with_suffix(".npz")), Speed(frames / analysis.timings["poses"], plain)


def compare(analysis: Analysis, truth: Path) -> list[Result]:
    """Errors by metric, of cadence and onset, and false findings."""
    found, programme = agreement(analysis, truth_series(truth)), read_programme(truth)
    results = [
        Result(METRICS[id].label, METRICS[id].unit, abs(each.bias), METRICS[id].absolute_error)
        for id, each in found.items()
        if id not in analysis.measured.trend_only and np.isfinite(METRICS[id].absolute_error)
    ]
    results += [
        Result(
            f"{METRICS[id].label}, change",
            METRICS[id].unit,
            abs(each.seen_change - each.true_change),
            METRICS[id].floor,
        )
        for id, each in found.items()
        if METRICS[id].headline is not None
    ]
    true = programme.cadence
    cadence = abs(float(analysis.strides["cadence"].median()) / true - 1) if len(analysis.strides) else np.nan
    results.append(Result("Cadence", "%", 100 * cadence, 100 * _CADENCE_SHARE))
    if programme.begins is not None:
        results.append(Result("Onset of the drift", "s", _onset_error(analysis, programme.begins), _ONSET_S))
    return [*results, Result("False findings", "", float(len(_false(analysis, programme.causes))), 0.0)]


def _onset_error(analysis: Analysis, begins: float) -> float:
    onsets = [
        r.onset.time
        for id, r in analysis.drift.items()
        if id in CARRIAGE and r.status is Status.DRIFT and r.onset is not None
    ]
    return abs(float(np.median(onsets)) - begins) if onsets else float("nan")


def _false(analysis: Analysis, causes: frozenset[str]) -> Sequence[str]:
    supported = [finding.cause for finding in analysis.findings if finding.verdict is Verdict.SUPPORTED]
    return [cause for cause in supported if cause not in causes]


def _plain_speed(clip: Path) -> float:
    from posture.pose.estimation.engines import open_backend
    from posture.video import FrameReader

    follower = open_backend(Settings().pose).open_follower()
    try:
        with FrameReader(clip) as reader:
            frames = iter(reader)
            follower(next(frames).rgb)
            began = time.perf_counter()
            done = [follower(frame.rgb) for frame, _ in zip(frames, range(_PLAIN_FRAMES), strict=False)]
            return len(done) / (time.perf_counter() - began)
    finally:
        follower.close()
