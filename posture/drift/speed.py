"""How fast the runner ran: constant, or from the log of a treadmill or watch, on the clip's clock."""

from __future__ import annotations

import csv
import struct
from dataclasses import dataclass
from math import nan
from pathlib import Path

import numpy as np
import pandas as pd

from posture.drift.blocks import MIN_STRIDES, StrideSeries
from posture.drift.shapes import along, ramps
from posture.drift.types import Interval
from posture.errors import PostureError
from posture.reading import check_regular, named_twice
from posture.series import Floats

#: A log of a day at ten rows a second is smaller, bytes.
_MOST = 256 * 1024**2
#: Column names of a CSV log and the factor to m/s.
SPEED_COLUMNS = {"enhanced_speed": 1.0, "speed": 1.0, "speed_kmh": 1 / 3.6, "speed_mph": 0.44704}
INCLINE_COLUMNS = ("incline", "grade")
_FIT_FIELDS = ("timestamp", "enhanced_speed", "speed", "grade")
#: Squared correlation of speed with any shape of drift above which a speed effect cannot be told from tiredness.
TIED = 0.5
#: Ramps begin and end on so many steps over the run; shapes are fitted to so many points at most.
DRIFT_STEPS = 20
MOST_POINTS = 1000
#: Coefficient of variation of speed, in percent, from which there is an effect to regress on (method 3.2.7).
VARIED = 2.0


@dataclass(frozen=True, eq=False)
class SpeedLog:
    """Speed and incline over the clip.

    Attributes
    ----------
    time : ndarray, shape (N,)
        Seconds of the clip, increasing; negative before it.
    speed : ndarray, shape (N,)
        m/s; NaN where the log says nothing.
    incline : ndarray, shape (N,)
        Percent grade; NaN where the log says nothing.
    """

    time: Floats
    speed: Floats
    incline: Floats

    @classmethod
    def constant(cls, speed: float | None = None, incline: float | None = None) -> SpeedLog:
        """A belt that was never touched: m/s and percent grade."""
        both = [nan if value is None else value for value in (speed, incline)]
        return cls(np.zeros(1), np.array(both[:1]), np.array(both[1:]))

    def speed_at(self, time: Floats) -> Floats:
        """Speed at times of the clip, m/s; the nearest entry's beyond the log's ends."""
        return _at(time, self.time, self.speed)

    def refuse_elsewhere(self, time: Floats, path: Path) -> None:
        """Refuse a log that ends before the clip begins or begins after it: it says nothing about this run.

        Parameters
        ----------
        time : ndarray, shape (T,)
            Of the clip's frames, s.
        path : Path
            Of the log.

        Raises
        ------
        PostureError
        """
        if self.time[-1] < time[0] or self.time[0] > time[-1]:
            raise PostureError(
                f"{path}: the log lies from {self.time[0]:.0f} to {self.time[-1]:.0f} s on the clip's clock, the clip "
                f"from {time[0]:.0f} to {time[-1]:.0f} s, so it says nothing about this run; say with --log-start "
                "at which second of the clip it began."
            )

    def incline_over(self, window: Interval) -> float:
        """Mean incline over a window, percent grade."""
        inclines = _at(np.linspace(window.low, window.high, 50), self.time, self.incline)
        return float(inclines.mean())


def read_speed_log(path: Path, start: float = 0.0) -> SpeedLog:
    """Read a log of speed and incline.

    Parameters
    ----------
    path : Path
        ``.fit`` (needs the extra ``fit``), or ``.csv`` with a header: ``time`` (s from the log's start, or dates),
        one of ``speed`` (m/s), ``speed_kmh`` or ``speed_mph``, and, if known, ``incline`` (percent grade).
    start : float
        Seconds of the clip at which the log starts; negative if the log was started first.

    Raises
    ------
    PostureError
        If the file cannot be read or has no usable times and speeds.
    """
    check_regular(path, "the speed log", _MOST)
    table = _read_fit(path) if path.suffix.lower() == ".fit" else _read_csv(path)
    twice = named_twice(map(str, table.columns))
    if twice is not None:
        raise PostureError(f"{path}: the log has the column '{twice}' twice; leave one out.")
    if "time" not in table:
        raise PostureError(f"{path}: the log has no column 'time' (seconds or dates); name one so.")
    column = next((name for name in SPEED_COLUMNS if name in table), None)
    if column is None:
        raise PostureError(f"{path}: the log has no speed; name a column speed (m/s), speed_kmh or speed_mph.")
    grade = next((name for name in INCLINE_COLUMNS if name in table), None)
    time = _seconds(table["time"], path)
    speed = pd.to_numeric(table[column], errors="coerce").to_numpy(float) * SPEED_COLUMNS[column]
    incline = pd.to_numeric(table[grade], errors="coerce").to_numpy(float) if grade else np.full(time.size, nan)
    order = np.argsort(time, kind="stable")
    usable = order[np.isfinite(time[order]) & np.isfinite(speed[order])]
    if usable.size == 0:
        raise PostureError(f"{path}: no row has both a time and a speed; check the columns.")
    return SpeedLog(time[usable] + start, speed[usable], incline[usable])


