"""The package as a library: what stands around a call stays as it was, in threads, in a process, and when stopped."""

from __future__ import annotations

import locale
import logging
import multiprocessing
import os
import pickle
import random
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

import posture
from posture.checkup.truth import shipped_runner
from posture.errors import PostureError
from posture.pose.types import Pose, Rgb
from posture.rules import Intake
from posture.series import Floats
from tests.analytic_runner import as_csv
from tests.clips import cut


class Still:
    """An estimator that sees the same runner in every picture, and takes no time."""

    name, version, model = "still", "1", "none"

    def open_follower(self) -> Still:
        return Still()

    def open_finder(self, people: int) -> Callable[[Rgb], list[Pose]]:
        finder = _Finder()
        assert people > 0
        return finder

    def __call__(self, rgb: Rgb) -> Pose | None:
        return _pose(rgb)

    def forget(self) -> None: ...

    def close(self) -> None: ...


class _Finder:
    def __call__(self, rgb: Rgb) -> list[Pose]:
        return [_pose(rgb)]

    def close(self) -> None: ...


@cache
def _place() -> Floats:
    """(33, 2) shares of the picture's width and height."""
    series = shipped_runner()
    return series.xy[0] / series.size


def _pose(rgb: Rgb) -> Pose:
    xy = _place() * (rgb.shape[1], rgb.shape[0])
    known = np.isfinite(xy[:, 0]).astype(float)
    return Pose(xy, np.full((33, 3), np.nan), known, known)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory, videos: Path) -> Path:
    return cut(videos / "fresh.mp4", tmp_path_factory.mktemp("clip") / "run.mp4", 0.0, 1.5)


@pytest.fixture(scope="module")
def poses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return as_csv(shipped_runner(), tmp_path_factory.mktemp("poses") / "run.csv")


@pytest.fixture(scope="module")
def run(poses: Path) -> posture.Analysis:
    return posture.analyze(poses, out=poses.with_name("run.posture"))


def surroundings() -> dict[str, object]:
    """Whatever of a process a library might leave changed."""
    mask = os.umask(0o077)
    os.umask(mask)
    return {
        "environment": dict(os.environ),
        "folder": Path.cwd(),
        "umask": mask,
        "locale": locale.setlocale(locale.LC_ALL),
        "path": list(sys.path),
        "signals": [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)],
        "hooks": (sys.excepthook, threading.excepthook, sys.stdout, sys.stderr),
        "warnings": list(warnings.filters),
        "logging": (logging.root.level, list(logging.root.handlers)),
        "errors of numpy": np.geterr(),
        "print of numpy": np.get_printoptions(),
        "chance": (random.getstate(), pickle.dumps(np.random.get_state())),  # noqa: NPY002
        "matplotlib": dict(mpl.rcParams),
        "start method": multiprocessing.get_start_method(allow_none=True),
        "metrics": dict(posture.METRICS),
    }


def test_nothing_around_a_call_changes_and_no_thread_stays(clip: Path, poses: Path, tmp_path: Path) -> None:
    posture.analyze(clip, out=tmp_path / "first.posture", backend=Still())  # what importing does is done now
    before, threads = surroundings(), set(threading.enumerate())
    posture.analyze(clip, out=tmp_path / "clip.posture", backend=Still())
    posture.load_analysis(tmp_path / "clip.posture")._repr_html_()
    posture.analyze(poses, out=tmp_path / "poses.posture")
    after = surroundings()
    assert {key for key in before if before[key] != after[key]} == set()
    assert set(threading.enumerate()) <= threads


def test_threads_get_what_one_after_the_other_gets(clip: Path, run: posture.Analysis, tmp_path: Path) -> None:
    poses = clip.parent / "run.csv"
    as_csv(shipped_runner(), poses)
    jobs: list[tuple[Path, str, Still | None]] = [(poses, "a", None), (clip, "b", Still()), (poses, "c", None)]
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda job: posture.analyze(job[0], out=tmp_path / job[1], backend=job[2]), jobs))
    for analysis in (found[0], found[2]):
        assert analysis.strides.equals(run.strides)
        assert analysis.drift["trunk_lean"] == run.drift["trunk_lean"]
    assert found[1].recording.estimator == "still 1"


