"""A camera on loopback: a stream of JPEGs, as phones and network cameras send them."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path

import cv2
import numpy as np

from posture.video import FrameReader


class MjpegCamera:
    """Thirty pictures a second, over and over.

    Parameters
    ----------
    pictures : sequence of bytes
        JPEGs.
    """

    def __init__(self, pictures: Sequence[bytes]) -> None:
        self._on = threading.Event()
        self.watching = 0
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if not server._on.is_set():
                    self.send_error(503)
                    return
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                server.watching += 1
                with contextlib.suppress(OSError):
                    for jpeg in cycle(pictures):
                        if not server._on.is_set():
                            break
                        head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                        self.wfile.write(head.encode() + jpeg + b"\r\n")
                        time.sleep(1 / 30)
                server.watching -= 1

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/video"
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)
        self._thread.start()

    def plug(self, *, on: bool) -> None:
        self._on.set() if on else self._on.clear()

    def close(self) -> None:
        self.plug(on=False)
        self._http.shutdown()
        self._http.server_close()


def jpeg(rgb: np.ndarray) -> bytes:
    return cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))[1].tobytes()


def pictures_of(clip: Path, most: int) -> list[bytes]:
    """The first frames of a clip."""
    with FrameReader(clip) as reader:
        return [jpeg(frame.rgb) for frame, _ in zip(reader, range(most), strict=False)]
