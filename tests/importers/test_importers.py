"""Pose series from other sources: each format against numbers written by hand or known from geometry."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posture
from posture.errors import PostureError
from posture.importers import Camera, Format, find_format, load
from posture.importers.bvh import read_bvh
from posture.importers.motion import Motion
from posture.importers.trc import read_trc
from posture.kinematics import ViewKind, find_view
from posture.landmarks import MIRROR, L
from posture.settings import ClipSettings, Settings

_BODY_25_LEFT_WRIST = 7


def person(count: int, at: tuple[float, float] = (100.0, 200.0), confidence: float = 0.9, **more: object) -> dict:
    """Keypoint ``i`` lies 3 i right of and 5 i below ``at``."""
    points = [[at[0] + 3.0 * i, at[1] + 5.0 * i, confidence] for i in range(count)]
    return {"pose_keypoints_2d": list(np.ravel(points)), **more}


def write_openpose(folder: Path, frames: dict[int, list[dict]]) -> Path:
    folder.mkdir(exist_ok=True)
    for number, people in frames.items():
        (folder / f"clip1_{number:012d}_keypoints.json").write_text(json.dumps({"people": people}))
    return folder


# --- keypoints -------------------------------------------------------------------------------------------


def test_openpose_body_25_puts_each_keypoint_on_its_landmark(tmp_path: Path) -> None:
    series = load(write_openpose(tmp_path / "json", {0: [person(25)], 1: [person(25)]}), fps=25.0)
    np.testing.assert_allclose(series.time, [0.0, 0.04])
    np.testing.assert_allclose(series.xy[0, L.LEFT_WRIST], [100 + 3 * 7, 200 + 5 * 7])
    np.testing.assert_allclose(series.xy[0, L.RIGHT_HIP], [100 + 3 * 9, 200 + 5 * 9])
    np.testing.assert_allclose(series.xy[0, L.LEFT_EAR], [100 + 3 * 18, 200 + 5 * 18])
    np.testing.assert_allclose(series.xy[0, L.RIGHT_HEEL], [100 + 3 * 24, 200 + 5 * 24])
    assert np.isnan(series.xy[0, L.MOUTH_LEFT]).all()
    assert series.visibility[0, L.MOUTH_LEFT] == 0
    assert series.visibility[0, L.LEFT_EAR] == pytest.approx(0.9)


def test_openpose_zero_confidence_and_missing_frames_are_not_seen(tmp_path: Path) -> None:
    hidden = person(25)
    hidden["pose_keypoints_2d"][3 * _BODY_25_LEFT_WRIST : 3 * _BODY_25_LEFT_WRIST + 3] = [0.0, 0.0, 0.0]
    series = load(write_openpose(tmp_path / "json", {7: [hidden], 9: [person(25)]}), fps=30.0)
    assert len(series) == 3
    assert np.isnan(series.xy[0, L.LEFT_WRIST]).all()
    assert series.seen.tolist() == [True, False, True]


def test_the_runner_is_the_largest_track_whatever_the_order_of_the_people(tmp_path: Path) -> None:
    def small(t: int) -> dict:
        return {"pose_keypoints_2d": list(np.ravel([[600 + 0.5 * i, 300 + i, 0.9] for i in range(25)]))}

    frames = {t: [person(25, at=(100.0 + 4 * t, 200.0)), small(t)][:: 1 if t % 2 else -1] for t in range(20)}
    series = load(write_openpose(tmp_path / "json", frames), fps=30.0)
    np.testing.assert_allclose(series.xy[:, L.NOSE, 0], 100 + 4 * np.arange(20))


def test_a_person_seen_before_the_runner_is_not_joined_to_the_runner(tmp_path: Path) -> None:
    frames = {t: [person(25, at=(1400.0, 600.0), confidence=0.3)] for t in range(5)}
    frames |= {t: [person(25, at=(500.0 + t, 100.0))] for t in range(5, 30)}
    series = load(write_openpose(tmp_path / "json", frames), fps=30.0)
    assert not series.seen[:5].any()
    assert series.seen[5:].all()


def test_identities_of_the_source_decide_where_they_exist(tmp_path: Path) -> None:
    # The runner jumps far: only the identity says that it is the same person.
    frames = {t: [person(25, at=(100.0 if t < 10 else 900.0, 100.0), person_id=[3])] for t in range(20)}
    series = load(write_openpose(tmp_path / "json", frames), fps=30.0)
    assert series.seen.all()


@pytest.mark.parametrize(("count", "ankle"), [(17, 15), (26, 15)])
def test_alphapose_lists(tmp_path: Path, count: int, ankle: int) -> None:
    records = [
        {"image_id": f"frame_{n}.jpg", "keypoints": person(count)["pose_keypoints_2d"], "score": 2.5} for n in (3, 4)
    ]
    file = tmp_path / "alphapose-results.json"
    file.write_text(json.dumps(records))
    assert find_format(file) == Format.KEYPOINTS
    series = load(file, fps=30.0, size=(640, 480))
    assert len(series) == 2
    assert series.size == (640, 480)
    np.testing.assert_allclose(series.xy[0, L.LEFT_ANKLE], [100 + 3 * ankle, 200 + 5 * ankle])
    assert np.isfinite(series.xy[0, L.LEFT_HEEL]).all() == (count == 26)


@pytest.mark.parametrize("wrapped", [True, False])
def test_mmpose_lists(tmp_path: Path, wrapped: bool) -> None:
    points = np.reshape(person(17)["pose_keypoints_2d"], (-1, 3))
    instance = {"keypoints": points[:, :2].tolist(), "keypoint_scores": points[:, 2].tolist()}
    frames = [{"frame_id": n, "instances": [instance] if n != 2 else []} for n in (1, 2, 3)]
    file = tmp_path / "results.json"
    file.write_text(json.dumps({"meta_info": {}, "instance_info": frames} if wrapped else frames))
    series = load(file, fps=30.0)
    assert series.seen.tolist() == [True, False, True]
    np.testing.assert_allclose(series.xy[0, L.RIGHT_EAR], [100 + 3 * 4, 200 + 5 * 4])


def test_csv_by_name_and_by_number_agree(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "time,left_ear_x,left_ear_y,left_ear_visibility,note\n0,10,20,0.5,x\n0.05,11,,0.4,y\n0.1,12,22,0.6,\n"
    )
    (tmp_path / "b.csv").write_text("Frame,X7,Y7,V7\n4,10,20,0.5\n6,12,22,0.6\n")
    named, numbered = load(tmp_path / "a.csv"), load(tmp_path / "b.csv", fps=20.0)
    for series in (named, numbered):
        np.testing.assert_allclose(series.time, [0.0, 0.05, 0.1])
        np.testing.assert_allclose(series.xy[:, L.LEFT_EAR, 0], [10, np.nan, 12])
        np.testing.assert_allclose(series.visibility[:, L.LEFT_EAR], [0.5, 0, 0.6])


def test_csv_in_shares_of_the_picture_needs_its_size(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("frame,nose_x,nose_y\n0,0.5,0.25\n1,0.5,0.25\n")
    np.testing.assert_allclose(load(file, 30.0, size=(200, 100)).xy[0, L.NOSE], [100, 25])
    with pytest.raises(PostureError, match="in pixels"):
        load(file, 30.0)


# --- motion capture --------------------------------------------------------------------------------------

_BVH = """HIERARCHY
ROOT Hips
{ OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Yrotation Xrotation
  JOINT LeftUpLeg
  { OFFSET 10 0 0
    CHANNELS 3 Zrotation Yrotation Xrotation
    JOINT LeftLeg
    { OFFSET 0 -40 0
      CHANNELS 3 Zrotation Yrotation Xrotation
      JOINT LeftFoot
      { OFFSET 0 -40 0
        CHANNELS 3 Zrotation Yrotation Xrotation
        JOINT LeftToeBase { OFFSET 0 -5 15 CHANNELS 0 End Site { OFFSET 0 0 1 } }
      }
    }
  }
  JOINT RightUpLeg
  { OFFSET -10 0 0
    CHANNELS 3 Zrotation Yrotation Xrotation
    JOINT RightLeg
    { OFFSET 0 -40 0
      CHANNELS 3 Zrotation Yrotation Xrotation
      JOINT RightFoot
      { OFFSET 0 -40 0
        CHANNELS 3 Zrotation Yrotation Xrotation
        JOINT RightToeBase { OFFSET 0 -5 15 CHANNELS 0 End Site { OFFSET 0 0 1 } }
      }
    }
  }
  JOINT Spine
  { OFFSET 0 45 0
    CHANNELS 3 Zrotation Yrotation Xrotation
    JOINT LeftArm
    { OFFSET 18 0 0
      CHANNELS 3 Zrotation Yrotation Xrotation
      JOINT LeftForeArm { OFFSET 30 0 0 CHANNELS 0 JOINT LeftHand
      { OFFSET 25 0 0 CHANNELS 0 End Site { OFFSET 8 0 0 } } }
    }
    JOINT RightArm
    { OFFSET -18 0 0
      CHANNELS 3 Zrotation Yrotation Xrotation
      JOINT RightForeArm { OFFSET -30 0 0 CHANNELS 0 JOINT RightHand
      { OFFSET -25 0 0 CHANNELS 0 End Site { OFFSET -8 0 0 } } }
    }
    JOINT Head { OFFSET 0 15 0 CHANNELS 0 End Site { OFFSET 0 10 0 } }
  }
}
MOTION
Frames: 2
Frame Time: 0.01
"""
_CHANNELS = ["hips", "left thigh", "left shank", "left foot", "right thigh", "right shank", "right foot", "spine",
             "left arm", "right arm"]  # fmt: skip


def bvh(tmp_path: Path, **turns: tuple[float, float, float]) -> Motion:
    """Two equal frames of a standing skeleton, 90 above the floor; ``turns`` are Z, Y, X rotations in degrees."""
    row = [0.0, 90.0, 0.0]
    for name in _CHANNELS:
        row += list(turns.get(name.replace(" ", "_"), (0.0, 0.0, 0.0)))
    line = " ".join(f"{v:g}" for v in row)
    file = tmp_path / "a.bvh"
    file.write_text(_BVH + f"{line}\n{line}\n")
    return read_bvh(file)


_SCALE = 0.491 * 1.75 / 80  # metres per unit: the leg is 80 units long


def test_bvh_at_rest_has_its_offsets_in_metres(tmp_path: Path) -> None:
    motion = bvh(tmp_path)
    np.testing.assert_allclose(motion.points[0, L.LEFT_HIP], np.array([10, 90, 0]) * _SCALE)
    np.testing.assert_allclose(motion.points[0, L.RIGHT_WRIST], np.array([-73, 135, 0]) * _SCALE)
    ears = motion.points[0, [L.LEFT_EAR, L.RIGHT_EAR]]
    assert ears[0, 0] > 0 > ears[1, 0]
    assert motion.points[0, L.NOSE, 2] > ears[0, 2]
    assert motion.points[0, L.LEFT_HEEL, 2] < motion.points[0, L.LEFT_ANKLE, 2]
    assert np.isnan(motion.points[0, L.LEFT_PINKY]).all()


def test_bvh_rotations_are_applied_about_the_parent_in_channel_order(tmp_path: Path) -> None:
    # The spine bows 90 degrees forward (about x): what was above comes to lie in front.
    bowed = bvh(tmp_path, spine=(0.0, 0.0, 90.0))
    np.testing.assert_allclose(bowed.points[0, L.LEFT_SHOULDER], np.array([18, 135, 0]) * _SCALE, atol=1e-12)
    assert bowed.points[0, L.NOSE, 2] > 0.1
    # First about z by 90 (x to y), then about the turned x axis: order Z, Y, X as the channels say.
    arm = bvh(tmp_path, left_arm=(90.0, 0.0, 90.0))
    np.testing.assert_allclose(arm.points[0, L.LEFT_ELBOW], np.array([18, 165, 0]) * _SCALE, atol=1e-12)


@pytest.mark.parametrize(
    ("azimuth", "nose_beside_ear"), [(90.0, -1), (-90.0, 1)], ids=["left side faces left", "right side faces right"]
)
def test_camera_at_the_side_sees_the_face_on_the_right_edge(
    tmp_path: Path, azimuth: float, nose_beside_ear: int
) -> None:
    series = Camera(azimuth=azimuth).project(bvh(tmp_path))
    ear = series.xy[0, [L.LEFT_EAR, L.RIGHT_EAR], 0].mean()
    assert np.sign(series.xy[0, L.NOSE, 0] - ear) == nose_beside_ear


@pytest.mark.parametrize(("azimuth", "left_is"), [(0.0, 1), (180.0, -1)], ids=["front", "rear"])
def test_camera_before_and_behind(tmp_path: Path, azimuth: float, left_is: int) -> None:
    series = Camera(azimuth=azimuth).project(bvh(tmp_path))
    across = series.xy[0, L.LEFT_HIP, 0] - series.xy[0, L.RIGHT_HIP, 0]
    assert np.sign(across) == left_is
    assert (series.world[0, L.NOSE, 2] < 0) == (azimuth == 0.0)


def test_camera_is_a_pinhole(tmp_path: Path) -> None:
    camera = Camera(azimuth=0.0, distance=5.0, height=1.0, fov=60.0, size=(1000, 800))
    series = camera.project(bvh(tmp_path))
    focal = 400 / np.tan(np.radians(30))
    width = 0.2 * 100 * _SCALE
    assert series.xy[0, L.LEFT_HIP, 0] - series.xy[0, L.RIGHT_HIP, 0] == pytest.approx(focal * width / 5.0)
    assert series.xy[0, L.LEFT_HIP, 0] + series.xy[0, L.RIGHT_HIP, 0] == pytest.approx(1000.0)


def test_camera_roll_turns_the_picture_clockwise(tmp_path: Path) -> None:
    level, rolled = (Camera(azimuth=90.0, roll=r).project(bvh(tmp_path)) for r in (0.0, 10.0))

    def tilt(series: object) -> float:
        x, y = series.xy[0, L.NOSE] - series.xy[0, L.LEFT_ANKLE]  # type: ignore[attr-defined]
        return float(np.degrees(np.arctan2(x, -y)))

    # Clockwise as one looks at it takes the top of the picture to the right.
    assert tilt(rolled) - tilt(level) == pytest.approx(10.0, abs=1e-6)


@given(heading=st.floats(-180, 180), speed=st.floats(0, 6))
def test_camera_sees_the_same_whatever_the_heading_and_speed_of_the_runner(heading: float, speed: float) -> None:
    time = np.arange(60) / 30.0
    rng = np.random.default_rng(3)
    body = rng.normal([0.0, 1.0, 0.0], 0.3, (33, 3))
    body[[L.LEFT_HIP, L.RIGHT_HIP]] = [[0.1, 1, 0], [-0.1, 1, 0]]
    still = Motion(time, np.broadcast_to(body, (60, 33, 3)).copy())
    turn = np.radians(heading)
    spin = np.array([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]])
    moving = still.points @ spin.T
    moving = moving + (spin @ [0, 0, 1]) * (speed * time)[:, None, None]
    np.testing.assert_allclose(
        Camera(azimuth=40.0).project(Motion(time, moving)).xy, Camera(azimuth=40.0).project(still).xy, atol=1e-6
    )


@pytest.mark.parametrize("side", ["left", "right", "front", "rear"])
def test_motion_capture_is_filmed_from_the_side_that_the_user_names(shared: Path, tmp_path: Path, side: str) -> None:
    settings = Settings(clip=ClipSettings(view=side))
    analysis = posture.analyze(
        shared / "mocap" / "hamner_subject02_running.trc", out=tmp_path / "out", settings=settings, overlay=False
    )
    assert analysis.view.kind == (side if side in ("front", "rear") else ViewKind.SIDE)
    assert analysis.view.near == (side if side in ("left", "right") else None)
    # The poses agree with what was asked for: the view found without being told is the same.
    assert find_view(analysis.cleaned).kind == analysis.view.kind


_TRC = """PathFileType\t4\t(X/Y/Z)\ta.trc
DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames
50\t50\t2\t{count}\tmm\t50\t1\t2
Frame#\tTime\t{names}
\t\t{axes}

