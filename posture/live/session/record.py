"""The video beside the poses, where it is wanted: encoded in a thread of its own, in pieces that stand alone."""

from __future__ import annotations

import threading
from pathlib import Path
from queue import Full, Queue

from posture.errors import PostureError
from posture.live.coach.state import State
from posture.live.session.capture import Shot
from posture.live.session.listener import Listener
from posture.live.session.timing import Pace
from posture.pose.types import Pose
from posture.storage.files import unwritable
from posture.storage.modes import make_folder
from posture.video import VideoWriter

#: Length of a piece, s: what is lost of the video if the program is killed.
PIECE_S = 300.0
#: Nominal rate; every frame keeps its own time.
_RATE = 30.0
_WAITING = 16


class Recorder(Listener):
    """A listener that writes the pictures that were looked at.

    Parameters
    ----------
    folder : Path
        Where the pieces go.
    name : str
        What their names begin with.

    Attributes
    ----------
    skipped : int
        Pictures that are not in the video because the encoder was behind.
    """

    def __init__(self, folder: Path, name: str) -> None:
        try:
            make_folder(folder)
        except OSError as error:
            raise PostureError(unwritable(folder, error, "--record")) from error
        self._folder, self._name = folder, name
        self._queue: Queue[Shot | None] = Queue(_WAITING)
        self._failure: PostureError | None = None
        self._thread = threading.Thread(target=self._run, name="record")
        self._thread.start()
        self.skipped = 0

    def picture(self, shot: Shot, pose: Pose | None, state: State | None, pace: Pace) -> None:
        """Write it, unless the encoder is behind: the coach does not wait for it."""
        if self._failure is not None:
            raise self._failure
        try:
            self._queue.put_nowait(shot)
        except Full:
            self.skipped += 1

    def close(self) -> None:
        """Finish the piece at hand."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        shot = self._queue.get()
        piece = 0
        try:
            while shot is not None:
                piece += 1
                shot = self._piece(self._folder / f"{self._name}-{piece:03d}.mp4", shot)
        except PostureError as error:
            self._failure = error
            while self._queue.get() is not None:
                pass

    def _piece(self, path: Path, shot: Shot | None) -> Shot | None:
        """Write one piece; the first picture of the next one is given back."""
        assert shot is not None
        begin, shape = shot.time, shot.rgb.shape
        with VideoWriter(path, (shape[1], shape[0]), _RATE) as writer:
            while shot is not None and shot.time - begin < PIECE_S and shot.rgb.shape == shape:
                writer.write(shot.rgb, shot.time - begin)
                shot = self._queue.get()
        return shot
