"""Legs whose contacts are known: a runner on a treadmill that measures forces, and the rendered runners.

The runner of RBDS (Fukuchi, Fukuchi and Duarte, PeerJ 2017;5:e3298; 3.5 m/s, 30 s, 150 Hz) has markers on pelvis and
legs and none above, so a still trunk and head are put on the pelvis. The rendered runners have no forces; there a foot
is on the ground while its lower end is within 1.5 cm of where it rests, which the forces of the first confirm within
10 ms.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.spatial.transform import Rotation

from posture import landmarks
from posture.importers.camera import Camera
from posture.importers.markers import to_landmarks
from posture.importers.motion import Motion
from posture.kinematics import View, compute
from posture.landmarks import L
from posture.series import Floats, PoseSeries
from posture.strides.contacts import Contacts
from posture.strides.landing import landing_columns
from tests.proving_ground.recording import Flaws, spoil

#: Vertical force above which a foot is on the ground: above the noise of the plate (16 N), in the file's kN.
_ON = 0.05
#: Seconds that a step lasts at least.
_STEP = 0.15
#: Metres above its rest within which a foot is on the ground.
_LOW = 0.015
#: Trunk and head that the captured runner lacks, metres above and ahead of mid-hip.
_PUT_ON = {L.LEFT_SHOULDER: (0.17, 0.50, 0.05), L.LEFT_EAR: (0.07, 0.72, 0.11), L.NOSE: (0.0, 0.70, 0.22)}


@dataclass(frozen=True, eq=False)
class Landing:
    """A runner and every contact of both feet.

    Attributes
    ----------
    motion : Motion
    left, right : Contacts
        One a step.
    """

    motion: Motion
    left: Contacts
    right: Contacts


@cache
def on_forces(mocap: Path) -> Landing:
    """The captured runner; needs ezc3d."""
    run, force, rate = _read(mocap / "RBDS001_treadmill_run_3.5mps.c3d")
    still, _, _ = _read(mocap / "RBDS001_static.c3d")
    for side in "LR":
        run |= _carried(run, still, side)
    points = to_landmarks(run, "RBDS001")
    for index, side in enumerate("LR"):
        for left, joint in ((L.LEFT_KNEE, "Knee"), (L.LEFT_ANKLE, "Ankle")):
            inner, outer = run[f"{side}.{joint}"], run[f"{side}.{joint}.Medial"]
            points[:, left + index] = _as_landmarks(0.5 * (inner + outer), run, points)
    time = np.arange(len(points)) / rate
    _put_on(points)
    begin, end = _loaded(force)
    feet = [np.interp(begin + 0.05, time, points[:, i, 1]) for i in (L.LEFT_HEEL, L.RIGHT_HEEL)]
    on_left = feet[0] < feet[1]
    sides = (Contacts(begin[own], end[own]) for own in (on_left, ~on_left))
    return Landing(Motion(time, points), *sides)


def _read(path: Path) -> tuple[dict[str, Floats], Floats, float]:
    """Markers in metres, vertical force at 300 Hz, and the rate of the markers."""
    import ezc3d

    file = ezc3d.c3d(str(path))
    names = file["parameters"]["POINT"]["LABELS"]["value"]
    places = file["data"]["points"][:3] / 1000.0
    force = file["data"]["analogs"][0]
    return (
        {name: places[:, i].T for i, name in enumerate(names)},
        -force[2] if len(force) else np.empty(0),
        float(file["parameters"]["POINT"]["RATE"]["value"][0]),
    )


def _carried(run: dict[str, Floats], still: dict[str, Floats], side: str) -> dict[str, Floats]:
    """Knee and ankle, which only the standing trial has markers on, carried along by the shank's cluster."""
    cluster = [f"{side}.Shank.{a}.{b}" for a in ("Top", "Bottom") for b in ("Lateral", "Medial")]
    joints = [f"{side}.{joint}{end}" for joint in ("Knee", "Ankle") for end in ("", ".Medial")]
    rest, goals = (np.stack([np.nanmean(still[name], axis=0) for name in names]) for names in (cluster, joints))
    middle = rest.mean(axis=0)
    moving = np.stack([run[name] for name in cluster], axis=1)
    carried = np.full((len(moving), len(joints), 3), np.nan)
    for frame in np.flatnonzero(np.isfinite(moving).all(axis=(1, 2))):
        centre = moving[frame].mean(axis=0)
        turn, _ = Rotation.align_vectors(moving[frame] - centre, rest - middle)
        carried[frame] = turn.apply(goals - middle) + centre
    return {name: carried[:, i] for i, name in enumerate(joints)}


