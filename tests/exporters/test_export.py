"""Each export read back by another reader, and imported again: the same numbers, and so the same strides."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import posture
from posture import pipeline, seen
from posture.analysis import Analysis
from posture.cli import main
from posture.errors import PostureError
from posture.exporters import Kind, export
from posture.exporters.points import NAMES, points_of
from posture.importers import load
from posture.kinematics.registry import METRICS
from posture.landmarks import L
from posture.series import CameraMotion, Floats, PoseSeries
from posture.settings import ClipSettings, Settings
from tests.analytic_runner import as_csv, side_runner


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An analysis of noisy poses with a hole, at times that are not quite even."""
    here = tmp_path_factory.mktemp("run")
    rng = np.random.default_rng(5)
    time = np.arange(0.0, 9.0, 1 / 30)
    series = side_runner(time + rng.uniform(-0.003, 0.003, time.size))
    xy = series.xy + rng.normal(0.0, 0.4, series.xy.shape)
    xy[100:112, L.LEFT_WRIST] = np.nan
    as_csv(series.with_xy(xy), here / "run.csv")
    posture.analyze(here / "run.csv", out=here / "run.posture", overlay=False)
    return here / "run.posture"


@pytest.fixture(scope="module")
def analysis(folder: Path) -> Analysis:
    return pipeline.load(folder)


def run(folder: Path, kind: str, out: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["export", str(folder), "--to", kind, "--out", str(out), *words])


def written(folder: Path, kind: str, out: Path, *words: str) -> Path:
    done = run(folder, kind, out, *words)
    assert done.exit_code == 0, done.output
    assert done.output.startswith(f"{out}: ")
    return out


def upward(series: PoseSeries, landmark: L) -> Floats:
    return np.column_stack([series.xy[:, landmark, 0], series.size[1] - series.xy[:, landmark, 1]])


def read_trc(path: Path) -> tuple[dict[str, str], list[str], pd.DataFrame]:
    """Header, names, and a table with the columns Frame#, Time, X1, Y1, Z1, ..., as OpenSim splits a file."""
    lines = path.read_text().split("\n")
    header = dict(zip(lines[1].split("\t"), lines[2].split("\t"), strict=True))
    names = [name for name in lines[3].split("\t")[2:] if name]
    columns = ["Frame#", "Time", *lines[4].split("\t")[2:]]
    return header, names, pd.DataFrame([line.split("\t") for line in lines[6:-1]], columns=columns)


@pytest.mark.parametrize("height", [None, 172.0])
def test_trc_has_the_names_units_times_and_places(
    folder: Path, analysis: Analysis, tmp_path: Path, height: float | None
) -> None:
    words = () if height is None else ("--height", "172")
    header, names, table = read_trc(written(folder, "trc", tmp_path / "a.trc", *words))
    series = analysis.cleaned
    assert header["Units"] == ("px" if height is None else "m")
    assert (int(header["NumFrames"]), int(header["NumMarkers"])) == (len(series), len(names))
    assert float(header["DataRate"]) == pytest.approx(30.0, rel=1e-3)
    np.testing.assert_allclose(table["Time"].astype(float), series.time, atol=1e-6)
    # De Leva: the trunk is 0.29 of the height.
    shoulders, hips = (series.xy[:, [left, left + 1]].mean(axis=1) for left in (L.LEFT_SHOULDER, L.LEFT_HIP))
    trunk = np.linalg.norm(shoulders - hips, axis=1)
    scale = 1.0 if height is None else 0.29 * 1.72 / np.median(trunk)
    for landmark in (L.NOSE, L.LEFT_HIP, L.RIGHT_ANKLE, L.LEFT_WRIST):
        place = names.index(NAMES[landmark]) + 1
        cells = table[[f"X{place}", f"Y{place}"]].replace("", "nan").astype(float).to_numpy()
        np.testing.assert_allclose(cells, scale * upward(series, landmark), atol=1e-6, rtol=0)
        assert (table[f"Z{place}"] == "0").all()


def test_mot_holds_the_planar_angles_by_name_in_degrees(folder: Path, analysis: Analysis, tmp_path: Path) -> None:
    lines = written(folder, "mot", tmp_path / "a.mot").read_text().splitlines()
    end = lines.index("endheader")
    header = dict(line.split("=") for line in lines[1:end])
    table = pd.DataFrame([line.split("\t") for line in lines[end + 2 :]], columns=lines[end + 1].split("\t"))
    assert header["inDegrees"] == "yes"
    assert (int(header["nRows"]), int(header["nColumns"])) == table.shape
    assert table.columns[0] == "time"
    assert {"trunk_lean", "elbow_flex", "neck_incl"} <= set(table.columns)
    assert all(METRICS[name].unit == "deg" for name in table.columns[1:])
    for name in table.columns[1:]:
        np.testing.assert_allclose(table[name].astype(float), analysis.metrics[name], atol=1e-6, err_msg=name)


