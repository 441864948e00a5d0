"""The annotated video: what was seen, drawn where it was seen."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from posture.kinematics.types import ViewKind
from posture.landmarks import BONES, MIRROR, Landmark
from posture.report import drawing
from posture.report.blur import FaceBlur
from posture.report.drawing import Image, Lettering, Point
from posture.report.stills import StillKeeper
from posture.series import Floats
from posture.video.decode import Frame, FrameReader
from posture.video.encode import VideoWriter

if TYPE_CHECKING:
    from posture.analysis import Analysis

#: Frames decoded ahead of the drawing.
_AHEAD = 8


def write_overlay(
    analysis: Analysis,
    source: Path,
    target: Path,
    stills: Path,
    progress: Callable[[float, float], None] | None = None,
) -> None:
    """Draw skeleton, angles and strides over every analysed frame of the clip.

    Parameters
    ----------
    analysis : Analysis
    source : Path
        The clip that was analysed.
    target : Path
        The H.264 file to write; frames keep their times relative to the first one.
    stills : Path
        Folder for the frames that the report shows, taken on the way.
    progress : callable, optional
        Called with seconds done and seconds in all.
    """
    recording = analysis.recording
    painter = Painter(analysis)
    keeper = StillKeeper(analysis, stills)
    blur = FaceBlur(recording.series) if analysis.settings.report.face_blur else None
    total = sum(span.stop - span.start for span in recording.spans)
    done = 0.0
    with VideoWriter(target, recording.series.size, recording.rate) as writer:
        for span in recording.spans:
            with FrameReader(source, span.start, span.stop, recording.turn) as reader:
                for frame in _ahead(reader):
                    image = frame.rgb if frame.rgb.flags.writeable else frame.rgb.copy()
                    if blur:
                        blur.apply(image, frame.time)
                    keeper.offer(image, frame.time)
                    painter.paint(image, frame.time)
                    writer.write(image, frame.time - recording.spans[0].start)
                    if progress and frame.index % 15 == 0:
                        progress(min(done + frame.time - span.start, total), total)
            done += span.stop - span.start
    keeper.finish()


def _ahead(frames: Iterable[Frame]) -> Iterator[Frame]:
    """The same frames, decoded in a thread while the last one is being drawn."""
    ready: queue.Queue[Frame | BaseException | None] = queue.Queue(_AHEAD)
    stopped = threading.Event()

    def offer(item: Frame | BaseException | None) -> bool:
        while not stopped.is_set():
            try:
                ready.put(item, timeout=0.2)
            except queue.Full:
                continue
            return True
        return False

    def fill() -> None:
        try:
            for frame in frames:
                if not offer(frame):
                    return
            offer(None)
        except BaseException as error:
            offer(error)

    thread = threading.Thread(target=fill, daemon=True)
    thread.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stopped.set()
        thread.join()


class Painter:
    """Draws one analysis on its frames.

    Parameters
    ----------
    analysis : Analysis
    """

    def __init__(self, analysis: Analysis) -> None:
        self._series = analysis.recording.series
        self._metrics = analysis.measured.values
        self._facing = analysis.view.frame_facing
        self._kind = analysis.view.frame_kind
        self._near = analysis.view.near
        table = analysis.strides
        clock = analysis.settings.clip.slow_motion
        self._starts = table["start"].to_numpy(float) * clock
        self._ends = table["end"].to_numpy(float) * clock
        height = self._series.size[1]
        self._thin = max(1, round(height / 480))
        self._letters = Lettering(max(12, round(height / 34)))

    def paint(self, image: Image, time: float) -> None:
        """Draw on the frame of this time, in place."""
        index = int(np.searchsorted(self._series.time, time - 1e-4))
        if index < len(self._series) and abs(self._series.time[index] - time) < 1e-3:
            points = self._series.xy[index]
            if np.isfinite(points).any():
                self._skeleton(image, points, self._series.visibility[index])
                self._angles(image, points, index)
        self._stride_bar(image, time)

    def _skeleton(self, image: Image, points: Floats, visibility: Floats) -> None:
        for a, b in BONES:
            if np.isfinite(points[[a, b]]).all():
                seen = float(min(visibility[a], visibility[b]))
                width = self._thin * (1 if self._is_far(a) else 2)
                drawing.line(image, _point(points[a]), _point(points[b]), visibility_colour(seen), width)
        for joint in dict.fromkeys(joint for bone in BONES for joint in bone):
            if np.isfinite(points[joint]).all():
                drawing.dot(image, _point(points[joint]), visibility_colour(float(visibility[joint])), self._thin + 1)

    def _is_far(self, landmark: Landmark) -> bool:
        return self._near is not None and landmark.name.startswith("RIGHT" if self._near == "left" else "LEFT")

    def _angles(self, image: Image, points: Floats, index: int) -> None:
        hip, shoulder, ear = (
            _middle(points, left) for left in (Landmark.LEFT_HIP, Landmark.LEFT_SHOULDER, Landmark.LEFT_EAR)
        )
        if self._kind[index] in (ViewKind.FRONT, ViewKind.REAR):
            self._inclination(image, "lat_lean", "lean", hip, shoulder, index, drawing.WHITE)
            return
        self._inclination(image, "trunk_lean", "trunk", hip, shoulder, index, drawing.WHITE)
        self._inclination(image, "neck_incl", "neck", shoulder, ear, index, drawing.YELLOW)
        if self._near and self._is_measured("elbow_flex", index):
            self._elbow(image, points, index)

    def _elbow(self, image: Image, points: Floats, index: int) -> None:
        arm = np.array([Landmark.LEFT_SHOULDER, Landmark.LEFT_ELBOW, Landmark.LEFT_WRIST])
        shoulder, elbow, wrist = (_point(xy) for xy in points[arm if self._near == "left" else MIRROR[arm]])
        start, end = drawing.direction(elbow, shoulder), drawing.direction(elbow, wrist)
        if (end - start) % 360 > 180:
            start, end = end, start
        drawing.arc(image, elbow, 12.0 * self._thin, start, start + (end - start) % 360, drawing.YELLOW, self._thin)
        text = f"elbow {self._metrics['elbow_flex'][index]:.0f}°"
        ahead = self._beside(elbow, text, self._facing[index])
        self._letters.write(image, text, (ahead, elbow[1] + self._letters.height), drawing.YELLOW)

    def _inclination(
        self, image: Image, metric: str, name: str, base: Point, tip: Point, index: int, colour: drawing.Colour
    ) -> None:
        if not (self._is_measured(metric, index) and np.isfinite([*base, *tip]).all()):
            return
        length = float(np.hypot(tip[0] - base[0], tip[1] - base[1]))
        drawing.line(image, base, (base[0], base[1] - length), drawing.WHITE, self._thin)
        drawing.outlined_line(image, base, tip, colour, 2 * self._thin)
        text = f"{name} {self._metrics[metric][index]:+.0f}°".replace("-", "−")
        middle = ((base[0] + tip[0]) / 2, (base[1] + tip[1]) / 2)
        behind = self._beside(middle, text, -self._facing[index] or 1)
        self._letters.write(image, text, (behind, middle[1] - self._letters.height), colour)

    def _is_measured(self, metric: str, index: int) -> bool:
        return metric in self._metrics and bool(np.isfinite(self._metrics[metric][index]))

    def _beside(self, place: Point, text: str, direction: int) -> float:
        """Left edge of a text that stands clear of the body, to the right (+1) or to the left (-1) of it."""
        away = 2.4 * self._letters.height
        return place[0] + away if direction > 0 else place[0] - away - self._letters.width(text)

    def _stride_bar(self, image: Image, time: float) -> None:
        """A clock and a tick for every stride of the last ten seconds, newest at the right."""
        high, wide = image.shape[:2]
        band = 2 * self._letters.height
        image[high - band :] = image[high - band :] // 3
        minutes, seconds = divmod(time, 60)
        stride = int(np.searchsorted(self._starts, time, side="right"))
        text = f"{int(minutes)}:{seconds:04.1f}   stride {stride}"
        self._letters.write(image, text, (self._thin * 6, high - band), drawing.WHITE)
        left, right = wide * 0.5, wide - 6.0 * self._thin
        recent = (self._starts > time - 10.0) & (self._starts <= time)
        for start, end in zip(self._starts[recent], np.minimum(self._ends[recent], time), strict=True):
            x0, x1 = (right - (time - t) / 10.0 * (right - left) for t in (start, end))
            y = high - band / 2
            drawing.line(image, (x0, y), (max(x0, x1 - 3), y), drawing.BLUE, 3 * self._thin)
            drawing.line(image, (x0, y - band / 4), (x0, y + band / 4), drawing.WHITE, self._thin)


def _point(xy: Floats) -> Point:
    return float(xy[0]), float(xy[1])


def _middle(points: Floats, left: Landmark) -> Point:
    return _point((points[left] + points[MIRROR[left]]) / 2)


def visibility_colour(visibility: float) -> drawing.Colour:
    """From orange (hidden) to blue (seen)."""
    mix = min(max(visibility, 0.0), 1.0)
    red, green, blue = (round(o + mix * (b - o)) for o, b in zip(drawing.ORANGE, drawing.BLUE, strict=True))
    return red, green, blue
