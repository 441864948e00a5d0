"""The runner's points in the runner's own directions: forward or to the right, and up.

The one place where pixels become a body frame: facing, mirror image, camera roll and oblique foreshortening are
settled here, so that the formulas behind it know none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from posture.kinematics import geometry
from posture.kinematics.types import View, ViewKind
from posture.landmarks import MIRROR, L
from posture.series import Floats, PoseSeries

#: Window of the torso's median length, s, and the deviation beyond which a frame is not believed (method 1.0).
TORSO_WINDOW = 1.0
TORSO_TOLERANCE = 0.15
#: Window of the hips' usual height, s: two strides or more, so that it does not follow the bounce.
LEVEL_WINDOW = 2.0
#: Share of a landmark's frames that must show its mirror image, too, for mid-points to be used.
LEAST_PAIRED = 0.5


@dataclass(frozen=True, eq=False)
class Body:
    """A pose series seen in the runner's directions.

    Attributes
    ----------
    series : PoseSeries
    view : View
    roll : ndarray, shape (T,) or (1,)
        Degrees by which the picture is turned clockwise; 0 where unknown.
    """

    series: PoseSeries
    view: View
    roll: Floats

    @cached_property
    def _across(self) -> Floats | float:
        """What one pixel to the right of the picture is in the runner's first direction."""
        if self.view.kind == ViewKind.FRONT:
            return -1.0
        if self.view.kind == ViewKind.REAR:
            return 1.0
        shrink = np.cos(np.radians(self.view.yaw)) if self.view.kind == ViewKind.OBLIQUE else 1.0
        return float((self.view.facing or 1) / shrink)

    @cached_property
    def _points(self) -> dict[int, Floats]:
        return {}

    def point(self, landmark: int) -> Floats:
        """One landmark, shape (T, 2): forward (side, oblique) or right (front, rear), and up; pixels."""
        if landmark not in self._points:
            x, y = self.series.xy[:, landmark, 0], self.series.xy[:, landmark, 1]
            turn = np.radians(self.roll)
            cos, sin = np.cos(turn), np.sin(turn)
            self._points[landmark] = np.stack((self._across * (cos * x + sin * y), sin * x - cos * y)).T
        return self._points[landmark]

    def near(self, landmark: int) -> Floats:
        """The near side's landmark, as :meth:`point` gives it; ``landmark`` names the left one."""
        return self.point(int(MIRROR[landmark]) if self.view.near == "right" else landmark)

    def middle(self, left: int) -> Floats:
        """Mid-point of both sides' landmark: the near side alone would let yaw and arm motion leak in.

        Where one side is missing in most of the frames that show the other (a source without far ears, a shoulder
        out of the picture), the other one stands for both throughout: one construction for a clip.
        """
        sides = (left, int(MIRROR[left]))
        seen = [np.isfinite(self.series.xy[:, i, 0]) for i in sides]
        both = np.count_nonzero(seen[0] & seen[1])
        more = int(np.count_nonzero(seen[1]) > np.count_nonzero(seen[0]))
        if both < LEAST_PAIRED * np.count_nonzero(seen[more]):
            return self.point(sides[more])
        return 0.5 * (self.point(sides[0]) + self.point(sides[1]))

    @cached_property
    def ear(self) -> Floats:
        """Mid-ear."""
        return self.middle(L.LEFT_EAR)

    @cached_property
    def shoulder(self) -> Floats:
        """Mid-shoulder."""
        return self.middle(L.LEFT_SHOULDER)

    @cached_property
    def hip(self) -> Floats:
        """Mid-hip."""
        return self.middle(L.LEFT_HIP)

    @cached_property
    def torso(self) -> Floats:
        """Torso length, pixels: rolling median; NaN in frames whose own length is not believable."""
        each = geometry.length(self.hip, self.shoulder)
        usual = geometry.rolling_median(each, self.series.time, self.series.segment, TORSO_WINDOW)
        return np.where(geometry.steady(each, usual, TORSO_TOLERANCE), usual, np.nan)

    @cached_property
    def bounce(self) -> Floats:
        """Height of mid-hip above its usual height, torso lengths: free of where the runner is in the picture."""
        height = self.hip[:, 1]
        usual = geometry.rolling_median(height, self.series.time, self.series.segment, LEVEL_WINDOW)
        return (height - usual) / self.torso
