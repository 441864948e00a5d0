"""Whether the runner is there, and whether the session is paused: by key, or because the runner has left."""

from __future__ import annotations

from math import isnan, nan

from posture.live.coach.state import Pause
from posture.series import PoseSeries

#: Who is not seen for this long has left, s: longer than anything on the way hides a runner.
LEFT_S = 5.0
#: Who is seen for this long is back, s.
BACK_S = 1.0


class Presence:
    """Notices who leaves and comes back.

    Attributes
    ----------
    paused : Pause
    """

    def __init__(self) -> None:
        self.paused = Pause.NONE
        self._seen_until = nan

    def key(self) -> None:
        """Pause, or go on."""
        self.paused = Pause.NONE if self.paused is Pause.KEY else Pause.KEY

    def begin(self) -> None:
        """Whoever was seen before does not count."""
        self._seen_until = nan

    def notice(self, series: PoseSeries, now: float) -> bool:
        """What the newest poses show.

        Parameters
        ----------
        series : PoseSeries
        now : float
            s.

        Returns
        -------
        bool
            Whether the runner has come back at this moment.
        """
        seen = series.seen
        if seen.any():
            self._seen_until = float(series.time[seen][-1])
        elif isnan(self._seen_until):
            self._seen_until = now
        if self.paused is Pause.NONE and now - self._seen_until >= LEFT_S:
            self.paused = Pause.LEFT
        elif self.paused is Pause.LEFT and seen[series.time >= now - BACK_S].mean() > 0.5:
            self.paused = Pause.NONE
            return True
        return False
