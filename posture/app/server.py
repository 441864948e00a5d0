"""The server: where it listens, by which names it may be called, and the address that is opened."""

from __future__ import annotations

import ipaddress
import socket
import webbrowser
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import platformdirs
import uvicorn

from posture.app.application import App, application
from posture.app.doors import Doors
from posture.app.library import Library
from posture.app.sessions import Sessions
from posture.errors import PostureError

LOOPBACK = "127.0.0.1"
#: Of each scheme; browsers do not say it.
_PORTS = {"http": 80, "https": 443}
#: Requests at the same time; pages that watch count.
_MOST = 200
#: A shorter password is guessed too soon.
_LEAST_PASSWORD = 12
#: An address of documentation (RFC 5737): nothing is sent there, the system only says from where it would be.
_NOWHERE = ("192.0.2.1", 9)


@dataclass(frozen=True)
class Place:
    """Where the app can be reached.

    Attributes
    ----------
    port : int
        0 for any that is free.
    host : str
        Address to listen at.
    lan : bool
        Whether devices of the same network may come in as well, with a code.
    address : str
        As browsers call it behind a reverse proxy, like ``https://clinic.example.org``.
    password : str
        Needed where others than this machine can reach it.
    """

    port: int = 0
    host: str = LOOPBACK
    lan: bool = False
    address: str = ""
    password: str = ""

    @property
    def beyond(self) -> bool:
        """Whether others than this machine can reach it: where it listens, or through a reverse proxy."""
        return bool(self.address) or not _is_loopback(self.host)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check(place: Place) -> None:
    """Refuse to open what should stay shut.

    Raises
    ------
    PostureError
        If a server beyond this machine has no good password, or no name.
    """
    if not place.beyond:
        return
    option, value = ("--host", place.host) if not _is_loopback(place.host) else ("--address", place.address)
    if place.lan:
        raise PostureError(f"--lan and {option} are two ways; give one of them.")
    if len(place.password) < _LEAST_PASSWORD:
        raise PostureError(
            f"{option} {value}: others can reach this; give a password of at least {_LEAST_PASSWORD} characters in "
            "POSTURE_PASSWORD, or in a file with --password-file."
        )
    wild = place.host in ("0.0.0.0", "::")
    if wild and not place.address:
        raise PostureError(
            f"--host {place.host}: say with --address how browsers call it, like https://clinic.example.org; "
            "other names are refused."
        )
    if place.address:
        try:
            _name(place.address)
        except ValueError as error:
            raise PostureError(f"--address {place.address}: write it like https://clinic.example.org.") from error


def default_folder() -> Path:
    """Where runs are kept unless another folder is named: in the user's data folder."""
    return Path(platformdirs.user_data_dir("posture", appauthor=False)) / "app"


class _Server(uvicorn.Server):
    """Tells those that watch that it ends: their answers would never end by themselves."""

    ending = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.ending = True
        super().handle_exit(sig, frame)


def serve(folder: Path | None, db: Path | None, place: Place, *, browser: bool, say: Callable[[str], None]) -> None:
    """Serve the app until somebody stops it.

    Parameters
    ----------
    folder : Path, optional
        Of all runs; by default :func:`default_folder`.
    db : Path, optional
        The history file.
    place : Place
    browser : bool
        Whether to open the address in the browser.
    say : callable
        Shows a line.

    Raises
    ------
    PostureError
        If the port is taken, the folder cannot be used, or it would be open to others without a password.
    """
    check(place)
    with ExitStack() as stack:
        first = stack.enter_context(_listen(place.host, place.port))
        sockets, port, lan = [first], int(first.getsockname()[1]), ""
        if place.lan:
            own = _own_address()
            sockets.append(stack.enter_context(_listen(own, port)))
            lan = f"http://{own}:{port}"
        library = Library(folder or default_folder())
        sessions = Sessions(token="", password=place.password) if place.beyond else Sessions()
        secure = urlsplit(place.address).scheme == "https"
        app = App(library, db, Doors(sessions, f"posture-{port}", secure=secure, lan=lan))
        server = _Server(_config(app, _hosts(place, port, lan)))
        app.events.ending = lambda: server.ending
        door = f"{_url(LOOPBACK if place.host == 'localhost' else place.host, port)}/enter?token="
        _introduce(place, f"{door}{sessions.token}", port, lan, library, say)
        if browser and not place.beyond:
            # On a command line everybody on this machine can read it.
            webbrowser.open(f"{door}{sessions.new_opener()}")
        server.run(sockets=sockets)


def _config(app: App, hosts: frozenset[str]) -> uvicorn.Config:
    return uvicorn.Config(
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


def _introduce(place: Place, address: str, port: int, lan: str, library: Library, say: Callable[[str], None]) -> None:
    if place.beyond:
        where = place.address or _url(place.host, port)
        say(f"posture app: {where} (with the password)")
        if urlsplit(where).scheme != "https":
            say("Without https others could listen in: put a reverse proxy with TLS before it.")
    else:
        say(f"posture app: {address}")
        others = (
            f"Phones at {lan} need a code: choose 'Use a phone' on the page." if lan else "Nobody else can open it."
        )
        say(f"Open it on this machine. {others}")
    say(f"Runs are kept in {library.folder}. Ctrl-C ends it.")


def _hosts(place: Place, port: int, lan: str) -> frozenset[str]:
    """Names by which it may be called; any other one leads here by a trick."""
    own = [_url(host, port) for host in (LOOPBACK, "localhost", place.host)]
    return frozenset(_name(address) for address in (*own, lan, place.address) if address)


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _name(address: str) -> str:
    """What browsers put into the Host header: small letters, and no port that is the scheme's own.

    Raises
    ------
    ValueError
        If it is no address of a server.

    Examples
    --------
    >>> _name("https://Clinic.example.org:443/"), _name("http://[::1]:8000")
    ('clinic.example.org', '[::1]:8000')
    """
    parts = urlsplit(address)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(address)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return host if parts.port in (None, _PORTS[parts.scheme]) else f"{host}:{parts.port}"


def _own_address() -> str:
    """Of this machine in its network."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
            asked.connect(_NOWHERE)
            own = str(asked.getsockname()[0])
    except OSError:
        own = LOOPBACK
    if ipaddress.ip_address(own).is_loopback:
        raise PostureError("--lan: this machine is in no network; connect it to the phone's, and start again.")
    return own


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        both = host == "::" and socket.has_dualstack_ipv6()
        return socket.create_server((host, port), family=family, dualstack_ipv6=both)
    except (OSError, OverflowError, ValueError) as error:
        raise PostureError(f"port {port} at {host} cannot be used ({error}); choose another with --port.") from error
