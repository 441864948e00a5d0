"""Which library drives the networks of the pose model."""

from __future__ import annotations

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
        If the model is not there or cannot be used, or if LiteRT is asked for and there is none for this machine.
    """
    model = find_model(settings.model)
    if settings.engine != "mediapipe" and litert_works():
        from posture.pose.estimation.direct.backend import DirectBackend

        return DirectBackend(model)
    if settings.engine == "direct":
        raise PostureError(
            "--engine direct: LiteRT is missing or does not load here; pip install --force-reinstall ai-edge-litert, "
            "or use --engine mediapipe."
        )
    from posture.pose.estimation.mediapipe_backend import MediaPipeBackend

    return MediaPipeBackend(model)


def litert_works() -> bool:
    """Whether LiteRT is there and its library loads on this machine."""
    try:
        import ai_edge_litert.interpreter  # noqa: F401
    # Missing, made for another machine, system or processor, or for another NumPy.
    except (ImportError, OSError, RuntimeError, AttributeError):
        return False
    return True
