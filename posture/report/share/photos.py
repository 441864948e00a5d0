"""The real frames of the picture that is shared, with their angles, and without a face on wish."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from posture.drift import fresh_and_end
from posture.errors import PostureError
from posture.opencv import cv2
from posture.reading import regular
from posture.report.drawing.marks import Image
from posture.report.page import pair
from posture.report.text.story import Story
from posture.report.text.words import WORDS
from posture.report.video.blur import FaceBlur
from posture.report.video.stills import Still
from posture.storage.folder import AnalysisFolder

if TYPE_CHECKING:
    from posture.analysis import Analysis


@dataclass(frozen=True)
class Photo:
    """A real frame.

    Attributes
    ----------
    title : str
    image : ndarray of uint8, shape (height, width, 3)
        In the pixels of the video.
    shown : tuple of float
        Left, top, width and height of the part from the head to the hips, pixels.
    lines : tuple of (kind, points)
        Points as an array of shape (n, 2), pixels.
    """

    title: str
    image: Image
    shown: tuple[float, float, float, float]
    lines: tuple[tuple[str, np.ndarray], ...]


def photos(analysis: Analysis, *, blur: bool) -> tuple[Photo, ...]:
    """Fresh and at the end where a run has both; else one frame, or none.

    Parameters
    ----------
    analysis : Analysis
        In a folder.
    blur : bool
        Whether the face and everything around the runner is blurred, if that was not done before.
    """
    if analysis.folder is None:
        return ()
    folder = AnalysisFolder(analysis.folder).stills
    kept = pair.by_stride(analysis, folder)
    group = fresh_and_end(analysis.segmented, analysis.measured, analysis.settings.drift, analysis.settings.baseline)
    both = pair.fresh_and_tired(analysis, folder, kept, group) if Story(analysis).judged else None
    if both is None:
        one = pair.most_like(analysis, folder, ())
        found = [("", one[1])] if one is not None else []
    else:
        found = list(zip((WORDS["page"]["fresh"], WORDS["page"]["tired"]), both, strict=True))
    face = FaceBlur(analysis.recording.series) if blur and not analysis.settings.report.face_blur else None
    stills = dict(kept)
    return tuple(_photo(analysis, title, picture, stills[picture.stride], face) for title, picture in found)


def _photo(analysis: Analysis, title: str, picture: pair.Picture, still: Still, face: FaceBlur | None) -> Photo:
    assert analysis.folder is not None
    path = AnalysisFolder(analysis.folder).stills / still.file
    read = cv2.imdecode(np.frombuffer(regular(path).read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    if read is None:
        raise PostureError(f"{path}: this picture is damaged; analyse the clip itself again.")
    size = (round(picture.width), round(picture.height))
    image = np.asarray(cv2.cvtColor(cv2.resize(read, size, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB), np.uint8)
    left, top, wide, high = (float(part) for part in picture.shown.split())
    return Photo(
        title,
        _without_face(image, still, analysis.recording.series.size, face) if face is not None else image,
        (left, top, wide, high),
        tuple((line.kind, _points(line.points)) for line in picture.lines),
    )


def _without_face(image: Image, still: Still, size: tuple[int, int], face: FaceBlur) -> Image:
    """Blurred in its place in the whole frame, where the poses know the face."""
    left, top = round(still.box[0]), round(still.box[1])
    high, wide = image.shape[:2]
    whole = np.zeros((max(size[1], top + high), max(size[0], left + wide), 3), np.uint8)
    whole[top : top + high, left : left + wide] = image
    face.apply(whole, still.time)
    return whole[top : top + high, left : left + wide]


def _points(text: str) -> np.ndarray:
    return np.array([[float(part) for part in point.split(",")] for point in text.split()])
