"""The program's reference runners: made again from their strides, and each held against the others."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from posture.batches.manifest import ReferenceEntry, read_rows
from posture.cli import main
from posture.errors import PostureError
from posture.kinematics.types import Metrics, View, ViewKind
from posture.levels import load_reference
from posture.levels.build import Refused, left_out, make_reference, reference_clip, rows, to_toml
from posture.levels.reference import REPLACES_BANDS, ReferenceClip
from posture.levels.shapes import FAMILY
from posture.settings import Settings
from posture.storage.folder import AnalysisFolder
from posture.storage.recording import Recording
from posture.strides import Gait, Strides
from tests.conftest import ROOT
from tests.report_run import recording

HERE = ROOT / "tests" / "reference_runners"
SHIPPED = ROOT / "posture" / "levels" / "reference.toml"
COMMAND = "posture reference build CLIPS --manifest runners.csv --out reference.toml"


def a_view(kind: str) -> View:
    nothing = np.empty(0)
    return View(ViewKind(kind), 5.0, None, 0, nothing.astype(str), nothing, nothing.astype(int), 1.0)


def made_again() -> Iterator[ReferenceClip]:
    entries = read_rows(HERE / "runners.csv", ReferenceEntry)
    for name, table in pd.read_csv(HERE / "strides.csv").groupby("file", sort=True):
        first = table.iloc[0]
        strides = Strides(table.assign(kept=True), Gait(first["gait"]), "", 1.0, {})
        entry = entries[str(name)]
        made = reference_clip(
            entry.runner, entry.source, strides, Metrics(np.empty(0), {}, {}, frozenset()), a_view(first["view"])
        )
        assert isinstance(made, ReferenceClip), made
        yield made


def test_the_reference_is_what_its_command_makes_of_its_strides() -> None:
    shipped = load_reference()
    again = make_reference(list(made_again()), shipped.model, shipped.engine)
    assert to_toml(again, COMMAND) == SHIPPED.read_text(encoding="utf-8")
    assert make_reference(shipped.clip, shipped.model, shipped.engine) == shipped


def test_the_reference_is_large_enough_and_of_the_default_model() -> None:
    reference = load_reference()
    assert reference.model.startswith("full sha256:")
    sizes = {row.metric: row.runners for row in rows(reference)}
    assert min(sizes[id] for id in ("trunk_lean", "neck_incl", "neck_trunk", "ear_hip", "elbow_flex")) >= REPLACES_BANDS
    sem = {row.metric: row.sem for row in rows(reference)}
    sd = {row.metric: row.sd for row in rows(reference)}
    # Recordings of one runner agree far better than runners do: a level can be told.
    for id in ("trunk_lean", "neck_incl", "ear_hip", "wrist_h"):
        assert sem[id] < sd[id] / 2, id


def test_at_most_a_tenth_of_the_reference_runners_gets_a_pattern_when_left_out() -> None:
    told = left_out(load_reference())
    for runner, patterns in told.items():
        print(f"{runner}: {', '.join(f'{each.shape} {each.size:.2f}' for each in patterns) or 'usual'}")
    assert sum(bool(patterns) for patterns in told.values()) <= FAMILY * len(told)


def test_a_clip_that_cannot_serve_says_why() -> None:
    table = pd.DataFrame({"start": [0.0, 1.0], "end": [1.0, 2.0], "kept": True, "neck_incl": [20.0, 21.0]})
    metrics = Metrics(np.empty(0), {}, {}, frozenset())
    for gait, kind, span, why in (
        (Gait.RUNNING, "side", None, "2 strides that count; a reference needs 3"),
        (Gait.RUNNING, "side", (0.0, 1.0), "1 stride that counts"),
        (Gait.NONE, "side", None, "no strides were found"),
        (Gait.RUNNING, "oblique", None, "not filmed square"),
    ):
        made = reference_clip("r", "a clip", Strides(table, gait, "", 1.0, {}), metrics, a_view(kind), span)
        assert isinstance(made, Refused)
        assert why in made.reason


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("reference = 1", "reference = 2"), "'reference'"),
        (("[[clip]]", "[[clips]]"), "'clip"),
        (("trunk_lean =", "trunk_leaning ="), "'trunk_leaning' is no metric that has a level"),
        (('gait = "running"', 'gait = "flying"'), "gait"),
        (("strides = ", "strides = -"), "strides"),
        (("name = ", "name == "), "not a valid TOML file"),
    ],
)
def test_a_damaged_reference_is_refused_by_name(tmp_path: Path, change: tuple[str, str], fault: str) -> None:
    path = tmp_path / "my.toml"
    path.write_text(SHIPPED.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(PostureError, match=fault) as error:
        load_reference(path)
    assert str(path) in str(error.value)


def command(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture(scope="module")
def analyses(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two analyses whose poses are the truth of rendered runners."""
    where = tmp_path_factory.mktemp("clinic")
    for clip in ("fresh", "tired"):
        folder = AnalysisFolder(where / f"{clip}.posture")
        folder.path.mkdir()
        recording(videos, clip).save(folder.poses)
        folder.record.write_text(json.dumps({"settings": Settings().model_dump(mode="json")}))
    return where


