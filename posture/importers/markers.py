"""Skin markers of motion capture, by name, to the 33 landmarks.

Joint centres are built, not guessed: the shoulder lies 4 cm below the acromion along the trunk, the hip where
Bell, Pedersen and Brand (1990) put it in the pelvis, elbow, wrist and ankle in the middle of their markers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from posture import landmarks
from posture.errors import PostureError
from posture.landmarks import L
from posture.series import Floats

#: Markers whose mean is the landmark, for the left side; ``{}`` stands for ``L`` or ``R``. The first entry whose
#: markers all exist is taken. Names are compared without case, dots, spaces and underscores.
_MEANS: Mapping[L, Sequence[tuple[str, ...]]] = {
    L.LEFT_EAR: (("{}Temple",), ("{}Ear",)),
    L.LEFT_ELBOW: (("{}ELB", "{}LEPI"), ("{}Elbow",), ("{}ELB",)),
    L.LEFT_WRIST: (("{}WristMed", "{}WristLat"), ("{}Wrist",), ("{}WR",)),
    L.LEFT_KNEE: (("{}Knee",), ("{}LEPI",), ("{}MFL", "{}MFS")),
    # A set without malleoli: the ankle lies above the rear foot.
    L.LEFT_ANKLE: (("{}Ankle",), ("{}MAL",), ("{}LMAL",), ("{}Heel", "{}MidfootSup"), ("{}HeelTop",)),
    L.LEFT_HEEL: (("{}Heel",), ("{}HeelBottom",)),
    L.LEFT_FOOT_INDEX: (("{}ToeTip",), ("{}Toe",), ("{}MT1", "{}MT5"), ("{}P1MT", "{}P5MT")),
}
_ACROMION = ("{}Acromium", "{}Acromion", "{}Shoulder", "{}ACR", "{}ARM", "{}SH")
_SACRUM = (("RPSIS", "LPSIS"), ("VSacral",), ("SACR",), ("S2",))

#: Metres that the joint centre lies below the acromion.
_ACROMION_TO_JOINT = 0.04

#: Bell et al. 1990: part of the distance between the front spines, medial, down and back of the spine's own side.
_BELL = (0.14, 0.30, 0.22)


def to_landmarks(markers: Mapping[str, Floats], where: str) -> Floats:
    """Landmarks of a marker set.

    Parameters
    ----------
    markers : mapping of str to ndarray, shape (T, 3)
        Metres; whichever axis points up is found by the pelvis lying above the feet.
    where : str
        Names the source in the error.

    Returns
    -------
    ndarray, shape (T, 33, 3)
        Metres, y up; NaN for what the set lacks.

    Raises
    ------
    PostureError
        If the hips cannot be built (no ASIS or sacrum markers) or no foot is marked.
    """
    known = {_plain(name): without_lost(values) for name, values in markers.items()}
    points = np.full((len(next(iter(known.values()))), landmarks.COUNT, 3), np.nan)
    for side, mirror in (("L", False), ("R", True)):
        for landmark, choices in _MEANS.items():
            mean = _mean(known, [tuple(name.format(side) for name in names) for names in choices])
            if mean is not None:
                points[:, landmarks.MIRROR[landmark] if mirror else landmark] = mean
    hips = _hips(known)
    if hips is None or not np.isfinite(hips).any():
        raise PostureError(
            f"{where}: no hips can be built from the markers ({', '.join(list(markers)[:6])}, ...); "
            "needed are L/R.ASIS and V.Sacral, SACR or the PSIS, or the hip joints LHip and RHip."
        )
    points[:, L.LEFT_HIP], points[:, L.RIGHT_HIP] = hips
    acromia = [_mean(known, [(name.format(side),) for name in _ACROMION]) for side in ("L", "R")]
    if acromia[0] is not None and acromia[1] is not None:
        trunk = (acromia[0] + acromia[1]) / 2 - (hips[0] + hips[1]) / 2
        down = -trunk / _length(trunk)
        points[:, L.LEFT_SHOULDER] = acromia[0] + _ACROMION_TO_JOINT * down
        points[:, L.RIGHT_SHOULDER] = acromia[1] + _ACROMION_TO_JOINT * down
    return upright(points, where)


def without_lost(values: Floats) -> Floats:
    """Places of one marker, (T, 3), with NaN where recorders wrote three zeros for a lost one."""
    return np.where((values == 0).all(axis=1, keepdims=True), np.nan, values)


def upright(points: Floats, where: str) -> Floats:
    """Landmarks in space, (T, 33, 3), in a room that is turned so that y points up.

    Raises
    ------
    PostureError
        If no foot or no hip is there to tell.
    """
    hips, feet = (_whole(part) for part in (points[:, [L.LEFT_HIP, L.RIGHT_HIP]], points[:, L.LEFT_ANKLE :]))
    if not len(feet):
        raise PostureError(f"{where}: no marker of a foot; needed to tell what is up are L/R.Heel, Toe or Ankle.")
    if not len(hips):
        raise PostureError(f"{where}: no frame shows the hips; export the whole trial.")
    above = hips.mean(axis=0) - feet.mean(axis=0)
    axis = int(np.argmax(np.abs(above)))
    # Exchanging the axes in a ring keeps left left; turning half round about z keeps it too.
    turned = np.roll(points, 1 - axis, axis=2)
    return turned if above[axis] > 0 else turned * np.array([-1.0, -1.0, 1.0])


def _whole(points: Floats) -> Floats:
    """Those of all places, (N, 3), of which every coordinate is known."""
    places = points.reshape(-1, 3)
    return places[np.isfinite(places).all(axis=1)]


def _hips(known: Mapping[str, Floats]) -> tuple[Floats, Floats] | None:
    """Left and right joint centres in the pelvis spanned by the front spines and the sacrum."""
    left, right = known.get("LASIS", known.get("LASI")), known.get("RASIS", known.get("RASI"))
    back = _mean(known, _SACRUM)
    if left is None or right is None or back is None:
        return None
    width = _length(left - right)
    across = (left - right) / width
    middle = (left + right) / 2
    forward = middle - back
    forward = forward - np.sum(forward * across, axis=1, keepdims=True) * across
    forward = forward / _length(forward)
    up = np.cross(forward, across)
    medial, distal, posterior = _BELL
    inside = middle - width * (distal * up + posterior * forward)
    return inside + width * (0.5 - medial) * across, inside - width * (0.5 - medial) * across


def _length(vectors: Floats) -> Floats:
    """Shape (T, 1); NaN where two markers lie in one place and so give no direction."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.where(length > 0, length, np.nan)


def _mean(known: Mapping[str, Floats], choices: Sequence[tuple[str, ...]]) -> Floats | None:
    for names in choices:
        found = [known.get(_plain(name)) for name in names]
        if all(f is not None for f in found):
            mean: Floats = np.mean([f for f in found if f is not None], axis=0)
            return mean
    return None


def _plain(name: str) -> str:
    return "".join(c for c in name.upper() if c.isalnum())
