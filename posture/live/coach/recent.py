"""The last seconds of poses, and each stride in them once."""

from __future__ import annotations

import threading
from collections import deque

import numpy as np
import pandas as pd

from posture import landmarks
from posture.pose.estimation.stage import GAP_S
from posture.pose.types import Pose
from posture.seen import Seen
from posture.series import PoseSeries

#: Poses that are looked at together, s: about twenty strides, and costs a twentieth of a second.
WINDOW_S = 15.0
#: At the newest end the filter and the search for strides lack the other side, s; strides there wait.
EDGE_S = 0.4


class RecentPoses:
    """The newest poses, bounded in time; one thread adds, another one may read.

    Parameters
    ----------
    size : tuple of int
        Width and height of the frame, pixels.
    length : float
        Seconds that are kept.
    """

    def __init__(self, size: tuple[int, int], length: float = WINDOW_S) -> None:
        self._size = size
        self._length = length
        self._poses: deque[tuple[float, Pose | None]] = deque()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._poses)

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._poses.clear()

    def add(self, time: float, pose: Pose | None) -> None:
        """One more frame, later than all before; None where the runner was not found."""
        with self._lock:
            self._poses.append((time, pose))
            while time - self._poses[0][0] > self._length:
                self._poses.popleft()

    def series(self, last: float | None = None) -> PoseSeries:
        """All of them, or those of the last seconds."""
        with self._lock:
            poses = list(self._poses)
        if last is not None and poses:
            poses = [(t, p) for t, p in poses if poses[-1][0] - t <= last]
        return series_of(poses, self._size)


def series_of(poses: list[tuple[float, Pose | None]], size: tuple[int, int]) -> PoseSeries:
    """A pose series of single poses; a gap in time begins a new segment."""
    n = len(poses)
    time = np.array([t for t, _ in poses], dtype=float)
    columns = {
        name: np.full((n, landmarks.COUNT, *shape), np.nan)
        for name, shape in {"xy": (2,), "world": (3,), "visibility": (), "presence": ()}.items()
    }
    for i, (_, pose) in enumerate(poses):
        if pose is not None:
            for name, column in columns.items():
                column[i] = getattr(pose, name)
    segment = np.concatenate([np.zeros(min(n, 1), int), np.cumsum(np.diff(time) > GAP_S)])
    return PoseSeries(time, **columns, segment=segment, size=size)


class StrideLog:
    """Every stride once, though the windows it is found in overlap.

    Attributes
    ----------
    rows : DataFrame
        Kept strides in order of time, bounded to the last ``most``.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._until = self._skipped = -np.inf
        self.rows = pd.DataFrame()

    def skip(self, until: float) -> None:
        """Take no stride that began before, s."""
        self._skipped = until

    def take(self, seen: Seen) -> pd.DataFrame:
        """The strides that are new and complete; they are added to the log."""
        kept = seen.segmented.kept
        if not len(kept):
            return kept
        newest = float(seen.cleaned.time[-1])
        # A boundary that moved a little between two windows is the same boundary.
        slack = 0.5 * float(kept["duration"].median())
        since = max(self._until - slack, self._skipped)
        fresh = kept[(kept["start"] >= since) & (kept["end"] <= newest - EDGE_S)]
        if len(fresh):
            self._until = float(fresh["end"].iloc[-1])
            self.rows = pd.concat([self.rows, fresh], ignore_index=True).tail(self._most)
        return fresh