def _as_landmarks(marker: Floats, run: dict[str, Floats], points: Floats) -> Floats:
    """A marker in the room of the landmarks: the importer only exchanges axes."""
    known = run["L.Heel.Bottom"]
    for turn in range(3):
        for sign in (1.0, -1.0):
            flip = np.array([sign, sign, 1.0])
            if np.allclose(np.roll(known, turn, axis=1) * flip, points[:, L.LEFT_HEEL], equal_nan=True):
                turned: Floats = np.roll(marker, turn, axis=1) * flip
                return turned
    raise AssertionError("the importer moved the markers")


def _put_on(points: Floats) -> None:
    hip = 0.5 * (points[:, L.LEFT_HIP] + points[:, L.RIGHT_HIP])
    foot = points[:, L.LEFT_FOOT_INDEX] - points[:, L.LEFT_HEEL]
    ahead = np.median(foot, axis=0) * (1.0, 0.0, 1.0)
    ahead /= np.linalg.norm(ahead)
    left = np.cross((0.0, 1.0, 0.0), ahead)
    for landmark, (aside, up, forward) in _PUT_ON.items():
        place = hip + up * np.array([0.0, 1.0, 0.0]) + forward * ahead
        points[:, landmark] = place + aside * left
        points[:, landmarks.MIRROR[landmark]] = place - aside * left


def _loaded(force: Floats) -> tuple[Floats, Floats]:
    """Begin and end of every step, s."""
    change = np.diff((force > _ON).astype(int))
    up, down = (_crossings(force, np.flatnonzero(change == sign)) for sign in (1, -1))
    ends = np.array([down[down > begin][0] if (down > begin).any() else np.nan for begin in up])
    lasting = ends - up > _STEP
    return up[lasting], ends[lasting]


def _crossings(force: Floats, before: Floats, rate: float = 300.0) -> Floats:
    crossed: Floats = (before + (_ON - force[before]) / (force[before + 1] - force[before])) / rate
    return crossed


def film(landing: Landing, camera: Camera, rate: float, flaws: Flaws, seed: int = 0) -> tuple[PoseSeries, PoseSeries]:
    """The captured runner at a frame rate, as an estimator would see him, and as he was."""
    whole = landing.motion
    rng = np.random.default_rng(seed)
    time = np.arange(whole.time[0] + rng.uniform(0, 1 / rate), whole.time[-1], 1 / rate)
    flat = whole.points.reshape(len(whole.time), -1)
    points = np.stack([np.interp(time, whole.time, column) for column in flat.T], axis=1)
    clean = camera.project(Motion(time, points.reshape(len(time), -1, 3)))
    return spoil(clean, camera, flaws, rng)[0], clean


def rendered(truth: Path, side: str) -> Contacts:
    """Contacts of a rendered runner's ``L`` or ``R`` foot, whose strides differ in their time only."""
    with np.load(truth) as file:
        names = [str(name) for name in file["joint_names"]]
        time, phase, height = file["t"], file["phase"], file["xyz"][..., 1]
    ends = np.stack([height[:, names.index(f"{part}_{side}")] for part in ("heel", "toe")])
    own = (phase + (0.5 if side == "R" else 0.0) + 0.5) % 1.0  # the foot stands about 0.5
    order = np.argsort(own)
    grid = np.linspace(0.0, 1.0, 401)
    course = np.stack([np.interp(grid, own[order], np.convolve(end[order], np.ones(9) / 9, "same")) for end in ends])
    low = (course - np.percentile(ends, 2, axis=1)[:, None]).min(axis=0) < _LOW
    stands = grid[np.flatnonzero(low & (grid > 0.25) & (grid < 0.75))]
    cycles = np.arange(np.floor(phase[0]) - 1, np.ceil(phase[-1]) + 1) - (0.5 if side == "R" else 0.0) - 0.5
    begin, end = stands[0] + cycles, stands[-1] + cycles
    inside = (begin > phase[0]) & (end < phase[-1])
    return Contacts(np.interp(begin[inside], phase, time), np.interp(end[inside], phase, time))


def true_table(series: PoseSeries, view: View, contacts: Contacts) -> pd.DataFrame:
    """The metrics of the legs at the true contacts of the near foot, one row a stride."""
    begin, end = contacts.begin, contacts.end
    strides = pd.DataFrame({"start": begin[:-1], "end": begin[1:], "gait": "running"})
    own = Contacts(begin[:-1], end[:-1])
    count = len(series)
    view = replace(
        view,
        frame_kind=np.full(count, view.kind.value),
        frame_yaw=np.full(count, view.yaw),
        frame_facing=np.full(count, view.facing),
    )
    return pd.DataFrame(landing_columns(compute(series, view).values, series, strides, own))


def paired(seen: pd.DataFrame, true: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Strides as seen and the true ones, by the contact that they hold."""
    seen = seen[np.isfinite(seen["contact"])]
    apart = np.abs(seen["contact"].to_numpy()[:, None] - true["contact"].to_numpy())
    near = apart.argmin(axis=1)
    good = apart[np.arange(len(seen)), near] < _STEP
    return seen[good].reset_index(drop=True), true.iloc[near[good]].reset_index(drop=True)
