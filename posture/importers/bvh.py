"""BVH motion capture skeletons (CMU, PFNN, Mixamo and Bandai-Namco joint names)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from posture.errors import PostureError
from posture.importers.files import read_text
from posture.importers.motion import Motion
from posture.importers.skeleton import to_landmarks
from posture.series import Floats

#: Of lengths and angles, in whatever unit: a kilometre in millimetres, and thousands of turns.
_LARGEST = 1e6


@dataclass(frozen=True, eq=False)
class Joint:
    """One joint of the hierarchy: its parent's index (-1 for the root), offset and channels."""

    name: str
    parent: int
    offset: Floats
    channels: tuple[str, ...]


def read_bvh(path: Path) -> Motion:
    """Read a BVH file.

    A BVH file names no unit: the leg sets the scale (see ``skeleton.to_landmarks``).

    Raises
    ------
    PostureError
        If the file is not BVH, is cut off, or its joints have names that are not known.
    """
    try:
        words = read_text(path).split()
        joints, start = _hierarchy(words)
        step, values = _frames(words, start, sum(len(j.channels) for j in joints))
        if any((np.abs(part) > _LARGEST).any() for part in (values, *(joint.offset for joint in joints))):
            raise ValueError("a number that no motion has")
        positions, turns = _forward_kinematics(joints, values)
    except (IndexError, ValueError) as error:
        raise PostureError(f"{path}: not a complete BVH file; export the motion again.") from error
    if not 0 < step < np.inf or not len(values):
        raise PostureError(f"{path}: the BVH file holds no frames or no frame time; export the motion again.")
    places = {joint.name: positions[:, i] for i, joint in enumerate(joints)}
    rotations = {joint.name: turns[i] for i, joint in enumerate(joints)}
    return Motion(np.arange(len(values)) * step, to_landmarks(places, rotations, str(path)))


def _hierarchy(words: list[str]) -> tuple[list[Joint], int]:
    """Joints in file order (end sites as ``parent/End``) and the index of the word MOTION."""
    if not words or words[0] != "HIERARCHY":
        raise ValueError("no HIERARCHY")
    joints: list[Joint] = []
    open_joints: list[int] = []
    i = 1
    name = ""
    while words[i] != "MOTION":
        word = words[i]
        if word in ("ROOT", "JOINT"):
            name, i = words[i + 1].split(":")[-1], i + 2
        elif word == "End":
            name, i = f"{joints[open_joints[-1]].name}/End", i + 2
        elif word == "{":
            parent = open_joints[-1] if open_joints else -1
            offset = np.array([float(w) for w in words[i + 2 : i + 5]])
            i += 5
            channels: tuple[str, ...] = ()
            if words[i] == "CHANNELS":
                count = int(words[i + 1])
                channels = tuple(words[i + 2 : i + 2 + count])
                i += 2 + count
            open_joints.append(len(joints))
            joints.append(Joint(name, parent, offset, channels))
        elif word == "}":
            open_joints.pop()
            i += 1
        else:
            raise ValueError(f"unexpected word {word}")
    return joints, i


def _frames(words: list[str], start: int, width: int) -> tuple[float, Floats]:
    """Frame time in seconds and the channel values, shape (T, width)."""
    at = words.index("Frames:", start)
    count = int(words[at + 1])
    step = float(words[at + 4])
    values = np.array(words[at + 5 : at + 5 + count * width], dtype=float)
    return step, values.reshape(count, width)


def _forward_kinematics(joints: list[Joint], values: Floats) -> tuple[Floats, list[Rotation]]:
    """Positions (T, J, 3) in the file's unit and the global rotation of each joint."""
    positions = np.empty((len(values), len(joints), 3))
    turns: list[Rotation] = []
    column = 0
    for i, joint in enumerate(joints):
        mine = values[:, column : column + len(joint.channels)]
        column += len(joint.channels)
        moved = [k for k, c in enumerate(joint.channels) if c.endswith("position")]
        turned = [k for k, c in enumerate(joint.channels) if c.endswith("rotation")]
        axes = "".join(joint.channels[k][0] for k in turned)
        local = Rotation.from_euler(axes, mine[:, turned], degrees=True) if axes else Rotation.identity(len(values))
        # A joint with its own position channels carries its whole displacement there, offset included.
        shift = mine[:, moved] if moved else np.tile(joint.offset, (len(values), 1))
        if joint.parent < 0:
            positions[:, i], turn = shift, local
        else:
            above = turns[joint.parent]
            positions[:, i], turn = positions[:, joint.parent] + above.apply(shift), above * local
        turns.append(turn)
    return positions, turns
