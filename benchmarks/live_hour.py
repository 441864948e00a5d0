"""Whether an hour of live coaching stays small and quick: 108,000 pictures as fast as they are taken.

    python benchmarks/live_hour.py [--minutes 60] [--no-window]

Only camera and poses are stand-ins: a camera whose next picture is there as soon as the last one was shown and the
coach is no more than a second of the stream behind, and a runner made of sines who slumps more and more in the second
half. The full model looks at one picture a second, so that its memory counts. The rest is the session that
``posture live`` runs, with its window where there is a screen, and the analysis and report at its end. Prints memory,
its growth, and processor time for each picture in the first and the last ten minutes; the state of each minute goes to
stderr. Aim: less than 1 GB at any time, and no growth of time. Takes about 20 minutes of one core.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import threading
import time
from pathlib import Path

import cv2
import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))

from posture import pipeline
from posture.analysis.inputs import load_beside
from posture.landmarks import L
from posture.live.coach.coach import State
from posture.live.display.lines import Lines
from posture.live.display.window import Window, display_available
from posture.live.session import session
from posture.live.session.capture import Shot
from posture.live.session.listener import Listener
from posture.live.session.sources import File
from posture.pose.estimation.engines import open_backend
from posture.pose.types import Pose, Rgb
from posture.settings import PoseSettings, Settings
from posture.storage.folder import AnalysisFolder
from posture.video import FrameReader
from tests.analytic_runner import side_runner

RATE, SIZE = 30, (640, 480)
BEHIND_S = 1.0
CLIP = Path(__file__).parent.parent / "videos" / "tired.mp4"


class Camera:
    """In the place of the capture thread: the next picture is there when it is asked for."""

    failure, away, interruptions = None, False, 0

    def __init__(self, pictures: list[Rgb], minutes: float) -> None:
        self._pictures = pictures
        self._last = round(60 * minutes * RATE)
        self._looked = 0.0
        self._news = threading.Condition()
        self.given, self.ended = 0, False
        #: Processor time (s) and resident memory (MB) at the end of each minute.
        self.minutes: list[tuple[float, float]] = []

    def __enter__(self) -> Camera:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to close."""

    def newest(self, wait: float) -> Shot | None:
        """The next one, once the coach has come along."""
        if self.given == self._last:
            self.ended = True
            return None
        at = self.given / RATE
        with self._news:
            self._news.wait_for(lambda: self._looked >= at - BEHIND_S, timeout=10.0)
        if self.given % (60 * RATE) == 0:
            self.minutes.append((time.process_time(), resident()))
            print(f"minute {len(self.minutes) - 1}: {self.minutes[-1][1]:.0f} MB", file=sys.stderr)
        rgb = self._pictures[self.given % len(self._pictures)]
        self.given += 1
        return Shot(self.given - 1, at, time.monotonic(), rgb)

    def looked(self, at: float) -> None:
        """The coach has looked at the stream up to here."""
        with self._news:
            self._looked = at
            self._news.notify()


class Alone:
    """Finds nobody."""

    def __call__(self, rgb: Rgb) -> list[Pose]:
        """Of the picture's people."""
        return []

    def close(self) -> None:
        """Nothing to release."""


