"""Metrics that others add: they go everywhere the program's own go, and a fault of theirs is said in one sentence."""

from __future__ import annotations

import json
from importlib.metadata import EntryPoint
from pathlib import Path

import numpy as np
import pytest

import posture
from posture.checkup.truth import shipped_runner
from posture.errors import PostureError
from posture.kinematics import METRICS, Body, L, ViewKind, compute, find_view, own
from posture.series import Floats
from posture.settings import RunSettings, Settings
from tests.analytic_runner import as_csv


@pytest.fixture(autouse=True)
def registry_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_metrics", "_formulas"):
        monkeypatch.setattr(METRICS, name, getattr(METRICS, name))


def knee_ahead(body: Body) -> Floats:
    return (body.near(L.LEFT_KNEE) - body.hip)[:, 0] / body.torso


def add(id: str = "knee_ahead", formula: own.Formula = knee_ahead, **other: object) -> None:
    about = {
        "label": "Knee ahead",
        "unit": "torso",
        "positive": "the knee is further ahead of the hip",
        "landmarks": (L.LEFT_KNEE, L.LEFT_HIP),
        "floor": 0.05,
        "plain": "How far your knee gets ahead.",
        "reduction": "p95",
    }
    own.metric(id, **{**about, **other})(formula)  # type: ignore[arg-type]


def test_an_own_metric_is_computed_and_stands_in_every_output(tmp_path: Path) -> None:
    add()
    series = shipped_runner()
    folder = tmp_path / "a.posture"
    analysis = posture.analyze(as_csv(series, tmp_path / "a.csv"), out=folder)
    column = analysis.metrics["knee_ahead"].to_numpy()
    xy = analysis.cleaned.xy
    near = L.LEFT_KNEE if analysis.view.near == "left" else L.RIGHT_KNEE
    hip = 0.5 * (xy[:, L.LEFT_HIP] + xy[:, L.RIGHT_HIP])
    torso = np.linalg.norm(0.5 * (xy[:, L.LEFT_SHOULDER] + xy[:, L.RIGHT_SHOULDER]) - hip, axis=1)
    truth = analysis.view.facing * (xy[:, near, 0] - hip[:, 0]) / torso
    assert np.nanmedian(np.abs(column - truth)) < 0.01
    assert analysis.strides["knee_ahead"].median() == pytest.approx(np.nanquantile(truth, 0.95), abs=0.05)
    assert analysis.drift["knee_ahead"].floor >= 0.05
    assert analysis.rows["knee_ahead"].metric.label == "Knee ahead"
    assert "knee_ahead" in json.loads((folder / "analysis.json").read_text())["metrics"]
    assert "knee_ahead" in (folder / "strides.csv").read_text().splitlines()[0]
    assert "knee_ahead" in (folder / "columns.json").read_text()
    assert "Knee ahead" in (folder / "report.html").read_text(encoding="utf-8")


def test_it_is_withheld_where_the_camera_stands_elsewhere_or_the_points_are_missing() -> None:
    add("from_front", views=[ViewKind.FRONT])
    add("hidden", landmarks=[L.LEFT_PINKY], formula=lambda body: np.full(len(body.series), np.nan))
    series = shipped_runner()
    measured = compute(series, find_view(series))
    assert measured.withheld["from_front"].startswith("Needs a camera that looks from the front")
    assert "left pinky" in measured.withheld["hidden"]


def test_the_same_id_again_replaces_it_and_order_stays() -> None:
    before = list(METRICS)
    add()
    add(label="Another")
    assert list(METRICS) == [*before, "knee_ahead"]
    assert METRICS["knee_ahead"].label == "Another"


def test_who_reads_the_registry_while_one_is_added_is_not_disturbed() -> None:
    for id in METRICS:
        add(f"{id}_more")


@pytest.mark.parametrize(
    ("id", "other", "said"),
    [
        ("trunk_lean", {}, "the program's own"),
        ("slouch_idx", {}, "the program's own"),
        ("start", {}, "the program's own"),
        ("duration", {}, "the program's own"),
        ("gait", {}, "the program's own"),
        ("valid_fraction", {}, "the program's own"),
        ("knee", {"views": "side"}, "choose of side, oblique, front, rear"),
        ("knee", {"views": ()}, "choose of side"),
        ("Knee ahead", {}, "small letters"),
        ("knee", {"floor": 0.0}, "floor above 0"),
        ("knee", {"floor": float("nan")}, "floor above 0"),
        ("knee", {"landmarks": ()}, "landmarks"),
        ("knee", {"unit": "m"}, "one of deg, torso"),
        ("knee", {"reduction": "stride"}, "one of mean, amplitude"),
    ],
)
def test_what_is_no_metric_is_refused(id: str, other: dict[str, object], said: str) -> None:
    with pytest.raises(PostureError, match=said):
        add(id, **other)
    assert not METRICS.formulas


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        (lambda body: np.zeros(3), r"shape \(3,\) instead of \(1800,\)"),
        (lambda body: body.nowhere, "AttributeError: .*nowhere"),
    ],
)
def test_a_faulty_formula_is_told_by_its_name(formula: own.Formula, said: str) -> None:
    add(formula=formula)
    series = shipped_runner()
    with pytest.raises(PostureError, match=f"'knee_ahead'.*{said}"):
        compute(series, find_view(series))


def test_an_installed_package_adds_metrics_by_an_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = (
        "import posture\nfrom posture.kinematics import L\n"
        "@posture.metric('ankle_up', label='Ankle up', unit='torso', positive='higher', landmarks=[L.LEFT_ANKLE],\n"
        "                floor=0.1, plain='How high.')\n"
        "def ankle_up(body):\n    return body.near(L.LEFT_ANKLE)[:, 1] / body.torso\n"
    )
    (tmp_path / "their_metrics.py").write_text(module)
    monkeypatch.syspath_prepend(tmp_path)
    found = [EntryPoint("theirs", "their_metrics", own.GROUP)]
    monkeypatch.setattr(own, "entry_points", lambda group: found if group == own.GROUP else [])
    own.load_installed.cache_clear()
    series = shipped_runner()
    assert "ankle_up" in compute(series, find_view(series)).values
    found[:] = [EntryPoint("broken", "no_such_module", own.GROUP)]
    own.load_installed.cache_clear()
    with pytest.raises(PostureError, match="'no_such_module' cannot be loaded"):
        compute(series, find_view(series))
    own.load_installed.cache_clear()


def test_own_rules_may_ask_for_it(tmp_path: Path) -> None:
    add()
    rules = Path(__file__).parents[2] / "docs" / "examples" / "own_rules.toml"
    mine = tmp_path / "mine.toml"
    mine.write_text(rules.read_text().replace('metric = "trunk_lean"', 'metric = "knee_ahead"'))
    poses = as_csv(shipped_runner(), tmp_path / "a.csv")
    analysis = posture.analyze(poses, out=tmp_path / "a.posture", settings=Settings(run=RunSettings(rules=mine)))
    (finding,) = (finding for finding in analysis.findings if finding.cause == "Lean")
    assert {metric for line in finding.trace for metric in line.metrics} == {"knee_ahead"}
