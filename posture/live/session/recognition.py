"""Whether whoever is found is the runner: followed all the time, back after a moment, or back after a while."""

from __future__ import annotations

from collections import deque
from enum import Enum

import numpy as np

from posture.live.session.likeness import Likeness, look_of
from posture.pose.types import Pose, Rgb
from posture.series import Floats

#: Time between two looks, s.
EVERY_S = 0.25
#: Looks in a row that must be strange before somebody who was followed all the time is not the runner any more: a
#: swinging arm or a towel makes single ones. In 784 looks at 24 real runners whom it was the right thing to follow 26
#: were strange, two in a row at most where the camera stood still. So many looks also know a runner again.
_IN_A_ROW = 4
#: Nobody else gets onto a treadmill sooner (judgement), s: whoever is found within it is the runner if one look fits.
AWAY_S = 2.0


class Who(Enum):
    """Who is found."""

    RUNNER = "runner"
    UNSURE = "unsure"
    STRANGER = "stranger"


class Recognition:
    """Learns whom the session follows, and knows them again.

    Attributes
    ----------
    doubtful : bool
        Whether the last look at somebody who is followed was strange.
    stranger_at : float
        When somebody else was found last, s.
    """

    def __init__(self) -> None:
        self._likeness = Likeness()
        self._strange = 0
        self._looked = self._known = -np.inf
        self._newcomer: deque[Floats] = deque(maxlen=_IN_A_ROW)
        self.stranger_at = -np.inf

    @property
    def doubtful(self) -> bool:
        """See the class."""
        return self._strange > 0

    def judge(self, time: float, rgb: Rgb, pose: Pose, *, searching: bool) -> Who:
        """Who this is.

        Parameters
        ----------
        time : float
            Of the picture, s.
        rgb : ndarray of uint8, shape (H, W, 3)
        pose : Pose
            In pixels of the picture.
        searching : bool
            Whether nobody was followed up to now.
        """
        if searching and self._likeness.known and time - self._known > AWAY_S:
            who = self._newcome(time, rgb, pose)
        elif searching or time - self._looked >= EVERY_S:
            who = self._next_look(time, look_of(rgb, pose), searching=searching)
        else:
            who = Who.RUNNER
        if who is Who.RUNNER:
            self._known = time
        elif who is Who.STRANGER:
            self.stranger_at = time
        return who

    def _next_look(self, time: float, look: Floats, *, searching: bool) -> Who:
        self._looked = time
        if not self._likeness.strange(look):
            self._strange = 0
            self._likeness.learn(look)
            return Who.RUNNER
        self._strange += 1
        return Who.STRANGER if searching or self._strange >= _IN_A_ROW else Who.RUNNER

    def _newcome(self, time: float, rgb: Rgb, pose: Pose) -> Who:
        """After a while: several looks together, which tell people apart better than any one of them."""
        if time - self._looked > AWAY_S:
            self._newcomer.clear()
        if time - self._looked < EVERY_S and self._newcomer:
            return Who.UNSURE
        self._looked = time
        self._newcomer.append(look_of(rgb, pose))
        if len(self._newcomer) < _IN_A_ROW:
            return Who.UNSURE
        if self._likeness.strange_together(list(self._newcomer)):
            return Who.STRANGER
        self._newcomer.clear()
        self._strange = 0
        return Who.RUNNER
