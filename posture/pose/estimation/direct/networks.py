"""The two networks of a pose landmarker bundle, opened by LiteRT and lent to one thread at a time."""

from __future__ import annotations

import io
import threading
import zipfile
from functools import lru_cache

import numpy as np

from posture.errors import PostureError
from posture.opencv import cv2
from posture.pose.estimation.direct import body, detector
from posture.pose.estimation.direct.region import Region
from posture.pose.estimation.isolation import quiet
from posture.pose.estimation.models import DETECTOR, LANDMARKS, ModelFile
from posture.pose.estimation.unmasked import without_mask
from posture.pose.types import Pose, Rgb
from posture.series import Floats

#: Score from which the landmark network has a body before it.
LEAST_SCORE = 0.5


class Networks:
    """Detector and landmark network of one bundle.

    They keep nothing from one picture to the next; one thread at a time may use them. Opening them costs a sixth of a
    second, so that those that are given back are lent again.
    """

    def __init__(self, model: ModelFile) -> None:
        files = network_files(model)
        with quiet:
            try:
                self._detector = _Network(files[DETECTOR], detector.INPUT, detector.OUTPUTS)
                self._landmarks = _Network(files[LANDMARKS], body.INPUT, body.OUTPUTS)
            except (KeyError, ValueError) as error:
                raise PostureError(
                    f"{model.path}: this model cannot be used; it needs a pose landmarker bundle (.task)."
                ) from error
            except RuntimeError as error:
                why = " ".join(str(error).split())
                raise PostureError(
                    f"{model.path}: LiteRT does not open this model here ({why}); use --engine mediapipe, "
                    "or another model."
                ) from error

    def people(self, rgb: Rgb, most: int) -> list[Region]:
        """Where people are in a picture, the most certain first."""
        shown = Region.whole(rgb)
        picture = shown.cut(rgb, detector.INPUT, cv2.BORDER_CONSTANT)
        boxes, scores = self._detector(picture, 2.0 / 255.0, -1.0)[:2]
        return detector.people(boxes[0], scores[0, :, 0], shown, most)

    def body(self, rgb: Rgb, region: Region) -> tuple[Pose, Region] | None:
        """The body in a region and where to look for it in the next picture; None where there is none."""
        picture = region.cut(rgb, body.INPUT, cv2.BORDER_REPLICATE)
        points, score, _, heat, world = self._landmarks(picture, 1.0 / 255.0, 0.0)
        if score[0, 0] < LEAST_SCORE:
            return None
        return body.read(points.reshape(-1, 5), heat[0], world.reshape(-1, 3), region)


class _Network:
    """One network: a square picture in, its outputs out; another kind of network is a ``ValueError``."""

    def __init__(self, content: bytes, side: int, outputs: int) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._interpreter = Interpreter(model_content=content, num_threads=1)
        self._interpreter.allocate_tensors()
        takes, gives = self._interpreter.get_input_details(), self._interpreter.get_output_details()
        if [each["shape"].tolist() for each in takes] != [[1, side, side, 3]] or len(gives) != outputs:
            raise ValueError("another network")
        self._input = takes[0]["index"]
        self._outputs = [output["index"] for output in gives]

    def __call__(self, picture: Rgb, scale: float, offset: float) -> list[Floats]:
        """Outputs of the network for a picture whose values are scaled and then shifted; valid until the next call."""
        # A view of the network's own memory, which it does not let go of while somebody holds one.
        shown = self._interpreter.tensor(self._input)()[0]
        np.multiply(picture, np.float32(scale), out=shown)
        if offset:
            shown += np.float32(offset)
        del shown
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(index) for index in self._outputs]


class Lender:
    """Lends networks of one bundle, and opens more where all are lent."""

    def __init__(self, model: ModelFile) -> None:
        self._model = model
        self._free: list[Networks] = []
        self._lock = threading.Lock()

    def take(self) -> Networks:
        """Networks that nobody uses."""
        with self._lock:
            if self._free:
                return self._free.pop()
        return Networks(self._model)

    def give_back(self, networks: Networks) -> None:
        """Networks that their user needs no longer."""
        with self._lock:
            self._free.append(networks)


@lru_cache(maxsize=1)
def network_files(model: ModelFile) -> dict[str, bytes]:
    """Content of a bundle's files by name, the landmark network without its mask; nothing of what is no bundle."""
    try:
        with zipfile.ZipFile(io.BytesIO(without_mask(model.path.read_bytes()))) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except zipfile.BadZipFile:
        return {}
