"""MediaPipe Pose Landmarker (Tasks API) as an estimator.

MediaPipe and what it brings take most of a second to import, so it is imported when the first landmarker opens.
"""

from __future__ import annotations

import weakref
from functools import lru_cache
from importlib.metadata import version
from typing import Any

import numpy as np

from posture.errors import PostureError
from posture.pose.estimation.isolation import offline, quiet
from posture.pose.estimation.models import ModelFile
from posture.pose.estimation.unmasked import without_mask
from posture.pose.types import Pose, Rgb

#: Time between frames as told to MediaPipe. Its landmark filter is causal and lags; its strength depends on the
#: time between frames, and at this distance it passes landmarks through unchanged, while tracking goes on.
FRAME_STEP_MS = 5000

_NOBODY = np.zeros((64, 64, 3), dtype=np.uint8)


class _Landmarker:
    """A landmarker that opens without noise and closes without a call home."""

    def __init__(self, model: ModelFile, mode: str, people: int) -> None:
        with quiet:
            import mediapipe
            from mediapipe.tasks.python import vision
            from mediapipe.tasks.python.core.base_options import BaseOptions

            self._mediapipe = mediapipe
            options = vision.PoseLandmarkerOptions(
                base_options=BaseOptions(model_asset_buffer=_bundle(model)),
                running_mode=vision.RunningMode[mode],
                num_poses=people,
            )
            try:
                with offline:
                    self._landmarker = vision.PoseLandmarker.create_from_options(options)
            except (RuntimeError, ValueError, FileNotFoundError) as error:
                raise PostureError(
                    f"{model.path}: MediaPipe cannot use this model; it needs a pose landmarker bundle (.task)."
                ) from error
        # Also for a landmarker that is forgotten: MediaPipe would close it with its call home.
        self._finalizer = weakref.finalize(self, _close, self._landmarker)
        self._finalizer.atexit = False  # by then MediaPipe's threads are gone and nothing can be sent

    def _image(self, rgb: Rgb) -> Any:
        # Rows with padding are read as garbage, silently.
        return self._mediapipe.Image(self._mediapipe.ImageFormat.SRGB, np.ascontiguousarray(rgb))

    def _check_open(self) -> None:
        # A closed landmarker would answer "nobody" without complaint.
        if not self._finalizer.alive:
            raise ValueError("the landmarker is closed")

    def close(self) -> None:
        """Release the model."""
        self._finalizer()


class MediaPipeFollower(_Landmarker):
    """Tracks one person: the detector runs only while nobody is tracked."""

    def __init__(self, model: ModelFile) -> None:
        super().__init__(model, "VIDEO", 1)
        self._clock_ms = 0
        self._quiet = False

    def __call__(self, rgb: Rgb) -> Pose | None:
        """Pose in the next picture, None where nobody was found."""
        self._check_open()
        self._clock_ms += FRAME_STEP_MS
        image = self._image(rgb)
        if self._quiet:
            result = self._landmarker.detect_for_video(image, self._clock_ms)
        else:  # the first person found is worth a log line to MediaPipe
            with quiet:
                result = self._landmarker.detect_for_video(image, self._clock_ms)
            self._quiet = bool(result.pose_landmarks)
        return next(iter(_poses(result, rgb)), None)

    def forget(self) -> None:
        """Lose the person: the next picture is searched afresh."""
        # On a picture without anybody the tracker gives up; opening a new landmarker costs seven times as much.
        self(_NOBODY)


class MediaPipeFinder(_Landmarker):
    """Detects everyone in a picture, without memory of the last one."""

    def __init__(self, model: ModelFile, people: int) -> None:
        super().__init__(model, "IMAGE", people)

    def __call__(self, rgb: Rgb) -> list[Pose]:
        """Poses of the people in the picture, the most certain first."""
        self._check_open()
        with quiet:
            return _poses(self._landmarker.detect(self._image(rgb)), rgb)


class MediaPipeBackend:
    """Opens MediaPipe landmarkers with one model.

    Parameters
    ----------
    model : ModelFile
        What `posture.pose.estimation.models.find_model` returned.
    """

    name = "mediapipe"

    def __init__(self, model: ModelFile) -> None:
        self._model = model

    @property
    def version(self) -> str:
        """Of the installed MediaPipe."""
        return version("mediapipe")

    @property
    def model(self) -> str:
        """Name and checksum of the model."""
        return self._model.identity

    def open_follower(self) -> MediaPipeFollower:
        """A new follower that has seen nothing yet."""
        return MediaPipeFollower(self._model)

    def open_finder(self, people: int) -> MediaPipeFinder:
        """A new finder of at most `people` people."""
        return MediaPipeFinder(self._model, people)


@lru_cache(maxsize=1)
def _bundle(model: ModelFile) -> bytes:
    """Landmarkers are opened by the dozen, with one model."""
    return without_mask(model.path.read_bytes())


def _close(landmarker: Any) -> None:
    with offline, quiet:
        landmarker.close()


def _poses(result: Any, rgb: Rgb) -> list[Pose]:
    size = np.array([rgb.shape[1], rgb.shape[0]], dtype=float)
    poses = []
    for image, world in zip(result.pose_landmarks, result.pose_world_landmarks, strict=True):
        flat = np.array([(p.x, p.y, p.visibility, p.presence) for p in image])
        metres = np.array([(p.x, p.y, p.z) for p in world])
        poses.append(Pose(flat[:, :2] * size, metres, flat[:, 2], flat[:, 3]))
    return poses
