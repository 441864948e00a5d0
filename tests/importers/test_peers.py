"""What peers write, each against the same poses in another format: the same points, and so the same strides."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import posture
from posture import seen
from posture.cli import main
from posture.errors import PostureError
from posture.importers import Format, find_format, load, load_everyone
from posture.importers.layouts import COCO_17
from posture.landmarks import L
from posture.series import CameraMotion, PoseSeries
from posture.settings import Settings
from tests.analytic_runner import SIZE, side_runner
from tests.importers import peers

_RATE = 30.0


@pytest.fixture(scope="module")
def runner() -> PoseSeries:
    return side_runner(np.arange(0.0, 9.0, 1 / _RATE), stride=0.7)


def strides(series: PoseSeries) -> pd.DataFrame:
    return seen.see(series, CameraMotion.unknown(series.size), Settings()).segmented.kept


_SHARED = ["start", "end", "trunk_lean", "elbow_flex", "cadence", "vert_osc"]


def _csv(pattern_x: str, pattern_y: str, **more: object) -> Callable[[PoseSeries, Path], Path]:
    def write(series: PoseSeries, folder: Path) -> Path:
        frame = np.arange(len(series))
        first = {
            str(k): {"time": series.time, "ms": 1000 * series.time, "frame": frame}[str(v)] for k, v in more.items()
        }
        peers.as_table(series, pattern_x, pattern_y, **first).to_csv(folder / "run.csv", index=False)
        return folder / "run.csv"

    return write


def _pairs(series: PoseSeries, folder: Path) -> Path:
    rows = {str(int(i)): [str(list(map(float, point))) for point in series.xy[:, i]] for i in L}
    pd.DataFrame(rows).to_csv(folder / "run.csv", index=False)
    return folder / "run.csv"


def _semicolons(series: PoseSeries, folder: Path) -> Path:
    peers.as_table(series, "{i}_x", "{i}_y").to_csv(folder / "run.csv", index=False, sep=";", decimal=",")
    return folder / "run.csv"


def _long(names: bool, suffix: str) -> Callable[[PoseSeries, Path], Path]:
    def write(series: PoseSeries, folder: Path) -> Path:
        table, file = peers.as_long(series, names), folder / f"run{suffix}"
        table.to_csv(file, index=False) if suffix == ".csv" else table.to_parquet(file, index=False)
        return file

    return write


def _folder(series: PoseSeries, folder: Path) -> Path:
    """No leading zeros, a number that is the same everywhere, another file beside them."""
    (folder / "json").mkdir()
    (folder / "json" / "a_settings.json").write_text('{"net": "BODY_25"}')
    for frame in range(len(series)):
        record = {"version": 1.3, "people": [peers.openpose(series, frame)]}
        (folder / "json" / f"run_{frame}_keypoints_2d.json").write_text(json.dumps(record))
    return folder / "json"


def _one_file(kind: str) -> Callable[[PoseSeries, Path], Path]:
    def write(series: PoseSeries, folder: Path) -> Path:
        records = [{"people": [peers.openpose(series, frame)]} for frame in range(len(series))]
        named = {f"frame_{i}": record for i, record in enumerate(records)}
        content = {"list": records, "within": {"fps": 30, "frames": records}, "named": named}[kind]
        (folder / "run.json").write_text(json.dumps(content))
        return folder / "run.json"

    return write


def _c3d(unit: str, scale: float) -> Callable[[PoseSeries, Path], Path]:
    def write(series: PoseSeries, folder: Path) -> Path:
        ezc3d = pytest.importorskip("ezc3d")
        names = {name: landmark for name, landmark in peers.SPORTS2D.items() if landmark is not None}
        points = np.full((4, len(names), len(series)), np.nan)
        for i, landmark in enumerate(names.values()):
            points[:2, i] = scale * (series.xy[:, landmark].T * [[1], [-1]] + [[0], [480]])
            points[2, i] = 0.0
        file = ezc3d.c3d()
        file["parameters"]["POINT"]["UNITS"]["value"] = [unit]
        file["parameters"]["POINT"]["RATE"]["value"] = [30.0]
        file["parameters"]["POINT"]["LABELS"]["value"] = list(names)
        file["data"]["points"] = points
        file.write(str(folder / "run.c3d"))
        return folder / "run.c3d"

    return write


_FORMATS: dict[str, tuple[Callable[[PoseSeries, Path], Path], Format, bool]] = {
    "number_x": (_csv("{i}_x", "{i}_y"), Format.CSV, True),
    "frame, L number": (_csv("L{i}_x", "L{i}_y", frame="frame"), Format.CSV, True),
    "lm number": (_csv("lm{i}_x", "lm{i}_y", time="time"), Format.CSV, False),
    "x number": (_csv("x{i}", "y{i}", timestamp_ms="ms"), Format.CSV, False),
    "landmark_number_x": (_csv("landmark_{i}_x", "landmark_{i}_y", t="time"), Format.CSV, False),
    "names": (_csv("{name}_x", "{name}_y", frame_idx="frame"), Format.CSV, True),
    "names with dots": (_csv("{name}.x", "{name}.y"), Format.CSV, True),
    "x of names": (_csv("x_{name}", "y_{name}", Timestamp="time"), Format.CSV, False),
    "lists": (_pairs, Format.CSV, True),
    "decimal commas": (_semicolons, Format.CSV, True),
    "long, names": (_long(True, ".csv"), Format.CSV, True),
    "long, numbers": (_long(False, ".csv"), Format.CSV, True),
    "long, Parquet": (_long(True, ".parquet"), Format.CSV, True),
    "Sports2D, pixels": (lambda s, d: peers.as_sports2d(s, d / "run.trc"), Format.TRC, False),
    "Sports2D, metres": (lambda s, d: peers.as_sports2d(s, d / "run.trc", metres=True), Format.TRC, False),
    "Sports2D, commas": (lambda s, d: peers.as_sports2d(s, d / "r.trc", metres=True, comma=True), Format.TRC, False),
    "C3D, pixels": (_c3d("px", 1.0), Format.C3D, False),
    "C3D, millimetres": (_c3d("mm", 5.0), Format.C3D, False),
    "GaitLab": (lambda s, d: peers.as_gaitlab(s, d / "run.json"), Format.GAITLAB, False),
    "GaitLab, rate": (lambda s, d: peers.as_gaitlab(s, d / "run.json", timestamps=False), Format.GAITLAB, False),
    "OpenPose, folder": (_folder, Format.OPENPOSE, True),
    "OpenPose, list": (_one_file("list"), Format.OPENPOSE, True),
    "OpenPose, frames within": (_one_file("within"), Format.OPENPOSE, True),
    "OpenPose, named": (_one_file("named"), Format.OPENPOSE, True),
    "movement, seconds": (lambda s, d: peers.as_movement(s, d / "run.nc"), Format.MOVEMENT, False),
    "movement, frames": (lambda s, d: peers.as_movement(s, d / "run.nc", seconds=False), Format.MOVEMENT, True),
    "movement, singular": (lambda s, d: peers.as_movement(s, d / "run.nc", plural=False), Format.MOVEMENT, False),
    "DeepLabCut": (lambda s, d: peers.as_deeplabcut(s, d / "run.csv"), Format.DEEPLABCUT, True),
    "DeepLabCut, people": (lambda s, d: peers.as_deeplabcut(s, d / "run.csv", ["a"]), Format.DEEPLABCUT, True),
}


@pytest.mark.parametrize("name", _FORMATS)
def test_the_same_poses_in_another_format_give_the_same_strides(runner: PoseSeries, tmp_path: Path, name: str) -> None:
    write, kind, untimed = _FORMATS[name]
    file = write(runner, tmp_path)
    assert find_format(file) == kind
    if untimed:
        with pytest.raises(PostureError, match="--fps"):
            load(file)
    series = load(file, _RATE if untimed else None)
    np.testing.assert_allclose(series.time, runner.time, atol=1e-5)
    known = [i for i in L if np.isfinite(series.xy[:, i]).all() and np.ptp(series.xy[:, i]) != 0]
    assert {L.LEFT_HIP, L.RIGHT_SHOULDER, L.LEFT_ANKLE, L.RIGHT_WRIST, L.NOSE, L.LEFT_FOOT_INDEX} <= set(known)
    # The same picture but for its unit and origin.
    here, there = (s.xy[:, known] - s.xy[:1, [L.LEFT_HIP]] for s in (series, runner))
    scale = np.linalg.norm(here) / np.linalg.norm(there)
    np.testing.assert_allclose(here / scale, there, atol=2e-3)
    found, true = strides(series), strides(runner)
    assert len(found) == len(true) >= 10
    for column in _SHARED:  # a stride at the edge hangs on the last digits of the times
        np.testing.assert_allclose(found[column], true[column], rtol=1e-3, atol=1e-3, err_msg=column)


def _people(series: PoseSeries, folder: Path) -> Path:
    table = peers.as_table(series, "{name}_x", "{name}_y", frame=np.arange(len(series)), person=np.ones(len(series)))
    table.to_csv(folder / "run.csv", index=False)
    return folder / "run.csv"


def _mmpose(series: PoseSeries, folder: Path) -> Path:
    bodies = series.xy[:, list(COCO_17.values())].tolist()
    people = [[{"keypoints": body, "keypoint_scores": [0.9] * len(COCO_17)}] for body in bodies]
    (folder / "run.json").write_text(json.dumps([{"frame_id": i, "instances": one} for i, one in enumerate(people)]))
    return folder / "run.json"


_WRITERS = {name: write for name, (write, *_) in _FORMATS.items()} | {"people": _people, "MMPose": _mmpose}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("places", [(1e308,), (1e308, -1e308), (-1e12,)], ids=str)
@pytest.mark.parametrize("name", _WRITERS)
def test_no_picture_has_a_point_so_far_away(
    runner: PoseSeries, tmp_path: Path, name: str, places: tuple[float, ...]
) -> None:
    xy = runner.xy[:30].copy()
    for number, place in enumerate(places):
        xy[5 + number, [L.LEFT_HIP, L.RIGHT_ANKLE], number] = place
    with np.errstate(all="ignore"):  # the writer's own
        file = _WRITERS[name](replace(runner.take(np.arange(len(runner)) < 30), xy=xy), tmp_path)
    with pytest.raises(
        PostureError, match=r"(run|r|json)[.\w]*: (some of its points are farther away|its places jump)"
    ):
        load(file, _RATE)


def test_a_point_far_away_that_was_not_seen_is_left_out(runner: PoseSeries, tmp_path: Path) -> None:
    far = 1e308
    for count in (1, 2):
        people = [
            {"pose_keypoints_2d": np.ravel([[far, -far, 0.0]] + [[9.0 * k, 5.0 * k, 0.9] for k in range(24)]).tolist()}
        ]
        (tmp_path / "run.json").write_text(json.dumps([{"people": people * count}] * 3))
        series = load(tmp_path / "run.json", _RATE)
        assert series.seen.all()
        assert np.isnan(series.xy[:, L.NOSE]).all()


def test_shares_of_the_picture_need_its_size_and_give_the_same(runner: PoseSeries, tmp_path: Path) -> None:
    file = tmp_path / "run.csv"
    peers.as_table(runner, "{i}_x", "{i}_y", shares=True).to_csv(file, index=False)
    with pytest.raises(PostureError, match="--size 1920x1080"):
        load(file, _RATE)
    np.testing.assert_allclose(load(file, _RATE, SIZE).xy, runner.xy, atol=1e-9)


def test_the_size_is_given_on_the_command_line(runner: PoseSeries, tmp_path: Path) -> None:
    file = tmp_path / "run.csv"
    peers.as_table(runner, "{i}_x", "{i}_y", shares=True).to_csv(file, index=False)
    words = ["analyze", str(file), "--fps", "30", "--out", str(tmp_path / "run"), "--quiet"]
    done = CliRunner().invoke(main, [*words, "--size", "640x480"])
    assert done.exit_code == 0, done.output
    table = pd.read_csv(tmp_path / "run" / "strides.csv")
    np.testing.assert_allclose(table.loc[table["kept"], "trunk_lean"], strides(runner)["trunk_lean"], atol=1e-3)
    refused = CliRunner().invoke(main, [*words, "--size", "640"])
    assert refused.exit_code == 2
    assert "like 1920x1080" in refused.output


def test_several_people_in_a_table_are_told_apart(runner: PoseSeries, tmp_path: Path) -> None:
    one = peers.as_long(runner, names=True)
    table = pd.concat([one.assign(track="a"), one.assign(track="b", x=one["x"] / 2, y=one["y"] / 2)])
    table.to_csv(tmp_path / "run.csv", index=False)
    large, small = load_everyone(tmp_path / "run.csv", _RATE)
    np.testing.assert_allclose(large.xy, runner.xy)
    np.testing.assert_allclose(small.xy, runner.xy / 2)


def test_joint_centres_in_space_are_looked_at_by_the_virtual_camera(runner: PoseSeries, tmp_path: Path) -> None:
    """Pose2Sim's triangulated points have a third coordinate that changes."""
    file = peers.as_sports2d(runner, tmp_path / "run.trc", metres=True)
    head, body = file.read_text().splitlines()[:5], file.read_text().splitlines()[5:]
    rows = [line.split("\t") for line in body]
    for number, row in enumerate(rows):
        for k, name in enumerate(peers.SPORTS2D):
            side = {"R": 0.1, "L": -0.1}.get(name[0], 0.0)
            row[4 + 3 * k] = f"{side + 0.01 * np.sin(number):.4f}"
    file.write_text("\n".join([*head, *("\t".join(row) for row in rows)]) + "\n")
    series = load(file)
    assert np.isfinite(series.world[:, L.LEFT_HIP]).all()
    assert series.size == (1280, 720)


