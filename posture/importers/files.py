"""Reading small text files with errors that a user understands, and the frame rate that formats lack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from posture.errors import PostureError
from posture.reading import check_regular
from posture.series import Floats, Ints

#: Frame rates that a camera can have.
_SLOWEST, _FASTEST = 1.0, 1000.0
#: What a recording may be: a day, s, and nine hours of 30 frames a second, which take 2 GB of memory.
_LONGEST, _MOST_FRAMES = 86_400.0, 1_000_000
#: Pixels, wider than any picture, or metres, wider than any room, before it is known which.
FARTHEST = 1e5
#: Nanoseconds since 1970 are less.
_LARGEST = 1e19
#: An hour of several people is smaller.
_MOST_BYTES = 1024**3


def read_text(path: Path) -> str:
    """Read a text file.

    Raises
    ------
    PostureError
        If it cannot be read.
    """
    check_regular(path, "the file of poses", _MOST_BYTES)
    return path.read_bytes().decode("utf-8", "replace")


def read_json(path: Path) -> Any:
    """Read a JSON file.

    Raises
    ------
    PostureError
        If it cannot be read or is not JSON.
    """
    try:
        return json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise PostureError(f"{path}: not a valid JSON file; export the keypoints again.") from error


def needed_rate(path: Path, fps: float | None) -> float:
    """Frame rate of a format that holds no times.

    Raises
    ------
    PostureError
        If none is given, or one that no camera has.

    Examples
    --------
    >>> needed_rate(Path("run.json"), 30.0)
    30.0
    """
    if fps is None:
        raise PostureError(f"{path}: these poses hold no times; give the frame rate of the video with --fps.")
    if not _SLOWEST <= fps <= _FASTEST:
        raise PostureError(f"{path}: {fps:g} frames a second is no frame rate; give --fps between 1 and 1000.")
    return fps


def check_reach(where: Path | str, places: Floats) -> None:
    """Refuse places farther away than anything that is filmed; NaN is "not seen".

    Parameters
    ----------
    where : Path or str
        Names the source in the error.
    places : ndarray
        Pixels or metres, of any shape.

    Raises
    ------
    PostureError
        If one is.

    Examples
    --------
    >>> check_reach("run.csv", np.array([1920.0, np.nan]))
    """
    if (np.abs(places) > FARTHEST).any():
        raise PostureError(
            f"{where}: some of its points are farther away than any picture or room is wide; check the file and its "
            "unit, and give points that were not seen no confidence."
        )


def check_rate(path: Path, fps: float | None, own: float) -> None:
    """Refuse a given frame rate that contradicts the file's own.

    Raises
    ------
    PostureError
        If they differ by more than 2 %.

    Examples
    --------
    >>> check_rate(Path("run.trc"), None, own=100.0)
    >>> check_rate(Path("run.trc"), 100.5, own=100.0)
    """
    if fps is not None and abs(fps - own) > 0.02 * own:
        raise PostureError(f"{path}: the file itself says {own:.4g} frames a second, not {fps:g}; leave --fps away.")


def rise(values: Floats) -> bool:
    """Whether times or numbers of frames are numbers, none larger than any clock's, and each is larger than the last.

    Examples
    --------
    >>> [rise(np.array(values)) for values in ([0.0, 0.5], [0.5, 0.5], [-1e308, 1e308], [np.nan])]
    [True, False, False, False]
    """
    return bool((np.abs(values) <= _LARGEST).all() and (values[1:] > values[:-1]).all())


def check_clock(path: Path, time: Floats) -> None:
    """Refuse times that no recording has: of another unit, with a jump of days, or of too many frames.

    Parameters
    ----------
    path : Path
    time : ndarray, shape (T,)
        Seconds.

    Raises
    ------
    PostureError

    Examples
    --------
    >>> import numpy as np
    >>> check_clock(Path("run.csv"), np.arange(100) / 30.0)
    """
    if time.size < 2:
        raise PostureError(f"{path}: holds fewer than two frames; export the whole trial.")
    step, length = float(np.median(np.diff(time))), float(time[-1] - time[0])
    if not 1 / _FASTEST <= step <= 1 / _SLOWEST:
        raise PostureError(
            f"{path}: its frames lie {step:g} s apart; write times in seconds, 1 to 1000 frames a second."
        )
    if not length <= _LONGEST:
        raise PostureError(f"{path}: its times span {length:.0f} s; a recording of at most a day can be read.")
    check_count(path, time.size)


def frame_places(path: Path, numbers: Floats) -> Ints | None:
    """Where each frame lies behind the first one; None where the numbers are not whole, or do not rise.

    Parameters
    ----------
    path : Path
    numbers : ndarray, shape (R,)
        Of the frames; those that are missing are frames without a pose.

    Returns
    -------
    ndarray of int, shape (R,), or None

    Raises
    ------
    PostureError
        If they span more frames than memory may hold.

    Examples
    --------
    >>> frame_places(Path("run.csv"), np.array([7.0, 8.0, 11.0])).tolist()
    [0, 1, 4]
    """
    if not len(numbers) or not rise(numbers) or np.any(numbers % 1):
        return None
    check_count(path, int(min(numbers[-1] - numbers[0], 1e15)) + 1)
    places: Ints = (numbers - numbers[0]).astype(int)
    return places


def check_count(path: Path, frames: int) -> None:
    """Refuse more frames than memory may hold, before there is room for them.

    Raises
    ------
    PostureError
    """
    if frames > _MOST_FRAMES:
        raise PostureError(
            f"{path}: its frame numbers span {frames} frames, at most {_MOST_FRAMES} can be read; "
            "check the numbers, or take a part of it."
        )
