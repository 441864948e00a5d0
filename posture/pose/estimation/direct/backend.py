"""LiteRT as an estimator: the networks of a pose landmarker bundle, and what MediaPipe's graph does around them.

The graph converts and copies every picture several times and runs on threads of its own; without it the program takes
0.85 times as long for a minute of video (`benchmarks`), and less memory. Region of interest, heat map and presence
follow the graph's own numbers, which `posture.pose.estimation.direct` names where they stand. What differs: the region
of the next picture is not smoothed, and landmarks are those of this picture alone.
"""

from __future__ import annotations

from importlib.metadata import version

from posture.pose.estimation.direct.networks import Lender, Networks
from posture.pose.estimation.direct.region import Region
from posture.pose.estimation.models import ModelFile
from posture.pose.types import Pose, Rgb
from posture.series import Floats

#: Share of a new picture in the running mean of visibility (VisibilitySmoothingCalculator in MediaPipe's graph).
FRESH = 0.1


class _Borrower:
    def __init__(self, lender: Lender) -> None:
        self._lender = lender
        self._lent: Networks | None = lender.take()

    @property
    def _networks(self) -> Networks:
        if self._lent is None:
            raise ValueError("the estimator is closed")
        return self._lent

    def close(self) -> None:
        """Give the networks back."""
        if self._lent is not None:
            self._lender.give_back(self._lent)
            self._lent = None


class DirectFollower(_Borrower):
    """Tracks one person: the detector runs only while nobody is tracked."""

    def __init__(self, lender: Lender) -> None:
        super().__init__(lender)
        self._region: Region | None = None
        self._visibility: Floats | None = None

    def __call__(self, rgb: Rgb) -> Pose | None:
        """Pose in the next picture, None where nobody was found."""
        networks = self._networks
        region = self._region or next(iter(networks.people(rgb, 1)), None)
        found = networks.body(rgb, region) if region is not None else None
        if found is None:
            self.forget()
            return None
        pose, self._region = found
        before = pose.visibility if self._visibility is None else self._visibility
        self._visibility = before + FRESH * (pose.visibility - before)
        return Pose(pose.xy, pose.world, self._visibility, pose.presence)

    def forget(self) -> None:
        """Lose the person: the next picture is searched afresh."""
        self._region = self._visibility = None


class DirectFinder(_Borrower):
    """Detects everyone in a picture, without memory of the last one."""

    def __init__(self, lender: Lender, people: int) -> None:
        super().__init__(lender)
        self._people = people

    def __call__(self, rgb: Rgb) -> list[Pose]:
        """Poses of the people in the picture, the most certain first."""
        networks = self._networks
        found = [networks.body(rgb, region) for region in networks.people(rgb, self._people)]
        return [one[0] for one in found if one is not None]


class DirectBackend:
    """Opens followers and finders with one model.

    Parameters
    ----------
    model : ModelFile
        What `posture.pose.estimation.models.find_model` returned.
    """

    name = "litert"

    def __init__(self, model: ModelFile) -> None:
        self._model = model
        self._lender = Lender(model)

    @property
    def version(self) -> str:
        """Of the installed LiteRT."""
        return version("ai-edge-litert")

    @property
    def model(self) -> str:
        """Name and checksum of the model."""
        return self._model.identity

    def open_follower(self) -> DirectFollower:
        """A new follower that has seen nothing yet."""
        return DirectFollower(self._lender)

    def open_finder(self, people: int) -> DirectFinder:
        """A new finder of at most `people` people."""
        return DirectFinder(self._lender, people)
