"""A virtual camera: turns landmarks in space into the pixels that a phone on a tripod would see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from posture.importers.motion import UP, Motion
from posture.landmarks import L
from posture.midpoints import midpoint
from posture.series import Floats, PoseSeries
from posture.viewpoints import ViewName


@dataclass(frozen=True)
class Camera:
    """A level pinhole camera that keeps its place to the runner, as beside a treadmill.

    Attributes
    ----------
    azimuth : float
        Degrees around the runner, from straight ahead over the runner's left: 0 front, 90 left side, 180 rear,
        -90 right side.
    distance : float
        Metres from the runner.
    height : float
        Metres above the floor.
    fov : float
        Vertical field of view, degrees.
    roll : float
        Degrees by which the picture is turned clockwise as one looks at it.
    size : tuple of int
        Width and height of the picture, pixels.
    """

    azimuth: float = 90.0
    distance: float = 4.0
    height: float = 1.0
    fov: float = 40.0
    roll: float = 0.0
    size: tuple[int, int] = (1280, 720)

    @classmethod
    def seeing(cls, view: ViewName) -> Camera:
        """A camera that looks at this side of the runner."""
        return cls(azimuth={"left": 90.0, "right": -90.0, "front": 0.0, "rear": 180.0}[view])

    def project(self, motion: Motion) -> PoseSeries:
        """Look at a runner.

        Returns
        -------
        PoseSeries
            Visibility and presence are 1 for every point that the source has, 0 for the others: nothing is
            hidden from this camera. ``world`` holds the true directions, in MediaPipe's axes: x to the right of
            the picture, y down, z away from the camera.
        """
        seen = self._in_camera(motion)
        width, height = self.size
        focal = height / 2 / np.tan(np.radians(self.fov) / 2)
        depth = np.where(seen[..., 2] > 0, seen[..., 2], np.nan)
        middle = np.array([width, height]) / 2
        xy = focal * seen[..., :2] / depth[..., None]
        turn = np.radians(self.roll)
        xy = xy @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) + middle
        known = np.isfinite(xy[..., 0]).astype(float)
        hips = midpoint(seen, L.LEFT_HIP)
        return PoseSeries(
            time=motion.time,
            xy=xy,
            world=seen - hips[:, None],
            visibility=known,
            presence=known.copy(),
            segment=np.zeros(len(motion.time), dtype=int),
            size=self.size,
        )

    def _in_camera(self, motion: Motion) -> Floats:
        """(T, 33, 3) metres: right, down, away."""
        place, heading = motion.path()
        left = np.cross(UP, heading)
        azimuth = np.radians(self.azimuth)
        towards = np.cos(azimuth) * heading + np.sin(azimuth) * left
        eye = place + self.distance * towards
        eye[:, 1] = motion.floor() + self.height
        away = -towards
        axes = np.stack([np.cross(away, UP), np.broadcast_to(-UP, away.shape), away], axis=1)
        seen: Floats = np.einsum("tij,tlj->tli", axes, motion.points - eye[:, None])
        return seen
