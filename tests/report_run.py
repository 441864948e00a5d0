"""A run for the reports: the true joints of the project's own rendered runner, with real frames, in a moment."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np

from posture import pipeline
from posture.analysis import Analysis
from posture.analysis.inputs import Beside
from posture.kinematics.types import Metrics, View
from posture.report import page, tables
from posture.report.video.stills import keep_stills
from posture.rules import Intake
from posture.series import CameraMotion, PoseSeries
from posture.settings import Settings, Span
from posture.storage.folder import AnalysisFolder
from posture.storage.recording import Recording
from posture.strides import Strides
from tests.rendered import truth_series


def recording(videos: Path, clip: str = "tired", name: str | None = None) -> Recording:
    """The truth of a rendered clip as if it had been estimated, with noise of half a pixel."""
    series = truth_series(videos / f"{clip}.npz")
    noise = np.random.default_rng(3).normal(0.0, 0.5, series.xy.shape)
    series = series.with_xy(series.xy + noise)
    end = float(series.time[-1])
    # A camera that was watched and did not move.
    at = np.arange(0.0, end, 0.5)
    still = CameraMotion(
        at, np.zeros((at.size, 2)), np.zeros(at.size), np.ones(at.size), np.ones(at.size, bool), series.size
    )
    return Recording(
        name=name or f"{clip}.mp4",
        sha256="0" * 64,
        key="",
        estimator="truth",
        model="truth",
        rate=30.0,
        duration=end,
        turn=0,
        spans=(Span(0.0, end + 1.0),),
        people=("1: the runner",),
        notes=(),
        lost_frames=0,
        series=series,
        camera=still,
        corners=np.empty((0, 2)),
        descriptors=np.empty((0, 32), np.uint8),
    )


def kept_run(
    videos: Path, folder: Path, *, name: str | None = None, clip: str = "tired", video: bool = True
) -> Analysis:
    """A complete analysis folder; its ``overlay.mp4`` is the clip itself."""
    folder.mkdir(parents=True)
    kept = AnalysisFolder(folder)
    made = recording(videos, clip, name)
    made.save(kept.poses)
    kept.input.write_text("{}")
    analysis = replace(pipeline.behind_poses(made, Settings()), folder=folder)
    keep_stills(analysis, videos / f"{clip}.mp4", kept.stills)
    if video:
        shutil.copy(videos / f"{clip}.mp4", kept.overlay)
    page.write_page(analysis, kept)
    tables.write_tables(analysis, kept)
    return analysis


def with_intake(analysis: Analysis, **answers: object) -> Analysis:
    """The same run, judged with answers."""
    beside = Beside(intake=Intake(answers))  # type: ignore[arg-type]
    judged = pipeline.behind_poses(analysis.recording, analysis.settings, beside)
    return replace(judged, folder=analysis.folder)


def hour_of(analysis: Analysis, times: int = 60) -> Analysis:
    """A run repeated without a gap: as many strides, frames and curves as an hour has."""
    series, view, measured = analysis.cleaned, analysis.view, analysis.measured
    length = float(series.time[-1]) + 1 / 30

    def tile(a: np.ndarray) -> np.ndarray:
        return np.tile(a, (times, *[1] * (a.ndim - 1)))

    time = (series.time[None] + length * np.arange(times)[:, None]).ravel()
    cleaned = PoseSeries(
        time, *(tile(getattr(series, n)) for n in ("xy", "world", "visibility", "presence", "segment")), series.size
    )
    looked = View(
        view.kind, view.yaw, view.near, view.facing,
        tile(view.frame_kind), tile(view.frame_yaw), tile(view.frame_facing), view.confidence,
    )  # fmt: skip
    values = Metrics(time, {k: tile(v) for k, v in measured.values.items()}, measured.withheld, measured.trend_only)
    import pandas as pd

    parts = []
    for i in range(times):
        part = analysis.segmented.table.copy()
        part[["start", "end"]] += i * length
        part[["first", "last"]] += i * len(series)
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    old = analysis.segmented
    strides = Strides(table, old.gait, old.signal, old.clock, old.rejected)
    return replace(analysis, cleaned=cleaned, view=looked, measured=values, segmented=strides)
