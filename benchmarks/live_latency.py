"""How long a picture takes from capture to display in a live session, on this machine while it is otherwise idle.

    python benchmarks/live_latency.py [--model lite] [--no-window] [--seconds 60] [CLIP]

A clip is made 640x480 and served at 30 pictures/s as an MJPEG camera on loopback, so that decoding a camera's
pictures is part of the time, as it is for a phone or a webcam. With a window, a screen (or Xvfb) is needed. Times run
from the moment a decoded picture is there until it is shown; median and 95 % of all pictures are printed, with the
pictures per second that were looked at. Aim: at most 60 and 100 ms, and at least 25 pictures/s, on two cores.
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

from posture.live import coach_runner
from posture.settings import LiveSettings, PoseSettings, Settings
from posture.video import FrameReader

RATE, SIZE = 30.0, (640, 480)


def jpegs(clip: Path, seconds: float) -> list[bytes]:
    """The clip's pictures, fitted into 640x480."""
    made = []
    for frame in FrameReader(clip, 0.0, seconds):
        high, wide = frame.rgb.shape[:2]
        scale = min(SIZE[0] / wide, SIZE[1] / high)
        small = cv2.resize(frame.rgb, (round(wide * scale), round(high * scale)), interpolation=cv2.INTER_AREA)
        canvas = np.full((SIZE[1], SIZE[0], 3), 90, np.uint8)
        x, y = (SIZE[0] - small.shape[1]) // 2, (SIZE[1] - small.shape[0]) // 2
        canvas[y : y + small.shape[0], x : x + small.shape[1]] = small
        made.append(cv2.imencode(".jpg", cv2.cvtColor(canvas, cv2.COLOR_RGB2BGR))[1].tobytes())
    return made


def serve(pictures: list[bytes]) -> ThreadingHTTPServer:
    """A camera that sends the pictures once, at their pace, and then is gone."""
    done = threading.Event()

    class Camera(BaseHTTPRequestHandler):
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
                    self.wfile.write(head.encode() + jpeg + b"\r\n")
            done.set()
            # As Ctrl-C would: the session ends and saves.

            os.kill(os.getpid(), signal.SIGINT)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Camera)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", nargs="?", type=Path, default=Path(__file__).parent.parent / "videos" / "tired.mp4")
    parser.add_argument("--model", default="full")
    parser.add_argument("--no-window", action="store_true")
    parser.add_argument("--seconds", type=float, default=60.0)
    given = parser.parse_args()
    pictures = jpegs(given.clip, given.seconds)
    server = serve(pictures)
    settings = Settings(pose=PoseSettings(model=given.model), live=LiveSettings(baseline_seconds=15.0))
    with tempfile.TemporaryDirectory() as folder:
        _, pace = coach_runner(
            f"http://127.0.0.1:{server.server_address[1]}/",
            settings=settings,
            out=Path(folder) / "live.posture",
            window=not given.no_window,
        )
    server.shutdown()
    rate = RATE * pace.taken / max(pace.taken + pace.dropped, 1)
    shown = "no window" if given.no_window else "window"
    print(
        f"model {given.model}, {shown}: capture to display median {pace.median:.0f} ms, 95 % {pace.p95:.0f} ms; "
        f"{rate:.1f} pictures/s looked at, {pace.dropped} of {pace.taken + pace.dropped} dropped"
    )


if __name__ == "__main__":
    main()
