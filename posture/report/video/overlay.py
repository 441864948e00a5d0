"""The annotated video: what was seen, drawn where it was seen."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from posture.kinematics.types import ViewKind
from posture.landmarks import BONES, MIRROR, Landmark
from posture.midpoints import midpoint
from posture.report.drawing import marks
from posture.report.drawing.marks import Image, Point
from posture.report.text import WORDS
from posture.report.video.blur import kept_pictures
from posture.report.video.footer import ARM, NECK, TRUNK, Footer
from posture.report.video.landings import Landings
from posture.report.video.moment import LONGEST, frame_before, moment
from posture.report.video.stills import StillKeeper
from posture.series import Floats
from posture.video.decode import Frame, FrameReader
from posture.video.encode import VideoWriter

if TYPE_CHECKING:
    from posture.analysis import Analysis

T = TypeVar("T")

#: Pictures that wait between two threads.
_AHEAD = 4

#: Every landmark that a drawn bone ends at, once.
_JOINTS = tuple(dict.fromkeys(joint for bone in BONES for joint in bone))


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
    kept = kept_pictures(analysis)
    total = sum(span.stop - span.start for span in recording.spans)

    def painted(frames: Iterable[Frame]) -> Iterator[tuple[Image, float]]:
        for frame in frames:
            image = kept(frame)
            keeper.offer(image, frame.time)
            yield painter.paint(image, frame.time), frame.time

    done = 0.0
    with VideoWriter(target, painter.size, recording.rate) as writer:
        for span in recording.spans:
            # Decoding, drawing and encoding, each in a thread.
            with (
                FrameReader(source, span.start, span.stop, recording.turn, alone=False) as reader,
                closing(_ahead(reader)) as decoded,
                closing(_ahead(painted(decoded))) as drawn,
            ):
                for number, (image, time) in enumerate(drawn):
                    writer.write(image, time - recording.spans[0].start)
                    if progress and number % 15 == 0:
                        progress(min(done + time - span.start, total), total)
            done += span.stop - span.start
    keeper.finish()


def _ahead(items: Iterable[T]) -> Generator[T, None, None]:
    """The same items, worked out in a thread of their own, a few ahead."""
    ready: queue.Queue[T | BaseException | None] = queue.Queue(_AHEAD)
    stopped = threading.Event()

    def offer(item: T | BaseException | None) -> bool:
        while not stopped.is_set():
            try:
                ready.put(item, timeout=0.2)
            except queue.Full:
                continue
            return True
        return False

    def fill() -> None:
        try:
            for item in items:
                if not offer(item):
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
        self._kind = analysis.view.frame_kind
        self._near = analysis.view.near
        self._measured_time = analysis.clip_time(analysis.measured.time)
        self._step = 1 / self._series.rate
        self._footer = Footer(analysis)
        self._thin = max(1, round(self._series.size[1] / 480))
        self._landings = Landings(analysis, self._thin)
        self._bones = [(bone, self._thin * (1 if self._is_far(bone[0]) else 2)) for bone in BONES]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the frames with what stands below them."""
        width, height = self._series.size
        return width, height + self._footer.height

    def paint(self, image: Image, time: float) -> Image:
        """The frame of this time with everything drawn, and the footer below; ``image`` is drawn on."""
        seen, measured = moment(self._series, time), _frame_at(self._measured_time, time, self._step)
        told: list[tuple[str, marks.Colour]] = []
        if seen is not None and np.isfinite(seen[0]).any():
            points, visibility = seen
            self._skeleton(image, points, visibility)
            # A stretch that the user left out has poses, and no measurements.
            if measured is not None:
                told = self._angles(image, points, measured)
                self._landings.draw(image, points, time)
        return np.concatenate((image, self._footer.at(time, told)))

    def _skeleton(self, image: Image, points: Floats, visibility: Floats) -> None:
        # Plain numbers first: a call of NumPy for each bone would cost more than the drawing.
        known: list[bool] = np.asarray(np.isfinite(points).all(axis=1)).tolist()
        places: list[Point] = [(x, y) for x, y in points.tolist()]
        seen = visibility.tolist()
        for (a, b), width in self._bones:
            if known[a] and known[b]:
                marks.line(image, places[a], places[b], visibility_colour(min(seen[a], seen[b])), width)
        for joint in _JOINTS:
            if known[joint]:
                marks.dot(image, places[joint], visibility_colour(seen[joint]), self._thin + 1)

    def _is_far(self, landmark: Landmark) -> bool:
        return self._near is not None and landmark.name.startswith("RIGHT" if self._near == "left" else "LEFT")

    def _angles(self, image: Image, points: Floats, index: int) -> list[tuple[str, marks.Colour]]:
        """Draw the angles that are measured in this frame, and give their values in the colours of their lines."""
        hip, shoulder, ear = (
            _point(midpoint(points, left)) for left in (Landmark.LEFT_HIP, Landmark.LEFT_SHOULDER, Landmark.LEFT_EAR)
        )
        told = []
        if self._kind[index] in (ViewKind.FRONT, ViewKind.REAR):
            wanted = [("lat_lean", hip, shoulder, TRUNK)]
        else:
            wanted = [("trunk_lean", hip, shoulder, TRUNK), ("neck_incl", shoulder, ear, NECK)]
        for metric, base, tip, colour in wanted:
            if self._is_measured(metric, index) and np.isfinite([*base, *tip]).all():
                self._inclination(image, base, tip, colour)
                told.append((self._told(metric, index, sign=True), colour))
        if self._near and self._is_measured("elbow_flex", index):
            self._elbow(image, points)
            told.append((self._told("elbow_flex", index), ARM))
        return told

    def _told(self, metric: str, index: int, *, sign: bool = False) -> str:
        value = self._metrics[metric][index]
        return f"{WORDS['overlay'][metric]} {value:{'+' if sign else ''}.0f}°".replace("-", "−")

    def _elbow(self, image: Image, points: Floats) -> None:
        arm = np.array([Landmark.LEFT_SHOULDER, Landmark.LEFT_ELBOW, Landmark.LEFT_WRIST])
        shoulder, elbow, wrist = (_point(xy) for xy in points[arm if self._near == "left" else MIRROR[arm]])
        start, end = marks.direction(elbow, shoulder), marks.direction(elbow, wrist)
        if (end - start) % 360 > 180:
            start, end = end, start
        marks.arc(image, elbow, 12.0 * self._thin, start, start + (end - start) % 360, ARM, 2 * self._thin)

    def _inclination(self, image: Image, base: Point, tip: Point, colour: marks.Colour) -> None:
        length = float(np.hypot(tip[0] - base[0], tip[1] - base[1]))
        marks.line(image, base, (base[0], base[1] - length), marks.WHITE, self._thin)
        marks.outlined_lines(image, [(base, tip)], colour, 2 * self._thin)

    def _is_measured(self, metric: str, index: int) -> bool:
        return metric in self._metrics and bool(np.isfinite(self._metrics[metric][index]))


def _frame_at(times: Floats, time: float, step: float) -> int | None:
    """The last frame that was looked at up to now, unless it is over."""
    index = frame_before(times, time)
    return index if index >= 0 and time - times[index] < LONGEST * step else None


def _point(xy: Floats) -> Point:
    return float(xy[0]), float(xy[1])


def visibility_colour(visibility: float) -> marks.Colour:
    """From orange (hidden) to blue (seen)."""
    mix = min(max(visibility, 0.0), 1.0)
    red, green, blue = (round(o + mix * (b - o)) for o, b in zip(marks.ORANGE, marks.BLUE, strict=True))
    return red, green, blue