def test_a_pose_file_is_never_called_no_video(tmp_path: Path) -> None:
    """What was found is said, and what is needed."""
    files = {
        "a.csv": ("a,b\n1,2\n", r"its columns are a, b; name them like left_hip_x"),
        "log.csv": ("time,speed\n0,8\n1,9\n", r"no landmark found; its columns are time, speed;"),
        "a.mot": ("run\nnRows=1\nnColumns=2\nendheader\ntime\thip\n0\t1\n", "holds angles or forces"),
        "a.json": ('{"shapes": [], "version": 2}', "its JSON is records with shapes, version; needed are 'people'"),
        "a.trc": ("hello", "begins 'hello'"),
        "a.npz": ("PK\0\0", "binary"),
        "a.txt": ("", "empty"),
    }
    for name, (content, said) in files.items():
        (tmp_path / name).write_text(content)
        with pytest.raises(PostureError, match=said) as caught:
            posture.analyze(tmp_path / name, out=tmp_path / "out", overlay=False)
        assert "video" not in str(caught.value)
        assert str(caught.value).endswith(".")
    (tmp_path / "json").mkdir()
    (tmp_path / "json" / "a.json").write_text("{}")
    with pytest.raises(PostureError, match="'people'"):
        posture.analyze(tmp_path / "json", out=tmp_path / "out", overlay=False)


