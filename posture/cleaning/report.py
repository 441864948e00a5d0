"""What cleaning did, in counts that a user understands."""

from __future__ import annotations

from dataclasses import dataclass, replace

from posture.series import Floats, Ints


@dataclass(frozen=True, eq=False)
class CleaningReport:
    """What was masked, repaired, filled and left out.

    Attributes
    ----------
    frames : int
        Frames of the series.
    without_runner : int
        Frames in which no landmark was found.
    hidden, out_of_frame, outliers, filled, missing : ndarray of int, shape (33,)
        Frames per landmark: masked for low visibility; masked beyond the edge of the picture; removed as
        outliers; filled over a short gap; left as NaN in the result (frames without the runner included).
    arm_swaps, leg_swaps : int
        Stretches in which left and right were exchanged and have been put back.
    arm_swap_frames, leg_swap_frames : int
        Frames in these stretches.
    side_changes_left : int
        Places where the sides seem to change for more than a second: a turn cannot be told from a swap, so
        they were left as they were.
    rate : float
        Frames per second.
    cutoff : float
        Cutoff frequency of the low-pass, Hz; NaN where the series was too short to be filtered.
    """

    frames: int
    without_runner: int
    hidden: Ints
    out_of_frame: Ints
    outliers: Ints
    filled: Ints
    missing: Ints
    arm_swaps: int
    arm_swap_frames: int
    leg_swaps: int
    leg_swap_frames: int
    side_changes_left: int
    rate: float
    cutoff: float

    def share(self, counts: Ints) -> Floats:
        """Counts per landmark as a share of all frames, 0 to 1."""
        return counts / max(self.frames, 1)

    def at_rate(self, rate: float) -> CleaningReport:
        """The same on a clock by which so many frames come in a second, where a filter's frequency is another, too."""
        return replace(self, rate=rate, cutoff=self.cutoff * rate / self.rate)