@pytest.mark.parametrize(("height", "unit"), [(None, "px"), (172.0, "mm")])
def test_c3d_is_read_back(folder: Path, analysis: Analysis, tmp_path: Path, height: float | None, unit: str) -> None:
    ezc3d = pytest.importorskip("ezc3d")
    words = () if height is None else ("--height", "172")
    file = ezc3d.c3d(str(written(folder, "c3d", tmp_path / "a.c3d", *words)))
    told, points = file["parameters"]["POINT"], file["data"]["points"]
    assert told["UNITS"]["value"] == [unit]
    assert told["RATE"]["value"][0] == pytest.approx(analysis.cleaned.rate, rel=1e-6)
    expected = points_of(analysis.cleaned, height)
    assert told["LABELS"]["value"] == list(expected.names)
    # Four bytes a number: a ten-millionth of it.
    places = np.moveaxis(points[:2], 0, 2).transpose(1, 0, 2) / (1.0 if height is None else 1000.0)
    np.testing.assert_allclose(places, expected.xy, rtol=3e-7)
    lost = np.isnan(expected.xy[..., 0])
    assert lost.any()
    np.testing.assert_array_equal(np.isnan(points[0]).T | (file["data"]["meta_points"]["residuals"][0].T < 0), lost)


def test_netcdf_is_a_poses_dataset_for_xarray(folder: Path, analysis: Analysis, tmp_path: Path) -> None:
    xarray = pytest.importorskip("xarray", reason="xarray, which movement brings, is not installed")
    dataset = xarray.open_dataset(written(folder, "movement", tmp_path / "a.nc"))
    assert dataset.position.dims == ("time", "space", "keypoints", "individuals")
    assert dataset.attrs["ds_type"] == "poses"
    found = dataset.position.sel(keypoints="left_hip", individuals="runner").to_numpy()
    np.testing.assert_array_equal(found, analysis.cleaned.xy[:, L.LEFT_HIP])
    np.testing.assert_array_equal(dataset.time, analysis.cleaned.time)


def test_netcdf_read_as_bytes_are_laid_out(folder: Path, analysis: Analysis, tmp_path: Path) -> None:
    """The classic format by its definition: what xarray needs to make words, names and types of it."""
    netcdf_file = pytest.importorskip("scipy.io").netcdf_file
    with netcdf_file(written(folder, "movement", tmp_path / "a.nc"), mmap=False) as file:
        assert file.variables["position"].dimensions == ("time", "space", "keypoints", "individuals")
        assert file.variables["confidence"].dimensions == ("time", "keypoints", "individuals")
        assert (file.time_unit, file.ds_type) == (b"seconds", b"poses")
        letters = file.variables["keypoints"]
        assert letters._Encoding == b"utf-8"
        words = [b"".join(row).rstrip(b"\0").decode() for row in letters[:]]
        assert words == [landmark.name.lower() for landmark in L]
        position = np.array(file.variables["position"][:])
    np.testing.assert_array_equal(np.moveaxis(position[..., 0], 1, 2), analysis.cleaned.xy)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_long_tables(folder: Path, analysis: Analysis, tmp_path: Path, kind: str) -> None:
    def read(what: str) -> pd.DataFrame:
        file = written(folder, kind, tmp_path / f"{what}.{kind}", "--what", what)
        return pd.read_csv(file, keep_default_na=True) if kind == "csv" else pd.read_parquet(file)

    poses = read("poses")
    assert list(poses.columns) == ["frame", "time", "segment", "landmark", "x", "y", "visibility"]
    wide = poses.pivot(index="frame", columns="landmark", values="x")
    np.testing.assert_allclose(wide["left_wrist"], analysis.cleaned.xy[:, L.LEFT_WRIST, 0], rtol=1e-7)
    metrics = read("metrics")
    lean = metrics[metrics["metric"] == "trunk_lean"]
    assert set(lean["unit"]) == {"deg"}
    np.testing.assert_allclose(lean["value"], analysis.metrics["trunk_lean"], rtol=1e-7)
    strides = read("strides")
    kept = strides[(strides["metric"] == "cadence") & strides["kept"]]
    np.testing.assert_allclose(kept["value"], analysis.strides["cadence"], rtol=1e-7)
    np.testing.assert_allclose(kept["start"], analysis.strides["start"], rtol=1e-7)
    assert list(read("events").columns) == ["start", "end", "kind", "why"]


def test_openpose_holds_body_25_with_neck_and_middle_of_the_hips(
    folder: Path, analysis: Analysis, tmp_path: Path
) -> None:
    files = sorted(written(folder, "openpose", tmp_path / "a_openpose").iterdir())
    assert [file.name for file in files][:2] == ["a_000000000000_keypoints.json", "a_000000000001_keypoints.json"]
    assert len(files) == len(analysis.cleaned)
    (one,) = json.loads(files[50].read_text())["people"]
    points = np.reshape(one["pose_keypoints_2d"], (25, 3))
    xy = analysis.cleaned.xy[50]
    np.testing.assert_allclose(points[9, :2], xy[L.RIGHT_HIP], atol=1e-4)
    np.testing.assert_allclose(points[1, :2], xy[[L.LEFT_SHOULDER, L.RIGHT_SHOULDER]].mean(axis=0), atol=1e-4)
    np.testing.assert_allclose(points[8, :2], xy[[L.LEFT_HIP, L.RIGHT_HIP]].mean(axis=0), atol=1e-4)
    np.testing.assert_array_equal(points[[20, 23]], 0.0)


