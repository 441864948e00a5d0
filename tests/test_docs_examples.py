"""The examples of the documents run and are short; mypy checks their types together with the program's."""

from __future__ import annotations

import ast
import re
import runpy
import shutil
from pathlib import Path

import av
import pytest

import posture
from posture.checkup.truth import shipped_runner
from posture.kinematics.registry import METRICS
from tests.analytic_runner import as_csv
from tests.conftest import ROOT

DOCS = ROOT / "docs"
EXAMPLES = sorted((DOCS / "examples").glob("*.py"))
#: Lines with something on them.
MOST_LINES = 30
#: What an example must say, at the least; so that one that does nothing fails.
SAYS = {
    "analysis": "trunk lean: ",
    "comparison": "counts from",
    "folder": "run.mp4 ",
    "own_estimator": " strides",
    "own_metric": "42.6°, ",
    "own_rules": "The trunk leans more and more: supported",
    "progress": "stopped; ",
    "registry": "trunk_lean: Trunk lean, deg, + ",
    "stages": "side, running, 81 strides",
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, videos: Path) -> Path:
    """A folder with what the examples begin with: a short clip, and a finished analysis of a whole run."""
    folder = tmp_path_factory.mktemp("examples")
    _cut(videos / "tired.mp4", folder / "run.mp4", 1.2)
    as_csv(shipped_runner(), folder / "run.csv")
    posture.analyze(folder / "run.csv", out=folder / "run.posture")
    return folder


@pytest.fixture
def around(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it as the current folder, and the registry as it was when the example is over."""
    for name in ("run.posture", "monday.posture", "friday.posture"):
        shutil.copytree(kept / "run.posture", tmp_path / name)
    (tmp_path / "training").mkdir()
    for place in (tmp_path, tmp_path / "training"):
        shutil.copy(kept / "run.mp4", place)
    shutil.copy(DOCS / "examples" / "own_rules.toml", tmp_path)
    monkeypatch.chdir(tmp_path)
    for name in ("_metrics", "_formulas"):
        monkeypatch.setattr(METRICS, name, getattr(METRICS, name))
    return tmp_path


def _cut(source: Path, target: Path, seconds: float) -> None:
    with av.open(source) as clip, av.open(target, "w") as out:
        stream = out.add_stream_from_template(clip.streams.video[0])
        for packet in clip.demux(video=0):
            if packet.pts is not None and packet.pts * packet.time_base < seconds:
                packet.stream = stream
                out.mux(packet)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_example_runs_and_says_something(example: Path, around: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(example), run_name="__main__")
    said = capsys.readouterr().out
    assert SAYS.get(example.stem, "") in said, said
    if example.stem == "plots":
        assert (around / "lean.png").stat().st_size > 10_000


def test_what_the_readme_shows_of_python_runs(around: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    exec(compile(block, "README.md", "exec"), {})
    assert capsys.readouterr().out.endswith("drift\n")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_example_is_short(example: Path) -> None:
    assert len([line for line in example.read_text(encoding="utf-8").splitlines() if line.strip()]) <= MOST_LINES


def test_type_checkers_without_a_plugin_see_that_settings_have_defaults() -> None:
    """A default that is no keyword they take for none, so that ``PoseSettings(model="lite")`` would be a fault."""
    tree = ast.parse((ROOT / "posture" / "settings.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Field"]
    assert len(calls) > 40
    assert [ast.unparse(call) for call in calls if call.args] == []