def test_tracks_in_hdf5_say_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posture.importers.tracks.find_spec", lambda name: None)
    for name in ("a.h5", "a.nc", "a.slp"):
        (tmp_path / name).write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(600))
        with pytest.raises(PostureError, match="pip install movement"):
            load(tmp_path / name, _RATE)


@pytest.mark.parametrize(
    ("name", "fps", "size"),
    [
        ("mediapipe_0_x.csv", 30.0, (1080, 1920)), ("mediapipe_frame_L0_x.csv", 30.0, (1080, 1920)),
        ("mediapipe_pairs.csv", 30.0, (1080, 1920)), ("sports2d_metres.trc", None, None),
        ("sports2d_pixels.trc", None, None),
    ],
)  # fmt: skip
def test_files_of_others_show_somebody_upright(
    shared: Path, name: str, fps: float | None, size: tuple[int, int] | None
) -> None:
    series = load(shared / "cases" / name, fps, size)
    known = np.isfinite(series.xy[..., 1]).any(axis=0)
    y = np.full(33, np.nan)
    y[known] = np.nanmedian(series.xy[:, known, 1], axis=0)
    assert y[L.NOSE] < y[[L.LEFT_SHOULDER, L.RIGHT_SHOULDER]].mean() < y[[L.LEFT_HIP, L.RIGHT_HIP]].mean()
    assert y[[L.LEFT_HIP, L.RIGHT_HIP]].mean() < y[[L.LEFT_ANKLE, L.RIGHT_ANKLE]].mean()


