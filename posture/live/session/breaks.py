"""When the camera goes away or stands still, when it is back, and what was left out to keep up: told once each."""

from __future__ import annotations

from collections.abc import Callable

from posture.live.coach.events import Event, Kind

#: Pictures that stand still, or do not come, for two strides are told, s.
STALL_S = 1.5
#: Pictures that were left out are told this often, s.
DROPS_S = 10.0


class Breaks:
    """Turns what the session notices into events.

    Parameters
    ----------
    tell : callable
        Is given every event.
    """

    def __init__(self, tell: Callable[[Event], None]) -> None:
        self._tell = tell
        self._away = False
        self._stalled: float | None = None
        self._drops_told = (0.0, 0)

    def nothing_new(self, away: bool, now: float, seconds: float, why: str) -> None:
        """No picture, or the same one, for some seconds.

        Parameters
        ----------
        away : bool
            Whether the camera has gone.
        now : float
            Seconds of the session.
        seconds : float
            For how long.
        why : str
            A sentence.
        """
        if away and not self._away:
            self._away = True
            self._tell(Event(Kind.CAMERA, now, "The camera has gone away; waiting for it.", {"back": False}))
        if not away and self._stalled is None and seconds > STALL_S:
            self._stalled = now - seconds
            self._tell(Event(Kind.STALL, now, why, {"on": True, "seconds": round(seconds, 1)}))

    def here_again(self, now: float) -> None:
        """A picture has come."""
        if self._away:
            self._away = False
            self._tell(Event(Kind.CAMERA, now, "The camera is back.", {"back": True}))
        if self._stalled is not None:
            lasted, self._stalled = max(now - self._stalled, 0.0), None
            more = {"on": False, "seconds": round(lasted, 1)}
            self._tell(Event(Kind.STALL, now, "The picture moves again.", more))

    def dropped(self, now: float, in_all: int) -> None:
        """So many pictures were left out so far."""
        since, told = self._drops_told
        if now - since >= DROPS_S:
            self._drops_told = now, in_all
            if in_all > told:
                self._tell(Event(Kind.DROP, now, "", {"dropped": in_all - told}))
