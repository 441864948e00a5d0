"""Which library drives the networks of the pose model."""

from __future__ import annotations

from importlib.util import find_spec

from posture.errors import PostureError
from posture.pose.estimation.models import find_model
from posture.pose.types import Backend
from posture.settings import PoseSettings


def open_backend(settings: PoseSettings) -> Backend:
    """The engine that the settings ask for, with their model.

    Parameters
    ----------
    settings : PoseSettings

    Raises
    ------
    PostureError
        If the model is not there or cannot be used, or if there is no LiteRT for this machine.
    """
    model = find_model(settings.model)
    if settings.engine == "direct":
        if find_spec("ai_edge_litert") is None:
            raise PostureError(
                "--engine direct: LiteRT is missing; pip install ai-edge-litert, or use MediaPipe's graph."
            )
        from posture.pose.estimation.direct.backend import DirectBackend

        return DirectBackend(model)
    from posture.pose.estimation.mediapipe_backend import MediaPipeBackend

    return MediaPipeBackend(model)