# --- whatever is in a file, one sentence ------------------------------------------------------------------

_CELLS = st.sampled_from(["", "0", "1", "2", "-3", "nan", "1e308", "1e999", "x", "0,5", "[1, 2]", "[]", "7" * 30, "23"])
_NAMES = st.sampled_from(
    ["time", "frame", "t", "x", "y", "landmark", "person", "track", "nose_x", "nose_y", "23_x", "23_y", "visibility",
     "x0", "y0", "v0", "left_hip_x", "left_hip_y", "0", "1", "99999999999999999999_x", ""]
)  # fmt: skip


def read(path: Path) -> None:
    """A file is read, or refused in one sentence."""
    said = "."
    try:
        series = load(path, 30.0, (640, 480))
    except PostureError as error:
        said = str(error)
    else:
        assert np.isfinite(series.time).all()
        assert series.seen.any()
    assert said.endswith(".")
    assert "\n" not in said


@given(
    names=st.lists(_NAMES, min_size=1, max_size=6),
    rows=st.lists(st.lists(_CELLS, max_size=7), max_size=5),
    by=st.sampled_from(",;\t"),
)
def test_no_table_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], rows: list[list[str]], by: str
) -> None:
    file = tmp_path_factory.getbasetemp() / "table.csv"
    quoted = [[f'"{cell}"' if by in cell else cell for cell in row] for row in [names, *rows]]
    file.write_text("\n".join(by.join(row) for row in quoted))
    read(file)


