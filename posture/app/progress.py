"""How far a run is, and how long the rest takes, as its worker says it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from posture.batches.forecast import Forecast
from posture.batches.status import read_status

#: Share of the work from which on its speed tells how long the rest takes.
_TELLING = 0.1


@dataclass(frozen=True)
class Progress:
    """How far a run is.

    Attributes
    ----------
    label : str
    share : float
        0 to 1.
    left : float or None
        Seconds, as far as that can be said.
    """

    label: str
    share: float
    left: float | None


class Watch:
    """Looks at what a worker says, from its beginning: what an earlier one left behind is removed.

    Parameters
    ----------
    status : Path
        File in which the worker says how far it is.
    """

    def __init__(self, status: Path) -> None:
        self._status = status
        self._forecast: Forecast | None = None
        with suppress(OSError):  # a worker that was killed could not do it
            status.unlink(missing_ok=True)

    def look(self) -> Progress | None:
        """How far it is, or None as long as it says nothing."""
        status = read_status(self._status)
        if status is None:
            return None
        if self._forecast is None:
            self._forecast = Forecast([status.total])
        share = self._forecast.at(0, status)
        return Progress(status.label, share, self._forecast.left if self._forecast.gone >= _TELLING else None)