def test_a_clinic_makes_its_own(analyses: Path, tmp_path: Path) -> None:
    out = tmp_path / "my.toml"
    done = command("reference", "build", analyses, "--out", out)
    assert done.exit_code == 0, done.output
    made = load_reference(out)
    assert (made.name, made.model, made.engine) == ("2 reference runners", "truth", "truth")
    assert [clip.runner for clip in made.clip] == ["fresh", "tired"]
    assert "Neck inclination" in done.output
    manifest = tmp_path / "who.csv"
    manifest.write_text("file,runner,end\nfresh.mp4,Ann,\ntired.mp4,Ann,20\n")
    assert command("reference", "build", analyses, "--manifest", manifest, "--out", out).exit_code == 0
    one = load_reference(out)
    assert one.name == "1 reference runner"
    assert one.clip[1].strides < made.clip[1].strides
    assert one.clip[1].levels["neck_incl"] < made.clip[1].levels["neck_incl"]


def test_clips_of_engines_that_read_alike_make_one_reference_and_no_others_do(analyses: Path, tmp_path: Path) -> None:
    """What a recording may be held against, it may be built with: `reference build` and the levels ask the same."""

    def built(*stamps: tuple[str, str]) -> Result:
        for clip, (model, estimator) in zip(("fresh", "tired"), stamps, strict=True):
            poses = AnalysisFolder(mixed / f"{clip}.posture").poses
            replace(Recording.load(poses), model=model, estimator=estimator).save(poses)
        return command("reference", "build", mixed, "--out", tmp_path / "my.toml")

    mixed = tmp_path / "mixed"
    shutil.copytree(analyses, mixed)
    alike = built(("full sha256:1", "mediapipe 1.2.3"), ("full sha256:1", "litert 2.2.0"))
    assert alike.exit_code == 0, alike.output
    assert load_reference(tmp_path / "my.toml").engine == "mediapipe 1.2"
    engines = built(("full sha256:1", "litert 2.3.0"), ("full sha256:1", "mediapipe 1.3.0"))
    models = built(("full sha256:1", "litert 2.3.0"), ("lite sha256:2", "litert 2.3.0"))
    for refused, said in (
        (engines, "seen by mediapipe 1.3, the clips before it by litert 2.3"),
        (models, "seen by lite, the clips before it by full"),
    ):
        assert refused.exit_code == 2
        assert said in " ".join(refused.output.split())


def test_a_reference_that_cannot_be_made_is_refused_and_loses_nothing(analyses: Path, tmp_path: Path) -> None:
    out = tmp_path / "my.toml"
    out.write_text("kept")
    manifest = tmp_path / "who.csv"
    for rows_, fault in (
        ("file,runner\nnobody.mp4,Ann\n", "'nobody.mp4' is not in the folder"),
        ("file,name\nfresh.mp4,Ann\n", "'name' is none of them"),
        ("file\nfresh.mp4\n", "the column 'runner' is missing"),
        ("file,runner,start\nfresh.mp4,Ann,x\n", "line 2, column 'start', 'x'"),
        ("file,runner,start,end\nfresh.mp4,Ann,2,3\n", "no clip can serve as a reference"),
    ):
        manifest.write_text(rows_)
        done = command("reference", "build", analyses, "--manifest", manifest, "--out", out)
        assert (done.exit_code, out.read_text()) == (2, "kept")
        assert fault in done.output
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "no clip can serve as a reference" in command("reference", "build", empty, "--out", out).output