_JSON = st.recursive(
    st.none() | st.integers(-(10**6), 10**6) | st.floats() | st.sampled_from(["", "nose", "l_hip", "3.jpg", True]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["people", "pose_keypoints_2d", "schema", "keypoint_names", "frames", "timestamps", "width", "fps", "frame",
             "person_id", "keypoints", "instances", "image_id", "1"]
        ),
        inner, max_size=4,
    ),
    max_leaves=20,
)  # fmt: skip


@given(content=_JSON, gaitlab=st.booleans())
def test_no_json_ends_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, content: object, gaitlab: bool) -> None:
    file = tmp_path_factory.getbasetemp() / "poses.json"
    if gaitlab and isinstance(content, dict):
        content = {**content, "schema": "gaitlab.pose/v1"}
    file.write_text(json.dumps(content))
    read(file)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    series, folder = side_runner(np.arange(0.0, 0.2, 1 / _RATE)), tmp_path_factory.mktemp("whole")
    files = [
        peers.as_sports2d(series, folder / "a.trc"), peers.as_movement(series, folder / "a.nc"),
        peers.as_gaitlab(series, folder / "a.json"), peers.as_deeplabcut(series, folder / "a.csv"),
    ]  # fmt: skip
    return {file.name: file.read_bytes() for file in files}


@given(name=st.sampled_from(["a.trc", "a.nc", "a.json", "a.csv"]), data=st.data())
def test_no_damage_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, whole: dict[str, bytes], name: str, data: st.DataObject
) -> None:
    content = bytearray(whole[name])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, min(len(content), 3000) - 1))
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(20, len(content)))
    file = tmp_path_factory.getbasetemp() / name
    file.write_bytes(content[:cut])
    read(file)


def test_tracks_of_deeplabcut_and_sleap_come_through_movement(runner: PoseSeries, tmp_path: Path) -> None:
    pytest.importorskip("movement", reason="movement is not installed")
    from movement.io import load_poses, save_poses

    position = np.moveaxis(runner.xy, 2, 1)[..., None]
    dataset = load_poses.from_numpy(
        position, runner.visibility[..., None], ["runner"], [i.name.lower() for i in L], source_software="x"
    )
    save_poses.to_dlc_file(dataset, tmp_path / "dlc.h5", split_individuals=False)
    save_poses.to_sleap_analysis_file(dataset, tmp_path / "sleap.h5")
    dataset.to_netcdf(tmp_path / "run.nc")
    for name in ("dlc.h5", "sleap.h5", "run.nc"):
        np.testing.assert_allclose(load(tmp_path / name, _RATE).xy, runner.xy, err_msg=name)