def strides(series: PoseSeries) -> pd.DataFrame:
    return seen.see(series, CameraMotion.unknown(series.size), Settings()).segmented.kept


@pytest.mark.parametrize(
    ("kind", "words", "timed"),
    [
        ("trc", (), True), ("trc", ("--height", "172"), True), ("c3d", (), False), ("c3d", ("--height", "172"), False),
        ("movement", (), True), ("csv", (), True), ("parquet", (), True), ("openpose", (), False),
    ],
)  # fmt: skip
def test_there_and_back_gives_the_same_strides(
    folder: Path, analysis: Analysis, tmp_path: Path, kind: str, words: tuple[str, ...], timed: bool
) -> None:
    if kind == "c3d":
        pytest.importorskip("ezc3d")
    suffix = {"movement": "nc", "openpose": "openpose"}.get(kind, kind)
    file = written(folder, kind, tmp_path / f"a.{suffix}", "--raw", *words)
    back = load(file, analysis.recording.series.rate if kind == "openpose" else None)
    if kind == "movement":
        assert back.size == analysis.recording.series.size
    found = strides(back)
    assert len(found) == len(analysis.strides) >= 10
    # Formats that know one rate put uneven frames on even times: off by a tenth of a frame here.
    lead = float(back.time[0] - analysis.recording.series.time[0])
    np.testing.assert_allclose(found["start"] - lead, analysis.strides["start"], atol=1e-3 if timed else 0.02)
    for metric, unit in (("trunk_lean", 0.05), ("elbow_flex", 0.3)):
        tolerance = 0.02 if timed else unit
        np.testing.assert_allclose(found[metric], analysis.strides[metric], atol=tolerance, err_msg=metric)


def test_what_is_there_is_replaced_only_by_force(folder: Path, tmp_path: Path) -> None:
    for kind in ("trc", "openpose"):
        out = written(folder, kind, tmp_path / f"a.{kind}")
        before = out.stat().st_mtime_ns
        refused = run(folder, kind, out)
        assert refused.exit_code == 2
        assert "--force" in str(refused.output) + str(refused.exception)
        assert out.stat().st_mtime_ns == before
        written(folder, kind, out, "--force")
    (tmp_path / "a.openpose" / "mine.txt").write_text("mine")
    assert run(folder, "openpose", tmp_path / "a.openpose", "--force").exit_code == 2
    assert (tmp_path / "a.openpose" / "mine.txt").read_text() == "mine"


def test_text_is_printed_where_a_stream_makes_sense(folder: Path, tmp_path: Path) -> None:
    words = ["export", str(folder), "--to", "csv", "--what", "strides"]
    printed = CliRunner().invoke(main, [*words, "--out", "-"])
    assert CliRunner().invoke(main, [*words, "--out", str(tmp_path / "a.csv")]).exit_code == 0
    assert printed.output == (tmp_path / "a.csv").read_text()
    refused = CliRunner().invoke(main, ["export", str(folder), "--to", "c3d", "--out", "-"])
    assert refused.exit_code == 2
    assert "no text" in refused.output


def test_what_cannot_be_exported_is_one_sentence(analysis: Analysis, tmp_path: Path) -> None:
    nobody = replace(analysis, cleaned=analysis.cleaned.with_xy(np.full_like(analysis.cleaned.xy, np.nan)))
    with pytest.raises(PostureError, match="nobody was seen"):
        export(nobody, Kind.TRC, tmp_path / "a.trc")
    jumping = replace(analysis.cleaned, time=np.sort(np.random.default_rng(0).uniform(0, 9, len(analysis.cleaned))))
    pytest.importorskip("ezc3d")
    with pytest.raises(PostureError, match="too unevenly"):
        export(replace(analysis, cleaned=jumping), Kind.C3D, tmp_path / "a.c3d")
    with pytest.raises(PostureError, match="no angle"):
        export(replace(analysis, measured=replace(analysis.measured, values={})), Kind.MOT, tmp_path / "a.mot")
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--to", "trc", "--what", "strides"), "--what is for"),
        (("--to", "mot", "--raw"), "--raw is for poses"),
        (("--to", "trk"), "trc"),
        (("--to", "trc", "--height", "1.72"), "height"),
    ],
)
def test_what_does_not_go_together_is_said(folder: Path, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = CliRunner().invoke(main, ["export", str(folder), "--out", str(tmp_path / "a"), *words])
    assert done.exit_code == 2
    assert said in done.output


def test_times_are_those_of_real_life(folder: Path, tmp_path: Path) -> None:
    """A declared slow motion is off the clock, of raw poses, too."""
    analysis = pipeline.load(folder)
    slow = replace(analysis, settings=Settings(clip=ClipSettings(slow_motion=2.0)))
    export(slow, Kind.PARQUET, tmp_path / "a.parquet", raw=True)
    times = pd.read_parquet(tmp_path / "a.parquet")["time"]
    assert times.iloc[-1] == pytest.approx(analysis.recording.series.time[-1] / 2)