class Runner:
    """In the place of the estimator: sines with a pixel of noise; once a second the model looks, too."""

    name, version, model = "sines", "1", "none"

    def __init__(self, minutes: float) -> None:
        # A whole number of strides, so that the end joins the beginning.
        self._series = side_runner(np.arange(0.0, 90 * 0.7, 1 / RATE))
        self._follower = open_backend(PoseSettings()).open_follower()
        self._noise = np.random.default_rng(0)
        self._half = 30 * minutes * RATE
        self._count = 0

    def open_follower(self) -> Runner:
        """Itself."""
        return self

    def open_finder(self, people: int) -> Alone:
        """Nobody else is there."""
        return Alone()

    def __call__(self, rgb: Rgb) -> Pose:
        """The next pose."""
        if self._count % RATE == 0:
            self._follower(rgb)
        s, i = self._series, self._count % len(self._series)
        xy = s.xy[i] + self._noise.standard_normal((s.xy.shape[1], 2))
        # The trunk leans forward by up to 6 degrees, the neck by 11.
        late = np.clip(self._count / self._half - 1.0, 0.0, 1.0)
        hip, shoulder = xy[L.LEFT_HIP, 1], xy[L.LEFT_SHOULDER, 1]
        xy[:, 0] += 0.1 * late * np.maximum(hip - xy[:, 1], 0.0)
        xy[: L.LEFT_SHOULDER, 0] += 0.1 * late * np.maximum(shoulder - xy[: L.LEFT_SHOULDER, 1], 0.0)
        self._count += 1
        return Pose(xy, s.world[i], s.visibility[i], s.presence[i])

    def forget(self) -> None:
        """Nobody else is there."""

    def close(self) -> None:
        """Release the model."""
        self._follower.close()


class Looks(Listener):
    """A listener that tells the camera when the coach has looked, and counts cues."""

    def __init__(self) -> None:
        self.camera: Camera | None = None
        self.cues = 0

    def news(self, state: State) -> None:
        """The coach has looked."""
        self.cues += state.begun is not None
        if self.camera is not None:
            self.camera.looked(state.time)


def resident() -> float:
    """Memory of this process now, MB."""
    return psutil.Process().memory_info().rss / 1e6


def peak() -> float:
    """Most memory of this process so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 * 1.048576


def pictures() -> list[Rgb]:
    """A few seconds of a clip, as a camera of 640x480 gives them."""
    with FrameReader(CLIP, 0.0, 0.5) as reader:
        return [cv2.resize(frame.rgb, SIZE, interpolation=cv2.INTER_AREA) for frame in reader]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--no-window", action="store_true")
    given = parser.parse_args()
    camera, looks = Camera(pictures(), given.minutes), Looks()
    looks.camera = camera
    session.Capture = lambda source: camera  # type: ignore[assignment, misc, return-value]
    window = None if given.no_window or not display_available() else Window(mirror=False)
    listeners = [Lines(as_json=False), looks, *([window] if window else [])]
    with tempfile.TemporaryDirectory() as place:
        folder = AnalysisFolder(Path(place) / "hour.posture")
        runner = Runner(given.minutes)
        source = File(CLIP)
        pace = session.Session(source, runner, folder, Settings(), load_beside(Settings()), listeners).run()
        if window:
            window.close()
        camera.minutes.append((time.process_time(), resident()))
        used, memory = (np.array(column) for column in zip(*camera.minutes, strict=True))
        each = 1000 * np.diff(used) / (60 * RATE)
        growth = np.polyfit(np.arange(len(memory) - 3), memory[3:], 1)[0] if len(memory) > 5 else float("nan")
        size = sum(file.stat().st_size for file in folder.path.rglob("*") if file.is_file()) / 1e6
        print(
            f"{pace.taken} pictures, {'window' if window else 'no window'}, {looks.cues} cues\n"
            f"session: most memory {peak():.0f} MB; resident {memory[min(3, len(memory) - 1)]:.0f} MB in minute 3, "
            f"{memory[-1]:.0f} MB at the end, {growth:+.2f} MB/minute\n"
            f"processor time for each picture (all threads): first ten minutes {each[:10].mean():.1f} ms, "
            f"last ten {each[-10:].mean():.1f} ms; on disk {size:.0f} MB"
        )
        began = time.process_time()
        analysis = pipeline.analyze(folder.path, overlay=False)
        print(
            f"with analysis and report: most memory {peak():.0f} MB, {time.process_time() - began:.0f} s; "
            f"{int(analysis.segmented.table['kept'].sum())} strides"
        )


if __name__ == "__main__":
    main()
