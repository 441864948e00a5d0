"""When a session may begin: as soon as the set-up is good, or usable and nobody mends it."""

from __future__ import annotations

from posture.live.coach.setup import SetUp

#: The set-up must be good for this long, s.
SETTLED_S = 2.0


class Gate:
    """Between the set-up and the baseline.

    Parameters
    ----------
    patience : float
        For how long a usable set-up waits for being mended, s.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._go_on = False
        self.begin()

    def begin(self) -> None:
        """What was seen before does not count; what was asked for does."""
        self._good_since: float | None = None
        self._usable_since: float | None = None

    def go_on(self) -> None:
        """Begin although the set-up is not good."""
        self._go_on = True

    def opens(self, setup: SetUp, now: float) -> bool:
        """Good for a moment; or usable, and nobody mends it: then the coach does as well as can be."""
        self._good_since = (now if self._good_since is None else self._good_since) if setup.good else None
        self._usable_since = (now if self._usable_since is None else self._usable_since) if setup.usable else None
        if self._good_since is not None and now - self._good_since >= SETTLED_S:
            return True
        patience = 0.0 if self._go_on else self._patience
        return self._usable_since is not None and now - self._usable_since >= patience
