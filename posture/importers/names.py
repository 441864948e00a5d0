"""Which landmark a keypoint is, by the name that its program gives it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from posture import landmarks
from posture.landmarks import L

#: A run of letters of one word, as ``RHip`` is two and ``left_hip`` is two; or a number.
_WORD = re.compile(r"[A-Z](?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")

_SIDES = {"l": "left", "left": "left", "r": "right", "right": "right"}
#: Left landmarks by what stands beside the side: COCO, HALPE, OpenPose, MediaPipe, GaitLab, OpenSim.
_PARTS: Mapping[str, L] = {
    "eye": L.LEFT_EYE,
    "eyeinner": L.LEFT_EYE_INNER,
    "eyeouter": L.LEFT_EYE_OUTER,
    "ear": L.LEFT_EAR,
    "mouth": L.MOUTH_LEFT,
    "shoulder": L.LEFT_SHOULDER,
    "elbow": L.LEFT_ELBOW,
    "wrist": L.LEFT_WRIST,
    "pinky": L.LEFT_PINKY,
    "index": L.LEFT_INDEX,
    "thumb": L.LEFT_THUMB,
    "hip": L.LEFT_HIP,
    "knee": L.LEFT_KNEE,
    "ankle": L.LEFT_ANKLE,
    "heel": L.LEFT_HEEL,
    "footindex": L.LEFT_FOOT_INDEX,
    "bigtoe": L.LEFT_FOOT_INDEX,
    "toe": L.LEFT_FOOT_INDEX,
}


def words_of(name: str) -> list[str]:
    """The words of a name in small letters.

    Examples
    --------
    >>> words_of("RBigToe"), words_of("left_hip.x"), words_of("lm11_x")
    (['r', 'big', 'toe'], ['left', 'hip', 'x'], ['lm', '11', 'x'])
    """
    return [word.lower() for word in _WORD.findall(name)]


def landmark_of(name: str) -> L | None:
    """The landmark of this name; None for another point (neck, mid-hip, small toe, crown) or none at all.

    Examples
    --------
    >>> [landmark_of(name).name for name in ("RHip", "l_big_toe", "Left Ear", "KneeR", "nose", "MOUTH_LEFT", "lankle")]
    ['RIGHT_HIP', 'LEFT_FOOT_INDEX', 'LEFT_EAR', 'RIGHT_KNEE', 'NOSE', 'MOUTH_LEFT', 'LEFT_ANKLE']
    >>> landmark_of("Neck"), landmark_of("LSmallToe"), landmark_of("Hip")
    (None, None, None)
    """
    words = words_of(name)
    if words == ["nose"]:
        return L.NOSE
    sides = [word for word in words if word in _SIDES]
    if len(sides) == 1:
        return _of_side(_SIDES[sides[0]], "".join(word for word in words if word not in _SIDES))
    # Letters of one size in one word: ``lankle``, ``RHIP``.
    plain = "".join(words)
    glued = (_of_side(side, plain[len(mark) :]) for mark, side in _SIDES.items() if plain.startswith(mark))
    return next((landmark for landmark in glued if landmark is not None), None)


def landmarks_of(names: Iterable[str]) -> dict[L, str]:
    """The first name of each landmark that is named.

    Examples
    --------
    >>> landmarks_of(["Hip", "RHip", "Neck"])
    {<Landmark.RIGHT_HIP: 24>: 'RHip'}
    """
    found: dict[L, str] = {}
    for name in names:
        landmark = landmark_of(name)
        if landmark is not None:
            found.setdefault(landmark, name)
    return found


def _of_side(side: str, part: str) -> L | None:
    left = _PARTS.get(part)
    if left is None or side == "left":
        return left
    return L(int(landmarks.MIRROR[left]))
