"""What the pose stage made of one clip: the poses, and all that must be known to go on without the video."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posture.errors import PostureError
from posture.reading import regular
from posture.series import CameraMotion, Floats, PoseSeries
from posture.settings import Span
from posture.storage.files import UNREADABLE, replacing

#: Layout of the file; a file with another number is refused.
SCHEMA = 1

#: In the place of a model's name where another program's poses were read.
IMPORTED = "none"


@dataclass(frozen=True, eq=False)
class Recording:
    """Poses with their origin. All times are the clip's, as a player shows them.

    Attributes
    ----------
    name : str
        File name of the clip.
    sha256 : str
        Of the clip's bytes.
    key : str
        Fingerprint of everything that the poses depend on.
    estimator, model : str
        Library with its version, and model with its checksum.
    rate : float
        Nominal frames per second.
    duration : float
        Length of the clip, s.
    turn : int
        Degrees clockwise by which the pictures were turned to be upright, beyond the file's own tag.
    spans : tuple of Span
        Stretches that were read.
    people : tuple of str
        One line for each of the people found, the runner marked.
    notes : tuple of str
        What happened on the way that the user should know: cut off, turned, camera moved along.
    lost_frames : int
        Frames in which the follower lost the runner.
    series : PoseSeries
    camera : CameraMotion
    corners : ndarray, shape (N, 2)
        Corners of the background, pixels; with ``descriptors`` (N, 32) they recognise the camera's place in
        another clip. Empty for imported poses.
    recorded : str
        When the file says it was made, ISO 8601; empty where it does not say.
    tilt : float
        Degrees by which straight lines of the room show the pictures to be turned clockwise; NaN where they do not.
    events : tuple of Mapping
        What happened in a live session, as ``posture live --json`` tells it (``posture.live.coach.events``); empty for
        other recordings.
    """

    name: str
    sha256: str
    key: str
    estimator: str
    model: str
    rate: float
    duration: float
    turn: int
    spans: tuple[Span, ...]
    people: tuple[str, ...]
    notes: tuple[str, ...]
    lost_frames: int
    series: PoseSeries
    camera: CameraMotion
    corners: Floats
    descriptors: NDArray[np.uint8]
    recorded: str = ""
    tilt: float = float("nan")
    events: tuple[Mapping[str, Any], ...] = ()

    @property
    def has_video(self) -> bool:
        """Whether the poses were estimated from pictures, and not imported."""
        return self.model != IMPORTED

    @property
    def thinned(self) -> int:
        """One frame in how many was looked at."""
        rates = self.rate / self.series.rate if self.has_video else 1.0
        return max(round(rates), 1) if np.isfinite(rates) else 1

    def save(self, path: Path) -> None:
        """Write to an ``.npz`` file, in one step."""
        arrays = {f"series_{name}": getattr(self.series, name) for name in _SERIES}
        arrays |= {f"camera_{name}": getattr(self.camera, name) for name in _CAMERA}
        plain = {"schema": SCHEMA, "size": self.series.size} | {name: getattr(self, name) for name in _PLAIN}
        arrays |= {"corners": self.corners, "descriptors": self.descriptors}
        arrays["about"] = np.frombuffer(json.dumps(plain).encode(), np.uint8)
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.savez(file, **arrays)

    @classmethod
    def load(cls, path: Path) -> Recording:
        """Read what :meth:`save` wrote.

        Raises
        ------
        PostureError
            If the file is missing, damaged or of another schema.
        """
        try:
            with regular(path).open("rb") as raw, np.load(raw) as file:
                about: dict[str, Any] = json.loads(file["about"].tobytes())
                if about.pop("schema") != SCHEMA:
                    raise PostureError(
                        f"{path}: written by another version of this program; analyse the clip itself again."
                    )
                size = tuple(about.pop("size"))
                about["spans"] = tuple(Span(*span) for span in about["spans"])
                for name in ("people", "notes", "events"):
                    about[name] = tuple(about.get(name, ()))
                return cls(
                    series=PoseSeries(**{name: file[f"series_{name}"] for name in _SERIES}, size=size),
                    camera=CameraMotion(**{name: file[f"camera_{name}"] for name in _CAMERA}, size=size),
                    corners=file["corners"],
                    descriptors=file["descriptors"],
                    **about,
                )
        except FileNotFoundError as error:
            raise PostureError(f"{path}: there are no poses here; analyse the clip itself first.") from error
        except UNREADABLE as error:
            raise PostureError(f"{path}: the file is damaged; analyse the clip itself again.") from error


_SERIES = ("time", "xy", "world", "visibility", "presence", "segment")
_CAMERA = ("time", "shift", "roll", "scale", "measured")
_PLAIN = (
    "name",
    "sha256",
    "key",
    "estimator",
    "model",
    "rate",
    "duration",
    "turn",
    "spans",
    "people",
    "notes",
    "lost_frames",
    "recorded",
    "tilt",
    "events",
)
