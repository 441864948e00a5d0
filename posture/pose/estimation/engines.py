"""Which library drives the networks of the pose model."""

from __future__ import annotations

from importlib.util import find_spec

from posture.pose.estimation.models import find_model
from posture.pose.types import Backend
from posture.settings import PoseSettings


def open_backend(settings: PoseSettings) -> Backend:
    """The engine that the settings ask for, with their model.

    Where LiteRT has no wheel for the machine (macOS on Intel), MediaPipe stands in for it: its figures agree with the
    direct engine's stride by stride (METHOD, "The engine").

    Parameters
    ----------
    settings : PoseSettings

    Raises
    ------
    PostureError
        If the model is not there or cannot be used.
    """
    model = find_model(settings.model)
    if settings.engine == "direct" and find_spec("ai_edge_litert") is not None:
        from posture.pose.estimation.direct.backend import DirectBackend

        return DirectBackend(model)
    from posture.pose.estimation.mediapipe_backend import MediaPipeBackend

    return MediaPipeBackend(model)