"""

#: Millimetres, y up, x forward, z to the right: a pelvis 240 wide, 100 deep.
_MARKERS = {
    "R.ASIS": (0, 1000, 120), "L.ASIS": (0, 1000, -120), "V.Sacral": (-100, 1000, 0),
    "R.Acromium": (0, 1500, 200), "L.Acromium": (0, 1500, -200), "L.Elbow": (-50, 1200, -250),
    "L.Wrist.Med": (100, 1150, -200), "L.Wrist.Lat": (100, 1150, -260), "L.Heel": (0, 50, -120),
    "R.Heel": (0, 50, 120), "R.Toe.Tip": (200, 30, 120), "L.Toe.Tip": (200, 30, -120),
}  # fmt: skip


def write_trc(path: Path, markers: dict[str, tuple[float, float, float]], unit_scale: float = 1.0) -> Path:
    cells = "\t".join(f"{v * unit_scale:g}" for at in markers.values() for v in at)
    header = _TRC.format(
        count=len(markers),
        names="\t\t\t".join(markers),
        axes="\t".join(f"X{i}\tY{i}\tZ{i}" for i in range(len(markers))),
    )
    path.write_text(header + f"1\t0.00\t{cells}\n2\t0.02\t{cells}\n")
    return path


def test_trc_builds_joint_centres(tmp_path: Path) -> None:
    motion = read_trc(write_trc(tmp_path / "a.trc", _MARKERS))
    np.testing.assert_allclose(motion.time, [0.0, 0.02])
    # Bell et al.: 14 % of the width inward, 30 % down, 22 % back.
    np.testing.assert_allclose(motion.points[0, L.RIGHT_HIP], [-0.22 * 0.24, 1 - 0.3 * 0.24, 0.12 - 0.14 * 0.24])
    hips = motion.points[0, [L.LEFT_HIP, L.RIGHT_HIP]].mean(axis=0)
    trunk = np.array([0.0, 1.5, 0.0]) - hips
    np.testing.assert_allclose(
        motion.points[0, L.LEFT_SHOULDER], np.array([0, 1.5, -0.2]) - 0.04 * trunk / np.linalg.norm(trunk)
    )
    np.testing.assert_allclose(motion.points[0, L.LEFT_WRIST], [0.1, 1.15, -0.23])
    assert np.isnan(motion.points[0, L.NOSE]).all()


@pytest.mark.parametrize("order", [(1, 2, 0), (0, 1, 2), (2, 0, 1)])
def test_trc_finds_what_is_up(tmp_path: Path, order: tuple[int, int, int]) -> None:
    turned = {name: (at[order[0]], at[order[1]], at[order[2]]) for name, at in _MARKERS.items()}
    motion = read_trc(write_trc(tmp_path / "a.trc", turned))
    assert motion.hips[0, 1] == pytest.approx(1 - 0.3 * 0.24)
    series = Camera(azimuth=90.0).project(motion)
    # The toes point to the left edge for a camera on the left, however the room was turned.
    assert series.xy[0, L.LEFT_FOOT_INDEX, 0] < series.xy[0, L.LEFT_HEEL, 0]


def test_lost_markers_are_not_zero(tmp_path: Path) -> None:
    motion = read_trc(write_trc(tmp_path / "a.trc", {**_MARKERS, "L.Elbow": (0, 0, 0)}))
    assert np.isnan(motion.points[:, L.LEFT_ELBOW]).all()


def test_c3d_and_trc_of_the_same_trial_agree(shared: Path) -> None:
    pytest.importorskip("ezc3d")
    c3d = load(shared / "mocap" / "nimble_sprinter_JA1Gait35.c3d")
    trc = load(shared / "mocap" / "nimble_sprinter_JA1Gait35.trc")
    # The TRC begins two frames later, so bodies are compared, not places in the picture.
    here, there = (s.world[:, L.LEFT_SHOULDER] - s.world[:, L.LEFT_HIP] for s in (c3d, trc))
    lengths = np.linalg.norm(here[2:], axis=1), np.linalg.norm(there, axis=1)
    # Some markers of the TRC are lost or were moved by its converter.
    assert np.mean(np.abs(lengths[0] - lengths[1]) < 0.0001) > 0.95
    assert c3d.rate == pytest.approx(250.0)


def test_real_runners_stand_upright_on_their_feet(shared: Path) -> None:
    for name in ("cmu_09_01_run.bvh", "bandainamco_dataset-2_run_normal_023.bvh", "hamner_subject02_running.trc",
                 "rajagopal_motion_capture_walk.trc"):  # fmt: skip
        series = load(shared / "mocap" / name)
        x, y = np.moveaxis(np.median(series.xy, axis=0), 1, 0)
        assert y[[11, 12]].mean() < y[[23, 24]].mean() < y[29:].mean(), name
        assert x[L.LEFT_FOOT_INDEX] < x[L.LEFT_HEEL], f"{name}: a camera on the left must see the toes at the left"


def test_real_openpose_follows_the_runner_and_not_the_post_behind(shared: Path) -> None:
    series = load(shared / "keypoints" / "radluy_openpose_body25_back", fps=30.0)
    # Frames 4 to 18 hold people too, but none is the runner: he runs into the picture at frame 19.
    assert np.flatnonzero(series.seen).tolist() == [19, *range(21, 103)]


# --- what a user gets wrong ------------------------------------------------------------------------------


def test_errors_say_what_to_do(tmp_path: Path) -> None:
    folder = write_openpose(tmp_path / "json", {0: [person(25)]})
    trc = write_trc(tmp_path / "a.trc", _MARKERS)
    no_pelvis = write_trc(tmp_path / "b.trc", {k: v for k, v in _MARKERS.items() if "ASIS" not in k})
    odd = write_openpose(tmp_path / "odd", {0: [person(18)]})
    nobody = write_openpose(tmp_path / "nobody", {0: [], 1: []})
    text, cut = tmp_path / "a.txt", tmp_path / "cut.bvh"
    text.write_text("hello")
    cut.write_text(_BVH[:200])
    broken = tmp_path / "broken.json"
    broken.write_text('{"people": [')
    names = tmp_path / "names.bvh"
    names.write_text(_BVH.replace("Arm", "Wing") + ("0 " * 33 + "\n") * 2)
    falling = tmp_path / "falling.csv"
    falling.write_text("time,nose_x,nose_y\n1,100,100\n0,100,100\n")
    for path, fps, words in (
        (folder, None, "--fps"),
        (folder, 0.0, "between 1 and 1000"),
        (trc, 30.0, "leave --fps away"),
        (no_pelvis, None, "needed are L/R.ASIS"),
        (odd, 30.0, "BODY_25"),
        (nobody, 30.0, "no person"),
        (text, None, "not a known format"),
        (cut, None, "not a complete BVH"),
        (broken, 30.0, "not a valid JSON"),
        (names, None, "unknown names"),
        (falling, None, "rise"),
        (tmp_path / "absent.trc", None, "cannot be read"),
    ):
        with pytest.raises(PostureError) as caught:
            load(path, fps)
        message = str(caught.value)
        assert words in message
        assert str(path) in message or path.is_dir()
        assert message.endswith(".")
        assert "\n" not in message


def test_c3d_without_its_library_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    file = tmp_path / "a.c3d"
    file.write_bytes(b"\x02\x50" + bytes(600))
    monkeypatch.setitem(sys.modules, "ezc3d", None)
    with pytest.raises(PostureError, match=r'pip install "running-posture\[c3d\]"'):
        load(file)


def test_a_crash_of_the_library_that_reads_c3d_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ezc3d")
    (tmp_path / "a.c3d").write_bytes(b"\x02P" + bytes(2000))
    (tmp_path / "crash.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n")
    monkeypatch.setattr("posture.importers.c3d._PROCESS", tmp_path / "crash.py")
    with pytest.raises(PostureError, match="cannot be read as C3D"):
        load(tmp_path / "a.c3d")


def test_a_faulty_c3d_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("ezc3d")
    file = tmp_path / "a.c3d"
    file.write_bytes(b"\x02\x50" + bytes(600))
    with pytest.raises(PostureError, match="C3D"):
        load(file)


def test_what_holds_no_poses_is_left_to_the_other_readers(tmp_path: Path, shared: Path) -> None:
    (tmp_path / "package.json").write_text('{"name": "something else"}')
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    assert find_format(tmp_path) is None
    assert find_format(tmp_path / "empty") is None
    assert find_format(tmp_path / "table.csv") is None
    assert find_format(tmp_path / "package.json") is None
    assert find_format(shared / "rendered" / "fresh.mp4") is None


def test_layouts_map_left_to_left() -> None:
    from posture.importers import layouts

    for layout in layouts.BY_COUNT.values():
        assert len(set(layout.values())) == len(layout)
        # Every landmark comes with its mirror image, or is its own.
        assert all(MIRROR[i] in [int(v) for v in layout.values()] for i in layout.values())


_TRC_HEAD = (
    "PathFileType\t4\t(X/Y/Z)\tx.trc\nDataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\n"
    "{rate}\t30\t3\t5\tm\t30\nFrame#\tTime\t{names}\n\t\tX1\n"
)
_TRC_NAMES = "\t\t\t".join(("R.ASIS", "L.ASIS", "V.Sacral", "R.Heel", "L.Heel"))
_TRC_ROW = "\t0\t0.1\t1\t0\t-0.1\t1\t0\t0\t1\t-0.1\t0.1\t0\t0\t-0.1\t0\t0\n"


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("twice.trc", _TRC_HEAD.format(rate=30, names=_TRC_NAMES) + f"1{_TRC_ROW}1{_TRC_ROW}", "not a TRC"),
        ("rate.trc", _TRC_HEAD.format(rate=0, names=_TRC_NAMES) + f"1{_TRC_ROW}2{_TRC_ROW}", "not a TRC"),
        ("names.trc", _TRC_HEAD.format(rate=30, names="") + f"1{_TRC_ROW}2{_TRC_ROW}", "not a TRC"),
        (
            "lost.trc",
            _TRC_HEAD.format(rate=30, names=_TRC_NAMES) + f"1\t0{15 * chr(9)}\n2\t0{15 * chr(9)}\n",
            "no hips",
        ),
        ("point.trc", _TRC_HEAD.format(rate=30, names=_TRC_NAMES) + f"1\t0{15 * (chr(9) + '1')}\n", "no hips"),
        ("deep.json", "[" * 100_000, "not a valid JSON"),
        ("endless.csv", "time,nose_x,nose_y\n0,inf,inf\n1,inf,inf\n", "no landmark"),
        (
            "axis.bvh",
            "HIERARCHY\nROOT Hips\n{\nOFFSET 0 0 0\nCHANNELS 1 Qrotation\n}\nMOTION\nFrames: 1\nFrame Time: 0.1\n0\n",
            "not a complete BVH",
        ),
        ("never.bvh", _BVH.replace("Frame Time: 0.01", "Frame Time: inf") + 2 * ("0 " * 33 + "\n"), "no frame time"),
        ("some.bvh", _BVH.replace("Frame Time: 0.01", "Frame Time: nan") + 2 * ("0 " * 33 + "\n"), "no frame time"),
    ],
)
def test_broken_files_are_one_sentence(name: str, content: str, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(PostureError, match=said):
        load(tmp_path / name)


def test_a_good_marker_file_of_the_same_making_is_read(tmp_path: Path) -> None:
    rows = "".join(f"{i}{_TRC_ROW}" for i in (1, 2, 3))
    (tmp_path / "good.trc").write_text(_TRC_HEAD.format(rate=30, names=_TRC_NAMES) + rows)
    assert len(load(tmp_path / "good.trc")) == 3