def test_in_a_spawned_process_it_gives_the_same_and_comes_back_whole(run: posture.Analysis) -> None:
    assert run.folder is not None
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        there = pool.apply(posture.load_analysis, (run.folder,))
    assert there.strides.equals(run.strides)
    assert [finding.verdict for finding in there.findings] == [finding.verdict for finding in run.findings]
    assert there._repr_html_() == run._repr_html_()


def test_what_progress_raises_stops_the_work_and_the_next_call_ends_it(clip: Path, tmp_path: Path) -> None:
    class EnoughError(Exception):
        pass

    def stop(label: str, done: float, total: float) -> None:
        if label == "Following the runner":
            raise EnoughError

    folder, threads = tmp_path / "a.posture", set(threading.enumerate())
    with pytest.raises(EnoughError):
        posture.analyze(clip, out=folder, backend=Still(), progress=stop)
    assert set(threading.enumerate()) <= threads
    with pytest.raises(PostureError, match=r"a\.posture"):
        posture.load_analysis(folder)
    told: list[tuple[str, float, float]] = []
    analysis = posture.analyze(clip, out=folder, backend=Still(), progress=lambda *said: told.append(said))
    assert analysis.folder == folder
    assert {label for label, _, _ in told} >= {"Reading the clip", "Following the runner"}
    assert all(0 <= done <= total + 1e-6 for _, done, total in told)


def test_another_estimator_makes_kept_poses_stale(clip: Path, tmp_path: Path) -> None:
    class Newer(Still):
        version = "2"

    for backend in (Still(), Newer()):
        analysis = posture.analyze(clip, out=tmp_path / "a.posture", backend=backend, overlay=False)
        assert analysis.recording.estimator == f"still {backend.version}"


def test_tables_of_an_analysis(run: posture.Analysis) -> None:
    assert len(run.poses) == len(run.metrics) == 1800
    assert run.poses["left_ear_y"].equals(run.poses["left_ear_y"].astype(float))
    assert np.array_equal(run.poses["nose_x"], run.cleaned.xy[:, 0, 0], equal_nan=True)
    assert set(run.strides) >= {"start", "end", "trunk_lean"}


def test_a_notebook_shows_the_verdict_the_headlines_and_their_plots(run: posture.Analysis) -> None:
    shown = run._repr_html_()
    assert shown is not None
    assert shown.count("<svg") == 4
    for said in ("Head forward", "Shoulder slump", "Arm height", "Arm tension", "As the run went on"):
        assert said in shown
    assert not {"<script", "<style", "http:", "https:"} & set(shown.split())
    assert "http" not in shown


def test_beside_a_sign_of_an_emergency_a_notebook_shows_nothing_else(run: posture.Analysis) -> None:
    shown = replace(run, intake=Intake({"red_flags": ("tearing",)}))._repr_html_()
    assert shown is not None
    assert 'role="alert"' in shown
    assert "<svg" not in shown


def test_plots_take_and_give_back_an_axis(run: posture.Analysis) -> None:
    figure = Figure()
    above, below = figure.subplots(2)
    assert posture.plot_run(run, "trunk_lean", above) is above
    assert posture.plot_stride(run, "elbow_flex", below) is below
    assert above.get_ylabel() == "Trunk lean\n(°)"
    assert [text.get_text() for text in below.get_legend().get_texts()] == ["Fresh", "End of the run"]
    with pytest.raises(PostureError, match="'weave' was not seen"):
        posture.plot_run(run, "weave", above)
    with pytest.raises(PostureError, match="one number a stride"):
        posture.plot_stride(run, "cadence", below)


def test_every_name_that_the_package_offers_is_there() -> None:
    assert set(posture.__all__) <= set(dir(posture))
    assert all(getattr(posture, name) is not None for name in posture.__all__)
    with pytest.raises(AttributeError, match="no attribute 'analyse'"):
        posture.analyse  # noqa: B018
