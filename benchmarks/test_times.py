"""What people wait for: ``python -m pytest benchmarks/test_times.py``, on a machine that does nothing else.

How long a verdict, a page and a plot take after the poses, in the worst cases.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from posture import pipeline
from posture.drift.types import Status
from posture.kinematics.registry import METRICS
from posture.report import page
from posture.report.figures import overview
from posture.storage.folder import AnalysisFolder
from tests.drift.test_drift import ramp, run, white
from tests.report.test_page import CHROMIUM
from tests.report_run import hour_of, kept_run

VIDEOS = Path(__file__).resolve().parent.parent / "videos"


@pytest.mark.parametrize(("count", "limit"), [(100, 0.4), (5000, 5.0)])
def test_a_run_is_judged_in_seconds(count: int, limit: float) -> None:
    """Every metric drifts, so every onset is sought: the worst case."""
    values = {name: white(count, i) + ramp(count, 8.0) for i, name in enumerate(METRICS)}
    run(count, values)
    began = time.process_time()
    results = run(count, values)
    assert time.process_time() - began < limit
    assert any(found.status is Status.DRIFT for found in results.values())


def test_page_and_plot_cost_less_than_the_analysis_behind_them(tmp_path: Path) -> None:
    kept_run(VIDEOS, tmp_path / "run.posture", video=False)
    began = time.perf_counter()
    analysis = pipeline.load(tmp_path / "run.posture")
    behind = time.perf_counter() - began
    began = time.perf_counter()
    page.write_page(analysis, AnalysisFolder(tmp_path / "run.posture"))
    overview.metrics_over_time(analysis, tmp_path / "metrics.png")
    assert time.perf_counter() - began < max(0.6, 0.8 * behind)


def test_the_page_of_an_hour_opens_and_answers_at_once(tmp_path: Path) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("there is no browser")
    hour = hour_of(kept_run(VIDEOS, tmp_path / "run.posture", video=False))
    page.write_page(hour, AnalysisFolder(hour.folder))
    with sync_api.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = browser.new_page()
        began = time.perf_counter()
        tab.goto((hour.folder / "report.html").absolute().as_uri())
        assert time.perf_counter() - began < 2.0
        began = time.perf_counter()
        tab.locator("[data-metric=trunk_lean] .plot").click()
        assert time.perf_counter() - began < 1.0
        browser.close()