def at_one_speed(series: StrideSeries, log: SpeedLog, *, proportional: bool) -> StrideSeries | None:
    """A metric with its dependence on speed taken out, at the mean speed of the run.

    Regression on speed together with the shape of drift that fits the metric best (method 2.2, [F31]), so that a drift
    is not taken for speed. Only where speed varied otherwise than in the shape of any drift: else speed and tiredness
    cannot be told apart.

    Parameters
    ----------
    series : StrideSeries
    log : SpeedLog
    proportional : bool
        Whether speed multiplies the metric (lengths, amplitudes), or adds to it: an angle's zero is arbitrary.

    Returns
    -------
    StrideSeries or None
        None where nothing could be taken out.
    """
    speed = log.speed_at(series.time)
    if len(series) < MIN_STRIDES or not np.isfinite(speed).all() or 100.0 * speed.std() < VARIED * abs(speed.mean()):
        return None
    centred = speed - speed.mean()
    thin = [_thinned(values, min(len(series), MOST_POINTS)) for values in (series.value, speed)]
    if (_sizes(thin[1]) ** 2).max() > TIED * (thin[1] @ thin[1]):
        return None
    added = _slope(*thin) * centred
    if not proportional:
        return StrideSeries(series.time, series.value - added)
    level = series.value.mean()
    return StrideSeries(series.time, series.value * level / (level + added))


def _sizes(centred: Floats) -> Floats:
    """Size in a series of every shape of drift, of length one each: ramps, steps, and stretches that come back."""
    points = centred.size
    shapes, _ = ramps(points, min(points // 2, DRIFT_STEPS), least=1, to_end=False)
    total = np.concatenate([[0.0], np.cumsum(centred)])
    begin, end = (np.delete(edge, points - 1) for edge in np.triu_indices(points + 1, 1))  # less the whole run
    length = end - begin
    stretches = (total[end] - total[begin]) / np.sqrt(length * (1.0 - length / points))
    return np.concatenate([along(shapes, centred), stretches])


def _slope(metric: Floats, speed: Floats) -> float:
    """Units of the metric per m/s, beside the shape of drift that leaves the least unexplained."""
    one, two = _sizes(metric), _sizes(speed)
    both, own = metric @ speed - one * two, speed @ speed - two**2
    best = int(np.argmin(metric @ metric - one**2 - both**2 / own))
    return float(both[best] / own[best])


def _thinned(values: Floats, points: int) -> Floats:
    """Centred means of so many stretches of a series."""
    means = np.array([part.mean() for part in np.array_split(values, points)])
    centred: Floats = means - means.mean()
    return centred


def _at(time: Floats, known_time: Floats, known: Floats) -> Floats:
    good = np.isfinite(known)
    if not good.any():
        return np.full(np.shape(time), nan)
    found: Floats = np.interp(time, known_time[good], known[good])
    return found


def _read_csv(path: Path) -> pd.DataFrame:
    try:
        table = pd.read_csv(path, sep=None, engine="python", encoding="utf-8-sig")
    except OSError as error:
        raise PostureError(f"{path}: the speed log cannot be read ({error.strerror}).") from error
    except (ValueError, csv.Error) as error:
        raise PostureError(f"{path}: not a table with a header line; save the log as CSV.") from error
    return table.rename(columns=lambda name: str(name).strip().lower())


def _read_fit(path: Path) -> pd.DataFrame:
    try:
        import fitdecode
    except ImportError as error:
        raise PostureError(f"{path}: FIT logs need the extra: pip install 'running-posture[fit]'.") from error
    try:
        with fitdecode.FitReader(str(path)) as reader:
            records = [f for f in reader if isinstance(f, fitdecode.FitDataMessage) and f.name == "record"]
    except OSError as error:
        raise PostureError(f"{path}: the speed log cannot be read ({error.strerror}).") from error
    except (fitdecode.FitError, ValueError, TypeError, LookupError, ArithmeticError, struct.error) as error:
        raise PostureError(f"{path}: not a FIT file, or damaged; export it again.") from error
    rows = [{name: record.get_value(name, fallback=None) for name in _FIT_FIELDS} for record in records]
    table = pd.DataFrame(rows, columns=list(_FIT_FIELDS)).dropna(axis=1, how="all")
    return table.rename(columns={"timestamp": "time"})


def _seconds(column: pd.Series, path: Path) -> Floats:
    """Seconds from the first row: numbers as they are, dates as time passed."""
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(float)
    if np.isfinite(numbers).any() and not pd.api.types.is_datetime64_any_dtype(column):
        return numbers
    # Numbers of which none is finite are no dates; pandas takes them for such.
    dates = None if pd.api.types.is_numeric_dtype(column) else pd.to_datetime(column, errors="coerce", utc=True)
    if dates is None or dates.isna().all():
        raise PostureError(f"{path}: the column 'time' holds neither seconds nor dates.")
    seconds: Floats = (dates - dates.min()).dt.total_seconds().to_numpy(float)
    return seconds
