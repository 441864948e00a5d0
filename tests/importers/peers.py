"""One runner's poses, written as other programs write them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.io import netcdf_file

from posture.landmarks import L
from posture.series import Floats, PoseSeries

#: What Sports2D calls its keypoints; Hip, Neck and Head are no landmarks.
SPORTS2D = {
    "Hip": None, "RHip": L.RIGHT_HIP, "RKnee": L.RIGHT_KNEE, "RAnkle": L.RIGHT_ANKLE, "RBigToe": L.RIGHT_FOOT_INDEX,
    "RSmallToe": None, "RHeel": L.RIGHT_HEEL, "LHip": L.LEFT_HIP, "LKnee": L.LEFT_KNEE, "LAnkle": L.LEFT_ANKLE,
    "LBigToe": L.LEFT_FOOT_INDEX, "LSmallToe": None, "LHeel": L.LEFT_HEEL, "Neck": None, "Head": None, "Nose": L.NOSE,
    "RShoulder": L.RIGHT_SHOULDER, "RElbow": L.RIGHT_ELBOW, "RWrist": L.RIGHT_WRIST, "LShoulder": L.LEFT_SHOULDER,
    "LElbow": L.LEFT_ELBOW, "LWrist": L.LEFT_WRIST,
}  # fmt: skip
GAITLAB = {
    "nose": L.NOSE, "head": None, "neck": None, "mid_hip": None, "l_shoulder": L.LEFT_SHOULDER,
    "r_shoulder": L.RIGHT_SHOULDER, "l_elbow": L.LEFT_ELBOW, "r_elbow": L.RIGHT_ELBOW, "l_wrist": L.LEFT_WRIST,
    "r_wrist": L.RIGHT_WRIST, "l_hip": L.LEFT_HIP, "r_hip": L.RIGHT_HIP, "l_knee": L.LEFT_KNEE,
    "r_knee": L.RIGHT_KNEE, "l_ankle": L.LEFT_ANKLE, "r_ankle": L.RIGHT_ANKLE, "l_heel": L.LEFT_HEEL,
    "r_heel": L.RIGHT_HEEL, "l_big_toe": L.LEFT_FOOT_INDEX, "r_big_toe": L.RIGHT_FOOT_INDEX, "l_small_toe": None,
    "r_small_toe": None,
}  # fmt: skip
#: OpenPose's BODY_25.
BODY_25 = [
    L.NOSE, None, L.RIGHT_SHOULDER, L.RIGHT_ELBOW, L.RIGHT_WRIST, L.LEFT_SHOULDER, L.LEFT_ELBOW, L.LEFT_WRIST, None,
    L.RIGHT_HIP, L.RIGHT_KNEE, L.RIGHT_ANKLE, L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE, L.RIGHT_EYE, L.LEFT_EYE,
    L.RIGHT_EAR, L.LEFT_EAR, L.LEFT_FOOT_INDEX, None, L.LEFT_HEEL, L.RIGHT_FOOT_INDEX, None, L.RIGHT_HEEL,
]  # fmt: skip


def as_sports2d(series: PoseSeries, path: Path, *, metres: bool = False, comma: bool = False) -> Path:
    """TRC with one keypoint after the other; Sports2D names metres as the unit of pixels, too."""
    scale = 0.005 if metres else 1.0
    lines = ["PathFileType\t4\t(X/Y/Z)\trun.trc"]
    lines += ["DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames"]
    rate = round(series.rate)
    lines += [f"{rate}\t{rate}\t{len(series)}\t{len(SPORTS2D)}\tm\t{rate}\t0\t{len(series)}"]
    lines += ["Frame#\tTime\t" + "\t\t\t".join(SPORTS2D) + "\t\t"]
    lines += ["\t\t" + "\t".join(f"X{i + 1}\tY{i + 1}\tZ{i + 1}" for i in range(len(SPORTS2D)))]
    for frame in range(len(series)):
        cells = [str(frame), f"{series.time[frame]:.5f}"]
        for landmark in SPORTS2D.values():
            x, y = series.xy[frame, L.LEFT_HIP if landmark is None else landmark]
            cells += [f"{scale * x:.7f}", f"{scale * (480.0 - y if metres else y):.7f}", "0.0"]
        lines.append("\t".join(cells))
    text = "\n".join(lines[:5]) + "\n" + "\n".join(line.replace(".", ",") if comma else line for line in lines[5:])
    path.write_text(text + "\n", encoding="utf-8")
    return path


def as_gaitlab(series: PoseSeries, path: Path, *, timestamps: bool = True) -> Path:
    frames = [_named(series, frame, GAITLAB.values()) for frame in range(len(series))]
    record = {
        "schema": "gaitlab.pose/v1", "source": "mediapipe-blazepose", "view": "side-right", "fps": round(series.rate),
        "width": series.size[0], "height": series.size[1], "keypoint_names": list(GAITLAB), "frames": frames,
    }  # fmt: skip
    path.write_text(json.dumps(record | ({"timestamps": series.time.tolist()} if timestamps else {})))
    return path


def openpose(series: PoseSeries, frame: int) -> dict:
    return {"person_id": [-1], "pose_keypoints_2d": list(np.ravel(_named(series, frame, BODY_25)))}


def as_table(series: PoseSeries, x: str, y: str, *, shares: bool = False, **first: Floats) -> pd.DataFrame:
    """Wide, with columns named by format strings of ``i`` and ``name``; ``first`` are the columns before."""
    scale = np.array(series.size, dtype=float) if shares else np.ones(2)
    table = dict(first)
    for i in L:
        for pattern, axis in ((x, 0), (y, 1)):
            table[pattern.format(i=int(i), name=i.name.lower())] = series.xy[:, i, axis] / scale[axis]
    return pd.DataFrame(table)


def as_long(series: PoseSeries, names: bool) -> pd.DataFrame:
    frame, landmark = np.meshgrid(np.arange(len(series)), np.arange(33), indexing="ij")
    label = [L(i).name.lower() for i in landmark.ravel()] if names else landmark.ravel()
    x, y = series.xy[..., 0].ravel(), series.xy[..., 1].ravel()
    return pd.DataFrame({"frame": frame.ravel(), "landmark": label, "x": x, "y": y, "z": 0.0, "visibility": 0.9})


def as_movement(series: PoseSeries, path: Path, *, seconds: bool = True, plural: bool = True) -> Path:
    """What xarray writes of a poses dataset of movement into classic netCDF."""
    names = [i.name.lower() for i in L]
    keypoints, individuals = ("keypoints", "individuals") if plural else ("keypoint", "individual")
    with netcdf_file(path, "w", version=2) as file:
        file.source_software, file.ds_type = b"MediaPipe", b"poses"
        file.time_unit = b"seconds" if seconds else b"frames"
        words = {"space": ["x", "y"], keypoints: names, individuals: ["runner"]}
        file.createDimension("time", len(series))
        for name, values in words.items():
            file.createDimension(name, len(values))
            longest = max(map(len, values))
            file.createDimension(f"string{longest}_{name}", longest)
            letters = file.createVariable(name, "S1", (name, f"string{longest}_{name}"))
            letters[:] = np.array([list(value.ljust(longest, "\0").encode()) for value in values], "u1").view("S1")
        file.createVariable("time", "f8", ("time",))[:] = series.time if seconds else np.arange(len(series))
        position = file.createVariable("position", "f8", ("time", "space", keypoints, individuals))
        position[:] = np.moveaxis(series.xy, 2, 1)[..., None]
        confidence = file.createVariable("confidence", "f8", ("time", keypoints, individuals))
        confidence[:] = series.visibility[..., None]
    return path


def as_deeplabcut(series: PoseSeries, path: Path, people: Sequence[str] = ()) -> Path:
    who = people or ("",)
    rows = [["scorer"], *([["individuals"]] if people else []), ["bodyparts"], ["coords"]]
    for one in who:
        for landmark in L:
            for kind in ("x", "y", "likelihood"):
                cells = ["net", *([one] if people else []), landmark.name.title().replace("_", " "), kind]
                for row, cell in zip(rows, cells, strict=True):
                    row.append(cell)
    for frame in range(len(series)):
        values = np.column_stack([series.xy[frame], np.full(33, 0.9)])
        rows.append([str(frame), *(f"{v:.6f}" for _ in who for v in values.ravel())])
    path.write_text("\n".join(",".join(row) for row in rows) + "\n")
    return path


def _named(series: PoseSeries, frame: int, points: Sequence[L | None]) -> list[list[float]]:
    return [[0.0, 0.0, 0.0] if i is None else [*series.xy[frame, i].tolist(), 0.9] for i in points]
