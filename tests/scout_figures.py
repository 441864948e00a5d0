"""Figures of known place, size, clothes and legs, for tests of who is who."""

from __future__ import annotations

import numpy as np

from posture.landmarks import COUNT, L
from posture.pose.tracking.detection import Detection

RED, BLACK, GREY = (np.full((3, 3), lab) for lab in ((53.0, 80.0, 67.0), (10.0, 0.0, 0.0), (60.0, 0.0, 0.0)))


def figure(
    x: float,
    y: float = 400.0,
    torso: float = 100.0,
    clothes: np.ndarray = RED,
    phase: float | None = None,
    legs: bool = True,
) -> Detection:
    """A person seen from the side with the middle of the trunk at x, y; running at a phase (cycles), or standing."""
    xy = np.full((COUNT, 2), np.nan)
    up = {"head": -1.4, "shoulder": -0.5, "arm": 0.2, "hip": 0.5, "knee": 1.3, "ankle": 2.2}
    for landmarks, part in (
        (range(L.LEFT_SHOULDER), "head"),
        ((L.LEFT_SHOULDER, L.RIGHT_SHOULDER), "shoulder"),
        (range(L.LEFT_ELBOW, L.LEFT_HIP), "arm"),
        ((L.LEFT_HIP, L.RIGHT_HIP), "hip"),
        ((L.LEFT_KNEE, L.RIGHT_KNEE), "knee"),
        (range(L.LEFT_ANKLE, COUNT), "ankle"),
    ):
        xy[list(landmarks)] = x, y + up[part] * torso
    if phase is not None:
        for side, shift in (("LEFT", 0.0), ("RIGHT", 0.5)):
            swing = np.sin(2 * np.pi * (phase + shift))
            xy[L[f"{side}_KNEE"], 0] += 0.5 * torso * swing
            xy[L[f"{side}_ANKLE"], 0] += 1.0 * torso * swing
    seen = np.ones(COUNT)
    if not legs:
        seen[L.LEFT_KNEE :] = 0.1
    return Detection(xy, seen, seen, clothes)


def crossing(passes: int = 21) -> tuple[np.ndarray, list[list[Detection]], np.ndarray, np.ndarray]:
    """Times, passes, and the ways of a runner in red and a passer-by in black who walks through him."""
    time = np.arange(passes) * 0.5
    runner, passer = np.full(passes, 500.0), np.linspace(0.0, 1000.0, passes)
    seen = [
        [figure(r, phase=0.61 * k), figure(p, clothes=BLACK, phase=0.37 * k)][:: 1 if k % 2 else -1]
        for k, (r, p) in enumerate(zip(runner, passer, strict=True))
    ]
    return time, seen, runner, passer
