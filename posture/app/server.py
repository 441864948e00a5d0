"""The server: one socket on this machine, an address with a key, and the browser."""

from __future__ import annotations

import socket
import webbrowser
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import platformdirs
import uvicorn

from posture.app.application import App, application
from posture.app.guard import Sessions
from posture.app.library import Library
from posture.errors import PostureError

_LOOPBACK = "127.0.0.1"
#: Requests at the same time; pages that watch count.
_MOST = 200


def default_folder() -> Path:
    """Where runs are kept unless another folder is named: in the user's data folder."""
    return Path(platformdirs.user_data_dir("posture", appauthor=False)) / "app"


class _Server(uvicorn.Server):
    """Tells those that watch that it ends: their answers would never end by themselves."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.ending = True
        super().handle_exit(sig, frame)

    ending = False


def serve(folder: Path | None, db: Path | None, *, port: int, browser: bool, say: Callable[[str], None]) -> None:
    """Serve the app until somebody stops it.

    Parameters
    ----------
    folder : Path, optional
        Of all runs; by default :func:`default_folder`.
    db : Path, optional
        The history file.
    port : int
        0 for any that is free.
    browser : bool
        Whether to open the address in the browser.
    say : callable
        Shows a line.

    Raises
    ------
    PostureError
        If the port is taken or the folder cannot be used.
    """
    listening = _listen(_LOOPBACK, port)
    with listening:
        at = listening.getsockname()[1]
        library = Library(folder or default_folder())
        sessions = Sessions()
        app = App(library, db, sessions, cookie=f"posture-{at}")
        hosts = frozenset({f"{_LOOPBACK}:{at}", f"localhost:{at}"})
        server = _Server(
            uvicorn.Config(
                application(app, hosts),
                log_level="error",
                access_log=False,
                server_header=False,
                proxy_headers=False,
                ws="none",
                loop="asyncio",
                http="h11",
                limit_concurrency=_MOST,
                timeout_graceful_shutdown=5,
            )
        )
        app.events.ending = lambda: server.ending
        address = f"http://{_LOOPBACK}:{at}/enter?token={sessions.token}"
        say(f"posture app: {address}")
        say(f"Only this machine can open it. Runs are kept in {library.folder}. Ctrl-C ends it.")
        if browser:
            webbrowser.open(address)
        server.run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except (OSError, OverflowError) as error:
        raise PostureError(f"--port {port}: cannot be used ({error}); choose another, or 0 for any.") from error
