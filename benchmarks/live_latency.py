"""How long a picture takes from camera to display in a live session, on this machine while it is otherwise idle.

    python benchmarks/live_latency.py [--model lite] [--engine mediapipe] [--no-window] [--seconds 60] [CLIP]

A clip is made 640x480 and served at 30 pictures/s as an MJPEG camera on loopback, so that decoding a camera's
pictures is part of the time, as it is for a phone or a webcam. With a window, a screen (or Xvfb) is needed. Every
picture carries its number as black and white blocks in its margin. So three things are printed: what the session says
of itself, from the moment a picture has arrived and been decoded until it has been shown; the same from the moment in
which the server began to send it; and how many pictures a second were looked at. Aim: median and 95 % at most 60 and
100 ms, and at least 25 pictures/s, on two cores.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np

from posture.analysis.inputs import load_beside
from posture.live.coach.coach import State
from posture.live.display.lines import Lines
from posture.live.display.window import Window
from posture.live.session.capture import Shot
from posture.live.session.listener import Listener
from posture.live.session.session import Session
from posture.live.session.sources import NetworkCamera
from posture.live.session.timing import Latency, Pace
from posture.pose.estimation.engines import open_backend
from posture.pose.types import Pose, Rgb
from posture.settings import LiveSettings, PoseSettings, Settings
from posture.storage.folder import AnalysisFolder
from posture.video import FrameReader

RATE, SIZE = 30.0, (640, 480)
#: A picture's number in binary: blocks at the left margin, width and height in pixels.
BITS, BLOCK = 16, (32, 30)


def jpegs(clip: Path, seconds: float) -> list[bytes]:
    """The clip's pictures, fitted into 640x480, with their numbers."""
    made = []
    for number, frame in enumerate(FrameReader(clip, 0.0, seconds)):
        high, wide = frame.rgb.shape[:2]
        scale = min((SIZE[0] - 2 * BLOCK[0]) / wide, SIZE[1] / high)
        small = cv2.resize(frame.rgb, (round(wide * scale), round(high * scale)), interpolation=cv2.INTER_AREA)
        canvas = np.full((SIZE[1], SIZE[0], 3), 90, np.uint8)
        x, y = (SIZE[0] - small.shape[1]) // 2, (SIZE[1] - small.shape[0]) // 2
        canvas[y : y + small.shape[0], x : x + small.shape[1]] = small
        for bit in range(BITS):
            canvas[bit * BLOCK[1] : (bit + 1) * BLOCK[1], : BLOCK[0]] = 255 * (number >> bit & 1)
        made.append(cv2.imencode(".jpg", cv2.cvtColor(canvas, cv2.COLOR_RGB2BGR))[1].tobytes())
    return made


def number_in(rgb: Rgb) -> int:
    """The number that a picture carries."""
    middles = rgb[BLOCK[1] // 2 :: BLOCK[1], BLOCK[0] // 2, 0][:BITS] > 127
    return int(middles @ (1 << np.arange(BITS)))


class Served(Listener):
    """A camera that sends the pictures once, at their pace, and then is gone; and a listener behind the window."""

    def __init__(self, pictures: list[bytes]) -> None:
        self.sent = np.full(len(pictures), np.nan)
        self.latency = Latency()
        self.began = self.ended = float("nan")
        done, served = threading.Event(), self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if done.is_set():
                    self.send_error(503)
                    return
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                began = time.monotonic()
                with contextlib.suppress(OSError):
                    for number, jpeg in enumerate(pictures):
                        time.sleep(max(began + number / RATE - time.monotonic(), 0.0))
                        head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                        served.sent[number] = time.monotonic()
                        self.wfile.write(head.encode() + jpeg + b"\r\n")
                done.set()
                # As Ctrl-C would: the session ends and saves.
                os.kill(os.getpid(), signal.SIGINT)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def picture(self, shot: Shot, pose: Pose | None, state: State | None, pace: Pace) -> None:
        """It has been shown."""
        now = time.monotonic()
        self.latency.add(now - self.sent[number_in(shot.rgb)])
        self.began = now if np.isnan(self.began) else self.began
        self.ended = now

    def close(self) -> None:
        """End the server."""
        self._server.shutdown()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", nargs="?", type=Path, default=Path(__file__).parent.parent / "videos" / "tired.mp4")
    parser.add_argument("--model", default="full")
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--no-window", action="store_true")
    parser.add_argument("--seconds", type=float, default=60.0)
    given = parser.parse_args()
    served = Served(jpegs(given.clip, given.seconds))
    settings = Settings(live=LiveSettings(baseline_seconds=15.0))
    backend = open_backend(PoseSettings(model=given.model, engine=given.engine))
    shown: list[Listener] = [] if given.no_window else [Window(mirror=False)]
    listeners = [Lines(as_json=False), *shown, served]
    with tempfile.TemporaryDirectory() as place, contextlib.ExitStack() as opening:
        for listener in listeners:
            opening.callback(listener.close)
        folder = AnalysisFolder(Path(place) / "live.posture")
        began = time.process_time()
        session = Session(
            NetworkCamera(served.url, settings.live.silent_seconds),
            backend,
            folder,
            settings,
            load_beside(settings),
            listeners,
        )
        pace = session.run()
        used = time.process_time() - began
    median, p95 = (served.latency.quantile(share) for share in (0.5, 0.95))
    print(
        f"model {given.model}, {given.engine}, {'no window' if given.no_window else 'window'}: "
        f"capture to display median {pace.median:.0f} ms, 95 % {pace.p95:.0f} ms; "
        f"from sending to display {median:.0f} ms, {p95:.0f} ms; "
        f"{(pace.taken - 1) / (served.ended - served.began):.1f} pictures/s looked at, {pace.dropped} of "
        f"{pace.taken + pace.dropped} dropped; processor time {1000 * used / pace.taken:.0f} ms a picture, all threads"
    )


if __name__ == "__main__":
    main()
